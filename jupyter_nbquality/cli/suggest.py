"""`nbquality suggest`."""

import sys
from typing import TYPE_CHECKING

import click

from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.options import format_option, yes_option
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.testing.suggestion import Suggestion, Survivor


@click.command()
@click.argument("notebook", type=click.Path())
@click.option(
    "--cell",
    metavar="N|ID",
    required=True,
    help="The cell, by its number or its id.",
)
@click.option(
    "--accept",
    "accepted",
    metavar="NAME",
    multiple=True,
    help="Write a proposal of this name into the notebook; may be given several times.",
)
@click.option("--survivors", is_flag=True, help="Show changes of the code that no test notices.")
@yes_option("it")
@format_option()
def command(
    notebook: str, cell: str, accepted: tuple[str, ...], survivors: bool, yes: bool, kind: str
) -> None:
    """Propose tests of a cell, and tell what its tests are worth.

    What the cell needs runs in a fresh kernel, in a copy of the folder; then the cell is changed a
    little, many times, to see which tests notice. Nothing is written unless it is accepted.
    Exits with 2 if the notebook could not be run.
    """
    from jupyter_nbquality.cli.opened import open_notebook

    if notebook == "-":
        raise click.UsageError("Name a notebook in a file: what it loads is seen from there.")
    opened = open_notebook(notebook)
    found = _found(opened, opened.find(cell).id, yes=yes)
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        click.echo(as_json(found), nl=False)
    else:
        _tell(opened, found, survivors=survivors)
    if accepted:
        _write(opened, found, accepted, quiet=kind == "json")


def _found(opened: "Opened", cell: str, *, yes: bool) -> "Suggestion":
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.cli.verify import ask_first
    from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
    from jupyter_nbquality.execution.workspace import TooManyFilesError
    from jupyter_nbquality.refactor.effects import world_effects
    from jupyter_nbquality.testing.proposals import suggest
    from jupyter_nbquality.testing.trial_plan import CannotSuggestError, plan_of

    try:
        plan = plan_of(opened.file.notebook, opened.dataflow, cell)
        if not yes:
            ask_first(opened, world_effects(opened.dataflow, plan.needed))
        folder = opened.file.path.resolve().parent
        with percentage() as progress:
            return suggest(plan, opened.file.notebook.kernelspec, folder, progress=progress)
    except (CannotSuggestError, KernelTroubleError, TooManyFilesError, OSError) as error:
        raise Trouble(f"{opened.name}: {escaped(str(error))}") from None


def _tell(opened: "Opened", found: "Suggestion", *, survivors: bool) -> None:
    where = f"cell {opened.number(found.cell)}"
    for test in found.tests:
        said = f"notices {test.worth.killed} of {test.worth.mutants} changes"
        if not test.passes:
            said = "does not pass"
        elif test.weak:
            said += ": weak"
        click.echo(f"{where}[{test.name}]: {said}")
    for each in found.proposals:
        click.echo(f"\n{where}[{each.name}]: {escaped(each.title)}")
        click.echo(escaped(f"  {each.why}"))
        new = "" if each.new == each.worth.killed else f", {each.new} of them new"
        click.echo(f"  Notices {each.worth.killed} of {each.worth.mutants} changes{new}.\n")
        for line in each.source.rstrip().split("\n"):
            click.echo(f"    {escaped(line)}".rstrip())
    worth = found.worth
    if worth.mutants:
        click.echo(
            f"\n{count(worth.mutants, 'change')} of the code could be noticed, and together these "
            f"tests notice {worth.killed}."
        )
    if found.remark:
        click.echo(found.remark)
    if survivors:
        for one in worth.survivors:
            click.echo(_diff(where, one))


def _diff(where: str, one: "Survivor") -> str:
    from jupyter_nbquality.cli.diffs import colored

    lines = [
        *(f"-{line}" for line in one.before.split("\n")),
        *(f"+{line}" for line in one.after.split("\n")),
    ]
    text = "\n".join([f"@@ {where}, line {one.line + 1}: {one.title} @@", *lines])
    return colored(text, wants_color(sys.stdout))


def _write(
    opened: "Opened", found: "Suggestion", accepted: tuple[str, ...], *, quiet: bool
) -> None:
    """Writes proposals into the notebook.

    Raises:
        Trouble: There is no such proposal, or the notebook cannot be written.
    """
    from jupyter_nbquality.edits import ChangeMetadata, EditPlan, EditRefusedError
    from jupyter_nbquality.metadata import CellTest, cell_tests, with_cell_tests
    from jupyter_nbquality.notebook_file import write

    proposals = {each.name: each for each in found.proposals}
    for name in accepted:
        if name not in proposals:
            raise Trouble(f"No proposal is named `{escaped(name)}`.")
    cell = opened.find(found.cell)
    made = [
        CellTest(name=name, title=proposals[name].title, source=proposals[name].source.rstrip())
        for name in dict.fromkeys(accepted)
    ]
    ours = with_cell_tests(cell.metadata, [*cell_tests(cell.metadata), *made])
    try:
        data = opened.file.apply(EditPlan("Add tests", [ChangeMetadata(cell.id, ours)]))
        write(opened.file.path, data)
    except (OSError, EditRefusedError) as error:
        raise Trouble(f"{opened.name} cannot be written: {escaped(str(error))}") from None
    if not quiet:
        click.echo(f"Wrote {count(len(made), 'test')} to {opened.name}.")


__all__ = ["command"]
