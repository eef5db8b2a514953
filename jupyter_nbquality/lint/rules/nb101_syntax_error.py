"""NB101: a cell that does not parse."""

from typing import ClassVar

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import HeardRule


class SyntaxErrorInCell(HeardRule):
    """Cell that is not valid Python for the notebook's kernel.

    Why:
        The cell fails before its first line runs, and everything that depends on it fails with it.

        Whether a cell parses is ruff's word, for the Python version of the notebook's kernel:
        syntax that is newer than the Python JupyterLab runs on is no error. Magics, shell lines and
        cells in other languages are left out. The other cells are checked as ever.

    Example:
        ```python
        def add_ratios(frame:
            frame["ratio"] = frame["a"] / frame["b"]
        ```

    Instead:
        ```python
        def add_ratios(frame):
            frame["ratio"] = frame["a"] / frame["b"]
        ```

    Silence:
        A comment in the cell is not sure to be one while the cell does not parse: tag the cell
        `nbquality-ignore`, or choose `Ignore in this cell` in the problem's menu.
    """

    code: ClassVar = "NB101"
    slug: ClassVar = "syntax-error"
    severity: ClassVar = Severity.ERROR
    not_yet: ClassVar = True
