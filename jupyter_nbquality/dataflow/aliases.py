"""Names that may hold the same object, or parts of one another's."""

import ast
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from jupyter_nbquality.dataflow.facts import Alias, Strength

MOST_NAMES = 120
"""A change is followed to no more names than these from one unit, to bound time and memory; the
most in a thousand real notebooks are 78."""
MOST_STEPS = 5_000
"""No more pairs of names are looked at for this; the most were 255."""

Held = tuple[str, bool]
"""A name, and whether it stands for what the unit at hand bound to it."""


class Placed(Protocol):
    """What stands at a place in an order."""

    position: int


T = TypeVar("T", bound=Placed)


class AliasIndex(Generic[T]):
    """The aliases that units make, by the names on both sides.

    Several aliases of one strength between two names are kept together: only the last one above a
    place matters there.
    """

    def __init__(self) -> None:
        # By strength: for each name, those on the other side, and the units in their order.
        self._partners: tuple[dict[str, dict[str, list[T]]], ...] = tuple({} for _each in Strength)
        # Those that are followed from their source alone.
        self._one_way: dict[str, dict[str, list[T]]] = {}
        self._strongest_first = (
            *((strength, self._partners[strength]) for strength in _STRONGEST),
            (Strength.MADE, self._one_way),
        )

    def add(self, unit: T, alias: Alias) -> None:
        """Takes an alias that a unit makes."""
        one, other = alias.target, alias.source
        if one == other:
            return
        names = self._one_way if alias.one_way else self._partners[alias.strength]
        theirs = names.setdefault(other, {})
        units = theirs.get(one)
        if units is None:
            theirs[one] = units = [unit]
            if not alias.one_way:
                # Both sides share the list.
                names.setdefault(one, {})[other] = units
        elif units[-1].position <= unit.position:
            units.append(unit)
        else:
            insort(units, unit, key=_position)

    def remove(self, unit: T, alias: Alias) -> None:
        """Drops an alias that a unit made."""
        one, other = alias.target, alias.source
        if one == other:
            return
        names = self._one_way if alias.one_way else self._partners[alias.strength]
        units = names[other][one]
        units.remove(unit)
        if not units:
            sides = ((other, one),) if alias.one_way else ((other, one), (one, other))
            for name, partner in sides:
                del names[name][partner]
                if not names[name]:
                    del names[name]

    def sort(self) -> None:
        """Puts the units in order again, after some of them moved."""
        for names in (*self._partners, self._one_way):
            for partners in names.values():
                for units in partners.values():
                    units.sort(key=_position)

    def holders(
        self, name: str, position: int, least: Strength, bound_at: Callable[[str, int], int]
    ) -> Iterator[tuple[str, Strength, bool]]:
        """Yields the names on the other side of a name; see `effective.Place`.

        Args:
            name: The name.
            position: Only units above it count.
            least: Weaker aliases are left out.
            bound_at: Gives the place above a place where a name was surely bound or deleted; -1
                where it was not.
        """
        bound = bound_at(name, position)
        for strength, table in self._strongest_first:
            if strength < least:
                return
            partners = table.get(name)
            if not partners:
                continue
            for other, units in partners.items():
                last = units[-1].position
                if last >= position:
                    at = bisect_left(units, position, key=_position)
                    if not at:
                        continue
                    last = units[at - 1].position
                if bound <= last:
                    yield other, strength, bound_at(other, position) <= last


_STRONGEST = sorted(Strength, reverse=True)


class TooManyError(Exception):
    """More names may hold an object than are followed."""


def closure(
    start: Mapping[Held, ast.AST],
    partners: Callable[[Held, Strength], Iterable[tuple[Held, Strength]]],
) -> dict[Held, tuple[Strength, ast.AST]]:
    """Gives the names that may hold the same object as others, over any number of steps.

    What a call made of what a call made is taken for another object.

    Args:
        start: The names to begin with, each with the place of its change.
        partners: Gives the names on the other side of the aliases of a name, and how strong these
            are, without those weaker than said.

    Returns:
        The names that were reached, without those to begin with: how surely they hold the same, and
        the place of the change that reached them.

    Raises:
        TooManyError: They are more than `MOST_NAMES`, or finding them takes more than `MOST_STEPS`.
    """
    found = {held: (Strength.SAME, node) for held, node in start.items()}
    levels: dict[Strength, list[Held]] = {strength: [] for strength in _STRONGEST}
    levels[Strength.SAME] += start
    most = len(found) + MOST_NAMES
    left = MOST_STEPS
    # The strongest first, so that each name is left once for each strength at most.
    for strength, todo in levels.items():
        least = Strength.PART if strength == Strength.MADE else Strength.MADE
        while todo:
            here = todo.pop()
            known, node = found[here]
            if known > strength:
                continue
            for other, through in partners(here, least):
                left -= 1
                reached = min(strength, through)
                before = found.get(other)
                if before is None or before[0] < reached:
                    found[other] = reached, node
                    levels[reached].append(other)
                    if len(found) > most:
                        raise TooManyError
            if left < 0:
                raise TooManyError
    return {held: reached for held, reached in found.items() if held not in start}


def _position(unit: Placed) -> int:
    return unit.position
