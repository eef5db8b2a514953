"""Every place where cells use what a name holds in one place of the notebook."""

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.slices import Statement, StatementGraph
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import LineIndex, Range
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.references import references


class Place(msgspec.Struct, frozen=True):
    """Where a name stands.

    Attributes:
        cell: The id of the cell.
        range: The name.
    """

    cell: str
    range: Range


class Uses(msgspec.Struct, frozen=True):
    """Where a definition is, and where it is used.

    Attributes:
        definitions: Where the name is bound, in document order; several where it depends on what
            ran, which of them counts. Empty where no cell defines it.
        uses: Where it is read or its object changed, in document order.
    """

    definitions: list[Place]
    uses: list[Place]


def uses_of(
    notebook: Notebook, name: str, cell: str, line: int, libraries: Libraries | None = None
) -> Uses:
    """Finds the uses of what a name holds in a place: of that definition, not of others.

    Also those in functions, f-strings, magics, queries and texts that are evaluated.

    Args:
        notebook: The document.
        name: The name.
        cell: The id of the cell of the place.
        line: Its line, from 0.
        libraries: What calls of libraries change.

    Returns:
        The places; those that may only mean the name are left out.

    Raises:
        KeyError: There is no such code cell.
    """
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    statements: dict[str, list[Statement]] = {}
    for each in StatementGraph(dataflow.cells).users_of_name(name, cell, line + 1):
        statements.setdefault(each.cell, []).append(each)
    found = Uses([], [])
    for key, its in statements.items():
        known = dataflow.cells[key]
        index = LineIndex(known.source)
        places = [
            (reference, Range(*map(index.from_offset, reference.span)))
            for reference in references(known)
            if reference.name == name and reference.how not in {"guess", "unclear"}
        ]
        for each in its:
            lines = range(each.first - 1, each.last)
            _add(
                found,
                key,
                each,
                [place for place in places if place[1].start.line in lines],
            )
    return found


def _add(
    found: Uses, cell: str, statement: Statement, places: list[tuple[Reference, Range]]
) -> None:
    bound = [Place(cell, where) for reference, where in places if reference.binds]
    read = [Place(cell, where) for reference, where in places if not reference.binds]
    if statement.defines:
        found.definitions.extend(bound)
    if statement.reads:
        # `x += 1` and `del x` read where they bind.
        found.uses.extend(read or (() if statement.defines else bound))
