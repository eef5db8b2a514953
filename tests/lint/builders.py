"""Small makers of notebooks for tests of rules.

A notebook is written as its cells; a plain text stands for a code cell:

    notebook("import os", markdown("# Title"), code("x = 1", 3))

Cells get the ids ``c1``, ``c2`` … in order, where none is given.
"""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import (
    ChangeCell,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    InsertCell,
    MoveCell,
    RenameFile,
    SetCellType,
    SetKernelspec,
    UpgradeFormat,
    apply_text_edits,
    source_hash,
)
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, Surroundings
from jupyter_nbquality.notebook import Cell, Notebook, OutputDigest


def code(
    source: str,
    count: int | None = None,
    *,
    id: str = "",
    tags: Iterable[str] = (),
    error: str | None = None,
    size: int = 0,
    mime_types: Iterable[str] = (),
    secrets: Iterable[str] = (),
) -> Cell:
    """Makes a code cell; ``error`` and what follows describe its outputs."""
    return Cell(
        id=id,
        cell_type="code",
        source=source,
        execution_count=count,
        tags=list(tags),
        outputs=OutputDigest(
            size=size,
            largest=size,
            mime_types=sorted(mime_types),
            error_name=error,
            secrets=sorted(secrets),
        ),
    )


def markdown(source: str, *, id: str = "") -> Cell:
    """Makes a markdown cell."""
    return Cell(id=id, cell_type="markdown", source=source)


def raw(source: str, *, id: str = "") -> Cell:
    """Makes a raw cell."""
    return Cell(id=id, cell_type="raw", source=source)


def notebook(*cells: Cell | str, path: str = "analysis.ipynb", **fields: Any) -> Notebook:
    """Makes a notebook of Python 3 in the current format; ``fields`` are those of `Notebook`."""
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    named = [
        cell if cell.id else msgspec.structs.replace(cell, id=f"c{number}")
        for number, cell in enumerate(made, 1)
    ]
    return Notebook(path=path, cells=named, **{"kernelspec": "python3", **fields})


def context(
    document: Notebook,
    *,
    live: bool = False,
    folder: Path | None = None,
    root: Path | None = None,
    **thresholds: int,
) -> Context:
    """Makes what a rule is given, as the engine does."""
    cells = document.cells if document.is_python else []
    return Context(
        notebook=document,
        code={cell.id: CodeCell(cell.source) for cell in cells if cell.cell_type == "code"},
        thresholds=Thresholds(**thresholds),
        surroundings=Surroundings(folder=folder, root=root or folder),
        live=live,
    )


def check(rule: type[Rule], document: Notebook | str, **options: Any) -> list[Problem]:
    """Runs one rule over a notebook, or over one cell; options as those of `context`."""
    if isinstance(document, str):
        document = notebook(document)
    return list(rule().check(context(document, **options)))


def marked(problem: Problem, document: Notebook | str) -> str:
    """Gives the text of the cell that a problem marks."""
    if isinstance(document, str):
        document = notebook(document)
    assert problem.cell is not None
    assert problem.range is not None
    source = document.cell(problem.cell).source
    lines = CodeCell(source).lines
    start, end = problem.range.start, problem.range.end
    return source[lines.to_offset(start) : lines.to_offset(end)]


def fixed(document: Notebook | str, problem: Problem, index: int = 0) -> Notebook:
    """Applies one fix of a problem to a notebook, change by change, as the front end does."""
    if isinstance(document, str):
        document = notebook(document)
    return apply_plan(document, problem.fixes[index].plan)


def sources(document: Notebook) -> list[str]:
    """Gives each cell's source; those that are no code with their type before them."""
    return [
        cell.source if cell.cell_type == "code" else f"{cell.cell_type}: {cell.source}"
        for cell in document.cells
    ]


@dataclasses.dataclass
class _Open:
    """A notebook while a plan is being applied to it."""

    notebook: Notebook
    inserted: int = 0

    def place(self, cell_id: str | None) -> int:
        return 0 if cell_id is None else self.notebook.index_of(cell_id) + 1

    def cell(self, operation: ChangeCell | DeleteCell | MoveCell | SetCellType) -> Cell:
        cell = self.notebook.cell(operation.cell)
        assert source_hash(cell.source) == operation.source_hash, "made for another text"
        return cell

    def insert(
        self, after: str | None, cell_type: Literal["code", "markdown", "raw"], source: str
    ) -> None:
        self.inserted += 1
        cell = Cell(id=f"new{self.inserted}", cell_type=cell_type, source=source)
        self.notebook.cells.insert(self.place(after), cell)

    def put(self, cell: Cell) -> None:
        self.notebook.cells[self.notebook.index_of(cell.id)] = cell


def apply_plan(document: Notebook, plan: EditPlan) -> Notebook:
    """Applies the operations of a plan in order."""
    replace = msgspec.structs.replace
    state = _Open(replace(document, cells=list(document.cells)))
    for operation in plan.operations:
        match operation:
            case ChangeCell():
                cell = state.cell(operation)
                state.put(replace(cell, source=apply_text_edits(cell.source, operation.edits)))
            case InsertCell(after, cell_type, source):
                state.insert(after, cell_type, source)
            case DeleteCell():
                state.notebook.cells.remove(state.cell(operation))
            case MoveCell():
                cell = state.cell(operation)
                state.notebook.cells.remove(cell)
                state.notebook.cells.insert(state.place(operation.after), cell)
            case SetCellType(_, _, cell_type, source):
                cell = state.cell(operation)
                state.put(replace(cell, cell_type=cell_type, source=source))
            case ClearOutputs(cell_id):
                cell = state.notebook.cell(cell_id)
                state.put(replace(cell, execution_count=None, outputs=OutputDigest()))
            case SetKernelspec(name):
                state.notebook = replace(state.notebook, kernelspec=name)
            case UpgradeFormat():
                state.notebook = replace(
                    state.notebook, nbformat=4, nbformat_minor=5, has_cell_ids=True
                )
            case RenameFile(_, new_path):
                state.notebook = replace(state.notebook, path=new_path)
            case _:
                raise NotImplementedError(type(operation).__name__)
    return state.notebook
