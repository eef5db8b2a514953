"""What notebooks become as programs: each is run, and prints what the notebook shows."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.execution.program import compare_text
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.export import Program, export_program
from jupyter_nbquality.refactor.export_package import Package, package_of
from jupyter_nbquality.ruff import binary

from .running import notebook_of, run


def exported(notebook: Notebook, kind: str = "script") -> Program:
    """Exports, and expects that it can be done."""
    made = export_program(notebook, kind, Path("program.py"))  # type: ignore[arg-type]
    assert isinstance(made, Program), made
    return made


def printed(folder: Path, text: str, *arguments: str) -> str:
    """Runs a program."""
    file = folder / "program.py"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-u", file.name, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, f"{done.stderr}\n{text}"
    return done.stdout


def assert_same(folder: Path, *sources: str) -> str:
    """Runs cells, and the program that is made of them; gives its text."""
    text = exported(notebook_of(*sources)).text
    said, _values = run(sources)
    shown = "\n".join(said)
    assert compare_text([("all", shown)], [shown], printed(folder, text)) == ([], []), text
    done = subprocess.run([binary(), "check", "--select=E4,E7,E9,F,I", "-"], input=text.encode())
    assert done.returncode == 0
    return text


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(("x = 1", "x + 1", "'text'"), id="displays"),
        pytest.param(("x = 1\nx;", "None", "print(x)", "x, x"), id="nothing shown"),
        pytest.param(("import math as m\nm.pi", "from math import pi, e\npi + e"), id="imports"),
        pytest.param(
            ("k = [2]", "def f(v):\n    return v * k[0]", "k.append(3)\nk = [4]\nf(1)", "f(2)"),
            id="a function reads a variable",
        ),
        pytest.param(("max = max([1, 2])\nmax", "max + 1"), id="a builtin is read, then bound"),
        pytest.param(("def f():\n    return 1\nf()", "def f():\n    return 2\nf()"), id="twice"),
        pytest.param(
            ("class A:\n    n = 3\n    def m(self):\n        return n + self.n", "n = 4\nA().m()"),
            id="a class",
        ),
        pytest.param(('s = """a\n  b\n"""', "print(s)\nfor c in s:\n    print(c)"), id="strings"),
        pytest.param(("%time x = 3\nx", "%load_ext autoreload\n%autoreload 0\nx"), id="magics"),
        pytest.param(("name = 'you'", "!echo hello {name}", "y = !echo a b\ny[0]"), id="shell"),
        pytest.param(("%%capture\nprint('no')\nx = 5\nx", "x"), id="capture"),
        pytest.param(
            ("%%capture held\nprint('later')\nx = 5", "held.stdout, x"), id="captured text"
        ),
        pytest.param(
            ("import sys\nsys.path.insert(0, '.')", "import json\njson.dumps(1)"), id="path"
        ),
        pytest.param(("x = 1\nglobals()['y'] = 2", "y + x"), id="looks around"),
        pytest.param(("exec('z = 4')", "z"), id="exec"),
        pytest.param(("from math import *\npi", "cos(0)"), id="star"),
        pytest.param(("from operator import *\nx = add(1, 2)\nx", "truth(x)"), id="star names"),
        pytest.param(
            ("show = print", "def f():\n    return load_data\nload_data = 3\nload_data", "f()"),
            id="names of helpers",
        ),
        pytest.param(("import asyncio\nawait asyncio.sleep(0, 7)", "x = 2\nx"), id="await"),
        pytest.param(("x = 3\ndel x\nx = 4\nx",), id="deleted"),
        pytest.param(
            ("n = 0", "for i in range(3):\n    n += i\nn", "[n for n in range(2)], n"), id="loop"
        ),
        pytest.param(("fs = [lambda: q for _ in range(2)]\nq = 3", "q = 5\nfs[0]()"), id="late"),
        pytest.param(
            ("from __future__ import annotations\ndef f(x: Q): ...", "f.__annotations__"),
            id="future",
        ),
        pytest.param(
            (
                "try:\n    import nothing_there\nexcept ImportError:\n    nothing_there = None",
                "nothing_there is None",
            ),
            id="try",
        ),
        pytest.param(("main = 3\nshow = 4\nmain + show", "main"), id="taken names"),
        pytest.param(
            ("display('a', 1)", "from IPython.display import display\ndisplay({'a': 1})"),
            id="display",
        ),
        pytest.param(("B = 2\ndef f(x=B):\n    return x + B", "f()"), id="constants"),
        pytest.param(("b = [1]\ndef f(x=b):\n    return x", "b.append(2)\nf()"), id="default"),
        pytest.param(
            ("if True:\n    import os.path as p\np.basename('a/b')",), id="import below if"
        ),
        pytest.param(
            ("x = 1; y = 2\nx + y", "def f(): return y\nf(); z = 3\nz"), id="shared lines"
        ),
        pytest.param(
            ("t = 0", "def inc():\n    global t\n    t += 1", "inc()\nprint(t)", "t"), id="global"
        ),
        pytest.param(
            ("def init():\n    global t\n    t = 1", "init()\nprint(t)", "t + 1"),
            id="a function alone binds a global",
        ),
        pytest.param(
            ("reg = {}", "def deco(f):\n    reg[f.__name__] = f\n    return f",
             "@deco\ndef a():\n    return 1", "print(list(reg))"),
            id="a decorator registers",
        ),
        pytest.param(
            ("def deco(f):\n    print(f.__name__)\n    return f", "print('x')",
             "@deco\ndef a():\n    return 1\na()"),
            id="a decorator prints",
        ),
        pytest.param(
            ("class Base:\n    def __init_subclass__(cls):\n        reg.append(cls.__name__)",
             "reg = []", "class Kid(Base):\n    pass", "reg"),
            id="a class registers",
        ),
        pytest.param(
            ("n = 1", "class A:\n    n = n\nA.n", "n = 2\nA.n, A.__qualname__"),
            id="a class reads and binds",
        ),
        pytest.param(("a = 1\nb = a", "del a\nb", "a = b", "a"), id="deleted, then bound"),
        pytest.param(("type(3)", "int", "[int, (str,)]"), id="types"),
        pytest.param(
            ("s = {'b', 'a', 'c'}\ns", "[s, {'k': frozenset(s)}, set()]"), id="sets"
        ),
        pytest.param(
            ("%env NBQ_FOO=3", "import os, json\nprint(os.environ['NBQ_FOO'])", "json.dumps(1)"),
            id="the environment",
        ),
        pytest.param(("x = 3", "%pwd"), id="the folder"),
    ],
)  # fmt: skip
def test_prints_what_the_notebook_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBQ_FOO", "")
    assert_same(tmp_path, *sources)


def test_sections_are_functions(tmp_path: Path) -> None:
    notebook = Notebook(
        "sales.ipynb",
        [
            Cell("t", "markdown", "# Sales\n\nOf a shop."),
            Cell("1", "code", "import json\n\nLIMIT = 2\n\n\ndef double(x):\n    return x * LIMIT"),
            Cell("a", "markdown", "## 1. Load the *data*"),
            Cell("2", "code", "# As it came.\nrows = json.loads('[1, 2, 3]')\nrows[0]"),
            Cell("b", "markdown", "## 2. Rows"),
            Cell("3", "code", "total = 0\nfor row in rows:\n    total += double(row)\ntotal"),
        ],
    )
    made = exported(notebook)
    assert made.functions == ["load_the_data", "prepare_rows"]
    assert '"""1. Load the data."""' in made.text
    assert "    rows = load_the_data()\n    prepare_rows(rows)\n" in made.text
    assert "# As it came." in made.text
    assert printed(tmp_path, made.text) == "1\n12\n"


def test_parameters_are_arguments(tmp_path: Path) -> None:
    notebook = Notebook(
        "",
        [
            Cell(
                "1",
                "code",
                "count = 2  # how many, 100% sure\nname = 'a'\nlong_ = True\nsizes = [1]\n"
                "made = len(name)",
                tags=["parameters"],
            ),
            Cell("2", "code", "print(count, name, long_, sizes, made)"),
        ],
    )
    made = exported(notebook)
    assert [each.name for each in made.parameters] == ["count", "name", "long_", "sizes"]
    assert printed(tmp_path, made.text) == "2 a True [1] 1\n"
    given = ("--count", "5", "--name=bc", "--no-long", "--sizes", "[3, 4]")
    assert printed(tmp_path, made.text, *given) == "5 bc False [3, 4] 2\n"
    assert "how many, 100% sure" in printed(tmp_path, made.text, "--help")


def test_a_parameter_that_a_function_reads(tmp_path: Path) -> None:
    notebook = Notebook(
        "",
        [
            Cell("1", "code", "n = 2", tags=["parameters"]),
            Cell("2", "code", "def f():\n    return n"),
            Cell("3", "code", "print(f())"),
        ],
    )
    assert printed(tmp_path, exported(notebook).text, "--n", "7") == "7\n"


@pytest.mark.parametrize(
    ("first", "sources", "said"),
    [
        ("n = 3", ["n = n + 1", "def g(): return n\ng()"], ["4", "8"]),
        ("n = 3", ["def g(k=n): return k\ng()"], ["3", "7"]),
        ("n = 3", ["class A:\n    k = n\nA.k"], ["3", "7"]),
        ("n = 3", ["def up():\n    global n\n    n += 1", "up()\nn"], ["4", "8"]),
        ("n = 3\nm = 2", ["def g(): return n\nn = n * m\ng()"], ["6", "14"]),
    ],
)
def test_parameters_that_are_globals(
    tmp_path: Path, first: str, sources: list[str], said: list[str]
) -> None:
    cells = [Cell(str(place), "code", source) for place, source in enumerate(sources)]
    notebook = Notebook("", [Cell("p", "code", first, tags=["parameters"]), *cells])
    made = exported(notebook)
    given: list[tuple[str, ...]] = [(), ("--n", "7")]
    assert [printed(tmp_path, made.text, *each).strip() for each in given] == said
    assert "F821" not in made.text
    module = exported(
        Notebook("", [Cell("p", "code", first, tags=["parameters"]), *cells]), "module"
    )
    call = f"{module.text}\n{module.main}()\n{module.main}(n=7)\n"
    assert printed(tmp_path, call).split() == said


def test_injected_parameters_are_the_defaults(tmp_path: Path) -> None:
    cells = [
        Cell("1", "code", "n = 3.5  # how many\nk = 1", tags=["parameters"]),
        Cell("2", "code", "# Parameters\nn = 5", tags=["injected-parameters"]),
        Cell("3", "code", "n + k"),
    ]
    made = exported(Notebook("", cells))
    assert printed(tmp_path, made.text) == "6\n"
    assert printed(tmp_path, made.text, "--n", "7.5") == "8.5\n"
    assert "how many" in made.text


def test_what_magics_do_to_files_and_folders(tmp_path: Path) -> None:
    written = exported(notebook_of("%%writefile helper_q.py\nX = 3", "import helper_q\nhelper_q.X"))
    assert printed(tmp_path, written.text) == "3\n"
    gone = exported(notebook_of("%cd /", "import os\nprint(os.getcwd())"))
    assert printed(tmp_path, gone.text) == "/\n/\n"


def test_a_name_that_functions_would_not_find(tmp_path: Path) -> None:
    """An import below what may bear on it cannot be taken up; nor is it hidden by ``noqa``."""
    sources = ("%env NBQ_A=3", "import os, yaml\nprint(os.environ['NBQ_A'])", "yaml.dump(1)")
    made = exported(notebook_of(*sources))
    assert made.functions == []
    assert "`os` would not be found in functions" in made.notes[0]
    assert printed(tmp_path, made.text).startswith("3\n")
    refused = export_program(notebook_of(*sources), "module", Path("program.py"))
    assert isinstance(refused, Refusal)
    assert refused.message.startswith("`os` would not be found in functions")


def test_goes_on_where_a_cell_may_raise(tmp_path: Path) -> None:
    cell = Cell("1", "code", "x = 1\n1 / 0", tags=["raises-exception"])
    made = exported(Notebook("", [cell, Cell("2", "code", "x")]))
    assert printed(tmp_path, made.text) == "1\n"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("x = (", "does-not-parse"),
        ("%store -r x\nx", "only-ipython"),
        ("Out[1]", "only-ipython"),
        ("%%capture out\nprint(1)\nout.show()", "only-ipython"),
        ("from IPython.core.interactiveshell import InteractiveShell\n"
         "InteractiveShell.ast_node_interactivity = 'all'", "shows-all"),
    ],
)  # fmt: skip
def test_refuses_what_only_a_kernel_does(source: str, code: str) -> None:
    made = export_program(notebook_of("x = 1", source), "script", Path("program.py"))
    assert isinstance(made, Refusal)
    assert made.code == code
    assert made.cell == "2"


def test_figures(tmp_path: Path) -> None:
    """They are shown and closed after each cell, and ``show`` is given nothing."""
    made = exported(
        notebook_of(
            "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt",
            "plt.plot([1])\nplt.gca().get_lines()[0].get_xdata()",
            "plt.show(plt.plot([2]))",
            "print(plt.get_fignums(), len(plt.gca().lines))",
        )
    )
    assert "plt.show(plt" not in made.text
    assert printed(tmp_path, made.text) == "array([0.])\n[1] 1\n"


def test_a_module_runs_nothing_when_it_is_imported(tmp_path: Path) -> None:
    made = exported(notebook_of("x = 1\nprint(x)", "x + 1"), "module")
    assert printed(tmp_path, made.text) == ""
    assert printed(tmp_path, f"{made.text}\n\n{made.main}()\n") == "1\n2\n"
    refused = export_program(notebook_of("globals()"), "module", Path("program.py"))
    assert isinstance(refused, Refusal)
    assert refused.code == "looks-around"


def test_a_package_is_installed_and_tested(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a b")
    parameters = Cell("1", "code", "path = 'words.txt'", tags=["parameters"])
    notebook = Notebook(
        "", [parameters, Cell("2", "code", "import matplotlib\nwords = open(path).read()\nwords")]
    )
    made = package_of(
        exported(notebook, "module"),
        "word_count",
        about='Count "words"',
        data="..",
        python=(3, 11),
        distributions={},
    )
    assert isinstance(made, Package)
    folder = tmp_path / "word_count"
    for path, text in made.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    run_in = {"cwd": folder, "capture_output": True, "text": True, "check": False}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], **run_in
    )
    assert "1 passed" in tested.stdout, tested.stdout
    clean = subprocess.run(
        [binary(), "check", "--no-cache", "--select=E4,E7,E9,F,I", "."], **run_in
    )
    assert clean.returncode == 0, clean.stdout
    (tmp_path / "other.txt").write_text("c")
    main = [sys.executable, "-m", "word_count", "--path", str(tmp_path / "other.txt")]
    said = subprocess.run(main, cwd=folder / "src", capture_output=True, text=True, check=True)
    assert said.stdout == "'c'\n"


def test_what_is_compared() -> None:
    cells = [("1", "a 0x123456"), ("2", "one"), ("3", "c")]
    again = ["a 0x654321", "two", "c"]
    assert compare_text(cells, again, "a 0xffffff\nother words\nc\n") == ([], ["2"])
    assert compare_text([("1", "Writing a.py\nx")], ["x"], "x\n") == ([], [])
    (found,), _skipped = compare_text(cells, ["a 0x111111", "one", "c"], "a 0xffffff two c")
    assert (found.cell, found.before, found.after) == ("2", "one", "two c")
    (found,), _skipped = compare_text(cells[:1], again[:1], "a 0xffffff\nmore")
    assert (found.cell, found.after) == (None, "more")
    assert msgspec.to_builtins(found)["what"] == "output"
