"""Copies of functions and classes of modules in a notebook, and where each came from.

A copy has a comment above it, ``# nbq: from cleaning import load (1a2b3c4d)``: what it is a copy
of, and what that was when it was copied. A comment goes along where the code goes, and whoever
reads the code sees it.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

_MARKER = re.compile(
    r"^#[ \t]*nbq:[ \t]*from[ \t]+([^\W\d][\w.]*)[ \t]+import[ \t]+([^\W\d]\w*)"
    r"(?:[ \t]+\(([0-9a-f]{8})\))?[ \t]*\r?$",
    re.MULTILINE,
)
_PROJECT = re.compile(rb"^[ \t]*\[(?:project|build-system|tool\.poetry)\]", re.MULTILINE)
HINT = "nbq:"
"""Where this stands in no cell, there are no copies."""

DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Origin(msgspec.Struct, frozen=True):
    """Where a copy came from.

    Attributes:
        module: The module, as it is imported.
        name: What it is called, there and here.
        digest: What it was when it was copied; empty where nobody knows. See `digest_of`.
        line: The line of the comment, from 0.
    """

    module: str
    name: str
    digest: str
    line: int


def origins_in(source: str) -> list[Origin]:
    """Finds the comments in a cell that say what is a copy."""
    if HINT not in source:
        return []
    return [
        Origin(match[1], match[2], match[3] or "", source.count("\n", 0, match.start()))
        for match in _MARKER.finditer(source)
    ]


def marker(module: str, name: str, digest: str) -> str:
    """Writes such a comment."""
    return f"# nbq: from {module} import {name} ({digest})"


def definition_of(tree: ast.Module, name: str) -> DefinitionNode | None:
    """Gives the one function or class of a name at the level of a module; nothing for several."""
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name == name
    ]
    return found[0] if len(found) == 1 else None


def digest_of(node: ast.AST) -> str:
    """Gives a short name of what code does, whatever its layout, its comments and the Python."""
    text = repr(_outline(node)).encode(errors="replace")
    return hashlib.blake2b(text, digest_size=4).hexdigest()


def _outline(value: object) -> object:
    """Gives syntax as lists; what is empty is left out, as newer versions have more of it."""
    if isinstance(value, ast.AST):
        fields = [(name, _outline(part)) for name, part in ast.iter_fields(value)]
        return [type(value).__name__, *([name, part] for name, part in fields if part)]
    if isinstance(value, list):
        return [_outline(part) for part in value]
    return "" if value is None else repr(value)


def paths_of(module: str) -> tuple[str, str]:
    """Gives the paths that a module may have, as seen from where it is imported."""
    path = module.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"


def module_folders(folder: Path, root: Path | None) -> Iterator[Path]:
    """Yields the folders in which a module of a project may stand, the nearest first.

    Beside the notebook, or in a folder above it up to the root, there also below ``src`` or
    ``lib``.

    Args:
        folder: Of the notebook, resolved.
        root: The project's, resolved; ``None`` where only the notebook's own is to be looked at.
    """
    levels = [folder]
    if root is not None and folder.is_relative_to(root):
        while levels[-1] != root:
            levels.append(levels[-1].parent)
    for level in levels:
        for place in ("", "src", "lib"):
            yield level / place if place else level


def import_path(path: str, folder: Path, root: Path | None = None) -> str:
    """Gives the path of a module as it is imported in a project, without ``src`` or ``lib``.

    That is so where the folder is no package, and stands beside the ``pyproject.toml`` or
    ``setup.py`` of what can be installed.

    Args:
        path: Of the module, as seen from the folder of the notebook, with ``/``.
        folder: Of the notebook.
        root: The folder outside of which nothing is looked at; ``None`` for no such limit.
    """
    parts = PurePosixPath(path).parts
    above = 0
    while above < len(parts) and parts[above] in {"..", "."}:
        above += 1
    if above + 1 >= len(parts) or parts[above] not in {"src", "lib"}:
        return path
    try:
        base = folder.joinpath(*parts[:above]).resolve()
        if root is not None and not base.is_relative_to(root.resolve()):
            return path
        if (base / parts[above] / "__init__.py").exists() or not _can_be_installed(base):
            return path
    except (OSError, RuntimeError, ValueError):
        return path
    return "/".join(parts[above + 1 :])


def _can_be_installed(folder: Path) -> bool:
    if (folder / "setup.py").is_file():
        return True
    project = folder / "pyproject.toml"
    return project.is_file() and _PROJECT.search(project.read_bytes()) is not None


def find_module(module: str, folder: Path, root: Path | None) -> Path | None:
    """Finds the file of a module of a project: see `module_folders`.

    Args:
        module: As it is imported.
        folder: Of the notebook, resolved.
        root: The project's, resolved, or ``None``.

    Returns:
        The file, resolved; nothing where there is none, or where it stands outside the root.
    """
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    for place in module_folders(folder, root):
        for path in paths_of(module):
            try:
                file = (place / path).resolve()
                if file.is_relative_to(root or folder) and file.is_file():
                    return file
            except (OSError, RuntimeError, ValueError):
                continue
    return None


def parsed(text: str) -> ast.Module | None:
    """Parses a module; nothing where it does not parse."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
