"""What goes over the wire about verifying: one line of JSON after another."""

import msgspec

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.effects import WorldEffect


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


class VerifyProgress(msgspec.Struct, frozen=True, tag_field="kind", tag="progress"):
    """How far it is.

    Attributes:
        share: What is done, from 0 to 1.
        label: What is going on.
    """

    share: float
    label: str


class VerifyConsent(msgspec.Struct, frozen=True, tag_field="kind", tag="consent"):
    """Nothing was run: it reaches out of the notebook's folder, and nobody agreed to that."""

    effects: list[WorldEffect]


class VerifyDone(msgspec.Struct, frozen=True, tag_field="kind", tag="verdict"):
    """What came of it."""

    verdict: Verdict


class VerifyFailed(msgspec.Struct, frozen=True, tag_field="kind", tag="failed"):
    """It went wrong on the way.

    Attributes:
        message: A sentence for a person.
    """

    message: str


VerifyLine = VerifyProgress | VerifyConsent | VerifyDone | VerifyFailed
