"""Dependencies as they came about in a kernel."""

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.runs import RunDependencies, run_dependencies
from jupyter_nbquality.dataflow.staleness import RunRecord, Staleness
from tests.dataflow.looking import dataflow_of

MARKS = {"definition": ">", "mutation": "~", "possible-mutation": "?", "deletion": "-"}
CELLS = ["x = 1", "x = 2", "y = x", "xs += [1] * y", "xs = []", "print(xs)"]


def told(dataflow: Dataflow, *runs: str | tuple[str | None, str]) -> list[str]:
    """Says briefly what came from where; runs are cells as they are, or cells and texts."""
    records = [
        RunRecord(run, dataflow.cells[run].source) if isinstance(run, str) else RunRecord(*run)
        for run in runs
    ]
    found = found_by(Staleness(dataflow), dataflow, records)
    return [
        f"{each.source} {MARKS[each.kind]} {each.target} {' '.join(each.names)}"
        for each in found.dependencies
    ] + [f"{each.origin} > {each.target} {' '.join(each.names)}" for each in found.elsewhere]


def found_by(staleness: Staleness, dataflow: Dataflow, records: list[RunRecord]) -> RunDependencies:
    """Finds the dependencies with what somebody knows who may have been asked before."""
    staleness.find(records)
    return run_dependencies(dataflow, records, staleness.runs)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param(["1", "3"], ["1 > 3 x"], id="another than in the document"),
        pytest.param(["1", "2", "3"], ["2 > 3 x"], id="as in the document"),
        pytest.param(["2", "1", "3"], ["1 > 3 x"], id="the other way round"),
        pytest.param(["2", "3", "1"], ["2 > 3 x"], id="what ran later gave nothing"),
        pytest.param(["2", "3", "1", "3"], ["1 > 3 x"], id="the last run counts"),
        pytest.param(["1", "3", "1"], ["1 > 3 x"], id="who gave ran again"),
        pytest.param(["3"], [], id="from nowhere"),
        pytest.param(
            ["1", "3", "5", "4", "4", "6"],
            ["1 > 3 x", "3 > 4 y", "4 > 6 xs"],
            id="a cell that ran twice does not depend on itself",
        ),
        pytest.param([(None, "x = 9"), "3"], ["unknown > 3 x"], id="which cell is not known"),
        pytest.param([("gone", "x = 9"), "3"], ["deleted > 3 x"], id="the cell is gone"),
        pytest.param([("1", "x = 0"), "3"], ["1 > 3 x"], id="its text was another"),
        pytest.param([("1", "z = 0"), "3"], [], id="its text gave nothing then"),
        pytest.param(
            ["1", ("3", "y = 5"), "5", "4"], ["3 > 4 y", "5 > 4 xs"], id="needed nothing then"
        ),
        pytest.param([], [], id="nothing ran"),
    ],
)
def test_run_order(runs: list[str | tuple[str | None, str]], expected: list[str]) -> None:
    assert told(dataflow_of(*CELLS), *runs) == expected


def test_files_are_told_and_states_are_not() -> None:
    flow = dataflow_of("a.to_csv('a.csv')", "import os\nos.chdir('b')", "open('a.csv')")
    assert told(flow, "3", "1", "3") == ["1 ~ 3 file:a.csv"]
    assert told(flow, "2", "3") == []


def test_runs_are_added_one_by_one_and_a_restart_begins_anew() -> None:
    flow = dataflow_of(*CELLS)
    order = Staleness(flow)
    records: list[RunRecord] = []
    for cell in "2313121":
        records.append(RunRecord(cell, flow.cells[cell].source))
        assert found_by(order, flow, records) == found_by(Staleness(flow), flow, records)
    assert found_by(order, flow, []).dependencies == []
    assert found_by(order, flow, records[:2]) == found_by(Staleness(flow), flow, records[:2])


def test_cells_in_the_order_of_their_last_runs() -> None:
    dataflow = dataflow_of(*CELLS)
    records = [RunRecord(key, dataflow.cells[key].source) for key in ("1", "3", "2", "1")]
    records.append(RunRecord(None, "y = 3"))
    found = found_by(Staleness(dataflow), dataflow, records)
    assert found.cells == ["3", "2", "1"]
