"""Tests of cells in fresh kernels, after what they need."""

import sys
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.execution.fresh_kernel import CancelledError
from jupyter_nbquality.execution.test_run import TestResult
from jupyter_nbquality.metadata import CellTest, with_cell_tests
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.testing.clean import CleanPlan, clean_plan, run_cleanly
from jupyter_nbquality.testing.items import TestKey, items_of
from jupyter_nbquality.testing.slice_kernel import Setting

SECONDS = 1.5


def notebook(*cells: tuple[str, dict[str, str]], **tags: list[str]) -> Notebook:
    """Makes cells ``c1``, ``c2`` … of sources with tests by name."""
    return Notebook(
        "nb.ipynb",
        [
            Cell(
                f"c{number}",
                "code",
                source,
                tags=tags.get(f"c{number}", []),
                metadata=with_cell_tests(
                    {},
                    [
                        CellTest(name=name, source=text, timeout=SECONDS)
                        for name, text in tests.items()
                    ],
                ),
            )
            for number, (source, tests) in enumerate(cells, 1)
        ],
    )


def planned(document: Notebook, *wanted: tuple[str, str]) -> CleanPlan:
    keys = [TestKey(*each) for each in wanted] if wanted else None
    dataflow = Dataflow()
    dataflow.update(document)
    return clean_plan(document, items_of(document, keys), dataflow)


def results(plan: CleanPlan, folder: Path, **how: Any) -> dict[str, TestResult]:
    told = run_cleanly(plan, Setting("python3", folder, 30.0), **how)
    return {f"{each.cell}.{each.result.name}": each.result for each in told}


SLICES = notebook(
    ("xs = [1, 2, 3]\nunused = open('log.txt', 'a').write('x')", {}),
    ("1 / 0", {}),
    ("total = sum(xs)", {"six": "assert total == 6", "seven": "assert total == 7"}),
    ("xs.append(4)", {"four": "def test_four():\n    assert len(xs) == 4"}),
    ("more = 1 / 0 if xs else 0", {}),
    ("last = more + 1", {"blocked": "assert last", "other": "assert xs[0] == 1"}),
)


def test_what_a_test_needs() -> None:
    plan = planned(SLICES, ("c3", "six"))
    (test,) = plan.tests
    assert [(step.cell, step.source) for step in test.needs] == [
        ("c1", "xs = [1, 2, 3]\n"),
        ("c3", "total = sum(xs)"),
    ]
    assert plan.steps == test.needs
    assert planned(SLICES, ("c9", "no"), ("c3", "no")).tests == []


def test_runs_what_is_needed_and_nothing_else(tmp_path: Path) -> None:
    shares: list[float] = []
    found = results(
        planned(SLICES), tmp_path, progress=lambda share, _label: shares.append(round(share, 1))
    )
    assert {name: each.status for name, each in found.items()} == {
        "c3.six": "passed",
        "c3.seven": "failed",
        "c4.four": "passed",
        "c6.blocked": "blocked",
        "c6.other": "blocked",
    }
    assert {each.engine for each in found.values()} == {"clean"}
    assert found["c3.seven"].message == "assert 6 == 7"
    assert found["c6.blocked"].message == (
        "Blocked by cell 5, which raised ZeroDivisionError: division by zero."
    )
    assert shares == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert list(tmp_path.iterdir()) == []


def test_a_cell_that_is_no_python_blocks_its_tests(tmp_path: Path) -> None:
    document = notebook(
        ("x = 1", {}), ("y = (", {"a": "assert x == 1"}), ("# later", {"b": "assert x"})
    )
    found = results(planned(document), tmp_path)
    assert [each.status for each in found.values()] == ["blocked", "passed"]
    assert found["c2.a"].message.startswith("Blocked by cell 2, which raised SyntaxError")


def test_what_ends_badly_ends_alone(tmp_path: Path) -> None:
    document = notebook(
        ("import os, threading\nlock = threading.Lock()", {}),
        ("held = lock.acquire()\nx = 1",
         {"exits": "os._exit(1)", "hangs": "while True:\n    x += 1", "passes": "assert x == 1"}),
        ("os._exit(2)", {"dead": "assert x == 1"}),
    )  # fmt: skip
    found = results(planned(document), tmp_path)
    assert {name: each.status for name, each in found.items()} == {
        "c2.exits": "died",
        "c2.hangs": "timeout",
        "c2.passes": "passed",
        "c3.dead": "blocked",
    }
    assert found["c2.exits"].message == "The test took the kernel with it."
    assert 0 < found["c2.exits"].seconds < 5
    assert found["c3.dead"].message == "Blocked by cell 3, which did not end: The kernel died."


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_what_hangs_in_a_child_alone_passes(tmp_path: Path) -> None:
    """A pool of threads is not there in a forked child."""
    document = notebook(
        ("from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\n"
         "warm = pool.submit(abs, -1).result()",
         {"pooled": "assert pool.submit(abs, -2).result() == 2", "warm": "assert warm == 1"}),
    )  # fmt: skip
    found = results(planned(document), tmp_path)
    assert [each.status for each in found.values()] == ["passed", "passed"]


def test_marks_of_cells(tmp_path: Path) -> None:
    document = notebook(
        ("x = 1\n1 / 0", {"raises": "assert x == 1"}),
        ("y = 2", {"skipped": "assert y == 2"}),
        c1=["raises-exception"],
        c2=["nbval-skip"],
    )
    found = results(planned(document), tmp_path)
    assert [(each.status, each.message) for each in found.values()] == [
        ("passed", ""),
        ("blocked", "Blocked by cell 2, which is skipped."),
    ]


def test_is_given_up(tmp_path: Path) -> None:
    stop = Event()
    document = notebook(("import time\ntime.sleep(60)\nx = 1", {"a": "assert x"}))
    Timer(2.0, stop.set).start()
    with pytest.raises(CancelledError):
        results(planned(document), tmp_path, stop=stop)
