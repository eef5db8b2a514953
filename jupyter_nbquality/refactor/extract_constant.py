"""Gives a literal a name at the top of its cell, or of the notebook, below the imports."""

import ast
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeCell, EditPlan, Operation, replace_source
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.extract_variable import (
    NamedExpression,
    Selected,
    check_free_name,
    find_expression,
    refuse_no_value,
)
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.same_code import is_same_code
from jupyter_nbquality.refactor.selection import first_line, last_line
from jupyter_nbquality.refactor.text_edits import Edit, edited
from jupyter_nbquality.refactor.text_of import CellText, UnclearError

_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class _Place(msgspec.Struct):
    """A literal where it stands.

    Attributes:
        node: The literal.
        start: Where it begins, an offset into the source.
        end: Where it ends.
        is_index: Whether it says which item is meant.
    """

    node: ast.expr
    start: int
    end: int
    is_index: bool


@refusing
def extract_constant(
    notebook: Notebook,
    cell: str,
    selection: Range,
    name: str,
    *,
    everywhere: bool = False,
    libraries: Libraries | None = None,
) -> NamedExpression:
    """Gives a literal a name: a number, a text, or a tuple of these.

    The name is bound at the top of the cell, below its imports. Where the literal is replaced in
    several cells, that is in the first of these, or in a cell above that begins with imports. Not
    replaced are docstrings, patterns, annotations, literals that have a name in capitals already,
    and numbers that are an index where the selected one is none.

    Args:
        notebook: The document.
        cell: The id of the cell.
        selection: Where the literal stands.
        name: The new name.
        everywhere: Whether it is replaced wherever else the notebook has it.
        libraries: What calls of libraries change.

    Returns:
        The change, which counts the other places; or why it cannot be done.
    """
    found = find_expression(notebook, cell, selection)
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    check_free_name(name, dataflow)
    _refuse(found)
    places = {
        each.id: _places(dataflow.cells[each.id], found.node)
        for each in notebook.cells
        if each.cell_type == "code" and each.id in dataflow.cells
    }
    own = next(
        (each for each in places[cell] if found.start <= each.start and each.end <= found.end), None
    )
    if own is None:
        raise RefusedError(
            "no-literal", "The literal cannot be replaced by a name where it stands.", cell
        )
    alike = {
        key: [each for each in its if each.is_index == own.is_index] for key, its in places.items()
    }
    others = sum(map(len, alike.values())) - 1
    chosen = alike if everywhere else {cell: [own]}
    changes = _changes(notebook, dataflow, found, name, chosen)
    return NamedExpression(EditPlan(f"Extract constant {name}", changes), name, found.text, others)


def _refuse(found: Selected) -> None:
    refuse_no_value(found)
    if not _is_literal(found.node):
        raise RefusedError(
            "no-literal",
            "The selection is not a number, a text or a tuple of these.",
            found.cell.id,
        )
    statement = found.statement
    if statement in found.around[-1:] and (named := _constant_of(statement)):
        raise RefusedError(
            "named-already", f"The value has the name `{named}` already.", found.cell.id
        )


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            # These are names themselves.
            return value is not Ellipsis and not isinstance(value, bool | None)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=value)):
            return isinstance(value, int | float | complex) and not isinstance(value, bool)
        case ast.Tuple(elts=parts):
            return bool(parts) and all(map(_is_literal, parts))
    return False


def _constant_of(statement: ast.AST) -> str:
    """Gives the name in capitals that a statement gives a literal; empty for none."""
    target: ast.expr | None = None
    match statement:
        case ast.Assign(targets=[only]):
            target = only
        case ast.AnnAssign():
            target = statement.target
    value = getattr(statement, "value", None)
    if isinstance(target, ast.Name) and target.id.isupper() and value is not None:
        return target.id if _is_literal(value) else ""
    return ""


# ---- the places ----


def _places(known: CellFacts, literal: ast.expr) -> list[_Place]:
    """Finds the places of a cell where a literal can be replaced."""
    if known.tree is None or known.state != "known":
        return []
    text = CellText(known)
    wanted = ast.dump(literal)
    magics = {
        line for magic in known.masked.magics for line in range(magic.line + 1, magic.end_line + 2)
    }
    found = []
    for node, is_index in _values(known.tree, text, is_index=False):
        if type(node) is not type(literal) or ast.dump(node) != wanted or node.lineno in magics:
            continue
        try:
            start, end = text.span(node)
        except UnclearError:
            continue
        found.append(_Place(node, start, end, is_index and not _is_text(literal)))
    return found


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _values(node: ast.AST, text: CellText, *, is_index: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Yields the literals of some code that are values, and whether each is an index."""
    if isinstance(node, ast.expr) and _is_literal(node):
        yield node, is_index
        if not isinstance(node, ast.Tuple):
            return
    if _constant_of(node):
        return
    for child, in_index in _children(node, text, is_index):
        yield from _values(child, text, is_index=in_index)


def _children(node: ast.AST, text: CellText, is_index: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yields the parts of a node in which literals may be replaced."""
    skipped: list[object] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    match node:
        case ast.JoinedStr():
            try:
                text.enter(node)
            except UnclearError:
                return
            skipped += [part for part in node.values if isinstance(part, ast.Constant)]
        case ast.pattern():
            return
        case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
            return
        case ast.Subscript():
            yield node.value, False
            yield node.slice, True
            return
        case ast.Slice() | ast.Tuple() | ast.UnaryOp() | ast.FormattedValue():
            pass
        case _:
            is_index = False
    if isinstance(node, _DOCUMENTED) and node.body:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            skipped.append(first)
    for child in ast.iter_child_nodes(node):
        if not any(child is each for each in skipped):
            yield child, is_index


# ---- the changes ----


def _changes(
    notebook: Notebook,
    dataflow: Dataflow,
    found: Selected,
    name: str,
    chosen: dict[str, list[_Place]],
) -> list[Operation]:
    """Gives the changes of the cells: the name where it is read, and where it is bound."""
    users = [each for each in notebook.cells if chosen.get(each.id)]
    home = _home(notebook, dataflow, users)
    value = found.text if _parses(f"_ = {found.text}") else f"({found.text})"
    changes: list[Operation] = []
    for each in notebook.cells:
        if each.id != home.id and each not in users:
            continue
        known = dataflow.cells[each.id]
        places = chosen.get(each.id, [])
        edits: list[Edit] = [(place.start, place.end, name) for place in places]
        bound: tuple[int, str] | None = None
        if each.id == home.id:
            where, place = _top(each, known)
            edits.append((place[0], place[0], place[1].format(f"{name} = {value}")))
            bound = (where, f"{name} = {value}")
        source = edited(each.source, edits)
        if not _is_as_meant(known, source, name, places, bound):
            raise RefusedError(
                "no-literal", "The literal cannot be replaced by a name in one place.", each.id
            )
        change = replace_source(each.id, each.source, source)
        changes.append(ChangeCell(each.id, change.source_hash, change.edits))
    return changes


def _home(notebook: Notebook, dataflow: Dataflow, users: list[Cell]) -> Cell:
    """Finds the cell that binds the name: above all that read it."""
    if len(users) == 1:
        return users[0]
    for cell in notebook.cells:
        if cell.id == users[0].id:
            break
        known = dataflow.cells.get(cell.id)
        if (
            known is not None
            and known.tree is not None
            and known.state == "known"
            and known.tree.body
            and isinstance(known.tree.body[0], ast.Import | ast.ImportFrom)
            and not (known.masked.scoped or known.masked.removed)
        ):
            return cell
    return users[0]


def _top(cell: Cell, known: CellFacts) -> tuple[int, tuple[int, str]]:
    """Gives where a constant is bound in a cell: below its imports and other constants on top.

    Returns:
        Behind how many statements; where in the text, and what is written there.

    Raises:
        RefusedError: There is no line for it.
    """
    if known.masked.scoped or known.masked.removed:
        raise RefusedError("indented", "The code of the cell is indented, or measured.", cell.id)
    assert known.tree is not None
    body = known.tree.body
    count = 0
    for number, statement in enumerate(body, 1):
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            count = number
        elif not (is_import or _constant_of(statement)) or count < number - 1:
            break
        else:
            count = number
    index = LineIndex(cell.source)
    if not count:
        heads = [magic.end_line + 1 for magic in known.masked.magics if magic.kind == "cell-magic"]
        return 0, (index.to_offset(Position(max(heads, default=0), 0)), "{}\n")
    line = last_line(body[count - 1])
    if count < len(body) and first_line(body[count]) <= line:
        raise RefusedError(
            "shared-line", "The imports of the cell share a line with other code.", cell.id
        )
    blank = "" if _constant_of(body[count - 1]) else "\n"
    if line >= index.line_count:
        return count, (len(cell.source), f"\n{blank}{{}}")
    start = index.to_offset(Position(line, 0))
    below = cell.source[start : index.to_offset(index.end_of_line(line))]
    return count, (start, f"{blank}{{}}\n" + (blank if below.strip() else ""))


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _is_as_meant(
    known: CellFacts,
    source: str,
    name: str,
    places: list[_Place],
    bound: tuple[int, str] | None,
) -> bool:
    """Tells whether a cell is what it was, but for the name."""
    made = CellFacts(source)
    if made.tree is None or known.tree is None:
        return False
    body = list(known.tree.body)
    if bound is not None:
        body.insert(bound[0], ast.parse(bound[1]).body[0])
    wanted = ast.Module(body, known.tree.type_ignores)
    read = ast.Name(name, ast.Load())
    return is_same_code(wanted, made.tree, {id(place.node): read for place in places})
