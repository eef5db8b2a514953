"""NB305: what the notebook imports and the project does not declare."""

import ast
import os.path
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from jupyter_nbquality.edits import ChangeFile, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint import import_names, requirements
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._python import kept_by_cell
from jupyter_nbquality.lint.syntax_tree import walked

_INSTALL = re.compile(r"\b(?:pip[\d.]*|conda|mamba)(?:\s+-\S+)*\s+install\s+(.*)")


class UndeclaredDependency(Rule):
    """An import of something that is installed, but that the project does not declare.

    Why:
        It works here by accident: whoever sets the project up from its files will not have it.

    Example:
        ```python
        import msgspec
        ```

        ```text title="requirements.txt"
        pandas
        ```

    Instead:
        ```python
        import msgspec
        ```

        ```text title="requirements.txt"
        pandas
        msgspec
        ```

        Read are `requirements*.txt`, `pyproject.toml`, `environment.yml`, `setup.cfg`, `setup.py`
        and `Pipfile`, from the notebook's folder up to the project's. Where there are none, or one
        of them computes its list, nothing is said. Modules of the project itself, and what the
        notebook installs with `%pip`, count as declared.
    """

    code = "NB305"
    slug = "undeclared-dependency"
    severity = Severity.INFO
    needles = (("import",),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first import of each distribution that is not declared."""
        declared = context.surroundings.declared
        if declared is None or not declared.complete:
            return
        imports = [
            (cell.id, code, name, node)
            for cell, code in context.code_cells()
            for name, node in _imports(code)
        ]
        known = declared.names | _installed_by(context)
        seen: set[str] = set()
        for cell_id, code, name, node in imports:
            if name in seen:
                continue
            seen.add(name)
            if context.surroundings.module(name) is not None:
                continue
            missing = _missing(name, known)
            if missing is None:
                continue
            yield Problem(
                f"`{missing}` is imported and installed, but the project does not declare it",
                cell_id,
                code.range_of(node),
                _fixes(context, missing),
            )


def _missing(name: str, known: frozenset[str]) -> str | None:
    """The distribution that provides a name and is installed here, if nothing known provides it."""
    if known.intersection(import_names.candidates(name)):
        return None
    distribution = import_names.installed(name)
    return distribution if distribution and distribution not in known else None


@kept_by_cell
def _imports(code: CodeCell) -> list[tuple[str, ast.alias | ast.stmt]]:
    """The top-level names a cell imports for good: not those it can do without."""
    found: list[tuple[str, ast.alias | ast.stmt]] = []
    if "import" not in code.source:
        return found
    optional = {
        id(part)
        for node in code.by_kind.of(ast.Try)
        for statement in node.body
        for part in walked(statement)
    }
    for node in code.by_kind.of(ast.Import, ast.ImportFrom):
        if id(node) in optional:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name.partition(".")[0], alias) for alias in node.names]
        elif node.module and not node.level:
            found.append((node.module.partition(".")[0], node))
    return [(name, node) for name, node in found if not import_names.is_given(name)]


def _installed_by(context: Context) -> frozenset[str]:
    """The distributions that the notebook installs itself."""
    names: set[str] = set()
    for _, code in context.code_cells():
        if "install" in code.source:
            for match in _INSTALL.finditer(code.source):
                words = (requirements.requirement_name(word) for word in match[1].split())
                names.update(word for word in words if word)
    return frozenset(names)


def _fixes(context: Context, distribution: str) -> list[Fix]:
    """Adds a line to the nearest plain list of requirements."""
    surroundings = context.surroundings
    for file in surroundings.requirements_files:
        if file.name != "requirements.txt" or surroundings.folder is None:
            continue
        path = _wire_path(context.notebook.path, surroundings.folder, file)
        try:
            text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if path is None or file.is_symlink():
            continue
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = newline if text and not text.endswith("\n") else ""
        change = ChangeFile(path, source_hash(text), f"{text}{gap}{distribution}{newline}")
        return [fix(f"Add to {file.name}", Applicability.STRUCTURAL, change)]
    return []


def _wire_path(notebook: str, folder: Path, file: Path) -> str | None:
    """The path of a file as plans have it: relative to what the notebook's own is relative to."""
    relative = os.path.relpath(file, folder).replace(os.sep, "/")
    joined = os.path.normpath((PurePosixPath(notebook).parent / relative).as_posix())
    path = joined.replace(os.sep, "/")
    return None if path.startswith("..") or not notebook else path
