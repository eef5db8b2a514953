"""Gives an expression a name, in a line above its statement."""

import ast
import copy
import keyword

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeCell, EditPlan, replace_source
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Range
from jupyter_nbquality.refactor.evaluation import LazyError, evaluated_before, is_fixed, is_quiet
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.same_code import is_same_code
from jupyter_nbquality.refactor.text_of import CellText, UnclearError

_PLACES_UNTOLD = ast.keyword | ast.FormattedValue


class NamedExpression(msgspec.Struct, frozen=True, tag_field="kind", tag="named-expression"):
    """An expression that got a name.

    Attributes:
        plan: The changes.
        name: The name.
        text: The expression.
        others: How many other places of the notebook have the same literal, changed or not.
    """

    plan: EditPlan
    name: str
    text: str
    others: int = 0


@refusing
def extract_variable(
    notebook: Notebook,
    cell: str,
    selection: Range,
    name: str,
    *,
    libraries: Libraries | None = None,
) -> NamedExpression:
    """Gives an expression a name, in a line of its own above the statement that it stands in.

    Args:
        notebook: The document.
        cell: The id of the cell.
        selection: Where the expression stands; blanks and brackets at its ends do not matter.
        name: The new name.
        libraries: What calls of libraries change.

    Returns:
        The change; or why the notebook would not do the same after it.
    """
    found = find_expression(notebook, cell, selection)
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    check_free_name(name, dataflow)
    _refuse(found, dataflow)
    source = _named(found, name)
    change = replace_source(cell, found.cell.source, source)
    operation = ChangeCell(cell, change.source_hash, change.edits)
    title = f"Extract variable {name}"
    return NamedExpression(EditPlan(title, [operation]), name, found.text)


class Selected(msgspec.Struct):
    """An expression that was selected.

    Attributes:
        cell: Its cell.
        known: What is known of that.
        node: The expression.
        around: The nodes around it, from the outermost statement inwards.
        start: Where it begins, an offset into the source.
        end: Where it ends.
    """

    cell: Cell
    known: CellFacts
    node: ast.expr
    around: list[ast.AST]
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text of the expression."""
        return self.cell.source[self.start : self.end]

    @property
    def statement(self) -> ast.stmt:
        """The innermost statement that it stands in."""
        return next(node for node in reversed(self.around) if isinstance(node, ast.stmt))


def find_expression(notebook: Notebook, cell: str, selection: Range) -> Selected:
    """Finds the expression that a person selected.

    Raises:
        RefusedError: It is none, or a part of one.
    """
    try:
        its = notebook.cell(cell)
    except KeyError:
        raise RefusedError("unknown-cell", "The cell is not in the notebook any more.") from None
    known = CellFacts(its.source)
    if its.cell_type != "code" or known.state == "foreign" or not notebook.is_python:
        raise RefusedError("not-python", "The cell is not in Python.", cell)
    if known.state != "known" or known.tree is None:
        raise RefusedError("does-not-parse", "The cell does not parse.", cell)
    index = LineIndex(its.source)
    start, end = index.to_offset(selection.start), index.to_offset(selection.end)
    while start < end and its.source[start].isspace():
        start += 1
    while end > start and its.source[end - 1].isspace():
        end -= 1
    text = CellText(known)
    around: list[ast.AST] = []
    found = _search(known.tree, text, start, end, around)
    if found is None:
        raise RefusedError("no-expression", "The selection is not one expression.", cell)
    return Selected(its, known, found, around, start, end)


def _search(
    tree: ast.AST, text: CellText, start: int, end: int, around: list[ast.AST]
) -> ast.expr | None:
    """Goes down to the expression; notes the nodes on the way."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.JoinedStr):
            try:
                text.enter(child)
            except UnclearError:
                continue
        first, last = start, end
        if hasattr(child, "lineno") and not isinstance(child, _PLACES_UNTOLD):
            try:
                first, last = text.span(child)
            except UnclearError:
                continue
            if (
                isinstance(child, ast.expr)
                and not isinstance(child, ast.Starred)
                and _bare(text.source, start, end, first, last)
            ):
                return child
        decorators = getattr(child, "decorator_list", [])
        if not (first <= start and end <= last) and not decorators:
            continue
        around.append(child)
        found = _search(child, text, start, end, around)
        if found is not None:
            return found
        around.pop()
    return None


def _bare(source: str, start: int, end: int, first: int, last: int) -> bool:
    """Tells whether a selection is an expression, perhaps with brackets around it."""
    if (start, end) == (first, last):
        return True
    if not start < first or not last < end:
        return False
    before, after = source[start:first].split(), source[last:end].split()
    opened, closed = "".join(before), "".join(after)
    return set(opened) == {"("} and set(closed) == {")"} and len(opened) == len(closed)


def check_free_name(name: str, dataflow: Dataflow) -> None:
    """Refuses a name that cannot be given to something new.

    Raises:
        RefusedError: It is no name, or has a meaning in some cell already.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise RefusedError("bad-name", f"`{name[:60]}` is no name of Python.")
    if name in GIVEN_NAMES:
        raise RefusedError("builtin-name", f"`{name}` is a name that Python has from the start.")
    for key, known in dataflow.cells.items():
        facts = known.facts
        places = known.tree is not None and any(
            name in {getattr(node, "id", ""), getattr(node, "arg", ""), getattr(node, "name", "")}
            for node in ast.walk(known.tree)
            if not isinstance(node, ast.keyword)
        )
        if places or name in facts.binds or name in facts.uses or name in facts.guesses:
            raise RefusedError("taken-name", f"The notebook has a name `{name}` already.", key)


def refuse_no_value(found: Selected) -> None:
    """Refuses what does more than give a value, or stands where none is read.

    Raises:
        RefusedError: It does.
    """
    node, key = found.node, found.cell.id
    if found.known.masked.scoped or found.known.masked.removed:
        raise RefusedError("indented", "The code of the cell is indented, or measured.", key)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        raise RefusedError("a-target", "The selection is bound, not read.", key)
    if any(isinstance(part, ast.NamedExpr | ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
        raise RefusedError("binds", "The expression binds a name, or gives control away.", key)


def _refuse(found: Selected, dataflow: Dataflow) -> None:
    node, statement, key = found.node, found.statement, found.cell.id
    refuse_no_value(found)
    scopes = [each for each in found.around if isinstance(each, ast.stmt)]
    if len(scopes) > 1 and isinstance(scopes[-2], ast.ClassDef):
        raise RefusedError(
            "class-body", "In the body of a class the name would be an attribute of it.", key
        )
    try:
        before = evaluated_before(statement, node)
    except LazyError as error:
        raise RefusedError(
            "lazy",
            f"The expression stands {error.where}: above, it would be evaluated always.",
            key,
        ) from None
    _refuse_branch(found)
    if is_fixed(node):
        return
    if is_quiet(node):
        if not all(map(is_quiet, before)):
            raise RefusedError(
                "order", "Something is called before the expression, which may matter to it.", key
            )
        return
    if not all(map(is_quiet, before)):
        raise RefusedError(
            "order", "Something is called before the expression, in the same statement.", key
        )
    facts = dataflow.facts_of(found.text).facts
    changed = {*facts.mutates, *facts.binds}
    for name in {*facts.uses, *facts.touched}:
        for function in dataflow.graph.functions(name, len(dataflow.graph.units)):
            changed |= {*function.binds, *function.changes, *function.deletes}
    read = {part.id for each in before for part in ast.walk(each) if isinstance(part, ast.Name)}
    if changed & read:
        raise RefusedError(
            "order",
            f"The expression may change `{min(changed & read)}`, which is read before it.",
            key,
        )


def _refuse_branch(found: Selected) -> None:
    """Refuses the condition of an ``elif``, above which nothing can stand."""
    for outer, inner in zip(found.around, found.around[1:], strict=False):
        if isinstance(outer, ast.If) and isinstance(inner, ast.If) and [inner] == outer.orelse:
            text = CellText(found.known)
            if text.text(inner).startswith("elif"):
                raise RefusedError(
                    "lazy",
                    "The expression stands behind an `elif`, above which nothing can.",
                    found.cell.id,
                )


def _named(found: Selected, name: str) -> str:
    """Gives the source with the expression in a line of its own."""
    source = found.cell.source
    text = CellText(found.known)
    first, _last = text.span(found.statement)
    line = max(source.rfind("\n", 0, first), source.rfind("\r", 0, first)) + 1
    indent = source[line:first]
    if indent.strip():
        raise RefusedError(
            "shared-line", "The statement shares its line with another.", found.cell.id
        )
    mark = "\r\n" if "\r\n" in source else "\n"
    value = found.text
    if ("\n" in value or "\r" in value) and not _is_closed(value):
        value = f"({value})"
    if isinstance(found.node, ast.GeneratorExp) and not value.startswith("("):
        value = f"({value})"
    new = (
        source[:first] + f"{name} = {value}{mark}{indent}" + source[first : found.start] + name
        + source[found.end :]
    )  # fmt: skip
    made = CellFacts(new)
    if made.tree is None or not _is_as_meant(found, made, name):
        raise RefusedError("no-expression", "The selection is not one expression.", found.cell.id)
    return new


def _is_closed(text: str) -> bool:
    """Tells whether an expression over several lines needs no brackets."""
    try:
        ast.parse(f"_ = {text}")
    except SyntaxError:
        return False
    return True


def _is_as_meant(found: Selected, made: CellFacts, name: str) -> bool:
    """Tells whether the new code is the old, but for the one expression."""
    assert found.known.tree is not None
    assert made.tree is not None
    bound = ast.Assign([ast.Name(name, ast.Store())], copy.copy(found.node))
    return is_same_code(
        found.known.tree,
        made.tree,
        {id(found.node): ast.Name(name, ast.Load())},
        {id(found.statement): [bound, found.statement]},
    )
