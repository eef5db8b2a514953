"""Extract variable: the same in the same order, or the refusal says why not."""

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.positions import LineIndex, Range
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_variable import extract_variable
from tests.refactor.running import notebook_of, run

# What it is called; a cell, where the expression stands between ``«`` and ``»``; the cell
# afterwards, or the code of the refusal.
CASES: list[tuple[str, str, str]] = [
    ("an argument", "print(«1 + 2» * 3)", "no-expression"),
    ("a sum", "print(«1 + 2», 3)", "new = 1 + 2\nprint(new, 3)"),
    ("a constant", "n = 2\nprint(n * «1.5»)", "n = 2\nnew = 1.5\nprint(n * new)"),
    ("brackets around it", "print(«(1 + 2)» * 3)", "new = (1 + 2)\nprint(new * 3)"),
    ("brackets left out", "print((«1 + 2») * 3)", "new = 1 + 2\nprint((new) * 3)"),
    ("blanks at its ends", "print(« 1 + 2 », 3)", "new = 1 + 2\nprint( new , 3)"),
    ("the whole statement", "n = 1\n«n + 1»", "n = 1\nnew = n + 1\nnew"),
    ("a call", "xs = [3, 1]\nprint(«sorted(xs)»[0])",
     "xs = [3, 1]\nnew = sorted(xs)\nprint(new[0])"),
    ("over lines", "print(«[\n    1,\n]»)", "new = [\n    1,\n]\nprint(new)"),
    ("over lines without brackets", "print(«1 +\n      2»)", "new = (1 +\n      2)\nprint(new)"),
    ("in an f-string", "n = 1\nprint(f'a {«n + 1»}')", "n = 1\nnew = n + 1\nprint(f'a {new}')"),
    ("a method's object", "print(«'a'.upper()».lower())", "new = 'a'.upper()\nprint(new.lower())"),
    ("a keyword's value", "print('a', end=«'b' * 2»)", "new = 'b' * 2\nprint('a', end=new)"),
    ("in a function", "def f(n):\n    # two\n    return «n + 1» + 2\nprint(f(1))",
     "def f(n):\n    # two\n    new = n + 1\n    return new + 2\nprint(f(1))"),
    ("the condition of an if", "n = 1\nif «n + 1» > 1:\n    print(n)",
     "n = 1\nnew = n + 1\nif new > 1:\n    print(n)"),
    ("what a loop runs through", "for i in «range(2)»:\n    print(i)",
     "new = range(2)\nfor i in new:\n    print(i)"),
    ("what a comprehension runs through", "print([i for i in «range(2)»])",
     "new = range(2)\nprint([i for i in new])"),
    ("in the body of a loop", "for i in [1]:\n    print(«i + 1»)",
     "for i in [1]:\n    new = i + 1\n    print(new)"),
    ("a subscript of a target", "xs = [1, 2]\nxs[«0 + 1»] = 5",
     "xs = [1, 2]\nnew = 0 + 1\nxs[new] = 5"),
    ("a generator", "print(sum(«i for i in [1]»))", "no-expression"),
    ("behind and", "n = 0\nprint(n and «1 / n»)", "lazy"),
    ("in a branch", "n = 0\nprint(«1 / n» if n else 0)", "lazy"),
    ("in a lambda", "f = lambda n: «n + 1»\nprint(f(1))", "lazy"),
    ("in a comprehension", "print([«i + 1» for i in [1]])", "lazy"),
    ("in a default", "def f(n=«1 + 1»):\n    return n\nprint(f())", "lazy"),
    ("in the condition of a loop", "n = 1\nwhile «n + 1» < 4:\n    n += 1", "lazy"),
    ("in an elif", "n = 1\nif n > 1:\n    print(1)\nelif «n + 1» > 1:\n    print(2)", "lazy"),
    ("in an else with an if", "n = 1\nif n > 1:\n    print(1)\nelse:\n    if «n + 1» > 1:\n"
     "        print(2)", "n = 1\nif n > 1:\n    print(1)\nelse:\n    new = n + 1\n"
     "    if new > 1:\n        print(2)"),
    ("behind a second comparison", "print(0 > 1 > «1 / 0»)", "lazy"),
    ("behind a call", "xs = [1]\nprint(xs.pop(), «len(xs)»)", "order"),
    ("a constant behind a call", "xs = [1]\nprint(xs.pop(), «2»)",
     "xs = [1]\nnew = 2\nprint(xs.pop(), new)"),
    ("it changes what is read before", "xs = [1, 2]\nprint(xs[0], «xs.pop(0)»)", "order"),
    ("a function that changes what is read before",
     "n = 1\ndef f():\n    global n\n    n = 2\n    return n\nprint(n, «f()»)", "order"),
    ("what the shell gives", "x = «!echo 1»\nprint(x[0])", "no-expression"),
    ("a target", "«n» = 1", "a-target"),
    ("a walrus", "print(«(n := 1)»)", "binds"),
    ("in a class", "class A:\n    n = «1 + 1»\nprint(A.n)", "class-body"),
    ("on one line with another", "n = 1; m = «n + 1»", "shared-line"),
    ("part of one", "print(1 + «2 + 3»)", "no-expression"),
    ("a statement", "«n = 1»", "no-expression"),
    ("two", "print(«1, 2»)", "no-expression"),
    ("nothing", "print(1)«»", "no-expression"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(marked: str, expected: str) -> None:
    source = marked.replace("«", "").replace("»", "")
    index = LineIndex(source)
    start = marked.index("«")
    selection = Range(*map(index.from_offset, (start, marked.index("»") - 1)))
    notebook = notebook_of(source)
    made = extract_variable(notebook, "1", selection, "new")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    after = [cell.source for cell in applied(notebook, made.plan).cells]
    assert after == [expected]
    said, values = run(after)
    values.pop("new", None)
    assert (said, values) == run([source])


@pytest.mark.parametrize(
    ("name", "code"), [("if", "bad-name"), ("print", "builtin-name"), ("n", "taken-name")]
)
def test_names_that_cannot_be(name: str, code: str) -> None:
    index = LineIndex("print(1)")
    selection = Range(index.from_offset(6), index.from_offset(7))
    made = extract_variable(notebook_of("print(1)", "def f(n): pass"), "1", selection, name)
    assert isinstance(made, Refusal)
    assert made.code == code
