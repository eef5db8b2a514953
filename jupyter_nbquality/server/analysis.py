"""What a worker does with a task: decode the request, ask the library, encode the reply.

Knows no web server; runs in the worker process, where a failure harms nobody.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.report import Flow
from jupyter_nbquality.dataflow.staleness import RunRecord
from jupyter_nbquality.edits import EditPlan, Refusal
from jupyter_nbquality.execution.quick_proof import quick_expression, quick_verdict
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.inspection import Inspection, Inspector
from jupyter_nbquality.lint import registry
from jupyter_nbquality.lint.engine import LintOptions
from jupyter_nbquality.lint.explain import explain
from jupyter_nbquality.lint.fixing import plan_fixes
from jupyter_nbquality.lint.formatting import plan_format
from jupyter_nbquality.lint.rule_page import page
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.effects import world_effects
from jupyter_nbquality.refactor.trial import Trial, quick_trial, trial
from jupyter_nbquality.refactor.uses import Uses, uses_of
from jupyter_nbquality.ruff import RuffError
from jupyter_nbquality.server import wire
from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.gathering import gathered, notebook_of
from jupyter_nbquality.server.json_body import decode_notebook, encode
from jupyter_nbquality.server.project import libraries_for
from jupyter_nbquality.server.protocol import Answer, Limits, Task, failed, failure
from jupyter_nbquality.server.quick_wire import QuickReply, QuickRequest, QuickRun
from jupyter_nbquality.server.refactor_wire import RefactorReply, RefactorRequest
from jupyter_nbquality.server.refactoring import refactor
from jupyter_nbquality.server.suggest_wire import SuggestPlan, SuggestRequest
from jupyter_nbquality.server.tests_wire import TestPlan, TestRequest
from jupyter_nbquality.server.verify_wire import VerifyDone, VerifyRequest
from jupyter_nbquality.testing.clean import clean_plan
from jupyter_nbquality.testing.items import items_of
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, plan_of

Request = TypeVar(
    "Request",
    wire.InspectRequest,
    wire.FixRequest,
    wire.FormatRequest,
    RefactorRequest,
    SuggestRequest,
    VerifyRequest,
    wire.UsesRequest,
    TestRequest,
    QuickRequest,
)


Tried = TypeVar("Tried")


class Analysis:
    """Answers tasks; keeps what the library caches between them."""

    def __init__(self) -> None:
        self._inspector = Inspector()
        self._kinds: dict[str, Callable[[Task], Any]] = {
            "warm": self._warm,
            "inspect": self._inspect,
            "fix": self._fix,
            "format": self._format,
            "gather": self._gather,
            "refactor": self._refactor,
            "uses": self._uses,
            "trial": self._trial,
            "quick": self._quick,
            "suggest": self._suggest,
            "test": self._test,
            "rules": self._rules,
            "rule": self._rule,
        }

    def answer(self, task: Task) -> Answer:
        """Does a task. Never raises: what went wrong is the answer."""
        try:
            return Answer(200, encode(self._kinds[task.kind](task)))
        except RequestError as error:
            return Answer(error.status, encode(error.reply))
        except RuffError as error:
            return failure(503, "ruff", str(error))
        except MemoryError:
            return failure(
                503,
                "memory-limit",
                "The analysis was stopped: it needed more memory than it may use. "
                "The administrator can raise NbQualityManager.memory_limit.",
            )
        except RecursionError:
            return failure(
                503,
                "nesting",
                "The analysis was stopped: the code is nested too deeply.",
            )
        except Exception as error:
            return failed(error)

    def _warm(self, task: Task) -> None:
        """Does once what the first look at a notebook would have to do."""
        self._inspector.inspect(
            Notebook("", [Cell("a", "code", "import os\nprint(os.name)")]), _options(task)
        )

    def _inspect(self, task: Task) -> Inspection:
        request = _read(task.body, wire.InspectRequest)
        notebook = request.notebook
        if excess := _excess(notebook, task.limits):
            return Inspection(
                supported=notebook.is_python,
                language=notebook.language,
                cells=[],
                findings=[],
                flow=Flow([], [], []),
                staleness=None,
                ran=None,
                notices=[excess],
            )
        inspection = self._inspector.inspect(
            notebook, _options(task), _records(request, task.limits)
        )
        hidden = len(inspection.findings) - task.limits.findings
        if hidden <= 0:
            return inspection
        return msgspec.structs.replace(
            inspection,
            findings=inspection.findings[: task.limits.findings],
            notices=[
                *inspection.notices,
                f"{hidden} more problems are not shown: a reply holds {task.limits.findings}.",
            ],
        )

    def _fix(self, task: Task) -> wire.FixReply:
        request = _read(task.body, wire.FixRequest)
        if excess := _excess(request.notebook, task.limits):
            return Refusal("too-large", excess, None)
        outcome = plan_fixes(
            self._inspector.linter,
            request.notebook,
            _options(task),
            request.scope,
            unsafe=request.unsafe,
            writing=request.writing,
        )
        return wire.PlanReply(outcome.plan, outcome.fixed)

    def _format(self, task: Task) -> wire.FixReply:
        request = _read(task.body, wire.FormatRequest)
        if excess := _excess(request.notebook, task.limits):
            return Refusal("too-large", excess, None)
        plan = plan_format(request.notebook, _options(task), request.cells)
        return wire.PlanReply(plan, len(plan.operations))

    def _gather(self, task: Task) -> wire.GatherReply:
        request = decode_notebook(task.body, wire.GatherRequest)
        file = notebook_of(request)
        if excess := _excess(file.notebook, task.limits):
            return Refusal("too-large", excess, None)
        return gathered(file, request.cell, _folder(task))

    def _refactor(self, task: Task) -> RefactorReply:
        request = _read(task.body, RefactorRequest)
        if excess := _excess(request.notebook, task.limits):
            return Refusal("too-large", excess, None)
        return refactor(request, _folder(task), Path(task.root) if task.root else None)

    def _uses(self, task: Task) -> Uses:
        request = _read_within(task, wire.UsesRequest)
        try:
            return uses_of(
                request.notebook, request.name, request.cell, request.line, _libraries(task)
            )
        except KeyError:
            raise RequestError(
                400, "invalid-request", "The cell of the name is no code cell of the notebook."
            ) from None

    def _trial(self, task: Task) -> Trial:
        request = _read_within(task, VerifyRequest)
        return _tried(trial, request, task)

    def _quick(self, task: Task) -> QuickReply:
        request = _read_within(task, QuickRequest)
        tried = _tried(quick_trial, request, task)
        if tried.reason:
            return VerifyDone(Verdict("could-not-run", tried.reason, [], [], 0, 0.0))
        if request.answer is None:
            expression = quick_expression(tried.before, tried.after, tried.files)
            return QuickRun(expression, [step.cell for step in tried.before])
        try:
            verdict = quick_verdict(
                request.answer,
                tried.after,
                made_of=tried.made_of,
                lost=request.lost,
                renamed=request.renamed,
                seconds=request.seconds,
            )
        except ValueError as error:
            raise RequestError(400, "invalid-request", str(error)) from None
        return VerifyDone(verdict)

    def _suggest(self, task: Task) -> SuggestPlan:
        request = _read_within(task, SuggestRequest)
        dataflow = Dataflow(_libraries(task))
        dataflow.update(request.notebook)
        try:
            plan = plan_of(request.notebook, dataflow, request.cell)
        except CannotSuggestError as error:
            return SuggestPlan(None, [], str(error))
        effects = world_effects(dataflow, plan.needed)
        return SuggestPlan(plan, [each for each in effects if not each.stays_inside], "")

    def _test(self, task: Task) -> TestPlan:
        request = _read_within(task, TestRequest)
        notebook = request.notebook
        dataflow = Dataflow(_libraries(task))
        dataflow.update(notebook)
        plan = clean_plan(notebook, items_of(notebook, request.tests or None), dataflow)
        effects = world_effects(dataflow, [step.cell for step in plan.steps])
        return TestPlan(plan, [each for each in effects if not each.stays_inside])

    def _rules(self, task: Task) -> list[wire.RuleInfo]:  # noqa: ARG002 - asks for nothing
        return [
            wire.RuleInfo(
                rule.code,
                rule.slug,
                rule.severity,
                rule.default == "on",
                page(rule).summary,
                page(rule).why,
            )
            for rule in registry.ALL_RULES
        ]

    def _rule(self, task: Task) -> wire.RulePage:
        name = task.body.decode("utf-8", "replace")
        explanation = explain(name) if name.isprintable() and len(name) < 100 else None
        if explanation is None:
            raise RequestError(404, "unknown-rule", "There is no rule of that name.")
        return wire.RulePage(explanation.code, explanation.slug, explanation.markdown)


def _read(body: bytes, kind: type[Request]) -> Request:
    """Decodes a request about a notebook.

    Raises:
        RequestError: It cannot be decoded, or two cells have the same id.
    """
    request = decode_notebook(body, kind)
    cells = request.notebook.cells
    if len({cell.id for cell in cells}) < len(cells):
        raise RequestError(
            400, "invalid-request", "Two cells of the notebook in the request have the same id."
        )
    return request


def _read_within(task: Task, kind: type[Request]) -> Request:
    """Decodes a request about a notebook that may not be too large.

    Raises:
        RequestError: It is, or as `_read` says.
    """
    request = _read(task.body, kind)
    if excess := _excess(request.notebook, task.limits):
        raise RequestError(400, "too-large", excess)
    return request


def _folder(task: Task) -> Path | None:
    return Path(task.folder) if task.folder else None


def _libraries(task: Task) -> Libraries | None:
    return libraries_for(_folder(task))


def _tried(
    made: Callable[[Notebook, EditPlan, Libraries | None], Tried],
    request: VerifyRequest | QuickRequest,
    task: Task,
) -> Tried:
    """Says what has to run to see what a plan does.

    Raises:
        RequestError: The plan names a cell that is not there.
    """
    try:
        return made(request.notebook, request.plan, _libraries(task))
    except KeyError:
        raise RequestError(
            400, "invalid-request", "The plan names a cell that is not in the notebook."
        ) from None


def _records(request: wire.InspectRequest, limits: Limits) -> list[RunRecord] | None:
    """Gives what ran, with its text.

    Left out is what may be a text that is not told, what is longer than a cell may be, and the
    first of more runs than a notebook may have cells.
    """
    if request.runs is None:
        return None
    sources = {cell.id: cell.source for cell in request.notebook.cells}
    records = []
    for run in request.runs[-limits.cells :]:
        source = run.source if run.source is not None else sources.get(run.cell or "")
        if source is not None and len(source) <= limits.cell_chars:
            records.append(RunRecord(run.cell, source, run.started))
    return records


def _options(task: Task) -> LintOptions:
    folder = _folder(task)
    return LintOptions(select=None, ignore=(), live=True, config=None, folder=folder)


def _excess(notebook: Notebook, limits: Limits) -> str | None:
    """Says what is too much of a notebook; ``None`` when it is within the limits."""
    if len(notebook.cells) > limits.cells:
        return (
            f"This notebook has {len(notebook.cells):,} cells and is not analysed: "
            f"the limit is {limits.cells:,} (NbQualityManager.max_cells)."
        )
    for number, cell in enumerate(notebook.cells, 1):
        if len(cell.source) > limits.cell_chars:
            return (
                f"Cell {number} has {len(cell.source):,} characters, "
                "so this notebook is not analysed: "
                f"the limit is {limits.cell_chars:,} (NbQualityManager.max_cell_chars)."
            )
    return None
