"""NB109: a cell that gives another result when it is run twice."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.ipython.text import TRIPLE_QUOTES
from jupyter_nbquality.lint.rule import CellRule, CodeCell, Problem, edit_fix
from jupyter_nbquality.lint.rules._lines import SHORT_STRING, logical_lines, open_brackets
from jupyter_nbquality.lint.syntax_tree import walked
from jupyter_nbquality.positions import Range

if TYPE_CHECKING:
    from jupyter_nbquality.dataflow.facts import Facts

# Only what is known to change (or fail) at the second call is listed: `fillna`, `sort_values`,
# `astype`, `strip`, `drop_duplicates` and most others give the same again.
CHANGING_METHODS = frozenset(
    {
        "add_prefix",
        "add_suffix",
        "append",
        "cumprod",
        "cumsum",
        "decode",
        "diff",
        "drop",
        "encode",
        "join",
        "melt",
        "merge",
        "pct_change",
        "permute",
        "pivot",
        "reset_index",
        "rsplit",
        "sample",
        "set_index",
        "shift",
        "split",
        "stack",
        "swapaxes",
        "transpose",
        "unsqueeze",
        "unstack",
        "value_counts",
    }
)
"""Methods whose result, called on that result again, is another or an error."""

UNDONE_BY = {
    "drop": {"assign", "insert", "reindex"},
    "reset_index": {"set_index", "groupby", "stack", "value_counts"},
    "set_index": {"reset_index"},
    "stack": {"unstack"},
    "unstack": {"stack"},
    "split": {"join"},
    "encode": {"decode"},
    "decode": {"encode"},
}
"""Methods that, earlier or later in the same chain of calls, make up for another."""

CHANGING_ATTRIBUTES = frozenset({"T", "parent"})
"""Attributes of which the same is true."""

CHANGING_FUNCTIONS = frozenset(
    {
        "append",
        "cat",
        "concat",
        "concatenate",
        "cumprod",
        "cumsum",
        "diff",
        "dirname",
        "dstack",
        "exp",
        "expand_dims",
        "expm1",
        "flip",
        "fliplr",
        "flipud",
        "get_dummies",
        "hstack",
        "log",
        "log10",
        "log1p",
        "log2",
        "merge",
        "pad",
        "permutation",
        "roll",
        "rot90",
        "sqrt",
        "square",
        "stack",
        "transpose",
        "vstack",
    }
)
"""Functions of `MODULES` that change what they are given, each time again."""

MODULES = frozenset({"jnp", "math", "np", "numpy", "os.path", "pandas", "path", "pd", "torch"})

APPLYING_METHODS = frozenset({"inverse_transform", "transform"})
"""Methods of another object (a scaler, an encoder) that change their first argument's values."""

GROWING_METHODS = frozenset({"append", "appendleft", "extend", "insert"})
"""Methods that, as a statement, make their object longer."""

KEEPING_METHODS = frozenset({"copy", "dropna", "sort_index"})
"""Methods that, without arguments, do the same to a frame whose columns are dropped already."""

STATISTICS = frozenset({"mean", "median", "nanmean", "percentile", "quantile", "std", "var"})
"""What is different for the rows that a filter leaves, so that the filter bites again."""

_CHANGING_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Pow,
    ast.MatMult,
    ast.LShift,
    ast.RShift,
    ast.BitXor,
)


class NotIdempotent(CellRule):
    """A cell that changes a result of another cell each time it is run.

    Why:
        Run twice, the cell gives another result than a run from top to bottom, or fails. While you
        work that happens all the time, and nothing shows it afterwards.

        Marked is what reads a variable of another cell and puts back something else:
        `n += 1`, `df = df.drop(columns="id")`, `df["price"] /= 100`, `rows.append(row)`. What gives
        the same at the second time, such as `df = df.fillna(0)` or `df = df[df.age > 18]`, is fine,
        and so is a variable that the cell itself made before.

    Example:
        ```python
        # %%
        import pandas as pd

        sales = pd.DataFrame({"shop": ["a", "b"], "cents": [350, 420]})

        # %%
        sales["cents"] = sales["cents"] / 100
        ```

    Instead:
        Give the result a new name, or put both steps into one cell. `df.drop(columns=…)` may be
        told to pass over columns that are gone.

        ```python
        # %%
        import pandas as pd

        sales = pd.DataFrame({"shop": ["a", "b"], "cents": [350, 420]})

        # %%
        sales["euros"] = sales["cents"] / 100
        ```
    """

    code = "NB109"
    slug = "not-idempotent"
    severity = Severity.INFO

    def may_speak(self, text: str) -> bool:
        """Tells whether a cell may hold such a statement, by its lines."""
        return _may_change_again(text)

    def check_cell(self, code: CodeCell, thresholds: Thresholds) -> Iterator[Problem]:  # noqa: ARG002
        """Yields the first such statement for each variable."""
        if code.tree is None or code.masked.scoped:
            return
        body = list(_top_level(code.tree.body))
        statements = [(item, _changed_again(item)) for item in body]
        if not _changes_what_was_there(statements):
            return
        settled = {name for magic in code.magics for name in magic.assigns}
        known = _flow_of(body)
        for place, (statement, changed) in enumerate(statements):
            if changed is None:
                settled |= _settled(statement, known[place * len(known) // len(body)])
            elif settled.isdisjoint((_root(changed), _shape(changed))):
                yield Problem(
                    f"Running this cell again changes `{_shape(changed)}` again, or fails",
                    range=code.range_of(statement),
                    fixes=_fixes(code, statement, changed),
                )
                settled.add(_root(changed) or _shape(changed))


def _fixes(code: CodeCell, statement: ast.stmt, changed: ast.expr) -> list[Fix]:
    """Lets columns be dropped that an earlier run dropped; of nothing else it is clear what helps.

    Only where their names are written out, and nothing else in the chain needs them, or makes more
    of their absence.
    """
    if not isinstance(changed, ast.Name) or not isinstance(statement, ast.Assign | ast.Expr):
        return []
    drops: list[ast.Call] = []
    node = statement.value
    while not _is(node, changed.id):
        match node:
            case ast.Call(ast.Attribute(base, "drop")) if _drops_columns(node):
                if isinstance(statement, ast.Assign) and _is_true(node, "inplace"):
                    return []  # the variable holds nothing afterwards
                drops.append(node)
                node = base
            case ast.Call(ast.Attribute(base, method), [], []) if method in KEEPING_METHODS:
                node = base
            case _:
                return []
    edits = [
        TextEdit(Range(end, end), ', errors="ignore"')
        for end in (code.range_of(drop.keywords[-1]).end for drop in reversed(drops))
    ]
    return [edit_fix('Add errors="ignore"', Applicability.UNSAFE, code, edits)] if edits else []


def _drops_columns(call: ast.Call) -> bool:
    """Tells whether a call drops columns by names that stand in it."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if not keywords.keys() <= {"axis", "columns", "inplace", "labels"}:
        return False
    match [*call.args, keywords.pop("labels", None)], keywords:
        case [None], {"columns": labels, **others} if "axis" not in others:
            pass
        case [ast.expr() as labels, None] | [ast.expr() as labels], {
            "axis": ast.Constant(1 | "columns"),
            **others,
        } if "columns" not in others:
            pass
        case _:
            return False
    names = labels.elts if isinstance(labels, ast.List) else [labels]
    return all(isinstance(name, ast.Constant) and isinstance(name.value, str) for name in names)


_SHIFTED = re.compile(r"(?:[ \t\f]*\n)*(?:[ \t\f]|%%)")
"""How a cell begins of which something is taken off, indentation or the first line."""
_PROMPTS = (">>>", "In [", "...:")
# These begin with a line break, which `re` looks for many times faster than for `^`.
_BLOCK = re.compile(r"\n(?:async[ \t]+)?with\b")
_SECOND = re.compile(r";[ \t]*[^\s#]")
"""What lets a statement at the top level begin in an indented line, or within one."""
_STATEMENT = re.compile(r"\n\(*([^\W\d]\w*)([^\n]*)")
_ANY_STATEMENT = re.compile(r"[\n;][ \t\f]*\(*([^\W\d]\w*)(?=([^\n]*))")
_WORD = re.compile(r"[^\W\d]\w*")
_VARIABLE = re.compile(r"(?<![\w.])[^\W\d]\w*+")
"""A word that may be a variable: no attribute."""
_OTHER_STATEMENTS = frozenset(
    """
    assert class def del elif else except finally for from global if import raise return try while
    """.split()  # noqa: SIM905 - a table is easier to read without quotes
)
_LATE_ASSIGNMENT = re.compile(r"[)\]][ \t]*(?:\.[ \t]*\w+[ \t]*)*=(?!=)")
_CHANGING = re.compile(
    r"[-+*/@^~\[]|<<|\bnot\b|\b(?:"
    + "|".join(
        sorted(CHANGING_METHODS | CHANGING_ATTRIBUTES | CHANGING_FUNCTIONS | APPLYING_METHODS)
    )
    + r"|map)\b"
)
_CHANGING_SIGN = re.compile("=(?:(?<=[-+*/@^]=)|(?<=<<=))")


def _may_change_again(source: str) -> bool:
    """Looks for what every statement has that is marked, without parsing it.

    Those at the top level begin at the start of a line, with a name. They hold a sign, or assign
    something in which that name stands again.
    """
    if (
        _SHIFTED.match(source) is not None
        or "\r" in source
        or ">>>" in source
        or "In [" in source
        or "...:" in source
    ):
        return True
    has_sign = _has_sign(source)
    if not has_sign and "=" not in source:
        return False
    source = f"\n{source}"
    is_loose = _SECOND.search(source) is not None or (
        "with" in source and _BLOCK.search(source) is not None
    )
    end = len(source)
    for statement in (_ANY_STATEMENT if is_loose else _STATEMENT).finditer(source):
        name, rest = statement.groups()
        if name in _OTHER_STATEMENTS:
            continue
        below = statement.end(2)
        line = source[statement.start() + 1 : below]
        if below < end and (has_sign or source.find(name, below) >= 0) and open_brackets(line) != 0:
            rest = source[statement.end(1) : _end_of_statement(source, line, below)]
        # Python takes some characters beyond ASCII for others: `ﬁt` is `fit`.
        if "=" in rest and not (name.isascii() and rest.isascii()):
            return True
        if (
            (has_sign and _has_sign(rest))
            or (
                name in rest
                and "=" in rest
                and name in (value := _assigned(_without_strings(rest)))
                and name in _VARIABLE.findall(value)
                and _CHANGING.search(value) is not None
            )
        ) and not _is_made_above(source, name, statement.start()):
            return True
    return False


def _is_made_above(source: str, name: str, end: int) -> bool:
    """Tells whether a plain assignment that does not read a name surely binds it before ``end``."""
    for statement, is_whole in logical_lines(source[:end]):
        if not is_whole:
            return False
        if statement.startswith(name):
            rest = statement[len(name) :].lstrip(" \t")
            if rest[:1] == "=" != rest[1:2] and name not in _WORD.findall(rest):
                return True
    return False


def _assigned(rest: str) -> str:
    """Gives at least what an assignment assigns, from what follows the name that it begins with.

    Empty where it is none: a keyword argument, say, `plot(x, label=…)`.
    """
    target, _, value = rest.partition("=")
    if target.count("(") != target.count(")"):
        return rest if _LATE_ASSIGNMENT.search(rest) is not None else ""
    return value if target.count("[") == target.count("]") else rest


def _without_strings(code: str) -> str:
    """Takes strings out of code that begins outside of one; not where that is not easy."""
    if "{" in code or "\\" in code or "#" in code or any(each in code for each in TRIPLE_QUOTES):
        return code
    return SHORT_STRING.sub("''", code)


def _end_of_statement(source: str, line: str, end: int) -> int:
    """Gives the offset behind a statement that begins with a line which ends at ``end``."""
    depth = 0
    while True:
        more = open_brackets(line)
        if more is None:
            return len(source)
        depth += more
        if depth <= 0 or end >= len(source):
            return end
        start = end + 1
        end = source.find("\n", start)
        if end < 0:
            end = len(source)
        line = source[start:end]


def _has_sign(text: str) -> bool:
    return (
        "append" in text
        or "extend" in text
        or "insert" in text
        or "inplace" in text
        or ("=" in text and _CHANGING_SIGN.search(text) is not None)
    )


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.With):
            yield from _top_level(statement.body)
        else:
            yield statement


def _changes_what_was_there(statements: Iterable[tuple[ast.stmt, ast.expr | None]]) -> bool:
    """Tells whether anything is changed that is not surely made above, in plain assignments.

    Most is, and to ask the dataflow takes ten times as long.
    """
    made: set[str] = set()
    for statement, changed in statements:
        if changed is not None:
            if _root(changed) not in made:
                return True
        elif isinstance(statement, ast.Assign):
            made.update(
                target.id
                for target in statement.targets
                if isinstance(target, ast.Name) and not _reads(statement.value, target.id)
            )
    return False


def _flow_of(body: list[ast.stmt]) -> "list[Facts]":
    """Gives what the dataflow knows of the names of each statement; in a giant cell of several."""
    # Imported here, for few cells are looked at so closely.
    from jupyter_nbquality.dataflow.facts import Facts
    from jupyter_nbquality.dataflow.walker import walk

    try:
        return walk(ast.Module(body, [])).statements
    except RecursionError:
        return [Facts(1, 1)]


def _settled(statement: ast.stmt, facts: "Facts") -> set[str]:
    """Gives what has the same value behind a statement however often the cell was run before."""
    # `df = df.fillna(0)` keeps what earlier runs did to `df`.
    settled = facts.binds.keys() - facts.uses.keys()
    for node in walked(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            shape = _shape(node)
            if not (
                isinstance(statement, ast.Assign | ast.AugAssign) and _count(statement.value, shape)
            ):
                settled.add(shape)
    return settled


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _changed_again(statement: ast.stmt) -> ast.expr | None:
    """Gives what a statement changes anew each time it runs; ``None`` where it does not."""
    match statement:
        case ast.AugAssign(target, op, value):
            if isinstance(op, _CHANGING_OPERATORS) and not _count(value, _shape(target)):
                return target
        case ast.Assign([ast.Name() | ast.Attribute() | ast.Subscript() as target], value):
            # The text of parts, `sales["cents"]`, is slow to make.
            if _reads(value, _root(target)) and _gives_another(value, _shape(target)):
                return target
        case ast.Expr(ast.Call(ast.Attribute(ast.Name() as base, method)) as call):
            if method in GROWING_METHODS and call.args:
                return base
            if method in CHANGING_METHODS and _is_true(call, "inplace"):
                return base if _gives_another(call, _shape(base)) else None
    return None


def _reads(value: ast.expr, name: str | None) -> bool:
    """Tells whether a name, if it is known, stands in an expression."""
    return name is None or any(
        isinstance(node, ast.Name) and node.id == name for node in walked(value)
    )


def _shape(node: ast.expr) -> str:
    """Gives a text that is the same for an expression wherever it is read or written."""
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def _is(node: ast.AST, shape: str) -> bool:
    match node:
        case ast.Name(name):
            return name == shape
        case ast.Attribute(_, attribute):
            return shape.endswith(f".{attribute}") and _shape(node) == shape
        case ast.Subscript():
            return shape.endswith("]") and _shape(node) == shape
    return False


def _count(node: ast.expr, shape: str) -> int:
    """Counts how often an expression is read in another."""
    return sum(1 for part in walked(node) if _is(part, shape))


def _gives_another(value: ast.expr, shape: str) -> bool:
    """Tells whether an expression over a variable gives another value, given its own result."""
    match value:
        case ast.BinOp():
            # Read twice, it may be a normalisation, `x / x.sum()`, which gives the same again.
            return _is_operand(value, shape) and _count(value, shape) == 1
        case ast.UnaryOp(op, operand):
            return isinstance(op, ast.USub | ast.Not | ast.Invert) and _is(operand, shape)
        case ast.Call(ast.Attribute(_, attribute) as function, [first, *_]) if (
            attribute in APPLYING_METHODS and _is(first, shape)
        ):
            return _count(function, shape) == 0
        case ast.Call(ast.Attribute(module, function), [first, *_]) if (
            function in CHANGING_FUNCTIONS and ast.unparse(module) in MODULES
        ):
            joined = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
            return any(_is(part, shape) for part in joined)
        case ast.Call() | ast.Attribute() | ast.Subscript():
            return _chain_gives_another(value, shape)
    return False


def _is_operand(value: ast.expr, shape: str) -> bool:
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, _CHANGING_OPERATORS) and (
            _is_operand(value.left, shape) or _is_operand(value.right, shape)
        )
    return _is(value, shape)


def _chain_gives_another(value: ast.expr, shape: str) -> bool:
    """Looks through ``x.a(…).b[…].c``, from the end to the variable at its start."""
    methods: list[str] = []
    changing: set[str] = set()
    is_other = False
    node = value
    while not _is(node, shape):
        match node:
            case ast.Call(ast.Attribute(base, method)):
                methods.append(method)
                if _is_changing_call(node, method, shape):
                    changing.add(method)
                node = base
            case ast.Subscript(base, index):
                is_other = is_other or _is_changing_index(index, shape)
                node = base
            case ast.Attribute(base, attribute):
                is_other = is_other or attribute in CHANGING_ATTRIBUTES
                node = base
            case _:
                return False
    if is_other:
        return "T" not in ast.unparse(value).split(".") or ast.unparse(value).count(".T") % 2 == 1
    return any(UNDONE_BY.get(method, set()).isdisjoint(methods) for method in changing)


def _is_changing_call(call: ast.Call, method: str, shape: str) -> bool:
    if method == "map" and call.args and isinstance(call.args[0], ast.Dict):
        return _maps_elsewhere(call.args[0])
    if method not in CHANGING_METHODS:
        return False
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    match method, keywords:
        case "drop", {"errors": ast.Constant("ignore")}:
            return False
        case ("drop", _) if any(_count(part, _root_of(shape)) for part in _arguments(call)):
            return False  # of the rows that meet a condition: none is left the second time
        case "reset_index", {"drop": ast.Constant(True)}:
            return False
        case "set_index", {"drop": ast.Constant(False)}:
            return False
    return True


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _root_of(shape: str) -> str:
    return shape.partition(".")[0].partition("[")[0]


def _maps_elsewhere(table: ast.Dict) -> bool:
    """Tells whether a table of constants sends some value where it has no entry."""
    pairs = list(zip(table.keys, table.values, strict=True))
    if not pairs or not all(
        isinstance(key, ast.Constant) and isinstance(value, ast.Constant) for key, value in pairs
    ):
        return False
    known = {key.value for key, _ in pairs if isinstance(key, ast.Constant)}
    return any(value.value not in known for _, value in pairs if isinstance(value, ast.Constant))


def _is_changing_index(index: ast.expr, shape: str) -> bool:
    match index:
        case ast.Tuple(parts):
            return any(_is_changing_index(part, shape) for part in parts)
        case ast.Slice(lower, upper, step):
            starts_late = lower is not None and not _is_constant(lower, 0, None)
            return starts_late or _is_below_zero(upper) or not _is_constant(step, 1, None)
        case ast.Constant(value):
            return value is None or (isinstance(value, int | str) and not isinstance(value, bool))
        case ast.UnaryOp(ast.USub(), ast.Constant()):
            return True
        case ast.Attribute(_, "newaxis"):
            return True
        case ast.Compare(_, [ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE(), *_]):
            return any(_is_statistic(node, _root_of(shape)) for node in walked(index))
        case ast.BinOp(left, ast.BitAnd() | ast.BitOr(), right):
            return _is_changing_index(left, shape) or _is_changing_index(right, shape)
    return False


def _is_statistic(node: ast.AST, root: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in STATISTICS
        and _count(node, root) > 0
    )


def _is_constant(node: ast.expr | None, *values: int | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value in values)


def _is_below_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def _is_true(call: ast.Call, name: str) -> bool:
    return any(
        keyword.arg == name
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for keyword in call.keywords
    )
