"""Calls of a function, and what they give it."""

import ast
import copy
from collections.abc import Mapping

from jupyter_nbquality.refactor.evaluation import (
    LazyError,
    evaluated_before,
    is_fixed,
    is_quiet,
)
from jupyter_nbquality.refactor.refused import RefusedError

MADE_ANEW = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp
"""Expressions that make an object which can be changed."""


def plain_value(function: ast.FunctionDef, key: str) -> ast.expr | None:
    """Gives the expression that is all of a function; ``None`` where it holds statements.

    Raises:
        RefusedError: It is decorated, takes any number of arguments, or binds names within.
    """
    name, body = function.name, function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    taken = function.args
    if function.decorator_list or taken.vararg is not None or taken.kwarg is not None:
        raise RefusedError(
            "not-plain", f"`{name}` has decorators, or takes any number of arguments.", key
        )
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        return None
    value = body[0].value
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.NamedExpr) for node in ast.walk(value)):
        raise RefusedError("not-plain", f"`{name}` does more than give a value.", key)
    return value


def arguments_of(function: ast.FunctionDef, call: ast.Call, key: str) -> dict[str, ast.expr]:
    """Gives what each parameter is given."""
    taken = function.args
    places = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
    named = {argument.arg for argument in (*taken.args, *taken.kwonlyargs)}
    given: dict[str, ast.expr] = {}
    fits = len(call.args) <= len(places)
    for name, argument in zip(places, call.args, strict=False):
        fits = fits and not isinstance(argument, ast.Starred)
        given[name] = argument
    for keyword in call.keywords:
        fits = fits and keyword.arg in named and keyword.arg not in given
        given[keyword.arg or ""] = keyword.value
    defaults = dict(zip(places[len(places) - len(taken.defaults) :], taken.defaults, strict=True))
    defaults |= {
        argument.arg: default
        for argument, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True)
        if default is not None
    }
    for name in (*places, *(argument.arg for argument in taken.kwonlyargs)):
        if name in given:
            continue
        if name not in defaults or not is_fixed(defaults[name]):
            fits = False
        else:
            given[name] = defaults[name]
    if not fits:
        raise RefusedError(
            "arguments", f"It is not plain what a call of `{function.name}` gives it.", key
        )
    return given


def refuse_arguments(body: ast.expr, given: Mapping[str, ast.expr], key: str) -> None:
    """Refuses where arguments would be evaluated at another time, or another number of times."""
    statement = ast.Expr(body)
    used: dict[str, list[ast.Name]] = {name: [] for name in given}
    for node in ast.walk(body):
        if isinstance(node, ast.Name) and node.id in used:
            used[node.id].append(node)
    calling = [name for name, argument in given.items() if not is_quiet(argument)]
    for name in calling:
        try:
            before = evaluated_before(statement, used[name][0]) if len(used[name]) == 1 else None
        except LazyError:
            before = None
        if before is None or len(calling) > 1 or not all(map(is_quiet, before)):
            raise RefusedError(
                "argument-order", "An argument of a call calls something, which may matter.", key
            )
    made = [name for name, argument in given.items() if isinstance(argument, MADE_ANEW)]
    if any(len(used[name]) > 1 for name in made):
        raise RefusedError(
            "argument-order", "An argument of a call is made there, and used twice.", key
        )


class Substitution(ast.NodeTransformer):
    """Puts arguments in the place of parameters."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self._given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Gives the argument for a parameter."""
        return copy.deepcopy(self._given.get(node.id, node))
