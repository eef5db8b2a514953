"""NB209: text for the reader that stands in comments."""

import ast
import functools
import re
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.edits import InsertCell, Operation, SetCellType, replace_source, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._comments import reads_as_code, reads_as_prose, uncommented
from jupyter_nbquality.notebook import Cell

_PROSE_SHARE = 0.75
_CODE_CHARACTERS = re.compile(r"[={}\[\];]")
_QUOTED = re.compile(r"`[^`]*`")
_LEGAL = re.compile(r"copyright|licen[sc]e|spdx|all rights reserved", re.IGNORECASE)


class _Block(msgspec.Struct, frozen=True):
    """Comment lines in a row: the first line and the one behind the last, from 0."""

    first: int
    end: int
    text: str


class LongCommentBlock(Rule):
    """Four or more comment lines in a row that read as prose.

    Why:
        A notebook has text cells for what a reader should know; there it can have headings, links,
        formulas and pictures. Comments inside functions, licences and commented-out code are not
        meant.

    Example:
        ```python
        # We look at the customers who left in the last year.
        # A customer has left when the contract ended and no
        # new one was signed within thirty days, which is the
        # definition that the sales team uses.
        left = customers[customers.days_since_end > 30]
        ```

    Instead:
        ```python
        # %% [markdown]
        # We look at the customers who left in the last year.
        # A customer has left when the contract ended and no
        # new one was signed within thirty days, which is the
        # definition that the sales team uses.

        # %%
        left = customers[customers.days_since_end > 30]
        ```

    Options:
        `comment-block` in `[tool.nbquality.thresholds]`: from how many lines on (4).
    """

    code = "NB209"
    slug = "long-comment-block"
    severity = Severity.INFO
    needles = (("#",),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each such block between the statements of a cell."""
        above: str | None = None
        known = {cell.id: code for cell, code in context.code_cells()}
        for cell in context.notebook.cells:
            code = known.get(cell.id)
            if code is not None and cell.source.count("#") >= context.thresholds.comment_block:
                for block in _blocks(code, context.thresholds.comment_block):
                    yield Problem(
                        f"These {block.end - block.first} lines of comment read as text",
                        cell.id,
                        code.line_range(block.first, block.end - 1),
                        _to_markdown(cell, code, block, above),
                    )
            above = cell.id


def _blocks(code: CodeCell, smallest: int) -> Iterator[_Block]:
    lines = code.source.splitlines()
    # Not parsed where there are no such lines in a row.
    marks = "".join(line[:1] if line.startswith("#") else " " for line in lines)
    if "#" * smallest not in marks or code.tree is None:
        return
    inside = {
        number
        for statement in code.tree.body
        for number in range(_first_line(statement) - 1, statement.end_lineno or 0)
    }
    first = 0
    while first < len(lines):
        end = first
        while end < len(lines) and end not in inside and _may_be_text(lines[end]):
            end += 1
        if end - first >= smallest and (text := _prose(lines[first:end], smallest)) is not None:
            yield _Block(first, end, text)
        first = end + 1


@functools.lru_cache(maxsize=4_096)
def _may_be_text(line: str) -> bool:
    if not line.startswith("#"):
        return False
    text = uncommented(line)
    if reads_as_prose(text):
        return True
    return _CODE_CHARACTERS.search(_QUOTED.sub("", text)) is None and not reads_as_code(text)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _prose(comments: list[str], smallest: int) -> str | None:
    """Gives the text of a comment block; ``None`` where it is too short, no prose, or legal."""
    lines = [uncommented(line).rstrip() for line in comments]
    words = [line for line in lines if re.search(r"\w", line)]
    text = "\n".join(line if re.search(r"\w", line) else "" for line in lines).strip("\n")
    if len(words) < smallest or _LEGAL.search(text):
        return None
    if sum(map(reads_as_prose, words)) < _PROSE_SHARE * len(words):
        return None
    return text


def _to_markdown(cell: Cell, code: CodeCell, block: _Block, above: str | None) -> list[Fix]:
    """Offers to make a text cell of a block: of all the cell, above it, or between two halves."""
    if code.tree is None or code.magics or "\r" in cell.source:
        return []
    lines = cell.source.split("\n")
    before, after = lines[: block.first], lines[block.end :]
    upper = "\n".join(before).rstrip("\n")
    lower = "\n".join(after).lstrip("\n")
    operations: list[Operation]
    if not upper.strip() and not lower.strip():
        operations = [SetCellType(cell.id, source_hash(cell.source), "markdown", block.text)]
    elif not upper.strip():
        operations = [
            InsertCell(above, "markdown", block.text),
            replace_source(cell.id, cell.source, lower),
        ]
    elif not _shows_more(code, block):
        operations = [replace_source(cell.id, cell.source, upper)]
        if lower.strip():
            operations.append(InsertCell(cell.id, "code", lower))
        operations.append(InsertCell(cell.id, "markdown", block.text))
    else:
        return []
    return [fix("Make it a Markdown cell", Applicability.STRUCTURAL, *operations)]


def _shows_more(code: CodeCell, block: _Block) -> bool:
    """Tells whether a split here would display an expression that is not displayed now."""
    body = code.tree.body if code.tree is not None else []
    above = [statement for statement in body if statement.lineno <= block.first]
    return len(above) < len(body) and bool(above) and isinstance(above[-1], ast.Expr)
