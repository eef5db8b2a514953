"""Where a notebook stands: its project's root, and when what is around it has changed."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_nbquality.lint.surroundings import Surroundings, gather, surroundings_key


def test_the_root_is_the_work_tree(tmp_path: Path) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    assert gather(folder, tmp_path / "a") == Surroundings(folder, tmp_path)


def test_else_the_folder_of_the_settings(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    assert gather(folder, tmp_path / "a") == Surroundings(folder, tmp_path / "a")
    assert gather(folder) == Surroundings(folder, folder)
    assert gather(folder, tmp_path / "elsewhere") == Surroundings(folder, folder)
    assert gather(None) == Surroundings()
    (tmp_path / "pyproject.toml").touch()
    assert gather(folder) == Surroundings(folder, tmp_path)


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("x.csv", True),
        ("./a/../x.csv", True),
        ("../y.csv", True),
        ("../../outside.csv", False),
        ("link.csv", False),
        ("missing.csv", False),
        ("", False),
        ("a\0b", False),
        ("x" * 5000, False),
        ("/etc/hosts", False),
    ],
)
def test_files_are_found_below_the_root_alone(tmp_path: Path, path: str, is_there: bool) -> None:
    root = tmp_path / "root"
    folder = root / "notebooks"
    (folder / "a").mkdir(parents=True)
    for file in (folder / "x.csv", root / "y.csv", tmp_path / "outside.csv"):
        file.touch()
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    assert (Surroundings(folder, root).file(path) is not None) is is_there


def test_a_folder_of_data_is_no_module(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").touch()
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "x.py").touch()
    around = Surroundings(tmp_path, tmp_path)
    assert around.module("data") is None
    assert around.module("tools") == tmp_path / "tools"
    assert around.module("../x") is None


def _touch_later(file: Path) -> None:
    later = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(later, later))


def _add(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).touch()


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / name).write_text(text)
        _touch_later(root / name)

    return write


def _git_add(root: Path) -> None:
    subprocess.run(["git", "add", "-A"], cwd=root, check=True, capture_output=True)


@pytest.mark.parametrize(
    "change",
    [
        _write("requirements.txt", "pandas\nmsgspec\n"),
        _write(".gitignore", "data\n"),
        _write("pyproject.toml", "[project]\nname = 'x'\n"),
        _add("notebooks/new.csv"),
        _add("notebooks/data/new.csv"),
        _add("new.py"),
        _git_add,
    ],
)
def test_the_key_changes_with_what_is_around(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    folder = tmp_path / "notebooks"
    (folder / "data").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("pandas\n")
    for place in (tmp_path, folder, folder / "data"):
        os.utime(place, ns=(1, 1))
    before = surroundings_key(gather(folder))
    assert surroundings_key(gather(folder)) == before
    change(tmp_path)
    assert surroundings_key(gather(folder)) != before
