"""How the server and its worker processes talk: one frame there, one frame back, over pipes.

A frame is its length in four bytes and MessagePack.
"""

import struct
import traceback
from typing import IO, Literal, TypeVar

import msgspec

from jupyter_nbquality.server.errors import ErrorReply

TaskKind = Literal[
    "warm",
    "inspect",
    "fix",
    "format",
    "gather",
    "refactor",
    "uses",
    "trial",
    "quick",
    "suggest",
    "test",
    "rules",
    "rule",
]

_LENGTH = struct.Struct(">I")


class Limits(msgspec.Struct, frozen=True):
    """How much of a notebook is looked at.

    Attributes:
        cells: Cells of a notebook.
        cell_chars: Characters of a cell.
        findings: Findings in a reply.
    """

    cells: int
    cell_chars: int
    findings: int


class Task(msgspec.Struct, frozen=True):
    """One thing to do for a worker.

    Attributes:
        kind: What to do.
        body: The request as it came, JSON; the code where a rule is asked for.
        folder: The real folder of the notebook; ``None`` when unknown.
        limits: See `Limits`.
        root: The folder that the server shows; ``None`` when unknown.
    """

    kind: TaskKind
    body: bytes
    folder: str | None
    limits: Limits
    root: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What a worker made of a task.

    Attributes:
        status: Of the HTTP reply.
        body: The reply, JSON.
        log: What the log shall say, without any text of the notebook; mostly empty.
        last: Whether the worker takes no further task: it holds too much memory.
    """

    status: int
    body: bytes
    log: str = ""
    last: bool = False


Message = TypeVar("Message", Task, Answer)


def write_frame(stream: IO[bytes], message: Task | Answer) -> None:
    """Sends a message.

    Raises:
        OSError: Nobody reads at the other end.
    """
    body = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], kind: type[Message]) -> Message | None:
    """Waits for a message.

    Returns:
        The message; ``None`` when the other end is gone.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        return None
    return msgspec.msgpack.decode(body, type=kind)


def failure(status: int, reason: str, message: str, log: str = "") -> Answer:
    """Makes the answer to a task that could not be done.

    Args:
        status: Of the HTTP reply.
        reason: See `wire.ErrorReply`.
        message: A sentence for a person.
        log: What the log shall say; the message where nothing else is said.
    """
    return Answer(status, msgspec.json.encode(ErrorReply(message, reason)), log or message)


def failed(error: Exception) -> Answer:
    """Makes the answer to a task that came upon a mistake of ours.

    The log gets the traceback without message and source lines, which may quote the notebook.
    """
    name = type(error).__name__
    frames = "".join(
        f"\n  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    return failure(
        500,
        "internal",
        f"The analysis failed ({name}): this is a mistake in jupyter_nbquality, not in the "
        "notebook. The server's log says where.",
        f"{name} in the analysis:{frames}",
    )
