"""Move, merge and split: the notebook does the same afterwards, or the refusal says why not."""

import msgspec
import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Cell, Notebook, OutputDigest
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.merge_cells import Merge, merge_cells
from jupyter_nbquality.refactor.move_cell import Move, move_cell
from jupyter_nbquality.refactor.split_cell import Split, SuggestedCut, split_cell, suggest_splits
from tests.refactor.running import notebook_of, run

DRAWING = "import matplotlib.pyplot as plt"
SHOWN = OutputDigest(20, 20, ["text/plain"])


def sources(notebook: Notebook) -> list[str]:
    return [cell.source for cell in notebook.cells]


def with_outputs(notebook: Notebook, *cells: str) -> Notebook:
    changed = [
        msgspec.structs.replace(cell, outputs=SHOWN) if cell.id in cells else cell
        for cell in notebook.cells
    ]
    return msgspec.structs.replace(notebook, cells=changed)


# ── move ──

# What it is called; the cells; which one is moved below which (0: to the top); the reason if not.
MOVES: list[tuple[str, list[str], str, str, str]] = [
    ("nothing in common", ["a = 1", "b = 2", "print(a, b)"], "1", "2", ""),
    ("to the top", ["a = 1", "b = 2", "print(a, b)"], "2", "0", ""),
    ("below its reader", ["a = 1", "print(a)", "b = 2"], "1", "2",
     "Cell 2 reads `a`, which cell 1 binds."),
    ("above its writer", ["a = 1", "b = 2", "print(a)"], "3", "0",
     "Cell 3 reads `a`, which cell 1 binds."),
    ("above what reads the old value", ["a = 1", "print(a)", "a = 2"], "3", "1",
     "Cell 2 reads `a`, which cell 3 changes or binds anew."),
    ("two that bind", ["a = 1", "a = 2", "print(a)"], "1", "2",
     "Cell 1 and cell 2 both bind or change `a`."),
    ("two that change", ["xs = []", "xs.append(1)", "xs.append(2)", "print(xs)"], "2", "3",
     "Cell 3 reads `xs`, which cell 2 changes."),
    ("a function that is called later", ["def f():\n    return a", "a = 1", "print(f())"], "2", "0",
     ""),
    ("a function's global", ["a = 1\ndef f():\n    return a", "print(f())", "a = 2"], "3", "1",
     "Cell 2 reads `a`, which cell 3 changes or binds anew."),
    ("random numbers", ["import random\nrandom.seed(1)", "a = random.random()",
                        "b = random.random()", "print(a, b)"], "3", "1",
     "Cell 3 reads the state of random numbers, which cell 2 changes."),
    ("an import beside a draw", ["import random\nrandom.seed(1)", "random.random()",
                                 "import csv"], "3", "1",
     "Cell 2 draws random numbers of Python's own, and so may the modules that cell 3 imports."),
    ("the working directory", ["import os", "os.chdir('.')", "print(os.getcwd() != '')"], "3", "1",
     "Cell 3 reads the working directory, which cell 2 changes."),
    ("what may define anything", ["a = 1", "exec(input)", "b = 2"], "3", "0",
     "It is not known which names cell 2 binds."),
    ("the last result", ["1 + 1", "b = 2", "print(_)"], "3", "1",
     "A cell reads `_`, which counts cells."),
    ("results by number, read elsewhere", ["1", "2", "print(Out[1])"], "1", "2",
     "A cell reads `Out`, which counts cells."),
    ("a cell that runs others by number", ["a = 1", "b = 2", "%rerun 1"], "1", "2",
     "A cell reads `%rerun`, which counts cells."),
    ("a line for the shell", ["a = 1", "%cd -q .", "!ls > /dev/null"], "3", "1",
     "Cell 3 reads the working directory, which cell 2 changes."),
    ("where modules are looked for", ["import sys", "sys.path.append('a')", "print(sys.path[-1])"],
     "3", "1", "Cell 3 reads what can be imported, which cell 2 changes."),
    ("all names", ["a = 1", "b = 2", "print(len(globals()) > 5)"], "3", "1",
     "Cell 3 looks names up by `globals()`, and cell 2 binds some."),
    ("a name that is looked for", ["a = 1", "b = 2", "print('b' in globals())"], "3", "1",
     "Cell 3 looks names up by `globals()`, and cell 2 binds some."),
    ("another name that is looked for", ["a = 1", "b = 2", "print('a' in globals())"], "3", "1",
     ""),
    ("a function that looks names up", ["def f(s):\n    return eval(s)", "b = 2", "print(f('b'))"],
     "3", "1", "Cell 3 looks names up by `eval()`, and cell 2 binds some."),
    ("a query of a variable", ["q = 'a > @w'\ndf = None", "w = 2", "df and df.query(q)"], "3", "1",
     "Cell 3 looks names up by `query()`, and cell 2 binds some."),
    ("deletion", ["a = 1", "del a", "a = 3"], "3", "1",
     "Cell 2 reads `a`, which cell 3 changes or binds anew."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "cell", "after", "reason"),
    [case[1:] for case in MOVES],
    ids=[case[0] for case in MOVES],
)
def test_a_cell_moves_or_the_name_is_told(
    cells: list[str], cell: str, after: str, reason: str
) -> None:
    notebook = notebook_of(*cells)
    made = move_cell(notebook, cell, after if after != "0" else None)
    if isinstance(made, Refusal):
        assert made.message == reason
        return
    assert not reason
    moved = sources(applied(notebook, made.plan))
    assert sorted(moved) == sorted(cells)
    assert moved != cells
    assert run(moved) == run(cells)


def test_markdown_moves_anywhere() -> None:
    notebook = Notebook("", [Cell("a", "code", "x = 1"), Cell("b", "markdown", "# x")])
    made = move_cell(notebook, "b", None)
    assert isinstance(made, Move)
    assert made.plan.title == "Move cell 2 to the top"
    assert sources(applied(notebook, made.plan)) == ["# x", "x = 1"]


@pytest.mark.parametrize(("cell", "after"), [("2", "1"), ("2", "2"), ("1", "0"), ("9", "1")])
def test_moves_that_are_none(cell: str, after: str) -> None:
    made = move_cell(notebook_of("a = 1", "b = 2"), cell, after if after != "0" else None)
    assert isinstance(made, Refusal)
    assert made.code in {"same-place", "unknown-cell"}


# ── merge ──

# What it is called; the cells, of which all but the last are merged; the cell, or the code.
MERGES: list[tuple[str, list[str], str]] = [
    ("plain", ["a = 1", "b = a", "print(b)"], "a = 1\n\nb = a"),
    ("what is shown on the way", ["a = 1", "a", "a + 1", "a"],
     "a = 1\n\nif (shown := a) is not None: display(shown)\n\na + 1"),
    ("a value is shown", ["a = [1]", "a + [2]  # two", "len(a)", "print(a)"],
     "a = [1]\n\ndisplay(a + [2])  # two\n\nlen(a)"),
    ("a tuple", ["a = 1", "a, 2", "(a, a)", "*[a], 3", "a"],
     "a = 1\n\ndisplay((a, 2))\n\ndisplay((a, a))\n\n*[a], 3"),
    ("nothing is shown", ["xs = []\nxs.append(1)", "print(xs)", "None", "print(xs)"],
     "xs = []\nif (shown := xs.append(1)) is not None: display(shown)\n\nprint(xs)\n\nNone"),
    ("a semicolon", ["a = 1\na;", "a", "print(a)"], "a = 1\na;\n\na"),
    ("over lines", ["a = 1", "(a +\n 1)", "a", "print(a)"],
     "a = 1\n\ndisplay((a +\n 1))\n\na"),
    ("a name that is taken", ["shown = None", "shown", "1", "print(shown)"],
     "shown = None\n\nif (shown_2 := shown) is not None: display(shown_2)\n\n1"),
    ("empty ones", ["a = 1", "", "# only this", "b = 1", "print(a, b)"],
     "a = 1\n\n# only this\n\nb = 1"),
    ("a magic", ["%time a = 1", "b = a", "print(b)"], "%time a = 1\n\nb = a"),
    ("a cell magic", ["%%time\na = 1", "b = a", "print(b)"], "magic"),
    ("a magic without a mark", ["a = 1", "ls", "print(a)"], "magic"),
    ("a future import", ["a = 1", "from __future__ import annotations", "print(a)"],
     "future-import"),
    ("global behind a use", ["a = 1", "global a\na = 2", "print(a)"], "does-not-parse"),
    ("does not parse", ["a = 1", "b = =", "print(a)"], "does-not-parse"),
    ("the last result", ["a = 1\na", "b = _", "print(b)"], "history"),
    ("what is shown behind a semicolon", ["x = [1]; x.append(2) ;  x", "len(x)", "print(x)"],
     "x = [1]; x.append(2)\nif (shown := x) is not None: display(shown)\n\nlen(x)"),
    ("a magic that shows its value", ["a = 1\n%pwd", "b = a", "print(b)"], "magic"),
    ("timing a value", ["a = 1\n%time a", "b = a", "print(b)"], "magic"),
    ("a magic that gives nothing", ["a = 1\n%cd -q .", "b = a", "print(b)"],
     "a = 1\n%cd -q .\n\nb = a"),
    ("figures", [DRAWING, "plt.plot([1])", "plt.plot([2])", "1"], "figures"),
    ("a figure above what is printed", [DRAWING, "plt.plot([1]);", "print(1)", "1"], "figures"),
    ("a figure that is shown", [DRAWING, "a = 1\nplt.show()", "print(1)", "1"],
     DRAWING + "\n\na = 1\nplt.show()\n\nprint(1)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in MERGES], ids=[case[0] for case in MERGES]
)
def test_one_cell_shows_what_several_did(cells: list[str], expected: str) -> None:
    notebook = notebook_of(*cells)
    made = merge_cells(notebook, [cell.id for cell in notebook.cells[:-1]])
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    after = sources(applied(notebook, made.plan))
    assert after == [expected, cells[-1]]
    if "%time" in expected or "plt" in expected:
        return
    said, values = run(after)
    values = {name: value for name, value in values.items() if not name.startswith("shown_")}
    if "shown" not in cells[0]:
        values.pop("shown", None)
    assert (said, values) == run(cells)


def test_the_cell_whose_outputs_stay_true_is_left() -> None:
    notebook = with_outputs(notebook_of("a = 1", "b = a\nb", "c = 1"), "2")
    made = merge_cells(notebook, ["1", "2", "3"])
    assert isinstance(made, Merge)
    assert (made.cell, made.warnings) == ("2", [])
    made = merge_cells(with_outputs(notebook, "1", "2"), ["1", "2"])
    assert isinstance(made, Merge)
    assert made.cell == "1"
    assert made.plan.operations[-1].__class__.__name__ == "ClearOutputs"
    assert len(made.warnings) == 1


def test_markdown_is_merged_too() -> None:
    cells = [Cell("a", "markdown", "# A\n"), Cell("b", "markdown", "![i](attachment:i.png)")]
    made = merge_cells(Notebook("", cells), ["a", "b"])
    assert isinstance(made, Merge)
    assert (made.cell, made.source) == ("b", "# A\n\n![i](attachment:i.png)")


@pytest.mark.parametrize(
    ("cells", "chosen", "code"),
    [
        ([Cell("a", "code", ""), Cell("b", "markdown", "")], "ab", "other-types"),
        ([Cell(key, "code", "") for key in "abc"], "ac", "not-adjacent"),
        ([Cell("a", "code", "")], "a", "one-cell"),
        ([Cell("a", "code", ""), Cell("b", "code", "", tags=["parameters"])], "ab", "tags"),
        ([Cell("a", "code", "")], "az", "unknown-cell"),
        ([Cell(key, "code", "1 / 0", tags=["raises-exception"]) for key in "ab"], "ab", "tags"),
    ],
)  # fmt: skip
def test_cells_that_are_not_merged(cells: list[Cell], chosen: str, code: str) -> None:
    made = merge_cells(Notebook("", cells), list(chosen))
    assert isinstance(made, Refusal)
    assert made.code == code


# ── split ──

# What it is called; the cell; above which lines; the cells, or the code of the refusal.
SPLITS: list[tuple[str, str, list[int], list[str] | str]] = [
    ("plain", "a = 1\nb = a\nprint(b)", [2, 3], ["a = 1", "b = a", "print(b)"]),
    ("a blank line and a comment", "a = 1\n\n# next\nb = a", [3], ["a = 1", "# next\nb = a"]),
    ("what was not shown", "a = 1\na  # no\na + 1", [3], ["a = 1\na;  # no", "a + 1"]),
    ("what gives nothing", "a = 1\nprint(a)\na", [3], ["a = 1\nprint(a)", "a"]),
    ("a semicolon", "a = 1\na;\na", [3], ["a = 1\na;", "a"]),
    ("a decorator", "a = 1\n@staticmethod\ndef f():\n    return 1\nf()", [2],
     ["a = 1", "@staticmethod\ndef f():\n    return 1\nf()"]),
    ("at a decorated function", "a = 1\n@staticmethod\ndef f():\n    return 1\nf()", [3],
     "part-of-statement"),
    ("in a statement", "a = [\n1]\nprint(a)", [2], "part-of-statement"),
    ("in a text", "a = '''\n\nb'''\nprint(a)", [2], "part-of-statement"),
    ("no such line", "a = 1", [2], "no-such-line"),
    ("above all", "a = 1", [1], "no-such-line"),
    ("nothing in it", "a = 1\n\n\nb = 1", [2, 3], "empty-part"),
    ("a cell magic", "%%time\na = 1\nb = 1", [3], "magic"),
    ("a name that would be a magic", "ls = 1\nls\na = 1", [2, 3], "magic"),
    ("a magic that shows its value", "a = 1\n%pwd\nb = 2", [3], "magic"),
    ("below a magic that gives nothing", "a = 1\n%time b = a\nc = 2", [3],
     ["a = 1\n%time b = a", "c = 2"]),
    ("the last result", "a = _\nb = 1", [2], "history"),
    ("figures", "plt.plot([1])\nplt.title('a')", [2], "figures"),
    ("a figure above what is printed", "plt.plot([1])\nprint(1)", [2], "figures"),
    ("below a figure that is shown", "plt.plot([1])\nplt.show()\nprint(1)", [3],
     ["plt.plot([1])\nplt.show()", "print(1)"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "lines", "expected"), [case[1:] for case in SPLITS], ids=[case[0] for case in SPLITS]
)
def test_several_cells_show_what_one_did(
    cell: str, lines: list[int], expected: list[str] | str
) -> None:
    notebook = notebook_of(DRAWING, cell, "print(2)")
    made = split_cell(notebook, "2", lines)
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    after = sources(applied(notebook, made.plan))
    assert after == [DRAWING, *expected, "print(2)"]
    if "plt" not in cell and "%time" not in cell:
        assert run(after) == run(sources(notebook))


def test_outputs_stay_with_the_last_part_where_they_are_its_own() -> None:
    notebook = with_outputs(notebook_of("a = 1\nb = a\nb"), "1")
    made = split_cell(notebook, "1", [2])
    assert isinstance(made, Split)
    assert made.warnings == []
    assert applied(notebook, made.plan).cells[-1].id == "1"
    notebook = with_outputs(notebook_of("print(1)\nb = 1\nb"), "1")
    made = split_cell(notebook, "1", [2])
    assert isinstance(made, Split)
    assert made.plan.operations[-1].__class__.__name__ == "ClearOutputs"


def test_suggestions() -> None:
    code = """\
import pandas as pd
from sklearn.linear_model import LinearRegression

# What we have
df = pd.read_csv("a.csv")
df.head()
df = df.dropna()
df["b"] = df["a"] * 2

model = LinearRegression()
model.fit(df[["a"]], df["b"])
df.plot()"""
    found = suggest_splits(notebook_of(code), "1")
    assert found == [
        SuggestedCut(4, "load"),
        SuggestedCut(7, "clean"),
        SuggestedCut(10, "model"),
        SuggestedCut(12, "plot"),
    ]
    assert suggest_splits(notebook_of("a = 1\nb = a"), "1") == []
    refused = suggest_splits(notebook_of("%%time\na = 1"), "1")
    assert isinstance(refused, Refusal)
