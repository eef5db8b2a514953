"""A kernel of our own, in which only what tests need is run."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.export import kept_lines, split_lines
from jupyter_nbquality.execution.fresh_kernel import (
    FreshKernel,
    KernelTroubleError,
    fresh_kernel,
)
from jupyter_nbquality.notebook import Cell, Notebook

_MARKERS = {
    "NBVAL_RAISES_EXCEPTION": "raises-exception",
    "NBVAL_SKIP": "nbval-skip",
    "NBVAL_IGNORE_OUTPUT": "nbval-ignore-output",
    "PYTEST_VALIDATE_IGNORE_OUTPUT": "nbval-ignore-output",
}
_EXPECTED = frozenset({"raises-exception", "nbval-raises-exception"})


class CellEnd(msgspec.Struct, frozen=True):
    """What came of running a cell.

    Attributes:
        end: How it ended.
        reason: The exception, or the kernel's trouble; empty without one.
    """

    end: Literal["ran", "raised", "skipped", "died"]
    reason: str = ""


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


class OwnKernel:
    """Runs the wanted lines of a notebook's cells, in document order, as far as they are asked for.

    A set of lines that has all that each of them needs gives each the values that the whole
    notebook would give it.

    Args:
        notebook: The document.
        cells: What is known of its code cells, by id.
        wanted: The lines that may run, from 1, by the id of their cell.
        setting: Where and how.

    Attributes:
        wanted: The lines that may run.
        ended: What came of each cell, by its place.
    """

    def __init__(
        self,
        notebook: Notebook,
        cells: Mapping[str, CellFacts],
        wanted: Mapping[str, list[int]],
        setting: Setting,
    ) -> None:
        self._notebook = notebook
        self._cells = cells
        self.wanted = wanted
        self._setting = setting
        self._exit = ExitStack()
        self._kernel: FreshKernel | None = None
        self._next = 0
        self.ended: dict[int, CellEnd] = {}

    def reach(self, place: int) -> None:
        """Runs what is wanted up to a cell, itself included; from the start if it is past that.

        Raises:
            KernelTroubleError: The kernel does not start, or died.
        """
        if place + 1 < self._next:
            self.close()
        if self._kernel is None:
            self._next, self.ended = 0, {}
            self._kernel = self._exit.enter_context(
                fresh_kernel(self._setting.kernel, self._setting.folder)
            )
        for here in range(self._next, place + 1):
            cell = self._notebook.cells[here]
            self._next = here + 1
            if cell.id not in self.wanted:
                continue
            known = self._cells[cell.id]
            if is_skipped(cell):
                self.ended[here] = CellEnd("skipped")
                continue
            try:
                run = self._kernel.run(
                    with_lines(known, self.wanted[cell.id]), self._setting.cell_seconds
                )
            except KernelTroubleError as error:
                self.ended[here] = CellEnd("died", str(error))
                raise
            raised = run.error and not may_raise(cell)
            self.ended[here] = CellEnd("raised", run.error) if raised else CellEnd("ran")

    def evaluate(self, expression: str, seconds: float) -> str:
        """Evaluates an expression after the last cell that ran; see `FreshKernel.evaluate`."""
        assert self._kernel is not None  # `reach` comes first
        return self._kernel.evaluate(expression, seconds)

    def close(self) -> None:
        """Ends the kernel; `reach` starts another."""
        self._exit.close()
        self._kernel = None


def with_lines(known: CellFacts, lines: list[int]) -> str:
    """Gives the text of a cell with only some statements; each stays in its line.

    Args:
        known: What is known of the cell.
        lines: The lines of whole statements, from 1.
    """
    source = split_lines(known.source)
    kept = set(kept_lines(known, lines))
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
