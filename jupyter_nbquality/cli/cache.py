"""Keeps what was said about notebooks, so that unchanged ones are not looked at again.

The cache is a folder `.nbquality_cache` at the project's root with one file a set of options. An
entry counts for as long as the notebook's bytes, the settings above it (ours and ruff's), what the
rules look at around it, and the tools themselves are the same. Losing the cache costs time only.
"""

import contextlib
import functools
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from jupyter_nbquality.cli.rows import FileReport

FOLDER = ".nbquality_cache"
MOST_FILES = 8
MOST_ENTRIES = 20_000
RACY_NS = 2_000_000_000
"""A file changed as short a time ago may change again without its time stamp telling."""

_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder was made by nbquality and may be deleted at any time.\n"
)
_SETTINGS = ("pyproject.toml", "ruff.toml", ".ruff.toml")


class _Entry(msgspec.Struct, array_like=True):
    mtime_ns: int
    size: int
    content: str
    around: str
    report: FileReport


class _CacheFile(msgspec.Struct, array_like=True):
    version: int
    entries: dict[str, _Entry]


class Cache:
    """The kept reports of one set of options.

    Args:
        root: Where the folder stands, see `project_root`.
        options: Everything about the run that changes reports, as text.
    """

    VERSION = 2

    def __init__(self, root: Path, options: str) -> None:
        self._folder = root / FOLDER
        key = hashlib.blake2b(f"{options}\0{_tools()}".encode(), digest_size=8).hexdigest()
        self._file = self._folder / f"check-{key}.msgpack"
        self._entries = self._load()
        self._around: dict[str, str] = {}
        # Of this run alone: folders share what stands above them.
        self._settings_state = functools.cache(_settings_state)
        self._changed = False
        # What was changed before this run began was not changed while it was looked at.
        self._started = time.time_ns()

    def get(self, path: str) -> FileReport | None:
        """Gives what was said about a notebook; ``None`` when it must be looked at."""
        entry = self._entries.get(_absolute(path))
        if entry is None:
            return None
        try:
            status = Path(path).stat()
        except OSError:
            return None
        if entry.size != status.st_size or entry.around != self._surroundings(path):
            return None
        if entry.mtime_ns != status.st_mtime_ns:
            try:
                if entry.content != content_of(Path(path).read_bytes()):
                    return None
            except OSError:
                return None
            self._stamp(entry, status)
        # A path is shown as the person wrote it this time.
        return msgspec.structs.replace(entry.report, path=path)

    def put(self, path: str, report: FileReport, content: str) -> None:
        """Keeps what was said about a notebook.

        Args:
            path: The file.
            report: What was said.
            content: Which bytes that was said of, see `content_of`; the file may have others now.
        """
        try:
            status = Path(path).stat()
        except OSError:
            return
        entry = _Entry(0, status.st_size, content, self._surroundings(path), report)
        self._stamp(entry, status)
        self._entries.pop(_absolute(path), None)
        self._entries[_absolute(path)] = entry
        self._changed = True

    def save(self) -> None:
        """Writes the cache; that it cannot be written is no error."""
        if not self._changed:
            return
        with contextlib.suppress(OSError):
            self._make_folder()
            kept = dict(list(self._entries.items())[-MOST_ENTRIES:])
            try:
                data = msgspec.msgpack.encode(_CacheFile(self.VERSION, kept))
            except UnicodeEncodeError:
                kept = {path: entry for path, entry in kept.items() if _is_text(entry)}
                data = msgspec.msgpack.encode(_CacheFile(self.VERSION, kept))
            handle, name = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._file)
            self._drop_old()

    def _stamp(self, entry: _Entry, status: os.stat_result) -> None:
        fresh = self._started - status.st_mtime_ns < RACY_NS
        entry.mtime_ns = 0 if fresh else status.st_mtime_ns
        self._changed = self._changed or not fresh

    def _load(self) -> dict[str, _Entry]:
        try:
            data = msgspec.msgpack.decode(self._file.read_bytes(), type=_CacheFile)
        except (OSError, msgspec.DecodeError):
            return {}
        return data.entries if data.version == self.VERSION else {}

    def _surroundings(self, path: str) -> str:
        folder, _ = os.path.split(_absolute(path))
        if folder not in self._around:
            self._around[folder] = _around(Path(folder), self._settings_state)
        return self._around[folder]

    def _make_folder(self) -> None:
        if self._folder.is_symlink():
            raise OSError("a link in place of the cache folder is not followed")
        self._folder.mkdir(exist_ok=True)
        for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
            if not (self._folder / name).exists():
                (self._folder / name).write_text(text)

    def _drop_old(self) -> None:
        files = sorted(self._folder.glob("check-*.msgpack"), key=lambda file: file.stat().st_mtime)
        for file in files[:-MOST_FILES]:
            file.unlink(missing_ok=True)


def project_root(start: Path) -> Path:
    """Finds the folder that a project's own files belong to.

    Returns:
        The nearest folder, from ``start`` up, that is a git work tree or has ``[tool.nbquality]``;
        else ``start``.
    """
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
        with contextlib.suppress(OSError):
            if b"[tool.nbquality" in (folder / "pyproject.toml").read_bytes():
                return folder
    return start


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - a path is slow to make, and this is asked often


def _is_text(entry: _Entry) -> bool:
    """Tells whether a report can be written: what quotes a lone surrogate cannot."""
    try:
        msgspec.msgpack.encode(entry)
    except UnicodeEncodeError:
        return False
    return True


def content_of(data: bytes) -> str:
    """Identifies the bytes of a file."""
    # Twice as fast as any other where the processor helps, and files can be large.
    return hashlib.sha256(data).hexdigest()[:32]


def _tools() -> str:
    """A text that changes with this package, ruff and Python."""
    package = Path(__file__).parent.parent
    parts = [sys.version]
    for folder in (package, package / "lint", package / "lint" / "rules", package / "cli"):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            parts += sorted(
                f"{entry.name} {entry.stat().st_mtime_ns} {entry.stat().st_size}"
                for entry in entries
                if entry.name.endswith(".py")
            )
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    parts.append(_state(ruff) if ruff else "no ruff")
    return "\n".join(parts)


def _around(folder: Path, settings_state: Callable[[str], str]) -> str:
    """A text that changes with what reports on notebooks in a folder depend on besides them."""
    # Imported here, so that `--no-cache` does without.
    from jupyter_nbquality.config import find_config
    from jupyter_nbquality.lint.surroundings import gather, surroundings_key
    from jupyter_nbquality.ruff_settings import find_settings

    parts = [settings_state(str(each)) for each in (folder, *folder.parents)]
    # What a ruff setting extends may stand anywhere; its values are what counts.
    parts.append(repr(find_settings(folder / "x.ipynb")))
    parts.append(surroundings_key(gather(folder, find_config(folder).root)))
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _settings_state(folder: str) -> str:
    return "\n".join(_state(f"{folder}{os.sep}{name}") for name in _SETTINGS)


def _state(file: str) -> str:
    try:
        status = os.stat(file)  # noqa: PTH116 - as above
    except OSError:
        return ""
    return f"{file} {status.st_mtime_ns} {status.st_size}"
