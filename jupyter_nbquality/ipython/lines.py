"""IPython syntax in the lines of a cell."""

import keyword
import re

from jupyter_nbquality.ipython.catalogue import (
    AUTOMAGIC_NAMES,
    LONE_AUTOMAGIC_NAMES,
    PYTHON_LINE_MAGICS,
    READING_OPTIONS,
    SCOPED_MAGICS,
    UNKNOWN_NAMES,
)
from jupyter_nbquality.ipython.model import Draft, MagicKind, Span
from jupyter_nbquality.ipython.names import names_of
from jupyter_nbquality.ipython.parsing import parse
from jupyter_nbquality.ipython.reading import (
    OPTION,
    READ_LENGTH,
    read_arguments,
    read_code,
    read_expression,
    read_shell,
)
from jupyter_nbquality.ipython.text import (
    BREAK,
    NAME,
    STRING,
    TOKEN,
    TRIPLE_QUOTES,
    WORD,
    after_break,
    after_line,
    continued_end,
    filled,
    joined,
    skip_indent,
)

_ESCAPES = frozenset("%!?,;/")
_OPERATORS = ("!=", "%=", "//", "/=")
_LIKELY_MAGIC = re.compile(r"[ \t]*(?=%%?[A-Za-z]|![A-Za-z.])")
_ASSIGNED_MAGIC = re.compile(
    r"[ \t\f]*(?:\\(?:\r\n|\n|\r)[ \t\f]*)*(?:(?P<magic>%)(?=[ \t]*[^\W\d])|!(?!=))"
)
_HELP = re.compile(r"(%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*)\?\??\Z")
_HELP_LENGTH = 300  # of the end of a line looked at: searching all of it would be quadratic
_MAGIC_NAME = re.compile(r"%(\S*)[ \t]*")
_AUTO_CALL = re.compile(r"[,;/](\S*)[ \t]*")
_MAX_MAGICS_IN_MAGICS = 3  # `%time x = !ls` is sensible; a thousand of them are hostile
_CODE_WORD = re.compile(r"#[^\r\n]*|(?<![\w.])[^\W\d]\w*|" + STRING)


def scan(text: str, begin: int, depth: int = 0) -> tuple[list[Draft], list[Span]]:
    """Finds the IPython syntax of the lines from offset `begin` on, and what to mask for it.

    `depth` counts the magics around the text: ``%time %time x``.
    """
    drafts: list[Draft] = []
    spans: list[Span] = []
    length = len(text)
    at = begin
    while at < length:
        first = skip_indent(text, at)
        if first == length:
            break
        if text[first] in _ESCAPES:
            draft = _escaped_line(text, first, depth)
            if draft is not None:
                drafts.append(draft)
                spans.append(Span(first, draft.end))
                at = after_break(text, draft.end)
                continue
        end, assigned, bare = _logical_line(text, first)
        marker = _ASSIGNED_MAGIC.match(text, assigned) if assigned else None
        if marker is not None:
            end = continued_end(text, marker.end())
            draft = _help_at_end(text, first, end)
            if draft is None:
                draft = _assignment(text, first, assigned, marker, end, depth)
                spans.append(Span(marker.end() - 1, end, is_statement=False))
            else:
                spans.append(Span(first, end))
            drafts.append(draft)
        elif bare:
            draft = _help_at_end(text, first, end)
            if draft is not None:
                drafts.append(draft)
                spans.append(Span(first, end))
        elif end < 0:
            _scan_broken(text, after_line(text, first), drafts, spans)
            break
        at = after_break(text, end)
    return drafts, spans


def _scan_broken(text: str, at: int, drafts: list[Draft], spans: list[Span]) -> None:
    """Takes each line from `at` on for itself: a bracket or a quote before is never closed."""
    while at < len(text):
        likely = _LIKELY_MAGIC.match(text, at)
        draft = _escaped_line(text, likely.end(), 0) if likely is not None else None
        if draft is None:
            at = after_line(text, at)
        else:
            drafts.append(draft)
            spans.append(Span(draft.start, draft.end))
            at = after_break(text, draft.end)


def _logical_line(text: str, first: int) -> tuple[int, int, bool]:
    """Finds the end of the logical line of Python that starts at offset `first`.

    Returns:
        Its end, before the line break (-1: a bracket or a triple quote is never closed); the
        offset behind its first ``=`` outside brackets (0: none); whether its last character is a
        question mark of its own, not one in a string or comment.
    """
    level = assigned = 0
    at = covered = first
    length = len(text)
    while True:
        match = TOKEN.search(text, at)
        if match is None:
            end = length
            break
        at = match.end()
        char = text[match.start()]
        if char in "\r\n":
            if level == 0:
                end = match.start()
                break
        elif char in "([{":
            level += 1
        elif char in ")]}":
            level = max(level - 1, 0)
        elif char in "\"'#":
            covered = at
            if match.lastgroup is None and text.startswith(TRIPLE_QUOTES, match.start()):
                return -1, 0, False
        elif char == "=" and level == 0 and not assigned and at - match.start() == 1:
            assigned = at
            # The text after it is the shell's, or a magic's: quotes and brackets mean nothing.
            if _ASSIGNED_MAGIC.match(text, at):
                return at, at, False
    if level and text.endswith("\n"):
        # IPython answers `f(x?` too, where the cell ends with it.
        end = length - 1
    bare = end > covered and text[end - 1] == "?"
    if level and not (bare and _HELP.search(text[max(first, end - _HELP_LENGTH) : end])):
        return -1, 0, False
    return end, assigned, bare


def _escaped_line(text: str, first: int, depth: int) -> Draft | None:
    """Reads a line that starts with one of IPython's characters; None where it is no such line."""
    if text.startswith(_OPERATORS, first):
        return None
    end = continued_end(text, first)
    char = text[first]
    if text[end - 1] == "?" and end - first > 1 and "#" not in text[first:end]:
        draft = _help_at_end(text, first, end)
        if draft is not None:
            return draft
    if char == "%":
        return _line_magic("line-magic", text, first, first, end, depth)
    if char == "!":
        captured = text.startswith("!!", first)
        draft = Draft("shell-capture" if captured else "shell", "", first, end)
        read_shell(draft, text, first + 1 + captured, end)
        return draft
    if char == "?":
        target = skip_indent(text, first + (2 if text.startswith("??", first) else 1))
        return _help(first, end, joined(text[target:end]).strip(), target)
    return _auto_call(text, first, end)


def _line_magic(kind: MagicKind, text: str, first: int, marker: int, end: int, depth: int) -> Draft:
    """Reads ``%name arguments``, whose ``%`` (none for an automagic) stands at `marker`."""
    match = _MAGIC_NAME.match(text, marker, end)
    if match is None:  # an automagic
        match = WORD.match(text, marker, end)
        name = match.group() if match else ""
    else:
        name = match[1].removesuffix("\\")
    start = match.end() if match else end
    draft = Draft(kind, name, first, end, args=joined(text[start:end]).strip())
    if name in PYTHON_LINE_MAGICS:
        read_python(draft, text, start, end, depth)
    else:
        draft.body = draft.args
        read_arguments(draft, text, start, end)
    return draft


def read_python(draft: Draft, text: str, start: int, end: int, depth: int = 0) -> None:
    """Reads the options and the Python code of a magic such as ``%time``."""
    valued = PYTHON_LINE_MAGICS[draft.name]
    reading = READING_OPTIONS.get(draft.name, frozenset())
    while (option := OPTION.match(text, start, end)) is not None:
        word = option[1]
        if draft.name == "time" and not word.startswith("--"):
            break  # %time has no short options: this is a minus
        start = option.end()
        if not word.startswith("--") and word[-1] in valued and not set(word[1:-1]) & set(valued):
            value = WORD.match(text, start, end)
            if value is not None:
                if f"-{word[-1]}" in reading:
                    read_expression(draft, value.group(), value.start())
                start = value.end()
    start = skip_indent(text, start)
    code = text[start:end]
    draft.body = joined(code).strip()
    binds = draft.local if draft.name in SCOPED_MAGICS else draft.assigns
    spans: list[Span] = []
    if depth < _MAX_MAGICS_IN_MAGICS:
        inner, spans = scan(code, 0, depth + 1)
        for magic in inner:
            draft.reads += [(name, start + offset) for name, offset in magic.reads]
            draft.local += magic.local
            draft.guessed = draft.guessed or magic.guessed
            draft.unknown = draft.unknown or magic.unknown or magic.name in UNKNOWN_NAMES
            binds += magic.assigns
    if not read_code(draft, filled(code, spans), start, binds):
        draft.guessed = True
        for match in _CODE_WORD.finditer(code[:READ_LENGTH]):
            word = match.group()
            if word.isidentifier() and not keyword.iskeyword(word):
                draft.reads.append((word, start + match.start()))


def _assignment(
    text: str, first: int, assigned: int, marker: re.Match[str], end: int, depth: int
) -> Draft:
    """Reads ``target = %magic`` or ``target = !command``; `assigned` is behind the ``=``."""
    start = marker.end() - 1
    if marker["magic"]:
        draft = _line_magic("magic-assignment", text, first, start, end, depth)
    else:
        draft = Draft("shell-capture", "", first, end)
        read_shell(draft, text, start + 1, end)
    try:
        targets = parse(text[first : assigned - 1] + "=0")
    except SyntaxError:
        return draft
    draft.assigns += names_of(targets)[1]
    return draft


def _auto_call(text: str, first: int, end: int) -> Draft | None:
    """Reads ``/f a b``, ``,f a b`` or ``;f a b``, if what IPython makes of it is Python at all."""
    match = _AUTO_CALL.match(text, first, end)
    name = match[1] if match else ""
    start = match.end() if match else end
    args = joined(text[start:end]).rstrip()
    if text[first] == "/":
        if not name:
            return None
        call = f"{name}({', '.join(args.split())})"
    elif text[first] == ",":
        call = '{}("{}")'.format(name, '", "'.join(args.split()))
    else:
        call = f'{name}("{args}")'
    try:
        parse(call)
    except SyntaxError:
        return None
    draft = Draft("auto-call", name, first, end, args=args, body=call)
    read_expression(draft, name, first + 1)
    if text[first] == "/":
        for word in WORD.finditer(text, start, min(end, start + READ_LENGTH)):
            read_expression(draft, word.group(), word.start())
    return draft


def _help_at_end(text: str, first: int, end: int) -> Draft | None:
    """Reads ``name?`` at the end of a logical line, which makes help of the whole line."""
    tail = max(first, end - _HELP_LENGTH)
    match = _HELP.search(text[tail:end])
    return _help(first, end, match[1], tail + match.start()) if match else None


def _help(first: int, end: int, target: str, at: int) -> Draft:
    draft = Draft("help", "", first, end, body=target)
    if target.startswith("%"):
        draft.name = target.lstrip("%")
    elif "*" not in target:
        name = NAME.match(target)
        if name is not None and not keyword.iskeyword(name.group()):
            draft.reads.append((name.group(), at))
    return draft


def is_automagic(line: str) -> bool:
    """Whether IPython takes a line, the only one of its cell, for a magic without ``%``."""
    line = line.strip()
    match = NAME.match(line)
    if match is None or match.group() not in AUTOMAGIC_NAMES:
        return False
    word, rest = match.group(), line[match.end() :]
    if rest.startswith((".", "*")) or rest.lstrip().startswith(("=", ",")):
        return False
    if word in LONE_AUTOMAGIC_NAMES and (
        not rest or (rest[0].isspace() and re.match(r"#|-\w", rest.lstrip()))
    ):
        return True
    try:
        parse(line)
    except SyntaxError:
        return True
    return False


def scan_automagic(text: str, begin: int) -> tuple[list[Draft], list[Span]]:
    """Finds what is IPython syntax only because the line from `begin` on is alone in its cell."""
    line = text[begin:].removesuffix("\n").removesuffix("\r")
    if BREAK.search(line) or not is_automagic(line):
        return [], []
    first = skip_indent(text, begin)
    end = begin + len(line)
    return [_line_magic("automagic", text, first, first, end, 0)], [Span(first, end)]
