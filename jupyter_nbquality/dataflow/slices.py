"""The least code that computes something, and what something touches.

After Weiser, "Program slicing" (ICSE 1981); over dependencies, as in Ottenstein and Ottenstein,
"The program dependence graph in a software development environment" (1984). A statement of
several lines is taken as a whole: a loop is in a slice with all that it does.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts, copy_of, fold
from jupyter_nbquality.dataflow.events import CHANGE, DEFINES, GUESS, READ
from jupyter_nbquality.dataflow.facts import (
    FILE,
    GIVEN_NAMES,
    STATE,
    Alias,
    Facts,
    Strength,
)
from jupyter_nbquality.dataflow.graph import Graph, Unit
from jupyter_nbquality.dataflow.partly import Partly

Direction = Literal["backward", "forward"]

_KNOWN = GIVEN_NAMES | {"_", "__", "___", "exit", "quit"}
_QUESTION = "?"
_RANDOM = f"{STATE}random python"
_SURELY_NEEDS = READ | CHANGE | GUESS
_KEEPS_FIGURES = re.compile(
    r"\b(?:matplotlib|mpl)\.use\(|\bswitch_backend\(|^\s*%matplotlib\s+(?!inline|-)\w", re.MULTILINE
)
"""What chooses another way to show figures than that which closes them at the end of a cell."""


class Slice(msgspec.Struct, frozen=True):
    """Parts of a notebook that belong together.

    Attributes:
        cells: Ids of the cells, in document order.
        lines: The lines of each that belong to it, from 1, sorted.
    """

    cells: list[str]
    lines: dict[str, list[int]]


class Statement(msgspec.Struct, frozen=True):
    """A statement that has to do with a name.

    Attributes:
        cell: The id of its cell.
        first: Its first line, from 1.
        last: Its last line.
        defines: Whether it is one of those that define the name.
        reads: Whether it reads what they define.
    """

    cell: str
    first: int
    last: int
    defines: bool
    reads: bool


class StatementGraph:
    """The dependencies between the statements of a notebook, in document order.

    Args:
        cells: What is known of each code cell, by id, in document order.
    """

    def __init__(self, cells: dict[str, CellFacts]) -> None:
        self._cells = cells
        keeps = any(_KEEPS_FIGURES.search(known.source) for known in cells.values())
        self._units = {
            cell: [
                ((cell, number), _with_figure(facts, "*" if keeps else cell))
                for number, facts in enumerate(_statements(known))
            ]
            for cell, known in cells.items()
        }
        _bind_shown(self._units.values())

    def slice_of_cell(
        self, cell: str, line: int | None = None, direction: Direction = "backward", **how: bool
    ) -> Slice:
        """Gives the slice of a cell, or of the statement on a line of it.

        Args:
            cell: Its id.
            line: The line, from 1; ``None`` for the whole cell.
            direction: ``backward``: what computes it; ``forward``: what it touches.
            **how: ``possible=False`` follows certain changes only.

        Raises:
            KeyError: There is no such code cell.
            ValueError: No statement stands on the line.
        """
        graph = self._graph()
        chosen = [
            graph.unit(key)
            for key, facts in self._units[cell]
            if line is None or facts.first <= line <= facts.last
        ]
        if line is not None and not chosen:
            raise ValueError(f"no statement stands on line {line}")
        return self._sliced(graph, chosen, direction, **how)

    def slice_of_cells(self, cells: Iterable[str]) -> Slice:
        """Gives what several cells need, themselves included, by certain and possible changes.

        Args:
            cells: Their ids.

        Raises:
            KeyError: One is no code cell.
        """
        graph = self._graph()
        chosen = [graph.unit(key) for cell in cells for key, _ in self._units[cell]]
        return self._sliced(graph, chosen, "backward")

    def slice_of_name(
        self,
        name: str,
        cell: str | None = None,
        direction: Direction = "backward",
        **how: bool,
    ) -> Slice:
        """Gives the slice of a name, as it is at the end of a cell or of the notebook.

        Args:
            name: The name.
            cell: The id of the cell at whose end it is asked for; ``None`` for the notebook's.
            direction: ``backward``: what computes it; ``forward``: what its definition touches.
            **how: As for a cell.

        Raises:
            KeyError: There is no such code cell, or nothing defines the name there.
        """
        question = Facts(1, 1)
        if cell is not None and cell not in self._units:
            raise KeyError(cell)
        graph = self._graph((cell, name, question))
        asking = graph.unit(_QUESTION)
        definers = graph.definers(name, asking.position)
        if not definers:
            raise KeyError(name)
        if direction == "forward":
            return self._sliced(graph, definers, direction, **how)
        return self._sliced(graph, [asking], direction, **how)

    def users_of_name(self, name: str, cell: str, line: int) -> list[Statement]:
        """Gives the statements that define what a name holds in a place, and those that read it.

        A function that reads the name when it runs is among them where the definition is the one
        that is there in the end.

        Args:
            name: The name.
            cell: The id of the cell of the place.
            line: Its line, from 1.

        Returns:
            In document order; none where nothing defines the name.

        Raises:
            KeyError: There is no such code cell.
        """
        graph = self._graph()
        here = [
            graph.unit(key) for key, facts in self._units[cell] if facts.first <= line <= facts.last
        ]
        definers = {unit for unit in here if unit.events.get(name, 0) & DEFINES}
        last = set(graph.definers(name))
        if not definers and here and not all(_reads_later(unit.facts, name) for unit in here):
            definers = set(graph.definers(name, here[0].position))
        definers = definers or last
        users = {
            user
            for unit in definers
            for user, kind in graph.outgoing(unit).get(name, ())
            if kind == "definition"
        }
        # What a definition reads of its own name is what was there before, if anything was.
        users |= {unit for unit in definers if name not in unit.facts.uses}
        if definers & last:
            users |= {unit for unit in graph.units if name in unit.facts.later}
        return [
            Statement(
                unit.key[0],  # type: ignore[index]
                unit.facts.first,
                unit.facts.last,
                unit in definers,
                unit in users,
            )
            for unit in graph.units
            if unit in definers or unit in users
        ]

    def _graph(self, question: tuple[str | None, str, Facts] | None = None) -> Graph:
        units: list[tuple[Hashable, Facts]] = []
        last = list(self._units)[-1] if self._units else None
        for cell, its in self._units.items():
            units += its
            if question is not None and cell == (question[0] or last):
                # Whoever asks for a name reads it there.
                question[2].uses[question[1]] = None  # type: ignore[assignment]
                units.append((_QUESTION, question[2]))
        graph = Graph()
        graph.update(units)
        return graph

    def _sliced(
        self, graph: Graph, chosen: Iterable[Unit], direction: Direction, possible: bool = True
    ) -> Slice:
        if direction == "backward":
            units = (
                backward(graph, chosen)
                if possible
                else surely_backward(chosen, Partly(self._cells))
            )
            units |= _futures(graph, units)
        else:
            units = forward(graph, chosen, possible=possible)
        lines: dict[str, list[int]] = {}
        for unit in sorted(units, key=lambda unit: unit.position):
            if unit.key != _QUESTION:
                cell: str = unit.key[0]  # type: ignore[index]
                lines.setdefault(cell, []).extend(range(unit.facts.first, unit.facts.last + 1))
        return Slice(
            [cell for cell in self._cells if cell in lines],
            {cell: sorted(set(found)) for cell, found in lines.items()},
        )


def backward(graph: Graph, chosen: Iterable[Unit]) -> set[Unit]:
    """Gives the units that compute others, surely or perhaps, themselves included."""
    return _reached(chosen, lambda unit: needed(graph, unit))


def surely_backward(chosen: Iterable[Unit], partly: Partly) -> set[Unit]:
    """Gives the units that surely compute others, themselves included.

    Of those that are chosen all counts that the names hold which they change; of others what they
    read themselves.

    Args:
        chosen: Where to start.
        partly: Which changes count where only entries are read.
    """
    asked = set(chosen)
    return _reached(asked, lambda unit: _surely_needed(unit, partly, unit in asked))


def _reached(chosen: Iterable[Unit], next_of: Callable[[Unit], Iterable[Unit]]) -> set[Unit]:
    found = set(chosen)
    todo = list(found)
    while todo:
        for source in next_of(todo.pop()):
            if source not in found:
                found.add(source)
                todo.append(source)
    return found


def forward(graph: Graph, chosen: Iterable[Unit], *, possible: bool = True) -> set[Unit]:
    """Gives the units that use others, at any remove, themselves included."""
    found = set(chosen)
    todo = list(found)
    while todo:
        unit = todo.pop()
        users = {
            user
            for name, its in graph.outgoing(unit).items()
            for user, kind in its
            if possible
            or (kind != "possible-mutation" and user.events.get(name, 0) & _SURELY_NEEDS)
        }
        if possible and unit.effective.beyond:
            users.update(graph.units[unit.position + 1 :])
        elif possible:
            users.update(each for each in graph.beyond if each.position > unit.position)
        todo += users - found
        found |= users
    return found


def needed(graph: Graph, unit: Unit) -> Iterator[Unit]:
    """Yields the units that one needs directly, surely or perhaps."""
    for incoming in unit.incoming.values():
        for source, kind in incoming:
            if kind != "deletion":
                yield source
    if unit.effective.beyond:
        yield from graph.units[: unit.position]
    else:
        yield from (each for each in graph.beyond if each.position < unit.position)
    seeds = unit.incoming.get(_RANDOM, ())
    if seeds:
        # Modules may draw while they are imported first.
        first = min(source.position for source, _kind in seeds)
        yield from (each for each in graph.units[first : unit.position] if each.facts.imports)
    # A name that nothing binds may come from wherever names are unknown.
    facts = unit.effective.facts
    if any(
        name not in unit.incoming and name not in _KNOWN for name in (*facts.uses, *facts.waiting)
    ):
        for other in graph.units[: unit.position]:
            if other.facts.unknown:
                yield other


def _surely_needed(unit: Unit, partly: Partly, is_asked: bool) -> Iterator[Unit]:
    for name, incoming in unit.incoming.items():
        event = unit.events.get(name, 0)
        if not event & _SURELY_NEEDS:
            # What it only may change or read it surely does not need.
            continue
        for source, kind in incoming:
            if kind == "definition":
                yield source
        if ":" in name:  # files and states
            yield from (source for source, kind in incoming if kind == "mutation")
        else:
            yield from partly.changes(unit, name, whole=is_asked and bool(event & CHANGE))


def names_between(source: Unit, target: Unit) -> list[str]:
    """Gives the names through which one unit needs another, without files and states."""
    return sorted(
        name
        for name, incoming in target.incoming.items()
        if not name.startswith((FILE, STATE)) and any(each.source is source for each in incoming)
    )


def _futures(graph: Graph, units: set[Unit]) -> set[Unit]:
    """Gives the imports from ``__future__`` above units: Python reads all below them otherwise."""
    last = max((unit.position for unit in units), default=0)
    return {
        unit
        for unit in graph.units[:last]
        if any(module.startswith("__future__") for module in unit.facts.imports.values())
    }


def _reads_later(facts: Facts, name: str) -> bool:
    return name in facts.later and name not in facts.uses and name not in facts.touched


def _with_figure(facts: Facts, owner: str) -> Facts:
    """Takes the current figure for one of a cell's own; what it gave may be a part of it."""
    if not any(effect.what == "figure" for effect in facts.effects):
        return facts
    copy = copy_of(facts)
    figure = f"figure {owner}"
    copy.effects = []
    for effect in facts.effects:
        if effect.what == "figure":
            copy.effects.append(effect._replace(what=figure))
            if effect.kind == "writes-state":
                copy.mutate(STATE + figure, True, effect.node)
        else:
            copy.effects.append(effect)
    copy.aliases += [Alias(name, STATE + figure, Strength.MADE) for name in facts.figures]
    return copy


def _bind_shown(cells: Iterable[list[tuple[tuple[str, int], Facts]]]) -> None:
    """Notes that the last statements of cells bind ``_`` to what they show, if anybody reads it."""
    cells = list(cells)
    if not any("_" in facts.uses for its in cells for _key, facts in its):
        return
    for its in cells:
        if its and its[-1][1].displays:
            key, facts = its[-1]
            copy = copy_of(facts)
            # Not where it is None.
            copy.binds.setdefault("_", None)  # type: ignore[arg-type]
            its[-1] = key, copy


def _statements(known: CellFacts) -> list[Facts]:
    """Gives what a slice takes or leaves as a whole.

    That is a cell, where its cell magic binds names to what the cell does, or runs it in a function
    of its own.
    """
    masked = known.masked
    if masked.scoped or any(
        magic.kind == "cell-magic" and magic.assigns for magic in masked.magics
    ):
        return [fold(known.statements)] if known.statements else []
    return _by_lines(known.statements)


def _by_lines(statements: list[Facts]) -> list[Facts]:
    """Takes statements that share a line together."""
    found: list[list[Facts]] = []
    for facts in statements:
        if found and facts.first <= found[-1][-1].last:
            found[-1].append(facts)
        else:
            found.append([facts])
    # A statement may define a function and call it.
    return [
        group[0] if len(group) == 1 and not group[0].functions else fold(group) for group in found
    ]
