"""NB108, NB205, NB206, NB210: outputs, size, gaps and the title."""

import pytest

from jupyter_nbquality.lint.rules.nb108_error_output_saved import ErrorOutputSaved
from jupyter_nbquality.lint.rules.nb205_many_cells import ManyCells
from jupyter_nbquality.lint.rules.nb206_empty_cell import EmptyCell
from jupyter_nbquality.lint.rules.nb210_missing_title import MissingTitle
from jupyter_nbquality.notebook import Cell, Notebook
from tests.lint.builders import check, code, fixed, markdown, notebook, raw, sources

BODY = ("import math", "a = 1", "b = 2", "c = 3")


def test_saved_error() -> None:
    document = notebook(code("1/0", 4, error="ZeroDivisionError"), code("x = 1", 5))
    (problem,) = check(ErrorOutputSaved, document)
    assert problem.cell == "c1"
    assert problem.message == "The saved output is an error: `ZeroDivisionError`"
    mended = fixed(document, problem)
    assert mended.cells[0].execution_count is None
    assert check(ErrorOutputSaved, mended) == []


@pytest.mark.parametrize(
    "cell",
    [
        code("1/0", 4, error="ZeroDivisionError", tags=["raises-exception"]),
        code("# NBVAL_RAISES_EXCEPTION\n1/0", 4, error="ZeroDivisionError"),
    ],
)
def test_saved_error_on_purpose(cell: Cell) -> None:
    assert check(ErrorOutputSaved, notebook(cell)) == []


@pytest.mark.parametrize(("cells", "count"), [(3, 0), (4, 1)])
def test_many_cells(cells: int, count: int) -> None:
    problems = check(ManyCells, notebook(*["x = 1"] * cells), many_cells=3)
    assert [problem.message for problem in problems] == ["This notebook has 4 cells"] * count


@pytest.mark.parametrize(
    ("cells", "empty"),
    [
        (("x = 1", "", "y = 2"), ["c2"]),
        (("", "x = 1"), ["c1"]),
        (("x = 1", markdown(" \n\t"), "", "y = 2"), ["c2", "c3"]),
        (("x = 1", "", ""), []),
        (("",), []),
        ((), []),
    ],
)
def test_empty_cells_in_the_middle(cells: tuple[Cell | str, ...], empty: list[str]) -> None:
    document = notebook(*cells)
    problems = check(EmptyCell, document)
    assert [problem.cell for problem in problems] == empty
    for problem in problems:
        assert problem.cell not in [cell.id for cell in fixed(document, problem).cells]


@pytest.mark.parametrize(
    "title",
    [
        markdown("# Churn"),
        markdown("Some words\n\n## Churn by month ##"),
        markdown("Churn\n====="),
        markdown("Churn\n---"),
        markdown('<h1 align="center">Churn</h1>'),
        markdown("<center><H2>\nChurn</H2></center>"),
        raw("---\ntitle: Churn\n---"),
        raw(".. _churn:\n\nChurn\n====="),
    ],
)
@pytest.mark.parametrize("before", [(), ("import os", markdown("by Ann"))])
def test_titles(title: Cell, before: tuple[Cell | str, ...]) -> None:
    assert check(MissingTitle, notebook(*before, title, *BODY)) == []


@pytest.mark.parametrize(
    "document",
    [
        notebook(*BODY),
        notebook(markdown("Some words"), *BODY),
        notebook(markdown("#hashtag"), *BODY),
        notebook(markdown("```\n# a comment in code\n```"), *BODY),
        notebook(markdown("- a\n- b"), *BODY),
        notebook("# Churn", *BODY),
        notebook("import os", "import re", "import sys", markdown("# Late"), *BODY),
    ],
)
def test_missing_titles(document: Notebook) -> None:
    assert len(check(MissingTitle, document)) == 1


@pytest.mark.parametrize("document", [notebook(), notebook("x = 1", "", "", "", "y = 1", "z = 1")])
def test_a_beginning_needs_no_title(document: Notebook) -> None:
    assert check(MissingTitle, document) == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("work/churn_by-month.ipynb", "# Churn by month"),
        ("EDA.ipynb", "# EDA"),
    ],
)
def test_insert_a_title(path: str, title: str) -> None:
    document = notebook(*BODY, path=path)
    (problem,) = check(MissingTitle, document)
    mended = fixed(document, problem)
    assert sources(mended)[0] == f"markdown: {title}"
    assert check(MissingTitle, mended) == []


@pytest.mark.parametrize("path", ["", "Untitled.ipynb"])
def test_no_title_out_of_nothing(path: str) -> None:
    (problem,) = check(MissingTitle, notebook(*BODY, path=path))
    assert problem.fixes == []
