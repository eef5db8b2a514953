"""NB310: a file format of long ago."""

from collections.abc import Iterator

from jupyter_nbquality.edits import UpgradeFormat
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix


class OldNbformat(Rule):
    """A file in an old notebook format.

    Why:
        Formats before 4.5 have no cell ids, so that tools lose track of a cell that moves, in diffs
        and in reviews. Many tools do not read format 3 at all. JupyterLab keeps the old format of
        4.4 and less when it saves.

    Example:
        ```python
        # notebook: nbformat=4.4 ids=no
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
        """Yields one problem for a notebook in a format before 4.5."""
        notebook = context.notebook
        version = (notebook.nbformat, notebook.nbformat_minor)
        if version < (4, 5):
            upgrade = fix(
                "Upgrade to notebook format 4.5", Applicability.STRUCTURAL, UpgradeFormat()
            )
            yield Problem(
                "The file is in the old notebook format {}.{}".format(*version), fixes=[upgrade]
            )
