import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jupyter_nbquality.cli import main

NBQUALITY = Path(sys.executable).with_name("nbquality")

UNUSED_IMPORT = "import os\nx = 1\nprint(x)"
CLEAN = "x = 1\nprint(x)"


def notebook_text(*sources: str, **fields: Any) -> str:
    cells = [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {},
            "source": ["# Title"],
        },
        *(
            {
                "cell_type": "code",
                "execution_count": number,
                "id": f"cell-{number}",
                "metadata": {},
                "outputs": [],
                "source": source.splitlines(keepends=True),
            }
            for number, source in enumerate(sources, 1)
        ),
    ]
    value = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": "3.11.0"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
        **fields,
    }
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "FORCE_COLOR", "NO_COLOR", "NBQUALITY_OUTPUT_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def make(project: Path) -> Callable[..., Path]:
    """Writes a notebook of some sources at a path of the project."""

    def write(path: str, *sources: str, **fields: Any) -> Path:
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(notebook_text(*sources, **fields), encoding="utf-8")
        return file

    return write


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs the command in this process; what the workers do is as real as ever."""

    def invoke(*arguments: str, **options: Any) -> Result:
        result = CliRunner().invoke(main, list(arguments), **options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def nbquality(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the installed command in a process of its own."""
    return subprocess.run(
        [NBQUALITY, *arguments], capture_output=True, text=True, check=False, **options
    )


def git(folder: Path, *arguments: str) -> None:
    """Runs git as somebody."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)
