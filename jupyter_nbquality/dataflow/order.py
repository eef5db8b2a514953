"""What fixes the order of cells: which of them may not be swapped, and why.

Besides flow dependences (`graph`) there are anti-dependences, where the lower cell gives a name
what the upper one must not see yet, and output dependences, where what the lower one gives must
stand in the end. After Bernstein, "Analysis of programs for parallel processing" (1966), and Kuck
et al., "Dependence graphs and compiler optimizations" (POPL 1981).
"""

from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.events import (
    ANY_FILE,
    BIND,
    CHANGE,
    CHANGES,
    DEFINES,
    DELETE,
    DELETES,
    GUESS,
    MAY_READ,
    READ,
    UNKNOWN_FILE,
    gathers,
)
from jupyter_nbquality.dataflow.facts import FILE
from jupyter_nbquality.dataflow.graph import Kind, Unit

ConstraintKind = Literal[Kind, "anti", "output", "unknown"]

EFFECT = "effect:"
"""How the names of effects begin that are neither on files nor on the process."""

_WRITES = DEFINES | CHANGES | DELETES
_SURELY_WRITES = BIND | CHANGE | DELETE
_OUTSIDE = frozenset({"network", "database", "input"})
_NAMES_KNOWN = frozenset({"known", "foreign"})


class Constraint(NamedTuple):
    """Why a unit must stay below another.

    Attributes:
        source: The key of the unit above.
        target: The key of the unit below.
        names: The names, sorted; files begin with ``file:``, states of the process with
            ``state:``, other effects with ``effect:``. None where not all names are known.
        kind: One of `graph.Dependency`; ``anti``: `target` binds, changes or deletes what `source`
            reads; ``output``: both bind, change or delete it; ``unknown``: one of them may define
            any name.
        certain: Whether it is so; otherwise it may be.
    """

    source: Hashable
    target: Hashable
    names: tuple[str, ...]
    kind: ConstraintKind
    certain: bool


class Order:
    """The order of the cells of a notebook, and what fixes it.

    Each constraint that is left out follows from others: two cells may be swapped where no
    constraint is between them, nor between either and a cell that stands between them.

    Args:
        dataflow: Of the notebook. Later updates of it are not seen.
    """

    def __init__(self, dataflow: Dataflow) -> None:
        self._units = list(dataflow.graph.units)
        self._places = {unit.key: unit.position for unit in self._units}
        found = [
            Constraint(
                each.source, each.target, each.names, each.kind, each.kind != "possible-mutation"
            )
            for each in dataflow.graph.dependencies()
        ]
        unknown = {
            unit
            for unit in self._units
            if unit.facts.unknown
            or unit.effective.beyond
            or dataflow.cells[str(unit.key)].state not in _NAMES_KNOWN
        }
        found += _of_unknown(self._units, unknown)
        found += _gathered(dataflow, self._units)
        self._constraints = sorted(found, key=self._sorting)
        self._of: dict[Hashable, list[Constraint]] = {unit.key: [] for unit in self._units}
        for each in self._constraints:
            self._of[each.source].append(each)
            self._of[each.target].append(each)

    def constraints(self) -> list[Constraint]:
        """Gives all constraints, in the order of the lower units, then of the upper ones."""
        return self._constraints

    def forbids_swap(self, one: Hashable, other: Hashable) -> list[Constraint]:
        """Gives what an exchange of two cells would break; nothing where they may be swapped.

        Args:
            one: The id of a cell.
            other: Of another.

        Raises:
            KeyError: There is no such code cell.
        """
        first, last = sorted((self._places[one], self._places[other]))
        return self._broken(self._units[first].key, first, last + 1) + [
            each
            for each in self._broken(self._units[last].key, first, last + 1)
            if self._units[first].key != each.source
        ]

    def why_not_move(self, cell: Hashable, before: Hashable | None) -> list[Constraint]:
        """Gives what a move of a cell would break; nothing where it may be moved.

        Args:
            cell: The id of the cell.
            before: The id of the code cell it shall stand before; ``None`` for the end.

        Raises:
            KeyError: There is no such code cell.
        """
        place = self._places[cell]
        to = len(self._units) if before is None else self._places[before]
        return self._broken(cell, min(place, to), max(place + 1, to))

    def _broken(self, cell: Hashable, first: int, end: int) -> list[Constraint]:
        """Gives the constraints between a cell and those that stand at some places."""
        return [
            each
            for each in self._of[cell]
            if first <= self._places[each.source if each.target == cell else each.target] < end
        ]

    def _sorting(self, each: Constraint) -> tuple[int, int, str, bool]:
        return (
            self._places[each.target],
            self._places[each.source],
            each.kind,
            not each.certain,
        )


_Pair = tuple[Unit, Unit, ConstraintKind, bool]
"""A unit, one below it, and what is between them."""


def _gathered(dataflow: Dataflow, units: list[Unit]) -> list[Constraint]:
    """Gives the anti- and output dependences, with all their names."""
    names: dict[_Pair, list[str]] = {}
    for name, touching in dataflow.graph.by_name():
        for pair in _of_name(name, touching):
            names.setdefault(pair, []).append(name)
    for pair in _of_unknown_files(units):
        names.setdefault(pair, []).append(UNKNOWN_FILE)
    for name, acting in _outside(units).items():
        for above, below in pairwise(acting):
            names.setdefault((above, below, "output", False), []).append(name)
    return [
        Constraint(above.key, below.key, tuple(sorted(its)), kind, certain)
        for (above, below, kind, certain), its in names.items()
    ]


def _of_name(name: str, units: list[Unit]) -> Iterator[_Pair]:
    """Yields what one name gives.

    Only the last writers are looked at, and who read since: each writer stays below those before,
    so that the rest follows.
    """
    last: Unit | None = None
    perhaps: list[Unit] = []
    # Who read since the last sure writer, and how many of them before the last writer at all.
    readers: list[Unit] = []
    older = 0
    # Files in one folder may be written in any order, and so may any files.
    apart = name.startswith(FILE)
    gathered = gathers(name)
    for unit in units:
        event = unit.events[name]
        certain = bool(event & _SURELY_WRITES)
        if event & _WRITES:
            if not gathered:
                if last is not None and (certain or apart or not perhaps):
                    yield last, unit, "output", certain
                if certain or not apart:
                    for above in perhaps if apart else perhaps[-1:]:
                        yield above, unit, "output", False
            since = 0 if certain or apart else older
            for reader in readers[since:]:
                yield reader, unit, "anti", certain
        if certain and not gathered:
            last, perhaps, readers, older = unit, [], [], 0
        elif event & _WRITES:
            perhaps = [*perhaps, unit] if apart else [unit]
            older = len(readers)
        if event & (READ | MAY_READ | GUESS):
            readers.append(unit)


def _of_unknown_files(units: list[Unit]) -> Iterator[_Pair]:
    """Yields what follows from files that are written at unknown paths: others may be the same."""
    last: Unit | None = None
    since: list[Unit] = []
    for unit in units:
        if not unit.events.get(ANY_FILE, 0) & CHANGES:
            continue
        if unit.events.get(UNKNOWN_FILE, 0) & CHANGES:
            for above in since or ([last] if last is not None else []):
                yield above, unit, "output", False
            last, since = unit, []
        else:
            if last is not None:
                yield last, unit, "output", False
            since.append(unit)


def _outside(units: list[Unit]) -> dict[str, list[Unit]]:
    """Gives who acts on what is neither a file nor a state of the process, by its name."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        for kind in dict.fromkeys(effect.kind for effect in unit.effective.facts.effects):
            if kind in _OUTSIDE:
                found.setdefault(EFFECT + kind, []).append(unit)
    return found


def _of_unknown(units: Iterable[Unit], unknown: set[Unit]) -> Iterator[Constraint]:
    """Yields what follows from units whose names are not known: all others stay on their side."""
    last: Unit | None = None
    since: list[Unit] = []
    for unit in units:
        above = [last] if last is not None else []
        if unit in unknown:
            for each in above + since:
                yield Constraint(each.key, unit.key, (), "unknown", False)
            last, since = unit, []
        else:
            for each in above:
                yield Constraint(each.key, unit.key, (), "unknown", False)
            since.append(unit)


__all__ = ["EFFECT", "Constraint", "ConstraintKind", "Order"]
