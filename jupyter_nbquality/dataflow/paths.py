"""Paths of files that are written out, or made of names that are bound once to such."""

import ast
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

_DEEPEST = 12
"""Paths of more parts are not known, nor are names made of as many others."""
_FUNCTIONS = frozenset({"Path", "PurePath", "join", "str", "open"})

_HIDDEN = "\0"
_RUN = re.compile(f"{_HIDDEN}+")

PathOf = Callable[[str], str]
"""Gives the path that a name holds; empty where it is not known."""


def path_in(node: ast.expr, path_of: PathOf) -> str:
    """Gives a path that is written out; empty where it is not known.

    Also as ``Path("a") / "b"``, ``join("a", "b")``, ``"a" + "/b"`` or ``f"{a}/b"``. Where only the
    folder is known, ``*`` stands for the rest: ``f"out/{name}.csv"`` gives ``out/*.csv``.

    Args:
        node: The expression.
        path_of: What names hold.
    """
    found = _written(node, path_of, 0)
    known, hidden, _rest = found.partition(_HIDDEN)
    if not hidden:
        return found
    return _RUN.sub("*", found) if "/" in known else ""


def _written(node: ast.expr, path_of: PathOf, depth: int) -> str:
    """Gives a text, with `_HIDDEN` for what is not known."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else _HIDDEN
    if depth > _DEEPEST:
        return _HIDDEN
    if isinstance(node, ast.Name):
        return path_of(node.id) or _HIDDEN
    if isinstance(node, ast.FormattedValue):
        plain = node.format_spec is None and node.conversion == -1
        return _written(node.value, path_of, depth + 1) if plain else _HIDDEN
    parts: list[ast.expr] = []
    join: Callable[..., str] = posixpath.join
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        parts = [node.left, node.right]
        join = posixpath.join if isinstance(node.op, ast.Div) else _added
    elif isinstance(node, ast.JoinedStr):
        parts, join = node.values, _added
    elif _is_path_call(node):
        parts = node.args  # type: ignore[attr-defined]
    return join(*(_written(part, path_of, depth + 1) for part in parts)) if parts else _HIDDEN


def names_in(node: ast.expr, depth: int = 0) -> Iterator[str]:
    """Yields the names that `path_in` asks for."""
    if isinstance(node, ast.Name):
        yield node.id
        return
    parts: list[ast.expr] = []
    if depth > _DEEPEST:
        return
    if isinstance(node, ast.BinOp):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = node.values
    elif isinstance(node, ast.FormattedValue):
        parts = [node.value]
    elif _is_path_call(node):
        parts = node.args  # type: ignore[attr-defined]
    for part in parts:
        yield from names_in(part, depth + 1)


def may_be_path(node: ast.expr) -> bool:
    """Says whether an expression has the form of a path that is written out."""
    kind = type(node)
    if kind is ast.Constant:
        return type(node.value) is str  # type: ignore[attr-defined]
    if kind is ast.BinOp:
        sides = (node.left, node.right)  # type: ignore[attr-defined]
        return any(type(side) is not ast.BinOp and may_be_path(side) for side in sides)
    return kind is ast.JoinedStr or (kind is ast.Call and _is_path_call(node))


def resolved(paths: Mapping[str, ast.expr]) -> dict[str, str]:
    """Gives the paths that names hold.

    Args:
        paths: What each is bound to, once; names may stand in it.
    """
    found: dict[str, str] = {}
    depth = 0

    def path_of(name: str) -> str:
        nonlocal depth
        if name not in found and name in paths and depth < _DEEPEST:
            found[name] = ""  # until it is known: it may be made of itself
            depth += 1
            found[name] = path_in(paths[name], path_of)
            depth -= 1
        return found.get(name, "")

    for name in paths:
        path_of(name)
    return {name: path for name, path in found.items() if path}


def _added(*parts: str) -> str:
    return "".join(parts)


def _is_path_call(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or node.keywords or not node.args:
        return False
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr in _FUNCTIONS and not isinstance(function.value, ast.Constant)
    return isinstance(function, ast.Name) and function.id in _FUNCTIONS
