"""Code whose names are known only when it runs, so that no slice of a notebook may be trusted.

A proof is to find out what the analysis of names got wrong, so this asks for less than that does:
too much is run rather than too little.
"""

import ast
import re
import warnings
from collections.abc import Iterator

from jupyter_nbquality.dataflow.cells import CellFacts

_NAMES = frozenset({"eval", "exec", "globals", "locals", "currentframe", "__main__"})
_BARE = frozenset({"vars", "dir"})
_ATTRIBUTES = frozenset(
    {"user_ns", "user_global_ns", "f_globals", "f_locals", "__globals__", "currentframe"}
    | {"_getframe", "modules", "run_cell", "dump_session", "load_session", "getframeinfo"}
)
_TEXTS = frozenset({"query", "eval", "sql", "ev", "ex"})
_HISTORY = re.compile(r"In|Out|_(?:\d+|[iod]h|i{1,3}|i\d+)?|__|___")
_MAGICS = frozenset(
    {"who", "whos", "who_ls", "psearch", "history", "hist", "recall", "rep", "rerun", "macro"}
    | {"store", "save", "edit", "pastebin", "notebook", "reset", "reset_selective", "xdel"}
)
_WORDS = re.compile(r"\b(?:eval|exec|globals|locals|user_ns|__main__|Out|In)\b|(?<![\w.])_+\d*\b")


def looks_up(known: CellFacts) -> bool:
    """Tells whether a cell may read names that are not written in it, or what cells showed."""
    if known.tree is not None and _in_tree(known.tree):
        return True
    return any(
        (magic.name in _MAGICS and "magic" in magic.kind) or _WORDS.search(magic.text)
        for magic in known.masked.magics
    )


def text_looks_up(text: str) -> bool:
    """Tells the same of a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _in_tree(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True


def _in_tree(tree: ast.Module) -> bool:
    bound = {node.id for node in _names(tree) if isinstance(node.ctx, ast.Store)}
    harmless: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            # `__name__ == "__main__"`
            harmless |= {id(each) for each in (node.left, *node.comparators)}
        if _by_words(node, harmless):
            return True
    return any(
        isinstance(node.ctx, ast.Load)
        and (node.id in _NAMES or _HISTORY.fullmatch(node.id))
        and node.id not in bound
        for node in _names(tree)
    )


def _by_words(node: ast.AST, harmless: set[int]) -> bool:
    """Tells it of a node other than a name."""
    if isinstance(node, ast.Attribute):
        return node.attr in _ATTRIBUTES
    if isinstance(node, ast.Constant):
        return node.value == "__main__" and id(node) not in harmless
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = getattr(node, "module", None)
        return module == "__main__" or any(alias.name == "__main__" for alias in node.names)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _BARE and not node.args
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in _TEXTS
        and any(not isinstance(each, ast.Constant) for each in node.args)
    )


def _names(tree: ast.Module) -> Iterator[ast.Name]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))
