"""The graph as an SVG picture that stands alone and fits a light or a dark page.

The layout is a plain layered one, after Sugiyama, Tagawa and Toda, "Methods for visual
understanding of hierarchical system structures" (1981): a cell stands one layer below the lowest
it needs, each layer is put in the order of the mean place of what its cells need, and arrows are
curves. There is no further crossing reduction: notebooks are long and thin.
"""

from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

import msgspec

from jupyter_nbquality.dataflow.drawing.picture import Arrow, Box, Picture

_CHARACTER, _PADDING, _HEIGHT = 6.6, 12, 30
_GAP, _LAYER, _MARGIN = 24, 84, 16
_LEAST_WIDTH = 48
_WIDE = 1400

_STYLE = """\
svg{--ink:#24292f;--line:#57606a;--box:#f6f8fa;--gone:#b3261e;background:none}
@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--line:#9198a1;--box:#21262d;--gone:#ff8a80}}
text{font:11px ui-sans-serif,system-ui,sans-serif;fill:var(--ink)}
.label{font-size:9px;fill:var(--line);paint-order:stroke}
rect{fill:var(--box);stroke:var(--line)}
.unknown rect{stroke-dasharray:4 3}
path{fill:none;stroke:var(--line)}
marker path{fill:var(--line);stroke:none}
.possible path{stroke-dasharray:5 4}
.deletion path{stroke:var(--gone);stroke-dasharray:1 3}"""


class _Place(msgspec.Struct):
    """Where a box stands: its middle, its upper edge, and its width."""

    x: float
    y: float
    width: float


def svg(picture: Picture) -> str:
    """Draws the graph.

    Returns:
        An SVG document; it loads nothing and holds no script. Each box and arrow has a title, which
        a screen reader reads and a browser shows on hover.
    """
    places = _places(picture)
    width = max((place.x + place.width / 2 for place in places.values()), default=0) + _MARGIN
    height = max((place.y + _HEIGHT for place in places.values()), default=0) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Dependencies between '
        f'cells" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    parts += [_arrow(arrow, places[arrow.source], places[arrow.target]) for arrow in picture.arrows]
    parts += [_box(box, places[box.index]) for box in picture.boxes]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(box: Box, place: _Place) -> str:
    left = place.x - place.width / 2
    kind = "cell unknown" if box.unknown else "cell"
    shown = _text_of(box)
    return (
        f'<g class="{kind}" data-cell="{box.index}"><title>{escape(f"cell {shown}")}</title>'
        f'<rect x="{left:.1f}" y="{place.y:.1f}" width="{place.width:.1f}" height="{_HEIGHT}" '
        f'rx="5"/><text x="{place.x:.1f}" y="{place.y + _HEIGHT / 2 + 4:.1f}" '
        f'text-anchor="middle">{escape(shown)}</text></g>'
    )


def _arrow(arrow: Arrow, source: _Place, target: _Place) -> str:
    x1, y1, x2, y2 = source.x, source.y + _HEIGHT, target.x, target.y
    bend = min((y2 - y1) / 2, _LAYER)
    if y2 - y1 > _LAYER and abs(x2 - x1) < 8:
        # Past the boxes between them.
        aside = max(source.width, target.width) / 2 + _GAP / 2
        x1, x2 = x1 + source.width / 4, x2 + target.width / 4
        curve = (
            f"C{x1 + aside:.1f} {y1 + bend:.1f} {x2 + aside:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
        )
        middle = (x1 + x2) / 2 + aside * 0.75
    else:
        curve = f"C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
        middle = (x1 + x2) / 2
    words = f"cell {arrow.target} needs {', '.join(arrow.names)} of cell {arrow.source}"
    return (
        f"<g class={quoteattr(arrow.strength)}><title>{escape(words)}</title>"
        f'<path d="M{x1:.1f} {y1:.1f}{curve}" marker-end="url(#tip)"/>'
        f'<text class="label" x="{middle:.1f}" y="{(y1 + y2) / 2 + 3:.1f}" '
        f'text-anchor="middle">{escape(arrow.label)}</text></g>'
    )


def _text_of(box: Box) -> str:
    return f"{box.index}: {box.title}" if box.title else f"{box.index}"


def _places(picture: Picture) -> dict[int, _Place]:
    needs: dict[int, list[int]] = {box.index: [] for box in picture.boxes}
    for arrow in picture.arrows:
        needs[arrow.target].append(arrow.source)
    depth: dict[int, int] = {}
    for box in picture.boxes:
        depth[box.index] = max((depth[each] + 1 for each in needs[box.index]), default=0)
    layers: dict[int, list[Box]] = {}
    for box in picture.boxes:
        layers.setdefault(depth[box.index], []).append(box)
    places: dict[int, _Place] = {}
    top = float(_MARGIN)
    for _depth, layer in sorted(layers.items()):
        layer.sort(
            key=lambda box: (_mean([places[each].x for each in needs[box.index]]), box.index)
        )
        for row in _rows(layer):
            widths = [_width(box) for box in row]
            starts = accumulate((width + _GAP for width in widths), initial=float(_MARGIN))
            for box, width, start in zip(row, widths, starts, strict=False):
                places[box.index] = _Place(start + width / 2, top, width)
            top += _HEIGHT + _GAP
        top += _LAYER - _GAP - _HEIGHT
    _centre(places)
    return places


def _rows(layer: list[Box]) -> list[list[Box]]:
    """Breaks a layer that is too wide for a page."""
    rows: list[list[Box]] = [[]]
    total = 0.0
    for box in layer:
        width = _width(box) + _GAP
        if rows[-1] and total + width > _WIDE:
            rows.append([])
            total = 0.0
        rows[-1].append(box)
        total += width
    return rows


def _centre(places: dict[int, _Place]) -> None:
    """Puts the middle of each row above that of the others."""
    ends: dict[float, float] = {}
    for place in places.values():
        ends[place.y] = max(ends.get(place.y, 0.0), place.x + place.width / 2)
    widest = max(ends.values(), default=0.0)
    for place in places.values():
        place.x += (widest - ends[place.y]) / 2


def _width(box: Box) -> float:
    return max(len(_text_of(box)) * _CHARACTER + 2 * _PADDING, _LEAST_WIDTH)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
