"""Finds the places of values in a JSON text, and changes some of them without touching the rest.

All functions take text that is known to be valid JSON; with other text they may answer anything or
raise ``ValueError``, but they come to an end. They look only at the levels they are asked for: what
lies deeper is stepped over without being decoded, by one regular expression and without recursion.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_CHARACTER = re.compile(r"\\u(?!00[0-7])[0-9A-Fa-f]{4}")


class Member(NamedTuple):
    """One member of an object: its key, where the key starts, and where the value stands."""

    key: str
    key_start: int
    start: int
    end: int


def skip_space(text: str, position: int) -> int:
    """Gives the place of the next character that is no white space."""
    match = _SPACE.match(text, position)
    return match.end() if match else position


def end_of_value(text: str, start: int) -> int:
    """Gives the place behind the value that starts at ``start``."""
    first = text[start : start + 1]
    if first == '"':
        match = _STRING.match(text, start)
        return match.end() if match else len(text)
    if first not in ("{", "["):
        match = _SCALAR.match(text, start)
        return match.end() if match else len(text)
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text, start):
        character = text[token.start()]
        if character in "{[":
            depth += 1
        elif character in "}]":
            depth -= 1
            if not depth:
                return token.end()
    return len(text)


def members(text: str, start: int = 0) -> list[Member]:
    """Lists the members of the object that starts at ``start``; another kind of value has none."""
    found: list[Member] = []
    if text[start : start + 1] != "{":
        return found
    position = skip_space(text, start + 1)
    while position < len(text) and text[position] != "}":
        key_start = position
        key, position = scanstring(text, position + 1, False)
        value = skip_space(text, skip_space(text, position) + 1)
        position = end_of_value(text, value)
        found.append(Member(key, key_start, value, position))
        position = skip_space(text, position)
        if text[position : position + 1] == ",":
            position = skip_space(text, position + 1)
    return found


def member(text: str, key: str, start: int = 0) -> Member | None:
    """Gives one member of the object at ``start``; the last of equal keys, as JSON readers do."""
    return next((item for item in reversed(members(text, start)) if item.key == key), None)


def elements(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Lists the places of the elements of the array at ``start``; other values have none."""
    found: list[tuple[int, int]] = []
    if text[start : start + 1] != "[":
        return found
    position = skip_space(text, start + 1)
    while position < len(text) and text[position] != "]":
        end = end_of_value(text, position)
        if end == position:
            raise ValueError(f"No value at {position}.")
        found.append((position, end))
        position = skip_space(text, end)
        if text[position : position + 1] == ",":
            position = skip_space(text, position + 1)
    return found


class Style(NamedTuple):
    """How a JSON text is written.

    Attributes:
        indent: One step of indentation; empty where everything stands on one line.
        newline: The line break; empty where everything stands on one line.
        comma: What separates elements that stand on one line.
        colon: What stands between a key and its value.
        ascii_only: Whether other characters are written as escapes.
    """

    indent: str
    newline: str
    comma: str
    colon: str
    ascii_only: bool

    def dump(self, value: Any, indent: str = "") -> str:
        """Writes a value in this style; ``indent`` is that of the line on which it starts."""
        if self.newline:
            text = json.dumps(
                value,
                ensure_ascii=self.ascii_only,
                indent=self.indent,
                separators=(",", self.colon),
            )
            text = text.replace("\n", self.newline + indent)
        else:
            text = json.dumps(
                value, ensure_ascii=self.ascii_only, separators=(self.comma, self.colon)
            )
        # A lone surrogate cannot be written in UTF-8, only escaped.
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def style_of(text: str) -> Style:
    """Finds out how a JSON text, an object, is written."""
    start = skip_space(text, 0)
    lead = text[start + 1 : skip_space(text, start + 1)]
    newline = ("\r\n" if "\r\n" in lead else "\n") if "\n" in lead else ""
    colon = re.search(r'"(:[ \t]*)', text[start : start + 10_000])
    comma = re.search(r'["\]}0-9](,[ \t]*)["\[{0-9]', text[start : start + 10_000])
    return Style(
        indent=lead.rpartition("\n")[2] if newline else "",
        newline=newline,
        comma=comma[1] if comma else ", ",
        colon=colon[1] if colon else ": ",
        ascii_only=text.isascii() and _ESCAPED_CHARACTER.search(text) is not None,
    )


def indentation(space: str) -> str:
    """Gives the indentation in the white space before a value: what follows its last line break."""
    return space.rpartition("\n")[2] if "\n" in space else ""


def with_member(text: str, key: str, value: Any, style: Style, indent: str = "") -> str:
    """Sets a member of an object.

    Args:
        text: The object, from its opening brace on.
        key: The member's key; where it is new, it is put in its place among sorted keys, else last.
        value: The new value.
        style: How to write it.
        indent: The indentation of the line on which the object starts.

    Returns:
        The object with nothing else changed.
    """
    present = members(text)
    if not present:
        inner = style.newline + indent + style.indent if style.newline else ""
        outer = style.newline + indent if style.newline else ""
        dumped = style.dump(value, indent + style.indent)
        close = text.index("}") + 1
        return f"{{{inner}{json.dumps(key)}{style.colon}{dumped}{outer}}}{text[close:]}"
    lead = text[1 : present[0].key_start]
    inner_indent = indentation(lead)
    dumped = style.dump(value, inner_indent)
    old = next((item for item in reversed(present) if item.key == key), None)
    if old is not None:
        return text[: old.start] + dumped + text[old.end :]
    entry = json.dumps(key) + style.colon + dumped
    keys = [item.key for item in present]
    later = next((item for item in present if item.key > key), None)
    gap = lead if "\n" in lead else style.comma[1:]
    if keys == sorted(keys) and later is not None:
        return f"{text[: later.key_start]}{entry},{gap}{text[later.key_start :]}"
    last = present[-1].end
    return f"{text[:last]},{gap}{entry}{text[last:]}"


def without_member(text: str, key: str) -> str:
    """Takes a member out of an object; gives the same text where it is absent."""
    present = members(text)
    index = next((at for at, item in enumerate(present) if item.key == key), None)
    if index is None:
        return text
    if len(present) == 1:
        return "{" + text[skip_space(text, present[0].end) :]
    if index + 1 < len(present):
        return text[: present[index].key_start] + text[present[index + 1].key_start :]
    return text[: present[index - 1].end] + text[present[index].end :]
