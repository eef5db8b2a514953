"""A cell test as pytest sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_nbquality.execution.test_run import TestResult
from jupyter_nbquality.metadata import CellTest, cell_tests, malformed_tests
from jupyter_nbquality.notebook_file import UnreadableNotebookError, read
from jupyter_nbquality.pytest_plugin.failure import CellTestFailedError, case_lines, explained
from jupyter_nbquality.pytest_plugin.remarks import Remarks
from jupyter_nbquality.pytest_plugin.underway import BlockedError, Underway


class CellTestItem(pytest.Item):
    """A test of a cell, or an entry that cannot be read as one.

    Attributes:
        underway: What happened to its notebook.
        place: The place of its cell among all cells, from 0.
        test: The test; ``None`` where it is malformed.
        reason: Why it cannot be run at all, a sentence; else empty.
        result: What came of it; ``None`` before.
    """

    def __init__(
        self,
        *,
        underway: Underway,
        place: int,
        test: CellTest | None,
        reason: str,
        **known: Any,
    ) -> None:
        super().__init__(**known)
        self.underway = underway
        self.place = place
        self.test = test
        self.reason = reason
        self.result: TestResult | None = None
        cell = underway.notebook.cells[place]
        self.user_properties += [("cell", cell.id), ("cell-number", place + 1)]
        if test is not None:
            self.user_properties.append(("test", test.name))
            if test.title:
                self.user_properties.append(("title", test.title))
            for mark in test.marks:
                # It stands in the notebook; nobody should have to declare it once more.
                self.config.addinivalue_line("markers", f"{mark}: of tests of notebook cells")
                self.add_marker(getattr(pytest.mark, mark))

    def runtest(self) -> None:
        """Runs the test where its cell ran, or where what it needs was run for it.

        Raises:
            CellTestFailedError: It failed.
        """
        if self.test is None or self.reason:
            raise CellTestFailedError(self.reason)
        try:
            result = self.underway.run(self)
        except BlockedError as blocked:
            if blocked.is_told:
                raise _skipped(str(blocked)) from None
            raise CellTestFailedError(str(blocked)) from None
        self.result = result
        self.user_properties.append(("engine", result.engine))
        if result.output:
            self.add_report_section("call", "stdout", result.output)
        if result.cases:
            self.add_report_section("call", "cases", case_lines(result.cases))
        if result.status == "skipped":
            raise _skipped(result.message)
        if result.status != "passed":
            raise CellTestFailedError(explained(self.test, result, self.underway.label(self.place)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Shows a failure without the frames of this plugin."""
        if isinstance(excinfo.value, CellTestFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Names it in the head of its failure."""
        return self.path, 0, self.nodeid


def _skipped(reason: str) -> BaseException:
    """Makes what pytest takes for a skip of the test, rather than of a line in this file."""
    return pytest.skip.Exception(reason, _use_item_location=True)


class NotebookFile(pytest.File):
    """A notebook whose cell tests run without nbval."""

    def __init__(self, *, remarks: Remarks, **known: Any) -> None:
        super().__init__(**known)
        self._remarks = remarks

    def collect(self) -> Iterator[pytest.Item]:
        """Yields the tests of all cells."""
        try:
            notebook = read(self.path).notebook
        except (UnreadableNotebookError, OSError) as error:
            raise self.CollectError(str(error)) from None
        underway = Underway(self, notebook, self._remarks)
        for place in range(len(notebook.cells)):
            yield from items_of_cell(underway, place, underway.label(place))
        if self.config.option.nbq_flaky is not None:
            yield RepeatedItem.of(underway)


class RepeatedItem(pytest.Item):
    """Runs a notebook several times, and fails where cells do not show the same each time."""

    def __init__(self, *, underway: Underway, **known: Any) -> None:
        super().__init__(**known)
        self._underway = underway

    @classmethod
    def of(cls, underway: Underway) -> "RepeatedItem":
        """Makes the item of a notebook."""
        collector = underway.collector
        made: RepeatedItem = cls.from_parent(
            collector,
            name="repeated",
            nodeid=f"{collector.nodeid}::repeated",
            underway=underway,
        )
        return made

    def runtest(self) -> None:
        """Runs it.

        Raises:
            CellTestFailedError: Some cells are not deterministic.
        """
        from jupyter_nbquality.pytest_plugin.repeating import unsteady_cells

        told = unsteady_cells(self._underway, self.config.option.nbq_flaky)
        if told:
            raise CellTestFailedError("\n".join(told))

    repr_failure = CellTestItem.repr_failure
    reportinfo = CellTestItem.reportinfo


def items_of_cell(underway: Underway, place: int, label: str) -> Iterator[CellTestItem]:
    """Yields the items of a cell's tests, in order.

    Args:
        underway: What happens to the notebook.
        place: The place of the cell among all cells, from 0.
        label: What the ids of its items begin with.
    """
    cell = underway.notebook.cells[place]
    if "tests" not in cell.metadata:
        return
    reason = ""
    if cell.cell_type != "code":
        reason = "Tests belong to cells of code."
    elif not underway.notebook.is_python:
        reason = "Cells are tested in Python alone."
    found: list[tuple[str, CellTest | None, str]] = [
        (test.name, test, reason) for test in cell_tests(cell.metadata)
    ]
    found += [
        (f"malformed-{each.place + 1}", None, each.reason)
        for each in malformed_tests(cell.metadata)
    ]
    collector = underway.collector
    for suffix, test, why in found:
        name = f"{label}[{suffix}]"
        item: CellTestItem = CellTestItem.from_parent(
            collector,
            name=name,
            # Given, as pytest 9 would take the brackets for a name's.
            nodeid=f"{collector.nodeid}::{name}",
            underway=underway,
            place=place,
            test=test,
            reason=why,
        )
        yield item
