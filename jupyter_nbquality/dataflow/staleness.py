"""Which results would be others after a run of the whole notebook in order, and why.

What ran in this kernel (the run records) is followed as it ran, and the notebook as it stands: what
each cell finds under the names that it reads, by the code that it came from (`values`). A result is
stale where the two do not agree, whichever cells ran again to the same effect.

What is only possible stales nothing; it is told apart.
"""

import ast
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import STATE
from jupyter_nbquality.dataflow.graph import Graph, Unit
from jupyter_nbquality.dataflow.orders import Document, Kept, Order, Place
from jupyter_nbquality.dataflow.steps import Plan
from jupyter_nbquality.dataflow.tracing import Traced
from jupyter_nbquality.dataflow.values import Value, differences

CellState = Literal["fresh", "edited", "stale", "not-run"]

ReasonKind = Literal[
    "edited",
    "input-edited",
    "input-ran-later",
    "input-changed-later",
    "input-not-run",
    "input-stale",
    "other-input",
    "own-result",
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
            ``own-result``: the cell ran again on what it had made of `name` itself; ``ghost``:
            `name` came from code that is in no cell any more; ``module-edited``: the local module
            `name` was written after this ran; ``module-outdated``: it was written after the
            kernel imported it, and the kernel does not read it again.
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
    maybe: list[Reason]


_PLAINEST: tuple[ReasonKind, ...] = (
    "edited",
    "input-edited",
    "input-changed-later",
    "input-ran-later",
    "module-edited",
    "module-outdated",
    "ghost",
    "own-result",
    "other-input",
    "input-not-run",
    "input-stale",
)


class Staleness:
    """Finds what is stale; a call does little more than what is new since the last.

    Args:
        dataflow: Of the notebook, kept up to date by whoever asks.
    """

    def __init__(self, dataflow: Dataflow) -> None:
        self._dataflow = dataflow
        self._imports: Mapping[str, str] = {}
        self._ran: dict[str, CellFacts] = {}
        self._plans: dict[CellFacts, Plan] = {}
        self._document = Document({})
        self._begin()

    @property
    def facts(self) -> Sequence[CellFacts]:
        """What is known of each text that ran, in the order of the records last asked about."""
        return self._facts

    @property
    def runs(self) -> Graph:
        """The texts that ran in their order, linked; the key of each is its place from 0."""
        return self._runs

    def find(
        self,
        records: Sequence[RunRecord],
        outdated: Mapping[str, Sequence[Reason]] | None = None,
    ) -> list[CellStaleness]:
        """Finds how each code cell's result stands.

        Args:
            records: What ran since the kernel started, in order.
            outdated: Reasons from elsewhere, by the id of the cell that ran; see `module_edits`.

        Returns:
            One entry a code cell, in document order.
        """
        outdated = outdated if outdated is not None else {}
        self._follow_runs(records)
        cells = self._dataflow.cells
        last = {
            record.cell: place
            for place, record in enumerate(records)
            if record.cell is not None and record.cell in cells
        }
        if not last:
            return [CellStaleness(cell, "not-run", [], []) for cell in cells]
        self._follow_document(last, outdated)
        names = self._run_order.certain
        question = _Question(cells, self._document, records, self._facts, self._places, names, last)
        # What is known of a cell that does not parse now is from before.
        question.unparsed = {cell: self._dataflow.source_of(cell) for cell in self._dataflow.kept}
        return [question.of_cell(cell, outdated.get(cell, ())) for cell in cells]

    def _begin(self) -> None:
        self._records: list[RunRecord] = []
        self._facts: list[CellFacts] = []
        self._places: list[Place] = []
        self._runs = Graph()
        self._run_order = Order()

    def _follow_runs(self, records: Sequence[RunRecord]) -> None:
        """Follows what ran since the last time; everything, where that is no continuation."""
        if self._imports != self._dataflow.imports:
            # What is called is looked up among what the notebook imports.
            self._imports = dict(self._dataflow.imports)
            self._ran.clear()
            self._begin()
        done = len(self._records)
        if list(records[:done]) != self._records:
            self._begin()
            done = 0
        if done == len(records):
            return
        new = records[done:]
        self._records += new
        same = {known.source: known for known in self._dataflow.cells.values()}
        for record in new:
            # What is not known yet is mostly what stands in the notebook.
            known = self._ran.get(record.source) or same.get(record.source)
            if known is None:
                known = self._dataflow.facts_of(record.source)
            self._ran[record.source] = known
            self._facts.append(known)
        self._runs.update([(place, known.facts) for place, known in enumerate(self._facts)])
        for place in range(done, len(records)):
            plan = self._plan(self._facts[place])
            self._places.append(self._run_order.follow(plan, self._runs.unit(place), place))
        self._forget()

    def _follow_document(
        self, last: Mapping[str, int], outdated: Mapping[str, Sequence[Reason]]
    ) -> None:
        before = self._document.kept
        now: dict[str, tuple[Plan, Unit, bool, Hashable]] = {}
        for cell, known in self._dataflow.cells.items():
            unit = self._dataflow.graph.unit(cell)
            now[cell] = (self._plan(known), unit, bool(outdated.get(cell)), last.get(cell, cell))
        same = {
            cell
            for cell, (plan, unit, is_outdated, token) in now.items()
            if cell in before and before[cell].holds(plan, unit.effective, is_outdated, token)
        }
        if len(same) == len(before) and list(now) == list(before):
            return
        order = Order()
        kept: dict[str, Kept] = {}
        for cell, (plan, unit, is_outdated, token) in now.items():
            place = order.follow(
                plan,
                unit,
                token,
                outdated=is_outdated,
                before=before[cell].place if cell in same else None,
            )
            kept[cell] = Kept(plan, unit.effective, is_outdated, token, place)
        self._document = Document(kept)

    def _plan(self, known: CellFacts) -> Plan:
        plan = self._plans.get(known)
        if plan is None or plan.facts is not known.facts:
            plan = self._plans[known] = Plan(known)
        return plan

    def _forget(self) -> None:
        if (
            len(self._ran) + len(self._plans)
            > 4 * (len(self._facts) + len(self._document.kept)) + 100
        ):
            ran = {id(known) for known in self._facts}
            self._ran = {key: known for key, known in self._ran.items() if id(known) in ran}
            self._plans.clear()


class _Question:
    """How the results of cells stand, with what is known of runs and of the document."""

    def __init__(
        self,
        cells: Mapping[str, CellFacts],
        document: Document,
        records: Sequence[RunRecord],
        facts: Sequence[CellFacts],
        places: Sequence[Place],
        names: Mapping[str, Value],
        last: Mapping[str, int],
    ) -> None:
        self._cells, self._document = cells, document
        self._records, self._facts, self._places = records, facts, places
        self._names, self._last = names, last
        self.unparsed: Mapping[str, str] = {}

    def of_cell(self, cell: str, outdated: Sequence[Reason]) -> CellStaleness:
        """Tells how a cell's result stands."""
        place = self._last.get(cell)
        if place is None:
            return CellStaleness(cell, "not-run", [], [])
        reasons: list[Reason] = list(outdated)
        edited = self._is_edited(cell, place)
        ran, stands = self._places[place], self._document.kept[cell].place
        if edited:
            reasons.append(Reason("edited", "", None))
        if edited or ran.certain.result != stands.certain.result:
            reasons += self._reasons(cell, place, ran.certain, stands.certain)
        reasons += self._changed_since(cell, place, ran.certain, stands.certain)
        unique = sorted(set(reasons), key=_plainness)
        if unique:
            return CellStaleness(cell, "edited" if edited else "stale", unique, [])
        maybe = list(self._came_again(cell, place, stands.certain))
        if ran.possible.result != stands.possible.result:
            maybe += self._reasons(cell, place, ran.possible, stands.possible)
        return CellStaleness(cell, "fresh", [], sorted(set(maybe), key=_plainness))

    def _is_edited(self, cell: str, place: int) -> bool:
        """Tells whether a cell is other code than what ran of it."""
        ran = self._facts[place]
        if cell in self.unparsed:
            return self.unparsed[cell] != ran.source
        return not same_code(self._cells[cell], ran)

    def _reasons(self, cell: str, place: int, ran: Traced, stands: Traced) -> Iterator[Reason]:
        """Yields why a cell found other values than it would."""
        for name, there in stands.seen.items():
            here = ran.seen.get(name)
            if here is not None and here.read != there.read:
                for writers in differences(here.value, there.value, there.keys):
                    yield self._reason(cell, place, name, *writers)

    def _reason(
        self, cell: str, place: int, name: str, here: Hashable, there: Hashable, changed: bool
    ) -> Reason:
        """Tells why a name held something else than it would.

        Args:
            cell: Who read it.
            place: Its run.
            name: What it read.
            here: The run that gave what it held; ``None`` for none.
            there: The cell that would give it; ``None`` for none.
            changed: Whether they change an object; otherwise they bind the name.
        """
        later: ReasonKind = "input-changed-later" if changed else "input-ran-later"
        came_from = self._records[here].cell if isinstance(here, int) else None
        if isinstance(there, str):
            ran = self._last.get(there)
            if ran is None:
                return Reason("input-not-run", name, there)
            if came_from == there and isinstance(here, int):
                if not same_code(self._facts[here], self._cells[there]):
                    is_new = ran > place and same_code(self._facts[ran], self._cells[there])
                    return Reason(later if is_new else "input-edited", name, there)
                return Reason(later if ran > place else "input-stale", name, there)
            if ran > place:
                return Reason(later, name, there)
            if not same_code(self._facts[ran], self._cells[there]):
                return Reason("input-edited", name, there)
        if came_from is None or came_from not in self._cells:
            return Reason("ghost", name, None)
        now = self._document.kept[came_from].place.possible
        if came_from == cell:
            return Reason("own-result", name, None)
        if name not in now.gives:
            return Reason("ghost", name, came_from)
        return Reason("other-input", name, came_from)

    def _changed_since(
        self, cell: str, place: int, ran: Traced, stands: Traced
    ) -> Iterator[Reason]:
        """Yields what a cell read that is another thing now, and what it gave that is gone.

        Only what cells above it did counts: those below come later in any case.
        """
        for name, seen in ran.seen.items():
            now = self._names.get(name)
            if now is None or now is seen.value or name.startswith(STATE):
                continue
            if now.read(seen.keys) != seen.value.read(seen.keys) and name in stands.seen:
                writers = [(part.writer, True) for part in now.under(seen.keys)]
                for writer, changed in [*writers, (now.writer, now.changed)]:
                    yield from self._later(cell, place, name, writer, changed)
        for name in stands.gives:
            now = self._names.get(name)
            if now is not None and (cell, name) in self._document.read_from:
                givers = {self._records[run].cell for run in now.writers() if isinstance(run, int)}
                if cell not in givers:
                    yield from self._later(cell, place, name, now.writer, now.changed)

    def _later(
        self, cell: str, place: int, name: str, writer: Hashable, changed: bool
    ) -> Iterator[Reason]:
        """Yields that a name was written after a cell ran, by one that stands above it."""
        by = self._records[writer].cell if isinstance(writer, int) else None
        if isinstance(writer, int) and writer > place and by is not None:
            position = self._document.positions.get(by)
            if position is not None and position < self._document.positions[cell]:
                later: ReasonKind = "input-changed-later" if changed else "input-ran-later"
                yield Reason(later, name, by)

    def _came_again(self, cell: str, place: int, stands: Traced) -> Iterator[Reason]:
        """Yields what a cell reads that came anew after it ran, if to the same effect it seems."""
        position = self._document.positions[cell]
        for name, seen in stands.seen.items():
            writers = [(seen.value.writer, seen.value.changed)]
            writers += [(part.writer, True) for part in seen.value.under(seen.keys)]
            for writer, changed in writers:
                if (
                    isinstance(writer, str)
                    and self._last.get(writer, -1) > place
                    and self._document.positions[writer] < position
                    and not self._document.kept[writer].plan.is_plain(name)
                ):
                    later: ReasonKind = "input-changed-later" if changed else "input-ran-later"
                    yield Reason(later, name, writer)


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


def _plainness(reason: Reason) -> tuple[int, str, str]:
    return _PLAINEST.index(reason.kind), reason.name, reason.cell or ""
