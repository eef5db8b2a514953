"""What ruff says of notebooks, and what must not reach a person."""

from pathlib import Path

import pytest

from jupyter_nbquality.config import Config
from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.ruff_rules import EXTERNAL, SELECT, SELECTED
from jupyter_nbquality.lint.ruff_selection import expand
from jupyter_nbquality.notebook import Cell
from tests.lint.builders import code, markdown, marked, notebook
from tests.lint.linting import codes, lint, only, told

Cells = tuple[Cell | str, ...]
NAMES = ("F401", "F811", "F821", "F841")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # names that only a magic reads
        (("import os", "%time os.getcwd()"), []),
        (("import os", "%timeit -n 3 os.getcwd()"), []),
        (("import os\nname = os.sep", "!ls {name}"), []),
        (("import os", "!ls {os.sep}"), []),
        (("import os", "os?"), []),
        (("import os", "os.path??"), []),
        (("import os", "listing = !ls {os.sep}\nlisting"), []),
        (("import os", "%%bash -s {os.sep}\necho $1"), []),
        (("import os", "if True:\n    %time os.getcwd()"), []),
        (("import os", "/print os"), []),
        # in the function or the block of the magic, and where it stands in the cell
        (("def f(url):\n    at = url[1:]\n    !wget {url} -O {at}\nf('a')",), []),
        (("def f(url):\n    import os\n    out = !ls {os.sep} $url\n    return out\nf('a')",), []),
        (("async def f(n):\n    k = n\n    %timeit k\nawait f(3)",), []),
        (("def f(a, *b, **c):\n    /print a b c\nf(1)",), []),
        (("def f(a):\n    def g():\n        a?\n    return g\nf(1)",), []),
        (("class A:\n    z = 1\n    !echo {z}",), []),
        (("try:\n    pass\nexcept OSError as error:\n    !echo {error}",), []),
        (("x = 1\n!echo {x}\ndel x",), []),
        (("import os\n!ls {os.sep}\nimport os\nos.sep",), []),
        (("def f():\n    url = 3\n    !wget url\nf()",), [("F841", "c1", 1)]),
        (("def f(url):\n    out = !wget {url}\nf('a')",), [("F841", "c1", 1)]),
        (("x = 1\nundefined.y = !ls {x}",), [("F821", "c1", 1)]),
        # and that none does
        (("import os, sys", "%time os.getcwd()"), [("F401", "c1", 0)]),
        (("import os", "!ls os"), [("F401", "c1", 0)]),
        (("import os", "%%bash\nos.getcwd()"), [("F401", "c1", 0)]),
        # names that a magic defines
        (("%%capture out\nprint(1)", "out.show()"), []),
        (("files = !ls", "files"), []),
        (("x = %time 3", "x"), []),
        (("%time x = 3\nx",), []),
        (("%%bash --out text\nls", "text"), []),
        (("%timeit x = 3\nx",), [("F821", "c1", 1)]),
        # and that nobody can know
        (("%pylab inline", "plot(sin(3))"), []),
        (("%run setup.py", "frame"), []),
        (("frame", "%run setup.py"), [("F821", "c1", 0)]),
        (("get_ipython().run_line_magic('run', 'setup.py')", "frame"), []),
        (("globals()['frame'] = 3", "frame"), []),
        (("exec('frame = 3')", "frame"), []),
        (("%load_ext autoreload\n%autoreload 2", "frame"), [("F821", "c2", 0)]),
        # what IPython itself gives
        (("In[1], Out, _, __, ___, _1, _i, _ii, _iii, _i3, _ih, _oh, _dh",), []),
        (("display(get_ipython())", "exit()"), []),
        (("spark.sql('select 1')",), []),
        (("_x",), [("F821", "c1", 0)]),
        # other languages
        (("%%html\n<b>x</b>", "%%writefile a.py\nimport os"), []),
        (("%%memit\nimport os\nx = os.sep", "x"), []),
        # pasted prompts, indented cells, magics without a percent sign
        (("  import os\n  x = os.sep", "x"), []),
        ((">>> import os\n>>> print(os)\n'/'",), []),
        (("import os", "ls"), [("F401", "c1", 0)]),
        (("pip install x", "x = 1", "cd {x}"), []),
        # words that ruff takes for magics
        (("history = [1]", "history\nimport os"), [("B018", "c2", 0), ("F401", "c2", 1)]),
        (("import time", "time"), []),
        # timed code binds nothing, and is meant to do nothing
        (("%%timeit\nimport os",), []),
        # and may have a setup beside it
        (("%%timeit a = list(range(10))\nsum(a)",), []),
        (("%%capture\n%%timeit -n 10 import numpy as np; a = np.ones(3)\na.sum()",), []),
        (("%%timeit for i in range(3): pass\nprint(i, undefined)",), [("F821", "c1", 1)]),
        (("import os", "%%timeit at = os.sep\nlen(at)"), []),
        # code at the top that is valid in a notebook alone
        (("async def f(): ...", "await f()", "async for x in f(): print(x)"), []),
        (("x = 1\nx == 1",), []),
        (("x = 1\nx == 1;",), []),
        (("x = 1\nx == 1\n2",), [("B015", "c1", 1)]),
        (("x = 1\nx\nprint(x)",), [("B018", "c1", 1)]),
        (("shell.ast_node_interactivity = 'all'", "x = 1\nx\nx"), [("F821", "c1", 0)]),
        (("x = 1", '"""Text."""\nfrom __future__ import annotations'), []),
        (("x = 1", "x = 2\nfrom __future__ import annotations"), [("F404", "c2", 1)]),
        # imports that work by being imported
        (("import hvplot.pandas",), []),
        (("from mpl_toolkits.mplot3d import Axes3D",), []),
        (("from mpl_toolkits.mplot3d import Axes3D, art3d",), [("F401", "c1", 0)]),
        # star imports
        (("from os import *", "getcwd()"), [("F403", "c1", 0)]),
        # what is found as ever
        ((markdown("x"), "import os"), [("F401", "c2", 0)]),
        (("undefined",), [("F821", "c1", 0)]),
        (("def f():\n    x = 1",), [("F841", "c1", 1)]),
        (("import os  # noqa: F401",), []),
        (("import os  # noqa",), []),
        (("# ruff: noqa: F401\nimport os",), []),
    ],
)
def test_sifting(cells: Cells, expected: list[tuple[str, str, int]]) -> None:
    result = lint(*cells, ignore=("NB",))
    assert told(result) == expected
    assert result.notices == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(url):\n    !wget {url}\nf('a')\n!wget {url}", [(3, 7)]),
        ("x = \\\n    !ls {a_} \\\n    {b_}\nx", [(1, 9), (2, 5)]),
        ("  x = !ls {a_}\n  %time x, b_, b_\n", [(0, 11), (1, 11), (1, 15)]),
        ("%%timeit a_\n%time a_", [(0, 9), (1, 6)]),
        ("%%timeit -n 1 x = b_; y = c_\nprint(x, y)", [(0, 18), (0, 26)]),
        ("%%prun a_\n%time a_", [(0, 7), (1, 6)]),
        ("%time later\nlater = 3", [(0, 6)]),
    ],
)
def test_undefined_names_in_magics(source: str, expected: list[tuple[int, int]]) -> None:
    found = lint(source, select=("F", "E", "NB103")).findings
    places = [each.range and (each.range.start.line, each.range.start.column) for each in found]
    assert places == expected
    assert {each.code for each in found} == {"NB103"}


def test_no_message_and_no_fix_speaks_of_what_stands_for_a_magic() -> None:
    either = "def f(a):\n    if a:\n        x = !ls {a}\n    else:\n        x = 1\n    print(x)"
    assert codes(lint(either, select=("SIM108",))) == []
    returned = "def f(a):\n    x = !ls {a}\n    return x"
    assert only(lint(returned, select=("RET504",)), "RET504").fixes == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("f(", "import os"), [("NB101", "c1", 0), ("F401", "c2", 0)]),
        (("import os", "def f(:\n    os.getcwd()"), [("NB101", "c2", 0)]),
        (("import os, sys", "def f(:\n    os.x()"), [("F401", "c1", 0), ("NB101", "c2", 0)]),
        (("frame = read(", "print(frame)"), [("NB101", "c1", 0)]),
        (("f(", "x = '", "undefined"), [("NB101", "c1", 0), ("NB101", "c2", 0), ("F821", "c3", 0)]),
        (("f(x?)", "undefined"), [("NB101", "c1", 0), ("F821", "c2", 0)]),
        # broken for ruff alone: a semantic error, not one of the grammar
        (("nonlocal x", "undefined"), [("NB101", "c1", 0), ("F821", "c2", 0)]),
        (("def f(a, a): ...", "undefined"), [("NB101", "c1", 0), ("F821", "c2", 0)]),
        (("cd there\nimport os",), [("NB101", "c1", 0)]),
        (("x = 1", "\0"), [("NB101", "c2", 0)]),
    ],
)
def test_a_broken_cell_silences_no_other(
    cells: Cells, expected: list[tuple[str, str, int]]
) -> None:
    result = lint(*cells, ignore=("NB2", "NB107"))
    assert told(result) == expected
    broken = {cell for code, cell, _ in expected if code == "NB101"}
    assert {cell for cell, parses in result.parses.items() if not parses} == broken


@pytest.mark.parametrize(
    ("source", "message", "text"),
    [
        ("x = f(1,\n  2", "Syntax error: `(` was never closed", "(1,"),
        (
            "y = 1\nx = 'abc",
            "Syntax error: unterminated string literal (detected at line 2)",
            "'abc",
        ),
        (
            "print 'a'",
            "Syntax error: Missing parentheses in call to `print`. Did you mean print(...)?",
            "'a'",
        ),
        ("x = '😀'; y = = 2", "Syntax error: Expected an expression", "="),
        ("  x = (\n  y", "Syntax error: `(` was never closed", "("),
    ],
)
def test_words_and_place_of_a_syntax_error(source: str, message: str, text: str) -> None:
    document = notebook(source)
    finding = only(lint(document), "NB101")
    assert finding.message == message
    assert marked(finding, document) == text  # type: ignore[arg-type]
    assert (finding.severity, finding.not_yet) == (Severity.ERROR, True)


@pytest.mark.parametrize(
    ("version", "settings", "codes_"),
    [
        ("", None, []),
        ("3.12.1", None, []),
        ("3.14.0", None, []),
        ("3.8.10", None, ["NB101"]),
        # the project names an old version, the kernel is new
        ("3.12.1", 'target-version = "py38"', []),
        ("", 'target-version = "py38"', ["NB101"]),
    ],
)
@pytest.mark.parametrize(
    "source", ["type X = int", "print(f'{'a'}')", "x = 1\nmatch x:\n    case 1: pass"]
)
def test_syntax_of_the_kernels_python_is_no_error(
    source: str, version: str, settings: str | None, codes_: list[str], tmp_path: Path
) -> None:
    if settings is not None:
        (tmp_path / "ruff.toml").write_text(settings)
    result = lint(source, language_version=version, folder=tmp_path)
    assert codes(result) == codes_


def test_newer_syntax_does_not_hide_other_problems() -> None:
    result = lint("type X = int\nundefined", "import os", language_version="3.13.0")
    assert told(result) == [("F821", "c1", 1), ("F401", "c2", 0)]


def test_places_after_astral_characters_tabs_and_carriage_returns() -> None:
    document = notebook("if 1:\r\n\tx = '😀🎈'; undefined()\r\n\tother()")
    first, second = lint(document).findings
    assert marked(first, document) == "undefined"  # type: ignore[arg-type]
    assert marked(second, document) == "other"  # type: ignore[arg-type]
    assert first.range is not None
    assert (first.range.start.line, first.range.start.column) == (1, 13)


def test_places_in_an_indented_cell() -> None:
    document = notebook("    x = 1\n    undefined")
    finding = only(lint(document), "F821")
    assert marked(finding, document) == "undefined"  # type: ignore[arg-type]


def test_messages_speak_of_the_notebooks_own_cells() -> None:
    result = lint("import os", "%time os.sep", "x = 1", "x?", "def f(): pass\ndef f(): pass")
    assert [finding.message for finding in result.findings if finding.code == "F811"] == [
        "Redefinition of unused `f` from cell 5, line 1: `f` redefined here"
    ]


def test_python_2_is_told_and_left_alone() -> None:
    result = lint("print 'a'", "import os", language_version="2.7.18")
    assert codes(result) == []
    assert result.notices
    assert "Python 2" in result.notices[0]


def test_other_languages_get_no_python_rules() -> None:
    assert codes(lint("x <- c(1, 2)\nimport os", language="r")) == []


def test_a_notebook_that_says_nothing_and_is_not_python() -> None:
    result = lint("x <- c(1, $y)", "function f() {}", "plot(x)", kernelspec="")
    assert codes(result) == ["NB309"] or codes(result) == []
    assert "does not name its language" in result.notices[0]
    assert codes(lint("f(", "g(", "x = 1", kernelspec="python3")) == ["NB101", "NB101"]


def test_thousands_of_problems_are_bounded() -> None:
    result = lint("\n".join(f"undefined_{number}" for number in range(500)))
    assert codes(result).count("F821") == 100
    assert any("500 problems F821" in notice for notice in result.notices)


# ── Which rules ──────────────────────────────────────────────────────────────────────────────────

MESSY = "import os, sys\nx = None == sys\nif x: y = 1\n" + "z" * 100


def look(tmp_path: Path, settings: str, **options: object) -> list[str]:
    (tmp_path / "ruff.toml").write_text(settings)
    options.setdefault("ignore", ("NB",))
    return sorted(set(codes(lint(MESSY, folder=tmp_path, **options))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ["E711", "F401", "F821"]),
        ("line-length = 90", ["E711", "F401", "F821"]),
        ('lint.extend-select = ["E401"]', ["E401", "E711", "F401", "F821"]),
        ('lint.ignore = ["F401"]', ["E711", "F821"]),
        ('lint.ignore = ["F"]', ["E711"]),
        ('lint.extend-ignore = ["E711"]', ["F401", "F821"]),
        ('lint.select = ["E70"]', ["E701"]),
        ('lint.select = ["E70", "F"]', ["E701", "F401", "F821"]),
        ('lint.select = ["E70", "F"]\nlint.ignore = ["F821"]', ["E701", "F401"]),
        ('[lint.per-file-ignores]\n"*.ipynb" = ["F401"]', ["E711", "F821"]),
        ('exclude = ["*.ipynb"]', []),
        ('fix = true\noutput-format = "concise"', ["E711", "F401", "F821"]),
    ],
)
def test_the_projects_ruff_settings_count(
    settings: str, expected: list[str], tmp_path: Path
) -> None:
    assert look(tmp_path, settings) == expected


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (("F401",), ["F401"]),
        (("f4",), ["F401"]),
        (("unused-import",), ["F401"]),
        (("E40", "E711"), ["E401", "E711"]),
        (("NB",), []),
        (("ZZ",), []),
    ],
)
@pytest.mark.parametrize("settings", ["", 'lint.select = ["E70"]'])
def test_what_a_person_selects_counts_first(
    select: tuple[str, ...], expected: list[str], settings: str, tmp_path: Path
) -> None:
    assert look(tmp_path, settings, select=select) == expected
    config = Config(select=select)
    assert look(tmp_path, settings, config=config) == expected


def test_wrong_ruff_settings_are_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("colour = 1")
    result = lint(MESSY, ignore=("NB",), folder=tmp_path)
    assert sorted(set(codes(result))) == ["E711", "F401", "F821"]
    (notice,) = result.notices
    assert "colour" in notice
    assert notice.endswith("The project's ruff settings were left out.")


def test_no_settings_count_where_nobody_knows_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["E70"]')
    monkeypatch.chdir(tmp_path)
    assert "F401" in codes(lint(MESSY))


def test_our_codes_in_noqa_are_no_mistake_for_ruff(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["RUF10"]\nlint.external = ["XX"]')
    source = "x = 1  # noqa: NB301, XX9\n"
    assert codes(lint(source, folder=tmp_path)) == []
    assert codes(lint("x = 1  # noqa: YY9", folder=tmp_path)) == ["RUF102"]


def test_every_selected_code_is_one_of_ruffs() -> None:
    for selected in SELECT:
        assert expand([selected]), selected
    assert len(set(SELECT)) == len(SELECT)
    assert all(reason for _, reason in SELECTED)
    assert not any(code.startswith(EXTERNAL) for code in expand(["ALL"]))


def test_severities() -> None:
    result = lint("import os\nundefined()", "from sys import *", ignore=("NB",))
    assert {finding.code: str(finding.severity) for finding in result.findings} == {
        "F401": "warning",
        "F403": "info",
        "F821": "error",
    }


def test_not_yet() -> None:
    result = lint("import os\ndef f():\n    x = 1", "undefined", code("x = '\\d'"))
    assert {finding.code: finding.not_yet for finding in result.findings} == {
        "F401": True,
        "F841": True,
        "F821": False,
        "W605": False,
    }
