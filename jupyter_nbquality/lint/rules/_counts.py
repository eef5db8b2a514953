"""The prompts of code cells: what the rules about execution counts look at."""

from collections.abc import Iterator

from jupyter_nbquality.notebook import Cell, Notebook


def written_cells(notebook: Notebook) -> list[Cell]:
    """Lists the code cells that hold any text, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def run_count(cell: Cell) -> int | None:
    """Gives the execution count of a cell; ``None`` where it was not run.

    Kernels count from 1; some converters write a 0 that means nothing.
    """
    return cell.execution_count or None


def executed_cells(notebook: Notebook) -> Iterator[tuple[Cell, int]]:
    """Yields the code cells that were run, with their counts, in order."""
    for cell in written_cells(notebook):
        count = run_count(cell)
        if count is not None:
            yield cell, count


def repeat_groups(notebook: Notebook) -> list[list[Cell]]:
    """Groups the cells whose count stands above them already; neighbours make one group."""
    seen: set[int] = set()
    groups: list[list[Cell]] = []
    is_repeating = False
    for cell, count in executed_cells(notebook):
        if count not in seen:
            is_repeating = False
        elif is_repeating:
            groups[-1].append(cell)
        else:
            groups.append([cell])
            is_repeating = True
        seen.add(count)
    return groups
