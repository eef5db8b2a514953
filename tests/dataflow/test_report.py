"""What the panel is told of the flow between cells."""

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.report import MOST_NAMES, CellFlow, Flow, NameAt, Reporter
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Position, Range
from tests.dataflow.looking import LIBRARIES, notebook_of


def told(*cells: str) -> Flow:
    dataflow = Dataflow(LIBRARIES)
    dataflow.update(notebook_of(*cells))
    return Reporter(dataflow).flow()


def names(found: list[NameAt]) -> list[str]:
    return [each.name for each in found]


def text_of(source: str, span: Range | None) -> str | None:
    if span is None:
        return None
    line = source.split("\n")[span.start.line]
    return line[span.start.column : span.end.column]


def test_places_are_those_of_the_names() -> None:
    source = "def area(r):\n    return pi * r\n\ntotal = area(size)"
    flow = told("size = 2", source).cells[1]
    for found in (*flow.defines, *flow.uses):
        if found.name != "pi":
            assert text_of(source, found.range) == found.name


def test_places_after_wide_characters_are_the_editor_s() -> None:
    flow = told("x = 1", "s = '😀'; y = x").cells[1]
    assert flow.uses[0].range == Range(Position(0, 14), Position(0, 15))


def test_what_a_function_of_another_cell_reads_has_no_place_here() -> None:
    flow = told("rate = 2", "def f(x):\n    return g(x)", "def g(x):\n    return x * rate", "f(1)")
    used = {found.name: found.range for found in flow.cells[3].uses}
    assert used.keys() >= {"f", "g", "rate"}
    assert used["rate"] is None
    assert used["f"] is not None


def test_a_cell_of_imports_is_known_as_one() -> None:
    flow = told("import math\nfrom os import path", "import math\nx = 1", "")
    assert [cell.imports_only for cell in flow.cells] == [True, False, False]


def test_what_may_define_anything_is_named() -> None:
    flow = told("from math import *", "%run other.py", "exec(code)")
    assert [cell.unknown for cell in flow.cells] == [
        ["from math import *"],
        ["%run other.py"],
        ["exec"],
    ]


def test_a_cell_that_does_not_parse_keeps_its_names_without_places() -> None:
    dataflow = Dataflow(LIBRARIES)
    reporter = Reporter(dataflow)
    dataflow.update(notebook_of("x = y"))
    reporter.flow()
    dataflow.update(notebook_of("x = = y"))
    (cell,) = reporter.flow().cells
    assert cell.kept
    assert cell.defines == [NameAt("x", True, None)]


def test_what_it_said_is_kept_until_something_changed() -> None:
    dataflow = Dataflow(LIBRARIES)
    reporter = Reporter(dataflow)
    dataflow.update(notebook_of("x = 1", "y = x"))
    before = reporter.flow().cells
    dataflow.update(notebook_of("x = 1", "y = x + x"))
    after = reporter.flow().cells
    assert after[0] is before[0]
    assert after[1] is not before[1]


def test_more_names_than_anybody_reads_are_cut() -> None:
    (cell,) = told("\n".join(f"x{number} = 1" for number in range(MOST_NAMES + 10))).cells
    assert len(cell.defines) == MOST_NAMES


def test_a_notebook_of_another_language_has_no_flow() -> None:
    dataflow = Dataflow(LIBRARIES)
    notebook = notebook_of("x <- 1")
    dataflow.update(Notebook("a.ipynb", notebook.cells, language="r"))
    assert Reporter(dataflow).flow() == Flow([], [], [])


def test_states_of_the_process_are_not_shown_and_files_are() -> None:
    flow = told("import numpy as np", "np.random.seed(1)", "x = np.random.rand()", "x.tofile('a')")
    assert all(not name.startswith("state:") for each in flow.dependencies for name in each.names)
    written = told("open('a.txt', 'w').write('x')", "open('a.txt').read()")
    assert [each.names for each in written.dependencies] == [["file:a.txt"]]


def test_broken_from_the_start() -> None:
    flow = told("x = = 1", "y = x")
    assert isinstance(flow.cells[0], CellFlow)
    assert not flow.cells[0].known
    assert names(flow.cells[1].uses) == ["x"]


def test_names_that_no_cell_above_defines() -> None:
    def missing(*sources: str) -> dict[str, list[str]]:
        return {each.cell: each.names for each in told(*sources).missing}

    assert missing("x = 1", "x + y + len(z)", "y = 2", "y") == {"2": ["y", "z"]}
    assert missing("x = 1", "del x", "x") == {"3": ["x"]}
    assert missing("def f():\n    return y", "f()") == {"2": ["y"]}
    assert missing("_, Out, display(In), __name__, exit") == {}
    assert missing("a", "from os import *", "b") == {"1": ["a"]}, "the star may define any"
    assert missing("a", "b = = 1", "c") == {"1": ["a"]}, "nobody knows what it defines"
