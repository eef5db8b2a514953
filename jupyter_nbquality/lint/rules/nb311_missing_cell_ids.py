"""NB311: cells without ids in a format that has them."""

from collections.abc import Iterator

from jupyter_nbquality.edits import UpgradeFormat
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix


class MissingCellIds(Rule):
    """Cells without ids in notebook format 4.5 or newer.

    Why:
        The file is not valid in its own format, as a script or a merge by hand leaves it: some
        tools refuse it, others make new ids each time they save it. Older formats have no ids (see
        NB310).

    Example:
        ```python
        # notebook: nbformat=4.5 ids=no
        # %%
        print("hello")
        ```

    Instead:
        ```python
        # notebook: nbformat=4.5 ids=yes
        # %%
        print("hello")
        ```
    """

    code = "NB311"
    slug = "missing-cell-ids"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook that ought to have cell ids and has not."""
        notebook = context.notebook
        if (notebook.nbformat, notebook.nbformat_minor) >= (4, 5) and not notebook.has_cell_ids:
            yield Problem(
                "Some cells have no ids, which this notebook format asks for",
                fixes=[fix("Add cell ids", Applicability.STRUCTURAL, UpgradeFormat())],
            )
