"""`nbquality slice`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from jupyter_nbquality.cli.options import format_option
from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.dataflow.slices import Slice

VERSION = 1
_SUFFIXES = (".ipynb", ".py")


class SliceFound(msgspec.Struct, frozen=True, kw_only=True):
    """A slice as programs read it.

    Attributes:
        version: Of this structure.
        cells: Numbers of the cells, from 1 over all cells, in order.
        lines: The lines of each, from 1, sorted; by the number of the cell.
    """

    version: int = VERSION
    cells: list[int]
    lines: dict[int, list[int]]


class Wish(msgspec.Struct, frozen=True):
    """What the person asked for; see the options of the command."""

    cell: str | None
    name: str | None
    line: int | None
    direction: Literal["backward", "forward"]
    certain: bool


@click.command()
@click.argument("notebook", type=click.Path())
@click.option("--cell", metavar="N|ID", help="The cell, by its number over all cells or its id.")
@click.option(
    "--name", metavar="NAME", help="A name, as it is at the end of the notebook or of --cell."
)
@click.option(
    "--line", type=click.IntRange(1), metavar="L", help="The statement on a line of --cell alone."
)
@click.option(
    "--direction",
    type=click.Choice(["backward", "forward"]),
    default="backward",
    show_default=True,
    help="What computes it, or what it touches.",
)
@click.option("--certain", is_flag=True, help="Follow sure changes of objects only.")
@format_option()
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it as a notebook (.ipynb) or as a script (.py) that runs.",
)
@click.option("--show", is_flag=True, help="With --to a script: show what ends a cell, as text.")
@click.option("--force", is_flag=True, help="With --to: write over a file that exists.")
def command(
    notebook: str, kind: str, to: Path | None, show: bool, force: bool, **options: Any
) -> None:
    """Show the least code that computes a cell, a statement or a name; or what it touches.

    NOTEBOOK may be `-` for the standard input. Nothing is run. Exits with 2 when the notebook could
    not be read, or nothing fits.
    """
    wish = Wish(**options)
    _refuse_contradictions(wish, to, show=show, force=force)
    from jupyter_nbquality.cli.opened import open_notebook, refuse_target

    opened = open_notebook(notebook)
    if to is not None:
        refuse_target(opened, to, force=force)
    found = _found(opened, wish)
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        told = SliceFound(
            cells=[opened.number(cell) for cell in found.cells],
            lines={opened.number(cell): lines for cell, lines in found.lines.items()},
        )
        click.echo(as_json(told), nl=False)
    elif to is None:
        click.echo(text(opened, found, Style(wants_color(sys.stdout))), nl=False, color=True)
    if to is not None:
        _write(opened, found, to, show=show, quiet=kind == "json")


def text(opened: "Opened", found: "Slice", style: Style) -> str:
    """Shows the chosen lines of the chosen cells, with their numbers."""
    from jupyter_nbquality import secrets
    from jupyter_nbquality.dataflow.export import split_lines

    parts = []
    for cell in found.cells:
        source = split_lines(secrets.mask(opened.dataflow.cells[cell].source))
        lines = found.lines[cell]
        digits = len(str(lines[-1]))
        shown = [style.bold(f"cell {opened.number(cell)}")]
        before = 0
        for line in lines:
            if before and line > before + 1:
                shown.append(style.frame(f"{'…':>{digits}} |"))
            before = line
            code = escaped(source[line - 1], tabs=True)
            shown.append(f"{style.frame(f'{line:>{digits}} |')} {code}".rstrip())
        parts.append("\n".join(shown) + "\n")
    return "\n".join(parts)


def _refuse_contradictions(wish: Wish, to: Path | None, *, show: bool, force: bool) -> None:
    if wish.cell is None and wish.name is None:
        raise click.UsageError("Say which --cell or which --name.")
    if wish.line is not None and (wish.cell is None or wish.name is not None):
        raise click.UsageError("--line is a line of a --cell, without --name.")
    if to is None:
        if show or force:
            raise click.UsageError("--show and --force say how --to is done.")
        return
    if to.suffix.lower() not in _SUFFIXES:
        raise click.UsageError("--to writes a file that ends in .ipynb or .py.")
    if show and to.suffix.lower() != ".py":
        raise click.UsageError("--show is for scripts; a notebook shows what ends a cell anyway.")
    if wish.direction == "forward":
        raise click.UsageError("--to writes code that runs, which a forward slice alone does not.")


def _found(opened: "Opened", wish: Wish) -> "Slice":
    from jupyter_nbquality.dataflow.slices import StatementGraph

    how = {"possible": not wish.certain}
    cell = None
    if wish.cell is not None:
        cell = opened.find(wish.cell)
        number = opened.number(cell.id)
        if cell.cell_type != "code":
            raise Trouble(f"Cell {number} is a {cell.cell_type} cell, which computes nothing.")
    statements = StatementGraph(opened.dataflow.cells)
    if wish.name is not None:
        if not opened.dataflow.cells:
            raise Trouble(_never_defined(opened, wish.name, None))
        try:
            return statements.slice_of_name(
                wish.name, cell.id if cell else None, wish.direction, **how
            )
        except KeyError:
            raise Trouble(_never_defined(opened, wish.name, cell.id if cell else None)) from None
    assert cell is not None  # one of the two is given
    known = opened.dataflow.cells[cell.id]
    if known.state in {"broken", "too deep"}:
        why = "does not parse" if known.state == "broken" else "is nested too deeply"
        raise Trouble(f"Cell {number} {why}, so nobody knows what it needs.")
    if not known.statements:
        raise Trouble(f"Cell {number} holds no code.")
    try:
        return statements.slice_of_cell(cell.id, wish.line, wish.direction, **how)
    except ValueError:
        raise Trouble(f"No statement stands on line {wish.line} of cell {number}.") from None


def _never_defined(opened: "Opened", name: str, cell: str | None) -> str:
    """Says that a name is not defined, and where it may be."""
    where = f" up to cell {opened.number(cell)}" if cell is not None else ""
    sentence = f"{opened.name} defines no `{escaped(name)}`{where}."
    numbers = [
        str(opened.number(key))
        for key, known in opened.dataflow.cells.items()
        if known.state in {"broken", "too deep"} or known.facts.unknown
    ]
    if numbers:
        cells = f"cell {numbers[0]}" if len(numbers) == 1 else f"cells {', '.join(numbers)}"
        sentence += f" Not all is known of what {cells} may define."
    return sentence


def _write(opened: "Opened", found: "Slice", to: Path, *, show: bool, quiet: bool) -> None:
    from jupyter_nbquality.cli.counting import count
    from jupyter_nbquality.dataflow.export import slice_notebook
    from jupyter_nbquality.dataflow.script import ExportRefusedError, slice_script
    from jupyter_nbquality.notebook_file import write

    cells = opened.dataflow.cells
    try:
        if to.suffix.lower() == ".py":
            data = slice_script(opened.file.notebook, cells, found, show=show).encode()
        else:
            data = slice_notebook(opened.file, cells, found)
    except ExportRefusedError as error:
        raise Trouble(escaped(str(error))) from None
    except UnicodeEncodeError:
        raise Trouble("The code holds half a character, which no script can.") from None
    try:
        write(to, data)
    except OSError as error:
        raise Trouble(f"{escaped(str(to))} cannot be written: {error.strerror}.") from None
    if not quiet:
        of = count(len(cells), "code cell")
        click.echo(f"Wrote {escaped(str(to))}: {len(found.cells)} of {of}.")
    for sentence in _doubts(opened, found, to):
        click.echo(escaped(sentence), err=True)


def _doubts(opened: "Opened", found: "Slice", to: Path) -> Iterator[str]:
    """Says what may keep the written file from running."""
    from jupyter_nbquality.dataflow.export import missing_names, relative_files

    cells = opened.dataflow.cells
    missing = missing_names(cells, found)
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        yield f"Nothing in the notebook defines {names}, so it may not run."
    folder = opened.file.path.parent
    files = relative_files(cells, found)
    if files and opened.file.path.name and to.parent.resolve() != folder.resolve():
        where = "this folder" if folder == Path() else str(folder)
        yield f"It names {files[0]} as seen from {where}; run it there."
