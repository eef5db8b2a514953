"""Makes a function of cells and moves it into a module, in one go."""

from collections.abc import Callable

import msgspec

from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeFile,
    ChangeMetadata,
    DeleteCell,
    EditPlan,
    InsertCell,
    Operation,
    Refusal,
    replace_source,
)
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.extract_module import ModuleExtraction, Place, extract_module
from jupyter_nbquality.refactor.selection import Selection


def cells_to_module(
    notebook: Notebook,
    selection: Selection,
    name: str,
    place: Place,
    *,
    autoreload: bool = False,
    neighbour: Callable[[str], str | None] = lambda _module: None,
    libraries: Libraries | None = None,
) -> ModuleExtraction | Refusal:
    """Makes a function of a selection, and moves it into a module.

    Args:
        notebook: The document.
        selection: What to make a function of.
        name: The function's name.
        place: Where the module is to stand.
        autoreload: See `extract_module`.
        neighbour: See `extract_module`.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    made = extract_function(notebook, selection, name, libraries=libraries)
    if isinstance(made, Refusal):
        return made
    between = applied(notebook, made.plan)
    moved = extract_module(
        between, [name], place, autoreload=autoreload, neighbour=neighbour, libraries=libraries
    )
    if isinstance(moved, Refusal):
        return moved
    files: list[Operation] = [op for op in moved.plan.operations if isinstance(op, ChangeFile)]
    new = [op for op in moved.plan.operations if isinstance(op, InsertCell)]
    rest = [op for op in moved.plan.operations if op not in files and op not in new]
    after = applied(between, EditPlan("", rest))
    sources = {cell.id: cell.source for cell in after.cells}
    operations: list[Operation] = []
    for cell in notebook.cells:
        source = sources.get(cell.id)
        if source is not None and source != cell.source:
            operations.append(replace_source(cell.id, cell.source, source))
    deleted = [op for op in made.plan.operations if isinstance(op, DeleteCell | ChangeMetadata)]
    notes = list(moved.notes)
    if made.loses:
        names = ", ".join(f"`{each}`" for each in made.loses)
        notes.insert(0, f"The notebook has {names} no longer: nothing else reads them.")
    return msgspec.structs.replace(
        moved,
        plan=EditPlan(moved.plan.title, [*files, *operations, *deleted, *new]),
        along=[each for each in moved.along if each != name],
        notes=notes,
        loses=made.loses,
    )
