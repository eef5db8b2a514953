"""The comparison of code with what it is to be, and code that is as deep as it is long."""

import ast

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.positions import Position, Range
from jupyter_nbquality.refactor.extract_variable import extract_variable
from jupyter_nbquality.refactor.inline import inline
from jupyter_nbquality.refactor.rename import rename
from jupyter_nbquality.refactor.same_code import is_same_code
from tests.refactor.running import notebook_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x=(1)  # one", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = 1", "y = 1", False),
        ("f(1)", "f(1, 2)", False),
        ("x = 1\ny = 2", "x = 1", False),
        ("x = 'a'", 'x = "a"', True),
        ("x", "x()", False),
    ],
)
def test_the_same_but_for_how_it_is_written(one: str, other: str, same: bool) -> None:
    assert is_same_code(ast.parse(one), ast.parse(other)) is same


def test_exchanges_that_are_meant() -> None:
    before, after = ast.parse("x = 1\nprint(x + x)"), ast.parse("print(1 + x)")
    assert isinstance(before.body[1], ast.Expr)
    first = next(node for node in ast.walk(before.body[1]) if getattr(node, "id", "") == "x")
    gone: dict[int, list[ast.stmt]] = {id(before.body[0]): []}
    assert is_same_code(before, after, {id(first): ast.Constant(1)}, gone)
    assert not is_same_code(before, after, {}, gone)
    assert not is_same_code(before, after, {id(first): ast.Constant(1)})


@pytest.mark.parametrize("terms", [300, 900])
def test_long_sums(terms: int) -> None:
    notebook = notebook_of("a = 1", f"x = {' + '.join(['a'] * terms)}\nprint(x)")
    for made in (
        rename(notebook, "a", "b"),
        inline(notebook, "a"),
        inline(notebook, "x"),
        extract_variable(notebook, "2", Range(Position(0, 4), Position(0, 5)), "b"),
    ):
        assert not isinstance(made, Refusal)


def test_what_is_too_deep_is_refused() -> None:
    notebook = notebook_of("a = 1", f"x = {'-' * 5000}a")
    made = rename(notebook, "a", "b")
    assert isinstance(made, Refusal)
    assert made.code in {"too-deep", "does-not-parse"}
