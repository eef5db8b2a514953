"""Makes a function of an expression in a line, and calls it there."""

import ast
from collections.abc import Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES, Facts
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeCell, replace_source
from jupyter_nbquality.ipython.names import names_of
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range
from jupyter_nbquality.refactor.boundary import escaping
from jupyter_nbquality.refactor.extract_variable import (
    Selected,
    check_free_name,
    find_expression,
    refuse_no_value,
)
from jupyter_nbquality.refactor.function_text import annotations_of, call_of, head
from jupyter_nbquality.refactor.indenting import INDENT
from jupyter_nbquality.refactor.looking_around import looking_around
from jupyter_nbquality.refactor.parameters import (
    Parameter,
    ParameterWish,
    arranged,
    renaming_edits,
)
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.same_code import is_same_code
from jupyter_nbquality.refactor.selection import Selection, first_line
from jupyter_nbquality.refactor.text_edits import edited
from jupyter_nbquality.refactor.text_of import CellText

_LAZY = (
    ast.BoolOp | ast.IfExp | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp
    | ast.GeneratorExp
)  # fmt: skip


class ExpressionFunction(msgspec.Struct, frozen=True):
    """A function that gives the value of an expression.

    Attributes:
        change: The change of the cell.
        parameters: What it takes, in order.
        function: Its text.
        call: The text of the call.
    """

    change: ChangeCell
    parameters: list[Parameter]
    function: str
    call: str


def selected_part(notebook: Notebook, selection: Selection) -> Selected | None:
    """Gives the expression that is selected, where that is no whole statement.

    Raises:
        RefusedError: The cell does not parse, or is not in Python.
    """
    start, end = selection.start, selection.end
    if len(selection.cells) != 1 or start is None or end is None or start == end:
        return None
    try:
        found = find_expression(notebook, selection.cells[0], Range(start, end))
    except RefusedError as error:
        if error.refusal.code == "no-expression":
            return None
        raise
    outermost = found.around[0] if found.around else None
    is_whole = isinstance(outermost, ast.Expr) and outermost.value is found.node
    return None if is_whole else found


def expression_function(
    notebook: Notebook,
    found: Selected,
    name: str,
    wishes: Sequence[ParameterWish],
    *,
    docstring: bool,
    libraries: Libraries | None,
) -> ExpressionFunction:
    """Makes a function of an expression; what it reads and the notebook binds, it is given.

    Args:
        notebook: The document.
        found: The expression.
        name: The function's name.
        wishes: What a person wants of the parameters.
        docstring: Whether it gets a first line of documentation.
        libraries: What calls of libraries change.

    Raises:
        RefusedError: The notebook would not do the same afterwards.
    """
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    check_free_name(name, dataflow)
    _refuse(found)
    parameters = arranged(
        _parameters(found, dataflow),
        wishes,
        annotations_of(dataflow.cells.values()),
        {},
        {bound for known in dataflow.cells.values() for bound in known.facts.binds},
    )
    is_async = any(isinstance(node, ast.Await) for node in ast.walk(found.node))
    call = call_of(name, parameters, is_async=is_async)
    value = _with_new_names(found, parameters, name)
    if "\n" in value or isinstance(found.node, ast.GeneratorExp):
        value = f"({value})"
    lines = head(
        name,
        parameters,
        is_async=is_async,
        docstring=docstring,
    )
    function = "\n".join([*lines, f"{INDENT}return {value}"])
    source = _changed(found, function, call)
    return ExpressionFunction(_as_change(found, source), parameters, function, call)


def _with_new_names(found: Selected, parameters: Sequence[Parameter], function: str) -> str:
    """Gives the expression with its parameters called what a person wants."""
    inside = [
        each
        for each in references(found.known)
        if found.start <= each.span[0] and each.span[1] <= found.end
    ]
    known = {each.name for each in inside}
    for each in parameters:
        if each.name != each.called and each.name not in known:
            raise RefusedError(
                "unclear-place",
                f"`{each.name}` is a name of a function or a comprehension, and stays as it is.",
                found.cell.id,
            )
    edits = [
        (start - found.start, end - found.start, text)
        for start, end, text in renaming_edits(inside, parameters, function)
    ]
    return edited(found.text, edits)


def _as_change(found: Selected, source: str) -> ChangeCell:
    return replace_source(found.cell.id, found.cell.source, source)


def _refuse(found: Selected) -> None:
    node, key = found.node, found.cell.id
    refuse_no_value(found)
    for seen in looking_around(ast.Module([ast.Expr(node)], [])):
        raise RefusedError(
            "looks-around", f"`{seen}` sees the names around it, which would be others.", key
        )
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in {"super", "__class__"}:
            raise RefusedError("looks-around", "`super()` works in its method alone.", key)


def _parameters(found: Selected, dataflow: Dataflow) -> list[str]:
    """Gives what the function takes."""
    key = found.cell.id
    free, _bound = names_of(ast.Module([ast.Expr(found.node)], []))
    of_notebook = {
        each.name: each.hidden
        for each in references(found.known)
        if found.start <= each.span[0] and each.span[1] <= found.end
    }
    own = [known.facts for known in dataflow.cells.values()]
    names: list[str] = []
    for node in sorted(free, key=lambda node: (node.lineno, node.col_offset)):
        name = node.id
        if name in names:
            continue
        if name not in of_notebook or not _stays(name, own):
            names.append(name)
    _refuse_late(found, names, set(of_notebook), own)
    _refuse_missing(found, names, dataflow)
    for called in of_notebook:
        for facts in own:
            function = facts.functions.get(called)
            shared = sorted(set(names) & {*function.binds, *function.deletes}) if function else []
            if shared:
                raise RefusedError(
                    "callee-binds", f"`{called}` binds `{shared[0]}`, which is read beside it.", key
                )
    return names


def _stays(name: str, own: Sequence[Facts]) -> bool:
    """Tells whether a name of the notebook is read where it stands: imports and functions are."""
    binders = [facts for facts in own if name in facts.binds]
    if not binders:
        return True
    return name not in GIVEN_NAMES and all(
        name in facts.imports or (name in facts.functions and bool(facts.functions[name].name))
        for facts in binders
    )


def _refuse_late(
    found: Selected, names: Sequence[str], of_notebook: set[str], own: Sequence[Facts]
) -> None:
    """Refuses functions in the expression that go on to read what would be given once."""
    for _node, reads in escaping(ast.Module([ast.Expr(found.node)], [])):
        for name in sorted(reads & set(names)):
            is_once = name in of_notebook and sum(name in facts.binds for facts in own) == 1
            if not is_once:
                raise RefusedError(
                    "late-binding",
                    f"A function in the expression reads `{name}` when it runs, after it may have "
                    "been bound anew.",
                    found.cell.id,
                )


def _refuse_missing(found: Selected, names: Sequence[str], dataflow: Dataflow) -> None:
    """Refuses to read a name that may be missing, and that the expression may not need."""
    lazy = [node for node in ast.walk(found.node) if isinstance(node, _LAZY)]
    needed = {
        part.id for node in lazy for part in ast.walk(node) if isinstance(part, ast.Name)
    } & set(names)
    if not needed:
        return
    bound: set[str] = set()
    for key, known in dataflow.cells.items():
        if key == found.cell.id:
            bound |= _bound_above(found, known)
            break
        bound |= known.facts.definite
        bound -= set(known.facts.deletes)
    missing = sorted(needed - bound - _bound_around(found))
    if missing:
        raise RefusedError(
            "bound-on-some-paths",
            f"`{missing[0]}` is not surely bound, and the expression may not need it.",
            found.cell.id,
        )


def _bound_above(found: Selected, known: CellFacts) -> set[str]:
    """Gives what the cell surely binds above the statement."""
    outermost = next(node for node in found.around if isinstance(node, ast.stmt))
    return {
        name
        for facts in known.statements
        if facts.last < first_line(outermost)
        for name in facts.definite
    }


def _bound_around(found: Selected) -> set[str]:
    """Gives the parameters, and the variables of comprehensions and loops, around a place."""
    names: set[str] = set()
    for node in found.around:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            names |= {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
        targets: list[ast.expr] = []
        if isinstance(node, ast.For | ast.AsyncFor):
            targets = [node.target]
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            targets = [generator.target for generator in node.generators]
        names |= {
            part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
        }
    return names


def _changed(found: Selected, function: str, call: str) -> str:
    """Gives the source with the function above the statement, and its call."""
    source = found.cell.source
    outermost = next(node for node in found.around if isinstance(node, ast.stmt))
    text = CellText(found.known)
    first = text.span(outermost)[0]
    for decorator in getattr(outermost, "decorator_list", []):
        first = min(first, source.rfind("@", 0, text.span(decorator)[0]))
    start = source.rfind("\n", 0, first) + 1
    if source[start:first].strip():
        raise RefusedError(
            "shared-line", "The statement shares its line with another.", found.cell.id
        )
    while start and source[source.rfind("\n", 0, start - 1) + 1 : start].startswith("#"):
        start = source.rfind("\n", 0, start - 1) + 1
    above = "\n\n" if source[:start].strip() and not source[:start].startswith("%%") else ""
    for written in (call, f"({call})"):
        new = (
            source[:start].rstrip("\n") + ("\n" if source[:start].strip() else "") + above
            + f"{function}\n\n\n"
            + source[start : found.start] + written + source[found.end :]
        )  # fmt: skip
        if _is_as_meant(found, new, call):
            return new
    raise RefusedError("no-expression", "A call cannot stand in that place.", found.cell.id)


def _is_as_meant(found: Selected, source: str, call: str) -> bool:
    """Tells whether the new code is the old, but for the one expression and the function."""
    made = CellFacts(source)
    if made.tree is None or found.known.tree is None:
        return False
    outermost = next(node for node in found.around if isinstance(node, ast.stmt))
    place = found.known.tree.body.index(outermost)
    return is_same_code(
        found.known.tree,
        made.tree,
        {id(found.node): ast.parse(call, mode="eval").body},
        {id(outermost): [made.tree.body[place], outermost]},
    )
