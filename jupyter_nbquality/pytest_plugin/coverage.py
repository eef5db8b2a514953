"""Which lines of the cells the tests ran: those of functions, as all others run with their cell."""

import ast
from collections.abc import Iterable, Mapping

from jupyter_nbquality.dataflow.cells import CellFacts


def function_lines(known: CellFacts) -> list[int]:
    """Gives the first lines of the statements in the functions of a cell, from 0, sorted.

    Args:
        known: What is known of the cell.
    """
    found: set[int] = set()
    for node in ast.walk(known.tree) if known.tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            found.update(
                each.lineno - 1
                for statement in body
                for each in ast.walk(statement)
                if isinstance(each, ast.stmt) and not isinstance(each, ast.Global | ast.Nonlocal)
            )
    return sorted(found)


def told(cells: Mapping[str, tuple[str, CellFacts]], ran: Mapping[str, set[int]]) -> list[str]:
    """Tells of each cell with functions how many of their lines ran.

    Args:
        cells: The name of each cell for people and what is known of it, by its id.
        ran: The lines that tests ran, from 0, by the id of the cell.
    """
    sentences = []
    for cell, (label, known) in cells.items():
        lines = function_lines(known)
        if not lines:
            continue
        missing = [line + 1 for line in lines if line not in ran.get(cell, ())]
        which = f", not {_ranges(missing)}" if missing else ""
        count = len(lines) - len(missing)
        sentences.append(f"{label}: {count} of {len(lines)} lines of functions{which}")
    return sentences


def _ranges(numbers: Iterable[int]) -> str:
    """Writes numbers as people do: `3-5, 8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{one}-{last}" if last > one else f"{one}" for one, last in runs)
