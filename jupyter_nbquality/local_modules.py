"""Modules that stand beside a notebook, where its kernel finds them first."""

from pathlib import Path

_MOST_FILES = 1_000
"""Of a package with more files than these, only the first are asked."""


def written(folder: Path, module: str) -> float | None:
    """Tells when a module beside a notebook was written last.

    Args:
        folder: Where the notebook is.
        module: Its top-level name.

    Returns:
        Seconds since 1970, of a package those of its newest file; ``None`` where there is no such
        module.
    """
    if not module.isidentifier():
        return None
    try:
        return (folder / f"{module}.py").stat().st_mtime
    except OSError:
        pass
    package = folder / module
    if not package.is_dir():
        return None
    times = []
    try:
        for place, file in enumerate(package.rglob("*.py")):
            if place >= _MOST_FILES:
                break
            times.append(file.stat().st_mtime)
    except OSError:
        return None
    return max(times, default=None)
