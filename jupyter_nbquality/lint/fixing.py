"""Applies fixes, many at once, until none is left that fits; the result is one plan."""

import ast
from collections.abc import Callable, Iterable, Iterator

import msgspec

from jupyter_nbquality.edits import (
    ChangeCell,
    ClearOutputs,
    EditPlan,
    TextEdit,
    apply_text_edits,
    replace_source,
)
from jupyter_nbquality.findings import Applicability, Finding, Fix
from jupyter_nbquality.lint.engine import Linter, LintOptions, LintResult
from jupyter_nbquality.lint.rule import CodeCell
from jupyter_nbquality.notebook import Notebook, OutputDigest

_MAX_ROUNDS = 10

Choice = Callable[[Notebook, list[Finding]], list[Finding]]
"""Picks the findings to be fixed from those that a look at the changed notebook found."""


class Scope(msgspec.Struct, frozen=True):
    """Which findings are to be fixed; all where nothing is given.

    Attributes:
        finding: The id of one finding. Its first fix is applied, of whatever kind: it was asked
            for.
        code: A rule's code.
        cell: A cell's id; no other cell is changed.
    """

    finding: str | None = None
    code: str | None = None
    cell: str | None = None


class FixOutcome(msgspec.Struct, frozen=True):
    """What fixing comes to.

    Attributes:
        plan: The changes, at most one `ChangeCell` a cell, against the notebook's own text.
        fixed: How many findings they mend.
        remaining: What is found afterwards; ``None`` where that was not looked at.
    """

    plan: EditPlan
    fixed: int
    remaining: LintResult | None


def plan_fixes(
    linter: Linter,
    notebook: Notebook,
    options: LintOptions,
    scope: Scope,
    *,
    unsafe: bool = False,
    writing: str | None = None,
    choose: Choice | None = None,
) -> FixOutcome:
    """Plans the fixes of a notebook's findings.

    As with ruff, fixes that touch the same text wait for the next round, after another look, until
    no fix is left. A cell that does not parse is never changed, and no fix is kept that would leave
    a cell so, or make it show a result that it did not show.

    Args:
        linter: What finds the problems.
        notebook: The document; it is not changed.
        options: How to look.
        scope: Which findings.
        unsafe: Whether fixes that may change results are applied too, and outputs cleared.
        writing: The cell that is being written, by its id. What may only not be finished is then
            left alone in it and in all cells above, whose imports it may be about to use.
        choose: Picks those to be fixed, once a round; all that ``scope`` lets through where absent.

    Returns:
        The plan, and what it comes to.
    """
    if scope.finding is not None:
        return _one(linter, notebook, options, scope.finding)
    workshop = _Workshop(notebook, scope, unsafe, writing, choose)
    for _ in range(_MAX_ROUNDS):
        result = linter.lint(workshop.notebook, options)
        if workshop.take_back(result):
            result = linter.lint(workshop.notebook, options)
        if not workshop.round(result):
            return FixOutcome(workshop.plan(), workshop.fixed, result)
    result = linter.lint(workshop.notebook, options)
    if workshop.take_back(result):
        result = linter.lint(workshop.notebook, options)
    return FixOutcome(workshop.plan(), workshop.fixed, result)


def _one(linter: Linter, notebook: Notebook, options: LintOptions, wanted: str) -> FixOutcome:
    result = linter.lint(notebook, options)
    for finding in result.findings:
        if finding.id == wanted and finding.fixes:
            return FixOutcome(finding.fixes[0].plan, 1, None)
    return FixOutcome(EditPlan("Nothing to fix", []), 0, result)


class _Workshop:
    """The notebook on its way from fix to fix."""

    def __init__(
        self,
        notebook: Notebook,
        scope: Scope,
        unsafe: bool,
        writing: str | None,
        choose: Choice | None,
    ) -> None:
        self.original = notebook
        self.notebook = notebook
        self.fixed = 0
        self._scope = scope
        self._unsafe = unsafe
        self._choose = choose
        self._numbers = {cell.id: number for number, cell in enumerate(notebook.cells)}
        self._writing = self._numbers.get(writing, -1) if writing is not None else -1
        self._cleared: dict[str, ClearOutputs] = {}
        self._banned: set[str] = set()
        self._counts: dict[str, int] = {}

    def round(self, result: LintResult) -> bool:
        """Applies what fits side by side; tells whether anything did."""
        edits: dict[str, list[TextEdit]] = {}
        before = self.fixed
        for finding, fix in self._candidates(result):
            changes = [
                operation for operation in fix.plan.operations if isinstance(operation, ChangeCell)
            ]
            if not changes:
                self._clear(fix)
            elif not all(self._fits(change, edits) for change in changes):
                continue
            else:
                for change in changes:
                    taken = edits.setdefault(change.cell, [])
                    taken += [edit for edit in change.edits if edit not in taken]
            self.fixed += 1
            if finding.cell is not None:
                self._counts[finding.cell] = self._counts.get(finding.cell, 0) + 1
        sources = {
            cell_id: apply_text_edits(self.notebook.cell(cell_id).source, taken)
            for cell_id, taken in edits.items()
        }
        self._replace(sources)
        return self.fixed > before

    def take_back(self, result: LintResult) -> bool:
        """Gives back the cells that no longer parse; tells whether there were any."""
        ruined = {
            cell.id: cell.source
            for cell in self.original.cells
            if not result.parses.get(cell.id, True)
            and cell.source != self.notebook.cell(cell.id).source
        }
        self._banned |= ruined.keys()
        self.fixed -= sum(self._counts.pop(cell_id, 0) for cell_id in ruined)
        self._replace(ruined)
        return bool(ruined)

    def plan(self) -> EditPlan:
        """Gives all changes since the beginning."""
        changes = [
            replace_source(old.id, old.source, new.source)
            for old, new in zip(self.original.cells, self.notebook.cells, strict=True)
            if old.source != new.source
        ]
        problems = "problem" if self.fixed == 1 else "problems"
        return EditPlan(f"Fix {self.fixed} {problems}", [*changes, *self._cleared.values()])

    def _candidates(self, result: LintResult) -> Iterator[tuple[Finding, Fix]]:
        findings = result.findings
        if self._choose is not None:
            findings = self._choose(self.notebook, findings)
        for finding in findings:
            if self._scope.code is not None and finding.code != self._scope.code:
                continue
            if self._scope.cell is not None and finding.cell != self._scope.cell:
                continue
            if finding.not_yet and self._is_above(finding.cell):
                continue
            for fix in finding.fixes:
                if self._allows(fix, result):
                    yield finding, fix
                    break

    def _is_above(self, cell: str | None) -> bool:
        return cell is not None and self._numbers[cell] <= self._writing

    def _allows(self, fix: Fix, result: LintResult) -> bool:
        operations = fix.plan.operations
        if fix.applicability is not Applicability.SAFE and not self._unsafe:
            return False
        return bool(operations) and all(
            self._may_clear(operation)
            if isinstance(operation, ClearOutputs)
            else isinstance(operation, ChangeCell) and self._may_change(operation.cell, result)
            for operation in operations
        )

    def _may_clear(self, operation: ClearOutputs) -> bool:
        return operation.cell not in self._cleared and self._is_in_scope(operation.cell)

    def _may_change(self, cell: str, result: LintResult) -> bool:
        whole = result.parses.get(cell, True)
        return whole and cell not in self._banned and self._is_in_scope(cell)

    def _is_in_scope(self, cell: str) -> bool:
        return self._scope.cell is None or cell == self._scope.cell

    def _fits(self, change: ChangeCell, edits: dict[str, list[TextEdit]]) -> bool:
        taken = edits.get(change.cell, [])
        new = [edit for edit in change.edits if edit not in taken]
        if any(_overlap(edit, other) for edit in new for other in taken):
            return False
        old = self.notebook.cell(change.cell).source
        text = apply_text_edits(old, [*taken, *new])
        return _keeps(CodeCell(old), CodeCell(text))

    def _clear(self, fix: Fix) -> None:
        for operation in fix.plan.operations:
            if isinstance(operation, ClearOutputs):
                self._cleared[operation.cell] = operation
        self.notebook = msgspec.structs.replace(
            self.notebook,
            cells=[
                msgspec.structs.replace(cell, outputs=OutputDigest(), execution_count=None)
                if cell.id in self._cleared
                else cell
                for cell in self.notebook.cells
            ],
        )

    def _replace(self, sources: dict[str, str]) -> None:
        self.notebook = msgspec.structs.replace(
            self.notebook,
            cells=[
                msgspec.structs.replace(cell, source=sources[cell.id])
                if cell.id in sources
                else cell
                for cell in self.notebook.cells
            ],
        )


def _overlap(one: TextEdit, other: TextEdit) -> bool:
    return one.range.start < other.range.end and other.range.start < one.range.end


def _keeps(old: CodeCell, new: CodeCell) -> bool:
    """Tells whether a change leaves a cell valid, its magics alone, and shows nothing new."""
    if old.tree is None:
        return True  # newer syntax than our own; the next look tells
    if new.tree is None or len(old.magics) != len(new.magics):
        return False
    return _shows(old.tree.body) or not _shows(new.tree.body)


def _shows(body: Iterable[ast.stmt]) -> bool:
    *_, last = [None, *body]
    return isinstance(last, ast.Expr)
