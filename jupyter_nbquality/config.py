"""A project's settings: ``[tool.nbquality]`` in ``pyproject.toml``, found as ruff finds its own.

The nearest ``pyproject.toml`` above the notebook that has the table counts; tables are not merged.
"""

import contextlib
import fnmatch
import functools
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

SEVERITIES = ("error", "warning", "info", "off")
KEYS = frozenset(
    {"select", "ignore", "per-file-ignores", "severity", "exclude", "thresholds", "baseline"}
    | {"libraries", "force-exclude"}
)


class Thresholds(msgspec.Struct, frozen=True, rename="kebab"):
    """Numbers from which some rules speak.

    Attributes:
        long_cell: Lines of code in a cell (NB204).
        many_cells: Cells in a notebook (NB205).
        huge_output: Bytes of one output (NB306).
        comment_block: Lines of comment in a row (NB209).
    """

    long_cell: int = 30
    many_cells: int = 100
    huge_output: int = 1_000_000
    comment_block: int = 4


class Config(msgspec.Struct, frozen=True):
    """What ``[tool.nbquality]`` says.

    Attributes:
        root: The folder of the ``pyproject.toml``; ``None`` when no table was found.
        select: Codes, prefixes of codes, slugs or ``ALL``; ``None`` for the defaults.
        ignore: Codes, prefixes or slugs never reported.
        per_file_ignores: Codes never reported in files that match a glob.
        severity: ``error``, ``warning``, ``info`` or ``off`` by code, over the defaults.
        exclude: Globs of files that are not looked at when a folder is searched.
        force_exclude: Whether ``exclude`` counts for files that are named, too.
        thresholds: See `Thresholds`.
        baseline: The file of findings that were accepted, relative to ``root``.
        libraries: What calls of libraries change; `dataflow.libraries` makes sense of it.
        problems: Sentences about settings that could not be used.
    """

    root: Path | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    thresholds: Thresholds = Thresholds()
    baseline: str | None = None
    libraries: dict[str, Any] = {}
    problems: tuple[str, ...] = ()

    def ignored_in(self, path: Path) -> tuple[str, ...]:
        """Gives the codes that ``per-file-ignores`` silences in a file."""
        return tuple(
            code
            for pattern, codes in self.per_file_ignores
            if matches(path, pattern, self.root)
            for code in codes
        )


def matches(path: Path, pattern: str, root: Path | None) -> bool:
    """Tells whether a path fits a glob, by its name or by its path below the root, as in ruff."""
    if fnmatch.fnmatch(path.name, pattern):
        return True
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - without `..`, through no link
    base = (root or Path.cwd()).absolute()
    try:
        relative = PurePosixPath(absolute.relative_to(base).as_posix())
    except ValueError:
        return False
    prefix = pattern.rstrip("/")
    return fnmatch.fnmatch(str(relative), prefix) or any(
        fnmatch.fnmatch(str(parent), prefix) for parent in relative.parents
    )


def find_config(path: Path) -> Config:
    """Finds the settings for a notebook.

    Args:
        path: The notebook, or a folder; need not exist.

    Returns:
        The settings; the defaults where no table is found. Never raises for what a file holds: what
        could not be used is told in ``problems``.
    """
    folder = os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118
    if not os.path.isdir(folder):  # noqa: PTH112
        folder = os.path.dirname(folder)  # noqa: PTH120
    return ConfigFinder().of(folder)


class ConfigFinder:
    """Finds the settings for many folders; what stands above several is looked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Config] = {}

    def of(self, folder: str) -> Config:
        """Gives the settings for what stands in a folder, as `find_config` does.

        Args:
            folder: A folder, relative to the working directory; empty for that itself.
        """
        # Texts, not paths: this is asked for each notebook, and paths are slow to make.
        config = self._known.get(folder)
        if config is None:
            config = self._find(os.path.abspath(folder))  # noqa: PTH100
            self._known[folder] = config
        return config

    def _find(self, folder: str) -> Config:
        """Looks in an absolute folder and in those above it."""
        passed = []
        config = self._known.get(folder)
        while config is None:
            passed.append(folder)
            file = f"{folder}{'' if folder.endswith(os.sep) else os.sep}pyproject.toml"
            with contextlib.suppress(OSError):
                status = os.stat(file)  # noqa: PTH116
                config = _read(Path(file), status.st_mtime_ns, status.st_size)
            if config is None:
                above = os.path.dirname(folder)  # noqa: PTH120
                config = self._known.get(above) if above != folder else Config()
                folder = above
        self._known.update(dict.fromkeys(passed, config))
        return config


@functools.lru_cache(maxsize=256)
def _read(file: Path, mtime_ns: int, size: int) -> Config | None:  # noqa: ARG001 - cache key
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Config(problems=(f"{file} cannot be read: {error}.",))
    tool = data.get("tool")
    table = tool.get("nbquality") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        return Config(problems=(f"`nbquality` in {file} must be a table: [tool.nbquality].",))
    return parse_table(table, file.parent)


def parse_table(table: dict[str, Any], root: Path | None = None) -> Config:
    """Reads ``[tool.nbquality]``; what is malformed is left out and told in ``problems``."""
    problems = [
        f"Unknown setting `{key}` in [tool.nbquality]." for key in sorted(set(table) - KEYS)
    ]

    def codes(value: object, where: str) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        what = "globs" if where == "exclude" else "rule codes"
        problems.append(f"`{where}` in [tool.nbquality] must be a list of {what}.")
        return ()

    def mapping(key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        problems.append(f"`{key}` in [tool.nbquality] must be a table.")
        return {}

    baseline = table.get("baseline")
    if baseline is not None and not isinstance(baseline, str):
        problems.append("`baseline` in [tool.nbquality] must be the path of a file.")
        baseline = None
    force_exclude = table.get("force-exclude", False)
    if not isinstance(force_exclude, bool):
        problems.append("`force-exclude` in [tool.nbquality] must be true or false.")
        force_exclude = False
    severity: list[tuple[str, str]] = []
    for code, level in mapping("severity").items():
        if level in SEVERITIES:
            severity.append((code, level))
        else:
            problems.append(
                f"`severity.{code}` in [tool.nbquality] must be one of {', '.join(SEVERITIES)}."
            )
    return Config(
        root=root,
        select=codes(table["select"], "select") if "select" in table else None,
        ignore=codes(table.get("ignore", []), "ignore"),
        per_file_ignores=tuple(
            (pattern, codes(value, f"per-file-ignores.{pattern}"))
            for pattern, value in mapping("per-file-ignores").items()
        ),
        severity=tuple(severity),
        exclude=codes(table.get("exclude", []), "exclude"),
        force_exclude=force_exclude,
        thresholds=_thresholds(mapping("thresholds"), problems),
        baseline=baseline,
        libraries=mapping("libraries"),
        problems=tuple(problems),
    )


def _thresholds(table: dict[str, Any], problems: list[str]) -> Thresholds:
    fields = Thresholds.__struct_fields__
    known = dict(zip(Thresholds.__struct_encode_fields__, fields, strict=True))
    values: dict[str, int] = {}
    for name, value in table.items():
        if name not in known:
            problems.append(f"Unknown threshold `{name}` in [tool.nbquality.thresholds].")
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            problems.append(f"Threshold `{name}` must be a whole number above 0.")
        else:
            values[known[name]] = value
    return Thresholds(**values)


class Selection(msgspec.Struct, frozen=True):
    """Which rules speak: selected and ignored codes, prefixes, slugs, or ``ALL``.

    The longest entry that fits a code decides, as in ruff; of two equally long ones ``ignore``
    wins.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()

    def includes(self, code: str, slug: str = "", *, default: bool = True) -> bool:
        """Tells whether a rule is selected; ``default`` answers where ``select`` is not given."""
        selected = -1 if self.select is not None else (0 if default else -1)
        for entry in self.select or ():
            selected = max(selected, _fit(entry, code, slug))
        ignored = max((_fit(entry, code, slug) for entry in self.ignore), default=-1)
        return selected > ignored


def _fit(entry: str, code: str, slug: str) -> int:
    """How exactly an entry names a rule: -1 not at all, 0 ``ALL``, then by length."""
    if entry in {"ALL", "*"}:
        return 0
    if slug and entry == slug:
        return len(code)
    return len(entry) if code.startswith(entry.upper()) and entry else -1


def selection(config: Config, path: Path, extra_ignore: Iterable[str] = ()) -> Selection:
    """Gives the rules that the settings select for one file."""
    return Selection(config.select, (*config.ignore, *config.ignored_in(path), *extra_ignore))
