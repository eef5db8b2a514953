"""Asserts that show the values they are about when they fail, as pytest's do.

Part of what travels to the kernel as text (see `test_run`): it uses the standard library alone, and
the syntax of Python 3.8. Each assert is rewritten so that the values of its parts are kept, and
told when it fails; after pytest's assertion rewriting
(https://docs.pytest.org/en/stable/how-to/assert.html).
"""

import ast
import copy
import difflib
import math
import reprlib
from typing import Any

WATCH = "@watch"
"""A name that no source can hold."""
SHOWN = 240
_DIFFERENCES = 8

_OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_CLOSED = (
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr,
)  # fmt: skip
"""What is looked at as a whole: its parts have names of their own, or no values."""
_LOOKED_AT = (
    ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare,
    ast.BoolOp, ast.IfExp, ast.Await, ast.NamedExpr, ast.List, ast.Tuple, ast.Set, ast.Dict,
    *_CLOSED,
)  # fmt: skip


class FalseAssertError(AssertionError):
    """An assert that is false.

    Attributes:
        explanation: What its parts held, a line each.
        got: What stood on the left of a comparison; empty where nothing is compared.
        expected: What stood on the right.
    """

    def __init__(self, message: str, explanation: "list[str]", got: str, expected: str) -> None:
        super().__init__(message)
        self.explanation = explanation
        self.got = got
        self.expected = expected


class Watcher:
    """Makes what keeps the values of one assert; stands in the namespace under `WATCH`."""

    def __init__(self) -> None:
        self._asserts: list[ast.expr] = []

    def rewrite(self, tree: ast.Module) -> ast.Module:
        """Has all asserts of a module watched."""
        changed: ast.Module = _Rewriter(self._asserts).visit(tree)
        return ast.fix_missing_locations(changed)

    def __call__(self) -> "Watched":
        """Begins with an assert."""
        return Watched(self._asserts)


class Watched:
    """The values of the parts of one assert."""

    def __init__(self, asserts: "list[ast.expr]") -> None:
        self._asserts = asserts
        self._values: dict[int, Any] = {}

    def __call__(self, part: int, value: Any) -> Any:
        """Keeps a value."""
        self._values[part] = value
        return value

    def failure(self, number: int, *message: Any) -> FalseAssertError:
        """Says why an assert is false."""
        values = {
            id(part): self._values[place]
            for place, part in enumerate(_parts(self._asserts[number]))
            if place in self._values
        }
        return _Explanation(values).failure(self._asserts[number], *message)


def _parts(test: ast.expr) -> "list[ast.expr]":
    """Gives the parts of an assert that are looked at, itself first, in a fixed order."""
    found: list[ast.expr] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, _LOOKED_AT) and not _is_no_value(node):
            found.append(node)
        if isinstance(node, _CLOSED):
            return
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(test)
    return found


def _is_no_value(node: ast.expr) -> bool:
    is_target = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
    is_slice = isinstance(node, ast.Tuple) and any(
        isinstance(item, ast.Slice) for item in node.elts
    )
    return is_target or is_slice


class _Rewriter(ast.NodeTransformer):
    def __init__(self, asserts: "list[ast.expr]") -> None:
        self._asserts = asserts

    def visit_Assert(self, node: ast.Assert) -> "list[ast.stmt]":
        number = len(self._asserts)
        self._asserts.append(node.test)
        watched = copy.deepcopy(node.test)
        numbers = {id(part): place for place, part in enumerate(_parts(watched))}
        local = "@seen"
        seen = ast.Name(local, ast.Load())
        begin = ast.Assign(
            [ast.Name(local, ast.Store())],
            ast.Call(ast.Name(WATCH, ast.Load()), [], []),
        )
        test: ast.expr = _Wrapper(numbers, local).visit(watched)
        told: list[ast.expr] = [ast.Constant(number)]
        if node.msg is not None:
            told.append(node.msg)
        fail = ast.Raise(ast.Call(ast.Attribute(seen, "failure", ast.Load()), told, []), None)
        check = ast.If(ast.UnaryOp(ast.Not(), test), [fail], [])
        end = ast.Assign([ast.Name(local, ast.Store())], ast.Constant(None))
        return [_located(each, node) for each in (begin, check, end)]


class _Wrapper(ast.NodeTransformer):
    """Hands the values of parts over as they come up."""

    def __init__(self, numbers: "dict[int, int]", local: str) -> None:
        self._numbers = numbers
        self._local = local

    def visit(self, node: ast.AST) -> Any:
        """Wraps a part, and those in it."""
        number = self._numbers.get(id(node))
        new = node if isinstance(node, _CLOSED) else self.generic_visit(node)
        if number is None:
            return new
        told: list[Any] = [ast.Constant(number), new]
        called = ast.Call(ast.Name(self._local, ast.Load()), told, [])
        return _located(called, node)


def _located(new: Any, node: ast.AST) -> Any:
    """Has what is new stand where a node does."""
    for each in ast.walk(new):
        if not hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return new


class _Explanation:
    """Tells what the parts of a false assert held."""

    def __init__(self, values: "dict[int, Any]") -> None:
        self._values = values

    def failure(self, test: ast.expr, *message: Any) -> FalseAssertError:
        got = expected = ""
        explanation: list[str] = []
        culprit = self._culprit(test)
        line = f"assert {self._in_values(culprit)}"
        compared = self._compared(culprit)
        if compared is not None:
            left, operator, right = compared
            line = f"assert {shown(left)} {operator} {shown(right)}"
            if operator == "==":
                if isinstance(culprit, ast.Compare) and isinstance(culprit.left, ast.Constant):
                    left, right = right, left
                got, expected = shown(left), shown(right)
                explanation += differences(left, right)
        explanation = [*self._where(culprit), *explanation, *self._inside(culprit)]
        first = f"{text_of(message[0])}: {line}" if message else line
        return FalseAssertError(first, explanation, got, expected)

    def _culprit(self, test: ast.expr) -> ast.expr:
        """Gives the part of an ``and`` that is false."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            evaluated = [part for part in test.values if self._is_known(part)]
            return self._culprit(evaluated[-1]) if evaluated else test
        return test

    def _is_known(self, part: ast.expr) -> bool:
        return id(part) in self._values or isinstance(part, ast.Constant)

    def _value(self, part: ast.expr) -> Any:
        if isinstance(part, ast.Constant):
            return part.value
        if id(part) in self._values:
            return self._values[id(part)]
        raise LookupError

    def _compared(self, test: ast.expr) -> "tuple[Any, str, Any] | None":
        """Gives the first comparison of a chain that is false."""
        if not isinstance(test, ast.Compare):
            return None
        operands = [test.left, *test.comparators]
        for left, kind, right in zip(operands, test.ops, operands[1:]):
            operator = _OPERATORS[type(kind)]
            try:
                pair = self._value(left), operator, self._value(right)
            except (LookupError, TypeError):
                return None
            if len(test.ops) == 1 or not _holds(*pair):
                return pair
        return None

    def _in_values(self, test: ast.expr) -> str:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return f"not {self._in_values(test.operand)}"
        if isinstance(test, ast.BoolOp):
            word = " and " if isinstance(test.op, ast.And) else " or "
            known = [part for part in test.values if self._is_known(part)]
            return f"({word.join(self._in_values(part) for part in known)})"
        compared = self._compared(test)
        if compared is not None:
            return f"{shown(compared[0])} {compared[1]} {shown(compared[2])}"
        try:
            return shown(self._value(test))
        except LookupError:
            return source_of(test)

    def _where(self, test: ast.expr) -> "list[str]":
        """Tells how the values came about, outer parts first."""
        found: list[str] = []
        told: set[str] = set()

        def tell(part: ast.AST, depth: int) -> None:
            if isinstance(part, (*_CLOSED, ast.Constant)):
                return
            is_value = (
                isinstance(part, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp))
                and id(part) in self._values
            )
            if is_value and isinstance(part, ast.expr):
                value, source = self._values[id(part)], source_of(part)
                if source in told or _is_plain(value):
                    return
                told.add(source)
                found.append("{}where {} = {}".format("  " * depth, shown(value), _cut(source)))
                depth += 1
            for child in ast.iter_child_nodes(part):
                if isinstance(part, ast.Call) and child is part.func:
                    # Of what is called, the object is told, not the method.
                    if isinstance(child, ast.Attribute):
                        tell(child.value, depth)
                    continue
                tell(child, depth)

        tell(test, 0)
        return found[:20]

    def _inside(self, test: ast.expr) -> "list[str]":
        """Tells where tables differ that are compared within: ``(a == b).all()``."""
        for part in _parts(test):
            if part is test or not isinstance(part, ast.Compare) or len(part.ops) != 1:
                continue
            if isinstance(part.ops[0], ast.Eq) and isinstance(part.left, ast.expr):
                try:
                    pair = self._value(part.left), self._value(part.comparators[0])
                except (LookupError, TypeError):
                    continue
                if any(_is_table(value) for value in pair):
                    return differences(*pair)
        return []


def _is_plain(value: Any) -> bool:
    """Tells whether there is nothing to say of a value: a module, a class, a function."""
    return isinstance(value, type) or type(value).__name__ in (
        "module", "function", "builtin_function_or_method", "method", "ufunc", "type",
    )  # fmt: skip


def _holds(left: Any, operator: str, right: Any) -> bool:
    try:
        compare = eval(f"lambda left, right: left {operator} right")
        return bool(compare(left, right))
    except Exception:
        return False


def source_of(node: ast.AST) -> str:
    """Gives the text of a part."""
    try:
        return ast.unparse(node)
    except AttributeError:
        return "…"  # Before Python 3.9.


def _cut(text: str, most: int = SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 40]}…{text[-39:]}"


class _Repr(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = 12
        self.maxdict = self.maxdeque = self.maxarray = 12
        self.maxstring = self.maxother = SHOWN
        self.maxlong = 60

    def repr_instance(self, x: Any, _level: int) -> str:
        try:
            text = repr(x)
        except Exception as error:
            return f"<{type(x).__name__} whose repr raises {type(error).__name__}>"
        if "\n" in text:
            text = " ".join(text.split())
        return _cut(text)


_SHORT = _Repr()


def shown(value: Any) -> str:
    """Shows a value in one line."""
    return _cut(_SHORT.repr(value))


def text_of(value: Any) -> str:
    """Gives the message of an assert."""
    try:
        return _cut(str(value), 2_000)
    except Exception as error:
        return f"<a message whose text raises {type(error).__name__}>"


def _is_table(value: Any) -> bool:
    kind = type(value)
    return kind.__module__.partition(".")[0] in ("pandas", "numpy", "polars", "xarray") and hasattr(
        value, "shape"
    )


def differences(got: Any, expected: Any) -> "list[str]":
    """Says where two values that should be equal differ; nothing where that says nothing more."""
    try:
        return _differences(got, expected)
    except Exception as error:
        return [f"how they differ cannot be told: {type(error).__name__}"]


def _differences(got: Any, expected: Any) -> "list[str]":
    if _is_table(got) or _is_table(expected):
        return _of_tables(got, expected)
    if isinstance(got, str) and isinstance(expected, str):
        return _of_texts(got, expected)
    if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
        return _of_numbers(got, expected)
    if isinstance(got, dict) and isinstance(expected, dict):
        return _of_dicts(got, expected)
    if isinstance(got, (set, frozenset)) and isinstance(expected, (set, frozenset)):
        found = []
        for what, items in (("only in what came", got - expected), ("missing", expected - got)):
            if items:
                found.append(f"{what}: {shown(items)}")
        return found
    if isinstance(got, (list, tuple)) and isinstance(expected, (list, tuple)):
        return _of_lists(got, expected)
    explained = getattr(expected, "_repr_compare", None)  # pytest.approx
    if explained is not None:
        return [str(line) for line in explained(got)][:_DIFFERENCES]
    if type(got) is not type(expected) and repr(got) == repr(expected):
        return [f"they are of the types {_kind(got)} and {_kind(expected)}"]
    return []


def _kind(value: Any) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}".replace("builtins.", "")


def _of_numbers(got: Any, expected: Any) -> "list[str]":
    if isinstance(got, bool) or isinstance(expected, bool):
        return []
    if math.isnan(got) and math.isnan(expected):
        return ["NaN equals nothing, not even NaN: ask with math.isnan"]
    if math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12):
        return [
            f"they differ by {abs(got - expected):.2g} only: "
            "compare floats with math.isclose or pytest.approx"
        ]
    return []


def _of_texts(got: str, expected: str) -> "list[str]":
    if "\n" in got or "\n" in expected:
        lines = difflib.ndiff(expected.splitlines()[:200], got.splitlines()[:200])
        changed = [_cut(line) for line in lines if not line.startswith("  ")]
        return changed[: 3 * _DIFFERENCES]
    if len(got) < 20 and len(expected) < 20:
        return []
    for place, (one, other) in enumerate(zip(got, expected)):
        if one != other:
            start = max(place - 10, 0)
            pair = got[start : place + 30], expected[start : place + 30]
            return ["they differ from character {} on: {!r} and {!r}".format(place, *pair)]
    return [f"one has {len(got):,} characters, the other {len(expected):,}"]


def _of_lists(got: Any, expected: Any) -> "list[str]":
    found = []
    for place, (one, other) in enumerate(zip(got, expected)):
        if not _same(one, other):
            found.append(f"at index {place}: {shown(one)} and {shown(other)}")
            break
    if len(got) != len(expected):
        longer = got if len(got) > len(expected) else expected
        more = abs(len(got) - len(expected))
        found.append(
            "{} has {:,} more, the first of them {}".format(
                "what came" if longer is got else "what was expected",
                more,
                shown(longer[min(len(got), len(expected))]),
            )
        )
    return found


def _of_dicts(got: "dict[Any, Any]", expected: "dict[Any, Any]") -> "list[str]":
    found = [
        f"at key {shown(key)}: {shown(got[key])} and {shown(expected[key])}"
        for key in expected
        if key in got and not _same(got[key], expected[key])
    ]
    for what, one, other in (
        ("only in what came", got, expected),
        ("missing", expected, got),
    ):
        keys = [key for key in one if key not in other]
        if keys:
            found.append("{}: {}".format(what, ", ".join(shown(key) for key in keys[:12])))
    return found[:_DIFFERENCES]


def _same(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(one == other)
    except Exception:
        return False


def _of_tables(got: Any, expected: Any) -> "list[str]":
    """Says where frames, series and arrays differ."""
    for value, other in ((got, expected), (expected, got)):
        if _is_table(value) and not hasattr(other, "shape"):
            if isinstance(other, (int, float, str, bool)) or other is None:
                return []
            return [f"they are of the types {_kind(got)} and {_kind(expected)}"]
    if got.shape != expected.shape:
        return [f"shape {tuple(got.shape)}, expected {tuple(expected.shape)}"]
    if hasattr(got, "columns") and hasattr(expected, "columns"):
        return _of_frames(got, expected)
    found = []
    indexes: list[Any] = [getattr(value, "index", None) for value in (got, expected)]
    if hasattr(indexes[0], "equals") and not indexes[0].equals(indexes[1]):
        found.append("the indexes differ")
    if str(got.dtype) != str(expected.dtype):
        found.append(f"dtype {got.dtype}, expected {expected.dtype}")
    return found + _of_values(got, expected)


def _of_frames(got: Any, expected: Any) -> "list[str]":
    names, others = list(got.columns), list(expected.columns)
    if names != others:
        found = []
        for what, keys in (
            ("columns only in what came", [name for name in names if name not in others]),
            ("missing columns", [name for name in others if name not in names]),
        ):
            if keys:
                found.append(f"{what}: {shown(keys)}")
        return found or ["the columns are in another order"]
    found = []
    if hasattr(got, "index") and not got.index.equals(expected.index):
        found.append("the indexes differ")
    for name in names:
        one, other = got[name], expected[name]
        if str(one.dtype) != str(other.dtype):
            found.append(f"column {shown(name)}: dtype {one.dtype}, expected {other.dtype}")
        found += [f"column {shown(name)}: {line}" for line in _of_values(one, other)]
        if len(found) >= _DIFFERENCES:
            break
    return found[:_DIFFERENCES]


def _of_values(got: Any, expected: Any) -> "list[str]":
    one, other = _array(got), _array(expected)
    if getattr(one, "ndim", 0) == 0:
        return []
    differs = ~((one == other) | ((one != one) & (other != other)))
    places = differs.nonzero()
    count = len(places[0])
    if not count:
        return []
    place = tuple(int(axis[0]) for axis in places)
    at = place[0] if len(place) == 1 else place
    pair = f"{shown(one[place])}, expected {shown(other[place])}"
    text = f"{count:,} of {differs.size:,} differ, the first at {at}: {pair}"
    if one.dtype.kind in "fc" and other.dtype.kind in "fc":
        largest = float(abs(one - other)[differs].max())
        if largest < 1e-8 * max(float(abs(other[differs]).max()), 1.0):
            text += f" (by {largest:.2g} at most: compare with numpy.allclose)"
    return [text]


def _array(value: Any) -> Any:
    to_numpy = getattr(value, "to_numpy", None)
    return to_numpy() if to_numpy is not None else value
