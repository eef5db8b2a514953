"""Compare slices with other tools: `python benchmarks/peers.py --peers PYTHON [NOTEBOOK …]`.

PYTHON is one that has marimo or ipyflow; what is not installed there is left out. Both tools look
at the names of cells alone, without running them here; their slices are whole cells, and ours the
lines that belong to it. All are tried as in `bench_slices`. Following certain changes alone, ours
should be no larger than theirs where both are sound.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bench_slices import HERE, Runner, Trial, own_notebooks

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.slices import Slice

OURS, ALL_OURS = "ours, certain changes", "ours, certain and possible changes"


class Peers:
    """The process that asks other tools.

    Attributes:
        tools: What is installed.
    """

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(HERE / "peers_runner.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.tools: list[str] = json.loads(self._process.stdout.readline() or "[]")

    def needs(self, trial: Trial) -> dict[str, dict[str, list[str]]]:
        """Gives by tool, and by cell, the cells above that it needs."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        cells = [[key, known.source] for key, known in trial.cells.items()]
        self._process.stdin.write(json.dumps(cells) + "\n")
        self._process.stdin.flush()
        found: dict[str, dict[str, list[str]]] = json.loads(self._process.stdout.readline())
        return found

    def end(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Tried(NamedTuple):
    """A slice that was tried.

    Attributes:
        size: How many cells above it has.
        share: The same as a share of those there are.
        sound: Whether it gave the same as the whole notebook.
    """

    size: int
    share: float
    sound: bool


def slices_of(trial: Trial, needs: dict[str, dict[str, list[str]]], key: str) -> dict[str, Slice]:
    """Gives the slices of a cell, by who made them."""
    found = {tool: trial.whole_cells([*theirs.get(key, ()), key]) for tool, theirs in needs.items()}
    found[OURS] = trial.slice_of(key, possible=False)
    found[ALL_OURS] = trial.slice_of(key, possible=True)
    return found


def report(tried: list[dict[str, Tried]]) -> bool:
    """Prints what came of it; tells whether our slices are no larger where both are sound."""
    holds = True
    for tool in tried[0]:
        sound = sum(each[tool].sound for each in tried)
        share = sum(each[tool].share for each in tried) / len(tried)
        said = f"{tool}: {sound} of {len(tried)} cells the same ({sound / len(tried):.1%}), "
        said += f"slice {share:.1%} of the cells above"
        if tool not in {OURS, ALL_OURS}:
            both = [each for each in tried if each[tool].sound and each[OURS].sound]
            ours = sum(each[OURS].share for each in both) / max(len(both), 1)
            theirs = sum(each[tool].share for each in both) / max(len(both), 1)
            larger = sum(each[OURS].size > each[tool].size for each in both)
            smaller = sum(each[OURS].size < each[tool].size for each in both)
            said += f"; where both are ({len(both)}): {theirs:.1%}, ours {ours:.1%}, "
            said += f"smaller in {smaller} cells and larger in {larger}"
            holds = holds and ours <= theirs
        print(said)
    return holds


def main() -> int:
    """Compares slices; 1 where ours are larger than theirs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Python with what they import")
    parser.add_argument("--peers", default=sys.executable, help="Python with marimo and ipyflow")
    parser.add_argument("--seconds", type=int, default=60, help="most seconds a run may take")
    parser.add_argument("--show", action="store_true", help="show where ours are larger")
    options = parser.parse_args()
    peers = Peers(options.peers)
    if not peers.tools:
        print("marimo and ipyflow are not installed: left out")
        return 0
    runner = Runner(options.python)
    tried: list[dict[str, Tried]] = []
    notebooks = 0
    for file in options.notebooks or own_notebooks():
        try:
            trial = Trial(file, runner, options.seconds)
        except (notebook_file.UnreadableNotebookError, OSError) as error:
            print(f"{file.name}: left out, {error}", flush=True)
            continue
        if trial.refused:
            print(f"{file.name}: left out, {trial.refused}", flush=True)
            continue
        notebooks += 1
        needs = peers.needs(trial)
        for key in trial.judged():
            above = trial.above(key)
            if not above:
                continue
            slices = slices_of(trial, needs, key)
            tried.append(
                {
                    tool: Tried(
                        len(found.cells) - 1,
                        (len(found.cells) - 1) / len(above),
                        not trial.miss(key, found),
                    )
                    for tool, found in slices.items()
                }
            )
            for tool in needs:
                ours, theirs = tried[-1][OURS], tried[-1][tool]
                if options.show and ours.sound and theirs.sound and ours.size > theirs.size:
                    more = set(slices[OURS].cells) - set(slices[tool].cells)
                    print(f"{file.name}, cell {key}: more than {tool}: {sorted(more)}")
        print(f"{file.name}: tried", flush=True)
    runner.end()
    peers.end()
    if not tried:
        return 0
    print(f"\n{notebooks} notebooks; installed are {', '.join(peers.tools)}")
    return 0 if report(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
