"""The graph as an SVG picture that stands alone and fits a light or a dark page.

The cells stand below one another as in the notebook. From each cell that others need one line goes
down at the right of them, and a branch leads from it to each of these, with the names. Lines keep
to lanes, the shortest nearest to the cells; two share a lane where they do not overlap (the
left-edge algorithm of channel routing: Hashimoto and Stevens, DAC 1971). So no line runs below a
box, however many there are.
"""

from xml.sax.saxutils import escape

import msgspec

from jupyter_nbquality.dataflow.drawing.picture import Arrow, Box, Picture

_MARGIN, _GAP, _PADDING = 16, 12, 12
_PORT, _EDGE, _LEAST = 17, 15, 30
_LANE = 14
_CHARACTER, _SMALL = 6.6, 5.4
_COLORS = 6

_STYLE = """\
svg{--ink:#24292f;--dim:#57606a;--box:#f6f8fa;--gone:#b3261e}
@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--dim:#9198a1;--box:#21262d;--gone:#ff8a80}}
text{font:11px ui-sans-serif,system-ui,sans-serif;fill:var(--ink)}
.label{font-size:9px;fill:var(--dim)}
rect{fill:var(--box);stroke:var(--dim)}
.unknown rect{stroke-dasharray:4 3}
.line{fill:none;stroke:currentColor}
circle,.tip{fill:currentColor}
.possible .line{stroke-dasharray:5 3}
.deletion .line{stroke:var(--gone);stroke-dasharray:1 3}
.k0{color:#3b7fc4}.k1{color:#b7791f}.k2{color:#2b9467}
.k3{color:#c0507a}.k4{color:#8a63d2}.k5{color:#6b7785}"""


class _Row(msgspec.Struct):
    """Where a cell stands.

    Attributes:
        top: Its upper edge.
        height: Its height: a place for each line that comes in, and one for what goes out.
        incoming: The cells it needs, in order.
        outgoing: The cells that need it, in order.
        lane: The lane of its line.
    """

    top: float
    height: float
    incoming: list[Arrow]
    outgoing: list[Arrow]
    lane: int = 0

    def port(self, number: int) -> float:
        """Gives the height at which a line comes in; the one behind the last goes out."""
        return self.top + _EDGE + _PORT * number

    @property
    def exit(self) -> float:
        """The height at which its line goes out."""
        return self.port(len(self.incoming))


def svg(picture: Picture) -> str:
    """Draws the graph.

    Returns:
        An SVG document; it loads nothing and holds no script. Each box and line has a title, which
        a screen reader reads and a browser shows on hover.
    """
    rows = _rows(picture)
    lanes = _assign_lanes(rows)
    box_width = max((len(_text_of(box)) * _CHARACTER for box in picture.boxes), default=0)
    right = _MARGIN + box_width + 2 * _PADDING
    labels = max((len(arrow.label) * _SMALL for arrow in picture.arrows), default=0)
    first_lane = right + labels + 2 * _PADDING + _LANE
    width = (first_lane + _LANE * lanes if lanes else right) + _MARGIN
    height = max((row.top + row.height for row in rows.values()), default=0) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Dependencies between '
        f'cells" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<style>{_STYLE}</style>",
    ]
    for number, row in enumerate(row for row in rows.values() if row.outgoing):
        parts += _lines(row, rows, right, first_lane + _LANE * row.lane, f"k{number % _COLORS}")
    parts += [_box(box, rows[box.index], right - _MARGIN) for box in picture.boxes]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rows(picture: Picture) -> dict[int, _Row]:
    incoming: dict[int, list[Arrow]] = {}
    outgoing: dict[int, list[Arrow]] = {}
    for arrow in picture.arrows:
        incoming.setdefault(arrow.target, []).append(arrow)
        outgoing.setdefault(arrow.source, []).append(arrow)
    rows: dict[int, _Row] = {}
    top = float(_MARGIN)
    for box in picture.boxes:
        needs = sorted(incoming.get(box.index, []), key=lambda arrow: arrow.source)
        needed = sorted(outgoing.get(box.index, []), key=lambda arrow: arrow.target)
        ports = len(needs) + bool(needed)
        height = max(_LEAST, _PORT * (ports - 1) + 2 * _EDGE)
        rows[box.index] = _Row(top, height, needs, needed)
        top += height + _GAP
    return rows


def _assign_lanes(rows: dict[int, _Row]) -> int:
    """Gives each line the nearest lane that is free where it runs; counts the lanes."""

    def end(row: _Row) -> float:
        last = rows[row.outgoing[-1].target]
        return last.top + last.height

    taken: list[list[tuple[float, float]]] = []
    for row in sorted(
        (row for row in rows.values() if row.outgoing), key=lambda row: end(row) - row.exit
    ):
        span = (row.exit, end(row))
        row.lane = next(
            (
                lane
                for lane, spans in enumerate(taken)
                if all(span[1] <= low or high <= span[0] for low, high in spans)
            ),
            len(taken),
        )
        if row.lane == len(taken):
            taken.append([])
        taken[row.lane].append(span)
    return len(taken)


def _lines(row: _Row, rows: dict[int, _Row], right: float, x: float, color: str) -> list[str]:
    """Draws the line of a cell, and its branches."""
    ends = [
        (arrow, rows[arrow.target].port(rows[arrow.target].incoming.index(arrow)))
        for arrow in row.outgoing
    ]
    bottom = ends[-1][1]
    parts = [
        f'<path class="line {color}" d="M{right:.1f} {row.exit:.1f}H{x:.1f}V{bottom:.1f}"/>',
    ]
    for arrow, y in ends:
        words = f"cell {arrow.target} needs {', '.join(arrow.names)} of cell {arrow.source}"
        dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>' if y != bottom else ""
        parts.append(
            f'<g class="{arrow.strength} {color}"><title>{escape(words)}</title>'
            f'<path class="line" d="M{x:.1f} {y:.1f}H{right + 6:.1f}"/>{dot}'
            f'<path class="tip" d="M{right + 1:.1f} {y:.1f}l7 -3.5v7z"/>'
            f'<text class="label" x="{right + 12:.1f}" y="{y - 3:.1f}">'
            f"{escape(arrow.label)}</text></g>"
        )
    return parts


def _box(box: Box, row: _Row, width: float) -> str:
    kind = "cell unknown" if box.unknown else "cell"
    text = escape(_text_of(box))
    return (
        f'<g class="{kind}" data-cell="{box.index}"><title>cell {text}</title>'
        f'<rect x="{_MARGIN}" y="{row.top:.1f}" width="{width:.1f}" height="{row.height:.1f}" '
        f'rx="5"/><text x="{_MARGIN + _PADDING}" y="{row.top + 19:.1f}">{text}</text></g>'
    )


def _text_of(box: Box) -> str:
    return f"{box.index}: {box.title}" if box.title else f"{box.index}"
