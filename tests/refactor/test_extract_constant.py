"""Extract constant: the same values under a name, or the refusal says why not."""

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.positions import LineIndex, Range
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_constant import extract_constant
from jupyter_nbquality.refactor.extract_variable import NamedExpression
from tests.refactor.running import notebook_of, run

# What it is called; a cell, where the literal stands between ``«`` and ``»``; the cell
# afterwards, or the code of the refusal.
CASES: list[tuple[str, str, str]] = [
    ("a number", "x = 1\nprint(x * «2»)", "NEW = 2\nx = 1\nprint(x * NEW)"),
    ("below the imports", "import math\n\nprint(math.pi * «2»)",
     "import math\n\nNEW = 2\n\nprint(math.pi * NEW)"),
    ("right below the imports", "import math\nprint(math.pi * «2»)",
     "import math\n\nNEW = 2\n\nprint(math.pi * NEW)"),
    ("below other constants", "import math\n\nTOP = 3\nprint(TOP, «2»)",
     "import math\n\nTOP = 3\nNEW = 2\nprint(TOP, NEW)"),
    ("a text", "print(«'a' 'b'», 1)", "NEW = 'a' 'b'\nprint(NEW, 1)"),
    ("a text over lines", "print(«'a'\n      'b'»)", "NEW = ('a'\n      'b')\nprint(NEW)"),
    ("a negative number", "x = 5\nprint(«-1» - x)", "NEW = -1\nx = 5\nprint(NEW - x)"),
    ("a tuple", "for i in «1, 2»:\n    print(i)", "NEW = 1, 2\nfor i in NEW:\n    print(i)"),
    ("in a function", "def f(a=1):\n    return a + «2»\nprint(f())",
     "NEW = 2\ndef f(a=1):\n    return a + NEW\nprint(f())"),
    ("a default", "def f(a=«1»):\n    return a\nprint(f())",
     "NEW = 1\ndef f(a=NEW):\n    return a\nprint(f())"),
    ("in an f-string", "x = 1\nprint(f'{x + «2»:>3}')", "NEW = 2\nx = 1\nprint(f'{x + NEW:>3}')"),
    ("under a comment", "# All.\nx = «2»\nprint(x)", "NEW = 2\n# All.\nx = NEW\nprint(x)"),
    ("a magic on top", "%%time\nprint(len('ab') + «2»)", "%%time\nNEW = 2\nprint(len('ab') + NEW)"),
    ("one of two", "print(«2» + 2)", "NEW = 2\nprint(NEW + 2)"),
    ("joined to a word", "print(«'a'»if 1 else 2)", "no-literal"),
    ("a list", "print(«[1]»)", "no-literal"),
    ("a name of Python's", "print(«None»)", "no-literal"),
    ("no literal", "x = 1\nprint(«x + 1»)", "no-literal"),
    ("in a pattern", "match 1:\n    case «1»:\n        print(1)", "no-literal"),
    ("a docstring", "def f():\n    «'Doc.'»\nprint(f.__doc__)", "no-literal"),
    ("an annotation", "from typing import Literal\nx: Literal[«1»] = 1", "no-literal"),
    ("named already", "LIMIT = «5»\nprint(LIMIT)", "named-already"),
    ("imports beside code", "import math; x = 1\nprint(«2»)", "shared-line"),
]  # fmt: skip


def extracted(
    *cells: str, everywhere: bool = False, name: str = "NEW"
) -> NamedExpression | Refusal:
    """Extracts what is marked in the last cell."""
    text = cells[-1].replace("«", "").replace("»", "")
    index = LineIndex(text)
    ends = cells[-1].index("«"), cells[-1].index("»") - 1
    notebook = notebook_of(*cells[:-1], text)
    selection = Range(*map(index.from_offset, ends))
    key = str(len(cells))
    return extract_constant(notebook, key, selection, name, everywhere=everywhere)


@pytest.mark.parametrize(
    ("cell", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_gives_the_same_or_says_why_not(cell: str, expected: str) -> None:
    made = extracted(cell)
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        return
    text = cell.replace("«", "").replace("»", "")
    after = applied(notebook_of(text), made.plan).cells[0].source
    assert after == expected
    if not text.startswith("%%time"):
        assert run([after])[0] == run([text])[0]


def test_wherever_the_notebook_has_it() -> None:
    cells = [
        "import math\n# Areas",
        "SEED = 42\ndef f(x=42):\n    'Gives 42.'\n    return x[42:] if x == -42 else [42, 42.0]",
        "print(f(), «42», f'{42} 42')",
    ]
    made = extracted(*cells, everywhere=True)
    assert isinstance(made, NamedExpression)
    assert made.others == 3
    sources = [*cells[:-1], cells[-1].replace("«", "").replace("»", "")]
    after = [cell.source for cell in applied(notebook_of(*sources), made.plan).cells]
    assert after == [
        "import math\n\nNEW = 42\n\n# Areas",
        "SEED = 42\ndef f(x=NEW):\n    'Gives 42.'\n    return x[42:] if x == -42 else [NEW, 42.0]",
        "print(f(), NEW, f'{NEW} 42')",
    ]
    assert run(after)[0] == run(sources)[0]
    # Without imports above, in the first cell that has it; one cell alone binds it itself.
    made = extracted(*cells[1:], everywhere=True)
    assert isinstance(made, NamedExpression)
    assert [each.cell for each in made.plan.operations] == ["1", "2"]  # type: ignore[union-attr]
    made = extracted(*cells)
    assert isinstance(made, NamedExpression)
    assert (made.others, [each.cell for each in made.plan.operations]) == (3, ["3"])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "code"), [("f", "taken-name"), ("class", "bad-name"), ("len", "builtin-name")]
)
def test_names_that_cannot_be(name: str, code: str) -> None:
    made = extracted("def f(): return «2»", name=name)
    assert isinstance(made, Refusal)
    assert made.code == code
