"""NB306, NB307, NB308, NB312: what makes a run heavy, hangs it, or cuts it short."""

import pytest

from jupyter_nbquality.lint.rules.nb306_huge_output import HugeOutput
from jupyter_nbquality.lint.rules.nb307_prints_large_data import PrintsLargeData
from jupyter_nbquality.lint.rules.nb308_blocks_run_all import BlocksRunAll
from jupyter_nbquality.lint.rules.nb312_development_leftover import DevelopmentLeftover
from jupyter_nbquality.notebook import Notebook
from tests.lint.builders import check, code, fixed, marked, notebook, sources

READ = "import pandas as pd\nimport numpy as np\ndf = pd.read_csv('x.csv')\n"


@pytest.mark.parametrize(
    ("size", "limit", "message"),
    [
        (4_230_000, 1_000_000, "One output takes 4.2 MB"),
        (250_000, 200_000, "One output takes 250 kB"),
        (120, 100, "One output takes 120 bytes"),
    ],
)
def test_huge_output(size: int, limit: int, message: str) -> None:
    document = notebook(code("x", 1, size=size))
    (problem,) = check(HugeOutput, document, huge_output=limit)
    assert problem.message == message
    assert check(HugeOutput, fixed(document, problem), huge_output=limit) == []
    assert check(HugeOutput, document, huge_output=size) == []


@pytest.mark.parametrize(
    ("source", "place", "mended"),
    [
        (READ + "print(df)", "df", "print(df.head())"),
        (READ + "print('All:', df, sep='')", "df", "print('All:', df.head(), sep='')"),
        (READ + "print(df.to_string())", "df.to_string()", "print(df.head())"),
        (READ + "print(df.dropna())", "df.dropna()", "print(df.dropna().head())"),
        (READ + "print(df[df.a > 0])", "df[df.a > 0]", "print(df[df.a > 0].head())"),
        (READ + "big = df.merge(other)\nprint(big)", "big", "print(big.head())"),
        (READ + "if True:\n    print(df)", "df", "print(df.head())"),
        (READ + "for i in x:\n    display(df)", "df", "display(df.head())"),
        (READ + "both = pd.concat([df, df])\nprint(both)", "both", "print(both.head())"),
        (READ + "part = df[df.a.notna()]\nprint(part)", "part", "print(part.head())"),
        (READ + "part = df.loc[df.a > 0, ['a']]\nprint(part)", "part", "print(part.head())"),
        (READ + "for k, part in df.groupby('a'):\n    print(part)", "part", "print(part.head())"),
        ("from pandas import read_csv\nd = read_csv('x')\nprint(d)", "d", "print(d.head())"),
        ("import polars as pl\nd = pl.read_parquet('x')\nprint(d)", "d", "print(d.head())"),
        (READ + "pd.set_option('display.max_rows', None)\ndf", "df", "df.head()"),
        (READ + "pd.options.display.max_rows = None\ndisplay(df)", "df", "display(df.head())"),
    ],
)
def test_prints_large_data(source: str, place: str, mended: str) -> None:
    (problem,) = check(PrintsLargeData, source)
    assert marked(problem, source) == place
    after = fixed(source, problem)
    assert sources(after)[0].endswith(mended)
    assert check(PrintsLargeData, after) == []
    assert problem.fixes[0].title.endswith(".head()")


def test_a_frame_read_in_another_cell() -> None:
    document = notebook(READ, "print(df)")
    (problem,) = check(PrintsLargeData, document)
    assert problem.cell == "c2"


@pytest.mark.parametrize(
    "source",
    [
        READ + "df",
        READ + "display(df)",
        READ + "print(df.head())",
        READ + "print(df.shape, len(df))",
        READ + "print(df.describe())",
        READ + "print(df['a'].mean())",
        READ + "print(df.groupby('a').size())",
        READ + "for name in df:\n    print(name)",
        READ + "for k, part in df.items():\n    print(part)",
        READ + "part = df.loc[df.a > 0, 'a']\nprint(part)",
        READ + "part = df['a']\nprint(part)",
        READ + "part = df[name]\nprint(part)",
        READ + "print(df, file=log)\n".replace("print(df", "write(df"),
        READ + "df = df.head()\nprint(df)",
        READ + "df = f(df)\nprint(df)",
        READ + "df = 3\nprint(df)",
        READ + "def show(df):\n    print(df)",
        READ + "for df in parts:\n    print(df)",
        READ + "del df\nprint(df)",
        "import pandas as pd\ndf = pd.read_csv('x.csv', nrows=5)\nprint(df)",
        "import pandas as pd\ndf = pd.DataFrame({'a': [1]})\nprint(df)",
        READ + "pd.set_option('display.max_rows', None)\ndf;",
        READ + "pd.set_option('display.max_rows', None)\npd.reset_option('all')\ndf",
        READ + "pd.set_option('display.max_rows', 50)\ndf",
        READ + "print(",
        "print(df)",
        READ + "df = %sql select 1\nprint(df)",
    ],
)
def test_prints_little_or_nobody_knows(source: str) -> None:
    assert check(PrintsLargeData, source) == []


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = int(input('? '))", "input('? ')"),
        ("if ready:\n    input()", "input()"),
        ("import getpass\np = getpass.getpass()", "getpass.getpass()"),
        ("from getpass import getpass\np = getpass('? ')", "getpass('? ')"),
        ("import getpass as g\np = g.getpass()", "g.getpass()"),
        ("while True:\n    poll()", "True"),
        ("while 1:\n    for x in y:\n        break", "1"),
        ("while True:\n    def f():\n        return 1", "True"),
        ("a = input()\nb = input()", "input()"),
    ],
)
def test_blocks_run_all(source: str, place: str) -> None:
    (problem,) = check(BlocksRunAll, source)
    assert marked(problem, source) == place


@pytest.mark.parametrize(
    "source",
    [
        "def ask():\n    return input('? ')",
        "ask = lambda: input()",
        "class A:\n    def ask(self):\n        return input()",
        "input = np.zeros(3)\ninput()",
        "def input():\n    pass\ninput()",
        "from tools import input\ninput()",
        "model.input()",
        "widgets.getpass()",
        "x = 'input()'",
        "# input()",
        "while True:\n    if done():\n        break",
        "while True:\n    for x in y:\n        pass\n    else:\n        break",
        "while True:\n    try:\n        f()\n    except StopIteration:\n        break",
        "while True:\n    with f() as g:\n        raise Stop",
        "while True:\n    match f():\n        case 1:\n            break",
        "import sys\nwhile True:\n    sys.exit()",
        "while x < 3:\n    x += 1",
        "while False:\n    pass",
        "def f():\n    while True:\n        yield 1",
        "while True:",
    ],
)
def test_does_not_block(source: str) -> None:
    assert check(BlocksRunAll, source) == []


def test_input_redefined_in_another_cell() -> None:
    document = notebook("input = Tensor()", "input()")
    assert check(BlocksRunAll, document) == []


@pytest.mark.parametrize(
    ("source", "place", "mended"),
    [
        ("a = 1\nbreakpoint()\nb = 2", "breakpoint()", "a = 1\nb = 2"),
        ("a = 1\nbreakpoint()", "breakpoint()", "a = 1"),
        ("breakpoint()", "breakpoint()", ""),
        ("if a:\n    breakpoint()", "breakpoint()", "if a:\n    pass"),
        ("import pdb\npdb.set_trace()", "pdb.set_trace()", "import pdb"),
        (
            "from IPython.core.debugger import set_trace\nset_trace()\nx = 1",
            "set_trace()",
            "from IPython.core.debugger import set_trace\nx = 1",
        ),
        ("%pdb on\nx = 1", "%pdb on", "x = 1"),
        ("x = 1\n%debug", "%debug", "x = 1"),
    ],
)
def test_debugger_stops(source: str, place: str, mended: str) -> None:
    (problem,) = check(DevelopmentLeftover, source)
    assert marked(problem, source) == place
    assert sources(fixed(source, problem)) == [mended]


@pytest.mark.parametrize("source", ["x = 1; breakpoint()", "a and breakpoint()"])
def test_a_stop_within_a_line_is_left_to_the_person(source: str) -> None:
    (problem,) = check(DevelopmentLeftover, source)
    assert list(problem.fixes) == []


@pytest.mark.parametrize(
    "source", ["%pdb off", "set_trace()", "x.breakpoint()", "# breakpoint()", "t = 'breakpoint()'"]
)
def test_no_debugger_stop(source: str) -> None:
    assert check(DevelopmentLeftover, source) == []


def fitted(*lines: str) -> Notebook:
    """Reads `df`, runs the lines, and fits a model on `X`, which comes from `df`."""
    return notebook(
        "import pandas as pd\nimport torch",
        "\n".join(lines),
        "X = df[['a']]\nmodel.fit(X, df['y'])",
    )


@pytest.mark.parametrize(
    ("lines", "place", "mended"),
    [
        (["df = pd.read_csv('x', nrows=500)"], "nrows=500", "df = pd.read_csv('x')"),
        (
            ["df = pd.read_csv('x', nrows=500, sep=';')"],
            "nrows=500",
            "df = pd.read_csv('x', sep=';')",
        ),
        (
            ["df = pd.read_csv('x').sample(500)"],
            "pd.read_csv('x').sample(500)",
            "df = pd.read_csv('x')",
        ),
        (
            ["df = pd.read_csv('x')", "df = df.sample(frac=0.1, random_state=1)"],
            "df.sample(frac=0.1, random_state=1)",
            "df = pd.read_csv('x')\ndf = df",
        ),
        (
            ["raw = pd.read_csv('x')", "df = raw[:1000].dropna()"],
            "raw[:1000]",
            "raw = pd.read_csv('x')\ndf = raw.dropna()",
        ),
        (
            ["raw = pd.read_csv('x')", "df = raw.iloc[:1000]"],
            "raw.iloc[:1000]",
            "raw = pd.read_csv('x')\ndf = raw",
        ),
        (
            ["raw = pd.read_csv('x')", "df = raw.head(1000)"],
            "raw.head(1000)",
            "raw = pd.read_csv('x')\ndf = raw",
        ),
    ],
)
def test_shortcuts_above_a_model(lines: list[str], place: str, mended: str) -> None:
    document = fitted(*lines)
    (problem,) = check(DevelopmentLeftover, document)
    assert marked(problem, document) == place
    after = fixed(document, problem)
    assert sources(after)[1] == mended
    assert check(DevelopmentLeftover, after) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["df = pd.read_csv('x')"],
        ["df = pd.read_csv('x').sample(frac=1)"],
        ["df = pd.read_csv('x').sample(frac=1.0)"],
        ["df = pd.read_csv('x', nrows=None)"],
        ["df = pd.read_csv('x', nrows=limit)"],
        ["df = pd.read_csv('x')", "few = df.sample(5)"],
        ["df = pd.read_csv('x')", "few = df[:1000]"],
        ["df = pd.read_csv('x')", "print(df.head(1000))"],
        ["df = pd.read_csv('x')", "draws = torch.sample(1000)", "df['s'] = draws"],
        ["raw = pd.read_csv('x')", "df = raw[:800]", "rest = raw[800:]"],
        ["raw = pd.read_csv('x')", "df = raw[:37]"],
        ["df = pd.read_csv('x')", "df = df[df.y == 0].groupby('y').sample(100)"],
    ],
)
def test_no_shortcut_or_not_above_the_model(lines: list[str]) -> None:
    assert check(DevelopmentLeftover, fitted(*lines)) == []


@pytest.mark.parametrize(
    ("source", "place", "mended"),
    [
        ("m.fit(X[:5000], y[:5000])", "X[:5000]", "m.fit(X, y)"),
        ("m.fit(X.iloc[:5000], y.iloc[:5000])", "X.iloc[:5000]", "m.fit(X, y)"),
        ("Z = m.fit_transform(X.head(500))", "X.head(500)", "Z = m.fit_transform(X)"),
    ],
)
def test_a_model_fitted_on_the_first_rows(source: str, place: str, mended: str) -> None:
    (problem,) = check(DevelopmentLeftover, source)
    assert marked(problem, source) == place
    assert sources(fixed(source, problem)) == [mended]


@pytest.mark.parametrize(
    "source",
    [
        "m.fit(X[:5000], y[:5000])\nm.score(X[5000:], y[5000:])",
        "m.fit(X[:n], y[:n])",
        "m.fit(X[:, :100], y)",
        "m.fit(X[:2], y[:2])",
        "m.predict(X[:5000])",
        "m.fit(",
    ],
)
def test_a_model_fitted_on_one_part_of_a_split(source: str) -> None:
    assert check(DevelopmentLeftover, source) == []


def test_no_edit_through_parentheses() -> None:
    (problem,) = check(DevelopmentLeftover, "m.fit((X).head(1000), y)")
    assert list(problem.fixes) == []


def test_shortcuts_without_a_model_are_nobodys_business() -> None:
    source = "import pandas as pd\ndf = pd.read_csv('x', nrows=500)\ndf.plot()"
    assert check(DevelopmentLeftover, source) == []
