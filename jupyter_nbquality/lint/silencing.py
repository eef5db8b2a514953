"""What is silenced where, and how a person can silence more."""

from collections.abc import Mapping

from jupyter_nbquality.config import Selection
from jupyter_nbquality.edits import ChangeCell, IgnoreRule, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability, Finding, Fix
from jupyter_nbquality.lint.directives import (
    Directive,
    comment_line,
    directives,
    in_magic,
    silencing_lines,
)
from jupyter_nbquality.lint.rule import CodeCell, fix
from jupyter_nbquality.metadata import IGNORE_TAG, ignored_codes
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range

_ALL = ("*",)


class Silence:
    """What a notebook itself says of rules that must not speak.

    Args:
        notebook: The document.
        code: What is known of its code cells, by id.
    """

    def __init__(self, notebook: Notebook, code: Mapping[str, CodeCell]) -> None:
        self._code = code
        everywhere = tuple(ignored_codes(notebook.metadata))
        self._notebook = Selection(ignore=everywhere)
        self._cells = {
            cell.id: Selection(
                ignore=_ALL if IGNORE_TAG in cell.tags else tuple(ignored_codes(cell.metadata))
            )
            for cell in notebook.cells
            if IGNORE_TAG in cell.tags or cell.metadata
        }

    def covers(
        self,
        code: str,
        slug: str,
        cell: str | None,
        span: Range | None,
        noqa_line: int | None = None,
    ) -> bool:
        """Tells whether a finding is silenced.

        Args:
            code: The rule's code.
            slug: Its name.
            cell: The cell it is about, if any.
            span: Where in the cell, if that is known.
            noqa_line: The line on which ruff takes a comment about it.
        """
        if not self._notebook.includes(code, slug):
            return True
        if cell is None:
            return False
        if cell in self._cells and not self._cells[cell].includes(code, slug):
            return True
        known = self._code.get(cell)
        if known is None or span is None:
            return False
        said = directives(known)
        if not said:
            return False
        lines = silencing_lines(known, span.start.line)
        if noqa_line is not None:
            lines.add(noqa_line)
        return any(line.line in lines and _names(line, code, slug) for line in said)


def _names(directive: Directive, code: str, slug: str) -> bool:
    if directive.codes is None:
        return True
    return not Selection(ignore=tuple(word for word, _ in directive.codes)).includes(code, slug)


def silence_options(finding: Finding, code: CodeCell | None) -> list[Fix]:
    """Makes the changes that would silence a finding, the narrowest first.

    Args:
        finding: What is to be silenced.
        code: What is known of its cell; ``None`` where that is no Python cell.

    Returns:
        ``Ignore on this line`` with a comment, or ``Ignore in this cell`` where a comment would
        become part of a magic, a string or a line that goes on; then ``Ignore in this notebook``.
    """
    options = []
    if finding.cell is not None:
        comment = _comment(finding, code) if code is not None else None
        if comment is not None:
            options.append(fix("Ignore on this line", Applicability.SAFE, comment))
        else:
            ignore = IgnoreRule(finding.cell, finding.code)
            options.append(fix("Ignore in this cell", Applicability.SAFE, ignore))
    everywhere = IgnoreRule(None, finding.code)
    options.append(fix("Ignore in this notebook", Applicability.SAFE, everywhere))
    return options


def _comment(finding: Finding, code: CodeCell) -> ChangeCell | None:
    if finding.range is None or finding.cell is None or code.tree is None:
        return None
    line = finding.range.start.line
    if in_magic(code, line) or comment_line(code, line) != line:
        return None
    place = code.lines.end_of_line(line)
    text = f"  # nbq: ignore[{finding.code}]"
    for directive in directives(code):
        if directive.line == line and directive.end is not None and not directive.noqa:
            place = code.lines.from_offset(directive.end)
            text = f", {finding.code}" if directive.codes else finding.code
    edit = TextEdit(Range(place, place), text)
    return ChangeCell(finding.cell, source_hash(code.source), [edit])
