"""Compares code with what it is to be, without making that."""

import ast
from collections.abc import Mapping, Sequence


def is_same_code(
    wanted: ast.AST,
    found: ast.AST,
    nodes: Mapping[int, ast.AST] | None = None,
    statements: Mapping[int, Sequence[ast.stmt]] | None = None,
) -> bool:
    """Tells whether two trees are the same, but for exchanges that are meant.

    Takes any depth of trees; where their nodes stand does not matter.

    Args:
        wanted: The tree as it was.
        found: The tree as it is.
        nodes: What stands in the places of nodes of `wanted` then, by their ids.
        statements: Likewise, of statements; none where one is gone.
    """
    nodes, statements = nodes or {}, statements or {}
    todo: list[tuple[object, object]] = [(wanted, found)]
    while todo:
        one, other = todo.pop()
        if isinstance(one, ast.AST):
            one = nodes.get(id(one), one)
            if type(one) is not type(other):
                return False
            todo += [(getattr(one, name, None), getattr(other, name, None)) for name in one._fields]
        elif isinstance(one, list):
            one = [
                each
                for part in one
                for each in (statements.get(id(part), (part,)) if statements else (part,))
            ]
            if not isinstance(other, list) or len(one) != len(other):
                return False
            todo += zip(one, other, strict=True)
        elif type(one) is not type(other) or repr(one) != repr(other):
            return False
    return True
