"""Time tests of cells: `python benchmarks/bench_tests.py [NOTEBOOK …] [--rounds N]`.

First, from the click to the result, in a live kernel that holds a gigabyte of arrays: bare asserts,
and fixtures and parameters of pytest. Processor time is that of the kernel and of all that it
forks. Then the clean engine on real notebooks: how long the cells take that a test of a cell needs,
and how long all cells up to it. Last, the tests that the notebooks carry, each many times: no
verdict may change. Without notebooks those of `examples/` and of `benchmarks/notebooks/` are
tried. Linux.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.execution.fresh_kernel import FreshKernel, KernelTroubleError, fresh_kernel
from jupyter_nbquality.execution.test_run import RunRequest, TestToRun, decode, expression_for
from jupyter_nbquality.execution.workspace import workspace
from jupyter_nbquality.testing.clean import clean_plan
from jupyter_nbquality.testing.items import items_of
from jupyter_nbquality.testing.needs import needed_lines
from jupyter_nbquality.testing.slice_kernel import CellStep, Setting, SliceKernel, steps_for

HERE = Path(__file__).resolve().parent
MOST_BARE = 0.050
MOST_PYTEST = 0.200
CELL_SECONDS = 300.0
SETTING = """
import numpy as np, pandas as pd, matplotlib.pyplot as plt
arrays = [np.ones((100, 125_000)) for _ in range(10)]
xs = [1, 2, 3]
"""
BARE = "assert sum(xs) == 6\nassert len(arrays) == 10"
WITH_PYTEST = """
import pytest

@pytest.fixture
def first():
    return arrays[0]

@pytest.mark.parametrize("row, expected", [(0, 125_000), (1, 125_000), (2, 125_000)])
def test_sum(first, row, expected):
    assert first[row].sum() == pytest.approx(expected)
"""


def main() -> int:
    """Prints both tables; 1 where a click takes too long."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=15, help="clicks of each kind")
    parser.add_argument("--repeat", type=int, default=100, help="runs of each test, 0 for none")
    arguments = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("Kernels are forked on Linux alone.")
        return 0
    is_fast = clicks(arguments.rounds)
    found = arguments.notebooks or [
        path
        for folder in (HERE / "notebooks", HERE.parent / "examples")
        for path in sorted(folder.glob("*.ipynb"))
    ]
    slices(found)
    is_steady = repeated(found, arguments.repeat)
    return 0 if is_fast and is_steady else 1


def clicks(rounds: int) -> bool:
    """Times tests in a live kernel; tells whether they are fast enough."""
    print(
        "| a click | median | fastest | first | processor time | asked |\n|---|--:|--:|--:|--:|--:|"
    )
    is_fast = True
    with tempfile.TemporaryDirectory() as folder, fresh_kernel("python3", Path(folder)) as kernel:
        size = kernel.run(SETTING + "sum(each.nbytes for each in arrays)", 120)
        assert size.outputs[-1].data["text/plain"] == "1000000000", size
        process = int(kernel.run("import os; os.getpid()", 20).outputs[-1].data["text/plain"])
        for label, tests, asked in (
            ("bare asserts", [BARE], MOST_BARE),
            ("fixture and parameters, pytest", [WITH_PYTEST], MOST_PYTEST),
            ("10 tests with bare asserts", [BARE] * 10, None),
            ("10 tests with pytest", [WITH_PYTEST] * 10, None),
        ):
            times, processor = click(kernel, process, tests, rounds)
            median = statistics.median(times[1:])
            is_fast = is_fast and (asked is None or median <= asked)
            print(
                f"| {label} | {median * 1e3:.0f} ms | {min(times) * 1e3:.0f} ms "
                f"| {times[0] * 1e3:.0f} ms | {processor * 1e3:.0f} ms "
                f"| {f'{asked * 1e3:.0f} ms' if asked is not None else ''} |",
                flush=True,
            )
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.\n")
    return is_fast


def click(
    kernel: FreshKernel, process: int, tests: list[str], rounds: int
) -> tuple[list[float], float]:
    """Runs tests some times; gives the seconds of each, and those of the processor for one."""
    request = RunRequest([TestToRun(str(at), source) for at, source in enumerate(tests)])
    times = []
    before = ticks(process)
    for _ in range(rounds):
        began = time.perf_counter()
        reply = decode(kernel.evaluate(expression_for(request), 60))
        times.append(time.perf_counter() - began)
        assert {result.status for result in reply.results} == {"passed"}, reply
    time.sleep(0.2)  # The children end behind our backs.
    return times, (ticks(process) - before) / rounds


def ticks(process: int) -> float:
    """Gives the processor time of a process and of its children that ended, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def slices(paths: list[Path]) -> None:
    """Times what a test of the last cell that parses needs, and all cells up to it."""
    print("| notebook | cells up to it | needed | all of them | what is needed | share |")
    print("|---|--:|--:|--:|--:|--:|")
    sums = [0.0, 0.0]
    for path in paths:
        notebook = notebook_file.read(path).notebook
        dataflow = Dataflow()
        dataflow.update(notebook)
        code = [
            place
            for place, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and dataflow.cells[cell.id].statements
        ]
        if not notebook.is_python or not code:
            continue
        place = code[-1]
        needed = needed_lines(dataflow, notebook, place, "assert True")
        part = steps_for(notebook, dataflow.cells, needed)
        whole = [
            CellStep(notebook.cells[at].id, at, notebook.cells[at].source, may_raise=True)
            for at in code
        ]
        try:
            times = [timed(steps, place, path) for steps in (whole, part)]
        except KernelTroubleError as error:
            print(f"| {path.name} | {len(whole)} | {len(part)} | {error} | | |")
            continue
        sums = [one + other for one, other in zip(sums, times, strict=True)]
        print(
            f"| {path.name} | {len(whole)} | {len(part)} | {times[0]:.2f} s | {times[1]:.2f} s "
            f"| {times[1] / times[0]:.0%} |",
            flush=True,
        )
    if sums[0]:
        print(f"| **all** | | | {sums[0]:.1f} s | {sums[1]:.1f} s | {sums[1] / sums[0]:.0%} |")


def repeated(paths: list[Path], times: int) -> bool:
    """Runs each test of notebooks many times; tells whether its verdict was always the same."""
    counted = changed = 0
    for path in paths if times else ():
        notebook = notebook_file.read(path).notebook
        items = items_of(notebook)
        if not items:
            continue
        dataflow = Dataflow()
        dataflow.update(notebook)
        plan = clean_plan(notebook, items, dataflow)
        with workspace(path.resolve().parent) as work:
            kernel = SliceKernel(plan.steps, Setting("python3", work.folder, CELL_SECONDS))
            for planned in plan.tests:
                kernel.reach(planned.place)
                request = RunRequest([planned.test] * 10)
                verdicts = {
                    (result.status, result.message)
                    for _ in range(times // 10)
                    for result in decode(kernel.evaluate(expression_for(request), 600)).results
                }
                counted += 1
                if len(verdicts) > 1:
                    changed += 1
                    print(f"{path.name}, {planned.test.name}: {sorted(verdicts)}")
            kernel.close()
    if times:
        print(f"\n{counted} tests, each {times} times: {changed} gave more than one verdict.")
    return not changed


def timed(steps: list[CellStep], place: int, path: Path) -> float:
    """Runs cells in a fresh kernel; gives the seconds without its start."""
    with workspace(path.resolve().parent) as work:
        kernel = SliceKernel(steps, Setting("python3", work.folder, CELL_SECONDS))
        try:
            kernel.reach(-1)
            began = time.perf_counter()
            kernel.reach(place)
            return time.perf_counter() - began
        finally:
            kernel.close()


if __name__ == "__main__":
    sys.exit(main())
