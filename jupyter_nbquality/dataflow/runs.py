"""The dependencies between cells as they came about in a kernel: in run order."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import STATE
from jupyter_nbquality.dataflow.graph import Graph, Kind
from jupyter_nbquality.dataflow.report import CellDependency
from jupyter_nbquality.dataflow.staleness import RunRecord


class Elsewhere(msgspec.Struct, frozen=True):
    """Names that a cell has from code that stands in no cell as far as we know.

    Attributes:
        target: The id of the cell that needs them.
        names: Sorted; files begin with ``file:``.
        origin: ``unknown``: it is not known which cell ran; ``deleted``: the cell is gone.
    """

    target: str
    names: list[str]
    origin: Literal["unknown", "deleted"]


class RunDependencies(msgspec.Struct, frozen=True):
    """What the last runs of cells had from earlier runs.

    Attributes:
        cells: The cells of the notebook that ran, in the order in which they ran last.
        dependencies: Between cells of the notebook, in the order in which those ran last that need,
            then of the runs of those that gave. A cell that gave may have run again since.
        elsewhere: What is left out of them, as it came from no cell of the notebook.
    """

    cells: list[str]
    dependencies: list[CellDependency]
    elsewhere: list[Elsewhere]


def run_dependencies(
    dataflow: Dataflow, records: Sequence[RunRecord], runs: Graph
) -> RunDependencies:
    """Finds what the last run of each cell had from whom.

    Args:
        dataflow: Of the notebook as it is now.
        records: What ran since the kernel started, in order.
        runs: Their texts in that order, linked; the keys are their places from 0. See
            `staleness.Staleness.runs`.

    Returns:
        The dependencies, in which a cell does not depend on its own earlier runs.
    """
    cells = dataflow.cells
    last = {
        record.cell: place
        for place, record in enumerate(records)
        if record.cell is not None and record.cell in cells
    }
    in_order = sorted(last, key=last.__getitem__)
    given: dict[tuple[str, str, Kind], set[str]] = {}
    elsewhere: dict[tuple[str, Literal["unknown", "deleted"]], set[str]] = {}
    for target in in_order:
        for each in runs.needs(last[target]):
            names = [name for name in each.names if not name.startswith(STATE)]
            source = records[int(str(each.source))].cell
            if not names or source == target:
                continue
            if source is None:
                elsewhere.setdefault((target, "unknown"), set()).update(names)
            elif source not in cells:
                elsewhere.setdefault((target, "deleted"), set()).update(names)
            else:
                given.setdefault((source, target, each.kind), set()).update(names)
    return RunDependencies(
        in_order,
        [
            CellDependency(source, target, sorted(names), kind)
            for (source, target, kind), names in given.items()
        ],
        [Elsewhere(target, sorted(names), origin) for (target, origin), names in elsewhere.items()],
    )
