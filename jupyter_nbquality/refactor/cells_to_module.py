"""Makes a function of cells and moves it into a module, in one go."""

from collections.abc import Callable

import msgspec

from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import EditPlan, Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.applied import applied, one_after_another
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
    notes = list(moved.notes)
    if made.loses:
        names = ", ".join(f"`{each}`" for each in made.loses)
        notes.insert(0, f"The notebook has {names} no longer: nothing else reads them.")
    return msgspec.structs.replace(
        moved,
        plan=EditPlan(moved.plan.title, one_after_another(notebook, made.plan, moved.plan)),
        along=[each for each in moved.along if each != name],
        notes=notes,
        loses=made.loses,
    )
