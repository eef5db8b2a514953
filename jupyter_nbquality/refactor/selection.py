"""What a person selected, as whole statements of cells."""

import ast
import re
from collections.abc import Iterator, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.refused import RefusedError

_BREAK = re.compile(r"\r\n|\n|\r")


class Selection(msgspec.Struct, frozen=True):
    """Code cells that stand one below the other, or a part of them.

    Attributes:
        cells: Their ids; other cells may stand between them if they hold no code.
        start: Where it begins in the first cell; ``None`` for the beginning.
        end: Where it ends in the last cell; ``None`` for the end.
    """

    cells: list[str]
    start: Position | None = None
    end: Position | None = None


class Piece(msgspec.Struct, frozen=True):
    """What is selected of one cell: whole lines with whole statements.

    Attributes:
        cell: The cell.
        lines: Its lines, without their breaks.
        first: The first selected line, from 0.
        last: The last one.
    """

    cell: Cell
    lines: list[str]
    first: int
    last: int

    @property
    def before(self) -> str:
        """The text above the selection."""
        return "\n".join(self.lines[: self.first])

    @property
    def text(self) -> str:
        """The selected text."""
        return "\n".join(self.lines[self.first : self.last + 1])

    @property
    def after(self) -> str:
        """The text below the selection."""
        return "\n".join(self.lines[self.last + 1 :])

    @property
    def range(self) -> Range:
        """Where the selection stands."""
        index = LineIndex(self.cell.source)
        return Range(Position(self.first, 0), index.end_of_line(self.last))


def pieces(notebook: Notebook, selection: Selection) -> list[Piece]:
    """Finds the statements that a person selected.

    Args:
        notebook: The document.
        selection: What was selected; blanks at its ends do not matter.

    Returns:
        One entry a cell, in order, each with a statement at least.

    Raises:
        RefusedError: There is no code in it, or a part of a statement; a cell does not parse.
    """
    cells = _cells(notebook, selection)
    found = []
    for place, cell in enumerate(cells):
        start = selection.start if place == 0 else None
        end = selection.end if place == len(cells) - 1 else None
        piece = _piece(cell, start, end)
        if piece is not None:
            found.append(piece)
    if not found:
        raise RefusedError("nothing-selected", "There is no code in the selection.")
    if len(found) > 1:
        _refuse_cell_magics(found)
    return found


def _refuse_cell_magics(found: Sequence[Piece]) -> None:
    for piece in found:
        for magic in CellFacts(piece.cell.source).masked.magics:
            if magic.kind == "cell-magic":
                raise RefusedError(
                    "magic",
                    f"`%%{magic.name}` is about the whole of its cell; it would be about the other "
                    "cells, too.",
                    piece.cell.id,
                )


def first_line(statement: ast.stmt) -> int:
    """Gives the first line of a statement, from 1, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def last_line(statement: ast.stmt) -> int:
    """Gives the last line of a statement, from 1."""
    return statement.end_lineno or statement.lineno


def comments_above(lines: Sequence[str], first: int) -> int:
    """Gives the first line of the comments right above a line, or the line itself; from 0."""
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return first


def _cells(notebook: Notebook, selection: Selection) -> list[Cell]:
    wanted = set(selection.cells)
    places = [place for place, cell in enumerate(notebook.cells) if cell.id in wanted]
    if len(places) < len(wanted):
        raise RefusedError("unknown-cell", "A selected cell is not in the notebook any more.")
    chosen = [notebook.cells[place] for place in places]
    between = notebook.cells[places[0] : places[-1] + 1] if places else []
    if any(cell.cell_type == "code" and cell.id not in wanted for cell in between):
        raise RefusedError("not-adjacent", "The selected cells have other code between them.")
    return [cell for cell in chosen if cell.cell_type == "code"]


def _piece(cell: Cell, start: Position | None, end: Position | None) -> Piece | None:
    """Gives what is selected of a cell; nothing where that holds no code."""
    known = CellFacts(cell.source)
    if known.state == "broken":
        raise RefusedError("does-not-parse", "The cell does not parse.", cell.id)
    if known.state != "known" or known.tree is None:
        raise RefusedError("not-python", "The cell is not in Python.", cell.id)
    if known.masked.removed:
        raise RefusedError(
            "indented", "The code of the cell is indented as a whole; take that away.", cell.id
        )
    lines = _BREAK.split(cell.source)
    first, last = 0, len(lines) - 1
    index = LineIndex(cell.source)
    magics = [magic for magic in known.masked.magics if magic.kind == "cell-magic"]
    if magics and start is None:
        first = magics[0].end_line + 1
    if start is not None:
        first = start.line
    if end is not None:
        last = last_selected(lines, first, end)
    first, last = without_blank(lines, first, last)
    if first > last:
        return None
    _refuse_parts(cell, known, index, lines, (first, last), (start, end))
    if not any(first <= top < last + 1 for top, _bottom in _spans(known)):
        return None
    return Piece(cell, lines, first, last)


def last_selected(lines: Sequence[str], first: int, end: Position) -> int:
    """Gives the last line, from 0, of a selection; one of which nothing is selected is none."""
    last = min(end.line, len(lines) - 1)
    return last - 1 if end.column == 0 and last > first else last


def without_blank(lines: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Gives the first and the last of some lines, from 0, without empty ones around."""
    while first <= last and not lines[first].strip():
        first += 1
    while last >= first and not lines[last].strip():
        last -= 1
    return first, last


def _refuse_parts(
    cell: Cell,
    known: CellFacts,
    index: LineIndex,
    lines: Sequence[str],
    between: tuple[int, int],
    ends: tuple[Position | None, Position | None],
) -> None:
    """Refuses a selection that holds a part of a statement."""
    first, last = between
    start, end = ends
    for top, bottom in _spans(known):
        if top < first <= bottom or top <= last < bottom:
            raise RefusedError(
                "part-of-statement",
                f"The selection holds a part of the statement on line {top + 1}; "
                "select the whole of it.",
                cell.id,
            )
    if start is not None and start.line == first:
        ahead = lines[first][: index.to_offset(start) - index.to_offset(Position(first, 0))]
        if ahead.strip():
            raise RefusedError(
                "part-of-line", "The selection begins in the middle of a line.", cell.id
            )
    if end is not None and end.line == last:
        behind = lines[last][index.to_offset(end) - index.to_offset(Position(last, 0)) :]
        if behind.strip() and not behind.lstrip().startswith(("#", ";")):
            raise RefusedError(
                "part-of-line", "The selection ends in the middle of a line.", cell.id
            )


def _spans(known: CellFacts) -> Iterator[tuple[int, int]]:
    """Gives the first and last line, from 0, of each top-level statement and magic."""
    for statement in known.tree.body if known.tree is not None else ():
        yield first_line(statement) - 1, last_line(statement) - 1
    for magic in known.masked.magics:
        if magic.kind != "cell-magic":
            yield magic.line, magic.end_line
