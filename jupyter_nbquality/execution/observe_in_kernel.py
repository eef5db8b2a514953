"""Sees what a cell makes: what its names hold, and what its functions give for what they get.

Travels to the kernel as text (see `trials`): it uses the standard library alone, and the syntax of
Python 3.8; of pandas, polars and numpy it uses what the objects can do that it meets. All is done
in a forked child; the kernel has run what the cell needs, but not the cell.
"""

import ast
import copy
import functools
import importlib
import importlib.util
import inspect
import json
import math
import types
from collections.abc import Callable
from typing import Any

from jupyter_nbquality.execution import forking_in_kernel as forking
from jupyter_nbquality.execution import frames_in_kernel as frames
from jupyter_nbquality.execution.mutate_in_kernel import plain, run_cell, run_tree

MOST_CALLS = 30
"""So many calls of a function are looked at."""
MOST_EXAMPLES = 8
MOST_ROWS = 6
MOST_COLUMNS = 8
MOST_ITEMS = 12
MOST_TEXT = 80
MOST_SOURCE = 1_500
_HEAVY = {"pytest": "pytest", "hypothesis": "hypothesis", "pandera": "pandera.pandas"}
"""What tests may use where it is there, with the module they import."""
BAD = ("None", "-1", "0", "''", "[]", "float('nan')")
"""What a function may refuse."""


def observe(names: "dict[str, Any]", request: "dict[str, Any]") -> str:
    """Runs the cell and those that use its functions, and looks on.

    Args:
        names: The namespace.
        request: ``before``: texts of cells to run first; ``cell``: its text; ``after``: texts of
            cells that call its functions; ``functions``: their names; ``calls``: for each, how the
            notebook calls it, as source; ``bound``: the names that the cell binds or changes;
            ``inputs``: those that it reads; ``seconds``: the most that it may take.

    Returns:
        JSON: ``end``: ``done``, ``raised``, ``timeout``, ``died``, ``stuck`` (it waits for a thread
        that is not there) or ``unable`` (to fork); ``message``; ``modules``: which of pytest,
        hypothesis and pandera there are; ``names``, ``inputs``: what they hold; ``relations``
        between them; ``functions``: what was seen of each.
    """
    modules = [each for each in _HEAVY if _is_there(each)]
    if not forking.can_fork():
        return json.dumps({"end": "unable", "message": "", "modules": modules})
    # Once here is sooner than in each child.
    sources = [*request.get("before", ()), request["cell"]]
    imported = [each for source in sources for each in _imported(source)]
    for module in [*imported, *(_HEAVY[each] for each in modules)]:
        try:
            importlib.import_module(module)
        except BaseException:
            continue
    ended = forking.forked(lambda: _Observer(names, request).told(), request["seconds"])
    if ended["end"] == "interrupted":
        raise KeyboardInterrupt
    found = ended["value"] if ended["end"] == "done" else {"end": ended["end"], "message": ""}
    return json.dumps({**found, "modules": modules})


def _imported(source: str) -> "list[str]":
    """Gives the modules that a cell imports."""
    found = []
    try:
        tree = ast.parse(plain(source))
    except SyntaxError:
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
    return found


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


class _Observer:
    def __init__(self, names: "dict[str, Any]", request: "dict[str, Any]") -> None:
        self._names = names
        self._request = request
        self._calls: dict[str, list[tuple[Any, Any]]] = {name: [] for name in request["functions"]}
        # The lines where a function raises by itself.
        self._refusals: dict[str, set[int]] = {}
        self._writer = _Writer(names)

    def told(self) -> "dict[str, Any]":
        request = self._request
        try:
            for source in request.get("before", ()):
                run_cell(source, self._names)
        except BaseException as error:
            return {"end": "raised", "message": f"{type(error).__name__}: {error}"[:300]}
        before = {name: _look(self._names.get(name)) for name in request["inputs"]}
        kept = {name: self._names[name] for name in request["inputs"] if name in self._names}
        try:
            self._run(request["cell"])
        except BaseException as error:
            return {"end": "raised", "message": f"{type(error).__name__}: {error}"[:300]}
        bound = {name: self._names[name] for name in request["bound"] if name in self._names}
        found = {
            "end": "done",
            "message": "",
            "names": {name: self._told(value) for name, value in bound.items()},
            "inputs": before,
            "relations": _relations(bound, {**kept, **self._names_of(request["inputs"])}),
        }
        behind = dict(self._names)
        for source in request["after"]:
            try:
                self._run(source)
            except BaseException:
                continue
        # Tests see what names hold behind the cell, and not what later ones give them.
        self._names.update(behind)
        found["functions"] = {name: self._function(name) for name in request["functions"]}
        return found

    def _names_of(self, names: "list[str]") -> "dict[str, Any]":
        return {name: self._names[name] for name in names if name in self._names}

    def _run(self, source: str) -> None:
        """Runs a cell one statement after the other, and listens to its functions."""
        for statement in ast.parse(plain(source)).body:
            run_tree(ast.Module([statement], []), self._names)
            if isinstance(statement, ast.FunctionDef) and statement.name in self._calls:
                self._refusals[statement.name] = {
                    node.lineno for node in ast.walk(statement) if isinstance(node, ast.Raise)
                }
                self._listen(statement.name)

    def _listen(self, name: str) -> None:
        function = self._names[name]
        if not isinstance(function, types.FunctionType):
            return
        calls = self._calls[name]

        @functools.wraps(function)
        def heard(*args: Any, **options: Any) -> Any:
            if len(calls) < MOST_CALLS:
                calls.append((_copied(args), _copied(options)))
            return function(*args, **options)

        self._names[name] = heard

    # ---- what a name holds ----

    def _told(self, value: Any) -> "dict[str, Any]":
        told = _look(value)
        is_table = told.get("kind") in ("frame", "series") and len(value) <= MOST_ROWS
        if is_table or told.get("kind") in ("value", "collection"):
            try:
                told["source"] = self._writer.write(value)
                told["imports"] = self._writer.imports_for(told["source"])
            except _NoSourceError:
                told = told if is_table else self._part_of(value)
        if told.get("kind") == "other" and type(value).__module__ == "__main__":
            told["attributes"] = self._attributes(value)
        return told

    def _part_of(self, value: Any) -> "dict[str, Any]":
        """Tells of a long collection its length, and some of what is in it."""
        if not isinstance(value, (list, tuple, dict)) or not value:
            return {"kind": "other"}
        pieces: list[tuple[str, Any]] = []
        try:
            if isinstance(value, dict):
                keys = list(value)
                pieces = [
                    (f"[{self._writer.write(key)}]", value[key]) for key in [*keys[:3], keys[-1]]
                ]
            else:
                pieces = [("[:3]", value[:3]), ("[-3:]", value[-3:])]
            some = [[where, _kind(each), self._writer.write(each)] for where, each in pieces]
        except Exception:
            some = []
        return {"kind": "collection", "length": len(value), "some": some}

    def _attributes(self, value: Any) -> "list[list[Any]]":
        """Gives the plain attributes of an object of the notebook's own class."""
        found: list[list[Any]] = []
        for name, each in list(getattr(value, "__dict__", {}).items()):
            kind = _kind(each)
            if name.startswith("_") or kind not in ("bool", "float", "plain", "collection"):
                continue
            try:
                found.append([name, kind, self._writer.write(each)])
            except _NoSourceError:
                continue
        return found[:MOST_ITEMS]

    # ---- what a function does ----

    def _function(self, name: str) -> "dict[str, Any]":
        function = inspect.unwrap(self._names[name]) if name in self._names else None
        found: dict[str, Any] = {"examples": [], "whole": [], "raises": [], "again": []}
        if isinstance(function, type):
            found["whole"] = self._whole(function, self._request["calls"].get(name, []))
            return found
        if not isinstance(function, types.FunctionType) or _is_lazy(function):
            return found
        self._names[name] = function
        found["whole"] = self._whole(function, self._request["calls"].get(name, []))
        found["examples"] = self._examples(function, self._calls[name])
        found["raises"] = self._refused(function)
        return found

    def _examples(self, function: Any, calls: "list[tuple[Any, Any]]") -> "list[dict[str, Any]]":
        """Makes examples of calls: of those with unlike results first, then at its limits."""
        found: dict[str, dict[str, Any]] = {}
        for args, options in [*calls, *_at_limits(function, calls)]:
            for few in (True, False):
                example = self._example(function, args, options, few)
                if example is not None:
                    found.setdefault(example["call"], example)
                    break
        unlike = {each["result"]: each for each in reversed(list(found.values()))}
        rest = [each for each in found.values() if unlike[each["result"]] is not each]
        first = [each for each in found.values() if unlike[each["result"]] is each]
        chosen = [*first, *rest][:MOST_EXAMPLES]
        return [each for each in found.values() if each in chosen]

    def _whole(self, function: "Callable[..., Any]", calls: "list[str]") -> "list[dict[str, Any]]":
        """Sees what comes of the notebook's own calls, with what names hold behind the cell."""
        found = []
        for call in calls[:4]:
            try:
                tree = ast.parse(call, mode="eval").body
                assert isinstance(tree, ast.Call)
                result = eval(call, self._names)
                first = ast.get_source_segment(call, tree.args[0]) if tree.args else None
                held = eval(first, self._names) if first else None
            except BaseException:
                continue
            told = self._told(result)
            told.update(call=call, argument=first or "")
            if first and len(tree.args) == 1 and not tree.keywords:
                told["again"] = self._is_idempotent(function, result)
            told["relations"] = _relations({"result": result}, {first: held} if first else {})
            found.append(told)
        return found

    def _is_idempotent(self, function: "Callable[..., Any]", result: Any) -> bool:
        if result is None or isinstance(result, (bool, int, float)):
            return False
        try:
            return _equal(function(_copied(result)), result)
        except BaseException:
            return False

    def _example(
        self, function: Any, args: Any, options: Any, few: bool
    ) -> "dict[str, Any] | None":
        """Makes an example that can be written down of a call; tables are cut to a few rows."""
        texts = _texts_in(function.__code__) | {each for each in args if isinstance(each, str)}
        try:
            args = [_cut(each, texts if few else None) for each in args]
            options = {key: _cut(each, texts if few else None) for key, each in options.items()}
            written = [self._writer.write(each) for each in args]
            more = {key: self._writer.write(each) for key, each in options.items()}
            result = function(*_copied(args), **_copied(options))
            again = function(*_copied(args), **_copied(options))
            source = self._writer.write(result)
        except BaseException:
            return None
        if result is None or not _equal(result, again) or not _says_something(result):
            return None
        options_written = [f"{key}={each}" for key, each in more.items()]
        call = "{}({})".format(function.__name__, ", ".join([*written, *options_written]))
        names = list(inspect.signature(function).parameters)
        if len(call) + len(source) > MOST_SOURCE:
            return None
        return {
            "call": call,
            "arguments": written,
            "options": more,
            "parameters": names,
            "result": source,
            "kind": _kind(result),
            "library": _library(result),
            "imports": self._writer.imports_for(call + source),
        }

    def _refused(self, function: Any) -> "list[dict[str, Any]]":
        """Finds simple arguments that the function itself refuses."""
        if not self._refusals.get(function.__name__):
            return []
        found = []
        for args, _options in self._calls[function.__name__][:1]:
            try:
                written = [self._writer.write(each) for each in args]
            except _NoSourceError:
                continue
            for place in range(len(written)):
                for bad in BAD:
                    call = [*written[:place], bad, *written[place + 1 :]]
                    error = self._raised(function, call)
                    if error:
                        found.append({"call": "{}({})".format(
                            function.__name__, ", ".join(call)), "error": error})  # fmt: skip
        return found[:2]

    def _raised(self, function: Any, call: "list[str]") -> str:
        try:
            function(*[eval(each, self._names) for each in call])
        except Exception as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            kind = type(error)
            lines = self._refusals[function.__name__]
            is_own = trace is not None and trace.tb_frame.f_code is function.__code__
            is_own = is_own and trace is not None and trace.tb_lineno in lines
            if is_own and kind.__module__ == "builtins":
                return kind.__name__
        except BaseException:
            return ""
        return ""


def _at_limits(function: Any, calls: "list[tuple[Any, Any]]") -> "list[tuple[Any, Any]]":
    """Gives calls with the numbers that stand in a function, and the next ones."""
    found = []
    numbers = [each for each in function.__code__.co_consts if type(each) in (int, float)]
    for args, options in calls[:1]:
        for place, value in enumerate(args):
            if type(value) in (int, float):
                limits = [limit for each in numbers[:4] for limit in (each, each + 1)]
                found += [((*args[:place], limit, *args[place + 1 :]), options) for limit in limits]
    return found


def _is_lazy(function: Any) -> bool:
    return (
        inspect.isgeneratorfunction(function)
        or inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
    )


def _texts_in(code: Any) -> "set[str]":
    found: set[str] = set()
    for each in code.co_consts:
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, tuple):
            found.update(item for item in each if isinstance(item, str))
        elif isinstance(each, types.CodeType):
            found |= _texts_in(each)
    return found


def _copied(value: Any) -> Any:
    """Copies what a call could change; what cannot be copied stays itself."""
    if isinstance(value, (tuple, list)):
        return type(value)([_copied(each) for each in value]) if type(value) in (
            tuple, list) else value  # fmt: skip
    if type(value) is dict:
        return {key: _copied(each) for key, each in value.items()}
    if _library(value) in ("pandas", "numpy", "polars"):
        its = getattr(value, "copy", None) or getattr(value, "clone", None)
        return its() if its is not None else value
    if isinstance(value, set):
        return copy.copy(value)
    return value


def _library(value: Any) -> str:
    return str(type(value).__module__).partition(".")[0]


def _kind(value: Any) -> str:
    """Says what something is, as far as tests tell it apart."""
    library, name = _library(value), type(value).__name__
    if frames.is_frame(value):
        return "frame"
    if library in ("pandas", "polars") and name == "Series":
        return "series"
    if library == "numpy" and name == "ndarray":
        return "array"
    if isinstance(value, bool) or name in ("bool_", "bool"):
        return "bool"
    if isinstance(value, float) or name.startswith("float"):
        return "float"
    if value is None or isinstance(value, (int, str)) or (library == "numpy" and hasattr(
            value, "item")):  # fmt: skip
        return "plain"
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return "collection"
    return "other"


def _equal(one: Any, other: Any) -> bool:
    kind = _kind(one)
    if kind != _kind(other):
        return False
    if kind in ("frame", "series"):
        return bool(one.equals(other))
    if kind == "array":
        return bool(one.shape == other.shape and (one == other).all())
    if kind == "other":
        return False
    if kind == "float" and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def _says_something(value: Any) -> bool:
    """Tells whether an example with this result is worth anything: not where all is missing."""
    kind = _kind(value)
    if kind in ("frame", "series", "array", "collection"):
        if not len(value):
            return False
        if kind in ("frame", "series") and _library(value) == "pandas":
            return bool(value.notna().to_numpy().any())
    return True


# ── what something holds ──


def _look(value: Any) -> "dict[str, Any]":
    """Tells what a name holds, as far as tests can be made of it."""
    kind = _kind(value)
    if kind in ("bool", "float", "plain"):
        return {"kind": "value" if value is not None else "other", "is": kind}
    if kind == "frame":
        told = frames.profile(value)
        return {
            "kind": kind,
            "library": _library(value),
            "length": told["rows"],
            "contract": told,
            "columns": [str(each) for each in value.columns],
            "dtypes": [str(each) for each in value.dtypes],
            "totals": _totals(value),
        }
    if kind == "series":
        return {"kind": kind, "library": _library(value), "length": len(value), **_numbers(value)}
    if kind == "array":
        return {"kind": kind, "shape": list(value.shape), **_numbers(value)}
    if kind == "collection":
        return {"kind": kind, "length": len(value)}
    return {"kind": "other"}


def _numbers(value: Any) -> "dict[str, Any]":
    """Gives the sum and the bounds of what holds numbers."""
    letter = getattr(getattr(value, "dtype", None), "kind", "")
    if not letter:
        is_number = str(getattr(value, "dtype", "")).startswith(("Int", "UInt", "Float"))
        letter = "f" if is_number else ""
    if not letter or letter not in "biuf" or not len(value):
        return {}
    total, low, high = float(value.sum()), float(value.min()), float(value.max())
    if not (math.isfinite(total) and math.isfinite(low) and math.isfinite(high)):
        return {}
    found = {"sum": total, "is": "bool" if letter == "b" else "number"}
    if letter == "f" and low >= 0 and high <= 1:
        found["share"] = True
    if letter != "b" and low >= 0:
        found["sign"] = "not negative"
    return found


def _totals(frame: Any) -> "list[list[Any]]":
    """Gives the sums of columns of numbers."""
    found = []
    for label in frame.columns:
        if not isinstance(label, str):
            continue
        told = _numbers(frame[label]) if _is_single(frame[label]) else {}
        if "sum" in told:
            found.append([label, told["sum"]])
    return found


def _is_single(column: Any) -> bool:
    return getattr(column, "ndim", 1) == 1


def _relations(new: "dict[str, Any]", old: "dict[str, Any]") -> "list[list[Any]]":
    """Finds how the lengths, indexes and columns of tables go together.

    Returns:
        ``index``, ``length``, ``columns``, ``adds`` or ``rows`` with two names, the second with
        the older value, and what there is to say; ``parts`` with two names and their whole.
    """
    tables = {
        name: value for name, value in {**old, **new}.items()
        if _kind(value) in ("frame", "series", "array") and len(value)
    }  # fmt: skip
    found: list[list[Any]] = []
    order = list(tables)
    for name in new:
        if name not in tables:
            continue
        for other in order:
            if other == name or (other in new and order.index(other) > order.index(name)):
                continue
            found += _between(name, tables[name], other, tables[other])
    fresh = [name for name in new if name in tables]
    for place, one in enumerate(fresh):
        for two in fresh[place + 1 :]:
            for whole in order:
                if whole not in (one, two) and whole in old:
                    part = _parts(tables[one], tables[two], tables[whole])
                    if part is not None:
                        found.append(["parts", one, two, whole, part])
    return found


def _between(name: str, one: Any, other: str, two: Any) -> "list[list[Any]]":
    found: list[list[Any]] = []
    both_indexed = all(_library(each) == "pandas" for each in (one, two))
    if both_indexed and one.index.equals(two.index):
        found.append(["index", name, other])
    elif len(one) == len(two):
        found.append(["length", name, other])
    elif both_indexed and _kind(one) == _kind(two) and _is_inside(one.index, two.index):
        found.append(["rows", name, other])
    if _kind(one) == "frame" and _kind(two) == "frame":
        columns, others = [str(each) for each in one.columns], [str(each) for each in two.columns]
        if columns == others:
            found.append(["columns", name, other])
        elif columns[: len(others)] == others:
            found.append(["adds", name, other, columns[len(others) :]])
    return found


def _is_inside(index: Any, other: Any) -> bool:
    return len(index) < len(other) and index.is_unique and bool(index.isin(other).all())


def _parts(one: Any, two: Any, whole: Any) -> "float | None":
    """Gives the share of the second of two parts of a whole, which have nothing in common."""
    if len({_kind(each) for each in (one, two, whole)}) > 1:
        return None
    if not all(_library(each) == "pandas" for each in (one, two, whole)):
        return None
    if len(one) + len(two) != len(whole) or one.index.isin(two.index).any():
        return None
    return len(two) / len(whole)


# ── few rows ──


def _cut(value: Any, texts: "set[str] | None") -> Any:
    """Takes of a table a few rows of different kinds, and the columns that are spoken of."""
    kind = _kind(value)
    if kind == "frame":
        return _cut_frame(value, texts)
    if kind == "series" and _library(value) == "pandas" and len(value) > MOST_ITEMS:
        return _rows(value, _telling_rows([value]))
    return value


def _cut_frame(frame: Any, texts: "set[str] | None") -> Any:
    if _library(frame) == "polars":
        chosen = [each for each in frame.columns if texts is None or each in texts]
        return frame.select(chosen or frame.columns).head(MOST_ROWS)
    columns = [each for each in frame.columns if texts is not None and each in texts]
    if not columns:
        columns = list(frame.columns)
    if len(columns) > MOST_COLUMNS:
        raise _NoSourceError
    frame = frame[columns]
    if len(frame) <= MOST_ROWS:
        return _rows(frame, range(len(frame)))
    return _rows(frame, _telling_rows([frame[each] for each in columns]))


def _rows(table: Any, places: Any) -> Any:
    cut = table.iloc[sorted(places)]
    return cut if str(table.index.dtype).startswith("datetime") else cut.reset_index(drop=True)


def _telling_rows(columns: "list[Any]") -> "list[int]":
    """Chooses rows in which something special stands: zeros, nothing, the extremes."""
    chosen: dict[int, None] = {}
    ways: list[Callable[[Any], Any]] = [
        lambda column: column.isna(),
        lambda column: column == 0,
        lambda column: column == column.min(),
        lambda column: column == column.max(),
        lambda column: column != column.mode().iloc[0],
        lambda column: column == column.mode().iloc[0],
    ]
    for way in ways:
        for column in columns:
            try:
                places = way(column).to_numpy().nonzero()[0]
            except Exception:
                continue
            fresh = [int(each) for each in places[:MOST_ROWS] if int(each) not in chosen]
            if fresh and len(chosen) < MOST_ROWS and not any(
                    int(each) in chosen for each in places[:MOST_ROWS]):  # fmt: skip
                chosen[fresh[0]] = None
    for place in range(len(columns[0])):
        if len(chosen) >= MOST_ROWS:
            break
        chosen[place] = None
    return list(chosen)


# ── writing values down ──


class _NoSourceError(Exception):
    """A value cannot be written as source that makes it again."""


class _Writer:
    """Writes values as source, with the names that the notebook has for modules."""

    def __init__(self, names: "dict[str, Any]") -> None:
        self._names = names
        self._imports: dict[str, str] = {}

    def imports_for(self, source: str) -> "list[str]":
        """Gives the imports that a written source needs and the notebook has not."""
        return [line for alias, line in self._imports.items() if f"{alias}." in source]

    def write(self, value: Any) -> str:
        """Writes a value.

        Raises:
            _NoSourceError: It cannot be written, or is too large.
        """
        source = self._written(value, 3)
        if len(source) > MOST_SOURCE:
            raise _NoSourceError
        return source

    def _written(self, value: Any, depth: int) -> str:
        if value is None or type(value) in (bool, int):
            return repr(value)
        if type(value) is float:
            return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
        if type(value) is str:
            if len(value) > MOST_TEXT:
                raise _NoSourceError
            return frames._quoted(value)
        library, name = _library(value), type(value).__name__
        if library == "numpy" and hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
            return self._written(value.item(), depth)
        if library == "pandas":
            return self._of_pandas(value, name, depth)
        if library == "polars":
            return self._of_polars(value, name, depth)
        if library == "numpy" and name == "ndarray" and value.ndim <= 2 and value.size <= 30:
            return f"{self._alias('numpy', 'np')}.array({self._written(value.tolist(), depth)})"
        if type(value) in (list, tuple, dict, set) and depth and len(value) <= MOST_ITEMS:
            return self._of_collection(value, depth - 1)
        raise _NoSourceError

    def _of_collection(self, value: Any, depth: int) -> str:
        if type(value) is dict:
            return "{%s}" % ", ".join(  # noqa: UP031
                f"{self._written(key, depth)}: {self._written(each, depth)}"
                for key, each in value.items()
            )
        items = [self._written(each, depth) for each in value]
        if type(value) is list:
            return "[{}]".format(", ".join(items))
        if type(value) is tuple:
            return "({}{})".format(", ".join(items), "," if len(items) == 1 else "")
        return "{{{}}}".format(", ".join(sorted(items))) if items else "set()"

    def _alias(self, module: str, usual: str) -> str:
        for name, value in self._names.items():
            if isinstance(value, types.ModuleType) and value.__name__ == module:
                return name
        self._imports[usual] = f"import {module} as {usual}"
        return usual

    def _of_pandas(self, value: Any, name: str, depth: int) -> str:
        pd = self._alias("pandas", "pd")
        if name in ("Timestamp", "Timedelta"):
            return f"{pd}.{name}({str(value)!r})"
        if name == "NaTType":
            return f"{pd}.NaT"
        if name == "NAType":
            return f"{pd}.NA"
        if name not in ("DataFrame", "Series") or len(value) > MOST_ITEMS:
            raise _NoSourceError
        index = self._index(value.index, pd, depth)
        index = f", index={index}" if index else ""
        if name == "Series":
            return f"{pd}.Series({self._cells(value, depth)}{index})"
        if value.shape[1] > MOST_ITEMS or not value.columns.is_unique:
            raise _NoSourceError
        columns = [
            f"{self._written(label, depth)}: {self._cells(value[label], depth)}"
            for label in value.columns
        ]
        short = "{}.DataFrame({{{}}}{})".format(pd, ", ".join(columns), index)
        if len(short) <= 80:
            return short
        body = "".join(f"        {each},\n" for each in columns)
        more = f"    {index[2:]},\n" if index else ""
        return f"{pd}.DataFrame(\n    {{\n{body}    }},\n{more})"

    def _index(self, index: Any, pd: str, depth: int) -> str:
        if type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1:
            return ""
        if type(index).__name__ == "MultiIndex":
            raise _NoSourceError
        if str(index.dtype).startswith("datetime"):
            return f"{pd}.to_datetime({[str(each) for each in index]!r})"
        return self._cells(index, depth)

    def _cells(self, column: Any, depth: int) -> str:
        if str(column.dtype) == "category":
            raise _NoSourceError
        if str(column.dtype).startswith("datetime"):
            dates = [None if each != each else str(each) for each in column]
            return "{}.to_datetime({!r})".format(self._alias("pandas", "pd"), dates)
        return "[{}]".format(", ".join(self._written(each, depth) for each in column.tolist()))

    def _of_polars(self, value: Any, name: str, depth: int) -> str:
        pl = self._alias("polars", "pl")
        if name == "Series" and len(value) <= MOST_ITEMS:
            return f"{pl}.Series({self._written(value.to_list(), depth)})"
        if name == "DataFrame" and len(value) <= MOST_ITEMS:
            return f"{pl}.DataFrame({self._written(value.to_dict(as_series=False), depth)})"
        raise _NoSourceError
