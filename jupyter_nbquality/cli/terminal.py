"""Text for a terminal: nothing that a file holds can move the cursor, and carets stand in place."""

import os
import sys
import unicodedata
from typing import TextIO

TAB_WIDTH = 4
_SHOWN_CONTROLS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str, *, tabs: bool = False) -> str:
    """Makes what a file holds safe to print on one line.

    Control characters, marks that turn the direction of text, and lone surrogates become escapes.

    Args:
        text: Any text.
        tabs: Whether a tab becomes spaces (in source lines) rather than an escape.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character, tabs) for character in text)


def _shown(character: str, tabs: bool) -> str:
    if character == "\t" and tabs:
        return " " * TAB_WIDTH
    if character.isprintable() or character == "\u200d":
        return character
    if character in _SHOWN_CONTROLS:
        return _SHOWN_CONTROLS[character]
    # White space that is only wide, such as a no-break space, does no harm.
    if unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Counts the columns that an escaped text takes on a terminal."""
    if text.isascii():
        return len(text)
    columns = 0
    for character in text:
        if unicodedata.combining(character) or character in "\u200d\ufe0f":
            continue
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns


def wants_color(stream: TextIO) -> bool:
    """Tells whether to colour: on a terminal, unless ``NO_COLOR`` or ``FORCE_COLOR`` decides."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def make_output_robust() -> None:
    """Lets a character that the output's encoding lacks appear as an escape, not as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
