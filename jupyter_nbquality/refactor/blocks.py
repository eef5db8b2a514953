"""Finds the statements of a block that a person selected."""

import ast
import re
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position
from jupyter_nbquality.refactor.indenting import lines_in_strings
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import (
    Selection,
    first_line,
    last_line,
    last_selected,
    without_blank,
)

_BREAK = re.compile(r"\r\n|\n|\r")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


class Block(msgspec.Struct):
    """Consecutive statements of one block, which stand on lines of their own.

    Attributes:
        cell: The cell.
        known: What is known of it.
        lines: Its lines, without their breaks.
        first: The first selected line, from 0.
        last: The last one.
        chosen: The statements.
        block: All statements of the block.
        around: The nodes around them, from the statement of the cell inwards.
    """

    cell: Cell
    known: CellFacts
    lines: list[str]
    first: int
    last: int
    chosen: list[ast.stmt]
    block: list[ast.stmt]
    around: list[ast.AST]

    @property
    def outermost(self) -> ast.stmt:
        """The statement of the cell that holds the block."""
        assert isinstance(self.around[0], ast.stmt)
        return self.around[0]

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function that the statements belong to, if they do to one."""
        for node in reversed(self.around):
            if isinstance(node, _FUNCTION):
                return node
        return None

    @property
    def indent(self) -> str:
        """What stands before each statement."""
        line = self.lines[self.chosen[0].lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    @property
    def text(self) -> str:
        """The selected lines, moved to the left."""
        fixed = lines_in_strings(self.known.masked.text)
        indent = self.indent
        moved = []
        for number in range(self.first, self.last + 1):
            line = self.lines[number]
            if number not in fixed:
                # A comment or a line in brackets may stand further to the left.
                line = line[len(indent) :] if line.startswith(indent) else line.lstrip()
            moved.append(line)
        return "\n".join(moved)

    @property
    def rest(self) -> str:
        """The cell from the statement that holds the block on, without what is selected."""
        top = first_line(self.outermost) - 1
        lines = [
            *self.lines[top : self.first],
            f"{self.indent}pass",
            *self.lines[self.last + 1 :],
        ]
        return "\n".join(lines)


def selected_block(notebook: Notebook, selection: Selection) -> Block | None:
    """Gives the statements of a block that are selected.

    Returns:
        Nothing where the selection is none of whole statements in one block of a cell.

    Raises:
        RefusedError: Other code stands on their lines.
    """
    start, end = selection.start, selection.end
    if len(selection.cells) != 1 or start is None or end is None:
        return None
    cell = next((each for each in notebook.cells if each.id == selection.cells[0]), None)
    if cell is None or cell.cell_type != "code" or not notebook.is_python:
        return None
    known = CellFacts(cell.source)
    if known.state != "known" or known.tree is None or known.masked.removed:
        return None
    lines = _BREAK.split(cell.source)
    last = last_selected(lines, start.line, end)
    first, last = without_blank(lines, start.line, last)
    if first > last or _cuts_lines(cell, lines, (first, last), (start, end)):
        return None
    around: list[ast.AST] = []
    block = known.tree.body
    while True:
        touched = [each for each in block if _top(each) <= last and first <= last_line(each) - 1]
        if not touched:
            return None
        within = all(first <= _top(each) and last_line(each) - 1 <= last for each in touched)
        if within:
            break
        if len(touched) != 1:
            return None
        found = next(
            (
                (path, inner)
                for path, inner in _blocks(touched[0])
                if _top(inner[0]) <= last and first <= last_line(inner[-1]) - 1
            ),
            None,
        )
        if found is None:
            return None
        around += found[0]
        block = found[1]
    if not around:
        return None
    _check_lines(cell, lines, (first, last), touched)
    return Block(cell, known, lines, first, last, touched, block, around)


def _cuts_lines(
    cell: Cell, lines: list[str], between: tuple[int, int], ends: tuple[Position, Position]
) -> bool:
    """Tells whether a selection begins or ends in the middle of a line."""
    (first, last), (start, end) = between, ends
    index = LineIndex(cell.source)
    ahead = behind = ""
    if start.line == first:
        ahead = lines[first][: index.to_offset(start) - index.to_offset(Position(first, 0))]
    if end.line == last:
        behind = lines[last][index.to_offset(end) - index.to_offset(Position(last, 0)) :]
    return bool(ahead.strip() or (behind.strip() and not behind.lstrip().startswith(("#", ";"))))


def _top(statement: ast.stmt) -> int:
    return first_line(statement) - 1


def _blocks(statement: ast.stmt) -> Iterator[tuple[list[ast.AST], list[ast.stmt]]]:
    """Yields the blocks of a statement, with the nodes on the way to each."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if block:
            yield [statement], block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield [statement, part], part.body


def _check_lines(
    cell: Cell, lines: list[str], between: tuple[int, int], chosen: list[ast.stmt]
) -> None:
    """Refuses lines that hold other code than the chosen statements."""
    first, last = between
    covered = {line for each in chosen for line in range(first_line(each) - 1, last_line(each))}
    others = any(
        lines[number].strip() and not lines[number].lstrip().startswith("#")
        for number in range(first, last + 1)
        if number not in covered
    )
    head = chosen[0]
    # Bytes are counted; what stands before a statement of its own are blanks alone.
    before = lines[head.lineno - 1].encode()[: head.col_offset].decode(errors="replace")
    if before.strip():
        raise RefusedError(
            "shared-line",
            "The statement stands on the line of its block's head; put it on a line of its own.",
            cell.id,
        )
    is_branch = isinstance(head, ast.If) and lines[head.lineno - 1].lstrip().startswith("elif")
    if others or is_branch:
        raise RefusedError(
            "part-of-statement",
            "The selection holds more than whole statements of one block; select those alone.",
            cell.id,
        )
