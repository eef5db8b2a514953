"""Runs two versions of a notebook in fresh kernels, and compares them.

The old version runs twice: what is not the same then is not deterministic, and is not judged.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from jupyter_nbquality.execution.compare import (
    Difference,
    joined,
    output_difference,
    unjudged_values,
    value_differences,
)
from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError, fresh_kernel
from jupyter_nbquality.execution.outputs import CellRun
from jupyter_nbquality.execution.verdict import Step, Verdict
from jupyter_nbquality.execution.workspace import TooManyFilesError, workspace

VALUE_SECONDS = 60.0


class Run(msgspec.Struct, frozen=True):
    """What came of running a version.

    Attributes:
        cells: What came of each cell that ran, by id.
        values: What the names hold in the end; see `values_in_kernel`.
        along: What they hold behind each cell, by its id; empty where nobody asked.
    """

    cells: dict[str, CellRun]
    values: dict[str, Any]
    along: dict[str, dict[str, Any]] = {}


class Setting(msgspec.Struct, frozen=True):
    """Where and how to run.

    Attributes:
        folder: The folder of the notebook, which is copied for each run; ``None`` for none.
        files: Texts that are written into the copy for the new version, by their paths.
        kernel: The name of the kernelspec.
        cell_seconds: The most that a cell may take.
        python: The Python in which the new version runs, where that is not the kernel's; what names
            hold is then compared behind each cell.
    """

    folder: Path | None
    kernel: str
    cell_seconds: float = 300.0
    files: dict[str, str] = {}
    python: str = ""


def prove(
    before: Sequence[Step],
    after: Sequence[Step],
    setting: Setting,
    *,
    made_of: Mapping[str, Sequence[str]] | None = None,
    lost: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    with_outputs: bool = True,
    progress: Callable[[float, str], None] = lambda _share, _label: None,
    stop: Event | None = None,
) -> Verdict:
    """Compares an old and a new version of a notebook by running both.

    Args:
        before: The cells of the old version, in order.
        after: Those of the new one.
        setting: Where and how.
        made_of: The old cells that a new one is made of, by its id, where these are not the one of
            the same id; none for a cell that is new.
        lost: Names that the new version need not have.
        renamed: What names are called in the new version, where that is not what they were.
        with_outputs: Whether what cells show is compared, too.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.

    Raises:
        CancelledError: Nobody wants it any more.
    """
    began = time.monotonic()
    steps = 2 * len(before) + len(after)
    done = 0

    def ran(label: str) -> Callable[[], None]:
        def one() -> None:
            nonlocal done
            done += 1
            progress(done / max(steps, 1), label)

        return one

    try:
        along = bool(setting.python)
        first = run(before, setting, ran("Running the old code"), stop, along=along)
        second = run(before, setting, ran("Running the old code once more"), stop, along=along)
        third = run(
            after,
            setting,
            ran("Running the new code"),
            stop,
            setting.files,
            python=setting.python,
            along=along,
        )
    except (KernelTroubleError, TooManyFilesError, OSError) as error:
        seconds = time.monotonic() - began
        return Verdict("could-not-run", str(error), [], [], 0, seconds)
    return compared(
        (first, second, third),
        after,
        made_of=made_of,
        lost=lost,
        renamed=renamed,
        with_outputs=with_outputs,
        seconds=time.monotonic() - began,
    )


def compared(
    runs: tuple[Run, Run, Run],
    after: Sequence[Step],
    *,
    made_of: Mapping[str, Sequence[str]] | None = None,
    lost: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    with_outputs: bool = True,
    seconds: float = 0.0,
) -> Verdict:
    """Judges what came of running two versions.

    Args:
        runs: The old version, the old one once more, and the new one.
        after: The cells of the new one.
        made_of: See `prove`.
        lost: Likewise.
        renamed: Likewise.
        with_outputs: Likewise.
        seconds: How long it took.
    """
    first, second, third = runs
    differences: list[Difference] = []
    undecided: list[str] = []
    above: list[CellRun] = []
    for step in after if with_outputs else ():
        sources = list((made_of or {}).get(step.cell, [step.cell]))
        above.append(third.cells[step.cell])
        if not sources and step is not after[-1]:
            # What was split off a cell is judged together with the rest of it, right below.
            continue
        now = _as_one(above) if len(above) > 1 else above[0]
        above = []
        pair = [
            [each.cells[key] for key in sources if key in each.cells] for each in (first, second)
        ]
        found = output_difference(step.cell, pair[0], now, pair[1])
        if found is not None:
            differences.append(found)
        elif output_difference(step.cell, pair[0], _as_one(pair[1]), pair[0]) is not None:
            # The same in part, perhaps; not all of it was judged.
            undecided.append(step.cell)
        if sources and sources[-1] in first.along and step.cell in third.along:
            held = (first.along[sources[-1]], third.along[step.cell], second.along[sources[-1]])
            differences += _new_differences(held, step.cell, differences)
    called = renamed or {}
    again = {called.get(name, name): told for name, told in second.values.items()}
    expected = {
        called.get(name, name): told for name, told in first.values.items() if name not in set(lost)
    }
    differences += _new_differences((expected, third.values, again), None, differences)
    undecided += unjudged_values(expected, again)
    return Verdict(
        "differs" if differences else "identical",
        "",
        differences,
        undecided,
        len(third.cells),
        seconds,
    )


def _new_differences(
    held: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
    cell: str | None,
    known: Sequence[Difference],
) -> list[Difference]:
    """Gives those of names of which none is known yet."""
    names = {each.name for each in known}
    return [
        msgspec.structs.replace(each, cell=cell)
        for each in value_differences(*held)
        if each.name not in names
    ]


def run(
    steps: Sequence[Step],
    setting: Setting,
    ran: Callable[[], None] = lambda: None,
    stop: Event | None = None,
    files: Mapping[str, str] | None = None,
    *,
    python: str = "",
    along: bool = False,
) -> Run:
    """Runs cells in a fresh kernel, in a copy of their folder; goes on after a cell that raises.

    Args:
        steps: The cells.
        setting: Where and how.
        ran: Told of each cell that ran.
        stop: Set by whoever does not want it any more.
        files: Texts that are written into the copy, by their paths.
        python: The Python in which the kernel runs, where that is not the kernelspec's.
        along: Whether it is told what names hold behind each cell.

    Raises:
        KernelTroubleError: The kernel does not start, dies, or takes too long.
        CancelledError: Nobody wants it any more.
        TooManyFilesError: The folder holds too many files.
    """
    with (
        workspace(setting.folder) as place,
        fresh_kernel(setting.kernel, place.folder, stop, python=python) as kernel,
    ):
        for path, text in (files or {}).items():
            place.write(path, text)
        cells: dict[str, CellRun] = {}
        held: dict[str, dict[str, Any]] = {}
        values: dict[str, Any] = {}
        for step in steps:
            cells[step.cell] = kernel.run(step.source, setting.cell_seconds)
            if along:
                values = _with_shared_parts(kernel.values(VALUE_SECONDS), values)
                held[step.cell] = values
            ran()
        return Run(cells, values if held else kernel.values(VALUE_SECONDS), held)


def _with_shared_parts(values: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Keeps what did not change once alone: frames are told by a hash for each of their cells."""
    return {
        name: before[name] if before.get(name) == told else told for name, told in values.items()
    }


def _as_one(runs: Sequence[CellRun]) -> CellRun:
    outputs = joined(runs)
    error = next((each.error for each in runs if each.error), "")
    return CellRun(outputs, error, sum(each.seconds for each in runs))
