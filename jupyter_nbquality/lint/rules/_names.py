"""The file name of a notebook, and names that could be given to it."""

import os
import re
import unicodedata
from pathlib import PurePath

from jupyter_nbquality.edits import RenameFile
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.rule import Context, fix
from jupyter_nbquality.lint.rules._headings import first_heading

_UNTITLED = re.compile(r"Untitled\d*")
_LONGEST = 60


def file_name(path: str) -> str:
    """Gives the name of the file at a path; empty where nothing is known."""
    return os.path.basename(path)  # noqa: PTH119 - paths are slow to make


def file_stem(path: str) -> str:
    """Gives the same without its ending."""
    return os.path.splitext(file_name(path))[0]  # noqa: PTH122 - as above


def is_untitled(path: str) -> bool:
    """Tells whether a notebook has the name that JupyterLab gives to a new one."""
    return _UNTITLED.fullmatch(file_stem(path)) is not None


def stem_from_title(context: Context) -> str:
    """Makes a stem for the file name from the first heading of a notebook; may be empty."""
    heading = unicodedata.normalize("NFKD", first_heading(context.notebook) or "")
    words = re.findall(r"[a-z0-9]+", heading.encode("ascii", "ignore").decode().lower())
    stem = ""
    for word in words:
        if len(stem) + len(word) >= _LONGEST:
            break
        stem = f"{stem}-{word}" if stem else word
    return stem


def rename(context: Context, stem: str) -> list[Fix]:
    """Makes the fix that gives the notebook another stem; none where it is taken or empty."""
    path = PurePath(context.notebook.path)
    if not stem or stem == path.stem:
        return []
    new_path = path.with_name(stem + path.suffix)
    folder = context.surroundings.folder
    if folder is not None and (folder / new_path.name).exists():
        return []
    return [
        fix(
            f"Rename to {new_path.name}",
            Applicability.STRUCTURAL,
            RenameFile(path.as_posix(), new_path.as_posix()),
        )
    ]
