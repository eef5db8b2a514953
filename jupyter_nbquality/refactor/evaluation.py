"""When a part of a statement is evaluated: after which others, and whether surely, and once."""

import ast
from collections.abc import Iterator
from itertools import pairwise

_DOES_THINGS = ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr
_FIXED = ast.Constant | ast.UnaryOp | ast.BinOp | ast.Tuple | ast.operator | ast.unaryop | ast.Load
_PURE = frozenset(
    {"abs", "bool", "float", "int", "isinstance", "len", "max", "min", "range", "round", "str",
     "sum", "tuple", "type"}
)  # fmt: skip


class LazyError(Exception):
    """A part of a statement is not evaluated exactly once, whenever the statement is."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def evaluated_before(statement: ast.stmt, target: ast.expr) -> list[ast.expr]:
    """Gives the parts of a statement that are evaluated before another.

    Args:
        statement: The statement; of one with a body, only its head counts.
        target: A part of it.

    Raises:
        LazyError: The part is not evaluated once and always, or nobody looked into when it is.
    """
    path = _path(statement, target)
    found: list[ast.expr] = []
    for parent, child in pairwise(path):
        for part in _order(parent, child):
            if part is child:
                break
            found.append(part)
        else:
            raise LazyError(_told(parent))
    return found


def is_quiet(node: ast.AST) -> bool:
    """Tells whether an expression only looks: it calls nothing that may do things."""
    return not any(
        isinstance(part, _DOES_THINGS)
        and not (
            isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _PURE
        )
        for part in ast.walk(node)
    )


def is_fixed(node: ast.expr) -> bool:
    """Tells whether an expression always gives the same value, which nobody can change."""
    return all(isinstance(part, _FIXED) for part in ast.walk(node))


def _path(statement: ast.stmt, target: ast.expr) -> list[ast.AST]:
    parents: dict[int, ast.AST] = {}
    for node in ast.walk(statement):
        for child in ast.iter_child_nodes(node):
            parents[id(child)] = node
    path: list[ast.AST] = [target]
    while path[-1] is not statement:
        path.append(parents[id(path[-1])])
    return path[::-1]


def _order(parent: ast.AST, child: ast.AST) -> Iterator[ast.expr]:
    """Yields the parts of a node that are surely evaluated, in order."""
    parts: list[ast.AST | None] = []
    match parent:
        case ast.Assign():
            parts = [parent.value, *parent.targets]
        case ast.AnnAssign():
            parts = [parent.value]
        case ast.AugAssign():
            parts = [parent.target, parent.value]
        case ast.Expr() | ast.Return() | ast.Await() | ast.Starred() | ast.NamedExpr():
            parts = [parent.value]
        case ast.Attribute() | ast.keyword() | ast.FormattedValue():
            parts = [parent.value]
        case ast.UnaryOp():
            parts = [parent.operand]
        case ast.BinOp():
            parts = [parent.left, parent.right]
        case ast.Compare():
            parts = [parent.left, parent.comparators[0]]
        case ast.BoolOp():
            parts = [parent.values[0]]
        case ast.IfExp() | ast.If() | ast.Assert():
            parts = [parent.test]
        case ast.Call():
            parts = [parent.func, *parent.args, *parent.keywords]
        case ast.Subscript():
            parts = [parent.value, parent.slice]
        case ast.Slice():
            parts = [parent.lower, parent.upper, parent.step]
        case ast.Tuple() | ast.List() | ast.Set():
            parts = [*parent.elts]
        case ast.Dict():
            parts = [part for pair in zip(parent.keys, parent.values, strict=True) for part in pair]
        case ast.JoinedStr():
            parts = [*parent.values]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first = parent.generators[0]
            parts = [first] if child is first else []
        case ast.comprehension() | ast.For() | ast.AsyncFor():
            parts = [parent.iter]
        case ast.With() | ast.AsyncWith():
            parts = [parent.items[0]]
        case ast.withitem():
            parts = [parent.context_expr]
        case ast.Raise():
            parts = [parent.exc]
        case ast.Match():
            parts = [parent.subject]
    # Keywords, items and generators are no expressions, but hold one that is on the path.
    yield from (part for part in parts if part is not None)  # type: ignore[misc]


def _told(node: ast.AST) -> str:
    """Says what keeps a part from being evaluated once and always."""
    match node:
        case ast.BoolOp():
            return "behind `and` or `or`"
        case ast.IfExp():
            return "in a branch of an `if`"
        case ast.Lambda():
            return "in a lambda"
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return "in a comprehension"
        case ast.comprehension():
            return "in a comprehension"
        case ast.While():
            return "in the condition of a loop"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.arguments():
            return "in the head of a definition"
        case ast.Compare():
            return "behind a second comparison"
        case ast.AnnAssign():
            return "in an annotation"
    return "where it may be evaluated another number of times"
