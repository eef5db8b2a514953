"""The functions, classes and constants of a notebook, and what each reads of it."""

import ast
from collections.abc import Iterator, Mapping, Set

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.refactor.selection import comments_above, first_line, last_line
from jupyter_nbquality.refactor.staying import with_facts


class Definition(msgspec.Struct, frozen=True):
    """A statement that binds names of the notebook, and nothing else.

    Attributes:
        cell: The id of its cell.
        statement: Its syntax.
        names: What it binds.
        kind: ``definition`` of a function or a class, ``import``, or ``constant``.
        reads: Names that it reads, now or when it runs: of the notebook, or of Python itself.
        first: Its first line with its decorators and the comments right above, from 0.
        last: Its last line.
    """

    cell: str
    statement: ast.stmt
    names: tuple[str, ...]
    kind: str
    reads: frozenset[str]
    first: int
    last: int


class Definitions:
    """What the cells of a notebook define.

    Args:
        dataflow: Of the notebook.
        given: The ids of the cells whose constants may be given other values from outside.

    Attributes:
        by_name: The statements that define a name, in order.
    """

    def __init__(self, dataflow: Dataflow, given: Set[str] = frozenset()) -> None:
        self._dataflow = dataflow
        self._given = given
        self.by_name: dict[str, list[Definition]] = {}
        for cell, known in dataflow.cells.items():
            for found in definitions_of(cell, known):
                for name in found.names:
                    self.by_name.setdefault(name, []).append(found)

    def only(self, name: str) -> Definition | None:
        """Gives the one statement that defines a name for good; nothing where there are others.

        A constant that is changed in place is none.
        """
        found = self.by_name.get(name, [])
        if not found or self._times_bound(name) > len(found):
            return None
        if len(found) > 1 and not (
            all(each.kind == "import" for each in found)
            and len({ast.dump(each.statement) for each in found}) == 1
        ):
            return None
        if found[0].kind == "constant" and self._is_changed(name):
            return None
        return found[0]

    def is_bound(self, name: str) -> bool:
        """Tells whether the notebook binds a name."""
        return self._times_bound(name) > 0

    def only_binding(self, name: str) -> ast.stmt | None:
        """Gives the one statement of a cell that binds a name; nothing where there are others."""
        found = [
            statement
            for known in self._dataflow.cells.values()
            for statement, facts in with_facts(known)
            if name in facts.binds or name in facts.deletes
        ]
        return found[0] if len(found) == 1 and self._times_bound(name) == 1 else None

    def is_variable(self, name: str) -> bool:
        """Tells whether a name holds data that may be another each time, and no function.

        Also a constant that whoever runs the notebook may give another value, or that is changed.
        """
        found = self.by_name.get(name, [])
        if not self.is_bound(name) or any(each.kind != "constant" for each in found):
            return False
        if any(
            name in known.imports or name in known.facts.functions
            for known in self._dataflow.cells.values()
        ):
            return False
        return self.only(name) is None or any(each.cell in self._given for each in found)

    def _times_bound(self, name: str) -> int:
        return sum(
            name in facts.binds or name in facts.deletes
            for known in self._dataflow.cells.values()
            for facts in known.statements
        )

    def _is_changed(self, name: str) -> bool:
        return any(
            name in self._dataflow.graph.unit(cell).effective.facts.mutates
            for cell in self._dataflow.cells
        ) or any(
            name in function.changes or name in function.binds
            for known in self._dataflow.cells.values()
            for function in known.facts.functions.values()
        )


def imports_of(names: Mapping[str, Definition]) -> list[str]:
    """Gives the import statements that bind some names, each for its name alone."""
    found = []
    for name, definition in names.items():
        statement = definition.statement
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        chosen = [
            alias
            for alias in statement.names
            if (alias.asname or alias.name.partition(".")[0]) == name
        ]
        if isinstance(statement, ast.Import):
            found.append(ast.unparse(ast.Import(chosen)))
        else:
            part = ast.ImportFrom(statement.module, chosen, statement.level)
            found.append(ast.unparse(part))
    return list(dict.fromkeys(found))


def definitions_of(cell: str, known: CellFacts) -> Iterator[Definition]:
    """Yields the statements of a cell that define names, and do nothing else."""
    lines = known.source.split("\n")
    for statement, facts in with_facts(known):
        kind = _kind(statement)
        if kind is None:
            continue
        yield Definition(
            cell,
            statement,
            tuple(facts.binds),
            kind,
            frozenset(_reads(facts)),
            comments_above(lines, first_line(statement) - 1),
            last_line(statement) - 1,
        )


def _kind(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "definition"
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return None if any(alias.name == "*" for alias in statement.names) else "import"
    value, target = None, None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        value, target = statement.value, statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        value, target = statement.value, statement.target
    if value is None or not isinstance(target, ast.Name):
        return None
    return "constant" if _is_constant(value) else None


def _is_constant(value: ast.expr) -> bool:
    """Tells whether an expression is written out: numbers, texts, and displays of them."""
    return all(
        isinstance(
            node,
            ast.Constant
            | ast.Tuple
            | ast.List
            | ast.Set
            | ast.Dict
            | ast.UnaryOp
            | ast.BinOp
            | ast.operator
            | ast.unaryop
            | ast.expr_context,
        )
        for node in ast.walk(value)
    )


def _reads(facts: Facts) -> set[str]:
    found = {*facts.uses, *facts.waiting, *facts.later}
    for function in facts.functions.values():
        found.update(function.reads)
    # Methods have a `__class__` of their own.
    return found - set(facts.binds) - {"__class__"}
