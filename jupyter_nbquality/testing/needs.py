"""What a test needs to run before it."""

import ast
from collections.abc import Mapping

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.slices import StatementGraph
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.testing.fixtures import Fixture, asked_for, fixtures_of

_TEST = "<test>"


def needed_lines(
    dataflow: Dataflow, notebook: Notebook, place: int, source: str
) -> dict[str, list[int]]:
    """Gives the lines that compute a test's cell, and what the test reads.

    Args:
        dataflow: What is known of the notebook.
        notebook: The document.
        place: The place of the test's cell among all cells.
        source: The text of the test.

    Returns:
        Lines, from 1, by the id of their cell; that of the test is among them.
    """
    cell = notebook.cells[place].id
    cells: dict[str, CellFacts] = {}
    for key, known in dataflow.cells.items():
        cells[key] = known
        if key == cell:
            break
    cells[_TEST] = dataflow.facts_of(source + _calls(source, fixtures_of(cells)))
    found = StatementGraph(cells).slice_of_cells([cell, _TEST]).lines
    return {cell: [], **{key: lines for key, lines in found.items() if key != _TEST}}


def _calls(source: str, fixtures: Mapping[str, Fixture]) -> str:
    """Calls what pytest would, so that what a function reads counts as read."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    calls = [f"{name}()" for name in asked_for(tree, fixtures)] if fixtures else []
    for each in tree.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            calls.append(f"{each.name}()")
        elif isinstance(each, ast.ClassDef):
            calls += [
                f"{each.name}().{method.name}()"
                for method in each.body
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
    return "".join(f"\n{call}" for call in calls)
