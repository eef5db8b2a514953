"""NB205: a notebook of very many cells."""

from collections.abc import Iterator

from jupyter_nbquality.lint.rule import Context, Problem, Rule


class ManyCells(Rule):
    """A notebook of more than a hundred cells.

    Why:
        Nobody can read it in one sitting, and running all of it for one change takes long. Parts
        that are finished do better as a module, or as a notebook of their own. This rule is off
        unless it is selected.

    Example:
        With a threshold of three cells:

        ```toml title="pyproject.toml"
        [tool.nbquality.thresholds]
        many-cells = 3
        ```

        ```python
        # %%
        import pandas as pd

        # %%
        sales = pd.DataFrame({"shop": ["a", "b"], "sum": [3, 4]})

        # %%
        sales.describe()

        # %%
        sales.groupby("shop").sum()
        ```

    Instead:
        ```python
        # %%
        import pandas as pd
        from shops import read_sales

        # %%
        read_sales().groupby("shop").sum()
        ```

    Options:
        `many-cells` in `[tool.nbquality.thresholds]`: how many cells are still fine (100).
    """

    code = "NB205"
    slug = "many-cells"
    default = "off"
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook of more cells than the threshold."""
        count = len(context.notebook.cells)
        if count > context.thresholds.many_cells:
            yield Problem(f"This notebook has {count} cells")
