"""What names hold, told so that two runs can be compared."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_nbquality.execution import values_in_kernel
from jupyter_nbquality.execution.compare import unjudged_values, value_differences
from jupyter_nbquality.execution.values_in_kernel import report


class Own:
    """An object with parts."""

    def __init__(self, **parts: Any) -> None:
        vars(self).update(parts)


def ring() -> list[Any]:
    """Gives a list that holds itself."""
    found: list[Any] = [1]
    found.append(found)
    return found


def place(one: Any, other: Any) -> str | None:
    """Says where two values differ; nothing where they do not."""
    before, after = (json.loads(report({"x": value})) for value in (one, other))
    found = value_differences(before, after, before)
    return found[0].place if found else None


FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        1.5,
        float("nan"),
        "text",
        b"x",
        [1, [2]],
        {"a": {1, 2}},
        FRAME,
        FRAME["a"],
        FRAME.index,
        np.arange(6).reshape(2, 3),
        np.array([{}, "x"], dtype=object),
        Own(a=[1]),
        Own,
        len,
        ring(),
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_same_is_the_same(value: Any) -> None:
    assert place(value, value) is None


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        (1, 2, ""),
        (1, 1.0, ""),
        (1, True, ""),
        ([1, 2], [1, 3], "item 1"),
        ([1], [1, 2], "item 1"),
        ({"a": 1}, {"a": 2}, "key 'a'"),
        ([1], (1,), "type list, now tuple"),
        (FRAME, FRAME.assign(a=[1, 2, 4]), "column a, row 2"),
        (FRAME, FRAME.assign(b=["x", "z", None]), "column b, row 1"),
        (FRAME, FRAME.rename(columns={"b": "c"}), "column b, now c"),
        (FRAME, FRAME.astype({"a": "float64"}), "column a, type int64, now float64"),
        (FRAME, FRAME.iloc[:2], "shape [3, 2], now [2, 2]"),
        (FRAME, FRAME.set_index([[0, 1, 3]]), "index, row 2"),
        (FRAME["a"], FRAME["a"] + 1, "row 0"),
        (np.arange(3), np.arange(3) * 2, "row 1"),
        (np.float64(1.0), np.float64(2.0), ""),
        (np.arange(3), np.arange(3.0), "type int64, now float64"),
        (FRAME["a"], FRAME["a"].astype("int8"), "type int64, now int8"),
        (Own(a=1, b=2), Own(a=1, b=3), ".b"),
    ],
)
def test_what_differs_is_told_with_its_place(one: Any, other: Any, where: str) -> None:
    assert place(one, other) == where


def test_what_cannot_be_looked_at_is_not_judged() -> None:
    class Nasty:
        def __repr__(self) -> str:
            raise ValueError("no")

        @property
        def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
            raise ValueError("no")

    assert place(Nasty(), Nasty()) is None


def test_versions_of_libraries_tell_the_same() -> None:
    """Where a class is at home, and how numpy writes numbers and texts, depends on the version."""
    told = json.loads(report({"f": FRAME, "x": np.float64(1.5), "s": np.str_("a")}))
    assert told["f"]["value"]["kind"] == "pandas.DataFrame"
    assert (told["x"]["value"], told["s"]["value"]) == ("1.5", "'a'")


def test_a_name_that_is_gone() -> None:
    before = json.loads(report({"x": 1}))
    (found,) = value_differences(before, {}, before)
    assert (found.what, found.name, found.before) == ("missing", "x", "1")


def test_needs_nothing_but_the_standard_library() -> None:
    script = Path(values_in_kernel.__file__)
    code = f"import runpy; print(runpy.run_path({str(script)!r})['report']({{'x': 1}}))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["x"]["value"] == "1"


def judged(one: Any, again: Any, now: Any) -> tuple[list[str | None], list[str]]:
    """Judges a value that was not the same in two runs: what differs, and what is not judged."""
    first, second, third = (json.loads(report({"x": value})) for value in (one, again, now))
    found = value_differences(first, third, second)
    return [each.place for each in found], unjudged_values(first, second)


T1, T2, T3 = 1.25, 2.5, 3.75


@pytest.mark.parametrize(
    ("one", "again", "now", "where", "left"),
    [
        ({"t": [T1], "p": [1]}, {"t": [T2], "p": [1]}, {"t": [T3], "p": [9]},
         ["key 'p', item 0"], ["x (key 't', items)"]),
        ({"a": {"t": T1, "p": 1}}, {"a": {"t": T2, "p": 1}}, {"a": {"t": T3, "p": 9}},
         ["key 'a', key 'p'"], ["x (key 'a', key 't')"]),
        (FRAME.assign(t=T1), FRAME.assign(t=T2), FRAME.assign(t=T3, a=[1, 2, 9]),
         ["column a, row 2"], ["x (column t)"]),
        (FRAME.assign(t=T1), FRAME.assign(t=T2), FRAME.assign(t=T3), [], ["x (column t)"]),
        (FRAME.assign(t=T1), FRAME.assign(t=T2), FRAME, ["shape [3, 3], now [3, 2]"],
         ["x (column t)"]),
        ((T1, 1), (T2, 1), (T3, 2), ["item 1"], ["x (item 0)"]),
        # By chance some of what is random is the same in two runs.
        ([1, 5, 3], [2, 5, 3], [1, 4, 4], [], ["x (items)"]),
        ([T1, "a"], [T2, "a"], [T3, "b"], ["item 1"], ["x (items)"]),
        ([{"t": T1, "p": 1}] * 2, [{"t": T2, "p": 1}, {"t": T1, "p": 1}],
         [{"t": T3, "p": 1}, {"t": T3, "p": 2}], ["item 1, key 'p'"], ["x (items, key 't')"]),
        (Own(t=T1, p=1), Own(t=T2, p=1), Own(t=T3, p=2), [".p"], ["x (.t)"]),
        ({T1, 5}, {T2, 5}, {T3, 5, 6}, ["length"], ["x (items)"]),
        ([1], [1, 2], [3], [], ["x"]),
        (np.array([T1, 1]), np.array([T2, 1]), np.array([T3, 2]), [], ["x"]),
    ],
)  # fmt: skip
def test_only_the_part_that_is_random_is_not_judged(
    one: Any, again: Any, now: Any, where: list[str], left: list[str]
) -> None:
    assert judged(one, again, now) == (where, left)
