"""NB210: a notebook that does not say what it is about."""

import re
from collections.abc import Iterator

from jupyter_nbquality.edits import InsertCell
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._headings import heading_of
from jupyter_nbquality.lint.rules._names import file_stem, is_untitled

NEAR_THE_TOP = 3
"""So many cells may stand before the title ends, such as a badge or the author's name."""

SMALLEST = 4
"""A notebook of fewer written cells is a beginning, and needs no title."""


class MissingTitle(Rule):
    """No heading in the first three cells.

    Why:
        A reader, and a search in a folder of many notebooks, cannot tell what this one is about. A
        Markdown heading near the top does, and gives the table of contents its first line.
        Notebooks of up to three cells are left alone.

        Off by default: two of five notebooks that are kept in good order have no title, since they
        are pages of a site that has one, or examples named by their file. Name it in `select` where
        each notebook is to stand alone.

    Example:
        ```python
        # notebook: path=churn_by_month.ipynb
        # %%
        import pandas as pd

        # %%
        churn = pd.DataFrame({"month": [1, 2], "left": [12, 9]})

        # %%
        churn.describe()

        # %%
        churn.plot()
        ```

    Instead:
        ```python
        # notebook: path=churn_by_month.ipynb
        # %% [markdown]
        # # Churn by month

        # %%
        import pandas as pd

        # %%
        churn = pd.DataFrame({"month": [1, 2], "left": [12, 9]})

        # %%
        churn.describe()

        # %%
        churn.plot()
        ```
    """

    code = "NB210"
    slug = "missing-title"
    severity = Severity.INFO
    default = "off"
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook without a heading near its top."""
        cells = context.notebook.cells
        if sum(1 for cell in cells if cell.source.strip()) < SMALLEST:
            return
        if all(heading_of(cell) is None for cell in cells[:NEAR_THE_TOP]):
            yield Problem(
                "No heading in the first three cells says what this notebook is about",
                fixes=_insert_title(context.notebook.path),
            )


def _insert_title(path: str) -> list[Fix]:
    words = re.sub(r"[-_\s]+", " ", file_stem(path)).strip()
    if not words or is_untitled(path):
        return []
    title = words[0].upper() + words[1:]
    return [
        fix(
            f"Insert the title “{title}”",
            Applicability.STRUCTURAL,
            InsertCell(None, "markdown", f"# {title}"),
        )
    ]
