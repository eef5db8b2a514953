"""Which cells do not parse: ruff's word, for the kernel's Python, cell by cell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.ipython import MAX_NESTING, TooDeepError, parse
from jupyter_nbquality.ipython.text import TRIPLE_QUOTES
from jupyter_nbquality.lint.cache import Cache
from jupyter_nbquality.lint.ruff_fixes import to_range
from jupyter_nbquality.lint.ruff_input import OPENER
from jupyter_nbquality.lint.rule import CodeCell, Problem
from jupyter_nbquality.positions import Position, Range
from jupyter_nbquality.ruff import CheckSettings, Diagnostic, Place

_VERSION = re.compile(r" on Python 3\.\d+ \(syntax was (\w+) in Python 3\.(\d+)\)")
_SETTINGS = CheckSettings(select=("F821",), isolated=True)
_MAX_LENGTH = 2_000_000
_LONG = 3_000
"""Characters of a cell in which little can be nested deeply but brackets."""
_GOES_ON = re.compile(
    # Blank lines and comments, then what can only stand below something.
    r"(?:[ \t\f]*+(?:#[^\n]*+)?\n)*(?:[ \t\f]++[^\s#]|(?:else|elif|except|finally|case)\b)"
)
_ENDS_DECORATING = re.compile(r"^[ \t\f]*@[^\n]*(?:\n[ \t\f]*(?:#[^\n]*)?)*\Z", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTED = re.compile(r"'([^']+)'")


class SyntaxChecker:
    """Asks ruff about the cells that our own Python cannot parse; answers are kept by content.

    Our Python may be older than the kernel's, so its no is only a reason to ask. Its yes is taken:
    what parses here and is an error all the same comes with ruff's other findings.
    """

    def __init__(self) -> None:
        self._known: Cache[tuple[str, str | None], Problem | None] = Cache(2_000)

    def broken(self, code: Mapping[str, CodeCell], target: str | None) -> dict[str, Problem]:
        """Finds the cells that do not parse.

        Args:
            code: The code cells, by id.
            target: The Python version as ruff names it; ``None`` when it is unknown.

        Returns:
            What is wrong, by cell.

        Raises:
            RuffError: ruff failed.
        """
        suspects = _suspects(code)
        asked = self._unknown(suspects, target)
        if asked:
            settings = msgspec.structs.replace(_SETTINGS, target=target)
            diagnostics = ruff.check(_question(asked), Path("cells.ipynb"), settings)
            self._keep(asked, target, _answers(asked, diagnostics))
        found = {
            cell_id: self._known.get((known.source, target)) for cell_id, known in suspects.items()
        }
        return {cell_id: problem for cell_id, problem in found.items() if problem is not None}

    def learn(self, notebooks: Iterable[tuple[Mapping[str, CodeCell], str | None]]) -> None:
        """Asks about the cells of many notebooks in one run of ruff; `broken` then knows them.

        Args:
            notebooks: The code cells of each, by id, and its target; see `broken`.

        Raises:
            RuffError: ruff failed.
            OSError: The cells could not be handed to ruff.
        """
        unknown = [(self._unknown(_suspects(code), target), target) for code, target in notebooks]
        questions = [(asked, target) for asked, target in unknown if asked]
        documents = [(_question(asked), target) for asked, target in questions]
        found = ruff.check_documents(documents, _SETTINGS) if documents else []
        for (asked, target), diagnostics in zip(questions, found, strict=True):
            if diagnostics is not None:
                self._keep(asked, target, _answers(asked, diagnostics))

    def _unknown(self, suspects: Mapping[str, CodeCell], target: str | None) -> dict[str, CodeCell]:
        """Gives the cells that ruff is to be asked about."""
        asked = {}
        for cell_id, known in suspects.items():
            if (known.source, target) not in self._known:
                refusal = _refused(known)
                if refusal is None:
                    asked[cell_id] = known
                else:
                    self._known.put((known.source, target), refusal)
        return asked

    def _keep(
        self,
        asked: Mapping[str, CodeCell],
        target: str | None,
        answers: Mapping[str, Problem | None],
    ) -> None:
        for cell_id, known in asked.items():
            self._known.put((known.source, target), answers[cell_id])


def _suspects(code: Mapping[str, CodeCell]) -> dict[str, CodeCell]:
    """Gives the cells that our own Python cannot parse."""
    return {
        cell_id: known
        for cell_id, known in code.items()
        if known.masked.is_python and known.tree is None
    }


def doubtful(code: Mapping[str, CodeCell]) -> Iterator[CodeCell]:
    """Gives the cells about which ruff cannot be asked together with others, before they parsed.

    ruff reads the cells of a notebook as one text, so that two cells that do not parse can make one
    that does: a bracket or a string that the second closes, ``else`` below ``if``, a function below
    a decorator. All other cells that do not parse are an error in the notebook too. Very long and
    deep ones are not to be shown to ruff at all.

    Args:
        code: The code cells, by id.
    """
    return (known for known in code.values() if _is_doubtful(known.source))


def _is_doubtful(source: str) -> bool:
    round_ones, square, curly = source.count("("), source.count("["), source.count("{")
    return (
        len(source) > _LONG
        or round_ones + square + curly > MAX_NESTING
        or round_ones != source.count(")")
        or square != source.count("]")
        or curly != source.count("}")
        or source.count(TRIPLE_QUOTES[0]) % 2 == 1
        or source.count(TRIPLE_QUOTES[1]) % 2 == 1
        or source.rstrip().endswith("\\")
        or _GOES_ON.match(source) is not None
        or ("@" in source and _ENDS_DECORATING.search(source) is not None)
        or "\r" in source
        or "\0" in source
        or (not source.isascii() and _SURROGATE.search(source) is not None)
    )


def version_allows(diagnostic: Diagnostic, version: tuple[int, int] | None) -> bool:
    """Tells whether a syntax error is one for another Python than the kernel's only.

    Args:
        diagnostic: The syntax error.
        version: The kernel's Python; where it is unknown, what any Python can read is allowed.
    """
    match = _VERSION.search(diagnostic.message)
    if match is None:
        return False
    if version is None:
        return True
    since = (3, int(match[2]))
    return version < since if match[1] == "removed" else version >= since


def is_version_error(diagnostic: Diagnostic) -> bool:
    """Tells whether a syntax error depends on the version; ruff lints the cell all the same."""
    return _VERSION.search(diagnostic.message) is not None


def syntax_problem(diagnostic: Diagnostic, known: CodeCell) -> Problem:
    """Puts a syntax error in words, Python's own where those are about the same place."""
    span = to_range(known, diagnostic.location, diagnostic.end_location)
    message = diagnostic.message
    error = _python_error(known)
    if error is not None and error.lineno and error.msg:
        unclosed = "never closed" in error.msg or "unterminated" in error.msg
        if unclosed or error.lineno == diagnostic.location.row:
            message = error.msg
        if unclosed:
            place = Place(error.lineno, max(error.offset or 1, 1))
            start = to_range(known, place, place).start
            span = Range(start, known.lines.end_of_line(start.line))
    if message == "invalid syntax":
        message = diagnostic.message
    message = _QUOTED.sub(r"`\1`", message).rstrip(".")
    return Problem(f"Syntax error: {message}", range=span)


def _question(asked: Mapping[str, CodeCell]) -> bytes:
    # Masked, for ruff passes over cells with magics it does not know, and behind a row of our own,
    # for it passes over cells that begin with a word such as `time`.
    return ruff.document(f"{OPENER}{known.masked.text}" for known in asked.values())


def _answers(
    asked: Mapping[str, CodeCell], diagnostics: Iterable[Diagnostic]
) -> dict[str, Problem | None]:
    answers: dict[str, Problem | None] = dict.fromkeys(asked)
    ids = list(asked)
    for diagnostic in diagnostics:
        if not diagnostic.is_syntax_error or is_version_error(diagnostic):
            continue
        diagnostic = ruff.shifted(diagnostic, -1)
        cell_id = ids[(diagnostic.cell or 1) - 1]
        if answers[cell_id] is None:
            answers[cell_id] = syntax_problem(diagnostic, asked[cell_id])
    return answers


def _refused(known: CodeCell) -> Problem | None:
    """Says why a cell must not even be shown to ruff; ``None`` where it may."""
    if len(known.source) > _MAX_LENGTH:
        return _at_start("This cell is too long to be checked")
    if "\0" in known.source:
        return _at_start("Syntax error: the cell contains a null character")
    masked = known.masked.text
    half = None if masked.isascii() else _SURROGATE.search(masked)
    # Nothing is taken away but at the start of lines, so it stands there or later.
    half = half and _SURROGATE.search(known.source, half.start())
    if half is not None:
        # ruff cannot be told of it: it gets another character in its place.
        message = f"Syntax error: the cell contains half a character (U+{ord(half.group()):04X})"
        start, end = map(known.lines.from_offset, half.span())
        return Problem(message, range=Range(start, end))
    if isinstance(_python_error(known), TooDeepError):
        return _at_start("This cell is nested too deeply to be checked")
    return None


def _at_start(message: str) -> Problem:
    return Problem(message, range=Range(Position(0, 0), Position(0, 0)))


def _python_error(known: CodeCell) -> SyntaxError | None:
    try:
        parse(known.masked)
    except SyntaxError as error:
        # Its frames would hold all that is being looked at, in a cycle with it.
        return error.with_traceback(None)
    return None
