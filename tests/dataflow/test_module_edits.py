"""Results that came from a local module as it was before it was edited."""

from collections.abc import Mapping

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.module_edits import edited_modules
from jupyter_nbquality.dataflow.staleness import RunRecord, Staleness
from tests.dataflow.looking import LIBRARIES, notebook_of

CELLS = {"a": "import helpers", "b": "x = helpers.load()", "c": "print(x)", "d": "y = 1"}

Run = tuple[str, float | None]


def outdated(
    cells: dict[str, str],
    runs: list[Run | tuple[str | None, float | None, str]],
    times: Mapping[str, Mapping[str, float]],
) -> dict[str, list[str]]:
    """Says why cells came from an old module: ``module-edited helpers``.

    Args:
        cells: The texts of the notebook, by id.
        runs: A cell with the time of its run, and its text where that is another than now.
        times: By the name of a module, when it and what it imports were written.
    """
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook_of(*cells.values(), ids=list(cells)))
    records = [
        RunRecord(cell, text[0] if text else cells[str(cell)], started)
        for cell, started, *text in runs
    ]
    found = edited_modules(dataflow, records, lambda module: times.get(module, {}))
    return {
        cell: [f"{reason.kind} {reason.name}" for reason in reasons]
        for cell, reasons in found.items()
    }


def written(time: float) -> dict[str, dict[str, float]]:
    return {"helpers": {"helpers": time}}


ALL: list[Run] = [("a", 10), ("b", 11), ("c", 12), ("d", 13)]


def test_only_readers_of_the_module_are_told() -> None:
    assert outdated(CELLS, [*ALL], written(9)) == {}
    assert outdated(CELLS, [*ALL], written(20)) == {"b": ["module-outdated helpers"]}
    assert outdated(CELLS, [*ALL], {}) == {}


def test_running_the_reader_again_does_not_help_as_the_kernel_keeps_the_module() -> None:
    assert outdated(CELLS, [*ALL, ("b", 30)], written(20)) == {"b": ["module-outdated helpers"]}
    # Nor does the import.
    runs: list[Run] = [*ALL, ("a", 30), ("b", 31)]
    assert outdated(CELLS, [*runs], written(20)) == {"b": ["module-outdated helpers"]}


@pytest.mark.parametrize("text", ["importlib.reload(helpers)", "reload( helpers )", "%autoreload"])
def test_what_is_read_again_is_up_to_date(text: str) -> None:
    assert outdated(CELLS, [*ALL, (None, 30, text), ("b", 31)], written(20)) == {}
    assert outdated(CELLS, [*ALL, (None, 30, text)], written(40)) == {
        "b": ["module-outdated helpers"]
    }


RELOADING = ["%load_ext autoreload\n%autoreload 2", "%autoreload complete", "%aimport os, helpers"]


@pytest.mark.parametrize("text", RELOADING)
def test_a_kernel_that_reloads_takes_it_in_with_the_next_run(text: str) -> None:
    runs = [(None, 5, text), *ALL]
    assert outdated(CELLS, [*runs], written(20)) == {"b": ["module-edited helpers"]}
    assert outdated(CELLS, [*runs, ("b", 30)], written(20)) == {}


@pytest.mark.parametrize("text", ["%autoreload 0", "%autoreload 1", "%autoreload off"])
def test_reloading_may_be_turned_off_again(text: str) -> None:
    runs = [(None, 5, "%autoreload 2"), (None, 6, text), *ALL, ("b", 30)]
    assert outdated(CELLS, [*runs], written(20)) == {"b": ["module-outdated helpers"]}
    runs = [(None, 5, "%aimport helpers"), (None, 6, "%aimport -helpers"), *ALL, ("b", 30)]
    assert outdated(CELLS, [*runs], written(20)) == {"b": ["module-outdated helpers"]}


def test_times_that_are_not_known_say_nothing() -> None:
    runs: list[Run] = [("a", None), ("b", None), ("c", None)]
    assert outdated(CELLS, [*runs], written(20)) == {}
    # What was written after the reader ran is newer in any case.
    assert outdated(CELLS, [("a", None), ("b", 11)], written(20)) == {
        "b": ["module-edited helpers"]
    }
    assert outdated(CELLS, [("a", None), ("b", 30)], written(20)) == {}


def test_what_did_not_run_has_no_result() -> None:
    assert outdated(CELLS, [("a", 10)], written(20)) == {}


@pytest.mark.parametrize(
    "cells",
    [
        {"a": "import helpers as h", "b": "h.load()"},
        {"a": "import os, helpers.parts", "b": "helpers.parts.load()"},
        {"a": "from helpers import load as l", "b": "l()"},
        {"a": "from helpers.parts import (\n    load,\n)", "b": "load()"},
        {"a": "import helpers\ndef f():\n    return helpers.load()", "b": "f()"},
        {"b": "import helpers\nx = helpers.load()"},
        {"a": "%%time\nimport helpers", "b": "helpers.load()"},
    ],
)
def test_ways_to_import(cells: dict[str, str]) -> None:
    runs: list[Run] = [(cell, 10) for cell in cells]
    assert outdated(cells, [*runs], written(20)) == {"b": ["module-outdated helpers"]}
    assert outdated(cells, [*runs], written(9)) == {}


def test_what_a_module_imports_counts() -> None:
    times = {"helpers": {"helpers": 5.0, "util": 20.0}}
    assert outdated(CELLS, [*ALL], times) == {"b": ["module-outdated util"]}
    runs = [*ALL, (None, 30, "reload(helpers)")]
    assert outdated(CELLS, [*runs], times) == {"b": ["module-outdated util"]}
    runs = [*ALL, (None, 30, "reload(util)")]
    assert outdated(CELLS, [*runs], times) == {}


def test_words_elsewhere_are_no_import() -> None:
    runs = [(None, 1, "import os  # and helpers\nfrom_helpers = 1"), ("a", 30), ("b", 31)]
    assert outdated(CELLS, [*runs], written(20)) == {}


def test_what_needs_the_result_is_stale_with_it() -> None:
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook_of(*CELLS.values(), ids=list(CELLS)))
    records = [RunRecord(cell, CELLS[cell], time) for cell, time in ALL]
    reasons = edited_modules(dataflow, records, lambda _module: {"helpers": 20})
    found = Staleness(dataflow).find(records, reasons)
    assert [entry.state for entry in found] == ["fresh", "stale", "stale", "fresh"]
    assert [(reason.kind, reason.cell) for reason in found[2].reasons] == [("input-stale", "b")]
