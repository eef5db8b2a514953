"""Try stale marks on real notebooks: `python benchmarks/bench_staleness.py [NOTEBOOK …]`.

For each notebook random sessions are made (`sessions`) and run for real. At the end of each, what
every cell showed when it ran last, and the values of the names it binds and changes, are compared
with a clean run: the notebook as it is then, in order, in a fresh namespace and folder. A cell
*differs* if they are not the same, and is *missed* if it is not marked then.

A cell is marked *without need* where nothing about it differs: not its result, and not what it
read when it ran, nor what the stale cells read on which it depends (its result is the same by
chance then, and none but a run can tell); not what its names hold in the end; and not its result
if it runs once more on what the session left. How many are left by each is told, beginning with
those whose result alone is the same.

Not judged are cells that raise in the clean run, that two clean runs give otherwise, that did not
run, and those that were edited since: that their mark is right is no question. After a restart, a
session goes on in a fresh folder.

Then the time is taken of a look at 1,000 cells after 1,500 runs and one more.
"""

import argparse
import itertools
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench_slices import Runner, difference, folder_of, own_notebooks, wanted_names
from sessions import Session, session_with

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.graph import Unit
from jupyter_nbquality.dataflow.staleness import CellStaleness, RunRecord, Staleness
from jupyter_nbquality.notebook import Cell, Notebook

MOST_MISSED = 0.01
MOST_NEEDLESS = 0.10
CELLS, RUNS, LOOKS = 1_000, 1_500, 11
MOST_SECONDS = 0.05


class Judged(NamedTuple):
    """A cell at the end of a session.

    Attributes:
        where: The notebook, the session and the cell, to find it again.
        said: What is said of it.
        differs: How its result differs from that of a clean run; empty where it does not.
        inputs: The names it read that held something else.
        through: The stale cells that it depends on, at any remove, of which that is so.
        now: The names it reads, binds or changes that hold something else in the end.
        later: How it would differ if it ran once more; empty also where that was not tried.
    """

    where: str
    said: CellStaleness
    differs: str
    inputs: list[str]
    through: list[str]
    now: list[str]
    later: str

    @property
    def marked(self) -> bool:
        """Whether it is said to be stale."""
        return self.said.state == "stale"

    @property
    def quiet(self) -> bool:
        """Whether it is said that it may have changed, and no more."""
        return not self.marked and bool(self.said.maybe)


class Trial:
    """A notebook that is tried.

    Args:
        file: The notebook.
        runner: What runs cells.
        seconds: The most that a run may take.

    Attributes:
        refused: Why it cannot be tried; empty where it can.
        texts: Its code cells, by id.
    """

    def __init__(self, file: Path, runner: Runner, seconds: int) -> None:
        self._file, self._runner, self._seconds = file, runner, seconds
        self._folder = folder_of(file)
        dataflow = Dataflow()
        dataflow.update(notebook_file.read(file).notebook)
        self.texts = {
            key: known.source
            for key, known in dataflow.cells.items()
            if known.state in {"known", "foreign"} and known.source.strip()
        }
        self.refused = ""
        if len(self.texts) < 4:
            self.refused = "fewer than four cells"
            return
        runs = []
        for _time in (1, 2):
            run = self._run(list(self.texts.items()), dataflow)
            if isinstance(run, str):
                self.refused = run
                return
            runs.append(dict(zip(self.texts, run["cells"], strict=True)))
        one, other = runs
        failed = sum(bool(found["error"]) for found in one.values())
        if failed * 3 > len(one):
            self.refused = f"{failed} of {len(one)} cells fail"
        self._changing = {
            key
            for key in one
            if any(one[key][what] != other[key][what] for what in ("outputs", "values", "error"))
        }
        self._unsteady = {
            key: {
                name
                for name, value in one[key]["before"].items()
                if other[key]["before"].get(name) != value
            }
            for key in one
        }
        self._kinds: dict[str, str] = {}
        for found in one.values():
            self._kinds.update(found["kinds"])

    def judge(self, seed: int) -> list[Judged] | str:
        """Has a session; says why where it cannot be judged."""
        chance = random.Random(f"{self._file.name} {seed}")
        session = session_with(self.texts, self._kinds, chance)
        dataflow = Dataflow()
        notebook = _notebook_of(session)
        dataflow.update(notebook)
        records = [RunRecord(key, text, None) for key, text in session.runs]
        said = {found.cell: found for found in Staleness(dataflow).find(records)}
        marked = [key for key, found in said.items() if found.state == "stale"]
        live = self._run(session.runs, dataflow, [(key, session.cells[key]) for key in marked])
        clean = self._run(list(session.cells.items()), dataflow)
        if isinstance(live, str) or isinstance(clean, str):
            return str(live if isinstance(live, str) else clean)
        last = {key: found for (key, _text), found in zip(session.runs, live["cells"], strict=True)}
        again = dict(zip(marked, live["again"], strict=True))
        other = {
            name for name, value in clean["end"].items() if live["end"].get(name, value) != value
        }
        return self._judged(seed, session, said, last, again, clean["cells"], other)

    def _judged(
        self,
        seed: int,
        session: Session,
        said: dict[str, CellStaleness],
        last: dict[str, Any],
        again: dict[str, Any],
        clean: list[Any],
        other: set[str],
    ) -> list[Judged]:
        found: dict[str, Judged] = {}
        for place, (key, expected) in enumerate(zip(session.cells, clean, strict=True), 1):
            state = said[key].state
            if key in self._changing or expected["error"] or state in {"not-run", "edited"}:
                continue
            differs = difference(expected, expected, last[key])
            later = ""
            if key in again and not differs:
                later = difference(last[key], last[key], again[key])
            before, ran = expected["before"], last[key]["before"]
            unsteady = self._unsteady.get(key, set())
            inputs = [
                name
                for name, value in before.items()
                if name not in unsteady and ran.get(name) != value
            ]
            where = f"{self._file.name} {seed} cell {place}"
            now = sorted(other & {*before, *expected["values"]})
            found[key] = Judged(where, said[key], differs, inputs, [], now, later)
        for each in found.values():
            each.through.extend(_other(found, each))
        return list(found.values())

    def _run(
        self,
        cells: list[tuple[str, str]],
        dataflow: Dataflow,
        again: list[tuple[str, str]] | None = None,
    ) -> dict[str, Any] | str:
        jobs = []
        for count, (key, text) in enumerate([*cells, *(again or [])], 1):
            known = dataflow.facts_of(text)
            unit = dataflow.graph.unit(key) if key in dataflow.cells else None
            names = wanted_names(known, unit and unit.effective.facts)
            jobs.append([count, text, names, _reads(known.facts, unit)])
        so_many = len(cells)
        found = self._runner.run(jobs[:so_many], self._folder, self._seconds, jobs[so_many:])
        return str(found["failed"]) if "failed" in found else found

    def session(self, seed: int) -> Session:
        """Gives a session, to look at."""
        return session_with(self.texts, self._kinds, random.Random(f"{self._file.name} {seed}"))


def _other(judged: dict[str, Judged], start: Judged) -> Iterator[str]:
    """Yields the stale cells that a cell depends on and that read something else."""
    todo, seen = [start], {start.said.cell}
    while todo:
        for reason in todo.pop().said.reasons:
            if reason.kind == "input-stale" and reason.cell in judged and reason.cell not in seen:
                seen.add(reason.cell)
                each = judged[reason.cell]
                todo.append(each)
                if each.inputs or each.differs:
                    yield each.said.cell


def _reads(facts: Facts, unit: Unit | None) -> list[str]:
    """Gives the names whose values before a cell are compared."""
    names = {*facts.uses, *facts.mutates}
    if unit is not None:
        there = unit.effective.facts
        names.update(there.uses, there.mutates)
        names.update(
            name
            for name in unit.incoming
            if name.startswith(("file:", "state:random ")) and not {"*", "?"} & set(name)
        )
    return sorted(names)


def _notebook_of(session: Session) -> Notebook:
    return Notebook("", [Cell(key, "code", text) for key, text in session.cells.items()])


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


def report(judged: list[Judged]) -> bool:
    """Says how often marks are right; whether that is as often as asked."""
    differing = [each for each in judged if each.differs]
    marked = [each for each in judged if each.marked]
    missed = [each for each in differing if not each.marked]
    unsaid = [each for each in missed if not each.quiet]
    print(f"{len(judged)} cells judged, {len(differing)} differ, {len(marked)} are marked")
    print(f"missed: {_share(len(missed), len(judged))}, {_share(len(missed), len(differing))} of")
    print(f"  those that differ; not even told quietly: {_share(len(unsaid), len(differing))}")
    left = [each for each in marked if not each.differs]
    print(f"marked, and the result is the same: {_share(len(left), len(marked))}")
    for what, is_same in (
        ("nor differs what they read", lambda each: not each.inputs),
        ("nor what the stale cells read that they depend on", lambda each: not each.through),
        ("nor what their names hold in the end", lambda each: not each.now),
        ("nor their result, if they run now", lambda each: not each.later),
    ):
        left = [each for each in left if is_same(each)]
        print(f"  {what}: {_share(len(left), len(marked))}")
    print(f"without need: {_share(len(left), len(judged))}, {_share(len(left), len(marked))}")
    kinds = Counter(each.said.reasons[0].kind for each in left)
    print("  for these reasons:", dict(kinds.most_common()))
    print(f"told quietly: {_share(sum(each.quiet for each in judged), len(judged))}")
    return len(missed) <= MOST_MISSED * len(judged) and len(left) <= MOST_NEEDLESS * len(marked)


def look_again(texts: list[str]) -> float:
    """Gives the processor time of a look at many cells after one more run, in seconds."""
    cells = [
        Cell(f"c{number}", "code", text)
        for number, text in zip(range(CELLS), itertools.cycle(texts), strict=False)
    ]
    dataflow = Dataflow()
    dataflow.update(Notebook("", cells))
    runs = itertools.cycle([*cells, *cells[::2]])
    records = [RunRecord(cell.id, cell.source, None) for cell in itertools.islice(runs, RUNS)]
    staleness = Staleness(dataflow)
    staleness.find(records)
    took = []
    for cell in itertools.islice(runs, LOOKS):
        records.append(RunRecord(cell.id, cell.source, None))
        began = time.process_time()
        staleness.find(records)
        took.append(time.process_time() - began)
    return statistics.median(took)


def main() -> int:
    """Tries sessions with notebooks; 1 where marks are wrong too often."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Python with what they import")
    parser.add_argument("--seconds", type=int, default=60, help="most seconds a run may take")
    parser.add_argument("--sessions", type=int, default=10, help="so many with each notebook")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first session")
    parser.add_argument("--show", action="store_true", help="show what is wrong")
    options = parser.parse_args()
    runner = Runner(options.python)
    judged: list[Judged] = []
    texts: list[str] = []
    tried = 0
    for file in options.notebooks or own_notebooks():
        try:
            trial = Trial(file, runner, options.seconds)
        except (notebook_file.UnreadableNotebookError, OSError) as error:
            print(f"{file.name}: left out, {error}", flush=True)
            continue
        if trial.refused:
            print(f"{file.name}: left out, {trial.refused}", flush=True)
            continue
        tried += 1
        texts += trial.texts.values()
        for seed in range(options.first, options.first + options.sessions):
            found = trial.judge(seed)
            if isinstance(found, str):
                print(f"{file.name} {seed}: left out, {found}", flush=True)
                continue
            judged += found
            wrong = [each for each in found if each.marked != bool(each.differs)]
            if options.show and wrong:
                print(f"\n{file.name} {seed}: {'; '.join(trial.session(seed).steps)}")
                for each in wrong:
                    print(f"    {'needless' if each.marked else 'MISSED'} {each.where}")
                    print(f"        {each.differs or each.later or 'the same again'}")
                    print(f"        inputs {each.inputs} through {each.through} now {each.now}")
                    for reason in each.said.reasons:
                        print(f"        {reason.kind} {reason.name} {reason.cell or ''}")
    runner.end()
    if not judged:
        return 0
    print(f"\n{tried} notebooks, {options.sessions} sessions with each")
    is_right = report(judged)
    took = look_again(texts)
    print(f"a look at {CELLS} cells after {RUNS} runs and one more: {took * 1000:.0f} ms")
    return 0 if is_right and took <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
