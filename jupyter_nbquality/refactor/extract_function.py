"""Turns a selection into a function and a call of it."""

import ast
from collections.abc import Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    DeleteCell,
    EditPlan,
    Operation,
    TextEdit,
    source_hash,
)
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex
from jupyter_nbquality.refactor.better_boundary import better_boundary
from jupyter_nbquality.refactor.blocks import selected_block
from jupyter_nbquality.refactor.boundary import (
    Boundary,
    boundary,
    check_new_name,
)
from jupyter_nbquality.refactor.carried_tests import gathered_in
from jupyter_nbquality.refactor.extract_expression import (
    ExpressionFunction,
    expression_function,
    selected_part,
)
from jupyter_nbquality.refactor.extract_from_block import BlockFunction, function_from_block
from jupyter_nbquality.refactor.function_text import annotations_of, call_of, head
from jupyter_nbquality.refactor.indenting import INDENT, indented, lines_in_strings
from jupyter_nbquality.refactor.looking_around import is_dynamic_query, looking_around
from jupyter_nbquality.refactor.parameters import (
    Parameter,
    ParameterWish,
    arranged,
    constants_of,
    renaming_edits,
)
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.selection import (
    Piece,
    Selection,
    comments_above,
    first_line,
    last_line,
    pieces,
)
from jupyter_nbquality.refactor.several_cells import (
    cleared,
    failed,
    lost,
    refuse_failing,
    refuse_together,
)
from jupyter_nbquality.refactor.showing import (
    display_edits,
    draws,
    gives_nothing,
    is_closed,
    shown_last,
)
from jupyter_nbquality.refactor.staying import is_setting
from jupyter_nbquality.refactor.survey import Survey
from jupyter_nbquality.refactor.text_edits import Edit, edited

_NEW_LINE = "\x00"
"""Stands for a line end until the lines have been counted."""


class Extraction(msgspec.Struct, frozen=True, tag_field="kind", tag="extraction"):
    """A function that was made of a selection.

    Attributes:
        plan: The changes.
        name: Of the function.
        parameters: What it takes, in order, by the names of the function.
        returns: The names of the notebook that it gives, in order.
        loses: Names that the notebook has no longer: nobody else reads them.
        function: Its text.
        call: The text of the call.
        details: The parameters, in order.
        warnings: What a person should know, in sentences.
    """

    plan: EditPlan
    name: str
    parameters: list[str]
    returns: list[str]
    loses: list[str]
    function: str
    call: str
    details: list[Parameter]
    warnings: list[str]


@refusing
def extract_function(
    notebook: Notebook,
    selection: Selection,
    name: str,
    *,
    docstring: bool = True,
    parameters: Sequence[ParameterWish] = (),
    libraries: Libraries | None = None,
) -> Extraction:
    """Makes a function of a selection, and a call of it in its place.

    What the function takes is what the selection reads and the notebook binds; what it gives is
    what the selection binds and other code of the notebook may read, at any time. Imports, and
    functions and classes that others use, stay in the notebook. The result that a cell shows last
    is still shown. Of a part of a line the function is its value.

    Args:
        notebook: The document.
        selection: What to make a function of.
        name: The function's name.
        docstring: Whether it gets a first line of documentation, made of its name.
        parameters: What a person wants of them.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    part = selected_part(notebook, selection)
    if part is not None:
        made = expression_function(
            notebook, part, name, parameters, docstring=docstring, libraries=libraries
        )
        return _extraction(name, made)
    block = selected_block(notebook, selection)
    if block is not None:
        done = function_from_block(
            notebook, block, name, parameters, docstring=docstring, libraries=libraries
        )
        return _extraction(name, done, done.returns, done.loses)
    chosen = pieces(notebook, selection)
    survey = Survey(notebook, chosen, libraries)
    check_new_name(name, survey)
    refuse_together(survey, chosen)
    crossing = boundary(survey)
    outside = [*crossing.returns, *crossing.deletes]
    refuse_failing(chosen[0].cell, outside)
    _refuse_figures(notebook, chosen, libraries)
    details = _arranged(notebook, survey, crossing, parameters)
    text = _Text(survey, chosen, crossing, details)
    function, call = text.function(name, docstring=docstring)
    operations = _operations(chosen, text.above, function, call)
    _check_result(operations[0])
    proposal = better_boundary(notebook, chosen, survey, crossing, libraries)
    return Extraction(
        EditPlan(f"Extract function {name}", [*operations, *cleared(chosen)]),
        name,
        [each.called for each in details],
        crossing.returns,
        crossing.loses,
        function,
        call,
        details,
        [
            *lost(chosen),
            *failed(chosen[0].cell, outside),
            *([proposal] if proposal else []),
        ],
    )


def _extraction(
    name: str,
    made: ExpressionFunction | BlockFunction,
    returns: Sequence[str] = (),
    loses: Sequence[str] = (),
) -> Extraction:
    """Tells of a function that was made within one cell."""
    return Extraction(
        EditPlan(f"Extract function {name}", [made.change]),
        name,
        [each.called for each in made.parameters],
        list(returns),
        list(loses),
        made.function,
        made.call,
        made.parameters,
        [],
    )


def _arranged(
    notebook: Notebook, survey: Survey, crossing: Boundary, wishes: Sequence[ParameterWish]
) -> list[Parameter]:
    """Gives the parameters as a person wants them."""
    own = survey.known.facts
    steady = [
        name
        for name in crossing.parameters
        if name not in own.binds and name not in own.deletes and survey.is_surely_bound_above(name)
    ]
    tree = survey.known.tree or ast.Module([], [])
    if any(wish.called not in {"", wish.name} for wish in wishes):
        if any(map(is_dynamic_query, ast.walk(tree))):
            raise RefusedError(
                "unclear-place", "A query that is not written in its call may read any name."
            )
        for seen in looking_around(tree):
            raise RefusedError("unclear-place", f"`{seen}` may read any name.")
    annotations = annotations_of(survey.dataflow.cells.values())
    types = {
        node.id
        for text in [*annotations.values(), *(wish.annotation or "" for wish in wishes)]
        for node in _names(text)
    }
    bound = {name for name in types if survey.is_surely_bound_above(name)}
    return arranged(
        crossing.parameters,
        wishes,
        annotations,
        constants_of(notebook, survey.dataflow, steady),
        bound | set(bound_names(crossing.hoisted)),
    )


def _names(text: str) -> list[ast.Name]:
    """Gives the names of a type; none where it is none, which is told elsewhere."""
    try:
        tree = ast.parse(text.strip() or "0", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name)]


class _Text:
    """The selected text on its way into a function.

    Attributes:
        above: The lines that stay in the notebook above the function.
    """

    def __init__(
        self,
        survey: Survey,
        chosen: Sequence[Piece],
        crossing: Boundary,
        parameters: Sequence[Parameter],
    ) -> None:
        self._parameters = parameters
        self._survey = survey
        self._crossing = crossing
        self._source = survey.known.source
        self._index = LineIndex(self._source)
        self._lines = self._source.split("\n")
        self._fixed = lines_in_strings(survey.known.masked.text)
        self._chosen = chosen
        self._moved = self._lines_above()
        self.above = [self._lines[number] for number in sorted(self._moved)]

    def function(self, name: str, *, docstring: bool) -> tuple[str, str]:
        """Gives the text of the function, and that of its call."""
        crossing = self._crossing
        edits = self._shown_on_the_way()
        edits += renaming_edits(references(self._survey.known), self._parameters, name)
        called = {each.name: each.called for each in self._parameters}
        results = list(crossing.returns)
        inside = ", ".join(called.get(result, result) for result in results)
        behind: list[str] = []
        outside: set[int] = set()
        shown = self._shown_at_the_end()
        if shown is not None and gives_nothing(shown):
            shown = None
        if shown is not None:
            start, end = self._span(shown)
            if not results:
                edits.append((start, start, "return "))
            elif self._can_stay_outside(shown):
                outside = self._with_comments(shown)
                behind = [self._lines[number] for number in sorted(outside)]
            else:
                behind = [self._fresh("result")]
                brackets = ("", "") if is_closed(self._source[start:end]) else ("(", ")")
                if any(isinstance(node, ast.NamedExpr) for node in ast.walk(shown)):
                    # It binds a result itself, so it comes first.
                    edits.append((start, start, f"return {brackets[0]}"))
                    edits.append((end, end, f"{brackets[1]}, {inside}"))
                    results = [*behind, *results]
                else:
                    edits.append((start, start, f"return {inside}, {brackets[0]}"))
                    edits.append((end, end, brackets[1]))
                    results += behind
        lines = edited(self._source, edits).split("\n")
        skipped = self._moved | outside
        body = [
            line
            for number, line in enumerate(indented(lines, self._fixed))
            if number not in skipped
        ]
        body = _stripped("\n".join(body).replace(_NEW_LINE, f"\n{INDENT}").split("\n"))
        if crossing.returns and (shown is None or outside):
            body.append(f"{INDENT}return {inside}")
        above = head(
            name,
            self._parameters,
            is_async=crossing.is_async,
            docstring=docstring,
        )
        call = call_of(name, self._parameters, is_async=crossing.is_async)
        if results:
            call = f"{', '.join(results)} = {call}"
        after: list[str] = []
        if crossing.deletes:
            # What the selection bound itself need not be there when its cell is run again.
            after = [f"{each} = None" for each in crossing.deletes if each not in called]
            after.append(f"del {', '.join(crossing.deletes)}")
        return "\n".join([*above, *body]), "\n".join([call, *after, *behind])

    def _lines_above(self) -> set[int]:
        """Gives the lines that stay in the notebook, with the comments right above them."""
        found: set[int] = set()
        for statement in self._crossing.hoisted:
            found |= self._with_comments(statement)
        for magic in self._survey.known.masked.magics:
            if is_setting(magic):
                found.update(range(magic.line, magic.end_line + 1))
        for statement in self._crossing.body:
            if found & set(range(first_line(statement) - 1, last_line(statement))):
                raise RefusedError(
                    "shared-line",
                    "What stays in the notebook stands on one line with other code; put it on a "
                    "line of its own.",
                )
        return found

    def _with_comments(self, statement: ast.stmt) -> set[int]:
        first = comments_above(self._lines, first_line(statement) - 1)
        return set(range(first, last_line(statement)))

    def _shown_at_the_end(self) -> ast.Expr | None:
        """Gives the expression that the cell shows last, where that is selected."""
        if self._chosen[-1].after.strip():
            known = self._survey.dataflow.cells[f"{self._chosen[-1].cell.id} after"]
            if known.statements:
                return None
        return shown_last(self._survey.known)

    def _shown_on_the_way(self) -> list[Edit]:
        """Shows what the cells above the last one show at their ends."""
        edits: list[Edit] = []
        start = 0
        for piece in self._chosen[:-1]:
            known = CellFacts(piece.text)
            shown = shown_last(known)
            if shown is not None:
                found = display_edits(known, shown, lambda: self._fresh("shown"))
                edits += [
                    (first + start, last + start, text.replace("\n", _NEW_LINE))
                    for first, last, text in found
                ]
            start += len(piece.text) + 1
        return edits

    def _can_stay_outside(self, shown: ast.Expr) -> bool:
        """Tells whether the last expression needs nothing that is known in the function alone."""
        lines = set(range(first_line(shown), last_line(shown) + 1))
        others = [each for each in self._crossing.body if each is not shown]
        if not others or any(
            lines & set(range(first_line(each), last_line(each) + 1)) for each in others
        ):
            return False
        facts = self._survey.known.facts
        kept = {*self._crossing.returns, *bound_names(self._crossing.hoisted)}
        for node in ast.walk(shown):
            if isinstance(node, ast.NamedExpr | ast.Await | ast.Lambda | ast.Yield):
                return False
            if (
                isinstance(node, ast.Name)
                and node.id in {**facts.binds, **facts.deletes}
                and node.id not in kept
            ):
                return False
        return True

    def _fresh(self, wish: str) -> str:
        names = self._survey.names() | {each.called for each in self._parameters}
        number, name = 1, wish
        while name in names:
            number += 1
            name = f"{wish}_{number}"
        return name

    def _span(self, statement: ast.stmt) -> tuple[int, int]:
        """Gives where a statement stands, with the brackets around the whole of it."""
        return (
            self._index.to_offset(self._index.position(statement.lineno, statement.col_offset)),
            self._index.to_offset(
                self._index.position(
                    statement.end_lineno or statement.lineno, statement.end_col_offset or 0
                )
            ),
        )


def _operations(
    chosen: Sequence[Piece], above: Sequence[str], function: str, call: str
) -> list[Operation]:
    first = chosen[0]
    parts = []
    if above:
        parts.append("\n".join(above))
    parts.append(function)
    text = "\n\n\n".join([*parts, call])
    if first.before.strip() and not first.before.lstrip().startswith("%%"):
        text = "\n\n" + text
    if len(chosen) == 1 and first.after.strip():
        text += "\n"
    operations: list[Operation] = [
        ChangeCell(first.cell.id, source_hash(first.cell.source), [TextEdit(first.range, text)])
    ]
    deleted: list[Cell] = []
    for piece in chosen[1:]:
        digest = source_hash(piece.cell.source)
        if piece.before.strip() or piece.after.strip():
            operations.append(ChangeCell(piece.cell.id, digest, [TextEdit(piece.range, "")]))
        else:
            deleted.append(piece.cell)
            operations.append(DeleteCell(piece.cell.id, digest))
    return [*operations, *gathered_in(first.cell, [first.cell, *deleted])]


def _check_result(operation: Operation) -> None:
    """Makes sure that what is written parses."""
    if isinstance(operation, ChangeCell):
        for edit in operation.edits:
            if CellFacts(edit.text).state != "known":
                raise RefusedError(
                    "does-not-parse", "The function would not be Python.", operation.cell
                )


def _refuse_figures(
    notebook: Notebook, chosen: Sequence[Piece], libraries: Libraries | None
) -> None:
    """Refuses cells that each draw: at the end of a cell its figure is shown and closed."""
    if len(chosen) < 2:
        return
    drawing = sum(draws(Survey(notebook, [piece], libraries).effective) for piece in chosen)
    if drawing > 1:
        raise RefusedError(
            "figures",
            "More than one of the selected cells draws; in one cell they would share a figure.",
        )


def _stripped(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
