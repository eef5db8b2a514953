"""NB105: the same execution count in two places."""

from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._counts import repeat_groups


class RepeatedExecutionCount(Rule):
    """The same execution count twice in one notebook.

    Why:
        A kernel gives each count once, so the outputs come from different sessions, or a cell was
        copied after it ran. Results of different sessions need not fit together: the data or the
        code may have changed between.

    Example:
        ```python
        # %% [1]
        import pandas as pd

        # %% [2]
        frame = pd.DataFrame({"age": [31, 45]})

        # %% [2]
        frame.describe()
        ```

    Instead:
        Restart the kernel and run all cells.

        ```python
        # %% [1]
        import pandas as pd

        # %% [2]
        frame = pd.DataFrame({"age": [31, 45]})

        # %% [3]
        frame.describe()
        ```
    """

    code = "NB105"
    slug = "repeated-execution-count"
    live_severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first cell of each stretch of cells whose counts stand above them already."""
        for first, *others in repeat_groups(context.notebook):
            subject = f"`[{first.execution_count}]`"
            if len(others) == 1:
                subject += " and the next count"
            elif others:
                subject += f" and the next {len(others)} counts"
            verb = "stand" if others else "stands"
            yield Problem(
                f"{subject} {verb} above already: outputs of different sessions", first.id
            )
