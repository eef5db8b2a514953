"""Compares two versions of some cells in forked children of a live kernel: quick, and no trace.

The old version runs twice, as in the full proof: what is not the same then is not judged.
"""

import functools
from collections.abc import Mapping, Sequence

import msgspec

from jupyter_nbquality.execution.proof import Run, compared
from jupyter_nbquality.execution.traveling import around, decoded, joined_source
from jupyter_nbquality.execution.verdict import Step, Verdict

SECONDS = 5.0
"""The most that one version may take."""
_PARTS = ("calm_in_kernel", "forking_in_kernel", "values_in_kernel", "quick_in_kernel")


class QuickAnswer(msgspec.Struct, frozen=True):
    """What a kernel answers.

    Attributes:
        runs: What came of the old version, the old one once more, and the new one.
        trouble: Why they could not be run, a sentence; else empty.
    """

    runs: list[Run]
    trouble: str


@functools.cache
def quick_source() -> str:
    """Gives the text that runs versions in a kernel: it defines `quick_in_kernel.run_versions`."""
    return joined_source(_PARTS)


def quick_expression(
    before: Sequence[Step], after: Sequence[Step], files: Mapping[str, str] | None = None
) -> str:
    """Gives an expression to evaluate in a kernel, by ``user_expressions`` of a silent request.

    Args:
        before: The cells that change, as they are; what they read is there.
        after: The cells as they would be.
        files: Texts of modules that the new ones need, by path.
    """
    old, new = ([[step.cell, step.source] for step in steps] for steps in (before, after))
    asked = {"versions": [old, old, new], "files": dict(files or {}), "seconds": SECONDS}
    start, end = around("quick", quick_source(), "run_versions")
    return f"{start}{asked!r}{end}"


def quick_verdict(
    answer: str,
    after: Sequence[Step],
    *,
    made_of: Mapping[str, Sequence[str]] | None = None,
    lost: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    seconds: float = 0.0,
) -> Verdict:
    """Judges what the expression came to.

    Args:
        answer: The text of its value, as ``text/plain`` tells it: a Python string in quotes.
        after: The cells as they would be.
        made_of: See `proof.prove`.
        lost: Likewise.
        renamed: Likewise.
        seconds: How long it took.

    Raises:
        ValueError: It is not such an answer.
    """
    told = decoded(answer, QuickAnswer)
    if told.trouble or len(told.runs) != 3:
        reason = told.trouble or "The kernel's answer is not complete."
        return Verdict("could-not-run", reason, [], [], 0, seconds)
    first, second, third = told.runs
    raised = next((cell.error for cell in first.cells.values() if cell.error), "")
    if raised:
        reason = f"The code as it is cannot run again on what the kernel holds now: {raised}"
        return Verdict("could-not-run", reason, [], [], 0, seconds)
    # What did not run any more, as a cell before raised.
    ran = [step for step in after if step.cell in third.cells]
    return compared(
        (first, second, third), ran, made_of=made_of, lost=lost, renamed=renamed, seconds=seconds
    )
