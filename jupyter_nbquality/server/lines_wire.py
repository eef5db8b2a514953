"""Lines of JSON that every answer has that comes line by line while kernels run."""

import msgspec

from jupyter_nbquality.refactor.effects import WorldEffect


class LineProgress(msgspec.Struct, frozen=True, tag_field="kind", tag="progress"):
    """How far it is.

    Attributes:
        share: What is done, from 0 to 1.
        label: What is going on.
    """

    share: float
    label: str


class LineConsent(msgspec.Struct, frozen=True, tag_field="kind", tag="consent"):
    """Nothing was run: it reaches out of the notebook's folder, and nobody agreed to that."""

    effects: list[WorldEffect]


class LineFailed(msgspec.Struct, frozen=True, tag_field="kind", tag="failed"):
    """It could not be done, or went wrong on the way.

    Attributes:
        message: A sentence for a person.
    """

    message: str
