"""Extract function, of a part of a line: the same value, or the refusal says why not."""

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.positions import LineIndex
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import notebook_of, run

# What it is called; the cells, with the expression between ``«`` and ``»`` in the last; what the
# function takes and gives, or the code of the refusal.
CASES: list[tuple[str, list[str], str]] = [
    ("an argument", ["n = 1", "print(«n + 1», 2)"], "n: n + 1"),
    ("imports and functions stay", ["import math\ndef g(): return 1",
                                    "n = 2\nprint(«math.pi * g() * n»)"], "n: math.pi * g() * n"),
    ("nothing is taken", ["print(«1 + 1»)"], ": 1 + 1"),
    ("a name of its own", ["n = 1", "print(«[n for n in [n]]»)"], "n: [n for n in [n]]"),
    ("the variable of a comprehension", ["n = 1", "print([«i + n» for i in [1, 2]])"],
     "i, n: i + n"),
    ("the parameter of a function", ["n = 1", "def f(a):\n    return «a + n»\nprint(f(1))"],
     "a, n: a + n"),
    ("a local", ["def f():\n    b = 1\n    return str(«b + 1»)\nprint(f())"], "b: b + 1"),
    ("behind and", ["n = 0", "print(n and «1 / n»)"], "n: 1 / n"),
    ("over lines", ["n = 1", "print(«n +\n      1»)"], "n: (n +\n      1)"),
    ("in an f-string", ["n = 1", "print(f'{«n + 1»:>4}')"], "n: n + 1"),
    ("the whole value", ["n = 1", "m = «n + 1»\nprint(m)"], "n: n + 1"),
    ("a decorator", ["n = 1", "# f\n@«str»\ndef f(): pass"], ": str"),
    ("under a comment", ["n = 1", "m = 1\n# next\nk = «n + m»\nprint(k)"], "n, m: n + m"),
    ("await", ["import asyncio\nn = 0", "print(«await asyncio.sleep(n, 1)»)"],
     "n: await asyncio.sleep(n, 1)"),
    ("await within another", ["import asyncio", "print((«await asyncio.sleep(0, 'a')»).upper())"],
     ": await asyncio.sleep(0, 'a')"),
    ("a key function", ["n = 2", "print(«sorted([1, 2], key=lambda x: -x * n)»)"],
     "n: sorted([1, 2], key=lambda x: -x * n)"),
    ("a lambda that is kept", ["n = 1", "f = «lambda: n»\nn = 2\nprint(f())"], "late-binding"),
    ("a name that may be missing", ["n = 1", "print(«n or gone», 1) if n else 0\n"
                                    "if not n: gone = 1"], "bound-on-some-paths"),
    ("a function that binds what is read",
     ["n = 1\ndef g():\n    global n\n    n = 5\n    return n", "print(«g() + n»)"],
     "callee-binds"),
    ("locals", ["print(«len(locals())» > 0)"], "looks-around"),
    ("a walrus", ["print(«(n := 1)»)"], "binds"),
    ("on one line with others", ["n = 1", "m = 1; k = «n + m»"], "shared-line"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_gives_the_same_or_says_why_not(cells: list[str], expected: str) -> None:
    marked = cells[-1]
    source = marked.replace("«", "").replace("»", "")
    index = LineIndex(source)
    ends = marked.index("«"), marked.index("»") - 1
    sources = [*cells[:-1], source]
    notebook = notebook_of(*sources)
    selection = Selection([str(len(cells))], *map(index.from_offset, ends))
    made = extract_function(notebook, selection, "step")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    value = made.function.partition("return ")[2]
    assert f"{', '.join(made.parameters)}: {value}" == expected
    after = [cell.source for cell in applied(notebook, made.plan).cells]
    assert run(after) == run(sources)


def test_the_text() -> None:
    source = "m = 1\n# next\nk = str(m + 2)"
    index = LineIndex(source)
    selection = Selection(["1"], index.from_offset(21), index.from_offset(26))
    made = extract_function(notebook_of(source), selection, "add_two")
    assert not isinstance(made, Refusal)
    assert applied(notebook_of(source), made.plan).cells[0].source == (
        'm = 1\n\n\ndef add_two(m):\n    """Add two."""\n    return m + 2\n\n\n'
        "# next\nk = str(add_two(m))"
    )
