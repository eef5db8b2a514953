"""NB110: a name that only the kernel knows."""

from typing import ClassVar

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import HeardRule


class GhostDefinition(HeardRule):
    """Name that the kernel knows from code which is in no cell any more.

    Why:
        The notebook works here and now, and fails as soon as the kernel is restarted.

        A cell was deleted, or its definition was edited away, after it ran; other cells still read
        the name. The fix adds a cell with the text that defined it. It takes a kernel to know
        this: `nbquality check` finds such names as `F821` or `NB102`.

    Example:
        ```python
        # %% [ran]
        rate = 0.2

        # %% [2]
        price = 100 * (1 + rate)
        ```

    Instead:
        ```python
        # %% [1]
        rate = 0.2

        # %% [2]
        price = 100 * (1 + rate)
        ```
    """

    code: ClassVar = "NB110"
    slug: ClassVar = "ghost-definition"
    severity: ClassVar = Severity.ERROR
