"""Code that sees all names around it, whatever they are called."""

import ast
from collections.abc import Iterator

from jupyter_nbquality.dataflow.expressions import gives_names

_HERE = frozenset({"locals", "vars", "dir"})
_NAMESPACES = frozenset({"user_ns", "user_global_ns", "f_globals", "f_locals"})
"""Attributes of IPython and of frames that hold all names."""
_RUNS_TEXT = frozenset({"ev", "ex", "run_cell", "run_cell_async", "run_code"})
_MAIN = "__main__"
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def looking_around(tree: ast.AST) -> Iterator[str]:
    """Yields by what code sees all names of the notebook: ``globals()`` and others.

    Those alone that are not asked for one name which is written there.
    """
    keyed: set[int] = set()
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    while todo:
        node, is_inside = todo.pop()
        seen = _namespace(node)
        if seen:
            yield seen
        elif isinstance(node, ast.Compare):
            # `__name__ == "__main__"` sees nothing.
            compared = (node.left, *node.comparators)
            keyed.update(id(each) for each in compared if isinstance(each, ast.Constant))
        elif isinstance(node, ast.Constant) and id(node) not in keyed and _means_main(node):
            yield _MAIN
        named = named_key(node)
        if named is not None:
            keyed.add(id(named[1]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "globals" or (name in _HERE and not node.args and not is_inside):
                if id(node) not in keyed:
                    yield f"{name}()"
            elif (
                name in {"eval", "exec"}
                and len(node.args) == 1  # in a namespace of its own it sees none of ours
                and not isinstance(node.args[0], ast.Constant)
            ):
                yield f"{name}()"
        is_inside = is_inside or isinstance(node, _FUNCTIONS)
        todo += [(child, is_inside) for child in ast.iter_child_nodes(node)]


def looks_within(tree: ast.AST, *, functions_only: bool = False) -> bool:
    """Tells whether functions in code, or comprehensions, look names up as they run.

    Args:
        tree: The code.
        functions_only: Whether comprehensions do not count.
    """
    kinds = _FUNCTIONS if functions_only else _FUNCTIONS | _COMPREHENSIONS
    return any(
        next(looking_around(node), "") or any(map(is_dynamic_query, ast.walk(node)))
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    )


def is_dynamic_query(node: ast.AST) -> bool:
    """Tells whether a node is a query whose text is not written in its call."""
    return _is_given_text(node, frozenset({"query", "eval"}))


def is_dynamic_sql(node: ast.AST) -> bool:
    """Tells whether a node is a call that may be given SQL, which is not written there."""
    return _is_given_text(node, frozenset({"sql", "execute", "sqldf"}))


def _is_given_text(node: ast.AST, names: frozenset[str]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
        and bool(node.args)
        and not isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    )


def _namespace(node: ast.AST) -> str:
    """Gives the object that a node names which holds all names; empty where it names none."""
    if isinstance(node, ast.Attribute):
        if node.attr in _NAMESPACES:
            return node.attr
        owner = node.value
        is_ipython = (
            isinstance(owner, ast.Call)
            and isinstance(owner.func, ast.Name)
            and owner.func.id == "get_ipython"
        )
        return f"get_ipython().{node.attr}()" if is_ipython and node.attr in _RUNS_TEXT else ""
    if isinstance(node, ast.Import) and any(each.name == _MAIN for each in node.names):
        return _MAIN
    if isinstance(node, ast.ImportFrom) and node.module == _MAIN:
        return _MAIN
    is_module = (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "modules"
        and isinstance(node.slice, ast.Name)
        and node.slice.id == "__name__"
    )
    return _MAIN if is_module else ""


def _means_main(node: ast.Constant) -> bool:
    """Tells whether a text names the module of the notebook, as in a setup of ``timeit``."""
    text = node.value
    return isinstance(text, str) and (
        text == _MAIN
        or text.startswith(f"{_MAIN}.")
        or f"from {_MAIN} import" in text
        or f"import {_MAIN}" in text
    )


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
