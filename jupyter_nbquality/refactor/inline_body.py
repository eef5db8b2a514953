"""Puts the statements of a function in the place of its one call."""

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.boundary import escaping
from jupyter_nbquality.refactor.evaluation import is_quiet
from jupyter_nbquality.refactor.indenting import lines_in_strings
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import first_line, last_line
from jupyter_nbquality.refactor.showing import quieted, shown_last
from jupyter_nbquality.refactor.text_of import CellText

_BREAK = re.compile(r"\r\n|\n|\r")
_CALLING = ast.Expr | ast.Assign | ast.AnnAssign
_LOOKS_AROUND = frozenset({"locals", "vars", "dir", "eval", "exec", "super"})


class Body(msgspec.Struct):
    """The body of a function, where it is called.

    Attributes:
        statement: The statement that calls it, which the lines replace.
        lines: The lines.
        nodes: The same as syntax.
        gains: Names that the notebook has then.
    """

    statement: ast.stmt
    lines: list[str]
    nodes: list[ast.stmt]
    gains: list[str]


def body_of_call(
    function: ast.FunctionDef,
    given: Mapping[str, ast.expr],
    call: ast.Call,
    cells: tuple[str, str],
    dataflow: Dataflow,
) -> Body:
    """Gives what a call of a function is replaced by.

    Args:
        function: Plain: it ends with its one ``return``, or has none.
        given: What its parameters are given.
        call: The one call.
        cells: The ids of the cells with the function and the call.
        dataflow: Of the notebook.

    Raises:
        RefusedError: The notebook would not do the same.
    """
    known, calling = (dataflow.cells[key] for key in cells)
    statement = _statement_of(call, calling, cells[1])
    body, result = _parts(function, cells[0])
    local = list(dict.fromkeys(bound_names(list(body))))
    targets = _targets(statement)
    assigned = [
        name
        for name, argument in given.items()
        if not (isinstance(argument, ast.Name) and argument.id == name)
    ]
    kept = {name for name in given if name not in assigned}
    _refuse_names(function, [*assigned, *local], targets, kept, dataflow, cells)
    _refuse_readers(
        [*body, *map(ast.Expr, given.values())], {*local, *assigned}, kept, dataflow, cells[0]
    )
    if call.keywords and sum(not is_quiet(argument) for argument in given.values()) > 1:
        raise RefusedError(
            "argument-order", "Several arguments of the call call something.", cells[1]
        )
    text = CellText(known)
    at_call = CellText(calling)
    nodes: list[ast.stmt] = []
    lines: list[str] = []
    for name in assigned:
        its = text if any(node is given[name] for node in ast.walk(function)) else at_call
        lines.append(f"{name} = {its.text(given[name])}")
        nodes.append(ast.Assign([ast.Name(name, ast.Store())], given[name]))
    lines += _dedented(function, body, known)
    nodes += body
    last, its_node = _last(statement, result, text, at_call)
    if last:
        lines.append(last)
    if its_node is not None:
        nodes.append(its_node)
    gains = [name for name in dict.fromkeys([*assigned, *local]) if name not in targets]
    return Body(statement, lines, nodes, gains)


def placed(body: Body, known: CellFacts) -> str:
    """Gives the source of the cell with the call, with the lines in the place of it."""
    start, end = CellText(known).span(body.statement)
    new = known.source[:start] + "\n".join(body.lines) + known.source[end:]
    ends_with_call = known.tree is not None and known.tree.body[-1] is body.statement
    gives_value = isinstance(body.statement, ast.Expr) and (
        bool(body.nodes) and getattr(body.nodes[-1], "gives", False)
    )
    if ends_with_call and not gives_value and shown_last(CellFacts(new)) is not None:
        return quieted(new)
    return new


def _statement_of(call: ast.Call, known: CellFacts, key: str) -> ast.stmt:
    assert known.tree is not None
    for statement in known.tree.body:
        if isinstance(statement, _CALLING) and statement.value is call:
            lines = range(first_line(statement), last_line(statement) + 1)
            if any(
                other is not statement and (first_line(other) in lines or last_line(other) in lines)
                for other in known.tree.body
            ):
                raise RefusedError("shared-line", "The call shares its line with others.", key)
            return statement
    raise RefusedError(
        "not-a-statement",
        "The function holds statements, so it must be called as a statement or an assignment of "
        "its own.",
        key,
    )


def _parts(function: ast.FunctionDef, key: str) -> tuple[list[ast.stmt], ast.expr | None]:
    """Gives the statements of a function, and what it returns."""
    body = list(function.body)
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    result = None
    if body and isinstance(body[-1], ast.Return):
        last = body.pop()
        assert isinstance(last, ast.Return)
        result = last.value
    if not body or body[0].lineno == function.lineno:
        raise RefusedError("not-plain", f"`{function.name}` stands on one line.", key)
    todo: list[ast.AST] = [*body, *([result] if result is not None else [])]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
            raise RefusedError(
                "not-plain", f"`{function.name}` returns in more places than its end.", key
            )
        if isinstance(node, ast.Global | ast.Nonlocal):
            raise RefusedError("not-plain", f"`{function.name}` binds names around it.", key)
        if isinstance(node, ast.Name) and node.id in _LOOKS_AROUND:
            raise RefusedError("looks-around", f"`{node.id}()` sees the names around it.", key)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return body, result


def _targets(statement: ast.stmt) -> set[str]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return {
        node.id
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _refuse_names(
    function: ast.FunctionDef,
    names: Sequence[str],
    targets: set[str],
    kept: set[str],
    dataflow: Dataflow,
    cells: tuple[str, str],
) -> None:
    """Refuses local names that mean something in the notebook."""
    taken = {
        name
        for known in dataflow.cells.values()
        for names in (
            known.facts.binds,
            known.facts.uses,
            known.facts.later,
            known.facts.guesses,
            known.facts.touched,
        )
        for name in names
    }
    for name in names:
        if name in GIVEN_NAMES:
            raise RefusedError(
                "builtin-name", f"`{function.name}` gives `{name}` another meaning.", cells[0]
            )
        if name not in targets and (name in taken or name in kept):
            raise RefusedError(
                "taken-name",
                f"`{function.name}` binds `{name}`, which the notebook has, too.",
                cells[0],
            )


def _refuse_readers(
    body: Sequence[ast.stmt], local: set[str], kept: set[str], dataflow: Dataflow, key: str
) -> None:
    """Refuses functions that would see local names: called ones, and those defined in the body."""
    called = {node.id for part in body for node in ast.walk(part) if isinstance(node, ast.Name)}
    seen: set[str] = set()
    todo = list(called - local)
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for known in dataflow.cells.values():
            function = known.facts.functions.get(name)
            if function is None:
                continue
            bound = {*function.binds, *function.deletes}
            shared = sorted((local & {*function.reads, *bound}) | (kept & bound))
            if shared:
                raise RefusedError(
                    "callee-reads", f"`{name}` reads or binds `{shared[0]}` in the notebook.", key
                )
            todo += function.reads
    for _node, reads in escaping(ast.Module(list(body), [])):
        if reads & local:
            raise RefusedError(
                "late-binding",
                f"A function within it goes on to read `{min(reads & local)}`.",
                key,
            )


def _dedented(
    function: ast.FunctionDef, body: Sequence[ast.stmt], known: CellFacts
) -> Iterator[str]:
    """Yields the lines of a body, moved to the left."""
    lines = _BREAK.split(known.source)
    fixed = lines_in_strings(known.masked.text)
    first, last = first_line(body[0]) - 1, last_line(body[-1])
    while first > function.lineno and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    indent = body[0].col_offset
    for number in range(first, last):
        line = lines[number]
        blank = len(line) - len(line.lstrip())
        yield line if number in fixed else line[min(indent, blank) :]


def _last(
    statement: ast.stmt,
    result: ast.expr | None,
    text: CellText,
    at_call: CellText,
) -> tuple[str, ast.stmt | None]:
    """Gives the line for what is returned, as text and as syntax."""
    value = result if result is not None else ast.Constant(None)
    written = text.text(result) if result is not None else "None"
    if "\n" in written and not written.startswith(("(", "[", "{")):
        written = f"({written})"
    if isinstance(statement, ast.Expr):
        if result is None:
            return "", None
        node = ast.Expr(value)
        node.gives = True  # type: ignore[attr-defined]
        return written, node
    if isinstance(statement, ast.Assign):
        left = at_call.source[at_call.span(statement)[0] : at_call.span(statement.targets[-1])[1]]
        is_same = (
            len(statement.targets) == 1
            and ast.unparse(statement.targets[0]) == ast.unparse(value)
            and isinstance(value, ast.Name | ast.Tuple)
        )
        if is_same:
            return "", None
        return f"{left} = {written}", ast.Assign(statement.targets, value)
    assert isinstance(statement, ast.AnnAssign)
    left = at_call.source[at_call.span(statement)[0] : at_call.span(statement.annotation)[1]]
    made = copy.copy(statement)
    made.value = value
    return f"{left} = {written}", made
