"""What the command hands to its worker processes, and what they hand back."""

import re

import msgspec

from jupyter_nbquality.cli.rows import FileReport

INCOMPLETE = re.compile(
    r"^ruff (?:was stopped|could not be started)|^The answer of ruff|ruff settings were left out\.$"
)
"""Notices of a look at a notebook that was not what was asked for; another run may not have it."""


class Job(msgspec.Struct, frozen=True):
    """One notebook to look at.

    Attributes:
        path: The file.
        data: Its bytes where they come from elsewhere (standard input).
        old: Its path in the commit that is compared with; ``None`` where it was not there.
    """

    path: str
    data: bytes | None = None
    old: str | None = None


class Task(msgspec.Struct, frozen=True):
    """What to do with each notebook.

    Attributes:
        select: The person's own ``--select``; ``None`` where there is none.
        ignore: The person's own ``--ignore``.
        fix: Whether to compute fixes.
        unsafe: Whether unsafe ones too.
        format: Whether to format instead of linting.
        write: Whether to write what was changed.
        diff: Whether to tell what was changed.
        reference: A commit; only what is new since then is told.
        root: The work tree of that commit.
        accepts: Whether what baselines hold is left as it is.
        baseline: The person's own ``--baseline``; ``None`` for those of the settings.
        keep: Whether reports are kept for the next run; then it is told what bytes each is about.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    fix: bool = False
    unsafe: bool = False
    format: bool = False
    write: bool = False
    diff: bool = False
    reference: str | None = None
    root: str = ""
    accepts: bool = False
    baseline: str | None = None
    keep: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What came of one notebook.

    Attributes:
        report: What is to be said about it, after fixes.
        fixed: How many findings were mended.
        changed: Whether its bytes differ now, or would.
        diff: The change, cell by cell.
        data: The new bytes where they are not written to a file.
        content: Identifies the bytes of the file that the report is about, see `cache`; empty where
            the task does not ask for that.
        lasting: Whether another look at the same bytes would say the same; not so where a file
            could not be opened, or ruff ran too long.
    """

    report: FileReport
    fixed: int = 0
    changed: bool = False
    diff: str = ""
    data: bytes | None = None
    content: str = ""
    lasting: bool = True
