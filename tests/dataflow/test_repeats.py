"""What a statement does if it is done again."""

import ast

import pytest

from jupyter_nbquality.dataflow.repeats import (
    fails_again,
    is_repeatable,
    items,
    mostly_bound,
    of_itself,
)


def statement(text: str) -> ast.stmt:
    """Parses a statement."""
    return ast.parse(text).body[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df.sort_values('a', inplace=True)", True),
        ("model.set_params(alpha=1).fit(X)", True),
        ("result = model.fit(X)", True),
        ("last = xs.pop()", False),
        ("settings.update({'a': 1})", True),
        ("settings.update(more)", False),
        ("xs.append(1)", False),
        ("xs[0] = 1", True),
        ("xs[0] = xs[1] + 1", False),
        ("df.loc[df.a > 3, 'b'] = 0", True),
        ("df.columns = [c.lower() for c in df.columns]", True),
        ("df.columns = [c + '_' for c in df.columns]", False),
        ("np.fill_diagonal(a, 7)", True),
        ("print(1)", False),
    ],
)
def test_changes_that_may_be_made_twice(text: str, expected: bool) -> None:
    assert is_repeatable(statement(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df = df.dropna().sort_values('a')", ("df", "")),
        ("df = df[df.a > 3]", ("df", "")),
        ("df = df[df.a > df.a.mean()]", None),
        ("df = df.assign(b=df.a * 2)", ("df", "")),
        ("df = df.assign(a=df.a * 2)", None),
        ("df['a'] = df['a'].str.strip().fillna('')", ("df", "[a")),
        ("df['a'] = pd.to_numeric(df['a'], errors='coerce')", ("df", "[a")),
        ("df.a = df.a.astype(int)", ("df", ".a")),
        ("df['a'] = df['b'].fillna(0)", None),
        ("df['a'] = df['a'] * 2", None),
        ("xs = sorted(xs)", ("xs", "")),
        ("n = n + 1", None),
    ],
)
def test_what_is_made_of_itself(text: str, expected: tuple[str, str] | None) -> None:
    assert of_itself(statement(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['a'] = 1", {"df": "[a"}),
        ("df['a'] += 1", {"df": "[a"}),
        ("df.a = 1", {"df": ".a"}),
        ("df.columns = names", {}),
        ("df[key] = 1", {}),
        ("del d['a']", {"d": "[a"}),
        ("d = 1", {}),
    ],
)
def test_entries_that_are_set(text: str, expected: dict[str, str]) -> None:
    assert items(statement(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df.drop(columns='a', inplace=True)", True),
        ("df.drop(columns='a')", False),
        ("del d['a']", True),
        ("d.pop('a')", True),
        ("d.pop('a', None)", False),
        ("xs.pop()", False),
        ("df.to_sql('t', con)", True),
        ("df.to_sql('t', con, if_exists='replace')", False),
    ],
)
def test_what_fails_the_second_time(text: str, expected: bool) -> None:
    assert fails_again(statement(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in xs:\n    y = i\n    if y:\n        z = 1", {"i", "y"}),
        ("with open('a') as f:\n    text = f.read()", {"f", "text"}),
        ("try:\n    import a.b\nexcept ImportError:\n    c = 1", {"a"}),
        ("if x:\n    a = b = 1\nelse:\n    a = 2", {"a"}),
        ("while x:\n    x, y = g()", {"x", "y"}),
    ],
)
def test_what_is_bound_where_nothing_is_raised(text: str, expected: set[str]) -> None:
    assert mostly_bound([statement(text)]) == expected
