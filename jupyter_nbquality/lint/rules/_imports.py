"""Where a notebook imports, and what must have happened before."""

import ast
import re
from collections.abc import Iterator

from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.lint.rules._python import kept_by_cell

Import = ast.Import | ast.ImportFrom

_PREPARING_MAGICS = frozenset(
    """
    cd conda cython env file load mamba micromamba pip pylab run set_env system uv writefile
    """.split()  # noqa: SIM905 - a table is easier to read without quotes
)
_PREPARING_CODE = re.compile(
    r"""\b(?: sys\.(?:path|modules|meta_path) | os\.(?:environ|chdir|putenv|system)
        | subprocess\. | importlib\.(?:reload|invalidate_caches) | site\.addsitedir
        | (?:mpl|matplotlib)\.use\( | nest_asyncio | micropip | piplite | google\.colab
        | monkey\.patch_all )""",
    re.VERBOSE,
)


_MAY_IMPORT = re.compile(r"(?:^|[;>:])[ \t\f]*(?:import|from)\b|\r", re.MULTILINE)


def may_import(code: CodeCell) -> bool:
    """Tells, from its text, whether a cell may hold an import that `imports_of` yields."""
    return "import" in code.source and _MAY_IMPORT.search(code.source) is not None


def imports_of(code: CodeCell) -> Iterator[Import]:
    """Yields the imports among the statements of a cell, not those inside of others."""
    if may_import(code) and code.tree is not None:
        for statement in code.tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                continue
            if isinstance(statement, Import):
                yield statement


@kept_by_cell
def is_import_cell(code: CodeCell) -> bool:
    """Tells whether a cell holds imports, magics and comments alone."""
    if "import" not in code.source and "\r" not in code.source and not code.magics:
        return not any(line.strip() and line.lstrip()[0] != "#" for line in code.source.split("\n"))
    if code.tree is None:
        return False
    masking = {magic.line + 1 for magic in code.magics}
    return code.masked.is_python and all(
        isinstance(statement, Import) or statement.lineno in masking for statement in code.tree.body
    )


@kept_by_cell
def prepares_imports(code: CodeCell) -> bool:
    """Tells whether a cell may decide what a later import finds or does.

    It installs or writes a module, changes the search path, the working folder or the environment.
    """
    if any(
        magic.name in _PREPARING_MAGICS or magic.kind in ("shell", "shell-capture")
        for magic in code.magics
    ):
        return True
    return _PREPARING_CODE.search(code.source) is not None


def names_bound(statement: Import) -> dict[str, tuple[str, str]]:
    """Gives the names that an import binds, each with the module and the member it stands for."""
    if isinstance(statement, ast.Import):
        return {
            alias.asname or alias.name.partition(".")[0]: (alias.name, "")
            for alias in statement.names
        }
    module = "." * statement.level + (statement.module or "")
    return {alias.asname or alias.name: (module, alias.name) for alias in statement.names}


@kept_by_cell
def meanings(code: CodeCell) -> dict[str, list[tuple[str, str]]]:
    """Gives all that each imported name of a cell stands for, in its functions too."""
    found: dict[str, list[tuple[str, str]]] = {}
    if "import" not in code.source:
        return found
    for node in code.by_kind.of(ast.Import, ast.ImportFrom):
        for name, what in names_bound(node).items():
            found.setdefault(name, []).append(what)
    return found


def modules_of(statement: Import) -> list[str]:
    """Lists the modules that an import names."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return ["." * statement.level + (statement.module or "")]
