"""NB310: a file format of long ago."""

from collections.abc import Iterator

from jupyter_nbquality.edits import UpgradeFormat
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix

OLDEST = (4, 0)
"""The oldest format that passes. Whatever reads 4.5 reads each 4.x, and half of all good notebooks
are 4.4."""


class OldNbformat(Rule):
    """A file in an old notebook format.

    Why:
        Many tools of today do not read format 3 at all, and the others are not tested with it any
        more. The upgrade also gives the cells ids, so that diffs and reviews can follow a cell that
        moves. Each format 4 is read like the newest one, and is left alone.

    Example:
        ```python
        # notebook: nbformat=3.0 ids=no
        # %%
        print("hello")
        ```

    Instead:
        ```python
        # notebook: nbformat=4.5
        # %%
        print("hello")
        ```
    """

    code = "NB310"
    slug = "old-nbformat"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook in a format before 4."""
        notebook = context.notebook
        version = (notebook.nbformat, notebook.nbformat_minor)
        if version < OLDEST:
            upgrade = fix(
                "Upgrade to notebook format 4.5", Applicability.STRUCTURAL, UpgradeFormat()
            )
            yield Problem(
                "The file is in the old notebook format {}.{}".format(*version), fixes=[upgrade]
            )
