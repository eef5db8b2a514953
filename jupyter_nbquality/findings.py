"""What is wrong with a notebook, where, why, and what would mend it."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

import msgspec

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range


class Severity(StrEnum):
    """How much a finding asks of a person.

    ``info`` is shown quietly, is never counted as a problem and never fails a check.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Applicability(StrEnum):
    """What applying a fix may do.

    ``safe`` keeps the meaning of the code, ``unsafe`` may change results, ``structural`` changes
    the cells, outputs or files of the notebook rather than the code in one cell.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    STRUCTURAL = "structural"


class Fix(msgspec.Struct, frozen=True):
    """One way to mend a finding, as data.

    ``title`` names what it does (``Add import``), never ``Fix``. A fix of several titles stands as
    several fixes, the best first.
    """

    title: str
    applicability: Applicability
    plan: EditPlan


class Finding(msgspec.Struct, frozen=True):
    """One problem at one place.

    Attributes:
        id: Stable while the cell's other lines and the other cells change; unique in a notebook.
        code: The rule's code, ``NB301`` or ruff's ``F401``.
        slug: The rule's name for people, ``absolute-path``.
        severity: As the settings have it.
        message: What is wrong, one sentence without a full stop; names in backquotes. Secrets
            masked.
        why: Why it matters, one sentence, may be empty.
        cell: The cell's id; ``None`` for the notebook as a whole.
        range: Where in the cell; ``None`` for the cell as a whole (its outputs, its count).
        fixes: What would mend it, the best first; may be empty.
        silence: What would make it go unreported from now on, the narrowest first.
        not_yet: It may only mean that the person has not finished writing; silent in the focused
            cell.
        url: The rule's page, a path of the user guide or ruff's address.
    """

    id: str
    code: str
    slug: str
    severity: Severity
    message: str
    why: str
    cell: str | None
    range: Range | None
    fixes: list[Fix]
    silence: list[Fix]
    not_yet: bool
    url: str


class FindingSource(Protocol):
    """A feature that has something to say about a notebook."""

    def findings(self, notebook: Notebook) -> Iterable[Finding]:
        """Yields the findings of one notebook; never raises for what the notebook holds."""
        ...


def finding_id(code: str, cell: str | None, anchor: str, occurrence: int = 0) -> str:
    """Makes the stable identity of a finding.

    Args:
        code: The rule's code.
        cell: The cell's id, or ``None``.
        anchor: The text the finding stands on (its source line, stripped), so that it keeps its
            identity when lines move.
        occurrence: Counts findings that agree in all of the above, from 0.
    """
    text = "\0".join((code, cell or "", anchor, str(occurrence)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
