"""The clean engine: a fresh kernel runs the cells that tests need, and then the tests.

Tests that can share a run of the cells do: each is then forked from the kernel, so that none sees
what another did. What does not end in a forked child runs once more in a kernel of its own.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.execution.fresh_kernel import KERNEL_DIED, KernelTroubleError
from jupyter_nbquality.execution.test_run import (
    RunRequest,
    TestResult,
    TestToRun,
    decode,
    expression_for,
)
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.testing.items import TestItem
from jupyter_nbquality.testing.needs import needed_lines
from jupyter_nbquality.testing.slice_kernel import CellStep, Setting, SliceKernel, steps_for

TEST_SECONDS = 10.0
TOOK_KERNEL = "The test took the kernel with it."
_ANSWER_SECONDS = 20.0
"""What a kernel may take beyond the time of the test itself."""


class PlannedTest(msgspec.Struct, frozen=True):
    """A test to run.

    Attributes:
        cell: The id of its cell.
        place: The place of that among all cells, from 0.
        test: What is run.
        needs: What is run before it.
    """

    cell: str
    place: int
    test: TestToRun
    needs: list[CellStep]


class CleanPlan(msgspec.Struct, frozen=True):
    """Tests to run, and what is run for them.

    Attributes:
        tests: The tests, in document order.
        steps: What any of them needs.
    """

    tests: list[PlannedTest]
    steps: list[CellStep]


class CleanResult(msgspec.Struct, frozen=True):
    """What came of a test.

    Attributes:
        cell: The id of its cell.
        result: What came of it.
    """

    cell: str
    result: TestResult


def clean_plan(notebook: Notebook, items: Sequence[TestItem], dataflow: Dataflow) -> CleanPlan:
    """Says what has to be run for tests.

    Args:
        notebook: The document.
        items: Tests of it, in document order.
        dataflow: What is known of it.
    """
    cells = dataflow.cells
    wanted: dict[str, set[int]] = {}
    tests = []
    for item in items:
        needed = needed_lines(dataflow, notebook, item.place, item.test.source)
        for cell, lines in needed.items():
            wanted.setdefault(cell, set()).update(lines)
        tests.append(
            PlannedTest(
                item.cell,
                item.place,
                TestToRun(
                    item.test.name,
                    item.test.source,
                    item.test.timeout or TEST_SECONDS,
                    item.test.marks,
                ),
                steps_for(notebook, cells, needed),
            )
        )
    return CleanPlan(tests, steps_for(notebook, cells, wanted))


def run_cleanly(
    plan: CleanPlan,
    setting: Setting,
    progress: Callable[[float, str], None] = lambda _share, _label: None,
    stop: Event | None = None,
    *,
    covers: bool = False,
) -> Iterator[CleanResult]:
    """Runs tests in fresh kernels.

    Args:
        plan: Which, and what they need.
        setting: Where and how.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.
        covers: Whether the lines of cells are told that each test ran.

    Yields:
        What came of each, in order.

    Raises:
        CancelledError: Nobody wants it any more.
    """
    can_share = sys.platform.startswith("linux")
    shared = SliceKernel(plan.steps, setting, stop)
    try:
        for number, planned in enumerate(plan.tests):
            label = f"Testing cell {planned.place + 1}: {planned.test.name}"
            progress(number / len(plan.tests), label)
            if "skip" in planned.test.marks:
                # What it needs is not run for it.
                message = "It is marked `skip`."
                skipped = TestResult(planned.test.name, "skipped", "clean", message=message)
                yield CleanResult(planned.cell, skipped)
                continue
            began = time.monotonic()
            result = _in_shared(planned, shared, covers=covers) if can_share else None
            if result is None:
                result = _alone(planned, setting, stop, covers=covers)
            if result.status == "blocked":
                result = msgspec.structs.replace(result, seconds=time.monotonic() - began)
            yield CleanResult(planned.cell, result)
    finally:
        shared.close()
    if plan.tests:
        progress(1.0, "")


def _in_shared(planned: PlannedTest, kernel: SliceKernel, *, covers: bool) -> TestResult | None:
    """Runs a test in a child of the kernel; gives nothing where it has to run alone."""
    try:
        kernel.reach(planned.place)
    except KernelTroubleError:
        # Perhaps it is no cell of this test that ends the kernel.
        kernel.close()
        return None
    blocked = _blocked(planned, kernel)
    if blocked is not None:
        return blocked
    began = time.monotonic()
    try:
        result = _asked(planned, kernel, "fork", covers=covers)
    except KernelTroubleError as error:
        kernel.close()
        if str(error) == KERNEL_DIED:
            # From its child. In the kernel itself it would reach who started that: us.
            took = time.monotonic() - began
            return TestResult(planned.test.name, "died", "clean", took, TOOK_KERNEL)
        return None
    return result if result.status not in ("timeout", "died") else None


def _alone(
    planned: PlannedTest, setting: Setting, stop: Event | None, *, covers: bool
) -> TestResult:
    """Runs a test in a kernel that nobody else uses."""
    kernel = SliceKernel(planned.needs, setting, stop)
    test = planned.test
    try:
        try:
            kernel.reach(planned.place)
        except KernelTroubleError as error:
            blocked = _blocked(planned, kernel)
            return blocked or TestResult(test.name, "error", "clean", message=str(error))
        blocked = _blocked(planned, kernel)
        if blocked is not None:
            return blocked
        began = time.monotonic()
        try:
            return _asked(planned, kernel, "shared", covers=covers)
        except KernelTroubleError as error:
            died = str(error) == KERNEL_DIED
            message = TOOK_KERNEL if died else f"It did not end within {test.timeout:g} s."
            status: Literal["died", "timeout"] = "died" if died else "timeout"
            took = time.monotonic() - began
            return TestResult(test.name, status, "clean", took, message)
    finally:
        kernel.close()


def _asked(
    planned: PlannedTest, kernel: SliceKernel, engine: Literal["fork", "shared"], *, covers: bool
) -> TestResult:
    cells = {step.cell: step.source for step in kernel.steps} if covers else {}
    request = RunRequest([planned.test], engine, coverage=covers, cells=cells)
    told = kernel.evaluate(expression_for(request), planned.test.timeout + _ANSWER_SECONDS)
    try:
        (result,) = decode(told).results
    except ValueError as error:
        return TestResult(planned.test.name, "error", "clean", message=str(error))
    return msgspec.structs.replace(result, engine="clean")


def _blocked(planned: PlannedTest, kernel: SliceKernel) -> TestResult | None:
    """Tells which cell that a test needs did not run."""
    for step in planned.needs:
        ended = kernel.ended.get(step.cell)
        if ended is None or ended.end == "ran":
            continue
        why = ended.why.rstrip(".") if ended.end == "died" else ended.why
        message = f"Blocked by cell {step.place + 1}, {why}."
        return TestResult(planned.test.name, "blocked", "clean", message=message)
    return None
