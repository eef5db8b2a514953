"""Which entries of frames and dictionaries some code reads: columns and constant keys."""

import ast
from collections.abc import Iterable

from jupyter_nbquality.dataflow.values import ATTRIBUTES, Keys

OF_THE_WHOLE = frozenset(
    {
        *("T", "at", "axes", "columns", "dtypes", "empty", "flat", "iat", "iloc", "index", "items"),
        *("keys", "loc", "ndim", "plot", "shape", "size", "str", "style", "values"),
    }
)
"""Attributes that say something of all columns or entries."""

OVER_ALL_COLUMNS = frozenset(
    {
        *("all", "any", "columns", "corr", "count", "cov", "describe", "eq", "iloc", "isna", "max"),
        *("isnull", "mean", "median", "min", "notna", "nunique", "prod", "select_dtypes", "shape"),
        *("std", "sum", "to_numpy", "values", "var"),
    }
)
"""What a new column makes another thing of."""


class Reading:
    """Which entries of names some code reads.

    Attributes:
        found: The names it reads, and of each the entries; ``None`` where it reads the whole.
        names: Every name in it.
        called: The last names of what it calls.
        over_all: The names of which it reads what another column or entry makes another thing.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.found: dict[str, set[str] | None] = {}
        self.names: set[str] = set()
        self.called: set[str] = set()
        self.over_all: set[str] = set()
        todo: list[ast.AST] = list(nodes)
        while todo:
            node = todo.pop()
            left = self._look(node)
            todo += ast.iter_child_nodes(node) if left is None else left

    def _look(self, node: ast.AST) -> Iterable[ast.AST] | None:
        """Notes what a node reads; gives what of it is still to be looked at."""
        match node:
            case ast.Name(name):
                self.names.add(name)
                if isinstance(node.ctx, ast.Load):
                    self._add(name, None)
                return ()
            case ast.AugAssign(
                ast.Subscript(ast.Name(name), ast.Constant(str(key))), _, value
            ) | ast.AugAssign(ast.Attribute(ast.Name(name), key), _, value):
                self._add(name, [key])
                return (value,)
            case ast.AugAssign(target, _, value):
                root = root_of(target)
                if root is not None:
                    self._add(root, None)
                return (target, value)
            case ast.Subscript(ast.Name(name), index):
                self.names.add(name)
                keys = constants(index)
                if isinstance(node.ctx, ast.Load):
                    self._add(name, keys)
                return () if keys else (index,)
            case ast.Attribute(ast.Name(name), attribute):
                self.names.add(name)
                if attribute in OVER_ALL_COLUMNS:
                    self.over_all.add(name)
                if isinstance(node.ctx, ast.Load):
                    whole = attribute in OF_THE_WHOLE
                    self._add(name, None if whole else [attribute], attribute=True)
                return ()
            case ast.Attribute(ast.Call() as call, attribute) if grouped := _grouped(call):
                self._add(grouped[0], [*grouped[1], attribute])
                return ()
            case ast.Subscript(ast.Call() as call, index) if (grouped := _grouped(call)) and (
                keys := constants(index)
            ):
                self._add(grouped[0], [*grouped[1], *keys])
                return ()
            case ast.Call(function, arguments, keywords):
                self.over_all.update(given.id for given in arguments if isinstance(given, ast.Name))
                if isinstance(function, ast.Attribute):
                    self.called.add(function.attr)
                    if isinstance(function.value, ast.Call) and (
                        grouped := _grouped(function.value)
                    ):
                        self._add(grouped[0], None)
                    if isinstance(function.value, ast.Name):
                        self.names.add(function.value.id)
                        self._add(function.value.id, None)
                        if function.attr in OVER_ALL_COLUMNS:
                            self.over_all.add(function.value.id)
                        return (*arguments, *keywords)
                elif isinstance(function, ast.Name):
                    self.called.add(function.id)
        return None

    def _add(self, name: str, keys: Iterable[str] | None, attribute: bool = False) -> None:
        self.names.add(name)
        before = self.found.get(name, set())
        if not keys or before is None:
            self.found[name] = None
            return
        before = before | {f"{kind}{key}" for key in keys for kind in "[."}
        self.found[name] = before | {ATTRIBUTES} if attribute else before

    def keys(self, name: str) -> Keys:
        """Gives the entries of a name that are read; ``None`` for the whole."""
        found = self.found.get(name)
        return tuple(sorted(found)) if found is not None else None


def constants(index: ast.expr) -> list[str]:
    """Gives the constant keys of a subscript; none where there are others."""
    nodes = index.elts if isinstance(index, ast.List) else [index]
    keys = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return keys if len(keys) == len(nodes) else []


def _grouped(call: ast.Call) -> tuple[str, list[str]] | None:
    """Gives the frame that is grouped, and by which columns: ``df.groupby("shop")``."""
    match call:
        case ast.Call(ast.Attribute(ast.Name(name), "groupby"), [index]) if keys := constants(
            index
        ):
            return name, keys
    return None


def root_of(node: ast.expr) -> str | None:
    """Gives the name at the beginning of attributes and subscripts."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
