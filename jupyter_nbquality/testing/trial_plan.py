"""What has to run to find tests of a cell; made without running anything."""

import ast
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.slices import Slice, StatementGraph
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.metadata import CellTest, cell_tests
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.testing.mutants import Mutant, mutants, sample
from jupyter_nbquality.testing.needed import steps_of

MOST_CALLERS = 6


class CannotSuggestError(Exception):
    """Tests cannot be proposed for a cell; the message is a sentence."""


class Plan(msgspec.Struct, frozen=True):
    """What has to run.

    Attributes:
        cell: The cell.
        before: What it needs.
        after: Texts of cells that call its functions.
        functions: The functions and classes that it defines.
        calls: For each, the calls in the notebook, as source.
        bound: The names that it binds or changes.
        inputs: The names that it reads.
        mutants: The changed texts to try.
        left_out: How many there are beside these.
        tests: The tests that it has.
        needed: The ids of all cells that run.
        kin: For each name that it binds, those that it is made of, and those made beside it.
    """

    cell: Step
    before: list[Step]
    after: list[str]
    functions: list[str]
    calls: dict[str, list[str]]
    bound: list[str]
    inputs: list[str]
    mutants: list[Mutant]
    left_out: int
    tests: list[CellTest]
    needed: list[str]
    kin: dict[str, set[str]]


def plan_of(notebook: Notebook, dataflow: Dataflow, cell: str) -> Plan:
    """Says what has to run to find tests of a cell.

    Args:
        notebook: The document.
        dataflow: Of it.
        cell: The id of the cell.

    Raises:
        CannotSuggestError: There is no such cell, or it makes nothing that could be tested.
    """
    known = dataflow.cells.get(cell)
    if known is None:
        raise CannotSuggestError("There is no such cell of code in the notebook.")
    if known.state != "known" or known.tree is None:
        raise CannotSuggestError("The cell does not parse, so nothing can be said of it.")
    facts = known.facts
    changed = [name for name in facts.mutates if name not in facts.binds]
    functions = [
        node.name for node in known.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    bound = [name for name in facts.binds if name not in facts.imports]
    if not bound and not changed:
        raise CannotSuggestError(
            "The cell binds and changes no names, so there is nothing a test could look at."
        )
    callers = _callers(dataflow, cell, functions)
    graph = StatementGraph(dataflow.cells)
    needed = graph.slice_of_cells([cell, *callers])
    before, after = _parted(dataflow.cells, needed, cell)
    found = mutants(known.source, _without_trace(known))
    chosen = sample(found)
    source = next(each.source for each in notebook.cells if each.id == cell)
    metadata = next(each.metadata for each in notebook.cells if each.id == cell)
    return Plan(
        Step(cell, source),
        before,
        after,
        functions,
        {name: _calls(dataflow.cells, name) for name in functions},
        [*bound, *changed],
        [name for name in facts.uses if name not in facts.imports],
        chosen,
        len(found) - len(chosen),
        cell_tests(metadata),
        list(needed.cells),
        _kin(known.statements),
    )


def _kin(statements: Iterable[Facts]) -> dict[str, set[str]]:
    kin: dict[str, set[str]] = {}
    for facts in statements:
        read = {*facts.uses, *facts.touched}
        made_of = read.union(*(kin.get(name, ()) for name in read))
        for name in (*facts.binds, *facts.mutates):
            kin.setdefault(name, set()).update(made_of, facts.binds)
    return kin


def _callers(dataflow: Dataflow, cell: str, functions: Sequence[str]) -> list[str]:
    """Gives the cells behind that call functions of the cell."""
    order = list(dataflow.cells)
    behind = order[order.index(cell) + 1 :]
    wanted = set(functions)
    found = [
        each
        for each in behind
        if wanted & {*dataflow.cells[each].facts.uses, *dataflow.cells[each].facts.later}
        and dataflow.cells[each].state == "known"
    ]
    return found[:MOST_CALLERS]


def _parted(cells: dict[str, CellFacts], needed: Slice, cell: str) -> tuple[list[Step], list[str]]:
    """Parts what runs before the cell from what runs behind it to see its functions called.

    What stands above and is needed by calls alone, such as what a function reads when it is called,
    runs before: tests call it, too.
    """
    order = list(cells)
    above = set(order[: order.index(cell)])
    steps = [step for step in steps_of(cells, needed) if step.cell != cell]
    before = [step for step in steps if step.cell in above]
    return before, [step.source for step in steps if step.cell not in above]


def _calls(cells: Mapping[str, CellFacts], function: str) -> list[str]:
    """Gives the calls of a function at the top of the notebook's cells, as source."""
    found: dict[str, None] = {}
    for known in cells.values():
        if known.tree is None:
            continue
        for statement in known.tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for node in ast.walk(statement):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == function
                ):
                    found[ast.unparse(node)] = None
    return list(found)


def _without_trace(known: CellFacts) -> set[int]:
    """Gives the first lines of statements that no test can see: they show or draw."""
    found = set()
    for facts in known.statements:
        kept = facts.binds or facts.deletes or any(each.certain for each in facts.mutates.values())
        writes = any(effect.kind == "writes-file" for effect in facts.effects)
        draws = any(effect.what == "figure" for effect in facts.effects)
        if draws or not (kept or writes):
            found.add(facts.first)
    return found
