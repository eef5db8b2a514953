"""Small changes of a cell's code, to see whether tests notice them.

Mutation analysis, after DeMillo, Lipton and Sayward, "Hints on test data selection" (1978), with
the operators of Offutt et al., "An experimental determination of sufficient mutant operators"
(1996), and a few for tables. Only what a test can notice is changed: not what is merely drawn,
printed or shown, nor plain settings (``SEED = 42``), nor texts for people.
"""

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec

from jupyter_nbquality.ipython import mask, parse

MOST = 80
"""So many are tried of one cell; of more, some of each kind."""

_COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_TWINS = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sum": "mean", "mean": "median",
    "median": "mean", "first": "last", "last": "first", "head": "tail", "tail": "head",
    "ffill": "bfill", "bfill": "ffill", "idxmin": "idxmax", "idxmax": "idxmin",
    "cumsum": "cumprod", "floor": "ceil", "ceil": "floor", "append": "extend",
}  # fmt: skip
"""Calls that are easily taken for one another."""
_DROPPED = frozenset(
    {"abs", "astype", "bfill", "clip", "drop_duplicates", "dropna", "ffill", "fillna", "lower",
     "round", "sort_index", "sort_values", "strip", "upper", "unique"}
)  # fmt: skip
"""Methods without which the code mostly runs, too."""
_NO_TEXT = frozenset({"title", "label", "xlabel", "ylabel", "name", "color", "help", "description"})
_SHOWING = frozenset({"print", "display", "log", "warn", "info", "debug", "help"})


class Mutant(msgspec.Struct, frozen=True):
    """A changed text of a cell.

    Attributes:
        title: What was changed.
        kind: What kind of change it is, such as ``comparison``.
        line: The line in the cell, from 0, where it begins.
        last: The line where it ends.
        source: The text of the whole cell with the change.
        function: The function of the cell that it is in; empty outside of functions.
    """

    title: str
    kind: str
    line: int
    last: int
    source: str
    function: str


class _Edit(msgspec.Struct, frozen=True):
    kind: str
    title: str
    start: int
    end: int
    text: str
    function: str


def mutants(source: str, passed_over: Collection[int] = ()) -> list[Mutant]:
    """Makes the mutants of a cell.

    Args:
        source: Its text, with IPython syntax as it stands.
        passed_over: First lines, from 1, of statements that are not changed.

    Returns:
        Each different from the cell and from one another, in the order of the text; none where
        the cell does not parse.
    """
    try:
        tree = parse(mask(source))
    except (SyntaxError, RecursionError):
        return []
    maker = _Maker(source)
    for statement in tree.body:
        if statement.lineno not in passed_over:
            maker.statement(statement, "")
    found: dict[str, Mutant] = {}
    for edit in sorted(maker.edits, key=lambda each: (each.start, each.end)):
        text = source[: edit.start] + edit.text + source[edit.end :]
        if text == source or text in found or not _parses(text):
            continue
        line = source.count("\n", 0, edit.start)
        last = line + source.count("\n", edit.start, edit.end)
        found[text] = Mutant(edit.title, edit.kind, line, last, text, edit.function)
    return list(found.values())


def sample(found: Sequence[Mutant], most: int = MOST) -> list[Mutant]:
    """Takes some mutants of each kind where there are too many, in the order of the text."""
    if len(found) <= most:
        return list(found)
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in found:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    # The rare kinds whole; of the others, evenly.
    chosen: set[str] = set()
    room = most
    for place, (_kind, its) in enumerate(sorted(by_kind.items(), key=lambda pair: len(pair[1]))):
        share = min(len(its), room // (len(by_kind) - place))
        step = len(its) / share if share else 1
        chosen.update(its[int(number * step)].source for number in range(share))
        room -= share
    return [mutant for mutant in found if mutant.source in chosen]


def _parses(source: str) -> bool:
    try:
        parse(mask(source))
    except (SyntaxError, RecursionError, ValueError):
        return False
    return True


class _Maker:
    """Walks a tree, and notes the changes."""

    def __init__(self, source: str) -> None:
        self.edits: list[_Edit] = []
        self._source = source
        self._starts = [0]
        self._lines = source.split("\n")
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._function = ""
        self._inside: dict[type[ast.expr], Callable[..., None]] = {
            ast.Compare: self._compare,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.Constant: self._constant,
            ast.Call: self._call,
            ast.IfExp: self._choice,
        }

    # ---- statements ----

    def statement(self, node: ast.stmt, function: str) -> None:
        """Notes the changes of a statement and of what is in it."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = function or node.name
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    self._expression(default, inner)
            self._block(node.body, inner)
            return
        if isinstance(node, ast.ClassDef):
            self._block(node.body, function or node.name)
            return
        self._function = function
        if isinstance(node, ast.Expr):
            if _shows(node.value):
                return
            if isinstance(node.value, ast.Call) and function:
                self._remove(node)
            self._expression(node.value, function)
            return
        if isinstance(node, ast.Return) and node.value is not None:
            self._edit("return", node.value, "None", "the result became None")
        if isinstance(node, ast.Assign):
            if not function and _is_setting(node):
                return
            if any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
                self._remove(node)
        if isinstance(node, ast.AugAssign):
            self._augmented(node)
            self._remove(node)
        if isinstance(node, ast.Raise | ast.Delete):
            self._remove(node)
            return
        if isinstance(node, ast.If | ast.While):
            self._negate(node.test)
        if isinstance(node, ast.Break | ast.Continue):
            other = "continue" if isinstance(node, ast.Break) else "break"
            self._edit("jump", node, other, f"became {other}")
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.Global | ast.Nonlocal):
            return
        for field, value in ast.iter_fields(node):
            if field == "targets" or isinstance(value, str):
                continue
            values = value if isinstance(value, list) else [value]
            for each in values:
                self._function = function
                if isinstance(each, ast.expr):
                    self._expression(each, function)
                elif isinstance(each, ast.stmt):
                    self.statement(each, function)
                elif isinstance(each, ast.ExceptHandler | ast.match_case):
                    self._block(each.body, function)
                elif isinstance(each, ast.withitem):
                    self._expression(each.context_expr, function)

    def _block(self, body: Sequence[ast.stmt], function: str) -> None:
        for number, each in enumerate(body):
            is_text = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            if not (is_text and number == 0):
                self.statement(each, function)

    def _remove(self, node: ast.stmt) -> None:
        shown = self._text(node).split("\n")[0]
        self._edit("removed", node, "pass", f"`{_short(shown)}` is gone")

    def _augmented(self, node: ast.AugAssign) -> None:
        pair = _ARITHMETIC.get(type(node.op))
        if pair is not None:
            self._operator(node.target, node.value, f"{pair[0]}=", f"{pair[1]}=", "arithmetic")

    def _negate(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.BoolOp | ast.Constant | ast.UnaryOp):
            self._edit("condition", test, f"not ({self._text(test)})", "the condition is turned")

    # ---- expressions ----

    def _expression(self, node: ast.expr, function: str) -> None:
        self._function = function
        if isinstance(node, ast.JoinedStr | ast.Lambda) and not isinstance(node, ast.Lambda):
            return
        note = self._inside.get(type(node))
        if note is not None:
            note(node)
        for each in _children(node):
            self._expression(each, function)

    def _compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            sign, others = _COMPARISONS[type(operator)]
            for other in others:
                self._operator(left, right, sign, other, "comparison")
            left = right

    def _binary(self, node: ast.BinOp) -> None:
        pair = _ARITHMETIC.get(type(node.op))
        is_text = any(
            isinstance(each, ast.JoinedStr)
            or (isinstance(each, ast.Constant) and isinstance(each.value, str))
            for each in (node.left, node.right)
        )
        if pair is not None and not is_text:
            self._operator(node.left, node.right, *pair, "arithmetic")

    def _boolean(self, node: ast.BoolOp) -> None:
        pair = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        self._operator(node.values[0], node.values[1], *pair, "boolean")

    def _unary(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.Invert | ast.USub):
            if isinstance(node.operand, ast.Constant) and isinstance(node.op, ast.USub):
                # `-1`: the number is changed, and its sign.
                self._edit("constant", node, self._text(node.operand), "the sign is gone")
                return
            word = {ast.Not: "not", ast.Invert: "~", ast.USub: "-"}[type(node.op)]
            self._edit("negation", node, f"({self._text(node.operand)})", f"`{word}` is gone")

    def _choice(self, node: ast.IfExp) -> None:
        self._negate(node.test)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._becomes(node, str(not value))
        elif isinstance(value, int):
            self._becomes(node, str(value + 1))
        elif isinstance(value, float):
            self._becomes(node, repr(value * 2) if value else "1.0")
        elif isinstance(value, str) and value and "\n" not in self._text(node):
            self._becomes(node, repr(f"{value}_"))

    def _becomes(self, node: ast.expr, text: str) -> None:
        self._edit("constant", node, text, f"{_short(self._text(node))} became {_short(text)}")

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        plain = [each for each in node.args if not isinstance(each, ast.Starred)]
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if name in _DROPPED:
                self._edit("dropped", node, self._text(owner), f"`.{name}(…)` is gone")
        if name in _TWINS:
            start, end = self._span(node.func)
            text = self._source[start : end - len(name)] + _TWINS[name]
            self._note("twin", start, end, text, f"{name} became {_TWINS[name]}")
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg not in _NO_TEXT:
                self._without(node, keyword)
        if len(plain) >= 2 and len(plain) == len(node.args):
            first, second = (self._text(each) for each in plain[:2])
            start, end = self._span(plain[0])[0], self._span(plain[1])[1]
            between = self._source[self._span(plain[0])[1] : self._span(plain[1])[0]]
            self._note("swapped", start, end, second + between + first, "two arguments swapped")

    def _without(self, node: ast.Call, keyword: ast.keyword) -> None:
        """Takes a keyword argument away, with the comma before or behind it."""
        start, end = self._span(keyword)
        behind = self._source[end : self._span(node)[1]]
        stripped = behind.lstrip()
        if stripped.startswith(","):
            end += len(behind) - len(stripped) + 1
        else:
            before = self._source[:start].rstrip()
            if before.endswith(","):
                start = len(before) - 1
        self._note("argument", start, end, "", f"`{keyword.arg}=` is gone")

    # ---- positions ----

    def _operator(self, left: ast.expr, right: ast.expr, sign: str, other: str, kind: str) -> None:
        """Changes the operator between two operands, whatever stands around it."""
        start, end = self._span(left)[1], self._span(right)[0]
        between = self._source[start:end]
        place = between.find(sign)
        if place < 0 or "#" in between:
            return
        start += place
        self._note(kind, start, start + len(sign), other, f"`{sign}` became `{other}`")

    def _edit(self, kind: str, node: ast.expr | ast.stmt, text: str, title: str) -> None:
        self._note(kind, *self._span(node), text, title)

    def _note(self, kind: str, start: int, end: int, text: str, title: str) -> None:
        self.edits.append(_Edit(kind, title, start, end, text, self._function))

    def _text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self._span(node)
        return self._source[start:end]

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
        )

    def _offset(self, line: int, column: int) -> int:
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
        return self._starts[line - 1] + column


def _children(node: ast.expr) -> Iterator[ast.expr]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.expr):
            yield each
        elif isinstance(each, ast.keyword):
            if each.arg not in _NO_TEXT:
                yield each.value
        elif isinstance(each, ast.comprehension):
            yield each.iter
            yield from each.ifs


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _shows(node: ast.expr) -> bool:
    """Tells whether an expression that stands alone only shows something."""
    if not isinstance(node, ast.Call | ast.Await | ast.Yield | ast.YieldFrom):
        return True
    return isinstance(node, ast.Call) and _called(node) in _SHOWING


def _is_setting(node: ast.Assign) -> bool:
    """Tells whether names are bound to plain values."""
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return all(isinstance(target, ast.Name) for target in node.targets)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
