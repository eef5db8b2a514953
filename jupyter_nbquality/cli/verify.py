"""`nbquality verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from jupyter_nbquality.cli.options import format_option, kernel_option, timeout_option, yes_option
from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.edits import EditPlan
    from jupyter_nbquality.execution.compare import Difference
    from jupyter_nbquality.execution.program import ProgramToRun
    from jupyter_nbquality.execution.verdict import Step, Verdict
    from jupyter_nbquality.refactor.effects import WorldEffect

DIFFERS, UNKNOWN, REFUSED = 1, 2, 3


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@kernel_option()
@timeout_option()
@yes_option("them")
@format_option()
def command(old: Path, new: Path, kernel: str | None, timeout: float, yes: bool, kind: str) -> None:
    """Run two versions of a notebook, a script or a package, and say whether they do the same.

    Each runs in a fresh kernel, in a copy of its folder; OLD runs twice, and what differs between
    the two is not judged. What cells show is compared where both are notebooks, and what names hold
    in the end. Of a package, and of a script that begins behind `if __name__ == "__main__"`, what
    it prints is compared with what the cells show as text.
    Exits with 0 if all is the same, 1 if something differs, 2 if they could not be run.
    """
    from jupyter_nbquality.cli.programs import program_at
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.proof import Setting, prove

    before, opened = _steps(old)
    program = program_at(new) if opened is not None else None
    after, other = _steps(new) if program is None else ([], None)
    if not yes:
        from jupyter_nbquality.refactor.effects import world_effects

        for each in (opened, other):
            if each is not None:
                ask_first(each, world_effects(each.dataflow))
    name = kernel or (opened.file.notebook.kernelspec if opened is not None else "") or "python3"
    setting = Setting(old.resolve().parent, name, timeout)
    if opened is not None and program is not None:
        _end(compared_with(opened, program, name, timeout), opened, kind, "what it prints")
    with percentage() as progress:
        verdict = prove(
            before,
            after,
            setting,
            made_of=_made_of(before, after),
            with_outputs=opened is not None and other is not None,
            progress=progress,
        )
    _end(verdict, opened, kind)


def compared_with(
    opened: "Opened", program: "ProgramToRun", kernel: str, timeout: float
) -> "Verdict":
    """Runs a notebook twice and a program once, and compares what they show as text.

    Args:
        opened: The notebook.
        program: The program.
        kernel: The name of the kernelspec.
        timeout: The most that one cell may take.
    """
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.program import prove_program
    from jupyter_nbquality.execution.proof import Setting
    from jupyter_nbquality.execution.verdict import Step

    cells = [cell for cell in opened.file.notebook.cells if cell.cell_type == "code"]
    folder = opened.file.path.resolve().parent if opened.file.path.name else None
    with percentage() as progress:
        return prove_program(
            [Step(cell.id, cell.source) for cell in cells if cell.source.strip()],
            program,
            Setting(folder, kernel, timeout),
            may_raise=[cell.id for cell in cells if "raises-exception" in cell.tags],
            progress=progress,
        )


def _end(
    verdict: "Verdict", opened: "Opened | None", kind: str, what: str = "the values of all names"
) -> NoReturn:
    """Says the verdict, and ends the command with its status."""
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        click.echo(as_json(verdict), nl=False)
    else:
        click.echo(told(verdict, opened, what), nl=False)
    sys.exit({"identical": 0, "differs": DIFFERS, "could-not-run": UNKNOWN}[verdict.state])


def refuse_difference(
    opened: "Opened",
    plan: "EditPlan",
    lost: "Sequence[str]",
    renamed: "Mapping[str, str]",
    *,
    yes: bool,
) -> None:
    """Runs a notebook as it is and as it would be after a plan; ends the command if they differ.

    Args:
        opened: The notebook.
        plan: What would be done.
        lost: Names that it need not have afterwards.
        renamed: What names are called afterwards, where that is not what they were.
        yes: Whether it may run though it reaches beyond its folder.

    Raises:
        Trouble: It was not run, as nobody agreed to what it reaches.
    """
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.proof import Setting, prove
    from jupyter_nbquality.refactor.trial import trial

    tried = trial(opened.file.notebook, plan, opened.dataflow.libraries)
    if not yes:
        ask_first(opened, tried.effects)
    folder = opened.file.path.resolve().parent if opened.file.path.name else None
    setting = Setting(folder, opened.file.notebook.kernelspec, files=tried.files)
    with percentage() as progress:
        verdict = prove(
            tried.before,
            tried.after,
            setting,
            made_of=tried.made_of,
            lost=lost,
            renamed=renamed,
            progress=progress,
        )
    click.echo(told(verdict, opened), nl=False, err=verdict.state == "identical")
    if verdict.state != "identical":
        sys.exit(REFUSED)


def told(verdict: "Verdict", opened: "Opened | None", what: str = "the values of all names") -> str:
    """Says a verdict for people; ``what`` is compared beside the cells."""
    from jupyter_nbquality.secrets import mask

    if verdict.state == "could-not-run":
        return f"Could not be run: {escaped(verdict.reason)}\n"
    lines = []
    for found in verdict.differences:
        if found.cell is not None:
            number = opened.number(found.cell) if opened is not None else found.cell
            where = f"cell {number} shows something else"
            if found.what == "error":
                where = f"cell {number} ends otherwise"
        elif not found.name:
            where = "it fails" if found.what == "error" else "it prints more"
        elif found.what == "missing":
            where = f"`{found.name}` is not there any more"
        else:
            where = f"`{found.name}` holds something else"
        place = f" ({found.place})" if found.place else ""
        lines.append(escaped(f"{where}{place}"))
        lines += [f"  {mark} {escaped(mask(text))}" for mark, text in _both(found)]
    count = len(verdict.differences)
    if count:
        lines.append(f"{count} difference{'s' if count > 1 else ''}.")
    else:
        lines.append(f"Identical: {verdict.cells} cells and {what}.")
    if verdict.undecided:
        names = ", ".join(
            f"cell {opened.number(each)}"
            if opened is not None and any(each == cell.id for cell in opened.file.notebook.cells)
            else each
            for each in verdict.undecided
        )
        lines.append(escaped(f"Not judged, as it differs from run to run: {names}."))
    return "\n".join(lines) + "\n"


def _both(found: "Difference") -> tuple[tuple[str, str], tuple[str, str]]:
    return ("-", found.before), ("+", found.after)


def _steps(path: Path) -> "tuple[list[Step], Opened | None]":
    """Gives what there is to run of a notebook or a script."""
    from jupyter_nbquality.execution.verdict import Step

    if path.suffix.lower() == ".py":
        try:
            return [Step("", path.read_text("utf-8"))], None
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"{escaped(str(path))} cannot be read: {error}.") from None
    from jupyter_nbquality.cli.opened import open_notebook

    opened = open_notebook(str(path))
    cells = opened.file.notebook.cells
    return [Step(cell.id, cell.source) for cell in cells if cell.cell_type == "code"], opened


def _made_of(before: "list[Step]", after: "list[Step]") -> dict[str, list[str]]:
    """Says which old cells a new one is compared with; by place, where ids tell nothing."""
    old, new = [step.cell for step in before], [step.cell for step in after]
    if set(old) & set(new):
        return {}
    return {cell: [old[place]] for place, cell in enumerate(new) if place < len(old)}


def ask_first(opened: "Opened", effects: "Iterable[WorldEffect]") -> None:
    """Refuses to run what reaches beyond the folder, unless the person said so."""
    far = next((effect for effect in effects if not effect.stays_inside), None)
    if far is None:
        return
    what = {
        "writes-file": f"writes to {far.what or 'a path that is not written out'}",
        "network": "uses the network",
        "database": "uses a database",
        "subprocess": "starts other programs",
        "environment": "changes the environment",
    }[far.kind]
    raise Trouble(
        f"{opened.name}: cell {opened.number(far.cell)} {escaped(what)}; "
        "--yes runs it all the same."
    )
