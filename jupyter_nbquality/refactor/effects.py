"""What running a notebook would do to the world outside its folder."""

from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow

EffectKind = Literal["writes-file", "network", "database", "subprocess", "environment"]

_TOLD: dict[str, EffectKind] = {
    "writes-file": "writes-file",
    "makes-folder": "writes-file",
    "network": "network",
    "database": "database",
    "subprocess": "subprocess",
}


class WorldEffect(msgspec.Struct, frozen=True):
    """Something that a cell does outside of its kernel.

    Attributes:
        cell: The id of the cell.
        kind: What.
        what: The path, where it is written out; else empty.
        stays_inside: Whether it happens in the folder of the notebook, of which a copy is made.
    """

    cell: str
    kind: EffectKind
    what: str
    stays_inside: bool


def world_effects(dataflow: Dataflow, cells: Iterable[str] | None = None) -> list[WorldEffect]:
    """Finds what cells do outside of their kernel.

    Args:
        dataflow: Of the notebook.
        cells: The ids of the cells; ``None`` for all.
    """
    found: dict[WorldEffect, None] = {}
    for cell in cells if cells is not None else dataflow.cells:
        for effect in dataflow.graph.unit(cell).effective.facts.effects:
            kind = _TOLD.get(effect.kind)
            if kind is not None:
                inside = kind == "writes-file" and _is_inside(effect.what)
                found[WorldEffect(cell, kind, effect.what, inside)] = None
    return list(found)


def _is_inside(path: str) -> bool:
    """Tells whether a path surely stays below the folder that it is seen from."""
    if not path or "://" in path or path.startswith("~"):
        return False
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        return False
    return ".." not in PurePosixPath(path.replace("\\", "/")).parts
