"""Code that sees all names around it, whatever they are called."""

import ast
from collections.abc import Iterator

from jupyter_nbquality.dataflow.expressions import gives_names

_HERE = frozenset({"locals", "vars", "dir"})


def looking_around(tree: ast.Module) -> Iterator[str]:
    """Yields the functions by which code sees all names of the notebook: ``globals()`` and others.

    Those alone that are not asked for one name which is written there.
    """
    keyed: set[int] = set()
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    while todo:
        node, is_inside = todo.pop()
        named = named_key(node)
        if named is not None:
            keyed.add(id(named[1]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "globals" or (name in _HERE and not node.args and not is_inside):
                if id(node) not in keyed:
                    yield name
            elif (
                name in {"eval", "exec"}
                and len(node.args) == 1  # in a namespace of its own it sees none of ours
                and not isinstance(node.args[0], ast.Constant)
            ):
                yield name
        is_inside = is_inside or isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        )
        todo += [(child, is_inside) for child in ast.iter_child_nodes(node)]


def named_key(node: ast.AST) -> tuple[ast.Constant, ast.expr] | None:
    """Gives the name that ``globals()`` and others are asked for, and what is asked."""
    key: ast.expr | None = None
    asked: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        key, asked = node.slice, node.value
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            key, asked = node.left, node.comparators[0]
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"get", "pop"}
        and node.args
    ):
        key, asked = node.args[0], node.func.value
    if asked is None or not gives_names(asked):
        return None
    is_name = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return (key, asked) if is_name and isinstance(key, ast.Constant) else None
