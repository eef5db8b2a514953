"""`nbquality test`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.options import format_option, kernel_option
from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.execution.test_run import TestResult
    from jupyter_nbquality.testing.git_head import LostTests

VERSION = 1
FAILED = 1
CELL_SECONDS = 2_000.0
_PASSED = frozenset({"passed", "skipped"})


class TestTold(msgspec.Struct, frozen=True, kw_only=True):
    """A test as programs read it.

    Attributes:
        path: The notebook, as it was named.
        cell: The number of its cell, from 1 over all cells.
        cell_id: The id of that.
        title: What it is about.
        result: What came of it.
    """

    path: str
    cell: int
    cell_id: str
    title: str
    result: "TestResult"


@click.command()
@click.argument("notebooks", nargs=-1, required=True, type=click.Path())
@click.option("-k", "wanted", metavar="TEXT", help="Only tests whose name or title has this text.")
@click.option("--cell", metavar="N|ID", help="Only tests of this cell.")
@kernel_option()
@format_option()
def command(
    notebooks: tuple[str, ...],
    wanted: str | None,
    cell: str | None,
    kernel: str | None,
    kind: str,
) -> None:
    """Run the tests of notebooks' cells, each after the cells that it needs, in fresh kernels.

    Exits with 0 if all pass, 1 if one does not, or cannot be read, 2 if there are none.
    """
    from jupyter_nbquality.cli.discovery import find_notebooks

    paths, missing = find_notebooks(notebooks)
    if missing:
        raise Trouble(f"{escaped(missing[0])}: no such file.")
    told: list[TestTold] = []
    malformed = 0
    for path in paths:
        found, broken = _tested(path, wanted, cell, kernel, shows=kind == "text")
        told += found
        malformed += broken
    if kind == "json":
        click.echo(_as_json(told), nl=False)
    if not told and not malformed:
        raise Trouble("No cell has such a test." if wanted or cell else "No cell has tests.")
    failed = sum(each.result.status not in _PASSED for each in told)
    if kind == "text":
        more = f", {malformed} cannot be read" if malformed else ""
        click.echo(f"{count(len(told), 'test')}, {failed} failed{more}.")
    sys.exit(FAILED if failed or malformed else 0)


def _tested(
    path: str, wanted: str | None, cell: str | None, kernel: str | None, *, shows: bool
) -> tuple[list[TestTold], int]:
    """Runs the tests of a notebook, and says what came of each as soon as it is known.

    Returns:
        What came of them, and how many cannot be read.
    """
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
    from jupyter_nbquality.metadata import malformed_tests
    from jupyter_nbquality.testing.clean import clean_plan, run_cleanly
    from jupyter_nbquality.testing.git_head import lost_since_head
    from jupyter_nbquality.testing.items import items_of
    from jupyter_nbquality.testing.slice_kernel import Setting

    if b'"nbquality"' not in _content(path):
        # Most notebooks of a folder have no tests, and may be in any language.
        _tell_lost(lost_since_head([path]))
        return [], 0
    opened = open_notebook(path)
    notebook = opened.file.notebook
    only = opened.find(cell).id if cell is not None else None
    _tell_lost(lost_since_head([path]))
    malformed = 0
    for number, each in enumerate(notebook.cells, start=1):
        if wanted is None and only in (None, each.id):
            for problem in malformed_tests(each.metadata):
                malformed += 1
                click.echo(f"{opened.name}: cell {number}: {escaped(problem.reason)}", err=True)
    items = [
        item
        for item in items_of(notebook)
        if only in (None, item.cell)
        and (wanted is None or wanted.lower() in f"{item.test.name} {item.test.title}".lower())
    ]
    if not items:
        return [], malformed
    folder = Path(path).absolute().parent
    told = []
    try:
        name = _kernel_for(opened, kernel)
        setting = Setting(name, folder, CELL_SECONDS)
        with percentage() as progress:
            results = run_cleanly(clean_plan(notebook, items, opened.dataflow), setting, progress)
            for item, result in zip(items, results, strict=True):
                each_told = TestTold(
                    path=path,
                    cell=item.place + 1,
                    cell_id=item.cell,
                    title=item.test.title,
                    result=result.result,
                )
                told.append(each_told)
                if shows:
                    style = Style(wants_color(sys.stdout))
                    click.echo(_text(opened, each_told, item.test.engine, style), color=True)
    except KernelTroubleError as error:
        raise Trouble(f"{opened.name}: {escaped(str(error))}") from None
    return told, malformed


def _kernel_for(opened: "Opened", asked: str | None) -> str:
    """Gives the kernel that runs a notebook, and says where it is not its own.

    Raises:
        KernelTroubleError: No kernel is installed.
        Trouble: That which was asked for is not.
    """
    from jupyter_nbquality.execution.fresh_kernel import installed_kernel

    wanted = asked or opened.file.notebook.kernelspec or "python3"
    found = installed_kernel(wanted)
    if found != wanted:
        if asked:
            raise Trouble(f"No kernel `{escaped(asked)}` is installed.")
        click.echo(
            f"{opened.name}: its kernel `{escaped(wanted)}` is not installed; "
            f"its tests run in `{found}`.",
            err=True,
        )
    return found


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Trouble(f"{escaped(path)} cannot be read: {error}.") from None


def _tell_lost(lost: "list[LostTests]") -> None:
    for each in lost:
        click.echo(f"{escaped(each.path)}: {escaped(each.sentence)}", err=True)


def _text(opened: "Opened", told: TestTold, engine: str | None, style: Style) -> str:
    """Tells of a test: a line where it passed, with all that is known where it did not.

    Args:
        opened: Its notebook.
        told: What came of it.
        engine: The one that it asks for.
        style: Of the terminal.
    """
    result = told.result
    mark = result.status if result.status in _PASSED else style.severity("error", result.status)
    ran = result.engine
    where = ran if engine in (None, ran) else f"{ran}, not {engine} as it asks"
    head = f"{opened.name}: cell {told.cell}[{result.name}]: {mark} ({where})"
    if told.title:
        head += f"  {escaped(told.title)}"
    lines = [head]
    if result.status == "passed":
        return head
    lines += [f"  {escaped(line)}" for line in result.message.splitlines()]
    if result.status != "skipped":
        lines += [f"    {escaped(line)}" for line in _beside_message(result)]
        lines += [
            f"  {each.status}: {escaped(each.name)}"
            for each in result.cases
            if each.status not in _PASSED
        ]
    return "\n".join(lines)


def _beside_message(result: "TestResult") -> list[str]:
    """Gives the lines of the traceback, and of what the assert held, without the message itself."""
    lines = result.detail.splitlines()
    message = result.message.splitlines()
    for at in range(len(lines) - len(message), -1, -1):
        first, *rest = lines[at : at + len(message)] or [""]
        if message and [first.removeprefix("AssertionError: "), *rest] == message:
            return lines[:at] + lines[at + len(message) :]
    return lines


def _as_json(told: list[TestTold]) -> str:
    import json

    value = {"version": VERSION, "tests": msgspec.to_builtins(told, str_keys=True)}
    return json.dumps(value, indent=2) + "\n"
