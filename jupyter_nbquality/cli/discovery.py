"""Finds the notebooks that a command is about: files, folders and patterns, as ruff does."""

import glob
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_nbquality.config import Config, ConfigFinder, matches
from jupyter_nbquality.git import work_tree

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


def find_notebooks(
    arguments: Iterable[str], *, force_exclude: bool | None = None
) -> tuple[list[str], list[str]]:
    """Finds notebooks.

    A file that is named is taken whatever it is called and whoever ignores it. A folder is
    searched for ``*.ipynb``, but for what ``.gitignore`` files and ``exclude`` of the settings
    leave out, and never through links to folders. A pattern that the shell left as it is finds what
    a search finds.

    Args:
        arguments: What the person wrote.
        force_exclude: Whether what searches leave out, but for ``.gitignore``, is left out where it
            is named, too; ``None`` for what the settings say.

    Returns:
        The paths, each file once, those of a folder sorted; and the arguments that name nothing.
    """
    found: dict[str, str] = {}
    missing = []
    # Of this search alone: the next one may find other files, or another working directory.
    configs = ConfigFinder()
    for argument in arguments:
        path = Path(argument)
        if path.exists():
            if _is_excluded(path, configs, force_exclude):
                continue
            new = _search(path, configs) if path.is_dir() else [str(path)]
        else:
            matched = glob.glob(argument, recursive=True)  # noqa: PTH207 - takes absolute patterns
            if not matched:
                missing.append(argument)
            new = _matched(argument, sorted(matched), configs)
        for each in new:
            found.setdefault(os.path.abspath(each), each)  # noqa: PTH100 - paths are slow to make
    return list(found.values()), missing


def _is_excluded(path: Path, configs: ConfigFinder, force: bool | None) -> bool:
    """Tells whether what is named is left out all the same, as with ruff's ``--force-exclude``."""
    config = configs.of(str(path) if path.is_dir() else os.path.split(path)[0])
    if not (config.force_exclude if force is None else force):
        return False
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - without `..`, through no link
    root = config.root or Path.cwd()
    below = absolute.relative_to(root) if absolute.is_relative_to(root) else absolute
    folders = below.parts if path.is_dir() else below.parts[:-1]
    return not SKIPPED_FOLDERS.isdisjoint(folders) or _excludes(config, absolute)


def _excludes(config: Config, path: Path) -> bool:
    return any(matches(path, pattern, config.root) for pattern in config.exclude)


def _matched(pattern: str, matched: list[str], configs: ConfigFinder) -> Iterator[str]:
    """Yields what a pattern finds, but for what a search of the folder before it leaves out."""
    start = _fixed_part(pattern)
    ignores = _Ignores(start)
    known = {start: True}
    ignores.read(str(start))

    def is_searched(folder: Path) -> bool:
        if folder not in known:
            known[folder] = (
                # A pattern may lead up again: `a/*/../../b`.
                not folder.is_relative_to(start)
                or (
                    is_searched(folder.parent)
                    and folder.name not in SKIPPED_FOLDERS
                    and not (folder / "pyvenv.cfg").exists()
                    and not ignores.match(str(folder), is_folder=True)
                )
            )
            if known[folder]:
                ignores.read(str(folder))
        return known[folder]

    for each in matched:
        path = Path(each)
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - without `..`, through no link
        if path.is_dir():
            if is_searched(absolute):
                yield from _search(path, configs)
        elif (
            path.suffix == ".ipynb"
            and is_searched(absolute.parent)
            and not ignores.match(str(absolute), is_folder=False)
            and not _excludes(configs.of(os.path.split(path)[0]), path)
        ):
            yield str(path)


def _fixed_part(pattern: str) -> Path:
    """Gives the folder that a pattern names before its first wildcard."""
    fixed = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(os.path.abspath(Path(*fixed)))  # noqa: PTH100 - without `..`, through no link


def _search(folder: Path, configs: ConfigFinder) -> Iterator[str]:
    base = folder.absolute()
    ignores = _Ignores(base)
    shown = "" if folder == Path() else f"{folder}".rstrip(os.sep) + os.sep
    for path in _below(shown, f"{base}".rstrip(os.sep) + os.sep, ignores):
        config = configs.of(os.path.split(path)[0])
        if not _excludes(config, Path(path)):
            yield path


# Texts, not paths: there are many files, and paths are slow to make.
def _below(folder: str, absolute: str, ignores: "_Ignores") -> Iterator[str]:
    """Yields the notebooks below a folder; both its names end in a separator, if not empty."""
    try:
        with os.scandir(absolute) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError:
        return
    ignores.read(absolute)
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in SKIPPED_FOLDERS:
            continue
        if not is_folder and not (entry.name.endswith(".ipynb") and entry.is_file()):
            continue
        if ignores.match(absolute + entry.name, is_folder=is_folder):
            continue
        if not is_folder:
            yield folder + entry.name
            continue
        below = f"{absolute}{entry.name}{os.sep}"
        if not os.path.exists(f"{below}pyvenv.cfg"):  # noqa: PTH110
            yield from _below(f"{folder}{entry.name}{os.sep}", below, ignores)


class _Ignores:
    """The ``.gitignore`` files that count: those above a folder in its work tree, and below."""

    def __init__(self, folder: Path) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []
        root = work_tree(folder)
        if root is None:
            return
        self._add(root, _global_ignores(root))
        self._add(root, _lines(root / ".git" / "info" / "exclude"))
        above = folder.relative_to(root).parts
        for depth in range(len(above)):
            self.read(str(root.joinpath(*above[:depth])))

    def read(self, folder: str) -> None:
        """Reads the file of one folder, if there is one."""
        file = os.path.join(folder, ".gitignore")  # noqa: PTH118
        if os.path.exists(file):  # noqa: PTH110
            self._add(folder, _lines(Path(file)))

    def _add(self, folder: Path | str, lines: list[str]) -> None:
        if not lines:
            return
        # Imported here, for most runs meet no such file.
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(lines)
        except ValueError:
            return
        self._specs.append((str(folder).rstrip(os.sep) + os.sep, spec))

    def match(self, text: str, *, is_folder: bool) -> bool:
        """Tells whether a path is ignored; the file nearest to it has the last word."""
        ignored = False
        for base, spec in self._specs:
            if text.startswith(base):
                relative = text[len(base) :].replace(os.sep, "/") + ("/" if is_folder else "")
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
