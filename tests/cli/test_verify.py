"""`nbquality verify` on real files and kernels."""

import json
import sys
import sysconfig
import venv
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


def environment(folder: Path, *, can_run: bool) -> Path:
    """Makes an environment that has a module of its own, and the packages of this one."""
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "rates.py").write_text("RATE = 2.0\n")
    if can_run:
        (packages / "all.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def test_one_notebook_in_two_environments(tmp_path: Path) -> None:
    other = environment(tmp_path / "other", can_run=True)
    path = write(
        tmp_path / "a.ipynb",
        "n = 3\ntry:\n    from rates import RATE\nexcept ImportError:\n    RATE = 1.0",
        "prices = {'a': 1, 'b': [n, n * RATE]}",
        "n * 2",
        "prices = None\nimport sys\nsys.prefix",
    )
    status, said = verify(path, "--python", other / "bin" / "python")
    assert status == 1
    assert "`RATE` holds something else behind cell 1\n  - 1.0\n  + 2.0\n" in said
    assert "`prices` holds something else behind cell 2 (key 'b', item 1)\n" in said
    assert f"cell 4 shows something else\n  - '{sys.prefix}'\n  + '{other}'\n" in said
    assert said.endswith("The first value that differs is `RATE`, behind cell 1.\n")


def test_an_environment_without_kernels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "n = 3")
    bare = environment(tmp_path / "bare", can_run=False)
    status, said = verify(path, "--python", bare)
    assert (status, "has no ipykernel" in said, "-m pip install ipykernel" in said) == (
        2,
        True,
        True,
    )
    status, said = verify(path, "--python", path)
    assert (status, said) == (2, f"Error: {path} is no Python that can be run.\n")
    assert verify(path)[0] == 2


def package(folder: Path, text: str) -> Path:
    """Writes a package that prints."""
    (folder / "src" / "shop").mkdir(parents=True)
    (folder / "src" / "shop" / "__init__.py").touch()
    (folder / "src" / "shop" / "__main__.py").write_text("from shop.pipeline import main\n\nmain()")
    (folder / "src" / "shop" / "pipeline.py").write_text(f"def main():\n    {text}\n")
    return folder


def test_packages_on_either_side(tmp_path: Path) -> None:
    one = package(tmp_path / "one", "import time; print('a', 1); print(time.time()); print('b')")
    two = package(tmp_path / "two", "print('a', 1); print(5); print('b')")
    left = "Not judged, as it differs from run to run: line 2.\n"
    assert verify(one, two) == (0, f"Identical: 2 of 3 lines.\n{left}")
    three = package(tmp_path / "three", "print('a', 1); print(5); print('c')")
    assert verify(two, three) == (
        1,
        "it prints something else (line 3)\n  - b\n  + c\n1 difference.\n",
    )
    notebook = write(tmp_path / "a.ipynb", "print('a', 1)\n5", "print('c')")
    assert verify(three, notebook)[0] == 0
    status, said = verify(two, notebook, "--format", "json")
    assert (status, json.loads(said)["differences"][0]["place"]) == (1, "line 3")
    failing = package(tmp_path / "four", "print('a', 1); print(5); print('b'); 1 / 0")
    status, said = verify(two, failing)
    assert (status, "it fails\n" in said) == (1, True)
