"""Measure what the pytest plugin costs: `python benchmarks/bench_pytest_plugin.py`.

Processor time (user) of `pytest --nbval-lax` on five notebooks without tests of cells, with the
plugin and without it in turn, the median of seven runs of each, kernels included. Then what a
hundred tests of cells add to a notebook.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

HERE = Path(__file__).resolve().parent
NOTEBOOKS = ("merge_and_clean", "classes", "sales_by_shop", "report", "text_counts")
RUNS = 7
MOST_SHARE = 0.03
MOST_SECONDS = 3.0
CELLS, TESTS_OF_CELL = 10, 10


def main() -> int:
    """Prints the times; 1 where more is taken than is asked."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        stub = place / "without" / "jupyter_nbquality"
        stub.mkdir(parents=True)
        (stub / "__init__.py").touch()
        (stub / "pytest_plugin.py").touch()
        # Some write files.
        folder = Path(shutil.copytree(HERE / "notebooks", place / "notebooks"))
        paths = [f"{name}.ipynb" for name in NOTEBOOKS]
        taken: dict[str, list[float]] = {"": [], str(stub.parent): []}
        for number in range(RUNS + 1):
            for search, times in taken.items():
                user = run(paths, folder, search)[0]
                # The first of each compiles modules, which are kept wherever they are installed.
                if number:
                    times.append(user)
        with_it, without = (statistics.median(times) for times in taken.values())
        share = with_it / without - 1
        print(
            f"{len(paths)} notebooks, user time: {without:.2f} s without, {with_it:.2f} s with the "
            f"plugin: {share:+.1%} (asked: at most {MOST_SHARE:.0%})"
        )
        files = [story(place / f"{count}.ipynb", count) for count in (0, TESTS_OF_CELL)]
        bare, tested = (min(run([str(file)], place, "")[1] for _ in range(3)) for file in files)
        print(
            f"{CELLS * TESTS_OF_CELL} tests of cells add {tested - bare:.2f} s of processor time "
            f"(asked: under {MOST_SECONDS:g} s)"
        )
    return int(share > MOST_SHARE or tested - bare > MOST_SECONDS)


def run(notebooks: list[str], folder: Path, search: str) -> tuple[float, float]:
    """Runs pytest with nbval.

    Args:
        notebooks: What it runs.
        folder: Where.
        search: A folder in which modules are looked for first.

    Returns:
        User time of it and its kernels, and all of their processor time.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = {name: text for name, text in os.environ.items() if "DONTWRITE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "-p", "no:cacheprovider", *notebooks],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": search,
            "PYTHONPYCACHEPREFIX": f"{tempfile.gettempdir()}/nbquality-bytecode",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"pytest failed:\n{done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    return user, user + after.ru_stime - before.ru_stime


def story(path: Path, tests: int) -> Path:
    """Writes a notebook of which each cell has so many tests."""
    cells = [new_code_cell("import math\nvalues = list(range(1000))")]
    for number in range(CELLS):
        cell = new_code_cell(f"total_{number} = sum(values) + {number}")
        if tests:
            source = [f"assert total_{number} == 499500 + {number}\n", "assert math.pi > 3"]
            cell.metadata["nbquality"] = {
                "tests": [{"name": f"t{each}", "source": source} for each in range(tests)]
            }
        cells.append(cell)
    nbformat.write(new_notebook(cells=cells), path)
    return path


if __name__ == "__main__":
    sys.exit(main())
