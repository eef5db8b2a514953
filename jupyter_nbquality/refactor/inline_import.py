"""Brings a function or a class of a module into the notebook, to work on it there."""

import ast
from collections.abc import Callable, Iterable

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    EditPlan,
    InsertCell,
    Operation,
    TextEdit,
    source_hash,
)
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.origins import DefinitionNode, definition_of, digest_of, marker, parsed
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.annotations import (
    FUTURE,
    annotations_of,
    bound_for_types,
    has_future_annotations,
    is_surely_evaluated,
)
from jupyter_nbquality.refactor.definitions import Definition, Definitions, definitions_of
from jupyter_nbquality.refactor.module_bound import seen_around
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.selection import comments_above, first_line, last_line

_OF_THE_FILE = frozenset({"__file__", "__name__", "__package__", "__path__", "__spec__", "__doc__"})


class ImportInlining(msgspec.Struct, frozen=True, tag_field="kind", tag="import-inlining"):
    """A function or a class that was brought into the notebook.

    Attributes:
        plan: The changes.
        name: What it is called.
        module: Where it came from, as it is imported.
        along: The names that the notebook imports besides, for it needs them.
        text: Its text in the notebook.
        notes: Sentences about what to mind.
    """

    plan: EditPlan
    name: str
    module: str
    along: list[str]
    text: str
    notes: list[str]


@refusing
def inline_import(
    notebook: Notebook,
    name: str,
    module_text: Callable[[str], str | None],
    *,
    libraries: Libraries | None = None,
) -> ImportInlining:
    """Brings what a notebook imports from a module beside it into the notebook.

    Its text replaces the import. What it imports there the notebook imports then, and what it needs
    of the module itself is imported from the module. A comment above says where it came from, see
    `origins`, so that `push_back` finds the way.

    Args:
        notebook: The document.
        name: What is imported.
        module_text: Gives the text of a module beside the notebook, by its name.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    definitions = Definitions(dataflow)
    imported = _import_of(name, definitions)
    statement = imported.statement
    assert isinstance(statement, ast.ImportFrom)
    module = statement.module or ""
    text = module_text(module)
    if text is None:
        raise RefusedError(
            "not-beside",
            f"No module `{module}` stands beside the notebook or in its project.",
            imported.cell,
        )
    source = _ModuleSource(module, text, module_text(f"{module}.__init__") == text)
    node = source.definition(name)
    needed = source.needed(node)
    new = [
        each
        for each, by in needed.items()
        if not _is_there(each, by, source.package, module, definitions)
    ]
    lines = [*source.import_lines(node, new), ""] if new else []
    body = "\n".join([*lines, marker(module, name, digest_of(node)), source.text_of(node)])
    if isinstance(node, ast.ClassDef):
        _refuse_two_classes(source, node, module, new, dataflow)
    is_lazy = source.needs_lazy_annotations(node) and not _is_lazy(dataflow, imported.cell)
    if is_lazy:
        _refuse_other_annotations(dataflow, name)
    return ImportInlining(
        EditPlan(
            f"Bring {name} of {module} into the notebook",
            _operations(notebook, dataflow, imported, name, body, is_lazy=is_lazy),
        ),
        name,
        module,
        new,
        f"{FUTURE}\n\n{body}" if is_lazy else body,
        source.notes(node),
    )


def package_of(module: str, *, is_package: bool) -> str:
    """Gives the package of a module, from which its relative imports are seen."""
    return module if is_package else module.rpartition(".")[0]


def _is_lazy(dataflow: Dataflow, cell: str) -> bool:
    """Tells whether annotations are not evaluated in a cell: once asked for, they never are."""
    for key, known in dataflow.cells.items():
        if known.tree is not None and has_future_annotations(known.tree):
            return True
        if key == cell:
            return False
    return False


def _refuse_other_annotations(dataflow: Dataflow, name: str) -> None:
    """Refuses to keep annotations of other cells from being evaluated."""
    for key, known in dataflow.cells.items():
        if known.tree is not None and next(annotations_of(known.tree), None) is not None:
            raise RefusedError(
                "annotations",
                f"`{name}` needs `{FUTURE}`, as its module has it, and other annotations would "
                "be texts then, too. Write it on top of the notebook first.",
                key,
            )


def _refuse_two_classes(
    source: "_ModuleSource",
    node: ast.ClassDef,
    module: str,
    new: Iterable[str],
    dataflow: Dataflow,
) -> None:
    """Refuses a class that the notebook would have beside the one which the module goes on with."""
    used = set(new)
    is_whole = False
    for known in dataflow.cells.values():
        for each in ast.walk(known.tree) if known.tree is not None else ():
            if isinstance(each, ast.ImportFrom) and each.module == module:
                used |= {alias.name for alias in each.names}
            elif isinstance(each, ast.Import):
                is_whole = is_whole or any(alias.name == module for alias in each.names)
    for user in source.users(node.name):
        if is_whole or user in used or "*" in used:
            raise RefusedError(
                "two-classes",
                f"The notebook uses `{user}` of `{module}`, which goes on with the `{node.name}` "
                f"there: objects would be of two classes. Bring `{user}` first.",
            )


class _ModuleSource:
    """The module that something comes from.

    Attributes:
        package: From which its relative imports are seen.
    """

    def __init__(self, module: str, text: str, is_package: bool) -> None:
        self._module = module
        self.package = package_of(module, is_package=is_package)
        self._text = text.replace("\r\n", "\n")
        tree = parsed(self._text)
        if tree is None:
            raise RefusedError("module-broken", f"The module `{module}` does not parse.")
        self._tree = tree
        self._for_types = bound_for_types(tree)
        dataflow = Dataflow()
        self._cell = "module"
        known = CellFacts(self._text)
        known.complete(dataflow.libraries, known.imports)
        self._known = known
        self._definitions: dict[str, list[Definition]] = {}
        for each in definitions_of(self._cell, known):
            for bound in each.names:
                self._definitions.setdefault(bound, []).append(each)

    def definition(self, name: str) -> DefinitionNode:
        """Gives what the module defines.

        Raises:
            RefusedError: It is no single function or class, or not at home in a notebook.
        """
        node = definition_of(self._tree, name)
        if node is None or self._times_bound(name) > 1:
            raise RefusedError(
                "not-defined-there",
                f"`{self._module}` defines no single function or class `{name}`.",
            )
        seen = seen_around(node)
        if seen:
            raise RefusedError(
                "looks-around",
                f"`{name}` sees the names of its module by `{seen}`, which would be others.",
            )
        for each in ast.walk(node):
            if isinstance(each, ast.Global):
                raise RefusedError(
                    "binds-global", f"`{name}` binds `{each.names[0]}` in its module."
                )
            if isinstance(each, ast.ImportFrom) and each.level:
                raise RefusedError(
                    "relative-import",
                    f"`{name}` has `{ast.unparse(each)}` within, which works in its package alone.",
                )
            if isinstance(each, ast.Name) and each.id in _OF_THE_FILE:
                raise RefusedError(
                    "of-the-file", f"`{name}` reads `{each.id}`, which is another in a notebook."
                )
        return node

    def needed(self, node: DefinitionNode) -> dict[str, Definition | None]:
        """Gives the names of the module that something reads, with the imports among them.

        Without those that only type checkers see, as the module has none of these while it runs.

        Raises:
            RefusedError: The module binds one of them anew, which the notebook would not see.
        """
        reads = {name for each in self._definitions[node.name] for name in each.reads}
        found: dict[str, Definition | None] = {}
        for name in sorted(reads - {node.name} - self._for_types):
            if not self._times_bound(name):
                continue
            known = self._definitions.get(name, [])
            if len(known) == 1 and known[0].kind == "import":
                found[name] = known[0]
                continue
            if self._times_bound(name) > 1 or self._is_rebound(name):
                raise RefusedError(
                    "bound-again", f"`{node.name}` reads `{name}`, which the module binds anew."
                )
            found[name] = None
        return found

    def import_lines(self, node: DefinitionNode, names: Iterable[str]) -> list[str]:
        """Writes the imports that the notebook needs for it."""
        wanted = set(names)
        lines: dict[str, None] = {}
        own = []
        for name, by in self.needed(node).items():
            if name not in wanted:
                continue
            if by is None:
                own.append(name)
            else:
                lines[import_text(by, name, self.package)] = None
        if own:
            lines[f"from {self._module} import {', '.join(own)}"] = None
        return list(lines)

    def needs_lazy_annotations(self, node: DefinitionNode) -> bool:
        """Tells whether its annotations are not evaluated in the module, and may not be here."""
        return has_future_annotations(self._tree) and not is_surely_evaluated(
            node, lambda name: self._times_bound(name) > 0 and name not in self._for_types
        )

    def text_of(self, node: DefinitionNode) -> str:
        """Gives its text, with the comments right above."""
        lines = self._text.split("\n")
        first = comments_above(lines, first_line(node) - 1)
        return "\n".join(lines[first : last_line(node)])

    def users(self, name: str) -> list[str]:
        """Gives what the module defines that uses something of it, also through others."""
        found: list[str] = []
        todo = [name]
        while todo:
            new = [each for each in self._readers(todo.pop(0)) if each not in {name, *found}]
            found += new
            todo += new
        return found

    def _readers(self, name: str) -> list[str]:
        return sorted(
            other
            for other, each in self._definitions.items()
            if other != name and any(name in found.reads for found in each)
        )

    def notes(self, node: DefinitionNode) -> list[str]:
        """Says what to mind."""
        users = self._readers(node.name)
        if not users:
            return []
        names = ", ".join(f"`{name}`" for name in users)
        verb = "go" if users[1:] else "goes"
        return [f"In `{self._module}`, {names} {verb} on to use its own `{node.name}`."]

    def _times_bound(self, name: str) -> int:
        return sum(name in facts.binds or name in facts.deletes for facts in self._known.statements)

    def _is_rebound(self, name: str) -> bool:
        return any(name in each.binds for each in self._known.facts.functions.values())


def import_text(by: Definition, name: str, package: str) -> str:
    """Writes the import of one name, as seen from a notebook beside the module.

    Args:
        by: The import in the module.
        name: What it binds.
        package: Of the module.

    Raises:
        RefusedError: It is relative to a folder without a name.
    """
    statement = by.statement
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    chosen = [
        alias for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) == name
    ]
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(chosen))
    source = absolute_source(statement, package)
    if not source:
        raise RefusedError(
            "relative-import", f"`{name}` is imported relative to a folder without a name."
        )
    return ast.unparse(ast.ImportFrom(source, chosen, 0))


def absolute_source(statement: ast.ImportFrom, package: str) -> str:
    """Gives the module that something is imported from; empty for a folder without a name."""
    source = statement.module or ""
    if not statement.level:
        return source
    parts = package.split(".") if package else []
    above = parts[: len(parts) - statement.level + 1]
    if len(parts) < statement.level:
        return ""
    return ".".join([*above, *([source] if source else [])])


def _import_of(name: str, definitions: Definitions) -> Definition:
    """Gives the import that binds a name.

    Raises:
        RefusedError: None does, or it cannot be replaced.
    """
    if not definitions.is_bound(name):
        raise RefusedError("unknown-name", f"The notebook imports no `{name}`.")
    found = definitions.only(name)
    if found is None or len(definitions.by_name[name]) > 1:
        raise RefusedError("bound-again", f"`{name}` is bound in more than one place.")
    statement = found.statement
    if not isinstance(statement, ast.ImportFrom):
        words = (
            f"`{name}` is a module; import from it what you want to work on."
            if isinstance(statement, ast.Import)
            else f"`{name}` is not imported, but defined in the notebook."
        )
        raise RefusedError("not-an-import", words, found.cell)
    alias = next(each for each in statement.names if (each.asname or each.name) == name)
    if alias.asname not in {None, alias.name}:
        raise RefusedError(
            "called-otherwise", f"`{name}` is called `{alias.name}` in its module.", found.cell
        )
    return found


def _is_there(
    name: str, by: Definition | None, package: str, module: str, definitions: Definitions
) -> bool:
    """Tells whether the notebook has a name that is needed.

    Raises:
        RefusedError: It has another one of the name.
    """
    if not definitions.is_bound(name):
        return False
    known = definitions.only(name)
    if known is not None and known.kind == "import":
        wanted = meaning_of(by.statement, name, package) if by is not None else (module, name)
        if meaning_of(known.statement, name, "") == wanted:
            return True
    raise RefusedError(
        "taken-name", f"It needs `{name}` of its module, and the notebook has another `{name}`."
    )


def meaning_of(statement: ast.stmt, name: str, package: str) -> tuple[str, str]:
    """Says what an import binds a name to."""
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    for alias in statement.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            if isinstance(statement, ast.Import):
                return alias.name if alias.asname else alias.name.partition(".")[0], ""
            return absolute_source(statement, package), alias.name
    return "", ""


def _operations(
    notebook: Notebook,
    dataflow: Dataflow,
    imported: Definition,
    name: str,
    body: str,
    *,
    is_lazy: bool,
) -> list[Operation]:
    """Replaces the import; the definition stands in a cell below, or in its place where that must.

    It must where the cell goes on to read the name, or holds nothing else.

    Raises:
        RefusedError: It shares a line, or the cell, where annotations must not be evaluated.
    """
    if is_lazy:
        body = f"{FUTURE}\n\n{body}"
    statement = imported.statement
    assert isinstance(statement, ast.ImportFrom)
    cell = notebook.cell(imported.cell)
    known = dataflow.cells[cell.id]
    left = [alias for alias in statement.names if (alias.asname or alias.name) != name]
    rest = ast.unparse(ast.ImportFrom(statement.module, left, statement.level)) if left else ""
    index = LineIndex(cell.source)
    start = Position(statement.lineno - 1, 0)
    end = index.end_of_line(last_line(statement) - 1)
    if any(
        other is not statement
        and first_line(other) <= last_line(statement)
        and first_line(statement) <= last_line(other)
        for other in (known.tree.body if known.tree is not None else ())
    ):
        raise RefusedError("shared-line", "The import shares a line with other code.", cell.id)
    reads = any(
        name in (facts.uses | facts.later | facts.waiting | facts.guesses)
        for facts in known.statements
    )
    alone = not left and len(known.statements) == 1
    if reads and not alone and is_lazy:
        raise RefusedError(
            "future-import",
            f"`{name}` needs `{FUTURE}` on top of its cell; put its import in a cell of its own.",
            cell.id,
        )
    if reads or alone:
        text = "\n\n\n".join(part for part in (rest, body) if part)
        gap = "" if alone else "\n\n"
        return [_change(cell.id, cell.source, Range(start, end), text + gap)]
    if not rest:
        end = Position(end.line + 1, 0) if end.line + 1 < index.line_count else end
    return [
        _change(cell.id, cell.source, Range(start, end), rest),
        InsertCell(cell.id, "code", body),
    ]


def _change(cell: str, source: str, span: Range, text: str) -> ChangeCell:
    return ChangeCell(cell, source_hash(source), [TextEdit(span, text)])
