"""The names of all cells and the dependencies between them, as the command line tells them.

Its JSON is a contract, described in the guide (``docs/dependencies.md``): a change that a reader
could notice needs another `VERSION`.
"""

from collections.abc import Iterable

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.graph import Kind
from jupyter_nbquality.dataflow.order import ConstraintKind, Order
from jupyter_nbquality.dataflow.report import BEYOND
from jupyter_nbquality.notebook import Notebook

VERSION = 1


class MutatedName(msgspec.Struct, frozen=True):
    """A name whose object a cell changes.

    Attributes:
        name: The name.
        certain: Whether it surely does; otherwise it may.
    """

    name: str
    certain: bool


class CellNames(msgspec.Struct, frozen=True):
    """What a code cell does with the names of the notebook; names are sorted.

    Attributes:
        index: Its number, from 1 over all cells.
        id: Its id.
        defines: Names it binds, or may bind.
        uses: Names it reads, itself or through a function that it calls, where it does not surely
            bind them before.
        deferred_uses: Names that functions defined in it read when they run, where it does not
            surely bind them.
        mutates: Names whose objects it changes without binding them.
        deletes: Names it deletes, or may delete.
        unknown: Why names of it are not known, a reason each; empty where all are.
    """

    index: int
    id: str
    defines: list[str]
    uses: list[str]
    deferred_uses: list[str]
    mutates: list[MutatedName]
    deletes: list[str]
    unknown: list[str]


class Link(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """What a cell needs from one above it.

    Attributes:
        source: The number of the cell that gives; ``from`` in JSON.
        target: The number of the cell that needs; ``to`` in JSON.
        names: Sorted; files begin with ``file:``, states of the process with ``state:``.
        kind: See `graph.Dependency`.
    """

    source: int
    target: int
    names: list[str]
    kind: Kind


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The code cells of a notebook and their dependencies.

    Attributes:
        version: Of this structure.
        cells: All code cells, in order.
        dependencies: In the order of who needs, then of who gives.
    """

    version: int = VERSION
    cells: list[CellNames]
    dependencies: list[Link]


class OrderLink(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """Why a cell must stay below another.

    Attributes:
        source: The number of the cell above; ``from`` in JSON.
        target: The number of the cell below; ``to`` in JSON.
        names: Sorted; see `order.Constraint`.
        kind: See `order.Constraint`.
        certain: Whether it is so; otherwise it may be.
    """

    source: int
    target: int
    names: list[str]
    kind: ConstraintKind
    certain: bool


class OrderedOverview(Overview, frozen=True, kw_only=True):
    """An overview with what fixes the order of the cells.

    Attributes:
        constraints: In the order of the lower cells, then of the upper ones.
    """

    constraints: list[OrderLink]


def with_order(found: Overview, notebook: Notebook, dataflow: Dataflow) -> OrderedOverview:
    """Adds to an overview what fixes the order of the cells."""
    numbers = _numbers(notebook)
    return OrderedOverview(
        cells=found.cells,
        dependencies=found.dependencies,
        constraints=[
            OrderLink(
                numbers[str(each.source)],
                numbers[str(each.target)],
                list(each.names),
                each.kind,
                each.certain,
            )
            for each in Order(dataflow).constraints()
        ],
    )


def _numbers(notebook: Notebook) -> dict[str, int]:
    return {cell.id: number for number, cell in enumerate(notebook.cells, 1)}


def overview(notebook: Notebook, dataflow: Dataflow) -> Overview:
    """Tells what is known of a notebook.

    Args:
        notebook: A notebook in Python.
        dataflow: What was learnt from it.
    """
    numbers = _numbers(notebook)
    bound: set[str] = set()
    for known in dataflow.cells.values():
        bound.update(known.facts.binds)
    given = GIVEN_NAMES - bound
    return Overview(
        cells=[
            _cell_names(numbers[key], key, known, dataflow, bound, given)
            for key, known in dataflow.cells.items()
        ],
        dependencies=[
            Link(
                numbers[str(each.source)],
                numbers[str(each.target)],
                list(each.names),
                each.kind,
            )
            for each in dataflow.graph.dependencies()
        ],
    )


def _cell_names(
    number: int,
    key: str,
    known: CellFacts,
    dataflow: Dataflow,
    bound: set[str],
    given: frozenset[str],
) -> CellNames:
    # With what the functions do that it calls, wherever they stand.
    effective = dataflow.graph.unit(key).effective
    facts = effective.facts

    def names(found: Iterable[str]) -> list[str]:
        return sorted(name for name in set(found) if name not in given)

    return CellNames(
        index=number,
        id=key,
        defines=sorted(facts.binds),
        # What a shell line may read, it reads where there is such a name.
        uses=names((*facts.uses, *facts.waiting, *(bound & facts.guesses.keys()))),
        deferred_uses=names(name for name in facts.later if name not in facts.definite),
        mutates=[
            MutatedName(name, mutation.certain)
            for name, mutation in sorted(facts.mutates.items())
            if name not in given and ":" not in name  # of files, see `graph`
        ],
        deletes=sorted(facts.deletes),
        unknown=unknown_because(known)
        or list(dict.fromkeys(unknown.reason for unknown in facts.unknown))
        + ([BEYOND] if effective.beyond else []),
    )


def unknown_because(known: CellFacts) -> list[str]:
    """Says why nothing is known of the names of a cell; nothing where they are known."""
    if known.state == "broken":
        return ["does not parse"]
    if known.state == "too deep":
        return ["nested too deeply"]
    if known.state == "foreign":
        language = known.masked.language
        if language == "unknown":
            magic = known.masked.magics[0].name if known.masked.magics else ""
            return [f"%%{magic} is not known"]
        return ["the text of a file" if language == "writefile" else f"written in {language}"]
    return []
