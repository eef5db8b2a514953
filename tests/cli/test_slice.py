import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import nbformat
import pytest
from click.testing import Result

from jupyter_nbquality.dataflow.graph import Kind
from jupyter_nbquality.dataflow.overview import CellNames

Make = Callable[..., Path]
Run = Callable[..., Result]

SOURCES = (
    "import math\nimport os\n\nxs = []\nys = [1]",
    "# what is kept\nxs.append(math.pi)\n\nys.append(2)",
    "print(xs)",
    "print(ys)",
)


@pytest.fixture
def sliced(make: Make, run: Run) -> Callable[..., Any]:
    """Slices a notebook of some cells, and gives the JSON."""
    make("a.ipynb", *SOURCES)

    def invoke(*arguments: str) -> Any:
        result = run("slice", "a.ipynb", "--format", "json", *arguments)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return invoke


# ── the contract ──


def test_json_is_as_promised(sliced: Callable[..., Any]) -> None:
    assert sliced("--cell", "4") == {
        "version": 1,
        "cells": [2, 3, 4],
        "lines": {"2": [1, 4], "3": [2], "4": [1]},
    }


def test_a_cell_id_is_taken_too(sliced: Callable[..., Any]) -> None:
    assert sliced("--cell", "cell-3") == sliced("--cell", "4")


def test_an_id_of_digits(make: Make, run: Run) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "id": "12345678", "source": "x = 1"}, {**cell, "id": "1", "source": "y = 1"}]
    make("a.ipynb", cells=cells)
    for wanted, index in (("12345678", 1), ("1", 1), ("2", 2)):
        found = run("slice", "a.ipynb", "--cell", wanted, "--format", "json").stdout
        assert json.loads(found)["cells"] == [index]


def test_a_line(sliced: Callable[..., Any]) -> None:
    assert sliced("--cell", "3", "--line", "4")["lines"] == {"2": [5], "3": [4]}


def test_a_name_at_the_end_and_after_a_cell(sliced: Callable[..., Any]) -> None:
    assert sliced("--name", "xs")["lines"] == {"2": [1, 4], "3": [2]}
    assert sliced("--name", "xs", "--cell", "2")["lines"] == {"2": [4]}


def test_forward(sliced: Callable[..., Any]) -> None:
    found = sliced("--cell", "2", "--line", "5", "--direction", "forward")
    assert found["lines"] == {"2": [5], "3": [4], "5": [1]}


def test_certain_changes_alone(make: Make, run: Run) -> None:
    make("a.ipynb", "from lib import perhaps\nxs = []", "perhaps(xs)", "xs")
    every = run("slice", "a.ipynb", "--cell", "4", "--format", "json").stdout
    assert json.loads(every)["cells"] == [2, 3, 4]
    certain = run("slice", "a.ipynb", "--cell", "4", "--certain", "--format", "json").stdout
    assert json.loads(certain)["cells"] == [2, 4]


# ── for people ──


def test_text(make: Make, run: Run) -> None:
    make("a.ipynb", *SOURCES)
    assert run("slice", "a.ipynb", "--cell", "4").stdout == (
        "cell 2\n"
        "1 | import math\n"
        "… |\n"
        "4 | xs = []\n"
        "\n"
        "cell 3\n"
        "2 | xs.append(math.pi)\n"
        "\n"
        "cell 4\n"
        "1 | print(xs)\n"
    )


def test_text_masks_secrets_and_escapes(make: Make, run: Run) -> None:
    make("a.ipynb", "key = 'AKIAQ3EGRIZ7KTTPLMWN' # \x1b[2J")
    shown = run("slice", "a.ipynb", "--cell", "2").stdout
    assert "RIZ7KTTP" not in shown
    assert "\x1b" not in shown


# ── what cannot work ──


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Say which --cell or which --name"),
        (("--line", "2", "--name", "x"), "--line is a line of a --cell"),
        (("--cell", "99"), "has no cell 99: it has 5 cells"),
        (("--cell", "0"), "has no cell 0"),
        (("--cell", "9" * 5000), "has no cell"),
        (("--cell", "nope"), "no cell with the id `nope`"),
        (("--cell", "1"), "is a markdown cell"),
        (("--cell", "2", "--line", "3"), "No statement stands on line 3 of cell 2"),
        (("--name", "nope"), "defines no `nope`"),
        (("--name", "xs", "--cell", "1"), "is a markdown cell"),
        (("--cell", "2", "--to", "a.txt"), "ends in .ipynb or .py"),
        (("--cell", "2", "--direction", "forward", "--to", "b.py"), "a forward slice"),
        (("--cell", "2", "--to", "b.ipynb", "--show"), "--show is for scripts"),
        (("--cell", "2", "--force"), "say how --to is done"),
        (("--cell", "2", "--to", "a.ipynb"), "is the notebook itself"),
        (("--cell", "2", "--to", "a.ipynb", "--force"), "is the notebook itself"),
        (("--cell", "2", "--to", "there.py"), "there.py exists; --force"),
        (("--cell", "2", "--to", "no/such/folder.py"), "cannot be written"),
        (("--cell", "2", "--to", "folder.py"), "is a folder"),
    ],
)
def test_trouble_is_a_sentence_and_2(
    make: Make, run: Run, project: Path, arguments: tuple[str, ...], words: str
) -> None:
    file = make("a.ipynb", *SOURCES)
    before = file.read_bytes()
    (project / "there.py").write_text("mine")
    (project / "folder.py").mkdir()
    result = run("slice", "a.ipynb", *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert file.read_bytes() == before
    assert (project / "there.py").read_text() == "mine"


def test_cells_whose_names_are_not_known(make: Make, run: Run) -> None:
    make("a.ipynb", "x = (", "", "y = 1", "from os import *")
    result = run("slice", "a.ipynb", "--cell", "2")
    assert (result.exit_code, "does not parse" in result.stderr) == (2, True)
    assert "holds no code" in run("slice", "a.ipynb", "--cell", "3").stderr
    missing = run("slice", "a.ipynb", "--name", "z").stderr
    assert "Not all is known of what cells 2, 5 may define" in missing


def test_other_languages_and_no_code(make: Make, run: Run) -> None:
    make("r.ipynb", "x <- 1", metadata={"kernelspec": {"name": "ir", "language": "R"}})
    assert "written in r" in run("slice", "r.ipynb", "--cell", "2").stderr
    make("empty.ipynb")
    assert run("slice", "empty.ipynb", "--name", "x").exit_code == 2


def test_unsliced_input(run: Run, project: Path) -> None:
    (project / "text.ipynb").write_text("hello")
    result = run("slice", "text.ipynb", "--cell", "1", "--to", "b.py")
    assert (result.exit_code, "not a notebook" in result.stderr) == (2, True)
    assert not (project / "b.py").exists()


# ── writing ──


def test_it_writes_a_notebook(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", *SOURCES)
    result = run("slice", "a.ipynb", "--cell", "4", "--to", "b.ipynb")
    assert result.stdout == "Wrote b.ipynb: 3 of 4 code cells.\n"
    notebook = nbformat.read(project / "b.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == [
        "# Title",
        "import math\n\nxs = []",
        "# what is kept\nxs.append(math.pi)",
        "print(xs)",
    ]


def test_it_writes_a_script_over_another_when_told(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", *SOURCES)
    (project / "b.py").write_text("old")
    assert run("slice", "a.ipynb", "--cell", "4", "--to", "b.py", "--force").exit_code == 0
    assert "xs.append(math.pi)" in (project / "b.py").read_text()


def test_it_says_what_may_keep_it_from_running(make: Make, run: Run) -> None:
    make("a.ipynb", "data = open('in.txt').read()\nprint(nowhere)")
    result = run("slice", "a.ipynb", "--cell", "2", "--to", "b.py")
    assert result.exit_code == 0
    assert result.stderr == "Nothing in the notebook defines `nowhere`, so it may not run.\n"
    make("sub/a.ipynb", "data = open('in.txt').read()")
    result = run("slice", "sub/a.ipynb", "--cell", "2", "--to", "b.ipynb")
    assert result.stderr == "It names in.txt as seen from sub; run it there.\n"


def test_json_beside_a_file(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", *SOURCES)
    result = run("slice", "a.ipynb", "--cell", "4", "--to", "b.py", "--format", "json")
    assert json.loads(result.stdout)["cells"] == [2, 3, 4]
    assert (project / "b.py").exists()


def test_a_refusal_writes_nothing(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", "import asyncio", "await asyncio.sleep(0)")
    result = run("slice", "a.ipynb", "--cell", "3", "--to", "b.py")
    assert result.exit_code == 2
    assert "Cell 3 cannot be in a script: it awaits" in result.stderr
    assert not (project / "b.py").exists()


def test_standard_input(make: Make, run: Run, project: Path) -> None:
    file = make("a.ipynb", *SOURCES)
    result = run("slice", "-", "--cell", "4", "--to", "b.py", input=file.read_bytes())
    assert result.exit_code == 0, result.stderr
    assert "of a notebook" in (project / "b.py").read_text()


def test_every_option_and_kind_is_explained(run: Run) -> None:
    text = (Path(__file__).parents[2] / "docs" / "dependencies.md").read_text("utf-8")
    for command in ("slice", "graph"):
        options = set(re.findall(r"^ {2}(--[a-z-]+)", run(command, "--help").stdout, re.MULTILINE))
        assert options
        for name in options:
            assert f"`{name}`" in text, name
    for name in (*get_args(Kind), *CellNames.__struct_fields__):
        assert f"`{name}`" in text, name
