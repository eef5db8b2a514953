"""Headings in the text cells of a notebook."""

import re
from collections.abc import Iterator
from itertools import pairwise

from jupyter_nbquality.notebook import Cell, Notebook

_LONGEST = 500
"""Characters of a line that are looked at: enough for a title, and no line takes long."""

_FENCES = ("```", "~~~")
_ATX = re.compile(r" {0,3}#{1,6}[ \t]")
_HTML = re.compile(r"<h[1-6][ >]", re.IGNORECASE)
_NO_TEXT = ("#", ">", "|", "-", "*", "+", "=", "..")
_MARKUP = re.compile(r"[*_`$]|<[^<>]*>|!?\[([^\[\]]*)\]\([^()]*\)")


def heading_of(cell: Cell) -> str | None:
    """Gives the text of the first heading in a text cell; ``None`` where there is none.

    In a raw cell, the ``title`` of YAML front matter counts as one, and a title in
    reStructuredText.
    """
    lines = [line[:_LONGEST].rstrip() for line in cell.source.splitlines()]
    if cell.cell_type == "markdown":
        heading = next(_markdown_headings(lines), None)
    elif cell.cell_type == "raw" and cell.source.lstrip().startswith("---"):
        titles = (line[6:].strip(" \"'") for line in lines if line.startswith("title:"))
        heading = next(titles, None)
    elif cell.cell_type == "raw":
        heading = next(_underlined(lines, "=-~*^", 3), None)
    else:
        return None
    return None if heading is None else _MARKUP.sub(r"\1", heading).strip()


def first_heading(notebook: Notebook) -> str | None:
    """Gives the text of the first heading of a notebook; ``None`` where it has none."""
    headings = (heading_of(cell) for cell in notebook.cells)
    return next((heading for heading in headings if heading is not None), None)


def _markdown_headings(lines: list[str]) -> Iterator[str]:
    text = list(_outside_fences(lines))
    for index, line in enumerate(text):
        match = _ATX.match(line)
        if match and line.strip("# \t"):
            yield line[match.end() :].strip().rstrip("#").strip()
        elif html := _HTML.search(line):
            yield _html_text(line[html.start() :], text[index + 1 :])
        else:
            yield from _underlined(text[index : index + 2], "=-", 2)


def _outside_fences(lines: list[str]) -> Iterator[str]:
    """Yields the lines that are no code; an empty one for each that is."""
    fence = ""
    for line in lines:
        bare = line.lstrip(" ")
        if not fence and bare.startswith(_FENCES):
            fence = bare[:3]
            yield ""
        elif fence:
            if bare.startswith(fence):
                fence = ""
            yield ""
        else:
            yield line


def _underlined(lines: list[str], marks: str, shortest: int) -> Iterator[str]:
    """Yields each line of text above a line of marks."""
    for text, line in pairwise(lines):
        under = line.strip()
        if (
            len(under) >= shortest
            and under[0] in marks
            and not under.strip(under[0])
            and text.strip()
            and not text.startswith((*_NO_TEXT, "    "))
        ):
            yield text.strip()


def _html_text(line: str, below: list[str]) -> str:
    """Gives the text behind an opening tag, on its line or the one below."""
    inside = line.partition(">")[2].partition("<")[0].strip()
    return inside or next(iter(below), "").partition("<")[0].strip()
