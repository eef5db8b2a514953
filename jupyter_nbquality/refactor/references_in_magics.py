"""The places of a cell's magics and shell lines where a name of the notebook stands."""

import re
from collections.abc import Iterator, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.expressions import tables_in
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.ipython.catalogue import QUERY_MAGICS
from jupyter_nbquality.positions import LineIndex, Position
from jupyter_nbquality.refactor.reference import How, Reference, Scopes, hidden_names, meaning

WITH_EQUALS = frozenset({"shell-capture", "magic-assignment"})
"""Kinds of magics whose left side is Python."""


def in_magics(
    known: CellFacts, scopes_at: Sequence[tuple[int, int, Scopes]]
) -> Iterator[Reference]:
    """Yields the places of names of the notebook in a cell's magics.

    Args:
        known: The cell.
        scopes_at: The functions in it: their first and last lines, from 1, and their scopes.
    """
    index = LineIndex(known.source)
    for magic in known.masked.magics:
        scopes = next(
            (
                scopes
                for first, last, scopes in reversed(scopes_at)
                if first <= magic.line + 1 <= last
            ),
            (),
        )
        hidden = hidden_names(scopes) | set(magic.local)
        for name, line, column in magic.reads_at:
            if meaning(name, scopes) == "other":
                continue
            start = index.to_offset(Position(line, column))
            span = start, start + len(name)
            if _is_quoted(known.source, start, index.to_offset(index.end_of_line(magic.end_line))):
                continue
            how: How = "magic"
            if known.source[slice(*span)] != name or _needs_name(magic):
                how, span = "unclear", (0, 0)
            elif line > magic.line and magic.kind == "cell-magic" and not _reads_body(magic):
                how = "guess"
            yield Reference(name, span, how, hidden=hidden, repeats=True)
        if magic.name.lstrip("%") in QUERY_MAGICS:
            yield from _tables(magic, known.source, index)
        if magic.kind not in WITH_EQUALS:
            for name in magic.assigns:
                yield _assigned(name, magic, known.source, index)


def _is_quoted(source: str, start: int, end: int) -> bool:
    """Tells whether ``$x`` stands between single quotes, where IPython leaves it to the shell."""
    return source[start - 1 : start] == "$" and source.count("'", start, end) % 2 == 1


def _reads_body(magic: Magic) -> bool:
    return magic.name.lstrip("%") in QUERY_MAGICS


def _assigned(name: str, magic: Magic, source: str, index: LineIndex) -> Reference:
    """Finds a name that a magic binds."""
    start = index.to_offset(Position(magic.line, 0))
    end = start + len(magic.text) + (source.find(magic.text[:1], start) - start)
    read = {
        index.to_offset(Position(line, column))
        for each, line, column in magic.reads_at
        if each == name
    }
    places = [
        match.span()
        for match in re.finditer(rf"(?<![\w.%]){re.escape(name)}(?!\w)", source[:end])
        if match.start() >= start and match.start() not in read
    ]
    if len(places) == 1 and not _needs_name(magic):
        return Reference(name, places[0], "magic", binds=True)
    return Reference(name, (0, 0), "unclear", binds=True)


def _needs_name(magic: Magic) -> bool:
    """Tells whether code in another language knows a name as it is called in the notebook."""
    return magic.kind == "cell-magic" and magic.name in {"R", "julia", "octave", "cython"}


def _tables(magic: Magic, source: str, index: LineIndex) -> Iterator[Reference]:
    start = index.to_offset(Position(magic.line, 0))
    end = index.to_offset(index.end_of_line(magic.end_line))
    for name in dict.fromkeys(tables_in(source[start:end])):
        pattern = re.compile(
            rf"(?:\b(?:from|join)\b|,)[\s(\"`]*({re.escape(name)})(?![\w.])", re.IGNORECASE
        )
        for match in pattern.finditer(source, start, end):
            yield Reference(name, match.span(1), "guess")
