"""What a rule of ours is, and what it is given to look at."""

import ast
import functools
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import msgspec

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import ChangeCell, EditPlan, Operation, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.ipython import Magic, MaskedSource, mask, parse
from jupyter_nbquality.lint.surroundings import Surroundings as Surroundings
from jupyter_nbquality.lint.syntax_tree import Nodes
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range


class Problem(msgspec.Struct, frozen=True):
    """What a rule found; the engine makes a `Finding` of it.

    Attributes:
        message: What is wrong, one sentence without a full stop, names in backquotes, no secrets.
        cell: The cell's id; ``None`` for the notebook as a whole.
        range: Where in the cell; ``None`` for the cell as a whole.
        fixes: What would mend it, the best first.
        severity: Only where it differs from the rule's.
    """

    message: str
    cell: str | None = None
    range: Range | None = None
    fixes: Sequence[Fix] = ()
    severity: Severity | None = None


class CodeCell:
    """A code cell as rules see it: masked, parsed once, with positions back to the person's text.

    Built once for a content and kept between looks (see `lint.engine`), so it must not know its
    notebook. ``tree`` is ``None`` when the cell does not parse, or is not Python.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.kept: dict[Hashable, Any] = {}
        """Answers about the cell, by who gave them; they live as long as it."""
        self._masked: MaskedSource | None = None

    # Asked for of every cell, and `cached_property` takes a lock.
    @property
    def masked(self) -> MaskedSource:
        """The source with IPython syntax masked."""
        if self._masked is None:
            self._masked = mask(self.source)
        return self._masked

    @functools.cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree of the masked source."""
        if not self.masked.is_python:
            return None
        try:
            return parse(self.masked)
        except SyntaxError:
            return None

    @property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, from one walk, but for contexts and operators."""
        return self.by_kind.all

    @functools.cached_property
    def by_kind(self) -> Nodes:
        """The same nodes, for rules that look for one kind among them."""
        return Nodes(self.tree)

    @property
    def magics(self) -> tuple[Magic, ...]:
        """The IPython syntax of the cell."""
        return self.masked.magics

    @functools.cached_property
    def lines(self) -> LineIndex:
        """Positions in the person's text."""
        return LineIndex(self.source, self.masked.removed)

    def range_of(self, node: ast.stmt | ast.expr | ast.alias | ast.arg | ast.keyword) -> Range:
        """Gives the range of a syntax node in the person's text."""
        end_line = node.end_lineno or node.lineno
        end_column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return Range(
            self.lines.position(node.lineno, node.col_offset),
            self.lines.position(end_line, end_column),
        )

    def line_range(self, first: int, last: int | None = None) -> Range:
        """Gives the range of whole lines, from 0, without the last line break."""
        return Range(Position(first, 0), self.lines.end_of_line(first if last is None else last))


class Context(msgspec.Struct, frozen=True):
    """What a rule looks at.

    Attributes:
        notebook: The document.
        code: The code cells by id, for Python notebooks; empty for notebooks of other languages.
        thresholds: The project's numbers.
        surroundings: The world around the file.
        live: Whether the notebook is open in the front end, where order and counts are in motion.
        heard: What was already found out by others than rules, by the code of the rule that tells
            it; see `HeardRule`.
    """

    notebook: Notebook
    code: dict[str, CodeCell]
    thresholds: Thresholds = Thresholds()
    surroundings: Surroundings = Surroundings()
    live: bool = False
    heard: Mapping[str, Sequence[Problem]] = {}

    def code_cells(self) -> Iterator[tuple[Cell, CodeCell]]:
        """Yields the Python code cells in order, with what is known of each."""
        for cell in self.notebook.cells:
            code = self.code.get(cell.id)
            if code is not None:
                yield cell, code


class Rule(ABC):
    r"""One rule. Its docstring is its page in the user guide, in this layout (see `rule_page`).

    The first line says what it finds. Sections follow, ``Why:``, ``Example:``, ``Instead:`` and,
    where needed, ``Options:`` and ``Silence:``, each a line of its own with the Markdown text below
    it, indented by four. The first sentence of ``Why`` is shown wherever a finding is shown.
    ``Example`` holds a notebook on which the rule speaks, ``Instead`` one on which it is silent
    (both are tested), each in a block fenced with ```` ```python ````:

    - One cell is written as it is. More are parted by lines ``# %%``, ``# %% [3]`` (with this
      count), ``# %% [ ]``, ``# %% [ran]`` (it ran before, and is in no cell any more),
      ``# %% [markdown]`` or ``# %% [raw]`` (their text behind ``#``). A code cell may have
      ``error=KeyError``, ``tags=a,b``, ``size=2000000`` (bytes of output) or
      ``secrets=aws-access-key`` after it.
    - The block may begin with ``# notebook: path=Untitled.ipynb``, also ``kernelspec=``,
      ``nbformat=4.2``, ``ids=no``, ``language=r``.
    - A further block with a title, ```` ```toml title="pyproject.toml" ````, is a file beside the
      notebook.

    Text may stand around the blocks.

    Class attributes:
        code: Its code, such as ``NB301``.
        slug: Its name for people, such as ``absolute-path``.
        severity: As `rules.md` has it.
        default: Whether it speaks unasked.
        any_language: Whether it also looks at notebooks that are not Python.
        not_yet: Whether it may only mean that the person has not finished writing.
        live_severity: Its severity in an open notebook, where that is another.
        needles: Words without which it has nothing to say: of each group one stands in the code of
            the notebook, for a `CellRule` in that of the cell. See `may_speak`.
    """

    code: ClassVar[str]
    slug: ClassVar[str]
    severity: ClassVar[Severity] = Severity.WARNING
    default: ClassVar[Literal["on", "off"]] = "on"
    any_language: ClassVar[bool] = False
    not_yet: ClassVar[bool] = False
    live_severity: ClassVar[Severity | None] = None
    needles: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def may_speak(self, text: str) -> bool:
        """Tells whether code is worth the rule's look: false only where it would say nothing.

        Most rules have nothing to say of most notebooks, and a look at words is a hundred times
        quicker than one at syntax.

        Args:
            text: The source of a cell, for a `CellRule`; else of all code cells, in lines below
                one another.
        """
        return holds_needles(self, text)

    @abstractmethod
    def check(self, context: Context) -> Iterator[Problem]:
        """Yields what it finds in a notebook."""


def holds_needles(rule: Rule, text: str) -> bool:
    """Tells whether of each group of a rule's needles one stands in a text."""
    for group in rule.needles:
        for word in group:
            if word in text:
                break
        else:
            return False
    return True


class HeardRule(Rule):
    """A rule that tells what others found out: ruff, or the engine as it read the settings."""

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields what was heard under the rule's code."""
        yield from context.heard.get(self.code, ())


class CellRule(Rule):
    """A rule that sees one Python code cell at a time; its answers are kept by the cell's content.

    The problems it yields name no cell: the same content may stand in several cells. Fixes of such
    a rule are made with `edit_fix` and name the cell ``""``; the engine fills in the cell.
    """

    @abstractmethod
    def check_cell(self, code: CodeCell, thresholds: Thresholds) -> Iterator[Problem]:
        """Yields what it finds in one cell."""

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields what it finds in each code cell."""
        for cell, code in context.code_cells():
            for problem in self.check_cell(code, context.thresholds):
                yield in_cell(problem, cell.id)


def in_cell(problem: Problem, cell_id: str) -> Problem:
    """Fills in the cell of a problem that was found in a cell's content."""
    fixes = [
        msgspec.structs.replace(
            fix,
            plan=EditPlan(
                fix.plan.title,
                [_with_cell(operation, cell_id) for operation in fix.plan.operations],
            ),
        )
        for fix in problem.fixes
    ]
    return msgspec.structs.replace(problem, cell=cell_id, fixes=fixes)


def _with_cell(operation: Operation, cell_id: str) -> Operation:
    names = {"cell": cell_id, "after": cell_id}
    empty = {name: value for name, value in names.items() if getattr(operation, name, None) == ""}
    return msgspec.structs.replace(operation, **empty) if empty else operation


def fix(title: str, applicability: Applicability, *operations: Operation) -> Fix:
    """Makes a fix whose plan has the fix's own title."""
    return Fix(title, applicability, EditPlan(title, list(operations)))


def edit_fix(
    title: str,
    applicability: Applicability,
    code: CodeCell,
    edits: Sequence[TextEdit],
    cell: str = "",
) -> Fix:
    """Makes a fix that edits the text of one cell; a `CellRule` leaves ``cell`` empty."""
    return fix(title, applicability, ChangeCell(cell, source_hash(code.source), list(edits)))
