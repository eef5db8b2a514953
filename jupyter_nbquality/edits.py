"""Changes to cells and files as data: what a fix or a refactoring would do, before it is done."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from jupyter_nbquality.positions import LineIndex, Range


class TextEdit(msgspec.Struct, frozen=True):
    """Replaces the text of a range; an empty range inserts."""

    range: Range
    text: str


class ChangeCell(msgspec.Struct, frozen=True, tag_field="kind", tag="change-cell"):
    """Edits the source of one cell. ``source_hash`` is that of the text it was computed for."""

    cell: str
    source_hash: str
    edits: list[TextEdit]


class InsertCell(msgspec.Struct, frozen=True, tag_field="kind", tag="insert-cell"):
    """Adds a cell below the cell ``after``; at the top where that is ``None``.

    ``metadata`` is the ``nbquality`` part of its metadata; see `metadata`.
    """

    after: str | None
    cell_type: Literal["code", "markdown", "raw"]
    source: str
    metadata: dict[str, Any] = {}


class DeleteCell(msgspec.Struct, frozen=True, tag_field="kind", tag="delete-cell"):
    """Removes a cell with its outputs."""

    cell: str
    source_hash: str


class MoveCell(msgspec.Struct, frozen=True, tag_field="kind", tag="move-cell"):
    """Moves a cell below the cell ``after``; to the top where that is ``None``."""

    cell: str
    source_hash: str
    after: str | None


class SetCellType(msgspec.Struct, frozen=True, tag_field="kind", tag="set-cell-type"):
    """Turns a cell into one of another type and gives it a new source."""

    cell: str
    source_hash: str
    cell_type: Literal["code", "markdown", "raw"]
    source: str


class ClearOutputs(msgspec.Struct, frozen=True, tag_field="kind", tag="clear-outputs"):
    """Empties the outputs of a code cell and takes its execution count away."""

    cell: str


class IgnoreRule(msgspec.Struct, frozen=True, tag_field="kind", tag="ignore-rule"):
    """Adds a code to ``metadata.nbquality.ignore`` of a cell; of the notebook when ``None``."""

    cell: str | None
    code: str


class ChangeMetadata(msgspec.Struct, frozen=True, tag_field="kind", tag="change-metadata"):
    """Gives the ``nbquality`` part of a cell's metadata another value; none where it is empty."""

    cell: str
    metadata: dict[str, Any]


class SetKernelspec(msgspec.Struct, frozen=True, tag_field="kind", tag="set-kernelspec"):
    """Writes which kernel the notebook is for."""

    name: str
    display_name: str
    language: str


class UpgradeFormat(msgspec.Struct, frozen=True, tag_field="kind", tag="upgrade-format"):
    """Brings the notebook to nbformat 4.5, with cell ids."""


class RenameFile(msgspec.Struct, frozen=True, tag_field="kind", tag="rename-file"):
    """Renames a file; both paths are relative to the server root, or to the working directory."""

    path: str
    new_path: str


class ChangeFile(msgspec.Struct, frozen=True, tag_field="kind", tag="change-file"):
    """Writes a text file. ``before_hash`` is that of its text before; ``None`` when it is new."""

    path: str
    before_hash: str | None
    text: str


Operation = (
    ChangeCell
    | InsertCell
    | DeleteCell
    | MoveCell
    | SetCellType
    | ClearOutputs
    | IgnoreRule
    | ChangeMetadata
    | SetKernelspec
    | UpgradeFormat
    | RenameFile
    | ChangeFile
)


class EditPlan(msgspec.Struct, frozen=True):
    """An ordered list of changes that are made together or not at all."""

    title: str
    operations: list[Operation]


class Refusal(msgspec.Struct, frozen=True, tag_field="kind", tag="refusal"):
    """Why a change was not made: a sentence for a person, and the cell it is about."""

    code: str
    message: str
    cell: str | None


class EditRefusedError(Exception):
    """A plan does not fit the text it meets; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def source_hash(text: str) -> str:
    """Hashes a source: 16 hexadecimal digits of BLAKE2b over its UTF-8."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def apply_text_edits(source: str, edits: Iterable[TextEdit]) -> str:
    """Applies the edits of one cell to its source.

    Args:
        source: The text that the ranges speak of.
        edits: In any order; they must not overlap. Insertions at one place keep their order.

    Returns:
        The new source.

    Raises:
        EditRefusedError: Two edits overlap.
    """
    lines = LineIndex(source)
    spans = sorted(
        (
            (lines.to_offset(edit.range.start), lines.to_offset(edit.range.end), edit.text)
            for edit in edits
        ),
        key=lambda span: span[:2],
    )
    parts: list[str] = []
    done = 0
    for start, end, text in spans:
        if start < done:
            raise EditRefusedError(
                Refusal("overlapping-edits", "Two changes touch the same text.", None)
            )
        parts += (source[done:start], text)
        done = end
    parts.append(source[done:])
    return "".join(parts)


def replace_source(cell: str, old: str, new: str) -> ChangeCell:
    """Makes the smallest single edit that turns one source of a cell into another."""
    start = _common_prefix(old, new)
    end = _common_prefix(old[start:][::-1], new[start:][::-1])
    # CodeMirror counts a CRLF as one line break: never cut between its two characters.
    if old[start - 1 : start + 1] == "\r\n" or new[start - 1 : start + 1] == "\r\n":
        start -= 1
    while end and (
        old[len(old) - end - 1 : len(old) - end + 1] == "\r\n"
        or new[len(new) - end - 1 : len(new) - end + 1] == "\r\n"
    ):
        end -= 1
    lines = LineIndex(old)
    span = Range(lines.from_offset(start), lines.from_offset(len(old) - end))
    return ChangeCell(cell, source_hash(old), [TextEdit(span, new[start : len(new) - end])])


def _common_prefix(one: Sequence[str], other: Sequence[str]) -> int:
    limit = min(len(one), len(other))
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
