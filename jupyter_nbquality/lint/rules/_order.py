"""What the code of a cell binds, reads and calls as it runs, and what its functions need later.

Only what happens on every way through the code is told as read or called: what stands behind a
condition, in ``try`` or in a function that may never be called, is passed over.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from jupyter_nbquality.ipython.names import parameters
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.lint.rules._python import calls, folded, kept_by_cell
from jupyter_nbquality.lint.syntax_tree import children, walked

if TYPE_CHECKING:
    from jupyter_nbquality.dataflow.cells import CellFacts

_Kinds = frozenset[type[ast.AST]]

# Sets, which are asked for every node: a parser's nodes are of no classes below these.
_MAYBE: _Kinds = frozenset({ast.If, ast.While, ast.Try, ast.TryStar, ast.Match, ast.IfExp})
_NOT_SURELY: _Kinds = _MAYBE | {
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp)
}
_SCOPES: _Kinds = frozenset(
    {
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
        *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    }
)
_LEAVES: _Kinds = frozenset({ast.Name, ast.Constant})
_PLAIN: _Kinds = frozenset({ast.Attribute, ast.Call, ast.keyword, ast.Expr, ast.Assign})
_ENDS: _Kinds = frozenset({ast.Return, ast.Raise, ast.Break, ast.Continue})


# What is read, `np.` or `f(`, binds nothing. A word is taken as a whole or not at all (`*+`), which
# spares trying each of its beginnings.
_MAY_BIND = re.compile(
    r"\b(?:def|class)[\s\\]+([^\W\d]\w*+)|(?<![\w.])([^\W\d]\w*+)(?![\s\\]*+[.(\[])"
)
_MAY_CALL = re.compile(r"(?<!def )\b([^\W\d]\w*+)[\s\\)]*+\(")
_MAY_DEFINE = re.compile(r"\bdef[\s\\]+([^\W\d]\w*)")


def may_bind(code: CodeCell, names: Iterable[str]) -> bool:
    """Tells whether a cell may bind any of some names, from its text, without parsing it."""
    source = folded(code)
    likely = [name for name in names if name in source]
    if not likely:
        return False
    if "import" in source or any(magic.assigns for magic in code.magics):
        return True
    return not _bound_in_text(code).isdisjoint(likely)


def may_call(code: CodeCell, names: Iterable[str]) -> frozenset[str]:
    """Gives those of some names that a cell may call, from its text, without parsing it."""
    source = folded(code)
    likely = [name for name in names if name in source]
    return _called_in_text(code).intersection(likely) if likely else frozenset()


def may_define(code: CodeCell) -> list[str]:
    """Gives at least the functions that a cell defines, from its text, without parsing it."""
    return _MAY_DEFINE.findall(folded(code)) if "def" in code.source else []


@kept_by_cell
def _bound_in_text(code: CodeCell) -> frozenset[str]:
    return frozenset(name or other for name, other in _MAY_BIND.findall(folded(code)))


@kept_by_cell
def _called_in_text(code: CodeCell) -> frozenset[str]:
    return frozenset(_MAY_CALL.findall(folded(code)))


@kept_by_cell
def flow(code: CodeCell) -> "CellFacts":
    """Gives what the dataflow knows of the names of a cell, without what calls do with them."""
    # Imported here: most notebooks are told to be in order by a look at their text.
    from jupyter_nbquality.dataflow.cells import CellFacts

    return CellFacts(code.source, (code.masked, code.tree))


@kept_by_cell
def bindings(code: CodeCell) -> dict[str, list[int]]:
    """Gives the names that a cell may bind in the notebook, with the lines, from 1, that do."""
    bound: dict[str, list[int]] = {}
    for name, node, access in flow(code).occurrences:
        if access == "bind":
            bound.setdefault(name, []).append(getattr(node, "lineno", 1))
    return bound


@kept_by_cell
def bound_otherwise(code: CodeCell) -> frozenset[str]:
    """Gives at least the names that something else than an import binds, anywhere in a cell."""
    names = {name for magic in code.magics for name in magic.assigns}
    for node in code.nodes:
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.add(node.id)
        elif not isinstance(node, ast.alias):
            # `name` of functions, classes, handlers and patterns; `rest` of a mapping.
            names.update(filter(None, (getattr(node, "name", None), getattr(node, "rest", None))))
    return frozenset(names)


@kept_by_cell
def plain_functions(code: CodeCell) -> dict[str, ast.FunctionDef]:
    """Gives the functions of a cell that no decorator changes; of equal names the last."""
    body = code.tree.body if "def" in code.source and code.tree is not None else []
    return {
        statement.name: statement
        for statement in body
        if isinstance(statement, ast.FunctionDef) and not statement.decorator_list
    }


def needs(code: CodeCell, name: str) -> frozenset[str]:
    """Gives the names of the notebook that a call of a plain function of a cell reads.

    None where the cell has no such function.
    """
    known = _known_needs(code)
    if name not in known:
        function = plain_functions(code).get(name)
        known[name] = _needs(code, function) if function is not None else frozenset()
    return known[name]


def likely_needs(code: CodeCell, name: str) -> frozenset[str]:
    """Gives at least what `needs` gives, without asking the dataflow, which takes longer."""
    known = _known_likely_needs(code)
    if name not in known:
        function = plain_functions(code).get(name)
        known[name] = _read_from_around(function) if function is not None else frozenset()
    return known[name]


@kept_by_cell
def _known_likely_needs(_: CodeCell) -> dict[str, frozenset[str]]:
    return {}


@kept_by_cell
def _known_needs(_: CodeCell) -> dict[str, frozenset[str]]:
    return {}


@kept_by_cell
def called_names(code: CodeCell) -> frozenset[str]:
    """Gives the plain names that are called anywhere in a cell."""
    return frozenset(call.func.id for call in calls(code) if isinstance(call.func, ast.Name))


def certain_calls(code: CodeCell, names: Iterable[str]) -> Iterator[tuple[str, ast.Call]]:
    """Yields the calls of some plain names that a cell makes for certain as it runs, in order."""
    wanted = called_names(code).intersection(names)
    if wanted:
        yield from ((name, call) for name, call in _certain_calls(code) if name in wanted)


@kept_by_cell
def _certain_calls(code: CodeCell) -> list[tuple[str, ast.Call]]:
    found = [
        (node.func.id, node)
        for statement in (code.tree.body if code.tree is not None else ())
        for node in _certain(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return sorted(found, key=lambda call: (call[1].lineno, call[1].col_offset))


def names_read(code: CodeCell) -> frozenset[str]:
    """Gives the names that a cell reads for certain as it runs."""
    body = code.tree.body if code.tree is not None else []
    return frozenset(_read_in(node for statement in body for node in _certain(statement)))


def names_mentioned(code: CodeCell) -> frozenset[str]:
    """Gives the names that a cell reads anywhere, inside functions too."""
    return frozenset(_read_in(code.nodes))


def only_defines(code: CodeCell) -> bool:
    """Tells whether all that a cell does is import, or define functions and plain values."""
    body = code.tree.body if code.tree is not None else []
    return not code.magics and bool(body) and all(map(_is_definition, body))


def _is_definition(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef():
            arguments = statement.args
            return not (statement.decorator_list or arguments.defaults or arguments.kw_defaults)
        case ast.Assign(targets, value):
            return all(isinstance(target, ast.Name) for target in targets) and not any(
                isinstance(node, ast.Call | ast.Await | ast.NamedExpr) for node in walked(value)
            )
    return False


def _certain(statement: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes that run whenever a statement runs."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind in _NOT_SURELY:
            continue
        yield node
        if kind in _LEAVES:
            continue
        if kind in _PLAIN:
            todo += children(node)
        elif isinstance(node, ast.BoolOp):
            todo.append(node.values[0])
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp):
            todo.append(node.generators[0].iter)
        elif isinstance(node, ast.For | ast.AsyncFor):
            todo += [node.iter, *_until_end(node.body)]
        elif isinstance(node, ast.With | ast.AsyncWith):
            todo += [*node.items, *_until_end(node.body)]
        elif isinstance(node, ast.ClassDef):
            todo += [*node.bases, *node.decorator_list]
        else:
            todo += children(node)


def _until_end(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yields statements up to the first that may leave the block."""
    for statement in body:
        yield statement
        kind = type(statement)
        if kind in _ENDS or (
            kind in _MAYBE and any(type(node) in _ENDS for node in walked(statement))
        ):
            return


def _read_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def _needs(code: CodeCell, function: ast.FunctionDef) -> frozenset[str]:
    """Gives the names that a function reads for certain when it is called, and has not itself."""
    read = _read_surely(function)
    if not read:
        return read
    known = [facts.functions.get(function.name) for facts in flow(code).statements]
    found = next((each for each in reversed(known) if each is not None), None)
    # The body of one that lingers, a generator, does not run when it is called.
    return read & found.reads.keys() if found is not None and not found.lingers else frozenset()


def _read_surely(function: ast.FunctionDef) -> frozenset[str]:
    """Gives the names that the code of a function reads for certain, its own among them."""
    certain = [node for part in _until_end(function.body) for node in _certain(part)]
    return frozenset(_read_in(certain))


def _read_from_around(function: ast.FunctionDef) -> frozenset[str]:
    """Gives those of them that are not its own, as far as that is quick to see."""
    read = _read_surely(function)
    if not read:
        return read
    own = set(parameters(function))
    outer: set[str] = set()
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                own.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outer.update(node.names)
        elif type(node) not in _SCOPES:
            todo += children(node)
    return read - (own - outer)
