"""What has to be run to try a plan; and a proof from beginning to end."""

from pathlib import Path

import pytest

from jupyter_nbquality.edits import ChangeCell, EditPlan, Refusal, TextEdit, source_hash
from jupyter_nbquality.execution.proof import Setting, prove
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import LineIndex, Range
from jupyter_nbquality.refactor.cells_to_module import cells_to_module
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.extract_module import ModuleExtraction, Place
from jupyter_nbquality.refactor.rename import rename
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.split_cell import split_cell
from jupyter_nbquality.refactor.trial import Trial, quick_trial, trial
from tests.refactor.running import notebook_of

SOURCES = ["import math\nn = 2", "m = math.pow(n, 2)\nm", "k = m + 1\nprint(k)", "print(m)"]


def proved(tried: Trial, lost: list[str], renamed: dict[str, str] | None = None) -> Verdict:
    """Runs both versions."""
    setting = Setting(None, "python3", 30, tried.files)
    return prove(
        tried.before, tried.after, setting, made_of=tried.made_of, lost=lost, renamed=renamed
    )


def test_a_function_of_two_cells() -> None:
    notebook = notebook_of(*SOURCES)
    made = extract_function(notebook, Selection(["2", "3"]), "step")
    assert not isinstance(made, Refusal)
    tried = trial(notebook, made.plan)
    assert [step.cell for step in tried.after] == ["1", "2", "4"]
    assert tried.made_of == {"2": ["2", "3"]}
    verdict = proved(tried, made.loses)
    assert (verdict.state, verdict.differences, verdict.reason) == ("identical", [], "")


def test_a_module_that_is_new() -> None:
    notebook = notebook_of(*SOURCES)
    made = cells_to_module(
        notebook, Selection(["2"]), "step", Place("steps.py", None, "steps.py"), autoreload=True
    )
    assert isinstance(made, ModuleExtraction)
    tried = trial(notebook, made.plan)
    assert tried.files.keys() == {"steps.py"}
    assert proved(tried, []).state == "identical"


def test_parts_of_a_cell_are_judged_as_one() -> None:
    notebook = notebook_of("n = 1", "print(n)\nm = n + 1\nprint(m)", "print(m)")
    made = split_cell(notebook, "2", [2])
    assert not isinstance(made, Refusal)
    verdict = proved(trial(notebook, made.plan), [])
    assert (verdict.state, verdict.differences, verdict.cells) == ("identical", [], 4)


def test_a_name_is_compared_with_what_it_was_called() -> None:
    notebook = notebook_of("total = 1", "total = total + 1")
    made = rename(notebook, "total", "amount")
    assert not isinstance(made, Refusal)
    tried = trial(notebook, made.plan)
    assert proved(tried, [], made.renamed).state == "identical"
    tried.after[1] = type(tried.after[1])("2", "amount = amount + 2")
    (difference,) = proved(tried, [], made.renamed).differences
    assert (difference.what, difference.name, difference.after) == ("value", "amount", "3")


def test_a_plan_that_is_wrong_is_found_out() -> None:
    notebook = notebook_of(*SOURCES)
    made = extract_function(notebook, Selection(["2", "3"]), "step")
    assert not isinstance(made, Refusal)
    tried = trial(notebook, made.plan)
    tried.after[1] = type(tried.after[1])("2", tried.after[1].source.replace("n, 2", "n, 3"))
    verdict = proved(tried, made.loses)
    assert verdict.state == "differs"
    assert [(each.what, each.cell) for each in verdict.differences[:2]] == [
        ("output", "2"),
        ("output", "4"),
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import requests\nrequests.get('http://localhost')", [("network", "")]),
        ("open('/tmp/x', 'w').write('')", [("writes-file", "/tmp/x")]),
        ("open('x', 'w').write('')", []),
        ("open('../x', 'w').write('')", [("writes-file", "../x")]),
        ("print(1)", []),
    ],
)
def test_what_running_does_to_the_world(source: str, told: list[tuple[str, str]]) -> None:
    notebook = notebook_of("n = 1\nk = n", source, "print(n)")
    made = extract_function(notebook, Selection(["1"]), "step")
    assert not isinstance(made, Refusal)
    found = trial(notebook, made.plan).effects
    assert [(effect.kind, effect.what) for effect in found] == told


def test_nothing_is_written_outside_the_copy(tmp_path: Path) -> None:
    setting = Setting(tmp_path, "python3", 30, {"../x.py": "a = 1"})
    assert prove([], [], setting).reason == "../x.py is outside of the folder."


def test_only_what_is_concerned_is_run() -> None:
    notebook = notebook_of(
        "n = 1", "slow = 10", "m = n + 1", "print(slow)", "print(m)", "open('x', 'w').write('')"
    )
    made = extract_function(notebook, Selection(["3"]), "step")
    assert not isinstance(made, Refusal)
    tried = trial(notebook, made.plan)
    assert [step.cell for step in tried.before] == ["1", "3", "5", "6"]
    assert proved(tried, made.loses).state == "identical"
    unknown = notebook_of("n = 1", "slow = 10", "m = n + 1", "%run -i other.py")
    made = extract_function(unknown, Selection(["3"]), "step")
    assert not isinstance(made, Refusal)
    assert len(trial(unknown, made.plan).before) == 4


def test_what_is_run_on_the_side() -> None:
    notebook = notebook_of("n = 1", "m = n + 1\nk = m", "print(k)", "open('x', 'w').write(str(k))")
    made = extract_function(notebook, Selection(["2"]), "step")
    assert not isinstance(made, Refusal)
    tried = quick_trial(notebook, made.plan)
    assert [step.cell for step in tried.before] == ["2"]
    assert [step.cell for step in tried.after][-1] == "2"
    assert tried.reason == ""
    made = extract_function(notebook, Selection(["4"]), "step")
    assert not isinstance(made, Refusal)
    assert quick_trial(notebook, made.plan).reason == (
        "The code writes a file, so it is not run on the side."
    )


def wrong_plan(notebook: Notebook, text: str) -> EditPlan:
    """Changes the first cell to something else: a proof has to find that out."""
    source = notebook.cells[0].source
    lines = source.split("\n")
    index = LineIndex(source)
    end = index.from_codepoints(len(lines) - 1, len(lines[-1]))
    whole = Range(index.from_codepoints(0, 0), end)
    change = ChangeCell(notebook.cells[0].id, source_hash(source), [TextEdit(whole, text)])
    return EditPlan("Change", [change])


@pytest.mark.parametrize(
    "source",
    [
        "eval(s)",
        "globals()[s]",
        "'{a}'.format(**locals())",
        "%time eval(s)",
        "get_ipython().user_ns[s]",
        "import __main__\n__main__.a",
        "import sys\nsys.modules['__main__'].a",
        "df.query(s)",
        "Out[1]",
        "_1",
        "_",
        "In[1]",
        "%who",
        "def f():\n    return vars()",
    ],
)
def test_all_is_run_where_names_are_looked_up(source: str) -> None:
    notebook = notebook_of("a = 5\na", "s = 'a'", "other = 1", source)
    plan = wrong_plan(notebook, "b = 5\n1")
    assert len(trial(notebook, plan).before) == 4
    assert "looks names up" in quick_trial(notebook, plan).reason


def test_a_slice_is_run_where_they_are_not() -> None:
    source = (
        "for _ in range(2): pass\nx = [_ for _ in 'ab']\ndf.query('q > 1')\n"
        "if __name__ == '__main__': 1"
    )
    notebook = notebook_of("a = 5\na", "s = 'a'", source)
    assert len(trial(notebook, wrong_plan(notebook, "b = 5")).before) == 1


def test_a_plan_that_loses_a_name_which_is_looked_up() -> None:
    notebook = notebook_of("a = 5\na", "s = 'a'", "eval(s)", "Out[1]")
    verdict = proved(trial(notebook, wrong_plan(notebook, "b = 5\n6")), ["a"])
    assert [each.cell for each in verdict.differences if each.cell] == ["1", "3", "4"]
