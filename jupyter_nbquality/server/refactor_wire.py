"""What goes over the wire about refactorings."""

from typing import Literal

import msgspec

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Position, Range
from jupyter_nbquality.refactor.extract_function import Extraction
from jupyter_nbquality.refactor.extract_module import ModuleExtraction
from jupyter_nbquality.refactor.extract_variable import NamedExpression
from jupyter_nbquality.refactor.inline import Inlining
from jupyter_nbquality.refactor.inline_import import ImportInlining
from jupyter_nbquality.refactor.merge_cells import Merge
from jupyter_nbquality.refactor.move_cell import Move
from jupyter_nbquality.refactor.parameters import ParameterWish
from jupyter_nbquality.refactor.push_back import PushBack
from jupyter_nbquality.refactor.rename import Renaming
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.split_cell import Split


class ExtractFunctionWish(
    msgspec.Struct, frozen=True, tag_field="refactoring", tag="extract-function"
):
    """Asks for a function made of a selection.

    Attributes:
        selection: What to make a function of.
        name: The function's name.
        docstring: Whether it gets a first line of documentation.
        parameters: What a person wants of its parameters.
    """

    selection: Selection
    name: str
    docstring: bool = True
    parameters: list[ParameterWish] = []


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


class ExtractVariableWish(
    msgspec.Struct, frozen=True, tag_field="refactoring", tag="extract-variable"
):
    """Asks for a name for an expression.

    Attributes:
        cell: The id of the cell.
        range: Where the expression stands.
        name: The new name.
    """

    cell: str
    range: Range
    name: str


class ExtractConstantWish(
    msgspec.Struct, frozen=True, tag_field="refactoring", tag="extract-constant"
):
    """Asks for a name for a literal, bound on top.

    Attributes:
        cell: The id of the cell.
        range: Where the literal stands.
        name: The new name.
        everywhere: Whether it is replaced wherever else the notebook has it.
    """

    cell: str
    range: Range
    name: str
    everywhere: bool = False


class PlaceInCell(msgspec.Struct, frozen=True):
    """A place in a cell, such as that of the cursor.

    Attributes:
        cell: The id of the cell.
        position: Where in it.
    """

    cell: str
    position: Position


class RenameWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="rename"):
    """Asks for another name for a name of the notebook.

    Attributes:
        name: The name.
        to: What it is to be called.
        at: Where a person saw the name; refused where it is not that of the notebook there.
        mentions: Where else it is changed along.
    """

    name: str
    to: str
    at: PlaceInCell | None = None
    mentions: list[Literal["markdown", "comment"]] = []


class InlineWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="inline"):
    """Asks to put what a name holds where it is read.

    Attributes:
        name: Of a variable or a function.
        at: See `RenameWish`.
    """

    name: str
    at: PlaceInCell | None = None


class MoveWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="move"):
    """Asks to move a cell below another one; to the top where that is ``None``."""

    cell: str
    after: str | None


class SplitWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="split"):
    """Asks to make several cells of one.

    Attributes:
        cell: The id of the cell.
        lines: Above which lines, from 1, it is cut; with none, where it begins to do another kind
            of thing.
        cursor: A line, from 1, whose statement is to begin a cell.
    """

    cell: str
    lines: list[int] = []
    cursor: int | None = None


class MergeWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="merge"):
    """Asks to make one cell of several, by their ids."""

    cells: list[str]


class InlineImportWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="inline-import"):
    """Asks to bring what a notebook imports from a module beside it into the notebook."""

    name: str


class PushBackWish(msgspec.Struct, frozen=True, tag_field="refactoring", tag="push-back"):
    """Asks to write what was brought into the notebook back into its module.

    Attributes:
        name: Of a function or a class.
        keep: Whether it stays in the notebook, too.
        replace: Whether it is written though the module changed it meanwhile.
        path: The path of the module, relative to the server root; empty where nobody knows.
        existing: Its text, as an editor has it; ``None`` for that on disk.
    """

    name: str
    keep: bool = False
    replace: bool = False
    path: str = ""
    existing: str | None = None


RefactorWish = (
    ExtractFunctionWish
    | ExtractModuleWish
    | ExtractVariableWish
    | ExtractConstantWish
    | RenameWish
    | InlineWish
    | MoveWish
    | SplitWish
    | MergeWish
    | InlineImportWish
    | PushBackWish
)


class RefactorRequest(msgspec.Struct, frozen=True):
    """Asks how to refactor a notebook; changes nothing."""

    notebook: Notebook
    wish: RefactorWish


RefactorReply = (
    Extraction
    | ModuleExtraction
    | NamedExpression
    | Renaming
    | Inlining
    | Move
    | Split
    | Merge
    | ImportInlining
    | PushBack
    | Refusal
)
"""The answer: what to do and what to tell, or why not."""
