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


class LongCell(CellRule):
    """A cell of more than thirty lines of code.

    Why:
        A cell is what can be run, read and moved alone, and a long one does too much for that.
        Blank lines, comments and docstrings are not counted.

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
        lines = _code_lines(code)
        if len(lines) > thresholds.long_cell:
            yield Problem(f"This cell has {len(lines)} lines of code", fixes=_split(code, lines))


def _code_lines(code: CodeCell) -> list[int]:
    """Lists the lines, from 1, that hold code."""
    docstrings: set[int] = set()
    for node in code.by_kind.of(ast.Expr):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return [
        number
        for number, line in enumerate(code.source.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in docstrings
    ]


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
