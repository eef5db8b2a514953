"""What the panel is told of the flow between cells."""

import ast
from typing import Any, Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.effective import Effective
from jupyter_nbquality.dataflow.facts import STATE, Facts
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


class Flow(msgspec.Struct, frozen=True):
    """The flow between the cells of a notebook.

    Attributes:
        cells: One entry a code cell, in order.
        dependencies: In the order of who needs, then of who gives.
    """

    cells: list[CellFlow]
    dependencies: list[CellDependency]


class Reporter:
    """Tells of the flow of one notebook; keeps what it said of a cell.

    Args:
        dataflow: Kept up to date by whoever asks.
    """

    def __init__(self, dataflow: Dataflow) -> None:
        self._dataflow = dataflow
        self._told: dict[str, tuple[CellFacts, bool, Effective, CellFlow]] = {}

    def flow(self) -> Flow:
        """Tells of the flow as it is now."""
        told: dict[str, tuple[CellFacts, bool, Effective, CellFlow]] = {}
        for cell, known in self._dataflow.cells.items():
            kept = cell in self._dataflow.kept
            effective = self._dataflow.graph.unit(cell).effective
            before = self._told.get(cell)
            if (
                before is not None
                and before[0] is known
                and before[1] == kept
                and before[2] is effective
            ):
                told[cell] = before
            else:
                flow = cell_flow(cell, known, effective.facts, kept=kept, beyond=effective.beyond)
                told[cell] = (known, kept, effective, flow)
        self._told = told
        return Flow(
            [entry[3] for entry in told.values()],
            [
                CellDependency(
                    str(dependency.source), str(dependency.target), names, dependency.kind
                )
                for dependency in self._dataflow.graph.dependencies()
                if (names := [name for name in dependency.names if not name.startswith(STATE)])
            ],
        )


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
    "NameAt",
    "Reporter",
    "cell_flow",
]
