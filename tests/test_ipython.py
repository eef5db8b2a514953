import ast
import subprocess
import sys
import time
import warnings

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_nbquality.ipython import (
    MAX_NESTING,
    Magic,
    MaskedSource,
    TooDeepError,
    mask,
    nesting_depth,
    parse,
)
from jupyter_nbquality.ipython.catalogue import PYTHON_CELL_MAGICS
from jupyter_nbquality.positions import LineIndex


def one(source: str) -> Magic:
    """The only magic of a cell."""
    (magic,) = mask(source).magics
    return magic


UNTOUCHED = [
    "",
    "\n",
    "   \n\t\n",
    "x = 1\ny = 2",
    "a = (b\n% c)",
    "a = [\n  1\n  , 2\n]",
    "a = b \\\n% c",
    "a = (b\n/ c)",
    "a = (\n  # why?\n  b)",
    'x = """\n%time\n!ls\n?\n"""',
    "x = '''\n%time \\''' \n!ls'''",
    "x = 'a\\\n%b'",
    "x = 1  # %time?",
    "# what?",
    "# %time\n# !ls",
    "print('really?')",
    "x = 'a?'",
    "a != b",
    "x %= 3",
    "x = y % z",
    "x = '%d' % y",
    "x == !y",
    "f(a=!b)",
    'f"{x!r}"',
    "x = 5; y = a[1:]; z;",
    "ls = 3",
    "ls, x = 1, 2",
    "time",
    "history",
    "time.sleep(1)",
    "time(1)",
    "ls - l",
    "ls\nx",
    "def f():\n    '''\n    >>> f()\n    1\n    '''\n",
    "foo ?",
    "foo? ",
    "foo? # c",
    "x\u2028%time",
    "/ 2",
    "// 2",
]


@pytest.mark.parametrize("source", UNTOUCHED)
def test_python_stays_as_it_is(source: str) -> None:
    assert mask(source) == MaskedSource(source)


# source, masked text, (kind, name) of each magic
MASKED = [
    ("%matplotlib inline", "pass              ", [("line-magic", "matplotlib")]),
    ("%x\ny", "0 \ny", [("line-magic", "x")]),
    ("!l\ny", "0 \ny", [("shell", "")]),
    ("!ls\ny", "...\ny", [("shell", "")]),
    ("if x:\n    %time f()\ny", "if x:\n    pass     \ny", [("line-magic", "time")]),
    ("if x:\n\t!ls -l", "if x:\n\tpass  ", [("shell", "")]),
    ("!!ls -l", "pass   ", [("shell-capture", "")]),
    ("!ls \\\n  -l\nx", "pass \n    \nx", [("shell", "")]),
    ("!echo it's (\nx", "pass        \nx", [("shell", "")]),
    ('!echo """\nx', "pass     \nx", [("shell", "")]),
    ("x = !ls", "x = ...", [("shell-capture", "")]),
    ("x = !l", "x = 0 ", [("shell-capture", "")]),
    ("x =!ls (\ny", "x =... (\ny".replace(" (", "  "), [("shell-capture", "")]),
    ("a, b = !ls", "a, b = ...", [("shell-capture", "")]),
    ("x: list = !ls", "x: list = ...", [("shell-capture", "")]),
    ("if a == b: x = !ls", "if a == b: x = ...", [("shell-capture", "")]),
    ("x = \\\n  %sql s", "x = \\\n  ...   ", [("magic-assignment", "sql")]),
    ("x = %sql s \\\n  t\ny", "x = ...     \n   \ny", [("magic-assignment", "sql")]),
    ("f(a=1); x = %y", "f(a=1); x = 0 ", [("magic-assignment", "y")]),
    ("df.head?", "pass    ", [("help", "")]),
    ("x??", "...", [("help", "")]),
    ("?x", "0 ", [("help", "")]),
    ("??x.y\nz", "pass \nz", [("help", "")]),
    ("%timeit?", "pass    ", [("help", "timeit")]),
    ("x = foo(a?", "pass      ", [("help", "")]),
    ("%%time?\nx", "pass   \nx", [("help", "time")]),
    ("str*?", "pass ", [("help", "")]),
    ("/f a", "pass", [("auto-call", "f")]),
    (",f a b", "pass  ", [("auto-call", "f")]),
    (";f a b", "pass  ", [("auto-call", "f")]),
    ("%%time\nx = 1", "      \nx = 1", [("cell-magic", "time")]),
    ("\n%%capture o\n%time y\nx", "\n           \npass   \nx", None),
    ("%%time\n%%capture\nx", "      \n         \nx", None),
    ("%%bash\nls\n\nx", "      \n  \n\n ", [("cell-magic", "bash")]),
    ("# c\n%%time\nx", "# c\npass  \nx", [("line-magic", "%time")]),
    ("ls", "0 ", [("automagic", "ls")]),
    ("ls -l", "pass ", [("automagic", "ls")]),
    ("cd ..\n", "pass \n", [("automagic", "cd")]),
    ("\npip install x", "\npass         ", [("automagic", "pip")]),
    ("time f(x)", "pass     ", [("automagic", "time")]),
    ("%time 'é😀'\nx", "pass      \nx", [("line-magic", "time")]),
    ("%a\r\n!b\rx\r\n", "0 \r\n0 \rx\r\n", None),
    ("!ls \\\r\n  a\r\nx", "pass \r\n   \r\nx", None),
    ("x = 1\n\x0c%time y\nz", "x = 1\n\x0cpass   \nz", None),
    ("(\n%time f()\n!ls\n%ls", "(\npass     \n...\n...", None),
    ("'''\n%time f()\n", "'''\npass     \n", None),
    ("x = 'it\n%time f()\n", "x = 'it\npass     \n", None),
]


@pytest.mark.parametrize(("source", "text", "magics"), MASKED)
def test_masked_text(source: str, text: str, magics: list[tuple[str, str]] | None) -> None:
    found = mask(source)
    assert found.text == text
    assert len(found.text) == len(source)
    assert found.removed == ()
    if magics is not None:
        assert [(magic.kind, magic.name) for magic in found.magics] == magics


# source, magics read, names assigned, names local to the magic
NAMES = [
    ("%time f(x)", {"f", "x"}, set(), set()),
    ("%time y = f(x)", {"f", "x"}, {"y"}, set()),
    ("%time -x", {"x"}, set(), set()),
    ("%timeit -n 10 -r3 y = f(x)", {"f", "x"}, set(), {"y"}),
    ("%timeit -qo f(x)", {"f", "x"}, set(), set()),
    ("%prun -s cumulative -l 5 f(x)", {"f", "x"}, set(), set()),
    ("%lprun -f mod.g f(x)", {"mod", "f", "x"}, set(), set()),
    ("%time a = 1; b = a + c", {"c"}, {"a", "b"}, set()),
    ("%time [i for i in x if i > n]", {"x", "n"}, set(), set()),
    ("%time (lambda i, *j, k=d: i + j + k + m)(1)", {"d", "m"}, set(), set()),
    ("%time import os.path as p, sys", set(), {"p", "sys"}, set()),
    ("%time n += 1", {"n"}, {"n"}, set()),
    ("%time for i in x: print(i)", {"x", "print", "i"}, {"i"}, set()),
    ("%time await f(x)", {"f", "x"}, set(), set()),
    ("%time x = !ls {d}", {"d"}, {"x"}, set()),
    ("%time f(x", {"f", "x"}, set(), set()),
    ("%%time\nz", set(), set(), set()),
    ("%%timeit x = g(5)\nz", {"g"}, set(), {"x"}),
    ("x = %time f(y)", {"f", "y"}, {"x"}, set()),
    ("a, (b, *c) = %sql s", set(), {"a", "b", "c"}, set()),
    ("a.b = !ls", set(), set(), set()),
    ("x = !ls", set(), {"x"}, set()),
    ("!echo {a + b[0]} $c {d:.2f} {e!r} $$f {{g}}", {"a", "b", "c", "d", "e"}, set(), set()),
    ("!awk '{print $1}' x", set(), set(), set()),
    ("%cd {path}", {"path"}, set(), set()),
    ("%cd $path", {"path"}, set(), set()),
    ("df.head?", {"df"}, set(), set()),
    ("?np.sum", {"np"}, set(), set()),
    ("%time?", set(), set(), set()),
    ("str*?", set(), set(), set()),
    ("%%capture out\nx", set(), {"out"}, set()),
    ("%%capture --no-stderr out\nx", set(), {"out"}, set()),
    ("%%bash --out o --err=e\nls $x", set(), {"o", "e"}, set()),
    ("%%R -i a,b -o c -w 5\nx", {"a", "b"}, {"c"}, set()),
    ("%Rpush a b", {"a", "b"}, set(), set()),
    ("%store x y", {"x", "y"}, set(), set()),
    ("%store x > f.txt", {"x"}, set(), set()),
    ("%store -r x", set(), {"x"}, set()),
    ("%aimport a.b, c", set(), {"a", "c"}, set()),
    ("%macro m 1-3", set(), {"m"}, set()),
    ("%who", set(), set(), set()),
    ("%run x.py", set(), set(), set()),
    ("%pinfo df", {"df"}, set(), set()),
    ("%sql res << SELECT * FROM t WHERE a = :b", {"b"}, {"res"}, set()),
    ("%%sql\nSELECT {{a}} FROM x::int WHERE b = :c", {"a", "c"}, set(), set()),
    ("%%bigquery df --project p\nSELECT 1", set(), {"df"}, set()),
    ("%my_magic df.x", {"df"}, set(), set()),
    ("%my_magic --opt df other", {"df", "other"}, set(), set()),
    ("%%my_magic\nf(x)", {"f", "x"}, set(), set()),
    ("/f a b.c", {"f", "a", "b"}, set(), set()),
    (",f a b", {"f"}, set(), set()),
    ("time f(x)", {"f", "x"}, set(), set()),
]


@pytest.mark.parametrize(("source", "reads", "assigns", "local"), NAMES)
def test_names(source: str, reads: set[str], assigns: set[str], local: set[str]) -> None:
    magic = one(source)
    assert set(magic.reads) == reads
    assert set(magic.assigns) == assigns
    assert set(magic.local) == local
    lines = source.split("\n")
    for name, line, column in magic.reads_at:
        assert lines[line][column:].startswith(name)


@pytest.mark.parametrize(
    ("source", "unknown"),
    [
        ("%run x.py", True),
        ("%pylab inline", True),
        ("%load_ext sql", True),
        ("%store -r", True),
        ("%store -r x", False),
        ("%autoreload 2", False),
        ("%matplotlib inline", False),
        ("%time %run x.py", True),
        ("%%cython\ndef f(): pass", True),
        ("%%my_magic\nx = 1", True),
        ("%%my_magic\nx", False),
        ("%my_magic x", False),
    ],
)
def test_magics_that_may_define_anything(source: str, unknown: bool) -> None:
    assert one(source).unknown is unknown


@pytest.mark.parametrize(
    ("source", "guessed"),
    [("%time f(x)", False), ("x?", False), ("!echo $x", True), ("%my x", True), ("%time f(", True)],
)
def test_whether_names_must_exist(source: str, guessed: bool) -> None:
    assert one(source).guessed is guessed


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("%%bash\nx", "bash"),
        ("%%script zsh\nx", "bash"),
        ("%%script --out x /usr/bin/python3\nx", "python-script"),
        ("%%script false\nx", "script"),
        ("%%python3\nx", "python-script"),
        ("%%html\nx", "html"),
        ("%%writefile a.py\nx", "writefile"),
        ("%%nobody_knows\nx", "unknown"),
        ("%%\nx", "unknown"),
        ("%%capture\n%%bash\nx", "bash"),
        ("%%time\nx", "python"),
    ],
)
def test_language_of_the_cell(source: str, language: str) -> None:
    found = mask(source)
    assert found.language == language
    assert found.is_python is (language == "python")
    if not found.is_python:
        assert not found.text.strip()
        assert found.magics[-1].body == "x"
        assert found.magics[-1].end_line == source.count("\n")


def test_only_timeit_keeps_names_to_itself() -> None:
    assert mask("%%timeit\nx = 1").scoped
    assert mask("%%capture\n%%timeit\nx = 1").scoped
    assert not mask("%%time\nx = 1").scoped
    assert not mask("%timeit x = 1").scoped


def test_what_is_told_of_a_magic() -> None:
    source = "x = 1\nif x:\n    %timeit -n 5 \\\n      f(x) \\\n      + 1\ny = 2"
    magic = one(source)
    assert (magic.line, magic.end_line) == (2, 4)
    assert magic.text == "%timeit -n 5 \\\n      f(x) \\\n      + 1"
    assert magic.body == "f(x)        + 1"
    assert magic.reads_at == (("f", 3, 6), ("x", 3, 8))
    assert one("!ls \\\n -l").body == "ls   -l"
    assert one("%cd  a b ").args == "a b"


def test_columns_of_reads_are_what_the_editor_counts() -> None:
    assert one("%time f('😀', x)").reads_at == (("f", 0, 6), ("x", 0, 14))
    assert one("    %time x").reads_at == (("x", 0, 10),)


REMOVED = [
    ("    x\n    y", "x\ny", (4, 4)),
    ("  if x:\n\n    y\n  \n  z", "if x:\n\n  y\n\nz", (2, 0, 2, 2, 2)),
    ("\tx\n\t!ls", "x\n...", (1, 1)),
    ("%%time\n  x\n  y", "      \nx\ny", (0, 2, 2)),
    (">>> x\n... y", "x\ny", (4, 4)),
    (">>> if x:\n...     y\n>>> %time z", "if x:\n    y\npass   ", (4, 4, 4)),
    ("  >>> x = 1\n  >>> x", "x = 1\nx", (6, 6)),
    (">>> s = '''\n... a\n... '''", "s = '''\na\n'''", (4, 4, 4)),
    ("... y\n>>> x", "y\nx", (4, 4)),
    (
        "def f():\n    '''\n    >>> a\n    '''\n>>> x",
        "def f():\n    '''\n    >>> a\n    '''\nx",
        (0, 0, 0, 0, 4),
    ),
    ("In [1]: if x:\n   ...:     y", "if x:\n    y", (8, 8)),
    ("In [12]: %time x", "pass   ", (9,)),
]


@pytest.mark.parametrize(("source", "text", "removed"), REMOVED)
def test_indentation_and_prompts(source: str, text: str, removed: tuple[int, ...]) -> None:
    found = mask(source)
    assert found.text == text
    assert found.removed == removed
    index = LineIndex(source, found.removed)
    lines = source.split("\n")
    for node in ast.walk(parse(found)):
        if isinstance(node, ast.Name):
            place = index.position(node.lineno, node.col_offset)
            assert lines[place.line][place.column :].startswith(node.id)


# ── Beside IPython ────────────────────────────────────────────────────────────────────────────────

LINES = [
    "x = 1",
    "%time f(x)",
    "%timeit -n 1 f('a b')",
    "%matplotlib inline",
    "%%time",
    "%%capture out",
    "%%bash",
    "% x",
    "%",
    "!ls -l",
    "!echo 'it",
    '!echo """',
    "!",
    "!!ls",
    "!ls \\",
    "%time f() + \\",
    "  -l",
    "y = !ls",
    "y = !ls \\",
    "y = %time f()",
    "y = %sql select '",
    "a, b = !ls",
    "x.y = !ls",
    "x[1] = %who_ls",
    "z = '%time' % x",
    "x?",
    "x.y??",
    "?x",
    "??",
    "?",
    "%time?",
    "f(x)?",
    "x = y?",
    "!ls x?",
    "str*?",
    "/f a b",
    "/f",
    ",f a b",
    ",f 'a'",
    ";f a b",
    ";",
    "x;",
    "if x:",
    "    %time f(x)",
    "    !ls",
    "    y = !ls",
    "    x?",
    "    pass",
    "for i in x:",
    "        %cd ..",
    "else:",
    "foo(a,",
    "  b)",
    "% c)",
    "x = (a",
    "x = a \\",
    "  % b",
    "% b",
    '"""',
    "'''",
    "s = '''",
    "# it's (",
    "# why?",
    "x = '''a''' + \"it's\"",
    "s = 'a\\\nb'",
    'f"{x!r}"',
    "def f(a=1):",
    "    return a % 2",
    "@decorator",
    "await x",
    "x = lambda a=1: a",
    "d = {1:",
    "  2}",
    "",
    "   ",
    ">>> x",
    ">>> if x:",
    "...     y",
    "... y",
    "In [1]: x",
    "   ...: y",
    "x != y",
    "x == y",
    "é = '😀'",
    "%time '😀é'",
    "with a as b: c = !ls",
    "x: int = !ls",
    "a = b = !ls",
    "raise ValueError('100%')",
    "\tx = 1",
    "x = 1; y = %time z",
]

CELLS = [source for source, *_ in MASKED + NAMES + REMOVED] + UNTOUCHED + LINES


def transformed(source: str) -> str:
    """What IPython makes of a cell, and of its rest where a magic runs that as Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = TransformerManager().transform_cell(source)
    if result.startswith("get_ipython().run_cell_magic("):
        call = ast.parse(result).body[0].value
        name, _, body = (argument.value for argument in call.args)
        if name in PYTHON_CELL_MAGICS:
            return "get_ipython()\n" + transformed(body)
    return result


def parses(text: str) -> bool:
    try:
        parse(text)
    except SyntaxError:
        return False
    return True


def check_beside_ipython(source: str) -> None:
    found = mask(source)
    lines = source.split("\n")
    masked_lines = found.text.split("\n")
    removed = found.removed or (0,) * len(lines)
    assert len(masked_lines) == len(lines)
    covered = {n for magic in found.magics for n in range(magic.line, magic.end_line + 1)}
    for number, (line, masked_line) in enumerate(zip(lines, masked_lines, strict=True)):
        assert len(masked_line) == len(line) - removed[number]
        if number not in covered:
            assert line[removed[number] :] == masked_line
    try:
        result = transformed(source)
    except (SyntaxError, RuntimeError):
        return
    if parses(result) and not _swallowed(found):
        assert parses(found.text), result
    if parses(result) and "get_ipython()" in result:
        assert found.magics, result


def _swallowed(found: MaskedSource) -> bool:
    """Whether a magic with an open bracket stands above a question.

    IPython takes all the lines between for one question and forgets the magic; we do not.
    """
    magics = [magic.text for magic in found.magics if magic.kind != "help"]
    return len(magics) < len(found.magics) and any(
        sum(map(text.count, "([{")) > sum(map(text.count, ")]}")) for text in magics
    )


@pytest.mark.parametrize("source", CELLS)
def test_what_ipython_accepts_we_accept(source: str) -> None:
    # IPython ends lines at form feeds and the like, too, which nobody else does.
    if not set(source) & set("\r\x0c\u2028"):
        check_beside_ipython(source)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=7).map("\n".join))
def test_composed_cells_beside_ipython(source: str) -> None:
    check_beside_ipython(source)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map("\n".join))
def test_composed_cells_one_magic_more_or_less(source: str) -> None:
    """Where IPython leaves a cell alone and it parses, so do we."""
    try:
        result = transformed(source)
    except (SyntaxError, RuntimeError):
        return
    assume(result == source + "\n" * (not source.endswith("\n")))
    if parses(source):
        assert mask(source, automagic=False) == MaskedSource(source)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="%!?,;/ab =()[]{}'\"#\\:\n\r\t\x0c\x00é😀\ud800>.$-", max_size=60))
def test_any_text_keeps_its_lines(source: str) -> None:
    found = mask(source)
    assert LineIndex(found.text).line_count == LineIndex(source).line_count
    assert len(found.text) + sum(found.removed) == len(source)
    parses(found.text)
    for magic in found.magics:
        assert 0 <= magic.line <= magic.end_line < LineIndex(source).line_count


# ── Parsing, and hostile text ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    ["await x", "async for i in x:\n    pass", "[await y async for y in x]", "x = 1;", "a\r\nb\rc"],
)
def test_parses_what_ipython_runs(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    "text", ["a\x00b", "'\ud800'", "\ufeffa", "(", "'", "'''", "x = \\", "\x0b x", "  x\n y"]
)
def test_what_is_no_python_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        parse(mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "(" * 151 + ")" * 151,
        'f"' + "{[" * 200 + "]}" * 200 + '"',
        "-" * 100_000 + "1",
        "x" + "+x" * 100_000,
        "x" + ".y" * 100_000,
        "lambda:" * 5_000 + "1",
    ],
)
def test_too_deep_to_parse(text: str) -> None:
    with pytest.raises(TooDeepError):
        parse(mask(text))


def test_numbers_that_cannot_be_written_down() -> None:
    with pytest.raises(SyntaxError, match="digits"):
        parse("x = 0x" + "f" * 4_000)
    assert parse("x = '0x" + "f" * 4_000 + "'; y = 0b" + "1" * 4_000)


def test_nesting_depth() -> None:
    assert nesting_depth("") == 0
    assert nesting_depth("([{}])") == 3
    assert nesting_depth("[]" * 1000) == 1
    assert nesting_depth("'" + "[" * 1000 + "'") == 0
    assert nesting_depth("#" + "[" * 1000) == 0
    assert nesting_depth("[" * 1000) == 1000
    assert parse("(" * MAX_NESTING + "1" + ")" * MAX_NESTING)


def test_parsing_says_nothing() -> None:
    code = 'from jupyter_nbquality.ipython import *; parse(mask(\'%time "\\\\d"\\nx="\\\\d"\'))'
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_ipython_is_not_imported() -> None:
    code = "import sys, jupyter_nbquality.ipython; sys.exit('IPython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


N = 200_000
HOSTILE = {
    "magics": "%time x\n" * 10_000,
    "help": "x?\n" * 10_000,
    "cell magics": "%%time\n" * 10_000,
    "magics in magics": "%time " * N,
    "assignments": "x = !ls\n" * 10_000,
    "long word": "!" + "a" * 5 * N,
    "long name": "a" * 5 * N + "?",
    "long query": "%sql " + "a" * 5 * N,
    "long unknown": "%my " + "a " * N,
    "long line": "%time f(" + "x, " * N,
    "long auto-call": "/f " + "a " * N,
    "escapes": "%x\n'" + "\\'" * N,
    "triple escapes": "%x\n'''" + "\\'''" * N,
    "triple quotes": "%x\n" + "'''\\'''\n" * 10_000,
    "open quotes": "%x\n" + "'\"\n" * N,
    "open braces": "!" + "{" * N,
    "braces": "!{x" + "{y}" * N,
    "open brackets": "%x\n" + "(\n" * N,
    "brackets": "%x\n" + "()\n" * N,
    "continued": "!x\\\n" * N,
    "continued assignment": "x = " + "\\\n" * N + "%y",
    "assignment of blanks": "!x\n" + ("=" + " " * 1000) * 500,
    "blanks": " " * 5 * N + "%x",
    "breaks": "\n" * N + "%x",
    "options": "%timeit " + "-n 1 " * N,
    "question marks": "?" * 5 * N,
    "prompts": ">>> x\n" * 20_000,
    "prompted quotes": ">>> '''\n... \n" * 20_000,
    "indented": "    x = 1\n" * 20_000,
    "operators": "%x\nx" + " = y" * N,
    "dollars": "!" + "$x" * N,
    "wide": "%time '" + "😀" * N + "'\nx",
    "wide reads": "%time f('é', " + "é, " * 50_000 + ")",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_cells_take_linear_time(source: str) -> None:
    began = time.perf_counter()
    found = mask(source)
    taken = time.perf_counter() - began
    assert len(found.text) + sum(found.removed) == len(source)
    assert taken < 6
