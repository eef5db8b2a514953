"""The graph in DOT, the language of Graphviz."""

from jupyter_nbquality.dataflow.drawing.picture import Picture

_STYLES = {"certain": "", "possible": ", style=dashed", "deletion": ", style=dotted, arrowhead=tee"}


def dot(picture: Picture) -> str:
    """Draws the graph.

    Returns:
        A digraph; its nodes are called by the numbers of the cells.
    """
    lines = [
        "digraph notebook {",
        '    graph [rankdir=TB, bgcolor="transparent"];',
        '    node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];',
        '    edge [fontname="sans-serif", fontsize=9];',
    ]
    for box in picture.boxes:
        label = _quoted(f"{box.index}: {box.title}" if box.title else f"{box.index}")
        style = ', style="rounded,dashed"' if box.unknown else ""
        lines.append(f"    {box.index} [label={label}{style}];")
    for arrow in picture.arrows:
        style = _STYLES[arrow.strength]
        label = _quoted(arrow.label)
        lines.append(f"    {arrow.source} -> {arrow.target} [label={label}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    r"""Writes a string of DOT, in which ``\N`` and the like, and entities, are none."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'
