import pandas as pd
import pytest

from jupyter_nbquality.lint.rules.nb109_not_idempotent import NotIdempotent
from tests.lint.builders import check, fixed, marked, sources


@pytest.mark.parametrize(
    "source",
    [
        "n += 1",
        "n = n + 1",
        "n = 2 * n - 1",
        "text = text + '!'",
        "flag = not flag",
        "df['price'] /= 100",
        "df['price'] = df['price'] / 100",
        "df.price = df.price * 1.2",
        "df = df.drop(columns='id')",
        "df = df.drop('id', axis=1)",
        "df = df.dropna().drop(columns=['id']).copy()",
        "df.drop(columns='id', inplace=True)",
        "df.set_index('id', inplace=True)",
        "df = df.reset_index()",
        "df = df.set_index('date')",
        "df = df.shift(1)",
        "df = df.sample(frac=1)",
        "df = df.merge(other, on='id')",
        "df = pd.merge(df, other, on='id')",
        "df = pd.concat([df, extra])",
        "df = pd.get_dummies(df, columns=['shop'])",
        "df = df['price']",
        "df = df.iloc[1:]",
        "df = df[:-1]",
        "xs = xs[::2]",
        "xs = xs[1:]",
        "x = x[:, None]",
        "x = x[:, np.newaxis]",
        "x = x[0]",
        "x = x.T",
        "x = np.log(x)",
        "df['price'] = np.log1p(df['price'])",
        "X = scaler.transform(X)",
        "df = df[df.price < df.price.quantile(0.95)]",
        "df = df[(df.a > 0) & (df.b < df.b.mean() + 3 * df.b.std())]",
        "df['sold'] = df['sold'].map({'yes': 1, 'no': 0})",
        "rows.append(row)",
        "line = line.split(',')",
        "with open('f') as file:\n    n += 1",
        "%matplotlib inline\nn += 1",
    ],
)
def test_changes_again(source: str) -> None:
    (problem,) = check(NotIdempotent, source)
    assert problem.message.startswith("Running this cell again changes `")
    assert marked(problem, source) in source


@pytest.mark.parametrize(
    "source",
    [
        "n = 1\nn += 1",
        "n = 1\nn = n + 1",
        "df = pd.read_csv('a.csv')\ndf = df.drop(columns='id')",
        "df = other.copy()\ndf['price'] /= 100\ndf.drop(columns='id', inplace=True)",
        "rows = []\nrows.append(1)",
        "for n in range(3):\n    pass\nn += 1",
        "import sys\nsys.path.append('..')",
        "sys.path.append('..')",
        "def grow():\n    global n\n    n += 1",
        "class A:\n    n = 1\n    n += 1",
        "df = df.fillna(0)",
        "df = df.copy()",
        "df = df.reset_index(drop=True)",
        "df = df.sort_values('date')",
        "df = df.astype(float)",
        "df = df.drop_duplicates().dropna()",
        "df = df.rename(columns={'a': 'b'})",
        "df = df.drop(columns='id', errors='ignore')",
        "df = df.drop(df[df.age > 90].index)",
        "df = df[df.age > 18]",
        "df = df[(df.age > 18) & df.name.notna()]",
        "df = df[['a', 'b']]",
        "df = df[mask]",
        "df = df.loc[df.age > 18, ['age']]",
        "df = df[df.date == df.date.max()]",
        "df = df.query('age > 18')",
        "df = df.head(10)",
        "xs = xs[:100]",
        "xs = xs[:]",
        "xs = sorted(xs)",
        "xs = list(set(xs))",
        "x = abs(x)",
        "x = np.abs(x)",
        "x = x.T.copy().T",
        "x = x / x.sum()",
        "x = (x - x.mean()) / x.std()",
        "text = text.strip().lower()",
        "flags = flags | {'a'}",
        "flags |= {'a'}",
        "n = n % 12",
        "df = df.groupby('a').mean().reset_index()",
        "df['a'] = df['a'].fillna(df['a'].mean())",
        "df['a'] = df['b'] / 100",
        "df['total'] = df['a'] + df['b']",
        "y = x + 1",
        "x = f(x)",
        "model = model.fit(X)",
        "ax = ax.twinx()",
        "X = scaler.fit_transform(X)",
        "df['sold'] = df['sold'].map({1: 1, 2: 1})",
        "df['sold'] = df['sold'].map(translate)",
        "%%timeit\nn += 1",
        "n += ",
        "df['a'] = df['b']\ndf['a'] /= 100",
        "files = !ls\nfiles = files[1:]",
    ],
)
def test_gives_the_same(source: str) -> None:
    assert check(NotIdempotent, source) == []


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("df = df.drop(columns='id')", "df = df.drop(columns='id', errors=\"ignore\")"),
        (
            "df = df.drop(['id', 'b'], axis=1)",
            "df = df.drop(['id', 'b'], axis=1, errors=\"ignore\")",
        ),
        (
            "df.drop(labels='id', axis='columns', inplace=True)",
            "df.drop(labels='id', axis='columns', inplace=True, errors=\"ignore\")",
        ),
        (
            "df = df.dropna().drop(\n    columns=['id'],  # gone\n).drop(columns='b').copy()",
            "df = df.dropna().drop(\n    columns=['id'], errors=\"ignore\",  # gone\n)"
            ".drop(columns='b', errors=\"ignore\").copy()",
        ),
    ],
)
def test_columns_may_be_gone(source: str, mended: str) -> None:
    (problem,) = check(NotIdempotent, source)
    assert [fix.applicability for fix in problem.fixes] == ["unsafe"]
    after = fixed(source, problem)
    assert sources(after) == [mended]
    assert check(NotIdempotent, after) == []
    frame = pd.DataFrame({"id": [3, 1, 2], "a": [1.5, None, 2.5], "b": [0, 0, 1]}, index=[2, 1, 0])
    space = {"df": frame.copy()}
    exec(source, space)
    once = space["df"]
    space["df"] = frame.copy()
    for _ in range(2):
        exec(mended, space)
        assert space["df"].equals(once)


@pytest.mark.parametrize(
    "source",
    [
        "df = df.drop('id')",  # a row, or no frame at all
        "df = df.drop(index=0).reset_index(drop=True)",
        "df = df.drop(columns=unwanted)",
        "df = df.drop(columns='id', errors='raise')",
        "df = df.drop(columns='id', **options)",
        "df = df.drop(columns='id').rename(columns={'key': 'id'})",
        "df = df.drop_duplicates().drop(columns='id')",
        "df = df.sort_values('id').drop(columns='id')",
        "df = df.dropna(thresh=2).drop(columns='id')",
        "df = df.drop(columns='id').reset_index()",
        "df = df.drop(columns='id', inplace=True)",
        "n += 1",
        "rows.append(row)",
    ],
)
def test_no_fix_where_none_is_sure_to_help(source: str) -> None:
    (problem,) = check(NotIdempotent, source)
    assert list(problem.fixes) == []


def test_one_finding_for_a_variable() -> None:
    source = "df = df.drop(columns='a')\ndf = df.shift(1)\nn += 1\nn += 1"
    problems = check(NotIdempotent, source)
    assert [marked(problem, source) for problem in problems] == [
        "df = df.drop(columns='a')",
        "n += 1",
    ]


def test_a_harmless_step_before_does_not_hide_it() -> None:
    source = "df = df.fillna(0)\ndf = df.drop(columns='a')"
    (problem,) = check(NotIdempotent, source)
    assert marked(problem, source) == "df = df.drop(columns='a')"


def test_names_within_functions_and_comprehensions_are_others() -> None:
    # The dataflow tells them apart: neither gives `rows` a new value in the notebook.
    for inner in ("def fill():\n    rows = []\n    return rows", "n = [rows for rows in range(3)]"):
        (problem,) = check(NotIdempotent, f"{inner}\nrows.append(1)")
        assert "`rows`" in problem.message


def test_a_giant_cell_is_looked_at_too() -> None:
    lines = ["x = 1"] * 2_500
    assert check(NotIdempotent, "\n".join([*lines, "x += 1"])) == []
    assert len(check(NotIdempotent, "\n".join([*lines, "y += 1"]))) == 1
