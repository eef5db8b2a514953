"""What has happened to a notebook in this session, and where its tests can run."""

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
import pytest

from jupyter_nbquality.config import find_config
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import libraries_of
from jupyter_nbquality.execution.fresh_kernel import (
    KERNEL_DIED,
    KernelTroubleError,
    installed_kernel,
)
from jupyter_nbquality.execution.test_run import (
    RunRequest,
    TestResult,
    TestToRun,
    decode,
    expression_for,
)
from jupyter_nbquality.metadata import CellTest
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.pytest_plugin.nbval_kernel import evaluated
from jupyter_nbquality.pytest_plugin.remarks import Remarks
from jupyter_nbquality.testing.clean import (
    TEST_SECONDS,
    TOOK_KERNEL,
    clean_plan,
    run_cleanly,
)
from jupyter_nbquality.testing.items import TestItem
from jupyter_nbquality.testing.needs import needed_lines
from jupyter_nbquality.testing.slice_kernel import CellEnd, Setting, SliceKernel, steps_for

if TYPE_CHECKING:
    from jupyter_nbquality.pytest_plugin.items import CellTestItem

CELL_SECONDS = 2_000.0
_ANSWER_SECONDS = 30.0
"""What a kernel may take beyond the time of the test itself."""
_MOST_TOGETHER = 20
"""Tests that are asked for at once."""


Lines = Mapping[str, list[int]]
"""Lines of cells, from 1, by the id of the cell."""


class BlockedError(Exception):
    """A test cannot run, as a cell that it needs did not; the message says which.

    Attributes:
        is_told: Whether nbval tells of that cell anyway.
    """

    def __init__(self, message: str, *, is_told: bool) -> None:
        super().__init__(message)
        self.is_told = is_told


class _AskAgainError(Exception):
    """A request for several tests came to nothing."""


class Underway:
    """One notebook in this session.

    Args:
        collector: Its file.
        notebook: The document.
        remarks: Takes what is to be told in the end.
        of_nbval: nbval's items of it; none where nbval does not run it.

    Attributes:
        collector: Its file.
        notebook: The document.
    """

    def __init__(
        self,
        collector: pytest.Collector,
        notebook: Notebook,
        remarks: Remarks,
        of_nbval: Sequence[Any] = (),
    ) -> None:
        self.collector = cast("Any", collector)
        self.notebook = notebook
        self._remarks = remarks
        self._labels: dict[int, str] = {}
        self._ended: dict[str, CellEnd] = {}
        self._expected: list[CellTestItem] = []
        self._flow: Dataflow | None = None
        self._slices: dict[tuple[int, str], Lines] = {}
        self._own: SliceKernel | None = None
        self._own_texts: dict[str, str] = {}
        self._asked_nbval = False
        self._ready: dict[tuple[int, str], TestResult] = {}
        self._shifts: dict[tuple[int, str], float] = {}
        self._own_lines: dict[str, set[int]] = {}
        self._deadly: set[str] = set()
        self._lonely: set[tuple[int, str]] = set()
        self._covered: dict[str, set[int]] = {}
        self._cannot_fork = sys.platform != "linux"
        self._uses_nbval = bool(of_nbval)
        if of_nbval:
            places = {id(cell): place for place, cell in enumerate(self.collector.nb.cells)}
            self._labels = {places[id(item.cell)]: item.name for item in of_nbval}
        self._places = {label: place for place, label in self._labels.items()}

    def place_of(self, item: pytest.Item) -> int:
        """Gives the place of a cell among all cells, from 0, by nbval's item of it."""
        return self._places[item.name]

    def label(self, place: int) -> str:
        """Names a cell as nbval does; without nbval, by its number among all cells, from 1."""
        return self._labels.get(place, f"cell {place + 1}")

    def expect(self, item: "CellTestItem") -> None:
        """Takes note of a test that will run."""
        self._expected.append(item)

    def leave_nbval_alone(self) -> None:
        """Keeps nbval from starting a kernel in which no cell will run."""
        if self._uses_nbval:
            self.collector.setup = lambda: None

    def note(self, item: Any, error: BaseException | None) -> None:
        """Takes note of what came of a cell that nbval ran.

        Args:
            item: nbval's item.
            error: What it raised.
        """
        cell = self.notebook.cells[self.place_of(item)].id
        kernel = self.collector.kernel
        raised = [
            f"{output['ename']}: {output['evalue']}"
            for output in item.test_outputs or ()
            if output["output_type"] == "error"
        ]
        if isinstance(error, pytest.skip.Exception):
            self._ended[cell] = CellEnd("skipped")
        elif raised and not item.options["check_exception"]:
            self._ended[cell] = CellEnd("raised", raised[0])
        elif kernel is None or not kernel.is_alive():
            # Of those that were not even tried nothing is known.
            if item.test_outputs is not None or type(error).__name__ == "NbCellError":
                self._ended[cell] = CellEnd("died", "The kernel died.")
        elif item.test_outputs is not None:
            self._ended[cell] = CellEnd("ran")

    def run(self, item: "CellTestItem") -> TestResult:
        """Runs a test, and takes note of the lines that it ran; see `_run`."""
        result = self._run(item)
        for cell, lines in result.lines.items():
            self._covered.setdefault(cell, set()).update(lines)
        return result

    def shift(self, place: int, test: CellTest) -> float:
        """Tells how many seconds a test took more than it seems, as others ran together with it."""
        return self._shifts.pop((place, test.name), 0.0)

    def covered(self) -> list[str]:
        """Tells which lines of the cells tests ran; nothing where nobody asked for that."""
        if not self.collector.config.option.nbq_coverage or not self._expected:
            return []
        from jupyter_nbquality.pytest_plugin.coverage import told

        places = {cell.id: place for place, cell in enumerate(self.notebook.cells)}
        cells = {
            cell: (f"{self.collector.nodeid}::{self.label(places[cell])}", known)
            for cell, known in self._dataflow().cells.items()
        }
        return told(cells, self._covered)

    def _asked(
        self,
        place: int,
        test: CellTest,
        texts: Mapping[str, str],
        evaluate: Callable[[str, float], str],
        *,
        again: bool = False,
    ) -> TestResult:
        """Runs a test in a kernel, and with it others of its cell that need no more than it does.

        Args:
            place: The place of its cell.
            test: The test.
            texts: The cells as they ran in the kernel, by their ids.
            evaluate: Evaluates an expression there, for so many seconds at most.
            again: Whether the kernel was asked before.

        Raises:
            KernelTroubleError: The kernel died, or did not answer.
        """
        tests = self._together(place, test)
        engine: Literal["fork", "shared"] = "shared" if test.engine == "shared" else "fork"
        covers = bool(self.collector.config.option.nbq_coverage)
        request = RunRequest(
            [TestToRun(each.name, each.source, each.timeout or 0.0) for each in tests],
            engine,
            coverage=covers,
            cells=dict(texts) if covers else {},
        )
        seconds = sum(each.timeout or TEST_SECONDS for each in tests) + _ANSWER_SECONDS
        try:
            reply = decode(evaluate(expression_for(request, again=again), seconds))
        except KernelTroubleError:
            # Which of them it was is seen when each is asked for by itself.
            self._lonely.update((place, each.name) for each in tests)
            if len(tests) > 1:
                raise _AskAgainError from None
            raise
        self._shifts[place, test.name] = 0.0
        for each, result in zip(tests, reply.results, strict=True):
            self._ready[place, each.name] = result
            if each is test:
                continue
            # They took their time while this test was waited for.
            self._shifts[place, each.name] = result.seconds
            self._shifts[place, test.name] -= result.seconds
        return self._ready.pop((place, test.name))

    def _together(self, place: int, test: CellTest) -> list[CellTest]:
        if test.engine == "shared" or (place, test.name) in self._lonely:
            return [test]
        needed = self._needed(place, test)
        others = [
            item.test
            for item in self._expected
            if item.place == place and item.test is not None and item.result is None
        ]
        fitting = [
            each
            for each in others
            if each.name != test.name
            and each.engine in (None, "fork")
            and (place, each.name) not in self._ready
            and (place, each.name) not in self._lonely
            and all(
                set(lines) <= set(needed.get(cell, ()))
                for cell, lines in self._needed(place, each).items()
            )
        ]
        return [test, *fitting[: _MOST_TOGETHER - 1]]

    def _run(self, item: "CellTestItem") -> TestResult:
        """Runs a test: in nbval's kernel where all that it needs ran there, else in one of our own.

        Raises:
            BlockedError: A cell that it needs did not run.
        """
        test = item.test
        assert test is not None  # What is malformed is not run.
        needed = self._needed(item.place, test)
        self._refuse_blocked(self._ended, needed, is_told=True)
        try:
            result = self._first_run(item.place, test, needed)
        except KernelTroubleError as error:
            engine = test.engine or "fork"
            if (item.place, test.name) in self._lonely and str(error) == KERNEL_DIED:
                # Run unforked, it would end pytest as it ended the kernel.
                return TestResult(test.name, "died", engine, message=TOOK_KERNEL)
            return TestResult(test.name, "error", engine, message=str(error))
        except ValueError as error:
            return TestResult(test.name, "error", test.engine or "fork", message=str(error))
        if result.engine == "fork" and result.status in ("timeout", "died"):
            return self._fallen_back(item, test, result)
        return result

    def _first_run(self, place: int, test: CellTest, needed: Lines) -> TestResult:
        """Runs a test where it should, in a request with others if it may.

        Raises:
            BlockedError: A cell that it needs did not run.
            KernelTroubleError: The kernel died, or did not answer, with this test alone.
            ValueError: What the kernel answered cannot be read.
        """
        while True:
            try:
                if test.engine == "clean" or (self._cannot_fork and test.engine is None):
                    return self._cleanly(place, test)
                if (place, test.name) in self._ready:
                    return self._ready.pop((place, test.name))
                if self._ran_before(needed, place):
                    texts = {cell.id: cell.source for cell in self.notebook.cells}
                    evaluate = functools.partial(evaluated, self.collector.kernel)
                    again, self._asked_nbval = self._asked_nbval, True
                    return self._asked(place, test, texts, evaluate, again=again)
                return self._in_own_kernel(place, test, needed)
            except _AskAgainError:
                continue

    def setting(self) -> Setting:
        """Tells where and how cells run without nbval: as they do with it.

        Raises:
            KernelTroubleError: No kernel is installed.
        """
        option = self.collector.config.option
        name = getattr(option, "nbval_kernel_name", None) or self.notebook.kernelspec or "python3"
        if getattr(option, "nbval_current_env", False):
            name = "python3"
        if (runs_in := installed_kernel(name)) != name:
            self._remarks.add(
                f"{self.collector.nodeid}: its kernel `{name}` is not installed; "
                f"its tests ran in `{runs_in}`."
            )
        seconds = getattr(option, "nbval_cell_timeout", CELL_SECONDS)
        return Setting(name, self.collector.path.absolute().parent, seconds)

    def close(self) -> None:
        """Ends the kernel of our own."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def _fallen_back(
        self,
        item: "CellTestItem",
        test: CellTest,
        forked: TestResult,
    ) -> TestResult:
        """Runs a test in a fresh kernel that did not end in a forked child."""
        result = self._cleanly(item.place, test)
        if result.status not in ("timeout", "died"):
            # Then it is not the test's fault.
            self._cannot_fork = True
            self._remarks.add(
                f"{item.nodeid} ran in a fresh kernel, as it did not end in a forked child of the "
                f"notebook's: {forked.message}"
            )
        else:
            # The child could tell more of its end than a kernel can.
            result = msgspec.structs.replace(
                result,
                message=forked.message,
                detail=forked.detail,
                output=forked.output,
                line=forked.line,
                seconds=forked.seconds,
            )
        return msgspec.structs.replace(
            result, fell_back="timeout" if forked.status == "timeout" else "died"
        )

    def _needed(self, place: int, test: CellTest) -> Lines:
        """Gives what a test needs to run before."""
        key = (place, test.name)
        if key not in self._slices:
            self._slices[key] = needed_lines(self._dataflow(), self.notebook, place, test.source)
        return self._slices[key]

    def _dataflow(self) -> Dataflow:
        if self._flow is None:
            try:
                libraries = libraries_of(find_config(self.collector.path).libraries)
            except ValueError as error:
                self._remarks.add(f"{self.collector.nodeid}: {error}")
                libraries = libraries_of()
            self._flow = Dataflow(libraries)
            self._flow.update(self.notebook)
        return self._flow

    def _refuse_blocked(
        self, ended: Mapping[str, CellEnd], needed: Lines, *, is_told: bool
    ) -> None:
        for place, cell in enumerate(self.notebook.cells):
            known = ended.get(cell.id)
            if cell.id not in needed or known is None or known.end == "ran":
                continue
            raise BlockedError(
                f"blocked by {self.label(place)}, {known.why}",
                is_told=is_told or known.end == "skipped",
            )

    def _ran_before(self, needed: Lines, place: int) -> bool:
        """Tells whether nbval's kernel is as the notebook is after a cell, for what is needed."""
        kernel = self.collector.kernel if self._uses_nbval else None
        if kernel is None or not kernel.is_alive():
            return False
        ran = [self.notebook.index_of(cell) for cell in self._ended]
        in_order = all(one < other for one, other in pairwise(ran))
        return in_order and bool(ran) and ran[-1] <= place and needed.keys() <= self._ended.keys()

    def _in_own_kernel(self, place: int, test: CellTest, needed: Lines) -> TestResult:
        """Runs a test in a kernel that it shares with others that cannot run in nbval's."""
        while True:
            own = self._kernel_for(needed)
            try:
                own.reach(place)
                break
            except KernelTroubleError:
                deadly = {cell for cell, known in own.ended.items() if known.end == "died"}
                # What does not need that cell runs without it, in another kernel.
                self._deadly |= deadly
                self.close()
                self._refuse_blocked(own.ended, needed, is_told=False)
                if not deadly:
                    raise
        self._refuse_blocked(own.ended, needed, is_told=False)
        try:
            return self._asked(place, test, self._own_texts, own.evaluate)
        except (KernelTroubleError, _AskAgainError):
            self.close()
            raise

    def _kernel_for(self, needed: Lines) -> SliceKernel:
        """Gives a kernel that can run what a test needs, and what the other tests do, too."""
        if self._own is not None:
            if all(self._own_lines.get(cell, set()).issuperset(needed[cell]) for cell in needed):
                return self._own
            self.close()
        union = {cell: set(lines) for cell, lines in needed.items()}
        for item in self._expected:
            if item.test is None or item.reason:
                continue
            others = self._needed(item.place, item.test)
            if self._deadly.isdisjoint(others):
                for cell, lines in others.items():
                    union.setdefault(cell, set()).update(lines)
        steps = steps_for(self.notebook, self._dataflow().cells, union)
        self._own = SliceKernel(steps, self.setting())
        self._own_lines = union
        self._own_texts = {step.cell: step.source for step in steps}
        self.collector.addfinalizer(self.close)
        return self._own

    def _cleanly(self, place: int, test: CellTest) -> TestResult:
        """Runs a test in a kernel that nobody else uses."""
        # Its marks are pytest's own business here.
        unmarked = msgspec.structs.replace(test, marks=[])
        items = [TestItem(self.notebook.cells[place].id, place, unmarked)]
        plan = clean_plan(self.notebook, items, self._dataflow())
        covers = bool(self.collector.config.option.nbq_coverage)
        (told,) = run_cleanly(plan, self.setting(), covers=covers)
        if told.result.status == "blocked":
            raise BlockedError(told.result.message, is_told=False)
        return told.result
