"""The dataflow of a notebook, kept up to date with little work."""

from collections.abc import Mapping

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.graph import Graph
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.ipython import MaskedSource
from jupyter_nbquality.notebook import Notebook


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
        self._libraries = libraries if libraries is not None else Libraries()
        self.cells: dict[str, CellFacts] = {}
        self.kept: set[str] = set()
        self.graph = Graph()
        self._sources: dict[str, str] = {}

    def update(self, notebook: Notebook, masked: Mapping[str, MaskedSource] | None = None) -> None:
        """Takes the notebook as it is now.

        Args:
            notebook: The document.
            masked: Cells that were masked already, by id.
        """
        masked = masked if masked is not None else {}
        cells: dict[str, CellFacts] = {}
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
                fresh = CellFacts(cell.source, masked.get(cell.id))
                if fresh.state == "broken" and known is not None and known.state == "known":
                    cells[cell.id] = known
                    kept.add(cell.id)
                else:
                    cells[cell.id] = fresh
        imports: dict[str, str] = {}
        for facts in cells.values():
            imports.update(facts.imports)
        for facts in cells.values():
            facts.complete(self._libraries, imports)
        self.cells, self._sources, self.kept = cells, sources, kept
        self.graph.update([(key, facts.facts) for key, facts in cells.items()])
