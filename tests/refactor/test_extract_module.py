"""Extract module: what moves works from there, and the notebook does the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_nbquality.edits import ChangeCell, ChangeFile, EditPlan, InsertCell, Refusal
from jupyter_nbquality.origins import import_path
from jupyter_nbquality.refactor.cells_to_module import cells_to_module
from jupyter_nbquality.refactor.extract_module import (
    ModuleExtraction,
    Place,
    extract_module,
    names_defined,
)
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import changed, notebook_of, run

MODULE = "moved_for_test"
PATH = f"{MODULE}.py"

# What it is called; the cells; what is moved; what goes along, or the code of the refusal.
CASES: list[tuple[str, list[str], list[str], str]] = [
    ("a function", ["def f(x):\n    return x + 1", "print(f(1))"], ["f"], ""),
    ("a class", ["class A:\n    x = 1", "print(A.x)"], ["A"], ""),
    ("a constant", ["LIMIT = 3", "print(LIMIT)"], ["LIMIT"], ""),
    (
        "its imports",
        [
            "import math\nimport json as j",
            "def f(x):\n    return j.dumps(math.floor(x))",
            "print(f(1.5))",
        ],
        ["f"],
        "",
    ),
    (
        "one of several imports",
        [
            "from math import floor, ceil as up",
            "def f(x):\n    return up(x)",
            "print(f(1.5), floor(2))",
        ],
        ["f"],
        "",
    ),
    (
        "its helpers",
        [
            "def g(x):\n    return x * K\nK = 2",
            "def f(x):\n    return g(x)",
            "print(f(1), g(2), K)",
        ],
        ["f"],
        "g, K",
    ),
    (
        "a base class, a default and a decorator",
        [
            "class B:\n    pass\nD = (1, 2)\ndef deco(f):\n    return f",
            "class C(B):\n    @deco\n    def m(self, x=D):\n        return x",
            "print(C().m(), issubclass(C, B))",
        ],
        ["C"],
        "B, D, deco",
    ),
    (
        "among other code",
        ["a = 1\n\n# f\ndef f(x):\n    return x\n\ndef g(x):\n    return f(x)\n\nprint(g(a))"],
        ["g"],
        "f",
    ),
    ("display", ["def f(x):\n    display(x)", "f(1)"], ["f"], ""),
    (
        "a recursive function",
        ["def f(n):\n    return n and n * f(n - 1) or 1", "print(f(3))"],
        ["f"],
        "",
    ),
    (
        "a text over lines",
        ["def f():\n    return '''a\n  b'''", "print(f())"],
        ["f"],
        "",
    ),
    (
        "annotations of the future",
        [
            "from __future__ import annotations\ndef f(x: int) -> list[int]:\n    return [x]",
            "print(f(1))",
        ],
        ["f"],
        "",
    ),
    (
        "reads a variable",
        ["n = len('ab')", "def f():\n    return n", "print(f())"],
        ["f"],
        "",
    ),
    (
        "reads a list that changes",
        ["xs = []", "def f():\n    return xs", "xs.append(f())"],
        ["f"],
        "",
    ),
    (
        "changes a list",
        ["seen = []", "def f(x):\n    seen.append(x)", "f(1)\nprint(seen)"],
        ["f"],
        "",
    ),
    (
        "binds a global",
        ["def f():\n    global n\n    n = 1", "f()\nprint(n)"],
        ["f"],
        "binds-global",
    ),
    (
        "defined twice",
        ["def f():\n    return 1", "def f():\n    return 2", "f()"],
        ["f"],
        "bound-again",
    ),
    ("bound anew", ["def f():\n    return 1", "f = 2"], ["f"], "bound-again"),
    ("nothing of that name", ["x = 1"], ["f"], "unknown-name"),
    ("reads what nobody defines", ["def f():\n    return missing", "f"], ["f"], "undefined-name"),
    (
        "sees the names of its module",
        ["w = 3", "def f():\n    return globals().get('w')", "print(f())"],
        ["f"],
        "looks-around",
    ),
    (
        "evaluates a text",
        ["w = 3\ndef f(s):\n    return eval(s)", "print(f('w+1'))"],
        ["f"],
        "looks-around",
    ),
    (
        "evaluates a text in names of its own",
        ["def f(s):\n    return eval(s, {'w': 1})", "print(f('w+1'))"],
        ["f"],
        "",
    ),
    (
        "looks into frames",
        [
            "import inspect\nw = 2",
            "def f():\n    return inspect.currentframe().f_globals['w']",
            "f()",
        ],
        ["f"],
        "looks-around",
    ),
    (
        "a query of the notebook's names",
        ["w = 1", "def f(d, q):\n    return d.query(q)", "q = 'a > @w'"],
        ["f"],
        "query-elsewhere",
    ),
    (
        "a builtin that the notebook binds",
        ["def len(x):\n    return 7", "def f():\n    return len([1])", "print(f())"],
        ["f"],
        "len",
    ),
    (
        "the class around a method",
        ["class A:\n    def m(self):\n        return __class__.__name__", "print(A().m())"],
        ["A"],
        "",
    ),
    ("a magic that reads", ["def f(x):\n    %time y = x\n    return y", "f(1)"], ["f"], "magic"),
    ("a shell line", ["def f():\n    !echo hello", "f()"], ["f"], "magic"),
    ("nothing to move", ["import math"], ["math"], "nothing-to-move"),
    ("nothing asked for", ["x = 1"], [], "nothing-to-move"),
    ("on one line", ["A = 1; B = 2", "print(A, B)"], ["A"], "shared-line"),
]


def extracted(
    sources: list[str], names: list[str], existing: str | None = None, path: str = PATH
) -> ModuleExtraction | Refusal:
    """Moves names of a notebook."""
    return extract_module(notebook_of(*sources), names, Place(path, existing, path))


def run_with(sources: list[str], plan: EditPlan, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Runs a notebook after a plan, beside the module."""
    cells = []
    for operation in plan.operations:
        if isinstance(operation, ChangeFile):
            (folder / operation.path).write_text(operation.text)
        else:
            cells.append(operation)
    return run(changed(notebook_of(*sources), EditPlan("", cells)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that modules are imported from."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop(MODULE, None)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


@pytest.mark.parametrize(
    ("sources", "names", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(
    sources: list[str], names: list[str], expected: str, folder: Path
) -> None:
    before = run(sources)
    made = extracted(sources, names)
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        return
    assert ", ".join(made.along) == expected
    assert run_with(sources, made.plan, folder) == before


def test_the_text_of_a_module() -> None:
    made = extracted(
        [
            "import math\nRATE = 0.2",
            "# With tax.\ndef gross(x):\n    return math.ceil(x*(1+RATE))",
            "gross(1)",
        ],
        ["gross"],
    )
    assert isinstance(made, ModuleExtraction)
    assert made.is_new
    assert (
        made.text
        == """\
import math

RATE = 0.2


# With tax.
def gross(x):
    return math.ceil(x * (1 + RATE))
"""
    )
    cells = [each for each in made.plan.operations if isinstance(each, ChangeCell)]
    plan = EditPlan("", list(cells))
    notebook = notebook_of("import math\nRATE = 0.2", "# With tax.\ndef gross(x):\n    return math.ceil(x*(1+RATE))", "gross(1)")  # fmt: skip  # noqa: E501
    assert changed(notebook, plan)[:2] == [
        "import math\nfrom moved_for_test import RATE",
        "from moved_for_test import gross",
    ]


EXISTING = '''\
"""What is there."""

import os

__all__ = ["there"]


def there():
    return os.name


if __name__ == "__main__":
    there()
'''


def test_adds_to_a_module() -> None:
    made = extracted(["import math\ndef f():\n    return math.pi", "f()"], ["f"], EXISTING)
    assert isinstance(made, ModuleExtraction)
    assert not made.is_new
    expected = EXISTING.replace("import os\n", "import math\nimport os\n")
    expected = expected.replace('["there"]', '["there", "f"]')
    # What it does as a program stays its end.
    added = "def f():\n    return math.pi\n\n\nif __name__"
    assert made.text == expected.replace("if __name__", added)
    file = made.plan.operations[0]
    assert isinstance(file, ChangeFile)
    assert file.before_hash is not None


def test_the_same_code_is_not_added_again() -> None:
    made = extracted(["def there():\n    return  1  # one", "there()"], ["there"],
                     "def there():\n    return 1\n")  # fmt: skip
    assert isinstance(made, ModuleExtraction)
    assert [type(each) for each in made.plan.operations] == [ChangeCell]
    assert "already" in made.notes[0]


@pytest.mark.parametrize(
    ("path", "existing", "code"),
    [
        (PATH, "def f():\n    return 0\n", "taken-in-module"),
        (PATH, "import numpy as math\n", "taken-in-module"),
        (PATH, "def f(:\n", "module-broken"),
        (PATH, "def print(x):\n    return x\n", "taken-in-module"),
        ("json.py", None, "hides-module"),
        ("my-module.py", None, "bad-module"),
        ("module.txt", None, "bad-module"),
        ("class.py", None, "bad-module"),
    ],
)
def test_modules_that_cannot_be(path: str, existing: str | None, code: str) -> None:
    cells = ["import math\ndef f():\n    print(1)\n    return math.pi", "f()"]
    made = extracted(cells, ["f"], existing, path)
    assert isinstance(made, Refusal)
    assert made.code == code


def test_a_module_in_a_package() -> None:
    made = extracted(["def f():\n    return 1", "f()"], ["f"], path="package/part.py")
    assert isinstance(made, ModuleExtraction)
    assert made.module == "package.part"


def test_a_package_that_the_notebook_imports_from_gets_a_module() -> None:
    notebook = notebook_of("from package.other import g", "def f():\n    return 1", "f()")
    place = Place("package/part.py", None, "package/part.py")
    made = extract_module(notebook, ["f"], place, neighbour={"package.other": ""}.get)
    assert isinstance(made, ModuleExtraction), made
    made = extract_module(notebook, ["f"], place)
    assert isinstance(made, Refusal)
    assert made.code == "hides-module"


def test_a_module_below_src_is_imported_as_the_project_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    (tmp_path / "src" / "pk").mkdir(parents=True)
    folder.mkdir()
    path = "../src/pk/part.py"
    assert import_path(path, folder) == path
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert import_path(path, folder) == path
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "pk"\n')
    assert import_path(path, folder) == "pk/part.py"
    assert import_path("src/pk/part.py", tmp_path) == "pk/part.py"
    assert import_path(path, folder, root=folder) == path
    assert import_path("pk/src/part.py", tmp_path) == "pk/src/part.py"
    place = Place(path, None, path, imported=import_path(path, folder))
    made = extract_module(
        notebook_of("def f():\n    return 1", "f()", "%autoreload 2"), ["f"], place
    )
    assert isinstance(made, ModuleExtraction)
    assert made.module == "pk.part"
    assert made.notes == [
        "`pk.part` is imported as in the installed project: `pip install -e .` in its folder, if "
        "that was not done."
    ]
    (tmp_path / "src" / "__init__.py").touch()
    assert import_path(path, folder) == path


def test_a_circle() -> None:
    notebook = notebook_of("from other import g\ndef f():\n    return g()", "f()")
    texts = {"other": f"from {MODULE} import f\n"}
    made = extract_module(notebook, ["f"], Place(PATH, "", PATH), neighbour=texts.get)
    assert isinstance(made, Refusal)
    assert made.code == "circular-import"

    # Through a package, and another module that imports it relatively.
    texts = {"other": "import package.part\n", "package.part": "from .. import nothing\n"}
    texts["package.part"] = f"from .near import x\nimport {MODULE}.inner\n"
    texts["package.near"] = f"import {MODULE}\n"
    made = extract_module(notebook, ["f"], Place(PATH, "", PATH), neighbour=texts.get)
    assert isinstance(made, Refusal)
    assert made.message.endswith(f"which imports `{MODULE}` through `package.part`.")
    texts["package.near"] = "import other\n"
    made = extract_module(notebook, ["f"], Place(PATH, "", PATH), neighbour=texts.get)
    assert isinstance(made, ModuleExtraction)


@pytest.mark.parametrize(
    ("exported", "expected"),
    [
        ('__all__ = ["there"]', '__all__ = ["there", "f"]'),
        ("__all__ = ('there', 'x')", '__all__ = ("there", "x", "f")'),
        ("__all__: list[str] = []", '__all__: list[str] = ["f"]'),
        ('__all__ = [\n    "there",  # ä\n]', '__all__ = [\n    "there",\n    "f",  # ä\n]'),
        ('__all__ = ["f", "there"]', '__all__ = ["f", "there"]'),
        ("__all__ = sorted(['there'])", '__all__ = sorted(["there"])'),
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the imports", "below"])
def test_what_a_module_exports_is_kept(exported: str, expected: str, above: bool) -> None:
    parts = [exported, "import os"] if above else ["import os", exported]
    existing = "\n\n".join(parts) + "\n\n\ndef there():\n    return os.name\n"
    cells = ["def f():\n    return 1\n\n\ndef _g():\n    return 2", "f(), _g()"]
    made = extracted(cells, ["f", "_g"], existing)
    assert isinstance(made, ModuleExtraction)
    assert f"{expected}\n" in made.text
    assert ("computed" in " ".join(made.notes)) == ("sorted" in exported)
    assert made.text.count("__all__") == 1


def test_what_to_mind() -> None:
    def notes(*sources: str) -> list[str]:
        names = names_defined(notebook_of(*sources), ["1"])
        made = extracted([*sources, "%autoreload 2"], names)
        assert isinstance(made, ModuleExtraction), made
        return made.notes

    assert notes("def f():\n    return 1") == []
    for name, text in (("__name__", "__name__"), ("__module__", "f.__module__")):
        assert notes(f"def f():\n    return {text}") == [
            f"`f` reads `{name}`, which is another in a module."
        ]
    (note,) = notes("class A: ...", "import pickle")
    assert (
        note
        == f"Objects of `A` that are pickled from now on need `{MODULE}` wherever they are read."
    )
    (note,) = notes("def f():\n    return open('data/x.csv').read()")
    assert note.startswith("`data/x.csv` is meant as seen from the notebook")
    for text in (
        "def f(x, seen=[]):\n    seen.append(x)",
        "class f:\n    seen = {}",
        "import functools\n@functools.lru_cache(maxsize=2)\ndef f(x):\n    return x",
    ):
        assert notes(text) == [
            "`f` keeps what it gathers while the module is loaded: to run its cell again does not "
            "empty it."
        ]


IN_A_SHELL = """\
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
for cell in json.loads(sys.argv[1]):
    shell.run_cell(cell).raise_error()
"""


@pytest.mark.parametrize(
    ("sources", "names", "path", "message"),
    [
        (["sq = lambda x: x", "sq(1)"], ["sq"], PATH,
         "`sq` is a `lambda`; write it as a function with `def` to move it."),
        (["sq = lambda x: x", "def f(x):\n    return sq(x)"], ["f"], PATH,
         "`f` reads `sq`, which is a `lambda`; write it as a function with `def` to move it."),
        (["if True:\n    def g(): ...", "g()"], ["g"], PATH,
         "`g` is bound within `if`; only what is defined outside of it can move."),
        (["import os\nx = os.sep"], ["x"], PATH,
         "`x` is computed, and no function, class or constant that could move."),
        (["from math import *", "def f(x):\n    return sqrt(x)"], ["f"], PATH,
         "`f` reads `sqrt`, which may come from `from math import *`; import it by its name."),
        (["def f(): ..."], ["f"], "/somewhere/x.py",
         "`/somewhere/x.py` is a path from the root; give it as seen from the notebook's folder."),
    ],
)  # fmt: skip
def test_why_not(sources: list[str], names: list[str], path: str, message: str) -> None:
    made = extracted(sources, names, path=path)
    assert isinstance(made, Refusal)
    assert made.message == message


def test_pickles_and_the_shell_itself(folder: Path) -> None:
    """What was pickled before is still read, and code still finds the shell that runs it."""
    define = "import pickle\nclass A:\n    x = 4\ndef f():\n    return get_ipython().user_ns['n']"
    use = "with open('a.pkl', 'rb') as file:\n    print(pickle.load(file).x)\nn = 3\nprint(f())"
    write = "with open('a.pkl', 'wb') as file:\n    pickle.dump(A(), file)"
    made = extracted([define, use], ["A", "f"])
    assert isinstance(made, ModuleExtraction)
    assert made.text.startswith("from IPython import get_ipython\n")
    file, *rest = made.plan.operations
    assert isinstance(file, ChangeFile)
    (folder / PATH).write_text(file.text)
    for cells in ([define, write], changed(notebook_of(define, use), EditPlan("", rest))):
        done = subprocess.run(
            [sys.executable, "-c", IN_A_SHELL, json.dumps(cells)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "IPYTHONDIR": str(folder)},
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout == "4\n3\n"


def test_following_changes_is_offered_once() -> None:
    notebook = notebook_of("def f():\n    return 1", "f()")
    made = extract_module(notebook, ["f"], Place(PATH, None, PATH), autoreload=True)
    assert isinstance(made, ModuleExtraction)
    assert isinstance(made.plan.operations[-1], InsertCell)
    assert made.notes == []
    notebook = notebook_of("%load_ext autoreload\n%autoreload 2", "def f():\n    return 1", "f()")
    again = extract_module(notebook, ["f"], Place(PATH, None, PATH), autoreload=True)
    assert isinstance(again, ModuleExtraction)
    assert not any(isinstance(each, InsertCell) for each in again.plan.operations)


def test_cells_become_a_function_of_a_module(folder: Path) -> None:
    sources = ["import math\nn = 2", "m = math.pow(n, 2)\nk = m + 1", "print(k)\nk", "print(m)"]
    made = cells_to_module(
        notebook_of(*sources), Selection(["2", "3"]), "step", Place(PATH, None, PATH)
    )
    assert isinstance(made, ModuleExtraction)
    assert (made.names, made.along, made.notes[0]) == (
        ["step"],
        [],
        "The notebook has `k` no longer: nothing else reads them.",
    )
    said, values = run_with(sources, made.plan, folder)
    before_said, before_values = run(sources)
    before_values.pop("k")
    assert said == before_said
    assert {name: values[name] for name in before_values} == before_values


def test_what_cells_define() -> None:
    notebook = notebook_of("import math\nA = 1\ndef f(): ...\nx = f()", "class B: ...")
    assert names_defined(notebook, ["1"]) == ["A", "f"]
    assert names_defined(notebook, ["1", "2"]) == ["A", "f", "B"]
    # What cannot move is told by its name.
    assert names_defined(notebook_of("if True:\n    def g(): ...\nx = 1 + len('a')"), ["1"]) == [
        "g"
    ]
    assert names_defined(notebook_of("import math\nx = [math.pi]"), ["1"]) == []
