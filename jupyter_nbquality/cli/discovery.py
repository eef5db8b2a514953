"""Finds the notebooks that a command is about: files, folders and globs, as ruff finds its files."""

import functools
import glob
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_nbquality.config import Config, find_config, matches

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SKIPPED_FOLDERS = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nbquality_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".virtual_documents",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "buck-out",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    }
)
"""Folders that hold no work of a person's; ruff's list and Jupyter's own."""


def find_notebooks(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """Finds notebooks.

    A file that is named is taken whatever it is called and whoever ignores it. A folder is searched
    for ``*.ipynb``, but for what ``.gitignore`` files and ``exclude`` of the settings leave out, and
    never through links to folders. A pattern that the shell left as it is works too.

    Args:
        arguments: What the person wrote.

    Returns:
        The paths, each once, those of a folder sorted; and the arguments that name nothing.
    """
    found: dict[str, None] = {}
    missing = []
    for argument in arguments:
        if os.path.isdir(argument):
            found.update(dict.fromkeys(sorted(_search(argument))))
        elif os.path.exists(argument):
            found[os.path.normpath(argument)] = None
        else:
            matched = sorted(glob.glob(argument, recursive=True))
            for path in matched:
                if os.path.isdir(path):
                    found.update(dict.fromkeys(sorted(_search(path))))
                elif path.endswith(".ipynb"):
                    found[os.path.normpath(path)] = None
            if not matched:
                missing.append(argument)
    return list(found), missing


def _search(folder: str) -> Iterator[str]:
    ignores = _Ignores(Path(folder).absolute())
    pending = [os.path.normpath(folder)]
    while pending:
        current = pending.pop()
        try:
            entries = list(os.scandir(current))
        except OSError:
            continue
        names = {entry.name for entry in entries}
        absolute = os.path.abspath(current)
        if ".gitignore" in names:
            ignores.read(absolute)
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder:
                if entry.name in SKIPPED_FOLDERS or "pyvenv.cfg" in _names(entry.path, entry.name):
                    continue
            elif not entry.name.endswith(".ipynb") or not entry.is_file():
                continue
            path = os.path.join(current, entry.name) if current != "." else entry.name
            if ignores.match(os.path.join(absolute, entry.name), is_folder):
                continue
            if is_folder:
                pending.append(path)
            elif not _excluded(path):
                yield path


def _names(path: str, name: str) -> list[str]:
    """The names in a folder that could be a virtual environment by its own name."""
    if "env" not in name:
        return []
    try:
        return os.listdir(path)
    except OSError:
        return []


def _excluded(path: str) -> bool:
    config = _config_of(os.path.dirname(path) or ".")
    return any(matches(Path(path), pattern, config.root) for pattern in config.exclude)


@functools.lru_cache(maxsize=1024)
def _config_of(folder: str) -> Config:
    return find_config(Path(folder))


class _Ignores:
    """The ``.gitignore`` files that count in a folder: those above it in its work tree, and below."""

    def __init__(self, folder: Path) -> None:
        self._specs: list[tuple[str, "GitIgnoreSpec"]] = []
        work_tree = next(
            (each for each in (folder, *folder.parents) if (each / ".git").exists()), None
        )
        if work_tree is None:
            return
        self._add(str(work_tree), _global_ignores(work_tree))
        self._add(str(work_tree), _lines(work_tree / ".git" / "info" / "exclude"))
        above = folder.relative_to(work_tree).parts
        for depth in range(len(above)):
            self.read(str(work_tree.joinpath(*above[:depth])))

    def read(self, folder: str) -> None:
        """Reads the file of one folder."""
        self._add(folder, _lines(Path(folder) / ".gitignore"))

    def _add(self, folder: str, lines: list[str]) -> None:
        if not lines:
            return
        # Imported here, for most runs meet no such file.
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(lines)
        except ValueError:
            return
        self._specs.append((folder.rstrip(os.sep) + os.sep, spec))

    def match(self, path: str, is_folder: bool) -> bool:
        """Tells whether a path is ignored; the file nearest to it has the last word."""
        ignored = False
        for base, spec in self._specs:
            if path.startswith(base):
                relative = path[len(base) :].replace(os.sep, "/") + ("/" if is_folder else "")
                verdict = spec.check_file(relative).include
                if verdict is not None:
                    ignored = verdict
        return ignored


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _global_ignores(work_tree: Path) -> list[str]:
    """The lines of the person's own ignore file, wherever git has it."""
    file = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "git" / "ignore"
    for config in ("~/.gitconfig", "~/.config/git/config"):
        text = "\n".join(_lines(Path(config).expanduser())).lower()
        if "excludesfile" in text:
            try:
                answer = subprocess.run(
                    ["git", "config", "--type=path", "--get", "core.excludesFile"],
                    cwd=work_tree,
                    capture_output=True,
                    text=True,
                    timeout=5,
                    check=False,
                )
            except (OSError, subprocess.SubprocessError):
                break
            if answer.stdout.strip():
                file = Path(answer.stdout.strip())
            break
    return _lines(file)
