"""ruff's fixes as edit plans on the person's own cells, where they are sure to fit.

ruff gives a fix as places without a cell. So a fix is taken over only where every edit stands in
the statement that the finding is about; an import that it would add somewhere is put by `imports`
instead.
"""

import ast
import bisect
import functools
import re
import sys
from collections.abc import Mapping

from jupyter_nbquality.edits import ChangeCell, EditPlan, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.imports import add_import
from jupyter_nbquality.lint.ruff_input import STAND_IN
from jupyter_nbquality.lint.ruff_rules import FIX_TITLES
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Position, Range
from jupyter_nbquality.ruff import Diagnostic, Place, RuffEdit

_APPLIED = frozenset({Applicability.SAFE.value, Applicability.UNSAFE.value})
_IMPORT = re.compile(r"\s*((?:from\s+[\w.]+\s+)?import\s+[\w.]+(?:\s+as\s+\w+)?)\s*;?\s*")


def translate(
    diagnostic: Diagnostic, notebook: Notebook, code: Mapping[str, CodeCell], cell_id: str
) -> Fix | None:
    """Makes our fix of ruff's.

    Args:
        diagnostic: A finding of ruff in the cell.
        notebook: The document.
        code: What is known of its code cells, by id.
        cell_id: The cell.

    Returns:
        The fix; ``None`` where ruff has none to apply, or it would touch what ruff did not see as
        it is.
    """
    ruff_fix = diagnostic.fix
    if ruff_fix is None or ruff_fix.applicability not in _APPLIED or not ruff_fix.edits:
        return None
    known = code[cell_id]
    first, last = _statement_rows(known, diagnostic)
    edits: list[TextEdit] = []
    statements: list[str] = []
    for edit in ruff_fix.edits:
        if len(ruff_fix.edits) > 1 and edit.location == edit.end_location:
            added = _IMPORT.fullmatch(edit.content)
            if added is not None:
                statements.append(added[1])
                continue
        if len(ruff_fix.edits) > 1 and _holds_import(edit, code):
            continue
        if STAND_IN in edit.content:
            return None
        if edit.location.row < first or edit.end_location.row > last + 1:
            return None
        if edit.end_location.row == last + 1 and edit.end_location.column > 1:
            return None
        made = _text_edit(edit, known)
        if made is None:
            return None
        edits.append(made)
    changes = {cell_id: edits}
    for statement in statements:
        change = add_import(notebook, code, cell_id, statement)
        if change is None:
            return None
        changes.setdefault(change.cell, []).extend(change.edits)
    title = FIX_TITLES.get(diagnostic.code or "") or (ruff_fix.message or "Change").rstrip(".")
    return Fix(
        title,
        Applicability(ruff_fix.applicability),
        EditPlan(
            title,
            [
                ChangeCell(cell, source_hash(code[cell].source), made)
                for cell, made in changes.items()
                if made
            ],
        ),
    )


def _holds_import(edit: RuffEdit, code: Mapping[str, CodeCell]) -> bool:
    """Tells whether an edit writes an import as it stands already, in whichever cell.

    A fix that relies on an import holds on to it in this way.
    """
    if edit.location == edit.end_location or not edit.content.startswith(("import ", "from ")):
        return False
    for known in code.values():
        span = to_range(known, edit.location, edit.end_location)
        start, end = known.lines.to_offset(span.start), known.lines.to_offset(span.end)
        if known.source[start:end] == edit.content:
            return True
    return False


def to_range(known: CodeCell, start: Place, end: Place) -> Range:
    """Gives the range in the person's text of places that ruff counted."""
    return Range(_position(known, start), _position(known, end))


def _position(known: CodeCell, place: Place) -> Position:
    line, column = place.row - 1, place.column - 1
    removed = known.masked.removed
    if line < len(removed):
        column += removed[line]
    return known.lines.from_codepoints(line, column)


def _statement_rows(known: CodeCell, diagnostic: Diagnostic) -> tuple[int, int]:
    """Gives first and last row of the statements of the cell's top level that a finding is in."""
    first, last = diagnostic.location.row, diagnostic.end_location.row
    spans = _spans(known)
    index = bisect.bisect_right(spans, (last, sys.maxsize)) - 1
    while index >= 0 and spans[index][1] >= diagnostic.location.row:
        first, last = min(first, spans[index][0]), max(last, spans[index][1])
        index -= 1
    return first, last


@functools.lru_cache(maxsize=1_024)
def _spans(known: CodeCell) -> list[tuple[int, int]]:
    body = known.tree.body if known.tree is not None else []
    return [(_first_row(each), each.end_lineno or each.lineno) for each in body]


def _first_row(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _text_edit(edit: RuffEdit, known: CodeCell) -> TextEdit | None:
    span = to_range(known, edit.location, edit.end_location)
    if known.masked.removed and "\n" in edit.content:
        return None  # its lines would lack what was taken off
    last = span.end.line if span.end.column else span.end.line - 1
    for magic in known.magics:
        if magic.line <= max(last, span.start.line) and magic.end_line >= span.start.line:
            return None
    content = edit.content
    source = known.source
    end = known.lines.to_offset(span.end)
    if end == len(source) and not source.endswith(("\n", "\r")):
        # ruff counts on a line break behind the last line; a cell has none.
        content = content.removesuffix("\n").removesuffix("\r")
        above = span.start.line - 1
        # A cell magic with nothing below is an error, unless its line is ended.
        under_magic = any(
            magic.kind == "cell-magic" and magic.end_line == above for magic in known.magics
        )
        if not content and span.start.column == 0 and above >= 0 and not under_magic:
            span = Range(known.lines.end_of_line(span.start.line - 1), span.end)
    if "\r\n" in source:
        content = re.sub(r"\r?\n", "\r\n", content)
    return TextEdit(span, content)
