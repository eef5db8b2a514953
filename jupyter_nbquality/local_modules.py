"""Modules that stand beside a notebook, where its kernel finds them first."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

_MOST_ENTRIES = 1_000
"""Of a package with more files and folders than these, only the first are asked."""
_MOST_MODULES = 50
"""So many modules that import one another are followed."""
_MOST_CHARS = 200_000
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+([^#;\n]+))", re.M)


def written(folder: Path, module: str) -> Mapping[str, float]:
    """Tells when a module beside a notebook, and those that it imports from there, were written.

    Args:
        folder: Where the notebook is.
        module: Its top-level name.

    Returns:
        Seconds since 1970 by the name of the module, of a package those of its newest file; empty
        where there is no such module.
    """
    times: dict[str, float] = {}
    waiting = [module]
    asked = {module}
    while waiting and len(times) < _MOST_MODULES:
        name = waiting.pop()
        files = list(_files(folder, name))
        if not files:
            continue
        times[name] = max(time for _path, time in files)
        for path, time in files[:_MOST_MODULES]:
            new = _imported(path, time) - asked
            asked |= new
            waiting += sorted(new)
    return times


def _files(folder: Path, module: str) -> Iterator[tuple[str, float]]:
    """Gives the files of a module, with their times."""
    if not module.isidentifier():
        return
    package = folder / module
    try:
        # As Python has it, a package goes before a file of the same name.
        if (package / "__init__.py").is_file() or not (folder / f"{module}.py").is_file():
            yield from _files_below(package)
        else:
            path = folder / f"{module}.py"
            yield str(path), path.stat().st_mtime
    except OSError:
        return


def _files_below(package: Path) -> Iterator[tuple[str, float]]:
    entries = 0
    folders = [str(package)]
    while folders:
        try:
            found = os.scandir(folders.pop())
        except OSError:
            continue
        with found:
            for entry in found:
                entries += 1
                if entries > _MOST_ENTRIES:
                    return
                if entry.name.endswith(".py"):
                    yield entry.path, entry.stat().st_mtime
                elif entry.name.isidentifier() and entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)


@lru_cache(maxsize=1_000)
def _imported(path: str, _time: float) -> frozenset[str]:
    """Gives the top-level names of what a file imports; asked again when it was written anew."""
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            text = file.read(_MOST_CHARS)
    except OSError:
        return frozenset()
    names = set()
    for source, several in _IMPORT.findall(text):
        for name in [source] if source else several.split(","):
            names.add(name.partition(" as ")[0].strip().partition(".")[0])
    return frozenset(names)
