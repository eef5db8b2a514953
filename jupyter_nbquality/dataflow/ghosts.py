"""Names that a kernel knows from code that is in no cell any more."""

from collections.abc import Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.staleness import RunRecord


class Ghost(msgspec.Struct, frozen=True):
    """A name without a definition in the notebook.

    Attributes:
        name: The name.
        source: The text that defined it when it ran.
        reader: The id of the first cell that reads it.
    """

    name: str
    source: str
    reader: str


def ghosts(
    dataflow: Dataflow, records: Sequence[RunRecord], facts: Sequence[CellFacts]
) -> list[Ghost]:
    """Finds the names that cells read and only code that is gone defines.

    Args:
        dataflow: Of the notebook as it is now.
        records: What ran since the kernel started, in order.
        facts: What is known of each of their texts.

    Returns:
        In the order of who reads them; none where a cell may define any name.
    """
    cells = dataflow.cells
    if any(known.facts.unknown for known in cells.values()):
        return []
    bound: set[str] = set()
    for known in cells.values():
        bound.update(known.facts.binds)
        for function in known.facts.functions.values():
            bound.update(function.binds)
    last: dict[str, RunRecord] = {}
    for record, known in zip(records, facts, strict=True):
        for name in known.facts.binds:
            last[name] = record
        for name in known.facts.gone:
            last.pop(name, None)
    missing = {
        name: record
        for name, record in last.items()
        # Of code that ran from elsewhere, such as a console, nothing was lost.
        if record.cell is not None
        and not name.startswith("_")
        and name not in bound
        and name not in GIVEN_NAMES
    }
    found: dict[str, Ghost] = {}
    for cell in cells if missing else ():
        read = dataflow.graph.unit(cell).effective.facts
        for name in missing.keys() & {*read.uses, *read.waiting, *read.later}:
            found.setdefault(name, Ghost(name, missing[name].source, cell))
    return list(found.values())
