"""NB106: a cell that was not run, among cells that were."""

from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._counts import run_count, written_cells

SKIPPING_TAGS = frozenset({"skip-execution", "nbval-skip"})
SKIPPING_COMMENT = "NBVAL_SKIP"
"""What asks a tool not to run a cell."""


class UnexecutedCell(Rule):
    """A code cell without an execution count, above cells that have one.

    Why:
        The results below it were made without this cell, so running all cells may change them.
        Cells at the end of a notebook are not marked, as work goes on there; nor are cells of
        comments alone, or cells tagged `skip-execution`.

    Example:
        ```python
        # %% [1]
        rate = 0.2

        # %% [ ]
        rate = 0.25

        # %% [2]
        100 * (1 + rate)
        ```

    Instead:
        Run the cell, or delete it.

        ```python
        # %% [1]
        rate = 0.25

        # %% [2]
        100 * (1 + rate)
        ```
    """

    code = "NB106"
    slug = "unexecuted-cell"
    live_severity = Severity.INFO
    any_language = True
    not_yet = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each cell without a count that stands above one with a count."""
        if not any(cell.execution_count for cell in context.notebook.cells):
            return
        cells = written_cells(context.notebook)
        while cells and run_count(cells[-1]) is None:
            cells.pop()
        for cell in cells:
            if run_count(cell) is not None or not SKIPPING_TAGS.isdisjoint(cell.tags):
                continue
            if SKIPPING_COMMENT in cell.source:
                continue
            if any(
                line.strip() and not line.lstrip().startswith("#")
                for line in cell.source.splitlines()
            ):
                yield Problem("This cell was not run, but cells below it were", cell.id)
