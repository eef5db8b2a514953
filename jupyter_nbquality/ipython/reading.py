"""The names in the arguments of magics and in shell commands."""

import keyword
import re

from jupyter_nbquality.ipython.catalogue import (
    BINDING_MAGICS,
    BINDING_OPTIONS,
    FIRST_ARGUMENT_BINDS,
    KNOWN_MAGICS,
    OBJECT_MAGICS,
    QUERY_MAGICS,
    READING_OPTIONS,
)
from jupyter_nbquality.ipython.model import Draft
from jupyter_nbquality.ipython.names import names_of
from jupyter_nbquality.ipython.parsing import parse
from jupyter_nbquality.ipython.text import WORD, joined, line_end, skip_indent
from jupyter_nbquality.positions import LineIndex

READ_LENGTH = 20_000  # of a shell line or a query: more is data
OPTION = re.compile(r"(?:\s|\\(?=[\r\n]))*(--?[A-Za-z][^\s\\]*)(?:\s|\\(?=[\r\n]))*")
_EXPANSION = re.compile(r"\{\{|\$\$|\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|\$([^\W\d]\w*)")
_QUERY_NAME = re.compile(r"(?<![:\w]):([^\W\d]\w*)|\{\{\s*([^\W\d]\w*)")
_QUERY_RESULT = re.compile(r"(?<!\w)([^\W\d]\w*)\s*<<")


def read_code(draft: Draft, code: str, base: int, binds: list[str]) -> bool:
    """Adds the names that Python code at offset `base` reads and binds; says whether it parses."""
    try:
        tree = parse(code)
    except SyntaxError:
        return False
    reads, bound = names_of(tree)
    index = LineIndex(code)
    for node in reads:
        offset = index.to_offset(index.position(node.lineno, node.col_offset))
        draft.reads.append((node.id, base + offset))
    binds += bound
    return True


def read_expression(draft: Draft, code: str, base: int) -> bool:
    """Adds the names an expression reads; says whether it is one."""
    blank = len(code) - len(code.lstrip())
    return read_code(draft, code.strip(), base + blank, [])


def read_shell(draft: Draft, text: str, start: int, end: int) -> None:
    """Reads a command for the shell, in which IPython looks up ``{expression}`` and ``$name``."""
    draft.args = draft.body = joined(text[start:end]).strip()
    _read_expansions(draft, text, start, end)


def _read_expansions(draft: Draft, text: str, start: int, end: int) -> None:
    draft.guessed = True
    for match in _EXPANSION.finditer(text, start, min(end, start + READ_LENGTH)):
        if match[2]:
            draft.reads.append((match[2], match.start(2)))
        elif match[1] and not read_expression(draft, match[1], match.start(1)):
            value = re.split("[:!]", match[1], maxsplit=1)[0]  # `{x:.2f}`
            read_expression(draft, value, match.start(1))


def read_arguments(draft: Draft, text: str, start: int, end: int) -> None:
    """Reads the arguments of a magic that is no Python, by the tables of what magics do."""
    name = draft.name
    end = min(end, start + READ_LENGTH)
    _read_expansions(draft, text, start, end)
    binding = BINDING_OPTIONS.get(name, frozenset())
    reading = READING_OPTIONS.get(name, frozenset())
    options: set[str] = set()
    words: list[re.Match[str]] = []
    option = ""
    for match in WORD.finditer(text, start, end):
        word = match.group()
        if option:
            names = [part for part in word.split(",") if part.isidentifier()]
            if option in binding:
                draft.assigns += names
            else:
                read_expression(draft, word, match.start())
            option = ""
        elif word.startswith("-"):
            key, _, value = word.partition("=")
            options.add(key)
            if value and key in binding:
                draft.assigns += [part for part in value.split(",") if part.isidentifier()]
            elif not value and key in binding | reading:
                option = key
        else:
            words.append(match)
    names = [word.group() for word in words if word.group().isidentifier()]
    if name in FIRST_ARGUMENT_BINDS:
        draft.assigns += names[:1]
    elif name in BINDING_MAGICS:
        draft.assigns += [part.split(".")[0] for part in draft.args.replace(",", " ").split()]
    elif name == "store":
        _read_store(draft, words, options)
    elif name == "sc":
        draft.assigns += re.findall(r"(?<!\w)([^\W\d]\w*)=", text[start:end])[:1]
    elif name in OBJECT_MAGICS:
        for match in words:
            read_expression(draft, match.group(), match.start())
    elif name not in KNOWN_MAGICS:
        read_unknown(draft, text, start, end)
    if name in QUERY_MAGICS:
        read_query(draft, text, start, end)


def _read_store(draft: Draft, words: list[re.Match[str]], options: set[str]) -> None:
    """Reads ``%store x``, ``%store -r x`` and ``%store x > file``."""
    if "-r" in options:
        draft.assigns += [word.group() for word in words]
        draft.unknown = not words
    elif not options:
        for word in words:
            if word.group().startswith(">"):
                break
            read_expression(draft, word.group(), word.start())


def read_query(draft: Draft, text: str, start: int, end: int) -> None:
    """Reads the names in a query: ``:name``, ``{{name}}`` and ``result << SELECT …``."""
    end = min(end, start + READ_LENGTH)
    for match in _QUERY_NAME.finditer(text, start, end):
        group = match.lastindex or 0
        draft.reads.append((match[group], match.start(group)))
    result = _QUERY_RESULT.search(text, start, min(end, line_end(text, start)))
    if result is not None:
        draft.assigns.append(result[1])


def read_unknown(draft: Draft, text: str, start: int, end: int) -> None:
    """Reads generously what a magic we do not know gets: as Python where it is, else its words."""
    draft.guessed = True
    binds: list[str] = []
    start = skip_indent(text, start)
    if read_code(draft, text[start:end], start, binds):
        draft.unknown = draft.unknown or bool(binds)
        return
    for match in WORD.finditer(text, start, min(end, start + READ_LENGTH)):
        if match.group().isidentifier() and not keyword.iskeyword(match.group()):
            draft.reads.append((match.group(), match.start()))
