"""NB206: an empty cell that is not at the end."""

from collections.abc import Iterator

from jupyter_nbquality.edits import DeleteCell, source_hash
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix


class EmptyCell(Rule):
    """An empty cell with other cells below it.

    Why:
        It is a gap that says nothing to a reader. Empty cells at the end are the place where work
        goes on, and are not marked.

    Example:
        ```python
        # %%
        rate = 0.2

        # %%

        # %%
        100 * (1 + rate)
        ```

    Instead:
        ```python
        # %%
        rate = 0.2

        # %%
        100 * (1 + rate)

        # %%
        ```
    """

    code = "NB206"
    slug = "empty-cell"
    severity = Severity.INFO
    any_language = True
    not_yet = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each blank cell above a cell that is not blank."""
        cells = list(context.notebook.cells)
        while cells and not cells[-1].source.strip():
            cells.pop()
        for cell in cells:
            if not cell.source.strip():
                delete = fix(
                    "Delete cell",
                    Applicability.STRUCTURAL,
                    DeleteCell(cell.id, source_hash(cell.source)),
                )
                yield Problem("This cell is empty", cell.id, fixes=[delete])
