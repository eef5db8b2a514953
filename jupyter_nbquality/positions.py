r"""Positions in a cell's source, and the one place that converts between ways of counting them.

On the wire a position is a zero-based line and a column in UTF-16 code units, which is what the
editor (CodeMirror) counts. The tools that analyse the source count otherwise:

===============  =======  ==================================================================
who              lines    columns
===============  =======  ==================================================================
CodeMirror       from 1   UTF-16 code units; a tab is one, an astral character two
Python's ast     from 1   UTF-8 bytes, from 0
ruff's JSON      from 1   Unicode code points, from 1: a tab is one, an astral character one, a
                          combining character one; a ``\r`` before ``\n`` is not counted
===============  =======  ==================================================================

All of them end a line at ``\n``, ``\r\n`` and a lone ``\r``, and nowhere else: form feed,
vertical tab, ``\x85`` and ``\u2028`` are ordinary characters of a line (``str.splitlines``
disagrees and is not used). ruff's counting was found by experiment with notebooks on stdin, ruff
0.17. One exception: it drops a byte order mark that opens the first cell, and does not count it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

import msgspec

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_LINE_FEED = re.compile(r"\n")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")

# The units a column can be counted in, as indexes into the rows of a `_WideLine`.
_CODE_POINTS, _UTF8, _UTF16 = 0, 1, 2


class Position(msgspec.Struct, frozen=True, gc=False, order=True):
    """A place in a cell: zero-based line, and column in UTF-16 code units."""

    line: int
    column: int


class Range(msgspec.Struct, frozen=True, gc=False, order=True):
    """What stands between two positions; the end is not part of it."""

    start: Position
    end: Position


class _WideLine:
    """Where the characters beyond ASCII of one line stand, in each unit."""

    __slots__ = ("_starts", "_widths")

    def __init__(self, line: str) -> None:
        # Rows of (code point, UTF-8, UTF-16) columns at the start of each wide character.
        starts: list[tuple[int, int, int]] = []
        widths: list[tuple[int, int, int]] = []
        extra8 = extra16 = 0
        for match in _NON_ASCII.finditer(line):
            at = match.start()
            code = ord(match.group())
            in8 = 2 if code < 0x800 else 3 if code < 0x10000 else 4
            in16 = 2 if code > 0xFFFF else 1
            starts.append((at, at + extra8, at + extra16))
            widths.append((1, in8, in16))
            extra8 += in8 - 1
            extra16 += in16 - 1
        self._starts = starts
        self._widths = widths

    def convert(self, column: int, source: int, target: int) -> int:
        """`column` counted in unit `source`, as counted in unit `target`.

        A column in the middle of a character means the start of that character.
        """
        last = bisect_right(self._starts, column, key=itemgetter(source)) - 1
        if last < 0:
            return column
        inside = column - self._starts[last][source]
        if inside < self._widths[last][source]:
            return self._starts[last][target]
        return (
            self._starts[last][target]
            + inside
            + (self._widths[last][target] - self._widths[last][source])
        )


class LineIndex:
    """The lines of one cell's source, and conversions of positions in it.

    Args:
        source: the person's text, exactly as the cell holds it.
        removed: how many columns were taken off the start of each line before the text went to
            the parser (`MaskedSource.removed`); empty when none were. Only `position` adds them:
            other tools see the source itself.

    Nothing here raises: a line or column outside the text means the nearest place in it.
    """

    __slots__ = ("_ascii", "_ends", "_removed", "_starts", "_wide", "source")

    def __init__(self, source: str, removed: Sequence[int] = ()) -> None:
        self.source = source
        self._removed = removed
        self._ascii = source.isascii()
        self._wide: dict[int, _WideLine | None] = {}
        starts = [0]
        ends: list[int] = []
        # A pattern of one literal is found many times faster than one of alternatives.
        for match in (_LINE_BREAK if "\r" in source else _LINE_FEED).finditer(source):
            ends.append(match.start())
            starts.append(match.end())
        ends.append(len(source))
        self._starts = starts
        self._ends = ends

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a line break has an empty last one."""
        return len(self._starts)

    def position(self, line: int, utf8_column: int) -> Position:
        """The position of an ``ast`` node: `line` from 1, column from 0 in UTF-8 bytes."""
        line -= 1
        if 0 <= line < len(self._removed):
            utf8_column += self._removed[line]
        return self._converted(line, utf8_column, _UTF8)

    def from_codepoints(self, line: int, column: int) -> Position:
        """The position of a zero-based line and column in code points (ruff's, less one each)."""
        return self._converted(line, column, _CODE_POINTS)

    def from_offset(self, offset: int) -> Position:
        """The position of an index into the source as a Python string."""
        line = max(bisect_right(self._starts, offset) - 1, 0)
        return self._converted(line, offset - self._starts[line], _CODE_POINTS)

    def end_of_line(self, line: int) -> Position:
        """The position behind the last character of a zero-based line, before its line break."""
        return self._converted(line, len(self.source), _CODE_POINTS)

    def to_offset(self, position: Position) -> int:
        """The index into the source as a Python string."""
        line = position.line
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.source)
        column = max(position.column, 0)
        wide = self._wide_line(line)
        if wide is not None:
            column = wide.convert(column, _UTF16, _CODE_POINTS)
        return min(self._starts[line] + column, self._ends[line])

    def _converted(self, line: int, column: int, unit: int) -> Position:
        if line < 0:
            return Position(0, 0)
        if line >= len(self._starts):
            line = len(self._starts) - 1
            column = len(self.source)
            unit = _CODE_POINTS
        length = self._ends[line] - self._starts[line]
        column = max(column, 0)
        wide = self._wide_line(line)
        if wide is None:
            return Position(line, min(column, length))
        points = min(wide.convert(column, unit, _CODE_POINTS), length)
        return Position(line, wide.convert(points, _CODE_POINTS, _UTF16))

    def _wide_line(self, line: int) -> _WideLine | None:
        """What is known of a line beyond ASCII, computed once; None for a line of pure ASCII."""
        if self._ascii:
            return None
        if line not in self._wide:
            text = self.source[self._starts[line] : self._ends[line]]
            self._wide[line] = None if text.isascii() else _WideLine(text)
        return self._wide[line]
