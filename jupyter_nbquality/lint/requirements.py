"""Which distributions a project declares, read from the files that people declare them in."""

import ast
import configparser
import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality.lint.import_names import normalised

MAX_BYTES = 1_000_000
MAX_INCLUDES = 20

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OPTION = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_CONDA_LINE = re.compile(r"^(?P<indent> *)(?:- +)?(?P<rest>.*?)\s*(?:#.*)?$")


class Declared(msgspec.Struct, frozen=True):
    """What one or several files declare.

    Attributes:
        names: Normalised names of distributions, the project's own among them.
        complete: Whether the whole list could be read; ``False`` where a file computes it.
    """

    names: frozenset[str] = frozenset()
    complete: bool = True


def is_requirements_file(name: str) -> bool:
    """Tells by its name whether a file declares dependencies."""
    return name in _READERS or bool(re.fullmatch(r"[\w.-]*requirements[\w.-]*\.(?:txt|in)", name))


def read(file: Path, root: Path) -> Declared | None:
    """Reads one file.

    Args:
        file: One for which `is_requirements_file` is true.
        root: Resolved; nothing outside it is read.

    Returns:
        What it declares; ``None`` when it declares nothing (a ``pyproject.toml`` that only holds
        the settings of tools), cannot be read, or lies outside the root.
    """
    try:
        resolved = file.resolve()
        status = resolved.stat()
    except (OSError, RuntimeError):
        return None
    if not resolved.is_relative_to(root) or status.st_size > MAX_BYTES:
        return None
    return _read(resolved, root, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=256)
def _read(file: Path, root: Path, mtime_ns: int, size: int) -> Declared | None:  # noqa: ARG001 - cache key
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    reader = _READERS.get(file.name)
    try:
        if reader is None:
            return Declared(frozenset(_names(_requirement_lines(text, file, root, set()))))
        return reader(text)
    except (ValueError, TypeError, AttributeError, KeyError, configparser.Error, SyntaxError):
        # Whatever somebody wrote there: a file we cannot make sense of declares who knows what.
        return Declared(complete=False)
    except (RecursionError, MemoryError):
        return Declared(complete=False)


def requirement_name(requirement: str) -> str | None:
    """Gives the normalised name of a requirement such as ``Pandas[excel]>=2``."""
    match = _NAME.match(requirement.strip().strip("'\""))
    return normalised(match[0]) if match else None


def _names(requirements: Iterable[str]) -> Iterator[str]:
    for requirement in requirements:
        name = requirement_name(requirement)
        if name:
            yield name


def _requirement_lines(text: str, file: Path, root: Path, seen: set[Path]) -> Iterator[str]:
    seen.add(file)
    for line in text.splitlines():
        line = line.strip()
        if egg := _EGG.search(line):
            yield egg[1]
        elif match := _OPTION.match(line):
            yield from _included((file.parent / match[1]), root, seen)
        elif line and not line.startswith(("#", "-")):
            yield line


def _included(file: Path, root: Path, seen: set[Path]) -> Iterator[str]:
    try:
        resolved = file.resolve()
        if (
            resolved in seen
            or len(seen) > MAX_INCLUDES
            or not resolved.is_relative_to(root)
            or resolved.stat().st_size > MAX_BYTES
        ):
            return
        text = resolved.read_text("utf-8-sig")
    except (OSError, RuntimeError, ValueError):
        return
    yield from _requirement_lines(text, resolved, root, seen)


def _pyproject(text: str) -> Declared | None:
    data = tomllib.loads(text)
    project: dict[str, Any] = data.get("project", {})
    poetry: dict[str, Any] = data.get("tool", {}).get("poetry", {})
    groups: dict[str, Any] = data.get("dependency-groups", {})
    uv: list[str] = data.get("tool", {}).get("uv", {}).get("dev-dependencies", [])
    requirements: list[str] = [*project.get("dependencies", []), *uv]
    for extra in project.get("optional-dependencies", {}).values():
        requirements += extra
    for group in groups.values():
        requirements += [item for item in group if isinstance(item, str)]
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    for table in tables:
        requirements += [name for name in table if name != "python"]
    requirements += [name for name in (project.get("name"), poetry.get("name")) if name]
    dynamic = {"dependencies", "optional-dependencies"} & set(project.get("dynamic", []))
    if not (requirements or dynamic):
        return None
    return Declared(frozenset(_names(requirements)), complete=not dynamic)


def _setup_cfg(text: str) -> Declared | None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    blocks = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        blocks += [value for _, value in parser.items("options.extras_require")]
    lines = [line for block in blocks for line in re.split(r"[\n;]", block) if line.strip()]
    if not lines:
        return None
    complete = not any(line.strip().startswith("file:") for line in lines)
    name = parser.get("metadata", "name", fallback="")
    return Declared(frozenset(_names([*lines, name])), complete)


def _setup_py(text: str) -> Declared | None:
    # Runs nothing: literal lists are read, anything computed makes the answer incomplete.
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and _called(node) == "setup"):
            continue
        names: list[str] = []
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        if "install_requires" not in arguments and None not in arguments:
            return None
        if None in arguments:
            return Declared(complete=False)
        for key in ("install_requires", "extras_require", "name"):
            if key in arguments:
                value = ast.literal_eval(arguments[key])
                values = [value] if isinstance(value, str) else value
                lists = values.values() if isinstance(values, dict) else [values]
                names += [item for items in lists for item in items]
        return Declared(frozenset(_names(names)))
    return None


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _pipfile(text: str) -> Declared | None:
    data = tomllib.loads(text)
    names = [name for table in ("packages", "dev-packages") for name in data.get(table, {})]
    return Declared(frozenset(_names(names))) if names else None


def _environment(text: str) -> Declared | None:
    """Reads the ``dependencies`` of a conda environment: names, and a list below ``pip:``.

    That much of YAML is a list with one entry a line, which needs no YAML library.
    """
    names: list[str] = []
    inside = False
    for line in text.splitlines():
        match = _CONDA_LINE.match(line)
        rest = match["rest"] if match else ""
        if not match or not rest:
            continue
        if not match["indent"] and not line.startswith("-"):
            inside = rest.startswith("dependencies:")
        elif inside and not rest.endswith(":") and not rest.startswith("-"):
            # `conda-forge::numpy=1.26` names its channel first.
            names.append(rest.strip("'\"").rpartition("::")[2])
    return Declared(frozenset(_names(names))) if names else None


_READERS: dict[str, Callable[[str], Declared | None]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Pipfile": _pipfile,
    "environment.yml": _environment,
    "environment.yaml": _environment,
}
