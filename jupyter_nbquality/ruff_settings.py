"""What a project's own ruff settings select, found as ruff finds them.

ruff itself reads and applies the settings; we need to know only whether they select any rules, so
that our list for notebooks counts where they do not, and what our arguments must not lose.
"""

import functools
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality.config import Selection

_NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
_MAX_EXTENDS = 20


class RuffSettings(msgspec.Struct, frozen=True):
    """The part of a project's ruff settings that says which rules speak.

    Attributes:
        file: Where they stand; ``None`` when there are none.
        select: The rules selected; ``None`` where none are, so that a default counts.
        extend_select: Rules in addition.
        ignore: Rules left out.
        external: Families of codes of other tools.
        has_target: Whether a Python version is set, here or as ``requires-python``.
        stamp: When the files were last changed, to tell answers given under other settings.
    """

    file: Path | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    has_target: bool = False
    stamp: tuple[int, ...] = ()

    def selects(self, code: str) -> bool:
        """Tells whether the settings select a rule; where they select none, what they ignore."""
        select = self.select if self.select is not None else ("ALL",)
        return Selection((*select, *self.extend_select), self.ignore).includes(code)


def find_settings(path: Path) -> RuffSettings:
    """Finds the settings that ruff would use for a file.

    Args:
        path: The file; need not exist.

    Returns:
        What they select. Never raises for what a file holds: ruff itself will complain of it.
    """
    # Texts, not paths: this is asked for each notebook, and paths are slow to make.
    folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
    above = ""
    requires = False
    while folder != above:
        for name in _NAMES:
            file = os.path.join(folder, name)  # noqa: PTH118
            table = _read_at(file)
            if table is None:
                continue
            own = _ruff_table(table, name)
            project = table.get("project") if name == "pyproject.toml" else None
            requires = requires or (isinstance(project, dict) and "requires-python" in project)
            if own is not None:
                return _settings(Path(file), requires)
        folder, above = os.path.dirname(folder), folder  # noqa: PTH120
    user = _user_folder()
    for name in _NAMES:
        table = _read(user / name)
        if table is not None and _ruff_table(table, name) is not None:
            return _settings(user / name, requires)
    return RuffSettings(has_target=requires)


def may_hold_settings(folder: str) -> bool:
    """Tells whether there is any file in a folder that settings for ruff may stand in."""
    # Texts, not paths: this is asked for each folder, and paths are slow to make.
    return any(os.path.exists(f"{folder}{os.sep}{name}") for name in _NAMES)  # noqa: PTH110


def _settings(file: Path, requires_python: bool) -> RuffSettings:
    chain: list[dict[str, Any]] = []
    stamp: list[int] = []
    current: Path | None = file
    while current is not None and len(chain) < _MAX_EXTENDS:
        table = _ruff_table(_read(current) or {}, current.name)
        if table is None:
            break
        chain.append(table)
        stamp.append(_modified(current))
        extend = table.get("extend")
        current = _resolve(extend, current.parent) if isinstance(extend, str) else None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    # From the base to the file itself: a later `select` begins anew, as in ruff.
    for table in reversed(chain):
        if _option(table, "select") is not None:
            select, extend_select, ignore = _codes(_option(table, "select")), (), ()
        extend_select += _codes(_option(table, "extend-select"))
        ignore += _codes(_option(table, "ignore")) + _codes(_option(table, "extend-ignore"))
        if _option(table, "external") is not None:
            external = _codes(_option(table, "external"))
    has_target = requires_python or any("target-version" in table for table in chain)
    return RuffSettings(file, select, extend_select, ignore, external, has_target, tuple(stamp))


def _option(table: dict[str, Any], name: str) -> object:
    lint = table.get("lint")
    if isinstance(lint, dict) and name in lint:
        return lint[name]
    # The place of ruff's first years; it still reads them there.
    return table.get(name)


def _codes(value: object) -> tuple[str, ...]:
    if not isinstance(value, Iterable) or isinstance(value, str):
        return ()
    return tuple(code for code in value if isinstance(code, str))


def _ruff_table(table: dict[str, Any], name: str) -> dict[str, Any] | None:
    if name != "pyproject.toml":
        return table
    tool = table.get("tool")
    own = tool.get("ruff") if isinstance(tool, dict) else None
    return own if isinstance(own, dict) else None


def _resolve(extend: str, folder: Path) -> Path:
    return folder / Path(os.path.expandvars(extend)).expanduser()


def _user_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", "~")).expanduser() / "ruff"
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path("~/.config").expanduser()) / "ruff"


def _modified(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _read_at(file: str) -> dict[str, Any] | None:
    try:
        status = os.stat(file)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return _parse(Path(file), status.st_mtime_ns, status.st_size)


def _read(file: Path) -> dict[str, Any] | None:
    return _read_at(str(file))


@functools.lru_cache(maxsize=256)
def _parse(file: Path, mtime_ns: int, size: int) -> dict[str, Any] | None:  # noqa: ARG001 - cache key
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # ruff will refuse such a file, and say why.
        return {} if file.name != "pyproject.toml" else None
