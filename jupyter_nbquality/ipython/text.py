"""The lexical ground of cells: strings, comments, breaks and lines that backslashes continue."""

import re

from jupyter_nbquality.ipython.model import Span

BREAK = re.compile(r"\r\n|\n|\r")
BREAKS = re.compile(r"(\r\n|\n|\r)")
_INDENT = re.compile(r"[ \t\f]*")
_CONTINUATION = re.compile(r"\\(?:\r\n|\n|\r)")
# Each alternative matches a string at its first try, closed or not, so a search never backtracks;
# the groups tell a closed triple-quoted string from one that runs to the end of the text.
STRING = (
    r'"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*(?P<closed2>""")?'
    r"|'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*(?P<closed1>''')?"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*)*"?'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*)*'?"
)
TOKEN = re.compile(
    r"#[^\r\n]*|\\(?:\r\n|\n|\r)|\r\n|\n|\r|[()\[\]{}]|[=!<>:+\-*/%&|^@]=|=|" + STRING
)
TRIPLE_QUOTES = ('"""', "'''")
NAME = re.compile(r"[^\W\d]\w*")
WORD = re.compile(r"(?:[^\s\\]|\\(?![\r\n]))+")


def skip_indent(text: str, at: int) -> int:
    """Where the blanks at an offset end."""
    match = _INDENT.match(text, at)
    return match.end() if match else at


def line_end(text: str, at: int) -> int:
    """Where the line of an offset ends, before its line break."""
    match = BREAK.search(text, at)
    return match.start() if match else len(text)


def after_break(text: str, end: int) -> int:
    """What follows the line break at an offset, if there is one."""
    match = BREAK.match(text, end)
    return match.end() if match else end


def after_line(text: str, at: int) -> int:
    """Where the line after that of an offset starts."""
    return after_break(text, line_end(text, at))


def continued_end(text: str, at: int) -> int:
    """The end of a line that backslashes continue; IPython looks at nothing else."""
    end = line_end(text, at)
    while end < len(text) and end > at and text[end - 1] == "\\":
        at = after_break(text, end)
        end = line_end(text, at)
    return end


def joined(text: str) -> str:
    """Continuation lines as the one line that IPython hands to a magic."""
    return _CONTINUATION.sub(" ", text) if "\\" in text else text


def filled(text: str, spans: list[Span]) -> str:
    """The text with the spans masked; they stand in order and never overlap."""
    parts = []
    at = 0
    for span in spans:
        parts.append(text[at : span.start])
        first, *others = BREAKS.split(text[span.start : span.end])
        if span.is_statement and len(first) >= 4:
            filler = "pass"
        else:
            filler = "..." if len(first) >= 3 else "0"
        parts.append(filler.ljust(len(first)))
        parts += [part if part in ("\n", "\r", "\r\n") else " " * len(part) for part in others]
        at = span.end
    parts.append(text[at:])
    return "".join(parts)
