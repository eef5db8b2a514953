"""A kernel in which only what tests need is run."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.export import kept_lines, split_lines
from jupyter_nbquality.execution.fresh_kernel import FreshKernel, KernelTroubleError, fresh_kernel
from jupyter_nbquality.notebook import Cell, Notebook

_MARKERS = {
    "NBVAL_RAISES_EXCEPTION": "raises-exception",
    "NBVAL_SKIP": "nbval-skip",
    "NBVAL_IGNORE_OUTPUT": "nbval-ignore-output",
    "PYTEST_VALIDATE_IGNORE_OUTPUT": "nbval-ignore-output",
}
_SHOWN = 200
"""How much of an exception is told."""
_EXPECTED = frozenset({"raises-exception", "nbval-raises-exception"})


class CellStep(msgspec.Struct, frozen=True):
    """What is run of a cell.

    Attributes:
        cell: Its id.
        place: Its place among all cells, from 0.
        source: What is run of it; what is not is empty lines, so that each line has its number.
        may_raise: Whether it is marked as one that raises.
        skipped: Whether it is marked as one that is not run.
    """

    cell: str
    place: int
    source: str
    may_raise: bool = False
    skipped: bool = False


class CellEnd(msgspec.Struct, frozen=True):
    """What came of running a cell.

    Attributes:
        end: How it ended.
        reason: The exception, or the kernel's trouble; empty without one.
    """

    end: Literal["ran", "raised", "skipped", "died"]
    reason: str = ""

    @property
    def why(self) -> str:
        """Why nothing that needs the cell can run, behind its name; empty where it ran."""
        return {
            "ran": "",
            "raised": f"which raised {self.reason[:_SHOWN]}",
            "skipped": "which is skipped",
            "died": f"which did not end: {self.reason}",
        }[self.end]


class Setting(msgspec.Struct, frozen=True):
    """Where and how cells run.

    Attributes:
        kernel: The name of the kernelspec.
        folder: The working directory.
        cell_seconds: The most that a cell may take.
    """

    kernel: str
    folder: Path
    cell_seconds: float


class SliceKernel:
    """Runs the steps of a notebook in order, as far as they are asked for.

    Steps that have all that each of them needs give each the values that the whole notebook would
    give it.

    Args:
        steps: What may run, in document order.
        setting: Where and how.
        stop: Set by whoever does not want it any more.

    Attributes:
        steps: What may run.
        ended: What came of each cell that was reached, by its id.
        ran: How many cells ran, over all kernels.
    """

    def __init__(
        self, steps: Sequence[CellStep], setting: Setting, stop: Event | None = None
    ) -> None:
        self.steps = steps
        self._setting = setting
        self._stop = stop
        self._exit = ExitStack()
        self._kernel: FreshKernel | None = None
        self._next = 0
        self.ended: dict[str, CellEnd] = {}
        self.ran = 0

    def reach(self, place: int) -> None:
        """Runs the steps up to a cell, itself included; from the start if it is past that.

        Raises:
            KernelTroubleError: The kernel does not start, or died.
            CancelledError: Nobody wants it any more.
        """
        if self._next and self.steps[self._next - 1].place > place:
            self.close()
        if self._kernel is None:
            self._next, self.ended = 0, {}
            self._kernel = self._exit.enter_context(
                fresh_kernel(self._setting.kernel, self._setting.folder, self._stop)
            )
        while self._next < len(self.steps) and self.steps[self._next].place <= place:
            step = self.steps[self._next]
            self._next += 1
            self.ended[step.cell] = self._run(self._kernel, step)

    def evaluate(self, expression: str, seconds: float) -> str:
        """Evaluates an expression after the last cell that ran; see `FreshKernel.evaluate`."""
        assert self._kernel is not None  # `reach` comes first
        return self._kernel.evaluate(expression, seconds)

    def close(self) -> None:
        """Ends the kernel; `reach` starts another."""
        self._exit.close()
        self._kernel = None
        self._next = 0

    def _run(self, kernel: FreshKernel, step: CellStep) -> CellEnd:
        if step.skipped:
            return CellEnd("skipped")
        self.ran += 1
        try:
            run = kernel.run(step.source, self._setting.cell_seconds)
        except KernelTroubleError as error:
            self.ended[step.cell] = CellEnd("died", str(error))
            raise
        return CellEnd("raised", run.error) if run.error and not step.may_raise else CellEnd("ran")


def steps_for(
    notebook: Notebook, cells: Mapping[str, CellFacts], wanted: Mapping[str, Collection[int]]
) -> list[CellStep]:
    """Gives what is run of a notebook.

    Args:
        notebook: The document.
        cells: What is known of its code cells, by id.
        wanted: The lines that are run, from 1, by the id of their cell.
    """
    steps = []
    for place, cell in enumerate(notebook.cells):
        lines = wanted.get(cell.id)
        known = cells.get(cell.id)
        if lines is None or known is None:
            continue
        # Of what does not parse no lines are known; it runs, and raises.
        is_whole = known.state != "known"
        if lines or is_whole:
            source = known.source if is_whole else with_lines(known, sorted(lines))
            steps.append(CellStep(cell.id, place, source, may_raise(cell), is_skipped(cell)))
    return steps


def with_lines(known: CellFacts, lines: Sequence[int]) -> str:
    """Gives the text of a cell with only some statements; each stays in its line.

    Args:
        known: What is known of the cell.
        lines: The lines of whole statements, from 1.
    """
    source = split_lines(known.source)
    kept = set(kept_lines(known, list(lines)))
    if len(kept) == len(source):
        return known.source
    return "\n".join(line if number in kept else "" for number, line in enumerate(source, start=1))


def may_raise(cell: Cell) -> bool:
    """Tells whether a cell is marked, for nbval or nbclient, as one that raises."""
    return not _EXPECTED.isdisjoint(_markers(cell))


def is_skipped(cell: Cell) -> bool:
    """Tells whether a cell is marked, for nbval, as one that is not run."""
    return "nbval-skip" in _markers(cell)


def is_compared(cell: Cell) -> bool:
    """Tells whether a cell is not marked, for nbval, as one whose output may differ."""
    return "nbval-ignore-output" not in _markers(cell)


def _markers(cell: Cell) -> set[str]:
    """Gives the tags of a cell, and what comments in it say as tags would."""
    lines = (line.strip() for line in cell.source.splitlines() if "#" in line)
    comments = (line.lstrip("#").strip() for line in lines if line.startswith("#"))
    return {*cell.tags, *(_MARKERS[each] for each in comments if each in _MARKERS)}
