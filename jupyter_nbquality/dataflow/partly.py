"""Which changes of an object a statement depends on, where it reads only some entries of it."""

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.entries import Reading
from jupyter_nbquality.dataflow.graph import Unit
from jupyter_nbquality.dataflow.repeats import items
from jupyter_nbquality.dataflow.values import ATTRIBUTES, Keys

_FRAMES = frozenset({"DataFrame", "GeoDataFrame", "Series"})


class _Entries(NamedTuple):
    """What a statement does with entries of names.

    Attributes:
        reading: What it reads of them.
        sets: The one entry that it sets, by name.
        is_empty: Whether it makes a frame without rows, which get theirs from the first column.
    """

    reading: Reading
    sets: dict[str, str]
    is_empty: bool


class Partly:
    """Finds the sure changes that statements depend on, by columns and constant keys.

    Args:
        cells: What is known of each code cell, by id. The keys of the units are those with the
            place of the statement.
    """

    def __init__(self, cells: Mapping[str, CellFacts]) -> None:
        self._cells = cells
        self._known: dict[Unit, _Entries | None] = {}

    def changes(self, unit: Unit, name: str, *, whole: bool) -> Iterator[Unit]:
        """Yields the statements whose changes of an object surely count for one that reads it.

        Args:
            unit: Who reads it.
            name: The name that holds it.
            whole: Whether all of it counts, whatever is read.
        """
        keys = None if whole else self._keys(unit, name)
        seen = {unit}
        todo = [unit]
        while todo:
            for source, kind in todo.pop().incoming.get(name, ()):
                if kind == "mutation" and source not in seen:
                    seen.add(source)
                    todo.append(source)
                    if self._counts(source, name, keys):
                        yield source

    def _keys(self, unit: Unit, name: str) -> Keys:
        entries = self._of(unit)
        if entries is None or any(
            kind == "definition" and ((its := self._of(source)) is None or its.is_empty)
            for source, kind in unit.incoming.get(name, ())
        ):
            return None
        if name in entries.reading.found:
            return entries.reading.keys(name)
        # What a function reads that it calls is not seen.
        return () if name in entries.reading.names else None

    def _counts(self, source: Unit, name: str, keys: Keys) -> bool:
        if keys is None:
            return True
        entries = self._of(source)
        entry = entries.sets.get(name) if entries is not None else None
        return entry is None or entry in keys or (entry[0] == "." and ATTRIBUTES in keys)

    def _of(self, unit: Unit) -> _Entries | None:
        if unit not in self._known:
            self._known[unit] = self._found(unit)
        return self._known[unit]

    def _found(self, unit: Unit) -> _Entries | None:
        if not isinstance(unit.key, tuple):
            return None
        known = self._cells[unit.key[0]]
        first, last = unit.facts.first, unit.facts.last
        if known.tree is None or any(
            first <= magic.line + 1 <= last or magic.line + 1 <= first <= magic.end_line + 1
            for magic in known.masked.magics
        ):
            return None
        nodes = [node for node in known.tree.body if first <= node.lineno <= last]
        single = nodes[0] if len(nodes) == 1 else None
        return _Entries(Reading(nodes), items(single), any(map(_makes_empty, nodes)))


def _makes_empty(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(_, ast.Call(function, [], keywords)):
            name = getattr(function, "attr", None) or getattr(function, "id", "")
            return name in _FRAMES and all(each.arg not in {"data", "index"} for each in keywords)
    return False
