"""NB204: a cell of very much code."""

import ast
from bisect import bisect_right
from collections.abc import Iterator

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import InsertCell, replace_source
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.rule import CellRule, CodeCell, Problem, fix

_SMALLEST_PART = 5
"""A part of fewer lines is not worth a cell."""

_CONTAINERS = (ast.List, ast.Dict, ast.Tuple, ast.Set)
_PARTS_OF_DATA = (*_CONTAINERS, ast.Constant, ast.UnaryOp, ast.unaryop, ast.expr_context)


class LongCell(CellRule):
    """A cell of more than thirty lines of code.

    Why:
        A cell is what can be run, read and moved alone, and a long one does too much for that.
        Blank lines, comments, docstrings and data written in the cell are not counted, and a cell
        that is one function or class is one thing already, however long.

    Example:
        With a threshold of three lines:

        ```toml title="pyproject.toml"
        [tool.nbquality.thresholds]
        long-cell = 3
        ```

        ```python
        # %%
        import pandas as pd

        sales = pd.DataFrame({"shop": ["a", "b"], "sum": [3, 4]})

        # what each shop sold
        by_shop = sales.groupby("shop").sum()
        by_shop.plot()
        ```

    Instead:
        ```python
        # %%
        import pandas as pd

        sales = pd.DataFrame({"shop": ["a", "b"], "sum": [3, 4]})

        # %%
        # what each shop sold
        by_shop = sales.groupby("shop").sum()
        by_shop.plot()
        ```

    Options:
        `long-cell` in `[tool.nbquality.thresholds]`: how many lines of code are still fine (30).
    """

    code = "NB204"
    slug = "long-cell"
    severity = Severity.INFO

    def check_cell(self, code: CodeCell, thresholds: Thresholds) -> Iterator[Problem]:
        """Yields one problem for a cell of more lines of code than the threshold."""
        # A quick look first: most cells are far from it.
        if code.source.count("\n") + code.source.count("\r") < thresholds.long_cell:
            return
        if code.lines.line_count <= thresholds.long_cell or not code.masked.is_python:
            return
        written = _written_lines(code)
        # Only of what is written too long is it asked, which takes parsing, what does not count.
        if len(written) <= thresholds.long_cell or _is_one_definition(code):
            return
        lines = _code_lines(code, written)
        if len(lines) > thresholds.long_cell:
            yield Problem(f"This cell has {len(lines)} lines of code", fixes=_split(code, lines))


def _written_lines(code: CodeCell) -> list[int]:
    """Lists the lines, from 1, that are neither blank nor comments."""
    lines = enumerate(map(str.lstrip, code.source.splitlines()), 1)
    return [number for number, line in lines if line and not line.startswith("#")]


def _code_lines(code: CodeCell, written: list[int]) -> list[int]:
    """Lists those lines that hold code; of data that take several lines only the first."""
    passed: set[int] = set()
    for statement in code.by_kind.of(ast.Expr):
        if isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str):
            passed.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    for kind in (*_CONTAINERS, ast.Constant):
        for value in code.by_kind.of(kind):
            last = value.end_lineno or value.lineno
            if last > value.lineno and last not in passed and _is_data(value):
                passed.update(range(value.lineno + 1, last + 1))
    return [number for number in written if number not in passed]


def _is_data(value: ast.expr) -> bool:
    return all(isinstance(node, _PARTS_OF_DATA) for node in ast.walk(value))


def _is_one_definition(code: CodeCell) -> bool:
    """Tells whether a cell holds one function or class, and at most imports besides."""
    body = code.tree.body if code.tree is not None else []
    rest = [each for each in body if not isinstance(each, ast.Import | ast.ImportFrom)]
    return len(rest) == 1 and isinstance(
        rest[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    )


def _split(code: CodeCell, lines: list[int]) -> list[Fix]:
    """Offers to split the cell at the blank line between statements that is nearest its middle."""
    if code.tree is None or "\r" in code.source or any(m.name for m in code.magics if m.line == 0):
        return []
    text = code.source.split("\n")
    places: list[int] = []
    for above, below in zip(code.tree.body, code.tree.body[1:], strict=False):
        end = above.end_lineno or above.lineno
        is_apart = end < len(text) and not text[end].strip()
        # The last expression of a cell is displayed: a split behind one would show more.
        if is_apart and below.lineno > end and not isinstance(above, ast.Expr):
            smaller = min(_count_to(lines, end), len(lines) - _count_to(lines, end))
            if smaller >= min(_SMALLEST_PART, len(lines) // 2):
                places.append(end)
    if not places:
        return []
    place = min(places, key=lambda end: abs(_count_to(lines, end) - len(lines) / 2))
    start = place + next(i for i, line in enumerate(text[place:]) if line.strip())
    upper, lower = "\n".join(text[:place]), "\n".join(text[start:])
    return [
        fix(
            f"Split before line {start + 1}",
            Applicability.STRUCTURAL,
            replace_source("", code.source, upper),
            InsertCell("", "code", lower),
        )
    ]


def _count_to(lines: list[int], end: int) -> int:
    return bisect_right(lines, end)
