"""NB104 to NB107: execution counts."""

import pytest

from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.lint.rules.nb104_out_of_order_execution import OutOfOrderExecution
from jupyter_nbquality.lint.rules.nb105_repeated_execution_count import RepeatedExecutionCount
from jupyter_nbquality.lint.rules.nb106_unexecuted_cell import UnexecutedCell
from jupyter_nbquality.lint.rules.nb107_never_executed import NeverExecuted
from jupyter_nbquality.notebook import Notebook
from tests.lint.builders import check, code, markdown, notebook


def counted(*counts: int | None) -> Notebook:
    return notebook(*(code(f"x{count} = 1", count) for count in counts))


@pytest.mark.parametrize("rule", [OutOfOrderExecution, RepeatedExecutionCount])
@pytest.mark.parametrize("source", ["?np.mean", "??echo", "np.mean?", " %time?\n"])
def test_when_help_was_asked_for_does_not_matter(rule: type[Rule], source: str) -> None:
    assert check(rule, notebook(code("x = 1", 5), code(source, 5), code("y = 1", 6))) == []
    assert check(rule, notebook(code("x = 1", 5), code(source, 3), code("y = 1", 6))) == []
    said = check(rule, notebook(code("x = 1", 6), code("y = 1  # why?", 6), code("z", 3)))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("counts", "messages"),
    [
        ((1, 2, 3), {}),
        ((2, 7, 19), {}),
        ((), {}),
        ((None, None), {}),
        ((5, 3), {"c2": "`[3]` ran before `[5]`, which stands above it"}),
        ((9, 3, 4, 5), {"c2": "`[3]` ran before `[9]`, which stands above it"}),
        (
            (9, 5, 3),
            {
                "c2": "`[5]` ran before `[9]`, which stands above it",
                "c3": "`[3]` ran before `[5]`, which stands above it",
            },
        ),
        ((5, 0, 3), {"c3": "`[3]` ran before `[5]`, which stands above it"}),
        ((1, 2, 1, 2), {}),  # another session: nothing is known about the order
        ((1, 2, 1, 3), {}),
    ],
)
def test_out_of_order_marks_each_fall(
    counts: tuple[int | None, ...], messages: dict[str, str]
) -> None:
    problems = check(OutOfOrderExecution, counted(*counts))
    assert {problem.cell: problem.message for problem in problems} == messages


def test_out_of_order_ignores_text_and_blank_cells() -> None:
    document = notebook(code("x = 1", 1), markdown("# A"), code(" \n", 0), code("y = 1", 2))
    assert check(OutOfOrderExecution, document) == []


@pytest.mark.parametrize(
    ("counts", "messages"),
    [
        ((1, 2, 3), {}),
        ((None, None), {}),
        ((1, 2, 2), {"c3": "`[2]` stands above already: outputs of different sessions"}),
        (
            (1, 2, 3, 1, 2, 3),
            {
                "c4": "`[1]` and the next 2 counts stand above already: "
                "outputs of different sessions"
            },
        ),
        ((0, 0, 0), {}),  # a converter's work: a kernel counts from 1
        (
            (1, 2, 3, 2, 2),
            {"c4": "`[2]` and the next count stand above already: outputs of different sessions"},
        ),
        (
            (1, 2, 2, 3, 3),
            {
                "c3": "`[2]` stands above already: outputs of different sessions",
                "c5": "`[3]` stands above already: outputs of different sessions",
            },
        ),
    ],
)
def test_repeated_counts_are_told_once_a_stretch(
    counts: tuple[int | None, ...], messages: dict[str, str]
) -> None:
    problems = check(RepeatedExecutionCount, counted(*counts))
    assert {problem.cell: problem.message for problem in problems} == messages


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ((1, 2, 3), []),
        ((None, None, None), []),
        ((1, 2, None, None), []),
        ((None, 1), ["c1"]),
        ((0, 1), ["c1"]),
        ((1, None, 2, None), ["c2"]),
    ],
)
def test_unexecuted_cells_above_executed_ones(
    counts: tuple[int | None, ...], cells: list[str]
) -> None:
    assert [problem.cell for problem in check(UnexecutedCell, counted(*counts))] == cells


@pytest.mark.parametrize(
    "quiet",
    [
        code(""),
        code("# only a remark"),
        code("slow()", tags=["skip-execution"]),
        code("# NBVAL_SKIP\nslow()"),
        markdown("# A"),
    ],
)
def test_cells_that_need_no_count(quiet: object) -> None:
    assert check(UnexecutedCell, notebook(quiet, code("x = 1", 1))) == []


@pytest.mark.parametrize(
    ("document", "count"),
    [
        (counted(None, None), 1),
        (counted(None, 1), 0),
        (notebook(), 0),
        (notebook("", markdown("# A")), 0),
        (notebook("print(1)", language="r"), 1),
    ],
)
def test_never_executed(document: Notebook, count: int) -> None:
    assert [problem.cell for problem in check(NeverExecuted, document)] == [None] * count


def test_an_open_notebook_shows_that_it_was_never_run() -> None:
    assert check(NeverExecuted, counted(None, None), live=True) == []


def test_they_are_quiet_in_an_open_notebook() -> None:
    for rule in (OutOfOrderExecution, RepeatedExecutionCount, UnexecutedCell):
        assert rule.live_severity == "info"
        assert rule.severity == "warning"
    assert NeverExecuted.severity == "info"
