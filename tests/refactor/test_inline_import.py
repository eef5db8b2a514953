"""Functions of modules come into the notebook and go back, and all else stays as it is."""

import sys
from pathlib import Path

import pytest

from jupyter_nbquality.edits import ChangeFile, Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.origins import origins_in
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_module import Place
from jupyter_nbquality.refactor.inline_import import ImportInlining, inline_import
from jupyter_nbquality.refactor.push_back import PushBack, push_back
from tests.refactor.running import notebook_of, run

MODULE = "cleaned_for_test"
TEXT = '''\
"""Cleans."""

import math as m
from os import path

LIMIT = 2
count = 0


def helper(x):
    return x * LIMIT


# Rounds up.
def up(x):
    """Round."""
    return helper(m.ceil(x))


def count_up():
    global count
    count += 1
    return up(count)


@staticmethod
def plain(x): return x  # no blank lines


def reads_count():
    return count


class Shape:
    def area(self):
        return up(1.5)


def looks(name):
    return globals()[name]


def within():
    from . import other


class Twice:
    pass


def is_twice(x):
    return isinstance(x, Twice)


def through(x):
    return is_twice(x)
'''


def inlined(text: str, *sources: str, name: str = "up") -> ImportInlining:
    made = inline_import(notebook_of(*sources), name, lambda module: {MODULE: text}.get(module))
    assert isinstance(made, ImportInlining), made
    return made


def pushed(notebook: Notebook, text: str, name: str = "up", **how: bool) -> PushBack | Refusal:
    place = Place(f"{MODULE}.py", text, f"{MODULE}.py")
    return push_back(notebook, name, lambda module: place if module == MODULE else None, **how)


@pytest.mark.parametrize(
    ("name", "sources", "along"),
    [
        ("up", [f"from {MODULE} import up", "print(up(1.2))"], ["helper", "m"]),
        (
            "up",
            [
                "import math as m",
                f"from {MODULE} import up, helper",
                "print(up(1.2), helper(m.pi))",
            ],
            [],
        ),
        (
            "up",
            [f"import json\nfrom {MODULE} import (\n    up,\n    helper)\nx = up(1)\nprint(x)"],
            ["m"],
        ),
        (
            "helper",
            [f"from {MODULE} import helper\nimport json", "print(helper(2), json)"],
            ["LIMIT"],
        ),
        ("Shape", [f"from {MODULE} import Shape", "print(Shape().area())"], ["up"]),
        ("plain", [f"from {MODULE} import plain", "print(plain(1))"], []),
        ("Twice", [f"from {MODULE} import Twice, up", "print(Twice.__name__, up(1))"], []),
    ],
)
def test_does_the_same_in_the_notebook_and_back_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    sources: list[str],
    along: list[str],
) -> None:
    (tmp_path / f"{MODULE}.py").write_text(TEXT)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    before = notebook_of(*sources)
    made = inlined(TEXT, *sources, name=name)
    assert made.along == along
    after = applied(before, made.plan)
    assert run([cell.source for cell in after.cells])[0] == run(sources)[0]
    (origin,) = [each for cell in after.cells for each in origins_in(cell.source)]
    assert (origin.module, origin.name) == (MODULE, name)
    back = pushed(after, TEXT, name)
    assert isinstance(back, PushBack)
    assert back.text == TEXT
    assert not any(isinstance(each, ChangeFile) for each in back.plan.operations)
    again = applied(after, back.plan)
    assert run([cell.source for cell in again.cells])[0] == run(sources)[0]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_writes_the_function_alone(ending: str) -> None:
    text = TEXT.replace("\n", ending)
    sources = [f"from {MODULE} import up", "import json", "print(up(1.2))"]
    made = inlined(text, *sources)
    notebook = applied(notebook_of(*sources), made.plan)
    key = next(cell.id for cell in notebook.cells if "Rounds up" in cell.source)
    cell = notebook.cell(key)
    edited = cell.source.replace("# Rounds up.", "# Rounds up, twice.").replace(
        "return helper(m.ceil(x))", "y = json.dumps(x)\n    return helper(m.ceil(x) + len(y))"
    )
    notebook = notebook_of(*(edited if each is cell else each.source for each in notebook.cells))
    back = pushed(notebook, text)
    assert isinstance(back, PushBack)
    assert back.along == ["json"]
    expected = TEXT.replace("from os import path\n", "from os import path\nimport json\n")
    expected = expected.replace("# Rounds up.", "# Rounds up, twice.").replace(
        "return helper(m.ceil(x))", "y = json.dumps(x)\n    return helper(m.ceil(x) + len(y))"
    )
    assert back.text == expected.replace("\n", ending)
    kept = pushed(notebook, text, keep=True)
    assert isinstance(kept, PushBack)
    assert kept.text == back.text
    (origin,) = [
        each for cell in applied(notebook, kept.plan).cells for each in origins_in(cell.source)
    ]
    assert origin.digest != origins_in(edited)[0].digest
    # Who changed it there meanwhile is asked first.
    other = text.replace("m.ceil(x)", "m.floor(x)")
    refused = pushed(notebook, other)
    assert isinstance(refused, Refusal)
    assert refused.code == "changed-there"
    forced = pushed(notebook, other, force=True)
    assert isinstance(forced, PushBack)
    assert forced.text == back.text


@pytest.mark.parametrize(
    ("name", "sources", "code"),
    [
        ("up", ["x = 1"], "unknown-name"),
        ("up", ["def up(): ..."], "not-an-import"),
        (MODULE, [f"import {MODULE}"], "not-an-import"),
        ("up", [f"from {MODULE} import up", "up = 1"], "bound-again"),
        ("g", [f"from {MODULE} import up as g"], "called-otherwise"),
        ("dumps", ["from json import dumps"], "not-beside"),
        ("LIMIT", [f"from {MODULE} import LIMIT"], "not-defined-there"),
        ("count_up", [f"from {MODULE} import count_up"], "binds-global"),
        ("within", [f"from {MODULE} import within"], "relative-import"),
        ("Twice", [f"from {MODULE} import Twice, is_twice"], "two-classes"),
        ("Twice", [f"from {MODULE} import Twice", f"from {MODULE} import through"], "two-classes"),
        ("Twice", [f"from {MODULE} import Twice", f"import {MODULE} as m"], "two-classes"),
        ("looks", [f"from {MODULE} import looks"], "looks-around"),
        ("reads_count", [f"from {MODULE} import reads_count"], "bound-again"),
        ("up", [f"from {MODULE} import up", "m = 3"], "taken-name"),
        ("up", [f"x = 1; from {MODULE} import up"], "shared-line"),
    ],
)
def test_refuses_to_inline(name: str, sources: list[str], code: str) -> None:
    made = inline_import(notebook_of(*sources), name, lambda module: {MODULE: TEXT}.get(module))
    assert isinstance(made, Refusal), made
    assert made.code == code


HERE = f"# nbq: from {MODULE} import up\n"


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        (["def up(x):\n    return x"], "no-origin"),
        (["up = 1"], "unknown-name"),
        (["# nbq: from nowhere import up\ndef up(x):\n    return x"], "not-beside"),
        ([f"{HERE}def up(x):\n    return x + y", "y = 1"], "reads-notebook"),
        ([f"{HERE}def up(x):\n    return nothing(x)"], "undefined-name"),
        ([f"{HERE}def up(x):\n    !ls\n    return x"], "magic"),
        ([f"{HERE}def up(x):\n    display(x)"], "of-the-notebook"),
        ([f"{HERE}def up(x):\n    return eval(x)"], "looks-around"),
        (["import os as path", f"{HERE}def up(x):\n    return path.sep"], "taken-in-module"),
        ([f"{HERE}def up(x):\n    return x", "def up(x):\n    return 2"], "bound-again"),
    ],
)
def test_refuses_to_push_back(sources: list[str], code: str) -> None:
    made = pushed(notebook_of(*sources), TEXT)
    assert isinstance(made, Refusal), made
    assert made.code == code


TYPED = """\
from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def up(x: Nothing, y: pd.Series | None = None) -> pd.DataFrame:
    return math.ceil(x)


def plain(x: int) -> list[str]:
    return [str(x)]
"""


def test_annotations_that_are_not_evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{MODULE}.py").write_text(TYPED)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    sources = [f"from {MODULE} import up", "up(1.2), up.__annotations__"]
    made = inlined(TYPED, *sources)
    assert made.along == ["math"]
    assert made.text.startswith("from __future__ import annotations\n\nimport math\n")
    after = applied(notebook_of(*sources), made.plan)
    assert run([cell.source for cell in after.cells])[0] == run(sources)[0]
    back = pushed(after, TYPED)
    assert isinstance(back, PushBack)
    assert back.text == TYPED
    assert "__future__" not in inlined(TYPED, f"from {MODULE} import plain", name="plain").text
    # Those of other cells stay what they are.
    refused = inline_import(notebook_of(*sources, "def f(x: int): ..."), "up", {MODULE: TYPED}.get)
    assert isinstance(refused, Refusal)
    assert refused.code == "annotations"
    # A notebook that has the import of the type checkers.
    with_pandas = [*sources, "import pandas as pd"]
    after = applied(notebook_of(*with_pandas), inlined(TYPED, *with_pandas).plan)
    back = pushed(after, TYPED)
    assert isinstance(back, PushBack)
    assert back.text == TYPED


def test_a_builtin_that_the_module_binds_comes_along() -> None:
    text = "def round(x):\n    return 7\n\n\ndef up(x):\n    return round(x) + abs(x)\n"
    assert inlined(text, f"from {MODULE} import up").along == ["round"]


def test_who_goes_on_to_use_the_module() -> None:
    cells = [f"from {MODULE} import helper"]
    assert inlined(TEXT, *cells, name="helper").notes == [
        f"In `{MODULE}`, `up` goes on to use its own `helper`."
    ]


@pytest.mark.parametrize("path", ["pk/m.py", "pk/m/__init__.py"])
def test_relative_imports_go_there_and_back(path: str) -> None:
    level = "." if path.endswith("m.py") else ".."
    text = (
        f"from {level} import o\nfrom {level}o import t as tt\n\n\n"
        "def g(x):\n    return o.t(x) + tt(x)\n"
    )
    texts = {"pk.m": text, **({"pk.m.__init__": text} if level == ".." else {})}
    notebook = notebook_of("from pk.m import g", "g(1)")
    made = inline_import(notebook, "g", texts.get)
    assert isinstance(made, ImportInlining)
    assert "from pk import o\nfrom pk.o import t as tt\n" in made.text
    after = applied(notebook, made.plan)
    place = Place(path, text, path)
    back = push_back(after, "g", lambda module: place if module == "pk.m" else None)
    assert isinstance(back, PushBack), back
    assert (back.text, back.along) == (text, [])
