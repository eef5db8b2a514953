"""The document: a notebook and its cells, as every feature sees them.

The same types come from an ``.ipynb`` file (see `notebook_file`) and from the open notebook of the
front end, which sends them as they stand here.
"""

import re
from typing import Any, Literal

import msgspec

CellType = Literal["code", "markdown", "raw"]

PYTHON_NAMES = frozenset({"python", "python3", "python2", "ipython", "ipython3", "ipython2"})
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?![0-9])")


class OutputDigest(msgspec.Struct, frozen=True):
    """What is known of a cell's outputs without having them.

    Attributes:
        size: Bytes of all outputs as JSON.
        largest: Bytes of the largest single output.
        mime_types: Every MIME type among the outputs, sorted; ``text/plain`` for streams.
        error_name: The exception's class name where a traceback is saved.
        secrets: Kinds of secrets seen in the text outputs (names of `secrets.SHAPES`), sorted.
    """

    size: int = 0
    largest: int = 0
    mime_types: list[str] = []
    error_name: str | None = None
    secrets: list[str] = []


class Cell(msgspec.Struct, frozen=True):
    """One cell.

    Attributes:
        id: Stable; made up where the notebook has none (and then never written unasked).
        cell_type: ``code``, ``markdown`` or ``raw``.
        source: The person's text, unchanged.
        execution_count: The number in the prompt; ``None`` when not run.
        tags: The tags in its metadata.
        metadata: The ``nbquality`` part of its metadata, raw; see `metadata`.
        outputs: Digest of the outputs; ``None`` when not a code cell.
    """

    id: str
    cell_type: CellType
    source: str
    execution_count: int | None = None
    tags: list[str] = []
    metadata: dict[str, Any] = {}
    outputs: OutputDigest | None = None


class Notebook(msgspec.Struct, frozen=True):
    """A whole notebook.

    Attributes:
        path: Relative to the server root in the front end, to the working directory in the CLI;
            empty when unknown.
        cells: All cells, in order.
        language: Of its kernel, in lower case; ``python`` where nothing says otherwise.
        language_version: Of its kernel, such as ``3.12.1``; empty when unknown.
        kernelspec: The kernel's name; empty when missing.
        nbformat: Major format version of the file.
        nbformat_minor: Minor format version of the file.
        has_cell_ids: Whether the file has ids of its own in every cell.
        metadata: The ``nbquality`` part of the notebook's metadata, raw; see `metadata`.
    """

    path: str
    cells: list[Cell]
    language: str = "python"
    language_version: str = ""
    kernelspec: str = ""
    nbformat: int = 4
    nbformat_minor: int = 5
    has_cell_ids: bool = True
    metadata: dict[str, Any] = {}

    @property
    def is_python(self) -> bool:
        """Whether its code cells are Python."""
        return self.language in PYTHON_NAMES

    @property
    def python_version(self) -> tuple[int, int] | None:
        """Major and minor version of the kernel's Python; ``None`` when unknown."""
        match = _VERSION.match(self.language_version)
        return (int(match[1]), int(match[2])) if self.is_python and match else None

    def index_of(self, cell_id: str) -> int:
        """Gives the place of a cell, from 0.

        Raises:
            KeyError: No cell has this id.
        """
        for index, cell in enumerate(self.cells):
            if cell.id == cell_id:
                return index
        raise KeyError(cell_id)

    def cell(self, cell_id: str) -> Cell:
        """Gives the cell of an id.

        Raises:
            KeyError: No cell has this id.
        """
        return self.cells[self.index_of(cell_id)]
