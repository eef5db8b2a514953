"""Make programs of real notebooks and run them: `python benchmarks/bench_export.py [NOTEBOOK …]`.

Each notebook runs twice in a fresh kernel, and what `nbquality export` makes of it once with the
same Python, each in a copy of its folder. *The same* is a program that ends well and prints, word
for word, what the cells show as text; pictures and standard error are not compared, nor cells that
show something else in the second run. Notebooks that raise themselves are left out. Without
notebooks those of `examples/` and of `benchmarks/notebooks/` are tried.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench_slices import own_notebooks

from jupyter_nbquality import notebook_file
from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.execution.program import ProgramToRun, prove_program
from jupyter_nbquality.execution.proof import Setting
from jupyter_nbquality.execution.verdict import Step
from jupyter_nbquality.refactor.export import Program, export_program

LIMIT = 0.9
KERNEL = "nbquality-bench"


class Tally:
    """What came of some notebooks.

    Attributes:
        all: How many there were that run themselves.
        written: How many became programs.
        ran: How many of these ended well.
        same: How many printed the same.
        flat: How many were not cut into functions.
        functions: How many functions of sections each has.
        refusals: How often each reason was given.
    """

    def __init__(self) -> None:
        self.all = self.written = self.ran = self.same = self.flat = 0
        self.functions: list[int] = []
        self.refusals: Counter[str] = Counter()

    def __str__(self) -> str:
        """Gives some lines to read."""
        if not self.all:
            return "none"
        refusals = ", ".join(f"{code} {times}" for code, times in self.refusals.most_common())
        return (
            f"{self.all} notebooks: {self.written} become programs, {self.ran} of these run, "
            f"{self.same} print the same ({self.same / self.all:.1%} of all)\n"
            f"refused: {refusals or 'none'}; functions of sections, median "
            f"{median(self.functions or [0]):g}; {self.flat} in one piece"
        )


@contextmanager
def kernel_of(python: str) -> Iterator[str]:
    """Makes a kernel of a Python known for a while; gives its name."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "kernels" / KERNEL
        folder.mkdir(parents=True)
        spec = {
            "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": KERNEL,
            "language": "python",
        }
        (folder / "kernel.json").write_text(json.dumps(spec))
        before = os.environ.get("JUPYTER_PATH", "")
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [temporary, before]))
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        yield KERNEL


def try_notebook(file: Path, kernel: str, seconds: float, tally: Tally) -> str:
    """Tries a notebook; says what came of it."""
    notebook = notebook_file.read(file).notebook
    if not notebook.is_python:
        return "left out, not in Python"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if not cells:
        return "left out, no code"
    made = export_program(notebook, "script", file.with_suffix(".py"))
    if isinstance(made, Program):
        program = ProgramToRun(["nbquality_export.py"], {"nbquality_export.py": made.text})
    else:
        program = ProgramToRun(["-c", "raise SystemExit('refused')"])
    verdict = prove_program(
        [Step(cell.id, cell.source) for cell in cells],
        program,
        Setting(file.parent, kernel, seconds),
        may_raise=[cell.id for cell in cells if "raises-exception" in cell.tags],
    )
    if verdict.state == "could-not-run":
        return f"left out, {verdict.reason}"
    if verdict.cells < len(cells) or any(
        found.what == "error" and found.before for found in verdict.differences
    ):
        return "left out, it raises itself"
    tally.all += 1
    if isinstance(made, Refusal):
        tally.refusals[made.code] += 1
        return f"refused, {made.message}"
    tally.written += 1
    tally.flat += not made.main
    tally.functions.append(len(made.functions))
    tally.ran += not any(found.what == "error" for found in verdict.differences)
    tally.same += verdict.state == "identical"
    skipped = f", {len(verdict.undecided)} cells not judged" if verdict.undecided else ""
    if verdict.state == "identical":
        return f"the same, {len(cells)} cells, {len(made.functions)} functions{skipped}"
    places = [
        f"cell {notebook.index_of(found.cell) + 1 if found.cell else '?'}: "
        f"{found.before!r} / {found.after!r}"
        for found in verdict.differences
    ]
    return f"differs; {'; '.join(places)}{skipped}"


def main() -> int:
    """Tries notebooks; 1 where too few print the same."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Python with what they import")
    parser.add_argument("--seconds", type=float, default=60, help="most seconds a cell may take")
    options = parser.parse_args()
    tally = Tally()
    with kernel_of(options.python) as kernel:
        for file in options.notebooks or own_notebooks():
            print(f"{file.name}: ", end="", flush=True)
            print(try_notebook(file, kernel, options.seconds, tally), flush=True)
    print(f"\n{tally}")
    return 0 if tally.same >= LIMIT * tally.all else 1


if __name__ == "__main__":
    sys.exit(main())
