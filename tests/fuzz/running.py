"""How long the fuzz tests run, and what several of them ask of the product."""

import json
import os
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings

from jupyter_nbquality.edits import (
    ChangeCell,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    EditRefusedError,
    IgnoreRule,
    InsertCell,
    MoveCell,
    SetCellType,
    apply_text_edits,
    source_hash,
)
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.notebook_file import NotebookFile, UnreadableNotebookError, parse

LONG = os.environ.get("NBQUALITY_FUZZ_EXAMPLES")
"""How many examples each test tries, new ones each time; the same few each time if not set."""


def fuzz(examples: int) -> settings:
    """Settings of a test that tries this many examples unless told otherwise."""
    return settings(
        max_examples=int(LONG) if LONG else examples,
        derandomize=LONG is None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def readable(data: bytes) -> NotebookFile | None:
    """Reads a file; ``None`` where it is refused with a sentence."""
    try:
        return parse(data, "analysis.ipynb")
    except UnreadableNotebookError as error:
        check_sentence(str(error))
        return None


def check_sentence(text: str) -> None:
    """Is it something that can be shown to a person?"""
    assert text.endswith((".", "?")), text
    assert text[0].isupper() or text.startswith(("ruff ", "nbformat ", "`")), text
    assert "Traceback" not in text
    assert "\n" not in text


def changed_cells(plan: EditPlan) -> set[str]:
    """The cells whose text, outputs or metadata a plan names."""
    return {
        operation.cell
        for operation in plan.operations
        if isinstance(
            operation,
            ChangeCell | ClearOutputs | DeleteCell | IgnoreRule | MoveCell | SetCellType,
        )
        and operation.cell is not None
    }


def applied(file: NotebookFile, plan: EditPlan) -> Notebook:
    """Carries a plan out on the file, and checks that nothing else than it names is different."""
    try:
        data = file.apply(plan)
    except EditRefusedError as error:
        check_sentence(error.refusal.message)
        # Only a file that is malformed itself may refuse a plan that was made for it.
        if error.refusal.code not in {"malformed-cell", "old-format", "not-convertible"}:
            raise
        return file.notebook
    after = parse(data, file.path).notebook
    if after.nbformat != file.notebook.nbformat:
        return after  # nbformat's own conversion
    named = changed_cells(plan)
    inserted = sum(isinstance(operation, InsertCell) for operation in plan.operations)
    deleted = sum(isinstance(operation, DeleteCell) for operation in plan.operations)
    assert len(after.cells) == len(file.notebook.cells) + inserted - deleted
    own_ids = file.notebook.has_cell_ids
    rest = [_content(cell, own_ids) for cell in file.notebook.cells if cell.id not in named]
    still = [_content(cell, own_ids) for cell in after.cells if cell.id not in named]
    if not own_ids or inserted:
        # Ids that were made up follow the place and the text.
        still = [_content(cell, own_ids) for cell in after.cells]
        assert all(content in still for content in rest)
    else:
        assert rest == still
    return after


def _content(cell: Cell, own_ids: bool) -> Any:
    return (
        cell.id if own_ids else "",
        cell.cell_type,
        cell.source,
        cell.execution_count,
        cell.tags,
        cell.metadata,
        # Their size is that of the bytes in the file, or where that has to be read with patience,
        # of what they would be in a new one.
        cell.outputs and msgspec.structs.replace(cell.outputs, size=0, largest=0),
    )


def new_sources(notebook: Notebook, plan: EditPlan) -> dict[str, str]:
    """The new texts of the cells whose text a plan edits; each edit must be for today's text."""
    sources: dict[str, str] = {}
    for operation in plan.operations:
        if isinstance(operation, ChangeCell):
            old = sources.get(operation.cell, notebook.cell(operation.cell).source)
            assert operation.source_hash == source_hash(old)
            sources[operation.cell] = apply_text_edits(old, operation.edits)
    return sources


def parses(source: str) -> bool:
    """Does Python of today read a cell, its IPython syntax left out?"""
    code = CodeCell(source)
    return not code.masked.is_python or code.tree is not None


def shown(value: object) -> str:
    """Everything that a value says, as it goes over the wire."""
    return json.dumps(value, default=str)
