"""A place where a name of the notebook stands, and the scopes around places."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.text_of import Span

How = Literal["code", "text", "magic", "guess", "unclear"]


class Reference(msgspec.Struct, frozen=True):
    """A name of the notebook where it stands.

    Attributes:
        name: The name.
        span: Where, in the source of the cell.
        how: In Python ``code``; in a ``text`` that is evaluated; in a ``magic``; a ``guess``: a
            text may mean the name; ``unclear``: it cannot be changed, as it is not known where it
            stands or what it means.
        binds: Whether the name is bound there, or deleted.
        lead: What must stand before another name there: ``" as "`` behind ``import os``.
        hidden: Names that mean something else there than in the notebook.
        repeats: Whether it is evaluated later, or any number of times: in functions, loops and
            comprehensions.
        later: Whether it stands in a function.
        node: The syntax; ``None`` in magics.
    """

    name: str
    span: Span
    how: How = "code"
    binds: bool = False
    lead: str = ""
    hidden: frozenset[str] = frozenset()
    repeats: bool = False
    later: bool = False
    node: ast.AST | None = None


class Scope(msgspec.Struct):
    """A scope around a place.

    Attributes:
        own: Its own names; of a class, those that are surely bound so far.
        outer: Names that it declares ``global``.
        maybe: Of a class, names that may be bound so far.
        kind: What it is.
    """

    kind: Literal["function", "class", "comprehension"]
    own: frozenset[str]
    outer: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()


Scopes = tuple[Scope, ...]
"""The scopes around a place, the outermost first."""


def function_scope(body: Sequence[ast.AST], parameters: Iterable[str]) -> Scope:
    """Makes the scope of a function of its body and the names of its parameters."""
    outer = frozenset(declared(body, ast.Global))
    free = frozenset(declared(body, ast.Nonlocal))
    own = frozenset([*bound_names(list(body)), *parameters]) - outer - free
    return Scope("function", own, outer)


def declared(body: Sequence[ast.AST], kind: type[ast.Global] | type[ast.Nonlocal]) -> Iterator[str]:
    """Yields what a body declares, without functions and classes in it."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, kind):
            yield from node.names
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)


def meaning(
    name: str, scopes: Scopes, *, binds: bool = False
) -> Literal["notebook", "other", "unclear"]:
    """Says what a name means: that of the notebook, or another.

    Args:
        name: The name.
        scopes: Around the place where it stands.
        binds: Whether it is bound there.
    """
    for distance, scope in enumerate(reversed(scopes)):
        if scope.kind == "class":
            if distance or name in scope.outer:
                if not distance:
                    return "notebook"
                continue
            if binds or name in scope.own:
                return "other"
            if name in scope.maybe:
                return "unclear"
        elif name in scope.outer:
            return "notebook"
        elif name in scope.own:
            return "other"
    return "notebook"


def hidden_names(scopes: Scopes) -> frozenset[str]:
    """Gives the names that mean something else than in the notebook."""
    hidden: frozenset[str] = frozenset()
    for distance, scope in enumerate(reversed(scopes)):
        if scope.kind != "class" or not distance:
            hidden |= scope.own | scope.maybe
    return hidden
