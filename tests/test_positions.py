import ast
import json
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbquality.positions import LineIndex, Position, Range

LINE_COUNTS = [
    ("", 1),
    ("a", 1),
    ("a\n", 2),
    ("a\r\nb", 2),
    ("a\rb", 2),
    ("a\r\r\nb\n\rc", 5),
    ("a\x0cb", 1),
    ("a\x0bb\x1cc\x1dd\x1ee", 1),
    ("a\x85b\u2028c\u2029d", 1),
]


@pytest.mark.parametrize(("source", "count"), LINE_COUNTS)
def test_lines_end_where_the_editor_ends_them(source: str, count: int) -> None:
    assert LineIndex(source).line_count == count


AST_CASES = [
    ("name", (0, 0)),
    ("x = 1; name", (0, 7)),
    ("if 1:\n\tname", (1, 1)),
    ("'é'; name", (0, 5)),
    ("'中'; name", (0, 5)),
    ("'😀'; name", (0, 6)),
    ("'e\u0301'; name", (0, 6)),
    ("'👨\u200d👩\u200d👧'; name", (0, 12)),
    ("1\r\nname", (1, 0)),
    ("1\rname", (1, 0)),
    ("1\n\x0cname", (1, 1)),
    ("'''\u2028'''; name", (0, 9)),
    ("'''é\n😀'''; name", (1, 7)),
]


@pytest.mark.parametrize(("source", "expected"), AST_CASES)
def test_position_of_an_ast_node(source: str, expected: tuple[int, int]) -> None:
    names = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)]
    node = next(n for n in names if n.id == "name")
    index = LineIndex(source)
    position = index.position(node.lineno, node.col_offset)
    assert position == Position(*expected)
    assert source[index.to_offset(position) :] == "name"


def test_removed_columns_come_back_for_nodes_only() -> None:
    index = LineIndex("    é = 1\n  b", removed=(4, 2))
    assert index.position(1, 0) == Position(0, 4)
    assert index.position(1, 3) == Position(0, 6)
    assert index.position(2, 0) == Position(1, 2)
    assert index.from_codepoints(0, 0) == Position(0, 0)


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [(source, *expected) for source, expected in AST_CASES],
)
def test_positions_of_ruff(source: str, line: int, column: int) -> None:
    cell = {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "id": "a",
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "F821",
        "--output-format",
        "json",
    ]
    run = subprocess.run(
        [*command, "--stdin-filename", "a.ipynb", "-"],
        input=json.dumps(notebook),
        capture_output=True,
        text=True,
        check=False,
    )
    (finding,) = json.loads(run.stdout)
    place = finding["location"]
    index = LineIndex(source)
    assert index.from_codepoints(place["row"] - 1, place["column"] - 1) == Position(line, column)


def test_outside_the_text_is_its_nearest_place() -> None:
    index = LineIndex("ab\r\ncé")
    assert index.to_offset(Position(-1, 5)) == 0
    assert index.to_offset(Position(0, 99)) == 2
    assert index.to_offset(Position(0, -3)) == 0
    assert index.to_offset(Position(9, 0)) == 6
    assert index.position(0, 4) == Position(0, 0)
    assert index.position(1, 99) == Position(0, 2)
    assert index.position(2, 99) == Position(1, 2)
    assert index.position(9, 0) == Position(1, 2)
    assert index.from_offset(-1) == Position(0, 0)
    assert index.from_offset(3) == Position(0, 2)  # between \r and \n
    assert index.from_offset(99) == Position(1, 2)


def test_inside_a_character_is_its_start() -> None:
    index = LineIndex("a😀b")
    assert index.position(1, 3) == Position(0, 1)
    assert index.to_offset(Position(0, 2)) == 1
    assert index.to_offset(Position(0, 3)) == 2


def test_positions_are_ordered() -> None:
    assert Position(0, 9) < Position(1, 0) < Position(1, 1)
    assert Range(Position(0, 0), Position(0, 1)) < Range(Position(0, 0), Position(0, 2))


@given(st.text(alphabet="ab\té中😀\u0301\ud800\r\n\x0c\u2028", max_size=40))
def test_offsets_survive_the_round_trip(source: str) -> None:
    index = LineIndex(source)
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert index.line_count == len(lines)
    for offset in range(len(source) + 1):
        position = index.from_offset(offset)
        between = source[max(offset - 1, 0) : offset + 1] == "\r\n"
        assert index.to_offset(position) == offset - between
        before = lines[position.line][: offset - between - _start(index, position.line)]
        assert position.column == len(before.encode("utf-16-le", "surrogatepass")) // 2
        utf8 = len(before.encode("utf-8", "surrogatepass"))
        assert index.position(position.line + 1, utf8) == position
        assert index.from_codepoints(position.line, len(before)) == position


def _start(index: LineIndex, line: int) -> int:
    return index.to_offset(Position(line, 0))


def test_a_very_long_wide_line_is_not_rescanned() -> None:
    index = LineIndex("é😀" * 200_000)
    began = time.perf_counter()
    for number in range(20_000):
        index.position(1, number * 6)
    assert time.perf_counter() - began < 5
