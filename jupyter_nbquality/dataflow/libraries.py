"""What calls of libraries change: tables in ``tables/``, which a project can add to.

Each file describes a module::

    module = "numpy"
    pure = ["*"]                    # functions that change nothing; the result may share memory
    fresh = ["array", "zeros"]      # … whose result shares nothing with what they are given

    [changes]                       # function = the arguments it surely changes
    "random.shuffle" = [0]
    [may-change]
    "linalg.solve" = ["out"]
    [reads-state]                   # states of the process: "random numpy", "directory", "display"
    "random.*" = ["random numpy"]
    [writes-state]
    "random.*" = ["random numpy"]
    [reads-file]                    # the argument that is the path, by place or keyword
    load = [0, "file"]
    [writes-file]
    save = [0, "file"]
    [network]
    names = ["urlopen"]
    [database]
    [subprocess]
    [input]

    [methods]                       # of any object, by their names, as types are not known
    changes = ["fit"]               # the object surely changes
    changes-if-dropped = ["add"]    # … where nothing becomes of the result; else it may change
    may-change = ["pop"]
    pure = ["head"]
    fresh = ["describe"]
    returns-self = ["fit"]          # the result is the object
    reads-file = {read = [0]}
    writes-file = {to_csv = [0, "path_or_buf"]}
    unless = {sample = ["random_state"]}   # states are left alone where this is given
    reads-state = {sample = ["random numpy"]}
    writes-state = {sample = ["random numpy"]}

Names may hold ``*`` and ``?``. A name as it is wins over a pattern.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import translate
from importlib import resources
from re import Pattern, compile
from typing import Any, Generic, TypeVar

T = TypeVar("T")

KINDS = ("network", "database", "subprocess", "input")


class Table(Generic[T]):
    """Values by names and by patterns of names."""

    __slots__ = ("_exact", "_patterns")

    def __init__(self) -> None:
        self._exact: dict[str, T] = {}
        self._patterns: list[tuple[Pattern[str], T]] = []

    def put(self, name: str, value: T) -> None:
        """Adds a name, or a pattern."""
        if "*" in name or "?" in name:
            self._patterns.append((compile(translate(name)), value))
        else:
            self._exact[name] = value

    def get(self, name: str) -> T | None:
        """Gives what stands under a name, or under the first pattern that fits it."""
        found = self._exact.get(name)
        if found is None:
            for pattern, value in self._patterns:
                if pattern.match(name):
                    return value
        return found


class Behaviour:
    """What a function or a method does.

    Attributes:
        changes: The arguments it surely changes: places and keywords.
        may_change: Those it may change.
        receiver: Whether its object surely changes.
        receiver_if_dropped: Whether it surely does where nothing becomes of the result.
        receiver_may: Whether it may.
        known: Whether what is not named here is left alone.
        fresh: Whether its result shares nothing with what it is given.
        returns_self: Whether its result is its object.
        reads_file: The argument that is the path it reads.
        writes_file: The argument that is the path it writes.
        reads_state: States it depends on.
        writes_state: States it changes.
        unless: Keywords that keep it from states.
        effects: Further kinds of effects.
    """

    __slots__ = (
        "changes",
        "effects",
        "fresh",
        "known",
        "may_change",
        "reads_file",
        "reads_state",
        "receiver",
        "receiver_if_dropped",
        "receiver_may",
        "returns_self",
        "unless",
        "writes_file",
        "writes_state",
    )

    def __init__(self) -> None:
        self.changes: tuple[int | str, ...] = ()
        self.may_change: tuple[int | str, ...] = ()
        self.receiver = self.receiver_if_dropped = self.receiver_may = False
        self.known = self.fresh = self.returns_self = False
        self.reads_file: tuple[int | str, ...] | None = None
        self.writes_file: tuple[int | str, ...] | None = None
        self.reads_state: tuple[str, ...] = ()
        self.writes_state: tuple[str, ...] = ()
        self.unless: tuple[str, ...] = ()
        self.effects: tuple[str, ...] = ()


class Libraries:
    """The tables together.

    Args:
        more: Further tables, as they are parsed from TOML; those of a project.

    Raises:
        ValueError: A table is not as it should be; says where.
    """

    def __init__(self, more: Iterable[Mapping[str, Any]] = ()) -> None:
        self._modules: dict[str, _Rows] = {}
        self._methods = _Rows()
        for table in (*_shipped(), *more):
            self._add(table)
        self._function = functools.lru_cache(4096)(self._find_function)
        self._method = functools.lru_cache(4096)(self._find_method)

    def function(self, dotted: str) -> Behaviour | None:
        """Gives what a function does by its full name; ``None`` where nothing is known."""
        return self._function(dotted)

    def method(self, name: str) -> Behaviour | None:
        """Gives what methods of a name do; ``None`` where nothing is known."""
        return self._method(name)

    def _add(self, table: Mapping[str, Any]) -> None:
        try:
            module = table.get("module")
            if module is not None:
                rows = self._modules.setdefault(str(module), _Rows())
                rows.add({key: value for key, value in table.items() if key not in _APART})
            self._methods.add(table.get("methods", {}))
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"the table of `{table.get('module', '?')}`: {error}") from None

    def _find_function(self, dotted: str) -> Behaviour | None:
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            rows = self._modules.get(".".join(parts[:length]))
            if rows is not None:
                found = rows.behaviour(".".join(parts[length:]))
                if found is not None:
                    return found
        return None

    def _find_method(self, name: str) -> Behaviour | None:
        return self._methods.behaviour(name)


_APART = frozenset({"module", "methods"})
_LISTS = ("pure", "fresh", "returns-self", "changes-if-dropped")
_MAPS = ("reads-state", "writes-state", "reads-file", "writes-file", "unless")


class _Rows:
    """The rows of one module, or of all methods."""

    def __init__(self) -> None:
        self._tables: dict[str, Table[tuple[Any, ...]]] = {}

    def add(self, rows: Mapping[str, Any]) -> None:
        for key, value in rows.items():
            table = self._tables.setdefault(key, Table())
            if key in KINDS:
                value = value["names"] if isinstance(value, Mapping) else value
            if isinstance(value, Mapping):
                for name, detail in value.items():
                    detail = detail if isinstance(detail, list) else [detail]
                    table.put(name, tuple(detail))
            elif isinstance(value, list) and key in {*_LISTS, *KINDS, "changes", "may-change"}:
                for name in value:
                    table.put(name, ())
            else:
                raise ValueError(f"`{key}` is not known, or not of the right kind")

    def _get(self, key: str, name: str) -> tuple[Any, ...] | None:
        table = self._tables.get(key)
        return table.get(name) if table is not None else None

    def behaviour(self, name: str) -> Behaviour | None:
        known = Behaviour()
        found = False
        changes = self._get("changes", name)
        if changes is not None:
            found = True
            known.changes, known.receiver = changes, not changes
        may = self._get("may-change", name)
        if may is not None:
            found = True
            known.may_change, known.receiver_may = may, not may
        if self._get("changes-if-dropped", name) is not None:
            found = known.receiver_if_dropped = known.receiver_may = True
        if self._get("returns-self", name) is not None:
            found = known.returns_self = True
        if self._get("fresh", name) is not None:
            found = known.known = known.fresh = True
        if self._get("pure", name) is not None:
            found = known.known = True
        known.reads_file = self._get("reads-file", name)
        known.writes_file = self._get("writes-file", name)
        known.reads_state = self._get("reads-state", name) or ()
        known.writes_state = self._get("writes-state", name) or ()
        known.unless = self._get("unless", name) or ()
        known.effects = tuple(kind for kind in KINDS if self._get(kind, name) is not None)
        if (
            known.reads_file is not None
            or known.writes_file is not None
            or known.reads_state
            or known.writes_state
            or known.effects
        ):
            found = True
        known.known = known.known or found
        return known if found else None


@functools.cache
def _shipped() -> tuple[dict[str, Any], ...]:
    folder = resources.files(__package__) / "tables"
    return tuple(
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )
