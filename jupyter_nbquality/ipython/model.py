"""What is found in a cell: the magics, and the text without them."""

from typing import Literal

import msgspec

MagicKind = Literal[
    "line-magic",
    "cell-magic",
    "shell",
    "shell-capture",
    "magic-assignment",
    "help",
    "automagic",
    "auto-call",
]


class Magic(msgspec.Struct, frozen=True):
    """One piece of IPython syntax.

    Attributes:
        kind: ``%x``, ``%%x``, ``!x``, ``!!x`` and ``y = !x``, ``y = %x``, ``x?``, a magic without
            its ``%``, or a line that calls (``/f a``, ``,f a``, ``;f a``).
        name: of the magic, without ``%``; of the called function; empty for shell and help. A cell
            magic in the middle of a cell, which IPython takes for a line magic, keeps one ``%``.
        line: zero-based first line.
        end_line: zero-based last line.
        text: the person's text of it, all lines; of a cell magic its own line only.
        args: what follows the name, continuation lines joined as IPython joins them.
        body: the Python code, the shell command or the object asked about, without options; for a
            cell magic in another language, the text below it.
        assigns: names it binds in the notebook (those left of ``=`` included).
        local: names its code binds for itself alone (``%timeit x = f()``).
        reads: names of the notebook it reads, each once: in Python code, in ``{expression}`` and
            ``$name``, in ``name?``, as arguments of magics that take names; those of magics we
            do not know are gathered generously.
        reads_at: each read as name, zero-based line, UTF-16 column.
        guessed: `reads` is no proof that a name must exist: the shell and most magics leave alone
            what they cannot look up. False where the names stand in Python code.
        unknown: it may define names that cannot be known (``%run``, ``%pylab``, ``%load_ext``).
    """

    kind: MagicKind
    name: str
    line: int
    end_line: int
    text: str
    args: str = ""
    body: str = ""
    assigns: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    reads_at: tuple[tuple[str, int, int], ...] = ()
    guessed: bool = False
    unknown: bool = False


class MaskedSource(msgspec.Struct, frozen=True):
    """A code cell as Python can read it.

    Attributes:
        text: what to parse; parses if the person's Python does. Blank under another language.
        magics: what was masked, in the order of the text.
        language: ``python``, or that of the cell magic which takes the cell (``bash``, ``html``,
            ``sql``, ``python-script`` for Python in another process, ``unknown``).
        removed: columns taken off the start of each line; empty when none were. Hand it to
            `LineIndex` to get back to the person's positions.
        scoped: the code runs in a function of its own (``%%timeit``): names it binds do not reach
            the notebook.
    """

    text: str
    magics: tuple[Magic, ...] = ()
    language: str = "python"
    removed: tuple[int, ...] = ()
    scoped: bool = False

    @property
    def is_python(self) -> bool:
        """Whether the cell's code runs in the notebook's own namespace."""
        return self.language == "python"


class Draft(msgspec.Struct):
    """A magic while it is being read; places are offsets into the text it was found in."""

    kind: MagicKind
    name: str
    start: int
    end: int
    args: str = ""
    body: str = ""
    assigns: list[str] = msgspec.field(default_factory=list)
    local: list[str] = msgspec.field(default_factory=list)
    reads: list[tuple[str, int]] = msgspec.field(default_factory=list)
    guessed: bool = False
    unknown: bool = False


class Span(msgspec.Struct, frozen=True):
    """A stretch of text to mask, as a statement or (right of ``=``) as an expression."""

    start: int
    end: int
    is_statement: bool = True
