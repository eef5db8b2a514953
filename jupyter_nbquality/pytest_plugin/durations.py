"""How long each test took, where several of a cell ran together."""

from collections.abc import Generator
from typing import Any

import pytest

from jupyter_nbquality.pytest_plugin.items import CellTestItem

_NAME = "nbquality-durations"


def register_durations(config: pytest.Config) -> None:
    """Has durations told as they were measured; to be asked for as soon as there are tests."""
    if not config.pluginmanager.has_plugin(_NAME):
        config.pluginmanager.register(_Durations(), _NAME)


class _Durations:
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: "pytest.CallInfo[Any]"
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Parts the time of a request among the tests that it ran."""
        report = yield
        if call.when == "call" and isinstance(item, CellTestItem) and item.test is not None:
            report.duration = max(report.duration + item.underway.shift(item.place, item.test), 0.0)
        return report
