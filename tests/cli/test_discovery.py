import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_nbquality.cli.discovery import find_notebooks
from jupyter_nbquality.cli.init import HOOK
from tests.cli.conftest import git, nbquality

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


def test_a_pattern_finds_what_a_search_finds(make: Make, project: Path) -> None:
    git(project, "init")
    names = ("a.ipynb", "ign/b.ipynb", "sub/node_modules/c.ipynb", "sub/d.ipynb", "sub/env/e.ipynb")
    for name in (*names, "sub/old/f.ipynb", "sub/local.ipynb"):
        make(name)
    (project / "sub" / "env" / "pyvenv.cfg").write_text("")
    (project / ".gitignore").write_text("ign/\n")
    (project / "sub" / ".gitignore").write_text("local.*\n")
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["old"]\n')
    (project / "sub" / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["old"]\n')
    assert found("**/*.ipynb") == found(".") == ["a.ipynb", "sub/d.ipynb"]
    assert found("*") == ["a.ipynb", "sub/d.ipynb"]
    assert found("ign/*.ipynb") == found("ign") == []
    assert found("su?/*.ipynb", "sub/*") == ["sub/d.ipynb"]
    # What is named is taken.
    assert found("sub/node_modules/*.ipynb") == ["sub/node_modules/c.ipynb"]
    assert found(f"../{project.name}/sub/**/*.ipynb") == [f"../{project.name}/sub/d.ipynb"]


def test_a_file_counts_once_however_it_is_named(make: Make, project: Path) -> None:
    make("a.ipynb")
    make("sub/b.ipynb")
    assert found("a.ipynb", "./a.ipynb", f"{project}/a.ipynb", "sub/../a.ipynb", "*.ipynb") == [
        "a.ipynb"
    ]
    assert found("sub", str(project)) == ["sub/b.ipynb", f"{project.as_posix()}/a.ipynb"]


def test_what_is_excluded_stays_out_though_it_is_named_where_that_is_asked_for(
    make: Make, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a.ipynb", "drafts/b.ipynb", "node_modules/c.ipynb"]
    for name in names:
        make(name)
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["drafts"]\n')
    assert found(*names) == names
    assert find_notebooks([*names, "drafts"], force_exclude=True) == (["a.ipynb"], [])
    (project / "pyproject.toml").write_text(
        '[tool.nbquality]\nexclude = ["drafts"]\nforce-exclude = true\n'
    )
    assert found(*names, "drafts", "node_modules") == ["a.ipynb"]
    assert find_notebooks(names, force_exclude=False)[0] == names
    (project / "else").mkdir()
    monkeypatch.chdir(project / "else")
    assert found("../drafts/b.ipynb", "../a.ipynb") == ["../a.ipynb"]


def test_our_hooks_leave_out_what_is_excluded(make: Make, project: Path) -> None:
    file = make("drafts/b.ipynb", "import os\nx=1")
    before = file.read_bytes()
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["drafts"]\n')
    hooks = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text()
    entries = re.findall("^  entry: nbquality (.*)$", hooks, re.MULTILINE)
    assert len(entries) == 3
    # pre-commit passes the names of what was changed.
    for entry in (*entries, *re.findall("entry: nbquality (.*)", HOOK)):
        assert nbquality(*entry.split(), "drafts/b.ipynb").returncode == 0, entry
    assert file.read_bytes() == before


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
