"""What keeps code of several cells, or of one that fails, from becoming a function of one cell."""

from collections.abc import Iterator, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.edits import ClearOutputs
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.refactor.magic_values import magic_shown_last
from jupyter_nbquality.refactor.merge_cells import losses, refuse_metadata
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import Piece
from jupyter_nbquality.refactor.showing import has_outputs, refuse_history
from jupyter_nbquality.refactor.survey import Survey

_RAISES = frozenset({"raises-exception", "nbval-raises-exception"})


def refuse_together(survey: Survey, chosen: Sequence[Piece]) -> None:
    """Refuses what would run otherwise, or not be shown, as code of one cell.

    Args:
        survey: Of the selection.
        chosen: What is selected of each cell.

    Raises:
        RefusedError: Tags, an exception, the counts of cells or the value of a magic matter.
    """
    for piece in chosen[:-1]:
        _refuse_magic_value(CellFacts(piece.text), piece.cell)
    if not chosen[-1].after.strip():
        _refuse_magic_value(CellFacts(chosen[-1].text), chosen[-1].cell)
    if len(chosen) < 2:
        return
    cells = [piece.cell for piece in chosen]
    for cell in cells:
        if is_failing(cell):
            raise RefusedError(
                "raises",
                "One of the cells raises an exception; in one cell with it, what stands below "
                "would not run.",
                cell.id,
            )
    refuse_metadata(cells)
    refuse_history(survey.dataflow.cells.values())


def refuse_failing(cell: Cell, outside: Sequence[str]) -> None:
    """Refuses a cell that is meant to raise an exception after it bound what other code reads.

    Args:
        cell: The cell.
        outside: The names that a function of it would give, or delete.

    Raises:
        RefusedError: There are such names.
    """
    if outside and _RAISES & set(cell.tags):
        raise RefusedError(
            "raises",
            f"The cell is meant to raise an exception: a function that raises it gives nothing, "
            f"and other code reads `{outside[0]}`.",
            cell.id,
        )


def failed(cell: Cell, outside: Sequence[str]) -> Iterator[str]:
    """Yields a sentence where a cell raised an exception as it ran last; see `refuse_failing`."""
    if outside and is_failing(cell):
        yield (
            "The cell raised an exception as it ran last. Where the function does, what it bound "
            f"before is not there afterwards: `{outside[0]}`."
        )


def is_failing(cell: Cell) -> bool:
    """Tells whether a cell raised an exception as it ran last, or is meant to."""
    return bool(_RAISES & set(cell.tags)) or (
        cell.outputs is not None and cell.outputs.error_name is not None
    )


def cleared(chosen: Sequence[Piece]) -> Iterator[ClearOutputs]:
    """Yields the changes of outputs that are those of several cells, and come to stand in one."""
    if any(has_outputs(piece.cell) for piece in chosen[1:]):
        for piece in chosen:
            is_left = piece is chosen[0] or piece.before.strip() or piece.after.strip()
            if is_left and has_outputs(piece.cell):
                yield ClearOutputs(piece.cell.id)


def lost(chosen: Sequence[Piece]) -> list[str]:
    """Gives what is lost of cells that become one, in sentences."""
    if len(chosen) < 2:
        return []
    first = chosen[0].cell
    gone = [piece.cell for piece in chosen[1:] if not (piece.before.strip() or piece.after.strip())]
    is_cleared = any(has_outputs(piece.cell) for piece in chosen[1:])
    return list(losses([first, *gone], first, is_cleared))


def _refuse_magic_value(known: CellFacts, cell: Cell) -> None:
    magic = magic_shown_last(known)
    if magic is not None:
        raise RefusedError(
            "magic",
            f"`{magic.text.strip()[:60]}` may give a value, which is shown at the end of a cell "
            "alone.",
            cell.id,
        )
