"""Sessions: what ran, what the notebook says now, and what is stale and why."""

import random

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.staleness import (
    CellStaleness,
    Reason,
    RunRecord,
    Staleness,
    same_code,
)
from tests.dataflow.looking import LIBRARIES, notebook_of

LOAD, CLEAN, SHOW = "df = load()", "df['x'] = 1", "print(df)"

Runs = list[tuple[str | None, str] | str]
"""What ran: the id of a cell as it is now, or an id with the text of that time."""


def found_in(
    cells: dict[str, str], runs: Runs, outdated: dict[str, list[Reason]] | None = None
) -> list[CellStaleness]:
    """Finds how each cell stands.

    Args:
        cells: The texts of the notebook, by id.
        runs: What ran.
        outdated: Reasons from elsewhere.
    """
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook_of(*cells.values(), ids=list(cells)))
    records = [
        RunRecord(run, cells[run], None) if isinstance(run, str) else RunRecord(*run, None)
        for run in runs
    ]
    return Staleness(dataflow).find(records, outdated)


def said(reasons: list[Reason]) -> list[str]:
    """Tells reasons in short."""
    return [" ".join(filter(None, (reason.kind, reason.name, reason.cell))) for reason in reasons]


def stale(
    cells: dict[str, str], runs: Runs, outdated: dict[str, list[Reason]] | None = None
) -> dict[str, str]:
    """Says of each cell that is not fresh how it stands and why: ``stale: ran later df a``."""
    return {
        found.cell: ", ".join([found.state, *said(found.reasons)])
        for found in found_in(cells, runs, outdated)
        if found.state != "fresh"
    }


def quiet(cells: dict[str, str], runs: Runs) -> dict[str, str]:
    """Says of each cell why it may have changed."""
    return {
        found.cell: ", ".join(said(found.maybe)) for found in found_in(cells, runs) if found.maybe
    }


ABC = {"a": LOAD, "b": CLEAN, "c": SHOW}

CASES: list[tuple[str, dict[str, str], Runs, dict[str, str]]] = [
    ("nothing ran", ABC, [], {"a": "not-run", "b": "not-run", "c": "not-run"}),
    ("all ran in order", ABC, ["a", "b", "c"], {}),
    ("one ran twice at the end", ABC, ["a", "b", "c", "c"], {}),
    (
        "a definition ran again, and what was changed is gone",
        ABC,
        ["a", "b", "c", "a"],
        {"b": "stale, input-ran-later df a", "c": "stale, input-ran-later df a"},
    ),
    (
        "a definition ran again to the same effect",
        {"a": LOAD, "b": "n = len(df)", "c": SHOW},
        ["a", "b", "c", "a"],
        {},
    ),
    ("a change ran again to the same effect", ABC, ["a", "b", "c", "b"], {}),
    (
        "a definition that draws ran again",
        {"i": "import random", "a": "x = random.random()", "c": "print(x)"},
        ["i", "a", "c", "a"],
        {"c": "stale, input-ran-later x a"},
    ),
    (
        "what asks for the time ran again",
        {"i": "import time", "a": "x = time.time()", "b": "y = x", "c": "print(y)"},
        ["i", "a", "b", "c", "a"],
        {"b": "stale, input-ran-later x a", "c": "stale, input-stale y b"},
    ),
    (
        "a definition ran again on another input",
        {"n": "n = 2", "a": "df = load(n)", "c": SHOW},
        [("n", "n = 1"), "a", "c", "n", "a"],
        {"c": "stale, input-ran-later df a"},
    ),
    (
        "a change is made twice",
        {"a": "xs = [1]", "b": "xs.append(2)", "c": "print(xs)"},
        ["a", "b", "c", "b"],
        {"b": "stale, own-result xs", "c": "stale, input-changed-later xs b"},
    ),
    (
        "and then read",
        {"a": "xs = [1]", "b": "xs.append(2)", "c": "print(xs)"},
        ["a", "b", "b", "c"],
        {"b": "stale, own-result xs", "c": "stale, input-stale xs b"},
    ),
    (
        "a count is made twice",
        {"a": "n = 1", "b": "n = n + 1", "c": "print(n)"},
        ["a", "b", "b", "c"],
        {"b": "stale, own-result n", "c": "stale, input-stale n b"},
    ),
    (
        "what does nothing new when it is made twice",
        {
            "a": LOAD,
            "b": "df = df.dropna()",
            "c": "df = df[df.x > 3]",
            "d": "df['y'] = df['x'].fillna(0)\ndf['x'] = df['x'].fillna(0)",
            "e": "df.sort_values('x', inplace=True)",
            "f": SHOW,
        },
        ["a", "b", "b", "c", "c", "d", "d", "e", "e", "f"],
        {},
    ),
    (
        "what fails the second time changes nothing more",
        {
            "a": LOAD,
            "b": "df.drop(columns='x', inplace=True)",
            "c": "df.date = 1",
            "d": "print(df.y)",
        },
        ["a", "b", "c", "d", "b"],
        {"b": "stale, own-result df, other-input df c"},
    ),
    (
        "a change that came late",
        ABC,
        ["a", "c", "b"],
        {"c": "stale, input-changed-later df b"},
    ),
    (
        "a column that is not read",
        {"a": LOAD, "b": CLEAN, "c": "print(df['y'].sum(), df.z, df.groupby('k').w.sum())"},
        ["a", "c", "b"],
        {},
    ),
    (
        "a column that is read",
        {"a": LOAD, "b": CLEAN, "c": "print(df.x)"},
        ["a", "c", "b"],
        {"c": "stale, input-changed-later df b"},
    ),
    (
        "a global that a function changes",
        {"a": "n = 0", "f": "def f():\n    global n\n    n += 1", "b": "f()", "c": "print(n)"},
        ["a", "f", "b", "b", "c"],
        {"b": "stale, own-result n", "c": "stale, input-stale n b"},
    ),
    (
        "the variable of a loop is nobody's input",
        {"a": "for i in range(3):\n    print(i)", "b": "for i in range(4):\n    print(i)"},
        ["a", "b", "a", "b", "a"],
        {},
    ),
    (
        "the variable of a loop that is read",
        {"a": "for i in range(3):\n    print(i)", "b": "i = load()", "c": "print(i)"},
        ["a", "b", "c", "a"],
        {"b": "stale, input-ran-later i a", "c": "stale, input-ran-later i a"},
    ),
    (
        "the working directory, there and back",
        {"a": "%cd box", "b": "%cd ..", "c": "print(open('a.txt').read())"},
        ["a", "b", "c", "a", "b", "c"],
        {},
    ),
    (
        "a change below does not matter",
        {"a": LOAD, "c": SHOW, "b": CLEAN},
        ["a", "c", "b"],
        {},
    ),
    (
        "a change below came first",
        {"a": LOAD, "c": SHOW, "b": CLEAN},
        ["a", "b", "c"],
        {"c": "stale, other-input df b"},
    ),
    (
        "edited",
        {"a": "df = load(2)", "c": SHOW},
        [("a", LOAD), "c"],
        {"a": "edited, edited", "c": "stale, input-edited df a"},
    ),
    (
        "a comment is no edit",
        {"a": "df = load()  # all of it", "c": SHOW},
        [("a", "df=load( )"), "c"],
        {},
    ),
    (
        "an edit of another name stales nothing",
        {"a": "import math\ndf = load()", "c": SHOW},
        [("a", LOAD), "c"],
        {"a": "edited, edited"},
    ),
    (
        "stale at a remove",
        {"a": "x = load(1)", "b": "y = x + 1", "c": "print(y)"},
        [("a", "x = load()"), "b", "c"],
        {
            "a": "edited, edited",
            "b": "stale, input-edited x a",
            "c": "stale, input-stale y b",
        },
    ),
    (
        "an input ran as another cell, as after a split or a move",
        {"a": LOAD, "c": SHOW},
        [("old", LOAD), "c"],
        {"a": "not-run"},
    ),
    (
        "an input never ran here",
        {"a": LOAD, "c": SHOW},
        [("old", "df = load(1)"), "c"],
        {"a": "not-run", "c": "stale, input-not-run df a"},
    ),
    (
        "its definition was deleted",
        {"c": SHOW},
        [("old", LOAD), "c"],
        {"c": "stale, ghost df"},
    ),
    (
        "its definition was edited away",
        {"a": "other = 1", "c": SHOW},
        [("a", LOAD), "c"],
        {"a": "edited, edited", "c": "stale, ghost df a"},
    ),
    (
        "a module is imported once",
        {"a": "import math", "c": "print(math.pi)"},
        ["a", "c", "a"],
        {},
    ),
    (
        "a constant is the same again",
        {"a": "n = 3", "c": "print(n)"},
        ["a", "c", "a"],
        {},
    ),
    (
        "what a function reads counts where it is called",
        {"k": "k = load(2)", "f": "def f():\n    return k", "c": "f()"},
        [("k", "k = load()"), "f", "c", "k"],
        {"c": "stale, input-ran-later k k"},
    ),
    (
        "a function that was only defined again is the same",
        {"f": "def f():\n    return 1", "c": "f()"},
        ["f", "c", "f"],
        {},
    ),
    (
        "a run of unknown origin",
        {"a": LOAD, "c": SHOW},
        ["a", (None, "df = 3"), "c"],
        {"c": "stale, ghost df"},
    ),
    (
        "a run of unknown origin that gives the same",
        {"a": LOAD, "c": SHOW},
        ["a", (None, LOAD), "c"],
        {},
    ),
    (
        "what may only have changed stales nothing",
        {"a": LOAD, "b": "df.unheard_of()", "c": "print(df)"},
        ["a", "b", "c", "b"],
        {},
    ),
    (
        "a file that was written to the same effect",
        {"a": "df.to_csv('a.csv')", "c": "import pandas as pd\npd.read_csv('a.csv')"},
        ["a", "c", "a"],
        {},
    ),
    (
        "a file that was written anew",
        {"a": "df[1:].to_csv('a.csv')", "c": "import pandas as pd\npd.read_csv('a.csv')"},
        [("a", "df.to_csv('a.csv')"), "c", "a"],
        {"c": "stale, input-changed-later file:a.csv a"},
    ),
    (
        "a cell that moved above what it read",
        {"c": "print(n)", "a": "n = 1"},
        ["a", "c"],
        {"c": "stale, other-input n a"},
    ),
]


@pytest.mark.parametrize(("name", "cells", "runs", "expected"), CASES, ids=[c[0] for c in CASES])
def test_sessions(name: str, cells: dict[str, str], runs: Runs, expected: dict[str, str]) -> None:
    assert stale(cells, runs) == expected


MAYBE: list[tuple[str, dict[str, str], Runs, dict[str, str]]] = [
    ("all ran in order", ABC, ["a", "b", "c"], {}),
    (
        "a definition ran again",
        {"a": LOAD, "b": "n = len(df)", "c": SHOW},
        ["a", "b", "c", "a"],
        {"b": "input-ran-later df a", "c": "input-ran-later df a"},
    ),
    ("what surely gives the same ran again", {"a": "n = 3", "c": "print(n)"}, ["a", "c", "a"], {}),
    (
        "what may have changed it is new",
        {"a": LOAD, "b": "y = df.unheard_of()", "c": SHOW},
        ["a", "c", "b"],
        {"c": "input-changed-later df b"},
    ),
]


@pytest.mark.parametrize(("name", "cells", "runs", "expected"), MAYBE, ids=[c[0] for c in MAYBE])
def test_what_is_only_possible(
    name: str, cells: dict[str, str], runs: Runs, expected: dict[str, str]
) -> None:
    assert quiet(cells, runs) == expected
    assert stale(cells, runs) == {}


def test_reasons_from_elsewhere_reach_who_depends() -> None:
    cells = {"a": "df = load()", "b": "n = len(df)", "c": "print(1)"}
    edited = {"a": [Reason("module-edited", "helpers", None)]}
    assert stale(cells, ["a", "b", "c"], edited) == {
        "a": "stale, module-edited helpers",
        "b": "stale, input-stale df a",
    }


TEXTS = [
    "x = 1",
    "x = load()",
    "y = x + 1",
    "xs = [x]",
    "xs.append(y)",
    "df = frame(xs)",
    "df['a'] = df['b'] * y",
    "df = df.dropna()",
    "def f(v):\n    xs.append(v)\n    return x",
    "f(3)",
    "import random\nz = random.random()",
    "for i in xs:\n    last = i",
    "print(df.a, xs)",
    "%cd sub",
    "df.to_csv('a.csv')",
    "text = open('a.csv').read()",
    "del y",
    "if x:\n    y = 3",
]


@pytest.mark.parametrize("seed", range(40))
def test_a_session_in_steps_is_the_session_at_once(seed: int) -> None:
    chance = random.Random(seed)
    cells = {f"c{number}": chance.choice(TEXTS) for number in range(8)}
    dataflow = Dataflow(LIBRARIES)
    in_steps = Staleness(dataflow)
    records: list[RunRecord] = []
    for _step in range(25):
        keys = list(cells)
        match chance.random():
            case share if share < 0.25:
                cells[chance.choice(keys)] = chance.choice(TEXTS)
            case share if share < 0.32:
                chance.shuffle(keys)
                cells = {key: cells[key] for key in keys}
            case share if share < 0.35:
                records = []
            case _:
                key = chance.choice(keys)
                records = [*records, RunRecord(key, cells[key], None)]
        dataflow.update(notebook_of(*cells.values(), ids=list(cells)))
        assert in_steps.find(records) == Staleness(dataflow).find(records)


def test_a_cell_that_does_not_parse_any_more_was_edited() -> None:
    dataflow = Dataflow(LIBRARIES)
    staleness = Staleness(dataflow)
    dataflow.update(notebook_of("x = 1", ids=["a"]))
    records = [RunRecord("a", "x = 1")]
    assert staleness.find(records)[0].state == "fresh"
    dataflow.update(notebook_of("x = (", ids=["a"]))
    assert staleness.find(records)[0].state == "edited"
    # As it stands it ran, and failed.
    assert staleness.find([*records, RunRecord("a", "x = (")])[0].state != "edited"


def test_all_that_ran_in_order_is_fresh() -> None:
    chance = random.Random(1)
    for _session in range(200):
        cells = {f"c{number}": chance.choice(TEXTS) for number in range(12)}
        assert stale(cells, list(cells)) == {}
        assert quiet(cells, list(cells)) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x=1 # one", True),
        ("x = 1", "x = 2", False),
        ("%time f()", "%time  f()", False),
        ("x = = 1", "x = =  1", False),
        ("x = = 1", "x = = 1", True),
        ("'a'", '"a"', True),
    ],
)
def test_same_code(one: str, other: str, same: bool) -> None:
    dataflow = Dataflow(LIBRARIES)
    assert same_code(dataflow.facts_of(one), dataflow.facts_of(other)) is same


@pytest.mark.parametrize("first", ["", ".astype(float)"])
def test_a_change_through_a_view_that_is_gone(first: str) -> None:
    cells = {
        "a": f"import numpy as np\na = np.arange(12).reshape(3, 4){first}",
        "b": "c = a.T\na.sum()",
        "c": "a.max()",
    }
    runs: Runs = ["a", ("b", "c = a.T\nc[0, 0] = 99\na.sum()"), "c", "b"]
    states = {each.cell: each.state for each in found_in(cells, runs)}
    assert states == {"a": "fresh", "b": "stale", "c": "stale"}


def test_how_pictures_look_changes_pictures_and_no_text() -> None:
    cells = {
        "a": "import matplotlib.pyplot as plt",
        "b": "plt.rcParams['figure.figsize'] = 3, 2",
        "c": "plt.plot([1, 2])",
        "d": "x = 1\nx",
    }
    states = {each.cell: each.state for each in found_in(cells, ["a", "c", "d", "b"])}
    assert states == {"a": "fresh", "b": "fresh", "c": "stale", "d": "fresh"}
