"""Which classes' methods code may run, by an instance that it reads."""

import ast
from collections.abc import Iterable

from jupyter_nbquality.refactor.survey import SELECTED, Survey

_CHANGES = ast.Call | ast.Attribute | ast.Subscript


def classes_reached(survey: Survey, names: Iterable[str]) -> list[str]:
    """Gives the classes outside a selection whose instances it may read, or make.

    Args:
        survey: Of the selection.
        names: What the selection reads.

    Returns:
        Their names; too many rather than too few.
    """
    classes = {name for name, function in survey.functions() if function.is_class}
    if not classes:
        return []
    makers = _makers(survey)
    todo, seen = list(names), set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += makers.get(name, ())
    return sorted(classes & seen)


def _makers(survey: Survey) -> dict[str, set[str]]:
    """Gives the names that other code reads where it gives a name its value, or may change it."""
    found: dict[str, set[str]] = {}
    for key, known in survey.dataflow.cells.items():
        if key == SELECTED:
            continue
        changing = {
            node.lineno
            for node in ast.walk(known.tree or ast.Module([], []))
            if isinstance(node, _CHANGES)
            and (isinstance(node, ast.Call) or not isinstance(node.ctx, ast.Load))
        }
        for facts in known.statements:
            reads = {*facts.uses, *facts.waiting, *facts.later, *facts.guesses, *facts.touched}
            made = {*facts.binds, *facts.mutates}
            if not changing.isdisjoint(range(facts.first, facts.last + 1)):
                made |= reads
            for name in made:
                found.setdefault(name, set()).update(reads)
    return found
