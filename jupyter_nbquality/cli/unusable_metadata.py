"""What a notebook keeps under ``nbquality`` in its metadata and cannot be meant."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from jupyter_nbquality.metadata import KEY
from jupyter_nbquality.notebook_file import BOM


class _Metadata(msgspec.Struct):
    nbquality: Any = None


class _Cell(msgspec.Struct):
    metadata: _Metadata | None = None


class _Document(msgspec.Struct):
    metadata: _Metadata | None = None
    cells: list[_Cell] = []


_decoder = msgspec.json.Decoder(_Document)


def remarks(data: bytes) -> list[str]:
    """Says what does not count of the metadata of a notebook.

    Args:
        data: The bytes of the file.

    Returns:
        Sentences; none where all can be used or the file is no notebook.
    """
    # Most notebooks keep nothing of ours.
    if f'"{KEY}"'.encode() not in data:
        return []
    try:
        document = _decoder.decode(data.removeprefix(BOM))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    holders = [("the notebook", document.metadata)]
    holders += [(f"cell {number}", cell.metadata) for number, cell in enumerate(document.cells, 1)]
    return [
        sentence
        for what, metadata in holders
        if metadata is not None and metadata.nbquality is not None
        for sentence in _of_one(what, metadata.nbquality)
    ]


def _of_one(what: str, ours: object) -> Iterator[str]:
    if not isinstance(ours, dict):
        yield f"`{KEY}` in the metadata of {what} must be an object; it does not count."
        return
    ignore = ours.get("ignore", [])
    if isinstance(ignore, bool | str):
        return
    entries = ignore if isinstance(ignore, list) else [ignore]
    wrong = [each for each in entries if not isinstance(each, str)]
    if wrong:
        shown = ", ".join(f"`{json.dumps(each)[:40]}`" for each in wrong[:3])
        yield f"`ignore` in the metadata of {what} must hold rule codes; not so {shown}."
