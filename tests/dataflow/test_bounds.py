"""Code that is made to take long: it is analysed in bounded time and memory."""

import random
import time

import pytest

from jupyter_nbquality.dataflow.slices import StatementGraph
from tests.dataflow.looking import dataflow_of, dependencies_of

CASES: dict[str, list[str]] = {
    "lists of lists": [
        "def f(a0):\n"
        + "\n".join(f"    a{n + 1} = [a{n}, a{n}]" for n in range(40))
        + "\n    return a40",
        "x = f(y)",
    ],
    "lists of lists in a branch": [
        "if c:\n" + "\n".join(f"    a{n + 1} = [a{n}, a{n}]" for n in range(40)),
        "a40.append(1)",
    ],
    "recursion with lists of what is given": [
        "def f(x, y):\n    f([x, y], [y, x])",
        "f(a, b)",
    ],
    "a chain of aliases": ["\n".join(f"a{n + 1} = a{n}" for n in range(3000)), "a5.append(1)"],
    "many aliases of one": ["\n".join(f"b{n} = a" for n in range(1500)), "a.append(1)"],
    "a cell for each alias": [*(f"a{n + 1} = a{n}" for n in range(300)), "a5.append(1)"],
    "many names for one list": [*(f"b{n} = a" for n in range(300)), "a.append(1)"],
    "functions that call each other": [
        "\n".join(
            f"def f{n}(x):\n    f{(n + 1) % 1000}(x)\n    f{(n * 7) % 1000}(x)" for n in range(1000)
        ),
        "f0(a)",
    ],
    "classes that inherit": [
        "\n".join(f"class C{n + 1}(C{n}):\n    def m(self):\n        x{n}" for n in range(300)),
        "C300().m()",
    ],
}


NOTEBOOKS: dict[str, str] = {
    "the same names in each cell": "b = f(a)\nc = b\nc.append(a)\ndf2 = g(df, c)\ndf = df2",
    "functions and objects of earlier cells": (
        "def f{n}(a):\n    a.append(x{i})\n    return f{j}(a)\n"
        "x{n} = f{k}(x{i})\ny = x{j}\ny.append(x{n})"
    ),
    "lists in lists": "v{n} = u(v{i}, v{j})\nw{n} = v{n}\nw{n}.append(v{k})",
    "views of views": "a{n} = a{i}[1:]\na{n}[0] = a{j}",
    "each function calls the last": "def f{n}(a):\n    f{last}(a)\nf{n}(x)",
    "bound on some paths": "if c:\n    x = x + 1\n    y = f(x)",
    "classes of objects": (
        "class C{n}(C{i}):\n    def m(self, x):\n        self.x = C{j}(x)\n        o{k}.m(x)\n"
        "o{n} = C{n}(o{j})\no{n}.m(o{i})"
    ),
}
"""What stands in each of many cells, of numbers of earlier ones."""


def dense(cell: str, cells: int) -> list[str]:
    """Makes a notebook in which all cells have to do with one another."""
    chance = random.Random(3)
    return [
        cell.format(n=n, last=max(n - 1, 0), **{each: chance.randrange(n or 1) for each in "ijk"})
        for n in range(cells)
    ]


@pytest.mark.parametrize("cells", CASES.values(), ids=CASES)
def test_hostile_code(cells: list[str]) -> None:
    before = time.process_time()
    dependencies_of(*cells)
    assert time.process_time() - before < 5


@pytest.mark.parametrize("cell", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_dense_notebooks(cell: str) -> None:
    before = time.process_time()
    dependencies_of(*dense(cell, 500))
    assert time.process_time() - before < 5


def test_whoever_goes_beyond_what_is_followed_is_in_every_slice() -> None:
    cells = ["a = []", *(f"b{n} = a" for n in range(150)), "a.append(1)", "b7", "z = 1", "z"]
    flow = dataflow_of(*cells)
    change, reader, one, unrelated = list(flow.cells)[-4:]
    assert change in {unit.key for unit in flow.graph.beyond}
    graph = StatementGraph(flow.cells)
    assert change in graph.slice_of_cell(reader).cells
    assert change in graph.slice_of_cell(unrelated).cells
    assert graph.slice_of_cell(unrelated, possible=False).cells == [one, unrelated]
    # What it may read is all that stands above.
    assert len(graph.slice_of_cell(change).cells) == 152
    assert reader in graph.slice_of_cell(change, direction="forward").cells


def test_a_change_is_followed_to_many_names() -> None:
    cells = ["a = []", *(f"b{n} = a" for n in range(60)), "a.append(1)", "b7"]
    flow = dataflow_of(*cells)
    assert not flow.graph.beyond
    assert "62 ~ 63 b7" in dependencies_of(*cells)


def test_definitions_that_are_left_out_are_in_slices() -> None:
    cells = ["c = x = 1", *("if c:\n    x = 2" for _cell in range(150)), "x"]
    flow = dataflow_of(*cells)
    assert len(StatementGraph(flow.cells).slice_of_cell("152").cells) == 152
