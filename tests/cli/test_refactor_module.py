"""`nbquality refactor extract-module`, and `--verify`, on real files and kernels."""

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from jupyter_nbquality.cli import main

SOURCES = [
    "import math\nn = 2",
    "def area(r):\n    return math.pi * r**2",
    "m = area(n)\nk = m + 1",
    "print(k)",
]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook on disk."""
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell(source, id=f"c{at}") for at, source in enumerate(SOURCES)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def refactor(*arguments: object) -> tuple[int, str]:
    """Runs a refactoring; gives its exit status and what it said."""
    result = CliRunner().invoke(main, ["refactor", *map(str, arguments)])
    return result.exit_code, result.output


def sources(path: Path) -> list[str]:
    """Gives the sources of the cells."""
    return [cell["source"] for cell in nbformat.read(path, as_version=4)["cells"]]


def test_shows_module_and_notebook_and_changes_nothing(notebook: Path) -> None:
    status, said = refactor("extract-module", notebook, "--cells", 2, "--module", "shapes.py")
    assert status == 0
    assert "+def area(r):" in said
    assert "+from shapes import area" in said
    assert sources(notebook) == SOURCES
    assert not (notebook.parent / "shapes.py").exists()


def test_writes_what_was_verified(notebook: Path) -> None:
    status, said = refactor(
        *("extract-module", notebook, "--cells", 2, "--module", "shapes.py"),
        *("--write", "--verify"),
    )
    assert status == 0, said
    assert "Identical: 4 cells" in said
    assert (notebook.parent / "shapes.py").read_text() == (
        "import math\n\n\ndef area(r):\n    return math.pi * r**2\n"
    )
    assert sources(notebook)[1] == "from shapes import area"


def test_a_function_of_cells_and_a_module_in_one_go(notebook: Path) -> None:
    status, said = refactor(
        *("extract-module", notebook, "--cells", 3, "--module", "steps.py"),
        *("--function", "grow", "--write", "--format", "json"),
    )
    assert status == 0, said
    assert json.loads(said)["along"] == ["area"]
    assert sources(notebook)[1:3] == [
        "from steps import area",
        "from steps import grow\n\n\nk = grow(n)",
    ]
    assert refactor("extract-module", notebook, "--cells", 4, "--module", "steps.py")[0] == 3


def test_names_that_nobody_reads_may_go(notebook: Path) -> None:
    changed = nbformat.read(notebook, as_version=4)
    changed["cells"][2]["source"] = "half = n / 2\nk = area(half)"
    nbformat.write(changed, notebook)
    status, said = refactor(
        *("extract-module", notebook, "--cells", 3, "--module", "steps.py"),
        *("--function", "grow", "--verify", "--format", "json"),
    )
    assert status == 0, said
    # What it says of the proof goes to the standard error.
    assert "Identical: 4 cells" in said
    assert json.loads(said[said.index("{") :])["loses"] == ["half"]


def test_what_reaches_out_is_not_run_unasked(notebook: Path) -> None:
    changed = nbformat.read(notebook, as_version=4)
    changed["cells"][3]["source"] = "!echo hello"
    nbformat.write(changed, notebook)
    status, said = refactor(
        *("extract-function", notebook, "--cells", 3, "--name", "grow", "--verify")
    )
    assert status == 2
    assert "starts other programs" in said


def test_brings_a_function_into_the_notebook_and_back(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = ["from helpers import twice\nfrom math import pi", "print(twice(pi))"]
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(source, id=f"c{at}") for at, source in enumerate(cells)
            ]
        ),
        path,
    )
    module = tmp_path / "helpers.py"
    module.write_bytes(b"K = 2\r\n\r\n\r\ndef twice(x):\r\n    return x*K\r\n")
    assert refactor("inline-import", path, "twice", "--write", "--verify")[0] == 0
    marked = sources(path)
    assert marked[0] == "from math import pi"
    assert marked[1].endswith("import twice (ca007cc5)\ndef twice(x):\n    return x*K")
    status, said = refactor("push-back", path, "twice")
    assert status == 0
    assert said.count("+from helpers import twice") == 1
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1]["source"] = marked[1].replace("x*K", "x * K + 1")
    nbformat.write(notebook, path)
    status, said = refactor("push-back", path, "twice", "--verify")
    assert (status, "+    return x * K + 1" in said) == (0, True)
    assert refactor("push-back", path, "twice", "--write")[0] == 0
    assert module.read_bytes() == (b"K = 2\r\n\r\n\r\ndef twice(x):\r\n    return x * K + 1\r\n")
    assert sources(path)[1] == "from helpers import K\n\nfrom helpers import twice"
    assert refactor("push-back", path, "twice")[0] == 3


def test_modules_of_the_project_are_found(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    module = tmp_path / "src" / "helpers.py"
    module.parent.mkdir()
    module.write_text("def twice(x):\n    return x * 2\n", "utf-8")
    path = tmp_path / "notebooks" / "a.ipynb"
    path.parent.mkdir()
    source = "# nbq: from helpers import twice\ndef twice(x):\n    return x + x"
    cells = [nbformat.v4.new_code_cell(source, id="c")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert refactor("push-back", path, "twice", "--write")[0] == 0
    assert module.read_text("utf-8") == "def twice(x):\n    return x + x\n"
    assert sources(path) == ["from helpers import twice"]
    status, said = refactor("inline-import", path, "twice")
    assert (status, "+    return x + x" in said) == (0, True)
