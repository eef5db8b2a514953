"""Sessions: what ran, what the notebook says now, and what is stale and why."""

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.staleness import RunRecord, Staleness, same_code
from tests.dataflow.looking import LIBRARIES, notebook_of

LOAD, CLEAN, SHOW = "df = load()", "df['x'] = 1", "print(df)"


def stale(cells: dict[str, str], runs: list[tuple[str | None, str] | str]) -> dict[str, str]:
    """Says of each cell that is not fresh how it stands and why: ``stale: ran later df a``.

    Args:
        cells: The texts of the notebook, by id.
        runs: What ran: the id of a cell as it is now, or an id with the text of that time.
    """
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook_of(*cells.values(), ids=list(cells)))
    records = [
        RunRecord(run, cells[run]) if isinstance(run, str) else RunRecord(*run) for run in runs
    ]
    said = {}
    for found in Staleness(dataflow).find(records):
        if found.state != "fresh":
            reasons = [
                " ".join(filter(None, (reason.kind, reason.name, reason.cell)))
                for reason in found.reasons
            ]
            said[found.cell] = ", ".join([found.state, *reasons])
    return said


ABC = {"a": LOAD, "b": CLEAN, "c": SHOW}

CASES: list[tuple[str, dict[str, str], list[tuple[str | None, str] | str], dict[str, str]]] = [
    ("nothing ran", ABC, [], {"a": "not-run", "b": "not-run", "c": "not-run"}),
    ("all ran in order", ABC, ["a", "b", "c"], {}),
    ("one ran twice at the end", ABC, ["a", "b", "c", "c"], {}),
    (
        "a definition ran again",
        ABC,
        ["a", "b", "c", "a"],
        {
            "b": "stale, input-ran-later df a",
            "c": "stale, input-ran-later df a, input-stale df b",
        },
    ),
    (
        "a change ran again",
        ABC,
        ["a", "b", "c", "b"],
        {"c": "stale, input-changed-later df b"},
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
        "an input never ran here",
        {"a": LOAD, "c": SHOW},
        [("old", LOAD), "c"],
        {"a": "not-run", "c": "stale, ghost df, input-not-run df a"},
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
        {"k": "k = load()", "f": "def f():\n    return k", "c": "f()"},
        ["k", "f", "c", "k"],
        {"c": "stale, input-ran-later k k"},
    ),
    (
        "a function that was only defined again is the same",
        {"f": "def f():\n    return 1", "c": "f()"},
        ["f", "c", "f"],
        {},
    ),
    (
        "a run of unknown origin is no reason",
        {"a": LOAD, "c": SHOW},
        ["a", (None, "df = 3"), "c"],
        {},
    ),
    (
        "what may only have changed stales nothing",
        {"a": LOAD, "b": "df.unheard_of()", "c": "print(df)"},
        ["a", "b", "c", "b"],
        {},
    ),
    (
        "a file that was written again",
        {"a": "df.to_csv('a.csv')", "c": "import pandas as pd\npd.read_csv('a.csv')"},
        ["a", "c", "a"],
        {"c": "stale, input-changed-later file:a.csv a"},
    ),
]


@pytest.mark.parametrize(("name", "cells", "runs", "expected"), CASES, ids=[c[0] for c in CASES])
def test_sessions(
    name: str,
    cells: dict[str, str],
    runs: list[tuple[str | None, str] | str],
    expected: dict[str, str],
) -> None:
    assert stale(cells, runs) == expected


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
