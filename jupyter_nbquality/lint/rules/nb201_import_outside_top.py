"""NB201: imports below the cell of imports."""

import ast
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from jupyter_nbquality.edits import DeleteCell, Operation, replace_source, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.import_names import candidates, is_given
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._imports import (
    Import,
    imports_of,
    is_import_cell,
    may_import,
    meanings,
    modules_of,
    names_bound,
    prepares_imports,
)
from jupyter_nbquality.lint.rules._order import bindings, bound_otherwise, may_bind
from jupyter_nbquality.lint.rules._python import kept_by_cell
from jupyter_nbquality.notebook import Cell


class _Place(msgspec.Struct, frozen=True):
    """A cell with imports, and what is known of its code."""

    cell: Cell
    code: CodeCell


class ImportOutsideTop(Rule):
    """A package that is imported for the first time below the cell of imports.

    Why:
        Whoever opens the notebook cannot see at its top what must be installed, and learns in the
        middle of a long run that something is not. Cells of imports alone right behind the first
        one belong to it.

        Only what must be installed is told, and only where it comes first: an import from the
        standard library, or from a package that a cell above imports from already, tells a reader
        nothing new.

        Left alone is an import inside `try`, `if`, `with` or a function, and each import below a
        cell that may decide what is imported: one that installs something, runs a shell command,
        writes a module, or changes `sys.path`, the working folder or the environment.

    Example:
        ```python
        # %%
        import pandas as pd

        # %%
        sales = pd.DataFrame({"shop": ["a", "b"], "sum": [3, 4]})

        # %%
        import matplotlib.pyplot as plt

        plt.bar(sales["shop"], sales["sum"])
        ```

    Instead:
        ```python
        # %%
        import matplotlib.pyplot as plt
        import pandas as pd

        # %%
        sales = pd.DataFrame({"shop": ["a", "b"], "sum": [3, 4]})

        # %%
        plt.bar(sales["shop"], sales["sum"])
        ```
    """

    code = "NB201"
    slug = "import-outside-top"
    severity = Severity.INFO
    needles = (("import",),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for each cell with such imports."""
        top: list[_Place] = []
        is_top = True
        known: set[str] = set()
        cells = list(context.code_cells())
        importing = [at for at, (_, code) in enumerate(cells) if may_import(code)]
        if len(importing) < 2:
            return
        preparing: list[CodeCell] = []
        for cell, code in cells[importing[0] : importing[-1] + 1]:
            if not cell.source.strip():
                continue
            place = _Place(cell, code)
            needed = _needed(code)
            statements = [statement for statement, _packages in needed]
            new = [statement for statement, packages in needed if not packages <= known]
            known.update(*(packages for _statement, packages in needed))
            if not top:
                if statements:
                    top = [place]
                continue
            preparing.append(code)
            if is_top and is_import_cell(code):
                if statements:
                    top.append(place)
                continue
            is_top = False
            if new:
                # Asked for late: most notebooks import nothing new below.
                if any(map(prepares_imports, preparing)):
                    return
                preparing.clear()
                yield Problem(
                    _message(new, top[0].cell),
                    cell.id,
                    code.range_of(new[0]),
                    _move(context, place, statements, top),
                )


@kept_by_cell
def _needed(code: CodeCell) -> list[tuple[Import, set[str]]]:
    """Gives the imports of a cell, each with what must be installed for it."""
    return [(statement, _packages(statement)) for statement in imports_of(code)]


def _packages(statement: Import) -> set[str]:
    """Names the distributions that an import needs and that somebody must have installed."""
    tops = {name.partition(".")[0] for name in modules_of(statement)}
    return {candidates(name)[0] for name in tops if name and not is_given(name)}


def _message(statements: Sequence[Import], top: Cell) -> str:
    modules = list(dict.fromkeys(name for item in statements for name in modules_of(item)))
    names = [f"`{name}`" for name in modules]
    subject = " and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]
    prompt = f" `[{top.execution_count}]`" if top.execution_count is not None else ""
    verb = "are" if names[1:] else "is"
    return f"{subject} {verb} imported below the import cell{prompt}"


def _move(
    context: Context, place: _Place, statements: Sequence[Import], top: Sequence[_Place]
) -> list[Fix]:
    """Offers to move imports to the end of the first cell's imports; not where that is doubtful."""
    target = top[0]
    if not all(_is_plain(item.code) for item in (place, target)):
        return []
    bound = {name for item in statements for name in names_bound(item)}
    if "*" in bound or _mean_two_things(context, bound):
        return []
    old, lines = place.cell.source, place.cell.source.split("\n")
    known = {text for cell in top for text in _imports_as_text(cell.code)}
    spans = [(item.lineno - 1, item.end_lineno or item.lineno) for item in statements]
    if any(not _stands_alone(place.code, item) for item in statements):
        return []
    moved = [
        line
        for item, (first, end) in zip(statements, spans, strict=True)
        if ast.unparse(item) not in known
        for line in lines[first:end]
    ]
    taken = {number for first, end in spans for number in range(first, end)}
    rest = "\n".join(line for number, line in enumerate(lines) if number not in taken).strip("\n")
    operations: list[Operation] = []
    if moved:
        operations.append(_insert(target, moved))
    if rest.strip():
        operations.append(replace_source(place.cell.id, old, rest))
    else:
        operations.append(DeleteCell(place.cell.id, source_hash(old)))
    return [fix("Move to the import cell", Applicability.STRUCTURAL, *operations)]


@kept_by_cell
def _imports_as_text(code: CodeCell) -> list[str]:
    return [ast.unparse(item) for item in imports_of(code)]


def _insert(target: _Place, moved: Sequence[str]) -> Operation:
    """Puts lines behind the last import of a cell, or at its end where it prepares imports."""
    source = target.cell.source
    lines = source.rstrip("\n").split("\n")
    last = max(item.end_lineno or item.lineno for item in imports_of(target.code))
    place = len(lines) if prepares_imports(target.code) else last
    return replace_source(
        target.cell.id, source, "\n".join([*lines[:place], *moved, *lines[place:]])
    )


def _is_plain(code: CodeCell) -> bool:
    """Tells whether lines can be taken out of a cell, or put in, as they are."""
    return "\r" not in code.source and not code.masked.removed and not code.masked.scoped


def _stands_alone(code: CodeCell, statement: Import) -> bool:
    """Tells whether no other statement shares a line with this one."""
    lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    body = code.tree.body if code.tree is not None else []
    return not any(
        other is not statement and (other.lineno in lines or (other.end_lineno or 0) in lines)
        for other in body
    )


def _mean_two_things(context: Context, names: set[str]) -> bool:
    """Tells whether an imported name means something else in another place of the notebook."""
    for name in names:
        meant: list[tuple[str, str]] = []
        count = 0
        for _, code in context.code_cells():
            if may_bind(code, (name,)):
                meant += meanings(code).get(name, ())
                count += _times_bound(code, name)
        if len(set(meant)) > 1 or count > len(meant):
            return True
    return False


def _times_bound(code: CodeCell, name: str) -> int:
    """Counts how often a cell binds a name in the notebook."""
    # To ask the dataflow takes ten times as long as to see that only imports bind the name.
    count = _times_imported(imports_of(code), name)
    everywhere = _times_imported(code.by_kind.of(ast.Import, ast.ImportFrom), name)
    if count == everywhere and name not in bound_otherwise(code):
        return count
    return len(bindings(code).get(name, ()))


def _times_imported(statements: Iterable[Import], name: str) -> int:
    return sum(
        1
        for statement in statements
        for alias in statement.names
        if name == (alias.asname or alias.name)
        or (not alias.asname and alias.name.startswith(f"{name}."))
    )
