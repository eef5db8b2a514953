import pytest

from jupyter_nbquality.lint.rules.nb102_use_before_definition import UseBeforeDefinition
from tests.lint.builders import check, code, fixed, markdown, marked, notebook, sources

F = "def f(x):\n    return x * rate"


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        ((F, "f(1)", "rate = 2"), "rate"),
        ((F, "y = [f(1)]", "rate = 2"), "rate"),
        ((F, "for i in range(3):\n    print(f(i))", "rate = 2"), "rate"),
        ((F + "\nf(1)\nrate = 2",), "rate"),
        ((F, "f(1)", "import a as rate"), "rate"),
        ((F, "f(1)", "def rate(): pass"), "rate"),
        ((F, "f(1)", "rate = !ls"), "rate"),
        (("def f():\n    df.plot()", "f()", "with a as df:\n    pass"), "df"),
        (
            ("def f():\n    with open(path) as file:\n        return file", "f()", "path = 1"),
            "path",
        ),
        # by another function
        (("def g():\n    return rate", "def f():\n    return g()", "f()", "rate = 2"), "rate"),
        # a function is needed itself
        (("def f():\n    return g()", "f()", "def g():\n    return 1"), "g"),
        ((F, "%%time\nf(1)", "rate = 2"), "rate"),
    ],
)
def test_found(cells: tuple[str, ...], needed: str) -> None:
    document = notebook(*cells)
    (problem,) = check(UseBeforeDefinition, document)
    assert f"needs `{needed}`" in problem.message
    assert marked(problem, document).startswith("f(")


@pytest.mark.parametrize(
    "cells",
    [
        ("rate = 2", F, "f(1)"),
        (F, "rate = 2", "f(1)"),
        (F, "f(1)"),  # nothing defines it: another rule's
        (F, "rate = 2\nf(1)", "rate = 3"),
        (F, "y = f", "rate = 2"),
        (F, "if x:\n    f(1)", "rate = 2"),
        (F, "try:\n    f(1)\nexcept NameError:\n    pass", "rate = 2"),
        (F, "def g():\n    f(1)", "rate = 2"),
        (F, "g = lambda: f(1)", "rate = 2"),
        (F, "x and f(1)", "rate = 2"),
        (F, "from a import *\nf(1)", "rate = 2"),
        (F, "%run a.py", "f(1)", "rate = 2"),
        (F, "exec('rate = 3')", "f(1)", "rate = 2"),
        (F, "rate = (", "f(1)", "rate = 2"),
        (F, "def set_rate():\n    global rate\n    rate = 2", "set_rate()", "f(1)", "rate = 2"),
        (F, F, "f(1)", "rate = 2"),  # defined twice: which one is called?
        ("def f(rate):\n    return rate", "f(1)", "rate = 2"),
        ("def f(x):\n    rate = x\n    return rate", "f(1)", "rate = 2"),
        ("def f(x):\n    return [rate for rate in x]", "f(1)", "rate = 2"),
        ("def f(x):\n    if x:\n        return rate", "f(0)", "rate = 2"),
        ("def f(x):\n    if x:\n        return 0\n    return rate", "f(1)", "rate = 2"),
        ("def f(x):\n    return x\n    rate", "f(1)", "rate = 2"),
        (
            "def f(x):\n    try:\n        rate\n    except NameError:\n        pass",
            "f(1)",
            "rate = 2",
        ),
        ("def f(x):\n    return lambda: rate", "f(1)", "rate = 2"),
        ("def f(x):\n    yield rate", "f(1)", "rate = 2"),
        ("@delayed\ndef f(x):\n    return rate", "f(1)", "rate = 2"),
        ("async def f(x):\n    return rate", "f(1)", "rate = 2"),
        ("def f(x):\n    print(x)", "f(1)", "print = 2"),
        ("def f(x):\n    return _", "f(1)", "_ = 2"),
    ],
)
def test_silent(cells: tuple[str, ...]) -> None:
    assert check(UseBeforeDefinition, notebook(*cells)) == []


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            (F, "f(1)", code("rate = 2", 7)),
            "`f` is called here and needs `rate`, which is defined below in `[7]`",
        ),
        (
            (F, "f(1)", markdown("# A"), "rate = 2"),
            "`f` is called here and needs `rate`, which is defined below in cell 4",
        ),
        (
            (F + "\nf(1)\nrate = 2",),
            "`f` is called here and needs `rate`, which is defined further below",
        ),
    ],
)
def test_says_where(cells: tuple[str, ...], message: str) -> None:
    (problem,) = check(UseBeforeDefinition, notebook(*cells))
    assert problem.message == message


def test_each_function_and_name_once() -> None:
    document = notebook(F, "f(1)\nf(2)", "f(3)", "rate = 2")
    assert len(check(UseBeforeDefinition, document)) == 1


def test_moves_the_definition() -> None:
    document = notebook(F, markdown("# A"), "f(1)", "y = 1", "rate = 2")
    (problem,) = check(UseBeforeDefinition, document)
    mended = fixed(document, problem)
    assert sources(mended) == [F, "markdown: # A", "rate = 2", "f(1)", "y = 1"]
    assert check(UseBeforeDefinition, mended) == []


@pytest.mark.parametrize(
    "cells",
    [
        (F + "\nf(1)\nrate = 2",),
        (F, "f(1)", "y = 1", "rate = y"),  # needs what stands between
        (F, "f(1)", "rate = 2\nprint(rate)"),  # does more than define
        (F, "f(1)", "rate = load()"),
        (F, "f(1)", "rate = 2\ndf['a'] = 1"),
        (F, "f(1)", "y = 1", "rate = 1 if y else 2"),
        (F, "f(1)", "y = 1", "rate, y = 2, 2"),  # another definition would win
    ],
)
def test_no_move_that_changes_more(cells: tuple[str, ...]) -> None:
    (problem,) = check(UseBeforeDefinition, notebook(*cells))
    assert problem.fixes == []
