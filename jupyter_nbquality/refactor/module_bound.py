"""Code that does something else in another module: it sees the names around it."""

import ast

_OF_THE_MODULE = ("__name__", "__file__", "__module__", "__package__", "__spec__", "__path__")


def seen_around(tree: ast.AST) -> str:
    """Gives by what some code sees the names of its module, whatever they are called.

    Args:
        tree: A function or a class.

    Returns:
        ``globals()``, ``eval()``, ``f_globals`` and others; empty for nothing.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "globals":
                return "globals()"
            if (
                name in {"eval", "exec"}
                and len(node.args) == 1
                and not any(each.arg == "globals" for each in node.keywords)
                and not isinstance(node.args[0], ast.Constant)
            ):
                return f"{name}()"
        elif isinstance(node, ast.Attribute) and node.attr in {"f_globals", "__globals__"}:
            return node.attr
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Name)
            and node.slice.id == "__name__"
        ):
            return ast.unparse(node)[:60]
    return ""


def own_names(tree: ast.AST) -> list[str]:
    """Gives what some code reads that each module has for itself: ``__name__``, ``__file__``."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if any(
        isinstance(each, ast.Attribute) and each.attr == "__module__" for each in ast.walk(tree)
    ):
        read.add("__module__")
    return [name for name in _OF_THE_MODULE if name in read]
