"""What goes over the wire about proposals of tests: one line of JSON after another."""

import msgspec

from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.effects import WorldEffect
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.testing.suggestion import Suggestion
from jupyter_nbquality.testing.trial_plan import Plan


class SuggestRequest(msgspec.Struct, frozen=True):
    """Asks for tests of a cell: what it needs runs in a fresh kernel, and it itself many times.

    Attributes:
        notebook: The document.
        cell: The id of the cell.
        consent: Whether it may run though it reaches out of its folder.
    """

    notebook: Notebook
    cell: str
    consent: bool = False


class SuggestDone(msgspec.Struct, frozen=True, tag_field="kind", tag="suggestion"):
    """What came of it."""

    suggestion: Suggestion


SuggestLine = LineProgress | LineConsent | SuggestDone | LineFailed


class SuggestPlan(msgspec.Struct, frozen=True):
    """What a worker made of the request; it does not leave the server.

    Attributes:
        plan: What has to run; ``None`` where nothing can be proposed.
        effects: What running it does outside of the notebook's folder.
        refusal: Why nothing can be proposed, a sentence; else empty.
    """

    plan: Plan | None
    effects: list[WorldEffect]
    refusal: str
