"""A project in git for tests of rules that look around a notebook."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in git that tracks the notebook of a sample, and nothing else."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "analysis.ipynb").write_text("{}", "utf-8")
    for command in ("init", "add analysis.ipynb"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """A copy of it, to put files into."""
    return shutil.copytree(repository, tmp_path / "project")
