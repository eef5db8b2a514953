"""Which columns and entries some code reads."""

import ast

import pytest

from jupyter_nbquality.dataflow.entries import Reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['a']", {"a"}),
        ("df[['a', 'b']]", {"a", "b"}),
        ("df.a + df.b", {"a", "b"}),
        ("df.a.mean()", {"a"}),
        ("df.groupby('k').v.sum()", {"k", "v"}),
        ("df.groupby(['k', 'l'])['v'].sum()", {"k", "l", "v"}),
        ("df.groupby('k').sum()", None),
        ("df.groupby(k).v.sum()", None),
        ("df", None),
        ("df.head()", None),
        ("df.shape", None),
        ("df[mask]", None),
        ("f(df.a, df)", None),
        ("df['a'] += 1", {"a"}),
        ("df[['a', key]]", None),
    ],
)
def test_what_is_read_of_a_frame(text: str, expected: set[str] | None) -> None:
    keys = Reading(ast.parse(text).body).keys("df")
    assert (keys and {key[1:] for key in keys} - {"*"}) == expected


def test_what_is_set_is_not_read() -> None:
    assert "df" not in Reading(ast.parse("df['a'] = n\ndf.b = n\ndel df['c']").body).found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['a'] = df.mean(axis=1)", True),
        ("df['a'] = total(df)", True),
        ("df['a'] = df.apply(f, axis=1)", False),
        ("df['a'] = df.shape[1]", True),
    ],
)
def test_what_another_column_makes_another_thing_of(text: str, expected: bool) -> None:
    assert ("df" in Reading(ast.parse(text).body).over_all) is expected
