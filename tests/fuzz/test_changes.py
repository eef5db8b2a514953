"""Whatever a notebook holds, fixing and formatting change what they were asked to and no more."""

from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbquality.edits import EditPlan, InsertCell
from jupyter_nbquality.lint.engine import Linter, LintOptions, LintResult
from jupyter_nbquality.lint.fixing import Scope, plan_fixes
from jupyter_nbquality.lint.formatting import plan_format
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Cell, Notebook
from tests.fuzz import strategies
from tests.fuzz.running import changed_cells, fuzz, new_sources, parses

LINTER = Linter()

OPTIONS = LintOptions(ignore=("NB303",))
"""That rule is the only one that changes a magic on purpose."""

SOURCES = st.lists(strategies.code() | strategies.broken_code, min_size=1, max_size=4)
"""The texts of a notebook of which every other cell does not parse, and of which none is known."""


def notebook(sources: list[str]) -> Notebook:
    cells = [Cell(f"c{number}", "code", source) for number, source in enumerate(sources)]
    return Notebook("", cells, kernelspec="python3", language_version="3.12.1")


def look(document: Notebook) -> LintResult:
    return LINTER.lint(document, OPTIONS)


def check_untouched(document: Notebook, plan: EditPlan) -> None:
    """Are the cells that do not parse left as they are, and those that do left parsing?"""
    sources = new_sources(document, plan)
    after = notebook([sources.get(cell.id, cell.source) for cell in document.cells])
    for state in (document, after):
        known = look(state).parses
        # Some errors are no obstacle to reading a cell: a `return` outside of a function, say.
        assert all(known[cell] or parses(state.cell(cell).source) for cell in sources)
    for cell, source in sources.items():
        assert magics(source) == magics(document.cell(cell).source)


def magics(source: str) -> list[tuple[str, str, str]]:
    return [(magic.kind, magic.name, magic.args) for magic in CodeCell(source).magics]


@fuzz(80)
@given(SOURCES, st.booleans(), st.none() | st.integers(0, 3))
def test_fixing_many(sources: list[str], unsafe: bool, number: int | None) -> None:
    document = notebook(sources)
    cell = None if number is None else document.cells[min(number, len(sources) - 1)].id
    outcome = plan_fixes(LINTER, document, OPTIONS, Scope(cell=cell), unsafe=unsafe)
    assert cell is None or changed_cells(outcome.plan) <= {cell}
    assert bool(outcome.plan.operations) == bool(outcome.fixed)
    check_untouched(document, outcome.plan)


@fuzz(60)
@given(SOURCES)
def test_fixing_one(sources: list[str]) -> None:
    document = notebook(sources)
    for finding in look(document).findings:
        plan = plan_fixes(LINTER, document, OPTIONS, Scope(finding=finding.id)).plan
        assert plan == finding.fixes[0].plan if finding.fixes else not plan.operations
        for cell, source in new_sources(document, plan).items():
            # A fix takes out a line or a name; only moving a cell's all leaves it empty.
            moved = any(isinstance(each, InsertCell) for each in plan.operations)
            assert source.strip() or moved or len(document.cell(cell).source.split("\n")) < 12


@fuzz(80)
@given(SOURCES, st.none() | st.integers(0, 3))
def test_formatting(sources: list[str], number: int | None) -> None:
    document = notebook(sources)
    cell = None if number is None else document.cells[min(number, len(sources) - 1)].id
    plan = plan_format(document, OPTIONS, [cell] if cell else [])
    assert cell is None or changed_cells(plan) <= {cell}
    check_untouched(document, plan)
    # What is formatted stays so.
    texts = new_sources(document, plan)
    again = notebook([texts.get(each.id, each.source) for each in document.cells])
    assert not set(texts) & changed_cells(plan_format(again, OPTIONS))
