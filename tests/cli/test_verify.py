"""`nbquality verify` on real files and kernels."""

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from jupyter_nbquality.cli import main


def write(path: Path, *sources: str) -> Path:
    """Writes a notebook of code cells."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{at}") for at, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def verify(*arguments: object) -> tuple[int, str]:
    """Runs the command; gives its exit status and what it said."""
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    return result.exit_code, result.output


def test_identical_and_different(tmp_path: Path) -> None:
    old = write(tmp_path / "old.ipynb", "x = 1", "print(x)")
    new = write(tmp_path / "new.ipynb", "x = 2 - 1", "print(x)")
    assert verify(old, new) == (0, "Identical: 2 cells and the values of all names.\n")
    write(new, "x = 2", "print(x)")
    status, said = verify(old, new)
    assert status == 1
    assert said == (
        "cell 2 shows something else\n  - 1\n  + 2\n"
        "`x` holds something else\n  - 1\n  + 2\n2 differences.\n"
    )
    status, said = verify(old, new, "--format", "json")
    assert status == 1
    assert json.loads(said)["differences"][0]["cell"] == "c1"


def test_a_script_is_compared_by_its_names(tmp_path: Path) -> None:
    old = write(tmp_path / "old.ipynb", "x = 1", "x")
    new = tmp_path / "new.py"
    new.write_text("x = 1\nprint('other words')\n")
    assert verify(old, new)[0] == 0
    new.write_text("x = 3\n")
    assert verify(old, new)[0] == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import requests\nrequests.get('http://localhost:1')", "cell 1 uses the network"),
        ("import os\nopen('/tmp/x.txt', 'w').write('x')", "cell 1 writes to /tmp/x.txt"),
        ("!echo hello", "cell 1 starts other programs"),
    ],
)
def test_asks_before_it_reaches_out(tmp_path: Path, source: str, words: str) -> None:
    path = write(tmp_path / "a.ipynb", source)
    status, said = verify(path, path)
    assert status == 2
    assert words in said
    assert "--yes" in said


def test_what_cannot_be_run(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "import os\nos._exit(1)")
    assert verify(path, path) == (2, "Could not be run: The kernel died.\n")
    assert verify(tmp_path / "missing.ipynb", path)[0] == 2


def test_secrets_are_masked(tmp_path: Path) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPL2"
    old = write(tmp_path / "old.ipynb", "x = 1")
    new = write(tmp_path / "new.ipynb", f"x = '{key}'")
    status, said = verify(old, new)
    assert status == 1
    assert key not in said
