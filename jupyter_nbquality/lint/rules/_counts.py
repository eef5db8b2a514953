"""The prompts of code cells: what the rules about execution counts look at."""

from collections.abc import Iterator

from jupyter_nbquality.notebook import Cell, Notebook


def written_cells(notebook: Notebook) -> list[Cell]:
    """Lists the code cells that hold any text, in order; not those that look something up.

    When a person asked for help (``?np.mean``) says nothing of the results.
    """
    return [cell for cell in notebook.cells if cell.cell_type == "code" and _is_written(cell)]


def _is_written(cell: Cell) -> bool:
    source = cell.source.strip()
    is_help = "\n" not in source and (
        source.startswith("?") or (source.endswith("?") and "#" not in source)
    )
    return bool(source) and not is_help


def run_count(cell: Cell) -> int | None:
    """Gives the execution count of a cell; ``None`` where it was not run.

    Kernels count from 1; some converters write a 0 that means nothing.
    """
    return cell.execution_count or None


def executed_cells(notebook: Notebook) -> Iterator[tuple[Cell, int]]:
    """Yields the code cells that were run, with their counts, in order."""
    for cell in notebook.cells:
        # The quickest question first: in most notebooks none was run.
        count = run_count(cell)
        if count is not None and cell.cell_type == "code" and _is_written(cell):
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
