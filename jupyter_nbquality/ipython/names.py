"""The names a few statements of Python read and bind."""

import ast
from collections.abc import Iterator, Sequence

_Scope = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ClassDef
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
_NAMED = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.ExceptHandler
    | ast.MatchAs
    | ast.MatchStar
)


def names_of(tree: ast.Module) -> tuple[list[ast.Name], list[str]]:
    """The names a few statements read from around them, and the names they bind there.

    Good enough for the code of a magic: a name a statement before bound is none that is read.
    """
    reads: list[ast.Name] = []
    bound: list[str] = []
    for statement in tree.body:
        hidden = frozenset(bound)
        reads += _free_names(statement, hidden)
        bound += bound_names([statement])
    return reads, bound


def _free_names(tree: ast.AST, hidden: frozenset[str]) -> Iterator[ast.Name]:
    todo: list[tuple[ast.AST, frozenset[str]]] = [(tree, hidden)]
    while todo:
        node, hidden = todo.pop()
        if isinstance(node, ast.Name):
            if node.id not in hidden and not isinstance(node.ctx, ast.Store):
                yield node
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.target.id not in hidden:
                yield node.target
            todo.append((node.value, hidden))
        elif isinstance(node, _Scope):
            inside = list(_inside(node))
            own = hidden.union(bound_names(inside), parameters(node))
            todo += [(child, own) for child in inside]
            todo += [(child, hidden) for child in _outside(node)]
        else:
            todo += [(child, hidden) for child in ast.iter_child_nodes(node)]


def _inside(node: _Scope) -> Iterator[ast.AST]:
    """The parts of a scope that are evaluated within it."""
    if isinstance(node, ast.Lambda):
        yield node.body
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from node.body
    else:
        for field, value in ast.iter_fields(node):
            if field != "generators":
                yield value
        for number, generator in enumerate(node.generators):
            yield generator.target
            yield from generator.ifs
            if number:
                yield generator.iter


def _outside(node: _Scope) -> Iterator[ast.AST]:
    """The parts of a scope that are evaluated around it."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        yield node.generators[0].iter
    else:
        inside = set(map(id, _inside(node)))
        yield from (child for child in ast.iter_child_nodes(node) if id(child) not in inside)


def parameters(node: ast.AST) -> list[str]:
    """The names of a function's parameters; none for what is no function."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return []
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [arg.arg for arg in every if arg is not None]


def bound_names(nodes: Sequence[ast.AST]) -> list[str]:
    """The names that code binds in its own scope, not in functions and classes within it."""
    names: list[str] = []
    todo: list[ast.AST] = list(reversed(nodes))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.append(node.id)
        elif isinstance(node, ast.alias):
            if node.name != "*":
                names.append(node.asname or node.name.partition(".")[0])
        elif isinstance(node, _NAMED):
            if node.name:
                names.append(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.append(node.rest)
        if not isinstance(node, _Scope):
            todo += reversed(list(ast.iter_child_nodes(node)))
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            # `:=` in a comprehension binds around it.
            names += [
                inner.target.id
                for inner in ast.walk(node)
                if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name)
            ]
    return names
