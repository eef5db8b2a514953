"""Finds the tests of cells, and puts each behind nbval's item of its cell."""

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_nbquality.pytest_plugin.remarks import Remarks

if TYPE_CHECKING:
    from jupyter_nbquality.pytest_plugin.underway import Underway

_KEY = "nbquality"
_SCOPED = frozenset({"no", "loadscope", "loadfile"})


class Collecting:
    """The hooks that are there when notebooks are asked for.

    Args:
        config: Of pytest.
        compares: Whether nbval collects the notebooks.

    Attributes:
        remarks: What is told in the end.
    """

    def __init__(self, config: pytest.Config, *, compares: bool) -> None:
        self._config = config
        self._compares = compares
        self._underway: dict[pytest.Collector, Underway] = {}
        self._tested: dict[pytest.Collector, Underway] = {}
        self.remarks = Remarks()
        option = config.option
        self._mends = compares and (
            option.nbq_mend
            or option.nbq_normalise is not None
            or option.nbq_rtol is not None
            or option.nbq_atol is not None
        )
        if option.nbq_normalise is not None:
            from jupyter_nbquality.pytest_plugin.outputs import chosen_normalisers

            try:
                chosen_normalisers(option.nbq_normalise)
            except ValueError as error:
                raise pytest.UsageError(str(error)) from None
        distribution = getattr(option, "dist", "no")
        if distribution not in _SCOPED:
            self.remarks.add(
                f"--dist {distribution} tears notebooks apart, so that their cells run without "
                "those before; use --dist loadfile."
            )

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collects a notebook, where nbval does not."""
        if self._compares or file_path.suffix != ".ipynb":
            return None
        from jupyter_nbquality.pytest_plugin.durations import register_durations
        from jupyter_nbquality.pytest_plugin.items import NotebookFile

        register_durations(self._config)
        return NotebookFile.from_parent(parent, path=file_path, remarks=self.remarks)

    # The innermost of all wrappers, as that of `--lf` has to see these items.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Puts the tests of cells among what nbval collected.

        A collector of our own would have a kernel of its own.
        """
        report = yield
        if self._compares and report.passed and _is_of_nbval(collector, "IPyNbFile"):
            report.result = self._with_tests(collector, report.result)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Notes what came of nbval's cells."""
        underway = self._underway.get(item.parent) if item.parent is not None else None
        if underway is None or not _is_of_nbval(item, "IPyNbCell"):
            return (yield)
        try:
            yield
        except BaseException as error:
            underway.note(item, error)
            raise
        underway.note(item, None)
        return None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Sees which tests will run, and starts no kernel of nbval in which no cell will."""
        items = sys.modules.get("jupyter_nbquality.pytest_plugin.items")
        if items is None or self._config.option.collectonly:
            return
        of_nbval = set()
        for item in session.items:
            if isinstance(item, items.CellTestItem):
                item.underway.expect(item)
                self._tested[item.underway.collector] = item.underway
            elif item.parent in self._underway:
                of_nbval.add(item.parent)
        for collector, underway in self._underway.items():
            if collector not in of_nbval:
                underway.leave_nbval_alone()

    def pytest_sessionfinish(self) -> None:
        """Gathers what is to be told of notebooks; a worker of xdist hands it on."""
        for underway in self._tested.values():
            for sentence in underway.covered():
                self.remarks.add(sentence)
        handed_on = getattr(self._config, "workeroutput", None)
        if handed_on is not None:
            handed_on[_KEY] = self.remarks.sentences

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Takes what a worker of xdist tells."""
        for sentence in getattr(node, "workeroutput", {}).get(_KEY, ()):
            self.remarks.add(sentence)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tells what there is to remark."""
        self.remarks.tell(terminalreporter)

    def _with_tests(self, collector: pytest.Collector, found: list[Any]) -> list[Any]:
        if not found:
            # `--lf` leaves whole files out, which are not even read then.
            return found
        nbval: Any = collector
        cells = nbval.nb.cells
        self._count_compared(collector, found)
        if self._mends:
            from jupyter_nbquality.pytest_plugin.mending import mend

            mend(collector, found, self._config.option)
        repeats = self._config.option.nbq_flaky is not None
        if not repeats and not any(_KEY in cell.metadata for cell in cells):
            return found
        from jupyter_nbquality.notebook_file import UnreadableNotebookError, read
        from jupyter_nbquality.pytest_plugin.durations import register_durations
        from jupyter_nbquality.pytest_plugin.items import RepeatedItem, items_of_cell
        from jupyter_nbquality.pytest_plugin.underway import Underway

        try:
            notebook = read(collector.path).notebook
        except (UnreadableNotebookError, OSError) as error:
            self.remarks.add(f"{collector.nodeid}: {error}")
            return found
        if len(notebook.cells) != len(cells):
            self.remarks.add(f"{collector.nodeid}: its tests were not found, as it just changed.")
            return found
        underway = Underway(collector, notebook, self.remarks, of_nbval=found)
        result = []
        for item in found:
            result.append(item)
            result += items_of_cell(underway, underway.place_of(item), item.name)
        if len(result) > len(found):
            self._underway[collector] = underway
            register_durations(self._config)
        for place in range(len(cells)):
            if cells[place].cell_type != "code":
                result += items_of_cell(underway, place, f"cell {place + 1}")
        if repeats:
            result.append(RepeatedItem.of(underway))
        return result

    def _count_compared(self, collector: pytest.Collector, found: list[Any]) -> None:
        """Remarks on a notebook of which nbval compares nothing, as nothing of it is saved."""
        if not self._config.option.nbval or self._config.option.nbval_lax:
            return
        if all(item.cell.execution_count is None for item in found):
            self.remarks.add(
                f"{collector.nodeid}: 0 of {len(found)} outputs compared, as the notebook was "
                "saved without running it."
            )


def _is_of_nbval(node: object, name: str) -> bool:
    nbval = sys.modules.get("nbval.plugin")
    return nbval is not None and isinstance(node, getattr(nbval, name, ()))
