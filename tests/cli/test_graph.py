import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.conftest import nbquality

Make = Callable[..., Path]
Run = Callable[..., Result]

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = '"]; c9 --> c9; </title><script>alert(1)</script> \\N & #quot; `%% end'


def graph(run: Run, *arguments: str) -> dict[str, Any]:
    result = run("graph", *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


# ── the contract ──


def test_json_is_as_promised(make: Make, run: Run) -> None:
    make(
        "a.ipynb",
        "import math\nxs = [1]\nif xs:\n    maybe = 1",
        "xs.append(math.pi)\ny = xs[0]\ny += 1",
        "del y",
        "y",
    )
    assert graph(run, "a.ipynb") == {
        "version": 1,
        "cells": [
            {
                "index": 2,
                "id": "cell-1",
                "defines": ["math", "maybe", "xs"],
                "uses": [],
                "deferred_uses": [],
                "mutates": [],
                "deletes": [],
                "unknown": [],
            },
            {
                "index": 3,
                "id": "cell-2",
                "defines": ["y"],
                "uses": ["math", "xs"],
                "deferred_uses": [],
                "mutates": [{"name": "xs", "certain": True}],
                "deletes": [],
                "unknown": [],
            },
            {
                "index": 4,
                "id": "cell-3",
                "defines": [],
                "uses": ["y"],
                "deferred_uses": [],
                "mutates": [],
                "deletes": ["y"],
                "unknown": [],
            },
            {
                "index": 5,
                "id": "cell-4",
                "defines": [],
                "uses": ["y"],
                "deferred_uses": [],
                "mutates": [],
                "deletes": [],
                "unknown": [],
            },
        ],
        "dependencies": [
            {"from": 2, "to": 3, "names": ["math", "xs"], "kind": "definition"},
            {"from": 3, "to": 4, "names": ["y"], "kind": "definition"},
            {"from": 4, "to": 5, "names": ["y"], "kind": "deletion"},
        ],
    }


def test_what_functions_need_counts_where_they_are_called(make: Make, run: Run) -> None:
    make(
        "a.ipynb",
        "xs = []\nscale = 2",
        "def add(x):\n    helper = scale\n    xs.append(x * helper)",
        "add(1)",
        "def own():\n    return late\nlate = 1",
    )
    _first, define, call, own = graph(run, "a.ipynb")["cells"]
    assert define["uses"] == []
    assert define["deferred_uses"] == ["scale", "xs"]
    assert call["uses"] == ["add", "scale", "xs"]
    assert call["mutates"] == [{"name": "xs", "certain": True}]
    assert own["deferred_uses"] == []


def test_only_names_of_the_notebook_are_told(make: Make, run: Run) -> None:
    make("a.ipynb", "print(len(nowhere))\ndisplay(1)", "len = max", "len([1])")
    first, second, third = graph(run, "a.ipynb")["cells"]
    # A name that a cell binds is the notebook's, wherever it is read.
    assert first["uses"] == ["len", "nowhere"]
    assert second["defines"] == ["len"]
    assert third["uses"] == ["len"]


def test_shell_lines_read_names_that_there_are(make: Make, run: Run) -> None:
    make("a.ipynb", "word = 1", "!echo {word} $HOME $word")
    found = graph(run, "a.ipynb")
    assert found["cells"][1]["uses"] == ["word"]
    assert found["dependencies"][0]["names"] == ["word"]


def test_what_a_cell_makes_itself_it_does_not_change(make: Make, run: Run) -> None:
    make("a.ipynb", "from lib import make, use", "own = make()\nuse(own)\nown.append(1)")
    assert graph(run, "a.ipynb")["cells"][1]["mutates"] == []


def test_files_are_dependencies(make: Make, run: Run) -> None:
    make(
        "a.ipynb",
        "import pandas as pd\ndf = pd.DataFrame()",
        "df.to_csv('out/a.csv')",
        "pd.read_csv('out/a.csv')",
    )
    links = graph(run, "a.ipynb")["dependencies"]
    assert {"from": 3, "to": 4, "names": ["file:out/a.csv"], "kind": "mutation"} in links


def test_what_is_not_known_is_said(make: Make, run: Run) -> None:
    make("a.ipynb", "x = (", "%%bash\nls", "from os import *\n%run b.py", "%%frobnicate\nz = 1")
    cells = graph(run, "a.ipynb")["cells"]
    assert [cell["unknown"] for cell in cells] == [
        ["does not parse"],
        ["written in bash"],
        ["from os import *", "%run b.py"],
        ["%%frobnicate is not known"],
    ]


def test_all_code_cells_are_there_and_markdown_counts(make: Make, run: Run) -> None:
    make("a.ipynb", "", "# nothing", "x = 1")
    assert [cell["index"] for cell in graph(run, "a.ipynb")["cells"]] == [2, 3, 4]


def test_json_survives_any_encoding(make: Make) -> None:
    make("a.ipynb", "größe = 1", "größe")
    done = nbquality(
        "graph", "a.ipynb", "--format", "json", env={"PYTHONIOENCODING": "ascii", "PATH": ""}
    )
    assert json.loads(done.stdout)["cells"][0]["defines"] == ["größe"]


# ── the order ──

ORDERED = ("a.ipynb", "xs = [1]", "print(xs)", "xs.append(2)", "f(xs)", "from os import *")


def test_order_as_json_adds_to_the_contract(make: Make, run: Run) -> None:
    make(*ORDERED)
    plain, ordered = graph(run, "a.ipynb"), graph(run, "a.ipynb", "--order")
    constraints = ordered.pop("constraints")
    assert ordered == plain
    assert constraints[:5] == [
        {"from": 2, "to": 3, "names": ["xs"], "kind": "definition", "certain": True},
        {"from": 2, "to": 4, "names": ["xs"], "kind": "definition", "certain": True},
        {"from": 2, "to": 4, "names": ["xs"], "kind": "output", "certain": True},
        {"from": 3, "to": 4, "names": ["xs"], "kind": "anti", "certain": True},
        {"from": 2, "to": 5, "names": ["xs"], "kind": "definition", "certain": True},
    ]
    assert {"from": 5, "to": 6, "names": [], "kind": "unknown", "certain": False} in constraints


def test_order_as_text_tells_what_is_not_needed_already(make: Make, run: Run) -> None:
    make(*ORDERED)
    result = run("graph", "a.ipynb", "--order")
    assert "below    xs, read by cell 3 as it was before\n" in result.stdout
    assert "below    cell 2, as one of the two may define any name\n" in result.stdout
    assert "given or changed by cell 2" not in result.stdout
    assert "below" not in run("graph", "a.ipynb").stdout


@pytest.mark.parametrize("kind", ["svg", "mermaid", "dot"])
def test_order_is_not_drawn(make: Make, run: Run, kind: str) -> None:
    make("a.ipynb", "a = 1")
    result = run("graph", "a.ipynb", "--order", "--format", kind)
    assert result.exit_code == 2
    assert "--order goes with --format text or json" in result.output


# ── for people ──


def test_text(make: Make, run: Run) -> None:
    make("a.ipynb", "xs = []", "def f():\n    return later", "xs.append(1)", "xs")
    assert run("graph", "a.ipynb").stdout == (
        "cell 2  xs = []\n"
        "  defines  xs\n"
        "\n"
        "cell 3  def f():\n"
        "  defines  f\n"
        "  later    later\n"
        "\n"
        "cell 4  xs.append(1)\n"
        "  reads    xs\n"
        "  changes  xs\n"
        "  needs    xs, cell 2\n"
        "\n"
        "cell 5  xs\n"
        "  reads    xs\n"
        "  needs    xs, cell 2\n"
        "           xs, as changed by cell 4\n"
    )


def test_text_of_no_code(make: Make, run: Run) -> None:
    make("a.ipynb")
    assert run("graph", "a.ipynb").stdout == "The notebook has no code cells.\n"


def test_text_cannot_move_the_cursor(make: Make, run: Run) -> None:
    make("a.ipynb", "x = '\x1b[2J'", "open('\x1b[2J', 'w')", "open('\\x1b[2J').read()")
    assert "\x1b" not in run("graph", "a.ipynb").stdout


def test_secrets_are_masked_in_titles(make: Make, run: Run) -> None:
    make("a.ipynb", "key = 'AKIAQ3EGRIZ7KTTPLMWN'")
    for kind in ("text", "mermaid", "dot", "svg"):
        assert "RIZ7KTTP" not in run("graph", "a.ipynb", "--format", kind).stdout


@pytest.mark.parametrize("kind", ["mermaid", "dot", "svg"])
@pytest.mark.parametrize(
    "name", ["bike_rentals.ipynb", "customer_churn.ipynb", "magics_and_shell.ipynb"]
)
def test_drawings_of_examples(run: Run, kind: str, name: str) -> None:
    found = graph(run, str(EXAMPLES / name))
    drawn = run("graph", str(EXAMPLES / name), "--format", kind).stdout
    pairs = {(link["from"], link["to"]) for link in found["dependencies"]}
    if kind == "svg":
        root = ET.fromstring(drawn)
        titles = [title.text or "" for title in root.iter("{http://www.w3.org/2000/svg}title")]
        assert sum(" needs " in title for title in titles) == len(pairs)
        assert sum(title.startswith("cell") and " needs " not in title for title in titles) == len(
            found["cells"]
        )
    else:
        arrows = re.findall(r"^    c?\d+ (?:->|-->|-\.->|--x)", drawn, re.MULTILINE)
        assert len(arrows) == len(pairs)


def test_drawings_take_text_for_text(make: Make, run: Run) -> None:
    make("a.ipynb", f"x = {HOSTILE!r}", "open('a\"b<c>.txt', 'w')", "open('a\"b<c>.txt').read(); x")
    svg = run("graph", "a.ipynb", "--format", "svg").stdout
    root = ET.fromstring(svg)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert any('a"b<c>.txt' in (element.text or "") for element in root.iter())
    mermaid = run("graph", "a.ipynb", "--format", "mermaid").stdout
    assert "<" not in mermaid
    assert "c9 -->" not in mermaid
    assert all(line.count('"') in {0, 2} for line in mermaid.splitlines())
    dot = run("graph", "a.ipynb", "--format", "dot").stdout
    for line in dot.splitlines():
        bare = line.replace("\\\\", "").replace('\\"', "")
        assert bare.count('"') % 2 == 0


# ── what cannot work ──


def test_trouble_is_one_sentence(make: Make, run: Run, project: Path) -> None:
    (project / "text.ipynb").write_text("hello")
    (project / "folder.ipynb").mkdir()
    make("r.ipynb", "x <- 1", metadata={"kernelspec": {"name": "ir", "language": "R"}})
    for name, words in (
        ("missing.ipynb", "no such file"),
        ("text.ipynb", "not a notebook"),
        ("folder.ipynb", "is a folder"),
        ("r.ipynb", "written in r"),
    ):
        result = run("graph", name)
        assert result.exit_code == 2
        assert words in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert result.stdout == ""


def test_standard_input(make: Make, run: Run) -> None:
    file = make("a.ipynb", "x = 1")
    result = run("graph", "-", input=file.read_bytes())
    assert "defines  x" in result.stdout


def test_the_command_is_listed_and_others_do_not_pay_for_it() -> None:
    done = nbquality("--help")
    assert "graph" in done.stdout
    assert "slice" in done.stdout
    code = (
        "import sys, jupyter_nbquality.cli.graph, jupyter_nbquality.cli.slice;"
        "sys.exit(any('dataflow' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
