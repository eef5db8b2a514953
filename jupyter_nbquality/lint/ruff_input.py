"""The notebook as ruff gets to see it: all that it can read, and the names it cannot see used.

ruff knows nothing of names inside magics, and one cell that does not parse silences it for all
others. So a magic that reads names gives way to plain Python that reads them in its place, in its
function or block, on as many rows: ruff itself then knows that the import is used, and makes the
right fix for the import beside it. A cell that does not parse, or is in another language, is left
blank, and the names that it or its cell magic reads are read in a *shadow* cell below it.
"""

import ast
import keyword
import re
from collections.abc import Callable, Mapping, Set

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.ipython import Magic, parse
from jupyter_nbquality.ipython.catalogue import SCOPED_MAGICS
from jupyter_nbquality.ipython.text import BREAKS
from jupyter_nbquality.lint.notebook_names import SIDE_EFFECT_IMPORTS
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Notebook

RUFF_CELL_MAGICS = frozenset(
    {"capture", "debug", "ipytest", "prun", "pypy", "python", "python3", "time", "timeit"}
)
"""Cell magics whose cell ruff reads as Python; it skips cells with any other."""

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_FIRST_WORDS = re.compile(r"\s*([a-z_]\w*)(?:[ \t]+(\S+)|[ \t]*$)", re.MULTILINE)
_OPERATORS = frozenset(
    ["=", "+=", "-=", "*=", "==", "!=", "<", ">", "+", "-", "*", "/", "//", "%", "**", "|", "&"]
)
STAND_IN = "__magic__"
"""What stands for a magic in code that reads its names."""
OPENER = "0\n"
"""A first row that is no name: ruff passes over cells that begin with ``time`` or ``ls``."""
_MOST_NAMES = 2_000
_SIDE_EFFECT_PARTS = [
    (name.partition(".")[0], name.rpartition(".")[2]) for name in sorted(SIDE_EFFECT_IMPORTS)
]
"""Of each name the first and the last part: both stand in code that imports it."""


class StandIn(msgspec.Struct, frozen=True):
    """Where code that reads its names stands for a magic.

    Attributes:
        magic: The magic.
        row: The row of the cell that holds the code, from 0.
        column: The code point of that row, from 0, at which it begins; left of it is the person's.
    """

    magic: Magic
    row: int
    column: int


class Origin(msgspec.Struct, frozen=True):
    """Where a cell of ruff's input comes from.

    Attributes:
        cell: The cell's id.
        number: Its number, from 1 over all cells.
        shadow: The names read, a row each, where it is a shadow; ``None`` where it is the cell
            itself.
        offset: How many rows of ruff's input stand above the first line.
        masked: Whether ruff got the masked text instead of the person's.
        standing: The code that reads the names of magics in their place.
    """

    cell: str
    number: int
    shadow: tuple[str, ...] | None = None
    offset: int = 0
    masked: bool = False
    standing: tuple[StandIn, ...] = ()


class RuffInput(msgspec.Struct, frozen=True):
    """A notebook for ruff, the source of each of its cells, and where it comes from."""

    document: bytes
    sources: list[str | None]
    origins: list[Origin]


def build(
    notebook: Notebook,
    code: Mapping[str, CodeCell],
    broken: Set[str] = frozenset(),
    masked: Set[str] = frozenset(),
) -> RuffInput:
    """Makes ruff's input of a notebook.

    Args:
        notebook: The document.
        code: What is known of its code cells, by id.
        broken: Cells that ruff cannot parse.
        masked: Cells that ruff is to get masked although it should know their magics.
    """
    sources: list[str | None] = []
    origins: list[Origin] = []

    def add(source: str | None, origin: Origin) -> None:
        sources.append(source)
        origins.append(origin)

    for number, cell in enumerate(notebook.cells, 1):
        known = code.get(cell.id)
        if known is None:
            add(None, Origin(cell.id, number))
        elif cell.id in broken:
            add(None, Origin(cell.id, number))
            names = identifiers(cell.source)
            add(OPENER + "\n".join(names), Origin(cell.id, number, shadow=(), offset=1))
        elif not known.masked.is_python:
            add(None, Origin(cell.id, number))
            _shadow(known, cell.id, number, add)
        else:
            use_mask = cell.id in masked or needs_mask(known)
            text = known.masked.text if use_mask else cell.source
            text, standing = _reading(known, text) if known.magics else (text, ())
            offset = 1 if _looks_like_magic(text) else 0
            opener = OPENER if offset else ""
            origin = Origin(cell.id, number, offset=offset, masked=use_mask, standing=standing)
            add(opener + text, origin)
            _shadow(known, cell.id, number, add)
    return RuffInput(ruff.document(sources), sources, origins)


def as_written(given: RuffInput, notebook: Notebook, code: Mapping[str, CodeCell]) -> bool:
    """Tells whether what ruff is given says nothing else than the notebook's own file."""
    own = [cell.source if cell.id in code else None for cell in notebook.cells]
    return given.sources == own


def _shadow(
    known: CodeCell, cell_id: str, number: int, add: Callable[[str | None, Origin], None]
) -> None:
    if not known.magics and "import" not in known.source:
        return
    reads = [name for magic in known.magics if in_shadow(magic) for name in _names(magic)]
    names = tuple(dict.fromkeys([*reads, *_side_effects(known)]))
    if names:
        add(OPENER + "\n".join(names), Origin(cell_id, number, shadow=names, offset=1))


def in_shadow(magic: Magic) -> bool:
    """Tells whether the names that a magic reads are read below its cell, not in its place."""
    return magic.kind == "cell-magic" and not _is_setup(magic)


def _is_setup(magic: Magic) -> bool:
    """Tells whether the line of a cell magic is code that runs with that below: ``%%timeit x = 1``.

    The names that it binds are those of the code below and of nothing else.
    """
    if magic.kind != "cell-magic" or magic.name not in SCOPED_MAGICS or not magic.body:
        return False
    try:
        parse(magic.body)
    except SyntaxError:
        return False
    return True


def _names(magic: Magic) -> list[str]:
    return [name for name in magic.reads if _is_name(name)]


def _reading(known: CodeCell, text: str) -> tuple[str, tuple[StandIn, ...]]:
    """Puts code that reads their names in the place of magics.

    Args:
        known: The cell.
        text: Its source, or its masked text.

    Returns:
        The text, every row of it where it was, and what stands in it for magics.
    """
    magics = [
        (magic, names)
        for magic in known.magics
        if ((names := _names(magic)) and not in_shadow(magic)) or _is_setup(magic)
    ]
    if not magics:
        return text, ()
    standing = []
    parts = BREAKS.split(text)
    masked = BREAKS.split(known.masked.text)[::2]
    source = BREAKS.split(known.source)[::2]
    for magic, names in magics:
        if magic.kind == "cell-magic":
            parts[2 * magic.line] = magic.body
            standing.append(StandIn(magic, magic.line, 0))
            continue
        row, column = magic.line, len(masked[magic.line]) - len(masked[magic.line].lstrip(" \t\f"))
        # The row tells it from other magics: ruff is to find no two of them alike.
        read = f"({row}, {', '.join(names)})"
        if magic.kind == "magic-assignment" or (
            magic.kind == "shell-capture" and not magic.text.startswith("!!")
        ):
            row, column = _right_side(magic, masked, source, known.masked.removed)
            code = f"{STAND_IN}{read}"
        elif column:
            code = f"{STAND_IN}{read}"
        else:
            # As a magic may, such an assignment may stand above imports.
            code = f"{STAND_IN} = {read}"
        parts[2 * row] = parts[2 * row][:column] + code
        for below in range(row + 1, magic.end_line + 1):
            parts[2 * below] = ""
        standing.append(StandIn(magic, row, column))
    return "".join(parts), tuple(standing)


def _right_side(
    magic: Magic, masked: list[str], source: list[str], removed: tuple[int, ...]
) -> tuple[int, int]:
    """Finds the row and column at which the magic right of an ``=`` begins."""
    for row in range(magic.line, magic.end_line + 1):
        own = source[row][removed[row] :] if removed else source[row]
        for column, (mine, other) in enumerate(zip(masked[row], own, strict=True)):
            if mine != other:
                return row, column
    return magic.line, 0


def _looks_like_magic(text: str) -> bool:
    """Tells whether ruff may pass over a cell: it begins with a word such as ``time`` or ``ls``."""
    match = _FIRST_WORDS.match(text)
    return match is not None and not keyword.iskeyword(match[1]) and match[2] not in _OPERATORS


def _side_effects(known: CodeCell) -> list[str]:
    """Lists the names of imports that work by being imported."""
    source = known.source
    if "import" not in source or not any(
        first in source and last in source for first, last in _SIDE_EFFECT_PARTS
    ):
        return []
    names = []
    for node in known.by_kind.of(ast.Import, ast.ImportFrom):
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        names += [
            alias.asname or alias.name.partition(".")[0]
            for alias in node.names
            if f"{module}{alias.name}" in SIDE_EFFECT_IMPORTS
        ]
    return names


def needs_mask(known: CodeCell) -> bool:
    """Tells whether a cell holds IPython syntax that ruff does not read as IPython does."""
    masked = known.masked
    return bool(masked.removed) or any(
        magic.kind == "automagic"
        or (magic.kind == "cell-magic" and magic.name not in RUFF_CELL_MAGICS)
        for magic in masked.magics
    )


def identifiers(source: str) -> list[str]:
    """Lists what may be names in a text that does not parse, each once."""
    names = dict.fromkeys(name for name in _NAME.findall(source) if _is_name(name))
    return list(names)[:_MOST_NAMES]


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)
