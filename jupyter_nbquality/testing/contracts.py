"""Data contracts: what the frames that a notebook loads hold, as tests of its cells.

The contract of a frame is a test named ``contract_<name>`` of the cell that loads it; its source
is a call of ``check_frame``, one line a column. See `execution.frames_in_kernel`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.graph import Graph
from jupyter_nbquality.dataflow.slices import StatementGraph
from jupyter_nbquality.edits import ChangeMetadata, EditPlan
from jupyter_nbquality.execution import frames_in_kernel
from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError, fresh_kernel
from jupyter_nbquality.execution.workspace import workspace
from jupyter_nbquality.metadata import CellTest, cell_tests, with_cell_tests
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.testing.needed import steps_of

PREFIX = "contract_"
CELL_SECONDS = 600.0
_FRAMES = Path(frames_in_kernel.__file__)


class Contract(msgspec.Struct, frozen=True):
    """What was found of one frame.

    Attributes:
        cell: The id of the cell that loads it.
        name: What it is called.
        test: The test that holds its contract.
        before: The test that the cell has already; ``None`` where it has none.
        problems: What is not as that test says: columns, each with what is to be said of it.
    """

    cell: str
    name: str
    test: CellTest
    before: CellTest | None
    problems: list[tuple[str, list[str]]]

    @property
    def is_readable(self) -> bool:
        """Whether the test that the cell has, if any, is a contract as it is written here."""
        return self.before is None or _contract_in(self.before) is not None

    @property
    def is_due(self) -> bool:
        """Whether there is something to write: it is new, or does not hold any more."""
        return self.before is None or bool(self.problems)


def loads(dataflow: Dataflow) -> dict[str, list[str]]:
    """Finds the cells that read files, with the names they bind to what they read.

    Args:
        dataflow: Of the notebook.
    """
    graph = Graph()
    graph.update(
        [
            ((cell, number), facts)
            for cell, known in dataflow.cells.items()
            for number, facts in enumerate(known.statements)
        ]
    )
    found: dict[str, dict[str, None]] = {}
    for cell, known in dataflow.cells.items():
        for number, facts in enumerate(known.statements):
            effects = graph.unit((cell, number)).effective.facts.effects
            if any(effect.kind in {"reads-file", "network", "database"} for effect in effects):
                names = [name for name in facts.binds if name not in facts.functions]
                found.setdefault(cell, {}).update(dict.fromkeys(names))
    return {cell: list(names) for cell, names in found.items() if names}


def record(
    notebook: Notebook,
    dataflow: Dataflow,
    folder: Path | None,
    loading: Mapping[str, Sequence[str]] | None = None,
    *,
    progress: Callable[[float, str], None] = lambda _share, _label: None,
    stop: Event | None = None,
) -> list[Contract]:
    """Runs what loads frames in a fresh kernel and a copy of the folder, and makes contracts.

    Args:
        notebook: The document.
        dataflow: Of it.
        folder: Of the notebook; ``None`` for an empty one.
        loading: The cells, with the names that may hold frames; ``None`` for those of `loads`.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.

    Returns:
        One for each frame, in the order of the cells.

    Raises:
        KernelTroubleError: A cell raised, or the kernel does not start, dies, or takes too long.
        CancelledError: Nobody wants it any more.
        TooManyFilesError: The folder holds too many files.
        OSError: The folder cannot be read.
    """
    loading = loading if loading is not None else loads(dataflow)
    if not loading:
        return []
    steps = steps_of(dataflow.cells, StatementGraph(dataflow.cells).slice_of_cells(loading))
    tests = {cell.id: cell_tests(cell.metadata) for cell in notebook.cells}
    found: list[Contract] = []
    name = notebook.kernelspec
    with workspace(folder) as place, fresh_kernel(name, place.folder, stop) as kernel:
        for number, step in enumerate(steps):
            progress(number / len(steps), "Running what loads the data")
            ran = kernel.run(step.source, CELL_SECONDS)
            if ran.error:
                where = notebook.index_of(step.cell) + 1
                raise KernelTroubleError(f"Cell {where} raised {ran.error}.")
            if step.cell not in loading:
                continue
            known = {test.name: test for test in tests[step.cell]}
            wanted = {name: _contract_in(known.get(PREFIX + name)) for name in loading[step.cell]}
            told = ast.literal_eval(kernel.evaluate(_question(wanted), CELL_SECONDS))
            answer: dict[str, Any] = msgspec.json.decode(told)
            found += [
                Contract(
                    step.cell,
                    name,
                    _test(name, its["contract"], known.get(PREFIX + name)),
                    known.get(PREFIX + name),
                    [(column, list(said)) for column, said in its["problems"]],
                )
                for name, its in answer.items()
            ]
    progress(1.0, "Running what loads the data")
    return found


def plan(notebook: Notebook, contracts: Sequence[Contract]) -> EditPlan:
    """Makes the change that writes contracts into the cells.

    Args:
        notebook: The document.
        contracts: Those to write; one takes the place of the one that the cell has.
    """
    operations = []
    for cell in notebook.cells:
        its = {each.test.name: each.test for each in contracts if each.cell == cell.id}
        if not its:
            continue
        kept = [its.pop(test.name, test) for test in cell_tests(cell.metadata)]
        ours = with_cell_tests(cell.metadata, [*kept, *its.values()])
        operations.append(ChangeMetadata(cell.id, ours))
    return EditPlan("Write data contracts", list(operations))


def _test(name: str, contract: Mapping[str, Any], before: CellTest | None) -> CellTest:
    source = frames_in_kernel.contract_text(name, dict(contract))
    if before is not None:
        return msgspec.structs.replace(before, source=source)
    return CellTest(name=PREFIX + name, title=f"{name} holds what it should", source=source)


def _contract_in(test: CellTest | None) -> dict[str, Any] | None:
    """Reads the contract out of a test; nothing where it says something else."""
    if test is None:
        return None
    try:
        statement = ast.parse(test.source).body[0]
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        columns = ast.literal_eval(statement.value.args[1])
        options = {each.arg: ast.literal_eval(each.value) for each in statement.value.keywords}
    except (AssertionError, IndexError, SyntaxError, ValueError, RecursionError):
        return None
    if not isinstance(columns, dict):
        return None
    return {"columns": columns, "rows": options.get("rows", 0)}


def _question(wanted: Mapping[str, Any]) -> str:
    source = _FRAMES.read_text("utf-8")
    return (
        "(lambda space: (__import__('builtins').exec("
        f"compile({source!r}, '<contracts>', 'exec'), space), "
        f"space['report'](globals(), {dict(wanted)!r}))[1])({{'__name__': 'nbquality_contracts'}})"
    )
