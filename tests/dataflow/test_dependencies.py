"""The dependencies of notebooks, cell by cell."""

# ruff: noqa: E501
# fmt: off

import pytest

from tests.dataflow.looking import dependencies_of

CASES: list[tuple[str, list[str], list[str]]] = [
    ("nothing in common", ["a = 1", "b = 2"], []),
    ("a definition", ["a = 1", "b = a"], ["1 > 2 a"]),
    ("two names", ["a = b = 1", "a + b"], ["1 > 2 a b"]),
    ("two definitions", ["a = 1", "b = 1", "a + b"], ["1 > 3 a", "2 > 3 b"]),
    ("the closest definition", ["a = 1", "a = 2", "a"], ["2 > 3 a"]),
    ("a definition below is none", ["a", "a = 1"], []),
    ("itself is none", ["a = 1\na"], []),
    ("a counter", ["a = 1", "a += 1", "a"], ["1 > 2 a", "2 > 3 a"]),
    ("maybe a definition", ["a = 1", "if c:\n    a = 2", "a"], ["1 > 3 a", "2 > 3 a"]),
    ("a change", ["a = []", "a.append(1)", "a"], ["1 > 2 a", "1 > 3 a", "2 ~ 3 a"]),
    (
        "two changes",
        ["a = []", "a.append(1)", "a.append(2)", "a"],
        ["1 > 2 a", "1 > 3 a", "2 ~ 3 a", "1 > 4 a", "3 ~ 4 a"],
    ),
    ("a possible change", ["a = []", "f(a)", "a"], ["1 > 2 a", "1 > 3 a", "2 ? 3 a"]),
    (
        "a definition after a change",
        ["a = []", "a.append(1)", "a = 2", "a"],
        ["1 > 2 a", "3 > 4 a"],
    ),
    ("a deletion", ["a = 1", "del a", "a"], ["1 > 2 a", "2 - 3 a"]),
    ("a deletion of its own", ["x = 1", "x = 2\ndel x", "x"], ["2 - 3 x"]),
    ("a function and what it reads", ["def f():\n    return a", "a = 1", "f()"], ["1 > 3 f", "2 > 3 a"]),
    ("a function that is not called", ["def f():\n    return a", "a = 1"], []),
    (
        "a function that changes what it is given",
        ["def f(x):\n    x.append(1)", "a = []", "f(a)", "a"],
        ["1 > 3 f", "2 > 3 a", "2 > 4 a", "3 ~ 4 a"],
    ),
    (
        "a function that changes what it reads",
        ["a = []", "def f():\n    a.append(1)", "f()", "a"],
        ["1 > 3 a", "2 > 3 f", "1 > 4 a", "3 ~ 4 a"],
    ),
    (
        "a function that binds",
        ["def f():\n    global a\n    a = 1", "f()", "a"],
        ["1 > 2 f", "2 > 3 a"],
    ),
    (
        "functions in a row",
        ["def f(x):\n    x['k'] = 1", "def g(y):\n    f(y)", "a = {}", "g(a)", "a"],
        ["1 > 4 f", "2 > 4 g", "3 > 4 a", "3 > 5 a", "4 ~ 5 a"],
    ),
    (
        "a function that is given a function",
        ["def f():\n    return a", "def g(h):\n    return h()", "a = 1", "g(f)"],
        ["1 > 4 f", "2 > 4 g", "3 > 4 a"],
    ),
    ("recursion", ["def f(n):\n    return f(n - a)", "a = 1", "f(3)"], ["1 > 3 f", "2 > 3 a"]),
    (
        "functions that call each other",
        ["def f(x):\n    g(x)", "def g(x):\n    x.append(1)\n    f(x)", "a = []", "f(a)", "a"],
        ["1 > 4 f", "2 > 4 g", "3 > 4 a", "3 > 5 a", "4 ~ 5 a"],
    ),
    (
        "the function that stands there then",
        ["def f():\n    return a", "a = 1", "f()", "def f():\n    return b", "b = 1", "f()"],
        ["1 > 3 f", "2 > 3 a", "4 > 6 f", "5 > 6 b"],
    ),
    (
        "an object of a class",
        ["class C:\n    def m(self):\n        return a", "c = C()", "a = 1", "c.m()"],
        ["1 > 2 C", "2 > 4 c", "3 > 4 a"],
    ),
    (
        "a method of the notebook's own, called as one of pandas",
        ["class C:\n    def transform(self, x):\n        x['k'] = 1", "c = C()", "df = read()", "c.transform(df)", "df"],
        ["1 > 2 C", "2 > 4 c", "3 > 4 df", "3 > 5 df", "4 ? 5 df"],
    ),
    (
        "an object made beside its class",
        ["class C:\n    def m(self):\n        return a\nc = C()", "a = 1", "c.m()"],
        ["1 > 3 c", "2 > 3 a"],
    ),
    ("an alias", ["a = []", "b = a", "b.append(1)", "a"], ["1 > 2 a", "1 > 3 a", "2 > 3 b", "1 > 4 a", "3 ~ 4 a"]),
    (
        "an alias that was let go",
        ["a = []", "b = a", "b = []", "b.append(1)", "a"],
        ["1 > 2 a", "3 > 4 b", "1 > 5 a"],
    ),
    ("a column in place", ["df = read()", "df['x'] = 1", "df.x"], ["1 > 2 df", "1 > 3 df", "2 ~ 3 df"]),
    ("a model", ["m = M()", "m.fit(X)", "m.predict(X)"], ["1 > 2 m", "1 > 3 m", "2 ~ 3 m"]),
    ("a loop variable", ["for i in a:\n    i.append(1)", "for i in b:\n    i.append(1)"], []),
    ("a generator", ["g = (x * a for x in b)", "a = 1", "sum(g)"], ["1 > 3 g", "2 > 3 a"]),
    ("a generator that was used up", ["g = (x for x in b)", "sum(g)", "list(g)"], ["1 > 2 g", "1 > 3 g", "2 ? 3 g"]),
    ("lambdas in a list", ["fs = [lambda: a]", "a = 1", "fs[0]()"], ["1 > 3 fs", "2 > 3 a"]),
    ("another name for a function", ["def f():\n    return a", "h = f", "a = 1", "h()"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("functions in a list", ["def f():\n    return a", "h = [f]", "a = 1", "h[0]()"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("a function made by another", ["def f():\n    def g():\n        return a\n    return g", "h = f()", "a = 1", "h()"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("a lambda made by a function", ["def f():\n    return lambda: a", "h = f()", "a = 1", "h()"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("what a generator function gives", ["def f():\n    yield a", "h = f()", "a = 1", "list(h)"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("a coroutine", ["async def f():\n    return a", "h = f()", "a = 1", "await h"], ["1 > 2 f", "2 > 4 h", "3 > 4 a"]),
    ("another name for an object", ["class C:\n    def m(self):\n        return a", "c = C()", "d = c", "a = 1", "d.m()"], ["1 > 2 C", "2 > 3 c", "2 > 5 c", "3 > 5 d", "4 > 5 a"]),
    ("what a function gives", ["a = []", "def f():\n    return a", "f()[0] = 1", "a"], ["1 > 3 a", "2 > 3 f", "1 > 4 a", "3 ? 4 a"]),
    ("what a class changes as it is called", ["class C:\n    def __init__(self, x):\n        x.append(1)", "a = []", "C(a)", "a"], ["1 > 3 C", "2 > 3 a", "2 > 4 a", "3 ~ 4 a"]),
    ("the names of all", ["a = 1", "globals()['a']"], ["1 > 2 a"]),
    ("an alias by a walrus", ["a = []", "(b := a)", "b.append(1)", "a"], ["1 > 2 a", "1 > 3 a", "2 > 3 b", "1 > 4 a", "3 ~ 4 a"]),
    ("a file", ["df.to_csv('a.csv')", "pd.read_csv('a.csv')"], ["1 ~ 2 file:a.csv"]),
    ("two files", ["df.to_csv('a.csv')", "pd.read_csv('b.csv')"], []),
    ("the same file, by another path", ["df.to_csv('./a.csv')", "open('a.csv')"], ["1 ~ 2 file:a.csv"]),
    ("a file that is opened to write", ["open('a.txt', 'w').write(x)", "open('a.txt').read()"], ["1 ~ 2 file:a.txt"]),
    ("a path", ["Path('a.txt').write_text(x)", "(Path('.') / 'a.txt').read_text()"], ["1 ~ 2 file:a.txt"]),
    ("a file whose path is unknown", ["df.to_csv(p)", "pd.read_csv('a.csv')"], ["1 ? 2 file:?"]),
    ("a folder that is made", ["os.makedirs('out')", "df.to_csv('out/a.csv')"], ["1 ~ 2 file:out", "1 ? 2 file:/"]),
    ("the directory", ["%cd data", "pd.read_csv('a.csv')"], ["1 ~ 2 state:directory"]),
    ("the directory does not matter", ["%cd data", "pd.read_csv('/a.csv')"], []),
    ("a seed", ["np.random.seed(1)", "x = np.random.rand()"], ["1 > 2 state:random numpy"]),
    (
        "a draw after a draw",
        ["np.random.seed(1)", "np.random.rand()", "np.random.rand()"],
        ["1 > 2 state:random numpy", "1 > 3 state:random numpy", "2 ~ 3 state:random numpy"],
    ),
    ("draws without a seed", ["np.random.rand()", "np.random.rand()"], []),
    ("a seed anew", ["np.random.seed(1)", "np.random.seed(2)", "np.random.rand()"], ["2 > 3 state:random numpy"]),
    ("another generator", ["random.seed(1)", "np.random.rand()"], []),
    ("the state of an estimator", ["np.random.seed(1)", "m.fit(X)"], ["1 > 2 state:random numpy"]),
    ("what is shown", ["pd.set_option('display.max_rows', 5)", "df"], ["1 ~ 2 state:display"]),
    ("the environment", ["os.environ['A'] = 'b'", "!echo $A"], ["1 ~ 2 state:environment"]),
    ("a module that is written", ["%%writefile helpers.py\nx = 1", "import helpers"], ["1 ~ 2 file:helpers.py"]),
    ("where modules are found", ["sys.path.append('lib')", "import helpers"], ["1 ~ 2 state:modules"]),
    ("SQL", ["df = read()", "sales = 1", "duckdb.sql('select * from df')"], ["1 > 3 df"]),
    ("a query", ["limit = 3", "df = read()", "df.query('x > @limit')"], ["1 > 3 limit", "2 > 3 df"]),
    ("an f-string", ["a = 1", "print(f'{a}')"], ["1 > 2 a"]),
    ("the shell", ["n = 1", "!head -n {n} a.csv"], ["1 > 2 n"]),
    ("a magic", ["a = []", "%time a.append(1)", "a"], ["1 > 2 a", "1 > 3 a", "2 ~ 3 a"]),
    ("a builtin that is handed around", ["f(list)", "g(list)"], []),
    ("an attribute of a module", ["import config", "config.DEBUG = True", "config.DEBUG"], ["1 > 2 config", "1 > 3 config", "2 ~ 3 config"]),
    ("markdown in a text", ["a = 'b'", "b = 1"], []),
    ("a cell that does not parse", ["a = 1", "a = = 2", "a"], ["1 > 3 a"]),
]


@pytest.mark.parametrize(
    ("sources", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_dependencies(sources: list[str], expected: list[str]) -> None:
    assert dependencies_of(*sources) == expected
