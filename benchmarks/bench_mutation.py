"""Measure proposed tests: `python benchmarks/bench_mutation.py [NOTEBOOK …] [--survivors]`.

For each code cell tests are proposed, and the changes of the code are counted that they notice
together. Not counted are changes with which the cell raises, and those that leave all names as they
are: the one nobody has to test, the other nobody can. Without notebooks those of `examples/` are
tried; of the generated tests of the churn example 70 % is asked.
"""

import argparse
import sys
import time
from pathlib import Path

import msgspec

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.testing.proposals import suggest
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, plan_of

ROOT = Path(__file__).resolve().parent.parent
ASKED = 0.7
LABEL = "Changing the code"


def main() -> int:
    """Prints what is noticed; 1 where that is too little."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("notebooks", type=Path, nargs="*")
    parser.add_argument("--survivors", action="store_true", help="Print what is not noticed.")
    options = parser.parse_args()
    default = [
        ROOT / "examples" / f"{name}.ipynb" for name in ("customer_churn_clean", "bike_rentals")
    ]
    missed = False
    for path in options.notebooks or default:
        killed, mutants = measure(path, survivors=options.survivors)
        share = killed / max(mutants, 1)
        print(f"{path.stem}: {killed} of {mutants} changes noticed, {share:.0%}\n")
        missed |= share < ASKED
    return int(missed)


def measure(path: Path, *, survivors: bool) -> tuple[int, int]:
    """Proposes tests of all cells of a notebook; gives what they notice, and of how many."""
    file = notebook_file.read(path)
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    killed = mutants = 0
    for cell in dataflow.cells:
        number = file.notebook.index_of(cell) + 1
        moments: dict[str, list[float]] = {}

        def progress(_share: float, label: str, seen: dict[str, list[float]] = moments) -> None:
            seen.setdefault(label, []).append(time.monotonic())

        try:
            # Those that it has already were not generated.
            plan = msgspec.structs.replace(plan_of(file.notebook, dataflow, cell), tests=[])
            kernel = file.notebook.kernelspec
            found = suggest(plan, kernel, path.resolve().parent, progress=progress)
        except CannotSuggestError as error:
            print(f"cell {number:>3}: {error}")
            continue
        worth = found.worth
        killed += worth.killed
        mutants += worth.mutants
        names = ", ".join(each.name for each in found.proposals)
        spent = 0.0
        if LABEL in moments:
            spent = moments["Running the tests once more"][0] - moments[LABEL][0]
        each = f"{1000 * spent / len(plan.mutants):.0f} ms a change, " if plan.mutants else ""
        print(
            f"cell {number:>3}: {worth.killed:>3} of {worth.mutants:>3} "
            f"(of {len(plan.mutants)} tried), {each}{found.seconds:.1f} s: {names}"
        )
        for one in worth.survivors if survivors else ():
            print(f"          line {one.line + 1}: {one.title}")
    return killed, mutants


if __name__ == "__main__":
    sys.exit(main())
