"""NB208: a cell that holds only code in comments."""

import re
from collections.abc import Iterator

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import DeleteCell, source_hash
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import CellRule, CodeCell, Problem, fix
from jupyter_nbquality.lint.rules._comments import reads_as_code, uncommented

_MARKERS = re.compile(r"# ?%%(?:\s|$)|# \+|#\|")
"""Comments that other tools read."""


class CommentedOutCell(CellRule):
    """A cell that is all commented-out code.

    Why:
        Nobody knows whether it still works or is still wanted. What was tried before is kept better
        by version control. A comment that says when to use the code keeps the cell from being
        marked.

    Example:
        ```python
        # sales = sales[sales.year > 2020]
        # sales.plot()
        ```

    Instead:
        Delete the cell, or say what it is for.

        ```python
        # Only the last years: uncomment to see the trend since the new shop opened.
        # sales = sales[sales.year > 2020]
        # sales.plot()
        ```
    """

    code = "NB208"
    slug = "commented-out-cell"
    severity = Severity.INFO
    needles = (("#",),)

    def check_cell(self, code: CodeCell, thresholds: Thresholds) -> Iterator[Problem]:  # noqa: ARG002
        """Yields one problem for a cell whose every line is a comment, and together are code."""
        if not code.source.lstrip().startswith("#"):
            return
        lines = [line for line in code.source.splitlines() if line.strip()]
        if not lines or not all(line.lstrip().startswith("#") for line in lines):
            return
        if any(_MARKERS.match(line.lstrip()) for line in lines):
            return
        if _is_install(lines) or not reads_as_code("\n".join(_dedented(lines))):
            return
        delete = fix(
            "Delete cell", Applicability.STRUCTURAL, DeleteCell("", source_hash(code.source))
        )
        yield Problem("This cell is all commented-out code", fixes=[delete])


def _dedented(lines: list[str]) -> list[str]:
    """Takes the comment marks off, and one more space where all lines but blank ones have it."""
    bare = [line.lstrip().lstrip("#") for line in lines]
    indent = min((len(line) - len(line.lstrip()) for line in bare if line.strip()), default=0)
    return [line[indent:] for line in bare]


def _is_install(lines: list[str]) -> bool:
    """Tells whether all lines install something, which readers do once, and by hand."""
    return all(
        uncommented(line).lstrip().startswith(("!", "%")) and "install" in line for line in lines
    )
