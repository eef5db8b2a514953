"""What has to be run to see whether a plan keeps what a notebook does."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.slices import backward, forward
from jupyter_nbquality.edits import ChangeFile, EditPlan, InsertCell
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.effects import WorldEffect, world_effects
from jupyter_nbquality.refactor.looks_up import looks_up, text_looks_up


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


class QuickTrial(msgspec.Struct, frozen=True):
    """The cells that a plan changes, to run on what a live kernel holds.

    Attributes:
        before: As they are, in order.
        after: As they would be.
        made_of: See `Trial`.
        files: Likewise.
        reason: Why that is not done, a sentence; else empty.
    """

    before: list[Step]
    after: list[Step]
    made_of: dict[str, list[str]]
    files: dict[str, str]
    reason: str


def trial(notebook: Notebook, plan: EditPlan, libraries: Libraries | None = None) -> Trial:
    """Says what has to be run: the cells that may be concerned, and what these need.

    Args:
        notebook: The document.
        plan: What would be done with it.
        libraries: What calls of libraries do.

    Raises:
        KeyError: The plan names a cell that is not there.
    """
    both = _Versions(notebook, plan, libraries)
    concerned = both.concerned()
    before, after = (
        [step for step in steps if concerned is None or step.cell in concerned]
        for steps in (both.before, both.after)
    )
    effects = dict.fromkeys(
        effect
        for dataflow in both.dataflows
        for effect in world_effects(dataflow)
        if not effect.stays_inside
    )
    return Trial(before, after, both.made_of(), both.files, list(effects))


def quick_trial(
    notebook: Notebook, plan: EditPlan, libraries: Libraries | None = None
) -> QuickTrial:
    """Says which cells have to be run, where the kernel holds what they need.

    Args:
        notebook: The document.
        plan: What would be done with it.
        libraries: What calls of libraries do.

    Raises:
        KeyError: The plan names a cell that is not there.
    """
    both = _Versions(notebook, plan, libraries)
    changed = both.changed()
    before, after = (
        [step for step in steps if step.cell in changed] for steps in (both.before, both.after)
    )
    reason = ""
    for dataflow in both.dataflows:
        own = [cell for cell in dataflow.cells if cell in changed]
        for effect in world_effects(dataflow, own):
            reason = _EFFECTS[effect.kind]
    if both.looks_up():
        reason = "Code looks names up as it runs, which the notebook as a whole has to be run for."
    if both.is_moved():
        reason = "Cells change their places, which the notebook as a whole has to be run for."
    if not after:
        reason = "No cell is changed."
    return QuickTrial(before, after, both.made_of(), both.files, reason)


_EFFECTS = {
    "writes-file": "The code writes a file, so it is not run on the side.",
    "network": "The code reaches for the network, so it is not run on the side.",
    "database": "The code reaches for a database, so it is not run on the side.",
    "subprocess": "The code starts other programs, so it is not run on the side.",
    "environment": "The code changes the environment, so it is not run on the side.",
}


class _Versions:
    """A notebook as it is, and as a plan would make it.

    Attributes:
        before: The cells of the old version, in order.
        after: Those of the new one.
        files: Texts of modules that the new one needs, by their paths as seen from the notebook.
        dataflows: What is known of both.
    """

    def __init__(self, notebook: Notebook, plan: EditPlan, libraries: Libraries | None) -> None:
        new = applied(notebook, plan)
        folder = PurePosixPath(notebook.path).parent
        self.files = {
            _seen_from(folder, operation.path): operation.text
            for operation in plan.operations
            if isinstance(operation, ChangeFile)
        }
        self.before, self.after = _steps(notebook), _steps(new)
        self._inserts = any(isinstance(each, InsertCell) for each in plan.operations)
        self.dataflows = []
        for version in (notebook, new):
            dataflow = Dataflow(libraries)
            dataflow.update(version)
            self.dataflows.append(dataflow)

    def made_of(self) -> dict[str, list[str]]:
        """See `Trial`."""
        return _made_of(self.before, self.after, self._inserts)

    def is_moved(self) -> bool:
        """Tells whether cells that stay change their order."""
        old, new = ([step.cell for step in steps] for steps in (self.before, self.after))
        return [cell for cell in old if cell in set(new)] != [
            cell for cell in new if cell in set(old)
        ]

    def looks_up(self) -> bool:
        """Tells whether code may read names that are not written in it."""
        cells = [known for dataflow in self.dataflows for known in dataflow.cells.values()]
        return any(map(looks_up, cells)) or any(map(text_looks_up, self.files.values()))

    def changed(self) -> set[str]:
        """Gives the cells that are not the same in both."""
        old, new = (
            {(step.cell, step.source) for step in each} for each in (self.before, self.after)
        )
        return {cell for cell, _ in old ^ new}

    def concerned(self) -> set[str] | None:
        """Gives the cells that may be concerned, those that reach out, and what both need.

        ``None`` stands for all, where it is not known.
        """
        is_known = all(
            known.state == "known"
            for dataflow in self.dataflows
            for known in dataflow.cells.values()
        )
        # Who runs another script, or takes what is in a module, may read and change anything.
        is_known = is_known and not any(
            unit.facts.unknown or unit.effective.beyond
            for dataflow in self.dataflows
            for unit in dataflow.graph.units
        )
        if self.is_moved() or not is_known or self.looks_up():
            return None
        changed = self.changed()
        found: set[str] = set()
        # What one version needs the other may not.
        for dataflow in (*self.dataflows, *self.dataflows):
            outside = {effect.cell for effect in world_effects(dataflow)}
            found |= _linked(dataflow, changed, found | outside)
        return found


def _linked(dataflow: Dataflow, changed: Collection[str], others: Collection[str]) -> set[str]:
    """Gives what changed cells touch, and what that and others need."""
    graph = dataflow.graph
    cells = dataflow.cells
    touched = forward(graph, [graph.unit(cell) for cell in changed if cell in cells])
    touched |= {graph.unit(cell) for cell in others if cell in cells}
    found = {str(unit.key) for unit in backward(graph, touched)}
    return found | {cell for cell, known in cells.items() if "__future__" in known.source}


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
