"""What the command line says about a notebook: findings with the places people and CI use.

On the wire a place is a cell id with a zero-based line and a UTF-16 column. Here cells count from
1 over all cells (as ruff and JupyterLab's status bar count them), lines and columns from 1, and
columns in code points, as ruff's.
"""

import hashlib
import re

import msgspec

from jupyter_nbquality import secrets
from jupyter_nbquality.edits import ChangeCell, ClearOutputs
from jupyter_nbquality.findings import Finding, Fix, Severity
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position

UNREADABLE = "E902"
"""The code of a file that cannot be read, as ruff has it."""

TITLE_LIMIT = 60
EXCERPT_LIMIT = 160
_FAR = 1 << 60


class Excerpt(msgspec.Struct, frozen=True, array_like=True):
    """The line of source that a finding stands on; secrets in it are masked.

    Attributes:
        text: The line; a part of it where it is very long.
        skipped: How many characters of the line stand before ``text``.
        start: Where the finding starts in ``text``, from 0.
        end: Where it ends in ``text``; the end of the line where it goes on below.
    """

    text: str
    skipped: int
    start: int
    end: int


class ShownFix(msgspec.Struct, frozen=True, array_like=True):
    """The best fix of a finding.

    Attributes:
        title: What it does.
        applicability: ``safe``, ``unsafe`` or ``structural``.
        in_panel: Whether `--fix` cannot apply it, with or without `--unsafe-fixes`.
    """

    title: str
    applicability: str
    in_panel: bool = False

    @property
    def is_safe(self) -> bool:
        """Whether `--fix` applies it."""
        return self.applicability == "safe" and not self.in_panel

    @property
    def is_unsafe(self) -> bool:
        """Whether `--fix --unsafe-fixes` applies it and `--fix` does not."""
        return self.applicability != "safe" and not self.in_panel


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One finding as it is reported.

    Attributes:
        code: The rule's code.
        slug: The rule's name for people.
        severity: ``error``, ``warning`` or ``info``.
        message: What is wrong.
        url: The rule's page, a complete address; empty where it has none.
        cell: The cell's number, from 1 over all cells; 0 for the notebook as a whole.
        cell_id: The cell's id; empty for the notebook as a whole.
        cell_title: The first line of the cell that holds text.
        line: From 1; 0 for the cell as a whole.
        column: From 1, in code points.
        end_line: From 1.
        end_column: From 1, of the character behind the last one.
        excerpt: The source; ``None`` where there is no line.
        fix: ``None`` where nothing would mend it.
        anchor: Identifies the text it stands on, wherever that moves.
        context: Identifies the text around it, to tell apart findings of one anchor.
    """

    code: str
    slug: str
    severity: str
    message: str
    url: str
    cell: int = 0
    cell_id: str = ""
    cell_title: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    excerpt: Excerpt | None = None
    fix: ShownFix | None = None
    anchor: str = ""
    context: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether it counts, and fails a check."""
        return self.severity != Severity.INFO

    @property
    def place(self) -> str:
        """Where in the file it is, as ruff writes it: ``cell 3:2:10``; empty for the whole file."""
        if not self.cell:
            return f"{self.line}:{self.column}" if self.line else ""
        return f"cell {self.cell}:{self.line}:{self.column}" if self.line else f"cell {self.cell}"


class FileReport(msgspec.Struct, frozen=True, array_like=True):
    """Everything that is said about one file.

    Attributes:
        path: As it is shown: relative to the working directory where it lies below it.
        rows: The findings, in the order of cells and lines.
        notices: Sentences about what could not be looked at.
    """

    path: str
    rows: list[Row]
    notices: list[str] = []


def io_error(message: str, line: int | None = None) -> Row:
    """Makes the row of a file that cannot be read.

    Args:
        message: A sentence for a person.
        line: The line of the file, from 1, where one is known.
    """
    return Row(
        code=UNREADABLE,
        slug="io-error",
        severity=Severity.ERROR.value,
        message=message.rstrip("."),
        url="https://docs.astral.sh/ruff/rules/io-error",
        line=line or 0,
        column=1 if line else 0,
        end_line=line or 0,
        end_column=1 if line else 0,
        anchor=_digest(message),
    )


def not_found(path: str) -> FileReport:
    """Makes the report of a path that names nothing."""
    return FileReport(path, [io_error("No such file or folder")])


def rows_of(notebook: Notebook, findings: list[Finding]) -> list[Row]:
    """Makes the rows of a notebook's findings, in the same order."""
    numbers = {cell.id: number for number, cell in enumerate(notebook.cells, 1)}
    texts: dict[str, _CellText] = {}
    rows = []
    for finding in findings:
        number = numbers.get(finding.cell, 0) if finding.cell is not None else 0
        row = Row(
            code=finding.code,
            slug=finding.slug,
            severity=finding.severity.value,
            message=finding.message,
            # Pages of our rules stand in the guide, which has no address of its own.
            url=finding.url if finding.url.startswith("https://") else "",
            fix=_shown(finding.fixes[0]) if finding.fixes else None,
        )
        if number and finding.cell is not None:
            if finding.cell not in texts:
                texts[finding.cell] = _CellText(notebook.cells[number - 1])
            row = texts[finding.cell].placed(row, number, finding)
        rows.append(row)
    return rows


def _shown(fix: Fix) -> ShownFix:
    applied = all(isinstance(each, ChangeCell | ClearOutputs) for each in fix.plan.operations)
    return ShownFix(fix.title, fix.applicability.value, in_panel=not applied)


class _CellText:
    def __init__(self, cell: Cell) -> None:
        self.id = cell.id
        # Masking keeps every character's place.
        self.lines = LineIndex(secrets.mask(cell.source))
        first = re.search(r"\S.*", self.lines.source)
        text = first[0].strip() if first else ""
        self.title = text if len(text) <= TITLE_LIMIT else text[: TITLE_LIMIT - 1] + "…"

    def line(self, number: int) -> str:
        """A line from 0; empty outside the cell."""
        if not 0 <= number < self.lines.line_count:
            return ""
        start = self.lines.to_offset(Position(number, 0))
        return self.lines.source[start : self.lines.to_offset(Position(number, _FAR))]

    def placed(self, row: Row, number: int, finding: Finding) -> Row:
        if finding.range is None:
            return msgspec.structs.replace(
                row,
                cell=number,
                cell_id=self.id,
                cell_title=self.title,
                anchor=_digest(self.title),
            )
        first, last = finding.range.start.line, finding.range.end.line
        column = self._column(finding.range.start)
        end_column = self._column(finding.range.end)
        line = self.line(first)
        return msgspec.structs.replace(
            row,
            cell=number,
            cell_id=self.id,
            cell_title=self.title,
            line=first + 1,
            column=column + 1,
            end_line=last + 1,
            end_column=end_column + 1,
            excerpt=_excerpt(line, column, end_column if last == first else len(line)),
            anchor=_digest(line),
            context=_digest(self._neighbour(first, -1) + "\n" + self._neighbour(first, 1)),
        )

    def _column(self, position: Position) -> int:
        start = self.lines.to_offset(Position(position.line, 0))
        return self.lines.to_offset(position) - start

    def _neighbour(self, line: int, step: int) -> str:
        """The nearest line above or below that holds text."""
        line += step
        while 0 <= line < self.lines.line_count:
            text = self.line(line)
            if text.strip():
                return text
            line += step
        return ""


def _excerpt(line: str, start: int, end: int) -> Excerpt:
    end = max(min(end, len(line)), start)
    if len(line) <= EXCERPT_LIMIT:
        return Excerpt(line, 0, start, end)
    skipped = max(0, min(start - EXCERPT_LIMIT // 4, len(line) - EXCERPT_LIMIT))
    text = line[skipped : skipped + EXCERPT_LIMIT]
    return Excerpt(text, skipped, start - skipped, min(end - skipped, len(text)))


def _digest(text: str) -> str:
    """Hashes a text of which only the words matter, not the white space between them."""
    words = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=6).hexdigest()
