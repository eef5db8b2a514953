"""Extract function: the notebook does the same afterwards, or the refusal says why it would not."""

import pytest

from jupyter_nbquality.edits import ClearOutputs, Refusal
from jupyter_nbquality.notebook import Cell, Notebook, OutputDigest
from jupyter_nbquality.positions import Position
from jupyter_nbquality.refactor.extract_function import Extraction, extract_function
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import changed, notebook_of, run

# What it is called; the cells, the selected one marked with ``>``; what is taken and given, or the
# code of the refusal.
CASES: list[tuple[str, list[str], str]] = [
    ("a value", ["n = 2", "> m = n * 3\nk = m + 1", "print(k)"], "n -> k"),
    ("nothing taken, nothing given", ["> print('a')\nprint('b')"], "->"),
    ("the last expression is shown", ["n = 2", "> m = n\nm + 1"], "n ->"),
    ("the last expression beside a result", ["> m = 2\nm + 1", "print(m)"], "-> m"),
    ("the last expression of a lost name", ["> m = 2\nt = 3\nt + m", "print(m)"], "-> m"),
    ("a semicolon hides it", ["> m = 2\nm + 1;"], "->"),
    ("None is not shown", ["xs = []", "> x = 1\nxs.append(x)", "print(xs)"], "xs ->"),
    ("a tuple is shown", ["> m = 2\nt = 1\nm, t", "print(m)"], "-> m"),
    ("a shown expression in brackets", ["> m = 2\nt = 1\n(m +\n t)", "print(m)"], "-> m"),
    ("in place", ["xs = [1]", "> xs.append(2)\nxs.append(3)", "print(xs)"], "xs ->"),
    ("augmented number", ["n = 1", "> n += 1\nn *= 2", "print(n)"], "n -> n"),
    ("augmented list", ["xs = ys = [1]", "> xs += [2]\nxs += [3]", "print(xs, ys)"], "xs -> xs"),
    ("a counter of its own", ["n = 1", "> n += 1\nprint(n)"], "n -> n"),
    ("parameter and result", ["a = [1]", "> a = a + [2]\na = a * 2", "print(a)"], "a -> a"),
    ("several results in order", ["> b = 1\na = 2", "print(a, b)"], "-> b, a"),
    ("imports stay", ["> import math\nr = math.pi\ns = r", "print(math.e, s)"], "-> s"),
    ("import as", ["> import math as m\nr = m.pi\ns = r", "print(m.e, s)"], "-> s"),
    ("imports above are not taken", ["import math", "> r = math.pi\ns = r", "print(s)"], "-> s"),
    ("functions are not taken", ["def f(): return 1", "> r = f()\ns = r", "print(s)"], "-> s"),
    ("a function others use", ["> def g(): return 1\nr = g()\ns = r", "print(g(), s)"], "-> s"),
    (
        "a function nobody else uses",
        ["> def g(): return 1\nr = g()\ns = r", "print(s)"],
        "-> s",
    ),
    ("a loop", ["xs = [1, 2]", "> t = 0\nfor x in xs:\n    t += x", "print(t)"], "xs -> t"),
    (
        "carried round a loop",
        ["a, b = 0, 1", "> for _ in range(5):\n    a, b = b, a + b\nc = a", "print(a, b, c)"],
        "b, a -> a, b, c",
    ),
    (
        "a loop that may not run, with a value above",
        ["m = 0\nxs = []", "> for x in xs:\n    m = x\nk = 1", "print(m, k)"],
        "xs, m -> m, k",
    ),
    (
        "a loop that may not run, without",
        ["xs = [1]", "> for x in xs:\n    m = x\nk = 1", "print(m, k)"],
        "bound-on-some-paths",
    ),
    ("for else", ["> for i in []:\n    r = 1\nelse:\n    r = 2\nq = r", "print(q)"], "-> q"),
    ("break inside", ["> for i in [1, 2]:\n    if i: break\nj = 1", "print(j)"], "-> j"),
    (
        "both branches bind",
        ["c = 1", "> if c:\n    a = 1\nelse:\n    a = 2\nb = a", "print(a, b)"],
        "c -> a, b",
    ),
    (
        "one branch binds, a value above",
        ["c = 0\na = 5", "> if c:\n    a = 1\nb = 2", "print(a, b)"],
        "c, a -> a, b",
    ),
    (
        "one branch binds, nothing above",
        ["c = 1", "> if c:\n    a = 1\nb = 2", "print(a, b)"],
        "bound-on-some-paths",
    ),
    (
        "try and finally",
        ["> try:\n    a = 1 / 1\nfinally:\n    b = 2\nc = 1", "print(a, b, c)"],
        "-> a, b, c",
    ),
    (
        "an exception that is caught",
        [
            "> try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    m = str(e)\nk = 1",
            "print(k)",
        ],
        "-> k",
    ),
    ("an exception that propagates", ["n = 0", "> print(n)\n1 / n", "print(n)"], "n ->"),
    (
        "match",
        [
            "v = [1, 2]",
            "> match v:\n    case [a, b]:\n        s = a + b\n    case _:\n        s = 0\nt = s",
            "print(t)",
        ],
        "v -> t",
    ),
    (
        "with",
        ["import io", "> with io.StringIO('x') as f:\n    t = f.read()\nu = t", "print(u)"],
        "-> u",
    ),
    ("walrus", ["> if (n := 3) > 2:\n    print(n)\nk = 1", "print(n, k)"], "-> n, k"),
    (
        "walrus in a comprehension",
        ["> xs = [y := 1, 2]\nys = [last := x for x in xs]", "print(last, ys)"],
        "bound-on-some-paths",
    ),
    (
        "comprehension shadows",
        ["x = 9", "> xs = [x for x in range(3)]\ns = sum(xs)", "print(s, x)"],
        "-> s",
    ),
    ("a builtin is shadowed", ["> list = [1]\nn = list[0]", "print(n)"], "-> n"),
    (
        "a builtin is read and shadowed",
        ["> n = max(1, 2)\nmax = n\nk = 1", "print(max, k)"],
        "shadowed-builtin",
    ),
    ("del of its own", ["> a = 1\nb = a\ndel a", "print(b)"], "-> b"),
    (
        "del of another's",
        ["a = 1", "> b = a\ndel a", "print(b)", "print('a' in globals())"],
        "a -> b",
    ),
    ("del on some paths", ["a = 1\nc = 0", "> b = a\nif c:\n    del a", "print(b, a)"], "deletes"),
    (
        "a lambda that runs now",
        ["k = 2", "> xs = sorted([1, 2], key=lambda x: -x * k)\nys = xs", "print(ys)"],
        "k -> ys",
    ),
    (
        "a lambda that is kept",
        ["k = 2", "> f = lambda: k\ng = 1", "k = 3\nprint(f(), g)"],
        "-> f, g",
    ),
    (
        "a closure over what is bound anew",
        ["> k = 2\nf = lambda: k\ng = 1", "k = 3\nprint(f(), g)"],
        "late-binding",
    ),
    ("a class", ["> class A:\n    x = 1\na = A().x\nb = a", "print(b, A.x)"], "-> b"),
    (
        "a decorator",
        [
            "import functools",
            "> @functools.lru_cache\ndef f(n):\n    return n\na = f(1)\nb = a",
            "print(b, f(2))",
        ],
        "-> b",
    ),
    (
        "a function above reads it",
        ["def f():\n    return total", "> t = 1\ntotal = t", "print(f())"],
        "-> total",
    ),
    (
        "a callee reads what is bound",
        ["k = 1\ndef f():\n    return k", "> k = 2\nr = f()", "print(r)"],
        "-> r",
    ),
    (
        "a callee reads what is bound, as the selection does",
        ["k = 1\ndef f():\n    return k", "> k = 2\nr = f() + k", "print(r, k)"],
        "k -> r",
    ),
    (
        "a callee reads what is bound from others",
        [
            "k = 1\ndef f(x=0):\n    print(x)\n    return k",
            "> a = f(1)\nb = [a]\nk = b[0] + 1\nc = 3\nr = f(2) + a + c",
            "print(r, k)",
        ],
        "a -> r",
    ),
    (
        "a callee reads what is bound anew",
        ["k = 1\ndef f():\n    return k", "> k = 2\nr = f()\nk = 3", "print(r, k)"],
        "callee-reads",
    ),
    (
        "a callee reads what is bound in the middle",
        ["k = 1\ndef f():\n    return k", "> print(f())\nk = 2\nr = f()", "print(r)"],
        "callee-reads",
    ),
    (
        "a callee reads what is bound below a shell line",
        ["k = 1\ndef f():\n    return k", "> !echo 1\nk = 2\nr = f()", "print(r)"],
        "callee-reads",
    ),
    (
        "a function others use, with what it reads",
        ["> seen = {}\ndef g(x): return seen.setdefault(x, x)\nr = g(1)\ns = r", "print(g(2), s)"],
        "-> s",
    ),
    (
        "a callee binds a global that is read",
        ["k = 1\ndef f():\n    global k\n    k = 2", "> f()\nr = k", "print(r)"],
        "callee-binds",
    ),
    ("globals()", ["a = 1", "> x = globals()['a']\ny = x", "print(y)"], "looks-around"),
    ("locals()", ["a = 1", "> x = locals()\ny = 1", "print(y)"], "looks-around"),
    ("exec", ["> exec('a = 1')\ny = 1", "print(y)"], "looks-around"),
    ("star import", ["> from math import *\ny = 1", "print(y)"], "unknown-names"),
    ("__future__", ["> from __future__ import annotations\ny = 1\nz = y", "print(z)"], "-> z"),
    ("a text over lines", ["> t = '''a\n  b\n'''\nu = t", "print(u)"], "-> u"),
    ("an f-text over lines", ["n = 1", "> t = f'''a\n  {n}\n'''\nu = t", "print(u)"], "n -> u"),
    ("comments stay", ["> # first\na = 1  # one\n\n# second\nb = a", "print(b)"], "-> b"),
    ("annotation without a value", ["n = 1", "> n: int\nm = n\nk = m", "print(k, n)"], "n -> k"),
    ("star targets", ["> a, *b = [1, 2, 3]\nc = b", "print(a, b, c)"], "-> a, b, c"),
    ("a shell line", ["w = 'x'", "> a = !echo {w}\nb = a[0]", "print(b)"], "w -> b"),
    ("a line magic on names", ["> %time a = 1\nb = 2", "print(a, b)"], "magic"),
    ("timing", ["a = [1]", "> b = 2\n%timeit -q -n1 -r1 a.append(b)", "print(a)"], "a ->"),
    ("help", ["> len?\nb = 2", "print(b)"], "-> b"),
    ("help on what is bound there", ["> b = 2\nb?", "print(b)"], "magic"),
    ("a setting stays", ["> %config InlineBackend.x = 1\na = 1\nb = a", "print(b)"], "-> b"),
    ("await", ["import asyncio", "> await asyncio.sleep(0)\na = 1", "print(a)"], "-> a"),
    ("nothing but imports", ["> import math\nimport os", "print(math.e)"], "nothing-to-extract"),
    ("does not parse", ["> a = = 1", "print(1)"], "does-not-parse"),
    (
        "query",
        [
            "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nx = 1",
            "> r = df.query('a > @x')\nn = len(r)",
            "print(n)",
        ],
        "df, x -> n",
    ),
    (
        "a default is read now",
        ["n = 1", "> def f(x=n):\n    return x\na = f()\nb = a", "print(b)"],
        "n -> b",
    ),
    ("order of printing", ["> print(1)\na = 2\nprint(a)\na", "print(a)"], "-> a"),
    (
        "random state",
        [
            "import random\nrandom.seed(1)",
            "> a = random.random()\nb = random.random()",
            "print(a, b, random.random())",
        ],
        "-> a, b",
    ),
    ("names of keywords", ["a = 1", "> b = dict(a=2)\nc = b['a']", "print(c, a)"], "-> c"),
    (
        "attributes",
        ["class O: pass\no = O()\na = 1", "> o.a = 2\nc = o.a", "print(c, a)"],
        "o -> c",
    ),
    # The last expression on one line with others, and one that binds a result itself.
    ("the last expression behind a semicolon", ["> x = [1]; x * 2", "print(x)"], "-> x"),
    (
        "the last of several on a line",
        ["a = 1", "> c = a; d = 2; c + d", "print(c, d)"],
        "a -> c, d",
    ),
    (
        "the last expression at the end of a text over lines",
        ["> t = '''a\n  b'''; t", "print(t)"],
        "-> t",
    ),
    ("the last expression binds", ["a = 1", "> b = a\n(c := b)", "print(c)"], "a -> c"),
    # What is deleted outside, too, is what was there before.
    (
        "del of its own, bound again below",
        ["> t = [1]\nm = t[0]\ndel t", "t = [5]\nn = t[0]\ndel t", "print(m, n)"],
        "-> m",
    ),
    (
        "del of what is bound above",
        ["t = 1", "> t = 2\nm = t\ndel t", "print(m, 't' in globals())"],
        "-> m",
    ),
    (
        "del of what may be bound above",
        ["c = 1\nif c:\n    t = 1", "> t = 2\nm = t\ndel t", "print(m, 't' in globals())"],
        "-> m",
    ),
    # Names that are looked up by texts.
    ("eval elsewhere", ["> a = 5\nb = a\nb", "s = 'a'\nprint(eval(s))"], "-> a, b"),
    ("globals() elsewhere", ["> a = 5\nb = a\nb", "s = 'a'\nprint(globals()[s])"], "-> a, b"),
    ("locals() elsewhere", ["> a = 5\nb = a\nb", "print('{a}'.format(**locals()))"], "-> a, b"),
    ("user_ns", ["> a = 5\nb = a\nb", "print(get_ipython().user_ns['a'])"], "-> a, b"),
    ("the main module", ["> a = 5\nb = a\nb", "import __main__\nprint(__main__.a)"], "-> a, b"),
    (
        "timeit elsewhere",
        ["> a = 5\nb = a\nb", "import timeit\ntimeit.timeit('a', number=1, globals=globals());"],
        "-> a, b",
    ),
    (
        "a query elsewhere",
        [
            "import pandas as pd\ndf = pd.DataFrame({'x': [1, 9]})",
            "> a = 5\nb = a\nb",
            "q = 'x > @a'\nprint(len(df.query(q)))",
        ],
        "-> a",
    ),
    (
        "a function that evaluates",
        ["def g(s): return eval(s)", "> a = 5\nb = g('a')", "print(b)"],
        "callee-looks-around",
    ),
    ("no question for names", ["> a = 5\nb = a", "if __name__ == '__main__': print(b)"], "-> b"),
    # Classes and functions that are found by their names.
    (
        "a class that is shown",
        [
            "import dataclasses",
            "> @dataclasses.dataclass\nclass Q:\n    v: int\nq = Q(1)\nq",
            "print(1)",
        ],
        "->",
    ),
    (
        "an object that is pickled",
        [
            "import pickle",
            "> class Q:\n    pass\nq = Q()\nn = pickle.loads(pickle.dumps(q)) is q\nn",
            "print(n)",
        ],
        "-> n",
    ),
    (
        "a function that is pickled, with what it reads",
        [
            "import pickle",
            "> k = 2\ndef work(x):\n    return x * k\nn = pickle.loads(pickle.dumps(work))(3)",
            "print(n)",
        ],
        "-> n",
    ),
    (
        "a function that is pickled, and reads what is bound in the middle",
        [
            "import pickle",
            "> print(1)\nk = 2\ndef work(x):\n    return x * k\nn = len(pickle.dumps(work)) > 1",
            "print(n)",
        ],
        "definition-needs-local",
    ),
    (
        "a function that is passed on within the process",
        ["> k = 2\ndef work(x):\n    return x * k\nys = list(map(work, [1]))", "print(ys)"],
        "-> ys",
    ),
    (
        "a class in a block",
        ["> if 1:\n    class Q: pass\nq = Q()", "print(type(q))"],
        "class-within",
    ),
    (
        "a class that counts what came before",
        ["xs = []", "> xs.append(1)\nclass Q:\n    n = len(xs)\nm = Q.n", "print(m)"],
        "definition-in-the-middle",
    ),
    (
        "a function defined twice",
        [
            "> def g(): return 1\na = g()\ndef g(): return 2\nb = g()",
            "print(a, b, g())",
        ],
        "definition-rebound",
    ),
    # Functions of the selection, and classes that it does not touch.
    (
        "an own function reads what is bound anew below",
        ["n = 1", "> def g(): return n\nv = g()\nn = 9\nu = g()", "print(v, u, n)"],
        "n -> v, n, u",
    ),
    (
        "a class that is not used reads what is bound",
        ["class A:\n    def m(self): return r\nm = 3", "> q = m + 1\nr = q", "print(r)"],
        "m -> r",
    ),
    (
        "an object of a class that reads what is bound",
        ["class A:\n    def m(self): return r\no = A()\nr = 1", "> r = 3\nq = o.m()", "print(q)"],
        "callee-reads",
    ),
    ("a magic that shows its value", ["> b = 1\n%pwd", "print(b)"], "magic"),
    # What a loop or a branch binds, and other cells bind anew.
    (
        "a name of a loop that is used again below",
        ["x = 1", "> for i in range(3):\n    x = i\nprint(i)", "for i in [7]: pass\nprint(i, x)"],
        "x -> i, x",
    ),
    (
        "a branch that is sure, as it is read",
        ["x = 1", "> if x:\n    v = 3\nprint(v)", "print(v)", "v = 9"],
        "x -> v",
    ),
    (
        "a branch inside a loop",
        ["> for x in [1, 2]:\n    if x:\n        v = x\n    print(v)", "v = 9\nprint(v)"],
        "->",
    ),
    (
        "a name that may be bound above and may be inside",
        ["c = 1\nif c:\n    v = 1", "> if c > 2:\n    v = 2\nprint(v)", "print(c)"],
        "bound-on-some-paths",
    ),
    (
        "a name tuple that is pickled",
        [
            "import pickle\nfrom collections import namedtuple",
            "> Q = namedtuple('Q', 'a')\nn = len(pickle.dumps(Q(1))) > 1\nn",
            "print(n)",
        ],
        "-> n",
    ),
    (
        "a decorator that notes names",
        [
            "reg = []",
            "> def note(f):\n    reg.append(f.__qualname__)\n    return f\n"
            "@note\ndef a(): return 1\nx = a()",
            "print(reg, x)",
        ],
        "-> x",
    ),
    (
        "a decorator that prints, behind what prints",
        [
            "def note(f):\n    print(f.__name__)\n    return f",
            "> print('x')\n@note\ndef a(): return 1\na()",
            "print(1)",
        ],
        "->",
    ),
    (
        "a base class that prints, behind what prints",
        [
            "class Base:\n    def __init_subclass__(cls): print(cls.__name__)",
            "> print('x')\nclass Kid(Base): pass\nprint(2)",
            "print(1)",
        ],
        "definition-in-the-middle",
    ),
    (
        "a local binding that is imported twice",
        ["> from math import floor as f\na = f(.5)\nfrom math import ceil as f", "print(f(.5))"],
        "import-in-the-middle",
    ),
    (
        "what only stays in the notebook is not taken",
        [
            "k = 1",
            "> w = k + 1\nclass A:\n    def m(self): return w\na = A().m()",
            "print(a, A().m())",
        ],
        "-> a",
    ),
]


def parted(cells: list[str]) -> tuple[list[str], str]:
    """Takes the mark off; gives the cells and the id of the marked one."""
    marked = next(place for place, text in enumerate(cells) if text.startswith("> "))
    plain = [text.removeprefix("> ") for text in cells]
    return plain, str(marked + 1)


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(cells: list[str], expected: str) -> None:
    sources, key = parted(cells)
    notebook = notebook_of(*sources)
    made = extract_function(notebook, Selection([key]), "step")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    told = f"{', '.join(made.parameters)} -> {', '.join(made.returns)}".strip()
    assert told == expected
    after = changed(notebook, made.plan)
    for times in (1, 2):
        place = int(key)
        again = [*sources[:place], *sources[place - 1 : place] * (times - 1), *sources[place:]]
        other = [*after[:place], *after[place - 1 : place] * (times - 1), *after[place:]]
        before_said, before_values = run(again)
        said, values = run(other)
        assert said == before_said
        for name in made.loses:
            before_values.pop(name, None)
        values = {name: value for name, value in values.items() if name in before_values}
        assert values == before_values


def extracted(*sources: str, cells: list[str], **options: object) -> tuple[list[str], Extraction]:
    """Extracts cells; gives the sources afterwards."""
    notebook = notebook_of(*sources)
    made = extract_function(notebook, Selection(cells, **options), "step")  # type: ignore[arg-type]
    assert isinstance(made, Extraction), made
    return changed(notebook, made.plan), made


def test_text_of_a_function() -> None:
    after, _ = extracted(
        "df = [3]",
        "# Double it.\nimport math\ntop = math.inf\n\ntwice = df * 2\ntwice",
        "print(twice, top)",
        cells=["2"],
    )
    assert (
        after[1]
        == """\
# Double it.
import math


def step(df):
    \"\"\"Step.\"\"\"
    top = math.inf

    twice = df * 2
    return top, twice


top, twice = step(df)
twice"""
    )


def test_some_lines_of_a_cell() -> None:
    after, made = extracted(
        "a = 1\nb = a + 1\nc = b + 1\nprint(c)",
        cells=["1"],
        start=Position(1, 0),
        end=Position(2, 9),
    )
    assert made.parameters == ["a"]
    assert made.returns == ["c"]
    assert run(after) == (["3"], {"a": "1", "c": "3"})


def test_cells_one_below_the_other() -> None:
    sources = ["n = 1", "a = n + 1\na", "b = a + 1\nprint(b)\nNone", "c = b\nc", "print(c)"]
    after, made = extracted(*sources, cells=["2", "3", "4"])
    assert len(after) == 3
    assert (made.parameters, made.returns) == (["n"], ["c"])
    assert run(after)[0] == run(sources)[0]


def test_annotations_are_taken_over() -> None:
    _, made = extracted("n: int = 1", "m = n + 1\nk = m", "print(k)", cells=["2"])
    assert made.function.startswith("def step(n: int):\n")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("class", "bad-name"),
        ("2x", "bad-name"),
        ("print", "builtin-name"),
        ("n", "taken-name"),
        ("gone", "taken-name"),
    ],
)
def test_names_that_cannot_be(name: str, code: str) -> None:
    made = extract_function(notebook_of("n = 1", "gone = n\nm = gone"), Selection(["2"]), name)
    assert isinstance(made, Refusal)
    assert made.code == code


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (Position(1, 0), Position(1, 4), "part-of-statement"),
        (Position(0, 2), Position(2, 5), "part-of-line"),
        (Position(0, 0), Position(0, 2), "a-target"),
        (Position(3, 0), Position(3, 0), "nothing-selected"),
    ],
)
def test_selections_that_are_no_statements(start: Position, end: Position, code: str) -> None:
    notebook = notebook_of("a = [\n  1,\n]\n\nb = 1")
    if code in {"part-of-line", "a-target"}:
        notebook = notebook_of("a = 1\nb = 2\nc = 3")
    made = extract_function(notebook, Selection(["1"], start, end), "step")
    assert isinstance(made, Refusal)
    assert made.code == code


def test_a_cell_magic_is_about_its_cell_alone() -> None:
    notebook = notebook_of("%%capture shown\na = 1\nprint(a)", "b = a\nprint(b)", "b")
    made = extract_function(notebook, Selection(["1", "2"]), "step")
    assert isinstance(made, Refusal)
    assert (made.code, made.cell) == ("magic", "1")


def cell(key: str, source: str, *tags: str, outputs: OutputDigest | None = None) -> Cell:
    return Cell(key, "code", source, tags=list(tags), outputs=outputs or OutputDigest())


FAILED = OutputDigest(9, 9, [], "ZeroDivisionError")
SHOWN = OutputDigest(9, 9, ["text/plain"])


@pytest.mark.parametrize(
    ("cells", "selected", "code"),
    [
        # What is bound before an exception would be lost.
        ([cell("1", "b = 7\n1 / 0", "raises-exception"), cell("2", "b")], "1", "raises"),
        ([cell("1", "b = 7\n1 / 0", outputs=FAILED), cell("2", "b")], "1", ""),
        ([cell("1", "print(1)\n1 / 0", "raises-exception"), cell("2", "2")], "1", ""),
        ([cell("1", "c = 1", "raises-exception"), cell("2", "d = c\nd")], "12", "raises"),
        # Values are given behind the cell.
        ([cell("1", "n = 3", "parameters"), cell("2", "m = n\nm")], "12", "tags"),
        ([cell("1", "n = 3", "skip-execution"), cell("2", "m = n\nm")], "12", "tags"),
        # Cells are counted, and magics show their values at the end of a cell.
        ([cell("1", "a = 1"), cell("2", "b = a\nb"), cell("3", "Out[2]")], "12", "history"),
        ([cell("1", "a = 1\n%pwd"), cell("2", "b = a\nb")], "12", "magic"),
    ],
)
def test_cells_that_are_run_otherwise(cells: list[Cell], selected: str, code: str) -> None:
    made = extract_function(Notebook("", cells), Selection(list(selected)), "step")
    assert (made.code if isinstance(made, Refusal) else "") == code, made


def test_a_cell_that_failed_is_told() -> None:
    cells = [cell("1", "b = 7\n1 / 0", outputs=FAILED), cell("2", "b")]
    made = extract_function(Notebook("", cells), Selection(["1"]), "step")
    assert isinstance(made, Extraction)
    assert [text.split(".")[0] for text in made.warnings] == [
        "The cell raised an exception as it ran last"
    ]


def test_outputs_and_tags_of_several_cells() -> None:
    cells = [cell("1", "1", outputs=SHOWN), cell("2", "b = 2\nb", "hide", outputs=SHOWN)]
    made = extract_function(Notebook("", cells), Selection(["1", "2"]), "step")
    assert isinstance(made, Extraction)
    assert ClearOutputs("1") in made.plan.operations
    assert [text.split(",")[0] for text in made.warnings] == [
        "The outputs are cleared",
        "The tags hide are lost.",
    ]
    alone = extract_function(Notebook("", cells), Selection(["2"]), "step")
    assert isinstance(alone, Extraction)
    assert not alone.warnings


def test_an_end_behind_a_semicolon_is_shown_on_the_way() -> None:
    sources = ["x = [1]; x.append(2); x", "y = x\ny"]
    after, _ = extracted(*sources, cells=["1", "2"])
    assert run(after)[0] == run(sources)[0] == ["[1, 2]", "[1, 2]"]


MANY = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5"


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (
            [MANY, "s = a + b + c + d + e\nt = s * 2\nu = t\nprint(u)\nv = a", "print(u, v)"],
            "5 names into the function, 2 out of it. Without line 1 of cell 2 it would be 1 and 1.",
        ),
        (
            [MANY, "x = a + b\ny = x * a\nprint(x)\nz = c + d\nw = z + e\nv = w + z", "v, y"],
            "5 names into the function, 2 out of it. "
            "Without lines 5 to 6 of cell 2 it would be 4 and 2.",
        ),
        (
            [MANY, "p = 1\nq = 2\nr = 3\nx = p + q\ny = r\nprint(x, y)", "p, q, r, x, y"],
            "0 names into the function, 5 out of it. With cell 3, too, it would be 0 and 0.",
        ),
        # Little passes; nothing near is better.
        ([MANY, "s = a + b\nt = s", "print(t)"], ""),
        ([MANY, "s = a + b + c + d + e\nt = s", "print(a, b, c, d, e, t)"], ""),
    ],
)
def test_a_better_boundary_is_proposed(sources: list[str], told: str) -> None:
    made = extract_function(notebook_of(*sources), Selection(["2"]), "step")
    assert isinstance(made, Extraction)
    assert [text.removeprefix("Much passes through: ") for text in made.warnings] == (
        [told] if told else []
    )


def test_an_extension_is_loaded_above_the_function() -> None:
    after, made = extracted("%load_ext autoreload\na = 1\nb = a", "print(b)", cells=["1"])
    assert made.returns == ["b"]
    assert after[0].startswith("%load_ext autoreload\n\n\ndef step():\n")
