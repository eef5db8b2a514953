"""Moves a cell to another place, where that turns no dependence round."""

from collections.abc import Sequence

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import FILE, STATE
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.order import EFFECT, Constraint, Order
from jupyter_nbquality.edits import EditPlan, MoveCell, source_hash
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.carried_tests import names_read, tests_of
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.seen_across import looked_up, state_read
from jupyter_nbquality.refactor.showing import refuse_history

_RANDOM = "random python"
_STATES = {
    "directory": "the working directory",
    "display": "how things are shown",
    "environment": "the environment of the process",
    "extensions": "which extensions are loaded",
    "interpreter": "settings of Python itself",
    "modules": "what can be imported",
    "pictures": "how pictures look",
    "random": "the state of random numbers",
}
_TOLD_FIRST = (
    "definition", "mutation", "deletion", "possible-mutation", "anti", "output", "unknown",
)  # fmt: skip
"""The kinds of constraints, the plainest first."""


class Move(msgspec.Struct, frozen=True, tag_field="kind", tag="move"):
    """A cell in another place.

    Attributes:
        plan: The changes.
        cell: The id of the cell.
        after: The id of the cell that it stands below then; ``None`` at the top.
        crossed: The ids of the code cells that it passes.
    """

    plan: EditPlan
    cell: str
    after: str | None
    crossed: list[str]


@refusing
def move_cell(
    notebook: Notebook,
    cell: str,
    after: str | None,
    *,
    libraries: Libraries | None = None,
) -> Move:
    """Moves a cell below another one.

    Its outputs, count, tags and attachments go with it. Cells without code may be moved anywhere.

    Args:
        notebook: The document.
        cell: The id of the cell.
        after: The id of the cell it shall stand below; ``None`` for the top.
        libraries: What calls of libraries change.

    Returns:
        The change; or which names keep the cell where it is.
    """
    places = {each.id: place for place, each in enumerate(notebook.cells)}
    if cell not in places or (after is not None and after not in places):
        raise RefusedError("unknown-cell", "The cell is not in the notebook any more.")
    place = places[cell]
    target = 0 if after is None else places[after] + 1
    if target in {place, place + 1}:
        raise RefusedError("same-place", "The cell stands there already.", cell)
    between = notebook.cells[target:place] if target < place else (
        notebook.cells[place + 1 : target]
    )  # fmt: skip
    crossed = [each.id for each in between if each.cell_type == "code"]
    if notebook.cells[place].cell_type == "code" and notebook.is_python:
        _refuse(notebook, cell, crossed, target < place, libraries)
    moved = notebook.cells[place]
    where = "to the top" if after is None else f"below cell {places[after] + 1}"
    operation = MoveCell(cell, source_hash(moved.source), after)
    return Move(EditPlan(f"Move cell {place + 1} {where}", [operation]), cell, after, crossed)


def _refuse(
    notebook: Notebook,
    cell: str,
    crossed: Sequence[str],
    is_up: bool,
    libraries: Libraries | None,
) -> None:
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    order = Order(dataflow)
    keys = list(dataflow.cells)
    if not crossed:
        return
    last = keys.index(crossed[-1]) + 1
    before = crossed[0] if is_up else (keys[last] if last < len(keys) else None)
    broken = order.why_not_move(cell, before)
    if broken:
        first = min(broken, key=lambda each: (not each.certain, _TOLD_FIRST.index(each.kind)))
        raise RefusedError("dependence", sentence(notebook, dataflow, first), cell)
    _refuse_imports(notebook, dataflow, cell, crossed)
    _refuse_tests(notebook, dataflow, cell, crossed)
    _refuse_seen(notebook, dataflow, cell, crossed)
    refuse_history(dataflow.cells.values())


def _refuse_tests(
    notebook: Notebook, dataflow: Dataflow, cell: str, crossed: Sequence[str]
) -> None:
    """Refuses to move a test and what it reads past each other."""
    for tested, other in [(cell, key) for key in crossed] + [(key, cell) for key in crossed]:
        facts = dataflow.graph.unit(other).effective.facts
        changed = {*facts.binds, *facts.mutates, *facts.deletes}
        for test in tests_of(notebook.cell(tested)):
            for name in sorted(names_read(test) & changed):
                raise RefusedError(
                    "tested",
                    f"The test “{test.title}” of cell {notebook.index_of(tested) + 1} reads "
                    f"`{name}`, which cell {notebook.index_of(other) + 1} changes or binds.",
                    cell,
                )


def _refuse_seen(notebook: Notebook, dataflow: Dataflow, cell: str, crossed: Sequence[str]) -> None:
    """Refuses to move past each other what binds names, and what sees them all."""
    for reader, writer in [(cell, key) for key in crossed] + [(key, cell) for key in crossed]:
        numbers = [notebook.index_of(key) + 1 for key in (reader, writer)]
        seen = looked_up(dataflow, reader, writer)
        if seen:
            raise RefusedError(
                "looks-around",
                f"Cell {numbers[0]} looks names up by `{seen}`, and cell {numbers[1]} binds some.",
                cell,
            )
        state = state_read(dataflow, reader, writer)
        if state:
            raise RefusedError(
                "dependence",
                f"Cell {numbers[0]} reads {_told(STATE + state)}, which cell {numbers[1]} changes.",
                cell,
            )


def _refuse_imports(
    notebook: Notebook, dataflow: Dataflow, cell: str, crossed: Sequence[str]
) -> None:
    """Refuses to exchange an import and a draw: modules draw while they are imported first."""

    def does(key: str, kind: str, what: str = "") -> bool:
        effects = dataflow.graph.unit(key).effective.facts.effects
        return any(each.kind == kind and (not what or each.what == what) for each in effects)

    for importing, drawing in [(cell, key) for key in crossed] + [(key, cell) for key in crossed]:
        if does(importing, "imports") and does(drawing, "reads-state", _RANDOM):
            raise RefusedError(
                "random-state",
                f"Cell {notebook.index_of(drawing) + 1} draws random numbers of Python's own, and "
                f"so may the modules that cell {notebook.index_of(importing) + 1} imports.",
                cell,
            )


def sentence(notebook: Notebook, dataflow: Dataflow, constraint: Constraint) -> str:
    """Says why one cell must stay below another."""
    above, below = (
        notebook.index_of(str(key)) + 1 for key in (constraint.source, constraint.target)
    )
    names = " and ".join(_told(name) for name in constraint.names[:2]) or "a name"
    may = "" if constraint.certain else "may "
    s = "" if may else "s"
    kind = constraint.kind
    binds = f"bind{s}" if all(_is_plain(name) for name in constraint.names[:2]) else f"change{s}"
    if kind == "unknown":
        either = [
            number
            for number, key in ((above, constraint.source), (below, constraint.target))
            if _is_open(dataflow, str(key))
        ]
        return f"It is not known which names cell {either[0] if either else above} binds."
    if kind == "anti":
        anew = f" or {binds} anew" if binds.startswith("bind") else ""
        return f"Cell {above} reads {names}, which cell {below} {may}change{s}{anew}."
    if kind == "output":
        return f"Cell {above} and cell {below} both {may}bind or change {names}."
    if kind == "deletion":
        return f"Cell {below} needs {names} to be as cell {above} leaves it, which deletes it."
    verb = binds if kind == "definition" else f"change{s}"
    return f"Cell {below} reads {names}, which cell {above} {may}{verb}."


def _is_plain(name: str) -> bool:
    return not name.startswith((FILE, STATE, EFFECT))


def _is_open(dataflow: Dataflow, key: str) -> bool:
    known = dataflow.cells[key]
    unit = dataflow.graph.unit(key)
    return bool(
        known.facts.unknown or unit.effective.beyond or known.state not in {"known", "foreign"}
    )


def _told(name: str) -> str:
    """Says a name, a file or a state in words."""
    if name.startswith(FILE):
        path = name.removeprefix(FILE)
        return f"the file {path}" if path not in {"*", "?", "/"} else "files"
    if name.startswith(STATE):
        what = name.removeprefix(STATE)
        return _STATES.get(what.partition(" ")[0], f"the state of {what}")
    if name.startswith(EFFECT):
        return f"the {name.removeprefix(EFFECT)}"
    return f"`{name}`"
