"""The graph that the front end writes as Mermaid is the one that is drawn here.

It is not told of the states of the process (what is displayed, random numbers), so these are left
out on both sides.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.drawing import mermaid, picture
from jupyter_nbquality.dataflow.facts import STATE
from jupyter_nbquality.dataflow.overview import overview
from jupyter_nbquality.dataflow.report import Reporter
from jupyter_nbquality.notebook import Cell, Notebook
from tests.dataflow.looking import LIBRARIES

# Written from here, and tried by both: the flow is what the front end is told.
CASES = json.loads(
    (Path(__file__).parents[2] / "src/testing-support/graphCases.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_mermaid_is_that_of_the_front_end(case: dict[str, Any]) -> None:
    notebook = Notebook("", [msgspec.convert(cell, Cell) for cell in case["cells"]])
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook)

    found = overview(notebook, dataflow)
    named = [
        msgspec.structs.replace(link, names=names)
        for link in found.dependencies
        if (names := [name for name in link.names if not name.startswith(STATE)])
    ]
    drawn = mermaid(picture(notebook, msgspec.structs.replace(found, dependencies=named)))
    assert drawn.splitlines() == case["mermaid"]

    told = msgspec.to_builtins(Reporter(dataflow).flow())
    assert told["dependencies"] == case["flow"]["dependencies"]
    assert [
        {key: cell[key] for key in ("cell", "known", "unknown")} for cell in told["cells"]
    ] == case["flow"]["cells"]
