"""Tests of cells as pytest runs them: beside nbval's comparisons in the same kernel, and alone."""

import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell

from tests.pytest_plugin.running import PLUGINS, Ran, cell, run_pytest, test, write

PARAMETRIZED = """\
import pytest

@pytest.mark.parametrize("factor, product", [(1, 6), (2, 12), (3, 17)])
def test_f(factor, product):
    assert f(factor) == product
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    write(
        folder / "story.ipynb",
        [
            new_markdown_cell("# A story"),
            cell("x = [1, 2, 3]"),
            cell(
                "total = sum(x)",
                test("right", "assert total == 6"),
                test("wrong", "assert total == 7"),
            ),
            cell("bad = 1 / 0", test("its", "assert True")),
            cell(
                "def f(factor):\n    if factor < 0:\n        return 0\n    if factor > 90:\n"
                "        return 1\n    return factor * total",
                test("cases", PARAMETRIZED),
                test("cleanly", "assert f(-1) == 0", engine="clean"),
                test("hangs", "while True:\n    pass", timeout=1),
                test("dies", "import os\nos._exit(3)"),
                {"name": "no source"},
            ),
            cell("y = bad + 1", test("blocked", "assert y"), test("free", "assert f(0) == 0")),
            cell(
                "x.append(4)",
                test("changes", "x.append(5)\nassert len(x) == 5"),
                test("unchanged", "assert len(x) == 4"),
                test("no-python", "assert x ="),
                test("loud", "for _ in range(2_000):\n    print('x' * 500_000)\nassert False"),
                test("skips", "import unittest\nraise unittest.SkipTest('not today')"),
                test("known", "assert False", marks=["xfail"]),
            ),
        ],
    )
    return folder


@pytest.fixture(scope="module")
def beside(folder: Path) -> Ran:
    return run_pytest(folder, "--nbval-lax", "--nbq-coverage", "-rA")


def test_cell_tests_stand_behind_their_cell_and_have_clear_verdicts(beside: Ran):
    assert beside.outcomes == {
        "Cell 0": "passed",
        "Cell 1": "passed",
        "Cell 1[right]": "passed",
        "Cell 1[wrong]": "failure",
        "Cell 2": "failure",
        "Cell 2[its]": "skipped",
        "Cell 3": "passed",
        "Cell 3[cases]": "failure",
        "Cell 3[cleanly]": "passed",
        "Cell 3[hangs]": "failure",
        "Cell 3[dies]": "failure",
        "Cell 3[malformed-5]": "failure",
        "Cell 4": "failure",
        "Cell 4[blocked]": "skipped",
        "Cell 4[free]": "skipped",
        "Cell 5": "passed",
        "Cell 5[changes]": "passed",
        "Cell 5[unchanged]": "passed",
        "Cell 5[no-python]": "failure",
        "Cell 5[loud]": "failure",
        "Cell 5[skips]": "skipped",
        "Cell 5[known]": "skipped",
    }
    assert list(beside.outcomes)[:4] == ["Cell 0", "Cell 1", "Cell 1[right]", "Cell 1[wrong]"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("Cell 1[wrong]", ["about wrong", "assert 6 == 7", "in a child of the kernel"]),
        ("Cell 2[its]", ["blocked by Cell 2", "ZeroDivisionError"]),
        ("Cell 4[blocked]", ["blocked by Cell 2"]),
        ("Cell 3[cases]", ["assert 18 == 17", "failed   test_f[3-17]", "passed   test_f[1-6]"]),
        ("Cell 3[hangs]", ["did not end within 1 s", "in a fresh kernel"]),
        ("Cell 3[dies]", ["died"]),
        ("Cell 3[malformed-5]", ["`name` must be made of"]),
        ("Cell 5[no-python]", ["not Python"]),
        ("Cell 5[skips]", ["not today"]),
    ],
)
def test_report_says_what_went_wrong(beside: Ran, item: str, words: list[str]):
    for word in words:
        assert word in beside.messages[item] or word in beside.text
    assert "Traceback" not in beside.messages[item]
    assert "pytest_plugin" not in beside.messages[item]


def test_what_a_test_prints_is_kept_short(beside: Ran):
    assert 0 < len(beside.text) < 1_000_000


def test_report_in_xml_names_cell_and_test(beside: Ran):
    found = beside.properties["Cell 1[right]"]
    assert (found["test"], found["title"], found["engine"]) == ("right", "about right", "fork")
    assert found["cell-number"] == "3"
    assert found["cell"]


def test_coverage_tells_lines_that_no_test_ran(beside: Ran):
    # Line 3 ran in a kernel of its own.
    assert "story.ipynb::Cell 3: 4 of 5 lines of functions, not 5" in beside.text


def test_each_test_has_its_own_time(beside: Ran):
    # They are asked for together, the first of them for all.
    took = {name: beside.seconds[f"Cell 5[{name}]"] for name in ("changes", "unchanged", "loud")}
    assert 0 < took["unchanged"] < took["loud"]
    assert took["changes"] < took["loud"]


def test_what_ends_its_kernel_harms_no_other_test(tmp_path: Path):
    path = tmp_path / "a.ipynb"
    write(
        path,
        [
            cell(
                "x = 1",
                *_killing(),
                test("after", "assert x == 1"),
                test("own", "assert x == 2", marks=["xfail", "mine"]),
            ),
            cell("import os\nos._exit(1)", test("dead", "assert True")),
            cell("y = x", test("later", "assert y == 1")),
            cell("z = x + 1", test("last", "assert z == 2")),
        ],
        kernel="gone",
    )
    ran = run_pytest(tmp_path, "--nbquality", "--strict-markers", "-W", "error")
    assert ran.outcomes == {
        "cell 1[before]": "passed",
        "cell 1[kills]": "failure",
        "cell 1[after]": "passed",
        "cell 1[own]": "skipped",
        "cell 2[dead]": "failure",
        "cell 3[later]": "passed",
        "cell 4[last]": "passed",
    }
    assert "The test took the kernel with it." in ran.messages["cell 1[kills]"]
    assert "blocked by cell 2, which did not end" in ran.messages["cell 2[dead]"]
    assert "its kernel `gone` is not installed; its tests ran in `python3`" in ran.text
    # Where nbval's kernel is killed, what comes behind has one of its own.
    write(path, [cell("x = 1", *_killing())])
    ran = run_pytest(tmp_path, "--nbval-lax")
    assert ran.outcomes == {
        "Cell 0": "passed",
        "Cell 0[before]": "passed",
        "Cell 0[kills]": "failure",
    }


def _killing() -> list[dict[str, object]]:
    kill = "import os\nos.kill(os.getppid(), 9)"
    return [test("before", "assert x == 1"), test("kills", kill)]


def test_only_what_failed_runs_again(beside: Ran, folder: Path):
    """Reads what the first run left in pytest's cache."""
    other = write(folder / "zzz.ipynb", [cell("x = 1", test("t", "assert x"))])
    again = run_pytest(folder, "--nbval-lax", "--lf", "--collect-only", "-q")
    other.unlink()
    failed = [name for name, outcome in beside.outcomes.items() if outcome == "failure"]
    found = [line.partition("::")[2] for line in again.text.splitlines() if "::" in line]
    assert found == failed


def test_alone_tests_run_after_what_they_need(folder: Path, beside: Ran):
    before = (folder / "story.ipynb").read_bytes()
    ran = run_pytest(
        folder, "--nbquality", "-k", "right or its or cases or blocked or free or unchanged"
    )
    assert ran.outcomes == {
        "cell 3[right]": "passed",
        "cell 4[its]": "failure",
        "cell 5[cases]": "failure",
        "cell 6[blocked]": "failure",
        "cell 6[free]": "failure",
        "cell 7[unchanged]": "passed",
    }
    assert "blocked by cell 4, which raised ZeroDivisionError" in ran.messages["cell 6[blocked]"]
    assert (folder / "story.ipynb").read_bytes() == before


def test_one_node_runs_what_it_needs_in_a_kernel_of_its_own(folder: Path, beside: Ran):
    ran = run_pytest(folder, "--nbval-lax", "story.ipynb::Cell 5[unchanged]", "-vv")
    assert ran.outcomes == {"Cell 5[unchanged]": "passed"}


def test_notebook_that_is_torn_apart_is_told_and_tested_all_the_same(folder: Path, beside: Ran):
    ran = run_pytest(
        folder,
        "--nbval-lax",
        "-n",
        "1",
        "--dist",
        "load",
        "-k",
        "right or unchanged or changes",
        plugins=(*PLUGINS, "xdist"),
    )
    assert set(ran.outcomes.values()) == {"passed"}
    assert len(ran.outcomes) == 3
    assert "--dist load tears notebooks apart" in ran.text


def test_plugin_is_loaded_wherever_the_package_is_installed():
    (found,) = entry_points(group="pytest11", name="nbquality")
    assert found.value == PLUGINS[1]


def test_collecting_starts_no_kernel(tmp_path: Path):
    write(tmp_path / "a.ipynb", [cell("x = 1", test("t", "assert x"))], kernel="none-such")
    for option, label in (("--nbval", "Cell 0"), ("--nbquality", "cell 1")):
        ran = run_pytest(tmp_path, option, "--collect-only", "-q")
        assert ran.status == 0
        assert f"a.ipynb::{label}[t]" in ran.text


def test_plugin_imports_hardly_anything_where_no_notebook_is_asked_for():
    code = (
        "import sys, pytest; before = set(sys.modules); import jupyter_nbquality.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['jupyter_nbquality', 'jupyter_nbquality.pytest_plugin']"


def test_unreadable_notebook_is_one_sentence(tmp_path: Path):
    (tmp_path / "a.ipynb").write_text("no json")
    ran = run_pytest(tmp_path, "--nbquality")
    assert ran.status == 2
    assert "Traceback" not in ran.text
    shutil.rmtree(tmp_path)
