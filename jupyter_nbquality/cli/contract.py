"""`nbquality contract`."""

import sys
from typing import TYPE_CHECKING

import click

from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.options import yes_option
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.testing.contracts import Contract

BROKEN = 1


@click.command()
@click.argument("notebook", type=click.Path())
@click.option(
    "--cell",
    metavar="N|ID",
    help="Of the frames that this cell makes, not of those that the notebook reads from files.",
)
@click.option("--write", is_flag=True, help="Write the contracts into the notebook.")
@click.option("--diff", is_flag=True, help="Show what would be written; this is the default.")
@click.option(
    "--anew", is_flag=True, help="Make contracts anew that hold, too; else they stay as they are."
)
@yes_option("it")
def command(
    notebook: str, cell: str | None, write: bool, diff: bool, anew: bool, yes: bool
) -> None:
    """Record what the frames hold that a notebook loads, as tests of its cells.

    What loads them runs in a fresh kernel, in a copy of the folder. A contract that holds stays as
    it is. Exits with 1 if a contract does not hold and is not written anew, 2 if the notebook
    could not be run.
    """
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.testing.contracts import plan

    if write and diff:
        raise click.UsageError("Either --write or --diff.")
    if notebook == "-":
        raise click.UsageError("Name a notebook in a file: what it loads is seen from there.")
    opened = open_notebook(notebook)
    found = _recorded(opened, cell, yes=yes)
    due = [each for each in found if each.is_due or (anew and each.before != each.test)]
    for each in found:
        _tell(opened, each)
    if not due:
        click.echo(f"{count(len(found), 'contract')}, nothing to write.")
        return
    if write:
        from jupyter_nbquality.edits import EditRefusedError
        from jupyter_nbquality.notebook_file import write as write_file

        try:
            write_file(opened.file.path, opened.file.apply(plan(opened.file.notebook, due)))
        except (OSError, EditRefusedError) as error:
            raise Trouble(f"{opened.name} cannot be written: {escaped(str(error))}") from None
        click.echo(f"Wrote {count(len(due), 'contract')} to {opened.name}.")
        return
    _show(opened, due)
    click.echo(f"{count(len(due), 'contract')} to write; --write does so.", err=True)
    if any(each.problems for each in due):
        sys.exit(BROKEN)


def _recorded(opened: "Opened", cell: str | None, *, yes: bool) -> "list[Contract]":
    """Runs what loads frames.

    Raises:
        Trouble: It loads none, or could not be run.
    """
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.cli.verify import ask_first
    from jupyter_nbquality.dataflow.slices import StatementGraph
    from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
    from jupyter_nbquality.execution.workspace import TooManyFilesError
    from jupyter_nbquality.refactor.effects import world_effects
    from jupyter_nbquality.testing.contracts import loads, record

    loading = loads(opened.dataflow)
    if cell is not None:
        key = opened.find(cell).id
        known = opened.dataflow.cells.get(key)
        names = list(known.facts.binds) if known is not None else []
        if not names:
            raise Trouble(f"{opened.name}: cell {opened.number(key)} binds no names.")
        loading = {key: names}
    if not loading:
        raise Trouble(f"{opened.name}: no cell is seen to read a file and to keep what it read.")
    if not yes:
        needed = StatementGraph(opened.dataflow.cells).slice_of_cells(loading).cells
        ask_first(opened, world_effects(opened.dataflow, needed))
    folder = opened.file.path.resolve().parent
    try:
        with percentage() as progress:
            found = record(
                opened.file.notebook, opened.dataflow, folder, loading, progress=progress
            )
    except (KernelTroubleError, TooManyFilesError, OSError) as error:
        raise Trouble(f"{opened.name}: {escaped(str(error))}") from None
    if not found:
        shown = ", ".join(f"`{name}`" for its in loading.values() for name in its)
        raise Trouble(f"{opened.name}: no frame of pandas or polars is in {escaped(shown)}.")
    return found


def _tell(opened: "Opened", contract: "Contract") -> None:
    where = f"cell {opened.number(contract.cell)}: {escaped(contract.name)}"
    if contract.before is None:
        click.echo(f"{where}: new")
    elif not contract.is_readable:
        click.echo(f"{where}: was changed by hand, and stays as it is")
    elif not contract.problems:
        click.echo(f"{where}: holds")
    else:
        click.echo(f"{where}: does not hold")
        for column, said in contract.problems:
            click.echo(escaped(f"  {column}: {'; '.join(said)}"))


def _show(opened: "Opened", contracts: "list[Contract]") -> None:
    """Shows what would be written, as a diff."""
    from difflib import unified_diff

    from jupyter_nbquality.cli.diffs import colored

    for each in contracts:
        title = f"{opened.name}:cell {opened.number(each.cell)}[{each.test.name}]"
        before = each.before.source.splitlines() if each.before is not None else []
        lines = unified_diff(before, each.test.source.splitlines(), title, title, n=1, lineterm="")
        click.echo(colored("\n".join(lines), wants_color(sys.stdout)), color=True)


__all__ = ["command"]
