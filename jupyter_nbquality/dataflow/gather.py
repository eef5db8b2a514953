"""Gathers what computes one cell into a notebook of its own."""

from collections.abc import Mapping

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.export import missing_names, slice_notebook
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.slices import StatementGraph
from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook_file import NotebookFile


class Gathered(msgspec.Struct, frozen=True):
    """What computes a cell.

    Attributes:
        data: The bytes of a notebook in format 4.5 that runs on its own, without outputs.
        cells: How many code cells it has.
        missing: The names that it reads and nothing in the notebook defines, sorted.
    """

    data: bytes
    cells: int
    missing: list[str]


def gather(file: NotebookFile, cell: str, libraries: Libraries) -> Gathered | Refusal:
    """Gathers the statements that a cell needs, by certain and by possible changes.

    Args:
        file: The notebook.
        cell: The id of the cell.
        libraries: What library calls are known to do.

    Returns:
        The notebook; a refusal where it is not known what the cell needs, or it needs nothing.
    """
    if not file.notebook.is_python:
        return Refusal("language", "What flows between cells is known of Python alone.", None)
    dataflow = Dataflow(libraries)
    dataflow.update(file.notebook)
    cells = dataflow.cells
    if refusal := _refusal(cells, cell):
        return refusal
    found = StatementGraph(cells).slice_of_cell(cell, None, "backward", possible=True)
    return Gathered(
        slice_notebook(file, cells, found), len(found.cells), missing_names(cells, found)
    )


def _refusal(cells: Mapping[str, CellFacts], cell: str) -> Refusal | None:
    known = cells.get(cell)
    if known is None:
        return Refusal("no-code", "There is no such cell of code in the notebook.", cell)
    if known.state == "broken":
        return Refusal("broken", "The cell does not parse, so it is not known what it needs.", cell)
    if known.state == "too deep":
        return Refusal(
            "too-deep", "The cell is nested too deeply, so it is not known what it needs.", cell
        )
    if not known.statements:
        return Refusal("empty", "The cell holds no code.", cell)
    return None
