"""How the server and its worker processes talk: one frame there, one frame back, over pipes.

A frame is its length in four bytes and MessagePack.
"""

import struct
from typing import IO, Literal, TypeVar

import msgspec

TaskKind = Literal["warm", "inspect", "fix", "format", "rules", "rule"]

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
    """

    kind: TaskKind
    body: bytes
    folder: str | None
    limits: Limits


class Answer(msgspec.Struct, frozen=True):
    """What a worker made of a task.

    Attributes:
        status: Of the HTTP reply.
        body: The reply, JSON.
        log: What the log shall say, without any text of the notebook; mostly empty.
    """

    status: int
    body: bytes
    log: str = ""


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
