"""Annotations: which names are read in them alone, and where they are not evaluated."""

import ast
import builtins
from collections.abc import Callable, Iterator

from jupyter_nbquality.ipython.names import bound_names

FUTURE = "from __future__ import annotations"
"""What keeps annotations from being evaluated."""
_GENERIC = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})


def has_future_annotations(tree: ast.Module) -> bool:
    """Tells whether annotations are not evaluated in some code."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


def annotations_of(node: ast.AST) -> Iterator[ast.expr]:
    """Yields the annotations in some code."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg | ast.AnnAssign) and part.annotation is not None:
            yield part.annotation
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.returns is not None:
            yield part.returns


def only_in_annotations(node: ast.AST) -> set[str]:
    """Gives the names that some code reads in annotations alone, those in quotes among them."""
    within: set[int] = set()
    found: set[str] = set()
    for annotation in annotations_of(node):
        for part in ast.walk(annotation):
            within.add(id(part))
            if isinstance(part, ast.Name):
                found.add(part.id)
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= _names_in_text(part.value)
    return found - {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in within
    }


def type_checking_blocks(tree: ast.Module) -> Iterator[ast.If]:
    """Yields the blocks of a module that only type checkers read."""
    for node in tree.body:
        if isinstance(node, ast.If) and (
            getattr(node.test, "id", "") == "TYPE_CHECKING"
            or getattr(node.test, "attr", "") == "TYPE_CHECKING"
        ):
            yield node


def bound_for_types(tree: ast.Module) -> set[str]:
    """Gives the names that a module binds for type checkers alone; it has none as it runs."""
    blocks = list(type_checking_blocks(tree))
    rest = [node for node in tree.body if node not in blocks]
    rest += [node for block in blocks for node in block.orelse]
    return set(bound_names([node for block in blocks for node in block.body])) - set(
        bound_names(rest)
    )


def is_surely_evaluated(node: ast.AST, is_bound: Callable[[str], bool]) -> bool:
    """Tells whether all annotations in some code can surely be evaluated as it is defined.

    Args:
        node: A function or a class.
        is_bound: Tells whether a name holds something then.
    """
    own = getattr(node, "name", "")

    def is_sure(part: ast.expr) -> bool:
        match part:
            case ast.Constant(value=None | str()):
                return True
            case ast.Name():
                return part.id != own and (is_bound(part.id) or hasattr(builtins, part.id))
            case ast.Attribute():
                return is_sure(part.value)
            case ast.Tuple():
                return all(map(is_sure, part.elts))
            case ast.Subscript(value=ast.Name(id=base)):
                return base in _GENERIC and is_sure(part.slice)
        return False

    return all(map(is_sure, annotations_of(node)))


def _names_in_text(text: str) -> set[str]:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
