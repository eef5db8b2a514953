"""What has to be run to see whether a plan keeps what a notebook does."""

from collections.abc import Sequence
from pathlib import PurePosixPath

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeFile, EditPlan, InsertCell
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.effects import WorldEffect, world_effects


class Trial(msgspec.Struct, frozen=True):
    """An old and a new version to run.

    Attributes:
        before: The cells of the old one, in order.
        after: Those of the new one.
        made_of: The old cells that a new one is made of, where that is not the one of its id.
        files: Texts of modules that the new one needs, by their paths as seen from the notebook.
        effects: What running them does outside of the notebook's folder.
    """

    before: list[Step]
    after: list[Step]
    made_of: dict[str, list[str]]
    files: dict[str, str]
    effects: list[WorldEffect]


def trial(notebook: Notebook, plan: EditPlan, libraries: Libraries | None = None) -> Trial:
    """Says what has to be run.

    Args:
        notebook: The document.
        plan: What would be done with it.
        libraries: What calls of libraries do.

    Raises:
        KeyError: The plan names a cell that is not there.
    """
    new = applied(notebook, plan)
    folder = PurePosixPath(notebook.path).parent
    files = {
        _seen_from(folder, operation.path): operation.text
        for operation in plan.operations
        if isinstance(operation, ChangeFile)
    }
    before, after = _steps(notebook), _steps(new)
    effects: dict[WorldEffect, None] = {}
    for version in (notebook, new):
        dataflow = Dataflow(libraries)
        dataflow.update(version)
        effects.update(dict.fromkeys(world_effects(dataflow)))
    return Trial(
        before,
        after,
        _made_of(before, after, any(isinstance(each, InsertCell) for each in plan.operations)),
        files,
        [effect for effect in effects if not effect.stays_inside],
    )


def _steps(notebook: Notebook) -> list[Step]:
    return [
        Step(cell.id, cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip()
    ]


def _made_of(before: Sequence[Step], after: Sequence[Step], inserts: bool) -> dict[str, list[str]]:
    """Gives the cells that went into another: those that are gone, into the one above."""
    kept = {step.cell for step in after}
    found: dict[str, list[str]] = {}
    above: str | None = None
    for step in before:
        if step.cell in kept:
            above = step.cell
        elif above is not None:
            found.setdefault(above, [above]).append(step.cell)
    if inserts:
        known = {step.cell for step in before}
        found.update({step.cell: [] for step in after if step.cell not in known})
    return found


def _seen_from(folder: PurePosixPath, path: str) -> str:
    pure = PurePosixPath(path)
    return str(pure.relative_to(folder)) if pure.is_relative_to(folder) else pure.name
