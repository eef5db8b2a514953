"""NB108: a traceback among the saved outputs."""

from collections.abc import Iterator

from jupyter_nbquality.edits import ClearOutputs
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix

EXPECTING_TAGS = frozenset({"raises-exception", "nbval-raises-exception"})
EXPECTING_COMMENT = "NBVAL_RAISES_EXCEPTION"
"""What tells a tool that a cell ought to fail."""


class ErrorOutputSaved(Rule):
    """A saved traceback: the cell failed when it was last run.

    Why:
        Running all cells stops here, or worked only by going on after the failure. In an open
        notebook this is shown quietly, as the output says it already.

    Example:
        ```python
        # %% [1]
        prices = {"tea": 3.5}

        # %% [2] error=KeyError
        prices["coffee"]
        ```

    Instead:
        Mend the cell and run it again. Where the error is what the notebook wants to show, tag the
        cell `raises-exception`: other tools go by that tag too, and go on behind the cell.

        ```python
        # %% [1]
        prices = {"tea": 3.5}

        # %% [2] error=KeyError tags=raises-exception
        prices["coffee"]
        ```
    """

    code = "NB108"
    slug = "error-output-saved"
    live_severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each cell with a traceback among its outputs."""
        for cell in context.notebook.cells:
            if not cell.outputs or not cell.outputs.error_name:
                continue
            if EXPECTING_TAGS.isdisjoint(cell.tags) and EXPECTING_COMMENT not in cell.source:
                clear = fix("Clear outputs", Applicability.STRUCTURAL, ClearOutputs(cell.id))
                yield Problem(
                    f"The saved output is an error: `{cell.outputs.error_name}`",
                    cell.id,
                    fixes=[clear],
                )
