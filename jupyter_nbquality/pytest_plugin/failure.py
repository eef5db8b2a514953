"""What a failed cell test tells."""

from collections.abc import Sequence

from jupyter_nbquality.execution.test_run import CaseResult, TestResult
from jupyter_nbquality.metadata import CellTest

_ENGINES = {
    "fork": "in a child of the kernel",
    "clean": "in a fresh kernel",
    "shared": "in the kernel itself",
}


class CellTestFailedError(Exception):
    """A cell test failed; the message is all there is to show."""


def explained(test: CellTest, result: TestResult, label: str) -> str:
    """Tells of a failure: what was wrong, where, with which values, and where it ran.

    Args:
        test: The test.
        result: What came of it.
        label: What its cell is called.
    """
    title = f"“{test.title}”" if test.title else f"`{test.name}`"
    lines = [f"{title} of {label}: {result.message or result.status}"]
    source = test.source.splitlines()
    if result.detail:
        lines += ["", result.detail.strip("\n"), ""]
    elif 0 <= result.line < len(source):
        lines.append(f"  line {result.line + 1}: {source[result.line].strip()}")
    lines.append(f"It ran {_ENGINES[result.engine]}, {result.seconds:.2f} s.")
    return "\n".join(lines)


def case_lines(cases: Sequence[CaseResult]) -> str:
    """Lists the cases of a parametrised test, one a line."""
    return "\n".join(
        f"{each.status:8} {each.name}" + (f": {each.message}" if each.message else "")
        for each in cases
    )
