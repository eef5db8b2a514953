"""Runs a notebook several times, to see which cells are not deterministic."""

from jupyter_nbquality.execution.compare import output_difference
from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
from jupyter_nbquality.execution.proof import Run, Setting, run
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.execution.workspace import TooManyFilesError
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.pytest_plugin.underway import Underway
from jupyter_nbquality.testing.slice_kernel import is_compared, is_skipped

_SHOWN = 120


def unsteady_cells(underway: Underway, times: int) -> list[str]:
    """Runs the cells of a notebook in fresh kernels, each time in a copy of its folder.

    Cells whose output nbval is told to ignore may differ; addresses and times may always.

    Args:
        underway: The notebook.
        times: How often, at least twice.

    Returns:
        A sentence for each cell that does not show the same each time.
    """
    notebook = underway.notebook
    steps = [
        Step(cell.id, cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and not is_skipped(cell)
    ]
    try:
        own = underway.setting()
        setting = Setting(own.folder, own.kernel, own.cell_seconds)
        runs = [run(steps, setting) for _ in range(times)]
    except (KernelTroubleError, TooManyFilesError, OSError) as error:
        return [f"The notebook could not be run {times} times: {error}"]
    return _differences(notebook, underway, runs)


def _differences(notebook: Notebook, underway: Underway, runs: list[Run]) -> list[str]:
    told = []
    first, *others = runs
    for place, cell in enumerate(notebook.cells):
        if cell.id not in first.cells or not is_compared(cell):
            continue
        once = [first.cells[cell.id]]
        for number, other in enumerate(others, start=2):
            found = output_difference(cell.id, once, other.cells[cell.id], once)
            if found is not None:
                what = "ends otherwise" if found.what == "error" else "shows something else"
                told.append(
                    f"{underway.label(place)} {what} in run {number}: "
                    f"{found.before[:_SHOWN]!r} became {found.after[:_SHOWN]!r}"
                )
                break
    return told
