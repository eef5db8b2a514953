"""Dependencies between units of code, in an order: cells or statements, as written or as run."""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from posixpath import basename, dirname, normpath
from typing import Literal, NamedTuple

from jupyter_nbquality.dataflow.effective import Effective, effective
from jupyter_nbquality.dataflow.facts import BUILTINS, FILE, STATE, Alias, Effect, Facts, Function

Kind = Literal["definition", "mutation", "possible-mutation", "deletion"]

_ANY_FILE, _UNKNOWN_FILE, _FOLDERS = f"{FILE}*", f"{FILE}?", f"{FILE}/"
_GATHERED = frozenset({_ANY_FILE, _UNKNOWN_FILE, _FOLDERS})
"""Stand for many: who changes one of them needs none that was changed before."""
_RANDOM = f"{STATE}random "
_MOST_POSSIBLE = 4

_READ, _CHANGE, _MAY_CHANGE, _BIND, _MAY_BIND, _DELETE, _MAY_DELETE, _GUESS = (
    1 << bit for bit in range(8)
)
_DEFINES = _BIND | _MAY_BIND
_ENDS = _BIND | _DELETE


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

    def __init__(self, key: Hashable, facts: Facts) -> None:
        self.key = key
        self.facts = facts
        self.position = 0
        self.effective = Effective(facts, {}, frozenset())
        self.events: dict[str, int] = {}
        self.incoming: dict[str, list[Incoming]] = {}
        self.told: list[Dependency] | None = None


class Graph:
    """The units in their order, linked by names.

    An update costs what changed: only units that look up a changed name are looked at again, and
    only names that changed are linked anew.
    """

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self._by_key: dict[Hashable, Unit] = {}
        # For each name: the units that do something with it; those that looked it up.
        self._touching: dict[str, set[Unit]] = {}
        self._consulting: dict[str, set[Unit]] = {}
        self._definers: dict[str, list[Unit]] = {}
        self._pairs: dict[str, list[tuple[Unit, Alias]]] = {}
        self._unsorted: set[str] = set()
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
        order: list[Unit] = []
        fresh: list[Unit] = []
        edited: list[tuple[Unit, Facts]] = []
        for key, facts in units:
            unit = before.get(key)
            if unit is None:
                unit = Unit(key, facts)
                fresh.append(unit)
            elif unit.facts is not facts:
                edited.append((unit, facts))
            after[key] = unit
            order.append(unit)
        # Names to link anew, and names whose look-ups may have other answers.
        names: set[str] = set()
        asked: set[str] = set()
        for key, unit in before.items():
            if key not in after:
                names.update(unit.events)
                asked.update(name for name, _answer in _answers(unit))
                self._forget(unit)
        if order != self.units:
            new = set(fresh)
            moved = _out_of_order(unit for unit in order if unit not in new)
            for unit in moved:
                names.update(unit.events)
                asked.update(name for name, _answer in _answers(unit))
            for position, unit in enumerate(order):
                unit.position = position
                unit.told = None
            self._definers.clear()
            self._unsorted.update(self._pairs)
            fresh += moved
        self.units, self._by_key = order, after
        events = {unit: unit.events for unit, _facts in edited}
        for unit, facts in edited:
            answers = _answers(unit)
            self._forget(unit)
            unit.facts = facts
            self._note(unit, Effective(facts, {}, frozenset()))
            asked.update(name for name, _answer in answers ^ _answers(unit))
        for unit in fresh:
            if unit.events:
                continue
            self._note(unit, Effective(unit.facts, {}, frozenset()))
            names.update(unit.events)
            asked.update(name for name, _answer in _answers(unit))
        self._settle({*fresh, *events}, asked, names)
        for unit, old in events.items():
            names.update(_differing(old, unit.events))
        self._link(names)
        self._outgoing = None

    # ---- what each unit does where it stands ----

    def _forget(self, unit: Unit) -> None:
        for name, event in unit.events.items():
            self._touching[name].discard(unit)
            if event & (_DEFINES | _DELETE | _MAY_DELETE):
                self._definers.pop(name, None)
        for name in unit.effective.consulted:
            self._consulting[name].discard(unit)
        for alias in unit.effective.facts.aliases:
            for name in (alias.target, alias.source):
                self._pairs[name] = [pair for pair in self._pairs[name] if pair[0] is not unit]

    def _note(self, unit: Unit, found: Effective) -> None:
        unit.effective = found
        unit.events = _events(found.facts)
        for name in [name for name in unit.incoming if name not in unit.events]:
            del unit.incoming[name]
            unit.told = None
        for name, event in unit.events.items():
            touching = self._touching.get(name)
            if touching is None:
                self._touching[name] = {unit}
            else:
                touching.add(unit)
            if event & (_DEFINES | _DELETE | _MAY_DELETE):
                self._definers.pop(name, None)
        for name in found.consulted:
            self._consulting.setdefault(name, set()).add(unit)
        for alias in found.facts.aliases:
            for name in (alias.target, alias.source):
                held = self._pairs.setdefault(name, [])
                if name in self._unsorted or not held or held[-1][0].position <= unit.position:
                    held.append((unit, alias))
                else:
                    insort(held, (unit, alias), key=_place_of_pair)

    def _settle(self, todo: set[Unit], asked: set[str], names: set[str]) -> None:
        """Looks at what is new, and again at those that looked up what changed.

        What a unit does depends on those above it alone; so each is looked at once, from above.
        """
        for name in asked:
            todo |= self._consulting.get(name, set())
        waiting = [(unit.position, unit) for unit in todo]
        heapify(waiting)
        while waiting:
            position, unit = heappop(waiting)
            changed: set[str] = set()
            self._look(unit, changed, names)
            for name in changed:
                for other in self._consulting.get(name, ()):
                    if other.position > position and other not in todo:
                        todo.add(other)
                        heappush(waiting, (other.position, other))

    def _look(self, unit: Unit, asked: set[str], names: set[str]) -> None:
        facts = unit.facts
        if not (facts.uses or facts.waiting or facts.calls or facts.mutates):
            return
        found = effective(
            facts,
            lambda name: self._functions(name, unit),
            lambda name: self._pairs_at(name, unit.position),
        )
        old = unit.effective
        if found.facts is facts and old.facts is facts:
            if found.consulted != old.consulted:
                for name in old.consulted - found.consulted:
                    self._consulting[name].discard(unit)
                for name in found.consulted - old.consulted:
                    self._consulting.setdefault(name, set()).add(unit)
                unit.effective = found
            return
        events, answers = unit.events, _answers(unit)
        self._forget(unit)
        self._note(unit, found)
        names.update(_differing(events, unit.events))
        asked.update(name for name, _answer in answers ^ _answers(unit))

    def _defining(self, name: str) -> list[Unit]:
        """Gives the units that bind or delete a name, in order."""
        found = self._definers.get(name)
        if found is None:
            bits = _DEFINES | _DELETE | _MAY_DELETE
            found = sorted(
                (unit for unit in self._touching.get(name, ()) if unit.events[name] & bits),
                key=_position,
            )
            self._definers[name] = found
        return found

    def _reaching(self, name: str, position: int) -> Iterator[Unit]:
        """Yields the units whose binding of a name may reach a place, the closest first."""
        found = self._defining(name)
        for index in range(bisect_left(found, position, key=_position) - 1, -1, -1):
            event = found[index].events[name]
            if event & _DEFINES:
                yield found[index]
            if event & _ENDS:
                return

    def _functions(self, name: str, unit: Unit) -> Iterator[Function]:
        for definer in self._reaching(name, unit.position):
            function = definer.facts.functions.get(name)
            if function is not None:
                yield function
            yield from definer.effective.objects.get(name, ())

    def _pairs_at(self, name: str, position: int) -> Iterator[tuple[Alias, bool]]:
        """Yields the pairs of a name, and whether they hold: neither was bound anew since."""
        pairs = self._pairs.get(name)
        if not pairs:
            return
        if name in self._unsorted:
            pairs.sort(key=_place_of_pair)
            self._unsorted.discard(name)
        first = bisect_left(pairs, self._bound_at(name, position), key=_place_of_pair)
        for at in range(first, len(pairs)):
            source, alias = pairs[at]
            if source.position >= position:
                return
            other = alias.source if alias.target == name else alias.target
            yield alias, self._bound_at(other, position) <= source.position

    def _bound_at(self, name: str, position: int) -> int:
        """Gives the place above another where a name was surely bound or deleted; -1 for none."""
        found = self._defining(name)
        for at in range(bisect_left(found, position, key=_position) - 1, -1, -1):
            if found[at].events[name] & _ENDS:
                return found[at].position
        return -1

    # ---- links ----

    def _link(self, names: Iterable[str]) -> None:
        for name in names:
            touching = self._touching.get(name)
            if not touching:
                self._touching.pop(name, None)
                continue
            self._link_name(name, sorted(touching, key=_position))

    def _link_name(self, name: str, units: list[Unit]) -> None:
        reaching: list[Incoming] = []
        changes: list[Incoming] = []
        exists = any(unit.events[name] & _DEFINES for unit in units)
        if not exists and (name in BUILTINS or name.startswith(_RANDOM)):
            # Nobody changes a builtin, and draws do not repeat where nothing is seeded.
            for unit in units:
                unit.told = None
                unit.incoming.pop(name, None)
            return
        gathered = name in _GATHERED
        needing = _READ if gathered else _READ | _CHANGE | _MAY_CHANGE
        for unit in units:
            unit.told = None
            event = unit.events[name]
            if event & needing or (event & _GUESS and exists):
                if reaching or changes:
                    unit.incoming[name] = reaching + changes
                else:
                    unit.incoming.pop(name, None)
            else:
                unit.incoming.pop(name, None)
            if event & _CHANGE:
                changes = [Incoming(unit, "mutation")]
            elif event & _MAY_CHANGE:
                changes = [*changes, Incoming(unit, "possible-mutation")]
                if len(changes) > _MOST_POSSIBLE and not gathered:
                    # Each that may change it depends on those before.
                    kept = changes[:1] if changes[0].kind == "mutation" else []
                    changes = kept + changes[len(kept) + 1 :]
            if event & _DELETE:
                reaching, changes = [Incoming(unit, "deletion")], []
            elif event & _MAY_DELETE:
                reaching = [*reaching, Incoming(unit, "deletion")]
            if event & _BIND:
                reaching, changes = [Incoming(unit, "definition")], []
            elif event & _MAY_BIND:
                reaching = [*reaching, Incoming(unit, "definition")]

    # ---- questions ----

    def dependencies(self) -> list[Dependency]:
        """Gives all dependencies, in the order of who needs, then of who gives."""
        found: list[Dependency] = []
        for unit in self.units:
            if unit.told is None:
                unit.told = _told(unit)
            found += unit.told
        return found

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
        return list(self._reaching(name, len(self.units) if position is None else position))


def _told(unit: Unit) -> list[Dependency]:
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


def _answers(unit: Unit) -> set[tuple[str, object]]:
    """Gives what a unit answers to those that look up names."""
    found: set[tuple[str, object]] = {
        (name, bits)
        for name, event in unit.events.items()
        if (bits := event & (_DEFINES | _DELETE | _MAY_DELETE))
    }
    facts = unit.effective.facts
    found.update((name, id(function)) for name, function in unit.facts.functions.items())
    found.update((name, functions) for name, functions in unit.effective.objects.items())
    found.update((alias.target, alias) for alias in facts.aliases)
    found.update((alias.source, alias) for alias in facts.aliases)
    return found


def _differing(one: dict[str, int], other: dict[str, int]) -> set[str]:
    """Gives the names with which two units do not do the same."""
    return {name for name, _event in one.items() ^ other.items()}


def _out_of_order(units: Iterable[Unit]) -> list[Unit]:
    """Gives the units that stand below others which they stood above."""
    found: list[Unit] = []
    highest = -1
    for unit in units:
        if unit.position < highest:
            found.append(unit)
        highest = max(highest, unit.position)
    return found


def _place_of_pair(pair: tuple[Unit, Alias]) -> int:
    return pair[0].position


def _events(facts: Facts) -> dict[str, int]:
    """Gives what a unit does with each name, in bits."""
    events = dict.fromkeys(facts.uses, _READ)
    get = events.get
    for name in facts.waiting:
        events[name] = get(name, 0) | _READ
    for name in facts.guesses:
        events[name] = get(name, 0) | _GUESS
    for name, mutation in facts.mutates.items():
        events[name] = get(name, 0) | (_CHANGE if mutation.certain else _MAY_CHANGE)
    definite = facts.definite
    for name in facts.binds:
        if name in facts.gone:
            continue
        events[name] = get(name, 0) | (_BIND if name in definite else _MAY_BIND)
    for name in facts.deletes:
        if name not in definite:
            events[name] = get(name, 0) | (_DELETE if name in facts.gone else _MAY_DELETE)
    for effect in facts.effects:
        for name, event in _events_of(effect):
            events[name] = get(name, 0) | event
    if facts.displays:
        events[f"{STATE}display"] = get(f"{STATE}display", 0) | _READ
    return events


def _events_of(effect: Effect) -> Iterator[tuple[str, int]]:
    kind, what = effect.kind, effect.what
    if what == "figure":
        # It is shown and closed at the end of a cell; `slices` follows it within one.
        return
    if kind == "reads-state":
        yield STATE + what, _READ
    elif kind == "writes-state":
        yield STATE + what, _CHANGE
    elif kind == "sets-state":
        yield STATE + what, _BIND
    elif kind == "may-draw":
        yield STATE + what, _READ | _MAY_CHANGE
    elif kind == "imports":
        yield f"{STATE}modules", _READ
        yield f"{FILE}{what.replace('.', '/')}.py", _READ
    elif kind == "reads-file":
        yield from _reading(what)
    elif kind == "writes-file":
        yield f"{STATE}directory", _READ
        yield _ANY_FILE, _MAY_CHANGE
        if dirname(what) or not what:
            yield _FOLDERS, _READ
        if what:
            path = normpath(what)
            yield FILE + path, _CHANGE
            if path.endswith(".py"):
                yield FILE + basename(path), _CHANGE
            while path := dirname(path).rstrip("/"):
                yield FILE + path, _MAY_CHANGE
        else:
            yield _UNKNOWN_FILE, _MAY_CHANGE
    elif kind == "makes-folder":
        yield f"{STATE}directory", _READ
        yield _FOLDERS, _MAY_CHANGE
        if what:
            yield FILE + normpath(what), _CHANGE
    elif kind == "subprocess":
        yield f"{STATE}directory", _READ
        yield f"{STATE}environment", _READ
        yield f"{STATE}modules", _MAY_CHANGE
        yield _ANY_FILE, _READ | _MAY_CHANGE
        yield _UNKNOWN_FILE, _MAY_CHANGE
        yield _FOLDERS, _MAY_CHANGE


def _reading(path: str) -> Iterator[tuple[str, int]]:
    if "://" in path:
        return
    if not path.startswith("/"):
        yield f"{STATE}directory", _READ
    if path:
        yield FILE + normpath(path), _READ
        yield _UNKNOWN_FILE, _READ
    else:
        yield _ANY_FILE, _READ
