"""NB107: a notebook of which no cell was run."""

from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._counts import run_count, written_cells


class NeverExecuted(Rule):
    """A notebook of which no cell has an execution count.

    Why:
        Nothing in it shows that the code runs. Off by default: where outputs are stripped on
        purpose, before a commit say, this is as it should be, and nine of ten notebooks of good
        projects are kept so. Name it in `select` where results are to be kept with the code.

    Example:
        ```python
        # %% [ ]
        rate = 0.2

        # %% [ ]
        100 * (1 + rate)
        ```

    Instead:
        ```python
        # %% [1]
        rate = 0.2

        # %% [2]
        100 * (1 + rate)
        ```
    """

    code = "NB107"
    slug = "never-executed"
    severity = Severity.INFO
    default = "off"
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a file with code and no counts; an open notebook shows it."""
        if context.live:
            return
        cells = written_cells(context.notebook)
        if cells and all(run_count(cell) is None for cell in cells):
            yield Problem("No cell of this notebook has an execution count")
