"""NB305, NB313: what the notebook needs and its project does not hold."""

import subprocess
from pathlib import Path

import pytest

from jupyter_nbquality.edits import ChangeFile, source_hash
from jupyter_nbquality.lint.rules.nb305_undeclared_dependency import UndeclaredDependency
from jupyter_nbquality.lint.rules.nb313_untracked_input import UntrackedInput
from tests.lint.builders import check, marked, notebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "notebooks"
    place.mkdir()
    return place


@pytest.mark.parametrize(
    ("source", "name", "place"),
    [
        ("import msgspec", "msgspec", "msgspec"),
        ("import re, msgspec.json as j", "msgspec", "msgspec.json as j"),
        ("from yaml import safe_load", "pyyaml", "from yaml import safe_load"),
        ("def f():\n    import msgspec", "msgspec", "msgspec"),
    ],
)
def test_undeclared(folder: Path, source: str, name: str, place: str) -> None:
    (folder.parent / "requirements.txt").write_text("pandas\n")
    (problem,) = check(UndeclaredDependency, source, folder=folder, root=folder.parent)
    assert problem.message.startswith(f"`{name}` is imported and installed")
    assert marked(problem, source) == place


def test_each_is_told_once(folder: Path) -> None:
    (folder / "requirements.txt").write_text("pandas\n")
    document = notebook("import msgspec", "import msgspec\nfrom msgspec import json")
    assert len(check(UndeclaredDependency, document, folder=folder)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import pandas as pd",
        "import os, sys",
        "import IPython",
        "import no_such_thing_anywhere",
        "import helpers",
        "import package.part",
        "from . import sibling",
        "try:\n    import msgspec\nexcept ImportError:\n    msgspec = None",
        "%pip install msgspec\nimport msgspec",
        "!pip install 'msgspec>=0.18'\nimport msgspec",
        "import (",
    ],
)
def test_declared_or_not_for_the_project_to_declare(folder: Path, source: str) -> None:
    (folder.parent / "requirements.txt").write_text("Pandas[excel]>=2  # tables\n")
    (folder / "helpers.py").touch()
    (folder.parent / "src" / "package").mkdir(parents=True)
    (folder.parent / "src" / "package" / "__init__.py").touch()
    assert check(UndeclaredDependency, source, folder=folder, root=folder.parent) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements-dev.txt", "PyYAML==6"),
        ("requirements.in", "pyyaml"),
        ("requirements/base.txt", "pyyaml"),
        ("environment.yml", "name: x\ndependencies:\n  - python=3.12\n  - conda-forge::pyyaml=6\n"),
        ("environment.yaml", "dependencies:\n- pip\n- pip:\n  - pyyaml>=6  # fast\n"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["pyyaml>=6"]'),
        ("pyproject.toml", '[project]\nname="x"\n[project.optional-dependencies]\na = ["PyYAML"]'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["pyyaml", {include-group = "x"}]'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\npyyaml = "^6"'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\npyyaml = "^6"'),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    pandas\n    pyyaml>=6; python_version>'3'",
        ),
        ("setup.py", "from setuptools import setup\nsetup(name='x', install_requires=['pyyaml'])"),
        ("Pipfile", '[packages]\npyyaml = "*"'),
        # those that compute their list make the rule silent
        ("pyproject.toml", '[project]\nname = "x"\ndynamic = ["dependencies"]'),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=read('r.txt'))"),
        ("setup.cfg", "[options]\ninstall_requires = file: r.txt"),
        ("pyproject.toml", "[project\nbroken"),
        # no list at all
        ("pyproject.toml", "[tool.ruff]\nline-length = 100"),
        ("README.md", "pyyaml"),
    ],
)
def test_reads_what_people_declare_in(folder: Path, name: str, text: str) -> None:
    file = folder.parent / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    assert check(UndeclaredDependency, "import yaml", folder=folder, root=folder.parent) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "# nothing yet\n"),
        ("environment.yml", "name: yaml\nchannels:\n  - yaml\ndependencies:\n  - pandas\n"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = []'),
        ("setup.py", "from setuptools import setup\nsetup(name='x', install_requires=['a'])"),
    ],
)
def test_reads_no_more_than_they_declare(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert len(check(UndeclaredDependency, "import yaml", folder=folder)) == 1


def test_includes_are_followed_inside_the_project_only(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.txt").write_text("pyyaml\n")
    (root / "more.txt").write_text("-r requirements.txt\nmsgspec\n")
    (root / "requirements.txt").write_text("-r more.txt\n-r ../outside.txt\n")
    source = "import yaml, msgspec"
    (problem,) = check(UndeclaredDependency, source, folder=root)
    assert "pyyaml" in problem.message


def test_a_link_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.txt").write_text("pandas\n")
    (root / "requirements.txt").symlink_to(tmp_path / "outside.txt")
    assert check(UndeclaredDependency, "import yaml", folder=root) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("pandas\n", "pandas\nmsgspec\n"), ("pandas", "pandas\nmsgspec\n"), ("", "msgspec\n")],
)
def test_add_to_requirements(folder: Path, before: str, after: str) -> None:
    (folder.parent / "requirements.txt").write_text(before)
    document = notebook("import msgspec", path="notebooks/analysis.ipynb")
    (problem,) = check(UndeclaredDependency, document, folder=folder, root=folder.parent)
    (fix,) = problem.fixes
    assert fix.title == "Add to requirements.txt"
    assert fix.plan.operations == [ChangeFile("requirements.txt", source_hash(before), after)]


def test_no_change_outside_what_the_server_serves(folder: Path) -> None:
    (folder.parent / "requirements.txt").write_text("pandas\n")
    document = notebook("import msgspec", path="analysis.ipynb")
    (problem,) = check(UndeclaredDependency, document, folder=folder, root=folder.parent)
    assert list(problem.fixes) == []


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Tracks a notebook, `tracked.csv` and `tracked.py`; ignores `data/`."""
    git(tmp_path, "init")
    for name in ("analysis.ipynb", "tracked.csv", "tracked.py"):
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("data/\n")
    git(tmp_path, "add", ".")
    for name in ("new.csv", "new.py", "data/big.csv", "package/__init__.py", "odd [1].csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('df = pd.read_csv("new.csv")', '"new.csv"'),
        ("df = pd.read_csv('./new.csv', nrows=3)", "'./new.csv'"),
        ('text = open("new.csv").read()', '"new.csv"'),
        ('text = Path("new.csv").read_text()', '"new.csv"'),
        ('x = np.loadtxt("odd [1].csv")', '"odd [1].csv"'),
        ("import new", "new"),
        ("from new import f", "from new import f"),
        ("import package", "package"),
    ],
)
def test_untracked(repository: Path, source: str, place: str) -> None:
    (problem,) = check(UntrackedInput, source, folder=repository)
    assert marked(problem, source) == place
    assert problem.message.endswith("git does not track it")


@pytest.mark.parametrize(
    "source",
    [
        'df = pd.read_csv("tracked.csv")',
        'df = pd.read_csv("data/big.csv")',
        'df = pd.read_csv("missing.csv")',
        'df = pd.read_csv("/etc/hosts")',
        'df = pd.read_csv("../outside.csv")',
        'df = pd.read_csv("https://example.org/new.csv")',
        'df = pd.read_csv(f"new.{kind}")',
        'open("new.csv", "w").write("")',
        'df.to_csv("new.csv")\ndf = pd.read_csv("new.csv")',
        "import tracked",
        "import os",
        "import pandas",
        'print("new.csv")',
        'files = os.listdir("data")',
    ],
)
def test_tracked_ignored_or_no_input(repository: Path, source: str) -> None:
    (repository.parent / "outside.csv").touch()
    assert check(UntrackedInput, source, folder=repository) == []


def test_each_file_is_told_once(repository: Path) -> None:
    document = notebook('pd.read_csv("new.csv")', 'pd.read_csv("./new.csv")')
    assert len(check(UntrackedInput, document, folder=repository)) == 1


def test_an_untracked_notebook_is_work_in_progress(repository: Path) -> None:
    (repository / "draft.ipynb").touch()
    document = notebook('pd.read_csv("new.csv")', path="draft.ipynb")
    assert check(UntrackedInput, document, folder=repository) == []


def test_a_new_answer_after_git_add(repository: Path) -> None:
    source = 'pd.read_csv("new.csv")'
    assert len(check(UntrackedInput, source, folder=repository)) == 1
    git(repository, "add", "new.csv")
    assert check(UntrackedInput, source, folder=repository) == []


def test_a_repository_inside_tracks_its_own(repository: Path) -> None:
    inner = repository / "inner"
    inner.mkdir()
    git(inner, "init")
    (inner / "x.csv").touch()
    assert check(UntrackedInput, 'pd.read_csv("inner/x.csv")', folder=repository) == []


def test_silent_without_git(tmp_path: Path) -> None:
    (tmp_path / "new.csv").touch()
    assert check(UntrackedInput, 'pd.read_csv("new.csv")', folder=tmp_path) == []
    assert check(UntrackedInput, 'pd.read_csv("new.csv")') == []


def test_runs_no_program_that_a_repository_names(repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch sprung\n")
    trap.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(trap))
    check(UntrackedInput, 'pd.read_csv("new.csv")', folder=repository)
    assert not (repository / "sprung").exists()
