"""When the modules beside a notebook were written."""

import os
from pathlib import Path

import pytest

from jupyter_nbquality import local_modules
from jupyter_nbquality.local_modules import written


def write(path: Path, text: str, time: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (time, time))


def test_a_file(tmp_path: Path) -> None:
    write(tmp_path / "helpers.py", "import os\n", 100.5)
    assert written(tmp_path, "helpers") == {"helpers": 100.5}


@pytest.mark.parametrize("name", ["missing", "../helpers", "", "a.b", "folder", "with\0nul"])
def test_what_is_no_module_beside_the_notebook(tmp_path: Path, name: str) -> None:
    write(tmp_path.parent / "helpers.py", "", 100)
    (tmp_path / "folder").mkdir()
    assert written(tmp_path, name) == {}


@pytest.mark.parametrize("marker", ["__init__.py", "of_a_namespace.py"])
def test_a_package_is_as_new_as_its_newest_file(tmp_path: Path, marker: str) -> None:
    write(tmp_path / "tools" / marker, "", 100)
    write(tmp_path / "tools/deep/er/part.py", "", 300)
    write(tmp_path / "tools/deep/.cache/other.py", "", 400)
    write(tmp_path / "tools/data.csv", "", 500)
    assert written(tmp_path, "tools") == {"tools": 300}


def test_a_package_goes_before_a_file_and_a_file_before_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "tools/part.py", "", 100)
    write(tmp_path / "tools.py", "", 200)
    assert written(tmp_path, "tools") == {"tools": 200}
    write(tmp_path / "tools/__init__.py", "", 100)
    assert written(tmp_path, "tools") == {"tools": 100}


def test_what_it_imports_counts_too(tmp_path: Path) -> None:
    write(tmp_path / "helpers.py", "import os, util as u\nfrom tools.part import x\n", 100)
    write(tmp_path / "util.py", "def f():\n    import helpers, last  # comment\n", 200)
    write(tmp_path / "tools/part.py", "from . import other\n", 300)
    write(tmp_path / "last.py", "", 400)
    write(tmp_path / "other.py", "# import unrelated", 500)
    assert written(tmp_path, "helpers") == {
        "helpers": 100,
        "util": 200,
        "tools": 300,
        "last": 400,
    }


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    write(tmp_path / "helpers.py", "", 100)
    write(tmp_path / "util.py", "", 100)
    assert written(tmp_path, "helpers") == {"helpers": 100}
    write(tmp_path / "helpers.py", "import util", 200)
    assert written(tmp_path, "helpers") == {"helpers": 200, "util": 100}


def test_no_text_is_too_strange(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_bytes(b"\xff\xfe\x00import util\nimport ,,;\nfrom . import\n")
    assert list(written(tmp_path, "helpers")) == ["helpers"]


def test_large_folders_are_not_searched_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_modules, "_MOST_ENTRIES", 3)
    for number in range(9):
        write(tmp_path / f"tools/part{number}.py", "", 100)
    assert len(list(local_modules._files(tmp_path, "tools"))) == 3


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path / "tools/part.py", "", 100)
    (tmp_path / "tools/again").symlink_to(tmp_path / "tools")
    assert written(tmp_path, "tools") == {"tools": 100}
