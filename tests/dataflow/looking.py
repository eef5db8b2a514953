"""What the dataflow says of small notebooks, written down briefly."""

import builtins

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.notebook import Cell, Notebook

LIBRARIES = Libraries()
_BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython"}


def notebook_of(*sources: str, ids: list[str] | None = None) -> Notebook:
    """Makes a notebook of code cells; their ids are ``1``, ``2`` … where none are given."""
    keys = ids if ids is not None else [str(number) for number in range(1, len(sources) + 1)]
    cells = [Cell(key, "code", text) for key, text in zip(keys, sources, strict=True)]
    return Notebook("", cells)


def dataflow_of(*sources: str) -> Dataflow:
    """Analyses a notebook of code cells."""
    found = Dataflow(LIBRARIES)
    found.update(notebook_of(*sources))
    return found


def names_of(*sources: str) -> str:
    """Says what the last cell does with names: ``uses a; defines b``.

    Builtins that are only read are left out, and so are uses of what the cell bound before.
    """
    found = dataflow_of(*sources)
    facts = found.graph.unit(str(len(sources))).effective.facts
    groups = {
        "uses": set(facts.uses) - _BUILTINS,
        "guesses": set(facts.guesses),
        "waiting": set(facts.waiting) - set(facts.uses) - _BUILTINS,
        "later": set(facts.later) - set(facts.uses) - set(facts.waiting) - _BUILTINS,
        "defines": facts.definite & set(facts.binds),
        "maybe": set(facts.binds) - facts.definite - facts.gone,
        "deletes": facts.gone,
        "may delete": set(facts.deletes) - facts.gone - facts.definite,
        "changes": {name for name, change in facts.mutates.items() if change.certain},
        "may change": {name for name, change in facts.mutates.items() if not change.certain}
        - _BUILTINS,
    }
    said = [f"{what} {' '.join(sorted(names))}" for what, names in groups.items() if names]
    if facts.unknown:
        said.append("unknown")
    return "; ".join(said)


def effects_of(*sources: str) -> str:
    """Says what the last cell does to the world: ``reads-file a.csv, subprocess``."""
    facts = dataflow_of(*sources).graph.unit(str(len(sources))).effective.facts
    return ", ".join(sorted({f"{effect.kind} {effect.what}".strip() for effect in facts.effects}))


def dependencies_of(*sources: str) -> list[str]:
    """Gives the dependencies of a notebook: ``1 > 2 a b``, with ``~ ? -`` for the other kinds."""
    marks = {"definition": ">", "mutation": "~", "possible-mutation": "?", "deletion": "-"}
    return [
        f"{each.source} {marks[each.kind]} {each.target} {' '.join(each.names)}"
        for each in dataflow_of(*sources).graph.dependencies()
    ]
