"""Refactor real notebooks and run them: `python benchmarks/bench_refactor.py [NOTEBOOK …]`.

A notebook is run whole, twice; what differs between the two is not judged. Then each code cell of
two statements and more is made a function, and the whole is run again, that cell once more at its
end. *Preserved* is a trial after which every cell shows the same and binds the same, but for the
names that the refactoring said would be lost. So are others tried: a function of every fourth
pair of neighbours, a new name for every name, inlining every name, every exchange of neighbours,
merging each cell with the next, splitting, moving each function and class to a module.
Without notebooks those of `examples/` and of `benchmarks/notebooks/` are tried.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from bench_slices import Runner, difference, folder_of, own_notebooks, wanted_names
from refactor_steps import (
    KINDS,
    base_of,
    known_cells,
    names_to_tell,
    try_modules,
    try_steps,
    without_code,
)

from jupyter_nbquality import notebook_file
from jupyter_nbquality.edits import ChangeCell, Refusal, apply_text_edits
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.extract_function import Extraction, extract_function
from jupyter_nbquality.refactor.selection import Selection

LIMIT = 0.95
_KINDS = ["extract", *KINDS, "module"]
_NOTHING = "nothing-to-extract"
NAME = "extracted_step"


class Trials:
    """What came of some trials.

    Attributes:
        all: How many cells there were.
        attempted: How many were changed.
        preserved: How many of these did the same afterwards.
        refusals: How often each reason was given.
        read: Each refusal and each change of behaviour, to read.
        parameters: How many each function takes.
        returns: How many each gives.
    """

    def __init__(self) -> None:
        self.all = self.attempted = self.preserved = 0
        self.refusals: Counter[str] = Counter()
        self.read: list[str] = []
        self.parameters: list[int] = []
        self.returns: list[int] = []

    def add(self, title: str, miss: str | Refusal) -> None:
        """Notes what came of one."""
        self.all += 1
        if isinstance(miss, Refusal):
            self.refusals[miss.code] += 1
            self.read.append(f"{title}: refused, {miss.message}")
            return
        self.attempted += 1
        if miss:
            self.read.append(f"{title}: {miss}")
        else:
            self.preserved += 1

    @property
    def share(self) -> float:
        """The share of all that was changed and preserved."""
        return self.preserved / max(self.all, 1)

    def __str__(self) -> str:
        """Gives some lines to read."""
        if not self.attempted:
            return f"none of {self.all} done"
        reasons = ", ".join(f"{code} {times}" for code, times in self.refusals.most_common())
        done = (
            f"{self.preserved} of {self.attempted} do the same, "
            f"{self.attempted} of {self.all} done ({self.share:.1%} of all)\n"
            f"refused: {reasons or 'none'}"
        )
        if self.refusals[_NOTHING]:
            some = self.all - self.refusals[_NOTHING]
            done += f"\nof those that hold something to extract: {self.preserved / some:.1%}"
        if not self.parameters:
            return done
        return (
            f"{done}\n"
            f"median of parameters {median(self.parameters):g}, of returns "
            f"{median(self.returns):g}; most {max(self.parameters)} and {max(self.returns)}"
        )


def try_notebook(file: Path, runner: Runner, seconds: int, whole_trials: dict[str, Trials]) -> str:
    """Tries a notebook; says why where it cannot."""
    notebook = notebook_file.read(file).notebook
    cells = known_cells(notebook)
    trials = whole_trials.get("extract")
    folder = folder_of(file)
    keys = list(cells)
    names = names_to_tell(cells)
    whole = [
        [number, known.source, names[key]] for number, (key, known) in enumerate(cells.items(), 1)
    ]
    wanted = [key for key, known in cells.items() if trials and len(known.statements) > 1]
    again = [
        [len(whole) + place, cells[key].source, wanted_names(cells[key])]
        for place, key in enumerate(wanted, 1)
    ]
    runs = [without_code(runner.run(whole, folder, seconds, again)) for _ in range(2)]
    for run in runs:
        if "failed" in run:
            return str(run["failed"])
    failed = sum(bool(cell["error"]) for cell in runs[0]["cells"])
    if failed * 3 > len(cells):
        return f"{failed} of {len(cells)} cells fail"
    base = base_of(notebook, cells, runs)
    for kind, its in whole_trials.items():
        for make in KINDS.get(kind, ()):
            steps = list(make(base))
            for step, miss in try_steps(
                base, steps, lambda wanted: without_code(runner.run(wanted, folder, seconds))
            ):
                its.add(f"{file.name}: {step.title}", miss)
    if "module" in whole_trials:
        for title, miss in try_modules(
            base, lambda wanted, files: _run_beside(runner, wanted, folder, seconds, files)
        ):
            whole_trials["module"].add(f"{file.name}: {title}", miss)
    if trials is None:
        return ""
    for place, key in enumerate(wanted):
        number = keys.index(key)
        if runs[0]["cells"][number]["error"]:
            continue
        trials.all += 1
        made = extract_function(notebook, Selection([key]), NAME)
        title = f"{file.name} cell {notebook.index_of(key) + 1}"
        if isinstance(made, Refusal):
            trials.refusals[made.code] += 1
            trials.read.append(f"{title}: refused, {made.message}")
            continue
        trials.attempted += 1
        trials.parameters.append(len(made.parameters))
        trials.returns.append(len(made.returns))
        miss = _tried(
            made, notebook, key, number, whole, again[place], runs, (runner, folder, seconds)
        )
        if miss:
            trials.read.append(f"{title}: {miss}")
        else:
            trials.preserved += 1
    return ""


def _run_beside(
    runner: Runner, cells: list[list[Any]], folder: str, seconds: int, files: dict[str, str]
) -> dict[str, Any]:
    """Runs cells in a copy of their folder that holds some files more."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "folder"
        if folder:
            shutil.copytree(folder, copy, symlinks=True)
        else:
            copy.mkdir()
        for path, text in files.items():
            (copy / path).write_text(text)
        return without_code(runner.run(cells, str(copy), seconds))


def _tried(
    made: Extraction,
    notebook: Notebook,
    key: str,
    number: int,
    whole: list[list[Any]],
    again: list[Any],
    runs: list[Any],
    how: tuple[Runner, str, int],
) -> str:
    """Runs the changed notebook; says what it does otherwise."""
    runner, folder, seconds = how
    change = made.plan.operations[0]
    assert isinstance(change, ChangeCell)
    source = apply_text_edits(notebook.cell(key).source, change.edits)
    lost = set(made.loses)
    names = [name for name in whole[number][2] if name not in lost]
    changed = [*whole[:number], [whole[number][0], source, names], *whole[number + 1 :]]
    result = without_code(runner.run(changed, folder, seconds, [[again[0], source, names]]))
    if "failed" in result:
        return str(result["failed"])
    for place, found in enumerate(result["cells"]):
        expected, other = (run["cells"][place] for run in runs)
        if expected["error"] or other["error"]:
            continue
        kept = {**expected, "values": _without(expected["values"], lost)}
        if miss := difference(kept, other, found):
            return f"code cell {place + 1} {miss}"
    place = _at(again, whole)
    expected, other = (run["again"][place] for run in runs)
    if expected["error"] or other["error"]:
        return ""
    kept = {**expected, "values": _without(expected["values"], lost)}
    miss = difference(kept, other, result["again"][0])
    return f"run again it {miss}" if miss else ""


def _at(again: list[Any], whole: list[list[Any]]) -> int:
    return int(again[0]) - len(whole) - 1


def _without(values: dict[str, Any], lost: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in lost}


def main() -> int:
    """Tries notebooks; 1 where one does something else, or too few of all cells are extracted."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Python with what they import")
    parser.add_argument("--seconds", type=int, default=60, help="most seconds a run may take")
    parser.add_argument("--what", action="append", choices=_KINDS, help="try this; may be repeated")
    options = parser.parse_args()
    runner = Runner(options.python)
    trials = {kind: Trials() for kind in options.what or _KINDS}
    for file in options.notebooks or own_notebooks():
        before = {kind: len(its.read) for kind, its in trials.items()}
        why = try_notebook(file, runner, options.seconds, trials)
        print(f"{file.name}: {f'left out, {why}' if why else 'tried'}", flush=True)
        for kind, its in trials.items():
            for line in its.read[before[kind] :]:
                print(f"    {line}", flush=True)
    runner.end()
    for kind, its in trials.items():
        print(f"\n{kind}: {its}")
    changed = sum(its.attempted - its.preserved for its in trials.values())
    extracted = trials.get("extract", Trials())
    is_missed = bool(extracted.all) and extracted.share < LIMIT
    if is_missed:
        print(f"\nfunctions: limit missed, {extracted.share:.1%} of {LIMIT:.0%} of all cells")
    return 1 if changed or is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
