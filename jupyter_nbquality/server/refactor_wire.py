"""What goes over the wire about refactorings."""

import msgspec

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.extract_function import Extraction
from jupyter_nbquality.refactor.extract_module import ModuleExtraction
from jupyter_nbquality.refactor.selection import Selection


class ExtractFunctionWish(
    msgspec.Struct, frozen=True, tag_field="refactoring", tag="extract-function"
):
    """Asks for a function made of a selection.

    Attributes:
        selection: What to make a function of.
        name: The function's name.
        docstring: Whether it gets a first line of documentation.
    """

    selection: Selection
    name: str
    docstring: bool = True


class ExtractModuleWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="extract-module"):
    """Asks to move definitions into a module.

    Attributes:
        cells: The ids of the cells whose definitions move.
        function: The name of a function that is made of the cells first; empty where their own
            definitions move.
        names: The names that move; with none, all that the cells define.
        module: The path of the module, as seen from the folder of the notebook.
        path: Its path, relative to the server root.
        existing: Its text; ``None`` where it is new.
        autoreload: Whether a cell is added that makes the kernel follow changes of modules.
    """

    cells: list[str]
    module: str
    path: str
    function: str = ""
    names: list[str] = []
    existing: str | None = None
    autoreload: bool = False


RefactorWish = ExtractFunctionWish | ExtractModuleWish


class RefactorRequest(msgspec.Struct, frozen=True):
    """Asks how to refactor a notebook; changes nothing."""

    notebook: Notebook
    wish: RefactorWish


RefactorReply = Extraction | ModuleExtraction | Refusal
"""The answer: what to do and what to tell, or why not."""
