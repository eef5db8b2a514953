"""Notices tests that the last commit holds and the notebook does not: a tool may have dropped them.

Tools that strip outputs drop metadata, too, unless they are told what to keep.
"""

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from jupyter_nbquality.git import GitError, content_at, notebooks_unlike_head, work_tree
from jupyter_nbquality.metadata import CellTest, cell_tests
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.notebook_file import UnreadableNotebookError, parse, read

REMEMBERED = 16
REMEMBERED_SECONDS = 30.0
_NAMED = 5


class LostTests(msgspec.Struct, frozen=True):
    """Tests that are gone.

    Attributes:
        path: The notebook, as it was asked for.
        names: What they are called, in the order of the commit.
    """

    path: str
    names: list[str]

    @property
    def sentence(self) -> str:
        """Says so."""
        shown = ", ".join(f"`{name}`" for name in self.names[:_NAMED])
        more = f" and {len(self.names) - _NAMED} more" if len(self.names) > _NAMED else ""
        count = "1 test" if len(self.names) == 1 else f"{len(self.names)} tests"
        verb = "is" if len(self.names) == 1 else "are"
        return f"{count} in git HEAD {verb} gone: {shown}{more}."


def lost(before: Notebook, now: Notebook) -> list[str]:
    """Names the tests of a notebook that another version of it lacks.

    One that moved to another cell is still there, and so is one that got another name or source.

    Args:
        before: The version that has them.
        now: The version that may lack them.
    """
    here = list(_tests(now))
    places = {(cell, test.name) for cell, test in here}
    rest = Counter(test.source for _, test in here)
    rest.subtract(test.source for cell, test in _tests(before) if (cell, test.name) in places)
    gone = []
    for cell, test in _tests(before):
        if (cell, test.name) in places:
            continue
        if rest[test.source] > 0:
            rest[test.source] -= 1
            continue
        gone.append(test.name)
    return gone


def lost_since_head(paths: Iterable[str]) -> list[LostTests]:
    """Looks at notebooks for tests that the last commit holds and they do not.

    Args:
        paths: The notebooks.

    Returns:
        What is gone, by notebook, in the order of the paths; nothing where git cannot tell.
    """
    changed: dict[Path | None, dict[Path, str]] = {None: {}}
    found = []
    for path in paths:
        file = Path(path).absolute()
        root = work_tree(file.parent)
        if root not in changed:
            try:
                changed[root] = notebooks_unlike_head(root) if root is not None else {}
            except GitError:
                changed[root] = {}
        old = changed[root].get(file) or changed[root].get(file.resolve())
        if old is None or root is None:
            continue
        before = _parsed(content_at("HEAD", root, old))
        if before is None or not any(True for _ in _tests(before)):
            continue
        try:
            now = read(file).notebook
        except (OSError, UnreadableNotebookError):
            continue
        if names := lost(before, now):
            found.append(LostTests(path, names))
    return found


class HeadTests:
    """Tells of an open notebook again and again; asks git now and then only."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[float, Notebook | None]] = {}

    def notice(self, file: Path, now: Notebook) -> str:
        """Gives the sentence about tests that are gone; empty where none are.

        Args:
            file: Where the notebook stands on disk.
            now: The document as it is.
        """
        root = work_tree(file.parent)
        if root is None:
            return ""
        asked, before = self._known.get(file, (float("-inf"), None))
        if time.monotonic() - asked > REMEMBERED_SECONDS:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            before = _in_head(root, file)
            self._known[file] = (time.monotonic(), before)
        names = lost(before, now) if before is not None else []
        return LostTests(str(file), names).sentence if names else ""


def _in_head(root: Path, file: Path) -> Notebook | None:
    """Gives the notebook of the last commit; ``None`` where that has no tests, or there is none."""
    try:
        path = file.absolute().relative_to(root).as_posix()
    except ValueError:
        return None
    before = _parsed(content_at("HEAD", root, path))
    return before if before is not None and any(True for _ in _tests(before)) else None


def _parsed(data: bytes | None) -> Notebook | None:
    # Most notebooks have no tests, and are not looked into.
    if data is None or b'"nbquality"' not in data:
        return None
    try:
        return parse(data).notebook
    except UnreadableNotebookError:
        return None


def _tests(notebook: Notebook) -> Iterable[tuple[str, CellTest]]:
    for cell in notebook.cells:
        for test in cell_tests(cell.metadata):
            yield cell.id, test
