"""What the code of a cell binds, reads and calls as it runs, and what its functions need later.

Only what happens on every way through the code is told as read or called: what stands behind a
condition, in ``try`` or in a function that may never be called, is passed over.
"""

import ast
from collections.abc import Iterable, Iterator

import msgspec

from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.lint.rules._python import kept_by_cell

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAYBE = (ast.If, ast.While, ast.Try, ast.TryStar, ast.Match, ast.IfExp)
_NOT_SURELY = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp, *_MAYBE)
_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class CellOrder(msgspec.Struct, frozen=True):
    """What a cell does with the names of the notebook.

    Attributes:
        bound: Each name it binds, with the lines, from 1, where it does.
        read: The names it reads for certain as it runs.
        calls: The calls of plain names that it makes for certain as it runs.
        needs: For each plain function it defines, the names of the notebook that a call reads.
        mentioned: The names it reads anywhere, inside functions too.
        is_quiet: Whether all it does is define: imports, functions, and names for plain values.
    """

    bound: dict[str, list[int]]
    read: frozenset[str]
    calls: list[ast.Call]
    needs: dict[str, frozenset[str]]
    mentioned: frozenset[str]
    is_quiet: bool


@kept_by_cell
def order_of(code: CodeCell) -> CellOrder:
    """Looks through the code of a cell; empty where it does not parse."""
    body = code.tree.body if code.tree is not None else []
    bound: dict[str, list[int]] = {}
    for name, line in _bindings(body):
        bound.setdefault(name, []).append(line)
    for magic in code.magics:
        for name in magic.assigns:
            bound.setdefault(name, []).append(magic.line + 1)
    certain = [node for statement in body for node in _certain(statement)]
    return CellOrder(
        bound=bound,
        read=frozenset(_names(certain)),
        calls=[
            node
            for node in certain
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ],
        needs={
            statement.name: _needs(statement)
            for statement in body
            if isinstance(statement, ast.FunctionDef) and not statement.decorator_list
        },
        mentioned=frozenset(_names(code.nodes)),
        is_quiet=not code.magics and all(map(_only_defines, body)),
    )


def _only_defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef():
            arguments = statement.args
            return not (statement.decorator_list or arguments.defaults or arguments.kw_defaults)
        case ast.Assign(targets, value):
            return all(isinstance(target, ast.Name) for target in targets) and not any(
                isinstance(node, ast.Call | ast.Await | ast.NamedExpr) for node in ast.walk(value)
            )
    return False


def _bindings(statements: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yields what is bound in the namespace of the notebook, possibly, with its line."""
    todo = list(statements)
    while todo:
        node = todo.pop()
        line = getattr(node, "lineno", 0)
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield name, line
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Global):
                        yield from ((name, line) for name in inner.names)
                continue
            case ast.ClassDef(name):
                yield name, line
                continue
            case ast.Lambda():
                continue
            case ast.Name(name, ast.Store()):
                yield name, line
            case ast.alias(name, asname):
                yield asname or name.partition(".")[0], line
            case ast.ExceptHandler(name=str() as name) | ast.MatchStar(name=str() as name):
                yield name, line
            case ast.MatchAs(name=str() as name) | ast.MatchMapping(rest=str() as name):
                yield name, line
        todo += ast.iter_child_nodes(node)


def _certain(statement: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes that run whenever a statement runs."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, _NOT_SURELY):
            continue
        yield node
        if isinstance(node, ast.BoolOp):
            todo.append(node.values[0])
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp):
            todo += [generator.iter for generator in node.generators[:1]]
        elif isinstance(node, ast.For | ast.AsyncFor | ast.With | ast.AsyncWith):
            todo += [*_head(node), *_until_end(node.body)]
        elif isinstance(node, ast.ClassDef):
            todo += [*node.bases, *node.decorator_list]
        else:
            todo += ast.iter_child_nodes(node)


def _head(node: ast.For | ast.AsyncFor | ast.With | ast.AsyncWith) -> list[ast.AST]:
    return list(node.items) if isinstance(node, ast.With | ast.AsyncWith) else [node.iter]


def _until_end(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yields statements up to the first that may leave the block."""
    for statement in body:
        yield statement
        if isinstance(statement, _ENDS) or (
            isinstance(statement, _MAYBE)
            and any(isinstance(node, _ENDS) for node in ast.walk(statement))
        ):
            return


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def _needs(function: ast.FunctionDef) -> frozenset[str]:
    """Gives the names that a function reads for certain when it is called, and has not itself."""
    nodes = list(ast.walk(function))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes):
        return frozenset()  # its body does not run when it is called
    own = {name for name, _ in _bindings(function.body)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    certain = [node for part in _until_end(function.body) for node in _certain(part)]
    return frozenset(_names(certain)) - own
