"""The least code that computes something, and what something touches."""

import pytest

from jupyter_nbquality.dataflow.slices import Direction, StatementGraph
from tests.dataflow.looking import dataflow_of

SALES = [
    "import pandas as pd\nimport numpy as np",  # 1
    "df = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')",  # 2
    "df['x'] = df['y'] * 2\nother['z'] = 1",  # 3
    "total = df.x.sum()\nprint(total)",  # 4
    "def scaled(frame):\n    return frame / total",  # 5
    "result = scaled(df)",  # 6
    "frobnicate(other)",  # 7
    "other.head()",  # 8
]


def lines_of(found: StatementGraph, cell: str, line: int | None = None, **how: object) -> str:
    """Gives a slice as ``1:1 2:1,2``."""
    slice_ = found.slice_of_cell(cell, line, **how)  # type: ignore[arg-type]
    return written(slice_.lines)


def written(lines: dict[str, list[int]]) -> str:
    return " ".join(f"{cell}:{','.join(map(str, its))}" for cell, its in lines.items())


def graph_of(*sources: str) -> StatementGraph:
    return StatementGraph(dataflow_of(*sources).cells)


@pytest.mark.parametrize(
    ("cell", "line", "expected"),
    [
        ("1", None, "1:1,2"),
        ("2", 1, "1:1 2:1"),
        ("4", 1, "1:1 2:1 3:1 4:1"),
        ("4", 2, "1:1 2:1 3:1 4:1,2"),
        ("5", None, "5:1,2"),
        ("6", None, "1:1 2:1 3:1 4:1 5:1,2 6:1"),
        ("8", None, "1:1 2:2 3:2 7:1 8:1"),
    ],
)
def test_backward(cell: str, line: int | None, expected: str) -> None:
    assert lines_of(graph_of(*SALES), cell, line) == expected


def test_only_certain_changes() -> None:
    assert lines_of(graph_of(*SALES), "8", possible=False) == "1:1 2:2 3:2 8:1"


@pytest.mark.parametrize(
    ("cell", "line", "expected"),
    [
        ("2", 2, "2:2 3:2 7:1 8:1"),
        ("3", 1, "3:1 4:1,2 6:1"),
        ("5", None, "5:1,2 6:1"),
        ("8", None, "8:1"),
    ],
)
def test_forward(cell: str, line: int | None, expected: str) -> None:
    direction: Direction = "forward"
    assert lines_of(graph_of(*SALES), cell, line, direction=direction) == expected


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("df", None, "1:1 2:1 3:1"),
        ("df", "2", "1:1 2:1"),
        ("other", None, "1:1 2:2 3:2 7:1"),
        ("total", None, "1:1 2:1 3:1 4:1"),
        ("np", None, "1:2"),
    ],
)
def test_of_a_name(name: str, cell: str | None, expected: str) -> None:
    assert written(graph_of(*SALES).slice_of_name(name, cell).lines) == expected


def test_of_a_name_forward() -> None:
    assert written(graph_of(*SALES).slice_of_name("total", direction="forward").lines) == (
        "4:1,2 6:1"
    )


def test_a_figure_belongs_to_its_cell() -> None:
    found = graph_of(
        "import matplotlib.pyplot as plt",
        "plt.plot([1])\nx = 1\nplt.show()",
        "plt.plot([2])\nplt.show()",
    )
    assert lines_of(found, "3") == "1:1 3:1,2"
    assert lines_of(found, "2", 3) == "1:1 2:1,3"


def test_what_shares_a_line_goes_together() -> None:
    assert lines_of(graph_of("a = 1; b = 2", "b"), "2") == "1:1 2:1"


def test_names_that_may_come_from_anywhere() -> None:
    assert lines_of(graph_of("from math import *", "%run a.py", "x = 1", "sin(y)"), "4") == (
        "1:1 2:1 4:1"
    )


def test_there_is_no_such_thing() -> None:
    found = graph_of("a = 1\n\nb = 2")
    with pytest.raises(KeyError):
        found.slice_of_cell("9")
    with pytest.raises(KeyError):
        found.slice_of_name("c")
    with pytest.raises(ValueError, match="line 2"):
        found.slice_of_cell("1", 2)


FRAME = [
    "import pandas as pd\nw = pd.read_csv('a.csv')",  # 1
    "w['a'] = w.b + 1",  # 2
    "w['c'] = w.a",  # 3
    "w.b.sum()",  # 4
    "w.c.sum()",  # 5
    "w.describe()",  # 6
    "w['d'] = w.b",  # 7
    "w.dropna(inplace=True)",  # 8
    "w[['b', 'd']]",  # 9
]


@pytest.mark.parametrize(
    ("cell", "cells"),
    [
        pytest.param("4", "14", id="another column"),
        pytest.param("5", "1235", id="a column made of another"),
        pytest.param("6", "1236", id="the whole"),
        pytest.param("7", "1237", id="who changes it is asked for all of it"),
        pytest.param("9", "123789", id="rows that depend on all columns"),
    ],
)
def test_only_certain_changes_of_the_columns_that_are_read(cell: str, cells: str) -> None:
    assert "".join(graph_of(*FRAME).slice_of_cell(cell, possible=False).cells) == cells


def test_a_frame_that_has_its_rows_from_the_first_column() -> None:
    cells = ["import pandas as pd\nw = pd.DataFrame()", "w['a'] = [1, 2]", "w['b'] = 0", "w.b"]
    assert "".join(graph_of(*cells).slice_of_cell("4", possible=False).cells) == "1234"


PICTURES = [
    "%matplotlib inline\nimport matplotlib.pyplot as plt",
    "x = 1\nx",
    "plt.rc('figure', figsize=(1, 2))",
    "fig, ax = plt.subplots()",
    "fig",
]


def test_how_pictures_look_counts_for_pictures() -> None:
    found = graph_of(*PICTURES)
    assert "".join(found.slice_of_cell("2", possible=False).cells) == "2"
    assert "".join(found.slice_of_cell("2").cells) == "12", "it may be a picture"
    assert "".join(found.slice_of_cell("5", possible=False).cells) == "1345"
    assert found.slice_of_cell("5", possible=False).lines["1"] == [2], "they are inline anyway"
    assert found.slice_of_cell("5").lines["1"] == [1, 2]


DRAWS = [
    "import numpy as np\nfrom sklearn.linear_model import Ridge\n"
    "from sklearn.pipeline import make_pipeline\n"
    "from sklearn.ensemble import RandomForestClassifier\nnp.random.seed(1)",  # 1
    "Ridge().fit(a, b)",  # 2
    "RandomForestClassifier(random_state=1).fit(a, b)",  # 3
    "forest = RandomForestClassifier()",  # 4
    "forest.fit(a, b)",  # 5
    "make_pipeline(Ridge(), RandomForestClassifier(random_state=None)).fit(a, b)",  # 6
    "np.random.rand()",  # 7
]


def test_only_what_surely_draws() -> None:
    found = graph_of(*DRAWS)
    assert "".join(found.slice_of_cell("7", possible=False).cells) == "14567"
    assert "".join(found.slice_of_cell("7").cells) == "1234567"
    assert found.slice_of_cell("2", possible=False).lines["1"] == [2]
    assert found.slice_of_cell("5", possible=False).lines["1"] == [1, 4, 5]


def test_modules_may_draw_while_they_are_imported() -> None:
    found = graph_of("import random", "random.seed(1)", "import lib", "random.random()")
    assert "".join(found.slice_of_cell("4").cells) == "1234"
    assert "".join(found.slice_of_cell("4", possible=False).cells) == "124"


SUBPLOTS = ["import matplotlib.pyplot as plt", "fig, ax = plt.subplots()", "plt.title('T')", "ax"]
MADE_FUNCTION = (
    "def made():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n"
    "        return n\n    return inner\nf = made()"
)
SINGLE = "from functools import singledispatch\n@singledispatch\ndef f(x):\n    return 1"
KEPT_CLASS = "class C:\n    r = 1\n    def m(self):\n        C.r += 1\nc = C()"


@pytest.mark.parametrize(
    ("sources", "cells", "certain"),
    [
        pytest.param(["a = b = [1]", "b.append(2)", "a"], "123", "123", id="names bound at once"),
        pytest.param(["a = d['k'] = [1]", "a.append(2)", "d"], "123", "13", id="kept at once"),
        pytest.param(["a, b = c = [[1], 2]", "a.append(2)", "c"], "123", "13", id="a part of it"),
        pytest.param(["a = b = 0", "a += 1", "b"], "13", "13", id="what never changes"),
        pytest.param(["l = []\nadd = l.append", "add(3)", "l"], "123", "13", id="bound method"),
        pytest.param(["l = []", "list(map(l.append, [1]))", "l"], "123", "13", id="given to map"),
        pytest.param(["l = []", "list(map(l.tell, [1]))", "l"], "123", "13", id="nobody knows it"),
        pytest.param(["l = []", "sorted('b', key=l.index)", "l"], "13", "13", id="a pure method"),
        pytest.param(
            ["from functools import partial\nl = []\np = partial(l.append, 3)", "p()", "l"],
            "123",
            "13",
            id="a part of a call",
        ),
        pytest.param(["l = []", "getattr(l, 'append')(1)", "l"], "123", "123", id="getattr"),
        pytest.param(["l = []", "getattr(l, n)(1)", "l"], "123", "13", id="getattr of a variable"),
        pytest.param(SUBPLOTS, "124", "124", id="a figure that was closed with its cell"),
        pytest.param(
            ["%matplotlib widget\n" + SUBPLOTS[0], *SUBPLOTS[1:]], "1234", "124", id="left open"
        ),
        pytest.param(
            [SUBPLOTS[0], f"{SUBPLOTS[1]}\n{SUBPLOTS[2]}", SUBPLOTS[3]], "123", "123", id="figure"
        ),
        pytest.param(["class C:\n    r = 1", "c = C()", "C.r = 5", "c"], "1234", "124", id="class"),
        pytest.param(["class C:\n    r = 1", "c = C()", "c.r = 5", "C()"], "14", "14", id="object"),
        pytest.param([KEPT_CLASS, "c.m()", "c.r"], "123", "123", id="class in its method"),
        pytest.param([MADE_FUNCTION, "f()", "f()"], "123", "13", id="a function with a state"),
        pytest.param(["from lib import f\ng = f()", "g()", "g()"], "123", "13", id="unknown"),
        pytest.param(["from lib import *", "g()", "g()"], "13", "3", id="imported"),
        pytest.param(["def f(x):\n    return x", "f(1)", "f(1)"], "13", "13", id="a plain one"),
        pytest.param(
            ["class C:\n    def __call__(self):\n        self.n = 1\nc = C()", "c()", "c"],
            "123",
            "13",
            id="an object that is called",
        ),
        pytest.param(
            ["def f(x=[]):\n    x.append(1)", "f()", "f()"], "123", "13", id="default that is kept"
        ),
        pytest.param(
            ["def f(x=[]):\n    x.append(1)", "f([])", "f(x=[])", "f()"], "14", "14", id="given"
        ),
        pytest.param(
            ["l = []\ndef f(x=l):\n    x.append(1)", "f()", "l"], "123", "123", id="a name's"
        ),
        pytest.param(
            [SINGLE, "@f.register\ndef _(x: int):\n    return 2", "f(1)"],
            "123",
            "123",
            id="a decorator that is a method",
        ),
        pytest.param(
            ["from collections.abc import Sized\nclass C: ...", "Sized.register(C)", "C()"],
            "123",
            "13",
            id="an abstract class",
        ),
        pytest.param(
            ["import pandas as pd", "import pandas as p\np.DataFrame.x = 9", "pd.DataFrame.x"],
            "123",
            "13",
            id="a module by another name",
        ),
        pytest.param(
            ["from pandas import Series", "import pandas as p\np.DataFrame.x = 9", "Series.x"],
            "13",
            "13",
            id="another part of the module",
        ),
        pytest.param(["40 + 2", "x = 1", "y = _"], "13", "13", id="what was shown"),
        pytest.param(["40 + 2", "for _ in l:\n    pass"], "2", "2", id="a name for nothing"),
        pytest.param(["import builtins\nbuiltins.x = 4", "y = 1", "x"], "13", "3", id="builtins"),
    ],
)
def test_changes_through_other_hands(sources: list[str], cells: str, certain: str) -> None:
    """What holds the object is changed, or what is called keeps it."""
    found = graph_of(*sources)
    last = str(len(sources))
    assert "".join(found.slice_of_cell(last).cells) == cells
    assert "".join(found.slice_of_cell(last, possible=False).cells) == certain
