"""`nbquality graph`."""

import sys
from typing import TYPE_CHECKING

import click

from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, wants_color

if TYPE_CHECKING:
    from jupyter_nbquality.dataflow.overview import CellNames, Link, Overview
    from jupyter_nbquality.notebook import Notebook

_FORMATS = ("text", "mermaid", "dot", "svg", "json")
_HOW = {
    "definition": "",
    "mutation": "as changed by ",
    "possible-mutation": "perhaps changed by ",
    "deletion": "deleted by ",
}


@click.command()
@click.argument("notebook", type=click.Path())
@click.option(
    "--format",
    "kind",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to tell it; json is for programs.",
)
def command(notebook: str, kind: str) -> None:
    """Show what each cell defines, reads and changes, and which cells it needs for that.

    Cells are numbered from 1 over all cells. NOTEBOOK may be `-` for the standard input. Nothing is
    run. Exits with 2 when the notebook could not be read.
    """
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.dataflow.overview import overview

    opened = open_notebook(notebook)
    found = overview(opened.file.notebook, opened.dataflow)
    click.echo(_rendered(opened.file.notebook, found, kind), nl=False, color=True)


def _rendered(notebook: "Notebook", found: "Overview", kind: str) -> str:
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        return as_json(found)
    if kind == "text":
        return text(notebook, found, Style(wants_color(sys.stdout)))
    from jupyter_nbquality.dataflow import drawing

    draw = {"mermaid": drawing.mermaid, "dot": drawing.dot, "svg": drawing.svg}[kind]
    return draw(drawing.picture(notebook, found))


def text(notebook: "Notebook", found: "Overview", style: Style) -> str:
    """Tells of each code cell what it does with names, and which cells it needs.

    Args:
        notebook: The notebook.
        found: What is known of it.
        style: Colours, or none.
    """
    from jupyter_nbquality.dataflow.drawing.picture import title

    needs: dict[int, list[Link]] = {}
    for link in found.dependencies:
        needs.setdefault(link.target, []).append(link)
    parts = []
    for cell in found.cells:
        heading = escaped(title(notebook.cells[cell.index - 1]))
        lines = [style.bold(f"cell {cell.index}") + (f"  {heading}" if heading else "")]
        lines += [f"  {style.dim(f'{word:<8}')} {what}" for word, what in _told(cell) if what]
        for at, link in enumerate(needs.get(cell.index, [])):
            word = "needs" if at == 0 else ""
            lines.append(f"  {style.dim(f'{word:<8}')} {_needed(link)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts) or "The notebook has no code cells.\n"


def _told(cell: "CellNames") -> list[tuple[str, str]]:
    later = [name for name in cell.deferred_uses if name not in cell.uses]
    certain = [each.name for each in cell.mutates if each.certain]
    possible = [each.name for each in cell.mutates if not each.certain]
    return [
        ("defines", _listed(cell.defines)),
        ("reads", _listed(cell.uses)),
        ("later", _listed(later)),
        ("changes", _listed(certain)),
        ("perhaps", _listed(possible)),
        ("deletes", _listed(cell.deletes)),
        ("unknown", _listed(cell.unknown)),
    ]


def _needed(link: "Link") -> str:
    from jupyter_nbquality.dataflow.drawing.picture import shown

    return f"{_listed([shown(name) for name in link.names])}, {_HOW[link.kind]}cell {link.source}"


def _listed(names: list[str]) -> str:
    return ", ".join(escaped(name) for name in names)
