"""The tests that cells carry survive refactorings: they go where what they test goes."""

from pathlib import Path
from typing import Any

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.notebook_file import parse
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.inline import inline
from jupyter_nbquality.refactor.merge_cells import merge_cells
from jupyter_nbquality.refactor.move_cell import move_cell
from jupyter_nbquality.refactor.rename import rename
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.split_cell import split_cell


def a_test(name: str, *lines: str, **more: Any) -> dict[str, Any]:
    source = [*(f"{line}\n" for line in lines[:-1]), lines[-1]]
    return {"title": name.title(), "name": name, "source": source, **more}


def cell(key: str, source: str, *tests: Any, **ours: Any) -> Cell:
    metadata = {**ours, "tests": list(tests)} if tests else ours
    return Cell(key, "code", source, metadata=metadata)


def notebook(*cells: Cell) -> Notebook:
    return Notebook("", list(cells))


def named_after(document: Notebook, made: Any) -> dict[str, list[str]]:
    """Gives the names of the tests that each cell has after a plan, by the cell's source."""
    assert not isinstance(made, Refusal), made
    after = applied(document, made.plan)
    return {
        each.source: [test["name"] for test in each.metadata.get("tests", [])]
        for each in after.cells
    }


def refusal(made: Any) -> str:
    assert isinstance(made, Refusal), made
    return made.message


def test_rename_edits_the_tests_and_nothing_else_of_them() -> None:
    document = notebook(
        cell(
            "1",
            "total = 3",
            a_test(
                "is_three",
                "other.total = 'total'",
                "assert total == 3, f'{total}'",
                options={"timeout": 5},
                later="kept",
            ),
            "malformed",
        ),
        cell("2", "print(total)", {"name": "as_text", "source": "assert total"}),
    )
    made = rename(document, "total", "amount")
    assert not isinstance(made, Refusal)
    assert made.places == 5
    one, other = applied(document, made.plan).cells
    assert one.metadata["tests"] == [
        a_test(
            "is_three",
            "other.total = 'total'",
            "assert amount == 3, f'{amount}'",
            options={"timeout": 5},
            later="kept",
        ),
        "malformed",
    ]
    assert other.metadata["tests"] == [{"name": "as_text", "source": "assert amount"}]


def test_rename_minds_what_tests_call_theirs() -> None:
    document = notebook(
        cell("1", "x = 1", a_test("own", "y = 2", "assert x < y"), a_test("broken", "assert (x"))
    )
    assert refusal(rename(document, "x", "y")) == "A test of the cell has a name `y` already."
    made = rename(document, "x", "z")
    assert not isinstance(made, Refusal)
    assert made.warnings == ["The test “Broken” does not parse and is left as it is."]


def test_split_leaves_tests_with_what_they_use() -> None:
    document = notebook(
        cell(
            "1",
            "a = 1\nb = a + 1\nprint(b)",
            a_test("of_a", "assert a == 1"),
            a_test("of_both", "assert a < b"),
            a_test("of_none", "assert True"),
            ignore=["NB204"],
        )
    )
    assert named_after(document, split_cell(document, "1", [2, 3])) == {
        "a = 1": ["of_a"],
        "b = a + 1": ["of_both"],
        "print(b)": ["of_none"],
    }
    made = split_cell(document, "1", [3])
    assert not isinstance(made, Refusal)
    assert all(each.metadata["ignore"] == ["NB204"] for each in applied(document, made.plan).cells)


def test_merge_keeps_the_tests_of_all() -> None:
    document = notebook(
        cell("1", "a = 1", a_test("same", "assert a")),
        cell("2", "b = 2", a_test("same", "assert b"), a_test("more", "assert b > a")),
    )
    made = merge_cells(document, ["1", "2"])
    assert named_after(document, made) == {"a = 1\n\nb = 2": ["same", "same-2", "more"]}
    assert not isinstance(made, Refusal)
    assert not made.warnings


def test_a_function_of_several_cells_keeps_their_tests_and_what_these_read() -> None:
    document = notebook(
        cell("1", "a = 1", a_test("of_a", "assert a == 1")),
        cell("2", "b = a + 1", a_test("of_b", "assert b == 2")),
    )
    made = extract_function(document, Selection(["1", "2"]), "make", docstring=False)
    assert named_after(document, made) == {
        "def make():\n    a = 1\n    b = a + 1\n    return a, b\n\n\na, b = make()": [
            "of_a",
            "of_b",
        ]
    }


def test_a_test_keeps_its_name_and_its_place() -> None:
    document = notebook(
        cell("1", "x = 1", a_test("of_y", "assert y == 2")), cell("2", "y = 2"), cell("3", "y + x")
    )
    assert refusal(inline(document, "y")) == "The test “Of_Y” reads `y`."
    assert refusal(move_cell(document, "1", "2")) == (
        "The test “Of_Y” of cell 1 reads `y`, which cell 2 changes or binds."
    )


def test_the_file_gets_them_too() -> None:
    path = Path("n.ipynb")
    file = parse(
        b'{"cells": [{"cell_type": "code", "execution_count": null, "id": "a",'
        b' "metadata": {"nbquality": {"tests": [{"name": "t", "source": ["assert b"]}]}},'
        b' "outputs": [], "source": ["a = 1\\n", "b = 2\\n", "c = 3"]}],'
        b' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        path,
    )
    made = split_cell(file.notebook, "a", [2, 3])
    assert not isinstance(made, Refusal)
    after = parse(file.apply(made.plan), path).notebook
    assert [each.source for each in after.cells] == ["a = 1", "b = 2", "c = 3"]
    assert [each.metadata for each in after.cells] == [
        {},
        {"tests": [{"name": "t", "source": ["assert b"]}]},
        {},
    ]
    again = merge_cells(after, [each.id for each in after.cells])
    assert not isinstance(again, Refusal)
    merged = parse(parse(file.apply(made.plan), path).apply(again.plan), path).notebook
    assert [each.metadata for each in merged.cells] == [after.cells[1].metadata]
