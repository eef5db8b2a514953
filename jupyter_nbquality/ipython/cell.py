"""A cell as a whole: the quick look, indentation, prompts, cell magics."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from jupyter_nbquality.ipython.catalogue import (
    CELL_LANGUAGES,
    PYTHON_CELL_MAGICS,
    PYTHON_LINE_MAGICS,
    QUERY_MAGICS,
    SCOPED_MAGICS,
    UNKNOWN_NAMES,
)
from jupyter_nbquality.ipython.lines import is_automagic, read_python, scan, scan_automagic
from jupyter_nbquality.ipython.model import Draft, Magic, MaskedSource
from jupyter_nbquality.ipython.reading import read_arguments, read_query, read_unknown
from jupyter_nbquality.ipython.text import BREAKS, TOKEN, TRIPLE_QUOTES, filled
from jupyter_nbquality.positions import LineIndex

_SUSPECT_STARTS = (*"%!?,;/ \t\f\n", ">>>", "...", "In [", "[nav]", "[ins]")
# Begins with a literal, which `re` looks for much faster than for a choice.
_SUSPECT_LINE = re.compile(r"\n[ \t\f]*+(?:[%!?,;/]|>>>|\.{3,}:|In \[)")
_SUSPECT_ASSIGNMENT = re.compile(r"=[ \t\f]*(?:\\\n[ \t\f]*)*[%!]")
_SUSPECT_QUESTION = re.compile(r"\?(?:\n|\Z)")
_MAX_CELL_MAGICS = 8  # %%capture over %%time is sensible; a thousand of them are hostile
_CELL_MAGIC = re.compile(r"%%(\S*)[ \t]*")
_CELL_MAGIC_HELP = re.compile(r"%%\w+\?")
_PROMPT = re.compile(r"[ \t]*>>>[ \t]?")
_PROMPT_OR_CONTINUED = re.compile(r"[ \t]*(?:>>>|\.\.\.)[ \t]?")
_IPYTHON_PROMPT = re.compile(r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |[ \t]*\.{3,}: ?")
_SHELLS = frozenset({"bash", "dash", "ksh", "sh", "zsh"})


def mask(source: str, *, automagic: bool = True) -> MaskedSource:
    """Finds IPython syntax in the source of a code cell and masks it.

    Args:
        source: a cell's text as the person has it.
        automagic: whether ``ls`` and ``pip install x``, alone in a cell, are taken for magics.
            IPython does so only where the cell is a single line, and so do we.

    Never raises; a cell that is not valid Python stays so.
    """
    if _is_plain(source, automagic):
        return MaskedSource(source)
    return _Cell(source, automagic).masked()


def _is_plain(source: str, automagic: bool) -> bool:
    """Whether a cell surely holds no IPython syntax; a quick look that nearly every cell passes."""
    return not (
        source.startswith(_SUSPECT_STARTS)
        or "\r" in source
        or _SUSPECT_LINE.search(source)
        or (("%" in source or "!" in source) and _SUSPECT_ASSIGNMENT.search(source))
        or ("?" in source and _SUSPECT_QUESTION.search(source))
        or (automagic and "\n" not in source[:-1] and is_automagic(source))
    )


class _Cell:
    """A cell on its way through IPython's steps: indentation, prompts, cell magics, lines."""

    def __init__(self, source: str, automagic: bool) -> None:
        parts = BREAKS.split(source)
        self.source = source
        self.automagic = automagic
        self.lines = parts[::2]
        self.breaks = [*parts[1::2], ""]
        self.removed = [0] * len(self.lines)
        self.magics: list[Magic] = []
        self.language = "python"
        self.scoped = False

    def masked(self) -> MaskedSource:
        first = self._cell_magics()
        text = self._text(0)
        begin = len(text) - len(self._text(first))
        drafts, spans = scan(text, begin)
        if not drafts and not self.magics and self.automagic:
            drafts, spans = scan_automagic(text, begin)
        index = LineIndex(text)
        self.magics += [self._finished(draft, index, 0) for draft in drafts]
        removed = tuple(self.removed) if any(self.removed) else ()
        return MaskedSource(
            filled(text, spans), tuple(self.magics), self.language, removed, self.scoped
        )

    def _text(self, first: int) -> str:
        pairs = zip(self.lines[first:], self.breaks[first:], strict=True)
        return "".join([part for pair in pairs for part in pair])

    def _cell_magics(self) -> int:
        """Blanks the cell magics at the top and what they take; gives the first line of Python."""
        first = 0
        count = len(self.lines)
        while True:
            while first < count and not self.lines[first].strip():
                first += 1
            if first == count:
                return count
            self._dedent(first)
            if self._strip_prompts(first):
                self._dedent(first)
            line = self.lines[first]
            if not line.startswith("%%") or _CELL_MAGIC_HELP.match(line):
                return first
            self._cell_magic(first)
            if self.language != "python":
                return count
            first += 1

    def _dedent(self, first: int) -> None:
        """Takes the indentation that all lines share off them, as IPython does."""
        if self.lines[first][:1] not in (" ", "\t"):
            return
        indented = [line for line in self.lines[first:] if line.strip(" \t")]
        # What the smallest and the largest share at their start, all between them share.
        smallest, largest = min(indented), max(indented)
        margin = smallest[: _shared_indent(smallest, largest)]
        for number in range(first, len(self.lines)):
            self._remove(number, _shared_indent(self.lines[number], margin))

    def _strip_prompts(self, first: int) -> bool:
        """Takes off ``In [1]:`` and ``>>>`` prompts; says whether there were any of the latter."""
        lines = self.lines[first:]
        is_session = ">>>" in self.source and any(_prompts(lines, _PROMPT))
        if is_session:
            self._remove_matches(first, _prompts(lines, _PROMPT_OR_CONTINUED))
        lines = self.lines[first:]
        if any(map(_IPYTHON_PROMPT.match, lines[:2])):
            self._remove_matches(first, map(_IPYTHON_PROMPT.match, lines))
        return is_session

    def _remove_matches(self, first: int, matches: Iterable[re.Match[str] | None]) -> None:
        for number, match in enumerate(matches, first):
            if match is not None:
                self._remove(number, match.end())

    def _remove(self, number: int, columns: int) -> None:
        self.lines[number] = self.lines[number][columns:]
        self.removed[number] += columns

    def _cell_magic(self, first: int) -> None:
        """Reads the cell magic on a line, and blanks the line, or all lines if it takes them."""
        line = self.lines[first]
        match = _CELL_MAGIC.match(line)
        name = match[1] if match else ""
        args = match.end() if match else 2
        draft = Draft("cell-magic", name, 0, len(line), args=line[args:].strip())
        if name in PYTHON_CELL_MAGICS and len(self.magics) < _MAX_CELL_MAGICS:
            text = line
            last = first
            if name in PYTHON_LINE_MAGICS:
                read_python(draft, text, args, len(line))
            else:
                read_arguments(draft, text, args, len(line))
            self.scoped = self.scoped or name in SCOPED_MAGICS
        else:
            text = self._text(first)
            last = len(self.lines) - 1
            self.language = _cell_language(name, draft.args)
            read_arguments(draft, text, args, len(line))
            below = len(line) + len(self.breaks[first])
            draft.body = text[below:]
            if name in QUERY_MAGICS:
                read_query(draft, text, below, len(text))
            elif self.language == "unknown":
                read_unknown(draft, text, below, len(text))
        magic = self._finished(draft, LineIndex(text), first)
        self.magics.append(msgspec.structs.replace(magic, end_line=last))
        for number in range(first, last + 1):
            self.lines[number] = " " * len(self.lines[number])

    def _finished(self, draft: Draft, index: LineIndex, first: int) -> Magic:
        """The magic of a draft found in the text of `index`, which starts at line `first`."""
        reads_at = []
        for name, offset in sorted(draft.reads, key=lambda read: read[1]):
            place = index.from_offset(offset)
            line = first + place.line
            reads_at.append((name, line, place.column + self.removed[line]))
        return Magic(
            kind=draft.kind,
            name=draft.name,
            line=first + index.from_offset(draft.start).line,
            end_line=first + index.from_offset(draft.end).line,
            text=index.source[draft.start : draft.end],
            args=draft.args,
            body=draft.body,
            assigns=tuple(dict.fromkeys(draft.assigns)),
            local=tuple(dict.fromkeys(draft.local)),
            reads=tuple(dict.fromkeys(name for name, _, _ in reads_at)),
            reads_at=tuple(reads_at),
            guessed=draft.guessed,
            unknown=draft.unknown or draft.name in UNKNOWN_NAMES,
        )


def _cell_language(name: str, args: str) -> str:
    language = CELL_LANGUAGES.get(name, "unknown")
    if language != "script":
        return language
    for word in args.split():
        program = word.rpartition("/")[2]
        if program in _SHELLS:
            return "bash"
        if program.startswith(("python", "pypy")):
            return "python-script"
    return language


def _shared_indent(line: str, other: str) -> int:
    """How many blanks and tabs two lines both start with."""
    count = 0
    for char, beside in zip(line, other, strict=False):
        if char != beside or char not in " \t":
            break
        count += 1
    return count


def _prompts(lines: list[str], prompt: re.Pattern[str]) -> Iterator[re.Match[str] | None]:
    """The prompt of each line, if it has one.

    A docstring with examples keeps its prompts, unless it was itself pasted with some.
    """
    quote = ""
    is_pasted = False
    for line in lines:
        match = prompt.match(line) if is_pasted or not quote else None
        if not quote:
            is_pasted = match is not None
        quote = _open_quote(line[match.end() :] if match else line, quote)
        yield match


def _open_quote(line: str, quote: str) -> str:
    """The triple quote still open at the end of a line, given the one open at its start."""
    start = 0
    if not quote and line.lstrip().startswith(("%", "!")):
        return ""
    if quote:
        for match in re.finditer(rf"\\.|{quote}", line):
            if match.group() == quote:
                start = match.end()
                break
        else:
            return quote
    for match in TOKEN.finditer(line, start):
        if match.lastgroup is None and match.group().startswith(TRIPLE_QUOTES):
            return match.group()[:3]
    return ""
