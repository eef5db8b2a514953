"""A notebook as it is after a plan, in memory."""

from collections.abc import Iterable

import msgspec

from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeFile,
    ChangeMetadata,
    DeleteCell,
    EditPlan,
    InsertCell,
    MoveCell,
    Operation,
    apply_text_edits,
    replace_source,
    source_hash,
)
from jupyter_nbquality.notebook import Cell, Notebook


def applied(notebook: Notebook, plan: EditPlan) -> Notebook:
    """Gives the cells as they are after a plan; new ones have made-up ids.

    Args:
        notebook: The document that the plan was made for.
        plan: Changes of sources, and of which cells there are; others are passed over.

    Raises:
        KeyError: The plan names a cell that is not there.
    """
    cells = list(notebook.cells)
    for operation in plan.operations:
        cells = _performed(cells, operation)
    return msgspec.structs.replace(notebook, cells=cells)


def one_after_another(notebook: Notebook, first: EditPlan, second: EditPlan) -> list[Operation]:
    """Gives the changes of two plans, as changes of what the first was made for.

    Args:
        notebook: The document that the first plan was made for.
        first: It changes and deletes cells, and inserts none.
        second: It was made for what the first leaves; the cells it inserts stand where they do
            then.
    """
    own = {cell.id for cell in notebook.cells}
    changes = [*first.operations, *second.operations]
    files: list[Operation] = [each for each in changes if isinstance(each, ChangeFile)]
    inserted = [each for each in second.operations if isinstance(each, InsertCell)]
    after = {cell.id: cell for cell in applied(applied(notebook, first), second).cells}
    operations: list[Operation] = []
    for cell in notebook.cells:
        new = after.get(cell.id)
        if new is None:
            operations.append(DeleteCell(cell.id, source_hash(cell.source)))
        elif new.source != cell.source:
            operations.append(replace_source(cell.id, cell.source, new.source))
        if new is not None and new.metadata != cell.metadata:
            operations.append(ChangeMetadata(cell.id, new.metadata))
    assert all(each.after is None or each.after in own for each in inserted)
    return [*files, *operations, *inserted]


def _performed(cells: list[Cell], operation: Operation) -> list[Cell]:
    match operation:
        case ChangeCell():
            place = _place(cells, operation.cell)
            source = apply_text_edits(cells[place].source, operation.edits)
            changed = msgspec.structs.replace(cells[place], source=source)
            return [*cells[:place], changed, *cells[place + 1 :]]
        case ChangeMetadata():
            place = _place(cells, operation.cell)
            changed = msgspec.structs.replace(cells[place], metadata=operation.metadata)
            return [*cells[:place], changed, *cells[place + 1 :]]
        case InsertCell():
            place = _below(cells, operation.after)
            made = Cell(
                _fresh_id(cells),
                operation.cell_type,
                operation.source,
                metadata=operation.metadata,
            )
            return [*cells[:place], made, *cells[place:]]
        case DeleteCell():
            _place(cells, operation.cell)
            return [cell for cell in cells if cell.id != operation.cell]
        case MoveCell():
            moved = cells[_place(cells, operation.cell)]
            if operation.after == moved.id:
                return cells
            left = [cell for cell in cells if cell is not moved]
            place = _below(left, operation.after)
            return [*left[:place], moved, *left[place:]]
    return cells


def _place(cells: Iterable[Cell], wanted: str) -> int:
    for place, cell in enumerate(cells):
        if cell.id == wanted:
            return place
    raise KeyError(wanted)


def _below(cells: list[Cell], after: str | None) -> int:
    return 0 if after is None else _place(cells, after) + 1


def _fresh_id(cells: list[Cell]) -> str:
    taken = {cell.id for cell in cells}
    number = 1
    while f"new-{number}" in taken:
        number += 1
    return f"new-{number}"
