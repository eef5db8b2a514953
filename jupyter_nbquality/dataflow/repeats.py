"""What a statement does if it is done again: the same, or something else.

What is listed does surely nothing new; all else is taken to.
"""

import ast
from collections.abc import Iterable

from jupyter_nbquality.dataflow.entries import OF_THE_WHOLE, constants, root_of

REPEATABLE_METHODS = frozenset(
    {
        *("add", "clear", "discard", "drop_duplicates", "dropna", "fill", "fillna", "fit"),
        *("fit_predict", "fit_transform", "grid"),
        *("legend", "rename", "seed", "set", "set_params", "set_title", "set_xlabel", "set_xlim"),
        *("set_ylabel", "set_ylim", "setdefault", "sort", "sort_index", "sort_values", "train"),
    }
)
"""Methods that change their object into the same when they are called again."""

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

UNREPEATABLE = frozenset(
    {
        *("getpass", "input", "monotonic", "now", "perf_counter", "process_time", "raw_input"),
        *("time", "time_ns", "today", "token_bytes", "token_hex", "urandom", "utcnow"),
        *("uuid1", "uuid4"),
    }
)
"""Functions that give another result each time."""


def items(node: ast.stmt | None) -> dict[str, str]:
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


def of_itself(node: ast.stmt | None) -> tuple[str, str] | None:
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


def is_repeatable(node: ast.stmt | None) -> bool:
    """Tells whether to do something twice changes no more than to do it once."""
    match node:
        case ast.Assign([ast.Subscript() | ast.Attribute() as target], value):
            root = root_of(target)
            return _gives_itself(value, ast.unparse(target)) or not any(
                isinstance(each, ast.Name) and each.id == root for each in ast.walk(value)
            )
        case ast.Expr(ast.Call(ast.Attribute(_, "copyto" | "fill_diagonal"), [ast.Name(), *_])):
            return True
        case ast.Expr(ast.Call() as call) | ast.Assign([ast.Name()], ast.Call() as call):
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


def _is_update(call: ast.Call) -> bool:
    return all(isinstance(given, ast.Dict) for given in call.args)


def fails_again(node: ast.stmt | None) -> bool:
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
                    return len(arguments) == 1 and bool(constants(arguments[0]))
                case "to_sql", _:
                    return "if_exists" not in options
    return False


def mostly_bound(nodes: Iterable[ast.stmt]) -> set[str]:
    """Gives the names that are bound wherever loops do not run in vain and nothing is raised."""
    found: set[str] = set()
    for node in nodes:
        targets: list[ast.expr] = []
        match node:
            case ast.Assign(targets):
                pass
            case ast.For(target, _, body) | ast.AsyncFor(target, _, body):
                targets = [target]
                found |= mostly_bound(body)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                targets = [item.optional_vars for item in items if item.optional_vars is not None]
                found |= mostly_bound(body)
            case ast.Try(body) | ast.While(_, body):
                found |= mostly_bound(body)
            case ast.If(_, body, orelse):
                found |= mostly_bound(body) & mostly_bound(orelse)
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
