"""NB211: a notebook that still has the name of a new one."""

from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._counts import written_cells
from jupyter_nbquality.lint.rules._names import file_name, is_untitled, rename, stem_from_title


class UntitledNotebook(Rule):
    """A notebook with work in it that is still called Untitled.

    Why:
        Among other notebooks nobody will find it again by this name. Where the notebook has a
        heading, its words are offered as a name.

    Example:
        ```python
        # notebook: path=Untitled7.ipynb
        # %% [markdown]
        # # Churn by month

        # %%
        print("churn")
        ```

    Instead:
        ```python
        # notebook: path=churn-by-month.ipynb
        # %% [markdown]
        # # Churn by month

        # %%
        print("churn")
        ```
    """

    code = "NB211"
    slug = "untitled-notebook"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook with code that has the name of a new one."""
        if is_untitled(context.notebook.path) and written_cells(context.notebook):
            yield Problem(
                f"This notebook is still called `{file_name(context.notebook.path)}`",
                fixes=rename(context, stem_from_title(context)),
            )
