"""What is compared, and what came of it."""

from typing import Literal

import msgspec

from jupyter_nbquality.execution.compare import Difference


class Step(msgspec.Struct, frozen=True):
    """A cell to run.

    Attributes:
        cell: Its id.
        source: Its text.
    """

    cell: str
    source: str


class Verdict(msgspec.Struct, frozen=True):
    """Whether two versions do the same.

    Attributes:
        state: ``identical``; ``differs``; ``could-not-run``.
        reason: Why they could not be run, a sentence; else empty.
        differences: Where they differ; the first of each cell and name.
        undecided: The ids of cells and the names that differ from run to run anyway; of a name that
            does so in part, the parts in brackets: ``df (column t)``.
        cells: How many cells ran in the new version.
        seconds: How long all took.
    """

    state: Literal["identical", "differs", "could-not-run"]
    reason: str
    differences: list[Difference]
    undecided: list[str]
    cells: int
    seconds: float
