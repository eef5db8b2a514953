"""Tests of cells: what is asked of a kernel, and what it answers."""

import functools
from typing import Any, Literal

import msgspec

from jupyter_nbquality.execution.traveling import around, decoded, joined_source

Engine = Literal["fork", "clean", "shared"]
Status = Literal["passed", "failed", "error", "skipped", "timeout", "died", "blocked"]

_PARTS = (
    "calm_in_kernel",
    "forking_in_kernel",
    "asserts_in_kernel",
    "collected_in_kernel",
    "pytest_in_kernel",
    "frames_in_kernel",
    "lines_in_kernel",
    "tests_in_kernel",
)


class TestToRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test.

    Attributes:
        name: Of it.
        source: Its code.
        timeout: The most seconds that it may take; 0 for what is usual.
        marks: Its marks, of which ``skip`` and ``xfail`` count.
    """

    __test__ = False

    name: str
    source: str
    timeout: float = 0.0
    marks: list[str] = []


class RunRequest(msgspec.Struct, frozen=True):
    """What is asked of a kernel.

    Attributes:
        tests: The tests.
        engine: ``fork``: each in a forked child; ``shared``: in the kernel itself.
        pytest: ``never`` where pytest is not to be used though it is there.
        coverage: Whether it is told which lines of cells ran.
        cells: With `coverage`, the cells: their sources, by what they are called in the answer.
    """

    tests: list[TestToRun]
    engine: Literal["fork", "shared"] = "fork"
    pytest: Literal["auto", "never"] = "auto"
    coverage: bool = False
    cells: dict[str, str] = {}


class CaseResult(msgspec.Struct, frozen=True):
    """What came of a function of a test, or of one of its sets of parameters.

    Attributes:
        name: Such as ``test_total[2-4]``.
        status: What came of it.
        message: Why, a sentence; empty where it passed.
        seconds: How long it took.
    """

    name: str
    status: Status
    message: str
    seconds: float


class TestResult(msgspec.Struct, frozen=True):
    """What came of a test.

    Attributes:
        name: Of the test.
        status: ``failed``: an assert is false; ``error``: something else was raised; ``timeout``:
            it did not end; ``died``: it took its process with it; ``blocked``: it could not run,
            as a cell that it needs raised.
        engine: Where it ran: ``fork``: in a forked child of the kernel; ``shared``: in the kernel;
            ``clean``: in a kernel of its own, after the cells that it needs.
        seconds: How long it took.
        message: What went wrong, a sentence or the assert with its values.
        expected: What stood on the right of an assert with ``==``.
        got: What stood on the left.
        detail: The traceback, and what the parts of the assert held.
        output: What it printed.
        line: The line of the test where it went wrong, from 0; -1 where it is not known.
        cases: One for each function ``test_…`` and set of parameters.
        lines: The lines of cells that ran, from 0, by cell; only where they were asked for.
        fell_back: Why it did not end in a forked child before: ``timeout`` or ``died``.
    """

    __test__ = False

    name: str
    status: Status
    engine: Engine
    seconds: float = 0.0
    message: str = ""
    expected: str = ""
    got: str = ""
    detail: str = ""
    output: str = ""
    line: int = -1
    cases: list[CaseResult] = []
    lines: dict[str, list[int]] = {}
    fell_back: Literal["", "timeout", "died"] = ""


class RunReply(msgspec.Struct, frozen=True):
    """What a kernel answers.

    Attributes:
        results: One for each test, in order.
        pytest: Whether pytest ran.
        hazards: What was seen that makes forking a bad choice in this kernel, a sentence each.
    """

    results: list[TestResult]
    pytest: bool
    hazards: list[str]


@functools.cache
def runner_source() -> str:
    """Gives the text that runs tests in a kernel: it defines `tests_in_kernel.run`."""
    return joined_source(_PARTS)


def expression_parts(*, again: bool = False) -> tuple[str, str]:
    """Gives what stands before and behind a request in an expression to evaluate in a kernel.

    The request is a dictionary, or JSON in a string. `again` says that the kernel has the runner.
    """
    return around("tests", runner_source(), "run", again=again)


def expression_for(request: RunRequest, *, again: bool = False) -> str:
    """Gives an expression to evaluate in a kernel, by ``user_expressions`` of a silent request.

    Its value is what `decode` reads. `again` says that one was evaluated in that kernel before, so
    that the runner need not travel with it.
    """
    before, after = expression_parts(again=again)
    return f"{before}{json_value(request)!r}{after}"


def json_value(request: RunRequest) -> dict[str, Any]:
    """Gives a request as plain objects."""
    found: dict[str, Any] = msgspec.to_builtins(request)
    return found


def decode(reply: str) -> RunReply:
    """Reads what the expression came to.

    Args:
        reply: The text of its value, as ``text/plain`` tells it: a Python string in quotes.

    Raises:
        ValueError: It is not such an answer.
    """
    return decoded(reply, RunReply)
