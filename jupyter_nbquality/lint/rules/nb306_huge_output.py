"""NB306: one output above a size."""

from collections.abc import Iterator

from jupyter_nbquality.edits import ClearOutputs
from jupyter_nbquality.findings import Applicability
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix


class HugeOutput(Rule):
    """A single output that makes the notebook heavy.

    Why:
        The notebook carries it along at every save, commit and opening. Usually it is a figure with
        every point of the data in it, a printed collection, or an animation.

    Example:
        ```python
        # %% [3] size=4000000
        figure.show()
        ```

    Instead:
        Draw fewer points or a picture (`figure.show("png")`), or write the result to a file.

        ```python
        # %% [3] size=80000
        figure.show("png")
        ```

    Options:
        `huge-output` in `[tool.nbquality.thresholds]`: the size in bytes, 1,000,000 unless said
        otherwise.
    """

    code = "NB306"
    slug = "huge-output"
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each cell with an output above the threshold."""
        limit = context.thresholds.huge_output
        for cell in context.notebook.cells:
            if cell.outputs is None or cell.outputs.largest <= limit:
                continue
            clear = fix("Clear outputs", Applicability.STRUCTURAL, ClearOutputs(cell.id))
            yield Problem(f"One output takes {_size(cell.outputs.largest)}", cell.id, fixes=[clear])


def _size(count: int) -> str:
    if count < 10_000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"
