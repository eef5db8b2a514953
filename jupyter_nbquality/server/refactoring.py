"""Asks the library for refactorings."""

from collections.abc import Callable
from pathlib import Path

from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.refactor.cells_to_module import cells_to_module
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.extract_module import Place, extract_module, names_defined
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.server.project import libraries_for
from jupyter_nbquality.server.refactor_wire import (
    ExtractFunctionWish,
    ExtractModuleWish,
    RefactorReply,
    RefactorRequest,
)

_MOST_BYTES = 1_000_000


def refactor(request: RefactorRequest, folder: Path | None) -> RefactorReply:
    """Answers a request.

    Args:
        request: What is wanted.
        folder: The real folder of the notebook; ``None`` when unknown.
    """
    libraries = libraries_for(folder)
    wish = request.wish
    if isinstance(wish, ExtractFunctionWish):
        return extract_function(
            request.notebook,
            wish.selection,
            wish.name,
            docstring=wish.docstring,
            libraries=libraries,
        )
    return _extract_module(request, wish, folder, libraries)


def _extract_module(
    request: RefactorRequest, wish: ExtractModuleWish, folder: Path | None, libraries: Libraries
) -> RefactorReply:
    on_disk = folder / Path(wish.module).name if folder is not None else None
    place = Place(wish.module, wish.existing, wish.path, on_disk)
    if wish.function:
        return cells_to_module(
            request.notebook,
            Selection(wish.cells),
            wish.function,
            place,
            autoreload=wish.autoreload,
            neighbour=_neighbours(folder),
            libraries=libraries,
        )
    return extract_module(
        request.notebook,
        wish.names or names_defined(request.notebook, wish.cells),
        place,
        autoreload=wish.autoreload,
        neighbour=_neighbours(folder),
        libraries=libraries,
    )


def _neighbours(folder: Path | None) -> Callable[[str], str | None]:
    def text(module: str) -> str | None:
        if folder is None or not module.isidentifier():
            return None
        file = folder / f"{module}.py"
        try:
            if file.stat().st_size > _MOST_BYTES:
                return None
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    return text
