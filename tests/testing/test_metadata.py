"""The tests that stand in a cell's metadata: read, written, and told of where they are broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbquality.metadata import CellTest, cell_tests, malformed_tests, with_cell_tests

NEWER = {
    "tests": [
        {
            "title": "Ages are positive",
            "name": "ages-positive",
            "source": ["def test_ages():\n", "    assert (df.age > 0).all()"],
            "options": {"timeout": 5, "engine": "clean", "marks": ["slow"], "retries": 2},
            "author": "a newer version",
        }
    ],
    "breakpoints": [3],
}


def test_reads_what_a_newer_version_wrote_and_writes_it_back_unchanged():
    (test,) = cell_tests(NEWER)
    assert (test.name, test.timeout, test.engine, test.marks) == (
        "ages-positive",
        5.0,
        "clean",
        ["slow"],
    )
    assert test.source == "def test_ages():\n    assert (df.age > 0).all()"
    assert with_cell_tests(NEWER, [test]) == NEWER


def test_writes_only_what_says_something():
    assert with_cell_tests({}, [CellTest(name="a", source="assert x\n\nassert y\n")]) == {
        "tests": [{"name": "a", "source": ["assert x\n", "\n", "assert y\n"]}]
    }
    assert with_cell_tests(NEWER, []) == {"breakpoints": [3]}


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (3, "object"),
        ({"source": "assert 1"}, "`name`"),
        ({"name": "a b", "source": []}, "`name`"),
        ({"name": "a]\n", "source": []}, "`name`"),
        ({"name": "a"}, "`source`"),
        ({"name": "a", "source": ["x", 3]}, "`source`"),
        ({"name": "a", "source": [], "title": 3}, "`title`"),
        ({"name": "a", "source": [], "options": []}, "`options`"),
        ({"name": "a", "source": [], "options": {"timeout": 0}}, "`timeout`"),
        ({"name": "a", "source": [], "options": {"timeout": True}}, "`timeout`"),
        ({"name": "a", "source": [], "options": {"engine": "thread"}}, "`engine`"),
        ({"name": "a", "source": [], "options": {"marks": ["a b"]}}, "`marks`"),
    ],
)
def test_malformed_entry_is_told_kept_and_in_nobodys_way(entry: object, word: str):
    good = {"name": "good", "source": ["assert 1"]}
    ours = {"tests": [entry, good]}
    assert [test.name for test in cell_tests(ours)] == ["good"]
    (malformed,) = malformed_tests(ours)
    assert malformed.place == 0
    assert word in malformed.reason
    assert malformed.reason.endswith(".")
    assert with_cell_tests(ours, cell_tests(ours)) == {"tests": [good, entry]}


def test_name_that_comes_twice_and_list_that_is_none_are_told():
    twice = {"name": "a", "source": []}
    assert [test.name for test in cell_tests({"tests": [twice, twice]})] == ["a"]
    assert "another one" in malformed_tests({"tests": [twice, twice]})[0].reason
    assert malformed_tests({"tests": {"a": 1}})[0].place == -1


@given(st.text(st.characters(codec="utf-8")))
def test_any_source_comes_back_as_it_was(source: str):
    (test,) = cell_tests(with_cell_tests({}, [CellTest(name="a", source=source)]))
    assert test.source == source
