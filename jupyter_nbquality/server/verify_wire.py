"""What goes over the wire about verifying: one line of JSON after another."""

import msgspec

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress


class VerifyRequest(msgspec.Struct, frozen=True):
    """Asks to run a notebook as it is, and as it would be after a plan.

    Attributes:
        notebook: The document.
        plan: What would be done.
        lost: Names that the notebook need not have afterwards.
        renamed: What names are called afterwards, where that is not what they were.
        consent: Whether it may run though it reaches out of its folder.
    """

    notebook: Notebook
    plan: EditPlan
    lost: list[str] = []
    renamed: dict[str, str] = {}
    consent: bool = False


class VerifyDone(msgspec.Struct, frozen=True, tag_field="kind", tag="verdict"):
    """What came of it."""

    verdict: Verdict


VerifyLine = LineProgress | LineConsent | VerifyDone | LineFailed
