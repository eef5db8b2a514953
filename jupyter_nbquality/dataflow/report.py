"""What the panel is told of the flow between cells."""

import ast
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.effective import Effective
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES, STATE, Facts
from jupyter_nbquality.dataflow.graph import Dependency
from jupyter_nbquality.positions import LineIndex, Range

BEYOND = "more than is followed"
"""Why names are unknown of a cell that has to do with more than is followed."""
MOST_NAMES = 500
"""Of more names than these of one kind in one cell, only the first are told."""


class NameAt(msgspec.Struct, frozen=True):
    """A name of the notebook, and where it stands first in the cell.

    Attributes:
        name: The name.
        certain: Whether what is said of it is so; otherwise it may be.
        range: Where; ``null`` where no single place says it.
    """

    name: str
    certain: bool
    range: Range | None


class CellFlow(msgspec.Struct, frozen=True):
    """What a cell does with the names of the notebook.

    Attributes:
        cell: Its id.
        known: Whether its names are known; not so where it does not parse or is no Python, and
            nothing was known before.
        kept: Whether they are those of an earlier text, as it does not parse now.
        imports_only: Whether it does nothing but import.
        defines: The names it binds; not certain where it does on some paths only.
        uses: The names it reads that are not bound in it before.
        deferred_uses: The names its functions read when they run, where it does not bind them.
        mutates: The names whose objects it changes, though they were made elsewhere.
        deletes: The names it deletes.
        unknown: What in it may define any name: ``from x import *``, ``%run x.py``.
    """

    cell: str
    known: bool
    kept: bool
    imports_only: bool
    defines: list[NameAt]
    uses: list[NameAt]
    deferred_uses: list[NameAt]
    mutates: list[NameAt]
    deletes: list[NameAt]
    unknown: list[str]


class CellDependency(msgspec.Struct, frozen=True):
    """What one cell needs from another, in document order.

    Attributes:
        source: The id of the cell that gives.
        target: The id of the cell that needs.
        names: The names, sorted; files begin with ``file:``.
        kind: ``definition``: it binds the names; ``mutation``: it changes their objects;
            ``possible-mutation``: it may change them; ``deletion``: it deletes them.
    """

    source: str
    target: str
    names: list[str]
    kind: Literal["definition", "mutation", "possible-mutation", "deletion"]


class MissingNames(msgspec.Struct, frozen=True):
    """What a cell reads and no cell above it defines.

    Attributes:
        cell: Its id.
        names: Sorted.
    """

    cell: str
    names: list[str]


class Flow(msgspec.Struct, frozen=True):
    """The flow between the cells of a notebook.

    Attributes:
        cells: One entry a code cell, in order.
        dependencies: In the order of who needs, then of who gives.
        missing: The cells that read such names, in order. None below a cell that may define any
            name.
    """

    cells: list[CellFlow]
    dependencies: list[CellDependency]
    missing: list[MissingNames]


_OF_IPYTHON = re.compile(r"_+|_i+|_i?\d+|_[iod]h|_exit_code|exit|quit")


class _Told(NamedTuple):
    """What was said of a cell, and what it was said from."""

    known: CellFacts
    kept: bool
    effective: Effective
    needs: list[Dependency]
    flow: CellFlow
    dependencies: list[CellDependency]
    undefined: list[str]


class Reporter:
    """Tells of the flow of one notebook; keeps what it said of a cell.

    Args:
        dataflow: Kept up to date by whoever asks.
    """

    def __init__(self, dataflow: Dataflow) -> None:
        self._dataflow = dataflow
        self._told: dict[str, _Told] = {}

    def flow(self) -> Flow:
        """Tells of the flow as it is now."""
        graph, kept = self._dataflow.graph, self._dataflow.kept
        told: dict[str, _Told] = {}
        for cell, known in self._dataflow.cells.items():
            before = self._told.get(cell)
            effective, needs = graph.unit(cell).effective, graph.needs(cell)
            if (
                before is not None
                and before.known is known
                and before.kept == (cell in kept)
                and before.effective is effective
            ):
                flow = before.flow
            else:
                before = None
                flow = cell_flow(
                    cell, known, effective.facts, kept=cell in kept, beyond=effective.beyond
                )
            if before is not None and before.needs is needs:
                told[cell] = before
            else:
                told[cell] = _Told(
                    known,
                    cell in kept,
                    effective,
                    needs,
                    flow,
                    [link for each in needs if (link := _link(each)) is not None],
                    _undefined(effective.facts, needs),
                )
        self._told = told
        return Flow(
            [entry.flow for entry in told.values()],
            [link for entry in told.values() for link in entry.dependencies],
            list(self._missing()),
        )

    def _missing(self) -> Iterator[MissingNames]:
        for cell, entry in self._told.items():
            if entry.undefined and entry.flow.known:
                yield MissingNames(cell, entry.undefined)
            if entry.flow.unknown or not entry.flow.known:
                return


def _link(each: Dependency) -> CellDependency | None:
    names = [name for name in each.names if not name.startswith(STATE)]
    return CellDependency(str(each.source), str(each.target), names, each.kind) if names else None


def _undefined(facts: Facts, needs: list[Dependency]) -> list[str]:
    """Gives the names that a cell reads and none gives it."""
    read = [
        name
        for name in {*facts.uses, *facts.waiting}
        if name not in GIVEN_NAMES and not (name[0] in "_eq" and _OF_IPYTHON.fullmatch(name))
    ]
    if not read:
        return []
    given = {name for each in needs if each.kind == "definition" for name in each.names}
    return sorted(name for name in read if name not in given)[:MOST_NAMES]


def cell_flow(
    cell: str, known: CellFacts, facts: Facts, *, kept: bool = False, beyond: bool = False
) -> CellFlow:
    """Tells what a cell does with names.

    Args:
        cell: Its id.
        known: What is known of it.
        facts: What it does where it stands: with the functions it calls, and aliases.
        kept: Whether that is of an earlier text; then no places are told.
        beyond: Whether it goes beyond what is followed.
    """
    lines = LineIndex(known.source, known.masked.removed)

    own = known.facts

    def place(name: str, certain: bool, node: ast.AST | None, its: dict[str, Any]) -> NameAt:
        # What a function of another cell does stands nowhere in this one.
        stands = node is not None and not kept and name in its
        return NameAt(name, certain, _range(lines, node, name) if stands and node else None)

    def first(names: dict[str, Any]) -> list[tuple[str, Any]]:
        return [(name, names[name]) for name in sorted(names)[:MOST_NAMES]]

    return CellFlow(
        cell=cell,
        known=known.state == "known",
        kept=kept,
        imports_only=bool(facts.binds)
        and facts.binds.keys() == facts.imports.keys()
        and all(
            isinstance(statement, ast.Import | ast.ImportFrom)
            for statement in (known.tree.body if known.tree is not None else ())
        ),
        defines=[
            place(name, name in facts.definite, node, own.binds)
            for name, node in first(facts.binds)
        ],
        uses=[
            place(name, True, node, {**own.waiting, **own.uses})
            for name, node in first({**facts.waiting, **facts.uses})
        ],
        deferred_uses=[
            place(name, True, node, own.later)
            for name, node in first(facts.later)
            if name not in facts.definite
        ],
        mutates=[
            place(name, mutation.certain, mutation.node, own.mutates)
            for name, mutation in first(facts.mutates)
            if ":" not in name  # of files, see `graph`
        ],
        deletes=[
            place(name, name in facts.gone, node, own.deletes)
            for name, node in first(facts.deletes)
        ],
        unknown=[unknown.reason for unknown in facts.unknown] + ([BEYOND] if beyond else []),
    )


_KEYWORDS: dict[type[ast.stmt], str] = {
    ast.FunctionDef: "def ",
    ast.AsyncFunctionDef: "async def ",
    ast.ClassDef: "class ",
}


def _range(lines: LineIndex, node: ast.AST, name: str) -> Range | None:
    """Gives where a node stands; of a definition or an import, only its name."""
    line = getattr(node, "lineno", None)
    end_line = getattr(node, "end_lineno", None)
    column = getattr(node, "col_offset", None)
    end_column = getattr(node, "end_col_offset", None)
    if line is None or column is None or end_line is None or end_column is None:
        return None
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        column += len(_KEYWORDS[type(node)])
        end_line, end_column = line, column + len(name.encode())
    return Range(lines.position(line, column), lines.position(end_line, end_column))


__all__ = [
    "CellDependency",
    "CellFlow",
    "Flow",
    "MissingNames",
    "NameAt",
    "Reporter",
    "cell_flow",
]
