"""Modules beside a notebook, as refactorings read and write them."""

import difflib
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.edits import ChangeFile, EditPlan, source_hash

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.refactor.extract_module import Place


def place_of(opened: "Opened", module: str) -> "Place":
    """Says where a module is to stand, and what it holds.

    Args:
        opened: The notebook.
        module: The path of the module, as seen from the folder of the notebook.

    Raises:
        Trouble: The file is there and cannot be read.
    """
    from jupyter_nbquality.origins import import_path
    from jupyter_nbquality.refactor.extract_module import Place

    folder = opened.file.path.parent
    if PurePath(module).is_absolute():
        module = os.path.relpath(module, folder.resolve())
    file = folder / module
    path = PurePath(module).as_posix()
    return Place(path, _text(file), os.fspath(file), file, import_path(path, folder))


def neighbour(opened: "Opened") -> Callable[[str], str | None]:
    """Gives what reads a module of the notebook's project, by its name."""

    def text(module: str) -> str | None:
        path = path_of(opened, module)
        return _text(opened.file.path.parent / path) if path is not None else None

    return text


def path_of(opened: "Opened", module: str) -> str | None:
    """Gives the path of a module of the project, as seen from the notebook; nothing for none."""
    from jupyter_nbquality.config import find_config
    from jupyter_nbquality.lint.surroundings import gather

    folder = opened.file.path.parent
    around = gather(folder, find_config(opened.file.path).root)
    file = around.module_file(module)
    if file is None or around.folder is None:
        return None
    return Path(os.path.relpath(file, around.folder)).as_posix()


def module_diffs(plan: EditPlan) -> Iterator[str]:
    """Writes the difference of each module that a plan changes."""
    for operation in plan.operations:
        if isinstance(operation, ChangeFile):
            before = _text(Path(operation.path)) or ""
            lines = difflib.unified_diff(
                before.splitlines(),
                operation.text.splitlines(),
                operation.path if before else "/dev/null",
                operation.path,
                lineterm="",
            )
            yield "\n".join([*lines, ""])


def write_modules(plan: EditPlan) -> None:
    """Writes the modules that a plan changes.

    Raises:
        Trouble: One is not as it was any more, or cannot be written.
    """
    from jupyter_nbquality.notebook_file import write

    for operation in plan.operations:
        if not isinstance(operation, ChangeFile):
            continue
        file = Path(operation.path)
        text = _text(file)
        now = source_hash(text) if text is not None else None
        if now != operation.before_hash:
            raise Trouble(f"{escaped(operation.path)} was changed meanwhile and is left alone.")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write(file, operation.text.encode())
        except OSError as error:
            raise Trouble(
                f"{escaped(operation.path)} cannot be written: {error.strerror}."
            ) from None


def _text(file: Path) -> str | None:
    """Reads a file; nothing where there is none.

    Raises:
        Trouble: It cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{escaped(str(file))} cannot be read: {escaped(str(error))}.") from None
