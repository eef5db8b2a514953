"""What statements of a block hold that cannot stand in a function of their own."""

import ast
from collections.abc import Iterator, Sequence

from jupyter_nbquality.refactor.blocks import Block
from jupyter_nbquality.refactor.looking_around import (
    is_dynamic_query,
    is_dynamic_sql,
    looking_around,
)
from jupyter_nbquality.refactor.refused import RefusedError

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_LOOP = ast.For | ast.AsyncFor | ast.While


def refuse_code(block: Block) -> None:
    """Refuses statements that do something else in a function of their own.

    Raises:
        RefusedError: There is one; it says which.
    """
    _refuse_place(block)
    _refuse_statements(block)
    _refuse_magics(block)
    _refuse_looking_around(block)


def _refuse_place(block: Block) -> None:
    functions = [node for node in block.around if isinstance(node, _FUNCTION)]
    if len(functions) > 1:
        raise RefusedError(
            "nested-function",
            f"`{functions[-1].name}` stands in the function `{functions[0].name}`, whose variables "
            "it shares.",
        )
    if block.known.masked.scoped:
        raise RefusedError(
            "magic", "The magic above the cell runs it in a function, or measures it."
        )
    scopes = [node for node in block.around if isinstance(node, _FUNCTION | ast.ClassDef)]
    if scopes and isinstance(scopes[-1], ast.ClassDef):
        raise RefusedError(
            "class-body", "The statements of a class bind its attributes, no variables."
        )
    function = block.function
    if (
        function is not None
        and block.block is function.body
        and block.chosen[0] is function.body[0]
        and ast.get_docstring(function, clean=False) is not None
    ):
        raise RefusedError(
            "docstring", f"The selection holds the docstring of `{function.name}`; leave it out."
        )


def _refuse_statements(block: Block) -> None:
    for node, in_loop in _own(block.chosen):
        match node:
            case ast.Return() if block.function is None:
                raise RefusedError("returns", "A `return` stands outside of a function.")
            case ast.Yield() | ast.YieldFrom():
                raise RefusedError(
                    "yields",
                    "The selection gives values by `yield`, which the function around does.",
                )
            case ast.Break() if not in_loop:
                raise RefusedError(
                    "breaks-out", "A `break` in the selection ends a loop that is outside of it."
                )
            case ast.Continue() if not in_loop:
                raise RefusedError(
                    "continues-outside",
                    "A `continue` in the selection is about a loop that is outside of it.",
                )
            case ast.Delete():
                raise RefusedError(
                    "deletes",
                    "The selection deletes something by `del`: a variable of a function is "
                    "another one.",
                )
            case ast.Global():
                raise RefusedError(
                    "declared-global",
                    f"The selection declares `{node.names[0]}` as `global`.",
                )
            case ast.Nonlocal():
                raise RefusedError(
                    "declared-nonlocal",
                    f"The selection declares `{node.names[0]}` as `nonlocal`.",
                )
            case ast.ImportFrom() if any(alias.name == "*" for alias in node.names):
                raise RefusedError("star-import", "An import with `*` cannot stand in a function.")
            case ast.AnnAssign(value=None, target=ast.Name(id=name)):
                raise RefusedError(
                    "annotation-only", f"`{name}` gets a type and no value in the selection."
                )
            case ast.ExceptHandler(name=str(name)) if _is_elsewhere(block, name):
                raise RefusedError(
                    "except-name",
                    f"`except … as {name}` binds and deletes `{name}`, which is used outside of "
                    "the selection, too.",
                )
    _refuse_declared(block)


def _refuse_declared(block: Block) -> None:
    """Refuses to bind names that the function around declares as those of the notebook."""
    declared = {
        name
        for node, _in_loop in _own(block.function.body if block.function is not None else [])
        if isinstance(node, ast.Global | ast.Nonlocal)
        for name in node.names
    }
    for statement in block.chosen:
        for node in ast.walk(statement):
            bound = (
                node.id
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
                else (node.asname or node.name.partition(".")[0])
                if isinstance(node, ast.alias)
                else getattr(node, "name", None)
            )
            if isinstance(bound, str) and bound in declared:
                raise RefusedError(
                    "declared-global",
                    f"The function around declares `{bound}` as `global`, and the selection binds "
                    "it.",
                )


def _is_elsewhere(block: Block, name: str) -> bool:
    """Tells whether a cell has a name outside of the selection."""
    chosen = {id(node) for statement in block.chosen for node in ast.walk(statement)}
    assert block.known.tree is not None
    return any(
        id(node) not in chosen
        and name in {getattr(node, "id", ""), getattr(node, "arg", ""), getattr(node, "name", "")}
        for node in ast.walk(block.known.tree)
    )


def _refuse_magics(block: Block) -> None:
    for magic in block.known.masked.magics:
        if (
            magic.kind != "cell-magic"
            and magic.line <= block.last
            and block.first <= magic.end_line
        ):
            shown = magic.text.strip().split("\n")[0][:60]
            raise RefusedError(
                "magic",
                f"`{shown}` works on the notebook's own names, so it cannot stand in a function.",
            )


def _refuse_looking_around(block: Block) -> None:
    function = block.function
    code = [*block.chosen, *(function.body if function is not None else [])]
    tree = ast.Module(code, [])
    for name in looking_around(tree):
        raise RefusedError(
            "looks-around", f"`{name}` sees the names around it, which would be others."
        )
    for node in ast.walk(ast.Module(block.chosen if function is not None else [], [])):
        if is_dynamic_query(node) or is_dynamic_sql(node):
            raise RefusedError(
                "looks-around", "A query that is not written in its call may read any variable."
            )
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in {"eval", "exec", "locals"}:
            raise RefusedError(
                "looks-around", f"`{called.id}()` sees the names around it, which would be others."
            )
    in_class = any(isinstance(node, ast.ClassDef) for node in block.around)
    for statement in block.chosen:
        for node in ast.walk(statement):
            name = getattr(node, "id", "") or getattr(node, "attr", "")
            if isinstance(node, ast.Name) and name in {"super", "__class__"}:
                raise RefusedError("looks-around", "`super()` works in its method alone.")
            if in_class and str(name).startswith("__") and not str(name).endswith("__"):
                raise RefusedError(
                    "private-name", f"`{name}` has another meaning outside of its class."
                )


def _own(body: Sequence[ast.AST]) -> Iterator[tuple[ast.AST, bool]]:
    """Yields the nodes of statements, and whether a loop among these is around each.

    Without those of functions and classes within.
    """
    todo: list[tuple[ast.AST, bool]] = [(node, False) for node in body]
    while todo:
        node, in_loop = todo.pop()
        yield node, in_loop
        if isinstance(node, _FUNCTION | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, _LOOP):
            todo += [(child, True) for child in node.body]
            # What stands behind `else` is about the loop around.
            todo += [(child, in_loop) for child in node.orelse]
            todo += [
                (child, in_loop)
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.expr)
            ]
        else:
            todo += [(child, in_loop) for child in ast.iter_child_nodes(node)]
