"""NB111: a result that a run from top to bottom would not give."""

from typing import ClassVar

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import HeardRule


class StaleCell(HeardRule):
    """Cell whose result would be another one if it ran again now.

    Why:
        What is shown below the cell no longer follows from the code above it.

        Something that the cell needs was edited, ran again or changed after the cell ran. *Run
        stale cells* in the panel brings them up to date. It takes a kernel to know this, so
        `nbquality check` says nothing. In an open notebook stale cells have marks of their own, a
        note below the output and a count in the panel; turn this rule on to have them in the list
        of problems too.

    Example:
        ```python
        # %% [3]
        prices = read_prices()

        # %% [2]
        total = sum(prices)

        # %% [ran]
        prices = read_prices("old")
        ```

    Instead:
        ```python
        # %% [1]
        prices = read_prices()

        # %% [2]
        total = sum(prices)
        ```
    """

    code: ClassVar = "NB111"
    slug: ClassVar = "stale-cell"
    default: ClassVar = "off"
    live_severity: ClassVar = Severity.INFO
