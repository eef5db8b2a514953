"""`nbquality refactor`: changes to notebooks that keep what they do, or a refusal."""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import click
import msgspec

from jupyter_nbquality.cli.options import format_option, yes_option
from jupyter_nbquality.cli.parameters import parameter_options, wishes
from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.edits import EditPlan, Refusal

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.notebook import Cell
    from jupyter_nbquality.positions import Range
    from jupyter_nbquality.refactor.extract_module import Place

_PLACE = re.compile(r"(\d{1,7}):(\d{1,7})-(\d{1,7}):(\d{1,7})")
REFUSED = 3
"""The exit status where the notebook would not do the same."""

_Command = TypeVar("_Command", bound=Callable[..., None])


class Made(Protocol):
    """What a refactoring gives: a structure with a plan, and more for whoever looks at it."""

    @property
    def plan(self) -> EditPlan:
        """The changes."""


class Output(msgspec.Struct, frozen=True):
    """What becomes of a plan; see the options."""

    write: bool
    out: Path | None
    force: bool
    verify: bool
    yes: bool
    kind: str


@click.group()
def command() -> None:
    """Change the code of a notebook without changing what it does.

    Shows the difference and changes nothing, unless --write or --out is given. Cells are named by
    their numbers, from 1 over all cells, or by their ids. Nothing is run unless --verify is given.
    Exits with 3 and a reason where the notebook would do something else afterwards, with 2 when it
    could not be read, or the command makes no sense.
    """


def _common(function: _Command) -> _Command:
    """Gives a command the options of all refactorings, and the notebook."""
    options = [
        click.argument("notebook", type=click.Path()),
        click.option("--diff", is_flag=True, help="Show the difference only; this is the default."),
        click.option("--write", is_flag=True, help="Change the notebook in place."),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Write the changed notebook to another file.",
        ),
        click.option("--force", is_flag=True, help="With --out: write over a file that exists."),
        click.option(
            "--verify",
            is_flag=True,
            help="Run the old and the new code, and refuse if they do not do the same.",
        ),
        yes_option("them", to="--verify"),
        format_option("json: the plan, or the refusal, for programs."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def _in_cell(function: _Command) -> _Command:
    """Gives a command the options for a piece of code in a cell."""
    function = click.option(
        "--at", required=True, metavar="L:C-L:C", help="Its first and last character, from 1:1."
    )(function)
    return click.option("--cell", required=True, metavar="N|ID", help="The cell.")(function)


@command.command("extract-function")
@_common
@click.option("--cells", required=True, metavar="N[-M]", help="The cell, or the first and last.")
@click.option("--lines", metavar="A[-B]", help="Some lines of the one cell, from 1.")
@click.option("--at", "at", metavar="L:C-L:C", help="A part of a line: first and last character.")
@click.option("--name", required=True, help="What the function is called.")
@click.option("--docstring/--no-docstring", default=True, help="Whether it is documented.")
@parameter_options
def extract_function(
    notebook: str,
    cells: str,
    lines: str | None,
    at: str | None,
    name: str,
    docstring: bool,
    parameters: tuple[str, ...],
    types: tuple[str, ...],
    defaults: tuple[str, ...],
    diff: bool,
    **output: Any,
) -> None:
    """Make a function of cells or lines, and call it in their place."""
    from jupyter_nbquality.cli.counting import count
    from jupyter_nbquality.positions import LineIndex, Position
    from jupyter_nbquality.refactor.extract_function import extract_function as extract
    from jupyter_nbquality.refactor.selection import Selection

    opened, how = _opened(notebook, diff, output)
    chosen = _cells(opened, cells)
    start = end = None
    if lines is not None:
        if len(chosen) > 1:
            raise click.UsageError("--lines are lines of one cell.")
        first, last = _lines(lines)
        index = LineIndex(chosen[0].source)
        if last > index.line_count:
            raise Trouble(f"The cell has no line {last}: it has {count(index.line_count, 'line')}.")
        start, end = Position(first - 1, 0), index.end_of_line(last - 1)
    if at is not None:
        if len(chosen) > 1 or lines is not None:
            raise click.UsageError("--at is a place in one cell, without --lines.")
        span = _place(at, chosen[0].source)
        start, end = span.start, span.end
    selection = Selection([cell.id for cell in chosen], start, end)
    options: dict[str, Any] = {"docstring": docstring, "libraries": opened.dataflow.libraries}
    made = extract(opened.file.notebook, selection, name, **options)
    if not isinstance(made, Refusal) and (parameters or types or defaults):
        names = [each.name for each in made.details]
        wanted = wishes(names, parameters, types, defaults)
        made = extract(opened.file.notebook, selection, name, parameters=wanted, **options)
    told = []
    if not isinstance(made, Refusal) and made.loses:
        lost = ", ".join(f"`{each}`" for each in made.loses)
        told.append(f"Names that the notebook has no longer, as nothing else reads them: {lost}.")
    if not isinstance(made, Refusal):
        told += made.warnings
    _finish(opened, made, how, told)


@command.command("extract-module")
@_common
@click.option("--cells", required=True, metavar="N[-M]", help="The cell, or the first and last.")
@click.option(
    "--module", required=True, metavar="FILE.py", help="The module, as seen from the notebook."
)
@click.option("--names", metavar="A,B", help="What moves; else all that the cells define.")
@click.option("--function", metavar="NAME", help="Make a function of the cells first.")
@click.option("--autoreload", is_flag=True, help="Add a cell that makes the kernel follow edits.")
def extract_module(
    notebook: str,
    cells: str,
    module: str,
    names: str | None,
    function: str | None,
    autoreload: bool,
    diff: bool,
    **output: Any,
) -> None:
    """Move functions, classes and constants into a module, and import them from there."""
    from jupyter_nbquality.cli.modules import neighbour, place_of
    from jupyter_nbquality.refactor.cells_to_module import cells_to_module
    from jupyter_nbquality.refactor.extract_module import extract_module as extract
    from jupyter_nbquality.refactor.extract_module import names_defined
    from jupyter_nbquality.refactor.selection import Selection

    if names is not None and function is not None:
        raise click.UsageError("Say either --names or --function.")
    opened, how = _opened(notebook, diff, output)
    chosen = [cell.id for cell in _cells(opened, cells)]
    place = place_of(opened, module)
    options: dict[str, Any] = {
        "autoreload": autoreload,
        "neighbour": neighbour(opened),
        "libraries": opened.dataflow.libraries,
    }
    document = opened.file.notebook
    if function is not None:
        made = cells_to_module(document, Selection(chosen), function, place, **options)
    else:
        wanted = [name.strip() for name in names.split(",")] if names is not None else []
        made = extract(document, wanted or names_defined(document, chosen), place, **options)
    _finish(opened, made, how, [] if isinstance(made, Refusal) else made.notes)


@command.command("extract-variable")
@_common
@_in_cell
@click.option("--name", required=True, help="What the expression is called.")
def extract_variable(
    notebook: str, cell: str, at: str, name: str, diff: bool, **output: Any
) -> None:
    """Give an expression a name, in a line above."""
    from jupyter_nbquality.refactor.extract_variable import extract_variable as extract

    opened, how = _opened(notebook, diff, output)
    its = opened.find(cell)
    made = extract(
        opened.file.notebook,
        its.id,
        _place(at, its.source),
        name,
        libraries=opened.dataflow.libraries,
    )
    _finish(opened, made, how)


@command.command("extract-constant")
@_common
@_in_cell
@click.option("--name", required=True, help="What the literal is called, in capitals.")
@click.option("--all", "everywhere", is_flag=True, help="Wherever the notebook has it, too.")
def extract_constant(
    notebook: str, cell: str, at: str, name: str, everywhere: bool, diff: bool, **output: Any
) -> None:
    """Give a number or a text a name, on top of the cell or below the imports."""
    from jupyter_nbquality.cli.counting import count
    from jupyter_nbquality.refactor.extract_constant import extract_constant as extract

    opened, how = _opened(notebook, diff, output)
    its = opened.find(cell)
    made = extract(
        opened.file.notebook,
        its.id,
        _place(at, its.source),
        name,
        everywhere=everywhere,
        libraries=opened.dataflow.libraries,
    )
    told = []
    if not isinstance(made, Refusal) and made.others and not everywhere:
        told.append(f"{count(made.others, 'other place')} with this value: `--all` names it, too.")
    _finish(opened, made, how, told)


@command.command("rename")
@_common
@click.argument("old")
@click.argument("new")
@click.option("--markdown", is_flag=True, help="Also where Markdown speaks of it.")
@click.option("--comments", is_flag=True, help="Also where comments speak of it.")
def rename(
    notebook: str, old: str, new: str, markdown: bool, comments: bool, diff: bool, **output: Any
) -> None:
    """Give a name of the notebook another name, in all cells."""
    from jupyter_nbquality.cli.counting import count
    from jupyter_nbquality.refactor.rename import rename as plan_rename

    opened, how = _opened(notebook, diff, output)
    also = {"markdown": markdown, "comment": comments}
    made = plan_rename(
        opened.file.notebook,
        old,
        new,
        mentions={where for where, is_wanted in also.items() if is_wanted},
        libraries=opened.dataflow.libraries,
    )
    told: list[str] = []
    if not isinstance(made, Refusal):
        told += made.warnings
        for where, is_wanted in also.items():
            places = sum(each.where == where for each in made.mentions)
            if places and not is_wanted:
                option = "--markdown" if where == "markdown" else "--comments"
                kind = "Markdown cells" if where == "markdown" else "comments"
                told.append(f"Not changed: {count(places, 'mention')} in {kind}; {option} does it.")
    _finish(opened, made, how, told)


@command.command("inline")
@_common
@click.argument("name")
def inline(notebook: str, name: str, diff: bool, **output: Any) -> None:
    """Put what a variable or a function holds where it is read."""
    from jupyter_nbquality.refactor.inline import inline as plan_inline

    opened, how = _opened(notebook, diff, output)
    made = plan_inline(opened.file.notebook, name, libraries=opened.dataflow.libraries)
    told = []
    if not isinstance(made, Refusal) and made.gains:
        names = ", ".join(f"`{each}`" for each in made.gains)
        told.append(f"Names that the notebook has then: {names}.")
    _finish(opened, made, how, told)


@command.command("inline-import")
@_common
@click.argument("name")
def inline_import(notebook: str, name: str, diff: bool, **output: Any) -> None:
    """Bring a function or a class of a module into the notebook, to work on it there."""
    from jupyter_nbquality.cli.modules import neighbour
    from jupyter_nbquality.refactor.inline_import import inline_import as plan_inlining

    opened, how = _opened(notebook, diff, output)
    made = plan_inlining(
        opened.file.notebook, name, neighbour(opened), libraries=opened.dataflow.libraries
    )
    _finish(opened, made, how, [] if isinstance(made, Refusal) else made.notes)


@command.command("push-back")
@_common
@click.argument("name")
@click.option("--keep", is_flag=True, help="Leave it in the notebook, too, to go on with.")
@click.option("--replace", is_flag=True, help="Write it though the module changed it meanwhile.")
def push_back(
    notebook: str, name: str, keep: bool, replace: bool, diff: bool, **output: Any
) -> None:
    """Write a function or a class that was brought from a module back into it."""
    from jupyter_nbquality.cli.modules import path_of, place_of
    from jupyter_nbquality.refactor.push_back import push_back as plan_push

    opened, how = _opened(notebook, diff, output)

    def place(module: str) -> "Place | None":
        path = path_of(opened, module)
        return place_of(opened, path) if path is not None else None

    made = plan_push(
        opened.file.notebook,
        name,
        place,
        keep=keep,
        force=replace,
        libraries=opened.dataflow.libraries,
    )
    _finish(opened, made, how, [] if isinstance(made, Refusal) else made.notes)


@command.command("move")
@_common
@click.option("--cell", required=True, metavar="N|ID", help="The cell to move.")
@click.option("--to", metavar="M|ID", help="The place it has then: it stands where this one did.")
@click.option("--after", metavar="M|ID", help="The cell it stands below then.")
@click.option("--before", metavar="M|ID", help="The cell it stands above then.")
def move(
    notebook: str,
    cell: str,
    to: str | None,
    after: str | None,
    before: str | None,
    diff: bool,
    **output: Any,
) -> None:
    """Move a cell, where that turns no dependence round."""
    from jupyter_nbquality.refactor.move_cell import move_cell

    if [to, after, before].count(None) != 2:
        raise click.UsageError("Say one of --to, --after and --before.")
    opened, how = _opened(notebook, diff, output)
    cells = opened.file.notebook.cells
    place = opened.number(opened.find(cell).id) - 1
    if before is not None:
        below = opened.number(opened.find(before).id) - 2
    else:
        target = opened.number(opened.find(to or after or "").id) - 1
        below = target - 1 if to is not None and target <= place else target
    made = move_cell(
        opened.file.notebook,
        cells[place].id,
        cells[below].id if below >= 0 else None,
        libraries=opened.dataflow.libraries,
    )
    _finish(opened, made, how)


@command.command("merge")
@_common
@click.option("--cells", required=True, metavar="N-M", help="The first and the last cell.")
def merge(notebook: str, cells: str, diff: bool, **output: Any) -> None:
    """Make one cell of several."""
    from jupyter_nbquality.refactor.merge_cells import merge_cells

    opened, how = _opened(notebook, diff, output)
    made = merge_cells(
        opened.file.notebook,
        [cell.id for cell in _cells(opened, cells)],
        libraries=opened.dataflow.libraries,
    )
    _finish(opened, made, how, [] if isinstance(made, Refusal) else made.warnings)


@command.command("split")
@_common
@click.option("--cell", required=True, metavar="N|ID", help="The cell to split.")
@click.option(
    "--line",
    "lines",
    type=click.IntRange(1),
    multiple=True,
    metavar="L",
    help="Above this line, from 1; may be given several times.",
)
@click.option("--suggest", is_flag=True, help="Where it begins to do another kind of thing.")
def split(
    notebook: str, cell: str, lines: tuple[int, ...], suggest: bool, diff: bool, **output: Any
) -> None:
    """Make several cells of one."""
    from jupyter_nbquality.refactor.split_cell import split_cell, suggest_splits

    if bool(lines) == suggest:
        raise click.UsageError("Say either --line or --suggest.")
    opened, how = _opened(notebook, diff, output)
    key = opened.find(cell).id
    document, libraries = opened.file.notebook, opened.dataflow.libraries
    if suggest:
        found = suggest_splits(document, key, libraries=libraries)
        if isinstance(found, Refusal):
            _refuse(opened, found, how)
        if not found:
            _refuse(opened, Refusal("one-thing", "The cell does one thing only.", key), how)
        lines = tuple(each.line for each in found)
    made = split_cell(document, key, lines, libraries=libraries)
    _finish(opened, made, how, [] if isinstance(made, Refusal) else made.warnings)


# ── what was asked for ──


def _opened(notebook: str, diff: bool, options: dict[str, Any]) -> "tuple[Opened, Output]":
    """Reads the notebook; refuses options that contradict each other."""
    output = Output(**options)
    if diff and (output.write or output.out is not None):
        raise click.UsageError("--diff changes nothing; leave out --write and --out.")
    if output.write and output.out is not None:
        raise click.UsageError("Say either --write or --out.")
    if output.force and output.out is None:
        raise click.UsageError("--force says how --out is done.")
    if output.write and notebook == "-":
        raise click.UsageError("--write needs a file; the standard input is none.")
    from jupyter_nbquality.cli.opened import open_notebook

    opened = open_notebook(notebook)
    if output.out is not None:
        from jupyter_nbquality.cli.opened import refuse_target

        refuse_target(opened, output.out, force=output.force)
    return opened, output


def _cells(opened: "Opened", wanted: str) -> "list[Cell]":
    """Gives the cells from one to another; ids may hold hyphens, too.

    Raises:
        Trouble: There are none such.
    """
    cells = opened.file.notebook.cells
    ids = {cell.id for cell in cells}
    if wanted in ids or "-" not in wanted:
        return [opened.find(wanted)]
    parts = wanted.split("-")
    for place in range(1, len(parts)):
        ends = "-".join(parts[:place]), "-".join(parts[place:])
        if all(end in ids or end.isdecimal() for end in ends):
            first, last = (opened.number(opened.find(end).id) for end in ends)
            if first > last:
                raise Trouble(f"Cell {first} stands below cell {last}; name the upper one first.")
            return cells[first - 1 : last]
    return [opened.find(wanted)]


def _lines(wanted: str) -> tuple[int, int]:
    first, mark, last = wanted.partition("-")
    if not first.isdecimal() or (mark and not last.isdecimal()) or len(wanted) > 20:
        raise click.UsageError("--lines takes a number, or two with a hyphen between: 3-5.")
    span = int(first), int(last) if mark else int(first)
    if not 1 <= span[0] <= span[1]:
        raise click.UsageError("--lines: the first line is 1, and the last not above the first.")
    return span


def _place(wanted: str, source: str) -> "Range":
    """Reads ``3:8-3:15``: lines and characters from 1, the last one included."""
    from jupyter_nbquality.positions import LineIndex, Range

    match = _PLACE.fullmatch(wanted)
    if match is None:
        raise click.UsageError("--at takes the first and the last character: 3:8-3:15.")
    first_line, first, last_line, last = map(int, match.groups())
    index = LineIndex(source)
    start = index.from_codepoints(first_line - 1, first - 1)
    end = index.from_codepoints(last_line - 1, last)
    if not start < end or last_line > index.line_count:
        raise click.UsageError("--at: there is nothing between the two places.")
    return Range(start, end)


# ── what becomes of it ──


def _finish(
    opened: "Opened", made: Made | Refusal, output: Output, told: Iterable[str] = ()
) -> None:
    """Shows, writes or refuses.

    Args:
        opened: The notebook.
        made: What the refactoring gave: a structure.
        output: What is to become of it.
        told: Sentences for the person, who sees them on standard error.
    """
    if isinstance(made, Refusal):
        _refuse(opened, made, output)
    from jupyter_nbquality.edits import EditRefusedError

    try:
        data = opened.file.apply(made.plan)
    except EditRefusedError as error:
        _refuse(opened, error.refusal, output)
    if output.verify:
        from jupyter_nbquality.cli.verify import refuse_difference

        lost, renamed = getattr(made, "loses", []), getattr(made, "renamed", {})
        refuse_difference(opened, made.plan, lost, renamed, yes=output.yes, kind=output.kind)
    if output.kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        assert isinstance(made, msgspec.Struct)
        click.echo(as_json(made), nl=False)
    else:
        _show(opened, made.plan, output)
        for sentence in told:
            click.echo(escaped(sentence), err=True)
    if output.write or output.out is not None:
        from jupyter_nbquality.cli.modules import write_modules

        # What a failure in between leaves is a module that nobody imports.
        write_modules(made.plan)
    _write(opened, data, output)


def _refuse(opened: "Opened", refusal: Refusal, output: Output) -> NoReturn:
    if output.kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        click.echo(as_json(refusal), nl=False)
    else:
        where = f"Cell {opened.number(refusal.cell)}: " if refusal.cell is not None else ""
        click.echo(escaped(where + refusal.message))
    sys.exit(REFUSED)


def _show(opened: "Opened", plan: EditPlan, output: Output) -> None:
    style = Style(wants_color(sys.stdout))
    if output.write or output.out is not None:
        target = opened.name if output.out is None else escaped(str(output.out))
        click.echo(f"{escaped(plan.title)}: wrote {target}.")
        return
    from jupyter_nbquality.cli.analysis import notebook_diff
    from jupyter_nbquality.cli.diffs import colored
    from jupyter_nbquality.cli.modules import module_diffs
    from jupyter_nbquality.refactor.applied import applied

    click.echo(style.bold(escaped(plan.title)), color=True)
    before = opened.file.notebook
    text = "\n".join([*module_diffs(plan), notebook_diff(before, applied(before, plan))])
    if text:
        click.echo(colored(text, wants_color(sys.stdout)), color=True)


def _write(opened: "Opened", data: bytes, output: Output) -> None:
    target = opened.file.path if output.write else output.out
    if target is None:
        return
    from jupyter_nbquality.notebook_file import write

    name = escaped(str(target))
    try:
        if output.write and target.read_bytes() != opened.file.data:
            raise Trouble(f"{name} was changed by somebody else meanwhile and is left alone.")
        write(target, data)
    except OSError as error:
        raise Trouble(f"{name} cannot be written: {error.strerror}.") from None


__all__ = ["REFUSED", "Made", "Output", "command"]
