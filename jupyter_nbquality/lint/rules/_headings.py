"""Headings in the text cells of a notebook."""

import re

from jupyter_nbquality.notebook import Cell, Notebook

_HEADING = re.compile(
    r"""
      ^\ {0,3}\#{1,6}[ \t]+(?P<atx>\S.*?)[ \t]*\#*[ \t]*$         # "# Title"
    | ^\ {0,3}(?P<setext>\S[^\n]*)\n\ {0,3}(?:=+|-{2,})[ \t]*$    # "Title", underlined
    | <h[1-6][^>]{0,500}>\s*(?P<html>[^<]{0,500})                 # "<h1>Title</h1>"
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_FENCED = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_FRONT_MATTER_TITLE = re.compile(r"^title:[ \t]*[\"']?(\S[^\n]*?)[\"']?[ \t]*$", re.MULTILINE)
_REST_HEADING = re.compile(r"^(\S[^\n]*)\n(?:={3,}|-{3,}|~{3,}|\*{3,})[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`$]|<[^>]*>|!?\[([^\]]*)\]\([^)]*\)")


def heading_of(cell: Cell) -> str | None:
    """Gives the text of the first heading in a text cell; ``None`` where there is none.

    In a raw cell, the ``title`` of YAML front matter counts as one, and a title in
    reStructuredText.
    """
    if cell.cell_type == "markdown":
        match = _HEADING.search(_FENCED.sub("", cell.source))
        if match:
            text = match["atx"] or match["setext"] or match["html"] or ""
            return _MARKUP.sub(r"\1", text).strip()
    elif cell.cell_type == "raw":
        is_front_matter = cell.source.lstrip().startswith("---")
        match = (_FRONT_MATTER_TITLE if is_front_matter else _REST_HEADING).search(cell.source)
        if match:
            return match[1]
    return None


def first_heading(notebook: Notebook) -> str | None:
    """Gives the text of the first heading of a notebook; ``None`` where it has none."""
    for cell in notebook.cells:
        heading = heading_of(cell)
        if heading is not None:
            return heading
    return None
