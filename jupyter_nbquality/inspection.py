"""Composes what the panel and the command line show about one notebook, from all features."""

import msgspec

from jupyter_nbquality.findings import Finding


class CellReport(msgspec.Struct, frozen=True):
    """What is known about one cell.

    Attributes:
        id: The cell's id.
        source_hash: Of the source that was looked at, see `edits.source_hash`.
        title: The first code line that is no comment, import or magic; else the first line; may be empty.
        parses: Whether it is valid code; true for cells that are not Python.
    """

    id: str
    source_hash: str
    title: str
    parses: bool


class Inspection(msgspec.Struct, frozen=True):
    """The reply to one look at a notebook.

    Attributes:
        supported: Whether the notebook's language is analysed; otherwise only language-free rules spoke.
        language: The notebook's language, for a sentence about it.
        cells: One report a cell, in order.
        findings: In the order of cells and positions; those of the notebook as a whole come first.
        notices: Sentences about what could not be done: a setting that is wrong, a limit that was reached.
    """

    supported: bool
    language: str
    cells: list[CellReport]
    findings: list[Finding]
    notices: list[str]
