"""Inline: the notebook does the same without the name, or the refusal says why it would not."""

import msgspec
import pytest

from jupyter_nbquality.edits import ClearOutputs, Refusal
from jupyter_nbquality.notebook import OutputDigest
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.inline import inline
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import notebook_of, run

# What it is called; the cells, in which ``x`` is inlined; the cells afterwards, or the code.
CASES: list[tuple[str, list[str], list[str] | str]] = [
    ("a constant", ["x = 2", "y = x * x", "print(x + y)"], ["y = 2 * 2", "print(2 + y)"]),
    ("a constant in a function above", ["def f():\n    return x", "x = 2", "print(f())"],
     ["def f():\n    return 2", "print(f())"]),
    ("brackets where they are needed", ["x = 1 + 2", "print(x * 2, [x], x)"],
     ["print((1 + 2) * 2, [1 + 2], 1 + 2)"]),
    ("in the same cell", ["n = 1\nx = n + 1  # one more\ny = x * 2\nprint(y)"],
     ["n = 1\ny = (n + 1) * 2\nprint(y)"]),
    ("over lines", ["n = 1\nx = [\n    n,\n]\n\nprint(x)"], ["n = 1\n\nprint([\n    n,\n])"]),
    ("an annotation", ["x: int = 2", "print(x)"], ["print(2)"]),
    ("in an f-string", ["n = 1\nx = n + 1", "print(f'{x} {x:>3}')"],
     ["n = 1", "print(f'{n + 1} {n + 1:>3}')"]),
    ("a text in an f-string", ["x = 'a'", "print(f'{x}')"], ["print(f'{\"a\"}')"]),
    ("a text with both quotes in an f-string", ["x = 'a\"'", "print(f'{x}')"], "cannot-stand"),
    ("a name that shows itself", ["x = 2", "print(f'{x=}')"], "cannot-stand"),
    ("what is shown stays", ["n = 1", "n\nx = 2", "print(x)"], ["n = 1", "n;", "print(2)"]),
    ("a call that is read once", ["n = [1]\nx = sorted(n)", "print(x)"],
     ["n = [1]", "print(sorted(n))"]),
    ("a call that is read twice", ["import random\nx = random.random()", "print(x == x)"],
     "called-once"),
    ("a call before another", ["xs = []\nx = xs.append(1)", "print(len(xs), x)"],
     "order"),
    ("a call behind another", ["xs = [1]\nx = xs.copy()", "print(xs.pop(), x)"], "order"),
    ("a call behind `and`", ["xs = []\nx = xs.append(1)", "print(False and x)"], "lazy"),
    ("a call in a loop", ["xs = []\nx = xs.append(1)", "for i in [1, 2]:\n    print(x)"],
     "repeated"),
    ("a value in a loop", ["n = 1\nx = n + 1", "for i in [1, 2]:\n    print(x)"],
     ["n = 1", "for i in [1, 2]:\n    print(n + 1)"]),
    ("a value that the loop changes",
     ["n = 1\nx = n + 1", "for i in [1, 2]:\n    n += x\nprint(n)"],
     "repeated"),
    ("changed in between", ["n = 1", "x = n + 1", "n = 5", "print(x)"], "changed-between"),
    ("changed in place in between", ["n = [1]", "x = n[0]", "n[0] = 5", "print(x)"],
     "changed-between"),
    ("changed later", ["n = 1", "x = n + 1", "print(x)", "n = 5\nprint(n)"],
     ["n = 1", "print(n + 1)", "n = 5\nprint(n)"]),
    ("printing in between", ["def f():\n    print(1)\n    return 2", "x = f()", "print(3)",
                             "print(x)"], "shows"),
    ("read in a function", ["n = 1\nx = n + 1", "def f():\n    return x", "n = 3", "print(f())"],
     "read-later"),
    ("read above", ["x = 1\nn = 2", "n = 3"], "unused"),
    ("read in a cell above", ["n = 1", "print(x) if n > 1 else 0", "x = n + 1"], "read-above"),
    ("bound twice", ["x = 1", "x = 2", "print(x)"], "bound-again"),
    ("deleted", ["x = 1", "print(x)", "del x"], "bound-again"),
    ("augmented", ["x = 1", "x += 1\nprint(x)"], "bound-again"),
    ("a list that is changed", ["x = []", "x.append(1)", "print(x)"], "changed"),
    ("a list that is not", ["x = [1, 2]", "print(x[0])", "print(x[1])"],
     ["print([1, 2][0])", "print([1, 2][1])"]),
    ("a part that is changed in place",
     ["a = [[2, 1]]\nx = a[0]", "x.sort()"], "changed"),
    ("what is changed in place beside it", ["a = [1]", "x = a.copy()\nx[0] = 2\nprint(a)"],
     "changed"),
    ("an alias", ["a = [1]\nx = a", "x.append(2)", "print(a)"],
     ["a = [1]", "a.append(2)", "print(a)"]),
    ("another name there", ["n = 1\nx = n + 1", "print([x for n in [5]])"], "captured-name"),
    ("in a shell line", ["x = 'a'", "!echo {x}"], "not-an-expression"),
    ("what the shell gave", ["x = !echo 1", "y = x", "print(y[0])"], "magic"),
    ("what a magic gave", ["x = %pwd", "y = x\nprint(len(y) > 0)"], "magic"),
    ("in a query", ["x = 1", "print(1)\ndf.query('a > @x')"], "not-an-expression"),
    ("an import", ["import math as x", "print(x.pi)"], "imported"),
    ("a class", ["class x: pass", "print(x.__name__)"], "not-plain"),
    ("bound in a function", ["x = 1\ndef f():\n    global x\n    x = 2", "f()\nprint(x)"],
     "not-an-expression"),
    ("two targets", ["x = y = 1", "print(x, y)"], "not-plain"),
    ("on one line with others", ["x = 1; y = 2", "print(x, y)"], "shared-line"),
    ("in a branch", ["c = 1\nif c:\n    x = 1", "print(x)"], "not-plain"),
    ("nobody binds it", ["print(1)"], "unbound-name"),
    ("globals", ["x = 1", "g = globals()", "print(x)"], "looks-around"),
    ("a draw into another cell", ["import random\nx = random.random()", "y = x + 1\nprint(y > 1)"],
     "another-each-time"),
    ("a draw in its cell", ["import random\nx = random.random()\ny = x + 1\nprint(y > 1);y = 0"],
     ["import random\ny = random.random() + 1\nprint(y > 1);y = 0"]),
    ("a function that draws", ["import random\ndef f():\n    return random.random()", "x = f()",
                               "print(x > 1)"], "another-each-time"),
    ("the time", ["from datetime import datetime", "x = datetime.now()", "print(x.year > 0)"],
     "another-each-time"),
    ("what is used up", ["x = (i for i in [1])", "for i in x:\n    print(i)"],
     "another-each-time"),
    ("a method and a function that only look",
     ["import math\ndef f(a):\n    return a + math.sqrt(a)", "s = 'a b'",
      "x = f(4) + len(s.split())", "print(x)"],
     ["import math\ndef f(a):\n    return a + math.sqrt(a)", "s = 'a b'",
      "print(f(4) + len(s.split()))"]),
    ("a property that draws",
     ["import random\nclass P:\n    @property\n    def v(self):\n        return random.random()",
      "x = P.v\nprint(x)\nprint(x)"], "called-once"),
    ("a property that only looks",
     ["class P:\n    a = 1\n    @property\n    def v(self):\n        return self.a + 1\np = P()",
      "x = p.v", "print(x)"],
     ["class P:\n    a = 1\n    @property\n    def v(self):\n        return self.a + 1\np = P()",
      "print(p.v)"]),
    ("results by number", ["x = 5", "a = x", "a", "print(Out[3])"], "history"),
    ("a function", ["def x(a, b=2):\n    '''Adds.'''\n    return a + b", "n = 3",
                    "print(x(1) * 2, x(n, b=n))"], ["n = 3", "print((1 + 2) * 2, n + n)"]),
    ("an argument that is no name", ["def x(a):\n    return a * 2", "print(x(1 + 2))"],
     ["print((1 + 2) * 2)"]),
    ("a call as an argument", ["def x(a):\n    return [a, 1]", "print(x(input.__name__.upper()))"],
     ["print([input.__name__.upper(), 1])"]),
    ("a call as an argument used twice", ["def x(a):\n    return a + a", "print(x(abs(1)))"],
     ["print(abs(1) + abs(1))"]),
    ("a call that may do things, used twice",
     ["def x(a):\n    return a + a", "print(x(str.upper('a')))"], "argument-order"),
    ("a call as an argument that may not be used",
     ["def x(a, b):\n    return b and a", "print(x(str.upper('a'), 0))"], "argument-order"),
    ("a comprehension in it", ["def x(a):\n    return [a + i for i in [1]]", "i = 3\nprint(x(i))"],
     "captured-name"),
    ("a global in it",
     ["n = 1\ndef x():\n    return n", "def f(n):\n    return x()", "print(f(2))"],
     "captured-name"),
    ("given on", ["def x(a):\n    return a", "print(list(map(x, [1])))"], "not-called"),
    ("recursive", ["def x(a):\n    return x(a - 1) if a else 0", "print(x(1))"], "recursive"),
    ("statements in an expression", ["def x(a):\n    b = a\n    return b", "print(x(1))"],
     "not-a-statement"),
    ("statements", ["def x(a):\n    '''Says.'''\n    # one more\n    b = a + 1\n\n    return b * 2",
                    "c = x(1)  # two\nprint(c)"],
     ["a = 1\n# one more\nb = a + 1\nc = b * 2  # two\nprint(c)"]),
    ("statements that give names back",
     ["n = 1", "def x(n):\n    b = n + 1\n    return n, b\n\n\nn, b = x(n)", "print(n, b)"],
     ["n = 1", "b = n + 1", "print(n, b)"]),
    ("a parameter that is bound anew",
     ["n = [1]", "def x(n):\n    n = n + n\n    return n", "n = x(n)", "print(n)"],
     ["n = [1]", "n = n + n", "print(n)"]),
    ("a parameter that is bound anew and not given back",
     ["n = [1]", "def x(n):\n    n = n + n\n    return n", "m = x(n)", "print(n, m)"],
     "taken-name"),
    ("statements without a result",
     ["xs = []\ndef x():\n    xs.append(1)\n    xs.pop()", "x()", "print(xs)"],
     ["xs = []", "xs.append(1)\nxs.pop();", "print(xs)"]),
    ("statements whose result is shown",
     ["def x():\n    a = 1\n    return a + 1", "x()", "print(1)"], ["a = 1\na + 1", "print(1)"]),
    ("statements whose result is hidden",
     ["def x():\n    a = 1\n    return a + 1", "x();", "1"], ["a = 1\na + 1;", "1"]),
    ("a text over lines in it",
     ["def x():\n    a = '''\n  b\n'''\n    return [\n        a,\n    ]", "c = x()\nprint(c)"],
     ["a = '''\n  b\n'''\nc = [\n        a,\n    ]\nprint(c)"]),
    ("a local that the notebook has",
     ["b = 5\ndef x():\n    b = 1\n    return b + 1", "c = x()", "print(b, c)"], "taken-name"),
    ("a local that a function reads",
     ["def g():\n    return c\ndef x():\n    c = 1\n    d = g()\n    return c + d",
      "c = 3\nc = x()\nprint(c)"], "callee-reads"),
    ("an early return",
     ["def x(a):\n    if a:\n        return 1\n    return 2", "print(1)\nc = x(1)"], "not-plain"),
    ("statements that are called twice",
     ["def x():\n    a = 1\n    return a", "b = x()\nc = x()"], "called-once"),
    ("statements called in a loop",
     ["def x():\n    a = 1\n    return a", "for i in [1]:\n    c = x()"], "not-a-statement"),
    ("locals within",
     ["def x():\n    a = 1\n    return locals()", "c = x()\nprint(c)"], "looks-around"),
    ("a closure over what is given back",
     ["def x():\n    a = 1\n    f = lambda: a\n    return f", "f = x()", "print(f())"],
     "late-binding"),
    ("an argument whose function binds another",
     ["n = 1\ndef g():\n    global n\n    n = 2\n    return n",
      "def x(n, m):\n    k = n + m\n    return k", "k = x(n, g())", "print(k)"], "callee-reads"),
    ("starred", ["def x(*a):\n    return a", "print(x(1))"], "not-plain"),
    ("starred in the call", ["def x(a):\n    return a", "print(x(*[1]))"], "arguments"),
    ("too few", ["def x(a):\n    return a", "x()"], "arguments"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(cells: list[str], expected: list[str] | str) -> None:
    made = inline(notebook_of(*cells), "x")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    after = [cell.source for cell in applied(notebook_of(*cells), made.plan).cells]
    assert after == expected
    said, values = run(cells)
    values.pop("x", None)
    now_said, now = run(after)
    assert now_said == said
    assert {name: value for name, value in now.items() if name not in made.gains} == values


def test_what_is_told() -> None:
    made = inline(notebook_of("x = 1 + 1", "print(x, x)"), "x")
    assert not isinstance(made, Refusal)
    assert (made.plan.title, made.name, made.text, made.places) == ("Inline x", "x", "1 + 1", 2)


def test_no_outputs_of_code_that_is_gone() -> None:
    notebook = notebook_of("x = 2", "y = 3  # three", "# why\nz = 4", "print(x + z)")
    shown = [
        msgspec.structs.replace(cell, outputs=OutputDigest(20, 20, ["text/plain"]))
        for cell in notebook.cells
    ]
    notebook = msgspec.structs.replace(notebook, cells=shown)
    made = inline(notebook, "x")
    assert not isinstance(made, Refusal)
    assert [cell.id for cell in applied(notebook, made.plan).cells] == ["2", "3", "4"]
    made = inline(notebook, "z")
    assert not isinstance(made, Refusal)
    assert ClearOutputs("3") in made.plan.operations


@pytest.mark.parametrize(
    "cell",
    [
        "a = n + 1\nb = a * 2\nprint(b)",
        'a = n\nfor i in range(2):\n    # twice\n    a += i\nb = """\n x\n"""\na',
        "a = [n]\na.append(2)\na",
    ],
)
def test_undoes_an_extraction(cell: str) -> None:
    notebook = notebook_of("n = 1", cell, "print(a)")
    extracted = extract_function(notebook, Selection(["2"]), "step", docstring=False)
    assert not isinstance(extracted, Refusal)
    between = applied(notebook, extracted.plan)
    made = inline(between, "step")
    assert not isinstance(made, Refusal), made
    after = applied(between, made.plan)
    assert after.cells[1].source == cell
