"""What tests of cells tell: verdicts, values, and where they failed."""

import ast
import collections
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_nbquality.execution.fresh_kernel import fresh_kernel
from jupyter_nbquality.execution.test_run import (
    RunReply,
    RunRequest,
    TestResult,
    TestToRun,
    decode,
    expression_for,
    json_value,
    runner_source,
)
from jupyter_nbquality.execution.tests_in_kernel import run
from jupyter_nbquality.execution.traveling import alone


def reply(source: str, names: dict[str, Any] | None = None, **how: Any) -> RunReply:
    """Runs a test in this process."""
    request = RunRequest([TestToRun("t", source)], **{"engine": "shared", **how})
    return decode(repr(run(dict(names or {}), json_value(request))))


def result(source: str, **names: Any) -> TestResult:
    return reply(source, names).results[0]


def explained(source: str, **names: Any) -> list[str]:
    """Gives what is told beside the assert itself."""
    lines = result(source, **names).detail.splitlines()
    return [line.strip() for line in lines[lines.index(result(source, **names).message) + 1 :]]


def test_what_travels_is_one_text() -> None:
    tree = ast.parse(runner_source())
    names = [node.name for node in tree.body if hasattr(node, "name")]
    assert [name for name, count in collections.Counter(names).items() if count > 1] == []
    modules = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in modules} - {"pytest"} <= sys.stdlib_module_names
    ast.parse(runner_source(), feature_version=(3, 8))
    # Python 3.12 and later write them so that older ones do not understand them.
    assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree))


def test_texts_with_values_are_the_same() -> None:
    source = "x, n = 3.14159, 8\ntold = f\"{{}} {x!r:>{n}} {x:.2f} {'a' + f'{n}'} {n:,}%\"\n"
    spaces: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    exec(source, spaces[0])
    exec(alone(source), spaces[1])
    assert "format" in alone(source)
    assert spaces[0]["told"] == spaces[1]["told"]


def test_runs_without_anything_installed() -> None:
    """A Python without our package, pytest and IPython."""
    expression = expression_for(RunRequest([TestToRun("t", "def test_n():\n    assert n == 4")]))
    code = f"n = 3\nimport sys; before = set(globals())\ntold = {expression}\n"
    code += "print(sorted(set(globals()) - before - {'told', 'before'}))\nprint(repr(told))"
    ran = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, check=True
    )
    new, told = ran.stdout.splitlines()
    (found,) = decode(told).results
    assert (found.status, found.message) == ("failed", "assert 3 == 4")
    assert ast.literal_eval(new) == []


def test_a_false_assert_shows_its_values() -> None:
    found = result("total = sum(xs)\nassert total == 7, 'the sum'", xs=[1, 2, 3])
    assert (found.status, found.line) == ("failed", 1)
    assert found.message == "the sum: assert 6 == 7"
    assert (found.got, found.expected) == ("6", "7")
    assert "where 6 = total" in found.detail
    assert 'File "<test t>", line 2' in found.detail


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("assert not xs", "assert not [1, 2, 3]"),
        ("assert 1 < len(xs) < 3", "assert 3 < 3"),
        ("assert xs and len(xs) > 5", "assert 3 > 5"),
        ("assert 4 in xs or 5 in xs", "assert (4 in [1, 2, 3] or 5 in [1, 2, 3])"),
        ("assert isinstance(xs, dict)", "assert False"),
        ("assert all(x > 1 for x in xs)", "assert False"),
        ("assert (n := len(xs)) == 4", "assert 3 == 4"),
        ("assert [len(xs), 2] == [3, 3]", "assert [3, 2] == [3, 3]"),
        ("assert {'n': len(xs)} == {'n': 4}", "assert {'n': 3} == {'n': 4}"),
        ("assert xs is None", "assert [1, 2, 3] is None"),
        ("assert max(*xs) == 4", "assert 3 == 4"),
        ("assert [x for x in xs if x > 1] == [2]", "assert [2, 3] == [2]"),
        ("assert [*xs, 4] == (1,)", "assert [1, 2, 3, 4] == (1,)"),
        ("assert table[1:, 0].sum() == 5", "assert np.int64(2) == 5"),
        ("assert f'{xs[0]}' == '2'", "assert '1' == '2'"),
        ("def test_a():\n    assert (lambda: xs)() == []", "assert [1, 2, 3] == []"),
        ("for x in xs:\n    assert x < 3", "assert 3 < 3"),
        ("assert Bad()", "assert <Bad whose repr raises ZeroDivisionError>"),
        ("assert 4 == len(xs)", "assert 4 == 3"),
    ],
)
def test_what_is_told_of_an_assert(source: str, message: str) -> None:
    class Bad:
        def __repr__(self) -> str:
            return str(1 / 0)

        def __bool__(self) -> bool:
            return False

    found = result(source, xs=[1, 2, 3], Bad=Bad, table=np.array([[1], [2]]))
    assert (found.status, found.message) == ("failed", message)


def test_each_part_is_evaluated_once() -> None:
    calls: list[int] = []
    found = result("assert step() and (step() or step()) and step() > 9", step=Step(calls))
    assert found.status == "failed"
    assert calls == [1, 2, 3]


class Step:
    """Counts its calls."""

    def __init__(self, calls: list[int]) -> None:
        self._calls = calls

    def __call__(self) -> int:
        self._calls.append(len(self._calls) + 1)
        return self._calls[-1]


def test_where_values_differ() -> None:
    assert "at index 1: 2 and 3" in explained("assert [1, 2] == [1, 3]")
    assert "at key 'b': 2 and 3" in explained("assert {'a': 1, 'b': 2} == {'a': 1, 'b': 3}")
    assert "missing: {3}" in explained("assert {1} == {1, 3}")
    assert "they differ by 5.6e-17 only: compare floats with math.isclose or pytest.approx" in (
        explained("assert 0.1 + 0.2 == 0.3")
    )
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.0, 2.0, 3.0]})
    other = frame.assign(b=[1.0, 5.0, 3.0])
    assert "column 'b': 1 of 3 differ, the first at 1: 2.0, expected 5.0" in [
        line.replace("np.float64(2.0)", "2.0").replace("np.float64(5.0)", "5.0")
        for line in explained("assert (one == two).all().all()", one=frame, two=other)
    ]
    found = result("assert one == two", one=frame, two=other)
    assert found.status == "error"
    assert "end with .all()" in found.detail


def test_long_values_are_cut() -> None:
    found = result("assert xs == []", xs=list(range(100_000)))
    assert len(found.message) < 600
    assert len(result("assert not text", text="x" * 1_000_000).detail) < 2_000
    assert len(result("raise ValueError('x' * 1_000_000)").message) <= 2_000


@pytest.mark.parametrize(
    ("source", "status", "message", "line"),
    [
        ("", "error", "It has no code.", -1),
        ("'only a text'\n# and a comment", "error", "It has no code.", -1),
        ("assert (", "error", "It is not Python: '(' was never closed.", 0),
        ("x = 1\0", "error", "It is not Python:", -1),
        ("-" * 50_000 + "1", "error", "It is nested too deeply.", -1),
        ("missing", "error", "NameError: name 'missing' is not defined", 0),
        ("import unittest\nraise unittest.SkipTest('later')", "skipped", "later", -1),
        ("def helper():\n    assert 0\n\nhelper()", "failed", "assert 0", 1),
        ("async def test_a():\n    assert 1 == 2", "failed", "assert 1 == 2", 1),
        ("assert await soon() == 2", "failed", "assert 1 == 2", 0),
    ],
)
def test_verdicts(source: str, status: str, message: str, line: int) -> None:
    async def soon() -> int:
        return 1

    found = result(source, soon=soon)
    assert (found.status, found.line) == (status, line)
    assert found.message.startswith(message)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no timer")
def test_marks_count() -> None:
    names: dict[str, Any] = {"ran": []}
    tests = [
        TestToRun("skipped", "ran.append(1)\nassert 0", marks=["skip"]),
        TestToRun("expected", "assert ran", marks=["slow", "xfail"]),
        TestToRun("passes", "assert not ran", marks=["xfail"]),
    ]
    request = RunRequest(tests, engine="shared")
    told = decode(repr(run(names, json_value(request))))
    found = [(each.status, each.message) for each in told.results]
    assert found == [
        ("skipped", "It is marked `skip`."),
        ("skipped", "it was expected to fail: assert []"),
        ("passed", ""),
    ]
    assert names == {"ran": []}


def test_what_takes_too_long_in_the_kernel() -> None:
    request = RunRequest([TestToRun("t", "x = 1\nwhile True:\n    x += 1", 0.5)], "shared")
    (found,) = decode(repr(run({}, json_value(request)))).results
    assert (found.status, found.message) == ("timeout", "It did not end within 0.5 s.")
    assert found.line in (1, 2)


def test_functions_are_cases() -> None:
    found = result("def test_a(): pass\ndef test_b():\n    assert 0\ndef test_c(): 1 / 0")
    assert (found.name, found.status) == ("t", "error")
    assert [(case.name, case.status) for case in found.cases] == [
        ("test_a", "passed"),
        ("test_b", "failed"),
        ("test_c", "error"),
    ]
    # Those of the notebook are none of the test's.
    assert result("assert 1", test_of_notebook=print).cases == []


WITH_PYTEST = """
import pytest

@pytest.fixture
def doubled():
    return [2 * x for x in xs]

@pytest.mark.parametrize('at, expected', [(0, 2), (1, 4), (2, 7)])
def test_doubled(doubled, at, expected):
    assert doubled[at] == expected

class TestMore:
    @pytest.mark.xfail(reason='known')
    def test_known(self):
        assert 0

    @pytest.mark.skip(reason='later')
    def test_later(self):
        assert 0

async def test_soon(tmp_path):
    assert tmp_path.is_dir()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_pytest_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conftest.py").write_text("raise SystemExit('read')")
    told = reply(WITH_PYTEST, {"xs": [1, 2, 3]}, engine="fork")
    (found,) = told.results
    assert told.pytest
    assert (found.status, found.message, found.line) == ("failed", "assert 6 == 7", 9)
    assert (found.got, found.expected) == ("6", "7")
    assert [(case.name, case.status, case.message) for case in found.cases] == [
        ("test_doubled[0-2]", "passed", ""),
        ("test_doubled[1-4]", "passed", ""),
        ("test_doubled[2-7]", "failed", "assert 6 == 7"),
        ("TestMore::test_known", "skipped", "it was expected to fail: known"),
        ("TestMore::test_later", "skipped", "later"),
        ("test_soon", "passed", ""),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
@pytest.mark.parametrize(
    ("source", "status", "message"),
    [
        ("def test_a(nothing): pass", "error", "There is no fixture `nothing`."),
        ("import pytest\nassert 0.1 + 0.2 == pytest.approx(0.3)", "passed", ""),
        ("import pytest\npytest.skip('not now')", "skipped", "not now"),
        ("import pytest\ndef test_a(tmp_path): pytest.exit('enough')", "error", "Exit: enough"),
        ("def test_a(capsys):\n    print(1)\n    assert capsys.readouterr().out == '1\\n'",
         "passed", ""),
        ("import pytest\n@pytest.mark.parametrize('n', [1])\ndef test_a(m): pass", "error",
         "In test.py::test_a: function uses no argument 'n'"),
        ("import unittest\nclass TestA(unittest.TestCase):\n    def test_a(self):\n"
         "        self.assertEqual(1, 2)", "failed", "1 != 2"),
        ("class TestA:\n    def __init__(self): pass\n    def test_a(self): assert 0", "error",
         "pytest runs nothing of `TestA`, as it has an `__init__` of its own."),
        ("import pytest\npytestmark = pytest.mark.skip(reason='all')\ndef test_a(): assert 0",
         "skipped", "all"),
        ("import pytest\n@pytest.mark.xfail\ndef test_a(): assert 0", "skipped",
         "it was expected to fail"),
        ("import pytest\n@pytest.mark.xfail(strict=True)\ndef test_a(): pass", "failed",
         "It was expected to fail, and passes."),
        ("class TestA:\n    def test_a(self): yield", "error",
         "'yield' keyword is allowed in fixtures, but not in tests (test_a)"),
    ],
)  # fmt: skip
def test_what_pytest_says(source: str, status: str, message: str) -> None:
    (found,) = reply(source, engine="fork").results
    assert (found.status, found.message) == (status, message)


UNITTEST = """
import unittest

class Sums(unittest.TestCase):
    def setUp(self):
        self.total = 6

    def test_right(self):
        self.assertEqual(self.total, 6)

    def test_wrong(self):
        self.assertEqual(self.total, 7)

    @unittest.skip("later")
    def test_later(self):
        pass
"""


def test_without_pytest() -> None:
    found = reply("def test_a(tmp_path): pass", pytest="never").results[0]
    assert found.status == "error"
    assert "asks for `tmp_path`" in found.message
    for source, name in (
        ("class TestA:\n    def test_q(self): assert 0", "`TestA` is a class of tests: it"),
        ("def setup_function(): 1 / 0\ndef test_a(): pass", "`setup_function`"),
    ):
        found = reply(source, pytest="never").results[0]
        assert found.status == "error"
        assert found.message == f"{name} needs pytest, which cannot be imported in the kernel."
    found = reply(UNITTEST, pytest="never").results[0]
    assert (found.status, found.message, found.line) == ("failed", "6 != 7", 11)
    assert [(case.name, case.status) for case in found.cases] == [
        ("Sums::test_later", "skipped"),
        ("Sums::test_right", "passed"),
        ("Sums::test_wrong", "failed"),
    ]


NO_TEST = "There is no test in it: no assert, and nothing named `test_…`."


@pytest.mark.parametrize(
    ("source", "status", "message"),
    [
        ("if True:\n    def test_z(): assert 0", "failed", "assert 0"),
        ("try:\n    import json\nexcept ImportError:\n    pass\nelse:\n"
         "    def test_z(): assert 0", "failed", "assert 0"),
        ("if True:\n    class TestQ:\n        def test_z(self): assert 0", "failed", "assert 0"),
        ("def check(): assert 0\ntest_check = check", "failed", "assert 0"),
        ("test_notebook = check", "failed", "assert 1 == 2"),
        ("globals()['test_made'] = lambda: 1 / 0", "error", "ZeroDivisionError: division by zero"),
        ("import functools\ndef t(x): assert x == 2\ntest_p = functools.partial(t, 1)", "failed",
         "assert 1 == 2"),
        ("import unittest\nclass Foo(unittest.TestCase):\n    def test_a(self):\n"
         "        self.assertEqual(1, 2)", "failed", "1 != 2"),
        ("def test_g():\n    yield\n    assert 0", "error",
         "test_g yields, so nothing of it runs."),
        ("async def test_g():\n    yield\n    assert 0", "error",
         "test_g yields, so nothing of it runs."),
        ("def test_r(): return 1 == 2", "failed",
         "test_r returned False: is it `assert` that is meant?"),
        ("assert (1 == 2, 'message')", "error",
         "An assert of a tuple is always true: take its brackets away."),
        # What checks nothing is no test, and what can go wrong is one.
        ("def tst_a(): assert 0", "error", NO_TEST),
        ("def tst_a(): assert 0\nn = len('abc')", "error", NO_TEST),
        ("import os\n1 == 2", "error", NO_TEST),
        ("from json import loads as test_loads", "error", NO_TEST),
        ("class TestDouble:\n    size = 3\nassert TestDouble.size == 3", "passed", ""),
        ("def double(x): return 2 * x\nn = double(3)", "passed", ""),
        ("test_size = 0.2\nn = len('abc')", "passed", ""),
        ("from unittest.mock import *\nassert 1", "passed", ""),
        ("test_proxy = TestProxy = Proxy()\nassert 1", "passed", ""),
        ("class TestA:\n    __test__ = False\n    def test_a(self): assert 0\nassert TestA",
         "passed", ""),
    ],
)  # fmt: skip
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_what_is_a_test(source: str, status: str, message: str) -> None:
    def check() -> None:
        assert 1 == 2, "assert 1 == 2"

    class Proxy:
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError(name)

    (found,) = reply(source, {"check": check, "Proxy": Proxy}, engine="fork").results
    assert (found.status, found.message.split("\n")[0]) == (status, message)


def test_what_is_no_text_is_told_as_escapes() -> None:
    found = result("assert '\\ud800' == 'a😀', '\\udfff'")
    assert found.status == "failed"
    assert found.message == "\\udfff: assert '\\ud800' == 'a😀'"


def test_traceback_has_no_frames_of_ours() -> None:
    """In a kernel they have names of their own, and no source that could be shown."""
    expression = expression_for(RunRequest([TestToRun("t", "\ncheck_frame([], {})")]))
    (found,) = decode(repr(eval(expression, {}))).results
    assert found.detail.splitlines() == [
        "Traceback (most recent call last):",
        '  File "<test t>", line 2, in <module>',
        "    check_frame([], {})",
        "TypeError: builtins.list is no frame of pandas or polars",
    ]


def test_lines_of_cells_that_run(tmp_path: Path) -> None:
    cell = "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n"
    request = RunRequest([TestToRun("t", "assert sign(3) == 1")], coverage=True, cells={"c1": cell})
    with fresh_kernel("python3", tmp_path) as kernel:
        kernel.run(cell, 20)
        told = kernel.evaluate(expression_for(request), 20)
    assert decode(told).results[0].lines == {"c1": [1, 3]}


def test_answers_that_are_none() -> None:
    for text in ("", "1", "'{}'", json.dumps("[]")):
        with pytest.raises(ValueError, match="cannot be read"):
            decode(text)
