"""What one cell sees of another besides the names that it reads."""

import ast
import re
from collections.abc import Iterator, Set

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.refactor.looking_around import (
    is_dynamic_query,
    looking_around,
    named_key,
)

_IN_A_QUERY = re.compile(r"(?<!\w)@([^\W\d]\w*)")
_SHELL = frozenset({"shell", "shell-capture"})
_DIRECTORY_MAGICS = frozenset({"cat", "cp", "ls", "ll", "mkdir", "mv", "pwd", "rm", "sx", "system"})
_STATES = {"modules": ("path", "modules"), "interpreter": ("getrecursionlimit",)}
"""States of the process, and attributes of ``sys`` that show them."""


def looked_up(dataflow: Dataflow, reader: str, writer: str) -> str:
    """Says by what a cell sees the names that another one binds, though it does not name them.

    Args:
        dataflow: Of the notebook.
        reader: The id of the one.
        writer: The id of the other.

    Returns:
        ``globals()`` and the like; empty for nothing.
    """
    facts = dataflow.graph.unit(writer).effective.facts
    bound = {*facts.binds, *facts.deletes}
    if not bound:
        return ""
    for node in _run_by(dataflow, reader):
        for seen in looking_around(node):
            return seen
        for part in ast.walk(node):
            named = named_key(part)
            if named is not None and named[0].value in bound:
                return ast.unparse(named[1])
            if is_dynamic_query(part) and bound & set(names_in_queries(dataflow)):
                return "query()"
    return ""


def names_in_queries(dataflow: Dataflow) -> Iterator[str]:
    """Yields the names that texts of a notebook have behind ``@``."""
    for known in dataflow.cells.values():
        for node in ast.walk(known.tree) if known.tree is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _IN_A_QUERY.findall(node.value)


def state_read(dataflow: Dataflow, reader: str, writer: str) -> str:
    """Gives a state of the process that one cell changes and another one looks at; else nothing."""
    effects = dataflow.graph.unit(writer).effective.facts.effects
    known = dataflow.cells[reader]
    for effect in effects:
        if effect.kind != "writes-state":
            continue
        if effect.what == "directory" and _asks_the_shell(known):
            return effect.what
        if _STATES.get(effect.what) and _attributes_of_sys(known) & {*_STATES[effect.what]}:
            return effect.what
    return ""


def _run_by(dataflow: Dataflow, key: str) -> Iterator[ast.AST]:
    """Yields the code of a cell, and the functions of the notebook that it names."""
    known = dataflow.cells[key]
    if known.tree is None:
        return
    yield known.tree
    named = {*known.facts.uses, *known.facts.later, *known.facts.guesses}
    for other in dataflow.cells.values():
        for node in other.tree.body if other.tree is not None else ():
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and node.name in named
            ):
                yield node


def _asks_the_shell(known: CellFacts) -> bool:
    return any(
        magic.kind in _SHELL or magic.name.lstrip("%") in _DIRECTORY_MAGICS
        for magic in known.masked.magics
    )


def _attributes_of_sys(known: CellFacts) -> Set[str]:
    return {
        node.attr
        for node in ast.walk(known.tree or ast.Module([], []))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    }
