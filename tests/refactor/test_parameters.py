"""The parameters of a function that is made: renamed, reordered, typed, with defaults."""

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import Position
from jupyter_nbquality.refactor.extract_function import Extraction, extract_function
from jupyter_nbquality.refactor.parameters import ParameterWish
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import changed, notebook_of, run

SOURCES = [
    "import math\nlimit = 0.5\nxs = [1, 2]\ndf = 4",
    "df = df + limit\ntotal = f'{df:.1f} {xs}' + str([df for df in xs] + [math.pi > df])",
    "print(df, total, limit)",
]


def extracted(*wishes: ParameterWish, sources: list[str] | None = None) -> Extraction | Refusal:
    notebook = notebook_of(*(sources or SOURCES))
    made = extract_function(notebook, Selection(["2"]), "step", docstring=False, parameters=wishes)
    if isinstance(made, Extraction):
        assert run(changed(notebook, made.plan)) == run([cell.source for cell in notebook.cells])
    return made


def refusal(*wishes: ParameterWish, sources: list[str] | None = None) -> str:
    made = extracted(*wishes, sources=sources)
    assert isinstance(made, Refusal), made
    return made.message


def test_all_at_once() -> None:
    made = extracted(
        ParameterWish("limit", annotation="float", by_default=True),
        ParameterWish("xs", called="values", annotation="list[int] | None"),
        ParameterWish("df", called="frame", annotation="pd.DataFrame"),
        ParameterWish("gone", called="other"),
    )
    assert isinstance(made, Extraction)
    # What a name is within a comprehension, is another one; a type that is not there is a text.
    assert made.function == (
        'def step(values: list[int] | None, frame: "pd.DataFrame", limit: float = 0.5):\n'
        "    frame = frame + limit\n"
        "    total = f'{frame:.1f} {values}' + str([df for df in values] + [math.pi > frame])\n"
        "    return frame, total"
    )
    assert made.call == "df, total = step(xs, df)"
    assert made.parameters == ["values", "frame", "limit"]
    assert [each.constant for each in made.details] == ["", "", "0.5"]


def test_a_type_of_what_is_imported_stays_as_it_is() -> None:
    made = extracted(ParameterWish("df", annotation="math.inf"))
    assert isinstance(made, Extraction)
    assert made.function.startswith("def step(df: math.inf, ")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (ParameterWish("df", "class"), "`class` is no name of Python."),
        (ParameterWish("df", "list"), "`list` is a name that Python has from the start."),
        (ParameterWish("df", "xs"), "Two parameters are called `xs`."),
        (ParameterWish("df", "math"), "The selection has a name `math` already."),
        (ParameterWish("df", "total"), "The selection has a name `total` already."),
        (ParameterWish("df", "step"), "The selection has a name `step` already."),
        (ParameterWish("xs", "df"), "Two parameters are called `df`."),
        (ParameterWish("df", by_default=True),
         "`df` has no value that is always the same, so it must be given in the call."),
        (ParameterWish("df", annotation="print(1)"), "`print(1)` is no type."),
        (ParameterWish("df", annotation="int,)"), "`int,)` is no type."),
    ],
)  # fmt: skip
def test_refusals(wish: ParameterWish, message: str) -> None:
    assert refusal(wish) == message


@pytest.mark.parametrize(
    ("above", "selected", "below"),
    [
        ("limit = 1", "y = limit * 2", "limit = 3\nprint(y)"),
        ("limit = 1\nlimit += 1", "y = limit * 2", "print(y)"),
        ("limit = [1]", "y = limit * 2", "print(y)"),
        ("limit = 1\ndef up():\n    global limit\n    limit = 2", "y = limit * 2", "print(y)"),
        ("for limit in range(3): pass", "y = limit * 2", "print(y)"),
        ("limit = 1", "y = limit * 2\nlimit = y", "print(y, limit)"),
    ],
)
def test_no_default_of_what_may_change(above: str, selected: str, below: str) -> None:
    wish = ParameterWish("limit", by_default=True)
    assert "always the same" in refusal(wish, sources=[above, selected, below])


def test_parameters_of_a_run_are_no_constants() -> None:
    cells = [Cell("1", "code", "n = 1", tags=["parameters"]), Cell("2", "code", "m = n + 1")]
    notebook = Notebook("", [*cells, Cell("3", "code", "print(m)")])
    made = extract_function(notebook, Selection(["2"]), "step")
    assert isinstance(made, Extraction)
    assert [each.constant for each in made.details] == [""]


def test_a_name_that_hides_and_a_query_that_may_mean_it() -> None:
    sources = ["n = 2\ndf = None", "y = [n + k for k in [1]]", "print(y)"]
    assert refusal(ParameterWish("n", "k"), sources=sources) == (
        "`n` is read where `k` is a name of a function, a class or a comprehension."
    )
    sources = ["n = 2\nq = '@n'\nimport pandas as pd\ndf = pd.DataFrame({'a': [2]})",
               "y = df.query(q + ' == a').shape, n", "print(y)"]  # fmt: skip
    assert "may read any name" in refusal(ParameterWish("n", "k"), sources=sources)


def test_of_an_expression() -> None:
    notebook = notebook_of("a = 1\nb = 2", "print(a + b * 2)")
    selection = Selection(["2"], Position(0, 6), Position(0, 15))
    wishes = [ParameterWish("b", "factor", annotation="int"), ParameterWish("a")]
    made = extract_function(notebook, selection, "f", docstring=False, parameters=wishes)
    assert isinstance(made, Extraction)
    assert changed(notebook, made.plan)[1] == (
        "def f(factor: int, a):\n    return a + factor * 2\n\n\nprint(f(b, a))"
    )
