"""The dataflow of a notebook, kept up to date with little work."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from jupyter_nbquality.dataflow.bindings import Bindings
from jupyter_nbquality.dataflow.calls import ARRAY
from jupyter_nbquality.dataflow.cells import CellFacts, Parsed
from jupyter_nbquality.dataflow.graph import Graph
from jupyter_nbquality.dataflow.libraries import Libraries, libraries_of
from jupyter_nbquality.notebook import Notebook

_MANY = 10
"""More new cells than this are taken without a search for garbage in between."""


class Dataflow:
    """What the cells of one notebook define, read and change.

    Args:
        libraries: What calls of libraries change.

    Attributes:
        cells: What is known of each code cell, by id. Of a cell that does not parse, what was
            known before, where `kept` names it.
        kept: The cells whose facts are those of an earlier text.
        graph: The cells in document order, linked.
    """

    def __init__(self, libraries: Libraries | None = None) -> None:
        self.libraries = libraries if libraries is not None else libraries_of()
        self.cells: dict[str, CellFacts] = {}
        self.kept: set[str] = set()
        self.graph = Graph()
        self._sources: dict[str, str] = {}
        self._imports: dict[str, str] = {}
        self._bindings = Bindings()

    def update(self, notebook: Notebook, parsed: Mapping[str, Parsed] | None = None) -> None:
        """Takes the notebook as it is now.

        Args:
            notebook: The document.
            parsed: Cells that were parsed already, by id.
        """
        parsed = parsed if parsed is not None else {}
        if len(notebook.cells) - len(self.cells) > _MANY:
            with _undisturbed():
                self._update(notebook, parsed)
        else:
            self._update(notebook, parsed)

    @property
    def imports(self) -> Mapping[str, str]:
        """The modules that the notebook imports, by the names they are bound to."""
        return self._imports

    def source_of(self, cell: str) -> str:
        """Gives the text of a code cell as it is now, though its facts may be of an earlier one."""
        return self._sources[cell]

    def facts_of(self, source: str) -> CellFacts:
        """Gives what is known of a text that may stand in no cell, with the notebook's imports."""
        known = CellFacts(source)
        imports = {**self._imports, **known.imports}
        # Only of names that cells take parts of it is known yet whether they hold arrays.
        for name in self._bindings.arrays_among(known.viewed, self.libraries, imports):
            imports[ARRAY + name] = ""
        known.complete(self.libraries, imports)
        return known

    def _update(self, notebook: Notebook, parsed: Mapping[str, Parsed]) -> None:
        cells: dict[str, CellFacts] = {}
        fresh: list[CellFacts] = []
        sources: dict[str, str] = {}
        kept: set[str] = set()
        if notebook.is_python:
            for cell in notebook.cells:
                if cell.cell_type != "code":
                    continue
                known = self.cells.get(cell.id)
                sources[cell.id] = cell.source
                if known is not None and self._sources.get(cell.id) == cell.source:
                    cells[cell.id] = known
                    if cell.id in self.kept:
                        kept.add(cell.id)
                    continue
                new = CellFacts(cell.source, parsed.get(cell.id))
                if new.state == "broken" and known is not None and known.state == "known":
                    cells[cell.id] = known
                    kept.add(cell.id)
                else:
                    cells[cell.id] = new
                    fresh.append(new)
        imports: dict[str, str] = {}
        for facts in cells.values():
            if facts.imports:
                imports.update(facts.imports)
        before = self.cells
        self._bindings.replace(
            [facts for key, facts in before.items() if cells.get(key) is not facts],
            [facts for key, facts in cells.items() if before.get(key) is not facts],
        )
        imports.update(self._bindings.known(self.libraries, imports))
        for facts in fresh if imports == self._imports else cells.values():
            facts.complete(self.libraries, imports)
        self._imports = imports
        self.cells, self._sources, self.kept = cells, sources, kept
        self.graph.update([(key, facts.facts) for key, facts in cells.items()])


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Puts off the search for garbage: there is hardly any among syntax trees that are all kept.

    What was made goes to the objects that are searched least, without a look at each.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
