"""Takes the imports, functions, classes and constants of a notebook to the top of a module."""

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.refactor.definitions import Definition, Definitions, definitions_of
from jupyter_nbquality.refactor.export_now import does_something
from jupyter_nbquality.refactor.staying import with_facts

# Importing some libraries draws from Python's own generator.
_STATES = frozenset({"directory", "environment", "random python"})
_MACHINERY = frozenset({"importlib", "site", "pkgutil"})
Imported = tuple[int, str, str]


class Hoisted(msgspec.Struct):
    """What stands at the top of a module, and what is left of the cells.

    Attributes:
        imports: Statements, in order.
        blocks: Constants and definitions with the comments above them, in order.
        constants: The names of these constants.
        names: What these bind.
        left: The code that is left, by cell.
    """

    imports: list[str]
    blocks: list[str]
    constants: list[str]
    names: set[str]
    left: dict[str, str]


def hoist(dataflow: Dataflow, display: str, given: Collection[str] = ()) -> Hoisted:
    """Takes out of cells what may run before all else.

    That are imports, where nothing above them may bear on what they find; functions and classes
    that are defined once and need nothing else; and constants that these read, or that are
    written in capitals.

    Args:
        dataflow: Of cells in plain Python.
        display: The name of what stands for IPython's ``display``, which is not imported then.
        given: Names whose values are only known when the program is called.
    """
    definitions = Definitions(dataflow)
    found = Hoisted([], [], [], set(), {})
    gone: dict[str, set[int]] = {cell: set() for cell in dataflow.cells}
    for cell, statement in _imports(dataflow):
        text = _import_text(statement, display)
        if text and text not in found.imports:
            found.imports.append(text)
        found.names |= {_bound_by(alias) for alias in statement.names}
        gone[cell] |= _lines(statement)
    for cell, definition in _definitions(dataflow, definitions, found.names, given):
        lines = dataflow.cells[cell].source.split("\n")
        found.blocks.append("\n".join(lines[definition.first : definition.last + 1]))
        found.names |= set(definition.names)
        if definition.kind == "constant":
            found.constants += definition.names
        gone[cell] |= set(range(definition.first, definition.last + 1))
    for cell, known in dataflow.cells.items():
        kept = [
            line for number, line in enumerate(known.source.split("\n")) if number not in gone[cell]
        ]
        has_code = len(known.statements) > 0 and any(
            not set(range(facts.first - 1, facts.last)) <= gone[cell] for facts in known.statements
        )
        found.left[cell] = "\n".join(kept).strip("\n") if has_code else ""
    return found


def _imports(dataflow: Dataflow) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """Yields the imports that may stand at the top."""
    sources: dict[str, set[Imported]] = {}
    times: dict[str, int] = {}
    by_import: dict[str, int] = {}
    for known in dataflow.cells.values():
        for statement, facts in with_facts(known):
            for name in (*facts.binds, *facts.deletes):
                times[name] = times.get(name, 0) + 1
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for alias in statement.names:
                    name = _bound_by(alias)
                    sources.setdefault(name, set()).add(_source(statement, alias))
                for name in {_bound_by(alias) for alias in statement.names}:
                    by_import[name] = by_import.get(name, 0) + 1
    is_late = False
    for cell, known in dataflow.cells.items():
        for statement, facts in with_facts(known):
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                is_late = is_late or _bears_on_imports(statement, facts)
                continue
            if any(alias.name == "*" for alias in statement.names):
                # It cannot stand in a function.
                yield cell, statement
                continue
            is_sure = all(
                len(sources[name]) == 1 and times.get(name, 0) == by_import[name]
                for name in map(_bound_by, statement.names)
            )
            if (
                is_sure
                and (not is_late or _is_of_python(statement))
                and _stands_alone(cell, statement, dataflow)
            ):
                yield cell, statement


def _definitions(
    dataflow: Dataflow, definitions: Definitions, names: Iterable[str], given: Collection[str]
) -> Iterator[tuple[str, Definition]]:
    """Yields the definitions and constants that may stand at the top."""
    there = set(names)
    constants: dict[str, Definition] = {}
    chosen: list[tuple[str, Definition]] = []
    everything: list[tuple[str, Definition]] = []
    for cell, known in dataflow.cells.items():
        facts_of = {id(statement): facts for statement, facts in with_facts(known)}
        for definition in definitions_of(cell, known):
            if definition.kind == "import" or len(definition.names) != 1:
                continue
            name = definition.names[0]
            only = definitions.only(name)
            if only is None or only.statement.lineno != definition.statement.lineno:
                continue
            if only.cell != cell or not _stands_alone(cell, definition.statement, dataflow):
                continue
            everything.append((cell, definition))
            if definition.kind == "constant":
                constants[name] = definition
                continue
            facts = facts_of[id(definition.statement)]
            now = {*facts.uses, *facts.waiting}
            if all(
                each in there
                or (each in constants and each not in given)
                or not definitions.is_bound(each)
                for each in now
            ) and not does_something(definition.statement, facts, definitions):
                there.add(name)
                chosen.append((cell, definition))
    read = {name for _cell, definition in chosen for name in definition.reads}
    hoisted = {id(definition) for _cell, definition in chosen}
    hoisted |= {
        id(definition) for name, definition in constants.items() if name in read or name.isupper()
    }
    for cell, definition in everything:
        if id(definition) in hoisted:
            yield cell, definition


def _stands_alone(cell: str, statement: ast.stmt, dataflow: Dataflow) -> bool:
    """Tells whether no other statement shares a line with one."""
    own = _lines(statement)
    tree = dataflow.cells[cell].tree
    return tree is not None and not any(
        other is not statement and own & _lines(other) for other in tree.body
    )


def _bears_on_imports(statement: ast.stmt, facts: Facts) -> bool:
    """Tells whether an import below a statement may need that it ran."""
    for effect in facts.effects:
        if effect.kind == "subprocess" or (
            effect.kind == "writes-file"
            and (effect.what.endswith(".py") or (not effect.what and _names_module(statement)))
        ):
            return True
        if effect.kind in {"writes-state", "sets-state"} and effect.what in _STATES:
            return True
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (
            (node.value.id == "sys" and node.attr in {"path", "modules", "meta_path"})
            or (node.value.id == "os" and node.attr == "environ")
            or node.value.id in _MACHINERY
        )
        for node in ast.walk(statement)
    )


def _names_module(statement: ast.stmt) -> bool:
    """Tells whether code that computes a path speaks of a module in it."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.strip().endswith(".py")
        for node in ast.walk(statement)
    )


def _is_of_python(statement: ast.Import | ast.ImportFrom) -> bool:
    """Tells whether an import finds the same whatever ran above it: Python's own modules."""
    if isinstance(statement, ast.ImportFrom):
        modules = [statement.module or ""] if not statement.level else [""]
    else:
        modules = [alias.name for alias in statement.names]
    return all(module.partition(".")[0] in sys.stdlib_module_names for module in modules)


def _lines(statement: ast.stmt) -> set[int]:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(each.lineno for each in decorators)])
    return set(range(first - 1, statement.end_lineno or statement.lineno))


def _import_text(statement: ast.Import | ast.ImportFrom, display: str) -> str:
    names = [
        alias
        for alias in statement.names
        if not (
            display
            and isinstance(statement, ast.ImportFrom)
            and (statement.module or "").startswith("IPython")
            and _bound_by(alias) == display
        )
    ]
    if not names:
        return ""
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(statement.module, names, statement.level))


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _source(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> Imported:
    """Says what a name is imported from."""
    if isinstance(statement, ast.ImportFrom):
        return statement.level, statement.module or "", alias.name
    return -1, alias.name if alias.asname else alias.name.partition(".")[0], ""


def imported_modules(imports: Iterable[str]) -> Mapping[str, None]:
    """Gives the top-level modules that statements import, in order."""
    found: dict[str, None] = {}
    for text in imports:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found.update(dict.fromkeys(alias.name.partition(".")[0] for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found[(node.module or "").partition(".")[0]] = None
    return found
