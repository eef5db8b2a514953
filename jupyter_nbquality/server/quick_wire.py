"""What goes over the wire about verifying on the side, in a live kernel."""

import msgspec

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.server.verify_wire import VerifyDone


class QuickRequest(msgspec.Struct, frozen=True):
    """Asks what a live kernel has to evaluate to compare what a plan changes; then, to judge it.

    Attributes:
        notebook: The document.
        plan: What would be done.
        lost: Names that the notebook need not have afterwards.
        renamed: What names are called afterwards, where that is not what they were.
        answer: What the kernel came to, as ``text/plain``; ``null`` where it was not asked yet.
        seconds: How long that took.
    """

    notebook: Notebook
    plan: EditPlan
    lost: list[str] = []
    renamed: dict[str, str] = {}
    answer: str | None = None
    seconds: float = 0.0


class QuickRun(msgspec.Struct, frozen=True, tag_field="kind", tag="run"):
    """What a live kernel has to evaluate, by ``user_expressions`` of a silent request.

    Attributes:
        expression: In Python.
        cells: The ids of the cells that run, as they are.
    """

    expression: str
    cells: list[str]


QuickReply = QuickRun | VerifyDone
