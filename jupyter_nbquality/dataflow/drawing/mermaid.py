"""The graph as a Mermaid flowchart, which JupyterLab and GitHub draw in Markdown."""

import re

from jupyter_nbquality.dataflow.drawing.picture import Picture

_ARROWS = {"certain": "-->", "possible": "-.->", "deletion": "--x"}
# Whatever could be syntax, Markdown or HTML in a label.
_SYNTAX = re.compile(r"[^\w ,.:()/=+'…-]")


def mermaid(picture: Picture) -> str:
    """Draws the graph.

    Returns:
        The text of a flowchart, without a fence around it.
    """
    lines = ["flowchart TD"]
    for box in picture.boxes:
        label = _escaped(f"{box.index}: {box.title}" if box.title else f"{box.index}")
        lines.append(f'    c{box.index}["{label}"]')
    for arrow in picture.arrows:
        label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
        lines.append(f"    c{arrow.source} {_ARROWS[arrow.strength]}{label} c{arrow.target}")
    unknown = ",".join(f"c{box.index}" for box in picture.boxes if box.unknown)
    if unknown:
        lines += ["    classDef unknown stroke-dasharray: 4 3", f"    class {unknown} unknown"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Writes what may be syntax as Mermaid's entity codes."""
    return _SYNTAX.sub(lambda match: f"#{ord(match[0])};", text)
