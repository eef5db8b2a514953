"""The notebooks in examples/: those that are meant to run do, and what is saved in them is true."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
NEEDS_SHELL = pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(EXAMPLES / name, as_version=nbformat.NO_CONVERT)


def counts(notebook: nbformat.NotebookNode) -> list[int | None]:
    return [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.ename for output in outputs if output.output_type == "error"]


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy, so that a run leaves nothing in the repository."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


@pytest.mark.parametrize(
    "name",
    [
        "bike_rentals.ipynb",
        "customer_churn_clean.ipynb",
        pytest.param("magics_and_shell.ipynb", marks=NEEDS_SHELL),
    ],
)
def test_runs_from_top_to_bottom(examples: Path, name: str):
    notebook = read(name)
    saved = counts(notebook)
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(examples)}},
    )
    client.execute()
    assert errors(notebook) == []
    assert counts(notebook) == list(range(1, len(saved) + 1))
    stderr = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert stderr == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_a_small_valid_notebook(name: str):
    notebook = read(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert (EXAMPLES / name).stat().st_size < 300_000


@pytest.mark.parametrize("name", ["customer_churn_clean.ipynb", "magics_and_shell.ipynb"])
def test_tidy_notebook_was_saved_after_a_run_in_order(name: str):
    saved = counts(read(name))
    assert saved == list(range(1, len(saved) + 1))


def test_messy_notebook_was_saved_as_people_leave_it():
    notebook = read("customer_churn.ipynb")
    saved = counts(notebook)
    executed = [count for count in saved if count is not None]
    assert None in saved[: saved.index(executed[-1])]
    assert any(later < earlier for earlier, later in pairwise(executed))
    assert len(set(executed)) < len(executed)
    assert errors(notebook) == ["KeyError"]


def test_data_are_what_the_script_makes(tmp_path: Path):
    script = EXAMPLES / "data" / "make_data.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (EXAMPLES / "data" / made.name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 2
