"""nbval's own comparisons: untouched by the plugin, and what options allow of them."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.pytest_plugin.running import PLUGINS, Ran, cell, printed, run_pytest, test, write

SANITISER = "[stamps]\nregex: stamp \\d+\nreplace: STAMP\n"


def features() -> list[NotebookNode]:
    """A cell for each thing that nbval does."""
    unrun = new_code_cell("1 + 1")
    unrun_with_output = new_code_cell("2 + 2")
    unrun_with_output.outputs = [new_output("execute_result", {"text/plain": "4"})]
    return [
        new_markdown_cell("# What nbval does"),
        cell("value = 3\nvalue", shows="3"),
        cell("value", shows="4"),
        cell("print('one')\nprint('two')", shows=printed("one\ntwo\n")),
        cell("print('stamp 17')", shows=printed("stamp 3\n")),
        cell("# NBVAL_IGNORE_OUTPUT\nobject()", shows="anything"),
        cell("object()", shows="anything", tags=["nbval-ignore-output"]),
        cell("# NBVAL_CHECK_OUTPUT\nvalue", shows="5"),
        cell("# NBVAL_SKIP\nnever = 1"),
        cell("never", tags=["nbval-skip"]),
        cell("never", tags=["raises-exception"], shows=[]),
        cell("# NBVAL_RAISES_EXCEPTION\nraise ValueError(value)", shows=[]),
        cell("raise KeyError('x')"),
        cell("value", shows=[]),
        cell("display(1)\ndisplay(2)", shows=[]),
        cell("import sys\nsys.stderr.write('w')", shows="1"),
        unrun,
        unrun_with_output,
        cell(""),
    ]


def of_nbval(ran: Ran) -> dict[str, tuple[str, str]]:
    return {
        name: (outcome, ran.messages.get(name, ""))
        for name, outcome in ran.outcomes.items()
        if "[" not in name
    }


def test_items_and_verdicts_of_nbval_are_its_own(tmp_path: Path):
    """The plugin is absent, then there, with tests in every cell."""
    (tmp_path / "sanitise.cfg").write_text(SANITISER)
    arguments = ["--nbval", "--nbval-sanitize-with", "sanitise.cfg", "-p", "no:cacheprovider"]
    write(tmp_path / "a.ipynb", features())
    without = run_pytest(tmp_path, *arguments, plugins=PLUGINS[:1])
    tested = features()
    for each in tested:
        if each.cell_type == "code":
            each.metadata["nbquality"] = {"tests": [test("t", "value = 7\nnever = 8\nx = 9")]}
    write(tmp_path / "a.ipynb", tested)
    with_it = run_pytest(tmp_path, *arguments)
    assert {"passed", "failure", "skipped"} == {each for each, _ in of_nbval(without).values()}
    assert of_nbval(with_it) == of_nbval(without)
    assert len(with_it.outcomes) == 2 * len(without.outcomes)


LENIENT = {
    "floats": cell("0.1 + 0.2000001", shows="0.3"),
    "table": cell(
        "print('name   value\\na      1.00001\\nb     12.50000')",
        shows=printed("name  value\na       1.0\nb      12.5\n"),
    ),
    "integer": cell("3", shows="4"),
    "far": cell("0.5", shows="0.6"),
    "semicolon": cell("4 + 4;  # hidden"),
    "address": cell("class A: pass\nA()", shows="<__main__.A at 0x7f21c0b5e050>"),
    "time": cell(
        "print('2026-03-04 11:22:33.123, took 3.4 ms')",
        shows=printed("2025-01-02 03:04:05.678, took 12 ms\n"),
    ),
    "path": cell("print('/tmp/xyz/a.csv')", shows=printed("/home/ann/data/a.csv\n")),
    "uuid": cell(
        "import uuid\nprint(uuid.uuid4())", shows=printed("3fa85f64-5717-4562-b3fc-2c963f66afa6\n")
    ),
    "progress": cell(
        "import sys\nprint('\\rGo: 100%|####| 3/3 [00:02<00:00,  1.4it/s]', file=sys.stderr)",
        shows=[
            new_output("stream", name="stderr", text="Go: 100%|####| 3/3 [00:00<00:00, 9.9it/s]\n")
        ],
    ),
}
FORGIVEN = {"floats", "table", "semicolon", "address", "time", "path", "uuid", "progress"}


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    write(tmp_path / "lenient.ipynb", list(LENIENT.values()))
    return tmp_path


def failed(ran: Ran) -> set[str]:
    """Gives the names of the cells of `LENIENT` that failed."""
    names = dict(zip([f"Cell {number}" for number in range(len(LENIENT))], LENIENT, strict=True))
    return {names[each] for each, outcome in ran.outcomes.items() if outcome == "failure"}


def test_outputs_may_differ_as_far_as_options_say(lenient: Path):
    strict = run_pytest(lenient, "--nbval")
    assert failed(strict) == set(LENIENT)
    ran = run_pytest(lenient, "--nbval", "--nbq-rtol=1e-3", "--nbq-mend", "--nbq-normalise=all")
    assert failed(ran) == set(LENIENT) - FORGIVEN


def test_dead_kernel_is_noticed_at_once_and_blocks_who_needs_it(tmp_path: Path):
    write(
        tmp_path / "a.ipynb",
        [
            cell("x = 1"),
            cell("import os\nos._exit(1)"),
            cell("y = 2", test("needs-neither", "assert y == 2")),
            cell("z = os.sep + str(x)", test("needs-os", "assert z")),
        ],
    )
    ran = run_pytest(tmp_path, "--nbval-lax", "--nbq-mend", "--nbval-cell-timeout=600")
    assert "The kernel died while it ran the cell" in ran.messages["Cell 1"]
    assert ran.outcomes["Cell 2[needs-neither]"] == "passed"
    assert ran.outcomes["Cell 3[needs-os]"] == "skipped"
    assert "blocked by Cell 1" in ran.messages["Cell 3[needs-os]"]


def test_cells_that_differ_from_run_to_run_are_told(tmp_path: Path):
    cells = [
        cell("import random\nx = 1"),
        cell("random.random()", shows="0.5"),
        cell("# NBVAL_IGNORE_OUTPUT\nrandom.random()", shows="0.5"),
        cell("x", shows="1"),
    ]
    write(tmp_path / "a.ipynb", cells)
    ran = run_pytest(tmp_path, "--nbquality", "--nbq-flaky=2")
    assert ran.outcomes == {"repeated": "failure"}
    assert "cell 2 shows something else in run 2" in ran.messages["repeated"]
    assert "cell 3" not in ran.messages["repeated"]


def test_notebook_without_outputs_is_told_as_nothing_is_compared(tmp_path: Path):
    write(tmp_path / "a.ipynb", [new_code_cell("1"), new_code_cell("2")])
    ran = run_pytest(tmp_path, "--nbval", "--collect-only")
    assert "a.ipynb: 0 of 2 outputs compared" in ran.text


def test_option_that_makes_no_sense_is_refused(tmp_path: Path):
    ran = run_pytest(tmp_path, "--nbval", "--nbq-normalise=colours")
    assert ran.status == 4
    assert "--nbq-normalise does not know `colours`; it knows addresses, " in ran.text
    assert "Traceback" not in ran.text
