import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_nbquality.cli.discovery import find_notebooks
from tests.cli.conftest import git

Make = Callable[..., Path]


def found(*arguments: str) -> list[str]:
    paths, missing = find_notebooks(arguments)
    assert missing == []
    return [path.replace(os.sep, "/") for path in paths]


def test_folders_files_and_patterns(make: Make) -> None:
    for name in ("b.ipynb", "a.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb"):
        make(name)
    (make("x.ipynb").parent / "script.py").write_text("")
    assert found(".") == ["a.ipynb", "b.ipynb", "sub/c.ipynb", "sub/deep/d.ipynb", "x.ipynb"]
    assert found("sub/deep", "b.ipynb", "b.ipynb") == ["sub/deep/d.ipynb", "b.ipynb"]
    assert found("sub/**/*.ipynb") == ["sub/c.ipynb", "sub/deep/d.ipynb"]
    assert found(str(Path.cwd() / "sub")) == [
        f"{Path.cwd().as_posix()}/sub/c.ipynb",
        f"{Path.cwd().as_posix()}/sub/deep/d.ipynb",
    ]
    assert find_notebooks(["missing", "*.nothing"])[1] == ["missing", "*.nothing"]


def test_folders_of_no_persons_work_are_skipped(make: Make) -> None:
    for folder in (".ipynb_checkpoints", ".venv", "node_modules", "my-env"):
        make(f"{folder}/a.ipynb")
    (Path("my-env") / "pyvenv.cfg").write_text("")
    make(".hidden/a.ipynb")
    assert found(".") == [".hidden/a.ipynb"]
    assert found("node_modules/a.ipynb") == ["node_modules/a.ipynb"]


def test_gitignore_counts_at_every_level(make: Make, project: Path) -> None:
    git(project, "init")
    for name in ("a.ipynb", "data/b.ipynb", "sub/c.ipynb", "sub/keep.ipynb", "sub/out/d.ipynb"):
        make(name)
    (project / ".gitignore").write_text("data/\nsub/*.ipynb\n")
    (project / "sub" / ".gitignore").write_text("!keep.ipynb\nout\n")
    (project / ".git" / "info" / "exclude").write_text("a.ipynb\n")
    assert found(".") == ["sub/keep.ipynb"]
    assert found("sub") == ["sub/keep.ipynb"]
    assert found("data/b.ipynb") == ["data/b.ipynb"]


def test_exclude_of_the_settings(make: Make, project: Path) -> None:
    for name in ("a.ipynb", "old/b.ipynb", "sub/draft-1.ipynb"):
        make(name)
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["old", "draft-*"]\n')
    assert found(".") == ["a.ipynb"]
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["a.*", "draft-*"]\n')
    assert found(".") == ["old/b.ipynb"]


def test_links_to_folders_are_not_followed(make: Make, project: Path) -> None:
    make("a/x.ipynb")
    (project / "a" / "loop").symlink_to(project, target_is_directory=True)
    (project / "linked.ipynb").symlink_to(project / "a" / "x.ipynb")
    (project / "broken.ipynb").symlink_to(project / "nowhere")
    assert found(".") == ["a/x.ipynb", "linked.ipynb"]


@pytest.mark.skipif(os.name == "nt", reason="names of another file system")
def test_odd_names(make: Make, project: Path) -> None:
    for name in ("a b.ipynb", "[x].ipynb", "é\n.ipynb"):
        make(name)
    make("-.ipynb")
    assert len(found(".")) == 4
    assert found("[x].ipynb") == ["[x].ipynb"]
