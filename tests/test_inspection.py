"""What is shown of one notebook, composed of all features."""

import os
from pathlib import Path

import pytest

from jupyter_nbquality.dataflow.staleness import RunRecord
from jupyter_nbquality.edits import InsertCell
from jupyter_nbquality.findings import Severity
from jupyter_nbquality.inspection import Inspector
from jupyter_nbquality.lint.engine import LintOptions
from jupyter_nbquality.notebook import Cell, Notebook

CELLS = ["import robots\narm = []", "robots.move(arm)", "arm"]
TABLE = "[tool.nbquality.libraries.robots]\nchanges = {}\n"


def notebook(*sources: str, language: str = "python") -> Notebook:
    cells = [Cell(str(number), "code", text) for number, text in enumerate(sources, 1)]
    return Notebook("a.ipynb", cells, language=language)


def kinds(inspector: Inspector, folder: Path) -> list[str]:
    inspection = inspector.inspect(notebook(*CELLS), LintOptions(folder=folder))
    return [
        dependency.kind
        for dependency in inspection.flow.dependencies
        if (dependency.source, dependency.target) == ("2", "3")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"), [("{ move = [0] }", ["mutation"]), ("{}", ["possible-mutation"])]
)
def test_a_project_says_what_its_libraries_change(
    tmp_path: Path, changes: str, expected: list[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLE.format(changes))
    assert kinds(Inspector(), tmp_path) == expected


def test_a_bad_table_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLE.format("3"))
    found = Inspector().inspect(notebook(*CELLS), LintOptions(folder=tmp_path))
    assert any("libraries.robots" in notice for notice in found.notices)
    assert found.flow.dependencies


def test_a_notebook_is_known_again_when_it_was_edited() -> None:
    inspector = Inspector()
    before = inspector.inspect(notebook("x = 1", "y = x"), LintOptions(live=True))
    broken = inspector.inspect(notebook("x = 1", "y = = x"), LintOptions(live=True))
    assert [cell.kept for cell in broken.flow.cells] == [False, True]
    assert broken.flow.dependencies == before.flow.dependencies


def test_titles_follow_their_cells() -> None:
    inspector = Inspector()
    options = LintOptions()
    assert [c.title for c in inspector.inspect(notebook("import os\nx = 1"), options).cells] == [
        "x = 1"
    ]
    found = inspector.inspect(notebook("import os\nx = 2", "token = 'ghp_' + key"), options)
    assert [c.title for c in found.cells] == ["x = 2", "token = 'ghp_' + key"]


def test_another_language_has_no_flow() -> None:
    found = Inspector().inspect(notebook("x <- 1", language="r"), LintOptions())
    assert found.flow.cells == []
    assert not found.supported


def standing(
    inspector: Inspector,
    sources: list[str],
    records: list[RunRecord] | None,
    folder: Path | None = None,
) -> list[tuple[str, list[str]]] | None:
    """Gives of each code cell how it stands, and why."""
    found = inspector.inspect(
        notebook(*sources), LintOptions(live=True, folder=folder), records
    ).staleness
    return found and [(entry.state, [reason.kind for reason in entry.reasons]) for entry in found]


def test_what_is_stale_follows_from_what_ran() -> None:
    inspector = Inspector()
    assert standing(inspector, ["x = 1", "y = x"], None) is None
    assert standing(inspector, ["x = 1", "y = x"], []) == [("not-run", []), ("not-run", [])]
    records = [RunRecord("1", "x = 1"), RunRecord("2", "y = x")]
    assert standing(inspector, ["x = 1  # one", "y = x"], records) == [
        ("fresh", []),
        ("fresh", []),
    ]
    assert standing(inspector, ["x = 2", "y = x"], records) == [
        ("edited", ["edited"]),
        ("stale", ["input-edited"]),
    ]
    assert standing(inspector, ["x = 2", "y = x"], [*records, RunRecord("1", "x = 2")]) == [
        ("fresh", []),
        ("stale", ["input-ran-later"]),
    ]


def test_another_language_is_never_stale() -> None:
    found = Inspector().inspect(notebook("x <- 1", language="r"), LintOptions(), [])
    assert found.staleness is None


def test_a_module_beside_the_notebook_that_was_edited(tmp_path: Path) -> None:
    inspector = Inspector()
    module = tmp_path / "helpers.py"
    module.write_text("")
    os.utime(module, (100, 100))
    sources = ["import helpers", "y = helpers.load()"]
    records = [RunRecord("1", sources[0], 200), RunRecord("2", sources[1], 201)]
    fresh = [("fresh", []), ("fresh", [])]
    assert standing(inspector, sources, records, tmp_path) == fresh
    os.utime(module, (300, 300))
    assert standing(inspector, sources, records, tmp_path) == [
        ("fresh", []),
        ("stale", ["module-outdated"]),
    ]
    # Where the folder is not known, nothing is.
    assert standing(inspector, sources, records) == fresh


def test_a_ghost_is_told_in_the_place_of_an_undefined_name() -> None:
    document = notebook("y = x + 1", "import math")
    records = [RunRecord("gone", "x = 1"), RunRecord("1", "y = x + 1")]
    options = LintOptions(live=True)
    findings = Inspector().inspect(document, options, records).findings
    (found,) = (each for each in findings if each.code in {"F821", "NB110"})
    assert (found.code, found.severity) == ("NB110", Severity.ERROR)
    assert found.range is not None
    (operation,) = found.fixes[0].plan.operations
    assert operation == InsertCell(None, "code", "x = 1")
    # Without a kernel it is undefined, and of a name that runs from elsewhere nothing is known.
    for other in (None, [RunRecord(None, "x = 1"), records[1]]):
        codes = [each.code for each in Inspector().inspect(document, options, other).findings]
        assert "F821" in codes
        assert "NB110" not in codes


def test_stale_cells_are_problems_where_that_is_wanted() -> None:
    document = notebook("x = f()", "y = x")
    records = [RunRecord("1", "x = f(1)"), RunRecord("2", "y = x")]
    found = Inspector().inspect(document, LintOptions(live=True), records).findings
    assert not any(each.code == "NB111" for each in found)
    options = LintOptions(live=True, select=("NB111",))
    found = Inspector().inspect(document, options, records).findings
    (stale,) = (each for each in found if each.code == "NB111")
    assert (stale.cell, stale.severity) == ("2", Severity.INFO)
    assert stale.message == "Cell 1 was edited since it ran, so `x` may differ"
