"""NB211 to NB213: the file's name."""

from pathlib import Path

import pytest

from jupyter_nbquality.edits import RenameFile
from jupyter_nbquality.lint.rule import Problem
from jupyter_nbquality.lint.rules.nb211_untitled_notebook import UntitledNotebook
from jupyter_nbquality.lint.rules.nb212_copy_of_notebook import CopyOfNotebook
from jupyter_nbquality.lint.rules.nb213_unportable_name import UnportableName
from tests.lint.builders import check, markdown, notebook


def new_names(problem: Problem) -> list[str]:
    operations = [operation for fix in problem.fixes for operation in fix.plan.operations]
    assert all(isinstance(operation, RenameFile) for operation in operations)
    return [operation.new_path for operation in operations if isinstance(operation, RenameFile)]


@pytest.mark.parametrize("path", ["Untitled.ipynb", "work/Untitled12.ipynb"])
def test_untitled(path: str) -> None:
    assert len(check(UntitledNotebook, notebook("x = 1", path=path))) == 1


@pytest.mark.parametrize("path", ["", "untitled_love.ipynb", "Untitled-art.ipynb", "a.ipynb"])
def test_titled(path: str) -> None:
    assert check(UntitledNotebook, notebook("x = 1", path=path)) == []


def test_a_new_notebook_may_be_untitled() -> None:
    assert check(UntitledNotebook, notebook("", path="Untitled.ipynb")) == []


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("# Churn by month", ["work/churn-by-month.ipynb"]),
        ("# **Café** — [prices](https://example.org) & `tea`", ["work/cafe-prices-tea.ipynb"]),
        ("# " + "very " * 40, ["work/" + "-".join(["very"] * 12) + ".ipynb"]),
        ("# 売上", []),
        ("no heading", []),
    ],
)
def test_a_name_from_the_heading(heading: str, names: list[str]) -> None:
    document = notebook(markdown(heading), "x = 1", path="work/Untitled.ipynb")
    (problem,) = check(UntitledNotebook, document)
    assert new_names(problem) == names


def test_a_taken_name_is_not_offered(tmp_path: Path) -> None:
    document = notebook(markdown("# Churn"), "x = 1", path="Untitled.ipynb")
    (problem,) = check(UntitledNotebook, document, folder=tmp_path)
    assert new_names(problem) == ["churn.ipynb"]
    (tmp_path / "churn.ipynb").touch()
    (problem,) = check(UntitledNotebook, document, folder=tmp_path)
    assert new_names(problem) == []


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("churn-Copy1", "churn"),
        ("churn-Copy2-Copy1", "churn"),
        ("Copy of churn", "churn"),
        ("churn - Copy", "churn"),
        ("churn - Copy (2)", "churn"),
        ("churn copy", "churn"),
        ("churn copy 3", "churn"),
        ("churn (1)", "churn"),
        ("churn(2)", "churn"),
    ],
)
def test_copies(name: str, original: str, tmp_path: Path) -> None:
    document = notebook(path=f"work/{name}.ipynb")
    (problem,) = check(CopyOfNotebook, document)
    assert problem.fixes == []
    (problem,) = check(CopyOfNotebook, document, folder=tmp_path)
    assert new_names(problem) == [f"work/{original}.ipynb"]
    (tmp_path / f"{original}.ipynb").touch()
    (problem,) = check(CopyOfNotebook, document, folder=tmp_path)
    assert problem.fixes == []


@pytest.mark.parametrize(
    "name", ["", "churn", "Copy", "copywriting", "photocopy", "deep-copy", "report (2026)", "Copy1"]
)
def test_originals(name: str) -> None:
    assert check(CopyOfNotebook, notebook(path=f"{name}.ipynb")) == []


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        ("churn:2026", "churn-2026"),
        ("what?", "what"),
        ('a<b>|"c"', "a-b-c"),
        ("tab\there", "tab-here"),
        ("aux", "aux-notebook"),
        ("CON", "CON-notebook"),
        ("lpt1.draft", "lpt1.draft-notebook"),
    ],
)
def test_unportable(name: str, portable: str) -> None:
    (problem,) = check(UnportableName, notebook(path=f"work/{name}.ipynb"))
    if "." not in name:
        assert new_names(problem) == [f"work/{portable}.ipynb"]
    assert "\t" not in problem.message


@pytest.mark.parametrize(
    "path",
    ["", "a b.ipynb", "Größe (cm) é 売上.ipynb", "console.ipynb", "auxiliary.ipynb", "x.y.ipynb"],
)
def test_portable(path: str) -> None:
    assert check(UnportableName, notebook(path=path)) == []
