"""Where a selection had better begin and end, so that fewer names pass into and out of it."""

from collections.abc import Iterator, Sequence
from itertools import islice, product

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import Position
from jupyter_nbquality.refactor.boundary import Boundary, boundary
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import Piece, Selection, pieces
from jupyter_nbquality.refactor.survey import SELECTED, Survey

MOST_PARAMETERS, MOST_RETURNS = 4, 3
"""What a function may take and give before another boundary is looked for."""
_STEPS = 8
"""How many statements each end may move."""
_TRIES = 4
"""How many boundaries are looked at in full."""


class _Unit(msgspec.Struct, frozen=True):
    """A statement: its cell, its lines from 1, and what is known of it."""

    cell: Cell
    first: int
    last: int
    facts: Facts


def better_boundary(
    notebook: Notebook,
    chosen: Sequence[Piece],
    survey: Survey,
    crossing: Boundary,
    libraries: Libraries | None = None,
) -> str:
    """Proposes which statements to add or leave out where much passes through a boundary.

    Boundaries around the selected one are weighed by the names of their statements, and the best
    few are then looked at as selections of their own.

    Args:
        notebook: The document.
        chosen: What is selected.
        survey: Of it.
        crossing: What passes through.
        libraries: What calls of libraries change.

    Returns:
        A sentence; empty where little passes, or nothing near is better.
    """
    now = (len(crossing.parameters), len(crossing.returns))
    if not _excess(now):
        return ""
    units, begin, end = _around(notebook, chosen)
    if end - begin < 2:
        return ""
    weigh = _Weigh(survey, units)
    weighed = sorted(
        (_excess(weigh(*each)), abs(each[0] - begin) + abs(each[1] - end), each)
        for each in _near(units, begin, end)
    )
    best: tuple[int, int, tuple[int, int], tuple[int, int]] | None = None
    for estimate, distance, each in islice(weighed, _TRIES):
        if estimate >= _excess(now):
            break
        passes = _passing(notebook, units, each, libraries)
        if (
            passes is None
            or sum(passes) >= sum(now)
            or passes[0] > max(now[0], MOST_PARAMETERS)
            or passes[1] > max(now[1], MOST_RETURNS)
        ):
            continue
        rank = (_excess(passes), distance)
        if rank[0] < _excess(now) and (best is None or rank < best[:2]):
            best = (*rank, each, passes)
        if not rank[0]:
            break
    if best is None:
        return ""
    return _sentence(notebook, units, (begin, end), best[2], now, best[3])


def _excess(passes: tuple[int, int]) -> int:
    taken, given = passes
    return max(0, taken - MOST_PARAMETERS) + max(0, given - MOST_RETURNS)


def _around(notebook: Notebook, chosen: Sequence[Piece]) -> tuple[list[_Unit], int, int]:
    """Gives the statements of the selected cells and those beside them, and which are selected."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    ids = [cell.id for cell in code]
    first, last = ids.index(chosen[0].cell.id), ids.index(chosen[-1].cell.id)
    if not chosen[0].before.strip() and first:
        first -= 1
    if not chosen[-1].after.strip():
        last += 1
    units: list[_Unit] = []
    selected: list[int] = []
    by_cell = {piece.cell.id: piece for piece in chosen}
    for cell in code[first : last + 1]:
        known = CellFacts(cell.source)
        for facts in known.statements:
            unit = _Unit(cell, facts.first, facts.last, facts)
            if units and units[-1].cell is cell and unit.first <= units[-1].last:
                # On one line with the last: they go together.
                continue
            piece = by_cell.get(cell.id)
            if piece is not None and piece.first < unit.first <= piece.last + 1:
                selected.append(len(units))
            units.append(unit)
    return units, selected[0], selected[-1] + 1


def _near(units: Sequence[_Unit], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields boundaries near a selection; cells that are not selected are added as a whole."""
    count = end - begin
    cells = {units[place].cell.id for place in range(begin, end)}
    for start, stop in product(
        range(max(0, begin - _STEPS), min(len(units), begin + _STEPS) + 1),
        range(max(0, end - _STEPS), min(len(units), end + _STEPS) + 1),
    ):
        kept = min(stop, end) - max(start, begin)
        size = stop - start
        if (start, stop) == (begin, end) or not 2 <= size <= 2 * count or kept * 2 < count:
            continue
        if kept < min(count, size) or (start < begin and stop > end):
            # Less here and more there, or more on both sides, is another selection.
            continue
        if any(
            units[inside].cell.id not in cells and _is_within_cell(units, edge)
            for edge, inside in ((start, start), (stop, stop - 1))
        ):
            continue
        yield start, stop


def _is_within_cell(units: Sequence[_Unit], place: int) -> bool:
    """Tells whether there are statements of one cell on both sides of a place."""
    return 0 < place < len(units) and units[place - 1].cell is units[place].cell


class _Weigh:
    """Counts the names that pass into and out of statements, about."""

    def __init__(self, survey: Survey, units: Sequence[_Unit]) -> None:
        self._units = units
        ids = {unit.cell.id for unit in units}
        self._read: set[str] = set()
        self._bound: set[str] = set()
        self._fixed: set[str] = set()
        for key, known in survey.dataflow.cells.items():
            facts = known.facts
            self._fixed.update(facts.imports, facts.functions)
            if key != SELECTED and key.partition(" ")[0] not in ids:
                self._read.update(facts.uses, facts.waiting, facts.later, facts.guesses)
                self._bound.update(facts.binds)

    def __call__(self, begin: int, end: int) -> tuple[int, int]:
        bound, taken = set[str](), set[str]()
        for unit in self._units[begin:end]:
            taken |= {*unit.facts.uses, *unit.facts.guesses, *unit.facts.waiting} - bound
            bound |= unit.facts.binds.keys()
        rest = [*self._units[:begin], *self._units[end:]]
        elsewhere = self._bound.union(*(unit.facts.binds for unit in rest))
        read = self._read.union(
            *({*unit.facts.uses, *unit.facts.later, *unit.facts.waiting} for unit in rest)
        )
        return len((taken & elsewhere) - self._fixed), len((bound & read) - self._fixed)


def _passing(
    notebook: Notebook,
    units: Sequence[_Unit],
    each: tuple[int, int],
    libraries: Libraries | None,
) -> tuple[int, int] | None:
    """Counts what passes through a boundary; ``None`` where it cannot be one."""
    chosen = units[each[0] : each[1]]
    cells = list(dict.fromkeys(unit.cell.id for unit in chosen))
    start = Position(chosen[0].first - 1, 0)
    end = Position(chosen[-1].last, 0)
    try:
        found = boundary(
            Survey(notebook, pieces(notebook, Selection(cells, start, end)), libraries)
        )
    except RefusedError:
        return None
    return len(found.parameters), len(found.returns)


def _sentence(
    notebook: Notebook,
    units: Sequence[_Unit],
    old: tuple[int, int],
    new: tuple[int, int],
    now: tuple[int, int],
    then: tuple[int, int],
) -> str:
    dropped = [(old[0], new[0]), (new[1], old[1])]
    added = [(new[0], old[0]), (old[1], new[1])]
    word, spans = ("Without", dropped) if any(a < b for a, b in dropped) else ("With", added)
    told = [_told(notebook, units[start:stop]) for start, stop in spans if start < stop]
    too = ", too," if word == "With" else ""
    return (
        f"Much passes through: {_counted(now[0])} into the function, {now[1]} out of it. "
        f"{word} {' and '.join(told)}{too} it would be {then[0]} and {then[1]}."
    )


def _told(notebook: Notebook, units: Sequence[_Unit]) -> str:
    """Says where statements stand."""
    places = []
    for cell in dict.fromkeys(unit.cell.id for unit in units):
        its = [unit for unit in units if unit.cell.id == cell]
        first, last = its[0].first, its[-1].last
        number = notebook.index_of(cell) + 1
        if len(its) == len(CellFacts(its[0].cell.source).statements):
            places.append(f"cell {number}")
        else:
            lines = f"line {first}" if first == last else f"lines {first} to {last}"
            places.append(f"{lines} of cell {number}")
    return " and ".join(places)


def _counted(number: int) -> str:
    return "one name" if number == 1 else f"{number} names"
