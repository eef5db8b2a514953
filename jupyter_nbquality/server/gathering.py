"""Asks the library to gather a cell into a notebook of its own."""

from pathlib import Path

import msgspec

from jupyter_nbquality.dataflow.gather import Gathered, gather
from jupyter_nbquality.notebook_file import NotebookFile, UnreadableNotebookError, parse
from jupyter_nbquality.server import wire
from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.json_body import encode
from jupyter_nbquality.server.project import libraries_for


def notebook_of(request: wire.GatherRequest) -> NotebookFile:
    """Reads the document of a request.

    Raises:
        RequestError: It is no notebook.
    """
    try:
        return parse(encode(request.notebook.content), shown_path=request.notebook.path)
    except UnreadableNotebookError as error:
        raise RequestError(400, "invalid-request", str(error)) from None


def gathered(file: NotebookFile, cell: str, folder: Path | None) -> wire.GatherReply:
    """Gathers a cell.

    Args:
        file: The notebook.
        cell: The id of the cell.
        folder: The real folder of the notebook, whose settings count; ``None`` when unknown.
    """
    found = gather(file, cell, libraries_for(folder))
    if not isinstance(found, Gathered):
        return found
    return wire.GatheredReply(msgspec.json.decode(found.data), found.cells, found.missing)
