"""Rename: every place of the name and no other, and the notebook does the same; or a reason."""

import msgspec
import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.rename import Renaming, rename
from tests.refactor.running import notebook_of, run

FRAME = "import pandas as pd\ndf = pd.DataFrame({'x': [1, 2, 3]})"

# What it is called; the cells, of which ``x`` gets the name ``new``; the cells afterwards, or the
# code of the refusal.
CASES: list[tuple[str, list[str], list[str] | str]] = [
    ("cells", ["x = 1", "y = x + x", "print(x, y)"], ["new = 1", "y = new + new", "print(new, y)"]),
    ("augmented", ["x = 1\nx += 1", "print(x)"], ["new = 1\nnew += 1", "print(new)"]),
    ("a read in a function", ["x = 1\ndef f():\n    return x", "print(f())"],
     ["new = 1\ndef f():\n    return new", "print(f())"]),
    ("a parameter of the same name", ["x = 1\ndef f(x):\n    return x", "print(f(x=x))"],
     ["new = 1\ndef f(x):\n    return x", "print(f(x=new))"]),
    ("a default", ["x = 1\ndef f(x=x):\n    return x", "print(f())"],
     ["new = 1\ndef f(x=new):\n    return x", "print(f())"]),
    ("a local", ["x = 1\ndef f():\n    x = 2\n    return x", "print(f(), x)"],
     ["new = 1\ndef f():\n    x = 2\n    return x", "print(f(), new)"]),
    ("a closure", ["x = 1\ndef f():\n    x = 2\n    def g():\n        return x\n    return g()",
                   "print(f(), x)"],
     ["new = 1\ndef f():\n    x = 2\n    def g():\n        return x\n    return g()",
      "print(f(), new)"]),
    ("global", ["x = 1\ndef f():\n    global y, x\n    x = 2\n    y = 3", "f()\nprint(x)"],
     ["new = 1\ndef f():\n    global y, new\n    new = 2\n    y = 3", "f()\nprint(new)"]),
    ("a comprehension of the same name", ["x = 3\nys = [x for x in range(x)]", "print(ys, x)"],
     ["new = 3\nys = [x for x in range(new)]", "print(ys, new)"]),
    ("within a comprehension", ["x = 3\nys = [x * i for i in range(2)]", "print(ys)"],
     ["new = 3\nys = [new * i for i in range(2)]", "print(ys)"]),
    ("a walrus in a comprehension", ["ys = [x := i for i in range(2)]", "print(x)"],
     ["ys = [new := i for i in range(2)]", "print(new)"]),
    ("a lambda", ["x = 1\nf = lambda x, y=x: x + y\ng = lambda: x", "print(f(1), g())"],
     ["new = 1\nf = lambda x, y=new: x + y\ng = lambda: new", "print(f(1), g())"]),
    ("a class attribute", ["x = 1\nclass A:\n    x = 2\n    y = x\n    def f(self):\n"
                           "        return x, self.x", "print(A.y, A().f(), x)"],
     ["new = 1\nclass A:\n    x = 2\n    y = x\n    def f(self):\n        return new, self.x",
      "print(A.y, A().f(), new)"]),
    ("a class reads it first", ["x = 1\nclass A:\n    x = x + 1", "print(A.x, x)"],
     ["new = 1\nclass A:\n    x = new + 1", "print(A.x, new)"]),
    ("a class that may bind it", ["x = 1\nclass A:\n    if x:\n        x = 2\n    y = x",
                                  "print(A.y)"], "unclear-place"),
    ("attributes and keywords", ["class O: pass\no = O()\no.x = 1\nx = 2\nd = dict(x=x)",
                                 "print(o.x, d, x)"],
     ["class O: pass\no = O()\no.x = 1\nnew = 2\nd = dict(x=new)", "print(o.x, d, new)"]),
    ("columns", [FRAME + "\nx = 2", "print(df['x'].sum(), df.x.sum(), x)"],
     [FRAME + "\nnew = 2", "print(df['x'].sum(), df.x.sum(), new)"]),
    ("an f-string",
     ["x = 1", "print(f'x {x} {x:>{x}} {x!r:>3} {{x}}' 'x', f\"\"\"\nx\n{x\n}\"\"\")"],
     ["new = 1", "print(f'x {new} {new:>{new}} {new!r:>3} {{x}}' 'x', f\"\"\"\nx\n{new\n}\"\"\")"]),
    ("f-strings in f-strings", ["x = 1", "print(f'{f\"{x}\" + str(x)}', rf'\\{x}', f'\\N{DASH}{x}')"
                                .replace("DASH", "EM DASH")],
     ["new = 1", "print(f'{f\"{new}\" + str(new)}', rf'\\{new}', f'\\N{EM DASH}{new}')"]),
    ("an f-string with brackets",
     ["x = {'a': 1}", "print(f'{x[\"a\"]} {(lambda x: x)(2)} {x != 1}')"],
     ["new = {'a': 1}", "print(f'{new[\"a\"]} {(lambda x: x)(2)} {new != 1}')"]),
    ("letters beyond ASCII", ["x = 'é😀'", "print('é😀', x, f'é😀{x}')"],
     ["new = 'é😀'", "print('é😀', new, f'é😀{new}')"]),
    ("a shell line", ["x = 'a b'", "!echo {x} $x '$x' x"],
     ["new = 'a b'", "!echo {new} $new '$x' x"]),
    ("a shell line in a function", ["x = 'a'\ndef f(x):\n    !echo {x}", "f('b')\nprint(x)"],
     ["new = 'a'\ndef f(x):\n    !echo {x}", "f('b')\nprint(new)"]),
    ("a capture", ["x = !echo 1", "print(x[0])"], ["new = !echo 1", "print(new[0])"]),
    ("a magic", ["x = 1", "%timeit -n1 -r1 x + 1", "%time y = x", "print(y)"],
     ["new = 1", "%timeit -n1 -r1 new + 1", "%time y = new", "print(y)"]),
    ("a magic that binds", ["%time x = 1", "print(x)"], ["%time new = 1", "print(new)"]),
    ("a cell magic that binds", ["%%capture x\nprint(1)", "print(x.stdout)"],
     ["%%capture new\nprint(1)", "print(new.stdout)"]),
    ("a cell magic", ["x = 1", "%%time\ny = x", "print(y)"],
     ["new = 1", "%%time\ny = new", "print(y)"]),
    ("a cell of its own scope", ["x = 1", "%%timeit -n1 -r1\nx = 2\nx", "print(x)"],
     ["new = 1", "%%timeit -n1 -r1\nx = 2\nx", "print(new)"]),
    ("help", ["x = 1", "x?"], ["new = 1", "new?"]),
    ("a query", [FRAME, "x = 2", "r = df.query('x > @x')\nprint(len(r))"],
     [FRAME, "new = 2", "r = df.query('x > @new')\nprint(len(r))"]),
    ("a query in an f-string", [FRAME, "x = 1\nc = 'x'", "print(len(df.query(f'{c} > @x')))"],
     [FRAME, "new = 1\nc = 'x'", "print(len(df.query(f'{c} > @new')))"]),
    ("a query elsewhere", [FRAME, "x = 1\nq = 'x > @x'", "print(len(df.query(q)))"],
     "query-elsewhere"),
    ("a query with names of its own",
     [FRAME, "x = 2", "print(len(df.query('x > @x', local_dict={'x': 1})), x)"],
     [FRAME, "new = 2", "print(len(df.query('x > @x', local_dict={'x': 1})), new)"]),
    ("a query with names of others", [FRAME, "x = 2\nd = dict(x=1)",
                                      "print(len(df.query('x > @x', local_dict=d)))"],
     "unclear-place"),
    ("eval in names of its own", ["x = 1", "print(eval('x + 1', {'x': 5}), x)"],
     ["new = 1", "print(eval('x + 1', {'x': 5}), new)"]),
    ("eval in names of both", ["x = 1", "print(eval('x + 1', None, {'x': 5}), x)"],
     ["new = 1", "print(eval('x + 1', None, {'x': 5}), new)"]),
    ("eval in names that nobody knows", ["x = 1\nd = {}", "print(eval('x + 1', None, d))"],
     "unclear-place"),
    ("a query with globals of its own",
     [FRAME, "x = 2", "print(len(df.query('x > @x', global_dict={'x': 1})))"], "unclear-place"),
    ("the notebook as a module", ["x = 1", "import __main__\nprint(x)"], "looks-around"),
    ("examples in a docstring",
     ["def x(a):\n    \"\"\"Adds: x.\n\n    >>> [x(i)\n    ...  for i in [1]]\n    [2]\n"
      "    >>> s = 'x'; x(2)\n    3\n    \"\"\"\n    return a + 1",
      "import doctest\nprint(doctest.testmod().failed)"],
     ["def new(a):\n    \"\"\"Adds: x.\n\n    >>> [new(i)\n    ...  for i in [1]]\n    [2]\n"
      "    >>> s = 'x'; new(2)\n    3\n    \"\"\"\n    return a + 1",
      "import doctest\nprint(doctest.testmod().failed)"]),
    ("eval of a text", ["x = 1", "print(eval('x + 1'))"], ["new = 1", "print(eval('new + 1'))"]),
    ("exec of a text", ["x = 1", "exec('y = x + 1\\n')\nprint(y)"], "unclear-place"),
    ("exec of a plain text", ["x = 1", "exec('''\ny = x\n''')\nprint(y)"],
     ["new = 1", "exec('''\ny = new\n''')\nprint(y)"]),
    ("globals by name", ["x = 1", "print(globals()['x'], 'x' in globals())"],
     ["new = 1", "print(globals()['new'], 'new' in globals())"]),
    ("all names by their texts", ["x = 1", "print('x' in dir())"], "looks-around"),
    ("as a program", ["x = 1", "if __name__ == '__main__':\n    print(x)"],
     ["new = 1", "if __name__ == '__main__':\n    print(new)"]),
    ("globals", ["x = 1", "g = globals()\nprint(g['x'])"], "looks-around"),
    ("locals in a function", ["x = 1\ndef f(a):\n    return locals()", "print(f(1), x)"],
     ["new = 1\ndef f(a):\n    return locals()", "print(f(1), new)"]),
    ("eval of a value", ["x = 1\nc = 'x'", "print(eval(c))"], "looks-around"),
    ("a text annotation", ["class x: pass\ndef f(a: 'x | None', b: 'list[x]' = None) -> 'x': pass\n"
                           "v: 'x' = None", "print(f.__annotations__['a'] != '')"],
     ["class new: pass\ndef f(a: 'new | None', b: 'list[new]' = None) -> 'new': pass\n"
      "v: 'new' = None", "print(f.__annotations__['a'] != '')"]),
    ("a literal type", ["from typing import Literal\nx = 1\nv: Literal['x'] = 'x'", "print(v, x)"],
     ["from typing import Literal\nnew = 1\nv: Literal['x'] = 'x'", "print(v, new)"]),
    ("import as", ["import math as x", "print(x.pi)"], ["import math as new", "print(new.pi)"]),
    ("from import", ["from math import (e, pi as x)", "print(x, e)"],
     ["from math import (e, pi as new)", "print(new, e)"]),
    ("except as", ["try:\n    1 / 0\nexcept (ValueError, ZeroDivisionError) as x:\n    print(x)"],
     ["try:\n    1 / 0\nexcept (ValueError, ZeroDivisionError) as new:\n    print(new)"]),
    ("with", ["import io\nwith io.StringIO('a') as x:\n    print(x.read())"],
     ["import io\nwith io.StringIO('a') as new:\n    print(new.read())"]),
    ("match", ["v = {'x': [1, 2, 3], 'b': 4}", "match v:\n    case {'x': [_, *x], **y}:\n"
               "        print(x, y)", "match [v]:\n    case [dict() as x]:\n        print(x)",
               "match v:\n    case {'b': b, **x}:\n        print(x)"],
     ["v = {'x': [1, 2, 3], 'b': 4}", "match v:\n    case {'x': [_, *new], **y}:\n"
      "        print(new, y)", "match [v]:\n    case [dict() as new]:\n        print(new)",
      "match v:\n    case {'b': b, **new}:\n        print(new)"]),
    ("star targets", ["a, *x = [1, 2, 3]", "print(a, x)"],
     ["a, *new = [1, 2, 3]", "print(a, new)"]),
    ("del",
     ["x = 1", "del x\nprint('x' in dir(int))"], ["new = 1", "del new\nprint('x' in dir(int))"]),
    ("a loop",
     ["for x in [1, 2]:\n    print(x)", "x"], ["for new in [1, 2]:\n    print(new)", "new"]),
    ("a function", ["def x(n):\n    return x(n - 1) if n else 0", "print(x(2))"],
     ["def new(n):\n    return new(n - 1) if n else 0", "print(new(2))"]),
    ("a decorated function", ["import functools\n@functools.cache  # def x\ndef x():\n    return 1",
                              "print(x())"],
     ["import functools\n@functools.cache  # def x\ndef new():\n    return 1", "print(new())"]),
    ("a decorator", ["def x(f):\n    return f\n@x\ndef g(): return 1", "print(g())"],
     ["def new(f):\n    return f\n@new\ndef g(): return 1", "print(g())"]),
    ("an async function", ["async def x():\n    return 1", "print(await x())"],
     ["async def new():\n    return 1", "print(await new())"]),
    ("an indented cell", ["x = 1", "  y = x\n  print(y)"], ["new = 1", "  y = new\n  print(y)"]),
    ("pasted prompts",
     ["x = 1", ">>> y = x\n>>> print(y)"], ["new = 1", ">>> y = new\n>>> print(y)"]),
    ("a formula", ["def x(a): return a\n'y ~ x(a)';", "print(x(1))"],
     ["def new(a): return a\n'y ~ new(a)';", "print(new(1))"]),
    ("a formula in pieces", ["def x(a): return a\n('y ~ '  # y\n    'x(a)');", "print(x(1))"],
     ["def new(a): return a\n('y ~ '  # y\n    'new(a)');", "print(new(1))"]),
    ("windows line ends", ["x = 1\r\ny = x\r\n", "print(x)\r\n"],
     ["new = 1\r\ny = new\r\n", "print(new)\r\n"]),
    ("taken", ["x = 1\nnew = 2", "print(x, new)"], "taken-name"),
    ("taken by a read", ["x = 1", "def f():\n    return new", "print(x)"], "taken-name"),
    ("taken in a shell line", ["x = 1", "!echo $new", "print(x)"], "taken-name"),
    ("would be captured", ["x = 1", "def f(new):\n    return x + new", "print(f(1))"],
     "captured-name"),
    ("would be captured in a comprehension", ["x = 1", "print([x for new in [1]])"],
     "captured-name"),
    ("no capture beside it", ["x = 1", "def f(new):\n    return new", "print(f(x))"],
     ["new = 1", "def f(new):\n    return new", "print(f(new))"]),
    ("nobody binds it", ["print(y)"], "unbound-name"),
    ("a submodule", ["import os.path", "x = 1"], ["import os.path", "new = 1"]),
    ("does not parse", ["x = 1", "print(x"], "does-not-parse"),
    ("a star import above", ["from math import *", "x = 1", "print(x)"],
     ["from math import *", "new = 1", "print(new)"]),
    ("a star import below", ["x = 1", "from math import *", "print(x)"], "unknown-names"),
    ("in two languages", ["x = 1", "%%R -i x\nprint(x)"], "unclear-place"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(cells: list[str], expected: list[str] | str) -> None:
    made = rename(notebook_of(*cells), "x", "new")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        return
    after = [cell.source for cell in applied(notebook_of(*cells), made.plan).cells]
    assert after == expected
    if any(text.startswith("%") or "?" in text for text in cells):
        return
    said, values = run(cells)
    assert not {"NameError", "SyntaxError"} & set(said)
    renamed = {"new" if name == "x" else name: value for name, value in values.items()}
    assert run(after) == (said, renamed)


def renaming(notebook: Notebook, old: str, new: str, **options: object) -> Renaming:
    made = rename(notebook, old, new, **options)  # type: ignore[arg-type]
    assert isinstance(made, Renaming), made
    return made


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("x", "class", "bad-name"),
        ("x", "2x", "bad-name"),
        ("x", "a b", "bad-name"),
        ("x", "print", "builtin-name"),
        ("x", "_", "builtin-name"),
        ("x", "_12", "builtin-name"),
        ("x", "x", "same-name"),
        ("os", "system", "import-of-submodule"),
        ("__a", "b", "mangled-name"),
    ],
)
def test_names_that_cannot_be(old: str, new: str, code: str) -> None:
    made = rename(
        notebook_of("x = 1\nimport os.path\n__a = 1\nclass A:\n    def f(s): return __a"), old, new
    )
    assert isinstance(made, Refusal)
    assert made.code == code


def test_an_import_gets_an_alias() -> None:
    notebook = notebook_of("import math, os\nfrom time import (sleep)", "math.pi, sleep")
    made = renaming(notebook, "math", "m")
    after = applied(notebook, made.plan)
    assert after.cells[0].source == "import math as m, os\nfrom time import (sleep)"
    made = renaming(after, "sleep", "wait")
    assert [cell.source for cell in applied(after, made.plan).cells] == [
        "import math as m, os\nfrom time import (sleep as wait)",
        "m.pi, wait",
    ]


def test_an_import_loses_an_alias() -> None:
    notebook = notebook_of("import math as m\nfrom time import (sleep as s, time)", "m.pi, s")
    made = renaming(notebook, "m", "math")
    after = applied(notebook, made.plan)
    made = renaming(after, "s", "sleep")
    assert [cell.source for cell in applied(after, made.plan).cells] == [
        "import math\nfrom time import (sleep, time)",
        "math.pi, sleep",
    ]


def test_mentions_are_told_and_changed_where_asked_for() -> None:
    cells = [
        Cell("a", "markdown", "We keep `rate` and rates; the rate."),
        Cell("b", "code", "rate = 1  # the rate\ns = '# rate'"),
    ]
    notebook = Notebook("", cells)
    made = renaming(notebook, "rate", "speed")
    assert [(each.cell, each.where) for each in made.mentions] == [
        ("a", "markdown"),
        ("a", "markdown"),
        ("b", "comment"),
    ]
    assert (made.places, made.cells) == (1, ["b"])
    made = renaming(notebook, "rate", "speed", mentions={"markdown", "comment"})
    assert [cell.source for cell in applied(notebook, made.plan).cells] == [
        "We keep `speed` and rates; the speed.",
        "speed = 1  # the speed\ns = '# rate'",
    ]


def test_warnings() -> None:
    notebook = notebook_of("x = 1", "print(f'{x=}')")
    tagged = msgspec.structs.replace(notebook.cells[0], tags=["parameters"])
    notebook = Notebook("", [tagged, notebook.cells[1]])
    made = renaming(notebook, "x", "y")
    assert made.warnings == [
        "Cell 1 holds parameters: whoever runs the notebook with a value for `x` must give one for "
        "`y` then.",
        "Cell 2 shows `x=` with its value; then it shows `y=`.",
    ]


def test_examples_with_names_of_their_own() -> None:
    told = "An example in a docstring in cell 2 may mean `x`, which is not changed in it."
    for example in (">>> x = 3\n    >>> x + 1\n    4", ">>> new = x", ">>> '\\\\t', x"):
        docs = f"def f():\n    '''F.\n\n    {example}\n    '''"
        notebook = notebook_of("x = 1", docs)
        made = renaming(notebook, "x", "new")
        assert set(made.warnings) == {told}
        assert applied(notebook, made.plan).cells[1].source == docs


def test_a_table_of_a_query_in_sql() -> None:
    told = "A text in cell 2 may mean `t`, which"
    notebook = notebook_of("t = 1\nimport duckdb", "duckdb.sql('select * from t, u')")
    made = renaming(notebook, "t", "v")
    assert applied(notebook, made.plan).cells[1].source == "duckdb.sql('select * from v, u')"
    assert made.warnings == [f"{told} is changed in it."]
    notebook = notebook_of("t = 1", "con.execute('select * from t')")
    made = renaming(notebook, "t", "v")
    assert made.cells == ["1"]
    assert made.warnings == [f"{told} is not changed in it."]
