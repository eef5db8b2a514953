"""Try slices on real notebooks: `python benchmarks/bench_slices.py [NOTEBOOK …] [--python PYTHON]`.

A notebook is run whole, twice; what differs between the two is not judged. Then, for each cell,
its backward slice alone is run in a fresh namespace, and what the cell showed, and the values of
the names it binds and changes, are compared with the whole run. A cell is *reproduced* if all is
the same. Without notebooks those of `examples/` and of `benchmarks/notebooks/` are tried.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.export import kept_lines, split_lines
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


def wanted_names(known: CellFacts) -> list[str]:
    """Gives the names whose values are compared: those the cell binds, and surely changes."""
    changed = [name for name, change in known.facts.mutates.items() if change.certain]
    return sorted({*known.facts.binds, *changed})


def folder_of(file: Path) -> str:
    """Gives the folder that a notebook is run in a copy of; empty where that is too large."""
    size = sum(path.stat().st_size for path in file.parent.rglob("*") if path.is_file())
    return str(file.parent) if size < MOST_FOLDER_BYTES else ""


def own_notebooks() -> list[Path]:
    """Gives the notebooks that are tried where none are named."""
    return [*sorted((ROOT / "examples").glob("*.ipynb")), *sorted(NOTEBOOKS.glob("*.ipynb"))]


def cells_of(cells: dict[str, CellFacts], found: Slice, counts: dict[str, int]) -> Iterator[Any]:
    """Gives the cells of a slice as the runner takes them."""
    for key in found.cells:
        known = cells[key]
        source = split_lines(known.source)
        text = "\n".join(source[line - 1] for line in kept_lines(known, found.lines[key]))
        yield [counts[key], text, wanted_names(known)]


def try_notebook(
    file: Path, runner: Runner, possible: list[bool], seconds: int
) -> dict[bool, Tally] | str:
    """Tries the slices of a notebook; says why where it cannot."""
    notebook = notebook_file.read(file).notebook
    dataflow = Dataflow()
    dataflow.update(notebook)
    cells = {
        key: known
        for key, known in dataflow.cells.items()
        if known.state in {"known", "foreign"} and known.source.strip()
    }
    if len(cells) < 2:
        return "fewer than two cells"
    folder = folder_of(file)
    counts = {key: number for number, key in enumerate(cells, 1)}
    whole = [[counts[key], known.source, wanted_names(known)] for key, known in cells.items()]
    began = time.monotonic()
    runs = [runner.run(whole, folder, seconds)]
    if "failed" in runs[0]:
        return str(runs[0]["failed"])
    took = time.monotonic() - began
    runs.append(runner.run(whole, folder, seconds))
    if "failed" in runs[1]:
        return str(runs[1]["failed"])
    failed = sum(bool(cell["error"]) for cell in runs[0]["cells"])
    if failed * 3 > len(cells):
        return f"{failed} of {len(cells)} cells fail: {runs[0]['cells'][0]['error'][:60]}"
    if took * len(cells) > seconds * 10:
        return f"a run takes {took:.0f} s, too long for {len(cells)} cells"
    graph = StatementGraph(dataflow.cells)
    tallies = {}
    known_results: dict[str, Any] = {}
    for follow in possible:
        tallies[follow] = tally = Tally()
        for number, key in enumerate(cells):
            expected, again = runs[0]["cells"][number], runs[1]["cells"][number]
            if expected["error"] or again["error"] or not cells[key].statements:
                continue
            found = graph.slice_of_cell(key, possible=follow)
            found = Slice([each for each in found.cells if each in cells], found.lines)
            code = list(cells_of(cells, found, counts))
            if number:
                tally.shares.append((len(code) - 1) / number)
                above = sum(
                    len(split_lines(known.source)) for known in list(cells.values())[:number]
                )
                kept = sum(len(split_lines(text)) for _count, text, _names in code[:-1])
                tally.lines.append(kept / max(above, 1))
            tally.cells += 1
            # The same code is not run again for the other kind of slice.
            text = json.dumps(code)
            result = known_results.get(text) or runner.run(code, folder, seconds)
            known_results[text] = result
            miss = (
                str(result["failed"])
                if "failed" in result
                else difference(expected, again, result["cells"][-1])
            )
            if miss:
                place = notebook.index_of(key) + 1
                tally.misses.append(f"{file.name} cell {place}: {miss}")
            else:
                tally.reproduced += 1
    return tallies


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
            found = try_notebook(file, runner, possible, options.seconds)
        except (notebook_file.UnreadableNotebookError, OSError) as error:
            found = str(error)
        if isinstance(found, str):
            print(f"{file.name}: left out, {found}", flush=True)
            continue
        tried += 1
        for follow, tally in found.items():
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
