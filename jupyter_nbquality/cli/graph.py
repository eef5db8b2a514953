"""`nbquality graph`."""

import sys
from typing import TYPE_CHECKING

import click

from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, wants_color

if TYPE_CHECKING:
    from jupyter_nbquality.dataflow.overview import (
        CellNames,
        Link,
        OrderLink,
        Overview,
    )
    from jupyter_nbquality.notebook import Notebook

_FORMATS = ("text", "mermaid", "dot", "svg", "json")
_WITH_ORDER = ("text", "json")
_HOW = {
    "definition": "",
    "mutation": "as changed by ",
    "possible-mutation": "perhaps changed by ",
    "deletion": "deleted by ",
}
_STAYS_BELOW = {
    "anti": "read by cell {} as it was before",
    "output": "given or changed by cell {} too",
    "unknown": "cell {}, as one of the two may define any name",
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
@click.option(
    "--order",
    is_flag=True,
    help="Tell also which cells may not be swapped, and why; as text or json.",
)
def command(notebook: str, kind: str, order: bool) -> None:
    """Show what each cell defines, reads and changes, and which cells it needs for that.

    Cells are numbered from 1 over all cells. NOTEBOOK may be `-` for the standard input. Nothing is
    run. Exits with 2 when the notebook could not be read.
    """
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.dataflow.overview import overview, with_order

    if order and kind not in _WITH_ORDER:
        raise click.UsageError(f"--order goes with --format {' or '.join(_WITH_ORDER)}.")
    opened = open_notebook(notebook)
    found = overview(opened.file.notebook, opened.dataflow)
    if order:
        found = with_order(found, opened.file.notebook, opened.dataflow)
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
    stays = _order(found, needs)
    parts = []
    for cell in found.cells:
        heading = escaped(title(notebook.cells[cell.index - 1]))
        lines = [style.bold(f"cell {cell.index}") + (f"  {heading}" if heading else "")]
        lines += [f"  {style.dim(f'{word:<8}')} {what}" for word, what in _told(cell) if what]
        for word, told in (
            ("needs", [_needed(link) for link in needs.get(cell.index, [])]),
            ("below", stays.get(cell.index, [])),
        ):
            for at, what in enumerate(told):
                label = word if at == 0 else ""
                lines.append(f"  {style.dim(f'{label:<8}')} {what}")
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


def _order(found: "Overview", needs: "dict[int, list[Link]]") -> dict[int, list[str]]:
    """Says for each cell which ones it must stay below, beside those that it needs."""
    from jupyter_nbquality.dataflow.overview import OrderedOverview

    stays: dict[int, list[str]] = {}
    if not isinstance(found, OrderedOverview):
        return stays
    for constraint in found.constraints:
        told = {
            name
            for link in needs.get(constraint.target, [])
            if link.source == constraint.source
            for name in link.names
        }
        names = [name for name in constraint.names if name not in told]
        if constraint.kind == "unknown" or (constraint.kind in _STAYS_BELOW and names):
            stays.setdefault(constraint.target, []).append(_stays_below(constraint, names))
    return stays


def _stays_below(constraint: "OrderLink", names: list[str]) -> str:
    from jupyter_nbquality.dataflow.drawing.picture import shown
    from jupyter_nbquality.dataflow.order import EFFECT

    because = _STAYS_BELOW[constraint.kind].format(constraint.source)
    if constraint.kind == "unknown":
        return because
    perhaps = "" if constraint.certain else "perhaps "
    return f"{_listed([shown(name.removeprefix(EFFECT)) for name in names])}, {perhaps}{because}"


def _listed(names: list[str]) -> str:
    return ", ".join(escaped(name) for name in names)
