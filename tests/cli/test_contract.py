"""`nbquality contract` and `nbquality suggest`."""

import json
import random
import sys
from typing import Any

import pytest

from jupyter_nbquality.metadata import cell_tests

LOAD = (
    "import pandas as pd\n\ndef load(path):\n    return pd.read_csv(path)\n\npeople = load('p.csv')"
)


@pytest.fixture
def people(project):
    """Writes the data, with heights times a factor."""

    def write(factor: float = 1.0) -> None:
        dice = random.Random(3)
        rows = [(dice.randint(20, 70), factor * round(dice.gauss(170, 8), 1)) for _ in range(200)]
        lines = ["age,height", *(f"{age},{height}" for age, height in rows)]
        (project / "p.csv").write_text("\n".join(lines) + "\n")

    write()
    return write


def kept(path, cell: int) -> dict[str, str]:
    cells = json.loads(path.read_text())["cells"]
    return {
        test.name: test.source for test in cell_tests(cells[cell]["metadata"].get("nbquality", {}))
    }


def test_contract_is_shown_written_and_checked(run, project, make, people):
    path = make("a.ipynb", LOAD, "older = people[people.age > 40]")
    before = path.read_text()
    shown = run("contract", "a.ipynb")
    assert shown.exit_code == 0
    assert "cell 2: people: new" in shown.output
    assert '+        "age": {"kind": "integer", "sign": "positive"' in shown.output
    assert path.read_text() == before
    assert "Wrote 1 contract" in run("contract", "--write", "a.ipynb").output
    assert list(kept(path, 1)) == ["contract_people"]
    # Such a test runs where nothing of ours is installed.
    assert run("tests", "export", "a.ipynb").exit_code == 0
    module = (project / "test_a.py").read_text()
    space: dict[str, Any] = {}
    exec(module[module.index("FRAMES = ") :], space)
    assert space["check_frame"].__doc__ is None
    assert "jupyter_nbquality" not in module
    people(2.54)
    changed = run("contract", "a.ipynb")
    assert changed.exit_code == 1
    assert "height: 2.54 times as large: inches to centimetres?" in changed.output


def test_what_loads_nothing_has_no_contract(run, make):
    make("a.ipynb", "x = 1")
    result = run("contract", "a.ipynb")
    assert result.exit_code == 2
    assert "no cell is seen to read a file" in result.output
    assert run("contract", "--write", "--diff", "a.ipynb").exit_code == 2
    make("b.ipynb", "import pandas as pd\nx = pd.read_csv('p.csv')\nx.to_csv('/tmp/x')")
    assert "--yes runs it all the same" in run("contract", "b.ipynb").output


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_suggest_proposes_and_writes_what_is_accepted(run, make, people):
    path = make("a.ipynb", LOAD, "older = people[people['age'] > 40]")
    result = run("suggest", "a.ipynb", "--cell", "3", "--survivors", "--accept", "older_totals")
    assert result.exit_code == 0, result.output
    assert "cell 3[older_totals]" in result.output
    assert "together these tests notice" in result.output
    assert "assert len(older) == 1" in kept(path, 2)["older_totals"]
    title = run("suggest", "a.ipynb", "--cell", "1")
    assert title.exit_code == 2
    assert "no such cell of code" in title.output
