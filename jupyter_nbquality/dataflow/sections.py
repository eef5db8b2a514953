"""The headings that a cell stands below."""

import re
from collections.abc import Iterator

from jupyter_nbquality.notebook import Notebook

_LONGEST = 500
_FENCES = ("```", "~~~")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)|\s*<h([1-6])[ >]", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(?:(=+)|-{2,})[ \t]*")


def headings_above(notebook: Notebook) -> dict[str, list[str]]:
    """Gives, for each cell that is no Markdown, the Markdown cells with the headings above it.

    Those are the cells of the heading of its section, of the section around that, and so on to the
    notebook's title; by ids, in order.
    """
    found: dict[str, list[str]] = {}
    open_: list[tuple[int, str]] = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            found[cell.id] = list(dict.fromkeys(key for _level, key in open_))
            continue
        for level in levels(cell.source):
            while open_ and open_[-1][0] >= level:
                open_.pop()
            open_.append((level, cell.id))
    return found


def levels(source: str) -> Iterator[int]:
    """Yields the levels of the headings in a Markdown text, 1 for the highest."""
    fence = above = ""
    for line in source.splitlines():
        bare = line[:_LONGEST].strip()
        if fence:
            fence = "" if bare.startswith(fence) else fence
        elif bare.startswith(_FENCES):
            fence, above = bare[:3], ""
        else:
            heading = _HEADING.match(line[:_LONGEST])
            underline = _UNDERLINE.fullmatch(line[:_LONGEST]) if above else None
            if heading:
                yield len(heading[1] or "") or int(heading[2])
            elif underline:
                yield 1 if underline[1] else 2
            plain = bare and not heading and not underline
            above = bare if plain and not bare.startswith((">", "|", "- ", "* ")) else ""
