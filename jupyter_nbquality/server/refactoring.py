"""Asks the library for refactorings."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import msgspec

from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.origins import find_module, import_path
from jupyter_nbquality.refactor.cells_to_module import cells_to_module
from jupyter_nbquality.refactor.extract_constant import extract_constant
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.extract_module import Place, extract_module, names_defined
from jupyter_nbquality.refactor.extract_variable import extract_variable
from jupyter_nbquality.refactor.inline import inline
from jupyter_nbquality.refactor.inline_import import inline_import
from jupyter_nbquality.refactor.merge_cells import merge_cells
from jupyter_nbquality.refactor.move_cell import move_cell
from jupyter_nbquality.refactor.push_back import push_back
from jupyter_nbquality.refactor.rename import name_at, rename
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.split_cell import (
    Split,
    split_cell,
    statement_above,
    suggest_splits,
)
from jupyter_nbquality.server.project import libraries_for
from jupyter_nbquality.server.refactor_wire import (
    ExtractConstantWish,
    ExtractFunctionWish,
    ExtractModuleWish,
    ExtractVariableWish,
    InlineImportWish,
    InlineWish,
    MergeWish,
    MoveWish,
    PushBackWish,
    RefactorReply,
    RefactorRequest,
    RenameWish,
    SplitWish,
)

_MOST_BYTES = 1_000_000


def refactor(
    request: RefactorRequest, folder: Path | None, root: Path | None = None
) -> RefactorReply:
    """Answers a request.

    Args:
        request: What is wanted.
        folder: The real folder of the notebook; ``None`` when unknown.
        root: The folder that the server shows; ``None`` when unknown.
    """
    libraries = libraries_for(folder)
    modules = _Modules(folder, root)
    notebook = request.notebook
    match request.wish:
        case ExtractFunctionWish() as wish:
            return extract_function(
                notebook,
                wish.selection,
                wish.name,
                docstring=wish.docstring,
                parameters=wish.parameters,
                libraries=libraries,
            )
        case ExtractModuleWish() as wish:
            return _extract_module(request, wish, folder, modules, libraries)
        case ExtractVariableWish() as wish:
            return extract_variable(notebook, wish.cell, wish.range, wish.name, libraries=libraries)
        case ExtractConstantWish() as wish:
            return extract_constant(
                notebook,
                wish.cell,
                wish.range,
                wish.name,
                everywhere=wish.everywhere,
                libraries=libraries,
            )
        case RenameWish() as wish:
            return _misread(notebook, wish) or rename(
                notebook, wish.name, wish.to, mentions=set(wish.mentions), libraries=libraries
            )
        case InlineWish() as wish:
            return _misread(notebook, wish) or inline(notebook, wish.name, libraries=libraries)
        case MoveWish() as wish:
            return move_cell(notebook, wish.cell, wish.after, libraries=libraries)
        case SplitWish() as wish:
            return _split(notebook, wish, libraries)
        case MergeWish() as wish:
            return merge_cells(notebook, wish.cells, libraries=libraries)
        case InlineImportWish() as wish:
            return inline_import(notebook, wish.name, modules.text, libraries=libraries)
        case PushBackWish() as wish:
            return push_back(
                notebook,
                wish.name,
                _places(notebook, wish, modules),
                keep=wish.keep,
                force=wish.replace,
                libraries=libraries,
            )


def _misread(notebook: Notebook, wish: RenameWish | InlineWish) -> Refusal | None:
    """Says why what a person saw is not the name of the notebook; nothing where it is."""
    if wish.at is None:
        return None
    found = name_at(notebook, wish.at.cell, wish.at.position)
    if isinstance(found, Refusal):
        return found
    if found != wish.name:
        return Refusal("no-name", f"`{wish.name}` does not stand there any more.", wish.at.cell)
    return None


def _split(notebook: Notebook, wish: SplitWish, libraries: Libraries) -> Split | Refusal:
    lines = wish.lines
    if wish.cursor is not None:
        line = statement_above(notebook, wish.cell, wish.cursor)
        if isinstance(line, Refusal):
            return line
        lines = [*lines, line]
    if lines:
        return split_cell(notebook, wish.cell, lines, libraries=libraries)
    found = suggest_splits(notebook, wish.cell, libraries=libraries)
    if isinstance(found, Refusal):
        return found
    if not found:
        return Refusal("one-thing", "The cell does one kind of thing only.", wish.cell)
    made = split_cell(notebook, wish.cell, [each.line for each in found], libraries=libraries)
    return made if isinstance(made, Refusal) else msgspec.structs.replace(made, suggested=found)


def _extract_module(
    request: RefactorRequest,
    wish: ExtractModuleWish,
    folder: Path | None,
    modules: "_Modules",
    libraries: Libraries,
) -> RefactorReply:
    on_disk = folder / Path(wish.module).name if folder is not None else None
    place = Place(wish.module, wish.existing, wish.path, on_disk, modules.import_path(wish.module))
    if wish.function:
        return cells_to_module(
            request.notebook,
            Selection(wish.cells),
            wish.function,
            place,
            autoreload=wish.autoreload,
            neighbour=modules.text,
            libraries=libraries,
        )
    return extract_module(
        request.notebook,
        wish.names or names_defined(request.notebook, wish.cells),
        place,
        autoreload=wish.autoreload,
        neighbour=modules.text,
        libraries=libraries,
    )


class _Modules:
    """The modules of the project of a notebook.

    Args:
        folder: The real folder of the notebook; ``None`` when unknown.
        root: The folder that the server shows: nothing outside is read.
    """

    def __init__(self, folder: Path | None, root: Path | None) -> None:
        self._folder = folder.resolve() if folder is not None else None
        self._root = root.resolve() if root is not None else None

    def text(self, module: str) -> str | None:
        """Gives the text of a module by its name; nothing where there is none."""
        found = self._found(module)
        return found[1] if found is not None else None

    def import_path(self, path: str) -> str:
        """Gives the path of a module as it is imported."""
        return import_path(path, self._folder, self._root) if self._folder is not None else path

    def place(self, module: str, notebook: Notebook) -> Place | None:
        """Gives where a module stands; nothing where there is none."""
        found = self._found(module)
        if found is None or self._folder is None:
            return None
        file, text = found
        if file.is_relative_to(self._folder):
            path = file.relative_to(self._folder).as_posix()
            shown = str(PurePosixPath(notebook.path).parent / path)
        else:
            shown = path = file.relative_to(self._root or self._folder).as_posix()
        return Place(path, text, shown, file)

    def _found(self, module: str) -> tuple[Path, str] | None:
        file = find_module(module, self._folder, self._root) if self._folder is not None else None
        try:
            if file is not None and file.stat().st_size <= _MOST_BYTES:
                return file, file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            pass
        return None


def _places(
    notebook: Notebook, wish: PushBackWish, modules: _Modules
) -> Callable[[str], Place | None]:
    """Gives what says where a module stands, by its name."""

    def place(module: str) -> Place | None:
        if wish.path and wish.existing is not None:
            return Place(wish.path, wish.existing, wish.path)
        return modules.place(module, notebook)

    return place
