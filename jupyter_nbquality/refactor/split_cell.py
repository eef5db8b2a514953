"""Makes several cells of one, at statements that are given or proposed."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeMetadata,
    ClearOutputs,
    EditPlan,
    InsertCell,
    Operation,
    replace_source,
)
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex
from jupyter_nbquality.refactor.carried_tests import names_read, tests_of, with_tests
from jupyter_nbquality.refactor.magic_values import magic_shown_last
from jupyter_nbquality.refactor.merge_cells import ACTING_TAGS
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.selection import comments_above, first_line, last_line
from jupyter_nbquality.refactor.showing import (
    draws,
    ends_figure,
    has_outputs,
    quieted,
    refuse_history,
    shown_last,
    shows,
)

_BREAK = re.compile(r"\r\n|\n|\r")
_MODELLING = re.compile(
    r"fit|fit_\w+|predict\w*|score|cross_val\w*|train_test_split|train|evaluate|compile"
    r"|GridSearchCV|RandomizedSearchCV|make_pipeline|Pipeline|minimize|curve_fit"
)
_OF_MODELS = frozenset(
    {"sklearn", "statsmodels", "xgboost", "lightgbm", "catboost", "torch", "keras", "tensorflow"}
)
_LOADING = frozenset({"reads-file", "network", "database"})


class SuggestedCut(msgspec.Struct, frozen=True):
    """A line above which a cell may well be split.

    Attributes:
        line: The line, from 1.
        what: What begins there: ``import``, ``define``, ``load``, ``clean``, ``model``, ``plot``.
    """

    line: int
    what: str


class Split(msgspec.Struct, frozen=True, tag_field="kind", tag="split"):
    """Several cells in place of one.

    Attributes:
        plan: The changes.
        cell: The id of the cell, which is the last of them then.
        sources: What they hold, in order.
        warnings: What a person should know, in sentences.
        lines: The first line of each part but the first, from 1.
        suggested: Where it was proposed to cut it, where that was asked.
    """

    plan: EditPlan
    cell: str
    sources: list[str]
    warnings: list[str]
    lines: list[int]
    suggested: list[SuggestedCut]


@refusing
def split_cell(
    notebook: Notebook, cell: str, lines: Iterable[int], *, libraries: Libraries | None = None
) -> Split:
    """Cuts a code cell above some of its lines.

    An expression that comes to stand last in a cell gets a semicolon, so that nothing is shown that
    was not. The last part keeps the id, the tags and, where the others show nothing, the outputs.
    A test goes with the last part that binds or changes something it reads.

    Args:
        notebook: The document.
        cell: The id of the cell.
        lines: The first line of each part but the first, from 1.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    split = _Splitting(notebook, cell, libraries)
    return split.at(sorted(set(lines)))


@refusing
def suggest_splits(
    notebook: Notebook, cell: str, *, libraries: Libraries | None = None
) -> list[SuggestedCut]:
    """Proposes where to cut a cell: where it begins to do another kind of thing.

    Args:
        notebook: The document.
        cell: The id of the cell.
        libraries: What calls of libraries change.

    Returns:
        The lines; none where the cell does one thing. Or why it cannot be cut at all.
    """
    split = _Splitting(notebook, cell, libraries)
    found: list[SuggestedCut] = []
    for suggestion in split.suggestions():
        try:
            split.at([*(each.line for each in found), suggestion.line])
        except RefusedError:
            continue
        found.append(suggestion)
    return found


class _Splitting:
    """A cell that is to be cut."""

    def __init__(self, notebook: Notebook, cell: str, libraries: Libraries | None) -> None:
        self._notebook = notebook
        self._libraries = libraries
        self._cell = _cell(notebook, cell)
        self._dataflow = Dataflow(libraries)
        self._dataflow.update(notebook)
        self._known = self._dataflow.cells[cell]
        self._refuse_cell()
        self._lines = _BREAK.split(self._cell.source)
        self._index = LineIndex(self._cell.source)

    def at(self, lines: Sequence[int]) -> Split:
        """Cuts it above some lines.

        Raises:
            RefusedError: The notebook would not do the same then.
        """
        if not lines:
            raise RefusedError("no-line", "Say above which line the cell is cut.", self._cell.id)
        for line in lines:
            self._refuse_line(line)
        parts = self._parts(lines)
        self._refuse_parts(parts)
        sources = [quieted(part) for part in parts[:-1]] + [parts[-1]]
        upper = self._upper_shows(sources)
        place = self._notebook.index_of(self._cell.id)
        after = self._notebook.cells[place - 1].id if place else None
        # All go to one place: the last one first.
        tests = self._tests(sources)
        ignored = {key: value for key, value in self._cell.metadata.items() if key == "ignore"}
        operations: list[Operation] = [
            InsertCell(after, "code", source, with_tests(ignored, its))
            for source, its in reversed(list(zip(sources[:-1], tests, strict=False)))
        ]
        change = replace_source(self._cell.id, self._cell.source, sources[-1])
        operations.append(ChangeCell(self._cell.id, change.source_hash, change.edits))
        if any(tests[:-1]):
            left = with_tests(self._cell.metadata, tests[-1])
            operations.append(ChangeMetadata(self._cell.id, left))
        cleared = upper and has_outputs(self._cell)
        if cleared:
            operations.append(ClearOutputs(self._cell.id))
        title = f"Split cell {place + 1} into {len(sources)}"
        warnings = list(self._warnings(cleared))
        return Split(EditPlan(title, operations), self._cell.id, sources, warnings, list(lines), [])

    def suggestions(self) -> Iterator[SuggestedCut]:
        """Yields where it begins to do another kind of thing."""
        before = ""
        bottom = 0
        tree = self._known.tree
        for statement in tree.body if tree is not None else ():
            what = kind_of(statement, self._facts_at(statement), self._dataflow.imports)
            top = comments_above(self._lines, first_line(statement) - 1) + 1
            if what and before and what != before and top > bottom:
                yield SuggestedCut(top, what)
            before = what or before
            bottom = last_line(statement)

    def _facts_at(self, statement: ast.stmt) -> Facts | None:
        first = first_line(statement)
        return next((facts for facts in self._known.statements if facts.first == first), None)

    # ---- what keeps it whole ----

    def _refuse_cell(self) -> None:
        cell, known = self._cell, self._known
        if known.state in {"broken", "too deep"}:
            raise RefusedError("does-not-parse", "The cell does not parse.", cell.id)
        for magic in known.masked.magics:
            if magic.kind == "cell-magic":
                raise RefusedError("magic", f"`%%{magic.name}` takes the whole cell.", cell.id)
        if known.masked.removed:
            raise RefusedError("indented", "The code of the cell is indented as a whole.", cell.id)
        acting = ACTING_TAGS & set(cell.tags)
        if acting:
            raise RefusedError("tags", f"The tag `{min(acting)}` is of the whole cell.", cell.id)
        refuse_history(self._dataflow.cells.values())

    def _refuse_line(self, line: int) -> None:
        if not 1 < line <= len(self._lines):
            raise RefusedError(
                "no-such-line",
                f"The cell can be cut above lines 2 to {len(self._lines)}.",
                self._cell.id,
            )
        spans = [
            (first_line(statement), last_line(statement))
            for statement in (self._known.tree.body if self._known.tree is not None else ())
        ]
        spans += [(magic.line + 1, magic.end_line + 1) for magic in self._known.masked.magics]
        for first, last in spans:
            if first < line <= last:
                raise RefusedError(
                    "part-of-statement",
                    f"Line {line} is part of the statement that begins on line {first}.",
                    self._cell.id,
                )

    def _parts(self, lines: Sequence[int]) -> list[str]:
        ends = [*lines, len(self._lines) + 1]
        starts = [1, *lines]
        parts = []
        for start, end in zip(starts, ends, strict=True):
            first = self._offset(start)
            last = self._offset(end) if end <= len(self._lines) else len(self._cell.source)
            parts.append(self._cell.source[first:last].strip("\r\n"))
        if not all(part.strip() for part in parts):
            raise RefusedError("empty-part", "A part of the cell would be empty.", self._cell.id)
        return parts

    def _offset(self, line: int) -> int:
        return self._index.to_offset(self._index.from_codepoints(line - 1, 0))

    def _refuse_parts(self, parts: Sequence[str]) -> None:
        known = [CellFacts(part) for part in parts]
        for each in known[:-1]:
            magic = magic_shown_last(each)
            if magic is not None:
                raise RefusedError(
                    "magic",
                    f"`{magic.text.strip()[:60]}` would end a cell, which then shows its value.",
                    self._cell.id,
                )
        if sum(len(each.masked.magics) for each in known) != len(self._known.masked.magics):
            raise RefusedError(
                "magic",
                "A line would be a magic, alone in a cell, that is none now.",
                self._cell.id,
            )
        effective = self._effective(parts)
        drawing = [number for number, facts in enumerate(effective) if draws(facts)]
        for number in drawing[:-1]:
            if not ends_figure(self._dataflow.facts_of(parts[number])):
                raise RefusedError(
                    "figures",
                    "More than one part draws; each cell would show a figure of its own.",
                    self._cell.id,
                )
        if drawing and any(shows(facts) for facts in effective[drawing[0] + 1 :]):
            last = drawing[-1]
            if not ends_figure(self._dataflow.facts_of(parts[last])) and last < len(parts) - 1:
                raise RefusedError(
                    "figures",
                    "The figure would be shown above what a lower part shows; now it stands below.",
                    self._cell.id,
                )

    def _effective(self, parts: Sequence[str]) -> list[Facts]:
        """Gives what the parts do where they stand."""
        keys = [f"{self._cell.id} part {number}" for number in range(len(parts))]
        cells: list[Cell] = []
        for cell in self._notebook.cells:
            if cell.id == self._cell.id:
                cells += [Cell(key, "code", part) for key, part in zip(keys, parts, strict=True)]
            else:
                cells.append(cell)
        dataflow = Dataflow(self._libraries)
        dataflow.update(msgspec.structs.replace(self._notebook, cells=cells))
        return [dataflow.graph.unit(key).effective.facts for key in keys]

    def _tests(self, sources: Sequence[str]) -> list[list[Any]]:
        """Gives the tests of each part."""
        parts: list[list[Any]] = [[] for _source in sources]
        effective = self._effective(sources)
        for test in tests_of(self._cell):
            read = names_read(test)
            places = [
                number
                for number, facts in enumerate(effective)
                if read & {*facts.binds, *facts.mutates, *facts.deletes}
            ]
            parts[places[-1] if places else -1].append(test.entry)
        return parts

    # ---- what is shown ----

    def _upper_shows(self, sources: Sequence[str]) -> bool:
        """Tells whether a part above the last one shows something."""
        for facts, source in zip(self._effective(sources), sources[:-1], strict=False):
            known = CellFacts(source)
            is_hidden = shown_last(known) is None and not any(
                effect.what in {"display", "figure"} for effect in facts.effects
            )
            if not is_hidden or known.masked.magics:
                return True
        return False

    def _warnings(self, cleared: bool) -> Iterator[str]:
        if cleared:
            yield "The outputs are cleared, as several parts gave them; run the parts to see them."
        if self._cell.tags:
            yield f"The tags stay with the last part: {', '.join(self._cell.tags)}."


@refusing
def statement_above(notebook: Notebook, cell: str, line: int) -> int:
    """Gives the line to cut a cell at, where a person is on some line of it.

    Args:
        notebook: The document.
        cell: The id of the cell.
        line: The line, from 1.

    Returns:
        The first line, from 1, of the statement that the line is part of, with the comments right
        above it; where it is part of none, the line itself. Or why the cell cannot be cut.
    """
    its = _cell(notebook, cell)
    known = CellFacts(its.source)
    lines = _BREAK.split(its.source)
    for statement in known.tree.body if known.tree is not None else ():
        top = comments_above(lines, first_line(statement) - 1) + 1
        if top <= line <= last_line(statement):
            return top
    return line


def _cell(notebook: Notebook, wanted: str) -> Cell:
    try:
        cell = notebook.cell(wanted)
    except KeyError:
        raise RefusedError("unknown-cell", "The cell is not in the notebook any more.") from None
    if cell.cell_type != "code" or not notebook.is_python:
        raise RefusedError("not-python", "Only cells in Python are split.", cell.id)
    return cell


def kind_of(statement: ast.stmt, facts: Facts | None, imports: Mapping[str, str]) -> str:
    """Says what a statement does; nothing where it may go with any other."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return "import"
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "define"
    if facts is None:
        return ""
    if draws(facts):
        return "plot"
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    modules = [imports.get(_root(function), "") for function in calls]
    if any(effect.kind in _LOADING for effect in facts.effects) or any(
        module.startswith("sklearn.datasets") for module in modules
    ):
        return "load"
    if any(_MODELLING.fullmatch(_last(function)) for function in calls) or any(
        module.partition(".")[0] in _OF_MODELS for module in modules
    ):
        return "model"
    if isinstance(statement, ast.Expr) or not (facts.uses or facts.mutates):
        return ""
    return "clean"


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _root(function: ast.expr) -> str:
    while isinstance(function, ast.Attribute):
        function = function.value
    return getattr(function, "id", "")
