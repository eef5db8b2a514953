"""Proposals of tests, with real kernels."""

import ast
import sys
import threading
from pathlib import Path

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.execution.fresh_kernel import CancelledError
from jupyter_nbquality.execution.trials import trials_source
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.testing.candidates import candidates
from jupyter_nbquality.testing.proposals import suggest
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, Plan, plan_of

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="children are forked on Linux alone"
)

CELLS = {
    "imports": "import random\nimport pandas as pd\nLIMIT = 3",
    "functions": """\
def price(amount, rate=0.2):
    if amount < 0:
        raise ValueError("negative")
    return amount * (1 + rate)


def tidy(text):
    return text.strip().lower()


def share(part, whole):
    return part / whole if whole else float("inf")


total = price(100)
""",
    "names": "names = [tidy(each) for each in (' Anna ', 'Bob')]\n"
    "shares = [share(3, each) for each in (0, 2)]",
    "table": """\
table = pd.DataFrame({"a": range(40), "b": [0.5, 1.5] * 20})
print(table)
""",
    "split": """\
dice = random.random()
few, many = table.iloc[:10], table.iloc[10:]
""",
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(1)\nready = pool.submit(int).result()",
    "waits": "x = pool.submit(max, [3, 2]).result() + ready + 1",
    "raises": "wrong = 1 / (LIMIT - 3)",
    "broken": "x = (",
    "shows": "print(total)",
}
TESTS = {
    "functions": [
        {"name": "good", "source": ["assert tidy(' A') == 'a'"]},
        {"name": "weak", "source": ["assert callable(price)"]},
        {"name": "wrong", "source": ["assert total == 1"]},
        {"name": "endless", "source": ["while True:\n", "    pass"]},
    ]
}


def notebook() -> Notebook:
    cells = [
        Cell(key, "code", source, metadata={"tests": TESTS[key]} if key in TESTS else {})
        for key, source in CELLS.items()
    ]
    return Notebook("x.ipynb", cells, kernelspec="python3")


def planned(cell: str) -> Plan:
    document = notebook()
    dataflow = Dataflow()
    dataflow.update(document)
    return plan_of(document, dataflow, cell)


@pytest.fixture(scope="module")
def of_functions():
    return suggest(planned("functions"), "python3", None)


def test_functions_are_called_as_the_notebook_calls_them(of_functions):
    proposals = {each.name: each for each in of_functions.proposals}
    assert "assert price(100) == approx(120)" in proposals["price_examples"].source
    assert "assert share(3, 0) == float('inf')" in proposals["share_examples"].source
    refuses = proposals["price_refuses"]
    assert "with pytest.raises(ValueError):\n        price(-1)" in refuses.source
    assert refuses.worth.killed < refuses.worth.mutants


def test_each_proposal_notices_something_new(of_functions):
    assert of_functions.proposals
    beside = [each.name for each in of_functions.proposals if not each.new]
    assert beside in ([], ["price_not_negative"])
    assert all(each.worth.killed >= each.new for each in of_functions.proposals)
    worth = of_functions.worth
    assert worth.killed >= 0.9 * worth.mutants > 5
    assert len(worth.survivors) == worth.mutants - worth.killed


def test_tests_that_the_cell_has_are_weighed(of_functions):
    good, weak, wrong, endless = of_functions.tests
    assert not endless.passes
    assert (good.name, good.passes, good.weak) == ("good", True, False)
    assert good.worth.killed == 3
    assert (weak.passes, weak.weak, weak.worth.killed) == (True, True, 0)
    assert weak.worth.survivors[0].before != weak.worth.survivors[0].after
    assert not wrong.passes


def test_tables_are_kept_together_and_dice_are_not_kept(tmp_path: Path):
    (tmp_path / "here.txt").write_text("x")
    labels: list[str] = []
    found = suggest(
        planned("split"), "python3", tmp_path, progress=lambda _share, label: labels.append(label)
    )
    sources = "\n".join(each.source for each in found.proposals)
    assert "assert len(few) + len(many) == len(table)" in sources
    assert "dice" not in sources
    assert labels[-1] == "Done"
    assert [each.name for each in tmp_path.iterdir()] == ["here.txt"]


def test_tables_go_together_that_are_made_of_one_another():
    """Lengths that are equal by chance say nothing."""
    kin = planned("split").kin
    assert {"many", "table"} <= kin["few"]
    assert "table" not in kin["dice"]


def test_what_is_infinite_is_told_from_what_is_no_number():
    seen = {"modules": [], "functions": {}, "relations": [], "names": {}}
    for name in ("inf", "nan"):
        seen["names"][name] = {"kind": "value", "is": "float", "source": f"float('{name}')"}
    found = {each.name: each.source.strip() for each in candidates(seen)}
    assert found == {"inf_value": "assert inf == float('inf')", "nan_value": "assert nan != nan"}


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("broken", "The cell does not parse"),
        ("shows", "The cell binds and changes no names"),
        ("nowhere", "There is no such cell"),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_why(cell, sentence):
    with pytest.raises(CannotSuggestError, match=sentence):
        planned(cell)


def test_where_threads_are_left_behind_all_runs_behind_the_fork():
    found = suggest(planned("waits"), "python3", None)
    assert "assert x == 4" in [each.source for each in found.proposals]
    assert found.worth.killed == found.worth.mutants > 2


def test_a_cell_that_raises_is_told():
    with pytest.raises(CannotSuggestError, match=r"The cell raised ZeroDivisionError: .*\.$"):
        suggest(planned("raises"), "python3", None)


def test_a_cell_of_settings_needs_no_kernel():
    document = Notebook("x.ipynb", [Cell("a", "code", "SEED = 1")], kernelspec="nowhere")
    dataflow = Dataflow()
    dataflow.update(document)
    found = suggest(plan_of(document, dataflow, "a"), "nowhere", None)
    assert found.proposals == []
    assert found.remark.startswith("A small change of this cell")


def test_it_can_be_cancelled():
    stop = threading.Event()
    with pytest.raises(CancelledError):
        suggest(
            planned("functions"),
            "python3",
            None,
            progress=lambda share, _label: stop.set() if share >= 0.3 else None,
            stop=stop,
        )


def test_what_travels_to_the_kernel_is_python_3_8():
    ast.parse(trials_source(), feature_version=(3, 8))
    assert "jupyter_nbquality" not in trials_source()
