"""Magics whose value a cell shows at its end."""

import ast

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.ipython import Magic

_WITHOUT_VALUE = frozenset(
    {"aimport", "autoreload", "cd", "colors", "conda", "debug", "hist", "history", "load_ext",
     "logoff", "logon", "logstart", "logstop", "mamba", "matplotlib", "micromamba", "pdb", "pdef",
     "pdoc", "pfile", "pinfo", "pinfo2", "pip", "pprint", "psource", "pylab", "reload_ext",
     "reset", "run", "save", "set_env", "store", "unload_ext", "uv", "who", "whos", "xdel",
     "xmode"}
)  # fmt: skip
"""Magics that print, or do things, and give nothing."""
_KINDS = frozenset({"line-magic", "automagic", "auto-call"})


def magic_shown_last(known: CellFacts) -> Magic | None:
    """Gives the magic that a cell ends with, if its value may be shown there.

    Args:
        known: The cell.
    """
    if known.tree is None or not known.tree.body or known.masked.scoped:
        return None
    last = known.tree.body[-1]
    if not isinstance(last, ast.Pass | ast.Expr):
        return None
    for magic in known.masked.magics:
        if magic.line == last.lineno - 1 and gives_value(magic):
            return magic
    return None


def gives_value(magic: Magic) -> bool:
    """Tells whether a magic may give a value; one that is not known may."""
    text = magic.text.strip()
    if text.endswith(";"):
        return False
    if magic.kind == "shell-capture":
        return text.startswith("!!")
    if magic.kind not in _KINDS or magic.name in _WITHOUT_VALUE:
        return False
    if magic.name in {"config", "env"}:
        return "=" not in magic.args and " " not in magic.args.strip()
    if magic.name == "timeit":
        return "-o" in magic.args.split()
    if magic.name == "time":
        try:
            ast.parse(magic.body.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
