"""NB301: paths that work on one computer only."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote

from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, edit_fix
from jupyter_nbquality.lint.rules._python import dotted, offsets, replace_string
from jupyter_nbquality.lint.surroundings import Surroundings
from jupyter_nbquality.positions import Range

# Homes that a hosted service or an image gives to everybody alike.
_SHARED_HOMES = (
    "jovyan|studio-lab-user|ec2-user|sagemaker-user|runner|vscode|codespace|gitpod|coder|idies"
    "|hadoop|repl|runneradmin|onyxia|dask|rstudio|Shared|Public"
)
_HOME = (
    rf"(?:/home|/Users|/media|/Volumes|/mnt/[a-z]/Users)/(?!(?:{_SHARED_HOMES})(?:/|$))"
    r"[A-Za-z0-9][^/\\\s<>{}*|?\"'$:;,]*"
)
_DRIVE = r"[A-Za-z]:[\\/]{1,2}(?=[A-Za-z0-9_~$(]{2})[^/\\<>{}*|?\"'\n\t+^\[\]]+"
_REST = r"(?:[\\/][^<>\"'\n\t|]*)?"
_PATH = re.compile(rf"\s*(?:(?:file|sqlite)://(?:localhost)?/?)?(?:{_HOME}|{_DRIVE}){_REST}\s*")
# In a shell line a path ends at white space, and neither an address nor a longer path holds it.
_SHELL_PATH = re.compile(
    rf"(?<![\w./:@~{{}}$-])(?:{_HOME}(?:/[^\s\"'`;|&<>()]*)?|[A-Za-z]:\\\w{{2,}}[^\s\"'`;|&<>()]*)"
)

_LONGEST = 400
_HINTS = ("/home/", "/Users/", "/media/", "/Volumes/", "/mnt/", ":\\", ":/")
# The last letter of `http` is no drive: most of what has `:/` is a web address.
_HINT = re.compile(r"/(?:home|Users|media|Volumes|mnt)/|:(?:\\|/(?<!http:/)(?<!https:/))")
_SHELL_KINDS = frozenset({"shell", "shell-capture", "line-magic", "magic-assignment", "automagic"})
_SHELL_LANGUAGES = frozenset({"bash"})
# Methods that declare or ask for an address below a server.
_ROUTES = frozenset(
    {
        "route",
        "get",
        "post",
        "put",
        "delete",
        "patch",
        "head",
        "options",
        "websocket",
        "add_url_rule",
    }
)


class AbsolutePath(Rule):
    r"""A path that exists on one computer only.

    Why:
        Nobody else has this folder, and you will not have it on the next computer either. Paths
        relative to the notebook go along with the project.

    Example:
        ```python
        import pandas as pd

        sales = pd.read_csv("/home/anna/churn/data/sales.csv")
        ```

    Instead:
        ```python
        import pandas as pd

        sales = pd.read_csv("data/sales.csv")
        ```

        Homes of people (`/home/anna`, `/Users/anna`, `C:\Users\anna`), drives and mounted disks are
        meant; the folders that a hosted service gives to everybody (`/content`, `/kaggle`,
        `/home/jovyan`) are left alone, and so are `/tmp`, addresses, routes and patterns.
    """

    code = "NB301"
    slug = "absolute-path"
    needles = (_HINTS,)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each such path in strings, shell lines and magics."""
        for cell, code in context.code_cells():
            if _has_hint(code.source):
                for place, path, literal in (*_in_strings(code), *_in_shell(code)):
                    yield Problem(
                        f"`{_short(path)}` exists on one computer only",
                        cell.id,
                        place,
                        _fixes(context.surroundings, cell.id, code, place, path, literal),
                    )


def _in_strings(code: CodeCell) -> Iterator[tuple[Range, str, ast.expr | None]]:
    passed = _not_paths(code)
    for node in code.nodes:
        if id(node) in passed:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            value, literal = node.value, node
        elif isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
            # The part before the first `{…}` must hold the whole name below `/home`.
            value = str(first.value) if is_text and isinstance(first, ast.Constant) else ""
            if len(node.values) > 1 and not re.search(r"[\\/]$", value):
                value = re.split(r"[\\/][^\\/]*$", value)[0]
            literal = None
        else:
            continue
        if len(value) <= _LONGEST and _PATH.fullmatch(value):
            yield code.range_of(node), value.strip(), literal


def _not_paths(code: CodeCell) -> set[int]:
    """The strings that are docstrings, patterns, routes, or the later parts of something."""
    passed: set[int] = set()
    for node in code.nodes:
        match node:
            case ast.Expr(value=ast.Constant() as text):
                passed.add(id(text))
            case ast.JoinedStr(values=parts):
                passed.update(id(part) for part in parts)
            case ast.BinOp(op=ast.Add(), right=right):
                passed.add(id(right))
            case ast.Call(func=function, args=args):
                name = dotted(function)
                is_pattern = name.startswith(("re.", "regex."))
                if is_pattern or name.rpartition(".")[2] in _ROUTES:
                    passed.update(id(argument) for argument in args)
    return passed


def _in_shell(code: CodeCell) -> Iterator[tuple[Range, str, ast.expr | None]]:
    for magic in code.magics:
        if magic.kind in _SHELL_KINDS or (magic.kind == "cell-magic" and _has_hint(magic.text)):
            start = code.lines.to_offset(code.line_range(magic.line).start)
            end = code.lines.to_offset(code.line_range(magic.line, magic.end_line).end)
            if magic.kind == "cell-magic":
                end = start + len(magic.text)
            yield from _shell_paths(code, start, end)
    if code.masked.language in _SHELL_LANGUAGES:
        for line in range(1, code.lines.line_count):
            place = code.line_range(line)
            start, end = code.lines.to_offset(place.start), code.lines.to_offset(place.end)
            if not code.source[start:end].lstrip().startswith("#"):
                yield from _shell_paths(code, start, end)


def _has_hint(text: str) -> bool:
    return any(hint in text for hint in _HINTS) and _HINT.search(text) is not None


def _shell_paths(
    code: CodeCell, start: int, end: int
) -> Iterator[tuple[Range, str, ast.expr | None]]:
    for match in _SHELL_PATH.finditer(code.source, start, end):
        yield offsets(code, match.start(), match.end()), match[0], None


def _short(path: str) -> str:
    return path if len(path) <= 60 else f"{path[:28]}…{path[-28:]}"


def _fixes(
    surroundings: Surroundings,
    cell: str,
    code: CodeCell,
    place: Range,
    path: str,
    literal: ast.expr | None,
) -> list[Fix]:
    relative = _relative(surroundings, path)
    if relative is None:
        return []
    if literal is not None:
        edit = replace_string(code, literal, relative)
    else:
        text = code.source[code.lines.to_offset(place.start) : code.lines.to_offset(place.end)]
        edit = TextEdit(place, relative) if text == path and " " not in relative else None
    if edit is None:
        return []
    return [edit_fix("Use relative path", Applicability.UNSAFE, code, [edit], cell)]


def _relative(surroundings: Surroundings, path: str) -> str | None:
    """Finds the file or folder in the project, under the longest end of its path that is there."""
    if surroundings.folder is None:
        return None
    plain = unquote(path.removeprefix("file://")) if path.startswith("file:") else path
    if ":///" in plain:
        return None
    is_windows = re.match(r"[A-Za-z]:", plain) is not None
    parts = (PureWindowsPath(plain) if is_windows else PurePosixPath(plain)).parts[1:]
    if not is_windows and PurePosixPath(plain) == PurePosixPath(surroundings.folder.as_posix()):
        return "."
    # The first two parts, `/home/anna`, say nothing about a place in the project.
    for first in range(min(len(parts), 2), len(parts)):
        relative = PurePosixPath(*parts[first:]).as_posix()
        for candidate in (relative, f"../{relative}"):
            if surroundings.file(candidate) is not None:
                return candidate
    return None
