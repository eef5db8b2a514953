"""The world around a notebook, as some rules need to know it: its project, what that declares, git.

All of it is read when a rule first asks, and kept for as long as the files say the same. Nothing
outside the project's root is read, nor told to exist. git is asked with everything off that would
run a program the repository names.
"""

import functools
import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from jupyter_nbquality.git import folder_above_with, work_tree
from jupyter_nbquality.lint import requirements
from jupyter_nbquality.lint.requirements import Declared
from jupyter_nbquality.origins import find_module, module_folders

GIT_TIMEOUT = 5.0
MAX_FOLDERS = 200

# Where the requirements of a project stand besides its own folder.
_REQUIREMENTS_FOLDERS = ("ci", ".binder", "binder")


class Surroundings(msgspec.Struct, frozen=True, dict=True):
    """What some rules need to know of the world around a notebook.

    Attributes:
        folder: The notebook's folder, resolved; ``None`` when it is not on a disk we can see.
        root: The project's root, resolved: the git work tree, else the folder of the settings, else
            that of the next ``pyproject.toml`` above, else ``folder``.
    """

    folder: Path | None = None
    root: Path | None = None

    @functools.cached_property
    def requirements_files(self) -> tuple[Path, ...]:
        """The files that declare dependencies, from beside the notebook up to the root."""
        found: list[Path] = []
        for folder in self._levels():
            found += _requirements_in(folder)
            found += _texts_in(folder / "requirements")
            for name in _REQUIREMENTS_FOLDERS:
                found += _requirements_in(folder / name)
        return tuple(found)

    @functools.cached_property
    def declared(self) -> Declared | None:
        """What the project declares; ``None`` where nothing near the notebook declares anything."""
        if self.root is None:
            return None
        root = self.root.resolve()
        read = [requirements.read(file, root) for file in self.requirements_files]
        known = [declared for declared in read if declared is not None]
        if not known:
            return None
        return Declared(
            frozenset().union(*(declared.names for declared in known)),
            all(declared.complete for declared in known),
        )

    def file(self, relative: str) -> Path | None:
        """Finds what a relative path in the notebook's code names.

        Returns:
            The file or folder, resolved; ``None`` when it is not there, or not below the root.
        """
        if self.folder is None or not relative or "\0" in relative:
            return None
        return self._inside(self.folder / relative)

    def module(self, name: str) -> Path | None:
        """Finds a module or package of the project itself by its top-level import name.

        It may stand beside the notebook or in a folder above it up to the root, there also below
        ``src`` or ``lib``.
        """
        for folder, names in self._module_folders:
            if f"{name}.py" in names:
                return self._inside(folder / f"{name}.py")
            if name in names:
                package = folder / name
                start = package / "__init__.py"
                found = self._inside(start) or (package if _has_python(package) else None)
                if found is not None:
                    return found
        return None

    def module_file(self, name: str) -> Path | None:
        """Finds the file of a module of the project by its whole name, in the same places."""
        return find_module(name, self.folder, self.root) if self.folder is not None else None

    def untracked(self, files: Iterable[Path]) -> frozenset[Path]:
        """Gives those of some files below the root that git neither tracks nor is told to ignore.

        Nothing where there is no git, or git does not answer.
        """
        root = self._work_tree
        wanted = tuple(sorted({file for file in files if root and file.is_relative_to(root)}))
        if root is None or not wanted:
            return frozenset()
        outside = tuple(file for file in wanted if not _in_nested_repository(file, root))
        if not outside:
            return frozenset()
        return _untracked(root, outside, _state(_git_files(root, self._levels())))

    def _inside(self, path: Path) -> Path | None:
        """Resolves a path; ``None`` when nothing is there, or not below the root."""
        if self.root is None:
            return None
        try:
            resolved = path.resolve()
            inside = resolved.is_relative_to(self.root.resolve())
            return resolved if inside and resolved.exists() else None
        except (OSError, RuntimeError, ValueError):
            return None

    @functools.cached_property
    def _module_folders(self) -> tuple[tuple[Path, frozenset[str]], ...]:
        """Where modules of the project may stand, with what stands there."""
        folders = module_folders(self.folder, self.root) if self.folder is not None else ()
        return tuple(
            (folder, frozenset(entry.name for entry in _entries(folder))) for folder in folders
        )

    @functools.cached_property
    def is_in_git(self) -> bool:
        """Whether the notebook stands in a work tree of git."""
        return self._work_tree is not None

    @functools.cached_property
    def _work_tree(self) -> Path | None:
        return work_tree(self.folder) if self.folder is not None else None

    def _levels(self) -> tuple[Path, ...]:
        """The notebook's folder and those above it up to the root."""
        if self.folder is None:
            return ()
        if self.root is None or not self.folder.is_relative_to(self.root):
            return (self.folder,)
        levels = [self.folder]
        while levels[-1] != self.root:
            levels.append(levels[-1].parent)
        return tuple(levels)


def gather(folder: Path | None, settings_root: Path | None = None) -> Surroundings:
    """Finds where a notebook stands.

    Args:
        folder: The notebook's folder on disk; ``None`` when unknown.
        settings_root: The folder of the project's settings, where there are any.
    """
    if folder is None:
        return Surroundings()
    try:
        folder = folder.resolve()
        settings_root = settings_root.resolve() if settings_root is not None else None
    except (OSError, RuntimeError):
        return Surroundings()
    root = work_tree(folder) or settings_root or folder_above_with("pyproject.toml", folder)
    if root is None or not folder.is_relative_to(root):
        root = folder
    return Surroundings(folder, root)


def surroundings_key(surroundings: Surroundings) -> str:
    """Gives a text that changes when what the rules would find around a notebook may have changed.

    It looks at the files that declare dependencies, at git's index and ignore lists, at which files
    there are in the folders from the notebook's up to the root and in those right below them, and
    at the modules of the project.
    """
    levels = surroundings._levels()
    files = [*surroundings.requirements_files, *_git_files(surroundings.root, levels)]
    folders: list[Path] = []
    if surroundings.folder is not None:
        for place in module_folders(surroundings.folder, surroundings.root):
            modules, below = _modules_and_folders_in(place)
            for each in below:
                modules += _modules_and_folders_in(each)[0]
            files += modules[:MAX_FOLDERS]
            if place in levels:
                folders += (place, *below)
    state = (str(surroundings.folder), str(surroundings.root), _state(files), _state(folders))
    return hashlib.blake2b(repr(state).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _state(files: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    def look(file: Path) -> tuple[str, int, int]:
        try:
            status = file.stat()
        except OSError:
            return str(file), 0, 0
        return str(file), status.st_mtime_ns, status.st_size

    return tuple(look(file) for file in files)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return


def _requirements_in(folder: Path) -> list[Path]:
    return [
        folder / entry.name
        for entry in _entries(folder)
        if requirements.is_requirements_file(entry.name)
    ]


def _texts_in(folder: Path) -> list[Path]:
    return [folder / entry.name for entry in _entries(folder) if entry.name.endswith(".txt")]


def _modules_and_folders_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Gives the modules in a folder, and the folders right below it that are not hidden."""
    modules: list[Path] = []
    folders: list[Path] = []
    for entry in _entries(folder):
        if entry.name.endswith(".py"):
            modules.append(folder / entry.name)
        if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            folders.append(folder / entry.name)
    return modules, folders[:MAX_FOLDERS]


def _has_python(folder: Path) -> bool:
    """Whether a folder could be a namespace package: a folder of data is none."""
    return folder.is_dir() and any(entry.name.endswith(".py") for entry in _entries(folder))


def _in_nested_repository(file: Path, root: Path) -> bool:
    """Whether a file belongs to a submodule or another repository inside this one."""
    for parent in file.parents:
        if parent == root:
            return False
        if (parent / ".git").exists():
            return True
    return False


def _git_files(root: Path | None, levels: Iterable[Path]) -> list[Path]:
    """The files that decide what git tracks and ignores, as far as they stand where one looks."""
    if root is None:
        return []
    git = root / ".git"
    if git.is_file():
        # A linked work tree or a submodule: `gitdir: …` says where its index stands.
        try:
            text = git.read_text("utf-8")[:4096].strip()
        except (OSError, UnicodeDecodeError):
            return []
        git = root / text.removeprefix("gitdir:").strip()
    ignores = [level / ".gitignore" for level in levels]
    return [git / "index", git / "info" / "exclude", *ignores]


@functools.lru_cache(maxsize=512)
def _untracked(
    root: Path,
    files: tuple[Path, ...],
    state: tuple[tuple[str, int, int], ...],  # noqa: ARG001 - cache key
) -> frozenset[Path]:
    # A repository's own configuration may name programs for git to run, so they are switched off;
    # git itself refuses a repository that belongs to somebody else.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    command += ["ls-files", "-z", "--others", "--exclude-standard", "--"]
    try:
        reply = subprocess.run(
            [*command, *(file.relative_to(root).as_posix() for file in files)],
            cwd=root,
            capture_output=True,
            timeout=GIT_TIMEOUT,
            check=True,
            stdin=subprocess.DEVNULL,
            env={**_environment(), "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return frozenset()
    names = (os.fsdecode(name) for name in reply.stdout.split(b"\0") if name)
    return frozenset(root / name for name in names) & frozenset(files)


def _environment() -> dict[str, str]:
    """The environment without what would point git at another repository (as inside a git hook)."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}
    }
