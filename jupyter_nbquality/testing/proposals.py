"""Proposes tests of a cell, and tells what tests are worth.

All runs in fresh kernels, in copies of the folder: what the cell needs, once; then the cell and
its changed texts in forked children. A test is proposed if it passes there and in another fresh
kernel, and notices a change of the code that nothing before it notices.
"""

import ast
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import msgspec

from jupyter_nbquality.dataflow.export import split_lines
from jupyter_nbquality.execution.fresh_kernel import (
    FreshKernel,
    fresh_kernel,
)
from jupyter_nbquality.execution.trials import Question, asking
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.execution.workspace import workspace
from jupyter_nbquality.metadata import CellTest
from jupyter_nbquality.testing.candidates import Candidate, candidates
from jupyter_nbquality.testing.mutants import Mutant
from jupyter_nbquality.testing.suggestion import (
    Proposal,
    ScoredTest,
    Suggestion,
    Survivor,
    Worth,
)
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, Plan

MOST_PROPOSALS = 6
MOST_SURVIVORS = 10
CELL_SECONDS = 600.0
TRIAL_SECONDS = 30.0
BATCH_SECONDS = 2.0
BUDGET_SECONDS = 60.0
"""So long mutants are tried."""
WEAK = 0.1
"""A test that notices a smaller share of the changes than this is weak."""

KEEPS = 0.6
"""The weight of a test that only keeps what was computed."""

Progress = Callable[[float, str], None]


def suggest(
    plan: Plan,
    kernelspec: str,
    folder: Path | None,
    *,
    progress: Progress = lambda _share, _label: None,
    stop: Event | None = None,
) -> Suggestion:
    """Finds tests of a cell, and what they and its own are worth.

    Args:
        plan: What to run.
        kernelspec: The name of the kernel.
        folder: Of the notebook, which is copied; ``None`` for an empty one.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.

    Raises:
        CannotSuggestError: A cell raised, so that nothing can be said.
        KernelTroubleError: The kernel does not start, dies, or takes too long.
        CancelledError: Nobody wants it any more.
        TooManyFilesError: The folder holds too many files.
        OSError: The folder cannot be read.
    """
    began = time.monotonic()
    if not plan.mutants:
        remark = "A small change of this cell would change nothing that a test can see."
        return Suggestion(plan.cell.cell, [], [], Worth(0, 0, []), remark, 0.0)
    try:
        trials = _tried(plan, kernelspec, folder, progress, stop, in_children=False)
    except _StuckError:
        # What ran before the fork left threads behind; so let all of it run behind.
        trials = _tried(plan, kernelspec, folder, progress, stop, in_children=True)
    proposed = _chosen(trials)
    progress(0.85, "Running the tests once more")
    steady = _steady(plan, kernelspec, folder, [each.name for each in proposed], trials, stop)
    proposals = [each for each in proposed if each.name in steady]
    progress(1.0, "Done")
    own = [_scored(test, number, trials) for number, test in enumerate(plan.tests)]
    judged = [number for number, _ in enumerate(own) if trials.passes[number]]
    judged += [trials.index_of(each.name) for each in proposals]
    remark = trials.remark
    if not proposals and not remark:
        remark = (
            "Nothing was found that notices more than the tests that the cell has."
            if own
            else "Nothing was found that would notice a change of this cell."
        )
    return Suggestion(
        plan.cell.cell,
        proposals,
        own,
        trials.worth(judged),
        remark,
        time.monotonic() - began,
    )


def _tried(
    plan: Plan,
    kernelspec: str,
    folder: Path | None,
    progress: Progress,
    stop: Event | None,
    *,
    in_children: bool,
) -> "_Trials":
    """Looks at the cell and tries its mutants in a fresh kernel.

    Args:
        plan: What to run.
        kernelspec: The name of the kernel.
        folder: Of the notebook; ``None`` for an empty one.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.
        in_children: Whether what the cell needs runs anew in each child, and not once before.

    Raises:
        _StuckError: A child waited for a thread that is not there.
    """
    with workspace(folder) as place, fresh_kernel(kernelspec, place.folder, stop) as kernel:
        if not in_children:
            _run(kernel, plan.before, lambda share: progress(0.3 * share, "Running what it needs"))
        progress(0.3, "Looking at what the cell makes")
        trials = _Trials(kernel, plan, plan.before if in_children else [])
        trials.look()
        trials.try_mutants(lambda share: progress(0.35 + 0.5 * share, "Changing the code"))
    return trials


class _StuckError(Exception):
    """A forked child waited for a thread that is not there."""


class _Trials:
    """What came of the cell, its tests and its mutants in one kernel.

    Attributes:
        passes: For each test, those that the cell has and then the candidates, whether it passes.
        candidates: The tests that could be proposed.
        before: Texts of cells that run in each child; none where they ran before.
        remark: What is to be said.
    """

    def __init__(self, kernel: FreshKernel, plan: Plan, before: Sequence[Step]) -> None:
        self._kernel = kernel
        self._plan = plan
        self.before = [step.source for step in before]
        self._first: dict[str, Any] = {}
        self._seconds = TRIAL_SECONDS
        self.passes: list[bool] = []
        self.candidates: list[Candidate] = []
        self.remark = ""
        # The mutants that could be noticed, with whether each test passed.
        self.judged: list[tuple[Mutant, list[bool]]] = []

    def look(self) -> None:
        """Sees what the cell makes, makes candidates, and runs all tests on the cell."""
        plan = self._plan
        seen = self._ask(
            "observe",
            {
                "before": self.before,
                "cell": plan.cell.source,
                "after": plan.after,
                "functions": plan.functions,
                "calls": plan.calls,
                "bound": plan.bound,
                "inputs": plan.inputs,
                "seconds": CELL_SECONDS,
            },
        )
        if seen["end"] == "stuck" and not self.before and plan.before:
            raise _StuckError
        if seen["end"] != "done":
            raise CannotSuggestError(_why_not(seen))
        seen["relations"] = [each for each in seen["relations"] if _is_kept(each, plan.kin)]
        names = {test.name for test in plan.tests}
        has_contracts = any("check_frame" in test.source for test in plan.tests)
        self.candidates = [
            _renamed(each, names) for each in candidates(seen, contracts=not has_contracts)
        ]
        first = self._ask("first", self._request(CELL_SECONDS))
        if first["state"] != "ran":
            raise CannotSuggestError(_why_not({"end": first["state"], **first}))
        again = self._ask("first", {**self._request(CELL_SECONDS), "reseed": True})
        self._first = first
        self.passes = [
            each and other
            for each, other in zip(
                first["passed"], again["passed"] or [False] * len(first["passed"]), strict=True
            )
        ]
        self._seconds = min(TRIAL_SECONDS, 2.0 + 5 * first["seconds"])

    def try_mutants(self, progress: Callable[[float], None]) -> None:
        """Tries the mutants, as many as there is time for."""
        todo = list(self._plan.mutants)
        count = len(todo)
        deadline = time.monotonic() + BUDGET_SECONDS
        while todo and time.monotonic() < deadline:
            progress(1 - len(todo) / count)
            request = self._request(self._seconds) | {
                "tests": [test for test, passes in self._tests() if passes],
                "told": self._first["told"],
                "budget": BATCH_SECONDS,
                "mutants": [{"source": each.source, "function": each.function} for each in todo],
            }
            answers = self._ask("several", request)
            for mutant, answer in zip(todo, answers, strict=False):
                if answer["state"] == "ran":
                    passed = iter(answer["passed"])
                    # What fails on the cell itself was not tried again.
                    self.judged.append((mutant, [each and next(passed) for each in self.passes]))
                elif answer["state"] == "timeout":
                    # Whoever waits for a test notices that it does not end.
                    self.judged.append((mutant, [False] * len(self.passes)))
            todo = todo[len(answers) :]
        left = len(todo) + self._plan.left_out
        if left:
            self.remark = (
                f"{count - len(todo)} of {count + self._plan.left_out} changes were tried."
            )

    def index_of(self, name: str) -> int:
        """Gives the place of a candidate among all tests."""
        names = [each.name for each in self.candidates]
        return len(self._plan.tests) + names.index(name)

    def killed(self, number: int) -> set[int]:
        """Gives the mutants that a test notices."""
        return {place for place, (_, passed) in enumerate(self.judged) if not passed[number]}

    def worth(self, numbers: Sequence[int]) -> Worth:
        """Tells what tests notice together."""
        killed = set().union(*(self.killed(number) for number in numbers))
        alive = [mutant for place, (mutant, _) in enumerate(self.judged) if place not in killed]
        return Worth(
            len(killed),
            len(self.judged),
            [_survivor(self._plan.cell.source, each) for each in alive[:MOST_SURVIVORS]],
        )

    def _tests(self) -> Iterator[tuple[dict[str, str], bool]]:
        """Yields all tests, each with whether it passes; all do as long as none has run."""
        tests: list[CellTest | Candidate] = [*self._plan.tests, *self.candidates]
        for test, passes in zip(tests, self.passes or [True] * len(tests), strict=True):
            yield {"name": test.name, "source": test.source}, passes

    def _request(self, seconds: float) -> dict[str, Any]:
        return {
            "before": self.before,
            "cell": self._plan.cell.source,
            "tests": [test for test, _ in self._tests()],
            "bound": self._plan.bound,
            "seconds": seconds,
        }

    def _ask(self, question: Question, request: dict[str, Any]) -> Any:
        return _asked(self._kernel, question, request)


def _asked(kernel: FreshKernel, question: Question, request: dict[str, Any]) -> Any:
    text = kernel.evaluate(asking(question, request), CELL_SECONDS)
    return msgspec.json.decode(ast.literal_eval(text))


def _run(kernel: FreshKernel, steps: Sequence[Step], progress: Callable[[float], None]) -> None:
    for number, step in enumerate(steps):
        progress(number / len(steps))
        ran = kernel.run(step.source, CELL_SECONDS)
        if ran.error:
            raise CannotSuggestError(f"What the cell needs raised {ran.error}.")


def _chosen(trials: _Trials) -> list[Proposal]:
    """Takes the candidates that notice most of what nothing before them notices."""
    own = len(trials.passes) - len(trials.candidates)
    seen: set[int] = set().union(
        *(trials.killed(number) for number in range(own) if trials.passes[number])
    )
    left = {
        number: each for number, each in enumerate(trials.candidates, own) if trials.passes[number]
    }
    found: list[Proposal] = []
    while left and len(found) < MOST_PROPOSALS:
        able = [each for each in left if not left[each].beside]
        if not able:
            break
        number = max(able, key=lambda each: _rank(left[each], len(trials.killed(each) - seen)))
        new = trials.killed(number) - seen
        if not new:
            break
        each = left.pop(number)
        seen |= new
        found.append(
            Proposal(each.title, each.name, each.source, each.why, trials.worth([number]), len(new))
        )
    names = {each.name for each in found}
    for number, each in left.items():
        # Much the same in other words: who prefers them takes it instead.
        if each.beside in names and trials.killed(number):
            worth = trials.worth([number])
            found.append(Proposal(each.title, each.name, each.source, each.why, worth, 0))
    return found


def _rank(each: Candidate, new: int) -> tuple[bool, float]:
    """Puts what says what the code should do before what only keeps a number as it is."""
    return new > 0 and each.weight > KEEPS, new * each.weight


def _steady(
    plan: Plan,
    kernelspec: str,
    folder: Path | None,
    names: Sequence[str],
    trials: _Trials,
    stop: Event | None,
) -> set[str]:
    """Gives the tests that pass in another fresh kernel, too: where dice fall otherwise."""
    if not names:
        return set()
    tests = [
        {"name": each.name, "source": each.source}
        for each in trials.candidates
        if each.name in names
    ]
    with workspace(folder) as place, fresh_kernel(kernelspec, place.folder, stop) as kernel:
        if not trials.before:
            _run(kernel, plan.before, lambda _share: None)
        request: dict[str, Any] = {"before": trials.before, "cell": plan.cell.source}
        request |= {"tests": tests, "bound": plan.bound, "seconds": CELL_SECONDS, "reseed": True}
        answer = _asked(kernel, "first", request)
    if answer["state"] != "ran":
        return set()
    return {test["name"] for test, passed in zip(tests, answer["passed"], strict=True) if passed}


def _scored(test: CellTest, number: int, trials: _Trials) -> ScoredTest:
    if not trials.passes[number]:
        return ScoredTest(test.name, False, Worth(0, 0, []), False)
    worth = trials.worth([number])
    weak = worth.mutants > 0 and worth.killed < WEAK * worth.mutants
    return ScoredTest(test.name, True, worth, weak)


def _survivor(source: str, mutant: Mutant) -> Survivor:
    before, after = split_lines(source), split_lines(mutant.source)
    last = mutant.last + 1
    behind = len(before) - last
    return Survivor(
        mutant.title,
        mutant.line,
        "\n".join(before[mutant.line : last]),
        "\n".join(after[mutant.line : len(after) - behind]),
    )


def _renamed(each: Candidate, taken: set[str]) -> Candidate:
    name, number = each.name, 2
    while name in taken:
        name, number = f"{each.name}_{number}", number + 1
    return msgspec.structs.replace(each, name=name)


def _is_kept(relation: Sequence[Any], kin: Mapping[str, Collection[str]]) -> bool:
    """Tells whether tables go together for a reason: one is made of the other, or both at once."""
    one, other = relation[1:3]
    return other in kin.get(one, ()) or one in kin.get(other, ())


def _why_not(told: Mapping[str, Any]) -> str:
    if told["end"] == "raised":
        message = told.get("message") or next(iter(told.get("messages", [])), "an error")
        return f"The cell raised {message}."
    if told["end"] == "timeout":
        return "The cell took too long."
    if told["end"] == "stuck":
        return (
            "The cell waits for a thread of a library that a forked process does not have, so "
            "nothing can be said of it."
        )
    if told["end"] == "unable":
        return "This needs forked processes, which this system does not have: it runs on Linux."
    return "The cell ended its process, so nothing can be said of it."
