"""Small changes of code: which are made, and which are not."""

import ast

import pytest

from jupyter_nbquality.testing.mutants import mutants, sample


def made(source: str) -> set[str]:
    return {each.source for each in mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ok = a < b", {"ok = a <= b", "ok = a >= b"}),
        ("ok = a in b", {"ok = a not in b"}),
        ("ok = a is not None", {"ok = a is None"}),
        ("x = a + b * c", {"x = a - b * c", "x = a + b / c"}),
        ("x = a and b or c", {"x = a or b or c", "x = a and b and c"}),
        ("x = not a", {"x = (a)"}),
        ("x = df[~seen]", {"x = df[(seen)]"}),
        ("x = f(y)[-1]", {"x = f(y)[1]", "x = f(y)[-2]"}),
        ("x = f(3)", {"x = f(4)"}),
        ("x = f(0.5)", {"x = f(1.0)"}),
        ("x = f(True)", {"x = f(False)"}),
        ("x = f('a')", {"x = f('a_')"}),
        ("x = f(a, b)", {"x = f(b, a)"}),
        ("x = f(a, n=b)", {"x = f(a)"}),
        ("x = f(\n    n=b,\n)", {"x = f(\n    \n)"}),
        ("x = xs.min()", {"x = xs.max()"}),
        ("x = xs.dropna()", {"x = xs"}),
        ("x += 1", {"x -= 1", "x += 2", "pass"}),
        ("df['a'] = b", {"pass"}),
        ("def f(a):\n    return a", {"def f(a):\n    return None"}),
        ("def f(a):\n    a.sort()\n    return", {"def f(a):\n    pass\n    return"}),
        ("def f(a):\n    raise E", {"def f(a):\n    pass"}),
        ("for x in xs:\n    break", {"for x in xs:\n    continue"}),
        ("if f(x):\n    y = x", {"if not (f(x)):\n    y = x"}),
        ("größe = 'ä' + b * c", {"größe = 'ä_' + b * c", "größe = 'ä' + b / c"}),
        ("%matplotlib inline\nx = a == b", {"%matplotlib inline\nx = a != b"}),
    ],
)
def test_what_is_changed(source, expected):
    found = made(source)
    assert expected <= found
    assert source not in found


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "SEED = 42",
        "PATHS = ['a', 'b']",
        "x",
        "print(a < b)",
        "df.head",
        "display(a + b)",
        'def f():\n    """Says a < b."""',
        "ax.set(title='a', xlabel='b')",
        "x = f'{a + 1}'",
        "a <",
        "",
        "!ls -l",
    ],
)
def test_what_no_test_could_notice_stays(source):
    assert made(source) == set()


def test_statements_can_be_passed_over():
    source = "x = a < b\ny = a > b"
    assert {each.line for each in mutants(source, passed_over={1})} == {1}


def test_each_says_what_it_is_and_where():
    source = "def f(a):\n    if a > 3:\n        return 1\nz = f(2)"
    found = {each.title: each for each in mutants(source)}
    boundary = found["`>` became `>=`"]
    assert (boundary.line, boundary.last, boundary.function) == (1, 1, "f")
    assert found["2 became 3"].function == ""
    for each in found.values():
        ast.parse(each.source)


def test_of_many_some_of_each_kind_are_taken():
    source = "\n".join([f"x{number} = f({number})" for number in range(200)] + ["y = a < b"])
    found = mutants(source)
    chosen = sample(found, 20)
    assert len(chosen) == 20
    assert {each.kind for each in chosen} == {each.kind for each in found}
    assert sample(found, 1000) == found
