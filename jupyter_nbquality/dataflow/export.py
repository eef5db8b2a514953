"""Writes a slice as a notebook that runs on its own."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES, Facts
from jupyter_nbquality.dataflow.kept_metadata import (
    attachments,
    cell_metadata,
    notebook_metadata,
)
from jupyter_nbquality.dataflow.sections import headings_above
from jupyter_nbquality.dataflow.slices import Slice
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.notebook_file import BOM, NotebookFile, made_up_id

_BREAK = re.compile(r"\r\n|\r|\n")
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_BLANK = 2
_HISTORY = frozenset({"_", "__", "___"})


def split_lines(source: str) -> list[str]:
    """Splits a text where Python does, without the line ends."""
    return _BREAK.split(source)


def kept_lines(known: CellFacts, chosen: Iterable[int]) -> list[int]:
    """Adds to the chosen lines of a cell those that explain them.

    Args:
        known: What is known of the cell.
        chosen: Lines of whole statements, from 1.

    Returns:
        The lines, sorted: all of the cell where all its statements are chosen; else with the
        comments right above each.
    """
    lines = split_lines(known.source)
    taken = {line for facts in known.statements for line in range(facts.first, facts.last + 1)}
    found = set(chosen)
    if taken <= found:
        return list(range(1, len(lines) + 1))
    for magic in known.masked.magics:
        if magic.kind == "cell-magic":
            # It only measures or the like, and would not run alone.
            found.discard(magic.line + 1)
    for facts in known.statements:
        if facts.first not in found:
            continue
        margin = _margin(lines[facts.first - 1])
        line = facts.first - 1
        while line >= 1 and line not in taken and lines[line - 1].startswith(f"{margin}#"):
            found.add(line)
            line -= 1
    return sorted(found)


def joined(lines: Mapping[int, str], source: list[str]) -> list[str]:
    """Puts lines of a cell together, with a blank line where there was one between them.

    Args:
        lines: What stands on each line that is kept, by its number from 1; a text of
            several lines makes several.
        source: All lines of the cell.
    """
    found: list[str] = []
    numbers = sorted(lines)
    for before, line in pairwise([None, *numbers]):
        if before is not None and line is not None:
            gap = [not each.strip() for each in source[before : line - 1]]
            found += [""] * min(_longest_run(gap), _MOST_BLANK)
        if line is not None:
            found += lines[line].split("\n")
    return found


def slice_notebook(file: NotebookFile, cells: Mapping[str, CellFacts], found: Slice) -> bytes:
    """Makes a notebook of a backward slice, without outputs.

    Args:
        file: The notebook that was sliced.
        cells: What is known of its code cells, by id.
        found: The slice.

    Returns:
        The bytes of a notebook in format 4.5 with the chosen lines of the chosen cells, the
        Markdown cells with the headings above them, and the metadata; it is valid whatever the
        notebook was.
    """
    notebook = file.notebook
    document = _document(file.data)
    above = headings_above(notebook)
    kept = {key for cell in found.cells for key in (cell, *above[cell])}
    taken = {cell.id for cell in notebook.cells if _VALID_ID.fullmatch(cell.id)}
    written = []
    for number, (cell, raw) in enumerate(
        zip(notebook.cells, _raw_cells(document, len(notebook.cells)), strict=True)
    ):
        if cell.id not in kept:
            continue
        key = cell.id
        if not _VALID_ID.fullmatch(key):
            key = made_up_id(number, cell.source, taken)
            taken.add(key)
        written.append(_written(cell, key, raw, cells, found))
    made = {
        "cells": written,
        "metadata": notebook_metadata(document.get("metadata")),
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return _encoded(made)


def missing_names(cells: Mapping[str, CellFacts], found: Slice) -> list[str]:
    """Gives the names that a slice reads and nothing in the notebook defines, sorted.

    None where anything in the slice may define any name.
    """
    facts = [facts for cell in found.cells for facts in _chosen(cells[cell], found.lines[cell])]
    if any(each.unknown for each in facts):
        return []
    bound = {name for known in cells.values() for name in known.facts.binds}
    names = {name for each in facts for name in (*each.uses, *each.waiting)}
    return sorted(names - bound - GIVEN_NAMES - _HISTORY)


def relative_files(cells: Mapping[str, CellFacts], found: Slice) -> list[str]:
    """Gives the paths that a slice reads or writes and that are relative, sorted."""
    return sorted(
        {
            effect.what
            for cell in found.cells
            for facts in _chosen(cells[cell], found.lines[cell])
            for effect in facts.effects
            if effect.kind in {"reads-file", "writes-file"}
            and effect.what
            and not effect.what.startswith(("/", "~", "{"))
            and "://" not in effect.what
        }
    )


def _chosen(known: CellFacts, lines: Iterable[int]) -> list[Facts]:
    chosen = set(lines)
    return [facts for facts in known.statements if facts.first in chosen]


def _written(
    cell: Cell, key: str, raw: dict[str, Any], cells: Mapping[str, CellFacts], found: Slice
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": key,
        "metadata": cell_metadata(raw.get("metadata")),
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.cell_type == "code":
        known = cells[cell.id]
        lines = split_lines(known.source)
        kept = kept_lines(known, found.lines[cell.id])
        if len(kept) < len(lines):
            text = "\n".join(joined({line: lines[line - 1] for line in kept}, lines))
            made["source"] = text.splitlines(keepends=True)
        made |= {"execution_count": None, "outputs": []}
    elif kept_attachments := attachments(raw.get("attachments")):
        made["attachments"] = kept_attachments
    return made


def _document(data: bytes) -> dict[str, Any]:
    """Reads the file once more, for what the document leaves out; nothing where that fails."""
    try:
        # What no JSON has, such as NaN, a browser could not read again.
        value = json.loads(data.removeprefix(BOM).decode(), parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _raw_cells(document: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """Yields the cells as they stand in the file; empty ones where they do not."""
    cells = document.get("cells")
    if not isinstance(cells, list):
        sheets = document.get("worksheets")
        cells = [
            cell
            for sheet in (sheets if isinstance(sheets, list) else ())
            for cell in (sheet.get("cells") or () if isinstance(sheet, dict) else ())
        ]
    if len(cells) != count:
        cells = [{}] * count
    for cell in cells:
        yield cell if isinstance(cell, dict) else {}


def _encoded(made: dict[str, Any]) -> bytes:
    try:
        return (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(made, indent=1) + "\n").encode()


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _longest_run(values: list[bool]) -> int:
    longest = run = 0
    for value in values:
        run = run + 1 if value else 0
        longest = max(longest, run)
    return longest


__all__ = [
    "joined",
    "kept_lines",
    "missing_names",
    "relative_files",
    "slice_notebook",
    "split_lines",
]
