"""Whether a function reads a name whenever it runs to its end."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from jupyter_nbquality.refactor.given_text import FunctionNode

_LEAVES = ast.Return | ast.Raise | ast.Break | ast.Continue | ast.Yield | ast.YieldFrom


def surely_reads(
    name: str,
    function: FunctionNode,
    others: Mapping[str, FunctionNode],
    seen: frozenset[str] = frozenset(),
) -> bool:
    """Tells whether a function reads a name on every path, itself or in a function it calls.

    Args:
        name: The name.
        function: The function.
        others: The functions that are looked into where it calls them.
        seen: Those that are looked into already.
    """
    seen = seen | {function.name}
    for part in _evaluated(function.body):
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load):
            return True
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            called = others.get(part.func.id)
            if (
                called is not None
                and called.name not in seen
                and not isinstance(called, ast.AsyncFunctionDef)
                and surely_reads(name, called, others, seen)
            ):
                return True
    return False


def _evaluated(body: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """Yields the expressions that are evaluated whenever some statements run."""
    for statement in body:
        parts: list[ast.expr | None] = []
        match statement:
            case ast.If() | ast.While() | ast.Assert():
                parts = [statement.test]
            case ast.For() | ast.AsyncFor():
                parts = [statement.iter]
            case ast.With() | ast.AsyncWith():
                parts = [statement.items[0].context_expr]
            case ast.Match():
                parts = [statement.subject]
            case ast.Assign() | ast.AugAssign():
                targets = statement.targets if isinstance(statement, ast.Assign) else []
                parts = [statement.value, *targets]
            case ast.Expr() | ast.Return() | ast.AnnAssign():
                parts = [statement.value]
        for part in parts:
            if part is not None:
                yield from _within(part)
        if any(isinstance(node, _LEAVES) for node in ast.walk(statement)):
            return


def _within(node: ast.expr) -> Iterator[ast.expr]:
    """Yields the parts of an expression that are evaluated whenever it is."""
    yield node
    parts: list[ast.AST] = []
    match node:
        case ast.BoolOp():
            parts = [node.values[0]]
        case ast.IfExp():
            parts = [node.test]
        case ast.Compare():
            parts = [node.left, node.comparators[0]]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            parts = [node.generators[0].iter]
        case ast.Lambda():
            parts = []
        case _:
            parts = list(ast.iter_child_nodes(node))
    for part in parts:
        if isinstance(part, ast.keyword | ast.Starred | ast.FormattedValue):
            part = part.value
        if isinstance(part, ast.expr):
            yield from _within(part)
