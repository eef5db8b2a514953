"""Tries changed texts of a cell in forked children, and tells which tests notice.

Travels to the kernel as text (see `trials`): it uses the standard library alone, and the syntax of
Python 3.8. The kernel has run what the cell needs, but not the cell.
"""

import ast
import inspect
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from jupyter_nbquality.execution import forking_in_kernel as forking
from jupyter_nbquality.execution import pytest_in_kernel as waiting
from jupyter_nbquality.execution import tests_in_kernel as runner
from jupyter_nbquality.execution import values_in_kernel as values

FORK_SECONDS = 20.0
"""What forking and what is around it may take of some mutants."""
TEST_SECONDS = 5.0
"""What a single test may take: one that never ends is to cost the others nothing."""


def first(names: "dict[str, Any]", request: "dict[str, Any]") -> str:
    """Runs the cell as it is, and tests behind it.

    Args:
        names: The namespace.
        request: ``before``: texts of cells to run first, in each child; ``cell``: its text;
            ``tests``: each with ``name`` and ``source``; ``bound``: the names that it binds or
            changes; ``seconds``: the most that all may take; ``reseed``: whether dice are thrown
            anew.

    Returns:
        JSON: ``state``: ``ran``, ``raised``, ``timeout`` or ``died``; ``passed``: whether each test
        did; ``messages``: why not; ``told``: what the names hold; ``seconds``.
    """
    return json.dumps(_tried(names, request["cell"], "", request, forking.forked))


def several(names: "dict[str, Any]", request: "dict[str, Any]") -> str:
    """Tries mutants, until a time is over.

    Args:
        names: The namespace.
        request: As of `first`, and ``mutants``: texts of the cell; ``told``: what `first` told of
            the names; ``budget``: seconds after which no other one is begun.

    Returns:
        JSON: for each that was tried, in order, as `first` tells; ``state`` is ``same`` where the
        names hold what they did, and no function was changed.
    """
    most = request["budget"] + request["seconds"] + FORK_SECONDS
    # A child that prepared all that children need is forked for each.
    ended = forking.forked(lambda: _each(names, request, forking.forked_again), most)
    if ended["end"] == "interrupted":
        raise KeyboardInterrupt
    is_done = ended["end"] == "done"
    return json.dumps(ended["value"] if is_done else _each(names, request, forking.forked))


def _each(
    names: "dict[str, Any]", request: "dict[str, Any]", fork: "Callable[..., dict[str, Any]]"
) -> "list[dict[str, Any]]":
    began = time.monotonic()
    found = []
    for mutant in request["mutants"]:
        found.append(_tried(names, mutant["source"], mutant["function"], request, fork))
        if time.monotonic() - began > request["budget"]:
            break
    return found


def _tried(
    names: "dict[str, Any]",
    source: str,
    function: str,
    request: "dict[str, Any]",
    fork: "Callable[..., dict[str, Any]]",
) -> "dict[str, Any]":
    began = time.monotonic()
    ended = fork(lambda: _outcome(names, source, function, request), request["seconds"])
    if ended["end"] == "interrupted":
        raise KeyboardInterrupt
    found = ended["value"] if ended["end"] == "done" else {"state": ended["end"], "passed": []}
    found["seconds"] = time.monotonic() - began
    return dict(found)


def _outcome(
    names: "dict[str, Any]", source: str, function: str, request: "dict[str, Any]"
) -> "dict[str, Any]":
    if request.get("reseed"):
        reseed()
    try:
        for each in request.get("before", ()):
            run_cell(each, names)
        run_cell(source, names)
    except BaseException as error:
        return {"state": "raised", "passed": [], "messages": [_sentence(error)]}
    told = values.report(names, request["bound"])
    if not function and told == request.get("told") and _is_comparable(told):
        return {"state": "same", "passed": []}
    passed, messages = [], []
    for test in request["tests"]:
        outcome = _outcome_of(test, names)
        passed.append(outcome["status"] in ("passed", "skipped"))
        messages.append(outcome.get("message", ""))
    is_first = "told" not in request
    return {
        "state": "ran",
        "passed": passed,
        "messages": messages if is_first else [],
        "told": told if is_first else "",
    }


def _outcome_of(test: "dict[str, Any]", names: "dict[str, Any]") -> "dict[str, Any]":
    try:
        with runner.at_most(TEST_SECONDS):
            return dict(runner._Test(dict(names), test, {}).outcome())
    except runner.TimeoutInKernel:
        return {"status": "timeout", "message": "It does not end."}


def _is_comparable(told: str) -> bool:
    """Tells whether all that names hold can be compared."""
    return all(each["value"] is not None for each in json.loads(told).values())


def run_cell(source: str, names: "dict[str, Any]") -> None:
    """Runs a cell as the kernel would, but shows nothing."""
    run_tree(ast.parse(plain(source)), names)


def plain(source: str) -> str:
    """Gives the Python that IPython makes of a cell."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return str(shell.transform_cell(source)) if shell is not None else source


def run_tree(tree: ast.Module, names: "dict[str, Any]") -> None:
    """Runs parsed code, which may await."""
    flags = getattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0)
    code = compile(tree, "<cell>", "exec", flags, dont_inherit=True)
    result = eval(code, names)
    if inspect.iscoroutine(result):
        waiting.await_all(result)


def reseed() -> None:
    """Throws the dice anew, as a fresh process would."""
    import random

    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _sentence(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
