"""What names hold, told by the code that made it: the same code on the same gives the same.

A value is followed through the cells in an order, as they stand or as they ran, and is known by the
code that it came from and by the values which that read: *value numbering*, after Cocke and
Schwartz, "Programming Languages and Their Compilers" (1970). Two orders in which a name has equal
values at some place surely give the same there, so far as the code gives the same when it is
repeated.

What a frame or a dictionary holds under constant keys is told apart, and a change that does nothing
new when it is repeated (`df["a"] = 1`, `model.fit(X)`) is known as such.
"""

import ast
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import NamedTuple

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.events import (
    ANY_FILE,
    BIND,
    CHANGE,
    MAY_CHANGE,
    READ,
    UNKNOWN_FILE,
    events_of,
)
from jupyter_nbquality.dataflow.facts import BUILTINS, FILE, GIVEN_NAMES, STATE, Effect, Facts
from jupyter_nbquality.dataflow.graph import Unit

REPEATABLE_METHODS = frozenset(
    {
        *("add", "clear", "discard", "drop_duplicates", "dropna", "fill", "fillna", "fit", "grid"),
        *("legend", "rename", "seed", "set", "set_params", "set_title", "set_xlabel", "set_xlim"),
        *("set_ylabel", "set_ylim", "setdefault", "sort", "sort_index", "sort_values", "train"),
    }
)
"""Methods that change their object into the same when they are called again."""

OF_THE_WHOLE = frozenset(
    {
        *("T", "at", "axes", "columns", "dtypes", "empty", "flat", "iat", "iloc", "index", "items"),
        *("keys", "loc", "ndim", "plot", "shape", "size", "str", "style", "values"),
    }
)
"""Attributes that say something of all columns or entries."""

OVER_ALL_COLUMNS = frozenset(
    {
        *("all", "any", "columns", "corr", "count", "cov", "describe", "eq", "iloc", "isna", "max"),
        *("isnull", "mean", "median", "min", "notna", "nunique", "prod", "select_dtypes", "shape"),
        *("std", "sum", "to_numpy", "values", "var"),
    }
)
"""What a new column makes another thing of."""

REPEATABLE_RESULTS = frozenset(
    {
        *("abs", "array", "asarray", "astype", "bool", "capitalize", "clip", "convert_dtypes"),
        *(
            "copy",
            "drop_duplicates",
            "dropna",
            "fillna",
            "filter",
            "float",
            "head",
            "infer_objects",
        ),
        *("int", "intersection", "list", "lower", "nlargest", "nsmallest", "query", "rename"),
        *("round", "set", "sort_index", "sort_values", "sorted", "str", "strip", "title"),
        *("to_datetime", "to_numeric", "tuple", "union", "unique", "upper"),
    }
)
"""Functions and methods whose result, given to them again, is the same."""

SETTING_TEXT = frozenset({"option_context", "reset_option", "set_option", "set_printoptions"})
"""Functions that change how values are shown as text."""

UNREPEATABLE = frozenset(
    {
        *("getpass", "input", "monotonic", "now", "perf_counter", "process_time", "raw_input"),
        *("time", "time_ns", "today", "token_bytes", "token_hex", "urandom", "utcnow"),
        *("uuid1", "uuid4"),
    }
)
"""Functions that give another result each time."""

_DRAWING = re.compile(
    r"func=Name\(id='\w*(?:Bagging|Boosting|Extra|Forest|KMeans|MLP|Mixture|NMF|SGD|TSNE)"
)
_APPENDING = re.compile(r"Constant\(value='(?:a[bt+]*|append)'\)")
_CD = re.compile(r"%?cd\s+[\"']?([\w./-]+)[\"']?\s*$")
_CHDIR = re.compile(r"attr='chdir', ctx=Load\(\)\), args=\[Constant\(value='([^']+)'\)\]")
_UNKNOWN = f"{STATE}unknown"
_DISPLAY, _DIRECTORY, _RANDOM = f"{STATE}display", f"{STATE}directory", f"{STATE}random "
_ENVIRONMENT = f"{STATE}environment"


Keys = tuple[str, ...] | None
"""Which entries of an object are meant; ``None`` for all of it."""


class Part(NamedTuple):
    """What was changed of an object.

    Attributes:
        key: An entry under a constant key, beginning with ``[``, or an attribute, with ``.``;
            otherwise a change of all of it, with ``@``.
        code: Stands for what it was changed to.
        writer: Who did it.
        origin: Stands for how, whatever it was before, if to do so again changes nothing.
    """

    key: str
    code: int
    writer: Hashable
    origin: int = 0


class Value:
    """What a name holds.

    Attributes:
        base: Stands for the code that made it.
        parts: What was changed since, in order.
        writer: Who made it.
        changed: Whether it was changed in making it; otherwise it was bound.
        origin: As that of a part.
        is_class: Whether it is a class of the notebook.
        sources: Who had a part in making it.
        before: What the cell found that gave this, if to run it again does nothing new.
    """

    __slots__ = ("base", "before", "changed", "is_class", "origin", "parts", "sources", "writer")

    def __init__(
        self,
        base: int,
        parts: tuple[Part, ...] = (),
        writer: Hashable = None,
        changed: bool = False,
        origin: int = 0,
    ) -> None:
        self.base = base
        self.parts = parts
        self.writer = writer
        self.changed = changed
        self.origin = origin
        self.is_class = False
        self.sources: frozenset[Hashable] = frozenset((writer,))
        self.before: Value | None = None

    def is_same(self, other: "Value | None") -> bool:
        """Tells whether all is the same, also who wrote it."""
        return self is other or (
            other is not None
            and self.base == other.base
            and self.writer == other.writer
            and self.parts == other.parts
        )

    def with_parts(self, parts: tuple[Part, ...]) -> "Value":
        """Gives it with other changes."""
        made = Value(self.base, parts, self.writer, self.changed, self.origin)
        made.is_class, made.sources = self.is_class, self.sources
        return made

    def made_of(self, other: "Value") -> "Value":
        """Notes that it was made of another."""
        self.sources |= other.writers()
        return self

    def writers(self) -> frozenset[Hashable]:
        """Gives who had a part in it."""
        return self.sources.union(part.writer for part in self.parts)

    def read(self, keys: Keys = None) -> int:
        """Gives a number that is the same where the same is read."""
        if not self.parts:
            return self.base
        found = [(part.key, part.code) for part in self.under(keys)]
        if keys is not None:
            # Entries are the same in whichever order they were made.
            found.sort()
        return hash((self.base, *found))

    def under(self, keys: Keys) -> Iterator[Part]:
        """Yields the changes that matter to who reads some entries."""
        for part in self.parts:
            if (
                keys is None
                or part.key[0] == "@"
                or part.key in keys
                or (part.key[0] == "." and _ATTRIBUTES in keys)
            ):
                yield part

    def without(self, key: str) -> "Value":
        """Gives it without one of its changes."""
        return self.with_parts(tuple(part for part in self.parts if part.key != key))


MISSING = Value(0)
_ATTRIBUTES = ".*"
"""Among keys: an attribute is read, which may be made of other attributes."""


class Seen(NamedTuple):
    """What a cell found under a name.

    Attributes:
        read: Stands for what it read of it.
        value: What the name held.
        keys: What it read.
    """

    read: int
    value: Value
    keys: Keys


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


def differences(one: Value, other: Value, keys: Keys) -> list[tuple[Hashable, Hashable, bool]]:
    """Tells who made two values differ: who of the first, who of the second, and how.

    Returns:
        The writers, ``None`` where one did nothing, and whether they changed an object; otherwise
        they bound the name.
    """
    if one.base != other.base:
        return [(one.writer, other.writer, one.changed or other.changed)]
    mine = {part.key: part for part in one.under(keys)}
    theirs = {part.key: part for part in other.under(keys)}
    found: list[tuple[Hashable, Hashable, bool]] = []
    for key in {**theirs, **mine}:
        here, there = mine.get(key), theirs.get(key)
        if here is None or there is None or here.code != there.code:
            found.append((here and here.writer, there and there.writer, True))
    if not found and mine:
        found = [(one.parts[-1].writer, other.parts[-1].writer, True)]
    return found


Extra = tuple[list[str], list[tuple[str, bool]], list[tuple[str, int]]]
"""What a statement does by what it calls: reads, changes, and what it does with the world."""


class _Step:
    """What is known of a statement before it has a place."""

    __slots__ = (
        "again",
        "called",
        "code",
        "directory",
        "effects",
        "facts",
        "fails_again",
        "fixed",
        "has_calls",
        "is_dropped",
        "items",
        "itself",
        "loads",
        "mostly",
        "over_all",
        "reads",
        "sets_text",
        "touched",
        "unrepeatable",
    )

    def __init__(self, known: CellFacts, facts: Facts) -> None:
        nodes = [
            node
            for node in (known.tree.body if known.tree is not None else ())
            if facts.first <= node.lineno <= facts.last
        ]
        magics = [
            magic.text
            for magic in known.masked.magics
            if facts.first <= magic.line + 1 <= facts.last
        ]
        text = "\n".join([*(ast.dump(node) for node in nodes), *magics])
        if not nodes:
            text += "\n".join(known.source.split("\n")[facts.first - 1 : facts.last])
        self.facts = facts
        self.code = hash(text)
        self.has_calls = "Call(" in text or bool(magics)
        reading = _Reading(nodes)
        self.called = reading.called
        self.directory = _directory(text, magics)
        self.unrepeatable = not reading.called.isdisjoint(UNREPEATABLE) or any(
            effect.kind in {"network", "subprocess", "input"} for effect in facts.effects
        )
        self.effects = [it for effect in facts.effects for it in _world(effect, text)]
        self.touched = {
            root.name
            for call in facts.calls
            for roots in (call.receiver, *(argument.roots for argument in call.arguments))
            for root in roots
        }
        self.loads = any("%load_ext" in magic for magic in magics)
        self.reads = [
            (name, reading.keys(name))
            for name in {*facts.uses, *facts.waiting, *facts.guesses}
            if name in reading.found or name not in reading.names
        ]
        self.over_all = reading.over_all
        single = nodes[0] if len(nodes) == 1 and not magics else None
        self.is_dropped = isinstance(single, ast.Expr) and not facts.displays
        self.sets_text = not reading.called.isdisjoint(SETTING_TEXT)
        self.items = _items(single)
        self.itself = _of_itself(single)
        self.fails_again = _fails_again(single)
        self.again = self.fails_again or _is_repeatable(single)
        self.mostly = _mostly_bound(nodes)
        self.fixed = {name: hash(("import", module)) for name, module in facts.imports.items()}

    def renews(self, name: str) -> bool:
        """Tells whether to change an object again is to change it to the same."""
        if name in self.items:
            keys = dict(self.reads).get(name, ())
            if keys is None:
                return name not in self.over_all
            return self.items[name] not in keys
        return self.again


class Plan:
    """What is known of a cell's values before it has a place.

    Args:
        known: The cell.
    """

    def __init__(self, known: CellFacts) -> None:
        self.facts = known.facts
        self.result = hash(known.source)
        self.steps = [_Step(known, facts) for facts in known.statements]
        self.uses = {
            name
            for step in self.steps
            for name in (*step.facts.uses, *step.facts.waiting, *step.facts.guesses)
        }
        self.changes = {name for step in self.steps for name in step.facts.mutates}
        self.binds = {name for step in self.steps for name in step.facts.binds}
        self.renewed = _renewed(self.steps)
        self.effects = {id(effect.node) for step in self.steps for effect in step.facts.effects}

    def is_plain(self, name: str) -> bool:
        """Tells whether what it gives a name calls nothing: the same each time, without doubt."""
        return all(
            name in step.fixed or name in step.facts.functions or not step.has_calls
            for step in self.steps
            if name in step.facts.binds or name in step.facts.mutates
        )

    def trace(
        self,
        unit: Unit,
        names: Mapping[str, Value],
        token: Hashable,
        *,
        possible: bool,
        outdated: bool = False,
    ) -> Traced:
        """Follows the values through the cell.

        Args:
            unit: The cell in its place.
            names: What the names hold before it.
            token: Stands for this run, where repeating it gives another result.
            possible: Whether changes are followed that are only possible.
            outdated: Whether it would give something else now for other reasons.
        """
        undone: dict[str, Value] = {}
        for name in self.renewed:
            value = names.get(name)
            if value is not None and value.before is not None:
                undone[name] = value.before
        if undone:
            # To run it on what it gave is to run it on what it was given.
            traced = _Tracing(self, unit, {**names, **undone}, token, possible, outdated).run()
            if all(
                (given := traced.gives.get(name)) is not None and given.read() == names[name].read()
                for name in undone
            ):
                for name in undone:
                    traced.gives[name] = traced.asked[name] = names[name]
                return traced
        return _Tracing(self, unit, names, token, possible, outdated).run()


def _renewed(steps: Iterable[_Step]) -> set[str]:
    """Gives the names of others that a cell makes the same of, if it runs again."""
    found: set[str] = set()
    other: set[str] = set()
    own: set[str] = set()
    for step in steps:
        itself = step.itself[0] if step.itself is not None else ""
        for name in (*step.facts.mutates, *step.facts.binds):
            if name in own:
                continue
            if name == itself or (name in step.facts.mutates and step.renews(name)):
                found.add(name)
            elif name in step.facts.binds and name not in step.facts.uses:
                (own if name in step.facts.definite else found).add(name)
            else:
                other.add(name)
    return found - other


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
                at(mutation.node)[1].append((name, mutation.certain))
        for name, node in facts.binds.items():
            if name not in plan.binds:
                # A function that is called binds it.
                at(node)[1].append((name, True))
        for effect in facts.effects:
            if id(effect.node) not in plan.effects:
                at(effect.node)[2].extend(_world(effect, ""))
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

    def _step(self, step: _Step, extra: Extra) -> int:
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
                if not own_part or not set(others) - {_ATTRIBUTES}:
                    continue
                keys = others
            elif part in (keys or ()) or (keys is None and name in step.over_all):
                part = ""
            read.append(self._read(name, keys, part))
        read += [self._read(name) for name in more_reads]
        token = step.unrepeatable
        sets_display = False
        for name, event in effects:
            if event & CHANGE and name == _DISPLAY:
                sets_display = True
            elif event & READ and not (step.fixed and self._value(name) is MISSING):
                if not self._possible and event & MAY_CHANGE:
                    continue
                read.append(self._read(name, None, f"@{step.code}"))
                if name.startswith(_RANDOM) and self._value(name) is MISSING:
                    token = True
        if facts.displays and not sets_display:
            read.append(self._read(_DISPLAY))
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
        for name, certain in more_changes:
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
            if name != _DISPLAY or self._possible or step.sets_text:
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

    def _bind(self, step: _Step, code: int, owner: str, origin: int) -> None:
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

    def _files(self, step: _Step) -> Iterator[int]:
        """Yields what stands for the modules that a statement imports and cells wrote."""
        for name, event in step.effects:
            if event & READ and name.startswith(FILE):
                value = self._value(name)
                if value is not MISSING:
                    yield value.base

    def _change(self, name: str, step: _Step, code: int, certain: bool, origin: int) -> None:
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
        else:
            made = self._again(value, part, code)
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

    def _affect(self, name: str, event: int, step: _Step, code: int) -> None:
        writer = self._unit.key
        if event & BIND:
            self._inner[name] = Value(code, (), writer)
        elif event & CHANGE:
            value = self._value(name)
            if name.startswith(_RANDOM) and value is MISSING:
                return
            if name == _DIRECTORY and step.directory is not None:
                made = _moved(value, step.directory, writer)
            elif name.startswith(_RANDOM) or name == _DIRECTORY or event & _APPENDS:
                made = Value(hash((code, value.read())), (), writer, True)
            elif name.startswith(FILE):
                made = Value(code, (), writer, True)
            else:
                made = self._again(value, f"@{step.code}", code)
            self._inner[name] = made
            if name.startswith(FILE):
                part = Part(f"@{name}", 1, writer)
                self._inner[ANY_FILE] = self._with(self._value(ANY_FILE), part)
        elif name.startswith(FILE) and name != UNKNOWN_FILE and not event & READ:
            # There is a file in the folder, or somewhere, whatever is in it.
            part = Part(f"@{step.code}", 1, writer)
            self._inner[name] = self._with(self._value(name), part)
        elif event & MAY_CHANGE and self._possible:
            self._inner[name] = self._again(self._value(name), f"@{step.code}", code)


_NOTHING: Extra = ([], [], [])
_APPENDS = 1 << 20


def _world(effect: Effect, text: str) -> Iterator[tuple[str, int]]:
    """Yields what an effect does with files and states."""
    appends = _APPENDING.search(text) is not None
    facts = Facts(1, 1)
    facts.effects = [effect]
    may_draw = (
        effect.what.startswith("random ")
        and isinstance(effect.node, ast.Call)
        and isinstance(effect.node.func, ast.Attribute)
        and effect.node.func.attr.startswith("fit")
        and not _DRAWING.search(text)
    )
    for name, event in events_of(facts).items():
        if name.startswith(FILE) and name.endswith(":memory:"):
            continue
        if may_draw or (effect.kind == "subprocess" and name == _ENVIRONMENT and "$" not in text):
            # Most estimators do not draw, and most commands do not ask for variables.
            yield name, MAY_CHANGE | (event & READ)
        elif appends and name.startswith(FILE):
            yield name, event | _APPENDS
        else:
            yield name, event


def _directory(text: str, magics: Iterable[str]) -> str | None:
    """Gives the path that a statement moves to, where it is written out."""
    found = [match[1] for magic in magics if (match := _CD.match(magic))]
    found += _CHDIR.findall(text)
    return found[0] if len(found) == 1 else None


def _moved(value: Value, path: str, writer: Hashable) -> Value:
    """Gives the working directory after a move; where it began has no parts."""
    here = value.parts[0].key[1:] if value.parts else ""
    path = normpath(join(here, path))
    if path == ".":
        return Value(value.base, (), writer, True)
    return Value(value.base, (Part(f"@{path}", 0, writer),), writer, True)


class _Reading:
    """Which entries of names some code reads.

    Attributes:
        found: The names it reads, and of each the entries; ``None`` where it reads the whole.
        names: Every name in it.
        called: The last names of what it calls.
        over_all: The names of which it reads what another column or entry makes another thing.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.found: dict[str, set[str] | None] = {}
        self.names: set[str] = set()
        self.called: set[str] = set()
        self.over_all: set[str] = set()
        todo: list[ast.AST] = list(nodes)
        while todo:
            node = todo.pop()
            left = self._look(node)
            todo += ast.iter_child_nodes(node) if left is None else left

    def _look(self, node: ast.AST) -> Iterable[ast.AST] | None:
        """Notes what a node reads; gives what of it is still to be looked at."""
        match node:
            case ast.Name(name):
                self.names.add(name)
                if isinstance(node.ctx, ast.Load):
                    self._add(name, None)
                return ()
            case ast.AugAssign(
                ast.Subscript(ast.Name(name), ast.Constant(str(key))), _, value
            ) | ast.AugAssign(ast.Attribute(ast.Name(name), key), _, value):
                self._add(name, [key])
                return (value,)
            case ast.AugAssign(target, _, value):
                root = _root(target)
                if root is not None:
                    self._add(root, None)
                return (target, value)
            case ast.Subscript(ast.Name(name), index):
                self.names.add(name)
                keys = _constants(index)
                if isinstance(node.ctx, ast.Load):
                    self._add(name, keys)
                return () if keys else (index,)
            case ast.Attribute(ast.Name(name), attribute):
                self.names.add(name)
                if attribute in OVER_ALL_COLUMNS:
                    self.over_all.add(name)
                if isinstance(node.ctx, ast.Load):
                    whole = attribute in OF_THE_WHOLE
                    self._add(name, None if whole else [attribute], attribute=True)
                return ()
            case ast.Attribute(ast.Call() as call, attribute) if grouped := _grouped(call):
                self._add(grouped[0], [*grouped[1], attribute])
                return ()
            case ast.Subscript(ast.Call() as call, index) if (grouped := _grouped(call)) and (
                keys := _constants(index)
            ):
                self._add(grouped[0], [*grouped[1], *keys])
                return ()
            case ast.Call(function, arguments, keywords):
                self.over_all.update(given.id for given in arguments if isinstance(given, ast.Name))
                if isinstance(function, ast.Attribute):
                    self.called.add(function.attr)
                    if isinstance(function.value, ast.Name):
                        self.names.add(function.value.id)
                        self._add(function.value.id, None)
                        if function.attr in OVER_ALL_COLUMNS:
                            self.over_all.add(function.value.id)
                        return (*arguments, *keywords)
                elif isinstance(function, ast.Name):
                    self.called.add(function.id)
        return None

    def _add(self, name: str, keys: Iterable[str] | None, attribute: bool = False) -> None:
        self.names.add(name)
        before = self.found.get(name, set())
        if not keys or before is None:
            self.found[name] = None
            return
        before = before | {f"{kind}{key}" for key in keys for kind in "[."}
        self.found[name] = before | {_ATTRIBUTES} if attribute else before

    def keys(self, name: str) -> Keys:
        """Gives the entries of a name that are read; ``None`` for the whole."""
        found = self.found.get(name)
        return tuple(sorted(found)) if found is not None else None


def _constants(index: ast.expr) -> list[str]:
    """Gives the constant keys of a subscript; none where there are others."""
    nodes = index.elts if isinstance(index, ast.List) else [index]
    keys = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return keys if len(keys) == len(nodes) else []


def _grouped(call: ast.Call) -> tuple[str, list[str]] | None:
    """Gives the frame that is grouped, and by which columns: ``df.groupby("shop")``."""
    match call:
        case ast.Call(ast.Attribute(ast.Name(name), "groupby"), [index]) if keys := _constants(
            index
        ):
            return name, keys
    return None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _items(node: ast.stmt | None) -> dict[str, str]:
    """Gives the entries and attributes that a statement sets, by name."""
    match node:
        case ast.Assign([ast.Subscript(ast.Name(name), ast.Constant(str(key)))]) | ast.AugAssign(
            ast.Subscript(ast.Name(name), ast.Constant(str(key)))
        ):
            return {name: f"[{key}"}
        case ast.Assign([ast.Attribute(ast.Name(name), attribute)]) | ast.AugAssign(
            ast.Attribute(ast.Name(name), attribute)
        ) if attribute not in OF_THE_WHOLE:
            return {name: f".{attribute}"}
        case ast.Delete([ast.Subscript(ast.Name(name), ast.Constant(str(key)))]):
            return {name: f"[{key}"}
    return {}


def _of_itself(node: ast.stmt | None) -> tuple[str, str] | None:
    """Gives the name, and its entry if any, that a statement makes of itself, the same again.

    Such are ``df = df.dropna()``, ``df = df[df.age > 18]`` and ``df["x"] = df["x"].fillna(0)``.
    """
    match node:
        case ast.Assign([ast.Name(name) as target], value):
            key = ""
        case ast.Assign([ast.Subscript(ast.Name(name), ast.Constant(str(key))) as target], value):
            key = f"[{key}"
        case ast.Assign([ast.Attribute(ast.Name(name), attribute) as target], value):
            key = f".{attribute}"
        case _:
            return None
    return (name, key) if _gives_itself(value, ast.unparse(target)) else None


def _gives_itself(value: ast.expr, target: str) -> bool:
    match value:
        case ast.Subscript(base, ast.Compare() | ast.BinOp() | ast.UnaryOp() as index):
            # What a filter leaves, it leaves again, unless it asks for what is left.
            asks = any(isinstance(node, ast.Call) for node in ast.walk(index))
            return not asks and ast.unparse(base) == target
        case ast.Call(ast.Name(function), [first, *_]) if function in REPEATABLE_RESULTS:
            return ast.unparse(first) == target
        case ast.ListComp(
            ast.Call(ast.Attribute(ast.Name(each), method)), [ast.comprehension(ast.Name(item), of)]
        ):
            return each == item and method in REPEATABLE_RESULTS and ast.unparse(of) == target
    seen = False
    while True:
        match value:
            case ast.Call(ast.Attribute(ast.Name("np" | "pd"), function), [first, *_]):
                if function not in REPEATABLE_RESULTS:
                    return False
                value, seen = first, True
            case ast.Call(ast.Attribute(base, method), arguments, keywords):
                if method not in REPEATABLE_RESULTS and (
                    method != "assign" or arguments or any(map(_asks_itself, keywords))
                ):
                    return False
                value, seen = base, True
            case ast.Attribute(base, "str" | "dt"):
                value = base
            case _:
                return seen and ast.unparse(value) == target


def _asks_itself(given: ast.keyword) -> bool:
    """Tells whether a column that is assigned is made of itself."""
    return any(
        given.arg in {getattr(node, "attr", None), getattr(node, "value", None)}
        for node in ast.walk(given.value)
    )


def _mostly_bound(nodes: Iterable[ast.stmt]) -> set[str]:
    """Gives the names that are bound wherever loops do not run in vain and nothing is raised."""
    found: set[str] = set()
    for node in nodes:
        targets: list[ast.expr] = []
        match node:
            case ast.Assign(targets):
                pass
            case ast.For(target, _, body) | ast.AsyncFor(target, _, body):
                targets = [target]
                found |= _mostly_bound(body)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                targets = [item.optional_vars for item in items if item.optional_vars is not None]
                found |= _mostly_bound(body)
            case ast.Try(body) | ast.While(_, body):
                found |= _mostly_bound(body)
            case ast.If(_, body, orelse):
                found |= _mostly_bound(body) & _mostly_bound(orelse)
            case ast.FunctionDef(name) | ast.ClassDef(name):
                found.add(name)
            case ast.Import(names) | ast.ImportFrom(_, names):
                found |= {alias.asname or alias.name.partition(".")[0] for alias in names}
        found |= {
            each.id
            for target in targets
            for each in ast.walk(target)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
    return found


def _is_repeatable(node: ast.stmt | None) -> bool:
    """Tells whether to do something twice changes no more than to do it once."""
    match node:
        case ast.Assign([ast.Subscript() | ast.Attribute() as target], value):
            root = _root(target)
            return _gives_itself(value, ast.unparse(target)) or not any(
                isinstance(each, ast.Name) and each.id == root for each in ast.walk(value)
            )
        case ast.Expr(ast.Call(ast.Attribute(_, "copyto" | "fill_diagonal"), [ast.Name(), *_])):
            return True
        case ast.Expr(ast.Call() as call):
            at: ast.expr = call
            while isinstance(at, ast.Call):
                if not isinstance(at.func, ast.Attribute) or not (
                    at.func.attr in REPEATABLE_METHODS
                    or (at.func.attr == "update" and _is_update(at))
                ):
                    return False
                at = at.func.value
            return isinstance(at, ast.Name)
    return False


def _fails_again(node: ast.stmt | None) -> bool:
    """Tells whether to do something twice fails, and leaves what it changed as it is."""
    match node:
        case ast.Delete([ast.Subscript(ast.Name(), ast.Constant())]):
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(), method), arguments, keywords)):
            options = {each.arg: each.value for each in keywords}
            match method, options:
                case "drop", {"inplace": ast.Constant(True)}:
                    return True
                case "pop", _:
                    return len(arguments) == 1 and bool(_constants(arguments[0]))
                case "to_sql", _:
                    return "if_exists" not in options
    return False


def _is_update(call: ast.Call) -> bool:
    return all(isinstance(given, ast.Dict) for given in call.args)
