"""Where a notebook imports things, and how to add an import there."""

import ast
import functools
from collections.abc import Iterator, Mapping

from jupyter_nbquality.edits import ChangeCell, TextEdit, source_hash
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Position, Range


def add_import(
    notebook: Notebook,
    code: Mapping[str, CodeCell],
    cell_id: str,
    statement: str,
    line: int | None = None,
) -> ChangeCell | None:
    """Makes the change that imports something for a cell.

    The import goes behind the imports of the first cell that has any, as people keep them; where
    no such cell stands above, to the top of the cell itself.

    Args:
        notebook: The document.
        code: What is known of its code cells, by id.
        cell_id: The cell that needs the import.
        statement: Such as ``import numpy as np``.
        line: The line of the cell, from 0, on which it is needed; ``None`` for its top.

    Returns:
        The change; ``None`` where there is no place that is sure to be right.
    """
    for cell in notebook.cells:
        known = code.get(cell.id)
        if known is None:
            continue
        own = cell.id == cell_id
        if known.tree is not None and not known.masked.removed and not known.masked.scoped:
            place = _behind_imports(known, line if own else None, own)
            if place is not None:
                return _insertion(cell.id, known, place, statement)
        if own:
            return None
    return None


def imports_of(code: Mapping[str, CodeCell], name: str) -> Iterator[str]:
    """Yields the import statements of a notebook that bind a name, reduced to that name."""
    for known in code.values():
        if name in known.source:
            statement = _imports(known).get(name)
            if statement is not None:
                yield statement


@functools.lru_cache(maxsize=4_096)
def _imports(known: CodeCell) -> dict[str, str]:
    """Gives the import statements of a cell, at any depth, by the name that each binds."""
    found: dict[str, str] = {}
    for node in known.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found.setdefault(name, _one_import(node, alias))
    return found


def _one_import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    renamed = f" as {alias.asname}" if alias.asname else ""
    if isinstance(node, ast.Import):
        return f"import {alias.name}{renamed}"
    return f"from {'.' * node.level}{node.module or ''} import {alias.name}{renamed}"


def _behind_imports(known: CodeCell, line: int | None, own: bool) -> int | None:
    """Gives the line before which an import can be put; ``None`` where the cell has no imports."""
    body = known.tree.body if known.tree is not None else []
    last = None
    for index, statement in enumerate(body):
        if line is not None and (statement.end_lineno or 0) > line:
            break
        if isinstance(statement, ast.Import | ast.ImportFrom):
            last = index
    if last is not None:
        return _end(body, last)
    if not own:
        return None
    top = _top(known)
    if line is None or top <= line:
        return top
    # Needed in a magic at the top itself; a cell magic must stay in the first line.
    return None if known.magics[0].kind == "cell-magic" else 0


def _end(body: list[ast.stmt], index: int) -> int:
    """Gives the line after a statement, and after those that share its line."""
    end = body[index].end_lineno or body[index].lineno
    for statement in body[index + 1 :]:
        if statement.lineno > end:
            break
        end = statement.end_lineno or statement.lineno
    return end


def _top(known: CodeCell) -> int:
    """Gives the first line of a cell that an import can be put before."""
    magics = {magic.line: magic.end_line + 1 for magic in known.magics}
    top = 0
    # Behind installs and settings that stand at the top, too.
    while top in magics:
        top = magics[top]
    heads = [magic.end_line + 1 for magic in known.magics if magic.kind == "cell-magic"]
    top = max([top, *heads])
    body = known.tree.body if known.tree is not None else []
    for index, statement in enumerate(body):
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            top = max(top, _end(body, index))
    return top


def _insertion(cell_id: str, known: CodeCell, line: int, statement: str) -> ChangeCell:
    source = known.source
    newline = "\r\n" if "\r\n" in source else "\n"
    if line < known.lines.line_count:
        place, text = Position(line, 0), statement + newline
    else:
        place, text = known.lines.end_of_line(line - 1), newline + statement
    return ChangeCell(cell_id, source_hash(source), [TextEdit(Range(place, place), text)])
