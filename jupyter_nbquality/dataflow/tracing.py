"""Values, followed through a cell where it stands or where it ran."""

import ast
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from jupyter_nbquality.dataflow.events import (
    BIND,
    CHANGE,
    DISPLAY,
    MAY_CHANGE,
    MAY_READ,
    PICTURES,
    READ,
)
from jupyter_nbquality.dataflow.facts import BUILTINS, FILE, GIVEN_NAMES, STATE
from jupyter_nbquality.dataflow.graph import Unit
from jupyter_nbquality.dataflow.steps import APPENDS, Plan, Step, world
from jupyter_nbquality.dataflow.values import ATTRIBUTES, MISSING, Keys, Part, Seen, Value, moved

_UNKNOWN = f"{STATE}unknown"

_DIRECTORY, _RANDOM = f"{STATE}directory", f"{STATE}random "
_LOOKS = frozenset({DISPLAY, PICTURES})


class Traced(NamedTuple):
    """What a cell gives in its place.

    Attributes:
        result: Stands for what it shows, and for what it binds and changes.
        seen: What it read of others, by name.
        gives: What the names hold after it that it binds or changes; ``None`` where it deletes.
        asked: Every name that was looked up, and what it held.
        varies: Whether another run of it is another thing.
    """

    result: int
    seen: dict[str, Seen]
    gives: dict[str, Value | None]
    asked: dict[str, Value | None]
    varies: bool = False


Extra = tuple[list[str], list[tuple[str, bool, bool]], list[tuple[str, int]]]
"""What a statement does by what it calls or has a view of: reads; changes, whether surely and by
storing; and what it does with the world."""

_NOTHING: Extra = ([], [], [])


def trace(
    plan: Plan,
    unit: Unit,
    names: Mapping[str, Value],
    token: Hashable,
    *,
    possible: bool,
    outdated: bool = False,
) -> Traced:
    """Follows the values through the cell.

    Args:
        plan: Of the cell.
        unit: The cell in its place.
        names: What the names hold before it.
        token: Stands for this run, where repeating it gives another result.
        possible: Whether changes are followed that are only possible.
        outdated: Whether it would give something else now for other reasons.
    """
    undone: dict[str, Value] = {}
    for name in plan.renewed:
        value = names.get(name)
        if value is not None and value.before is not None:
            undone[name] = value.before
    if undone:
        # To run it on what it gave is to run it on what it was given.
        traced = _Tracing(plan, unit, {**names, **undone}, token, possible, outdated).run()
        if all(
            (given := traced.gives.get(name)) is not None and given.read() == names[name].read()
            for name in undone
        ):
            for name in undone:
                traced.gives[name] = traced.asked[name] = names[name]
            return traced
    return _Tracing(plan, unit, names, token, possible, outdated).run()


class _Tracing:
    def __init__(
        self,
        plan: Plan,
        unit: Unit,
        names: Mapping[str, Value],
        token: Hashable,
        possible: bool,
        outdated: bool,
    ) -> None:
        self._plan, self._unit, self._outer = plan, unit, names
        self._token, self._possible, self._outdated = token, possible, outdated
        self._inner: dict[str, Value | None] = {}
        # Bound in this cell, so that to run it again begins anew with them.
        self._own: set[str] = set()
        self._seen: dict[str, Seen] = {}
        self._asked: dict[str, Value | None] = {}
        self._varies = False

    def run(self) -> Traced:
        plan = self._plan
        if not plan.steps:
            return Traced(plan.result, {}, {}, {})
        extra = self._extra()
        results = [self._step(step, extra.get(at, _NOTHING)) for at, step in enumerate(plan.steps)]
        for name in plan.renewed:
            value = self._inner.get(name)
            if value is not None and name in self._asked:
                value.before = self._asked[name] or MISSING
        left = sorted(
            (name, value.read() if value is not None else 0)
            for name, value in self._inner.items()
            if not name.startswith((FILE, STATE))
        )
        result = hash((*results, *left))
        return Traced(result, self._seen, self._inner, self._asked, self._varies)

    def _extra(self) -> dict[int, Extra]:
        """Gives what statements do by what they call in this place."""
        facts = self._unit.effective.facts
        found: dict[int, Extra] = {}
        if facts is self._unit.facts and len(self._plan.steps) == 1:
            return found
        plan = self._plan

        def at(node: ast.AST | None) -> Extra:
            line = getattr(node, "lineno", 0)
            places = [
                place
                for place, step in enumerate(plan.steps)
                if step.facts.first <= line <= step.facts.last
            ]
            return found.setdefault((places or [len(plan.steps) - 1])[0], ([], [], []))

        for name, node in (*facts.uses.items(), *facts.waiting.items()):
            if name not in plan.uses:
                at(node)[0].append(name)
        for name, mutation in facts.mutates.items():
            if name not in plan.changes:
                # It stores in a view of what the name holds, or calls what may change it.
                stores = not isinstance(mutation.node, ast.Call)
                at(mutation.node)[1].append((name, mutation.certain, stores))
        for name, node in facts.binds.items():
            if name not in plan.binds:
                # A function that is called binds it.
                at(node)[1].append((name, True, False))
        for effect in facts.effects:
            if id(effect.node) not in plan.effects:
                at(effect.node)[2].extend(world(effect, ""))
        return found

    def _value(self, name: str) -> Value:
        if name in self._inner:
            return self._inner[name] or MISSING
        found = self._asked[name] = self._outer.get(name)
        if found is None:
            if name in GIVEN_NAMES or name.startswith((FILE, STATE)):
                return MISSING
            found = self._asked[_UNKNOWN] = self._outer.get(_UNKNOWN)
        return found or MISSING

    def _read(self, name: str, keys: Keys = None, without: str = "") -> int:
        value = self._value(name)
        read = (value.without(without) if without else value).read(keys)
        self._note(name, read, value, keys)
        return read

    def _note(self, name: str, read: int, value: Value, keys: Keys) -> None:
        if name in self._inner:
            return
        before = self._seen.get(name)
        if before is not None:
            read = hash((before.read, read))
            keys = None if keys is None or before.keys is None else (*keys, *before.keys)
        self._seen[name] = Seen(read, value, keys)

    def _step(self, step: Step, extra: Extra) -> int:
        facts = step.facts
        more_reads, more_changes, more_effects = extra
        effects = [*step.effects, *more_effects]
        owner, own_part = step.itself or ("", "")
        if owner in self._own:
            owner = ""
        read: list[object] = [step.code]
        for name, keys in step.reads:
            part = step.items.get(name, f"@{step.code}" if step.again else "")
            if name == owner:
                others = tuple(key for key in keys or () if key[1:] != own_part[1:])
                if not own_part or not set(others) - {ATTRIBUTES}:
                    continue
                keys = others
            elif part in (keys or ()) or (keys is None and name in step.over_all):
                part = ""
            read.append(self._read(name, keys, part))
        read += [self._read(name) for name in more_reads]
        token = step.unrepeatable
        sets_display = False
        for name, event in effects:
            if event & CHANGE and name in _LOOKS:
                sets_display = sets_display or name == DISPLAY
            elif event & (READ | MAY_READ) and not (step.fixed and self._value(name) is MISSING):
                if not self._possible and event & (MAY_CHANGE | MAY_READ):
                    continue
                read.append(self._read(name, None, f"@{step.code}"))
                if name.startswith(_RANDOM) and self._value(name) is MISSING:
                    token = True
        if facts.displays and not sets_display:
            read.append(self._read(DISPLAY))
        if step.loads:
            read.append(self._read(_UNKNOWN))
        if token:
            self._varies = True
            read.append(self._token)
        if self._outdated:
            read.append("outdated")
        origin = 0
        code = hash(tuple(read))
        if owner:
            origin, code = code, self._of_itself(owner, own_part, code)
        changes = {name: mutation.certain for name, mutation in facts.mutates.items()}
        changes.update(dict.fromkeys(step.touched & self._own, True))
        for name, certain, stores in more_changes:
            if stores:
                changes[name] = certain
                continue
            # What the methods of a class do is taken together; one that is called may do less.
            called = {name} if self._value(name).is_class else step.called
            changes[name] = certain and not called.isdisjoint(step.called - BUILTINS)
        if step.is_dropped:
            # What gives nothing is called for what it does.
            changes = dict.fromkeys(changes, True)
        before = {name: self._value(name) for name in changes} if step.fails_again else {}
        self._bind(step, code, owner, origin)
        for name, certain in changes.items():
            if name not in facts.binds and (certain or self._possible or name in self._own):
                self._change(name, step, code, certain, origin)
        for name, event in effects:
            if name != DISPLAY or self._possible or step.sets_text:
                self._affect(name, event, step, code)
        if facts.unknown:
            self._inner[_UNKNOWN] = self._again(self._value(_UNKNOWN), f"@{step.code}", code)
        if step.fails_again:
            # It does nothing more, and says so.
            return hash((code, *(value.read() for value in before.values())))
        return code

    def _of_itself(self, name: str, key: str, origin: int) -> int:
        """Gives what stands for a name or an entry that is made of itself, again or anew."""
        value = self._value(name)
        code = 0
        if not key and value.origin == origin:
            code = value.base
        for part in value.parts:
            if key and part.key == key and part.origin == origin:
                code = part.code
        keys = None if not key else (f"[{key[1:]}", f".{key[1:]}")
        code = code or hash((origin, value.read(keys)))
        self._note(name, code, value, keys)
        return code

    def _bind(self, step: Step, code: int, owner: str, origin: int) -> None:
        facts = step.facts
        found = {name: self._value(name) for name in facts.binds}
        for name in facts.deletes:
            self._inner[name] = None
        for name in facts.binds:
            if name in facts.gone:
                continue
            if name == owner:
                before = self._value(name)
                if before.base == code:
                    self._inner[name] = before
                else:
                    made = Value(code, (), self._unit.key, False, origin)
                    self._inner[name] = made.made_of(before)
                continue
            base = step.fixed.get(name, 0) or hash((code, name))
            if name in step.fixed:
                base = hash((base, *self._files(step)))
            if name in facts.definite or (name in step.mostly and not self._possible):
                self._own.add(name)
            else:
                base = hash((base, self._read(name)))
            made = Value(base, (), self._unit.key)
            if name in facts.uses or name not in self._own:
                made.made_of(found[name])
            function = facts.functions.get(name)
            made.is_class = function is not None and function.is_class
            self._inner[name] = made

    def _files(self, step: Step) -> Iterator[int]:
        """Yields what stands for the modules that a statement imports and cells wrote."""
        for name, event in step.effects:
            if event & READ and name.startswith(FILE):
                value = self._value(name)
                if value is not MISSING:
                    yield value.base

    def _change(self, name: str, step: Step, code: int, certain: bool, origin: int) -> None:
        value = self._value(name)
        own = name in self._own
        part = step.items.get(name) or (f"@{step.code}" if step.again or not certain else "")
        if not own:
            self._read(name, None, part)
        if own or not part:
            made = Value(hash((code, value.read())), (), self._unit.key, not own)
            made.made_of(value)
        elif name in step.items:
            made = self._with(value, Part(part, code, self._unit.key, origin))
        elif step.fails_again and step.code in value.done:
            made = value
        else:
            made = self._again(value, part, code)
        if step.fails_again:
            made.done |= {step.code}
        self._inner[name] = made

    def _with(self, value: Value, part: Part) -> Value:
        """Sets an entry; where there is one already, in its place."""
        if any(each.key == part.key for each in value.parts):
            parts = [
                part if each.key == part.key and each.code != part.code else each
                for each in value.parts
            ]
            return value.with_parts(tuple(parts))
        return value.with_parts((*value.parts, part))

    def _again(self, value: Value, key: str, code: int) -> Value:
        """Changes all of an object, where to do so twice is to do so once."""
        for at, part in enumerate(value.parts):
            if part.key == key and all(each.key[0] != "@" for each in value.parts[at + 1 :]):
                before = value.with_parts(value.parts[:at])
                if part.code == hash((code, before.read())):
                    return value
        rest = value.without(key)
        part = Part(key, hash((code, value.read())), self._unit.key)
        return value.with_parts((*rest.parts, part))

    def _affect(self, name: str, event: int, step: Step, code: int) -> None:
        writer = self._unit.key
        if event & BIND:
            self._inner[name] = Value(code, (), writer)
        elif name.startswith(FILE) and name[-1] != "?" and {"*", "?"} & set(name):
            # Files that are there, whatever is in them; or of one of them, what is.
            if event & CHANGE or not event & READ:
                part = Part(f"@{step.code}", code if "?" in name else 1, writer)
                value = self._with(self._value(name), part)
                self._inner[name] = value.with_parts(tuple(sorted(value.parts, key=_key)))
        elif name.startswith(_RANDOM) and self._value(name) is MISSING:
            # Who draws without a seed draws something else each time.
            return
        elif event & CHANGE:
            value = self._value(name)
            if name == _DIRECTORY and step.directory is not None:
                made = moved(value, step.directory, writer)
            elif name.startswith(_RANDOM) or name == _DIRECTORY or event & APPENDS:
                made = Value(hash((code, value.read())), (), writer, True)
            elif step.fails_again and step.code in value.done:
                made = value
            elif name.startswith(FILE):
                made = Value(code, (), writer, True)
            else:
                made = self._again(value, f"@{step.code}", code)
            if step.fails_again:
                made.done |= {step.code}
            self._inner[name] = made
        elif event & MAY_CHANGE and self._possible:
            self._inner[name] = self._again(self._value(name), f"@{step.code}", code)


def _key(part: Part) -> str:
    return part.key
