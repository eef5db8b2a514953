"""What names are bound to in a notebook, where that tells of paths, arrays and what draws."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from jupyter_nbquality.dataflow.arrays import arrays_among
from jupyter_nbquality.dataflow.calls import ARRAY, DRAWS, PATH, may_draw_later, surely_draws
from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.paths import resolved

_BINDING = frozenset({"bind", "delete"})


class Bindings:
    """The bindings of the names of a notebook, kept up to date with little work."""

    def __init__(self) -> None:
        # How often names are bound or deleted; and how often so that their kind stays.
        self._bound: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._viewed: Counter[str] = Counter()
        self._paths: dict[str, list[ast.expr]] = {}
        self._arrays: dict[str, list[ast.expr]] = {}
        # Those of them that make objects of classes.
        self._made: dict[str, list[ast.expr]] = {}
        # Which of their names surely draw; asked again where they, or the imports, changed.
        self._drawing: set[str] = set()
        self._changed: set[str] = set()
        self._imports: dict[str, str] = {}

    def replace(self, gone: Iterable[CellFacts], came: Iterable[CellFacts]) -> None:
        """Takes cells that are there no more, or are others now, and those in their places."""
        for facts in gone:
            self._add(facts, -1)
            for values, its in self._values(facts):
                for name, value in its.items():
                    values[name].remove(value)
                    if not values[name]:
                        del values[name]
        for facts in came:
            self._add(facts, 1)
            for values, its in self._values(facts):
                for name, value in its.items():
                    values.setdefault(name, []).append(value)

    def _values(
        self, facts: CellFacts
    ) -> Iterator[tuple[dict[str, list[ast.expr]], dict[str, ast.expr]]]:
        yield self._paths, facts.paths
        if facts.arrays:
            yield self._arrays, facts.arrays
            made = {name: value for name, value in facts.arrays.items() if may_draw_later(value)}
            self._changed.update(made)
            yield self._made, made

    def known(self, libraries: Libraries, imports: Mapping[str, str]) -> dict[str, str]:
        """Gives what `calls.Interpreter` is told of names beside what is imported.

        Args:
            libraries: What calls give arrays.
            imports: What the notebook imports, by the names it has there.
        """
        bound = self._bound
        paths = {name: values[0] for name, values in self._paths.items() if bound[name] == 1}
        found = {PATH + name: path for name, path in resolved(paths).items()}
        asked = [name for name, count in self._viewed.items() if count]
        for name in self.arrays_among(asked, libraries, imports):
            found[ARRAY + name] = ""
        if imports != self._imports:
            self._imports = dict(imports)
            self._changed.update(self._made)
        for name in self._changed:
            if any(surely_draws(value, libraries, imports) for value in self._made.get(name, ())):
                self._drawing.add(name)
            else:
                self._drawing.discard(name)
        self._changed = set()
        for name in self._drawing:
            found[DRAWS + name] = ""
        return found

    def arrays_among(
        self, names: Iterable[str], libraries: Libraries, imports: Mapping[str, str]
    ) -> list[str]:
        """Gives the names that surely hold arrays, wherever the notebook binds them."""

        def value_of(name: str) -> ast.expr | None:
            values = self._arrays.get(name)
            is_bound_once = self._bound[name] - self._kept[name] == 1
            return values[0] if values and is_bound_once else None

        return arrays_among(names, value_of, libraries, imports)

    def _add(self, facts: CellFacts, sign: int) -> None:
        for name, _node, access in facts.occurrences:
            if access in _BINDING:
                self._bound[name] += sign
        for name in facts.kept_kinds:
            self._kept[name] += sign
        for name in facts.viewed:
            self._viewed[name] += sign
