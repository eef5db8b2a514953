"""`nbquality verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import msgspec

from jupyter_nbquality.cli.options import format_option, kernel_option, timeout_option, yes_option
from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.edits import EditPlan
    from jupyter_nbquality.execution.compare import Difference
    from jupyter_nbquality.execution.program import ProgramToRun
    from jupyter_nbquality.execution.proof import Setting
    from jupyter_nbquality.execution.verdict import Step, Verdict
    from jupyter_nbquality.refactor.effects import WorldEffect

DIFFERS, UNKNOWN, REFUSED = 1, 2, 3
NAMES, TEXT, LINES = "cells and the values of all names", "cells and what it prints", "lines"
"""What is compared."""


class _Side(msgspec.Struct, frozen=True):
    """What is run of a notebook, a script or a package.

    Attributes:
        path: The file or the folder.
        steps: The cells, or the whole script as one.
        opened: The notebook, if it is one.
        program: What is run in a process of its own instead.
    """

    path: Path
    steps: "list[Step]" = []
    opened: "Opened | None" = None
    program: "ProgramToRun | None" = None

    @property
    def runs(self) -> "list[Step] | ProgramToRun":
        """What is compared as text."""
        from jupyter_nbquality.execution.program import ProgramToRun

        if self.program is not None:
            return self.program
        if self.opened is not None:
            return [step for step in self.steps if step.source.strip()]
        return ProgramToRun([self.path.name], {self.path.name: self.steps[0].source})


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@kernel_option()
@click.option(
    "--python",
    metavar="PATH",
    help="Run NEW, or OLD once more without a NEW, in the environment of this Python, which has "
    "ipykernel; OLD runs in its kernel.",
)
@timeout_option()
@yes_option("them")
@format_option()
def command(
    old: Path,
    new: Path | None,
    kernel: str | None,
    python: str | None,
    timeout: float,
    yes: bool,
    kind: str,
) -> None:
    """Run two versions of a notebook, a script or a package, and say whether they do the same.

    Each runs in a fresh kernel, in a copy of its folder; OLD runs twice, and what differs between
    the two is not judged. What cells show is compared where both are notebooks, and what names hold
    in the end. Of a package, and of a script that begins behind `if __name__ == "__main__"`, what
    it prints is compared with what the other shows as text.
    With --python the same notebook runs in two environments, or NEW in another than OLD: what names
    hold is compared behind each cell, and the first that differs is named.
    Exits with 0 if all is the same, 1 if something differs, 2 if they could not be run.
    """
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.proof import Setting, prove

    if new is None and python is None:
        raise click.UsageError("Name two notebooks, or one and --python.")
    before = _side(old)
    after = _side(new) if new is not None else before
    if not yes:
        from jupyter_nbquality.refactor.effects import world_effects

        for each in (before.opened, after.opened):
            if each is not None:
                ask_first(each, world_effects(each.dataflow))
    other = _found(python) if python is not None else ""
    opened = before.opened or after.opened
    name = kernel or (opened.file.notebook.kernelspec if opened is not None else "") or "python3"
    folder = opened.file.path.resolve().parent if opened is not None else old.resolve().parent
    setting = Setting(folder, name, timeout, python=other)
    if before.program is not None or after.program is not None:
        verdict = compared_with(before.runs, after.runs, setting, opened)
        _end(verdict, opened, kind, TEXT if before.opened is not None else LINES)
    with percentage() as progress:
        verdict = prove(
            before.steps,
            after.steps,
            setting,
            made_of=_made_of(before.steps, after.steps),
            with_outputs=before.opened is not None and after.opened is not None,
            progress=progress,
        )
    _end(verdict, after.opened or before.opened, kind)


def compared_with(
    old: "Sequence[Step] | ProgramToRun",
    new: "Sequence[Step] | ProgramToRun",
    setting: "Setting",
    opened: "Opened | None",
) -> "Verdict":
    """Runs a notebook or a program twice and another once, and compares what they show as text.

    Args:
        old: The cells of a notebook, or a program.
        new: Likewise.
        setting: Where and how.
        opened: The notebook, if there is one.
    """
    from jupyter_nbquality.cli.progress import percentage
    from jupyter_nbquality.execution.program import prove_program

    cells = opened.file.notebook.cells if opened is not None else []
    may_raise = [cell.id for cell in cells if "raises-exception" in cell.tags]
    with percentage() as progress:
        return prove_program(old, new, setting, may_raise=may_raise, progress=progress)


def _found(python: str) -> str:
    from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
    from jupyter_nbquality.execution.other_python import find_python

    try:
        return find_python(python)
    except KernelTroubleError as error:
        raise Trouble(escaped(str(error))) from None


def _end(verdict: "Verdict", opened: "Opened | None", kind: str, what: str = NAMES) -> NoReturn:
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
    kind: str = "text",
) -> None:
    """Runs a notebook as it is and as it would be after a plan; ends the command if they differ.

    Args:
        opened: The notebook.
        plan: What would be done.
        lost: Names that it need not have afterwards.
        renamed: What names are called afterwards, where that is not what they were.
        yes: Whether it may run though it reaches beyond its folder.
        kind: ``text`` or ``json``: how it is said that they differ.

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
    if verdict.state == "identical":
        click.echo(told(verdict, opened), nl=False, err=True)
        return
    if kind == "json":
        show_disproved(verdict, opened)
    else:
        click.echo(told(verdict, opened), nl=False)
    sys.exit(REFUSED)


def show_disproved(verdict: "Verdict", opened: "Opened | None", what: str = NAMES) -> None:
    """Shows programs that a proof failed: one object on the standard output, a refusal."""
    from jupyter_nbquality.cli.json_output import as_json
    from jupyter_nbquality.edits import Refusal
    from jupyter_nbquality.execution.verdict import Verdict as Proof
    from jupyter_nbquality.secrets import mask

    class Disproved(Refusal, frozen=True, tag="refusal"):
        verdict: Proof

    code = "could-not-run" if verdict.state == "could-not-run" else "does-something-else"
    cell = next((found.cell for found in verdict.differences if found.cell), None)
    masked = msgspec.structs.replace(
        verdict,
        differences=[
            msgspec.structs.replace(found, before=mask(found.before), after=mask(found.after))
            for found in verdict.differences
        ],
    )
    words = told(verdict, opened, what).strip()
    click.echo(as_json(Disproved(code, words, cell, masked)), nl=False)


def told(verdict: "Verdict", opened: "Opened | None", what: str = NAMES) -> str:
    """Says a verdict for people; ``what`` is compared."""
    from jupyter_nbquality.secrets import mask

    if verdict.state == "could-not-run":
        return f"Could not be run: {escaped(verdict.reason)}\n"
    lines = []
    for found in verdict.differences:
        place = f" ({found.place})" if found.place else ""
        lines.append(escaped(f"{_where(found, opened)}{place}"))
        lines += [f"  {mark} {escaped(mask(text))}" for mark, text in _both(found)]
    count = len(verdict.differences)
    cells, names = _unjudged(verdict, opened)
    if count:
        first = escaped(_first_value(verdict, opened))
        lines.append(f"{count} difference{'s' if count > 1 else ''}.{first}")
    else:
        of_all = f"{verdict.cells - len(cells)} of {verdict.cells}" if cells else verdict.cells
        but = f" but {', '.join(names)}" if names else ""
        lines.append(escaped(f"Identical: {of_all} {what}{but}."))
    if verdict.undecided:
        lines.append(
            escaped(f"Not judged, as it differs from run to run: {', '.join(cells + names)}.")
        )
    return "\n".join(lines) + "\n"


def _unjudged(verdict: "Verdict", opened: "Opened | None") -> tuple[list[str], list[str]]:
    """Gives the cells and the names that were not judged, as people call them."""
    ids = {cell.id for cell in opened.file.notebook.cells} if opened is not None else set()
    cells: list[str] = []
    names: list[str] = []
    for each in verdict.undecided:
        if each in ids:
            cells.append(f"cell {_number(each, opened)}")
        else:
            (cells if each.startswith("line ") else names).append(each)
    return cells, names


def _where(found: "Difference", opened: "Opened | None") -> str:
    """Says what is different, in words."""
    cell = _number(found.cell, opened)
    behind = f" behind cell {cell}" if cell else ""
    if found.name:
        if found.what == "missing":
            return f"`{found.name}` is not there{behind or ' any more'}"
        return f"`{found.name}` holds something else{behind}"
    if cell:
        return (
            f"cell {cell} {'ends otherwise' if found.what == 'error' else 'shows something else'}"
        )
    if found.what == "error":
        return "it fails" if found.after else "it fails no more"
    return "it prints something else" if found.before else "it prints more"


def _first_value(verdict: "Verdict", opened: "Opened | None") -> str:
    """Names the first value that differs, where it is known behind which cell."""
    first = next((each for each in verdict.differences if each.name), None)
    cell = _number(first.cell, opened) if first is not None else ""
    if first is None or not cell:
        return ""
    return f" The first value that differs is `{first.name}`, behind cell {cell}."


def _number(cell: str | None, opened: "Opened | None") -> str:
    """Gives the number of a cell, or the id of one that the notebook does not have."""
    if opened is None or all(cell != each.id for each in opened.file.notebook.cells):
        return cell or ""
    return str(opened.number(cell)) if cell is not None else ""


def _both(found: "Difference") -> tuple[tuple[str, str], tuple[str, str]]:
    return ("-", found.before), ("+", found.after)


def _side(path: Path) -> _Side:
    """Gives what there is to run of a notebook, a script or a package."""
    from jupyter_nbquality.cli.programs import program_at
    from jupyter_nbquality.execution.verdict import Step

    program = program_at(path)
    if program is not None:
        return _Side(path, program=program)
    if path.suffix.lower() == ".py":
        try:
            return _Side(path, [Step("", path.read_text("utf-8"))])
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"{escaped(str(path))} cannot be read: {error}.") from None
    from jupyter_nbquality.cli.opened import open_notebook

    opened = open_notebook(str(path))
    cells = opened.file.notebook.cells
    steps = [Step(cell.id, cell.source) for cell in cells if cell.cell_type == "code"]
    return _Side(path, steps, opened)


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
