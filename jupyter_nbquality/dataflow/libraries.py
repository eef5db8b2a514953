"""What calls of libraries change: tables in ``tables/``, which a project can add to.

The format is described for users in docs/dataflow.md. Each file holds tables by modules, just as
they may stand below ``[tool.nbquality.libraries]``::

    [numpy]
    pure = ["*"]                    # functions that change nothing; the result may share memory
    fresh = ["array", "zeros"]      # … whose result shares nothing with what they are given
    network = ["urlopen"]           # likewise `database`, `subprocess`, `input`
    arrays = ["zeros"]              # the result is an array: parts of it are views
    draws-later = ["Model"]         # the methods of the result that may draw, do

    [numpy.changes]                 # function = the arguments it surely changes
    "random.shuffle" = [0]
    [numpy.may-change]
    "linalg.solve" = ["out"]
    [numpy.views]                   # the result is a view of these: who changes one changes both
    split = [0]
    [numpy.reads-state]             # states of the process: "random numpy", "directory", "display"
    geterr = ["display"]
    [numpy.writes-state]
    seterr = ["display"]
    [numpy.sets-state]              # whatever it was before
    "random.seed" = ["random numpy"]
    [numpy.draws]                   # reads a state and changes it
    "random.*" = ["random numpy"]
    [numpy.may-draw]                # may do so
    "testing.*" = ["random numpy"]
    [numpy.unless]                  # states are left alone where this is given
    "random.*" = ["seed"]
    [numpy.reads-file]              # the argument that is the path, by place or keyword
    load = [0, "file"]
    [numpy.writes-file]
    save = [0, "file"]
    [numpy.makes-folder]            # likewise
    [numpy.mode]                    # the argument that says whether it reads or writes the path
    open_memmap = [1, "mode"]

    [numpy.methods]                 # of any object, by their names, as types are not known
    objects = ["rng*"]              # … but only of objects that are called so
    changes = ["fill"]              # the object surely changes
    changes-if-dropped = ["add"]    # … where nothing becomes of the result; else it may change
                                    # (or method = arguments, with "receiver" for the object itself)
    may-change = ["read"]
    pure = ["ravel"]
    fresh = ["flatten"]
    returns-self = ["fit"]          # the result is the object
    views = ["ravel"]               # … or a view of it: who changes one changes both
    keeps = ["append"]              # the object keeps what it is given
    [numpy.methods.writes-file]     # and so on; "receiver" is the object itself
    tofile = [0, "fid"]

Names may hold ``*``, ``?`` and ``[…]``. A name as it is wins over a pattern.
"""

import functools
import json
from collections.abc import Mapping
from fnmatch import translate
from importlib import resources
from re import Pattern, compile
from typing import Any, Generic, TypeVar

from jupyter_nbquality.dataflow.facts import BUILTINS

T = TypeVar("T")

KINDS = ("network", "database", "subprocess", "input")


USUAL = {
    "alt": "altair",
    "go": "plotly.graph_objects",
    "jnp": "jax.numpy",
    "np": "numpy",
    "json": "json",
    "os": "os",
    "shutil": "shutil",
    "sys": "sys",
    "warnings": "warnings",
    "pd": "pandas",
    "pl": "polars",
    "plt": "matplotlib.pyplot",
    "px": "plotly.express",
    "random": "random",
    "sns": "seaborn",
    "tf": "tensorflow",
    "torch": "torch",
}
"""What everybody imports under a name; used where the notebook's own imports do not say."""


@functools.lru_cache(maxsize=8)
def _from_text(text: str) -> "Libraries":
    return Libraries(json.loads(text))


def full_name(path: tuple[str, ...], imports: Mapping[str, str]) -> str | None:
    """Gives the full name of a function of a library; ``None`` where it is none.

    Args:
        path: The parts of the dotted name that is called, if it is one.
        imports: What the notebook imports, by the names it has there.
    """
    if not path:
        return None
    first = path[0]
    module = imports.get(first)
    if module is None:
        if len(path) == 1:
            return f"builtins.{first}" if first in BUILTINS or first == "display" else None
        module = USUAL.get(first)
        if module is None:
            return None
    return ".".join((module, *path[1:]))


def libraries_of(tables: Mapping[str, Any] | None = None) -> "Libraries":
    """Gives the tables with those of a project; the same object for the same tables.

    Args:
        tables: What stands below ``[tool.nbquality.libraries]``, if anything (`config`).

    Raises:
        ValueError: A table is not as it should be; a sentence says where.
    """
    return _from_text(json.dumps(tables or {}, default=str))


class Table(Generic[T]):
    """Values by names and by patterns of names."""

    __slots__ = ("_exact", "_patterns", "_raw")

    def __init__(self) -> None:
        self._exact: dict[str, T] = {}
        self._raw: list[tuple[str, T]] = []
        self._patterns: list[tuple[Pattern[str], T]] | None = []

    def put(self, name: str, value: T) -> None:
        """Adds a name, or a pattern."""
        if "*" in name or "?" in name or "[" in name:
            self._raw.append((name, value))
            self._patterns = None
        else:
            self._exact[name] = value

    def get(self, name: str) -> T | None:
        """Gives what stands under a name, or under the first pattern that fits it."""
        found = self._exact.get(name)
        if found is None:
            if self._patterns is None:
                # Most are never asked for.
                self._patterns = [(compile(translate(raw)), value) for raw, value in self._raw]
            for pattern, value in self._patterns:
                if pattern.match(name):
                    return value
        return found


class Behaviour:
    """What a function or a method does.

    Attributes:
        changes: The arguments it surely changes: places and keywords.
        may_change: Those it may change.
        if_dropped: Those it surely changes where nothing becomes of the result, and may else.
        receiver: Whether its object surely changes.
        receiver_if_dropped: Whether it surely does where nothing becomes of the result.
        receiver_may: Whether it may.
        known: Whether what is not named here is left alone.
        fresh: Whether its result shares nothing with what it is given.
        harmless: Whether it changes nothing that it is given, unless a keyword says so.
        returns_self: Whether its result is its object, or a view of it.
        views: The arguments that its result is a view of.
        keeps: Whether its object keeps what it is given.
        reads_file: The argument that is the path it reads.
        writes_file: The argument that is the path it writes.
        reads_state: States it depends on.
        writes_state: States it changes.
        sets_state: States it sets, whatever they were.
        makes_folder: The argument that is the path of a folder it makes.
        mode: The argument that says whether it reads or writes the path.
        may_draw: States that it may read and change.
        draws_later: Whether the methods of its result that may draw surely do.
        unless: Keywords that keep it from states.
        effects: Further kinds of effects.
        array: Whether its result is an array; of a method, where its object is one.
        acts: Whether it does anything to the world, or learns from it.
    """

    __slots__ = (
        "acts",
        "array",
        "changes",
        "draws_later",
        "effects",
        "fresh",
        "harmless",
        "if_dropped",
        "keeps",
        "known",
        "makes_folder",
        "may_change",
        "may_draw",
        "mode",
        "reads_file",
        "reads_state",
        "receiver",
        "receiver_if_dropped",
        "receiver_may",
        "returns_self",
        "sets_state",
        "unless",
        "views",
        "writes_file",
        "writes_state",
    )

    def __init__(self) -> None:
        self.changes: tuple[int | str, ...] = ()
        self.may_change: tuple[int | str, ...] = ()
        self.if_dropped: tuple[int | str, ...] = ()
        self.receiver = self.receiver_if_dropped = self.receiver_may = False
        self.known = self.fresh = self.returns_self = self.keeps = self.acts = False
        self.array = self.harmless = False
        self.views: tuple[int | str, ...] = ()
        self.reads_file: tuple[int | str, ...] | None = None
        self.writes_file: tuple[int | str, ...] | None = None
        self.reads_state: tuple[str, ...] = ()
        self.writes_state: tuple[str, ...] = ()
        self.sets_state: tuple[str, ...] = ()
        self.makes_folder: tuple[int | str, ...] | None = None
        self.mode: tuple[int | str, ...] | None = None
        self.may_draw: tuple[str, ...] = ()
        self.draws_later = False
        self.unless: tuple[str, ...] = ()
        self.effects: tuple[str, ...] = ()


class Libraries:
    """The tables together.

    Args:
        more: Tables of a project, by modules: what stands below ``[tool.nbquality.libraries]``.
            They win over those that are shipped.

    Raises:
        ValueError: A table is not as it should be; a sentence says where.
    """

    def __init__(self, more: Mapping[str, Any] | None = None) -> None:
        self._modules: dict[str, list[_Rows]] = {}
        self._methods: list[_Rows] = []
        self._named: list[tuple[Table[tuple[()]], _Rows]] = []
        if more is not None:
            self._add_all(more)
        self._add_all(_shipped())
        self._function = functools.lru_cache(4096)(self._find_function)
        self._method = functools.lru_cache(4096)(self._find_method)

    def function(self, dotted: str) -> Behaviour | None:
        """Gives what a function does by its full name; ``None`` where nothing is known."""
        return self._function(dotted)

    def method(self, name: str, receivers: tuple[str, ...] = ()) -> Behaviour | None:
        """Gives what methods of a name do; ``None`` where nothing is known.

        Args:
            name: Of the method.
            receivers: What the objects are called that it may be a method of.
        """
        return self._method(name, receivers)

    def _add_all(self, tables: Mapping[str, Any]) -> None:
        if not isinstance(tables, Mapping):
            raise ValueError("`libraries` must be a table of modules.")
        for module, table in tables.items():
            if not isinstance(table, Mapping):
                raise ValueError(f"`libraries.{module}` must be a table.")
            try:
                self._add(module, table)
            except ValueError as error:
                raise ValueError(f"`libraries.{module}`: {error}.") from None

    def _add(self, module: str, table: Mapping[str, Any]) -> None:
        own = {key: value for key, value in table.items() if key != "methods"}
        rows = _Rows(own)
        self._modules.setdefault(module, []).append(rows)
        methods = table.get("methods")
        if methods is None:
            return
        if not isinstance(methods, Mapping):
            raise ValueError("`methods` must be a table")
        rows = _Rows({key: value for key, value in methods.items() if key != "objects"})
        if "objects" in methods:
            names: Table[tuple[()]] = Table()
            for name in _strings("objects", methods["objects"]):
                names.put(name, ())
            self._named.append((names, rows))
        else:
            self._methods.append(rows)

    def _find_function(self, dotted: str) -> Behaviour | None:
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            for rows in self._modules.get(".".join(parts[:length]), ()):
                found = rows.behaviour(".".join(parts[length:]))
                if found is not None:
                    return found
        return None

    def _find_method(self, name: str, receivers: tuple[str, ...]) -> Behaviour | None:
        for names, rows in self._named:
            if any(names.get(receiver) is not None for receiver in receivers):
                found = rows.behaviour(name)
                if found is not None:
                    return found
        for rows in self._methods:
            found = rows.behaviour(name)
            if found is not None:
                return found
        return None


_LISTS = frozenset({"pure", "fresh", "returns-self", "keeps", "arrays", "draws-later", *KINDS})
_MAPS = frozenset(
    {"reads-state", "writes-state", "sets-state", "draws", "may-draw", "unless"}
    | {"reads-file", "writes-file", "makes-folder", "mode"}
)
_BOTH = frozenset({"changes", "changes-if-dropped", "may-change", "views"})


def _strings(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"`{key}` must be a list of names")
    return value


class _Rows:
    """The rows of the functions of a module, or of methods."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._tables: dict[str, Table[tuple[Any, ...]]] = {}
        for key, value in rows.items():
            table: Table[tuple[Any, ...]] = Table()
            self._tables[key] = table
            if key in _LISTS or (key in _BOTH and isinstance(value, list)):
                for name in _strings(key, value):
                    table.put(name, ())
            elif key in _MAPS or key in _BOTH:
                self._put_all(table, key, value)
            else:
                known = ", ".join(sorted(_LISTS | _MAPS | _BOTH))
                raise ValueError(f"`{key}` is not known; known are {known}, methods")

    def _put_all(self, table: Table[tuple[Any, ...]], key: str, value: object) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"`{key}` must be a table of names")
        for name, detail in value.items():
            if not isinstance(detail, list) or not all(
                isinstance(each, str | int) and not isinstance(each, bool) for each in detail
            ):
                raise ValueError(f"`{key}.{name}` must be a list of places and names")
            table.put(name, tuple(detail))

    def behaviour(self, name: str) -> Behaviour | None:
        said = {
            key: value
            for key, table in self._tables.items()
            if (value := table.get(name)) is not None
        }
        if not said or said.keys() <= _NO_FACTS:
            return None
        known = Behaviour()
        known.changes, known.may_change = said.get("changes", ()), said.get("may-change", ())
        known.if_dropped = said.get("changes-if-dropped", ())
        known.receiver = _is_object(said.get("changes"))
        known.receiver_if_dropped = _is_object(said.get("changes-if-dropped"))
        known.receiver_may = known.receiver_if_dropped or _is_object(said.get("may-change"))
        known.returns_self, known.keeps = "returns-self" in said, "keeps" in said
        known.views = said.get("views", ())
        known.returns_self = known.returns_self or said.get("views") == ()
        known.fresh, known.array = "fresh" in said, "arrays" in said
        known.reads_file, known.writes_file = said.get("reads-file"), said.get("writes-file")
        known.makes_folder, known.mode = said.get("makes-folder"), said.get("mode")
        draws = said.get("draws", ())
        known.reads_state = (*said.get("reads-state", ()), *draws)
        known.writes_state = (*said.get("writes-state", ()), *draws)
        known.sets_state = said.get("sets-state", ())
        known.may_draw = said.get("may-draw", ())
        known.draws_later = "draws-later" in said
        known.unless = said.get("unless", ())
        known.effects = tuple(kind for kind in KINDS if kind in said)
        known.acts = not _ACTS.isdisjoint(said)
        known.known = True
        known.harmless = _CHANGES.isdisjoint(said)
        return known


def _is_object(arguments: tuple[int | str, ...] | None) -> bool:
    """Tells whether the object of a method is meant: where no argument is named, it is."""
    return arguments is not None and (not arguments or "receiver" in arguments)


_NO_FACTS = frozenset({"arrays", "draws-later", "keeps", "mode", "unless"})
"""What says nothing alone."""
_CHANGES = frozenset({"changes", "may-change", "changes-if-dropped"})
_ACTS = frozenset(
    {"reads-file", "writes-file", "makes-folder"}
    | {"reads-state", "writes-state", "sets-state", "draws", "may-draw", *KINDS}
)


@functools.cache
def _shipped() -> dict[str, Any]:
    """Gives the tables of ``tables/``, which ``scripts/gen_tables.py`` put into one file."""
    tables: dict[str, Any] = json.loads((resources.files(__package__) / "tables.json").read_bytes())
    return tables
