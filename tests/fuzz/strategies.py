"""Notebooks as they come from people, from other programs and from accidents.

Fragments are what was met in real notebooks and what is known to trip up tools that read them. They
are put together at random; most cells of Python still parse, so that what looks at valid code sees
some, and some do not.
"""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[2] / "examples"

SECRET = "ghp_" + "a1B2c3D4e5F6" * 3
"""A key that is none, in the shape of a GitHub token."""

# ── code ──

VALID = [
    "import os, sys",
    "import os",
    "import numpy as np\nimport pandas as pd",
    "from a import *",
    "from os import path, getcwd",
    "from a import (  # two\n    b,\n    c,\n)",
    "import a.b.c; import d",
    "try:\n    import os\nexcept ImportError:\n    os = None",
    "if True:\n    import os",
    "from __future__ import annotations",
    "os.getcwd()",
    "print(os.name)",
    "df = pd.DataFrame({'a': [1]})",
    "df = df.drop(columns='a')\ndf.head()",
    "df['b'] = undefined_name",
    "undefined_name",
    "n = 0\nn += 1",
    "for i in range(3):\n    print(i)",
    "for i in range(3): display(df)",
    "def f(a, b=[], *c, **d):\n    unused = 1\n    return a",
    "def f():\n    '''Says\n    something.\n    '''\n    import os",
    "class A:\n    x: int = 1\n\n    def m(self): return self.x",
    "@decorated\ndef g(): ...",
    "async def h():\n    await x\nawait h()",
    "async with a as b:\n    pass",
    "x = [i async for i in y]",
    "lambda: (yield)",
    "(y := 5)",
    "x = 1; y = 2;",
    "x = 1;",
    "x == None",
    "if x == True: pass",
    "if not x in y: pass",
    "assert (x, 'message')",
    "x is 1",
    "f'{x!r:>{width}}' f''",
    "f'a'",
    "'%s %s' % (x,)",
    "'{} {}'.format(1)",
    "'\\d'",
    "'''a\n\tb\n'''",
    '"""\n# noqa\n%time x\n!ls\n"""',
    "x = '''\n%%bash\n'''",
    "u'old' 'er'",
    "b'bytes'",
    "x = (1 +\n     2)",
    "x = 1 + \\\n    2",
    "if x:\n\ty = 1\n\tz = 2",
    "if x:\n        y = 1",
    "try:\n    pass\nexcept:\n    pass",
    "with open('/home/me/data.csv') as f: data = f.read()",
    "pd.read_csv('C:\\\\Users\\\\me\\\\a.csv', nrows=10)",
    "key = 'ghp_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6'",
    "password = 'hunter2hunter2'",
    "answer = input('?')",
    "while True: pass",
    "import pdb; pdb.set_trace()",
    "breakpoint()",
    "del x",
    "del (a, b)",
    "global x\nx = 1",
    "x: int",
    "x = y = z = 1",
    "x, *y = 1, 2",
    "x = {**a, 'b': 1, 'b': 2}",
    "x = {1, 1}",
    "dict(a=1)\nlist()",
    "x = 0xFFFFFFFF + 1_000_000 + 1e400 + 1j",
    "x = " + "9" * 5_000,
    "x = [" + "1, " * 2_000 + "]",
    "x = " + "(" * 60 + ")" * 60,
    "x = " + "-" * 300 + "1",
    "x = " + " + ".join(["1"] * 400),
    "s = '" + "x" * 5_000 + "'",
    "match x:\n    case [a, *_]: pass\n    case {'k': v}: pass",
    "print('é', '日本', '\U0001f600', 'e\u0301')",
    "名前 = 1",
    "ﬁ = 1\nprint(fi)",
    "x = '\U0001f600'; undefined_name",
    "x = '\t'; undefined_name",
    "# a comment\n# of prose, that says\n# what is being done\n# in four lines.",
    "# x = 1\n# y = x + 1\n# print(y)",
    "x = 1  # a trailing comment   ",
    "\x0cx = 1",
    "x = 1\n\x0c\ny = 2",
    "x = '\x85 \u2028 \u2029'",
    "#",
    "x  =  { 'a':1 }",
    "def  spaced( a ,b ) : return( a )",
    "__all__ = ['missing']",
    "print(__file__, __name__, In, Out, _, __, _1, exit)",
    "get_ipython().run_line_magic('matplotlib', 'inline')",
    "get_ipython().system('ls')",
    "from sklearn.model_selection import train_test_split",
    "plt.plot(x);",
    "globals()['x'] = 1",
    "exec('y = 1')",
    "return_ = 1\nyield_ = 2",
    "import matplotlib.pyplot as plt\nplt.show()",
    "import unused_one, used_one\nused_one",
    "import unused_one as uo, unused_two as ut",
    "if (a and\n    b):\n    pass",
    "x = not a == b",
    "raise NotImplemented",
    "open('a').read()",
    "l = 1\nO = 2",
    "'a' if True else 'a'",
    "sorted(list(x))",
    "print >>sys.stderr, x",
]
"""Statements that any Python 3.11 can parse, alone."""

IPYTHON = [
    "%matplotlib inline",
    "%load_ext autoreload\n%autoreload 2",
    "%time os.getcwd()",
    "%timeit -n 1 x = os.name",
    "%time x = undefined_name",
    "x = %time f()",
    "x = !ls {path} $HOME",
    "!pip install requests",
    "!pip install -q \\\n  a \\\n  b",
    "  !echo indented",
    "!!ls",
    "%pip install a==1",
    "%conda install b",
    "%run other.py",
    "%run -i 'other file.ipynb'",
    "%cd /home/me",
    "%env TOKEN=ghp_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
    "%%time\nimport os\nos.name",
    "%%timeit\nx = 1",
    "%%capture out\nprint(1)",
    "%%bash\nls | grep '%s'\nif [ x ]; then",
    "%%html\n<script>alert(1)</script>",
    "%%javascript\nalert(`1`)",
    "%%writefile a.py\nimport os\ndef f(:",
    "%%sql\nSELECT * FROM t",
    "%%unknown -x\nimport json",
    "%%",
    "%%time\n%%bash\nls",
    "%",
    "!",
    "?",
    "os?",
    "os.path??",
    "?os",
    "*int*?",
    "%time?",
    "ls",
    "pip install requests",
    "cd ..",
    "time x",
    "who",
    "/f a b",
    ",f a b",
    ";f a b",
    ">>> x = 1\n>>> x\n1",
    "In [1]: x = 1\n   ...: y",
    "    x = 1\n    y = 2",
    "\tx = 1\n\tif x:\n\t\ty",
    "if True:\n    !ls\n    %time x",
    "for f in x: !ls {f}",
    "x = !ls \U0001f600 {undefined_name}",
    "%time '\U0001f600', undefined_name",
    "%alias_magic t time",
    "%store -r x",
    "%pylab inline",
    "%who_ls",
    "x = 5 %2",
    "x = 5 \\\n%2",
    "(x\n%y)",
    "'''\n!ls\n''' ; x",
]

NEWER = [
    "type X = int",
    "type X[T] = list[T]",
    "def f[T](x: T) -> T: return x",
    "class A[T: int]: ...",
    "f'{x['a']}'",
    "f'{'\\n'.join(x)}'",
    "f'{f'{f'{1}'}'}'",
    "t'{x}'",
    "try:\n    pass\nexcept A, B:\n    pass",
    "try:\n    pass\nexcept* ValueError:\n    pass",
]
"""What only a newer Python than the oldest we run on can parse."""

BROKEN = [
    "print 'hello'",
    "exec 'x = 1'",
    "raise E, 'x'",
    "print x, ; x <> y",
    "def f(:",
    "x = = 1",
    "(",
    ")",
    "'''",
    '"',
    "f'{",
    "f'{x!z}'",
    "if x",
    "if x:",
    "else:",
    "  x = 1\n y = 2",
    "if x:\n\ty\n        z",
    "return 1",
    "yield 1",
    "break",
    "x = 1\n    y = 2",
    "import",
    "from . import",
    "x = 0777",
    "1x = 2",
    "a b c",
    "Some prose that is no code.",
    "<html>&lt;script&gt;</html>",
    "x = $HOME",
    "x\0y",
    "\0",
    "x = '\ud800'",
    "\ud83d",
    "\ufeffx = 1",
    "x = 1\ufeff",
    "x = \xa01",
    "x = 1 \\",
    "x = 1\x0b",
    "“quoted”",
    "(" * 1_200,
    "[" * 250 + "]" * 250,
    "x = " + "not " * 3_000 + "1",
    "a" + ".b" * 3_000,
    "f(" * 120 + ")" * 120,
    "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other",
    "nonlocal x",
    "def f():\n    x = 1\n    global x",
    "*x = 1",
    "f() = 1",
    "del f()",
    "async x",
    "lambda x: x = 1",
    "x = 1 if",
    "case 1:",
    "import a as b.c",
    "class A(x for x in y): pass",
    "with open(x) as 1: pass",
]

COMMENTS = [
    "  # noqa",
    "  # noqa: F401",
    "  # noqa:F401,E402 because",
    "  # NOQA : F821",
    "  # noqa: NB301, X999",
    "  # noqa:",
    "  # ruff: noqa",
    "  # ruff: noqa: F401",
    "  # flake8: noqa",
    "  # nbq: ignore",
    "  # nbq: ignore[NB301]",
    "  # nbq: ignore[F401, absolute-path]",
    "  # nbq: ignore[]",
    "  # nbq: ignore[",
    "  # nbq: ignore[XYZ999]",
    "  # nbq:ignore [f4]",
    "  # nbq: ignore[\U0001f600]",
    "  # type: ignore",
    "  # isort: skip",
    "  # fmt: off",
    "  # fmt: skip",
    "  # yapf: disable",
    "  # \U0001f600 # noqa",
    "  # TODO",
    "",
]

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
"""Any characters, lone surrogates and null among them."""

ODD_CHARACTERS = st.sampled_from(
    [
        "\t",
        "\r",
        "\x00",
        "\x0b",
        "\x0c",
        "\x1a",
        "\x1b[0m",
        "\x85",
        "\xa0",
        "\u2028",
        "\u200b",
        "\ufeff",
        "�",
        "�",
        "�",
        "😀",
        "é",
        "\u202e",
        "\\",
        "'",
        '"',
        "%",
        "!",
        "?",
        "#",
        "(",
        ")",
        "\n",
        "\r\n",
        " ",
        "    ",
    ]
)

valid_lines = st.tuples(st.sampled_from(VALID), st.sampled_from(COMMENTS) | st.just("")).map(
    "".join
)
lines = (
    valid_lines
    | valid_lines
    | valid_lines
    | st.tuples(st.sampled_from(IPYTHON), st.sampled_from(["", *COMMENTS])).map("".join)
    | st.sampled_from(["", " ", "\t", *NEWER, *BROKEN])
    | ANY_TEXT
)
valid_code = st.lists(valid_lines | st.sampled_from(["", "# a", "%time x", "!ls"]), max_size=6).map(
    "\n".join
)
"""Python that parses, with a little IPython syntax."""

broken_code = st.tuples(valid_code, st.sampled_from(BROKEN)).map("\n".join)


@st.composite
def code(draw: st.DrawFn) -> str:
    """The source of a code cell."""
    shape = draw(st.integers(0, 9))
    text = draw(valid_code) if shape < 5 else "\n".join(draw(st.lists(lines, max_size=5)))
    twist = draw(st.integers(0, 15))
    if twist == 0:
        text = text.replace("\n", "\r\n")
    elif twist == 1:
        text = text.replace("\n", "\r")
    elif twist == 2:
        text = "\n".join("    " + line for line in text.split("\n"))
    elif twist == 3:
        text = "\n".join(">>> " + line for line in text.split("\n"))
    elif twist == 4:
        text = f"def wrapped():\n\t{text.replace(chr(10), chr(10) + chr(9))}"
    elif twist == 5:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(ODD_CHARACTERS) + text[at:]
    elif twist == 6:
        text = "\ufeff" + text
    elif twist == 7:
        text = text + draw(st.sampled_from(["\n", "\n\n\n", " ", "\\", ";", "\r\n", "\r"]))
    elif twist == 8:
        text = draw(st.sampled_from(["%%time", "%%capture", "%%timeit -n1"])) + "\n" + text
    return text


PROSE = [
    "# Title",
    "## Part\n\nSome *text* with `code`.",
    "<script>alert(document.cookie)</script>",
    '<img src=x onerror="alert(1)">',
    "[a](javascript:alert(1)) ![b](data:text/html;base64,PHNjcmlwdD4=)",
    "See /home/me/data.csv and import os",
    "$\\alpha$ {{ x }} {% raw %}",
    "```python\nimport os\n```",
    "| a | b |\n|---|---|\n",
    "",
    "\t",
    "&lt;b&gt; \U0001f600 \u202e",
]

# ── documents ──

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**20)
    | st.floats()
    | st.sampled_from(["", "code", "python3", "x = 1", "/home/me", "\ud800", "a\0b"])
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
"""Values of any type, for places where another one belongs."""

ours = st.sampled_from(
    [
        {"ignore": ["NB301"]},
        {"ignore": "NB301, F401"},
        {"ignore": True},
        {"ignore": ["ALL"]},
        {"ignore": ["", None, 7, "XYZ999", "absolute-path", "\ud800"]},
        {"ignore": {"NB301": True}},
        {"ignore": None, "newer": {"than": "us"}},
        [],
        "NB301",
        7,
        None,
    ]
)
"""The values of ``metadata.nbquality`` that are understood, and some that are not."""

tags = st.sampled_from(
    [["nbquality-ignore"], ["raises-exception"], ["parameters", "x"], [], [7, None], "x", None]
)
cell_metadata = st.fixed_dictionaries(
    {},
    optional={
        "tags": tags,
        "nbquality": ours,
        "collapsed": st.booleans(),
        "jupyter": st.just({"source_hidden": True}),
    },
)
outputs = st.lists(
    st.sampled_from(
        [
            {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
            {"output_type": "stream", "name": "stderr", "text": f"token {SECRET}"},
            {
                "output_type": "error",
                "ename": "KeyError",
                "evalue": SECRET,
                "traceback": ["\x1b[0;31m", SECRET],
            },
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": "<script>", "image/png": "AAAA", "application/json": {}},
            },
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": [SECRET]},
            },
            {"output_type": "display_data", "data": None, "metadata": None},
            {"output_type": "stream", "text": None},
            {"output_type": 7},
            {},
            None,
            "text",
            {"output_type": "pyout", "text": ["x"], "png": "AAAA"},
        ]
    ),
    max_size=2,
)
counts = st.none() | st.integers(0, 6) | st.sampled_from([-1, 10**30, True, 1.5, "3"])


@st.composite
def cells(draw: st.DrawFn, sources: st.SearchStrategy[str] | None = None) -> dict[str, Any]:
    """A cell of nbformat 4, of the right shape."""
    kind = draw(st.sampled_from(["code", "code", "code", "code", "markdown", "raw"]))
    cell: dict[str, Any] = {"cell_type": kind, "metadata": draw(cell_metadata)}
    if kind == "code":
        cell["source"] = draw(sources if sources is not None else code())
        cell["execution_count"] = draw(counts)
        cell["outputs"] = draw(outputs)
    else:
        cell["source"] = draw(st.sampled_from(PROSE) | ANY_TEXT)
    split = draw(st.integers(0, 5))
    if split == 0:
        cell["source"] = cell["source"].splitlines(keepends=True)
    elif split == 1:
        cell["source"] = [*list(cell["source"])[:200], cell["source"][200:]]
    elif split == 2:
        cell["source"] = [*cell["source"].split("\n"), 7, None, ""]
    return cell


kernels = st.sampled_from(
    [
        {},
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        {
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python", "version": "3.12.1"},
        },
        {
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python", "version": "3.7.2"},
        },
    ]
)
odd_kernels = st.sampled_from(
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"language_info": {"name": "julia", "version": "1.9"}},
        {"language_info": {"name": "python", "version": "2.7.18"}},
        {"language_info": {"name": "python", "version": "3.99.1rc1+é"}},
        {"language_info": {"name": "ipython", "version": "\u00b2.\u00b3"}},
        {"kernelspec": {"name": "python2"}},
        {"kernelspec": {"name": 7, "language": ["python"]}, "language_info": "python"},
        {"kernelspec": None, "language_info": None},
    ]
)


@st.composite
def documents(
    draw: st.DrawFn, sources: st.SearchStrategy[str] | None = None, *, python: bool = False
) -> dict[str, Any]:
    """A notebook of nbformat 4 in which everything that matters has the right shape."""
    listed = draw(st.lists(cells(sources), max_size=6))
    ids = draw(st.integers(0, 5))
    for number, cell in enumerate(listed):
        if ids == 0:
            cell["id"] = draw(st.sampled_from(["same", "other", "", "\U0001f600 \"'<&", 7, None]))
        elif ids < 4:
            cell["id"] = f"cell-{number}"
    kind = kernels if python or draw(st.integers(0, 5)) else odd_kernels
    metadata = {**draw(kind)}
    if draw(st.integers(0, 5)) == 0:
        metadata["nbquality"] = draw(ours)
    return {
        "cells": listed,
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": draw(st.sampled_from([5, 5, 5, 4, 2, 0])),
    }


@st.composite
def old_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A notebook of nbformat 3."""
    sheets = []
    for _ in range(draw(st.integers(0, 2))):
        listed: list[dict[str, Any]] = []
        for _ in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(["code", "code", "markdown", "heading", "html", "raw"]))
            cell: dict[str, Any] = {"cell_type": kind, "metadata": draw(cell_metadata)}
            key = "input" if kind == "code" else "source"
            text = draw(code()) if kind == "code" else draw(st.sampled_from(PROSE))
            cell[key] = text.splitlines(keepends=True) if draw(st.booleans()) else text
            if kind == "code":
                cell |= {"language": "python", "outputs": draw(outputs), "collapsed": False}
                cell["prompt_number"] = draw(counts)
            if kind == "heading":
                cell["level"] = draw(st.sampled_from([1, 2, 6, 10**6, -1, "2", None]))
            listed.append(cell)
        sheets.append({"cells": listed, "metadata": {}})
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}


@st.composite
def malformed_documents(draw: st.DrawFn) -> Any:
    """A notebook with values of other types in places, fields that lack, and doubles."""
    # What is changed below must not be what the next example begins with.
    value: Any = copy.deepcopy(draw(documents() | old_documents()))
    for _ in range(draw(st.integers(1, 4))):
        place = value
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 3)):
                place = inner
                continue
            action = draw(st.integers(0, 3))
            if action == 0:
                del place[key]
            elif action == 1 and isinstance(place, list):
                place.append(inner)
            elif action == 2:
                other = draw(st.sampled_from(keys))
                place[key], place[other] = place[other], place[key]
            else:
                place[key] = draw(json_values)
            break
    return value


@st.composite
def dumped(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> bytes:
    """The bytes of a document, as one of many programs would write it."""
    value = draw(documents)
    text = json.dumps(
        value,
        indent=draw(st.sampled_from([1, 1, 2, "\t", None])),
        sort_keys=draw(st.booleans()) and _sortable(value),
        ensure_ascii=draw(st.booleans()),
    )
    # Surrogates have no place in UTF-8; JSON can hold them escaped.
    data = text.encode("utf-8", "backslashreplace")
    shape = draw(st.integers(0, 9))
    if shape == 0:
        data = data.replace(b"\n", b"\r\n")
    elif shape == 1:
        data = b"\xef\xbb\xbf" + data
    elif shape == 2:
        data += b"\n\n"
    return data


def _sortable(value: Any) -> bool:
    return isinstance(value, dict)


@st.composite
def mutated_examples(draw: st.DrawFn) -> bytes:
    """One of the notebooks in ``examples/`` after an accident."""
    data = bytearray(draw(st.sampled_from(example_files())))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        action = draw(st.integers(0, 6))
        if action == 0:
            del data[at : at + draw(st.integers(1, 30))]
        elif action == 1:
            data[at:at] = draw(st.binary(min_size=1, max_size=4))
        elif action == 2 and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif action == 3:
            del data[at:]
        elif action == 4:
            other = draw(st.integers(0, max(len(data) - 1, 0)))
            size = draw(st.integers(1, 200))
            data[at:at] = data[other : other + size]
        elif action == 5:
            data[at:at] = draw(
                st.sampled_from([b'"', b"{", b"]", b",", b"\\", b"\0", b"\n", b"\xff"])
            )
        else:
            old, new = draw(st.permutations(PIECES))[:2]
            found = data.find(old, at)
            if found >= 0:
                data[found : found + len(old)] = new
    return bytes(data)


PIECES = [
    b'"code"',
    b'"markdown"',
    b'"cell_type"',
    b'"source"',
    b'"outputs"',
    b'"metadata"',
    b'"id"',
    b"null",
    b"[]",
    b"{}",
    b"4",
    b"NaN",
    b'"\\ud800"',
    b"\\n",
    b'""',
]

_EXAMPLES: list[bytes] = []


def example_files() -> list[bytes]:
    """The notebooks in ``examples/``, with big outputs cut short so that a look at one is quick."""
    if not _EXAMPLES:
        for path in sorted(EXAMPLES.glob("*.ipynb")):
            value = json.loads(path.read_bytes())
            for cell in value["cells"]:
                for output in cell.get("outputs", []):
                    for kind, part in output.get("data", {}).items():
                        if len(json.dumps(part)) > 2_000:
                            output["data"][kind] = "…"
            _EXAMPLES.append(json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n")
    return _EXAMPLES


files = (
    dumped(documents())
    | dumped(documents())
    | dumped(malformed_documents())
    | dumped(old_documents())
    | mutated_examples()
)
"""The bytes of notebook files of every kind; some cannot be read at all."""
