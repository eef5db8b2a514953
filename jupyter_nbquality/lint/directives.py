"""Comments that silence rules, ``# nbq: ignore[CODE]`` and ``# noqa: CODE``; where they count."""

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.lint.rule import CodeCell

_DIRECTIVE = re.compile(
    r"#\s*(?:(?P<nbq>nbq\s*:\s*ignore)\b(?:\s*\[(?P<list>[^\]\r\n]*)\])?"
    r"|(?P<noqa>noqa)\b(?:\s*:\s*(?P<codes>[A-Z][A-Z0-9-]*(?:[\s,]+[A-Z]+[0-9]+)*))?)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s,]+")


class Directive(msgspec.Struct, frozen=True):
    """One comment that silences rules.

    Attributes:
        line: The line of the cell, from 0.
        codes: Codes, beginnings of codes or slugs, each with its offset in the source; ``None``
            for all rules.
        noqa: Whether it is ruff's form, which may also name rules of other tools.
        end: The offset in the source where a further code goes; ``None`` without a list.
    """

    line: int
    codes: tuple[tuple[str, int], ...] | None
    noqa: bool
    end: int | None


@functools.lru_cache(maxsize=4_096)
def directives(code: CodeCell) -> tuple[Directive, ...]:
    """Finds the comments of a cell that silence rules; the same in strings and magics are none."""
    return tuple(_find(code)) if may_hold_directives(code.source) else ()


def may_hold_directives(text: str) -> bool:
    """Tells whether a comment that silences rules may stand in a text."""
    lowered = text.lower()
    return "nbq" in lowered or "noqa" in lowered


def _find(code: CodeCell) -> Iterator[Directive]:
    matches = list(_DIRECTIVE.finditer(code.source))
    comments = _comments(code) if matches else None
    for match in matches:
        place = code.lines.from_offset(match.start())
        if in_magic(code, place.line):
            continue
        if comments is not None and not any(
            start <= match.start() < end for start, end in comments
        ):
            continue
        group = "list" if match["nbq"] else "codes"
        listed = match[group]
        start = match.start(group)
        codes = None
        if listed is not None:
            codes = tuple((word[0], start + word.start()) for word in _WORD.finditer(listed))
        yield Directive(
            place.line, codes, bool(match["noqa"]), match.end(group) if listed is not None else None
        )


def in_magic(code: CodeCell, line: int) -> bool:
    """Tells whether a line is IPython syntax, where a comment would be part of the command."""
    return (
        any(magic.line <= line <= magic.end_line for magic in code.magics)
        or not code.masked.is_python
    )


def comment_line(code: CodeCell, line: int) -> int:
    """Gives the line on which a comment about a line can stand, as ruff has it.

    That is the line itself, but the end of a string that goes over several lines, and what a
    backslash goes on with.
    """
    spans = _long_strings(code)
    while True:
        end = max((end for start, end in spans if start <= line < end), default=line)
        if end == line:
            if not _text(code, line).rstrip("\r\n").endswith("\\"):
                return line
            end = line + 1
        if end >= code.lines.line_count:
            return line
        line = end


def silencing_lines(code: CodeCell, line: int) -> set[int]:
    """Gives the lines on which a comment silences what is found on a line.

    Beside that of `comment_line`, the last line of the statement.
    """
    lines = {line, comment_line(code, line)}
    last: int | None = None
    for node in code.nodes:
        if (
            isinstance(node, ast.stmt)
            and not hasattr(node, "body")
            and not hasattr(node, "cases")
            and node.lineno <= line + 1 <= (node.end_lineno or node.lineno)
        ):
            last = (node.end_lineno or node.lineno) - 1
    if last is not None:
        lines.add(last)
    return lines


def _text(code: CodeCell, line: int) -> str:
    end = code.lines.to_offset(code.lines.end_of_line(line))
    start = code.lines.to_offset(code.lines.from_codepoints(line, 0))
    return code.source[start:end]


def _comments(code: CodeCell) -> list[tuple[int, int]] | None:
    """Gives start and end offset of each comment; ``None`` where the cell cannot be read."""
    text = code.masked.text
    if code.tree is None or code.masked.removed or "\r" in text:
        return None
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    try:
        return [
            (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return None


@functools.lru_cache(maxsize=4_096)
def _long_strings(code: CodeCell) -> tuple[tuple[int, int], ...]:
    """Gives first and last line, from 0, of each string that goes over several."""
    return tuple(
        (node.lineno - 1, node.end_lineno - 1)
        for node in code.nodes
        if (
            isinstance(node, ast.JoinedStr)
            or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        )
        and node.end_lineno is not None
        and node.end_lineno > node.lineno
    )
