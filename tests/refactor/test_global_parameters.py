"""Functions that read variables of the notebook are given them when they move to a module."""

import random
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_nbquality.edits import ChangeFile, EditPlan, Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.cells_to_module import cells_to_module
from jupyter_nbquality.refactor.extract_module import (
    ModuleExtraction,
    Place,
    extract_module,
    names_defined,
)
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import notebook_of, run

MODULE = "given_for_test"
PATH = f"{MODULE}.py"
N = "n = len('ab')"
M = "m = len('abc')"
F = "def f(x):\n    return x + n"

# What it is called; the cells; what the head of the function is then, and its calls.
GIVEN: list[tuple[str, list[str], str, list[str]]] = [
    ("by place", [N, F, "print(f(1))"], "def f(x, n):", ["f(1, n)"]),
    ("nothing else", [N, "def f():\n    return n", "print(f())"], "def f(n):", ["f(n)"]),
    (
        "two",
        [N + "\n" + M, "def f(x):\n    return m + n * x", "f(2)"],
        "def f(x, m, n):",
        ["f(2, m, n)"],
    ),
    ("by name", [N, F, "f(x=1)"], "def f(x, n):", ["f(x=1, n=n)"]),
    (
        "behind a default",
        [N, "def f(x, y=2):\n    return x + y + n", "f(1), f(1, 3), f(1, y=4)"],
        "def f(x, y=2, *, n):",
        ["f(1, n=n)", "f(1, 3, n=n)", "f(1, y=4, n=n)"],
    ),
    (
        "a default in brackets",
        [N, "def f(x, y=(2), ):\n    return x + y + n", "f(1)"],
        "def f(x, y=(2), *, n):",
        ["f(1, n=n)"],
    ),
    (
        "behind stars",
        [N, "def f(*xs):\n    return sum(xs) + n", "f(1, 2), f(*[1, 2])"],
        "def f(*xs, n):",
        ["f(1, 2, n=n)", "f(*[1, 2], n=n)"],
    ),
    (
        "keywords alone",
        [N, "def f(*, k):\n    return k + n", "f(k=2)"],
        "def f(n, *, k):",
        ["f(k=2, n=n)"],
    ),
    (
        "stars and keywords",
        [N, "def f(*xs, k=(1)):\n    return xs, k + n", "f(3, k=2), f()"],
        "def f(*xs, n, k=(1)):",
        ["f(3, k=2, n=n)", "f(n=n)"],
    ),
    (
        "any keywords",
        [N, "def f(**more):\n    return sorted(more), n", "f(a=2), f()"],
        "def f(n, **more):",
        ["f(a=2, n=n)", "f(n)"],
    ),
    (
        "a default and any keywords",
        [N, "def f(x=1, **more):\n    return x, sorted(more), n", "f(a=2), f()"],
        "def f(x=1, *, n, **more):",
        ["f(a=2, n=n)", "f(n=n)"],
    ),
    (
        "by place alone",
        [N, "def f(x, /):\n    return x + n", "f(1)"],
        "def f(x, /, n):",
        ["f(1, n)"],
    ),
    (
        "annotations",
        [N, "def f(x: 'int' = 1, *y: (int)) -> int:\n    return x + n", "f(1)"],
        "",
        [],
    ),
    (
        "stars of a call",
        [N, "def f(x, y):\n    return x + y + n", "a = [1, 2]\nf(*a), f(**{'x': 1, 'y': 2})"],
        "def f(x, y, n):",
        ["f(*a, n=n)", "f(**{'x': 1, 'y': 2}, n=n)"],
    ),
    (
        "layout of a call",
        [N, F, "f(\n    1,  # one, (two\n), f((1)), f ( 1 , )"],
        "def f(x, n):",
        ["f(\n    1, n  # one, (two\n)", "f((1), n)", "f ( 1 , n )"],
    ),
    (
        "a generator alone",
        [N, "def f(xs):\n    return sum(xs) + n", "f(i for i in [1, 2])"],
        "def f(xs, n):",
        ["f((i for i in [1, 2]), n)"],
    ),
    ("within one another", [N, F, "f(f(f(1)))"], "def f(x, n):", ["f(f(f(1, n), n), n)"]),
    (
        "in texts",
        [N, F, "print(f'{f(1):>{f(2)}} {f(3)!r}')"],
        "def f(x, n):",
        ["{f(1, n):>{f(2, n)}}", "{f(3, n)!r}"],
    ),
    (
        "in magics",
        [N, F, "%time y = f(1)\n!echo {f(2)}\ny"],
        "def f(x, n):",
        ["%time y = f(1, n)", "{f(2, n)}"],
    ),
    (
        "in another function",
        [N, F, "def g(x):\n    return [f(i) for i in range(x)]", "g(3)"],
        "def f(x, n):",
        ["f(i, n)"],
    ),
    (
        "in a lambda",
        [N, F, "g = lambda x: f(x)\nn = 7\ng(1)"],
        "def f(x, n):",
        ["lambda x: f(x, n)"],
    ),
    (
        "in a class",
        [N, F, "class A:\n    y = f(1)\n    def m(self):\n        return f(2)\nA.y, A().m()"],
        "def f(x, n):",
        ["y = f(1, n)", "return f(2, n)"],
    ),
    (
        "as a decorator that is called",
        [N, "def f(x):\n    return lambda g: x + n", "@f(2)\ndef h(): ...\nh"],
        "def f(x, n):",
        ["@f(2, n)"],
    ),
    (
        "bound anew between calls",
        [N, F, "print(f(1))\nn = 10\nprint(f(1))", "for n in range(3):\n    print(f(0))"],
        "def f(x, n):",
        ["f(1, n)", "f(0, n)"],
    ),
    ("bound in what it is given", [N, F, "print(f(n := 5))"], "def f(x, n):", ["f(n := 5, n)"]),
    (
        "changed in place",
        ["seen = []", "def f(x):\n    seen.append(x)", "f(1)\nprint(seen)"],
        "def f(x, seen):",
        ["f(1, seen)"],
    ),
    (
        "itself",
        [N, "def f(x):\n    return n if x < 1 else f(x - 1) + n", "f(3)"],
        "def f(x, n):",
        ["f(x - 1, n)", "f(3, n)"],
    ),
    (
        "in a lambda of its own that runs now",
        [
            N,
            "def f(xs):\n    return sorted(xs, key=lambda x: x * n)",
            "f([2, 1])\nn = -1\nf([1, 2])",
        ],
        "def f(xs, n):",
        ["f([1, 2], n)"],
    ),
    (
        "a comprehension's own name",
        [N, "def f(x):\n    return [n for n in range(x)], n", "f(2)"],
        "def f(x, n):",
        ["f(2, n)"],
    ),
    (
        "late, and bound once",
        [N, "def f(x):\n    return lambda: x + n", "f(1)()"],
        "def f(x, n):",
        ["f(1, n)"],
    ),
    (
        "a generator, and bound once",
        [N, "def f(x):\n    yield x + n", "list(f(1))"],
        "def f(x, n):",
        ["f(1, n)"],
    ),
    (
        "waiting",
        [N, "async def f(x):\n    return x + n", "print(await f(1))"],
        "async def f(x, n):",
        ["await f(1, n)"],
    ),
    (
        "read in a query",
        [
            "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nn = len('a')",
            "def f(d):\n    return d.query('a > @n')",
            "print(f(df))",
        ],
        "def f(d, n):",
        ["f(df, n)"],
    ),
    (
        "bound below a function that calls it",
        [F, "def g():\n    return f(1)", N, "g()"],
        "def f(x, n):",
        ["f(1, n)"],
    ),
    (
        "read on some paths, below",
        ["def f(x):\n    return n if x else 0", "def g():\n    return f(1)", N, "g()"],
        "def f(x, n):",
        ["f(1, n)"],
    ),
    (
        "a name that tells",
        ["größe = len('ä')", "def f(x):\n    return 'ü', x + größe", "'ß', f(1)"],
        "def f(x, größe):",
        ["f(1, größe)"],
    ),
]

# What it is called; the cells; a part of the reason.
REFUSED: list[tuple[str, list[str], str]] = [
    ("as a value", [N, F, "print(list(map(f, [1])))"], "without being called"),
    ("given another name", [N, F, "g = f\ng(1)"], "without being called"),
    ("a decorator", [N, F, "@f\ndef g(): ..."], "without being called"),
    ("help", [N, F, "f?"], "without being called|safely"),
    ("by its name", [N, F, "globals()['f'](1)"], "without being called"),
    ("in a text", [N, F, "eval('f(1)')"], "without being called"),
    ("shows itself", [N, F, "print(f'{f(1)=}')"], "shows its call"),
    (
        "decorated",
        [N, "import functools\n@functools.cache\ndef f(x):\n    return x + n", "f(1)"],
        "decorates",
    ),
    ("a method", [N, "class f:\n    def m(self):\n        return n", "f().m()"], "class"),
    ("a default", [N, "def f(x=n):\n    return x", "f()"], "where it is defined"),
    ("another name there", [N, F, "def g(n):\n    return f(n)", "g(1)"], "another name"),
    ("a comprehension there", [N, F, "[f(n) for n in range(2)]"], "another name"),
    ("a class there", [N, F, "class A:\n    n = 5\n    y = f(1)\nA.y"], "another name"),
    (
        "a class within",
        [N, "def f():\n    class A:\n        n = n\n    return A.n", "f()"],
        "class in",
    ),
    ("locals", [N, "def f(x):\n    return sorted(locals()), n", "f(1)"], "locals"),
    ("bound in a function", [N, F, "def g():\n    global n\n    n += 1", "g()\nf(1)"], "`g` binds"),
    (
        "late, and bound anew",
        [N, "def f(x):\n    return lambda: x + n", "h = f(1)\nn = 5\nh()"],
        "after the call",
    ),
    (
        "a generator, and bound anew",
        [N, "def f(x):\n    yield x + n", "h = f(1)\nn = 5\nlist(h)"],
        "after the call",
    ),
    (
        "a generator, and bound below",
        ["def f(x):\n    yield x + n", "h = f(1)", N, "list(h)"],
        "not be bound",
    ),
    (
        "kept by another",
        ["def g():\n    return lambda: n", "def f():\n    return g()", "h = f()", N, "h()"],
        "not be bound",
    ),
    (
        "read on some paths",
        ["def f(x):\n    return n if x else 0", "print(f(0))", N, "f(1)"],
        "not be bound",
    ),
    (
        "read behind a return",
        ["def f(x):\n    if not x:\n        return 0\n    return n", "print(f(0))", N, "f(1)"],
        "not be bound",
    ),
    (
        "any keyword",
        [N, "def f(**more):\n    return sorted(more), n", "d = {'n': 1}\nf(**d)"],
        "give that name",
    ),
    ("that keyword", [N, "def f(**more):\n    return sorted(more), n", "f(n=1)"], "give that name"),
    ("a cell that does not parse", [N, F, "print(f(1))", "f(1"], "not parse"),
    (
        "by an import on some path",
        [
            "try:\n    import json as n\nexcept ImportError:\n    n = None",
            "def f():\n    return n.dumps(1)",
            "f()",
        ],
        "bound within `try`",
    ),
]


def moved(
    notebook: Notebook, names: list[str], existing: str | None = None
) -> ModuleExtraction | Refusal:
    return extract_module(notebook, names, Place(PATH, existing, PATH))


def run_after(notebook: Notebook, plan: EditPlan) -> tuple[list[str], dict[str, str]]:
    """Runs a notebook after a plan, with its module."""
    load(plan)
    return run([cell.source for cell in applied(notebook, plan).cells])


def load(plan: EditPlan) -> None:
    """Makes the module of a plan one that can be imported."""
    module = types.ModuleType(MODULE)
    for operation in plan.operations:
        if isinstance(operation, ChangeFile):
            exec(operation.text, module.__dict__)
    sys.modules[MODULE] = module


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    sys.modules.pop(MODULE, None)


@pytest.mark.parametrize(
    ("sources", "head", "calls"), [case[1:] for case in GIVEN], ids=[case[0] for case in GIVEN]
)
def test_variables_become_parameters(sources: list[str], head: str, calls: list[str]) -> None:
    notebook = notebook_of(*sources)
    made = moved(notebook, ["f"])
    assert isinstance(made, ModuleExtraction), made
    assert head in made.text
    after = applied(notebook, made.plan)
    text = "\n".join([made.text, *(cell.source for cell in after.cells)])
    for call in calls:
        assert call in text
    assert comparable(run_after(notebook, made.plan)) == comparable(run(sources))
    assert made.notes[0].startswith("`f` takes ")


@pytest.mark.parametrize(
    ("sources", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_says_why_they_cannot(sources: list[str], why: str) -> None:
    made = moved(notebook_of(*sources), ["f"])
    assert isinstance(made, Refusal), made.text
    assert made.code in {"reads-global", "looks-around", "unknown-names"}
    assert any(part in made.message for part in why.split("|")), made.message


def test_what_they_call_takes_them_too() -> None:
    sources = [
        "a = len('a')\nb = len('ab')",
        "def low(x):\n    return x * a\n\n\ndef mid(x):\n    return low(x) + b\n\n\n"
        "def top(x, y=1):\n    return mid(x) + low(y) if x else top(1)",
        "print(top(2), mid(3), low(4))\ntop(0)",
    ]
    notebook = notebook_of(*sources)
    made = moved(notebook, ["top"])
    assert isinstance(made, ModuleExtraction), made
    for text in (
        "def low(x, a):",
        "def mid(x, b, a):\n    return low(x, a) + b",
        "def top(x, y=1, *, a, b):\n    return mid(x, b, a) + low(y, a) if x else top(1, a=a, b=b)",
    ):
        assert text in made.text
    assert made.notes[:3] == [
        "`low` takes `a` of the notebook as a parameter; its 3 calls are mended.",
        "`mid` takes `b` and `a` of the notebook as parameters; its 2 calls are mended.",
        "`top` takes `a` and `b` of the notebook as parameters; its 3 calls are mended.",
    ]
    assert run_after(notebook, made.plan) == run(sources)


def test_constants_still_move_along_unless_they_are_given_from_outside() -> None:
    cells = [
        Cell("1", "code", "K = 3"),
        Cell("2", "code", "RATE = 2", tags=["parameters"]),
        Cell("3", "code", "def f(x):\n    return x * K * RATE"),
        Cell("4", "code", "f(2)"),
    ]
    made = moved(Notebook("", cells), ["f"])
    assert isinstance(made, ModuleExtraction), made
    assert "K = 3" in made.text
    assert "def f(x, RATE):" in made.text
    assert made.along == ["K"]
    assert names_defined(Notebook("", cells), ["1", "2", "3"]) == ["K", "f"]


def test_what_cells_gather_is_no_constant() -> None:
    cells = ["seen = []\ndef f(x):\n    seen.append(x)", "f(1)\nseen"]
    assert names_defined(notebook_of(*cells), ["1"]) == ["f"]


def test_tests_of_cells_are_mended() -> None:
    def of(source: str) -> Notebook:
        tests = [{"name": "t", "title": "T", "source": source}]
        cells = [
            Cell("1", "code", N),
            Cell("2", "code", F, metadata={"tests": tests}),
            Cell("3", "code", "f(1)"),
        ]
        return Notebook("", cells)

    notebook = of("assert f(1) == 3")
    made = moved(notebook, ["f"])
    assert isinstance(made, ModuleExtraction)
    (test,) = applied(notebook, made.plan).cells[1].metadata["tests"]
    assert test["source"] == "assert f(1, n) == 3"
    refused = moved(of("n = 5\nassert f(1) == 6"), ["f"])
    assert isinstance(refused, Refusal)
    assert "the test “T” binds" in refused.message


def test_cells_that_call_such_a_function_go_to_a_module() -> None:
    sources = [N, F, "k = f(1)\nj = k * 2\nprint(j)", "j"]
    notebook = notebook_of(*sources)
    made = cells_to_module(notebook, Selection(["3"]), "step", Place(PATH, None, PATH))
    assert isinstance(made, ModuleExtraction), made
    said, values = run_after(notebook, made.plan)
    before_said, before = run(sources)
    before.pop("k")
    assert (said, values) == (before_said, before)
    assert "def step(n):" in made.text


# ── random programs ──

HEADS = [
    "",
    "x",
    "x, y=1",
    "*xs",
    "x, /",
    "*, k=0",
    "x, **more",
    "x=2, *, k=3",
    "x, *xs, k=1, **more",
]
BODIES = [
    "return {v} + 1",
    "z = {v}\n    return z + {w}",
    "if {v} > 2:\n        return {w}\n    return 0",
    "return sum({v} for _ in range(3))",
    "return max([1, 2], key=lambda each: each * {v})",
    "return [i + {v} for i in range(2)][0]",
    "total = 0\n    for {w} in range(3):\n        total += {w} + {v}\n    return total",
    "return (lambda: {v})()",
    "return {other} + {v}",
    "return {other}",
    "yield {v}\n    yield {w}",
    "return lambda: {v}",
    "items.append({v})\n    return len(items)",
]
USES = [
    "print({f})",
    "{v} = {v} + 1\nprint({f}, {f})",
    "print([{f} for {w} in range(2)])",
    "print(f'{{{f}}}')",
    "{v} = 5",
    "h = {f}",
    "print(h() if callable(h) else next(h) if hasattr(h, '__next__') else h)",
    "def user({w}=1):\n    return {f}",
    "print(user())",
    "print({f} if {v} > 3 else {w})",
    "for {w} in range(2):\n    print({f})",
    "del {v}\n{v} = 4",
    "%time late = {f}",
]
ARGUMENTS = {
    "": "",
    "x": "1",
    "x, y=1": "1, y=2",
    "*xs": "1, *[2]",
    "x, /": "3",
    "*, k=0": "k=1",
    "x, **more": "1, q=2",
    "x=2, *, k=3": "",
    "x, *xs, k=1, **more": "1, 2, 3, k=4",
}
PROGRAMS = 60


def a_program(chance: random.Random) -> list[str]:
    heads = {name: chance.choice(HEADS) for name in ("f", "g")}

    def filled(text: str, own: str = "") -> str:
        v, w = chance.sample(["a", "b", "c"], 2)
        name = chance.choice(["f", "g"])
        other = "g" if own == "f" else "1"
        call = f"{other}({ARGUMENTS[heads['g']]})" if other == "g" else "1"
        return text.format(v=v, w=w, f=f"{name}({ARGUMENTS[heads[name]]})", other=call)

    cells = [
        f"def {name}({heads[name]}):\n    " + filled(chance.choice(BODIES), name)
        for name in ("g", "f")
    ]
    begin = "a = len('x')\nb = len('xy')\nc = len('xyz')\nitems = list()"
    cells.insert(chance.choice([0, 0, 0, 2]), begin)
    cells.append("h = 0\ndef user(): return 0")
    return cells + [filled(chance.choice(USES)) for _ in range(chance.randint(2, 6))]


def test_random_programs() -> None:
    chance = random.Random(4)
    done = 0
    for _ in range(PROGRAMS):
        cells = a_program(chance)
        notebook = notebook_of(*cells)
        made = moved(notebook, ["f"])
        if isinstance(made, Refusal):
            assert made.code == "reads-global", made
            continue
        before, after = run(cells), run_after(notebook, made.plan)
        told: Any = "\n---\n".join([*cells, "=== " + made.text])
        assert comparable(before) == comparable(after), told
        done += bool(made.notes) and "takes" in made.notes[0]
    assert done > PROGRAMS * 0.3


def comparable(result: tuple[list[str], dict[str, str]]) -> Any:
    """Leaves out times, and addresses."""
    said = [re.sub(" at 0x[0-9a-f]+", "", line) for line in result[0]]
    return [line for line in said if not line.startswith(("CPU times", "Wall time"))], result[1]
