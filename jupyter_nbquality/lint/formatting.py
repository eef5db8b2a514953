"""Formats cells with ruff, as an edit plan; IPython syntax stays as the person wrote it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.edits import EditPlan, EditRefusedError, Refusal, replace_source
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.lint.engine import LintOptions, notebook_path
from jupyter_nbquality.lint.ruff_input import RUFF_CELL_MAGICS
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.lint.syntax import SyntaxChecker
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.ruff import RuffError, UnreadableCellError
from jupyter_nbquality.ruff_settings import find_settings


def plan_format(notebook: Notebook, options: LintOptions, cells: Collection[str] = ()) -> EditPlan:
    """Plans the formatting of cells, with the project's ruff settings.

    Cells that do not parse, and cells that IPython reads otherwise than ruff, are left as they are.

    Args:
        notebook: The document.
        options: Of these only where the notebook stands counts.
        cells: The ids of the cells; all code cells where there are none.

    Returns:
        One change for each cell that comes out differently.

    Raises:
        EditRefusedError: The project's ruff settings are wrong, or ruff failed.
    """
    if not notebook.is_python:
        return EditPlan("Format", [])
    target = ruff.target_version(notebook.python_version)
    path = notebook_path(notebook, options)
    known = {
        cell.id: CodeCell(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and (not cells or cell.id in cells)
    }
    try:
        broken = SyntaxChecker().broken(known, target)
        chosen = [cell for cell, code in known.items() if cell not in broken and _is_readable(code)]
        if path is not None and find_settings(path).has_target:
            target = None
        texts = _format_each([known[cell].source for cell in chosen], path, target)
    except RuffError as error:
        raise EditRefusedError(Refusal("ruff-failed", str(error), None)) from error
    return EditPlan(
        "Format",
        [
            replace_source(cell, known[cell].source, text)
            for cell, text in zip(chosen, texts, strict=True)
            if text != known[cell].source and _same_magics(known[cell], CodeCell(text))
        ],
    )


def _format_each(sources: list[str], path: Path | None, target: str | None) -> list[str]:
    """Formats cells; those that ruff cannot read stay as they are."""
    try:
        return _format(sources, path, target)
    except UnreadableCellError:
        if len(sources) == 1:
            return sources
        half = len(sources) // 2
        first = _format_each(sources[:half], path, target)
        return first + _format_each(sources[half:], path, target)


def _format(sources: list[str], path: Path | None, target: str | None) -> list[str]:
    if not sources:
        return []
    # ruff chooses one kind of line break for all cells; each is to keep its own.
    document = ruff.document(source.replace("\r\n", "\n") for source in sources)
    output = ruff.format_notebook(
        document, path or Path("notebook.ipynb"), target=target, isolated=path is None
    )
    cells: list[dict[str, Any]] = msgspec.json.decode(output)["cells"]
    return [_text(cell["source"], source) for cell, source in zip(cells, sources, strict=True)]


def _text(formatted: str | list[str], source: str) -> str:
    text = formatted if isinstance(formatted, str) else "".join(formatted)
    return text.replace("\n", "\r\n") if "\r\n" in source else text


def _is_readable(code: CodeCell) -> bool:
    """Tells whether ruff reads a cell as IPython does, down to the last character."""
    source = code.source
    if not source.strip() or not code.masked.is_python or code.masked.removed:
        return False
    if "\r" in source.replace("\r\n", "") or (not source.isascii() and _has_surrogates(source)):
        return False
    return not any(
        magic.kind == "automagic"
        or (magic.kind == "cell-magic" and magic.name not in RUFF_CELL_MAGICS)
        for magic in code.magics
    )


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _same_magics(old: CodeCell, new: CodeCell) -> bool:
    def said(magic: Magic) -> tuple[str, ...]:
        return magic.kind, magic.name, magic.args, magic.body

    return [said(magic) for magic in old.magics] == [said(magic) for magic in new.magics]
