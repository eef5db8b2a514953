"""Where in the .ipynb file a line of a cell stands, for tools that show files, not notebooks."""

from bisect import bisect_right
from itertools import accumulate
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path

from jupyter_nbquality import json_text
from jupyter_nbquality.cli.rows import Row
from jupyter_nbquality.notebook_file import BOM


class FileLines:
    """The lines of one notebook file.

    Args:
        data: The bytes of the file; where they are no notebook, everything stands on line 1.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.removeprefix(BOM).decode("utf-8", "surrogateescape")
        self._breaks = [index for index, each in enumerate(self._text) if each == "\n"]
        self._cells = self._find_cells()

    @classmethod
    def of(cls, path: str) -> "FileLines":
        """Reads a file; one that is not there has no lines."""
        try:
            return cls(Path(path).read_bytes())
        except OSError:
            return cls(b"")

    def span(self, row: Row) -> tuple[int, int]:
        """Gives the first and the last line of the file that a finding is about, from 1."""
        if not row.cell:
            return row.line or 1, row.end_line or row.line or 1
        if row.cell > len(self._cells):
            return 1, 1
        start = self._cells[row.cell - 1]
        if not row.line:
            line = self._number(start)
            return line, line
        try:
            places = self._lines_of_cell(start)
        except ValueError:  # The file was changed since it was looked at.
            places = [self._number(start)]
        first = places[min(row.line, len(places)) - 1]
        # A finding that ends before the first character of a line is not about that line.
        last = row.end_line - 1 if row.end_column == 1 and row.end_line > row.line else row.end_line
        return first, max(first, places[min(max(last, 1), len(places)) - 1])

    def _number(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1

    def _find_cells(self) -> list[int]:
        text = self._text
        root = json_text.skip_space(text, 0)
        if text[root : root + 1] != "{":
            return []
        try:
            cells = json_text.member(text, "cells", root)
            if cells is not None:
                return [start for start, _ in json_text.elements(text, cells.start)]
            sheets = json_text.member(text, "worksheets", root)
            found = []
            for sheet, _ in json_text.elements(text, sheets.start) if sheets else ():
                inner = json_text.member(text, "cells", sheet)
                if inner is not None:
                    found += [start for start, _ in json_text.elements(text, inner.start)]
        except ValueError:
            return []
        return found

    def _lines_of_cell(self, start: int) -> list[int]:
        """The line of the file on which each line of a cell's source stands."""
        members = {each.key: each for each in json_text.members(self._text, start)}
        source = members.get("source") or members.get("input")
        if source is None:
            return [self._number(start)]
        if self._text[source.start] != "[":
            return [self._number(source.start)]
        elements = [
            (self._number(place), scanstring(self._text, place + 1, False)[0])
            for place, _ in json_text.elements(self._text, source.start)
            if self._text[place] == '"'
        ]
        if not elements:
            return [self._number(source.start)]
        joined = "".join(text for _, text in elements)
        starts = list(accumulate((len(text) for _, text in elements[:-1]), initial=0))
        lines = [0]
        lines += [
            index + 1
            for index, each in enumerate(joined)
            if each == "\n" or (each == "\r" and joined[index + 1 : index + 2] != "\n")
        ]
        return [elements[bisect_right(starts, offset) - 1][0] for offset in lines]
