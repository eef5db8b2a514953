"""`nbquality tests`: takes the tests of cells elsewhere, or brings tests in."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.testing.celltests import Imported


@click.group()
def command() -> None:
    """Write the tests of cells as a module for pytest; take tests over from nbcelltests."""


@command.command(name="list")
@click.argument("notebook", type=click.Path())
def list_tests(notebook: str) -> None:
    """List the tests of a notebook's cells, and what cannot be read as one."""
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.metadata import cell_tests, malformed_tests

    opened = open_notebook(notebook)
    for number, cell in enumerate(opened.file.notebook.cells, start=1):
        for test in cell_tests(cell.metadata):
            title = f"  {escaped(test.title)}" if test.title else ""
            click.echo(f"cell {number}[{test.name}]{title}")
        for malformed in malformed_tests(cell.metadata):
            click.echo(f"cell {number}: {escaped(malformed.reason)}", err=True)


@command.command()
@click.argument("notebook", type=click.Path())
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The module; else test_<notebook>.py beside the notebook.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def export(notebook: str, to: Path | None, force: bool) -> None:
    """Write the tests of a notebook's cells as a module that runs under plain pytest.

    Each test runs after the code of the notebook that it needs, which stands in the module.
    """
    from jupyter_nbquality.cli.opened import open_notebook, refuse_target
    from jupyter_nbquality.dataflow.script import ExportRefusedError
    from jupyter_nbquality.notebook_file import write
    from jupyter_nbquality.testing.export import module_of_tests

    opened = open_notebook(notebook)
    if notebook == "-" and to is None:
        raise click.UsageError("Say where with --to: the notebook has no name.")
    file = Path(notebook)
    target = to if to is not None else file.with_name(f"test_{_identifier(file.stem)}.py")
    refuse_target(opened, target, force=force)
    folder = Path() if notebook == "-" else file.absolute().parent
    try:
        seen = os.path.relpath(folder.absolute(), target.absolute().parent).replace(os.sep, "/")
        text = module_of_tests(opened.file.notebook, opened.dataflow, seen)
        write(target, text.encode())
    except (ExportRefusedError, ValueError) as error:
        raise Trouble(f"{opened.name}: {escaped(str(error))}") from None
    except OSError as error:
        raise Trouble(f"{escaped(str(target))} cannot be written: {error}.") from None
    click.echo(f"Wrote {escaped(str(target))}.")


@command.command(name="import")
@click.argument("notebook", type=click.Path())
@click.option("--write", is_flag=True, help="Write them into the notebook.")
def import_tests(notebook: str, write: bool) -> None:
    """Take over the tests that nbcelltests keeps in `metadata.celltests`; they stay there, too."""
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.edits import EditRefusedError
    from jupyter_nbquality.notebook_file import write as write_file
    from jupyter_nbquality.testing.celltests import imported

    if notebook == "-":
        raise click.UsageError("Name a notebook in a file: it is changed.")
    opened = open_notebook(notebook)
    found = imported(opened.file)
    _tell(opened, found)
    if not found.taken:
        click.echo("There is nothing to take over.")
        return
    told = count(len(found.taken), "test")
    if not write:
        click.echo(f"{told} to take over; --write does so.")
        return
    try:
        write_file(opened.file.path, opened.file.apply(found.plan))
    except (OSError, EditRefusedError) as error:
        raise Trouble(f"{opened.name} cannot be written: {escaped(str(error))}") from None
    click.echo(f"Took over {told}.")


def _tell(opened: "Opened", found: "Imported") -> None:
    from jupyter_nbquality.metadata import cell_tests

    changes = iter(found.plan.operations)
    for place in found.taken:
        change = next(changes)
        test = cell_tests(change.metadata)[-1]  # type: ignore[union-attr]
        click.echo(f"cell {place + 1}[{test.name}]")
        for line in test.source.splitlines():
            click.echo(f"  {escaped(line)}")
    for place, reason in found.left.items():
        click.echo(f"{opened.name}: cell {place + 1} is left: {reason}.", err=True)


def _identifier(stem: str) -> str:
    return "".join(each if each.isalnum() or each == "_" else "_" for each in stem)
