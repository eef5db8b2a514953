"""NB104: cells that were not run from top to bottom."""

from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._counts import executed_cells, repeat_groups


class OutOfOrderExecution(Rule):
    """A cell that was run before a cell above it.

    Why:
        Run from top to bottom, the notebook may give other results than the ones saved in it. Its
        outputs were made in another order than the one a reader sees, so they prove nothing about
        the code as it stands.

        In an open notebook this is shown quietly: while you work, cells are out of order all day.
        One place is marked for each time the counts fall.

    Example:
        ```python
        # %% [5]
        rate = 0.2

        # %% [3]
        price = 100 * (1 + rate)
        ```

    Instead:
        Restart the kernel and run all cells before you save for others.

        ```python
        # %% [1]
        rate = 0.2

        # %% [2]
        price = 100 * (1 + rate)
        ```
    """

    code = "NB104"
    slug = "out-of-order-execution"
    live_severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first cell of each run of cells that were executed before the one above."""
        # Where counts start over in another session, nothing is known about the order (see NB105).
        new_sessions = {group[0].id for group in repeat_groups(context.notebook)}
        above: int | None = None
        for cell, count in executed_cells(context.notebook):
            if above is not None and count < above and cell.id not in new_sessions:
                yield Problem(f"`[{count}]` ran before `[{above}]`, which stands above it", cell.id)
            above = count
