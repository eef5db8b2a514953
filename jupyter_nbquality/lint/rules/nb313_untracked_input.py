"""NB313: files the notebook needs and git does not track."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint import import_names
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule
from jupyter_nbquality.lint.rules._python import calls, kept_by_cell, string_value

_READING = (
    "read_",
    "load",
    "open",
    "imread",
    "genfromtxt",
    "fromfile",
    "from_file",
    "from_csv",
    "scan_",
    "ZipFile",
    "Path",
)
_WRITING = (
    "to_",
    "save",
    "dump",
    "write",
    "savefig",
    "imwrite",
    "mkdir",
    "makedirs",
    "urlretrieve",
)
_OPENING = ("open", "ZipFile")
_LONGEST = 300


class UntrackedInput(Rule):
    """A file that the notebook reads or imports, and that git does not track.

    Why:
        It stands on this computer only: for everybody who clones the project the notebook fails.

    Example:
        ```python
        import pandas as pd

        regions = pd.read_csv("regions.csv")
        ```

        ```text title="regions.csv"
        region,country
        ```

    Instead:
        Add the file to git, or, where data is kept elsewhere on purpose, to `.gitignore`.

        ```python
        import pandas as pd

        regions = pd.read_csv("regions.csv")
        ```

        ```text title="regions.csv"
        region,country
        ```

        ```text title=".gitignore"
        *.csv
        ```

        Silent for a notebook that git does not track itself, and for files the notebook writes.
    """

    code = "NB313"
    slug = "untracked-input"
    severity = Severity.INFO
    needles = ((*_READING, "import"),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first use of each file or module that git does not track."""
        surroundings = context.surroundings
        if surroundings.folder is None or not surroundings.is_in_git:
            return
        uses: dict[Path, tuple[str, CodeCell, ast.expr | ast.alias | ast.stmt, str]] = {}
        written: set[str] | None = None
        for cell, code in context.code_cells():
            for path, argument in _read(code):
                if written is None:
                    written = {path for _, code in context.code_cells() for path in _written(code)}
                file = None if path in written else surroundings.file(path)
                if file is not None and file.is_file():
                    message = f"`{path}` is read here, but git does not track it"
                    uses.setdefault(file, (cell.id, code, argument, message))
            for name, alias in _modules(code):
                file = surroundings.module(name)
                if file is not None and file.is_file():
                    message = f"`{file.name}` is imported here, but git does not track it"
                    uses.setdefault(file, (cell.id, code, alias, message))
        if not uses:
            return
        notebook = surroundings.folder / PurePosixPath(context.notebook.path).name
        untracked = surroundings.untracked([*uses, notebook])
        if notebook in untracked:
            return
        for file, (cell_id, code, node, message) in uses.items():
            if file in untracked:
                yield Problem(message, cell_id, code.range_of(node))


@kept_by_cell
def _read(code: CodeCell) -> list[tuple[str, ast.expr]]:
    """The relative paths that a cell reads, written out as plain strings."""
    found: list[tuple[str, ast.expr]] = []
    if not any(word in code.source for word in _READING):
        return found
    for call in calls(code):
        name = _function(call)
        argument = call.args[0] if call.args else None
        path = string_value(argument)
        if path is None or argument is None or not name.startswith(_READING):
            continue
        if _is_relative(path) and not _opens_to_write(call):
            found.append((path, argument))
    return found


@kept_by_cell
def _written(code: CodeCell) -> set[str]:
    """The paths that a cell writes."""
    if not any(word in code.source for word in (*_WRITING, *_OPENING)):
        return set()
    return {
        path
        for call in calls(code)
        if _function(call).startswith(_WRITING) or _opens_to_write(call)
        for argument in (*call.args, *(word.value for word in call.keywords))
        if (path := string_value(argument))
    }


@kept_by_cell
def _modules(code: CodeCell) -> list[tuple[str, ast.alias | ast.stmt]]:
    found: list[tuple[str, ast.alias | ast.stmt]] = []
    if "import" not in code.source:
        return found
    for node in code.by_kind.of(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            found += [(alias.name.partition(".")[0], alias) for alias in node.names]
        elif node.module and not node.level:
            found.append((node.module.partition(".")[0], node))
    return [(name, node) for name, node in found if not import_names.is_given(name)]


def _function(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _opens_to_write(call: ast.Call) -> bool:
    if _function(call) not in _OPENING:
        return False
    modes = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
    return any(set(string_value(mode) or "") & set("wax") for mode in modes)


def _is_relative(path: str) -> bool:
    if len(path) > _LONGEST or "://" in path or "\n" in path:
        return False
    return not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive)
