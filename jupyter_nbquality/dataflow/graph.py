"""Dependencies between units of code, in an order: cells or statements, as written or as run."""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple

from jupyter_nbquality.dataflow.aliases import AliasIndex
from jupyter_nbquality.dataflow.effective import Effective, effective
from jupyter_nbquality.dataflow.events import (
    BIND,
    CHANGE,
    DEFINES,
    DELETE,
    DELETES,
    ENDS,
    GUESS,
    MAY_BIND,
    MAY_CHANGE,
    MAY_DELETE,
    MAY_READ,
    READ,
    events_of,
    gathers,
)
from jupyter_nbquality.dataflow.facts import BUILTINS, STATE, Alias, Facts, Function, Strength

Kind = Literal["definition", "mutation", "possible-mutation", "deletion"]

_RANDOM = f"{STATE}random "
_MOST_POSSIBLE, _MOST_REACHING = 4, 100
"""No more changes that are only possible, and no more definitions that may reach a place, are told
apart; what is left out is what one of them depends on."""
_BINDS_OR_DELETES = DEFINES | DELETES


class Incoming(NamedTuple):
    """What a unit needs from another."""

    source: "Unit"
    kind: Kind


class Dependency(NamedTuple):
    """What one unit needs from another.

    Attributes:
        source: The key of the unit that gives.
        target: The key of the unit that needs.
        names: The names, sorted; files begin with ``file:``, states of the process with ``state:``.
        kind: ``definition``: it binds the names; ``mutation``: it surely changes their objects;
            ``possible-mutation``: it may change them; ``deletion``: it deletes them, so that they
            are missing.
    """

    source: Hashable
    target: Hashable
    names: tuple[str, ...]
    kind: Kind


class Unit:
    """A cell or a statement in its place.

    Attributes:
        key: What it is called.
        facts: Its own.
        position: Its place in the order.
        effective: What it does there.
        events: What it does with each name, in bits.
        incoming: What it needs, by name.
        told: What it needs, by who gives; ``None`` until somebody asks.
    """

    __slots__ = ("effective", "events", "facts", "incoming", "key", "position", "told")

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.facts = _NO_FACTS
        self.position = 0
        self.effective = _NOTHING
        self.events: dict[str, int] = {}
        self.incoming: dict[str, list[Incoming]] = {}
        self.told: list[Dependency] | None = None


_NO_FACTS = Facts(1, 1)
_NOTHING = Effective(_NO_FACTS, {}, frozenset())


class Graph:
    """The units in their order, linked by names.

    An update costs what changed: only units that look up a changed name are looked at again, and
    only names that changed are linked anew.

    Attributes:
        units: In their order.
        callable: The names that were functions or their like at some time.
        beyond: Those that go beyond what is followed: they may read and change anything.
    """

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.callable: set[str] = set()
        self.beyond: set[Unit] = set()
        self._by_key: dict[Hashable, Unit] = {}
        # For each name: the units that do something with it; those that looked it up; in order,
        # those that bind or delete it, and those that surely do.
        self._touching: dict[str, set[Unit]] = {}
        self._consulting: dict[str, set[Unit]] = {}
        self._definers: dict[str, list[Unit]] = {}
        self._enders: dict[str, list[Unit]] = {}
        self._aliases: AliasIndex[Unit] = AliasIndex()
        self._outgoing: dict[Unit, dict[str, list[tuple[Unit, Kind]]]] | None = None

    def unit(self, key: Hashable) -> Unit:
        """Gives a unit.

        Raises:
            KeyError: There is none of this key.
        """
        return self._by_key[key]

    def update(self, units: Sequence[tuple[Hashable, Facts]]) -> None:
        """Takes the units as they are now, in order.

        Args:
            units: Keys, each once, and facts; the same facts as before mean that nothing changed.
        """
        before = self._by_key
        after: dict[Hashable, Unit] = {}
        new: dict[Unit, Facts] = {}
        for key, facts in units:
            unit = before.get(key)
            if unit is None:
                unit = Unit(key)
                new[unit] = facts
            elif unit.facts is not facts:
                new[unit] = facts
            after[key] = unit
        # Names to link anew, and names whose look-ups may have other answers.
        names: set[str] = set()
        asked: set[str] = set()
        for key, unit in before.items():
            if key not in after:
                names.update(unit.events)
                self._take(unit, _NO_FACTS, _NOTHING, asked)
        todo = set(new)
        order = list(after.values())
        if order != self.units:
            moved = _out_of_order(unit for unit in order if unit.key in before)
            for position, unit in enumerate(order):
                unit.position = position
                unit.told = None
            for unit in moved:
                names.update(unit.events)
                asked |= _answers(unit)
            if moved:
                self._sort(names)
                todo.update(moved)
        self.units, self._by_key = order, after
        self._settle(todo, new, asked, names)
        self._link(names)
        self._outgoing = None

    # ---- what each unit does where it stands ----

    def _settle(
        self, todo: set[Unit], new: dict[Unit, Facts], asked: set[str], names: set[str]
    ) -> None:
        """Looks at what is new, and again at those that looked up what changed.

        What a unit does depends on those above it alone; so each is looked at once, from above.
        """
        for name in asked:
            todo |= self._consulting.get(name, set())
        waiting = [(unit.position, unit) for unit in todo]
        heapify(waiting)
        while waiting:
            position, unit = heappop(waiting)
            facts = new.get(unit, unit.facts)
            if facts.uses or facts.waiting or facts.calls or facts.mutates or facts.aliases:
                found = effective(facts, _Above(self, position))
            else:
                found = Effective(facts, {}, frozenset())
            changed: set[str] = set()
            events = unit.events
            self._take(unit, facts, found, changed)
            if unit.events is not events:
                names.update(name for name, _event in events.items() ^ unit.events.items())
            for name in changed:
                for other in self._consulting.get(name, ()):
                    if other.position > position and other not in todo:
                        todo.add(other)
                        heappush(waiting, (other.position, other))

    def _take(self, unit: Unit, facts: Facts, found: Effective, asked: set[str]) -> None:
        """Takes what a unit does now; adds the names whose look-ups may have other answers."""
        before = unit.effective
        unit.effective = found
        if found.beyond:
            self.beyond.add(unit)
        else:
            self.beyond.discard(unit)
        if facts is not unit.facts:
            # A function that is no other object is the same.
            functions = unit.facts.functions.items() ^ facts.functions.items()
            asked.update(name for name, _function in functions)
            self.callable.update(facts.functions)
            unit.facts = facts
        if found.objects != before.objects:
            objects = found.objects.items() ^ before.objects.items()
            asked.update(name for name, _functions in objects)
            self.callable.update(found.objects)
        if found.facts is not before.facts:
            self._take_events(unit, events_of(found.facts), asked)
            if found.facts.aliases or before.facts.aliases:
                self._take_aliases(unit, before.facts.aliases, found.facts.aliases, asked)
        if found.consulted != before.consulted:
            for name in before.consulted:
                if name not in found.consulted:
                    self._consulting[name].discard(unit)
            for name in found.consulted:
                consulting = self._consulting.get(name)
                if consulting is None:
                    self._consulting[name] = {unit}
                else:
                    consulting.add(unit)

    def _take_events(self, unit: Unit, events: dict[str, int], asked: set[str]) -> None:
        before = unit.events
        unit.events = events
        for name in before.keys() - events.keys() if before else ():
            self._touching[name].discard(unit)
            if unit.incoming.pop(name, None) is not None:
                unit.told = None
            if before[name] & _BINDS_OR_DELETES:
                self._define(unit, name, before[name], 0)
                asked.add(name)
        for name, event in events.items():
            old = before.get(name, 0)
            if not old:
                touching = self._touching.get(name)
                if touching is None:
                    self._touching[name] = {unit}
                else:
                    touching.add(unit)
            if (old ^ event) & _BINDS_OR_DELETES:
                self._define(unit, name, old, event)
                asked.add(name)

    def _define(self, unit: Unit, name: str, old: int, new: int) -> None:
        """Takes among the definers and enders of a name who is one now."""
        if bool(old & ENDS) != bool(new & ENDS):
            _put(self._enders, name, unit, bool(new & ENDS))
        if bool(old & _BINDS_OR_DELETES) != bool(new & _BINDS_OR_DELETES):
            _put(self._definers, name, unit, bool(new & _BINDS_OR_DELETES))

    def _take_aliases(
        self, unit: Unit, before: list[Alias], after: list[Alias], asked: set[str]
    ) -> None:
        old, new = dict.fromkeys(before), dict.fromkeys(after)
        for alias in old:
            if alias not in new:
                self._aliases.remove(unit, alias)
                asked.update((alias.target, alias.source))
        for alias in new:
            if alias not in old:
                self._aliases.add(unit, alias)
                asked.update((alias.target, alias.source))

    def _sort(self, names: Iterable[str]) -> None:
        """Puts units in order again, after some moved that do something with the names."""
        for name in names:
            for lists in (self._definers, self._enders):
                if name in lists:
                    lists[name].sort(key=_position)
        self._aliases.sort()

    def functions(self, name: str, position: int) -> Iterator[Function]:
        """Yields the functions of the notebook that a name may hold at a place."""
        for definer in self.reaching(name, position):
            function = definer.facts.functions.get(name)
            if function is not None:
                yield function
            yield from definer.effective.objects.get(name, ())

    def holders(
        self, name: str, position: int, least: Strength
    ) -> Iterator[tuple[str, Strength, bool]]:
        """Yields the other names of the aliases of a name; see `effective.Place`."""
        return self._aliases.holders(name, position, least, self._bound_at)

    def reaching(self, name: str, position: int) -> Iterator[Unit]:
        """Yields the units whose binding of a name may reach a place, the closest first."""
        found = self._definers.get(name, ())
        for index in range(bisect_left(found, position, key=_position) - 1, -1, -1):
            event = found[index].events[name]
            if event & DEFINES:
                yield found[index]
            if event & ENDS:
                return

    def _bound_at(self, name: str, position: int) -> int:
        """Gives the place above another where a name was surely bound or deleted; -1 for none."""
        found = self._enders.get(name)
        if not found:
            return -1
        last = found[-1].position
        if last < position:
            return last
        at = bisect_left(found, position, key=_position)
        return found[at - 1].position if at else -1

    # ---- links ----

    def _link(self, names: Iterable[str]) -> None:
        for name in names:
            touching = self._touching.get(name)
            if not touching:
                self._touching.pop(name, None)
                continue
            if len(touching) == 1:
                _unlink(name, touching)
            else:
                self._link_name(name, sorted(touching, key=_position))

    def _link_name(self, name: str, units: list[Unit]) -> None:
        reaching: list[Incoming] = []
        changes: list[Incoming] = []
        exists = any(unit.events[name] & DEFINES for unit in units)
        if not _is_followed(name, exists):
            _unlink(name, units)
            return
        gathered = gathers(name)
        needing = READ if gathered else READ | MAY_READ | CHANGE | MAY_CHANGE
        for unit in units:
            event = unit.events[name]
            before = unit.incoming.get(name)
            if (reaching or changes) and (event & needing or (event & GUESS and exists)):
                found = reaching + changes
                if found != before:
                    unit.incoming[name] = found
                    unit.told = None
            elif before is not None:
                del unit.incoming[name]
                unit.told = None
            if event & CHANGE:
                changes = [*(changes if gathered else ()), Incoming(unit, "mutation")]
            elif event & MAY_CHANGE:
                changes = [*changes, Incoming(unit, "possible-mutation")]
                if len(changes) > _MOST_POSSIBLE and not gathered:
                    # Each that may change it depends on those before.
                    kept = changes[:1] if changes[0].kind == "mutation" else []
                    changes = kept + changes[len(kept) + 1 :]
            if event & DELETE:
                reaching, changes = [Incoming(unit, "deletion")], []
            elif event & MAY_DELETE:
                reaching = [*reaching, Incoming(unit, "deletion")]
            if event & BIND:
                reaching, changes = [Incoming(unit, "definition")], []
            elif event & MAY_BIND:
                if len(reaching) >= _MOST_REACHING and not gathered:
                    # As if it bound the name to what it was: it depends on those before.
                    unit.incoming[name] = reaching + changes
                    unit.told = None
                    reaching = reaching[1:]
                reaching = [*reaching, Incoming(unit, "definition")]

    # ---- questions ----

    def dependencies(self) -> list[Dependency]:
        """Gives all dependencies, in the order of who needs, then of who gives."""
        found: list[Dependency] = []
        for unit in self.units:
            found += _told(unit)
        return found

    def needs(self, key: Hashable) -> list[Dependency]:
        """Gives what a unit needs from others, in their order.

        Raises:
            KeyError: There is none of this key.
        """
        return _told(self._by_key[key])

    def by_name(self) -> Iterator[tuple[str, list[Unit]]]:
        """Yields each name that is followed, with the units that do something with it, in order."""
        for name, touching in self._touching.items():
            units = sorted(touching, key=_position)
            exists = any(unit.events[name] & DEFINES for unit in units)
            if _is_followed(name, exists):
                yield (
                    name,
                    units if exists else [unit for unit in units if unit.events[name] != GUESS],
                )

    def outgoing(self, unit: Unit) -> dict[str, list[tuple[Unit, Kind]]]:
        """Gives who needs a unit, by name."""
        if self._outgoing is None:
            self._outgoing = {each: {} for each in self.units}
            for each in self.units:
                for name, incoming in each.incoming.items():
                    for source, kind in incoming:
                        self._outgoing[source].setdefault(name, []).append((each, kind))
        return self._outgoing[unit]

    def definers(self, name: str, position: int | None = None) -> list[Unit]:
        """Gives the units whose binding of a name reaches a place, the closest first.

        Args:
            name: The name.
            position: The place; ``None`` for the end.
        """
        return list(self.reaching(name, len(self.units) if position is None else position))


def _unlink(name: str, units: Iterable[Unit]) -> None:
    for unit in units:
        unit.told = None
        unit.incoming.pop(name, None)


def _is_followed(name: str, exists: bool) -> bool:
    # Nobody changes a builtin, and draws do not repeat where nothing is seeded.
    return exists or not (name in BUILTINS or name.startswith(_RANDOM))


class _Above:
    """What reaches a place; see `effective.Place`."""

    __slots__ = ("_graph", "_position")

    def __init__(self, graph: Graph, position: int) -> None:
        self._graph = graph
        self._position = position

    def functions(self, name: str) -> Iterable[Function]:
        graph = self._graph
        return graph.functions(name, self._position) if name in graph.callable else ()

    def is_bound(self, name: str) -> bool:
        return next(self._graph.reaching(name, self._position), None) is not None

    def holders(self, name: str, least: Strength) -> Iterator[tuple[str, Strength, bool]]:
        return self._graph.holders(name, self._position, least)


def _told(unit: Unit) -> list[Dependency]:
    if unit.told is None:
        unit.told = _grouped(unit)
    return unit.told


def _grouped(unit: Unit) -> list[Dependency]:
    grouped: dict[tuple[Unit, Kind], list[str]] = {}
    for name, incoming in unit.incoming.items():
        for source, kind in incoming:
            if source is not unit:
                grouped.setdefault((source, kind), []).append(name)
    return [
        Dependency(source.key, unit.key, tuple(sorted(names)), kind)
        for (source, kind), names in sorted(
            grouped.items(), key=lambda item: (item[0][0].position, item[0][1])
        )
    ]


def _position(unit: Unit) -> int:
    return unit.position


def _put(lists: dict[str, list[Unit]], name: str, unit: Unit, is_one: bool) -> None:
    """Puts a unit where it belongs in the list of a name, or takes it away."""
    units = lists.get(name)
    if units is None:
        lists[name] = [unit]
    elif not is_one:
        units.remove(unit)
    elif not units or units[-1].position <= unit.position:
        units.append(unit)
    else:
        insort(units, unit, key=_position)


def _answers(unit: Unit) -> set[str]:
    """Gives the names that a unit answers for to those that look them up."""
    found = {name for name, event in unit.events.items() if event & _BINDS_OR_DELETES}
    found.update(unit.facts.functions, unit.effective.objects)
    for alias in unit.effective.facts.aliases:
        found.update((alias.target, alias.source))
    return found


def _out_of_order(units: Iterable[Unit]) -> list[Unit]:
    """Gives the units that stand below others which they stood above."""
    found: list[Unit] = []
    highest = -1
    for unit in units:
        if unit.position < highest:
            found.append(unit)
        highest = max(highest, unit.position)
    return found
