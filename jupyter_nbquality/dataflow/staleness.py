"""Which results would be others after a run of the whole notebook in order, and why.

Two things are known: what ran in this kernel (the run records), and what depends on what, in the
order of the document (`graph`) and in the order of the runs. A result is stale where the two do not
agree, or where something that it needs was edited, ran later, or is stale itself.

What is only possible stales nothing; it is told apart.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import FILE, STATE
from jupyter_nbquality.dataflow.graph import Graph, Unit
from jupyter_nbquality.dataflow.slices import StatementGraph

CellState = Literal["fresh", "edited", "stale", "not-run"]

ReasonKind = Literal[
    "edited",
    "input-edited",
    "input-ran-later",
    "input-changed-later",
    "input-not-run",
    "input-stale",
    "other-input",
    "ghost",
    "module-edited",
    "module-outdated",
]


class RunRecord(msgspec.Struct, frozen=True):
    """What a kernel really executed.

    Attributes:
        cell: The cell's id; ``None`` where it is not known which cell it was.
        source: The text at that time.
        started: When it began to run, in seconds since 1970; ``None`` where that is not known.
    """

    cell: str | None
    source: str
    started: float | None = None


class Reason(msgspec.Struct, frozen=True):
    """Why a result is stale.

    Attributes:
        kind: ``edited``: the cell itself, since it ran; ``input-edited``: `cell` was edited, so
            `name` may differ; ``input-ran-later``: `cell` bound `name` anew after this ran;
            ``input-changed-later``: `cell` changed what `name` holds after this ran;
            ``input-not-run``: `cell`, which gives `name`, did not run; ``input-stale``: `cell` is
            stale; ``other-input``: `name` came from `cell`, and would come from another place;
            ``ghost``: `name` came from code that is in no cell any more; ``module-edited``: the
            local module `name` was written after this ran; ``module-outdated``: it was written
            after the kernel imported it, and the kernel does not read it again.
        name: The name; empty where the kind has none.
        cell: The id of the other cell; ``None`` where there is none.
    """

    kind: ReasonKind
    name: str
    cell: str | None


class CellStaleness(msgspec.Struct, frozen=True):
    """How a cell's result stands.

    Attributes:
        cell: Its id.
        state: ``not-run`` in this kernel; ``edited`` since it ran; ``stale``; else ``fresh``.
        reasons: Why, the plainest first.
        maybe: Why it may be another one, where that is only possible; told quietly.
    """

    cell: str
    state: CellState
    reasons: list[Reason]
    maybe: list[Reason] = []


_PLAINEST: tuple[ReasonKind, ...] = (
    "edited",
    "input-edited",
    "input-changed-later",
    "input-ran-later",
    "module-edited",
    "module-outdated",
    "ghost",
    "other-input",
    "input-not-run",
    "input-stale",
)


class Staleness:
    """Finds what is stale; keeps what it knows of texts that ran.

    Args:
        dataflow: Of the notebook, kept up to date by whoever asks.
    """

    def __init__(self, dataflow: Dataflow) -> None:
        self._dataflow = dataflow
        self._ran: dict[str, CellFacts] = {}
        self._prints: dict[tuple[str, str], str] = {}

    def find(
        self,
        records: Sequence[RunRecord],
        outdated: Mapping[str, Sequence[Reason]] | None = None,
    ) -> list[CellStaleness]:
        """Finds how each code cell's result stands.

        Args:
            records: What ran since the kernel started, in order.
            outdated: Reasons from elsewhere, by the id of the cell that ran; see `modules`.

        Returns:
            One entry a code cell, in document order.
        """
        cells = self._dataflow.cells
        facts = [self._facts_of(record.source) for record in records]
        self._forget({record.source for record in records})
        runs = Graph()
        runs.update([(place, known.facts) for place, known in enumerate(facts)])
        last: dict[str | None, int] = {
            record.cell: place for place, record in enumerate(records) if record.cell in cells
        }
        found: dict[str, CellStaleness] = {}
        for cell in cells:
            also = outdated.get(cell, ()) if outdated else ()
            found[cell] = self._of_cell(cell, records, runs, last, found, also)
        return list(found.values())

    def _of_cell(
        self,
        cell: str,
        records: Sequence[RunRecord],
        runs: Graph,
        last: dict[str | None, int],
        found: dict[str, CellStaleness],
        outdated: Sequence[Reason],
    ) -> CellStaleness:
        place = last.get(cell)
        if place is None:
            return CellStaleness(cell, "not-run", [])
        reasons: list[Reason] = list(outdated)
        now = self._dataflow.cells[cell]
        edited = not same_code(now, self._facts_of(records[place].source))
        if edited:
            reasons.append(Reason("edited", "", None))
        for name, sources in _needs(self._dataflow.graph.unit(cell)).items():
            reasons += self._of_name(name, sources, place, records, last, found)
        if not edited:
            reasons += self._other_inputs(cell, runs.unit(place), records)
        unique = sorted(set(reasons), key=_plainness)
        state: CellState = "edited" if edited else "stale" if unique else "fresh"
        return CellStaleness(cell, state, unique)

    def _of_name(
        self,
        name: str,
        sources: list[tuple[Unit, str]],
        place: int,
        records: Sequence[RunRecord],
        last: dict[str | None, int],
        found: dict[str, CellStaleness],
    ) -> list[Reason]:
        """Tells what is wrong with the cells that a name comes from in document order."""
        reasons: list[Reason] = []
        for source, kind in sources:
            other = str(source.key)
            ran = last.get(other)
            if ran is None:
                reasons.append(Reason("input-not-run", name, other))
                continue
            before, now = self._facts_of(records[ran].source), self._dataflow.cells[other]
            if not same_code(before, now) and self._print(before, name) != self._print(now, name):
                reasons.append(Reason("input-edited", name, other))
            elif ran > place and not self._gives_the_same(other, now, name):
                later: ReasonKind = (
                    "input-ran-later" if kind == "definition" else "input-changed-later"
                )
                reasons.append(Reason(later, name, other))
            elif other in found and any(reason.kind != "edited" for reason in found[other].reasons):
                reasons.append(Reason("input-stale", name, other))
        return reasons

    def _gives_the_same(self, cell: str, known: CellFacts, name: str) -> bool:
        """Tells whether a cell that runs again surely gives a name what it held before.

        A module is imported once. What a function reads is looked up by whoever calls it.
        """
        if name.startswith((FILE, STATE)):
            return False
        function = known.facts.functions.get(name)
        if name in known.facts.imports or (function is not None and function.name):
            return True
        unit = self._dataflow.graph.unit(cell)
        return not _needs(unit) and "Call(" not in self._print(known, name)

    def _other_inputs(self, cell: str, run: Unit, records: Sequence[RunRecord]) -> list[Reason]:
        """Tells what came from elsewhere in the run than it would in document order."""
        reasons: list[Reason] = []
        expected = _needs(self._dataflow.graph.unit(cell))
        for name, sources in _needs(run).items():
            cells = {str(source.key) for source, _kind in expected.get(name, ())}
            for source, _kind in sources:
                record = records[int(str(source.key))]
                if record.cell is None or record.cell == cell:
                    continue
                if record.cell not in self._dataflow.cells:
                    reasons.append(Reason("ghost", name, None))
                elif record.cell not in cells:
                    now = self._dataflow.cells[record.cell]
                    if name in now.facts.binds or name in now.facts.mutates:
                        reasons.append(Reason("other-input", name, record.cell))
                    else:
                        reasons.append(Reason("ghost", name, record.cell))
        return reasons

    def _facts_of(self, source: str) -> CellFacts:
        known = self._ran.get(source)
        if known is None:
            known = self._ran[source] = self._dataflow.facts_of(source)
        return known

    def _forget(self, sources: set[str]) -> None:
        if len(self._ran) > 4 * len(sources) + 100:
            self._ran = {key: known for key, known in self._ran.items() if key in sources}
            self._prints.clear()

    def _print(self, known: CellFacts, name: str) -> str:
        """Gives the code of a cell that a name comes from, without how it is written."""
        key = (known.source, name)
        found = self._prints.get(key)
        if found is None:
            found = self._prints[key] = _code_of(known, name)
        return found


def same_code(one: CellFacts, other: CellFacts) -> bool:
    """Tells whether two texts are the same code: comments and layout do not count."""
    if one.source == other.source:
        return True
    if one.tree is None or other.tree is None:
        return False
    magics = [magic.text for magic in one.masked.magics]
    if magics != [magic.text for magic in other.masked.magics]:
        return False
    return ast.dump(one.tree) == ast.dump(other.tree)


def _code_of(known: CellFacts, name: str) -> str:
    if known.tree is None:
        return known.source
    kept: Sequence[int] = range(1, known.source.count("\n") + 2)
    if not name.startswith((FILE, STATE)):
        try:
            kept = StatementGraph({"": known}).slice_of_name(name).lines.get("", [])
        except KeyError:
            # It is changed and not bound here: every statement that may do so counts.
            kept = [
                line
                for facts in known.statements
                if name in facts.mutates or name in facts.uses
                for line in range(facts.first, facts.last + 1)
            ]
    lines = frozenset(kept)
    magics = [magic.text for magic in known.masked.magics if magic.line + 1 in lines]
    return "\n".join([ast.dump(node) for node in known.tree.body if node.lineno in lines] + magics)


def _needs(unit: Unit) -> dict[str, list[tuple[Unit, str]]]:
    """Gives what a unit surely needs from others, by name."""
    needs: dict[str, list[tuple[Unit, str]]] = {}
    for name, incoming in unit.incoming.items():
        sources: list[tuple[Unit, str]] = [
            (source, kind)
            for source, kind in incoming
            if kind in {"definition", "mutation"} and source is not unit
        ]
        if sources:
            needs[name] = sources
    return needs


def _plainness(reason: Reason) -> tuple[int, str, str]:
    return _PLAINEST.index(reason.kind), reason.name, reason.cell or ""
