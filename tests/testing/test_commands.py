"""Commands about the tests of cells: run, list, export, import; and what git HEAD has more."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from jupyter_nbquality.cli import main
from jupyter_nbquality.inspection import Inspector
from jupyter_nbquality.lint.engine import LintOptions
from jupyter_nbquality.notebook_file import read

CASES = """\
import pytest

@pytest.mark.parametrize("factor, product", [(1, 6), (2, 12)])
def test_f(factor, product):
    assert f(factor) == product

class TestMore:
    def test_zero(self):
        assert f(0) == 0
"""


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def cell(source: str, **tests: str) -> nbformat.NotebookNode:
    made = new_code_cell(source)
    if tests:
        made.metadata["nbquality"] = {
            "tests": [
                {"name": name, "title": f"about {name}", "source": text.splitlines(keepends=True)}
                for name, text in tests.items()
            ]
        }
    return made


def write(path: Path, *cells: nbformat.NotebookNode) -> Path:
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def story() -> list[nbformat.NotebookNode]:
    return [
        new_markdown_cell("# Story"),
        cell("x = [1, 2, 3]"),
        cell("total = sum(x)", right="assert total == 6", wrong="assert total == 7"),
        cell("boom = 1 / 0"),
        cell("%time\ndef f(factor):\n    return factor * total", cases=CASES),
        cell(
            "x.append(4)",
            changes='x = x + [5]\nassert len(x) == 5, """\nno indentation\n"""\n',
            unchanged="assert len(x) == 4\nassert open('data.txt').read() == 'here'",
        ),
        cell("import pytest\n\n@pytest.fixture\ndef base():\n    return total"),
        cell("half = 3", fixed="def test_half(base):\n    assert half * 2 == base"),
    ]


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("here")
    return write(tmp_path / "story.ipynb", *story())


def test_tests_run_from_the_command_line(notebook: Path):
    before = notebook.read_bytes()
    ran = invoke("test", "story.ipynb", "--format", "json")
    assert ran.exit_code == 1
    told = {
        each["result"]["name"]: each["result"]["status"] for each in json.loads(ran.stdout)["tests"]
    }
    assert told == {
        "right": "passed",
        "wrong": "failed",
        "cases": "passed",
        "changes": "passed",
        "unchanged": "passed",
        "fixed": "passed",
    }
    assert notebook.read_bytes() == before
    assert invoke("test", "story.ipynb", "-k", "nobody").exit_code == 2


def with_options(made: nbformat.NotebookNode, **options: Any) -> nbformat.NotebookNode:
    for test in made.metadata["nbquality"]["tests"]:
        test["options"] = options
    return made


def test_text_says_what_engine_ran_and_shows_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of a notebook whose kernel is not there, with marks, and one test that kills what ran it."""
    monkeypatch.chdir(tmp_path)
    path = write(
        tmp_path / "a.ipynb",
        cell("x = 1", before="assert x == 1", lines="raise AssertionError('one\\n  two')"),
        with_options(cell("", expected="assert x == 2"), marks=["xfail"]),
        with_options(cell("", left="assert x == 2"), marks=["skip"]),
        with_options(cell("", asks="assert x == 1"), engine="shared"),
        cell("", kills="import os\nos.kill(os.getppid(), 9)", after="assert '\\ud800' == 'é'"),
    )
    changed(
        path, lambda book: book.metadata.update(kernelspec={"name": "gone", "display_name": ""})
    )
    ran = invoke("test", "a.ipynb")
    assert ran.exit_code == 1
    assert (
        ran.stderr == "a.ipynb: its kernel `gone` is not installed; its tests run in `python3`.\n"
    )
    assert ran.stdout.splitlines() == [
        "a.ipynb: cell 1[before]: passed (clean)  about before",
        "a.ipynb: cell 1[lines]: failed (clean)  about lines",
        "  one",
        "    two",
        "    Traceback (most recent call last):",
        '      File "<test lines>", line 1, in <module>',
        "        raise AssertionError('one\\n  two')",
        "a.ipynb: cell 2[expected]: skipped (clean)  about expected",
        "  it was expected to fail: assert 1 == 2",
        "a.ipynb: cell 3[left]: skipped (clean)  about left",
        "  It is marked `skip`.",
        "a.ipynb: cell 4[asks]: passed (clean, not shared as it asks)  about asks",
        "a.ipynb: cell 5[kills]: died (clean)  about kills",
        "  The test took the kernel with it.",
        "a.ipynb: cell 5[after]: failed (clean)  about after",
        "  assert '\\ud800' == 'é'",
        '      File "<test after>", line 1, in <module>',
        "        assert '\\ud800' == 'é'",
        "7 tests, 3 failed.",
    ]
    refused = invoke("test", "a.ipynb", "--kernel", "none")
    assert (refused.exit_code, "No kernel `none` is installed." in refused.stderr) == (2, True)


def test_export_runs_under_plain_pytest(notebook: Path):
    assert invoke("tests", "export", "story.ipynb").exit_code == 0
    text = Path("test_story.py").read_text("utf-8")
    assert "boom" not in text
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "--color=no", "test_story.py"],
        capture_output=True,
        text=True,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""},
        check=False,
    )
    lines = [line.split(" ") for line in done.stdout.splitlines() if "test_story.py::" in line]
    assert {line[1].partition("::")[2]: line[0] for line in lines if line[0].isupper()} == {
        "test_cell_3_right": "PASSED",
        "test_cell_3_wrong": "FAILED",
        "test_cell_5_cases_f[1-6]": "PASSED",
        "test_cell_5_cases_f[2-12]": "PASSED",
        "Test_cell_5_cases_More::test_zero": "PASSED",
        "test_cell_6_changes": "PASSED",
        "test_cell_6_unchanged": "PASSED",
        "test_cell_8_fixed": "PASSED",
    }
    again = invoke("tests", "export", "story.ipynb")
    assert again.exit_code == 2
    assert "--force" in again.output


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ([cell("x = 1")], "No cell of it has tests"),
        ([cell("x = 1", t="assert x =")], "is not Python"),
        ([cell("x = 1", t="# nothing")], "has no code"),
        ([cell("x = await y", t="assert x")], "awaits"),
        (
            [
                cell(
                    "x = 1",
                    a="import math as m\ndef test_a(): assert m",
                    b="import os as m\ndef test_b(): assert m",
                ),
            ],
            "rename one",
        ),
        (
            [
                cell(
                    "from pytest import fixture\n@fixture\ndef base(): return 1",
                    t="def test_a(base): pass",
                )
            ],
            "the fixture `base`",
        ),
    ],
)
def test_what_cannot_be_exported_is_told(
    tmp_path: Path, cells: list[nbformat.NotebookNode], word: str
):
    path = write(tmp_path / "a.ipynb", *cells)
    result = invoke("tests", "export", str(path))
    assert result.exit_code == 2
    assert word in result.output
    assert not (tmp_path / "test_a.py").exists()


def with_celltests(source: str, text: str) -> nbformat.NotebookNode:
    made = cell(source)
    made.metadata["celltests"] = text.splitlines(keepends=True)
    return made


def test_tests_of_nbcelltests_are_taken_over_once(tmp_path: Path):
    path = write(
        tmp_path / "a.ipynb",
        with_celltests("x = 1", "# Use %cell to mark where the cell is\n%cell\nassert x == 1\n"),
        with_celltests("y = 1", "x = 3\n%cell\nassert y\n"),
        with_celltests("z = 1", "# no %cell\nassert True\n"),
        with_celltests("z = 1", "# a comment only\n%cell\n"),
        with_celltests("w = 2", "import os\n%cell\nself.assertEqual(w, len(os.sep) + 1)\n"),
        with_celltests("os = 3", "import os\n%cell\nassert os == 3\n"),
    )
    before = path.read_bytes()
    looked = invoke("tests", "import", str(path))
    assert path.read_bytes() == before
    assert "assert x == 1" in looked.output
    assert "cell 2 is left: it does something before its cell" in looked.output
    assert "cell 3 is left: it leaves its cell out" in looked.output
    assert "cell 4" not in looked.output
    assert "cell 6 is left: it imports before its cell what the cell names, too" in looked.output
    invoke("tests", "import", str(path), "--write")
    assert invoke("tests", "list", str(path)).output.splitlines() == [
        "cell 1[celltests]  From nbcelltests",
        "cell 5[celltests]  From nbcelltests",
    ]
    assert invoke("test", str(path), "--cell", "5").exit_code == 0
    assert "nothing to take over" in invoke("tests", "import", str(path)).output


def git(folder: Path, *arguments: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def changed(path: Path, change: Any) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def test_tests_that_the_last_commit_has_and_the_notebook_lacks_are_told(notebook: Path):
    folder = notebook.parent
    git(folder, "init", "-q")
    assert "gone" not in invoke("check", "-n", "story.ipynb").output
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "All")
    assert "gone" not in invoke("check", "-n", "story.ipynb").output

    def move_and_rename(notebook: nbformat.NotebookNode) -> None:
        moved = notebook.cells[2].metadata.pop("nbquality")
        moved["tests"][0]["name"] = "other"
        notebook.cells[3].metadata["nbquality"] = moved

    changed(notebook, move_and_rename)
    assert "gone" not in invoke("check", "-n", "story.ipynb").output

    def strip(notebook: nbformat.NotebookNode) -> None:
        for each in notebook.cells:
            each.metadata.pop("nbquality", None)

    changed(notebook, strip)
    told = (
        "6 tests in git HEAD are gone: `right`, `wrong`, `cases`, `changes`, `unchanged` and 1 more"
    )
    assert f"story.ipynb: {told}" in invoke("check", "-n", "story.ipynb").output
    assert told in invoke("test", "story.ipynb").output
    assert "gone" not in invoke("check", "-n", "-q", "story.ipynb").output


def test_ci_is_set_up_once_and_tests_are_kept_by_other_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("requirements.txt").write_text("pandas\n")
    Path("jupytext.toml").write_text('formats = "ipynb,py"\ncell_metadata_filter = "tags,-all"\n')
    Path(".pre-commit-config.yaml").write_text("repos: []\n")
    invoke("init", "--ci", "--yes")
    assert 'cell_metadata_filter = "nbquality,tags,-all"' in Path("jupytext.toml").read_text()
    workflow = Path(".github/workflows/notebooks.yml").read_text()
    assert "ipykernel -r requirements.txt\n" in workflow
    hooks = Path(".pre-commit-config.yaml").read_text()
    for text in (workflow, hooks):
        assert "nbquality check" in text
        assert "pytest --nbval" in text
        assert "--nbval-sanitize-with=nbval-sanitize.cfg" in text
    assert Path("nbval-sanitize.cfg").exists()
    assert "Nothing to do" in invoke("init", "--ci", "--yes").output


def test_open_notebook_is_told_that_tests_are_gone(notebook: Path):
    folder = notebook.parent
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "All")
    options = LintOptions(select=None, ignore=(), live=True, config=None, folder=folder)
    inspector = Inspector()
    whole = read(notebook, "story.ipynb").notebook
    assert inspector.inspect(whole, options).notices == []
    cells = [each for each in whole.cells if "7" not in str(each.metadata)]
    less = msgspec.structs.replace(whole, cells=cells)
    assert inspector.inspect(less, options).notices == [
        "2 tests in git HEAD are gone: `right`, `wrong`."
    ]
