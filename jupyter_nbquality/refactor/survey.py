"""What flows into a selection and out of it, seen as a cell of its own."""

import ast
import re
from collections.abc import Iterable, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts, Function
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.carried_tests import names_tested
from jupyter_nbquality.refactor.looking_around import (
    is_dynamic_query,
    is_dynamic_sql,
    looking_around,
    looks_within,
)
from jupyter_nbquality.refactor.selection import Piece

SELECTED = "selected"
"""The key of the selection among the cells."""

_WORD = re.compile(r"[^\W\d]\w*")
_READS_ANYTHING = frozenset({"exec", "eval", "globals()", "locals()", "vars()", "%run"})
_BINDS_NOTHING = ("%load_ext", "%reload_ext")
_MAY_LOOK = re.compile(
    r"(?<!\w)(?:globals|locals|vars|dir|eval|exec|query|sql|sqldf|execute|user_ns|user_global_ns"
    r"|f_globals|f_locals|get_ipython|modules|__main__)(?!\w)"
)
"""Words without which no code looks names up."""


class Survey:
    """A notebook in which the selection is a cell of its own.

    Args:
        notebook: The document.
        chosen: What was selected.
        libraries: What calls of libraries change.

    Attributes:
        known: What is known of the selected code.
        effective: What it does where it stands, functions of the notebook included.
        others: The facts of everything else, where it stands.
    """

    def __init__(
        self, notebook: Notebook, chosen: Sequence[Piece], libraries: Libraries | None = None
    ) -> None:
        self.dataflow = Dataflow(libraries)
        self.dataflow.update(_parted(notebook, chosen))
        cells = self.dataflow.cells
        self.known: CellFacts = cells[SELECTED]
        self.effective: Facts = self.dataflow.graph.unit(SELECTED).effective.facts
        self.others: list[Facts] = [
            self.dataflow.graph.unit(key).effective.facts for key in cells if key != SELECTED
        ]
        self._own = [known.facts for key, known in cells.items() if key != SELECTED]
        self._words: set[str] = set()
        self._asked: set[str] = set()
        self._tested = names_tested(notebook)
        for key, known in cells.items():
            if key != SELECTED and known.state in {"broken", "too deep"}:
                self._words.update(_WORD.findall(known.source))
        self._anything = any(
            unknown.reason.split(" ")[0] in _READS_ANYTHING
            for facts in self.others
            for unknown in facts.unknown
        )
        self._note_looking()

    def is_bound_elsewhere(self, name: str) -> bool:
        """Tells whether other code of the notebook binds a name, or may do so."""
        return any(name in facts.binds for facts in self.others)

    def is_surely_bound_above(self, name: str) -> bool:
        """Tells whether code above the selection binds a name on every path."""
        is_bound = False
        for key in self.dataflow.cells:
            if key == SELECTED:
                return is_bound
            facts = self.dataflow.graph.unit(key).effective.facts
            if name in facts.definite:
                is_bound = True
            elif name in facts.deletes:
                is_bound = False
        return is_bound

    def may_be_bound_above(self, name: str) -> bool:
        """Tells whether code above the selection leaves a name bound, on some path at least."""
        may_be = False
        for key in self.dataflow.cells:
            if key == SELECTED:
                break
            facts = self.dataflow.graph.unit(key).effective.facts
            if name in facts.gone:
                may_be = False
            elif name in facts.binds or any(
                not unknown.reason.startswith(_BINDS_NOTHING) for unknown in facts.unknown
            ):
                may_be = True
        return may_be

    def times_bound_elsewhere(self, name: str) -> int:
        """Counts the cells and parts of cells that bind a name."""
        return sum(name in facts.binds for facts in self._own)

    def stays_global(self, name: str) -> bool:
        """Tells whether a name is of an import, a function or a class wherever it is bound."""
        binders = [facts for facts in self._own if name in facts.binds]
        return bool(binders) and all(
            name in facts.imports or _is_definition(facts, name) for facts in binders
        )

    def is_used_elsewhere(self, name: str) -> bool:
        """Tells whether other code reads a name that it does not surely bind before.

        Also in functions, wherever they stand, in tests, and in cells above: cells are run again.
        """
        if name in self._words or name in self._asked or name in self._tested:
            return True
        if self._anything and not name.startswith("_"):
            return True
        return any(
            name in names
            for facts in self.others
            for names in (facts.uses, facts.waiting, facts.later, facts.guesses, facts.deletes)
        )

    def functions(self) -> Iterable[tuple[str, Function]]:
        """Gives the functions and classes that stand outside the selection, by name."""
        for facts in self._own:
            yield from facts.functions.items()

    def looking(self) -> set[str]:
        """Gives the names of functions, outside the selection, that look names up as they run."""
        return {
            name
            for key, known in self.dataflow.cells.items()
            if key != SELECTED and known.tree is not None and _MAY_LOOK.search(known.source)
            for node in known.tree.body
            if looks_within(node, functions_only=True)
            for name in bound_names([node])
        }

    def _note_looking(self) -> None:
        """Notes whether other code looks names up that are not written where it does."""
        trees = [
            (key, known.tree)
            for key, known in self.dataflow.cells.items()
            if known.tree is not None
        ]
        is_asked = False
        for key, tree in trees:
            if key != SELECTED and _MAY_LOOK.search(self.dataflow.cells[key].source):
                self._anything = self._anything or bool(next(looking_around(tree), ""))
                is_asked = is_asked or any(
                    is_dynamic_query(node) or is_dynamic_sql(node) for node in ast.walk(tree)
                )
        if is_asked:
            # The query stands in a text somewhere.
            for _key, tree in trees:
                for node in ast.walk(tree):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        self._asked.update(_WORD.findall(node.value))

    def names(self) -> set[str]:
        """Gives every name that the notebook binds or reads."""
        found: set[str] = set(self._words)
        for facts in (*self.others, self.effective):
            for names in (facts.binds, facts.uses, facts.later, facts.waiting, facts.guesses):
                found.update(names)
        return found


def _is_definition(facts: Facts, name: str) -> bool:
    function = facts.functions.get(name)
    return function is not None and bool(function.name)


def _parted(notebook: Notebook, chosen: Sequence[Piece]) -> Notebook:
    """Makes the selection a cell of its own, with what stands around it in its cells beside it."""
    by_cell = {piece.cell.id: piece for piece in chosen}
    cells: list[Cell] = []
    for cell in notebook.cells:
        piece = by_cell.get(cell.id)
        if piece is None:
            if cell.cell_type == "code":
                cells.append(cell)
            continue
        if piece is chosen[0]:
            cells.append(Cell(f"{cell.id} before", "code", piece.before))
            text = "\n".join(part.text for part in chosen)
            cells.append(Cell(SELECTED, "code", text))
        if piece is chosen[-1]:
            cells.append(Cell(f"{cell.id} after", "code", piece.after))
    return Notebook(notebook.path, cells, notebook.language, notebook.language_version)
