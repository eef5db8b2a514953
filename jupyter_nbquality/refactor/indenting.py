"""Moves code to the right without touching what its strings hold."""

import io
import tokenize
from collections.abc import Sequence

INDENT = "    "

_STRINGS = {
    getattr(tokenize, name)
    for name in ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END", "TSTRING_MIDDLE")
    if hasattr(tokenize, name)
}


def lines_in_strings(masked: str) -> set[int]:
    """Finds the lines that begin within a string.

    Args:
        masked: Code that parses.

    Returns:
        Their numbers, from 0.
    """
    found: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(masked).readline):
            if token.type in _STRINGS:
                found.update(range(token.start[0], token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def indented(lines: Sequence[str], fixed: set[int], first: int = 0) -> list[str]:
    """Moves lines one step to the right.

    Args:
        lines: The lines.
        fixed: Numbers of lines that stay as they are.
        first: The number of the first line.
    """
    return [
        line if number in fixed or not line.strip() else INDENT + line
        for number, line in enumerate(lines, first)
    ]
