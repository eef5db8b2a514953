"""Finds the tests among what the code of a test has bound, and runs those of unittest.

Part of what travels to the kernel as text (see `test_run`): it uses the standard library alone, and
the syntax of Python 3.8. What counts as a test is what pytest collects from a module
(https://docs.pytest.org/en/stable/explanation/goodpractices.html#test-discovery): functions
``test…``, classes ``Test…`` with such methods, and classes of unittest.
"""

# ruff: noqa: N802, ARG002  unittest calls its listeners so.

import ast
import functools
import inspect
import time
import types
import unittest
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Collected:
    """The tests that a code has bound.

    Attributes:
        bound: All that it has bound, but for what it imports, by name.
        functions: Functions that can be called.
        generators: Functions of which nothing would run, as they yield.
        classes: Classes that pytest collects.
        unittests: Classes of unittest.
    """

    def __init__(self, bound: "dict[str, Any]") -> None:
        self.bound = bound
        self.functions: dict[str, Any] = {}
        self.generators: dict[str, Any] = {}
        self.classes: dict[str, type] = {}
        self.unittests: dict[str, type[unittest.TestCase]] = {}
        for name, value in bound.items():
            # What cannot even be looked at is no test.
            with suppress(Exception):
                self._take(name, value)

    def _take(self, name: str, value: Any) -> None:
        if issubclass(type(value), type):
            if not _has_tests(value) or not getattr(value, "__test__", True):
                return
            if issubclass(value, unittest.TestCase):
                self.unittests[name] = value
            elif name.startswith("Test"):
                self.classes[name] = value
        elif name.startswith("test") and _is_function(value) and getattr(value, "__test__", True):
            yields = inspect.isgeneratorfunction(value) or inspect.isasyncgenfunction(value)
            (self.generators if yields else self.functions)[name] = value


def collected(tree: ast.Module, names: "dict[str, Any]", before: "dict[str, Any]") -> Collected:
    """Finds the tests that a code has bound.

    Args:
        tree: The code.
        names: The namespace it was executed in.
        before: What that held before.
    """
    imported: set[str] = set()
    has_star = False
    for node in top_level(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported.update(each.asname or each.name.partition(".")[0] for each in node.names)
            has_star = has_star or any(each.name == "*" for each in node.names)
    own = names.get("__name__")
    missing = object()
    return Collected(
        {
            name: value
            for name, value in names.items()
            if before.get(name, missing) is not value
            and name not in imported
            and not (has_star and _is_of_other(value, own))
        }
    )


def _is_of_other(value: Any, own: Any) -> bool:
    """Tells whether a function or class was made in another module."""
    is_made = issubclass(type(value), type) or inspect.isfunction(value)
    return is_made and value.__module__ != own


def top_level(node: ast.AST) -> "Iterator[ast.AST]":
    """Yields what is executed with a code: nothing of what stands in its functions and classes."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from top_level(child)


def parameters_of(function: Any) -> "list[inspect.Parameter]":
    """Lists the parameters of a function that have names of their own, not of one it wraps."""
    try:
        found = inspect.signature(function, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each for each in found if each.kind not in _VARIABLE]


def checks_something(tree: ast.Module) -> bool:
    """Tells whether a code that has no test does something that can go wrong.

    An assert does, and a call; a comparison that stands alone does not, nor does a call whose value
    is kept beside a function that nobody calls.
    """
    keeps_call = False
    for node in top_level(tree):
        if isinstance(node, (ast.Assert, ast.Raise, ast.Await, ast.With, ast.AsyncWith)):
            return True
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Compare):
            inside = (node.value, *top_level(node.value))
            if any(isinstance(each, (ast.Call, ast.Subscript, ast.Attribute)) for each in inside):
                return True
        keeps_call = keeps_call or isinstance(node, ast.Call)
    if not keeps_call:
        return False
    used = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    return all(
        node.name in used
        for node in top_level(tree)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
    )


def always_true(tree: ast.Module) -> "ast.Assert | None":
    """Finds an assert of a tuple, which is true whatever the tuple holds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple) and node.test.elts:
            return node
    return None


def _is_function(value: Any) -> bool:
    """Tells whether pytest would take a value for a function, such as a partial one."""
    if isinstance(value, types.MethodType):
        # `test_score = model.score` is a shorthand.
        return all(each.default is not each.empty for each in parameters_of(value))
    for _ in range(100):
        if isinstance(value, functools.partial):
            value = value.func
        elif inspect.isfunction(value):
            return True
        else:
            value = getattr(value, "__wrapped__", None)
            if value is None:
                return False
    return False


def _has_tests(kind: type) -> bool:
    for name in dir(kind):
        if name.startswith(("test", "Test")) or name == "runTest":
            value = getattr(kind, name, None)
            if isinstance(value, type):
                if name.startswith("Test") and value is not kind and _has_tests(value):
                    return True
            elif callable(value) and not name.startswith("Test"):
                return True
    return False


def run_unittests(
    kind: "type[unittest.TestCase]", told: "Callable[[BaseException], dict[str, Any]]"
) -> "list[dict[str, Any]]":
    """Runs the methods of a class of unittest.

    Args:
        kind: The class.
        told: Tells what was raised as parts of a result.

    Returns:
        A result for each method and failed subtest, with ``name`` and ``seconds``.
    """
    heard = _Heard(told)
    unittest.defaultTestLoader.loadTestsFromTestCase(kind).run(heard)
    return heard.found


class _Heard(unittest.TestResult):
    """Keeps what unittest tells."""

    def __init__(self, told: "Callable[[BaseException], dict[str, Any]]") -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._told = told
        self._began = time.perf_counter()

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self._began = time.perf_counter()

    def addSuccess(self, test: Any) -> None:
        self._add(test, {"status": "passed"})

    def addFailure(self, test: Any, err: Any) -> None:
        self._add(test, self._told(err[1]))

    def addError(self, test: Any, err: Any) -> None:
        self._add(test, self._told(err[1]))

    def addSkip(self, test: Any, reason: str) -> None:
        self._add(test, {"status": "skipped", "message": reason})

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        self._add(test, {"status": "skipped", "message": "it was expected to fail"})

    def addUnexpectedSuccess(self, test: Any) -> None:
        self._add(test, {"status": "failed", "message": "It was expected to fail, and passes."})

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self._add(test, self._told(err[1]), str(subtest)[len(str(test)) :].strip())

    def _add(self, test: Any, result: "dict[str, Any]", more: str = "") -> None:
        method = getattr(test, "_testMethodName", "")
        name = f"{type(test).__name__}::{method}" if method else str(test)
        took = time.perf_counter() - self._began
        self.found.append({**result, "name": f"{name} {more}".strip(), "seconds": took})
