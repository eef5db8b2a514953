"""Replaces stretches of a text that are known by their offsets."""

from collections.abc import Iterable

Edit = tuple[int, int, str]
"""Where a stretch begins and ends, and what comes in its place."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Gives a text with stretches replaced.

    Args:
        text: The text that the offsets speak of.
        edits: They do not overlap. Of several that begin at one place the first given comes first.
    """
    done, pieces = 0, []
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])
