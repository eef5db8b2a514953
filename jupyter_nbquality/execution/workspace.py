"""A folder to run a notebook in, so that the one it stands in stays as it is."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

COPIED_BYTES = 1_000_000
"""Larger files are linked, not copied."""
MOST_FILES = 20_000

_PASSED_OVER = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints",
     ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", "site-packages"}
)  # fmt: skip


class TooManyFilesError(Exception):
    """A folder holds more files than are copied."""


class Workspace(msgspec.Struct, frozen=True):
    """A copy of a folder.

    Attributes:
        folder: The copy.
        linked: Files that are links to the ones in the folder itself, relative to it: who writes
            to them writes there.
    """

    folder: Path
    linked: list[str]

    def write(self, path: str, text: str) -> None:
        """Writes a file of the copy.

        Raises:
            OSError: It cannot be written, or is not in the copy.
        """
        file = self.folder / path
        if not file.resolve().is_relative_to(self.folder.resolve()):
            raise OSError(f"{path} is outside of the folder.")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@contextmanager
def workspace(original: Path | None) -> Iterator[Workspace]:
    """Makes a copy of a folder for a while: small files are copied, large ones linked.

    Args:
        original: The folder; ``None`` for an empty one.

    Raises:
        TooManyFilesError: It holds too many files.
        OSError: It cannot be read, or nothing can be written.
    """
    with tempfile.TemporaryDirectory(prefix="nbquality-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / "work"
        folder.mkdir()
        yield Workspace(folder, _fill(folder, original) if original is not None else [])


def _fill(folder: Path, original: Path) -> list[str]:
    linked: list[str] = []
    count = 0
    for current, names, files in os.walk(original):
        names[:] = [name for name in names if name not in _PASSED_OVER]
        here = Path(current)
        there = folder / here.relative_to(original)
        there.mkdir(exist_ok=True)
        for name in files:
            count += 1
            if count > MOST_FILES:
                raise TooManyFilesError(f"{original} holds more than {MOST_FILES:,} files.")
            source = here / name
            try:
                if not source.is_file():
                    continue
                if source.stat().st_size <= COPIED_BYTES:
                    shutil.copy2(source, there / name)
                else:
                    (there / name).symlink_to(source.resolve())
                    linked.append(str((here / name).relative_to(original)))
            except OSError:
                # What cannot be read here cannot be read by the notebook either.
                continue
    return linked
