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
from jupyter_nbquality.execution.compare import value_differences
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
