"""Try slices on real notebooks: `python benchmarks/bench_slices.py [NOTEBOOK …] [--python PYTHON]`.

A notebook is run whole, twice; what differs between the two is not judged. Then, for each cell,
its backward slice alone is run in a fresh namespace, and what the cell showed, and the values of
the names it binds and changes, are compared with the whole run. A cell is *reproduced* if all is
the same. Without notebooks those of `examples/` and of `benchmarks/notebooks/` are tried.
"""

import argparse
import builtins
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.export import kept_lines, split_lines
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.slices import Slice, StatementGraph

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NOTEBOOKS = HERE / "notebooks"
LIMIT = 0.99
MOST_FOLDER_BYTES = 30_000_000
PRELOADED = [
    *("numpy", "pandas", "matplotlib.pyplot", "scipy.stats", "sklearn", "IPython"),
    *("statsmodels.api", "statsmodels.formula.api", "seaborn", "lmfit", "emcee", "corner"),
]


class Runner:
    """The process that runs cells, in an environment of its own."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(HERE / "slices_runner.py"), *PRELOADED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._number = 0

    def run(
        self, cells: list[list[Any]], folder: str, seconds: int, again: Sequence[list[Any]] = ()
    ) -> dict[str, Any]:
        """Runs cells in a fresh namespace; then others, each on what those left."""
        self._number += 1
        job = {"id": self._number, "folder": folder, "cells": cells, "seconds": seconds}
        job["again"] = list(again)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def end(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Tally:
    """What came of the slices of some notebooks.

    Attributes:
        cells: How many were tried.
        reproduced: How many gave the same alone.
        shares: Of each, which share of the code cells above it is in its slice.
        lines: Likewise, of the lines above.
        misses: What was not reproduced, to read.
    """

    def __init__(self) -> None:
        self.cells = 0
        self.reproduced = 0
        self.shares: list[float] = []
        self.lines: list[float] = []
        self.misses: list[str] = []

    def add(self, other: "Tally") -> None:
        """Adds what came of others."""
        self.cells += other.cells
        self.reproduced += other.reproduced
        self.shares += other.shares
        self.lines += other.lines
        self.misses += other.misses

    def __str__(self) -> str:
        """Gives a line to read."""
        if not self.cells:
            return "no cells"
        share = sum(self.shares) / len(self.shares) if self.shares else 0
        lines = sum(self.lines) / len(self.lines) if self.lines else 0
        return (
            f"{self.reproduced}/{self.cells} cells reproduced "
            f"({self.reproduced / self.cells:.2%}), slice {share:.1%} of the cells above, "
            f"{lines:.1%} of the lines"
        )


def wanted_names(known: CellFacts, there: Facts | None = None) -> list[str]:
    """Gives the names whose values are compared: those a cell binds, and surely changes.

    Args:
        known: The cell.
        there: What it does where it stands, with what it calls.
    """
    facts = [known.facts] if there is None else [known.facts, there]
    return sorted(
        {
            *known.facts.binds,
            *(
                name
                for each in facts
                for name, change in each.mutates.items()
                if change.certain and not hasattr(builtins, name)
            ),
        }
    )


def folder_of(file: Path) -> str:
    """Gives the folder that a notebook is run in a copy of; empty where that is too large."""
    size = sum(path.stat().st_size for path in file.parent.rglob("*") if path.is_file())
    return str(file.parent) if size < MOST_FOLDER_BYTES else ""


def own_notebooks() -> list[Path]:
    """Gives the notebooks that are tried where none are named."""
    return [*sorted((ROOT / "examples").glob("*.ipynb")), *sorted(NOTEBOOKS.glob("*.ipynb"))]


class Trial:
    """A notebook that is tried: it is run whole, twice.

    Args:
        file: The notebook.
        runner: What runs cells.
        seconds: The most that a run may take.

    Attributes:
        refused: Why it cannot be tried; empty where it can.
        cells: What is known of its code cells, by id.
    """

    def __init__(self, file: Path, runner: Runner, seconds: int) -> None:
        self._file, self._runner, self._seconds = file, runner, seconds
        self._notebook = notebook_file.read(file).notebook
        self._flow = Dataflow()
        self._flow.update(self._notebook)
        self.cells = {
            key: known
            for key, known in self._flow.cells.items()
            if known.state in {"known", "foreign"} and known.source.strip()
        }
        self._counts = {key: number for number, key in enumerate(self.cells, 1)}
        self._graph = StatementGraph(self._flow.cells)
        self._results: dict[str, Any] = {}
        self._runs: list[Any] = []
        self._folder = folder_of(file)
        self.refused = self._run_whole() if len(self.cells) > 1 else "fewer than two cells"

    def _run_whole(self) -> str:
        """Runs it twice; says why it cannot be tried."""
        whole = self.code_of(self.whole_cells(self.cells))
        began = time.monotonic()
        for _time in (1, 2):
            run = self._runner.run(whole, self._folder, self._seconds)
            if "failed" in run:
                return str(run["failed"])
            self._runs.append(dict(zip(self.cells, run["cells"], strict=True)))
        took = (time.monotonic() - began) / 2
        first = list(self._runs[0].values())
        failed = sum(bool(cell["error"]) for cell in first)
        if failed * 3 > len(first):
            return f"{failed} of {len(first)} cells fail: {first[0]['error'][:60]}"
        if took * len(first) > self._seconds * 10:
            return f"a run takes {took:.0f} s, too long for {len(first)} cells"
        return ""

    def judged(self) -> Iterator[str]:
        """Yields the cells that are tried: those that raise nothing, and do something."""
        for key, known in self.cells.items():
            if known.statements and not any(run[key]["error"] for run in self._runs):
                yield key

    def above(self, key: str) -> list[str]:
        """Gives the cells above another."""
        return list(self.cells)[: self._counts[key] - 1]

    def slice_of(self, key: str, *, possible: bool) -> Slice:
        """Gives our slice of a cell."""
        found = self._graph.slice_of_cell(key, possible=possible)
        return Slice([each for each in found.cells if each in self.cells], found.lines)

    def whole_cells(self, keys: Iterable[str]) -> Slice:
        """Gives a slice of whole cells."""
        kept = set(keys)
        chosen = [key for key in self.cells if key in kept]
        return Slice(
            chosen,
            {key: list(range(1, len(split_lines(self.cells[key].source)) + 1)) for key in chosen},
        )

    def code_of(self, found: Slice) -> list[Any]:
        """Gives the cells of a slice as the runner takes them."""
        code = []
        for key in found.cells:
            known = self.cells[key]
            source = split_lines(known.source)
            if len(found.lines[key]) < len(source):
                source = [source[line - 1] for line in kept_lines(known, found.lines[key])]
            there = self._flow.graph.unit(key).effective.facts
            code.append([self._counts[key], "\n".join(source), wanted_names(known, there)])
        return code

    def miss(self, key: str, found: Slice) -> str:
        """Runs a slice of a cell alone; says what the cell did otherwise, empty for nothing."""
        code = self.code_of(found)
        # The same code is not run again for another kind of slice.
        text = json.dumps(code)
        result = self._results.get(text)
        if result is None:
            result = self._results[text] = self._runner.run(code, self._folder, self._seconds)
        miss = (
            str(result["failed"])
            if "failed" in result
            else difference(self._runs[0][key], self._runs[1][key], result["cells"][-1])
        )
        place = self._notebook.index_of(key) + 1
        return miss and f"{self._file.name} cell {place}: {miss}"


def try_slices(trial: Trial, possible: bool) -> Tally:
    """Tries our slices of a notebook."""
    tally = Tally()
    for key in trial.judged():
        found = trial.slice_of(key, possible=possible)
        above = trial.above(key)
        if above:
            lines = sum(len(split_lines(trial.cells[each].source)) for each in above)
            kept = sum(len(text.split("\n")) for _count, text, _names in trial.code_of(found)[:-1])
            tally.shares.append((len(found.cells) - 1) / len(above))
            tally.lines.append(kept / max(lines, 1))
        tally.cells += 1
        miss = trial.miss(key, found)
        if miss:
            tally.misses.append(miss)
        else:
            tally.reproduced += 1
    return tally


def difference(expected: Any, again: Any, found: Any) -> str:
    """Says what a cell did otherwise; empty where it did the same."""
    if found["error"]:
        return f"fails with {found['error'][:150]}"
    if expected["outputs"] == again["outputs"] != found["outputs"]:
        pairs = zip(expected["outputs"], found["outputs"], strict=False)
        one, other = next(
            (pair for pair in pairs if pair[0] != pair[1]), ("so many outputs", "others")
        )
        at = next((at for at in range(len(one)) if one[at : at + 1] != other[at : at + 1]), 0)
        return f"shows {other[at : at + 60]!r} for {one[at : at + 60]!r}"
    for name, value in expected["values"].items():
        if again["values"].get(name) == value != found["values"].get(name):
            return f"another value of {name}"
    return ""


def main() -> int:
    """Tries the slices of notebooks; 1 where too few cells are reproduced."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Python with what they import")
    parser.add_argument("--seconds", type=int, default=60, help="most seconds a run may take")
    parser.add_argument("--possible", choices=["both", "yes", "no"], default="both")
    options = parser.parse_args()
    files: list[Path] = options.notebooks or own_notebooks()
    possible = {"both": [True, False], "yes": [True], "no": [False]}[options.possible]
    runner = Runner(options.python)
    whole = {follow: Tally() for follow in possible}
    tried = 0
    for file in files:
        try:
            trial = Trial(file, runner, options.seconds)
        except (notebook_file.UnreadableNotebookError, OSError) as error:
            print(f"{file.name}: left out, {error}", flush=True)
            continue
        if trial.refused:
            print(f"{file.name}: left out, {trial.refused}", flush=True)
            continue
        tried += 1
        for follow in possible:
            tally = try_slices(trial, follow)
            whole[follow].add(tally)
            print(f"{file.name}, {'all' if follow else 'certain'}: {tally}", flush=True)
            for miss in tally.misses:
                print(f"    {miss}", flush=True)
    runner.end()
    print(f"\n{tried} notebooks")
    for follow, tally in whole.items():
        print(f"{'certain and possible' if follow else 'certain alone'} changes followed: {tally}")
    followed = whole.get(True)
    if followed is None or not followed.cells:
        return 0
    return 0 if followed.reproduced >= LIMIT * followed.cells else 1


if __name__ == "__main__":
    sys.exit(main())
