"""Whether a definition does something as it is made, so that it must stay where it stands."""

import ast
from collections.abc import Iterator

from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.refactor.definitions import Definitions

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def does_something(statement: ast.stmt, facts: Facts, definitions: Definitions) -> bool:
    """Tells whether making a function or a class runs code that may bear on other code.

    A decorator of the notebook that registers what it is given does, one that wraps it does not.

    Args:
        statement: The function or class.
        facts: What is known of it.
        definitions: Those of the notebook.
    """
    if facts.effects:
        return True
    plain = set()
    if isinstance(statement, _Function | ast.ClassDef):
        for decorator in statement.decorator_list:
            is_call = isinstance(decorator, ast.Call)
            maker = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _own(maker, definitions) and not _only_wraps(maker, definitions, 1 + is_call):
                return True
            plain.add(id(decorator))
    if isinstance(statement, ast.ClassDef):
        bases = [*statement.bases, *(each.value for each in statement.keywords)]
        if any(_has_hook(base, definitions, 0) for base in bases):
            return True
    return any(
        isinstance(node, ast.Call) and id(node) not in plain and _own(node.func, definitions)
        for node in run_now(statement)
    )


def run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yields what is evaluated when code runs, but not the bodies of its functions."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        if isinstance(each, _Function):
            todo += [*each.decorator_list, *each.args.defaults]
            todo += [default for default in each.args.kw_defaults if default is not None]
        elif isinstance(each, ast.Lambda):
            todo += each.args.defaults
        else:
            todo += ast.iter_child_nodes(each)


def _own(function: ast.expr, definitions: Definitions) -> bool:
    """Tells whether the notebook defines what is called, or something it belongs to."""
    while isinstance(function, ast.Attribute | ast.Call | ast.Subscript):
        function = function.func if isinstance(function, ast.Call) else function.value
    if not isinstance(function, ast.Name) or not definitions.is_bound(function.id):
        return False
    only = definitions.only(function.id)
    return only is None or only.kind != "import"


def _only_wraps(maker: ast.expr, definitions: Definitions, depth: int) -> bool:
    """Tells whether a decorator does nothing but to make functions and give them back.

    Args:
        maker: What decorates.
        definitions: Those of the notebook.
        depth: How many calls there are before the decorated function is called.
    """
    only = definitions.only(maker.id) if isinstance(maker, ast.Name) else None
    if only is None or not isinstance(only.statement, _Function):
        return False
    return _is_quiet_body(only.statement, definitions, depth)


def _is_quiet_body(function: ast.AST, definitions: Definitions, depth: int) -> bool:
    for statement in getattr(function, "body", ()):
        is_function = isinstance(statement, _Function)
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if is_function and depth > 1 and not _is_quiet_body(statement, definitions, depth - 1):
            return False
        if not (is_function or is_text or isinstance(statement, ast.Return)) and not _sets_part(
            statement
        ):
            return False
        if any(
            isinstance(node, ast.Call) and _own(node.func, definitions)
            for node in run_now(statement)
        ):
            return False
    return True


def _sets_part(statement: ast.stmt) -> bool:
    """Tells whether a statement is like ``wrapper.calls = 0``."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant | ast.Name)
        and all(isinstance(target, ast.Attribute) for target in statement.targets)
    )


def _has_hook(base: ast.expr, definitions: Definitions, depth: int) -> bool:
    """Tells whether a class of the notebook does something when another is derived from it."""
    if not isinstance(base, ast.Name) or not definitions.is_bound(base.id) or depth > 20:
        return False
    only = definitions.only(base.id)
    if only is None or only.kind == "import":
        return only is None
    if not isinstance(only.statement, ast.ClassDef):
        return True
    hooks = {"__init_subclass__", "__new__", "__init__", "__prepare__", "__set_name__"}
    is_type = any(isinstance(each, ast.Name) and each.id == "type" for each in only.statement.bases)
    if any(
        isinstance(each, _Function)
        and (each.name == "__init_subclass__" or (is_type and each.name in hooks))
        for each in only.statement.body
    ):
        return True
    above = [*only.statement.bases, *(each.value for each in only.statement.keywords)]
    return any(_has_hook(each, definitions, depth + 1) for each in above)
