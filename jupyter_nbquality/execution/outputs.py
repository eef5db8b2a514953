"""What a cell puts out."""

import msgspec


class Output(msgspec.Struct, frozen=True):
    """What a cell put out.

    Attributes:
        kind: ``stream``, ``display`` or ``error``.
        name: ``stdout`` or ``stderr``; the exception's class; empty for a display.
        data: The text by ``text/plain``, or each form that is displayed, by its MIME type.
    """

    kind: str
    name: str
    data: dict[str, str]


class CellRun(msgspec.Struct, frozen=True):
    """What came of running a cell.

    Attributes:
        outputs: What it put out, in order; pieces of one stream are joined.
        error: The exception's class and message; empty without one.
        seconds: How long it took.
    """

    outputs: list[Output]
    error: str
    seconds: float
