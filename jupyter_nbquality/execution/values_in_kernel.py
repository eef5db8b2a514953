"""What the names of a kernel hold, as JSON that can be compared.

This file travels to the kernel as text and runs there: it uses the standard library alone, and
leaves nothing behind. What only an address, a time or a cache tells apart counts as the same.
"""

import hashlib
import json
import math
import re
import sys
import types
from typing import Any

MOST_ITEMS = 2_000
"""Of longer lists the first so many items are looked at one by one, the rest together."""
MOST_ROWS = 5_000
"""Of longer columns it is not told which row differs."""
MOST_DEPTH = 8
SHOWN = 200

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,}")
_OWN = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open", "display"})  # of every kernel


def report(names: "dict[str, Any]", wanted: "list[str] | None" = None) -> str:
    """Tells what names hold.

    Args:
        names: The namespace.
        wanted: The names; ``None`` for all that were made by the notebook.

    Returns:
        JSON: an object by name, each with ``type``, ``text`` to show, and ``value`` to compare,
        which is ``null`` where it cannot be compared.
    """
    chosen = wanted if wanted is not None else [name for name in names if _is_made(name)]
    found = {}
    for name in chosen:
        if name not in names:
            continue
        value = names[name]
        if wanted is None and isinstance(value, types.ModuleType):
            continue
        try:
            told = _value(value, MOST_DEPTH, [])
        except Exception as error:
            told = None
            text = f"not comparable: {type(error).__name__}"
        else:
            text = _shown(value)
        found[name] = {"type": _kind(value), "text": text, "value": told}
    return json.dumps(found, default=str)


def _is_made(name: str) -> bool:
    return not name.startswith("_") and name not in _OWN


def _kind(value: Any) -> str:
    kind = type(value)
    # In which of its modules a library keeps a class is its own affair: it changes.
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}".replace("builtins.", "")


def _shown(value: Any) -> str:
    try:
        text = _ADDRESS.sub("0x…", repr(value))
    except Exception:
        return f"<{_kind(value)}>"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _hash(data: "bytes | str") -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def _value(value: Any, depth: int, above: "list[int]") -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        # numpy's own text has its name in it, or not, as of its version.
        text = str.__repr__(value) if _is_of_numpy(value) else repr(value)
        return text if len(text) <= SHOWN else _hash(text)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float.__repr__(value)
    if isinstance(value, (complex, bytes, bytearray)):
        return _hash(repr(value))
    if id(value) in above:
        return "itself"
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, (types.FunctionType, types.MethodType)):
        return f"function {value.__name__}"
    if isinstance(value, type):
        return f"class {value.__qualname__}"
    kind = _kind(value)
    if depth == 0:
        return kind
    above = [*above, id(value)]
    special = _of_library(value, kind, depth, above)
    if special is not None:
        return special
    if isinstance(value, dict):
        pairs = list(value.items())
        told = [
            [_value(key, depth - 1, above), _value(item, depth - 1, above)]
            for key, item in pairs[:MOST_ITEMS]
        ]
        return {"kind": kind, "items": told, "length": len(pairs)}
    if isinstance(value, (list, tuple)):
        told = [_value(item, depth - 1, above) for item in value[:MOST_ITEMS]]
        rest = _hash(repr(value[MOST_ITEMS:])) if len(value) > MOST_ITEMS else ""
        return {"kind": kind, "items": told, "length": len(value), "rest": rest}
    if isinstance(value, (set, frozenset)):
        texts = sorted(json.dumps(_value(item, depth - 1, above), default=str) for item in value)
        return {"kind": kind, "items": texts[:MOST_ITEMS], "length": len(texts)}
    return _object(value, kind, depth, above)


def _is_of_numpy(value: Any) -> bool:
    return isinstance(value, str) and type(value).__module__ == "numpy"


def _object(value: Any, kind: str, depth: int, above: "list[int]") -> Any:
    if kind.startswith("_io.") or isinstance(
        value, (types.GeneratorType, types.CoroutineType, types.BuiltinFunctionType)
    ):
        return kind
    try:
        parts = vars(value)
    except TypeError:
        return kind
    is_own = type(value).__module__ == "__main__"
    # Libraries keep times, caches and files under private names.
    told = {
        str(key): _value(part, depth - 2 if not is_own and depth > 2 else depth - 1, above)
        for key, part in list(parts.items())[:MOST_ITEMS]
        if is_own or not (str(key).startswith("_") or "time" in str(key))
    }
    return {"kind": kind, "parts": told}


def _of_library(value: Any, kind: str, depth: int, above: "list[int]") -> Any:
    """Tells what a value of pandas, numpy or matplotlib is; nothing for others."""
    top = kind.partition(".")[0]
    if top == "pandas":
        return _of_pandas(value, kind)
    if top == "numpy" and hasattr(value, "dtype") and hasattr(value, "tobytes"):
        return _of_array(value, kind, depth, above)
    if top == "matplotlib":
        # A picture is compared as it is shown.
        return kind
    if top in ("polars", "pyarrow") and hasattr(value, "to_pandas"):
        return {"kind": kind, "as": _value(value.to_pandas(), depth, above)}
    return None


def _of_array(value: Any, kind: str, depth: int, above: "list[int]") -> Any:
    if value.dtype == object:
        items = [_value(item, depth - 1, above) for item in value.ravel()[:MOST_ITEMS]]
        return {"kind": kind, "shape": list(value.shape), "items": items}
    return {
        "kind": kind,
        "shape": list(value.shape),
        "dtype": str(value.dtype),
        "rows": _rows(value) if getattr(value, "ndim", 0) else _hash(value.tobytes()),
    }


def _rows(value: Any) -> Any:
    """Gives a hash for each row, or one for all where there are many."""
    if len(value) > MOST_ROWS:
        return _hash(value.tobytes())
    return [_hash(row.tobytes() if hasattr(row, "tobytes") else repr(row)) for row in value]


def _of_pandas(value: Any, kind: str) -> Any:
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        told = []
        for number in range(min(value.shape[1], MOST_ITEMS)):
            column = value.iloc[:, number]
            told.append([str(value.columns[number]), str(column.dtype), _cells(column)])
        return {
            "kind": kind,
            "shape": list(value.shape),
            "index": _cells(value.index),
            "columns": told,
        }
    if hasattr(value, "to_numpy") and hasattr(value, "dtype"):
        found = {"kind": kind, "dtype": str(value.dtype), "rows": _cells(value)}
        if hasattr(value, "iloc"):
            found["name"] = str(value.name)
            found["index"] = _cells(value.index)
        return found
    return {"kind": kind, "text": _ADDRESS.sub("0x…", repr(value))}


def _cells(column: Any) -> Any:
    """Gives a hash for each cell of a column, or one for all where there are many."""
    pandas = sys.modules["pandas"]
    try:
        hashes = pandas.util.hash_pandas_object(column, index=False).to_numpy()
    except Exception:
        return [_hash(_ADDRESS.sub("0x…", repr(item))) for item in list(column)[:MOST_ROWS]]
    if len(hashes) > MOST_ROWS:
        return _hash(hashes.tobytes())
    return [format(int(each), "x") for each in hashes]
