"""Measure what a changed cell costs: `python benchmarks/bench_mutants.py [NOTEBOOK …]`.

Processor time, of this process and its children, of trying the changes of each cell with the tests
that are proposed for it. All runs here rather than in a kernel, so that it can be measured; what
the cells load is loaded here, too.
"""

import argparse
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.execution import mutate_in_kernel, observe_in_kernel
from jupyter_nbquality.testing.candidates import candidates
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, Plan, plan_of

ROOT = Path(__file__).resolve().parent.parent
ASKED = 0.015
SECONDS = 60.0


def main() -> int:
    """Prints the times; 1 where a change takes more than is asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("notebooks", type=Path, nargs="*")
    options = parser.parse_args()
    default = [
        ROOT / "examples" / f"{name}.ipynb" for name in ("customer_churn_clean", "bike_rentals")
    ]
    times = [measure(each.resolve()) for each in options.notebooks or default]
    return int(max(times) > ASKED)


def measure(path: Path) -> float:
    """Tries the changes of all cells of a notebook; gives the seconds that one takes."""
    file = notebook_file.read(path)
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    spent = 0.0
    count = 0
    print(path.stem)
    os.chdir(path.parent)
    for cell in dataflow.cells:
        try:
            # Those that it has already were not generated.
            plan = msgspec.structs.replace(plan_of(file.notebook, dataflow, cell), tests=[])
        except CannotSuggestError:
            continue
        names: dict[str, Any] = {"__name__": "__main__"}
        for step in plan.before:
            mutate_in_kernel.run_cell(step.source, names)
        request = _request(plan, names)
        if not plan.mutants or request is None:
            continue
        took, tried = _taken(names, request)
        spent, count = spent + took, count + tried
        number = file.notebook.index_of(cell) + 1
        print(
            f"  cell {number:>3}: {1000 * took / tried:5.1f} ms a change, {tried} changes, "
            f"{len(request['tests'])} tests"
        )
    mean = spent / max(count, 1)
    print(f"  all: {1000 * mean:.1f} ms a change (asked: about {1000 * ASKED:.0f} ms)")
    return mean


def _request(plan: Plan, names: dict[str, Any]) -> dict[str, Any] | None:
    asked = {"before": [], "cell": plan.cell.source, "bound": plan.bound, "seconds": SECONDS}
    about = {"after": plan.after, "functions": plan.functions, "calls": plan.calls}
    seen = json.loads(observe_in_kernel.observe(names, {**asked, **about, "inputs": plan.inputs}))
    if seen["end"] != "done":
        return None
    tests = [{"name": each.name, "source": each.source} for each in candidates(seen)]
    first = json.loads(mutate_in_kernel.first(names, {**asked, "tests": tests}))
    if first["state"] != "ran":
        return None
    return {
        **asked,
        "tests": [test for test, passed in zip(tests, first["passed"], strict=True) if passed],
        "told": first["told"],
        "budget": SECONDS,
        "mutants": [{"source": each.source, "function": each.function} for each in plan.mutants],
    }


def _taken(names: dict[str, Any], request: dict[str, Any]) -> tuple[float, int]:
    before = _processor()
    tried = json.loads(mutate_in_kernel.several(names, request))
    return _processor() - before, len(tried)


def _processor() -> float:
    own, children = (
        resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
