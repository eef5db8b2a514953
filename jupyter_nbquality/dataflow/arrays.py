"""Names that surely hold arrays, whose parts are views: who changes one changes both."""

import ast
from collections.abc import Callable, Iterable, Mapping

from jupyter_nbquality.dataflow.libraries import Libraries, full_name

_DEEPEST = 12


def is_view(node: ast.Attribute | ast.Subscript) -> bool:
    """Says whether a part of an array is a view of it: ``a.T``, ``a[0]``, ``a[:, 1:3]``.

    A mask or a list as an index makes a copy, and a name may be either.
    """
    if isinstance(node, ast.Attribute):
        return node.attr == "T"
    index = node.slice
    return all(
        _is_basic(part) for part in (index.elts if isinstance(index, ast.Tuple) else [index])
    )


def _is_basic(index: ast.expr) -> bool:
    if isinstance(index, ast.UnaryOp):
        index = index.operand
    if isinstance(index, ast.Constant):
        return index.value is None or index.value is ... or type(index.value) is int
    return isinstance(index, ast.Slice)


def may_be_array(node: ast.expr) -> bool:
    """Says whether an expression has the form of one that `is_array` knows."""
    kind = type(node)
    if kind is ast.Attribute or kind is ast.Subscript:
        return is_view(node)  # type: ignore[arg-type]
    return kind is ast.Call or kind is ast.Name


def arrays_among(
    names: Iterable[str],
    value_of: Callable[[str], ast.expr | None],
    libraries: Libraries,
    imports: Mapping[str, str],
) -> list[str]:
    """Gives the names that surely hold arrays.

    Args:
        names: Those asked for.
        value_of: Gives what a name is bound to; ``None`` where that is not known, or not once.
        libraries: What calls give arrays.
        imports: What the notebook imports, by the names it has there.
    """
    known: dict[str, bool] = {}

    def is_held_by(name: str, depth: int) -> bool:
        if name not in known:
            known[name] = False  # until it is known: it may be made of itself
            value = value_of(name)
            known[name] = value is not None and is_array(value, depth)
        return known[name]

    def is_array(node: ast.expr, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        if isinstance(node, ast.Name):
            return is_held_by(node.id, depth + 1)
        if isinstance(node, ast.Attribute | ast.Subscript):
            return is_view(node) and is_array(node.value, depth + 1)
        if not isinstance(node, ast.Call):
            return False
        function = node.func
        full = full_name(dotted_name(function), imports)
        if full is not None:
            behaviour = libraries.function(full)
            return behaviour is not None and behaviour.array
        if not isinstance(function, ast.Attribute):
            return False
        behaviour = libraries.method(function.attr)
        return behaviour is not None and behaviour.array and is_array(function.value, depth + 1)

    return [name for name in names if is_held_by(name, 0)]


def dotted_name(node: ast.expr) -> tuple[str, ...]:
    """Gives the parts of a dotted name; none where it is another expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()
