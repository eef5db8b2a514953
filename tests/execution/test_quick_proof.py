"""Two versions of cells, run in children of a live kernel and compared."""

import ast
import collections
import json
import sys
from collections.abc import Iterator, Mapping

import pytest

from jupyter_nbquality.execution.fresh_kernel import FreshKernel, fresh_kernel
from jupyter_nbquality.execution.quick_proof import quick_expression, quick_source, quick_verdict
from jupyter_nbquality.execution.verdict import Step, Verdict

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="children are forked on Linux alone"
)

SETTING = """
import random, time
import numpy as np, pandas as pd
frame = pd.DataFrame({'a': [1.0, 2.0, 3.0], 'b': [4.0, 5.0, 6.0]})
xs = [1, 2, 3]
same = xs
def add(x):
    xs.append(x)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshKernel]:
    with fresh_kernel("python3", tmp_path_factory.mktemp("quick")) as started:
        assert started.run(SETTING, 60).error == ""
        yield started


def judged(
    kernel: FreshKernel,
    before: Mapping[str, str],
    after: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    **how: object,
) -> Verdict:
    old, new = ([Step(*each) for each in version.items()] for version in (before, after))
    state = "str((frame.to_dict(), xs, sorted(globals()), len(In), sorted(Out)))"
    was = kernel.evaluate(state, 20)
    answer = kernel.evaluate(quick_expression(old, new, files), 30)
    assert kernel.evaluate(state, 20) == was
    return quick_verdict(answer, new, **how)  # type: ignore[arg-type]


def test_what_travels_is_one_text() -> None:
    names = [node.name for node in ast.parse(quick_source()).body if hasattr(node, "name")]
    assert [name for name, count in collections.Counter(names).items() if count > 1] == []


def test_the_same(kernel: FreshKernel) -> None:
    before = {"c1": "total = frame['a'] + frame['b']\nprint('sum', total.sum())\ntotal.mean()"}
    after = {
        "new": "def totals(frame):\n    return frame['a'] + frame['b']",
        "c1": "total = totals(frame)\nprint('sum', total.sum())\ntotal.mean()",
    }
    found = judged(kernel, before, after, made_of={"new": []})
    assert (found.state, found.differences, found.undecided) == ("identical", [], [])
    assert found.cells == 2


@pytest.mark.parametrize(
    ("old", "new", "what", "name", "place"),
    [
        ("y = frame['a'] * 2", "y = frame['a'] * 3", "value", "y", "row 0"),
        ("frame['c'] = 1", "frame['c'] = 2", "value", "frame", "column c, row 0"),
        ("add(4)", "add(5)", "value", "xs", "item 3"),
        ("xs.append(4)", "xs.append(5)", "value", "xs", "item 3"),
        ("print('a')", "print('b')", "output", "", ""),
        ("frame", "frame.head(1)", "output", "", "line 3"),
        ("y = 1", "z = 1", "missing", "y", ""),
        ("y = 1", "y = 1 / 0", "error", "", ""),
    ],
)
def test_what_differs(
    kernel: FreshKernel, old: str, new: str, what: str, name: str, place: str
) -> None:
    found = judged(kernel, {"c": old}, {"c": new})
    assert found.state == "differs"
    first = found.differences[0]
    assert (first.what, first.name, first.place) == (what, name, place)


def test_what_is_forgiven(kernel: FreshKernel) -> None:
    assert judged(kernel, {"c": "y = 1"}, {"c": "z = 1"}, renamed={"y": "z"}).state == "identical"
    assert judged(kernel, {"c": "y = 1"}, {"c": "1;"}, lost=["y"]).state == "identical"
    by_chance = judged(kernel, {"c": "now = time.time()"}, {"c": "now = time.time()"})
    assert (by_chance.state, by_chance.undecided) == ("identical", ["now"])
    dice = judged(kernel, {"c": "n = random.random()"}, {"c": "n = 1 * random.random()"})
    assert (dice.state, dice.undecided) == ("identical", [])


def test_modules_that_are_not_written_yet(kernel: FreshKernel) -> None:
    after = {"c": "from tools.sums import double\ny = double(3)"}
    files = {"tools/__init__.py": "", "tools/sums.py": "def double(x):\n    return 2 * x\n"}
    found = judged(kernel, {"c": "y = 6"}, after, files, lost=["double"])
    assert (found.state, found.differences) == ("identical", [])
    assert judged(kernel, {"c": "y = 7"}, after, files).state == "differs"


def test_what_cannot_be_compared(kernel: FreshKernel) -> None:
    found = judged(kernel, {"c": "missing + 1"}, {"c": "missing"})
    assert found.state == "could-not-run"
    assert "NameError: name 'missing' is not defined" in found.reason
    found = judged(kernel, {"c": "import os; os._exit(1)"}, {"c": "1"})
    assert found.reason == "The process that ran it died: it ended its own process with status 1."
    for answer in ("", "1", repr(json.dumps({"runs": 1}))):
        with pytest.raises(ValueError, match="cannot be read"):
            quick_verdict(answer, [])
