"""A notebook that was edited step by step is linked as if it had been read at once."""

import random

import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.graph import Dependency
from jupyter_nbquality.notebook import Notebook
from tests.dataflow.looking import LIBRARIES, notebook_of

NAMES = ["a", "b", "c", "f", "g"]
STATEMENTS = [
    "{0} = 1",
    "{0} = {1}",
    "{0} = {1} + {2}",
    "{0} += {1}",
    "{0}.append({1})",
    "{0}['k'] = {1}",
    "{0}({1})",
    "{0} = {1}({2})",
    "print({0})",
    "del {0}",
    "def {0}(x):\n    x.append({1})\n    return x",
    "def {0}():\n    global {1}\n    {1} = {2}",
    "def {0}():\n    return {1}({2})",
    "class {0}:\n    def m(self):\n        return {1}",
    "class {0}({1}):\n    def copy(self, x):\n        {0}.all.append(x)",
    "{0} = {1}.m()",
    "if {0}:\n    {1} = {2}",
    "for {0} in {1}:\n    {2}.append({0})",
    "{0} = lambda x: {1}(x)",
    "{0} = [{1} for x in {2}]",
    "import {0}",
    "import numpy as {0}",
    "{0} = {1}.copy()",
    "{0} = = {1}",
    "",
    "{0}.to_csv('a.csv')",
    "{0} = open('a.csv')",
    "{0} = 'a.csv'",
    "{0} = Path('out') / {1}",
    "{0}.to_csv({1})",
    "open({0})",
    "{0} = np.zeros(3)",
    "{0} = {1}[0]",
    "{0} *= 2",
    "np.random.seed({0})",
    "{0} = np.random.rand()",
    "{0} = {1} = []",
    "{0}()",
    "{0}.x = 1",
    "@{0}.m\ndef {1}(x=[]):\n    x.append({2})",
]


def a_cell(chance: random.Random) -> str:
    return "\n".join(
        chance.choice(STATEMENTS).format(*chance.choices(NAMES, k=3))
        for _line in range(chance.randint(1, 3))
    )


def from_nothing(notebook: Notebook, kept: Dataflow) -> list[Dependency]:
    """Links it anew; a cell that does not parse stands for what it was, as in `kept`."""
    fresh = Dataflow(LIBRARIES)
    fresh.update(
        notebook_of(
            *(kept.cells[cell.id].source for cell in notebook.cells),
            ids=[cell.id for cell in notebook.cells],
        )
    )
    return fresh.graph.dependencies()


@pytest.mark.parametrize("seed", range(80))
def test_edited_step_by_step(seed: int) -> None:
    chance = random.Random(seed)
    cells = [(str(number), a_cell(chance)) for number in range(chance.randint(2, 9))]
    found = Dataflow(LIBRARIES)
    for step in range(14):
        notebook = notebook_of(*(text for _id, text in cells), ids=[key for key, _text in cells])
        found.update(notebook)
        assert found.graph.dependencies() == from_nothing(notebook, found), cells
        what = chance.choice(["edit", "edit", "move", "delete", "insert", "swap"])
        at = chance.randrange(len(cells)) if cells else 0
        if what == "insert" or not cells:
            cells.insert(at, (f"new {step}", a_cell(chance)))
        elif what == "edit":
            cells[at] = (cells[at][0], a_cell(chance))
        elif what == "delete":
            del cells[at]
        elif what == "swap":
            other = chance.randrange(len(cells))
            cells[at], cells[other] = cells[other], cells[at]
        else:
            cells.insert(chance.randrange(len(cells)), cells.pop(at))
