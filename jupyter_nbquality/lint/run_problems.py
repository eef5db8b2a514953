"""What is wrong with results in a kernel, as problems for NB110 and NB111."""

from collections.abc import Mapping, Sequence

from jupyter_nbquality.dataflow.ghosts import Ghost
from jupyter_nbquality.dataflow.report import Flow
from jupyter_nbquality.dataflow.staleness import CellStaleness, Reason
from jupyter_nbquality.edits import InsertCell
from jupyter_nbquality.findings import Applicability
from jupyter_nbquality.lint.rule import Problem, fix
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range


def run_problems(
    notebook: Notebook, flow: Flow, ghosts: Sequence[Ghost], stale: Sequence[CellStaleness]
) -> dict[str, list[Problem]]:
    """Says what is wrong, by the code of the rule that tells it.

    Args:
        notebook: The document.
        flow: Its names.
        ghosts: Names without a definition.
        stale: How the result of each cell stands.
    """
    places = {
        (cell.cell, name.name): name.range
        for cell in flow.cells
        for name in (*cell.deferred_uses, *cell.uses)
    }
    labels = _labels(notebook)
    return {
        "NB110": [_ghost(ghost, notebook, places) for ghost in ghosts],
        "NB111": [
            Problem(_stale(each.reasons[0], labels), each.cell)
            for each in stale
            if each.state == "stale" and each.reasons
        ],
    }


def _ghost(
    ghost: Ghost, notebook: Notebook, places: Mapping[tuple[str, str], Range | None]
) -> Problem:
    index = notebook.index_of(ghost.reader)
    above = notebook.cells[index - 1].id if index else None
    restore = fix(
        f"Add the cell that defined {ghost.name}",
        Applicability.STRUCTURAL,
        InsertCell(above, "code", ghost.source),
    )
    return Problem(
        f"`{ghost.name}` is known to the kernel alone: no cell defines it any more",
        ghost.reader,
        places.get((ghost.reader, ghost.name)),
        [restore],
    )


def _stale(reason: Reason, labels: Mapping[str, str]) -> str:
    other = labels.get(reason.cell or "", "another cell")
    name = f"`{reason.name.removeprefix('file:')}`"
    return {
        "edited": "This cell was edited since it ran",
        "input-edited": f"{other} was edited since it ran, so {name} may differ",
        "input-ran-later": f"{other} made {name} anew after this ran",
        "input-changed-later": f"{other} changed {name} after this ran",
        "input-not-run": f"{name} comes from {other}, which did not run",
        "input-stale": f"{name} comes from {other}, which is stale",
        "other-input": f"{name} came from {other}, and would come from elsewhere now",
        "own-result": f"This cell ran more than once, and changed {name} each time",
        "ghost": f"{name} came from code that is in no cell any more",
        "module-edited": f"The module {name} was edited after this ran",
        "module-outdated": f"The module {name} was edited after the kernel imported it",
    }.get(reason.kind, f"{name} may differ from what it was")


def _labels(notebook: Notebook) -> dict[str, str]:
    """Names cells as people see them: by their prompt, or by their number."""
    counts = [cell.execution_count for cell in notebook.cells]
    return {
        cell.id: (
            f"`[{cell.execution_count}]`"
            if cell.execution_count is not None and counts.count(cell.execution_count) == 1
            else f"Cell {number}"
        )
        for number, cell in enumerate(notebook.cells, 1)
    }
