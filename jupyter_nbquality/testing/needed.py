"""What has to run before a cell."""

from collections.abc import Mapping

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.export import joined, kept_lines, split_lines
from jupyter_nbquality.dataflow.slices import Slice
from jupyter_nbquality.execution.verdict import Step


def steps_of(cells: Mapping[str, CellFacts], found: Slice) -> list[Step]:
    """Gives the cells of a slice to run, each with the lines that belong to it.

    Args:
        cells: What is known of the code cells, by id.
        found: The slice.
    """
    steps = []
    for cell in found.cells:
        known = cells[cell]
        lines = split_lines(known.source)
        kept = kept_lines(known, found.lines[cell])
        steps.append(Step(cell, "\n".join(joined({line: lines[line - 1] for line in kept}, lines))))
    return steps
