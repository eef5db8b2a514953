"""Drawings of the graph: what is in them, and that lines keep apart."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbquality.dataflow.drawing import Arrow, Box, Picture, dot, mermaid, picture, svg
from jupyter_nbquality.dataflow.drawing.picture import title
from jupyter_nbquality.dataflow.overview import overview
from jupyter_nbquality.notebook import Cell
from tests.dataflow.looking import dataflow_of, notebook_of

SVG = "{http://www.w3.org/2000/svg}"
CELLS = (
    "from lib import perhaps\nxs = []",
    "perhaps(xs)",
    "xs.append(1)",
    "print(xs)",
    "del xs",
    "xs",
    "(",
)


def picture_of(*sources: str) -> Picture:
    notebook = notebook_of(*sources)
    return picture(notebook, overview(notebook, dataflow_of(*sources)))


def test_one_arrow_between_two_cells_as_strong_as_the_strongest() -> None:
    found = picture_of(*CELLS)
    strengths = {(arrow.source, arrow.target): arrow.strength for arrow in found.arrows}
    assert len(strengths) == len(found.arrows)
    assert strengths[1, 2] == "certain"
    assert strengths[2, 3] == "possible"
    assert strengths[3, 4] == "certain"
    assert strengths[5, 6] == "deletion"
    assert [box.unknown for box in found.boxes] == [False] * 6 + [True]


def test_mermaid() -> None:
    lines = mermaid(picture_of(*CELLS)).splitlines()
    assert lines[0] == "flowchart TD"
    assert '    c1["1: xs = #91;#93;"]' in lines
    assert '    c1 -->|"perhaps, xs"| c2' in lines
    assert '    c2 -.->|"xs"| c3' in lines
    assert '    c5 --x|"xs"| c6' in lines
    assert "    class c7 unknown" in lines


def test_dot() -> None:
    lines = dot(picture_of(*CELLS)).splitlines()
    assert lines[0] == "digraph notebook {"
    assert '    1 -> 2 [label="perhaps, xs"];' in lines
    assert '    2 -> 3 [label="xs", style=dashed];' in lines
    assert '    7 [label="7: (", style="rounded,dashed"];' in lines
    assert lines[-1] == "}"


def test_nothing_to_draw() -> None:
    empty = Picture([], [])
    assert mermaid(empty) == "flowchart TD\n"
    assert dot(empty).endswith("}\n")
    assert ET.fromstring(svg(empty)).tag == f"{SVG}svg"


def test_titles() -> None:
    for source, wanted in (
        ("", ""),
        ("# a\nimport b\nc = 1", "c = 1"),
        ("import b", "import b"),
        ("x = '\x1b\u202e'", "x = ' '"),
        ("y" * 100, "y" * 47 + "…"),
    ):
        assert title(Cell("a", "code", source)) == wanted


def test_many_names_are_cut_short_in_labels() -> None:
    assert Arrow(1, 2, list("abcd"), "certain").label == "a, b, c, d"
    assert Arrow(1, 2, list("abcdef"), "certain").label == "a, b, c and 3 more"


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 12).flatmap(
        lambda size: st.sets(
            st.tuples(st.integers(1, size), st.integers(1, size)).filter(lambda p: p[0] < p[1])
        ).map(lambda pairs: (size, sorted(pairs)))
    )
)
def test_lines_keep_apart_and_end_at_their_cells(graph: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = graph
    boxes = [Box(number, "x" * number) for number in range(1, size + 1)]
    root = ET.fromstring(svg(Picture(boxes, [Arrow(*pair, ["a"], "certain") for pair in pairs])))
    extents = {}
    for group in root.iter(f"{SVG}g"):
        if "data-cell" in group.attrib:
            rect = group.find(f"{SVG}rect")
            assert rect is not None
            top = float(rect.attrib["y"])
            extents[int(group.attrib["data-cell"])] = (top, top + float(rect.attrib["height"]))
    assert len(extents) == size
    for (_, bottom), (top, _) in zip(
        [extents[each] for each in range(1, size)],
        [extents[each] for each in range(2, size + 1)],
        strict=True,
    ):
        assert bottom < top
    ends = set()
    for group in root.iter(f"{SVG}g"):
        words = re.fullmatch(r"cell (\d+) needs a of cell (\d+)", group.findtext(f"{SVG}title", ""))
        if words:
            branch = group.findall(f"{SVG}path")[0].attrib["d"]
            y = float(re.findall(r"[\d.]+", branch)[1])
            low, high = extents[int(words[1])]
            assert low < y < high
            ends.add((int(words[2]), int(words[1])))
    assert sorted(ends) == pairs
    spans: dict[str, list[tuple[float, float]]] = {}
    for path in root.findall(f"{SVG}path"):
        _x, y, lane, end = re.findall(r"[\d.]+", path.attrib["d"])
        spans.setdefault(lane, []).append((float(y), float(end)))
    for lines in spans.values():
        for one, other in combinations(sorted(lines), 2):
            assert one[1] < other[0]
