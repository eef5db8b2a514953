"""Programs and packages on disk, as they are run to be compared with a notebook."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.execution.program import ProgramToRun

_FOLDER = "nbquality_program"
_MOST_FILES = 1_000


def program_at(path: Path) -> "ProgramToRun | None":
    """Gives what is run of a path.

    Args:
        path: A file or a folder.

    Returns:
        The package of a folder; a script that begins its work behind ``if __name__ ==
        "__main__"``, whose names are its own affair; nothing for any other file.

    Raises:
        Trouble: It cannot be read, or is a folder without a package.
    """
    from jupyter_nbquality.execution.program import ProgramToRun

    try:
        if path.is_dir():
            return _package(path)
        if path.suffix.lower() != ".py":
            return None
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{escaped(str(path))} cannot be read: {error}.") from None
    return ProgramToRun([path.name], {path.name: text}) if _is_guarded(text) else None


def _package(folder: Path) -> "ProgramToRun":
    from jupyter_nbquality.execution.program import ProgramToRun

    for root in (folder / "src", folder):
        for main in sorted(root.glob("*/__main__.py")):
            files = [*main.parent.rglob("*.py")][:_MOST_FILES]
            texts = {
                f"{_FOLDER}/{file.relative_to(root).as_posix()}": file.read_text("utf-8")
                for file in files
            }
            name = main.parent.name
            return ProgramToRun(["-m", name], texts, [_FOLDER], f"{name}.pipeline")
    raise Trouble(f"{escaped(str(folder))} holds no package with a __main__.py.")


def _is_guarded(text: str) -> bool:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
        for node in body
    )
