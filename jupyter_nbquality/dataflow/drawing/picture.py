"""What is drawn: a box a cell, one arrow from a cell to each that needs it."""

import re
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.facts import FILE, STATE
from jupyter_nbquality.dataflow.overview import Overview
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.secrets import mask

Strength = Literal["certain", "possible", "deletion"]

TITLE_LENGTH = 48
_MOST_NAMES = 4
_SHOWN_FILES = {f"{FILE}*": "any file", f"{FILE}?": "some file"}
_DULL = ("#", "%", "import ", "from ", '"""', "'''")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class Box(msgspec.Struct, frozen=True):
    """A cell.

    Attributes:
        index: Its number, from 1 over all cells.
        title: A line of its text; may be empty.
        unknown: Whether names of it are not known.
    """

    index: int
    title: str
    unknown: bool = False


class Arrow(msgspec.Struct, frozen=True):
    """A dependency.

    Attributes:
        source: The number of the cell that gives.
        target: The number of the cell that needs.
        names: Through which names, sorted, as they are shown.
        strength: ``possible`` where a cell may only change what the other reads.
    """

    source: int
    target: int
    names: list[str]
    strength: Strength

    @property
    def label(self) -> str:
        """The names on one line; the first few where they are many."""
        if len(self.names) <= _MOST_NAMES:
            return ", ".join(self.names)
        return (
            ", ".join(self.names[: _MOST_NAMES - 1])
            + f" and {len(self.names) + 1 - _MOST_NAMES} more"
        )


class Picture(msgspec.Struct, frozen=True):
    """All that is drawn.

    Attributes:
        boxes: In the order of the cells.
        arrows: At most one between two boxes; each goes down.
    """

    boxes: list[Box]
    arrows: list[Arrow]


def picture(notebook: Notebook, found: Overview) -> Picture:
    """Makes the picture of a notebook's dependencies.

    Several dependencies between two cells become one arrow, as strong as the strongest.
    """
    between: dict[tuple[int, int], list[tuple[str, list[str]]]] = {}
    for link in found.dependencies:
        between.setdefault((link.source, link.target), []).append((link.kind, link.names))
    return Picture(
        [
            Box(cell.index, title(notebook.cells[cell.index - 1]), bool(cell.unknown))
            for cell in found.cells
        ],
        [
            Arrow(
                source,
                target,
                sorted({shown(name) for _kind, names in links for name in names}),
                _strength({kind for kind, _names in links}),
            )
            for (source, target), links in between.items()
        ],
    )


def title(cell: Cell) -> str:
    """Names a cell by a line of it: the first that is no comment, import or magic, if any.

    Secrets are masked, and what would not stand on one line is left out.
    """
    lines = [line.strip() for line in mask(cell.source).splitlines() if line.strip()]
    line = next((each for each in lines if not each.startswith(_DULL)), lines[0] if lines else "")
    line = " ".join(_CONTROL.sub(" ", line).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def shown(name: str) -> str:
    """Gives a name of a dependency as a person reads it."""
    if name in _SHOWN_FILES:
        return _SHOWN_FILES[name]
    plain = _CONTROL.sub(" ", name)
    if plain.startswith(STATE):
        return f"{plain.removeprefix(STATE)} state"
    return plain.removeprefix(FILE)


def _strength(kinds: set[str]) -> Strength:
    if kinds & {"definition", "mutation"}:
        return "certain"
    return "possible" if "possible-mutation" in kinds else "deletion"
