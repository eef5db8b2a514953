"""What a person would do about an undefined name: import it, or use the name that was meant."""

import ast
import builtins
import difflib
import functools
from collections.abc import Mapping

from jupyter_nbquality.edits import ChangeCell, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.imports import add_import, imports_of
from jupyter_nbquality.lint.known_imports import KNOWN_IMPORTS
from jupyter_nbquality.lint.rule import CodeCell, fix
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range

_NEAR = 0.75
"""How alike two names must be; `difflib` gives 0.8 for one wrong letter in five."""

_SHORTEST = 3
_LENGTHS = 2
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


def repairs(
    name: str, span: Range, notebook: Notebook, code: Mapping[str, CodeCell], cell_id: str
) -> list[Fix]:
    """Makes the fixes of an undefined name.

    Args:
        name: The name.
        span: Where it is used.
        notebook: The document.
        code: What is known of its code cells, by id.
        cell_id: The cell that uses it.

    Returns:
        ``Add import``, where the notebook imports it elsewhere or everybody means the same by it,
        and ``Use …`` with the nearest name that exists, the likelier one first.
    """
    fixes: list[Fix] = []
    statement = next(imports_of(code, name), None) or _usual_import(name, code[cell_id])
    if statement is not None:
        change = add_import(notebook, code, cell_id, statement, span.start.line)
        if change is not None:
            fixes.append(fix("Add import", Applicability.UNSAFE, change))
    near = _nearest(name, notebook, code, cell_id)
    if near is not None:
        change = ChangeCell(cell_id, source_hash(code[cell_id].source), [TextEdit(span, near)])
        fixes.append(fix(f"Use {near}", Applicability.UNSAFE, change))
    return fixes


def _usual_import(name: str, known: CodeCell) -> str | None:
    if name == "datetime":
        inner = "datetime.datetime" in known.source or "datetime.timedelta" in known.source
        return "import datetime" if inner else "from datetime import datetime"
    return KNOWN_IMPORTS.get(name)


def _nearest(
    name: str, notebook: Notebook, code: Mapping[str, CodeCell], cell_id: str
) -> str | None:
    if len(name) < _SHORTEST:
        return None
    best = _closest(name, _BUILTINS)
    for cell in notebook.cells:
        known = code.get(cell.id)
        if known is not None:
            best = max(best, _closest(name, _bound(known)))
        if cell.id == cell_id:
            break
    return best[1] or None


@functools.lru_cache(maxsize=50_000)
def _closest(name: str, candidates: frozenset[str]) -> tuple[float, str]:
    """Gives the nearest of some names and how near it is; nought and nothing where none is near."""
    best = (0.0, "")
    for candidate in candidates:
        if candidate == name or abs(len(candidate) - len(name)) > _LENGTHS:
            continue
        # `Df` for `df`, `n_rows` for `nrows`: more alike than their letters say.
        if _folded(candidate) == _folded(name):
            best = max(best, (1.0, candidate))
            continue
        matcher = difflib.SequenceMatcher(None, candidate, name)
        if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
            ratio = matcher.ratio()
            if ratio >= _NEAR:
                best = max(best, (ratio, candidate))
    return best


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


@functools.lru_cache(maxsize=4_096)
def _bound(known: CodeCell) -> frozenset[str]:
    """Gives the names that a cell binds at any depth."""
    names = {name for magic in known.magics for name in magic.assigns}
    for node in known.nodes:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return frozenset(names)
