import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import Result

Make = Callable[..., Path]
Run = Callable[..., Result]

# Cell 1 is a title; these are cells 2 to 4, whose ids are cell-1 to cell-3.
SOURCES = ("n = 1", "a = n + 1\nb = a\nprint(b)", "print(a, n)")


@pytest.fixture
def notebook(make: Make) -> Path:
    return make("a.ipynb", *SOURCES)


def sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


# ── the difference ──


def test_shows_the_difference_and_changes_nothing(notebook: Path, run: Run) -> None:
    before = notebook.read_bytes()
    result = run("refactor", "rename", "a.ipynb", "n", "count")
    assert result.exit_code == 0
    assert result.stdout == (
        "Rename n to count\n"
        "--- a.ipynb:cell 2\n+++ a.ipynb:cell 2\n@@ -1 +1 @@\n-n = 1\n+count = 1\n\n"
        "--- a.ipynb:cell 3\n+++ a.ipynb:cell 3\n@@ -1,3 +1,3 @@\n-a = n + 1\n+a = count + 1\n"
        " b = a\n print(b)\n\n"
        "--- a.ipynb:cell 4\n+++ a.ipynb:cell 4\n@@ -1 +1 @@\n-print(a, n)\n+print(a, count)\n\n"
    )
    assert notebook.read_bytes() == before
    assert run("refactor", "rename", "a.ipynb", "n", "count", "--diff").stdout == result.stdout


def test_a_notebook_without_ids(project: Path, run: Run) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": "x = 1"}, {**cell, "source": "print(x)"}]
    old = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (project / "old.ipynb").write_text(json.dumps(old))
    result = run("refactor", "rename", "old.ipynb", "x", "y", "--write")
    assert result.stdout == "Rename x to y: wrote old.ipynb.\n"
    after = json.loads((project / "old.ipynb").read_text())
    assert [cell["source"] for cell in after["cells"]] == ["y = 1", "print(y)"]
    assert "id" not in after["cells"][0]


def test_reads_the_standard_input(notebook: Path, run: Run) -> None:
    result = run("refactor", "rename", "-", "n", "count", input=notebook.read_bytes())
    assert "+count = 1" in result.stdout
    result = run("refactor", "rename", "-", "n", "count", "--write", input=notebook.read_bytes())
    assert result.exit_code == 2


# ── writing ──


def test_write_changes_the_named_places_alone(notebook: Path, run: Run) -> None:
    text = notebook.read_text().replace('"metadata": {},', '"metadata": {"own":   [1,2]},', 1)
    notebook.write_text(text)
    result = run("refactor", "rename", "a.ipynb", "n", "count", "--write")
    assert (result.exit_code, result.stdout) == (0, "Rename n to count: wrote a.ipynb.\n")
    expected = text.replace('"n = 1"', '"count = 1"').replace("a = n + 1", "a = count + 1")
    assert notebook.read_text() == expected.replace("print(a, n)", "print(a, count)")


def test_out_writes_another_file(notebook: Path, run: Run, project: Path) -> None:
    before = notebook.read_bytes()
    command = ("refactor", "merge", "a.ipynb", "--cells", "2-3", "--out", "b.ipynb")
    assert run(*command).stdout == "Merge cells 2 to 3: wrote b.ipynb.\n"
    assert sources(project / "b.ipynb")[1:] == [f"{SOURCES[0]}\n\n{SOURCES[1]}", SOURCES[2]]
    assert notebook.read_bytes() == before
    refused = run(*command)
    assert (refused.exit_code, "--force writes over it" in refused.stderr) == (2, True)
    assert run(*command, "--force").exit_code == 0
    itself = run("refactor", "merge", "a.ipynb", "--cells", "2-3", "--out", "a.ipynb", "--force")
    assert (itself.exit_code, "the notebook itself" in itself.stderr) == (2, True)


# ── refusals ──


def test_a_refusal_is_told_on_standard_output(notebook: Path, run: Run) -> None:
    before = notebook.read_bytes()
    result = run("refactor", "move", "a.ipynb", "--cell", "2", "--to", "3", "--write")
    assert result.exit_code == 3
    assert result.stdout == "Cell 2: Cell 3 reads `n`, which cell 2 binds.\n"
    assert notebook.read_bytes() == before


def test_a_refusal_as_json(notebook: Path, run: Run) -> None:
    result = run("refactor", "rename", "a.ipynb", "n", "a", "--format", "json")
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "kind": "refusal",
        "code": "taken-name",
        "message": "The notebook has a name `a` already.",
        "cell": "cell-2",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename", "a.ipynb", "n"),
        ("rename", "a.ipynb", "n", "m", "--write", "--out", "b.ipynb"),
        ("rename", "a.ipynb", "n", "m", "--write", "--diff"),
        ("rename", "a.ipynb", "n", "m", "--force"),
        ("rename", "gone.ipynb", "n", "m"),
        ("move", "a.ipynb", "--cell", "2"),
        ("move", "a.ipynb", "--cell", "2", "--to", "3", "--after", "4"),
        ("move", "a.ipynb", "--cell", "9", "--to", "3"),
        ("split", "a.ipynb", "--cell", "3"),
        ("split", "a.ipynb", "--cell", "3", "--line", "2", "--suggest"),
        ("extract-function", "a.ipynb", "--cells", "4-2", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "2-3", "--lines", "1", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--lines", "2-1", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--lines", "2-4", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--lines", "x", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--at", "1:5", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--at", "1:5-1:4", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "3", "--at", "9:5-9:6", "--name", "f"),
        ("extract-function", "a.ipynb", "--cells", "other", "--name", "f"),
    ],
)
def test_wrong_usage(notebook: Path, run: Run, arguments: tuple[str, ...]) -> None:
    before = notebook.read_bytes()
    assert run("refactor", *arguments).exit_code == 2
    assert notebook.read_bytes() == before


# ── each refactoring ──


def made(run: Run, *arguments: str) -> Any:
    result = run("refactor", *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("cells", ["3", "cell-2"])
def test_extract_function(notebook: Path, run: Run, cells: str) -> None:
    found = made(run, "extract-function", "a.ipynb", "--cells", cells, "--name", "f", "--write")
    assert (found["kind"], found["parameters"], found["returns"]) == ("extraction", ["n"], ["a"])
    assert found["plan"]["operations"][0]["cell"] == "cell-2"
    function, call = sources(notebook)[2].split("\n\n\n")
    assert (
        function == 'def f(n):\n    """F."""\n    a = n + 1\n    b = a\n    print(b)\n    return a'
    )
    assert call == "a = f(n)"


@pytest.mark.parametrize("cells", ["2-3", "cell-1-cell-2", "2-cell-2"])
def test_cells_from_one_to_another(notebook: Path, run: Run, cells: str) -> None:
    found = made(run, "extract-function", "a.ipynb", "--cells", cells, "--name", "f")
    assert found["returns"] == ["n", "a"]


PARAMETERS = ("refactor", "extract-function", "p.ipynb", "--cells", "3", "--name", "f")


@pytest.mark.parametrize(
    ("options", "head", "call"),
    [
        ((), "def f(k, xs, n):", "f(k, xs, n)"),
        (("--parameter", "xs"), "def f(xs, k, n):", "f(xs, k, n)"),
        (("--parameter", "n = times", "--parameter", "k"), "def f(times, k, xs):", "f(n, k, xs)"),
        (("--default", "k", "--parameter", "k=limit"), "def f(xs, n, limit=3):", "f(xs, n)"),
        (("--type", "xs=list[int]"), "def f(k, xs: list[int], n):", "f(k, xs, n)"),
        (("--parameter", "xs", "--type", "n=int"), "def f(xs, k, n: int):", "f(xs, k, n)"),
    ],
)
def test_parameters_of_a_function(
    make: Make, run: Run, options: tuple[str, ...], head: str, call: str
) -> None:
    make("p.ipynb", "k = 3\nxs = list()\nn = len('a')", "print(k)\nprint(xs, n)")
    told = run(*PARAMETERS, *options, "--format", "json").stdout
    found = json.loads(told)
    assert (found["function"].splitlines()[0], found["call"]) == (head, call)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--parameter", "y=z"), "takes no y; it takes k, xs, n"),
        (("--parameter", "k", "--parameter", "k=z"), "speaks of k twice"),
        (("--type", "k"), "NAME=TYPE"),
        (("--default", "k=4"), "a name alone"),
    ],
)
def test_parameters_that_make_no_sense(
    make: Make, run: Run, options: tuple[str, ...], why: str
) -> None:
    make("p.ipynb", "k = 3\nxs = list()\nn = len('a')", "print(k)\nprint(xs, n)")
    result = run(*PARAMETERS, *options)
    assert (result.exit_code, why in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_parameters_that_cannot_be(make: Make, run: Run) -> None:
    make("p.ipynb", "k = 3\nxs = list()\nn = len('a')", "print(k)\nprint(xs, n)")
    for options in (("--parameter", "k=class"), ("--default", "xs"), ("--type", "k=1+")):
        assert run(*PARAMETERS, *options).exit_code == 3


def test_extract_some_lines(notebook: Path, run: Run) -> None:
    found = made(run, "extract-function", "a.ipynb", "--cells", "3", "--lines", "2-3", "--name",
                 "f", "--no-docstring")  # fmt: skip
    assert found["function"] == "def f(a):\n    b = a\n    print(b)"


def test_rename_tells_of_mentions(project: Path, run: Run) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("We `rate` it."),
        nbformat.v4.new_code_cell("rate = 1  # the rate"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), project / "b.ipynb")
    result = run("refactor", "rename", "b.ipynb", "rate", "speed")
    assert result.stderr == (
        "Not changed: 1 mention in Markdown cells; --markdown does it.\n"
        "Not changed: 1 mention in comments; --comments does it.\n"
    )
    run("refactor", "rename", "b.ipynb", "rate", "speed", "--markdown", "--comments", "--write")
    assert sources(project / "b.ipynb") == ["We `speed` it.", "speed = 1  # the speed"]


@pytest.mark.parametrize(
    "where", [("--to", "1"), ("--before", "1"), ("--to", "title"), ("--before", "title")]
)
def test_move_up(notebook: Path, run: Run, where: tuple[str, str]) -> None:
    run("refactor", "move", "a.ipynb", "--cell", "2", *where, "--write")
    assert sources(notebook) == [SOURCES[0], "# Title", *SOURCES[1:]]


@pytest.mark.parametrize("where", [("--to", "4"), ("--after", "4")])
def test_move_down(notebook: Path, run: Run, where: tuple[str, str]) -> None:
    result = run("refactor", "move", "a.ipynb", "--cell", "1", *where, "--write")
    assert result.stdout == "Move cell 1 below cell 4: wrote a.ipynb.\n"
    assert sources(notebook) == [*SOURCES, "# Title"]


def test_split(notebook: Path, run: Run) -> None:
    run("refactor", "split", "a.ipynb", "--cell", "3", "--line", "2", "--line", "3", "--write")
    assert sources(notebook)[1:] == ["n = 1", "a = n + 1", "b = a", "print(b)", "print(a, n)"]


def test_split_where_it_is_proposed(make: Make, run: Run) -> None:
    path = make("b.ipynb", "import math\nx = math.pi\nprint(x)", "y = 1")
    run("refactor", "split", "b.ipynb", "--cell", "2", "--suggest", "--write")
    assert sources(path)[1:] == ["import math", "x = math.pi\nprint(x)", "y = 1"]
    result = run("refactor", "split", "b.ipynb", "--cell", "4", "--suggest")
    assert (result.exit_code, result.stdout) == (3, "Cell 4: The cell does one thing only.\n")


def test_inline(notebook: Path, run: Run) -> None:
    assert made(run, "inline", "a.ipynb", "n", "--write")["places"] == 2
    assert sources(notebook)[1:] == ["a = 1 + 1\nb = a\nprint(b)", "print(a, 1)"]
    result = run("refactor", "inline", "a.ipynb", "gone")
    assert (result.exit_code, result.stdout) == (3, "No cell binds a name `gone`.\n")


def test_extract_a_part_of_a_line(notebook: Path, run: Run) -> None:
    found = made(run, "extract-function", "a.ipynb", "--cells", "3", "--at", "1:5-1:9", "--name",
                 "f", "--no-docstring")  # fmt: skip
    assert (found["function"], found["call"]) == ("def f(n):\n    return n + 1", "f(n)")


def test_extract_variable(notebook: Path, run: Run) -> None:
    command = ("extract-variable", "a.ipynb", "--cell", "4", "--at", "1:7-1:10", "--name", "pair")
    assert run("refactor", *command).stdout == ("Cell 4: The selection is not one expression.\n")
    command = ("extract-variable", "a.ipynb", "--cell", "4", "--at", "1:10-1:10", "--name", "m")
    run("refactor", *command, "--write")
    assert sources(notebook)[3] == "m = n\nprint(a, m)"


def test_extract_constant(make: Make, run: Run) -> None:
    path = make("a.ipynb", "import math\nprint(math.pi * 42)", "print(42)")
    command = ("extract-constant", "a.ipynb", "--cell", "2", "--at", "2:17-2:18", "--name", "TOP")
    assert "1 other place with this value" in run("refactor", *command).output
    run("refactor", *command, "--all", "--write")
    assert sources(path)[1:] == ["import math\n\nTOP = 42\n\nprint(math.pi * TOP)", "print(TOP)"]


def test_a_proof_that_fails_is_told_to_programs(make: Make, run: Run) -> None:
    make("a.ipynb", "n = 1\nimport os\nos._exit(1)")
    result = run("refactor", "rename", "a.ipynb", "n", "k", "--verify", "--yes", "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["kind"], told["code"]) == (3, "refusal", "could-not-run")
    assert told["message"] == "Could not be run: The kernel died."
