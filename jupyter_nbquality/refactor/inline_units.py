"""What stands between the place where a name is bound and those where it is read."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.order import Order
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.move_cell import sentence
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import first_line, last_line

_BREAK = re.compile(r"\r\n|\n|\r")


class Units:
    """The notebook in pieces, of which the binding and each statement that reads it are some."""

    def __init__(
        self,
        notebook: Notebook,
        cells: Mapping[str, CellFacts],
        binding: tuple[str, ast.stmt],
        reads: Sequence[tuple[str, Reference]],
        libraries: Libraries | None,
    ) -> None:
        self._binding = ""
        self._of: dict[int, str] = {}
        wanted = {id(each.node) for _key, each in reads}
        touched = {binding[0], *(key for key, _each in reads)}
        pieces: list[Cell] = []
        for key, known in cells.items():
            if key not in touched or known.tree is None:
                pieces.append(Cell(key, "code", known.source))
                continue
            lines = _BREAK.split(known.source)
            done = 0
            for number, statement in enumerate(known.tree.body):
                first, last = first_line(statement) - 1, last_line(statement)
                # What shares its line goes with the one before.
                unit = f"{key}#{number}" if first >= done else pieces[-1].id
                if first >= done:
                    pieces.append(Cell(unit, "code", "\n".join(lines[done:last])))
                    done = last
                if statement is binding[1]:
                    self._binding = unit
                for node in ast.walk(statement):
                    if id(node) in wanted:
                        self._of[id(node)] = unit
            if "".join(lines[done:]).strip():
                pieces.append(Cell(f"{key}#end", "code", "\n".join(lines[done:])))
        self._notebook = Notebook("", pieces, notebook.language, notebook.language_version)
        self._dataflow = Dataflow(libraries)
        self._dataflow.update(self._notebook)
        self._order = Order(self._dataflow)
        self._cells = {
            unit.id: unit.id.rpartition("#")[0] if "#" in unit.id else unit.id for unit in pieces
        }

    def refuse_between(self, node: ast.Name, name: str) -> None:
        """Refuses where what stands between keeps the value from being computed at a place."""
        unit = self._of[id(node)]
        keys = [cell.id for cell in self._notebook.cells]
        if keys.index(unit) < keys.index(self._binding):
            raise RefusedError(
                "read-above",
                f"`{name}` is read above the place where it is bound.",
                self._cells[unit],
            )
        broken = [
            each for each in self._order.why_not_move(self._binding, unit) if each.names != (name,)
        ]
        if broken:
            raise RefusedError(
                "changed-between",
                "What `"
                + name
                + "` is computed from changes before it is read, or the other way round: "
                + _without_numbers(sentence(self._notebook, self._dataflow, broken[0])),
                self._cells[unit],
            )

    def changes_of(self, name: str) -> Iterator[tuple[str, bool]]:
        """Yields the cells that change what a name holds, and whether they surely do."""
        for unit in self._dataflow.graph.units:
            mutation = unit.effective.facts.mutates.get(name)
            if mutation is not None:
                yield self._cells[str(unit.key)], mutation.certain

    def refuse_showing(self, name: str) -> None:
        """Refuses to compute elsewhere what shows something while it is computed."""
        facts = self._dataflow.graph.unit(self._binding).effective.facts
        if any(effect.what in {"display", "figure", "pictures"} for effect in facts.effects):
            raise RefusedError(
                "shows",
                f"Computing `{name}` shows something, which would be shown elsewhere.",
                self._cells[self._binding],
            )

    def facts_of_binding(self) -> Facts:
        """Gives what computing the value does, in the functions that it calls, too."""
        return self._dataflow.graph.unit(self._binding).effective.facts

    def written_by_binding(self) -> set[str]:
        """Gives the names that computing the value binds or changes."""
        return self._written(self._binding)

    def written_in(self, node: ast.Name) -> set[str]:
        """Gives the names that the statement of a place binds or changes."""
        return self._written(self._of[id(node)])

    def _written(self, unit: str) -> set[str]:
        facts = self._dataflow.graph.unit(unit).effective.facts
        return {*facts.binds, *facts.mutates, *facts.deletes}


def _without_numbers(text: str) -> str:
    """Says a sentence about pieces of cells, whose numbers nobody knows."""
    text = re.sub(r"[Cc]ell \d+ and cell \d+ both", "two statements both", text)
    text = re.sub(r"Cell \d+", "a statement", text)
    return re.sub(r"cell \d+", "another", text)
