"""The ways a check is written down: one module a format, each with ``render(reports) -> str``."""

import importlib
from collections.abc import Sequence
from typing import Protocol

from jupyter_nbquality.cli.rows import FileReport

NAMES = ("text", "concise", "json", "sarif", "github", "junit")


class Format(Protocol):
    """What a module of this package offers."""

    def render(self, reports: Sequence[FileReport], *, color: bool = False) -> str:
        """Writes all findings down; the text ends in a line break unless it is empty."""
        ...


def by_name(name: str) -> Format:
    """Gives a format; its module is loaded only now."""
    module: Format = importlib.import_module(f"{__name__}.{name}")
    return module
