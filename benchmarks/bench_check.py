"""Measure `nbquality check` on notebooks: `python benchmarks/bench_check.py --corpus DIR`.

Times, each the median of several runs of the real commands in turn: bare `ruff check --no-cache`,
`nbquality check --no-cache`, and `nbquality check` on unchanged files. What is asked of them is
bound to what ruff takes, so it is judged only where ruff takes a second or more. A corpus for which
ruff needs less is taken several times: in each copy every cell of code gets a line of its own, so
that nothing that is kept for one copy helps with another. Then counts findings by rule, and the
problems that are shown on first opening a good notebook.
"""

import argparse
import contextlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_nbquality import notebook_file
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.ruff import binary

RUNS = 5
COLD = (0.5, 2.5)
WARM = (0.4, 0.3)
PROBLEMS_SHOWN = 5
ENOUGH = 100
"""A corpus of fewer notebooks is not taken several times: it stands for nothing."""
LONG_ENOUGH = 1.3
"""Seconds that ruff is to take."""
MOST_COPIES = 40


def timed(command: Sequence[str | Path], folder: Path) -> float:
    """Runs a command once and gives its seconds; 0 and 1 are both ordinary answers."""
    # Python keeps what it compiled, as it does wherever the package is installed.
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
    }
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
    return seconds


def add_copy(corpus: Path, folder: Path, number: int) -> None:
    """Copies the notebooks of a corpus, with a line more in each cell of code."""
    for file in corpus.rglob("*.ipynb"):
        data = file.read_bytes()
        with contextlib.suppress(ValueError, TypeError, AttributeError, LookupError):
            notebook = json.loads(data)
            for cell in notebook["cells"]:
                source = "".join(cell["source"])
                if cell["cell_type"] == "code" and source and not source.startswith("%%"):
                    cell["source"] = f"{source}\n# copy {number}".splitlines(keepends=True)
            data = json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8")
        copy = folder / file.relative_to(corpus)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(data)


def measure_times(corpus: Path, notebooks: int) -> dict[str, Any]:
    """Times the commands on a copy of the corpus, in turn, so that all meet the same machine."""
    nbquality = Path(sys.executable).with_name("nbquality")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "corpus"
        shutil.copytree(corpus, folder / "0")
        ruff = (binary(), "check", "--no-cache", "--quiet", ".")
        timed(ruff, folder)
        copies = 1
        if notebooks >= ENOUGH:
            copies = min(MOST_COPIES, math.ceil(LONG_ENOUGH / timed(ruff, folder)))
        for number in range(1, copies):
            add_copy(corpus, folder / str(number), number)
        cold = (nbquality, "check", "--no-cache", "--quiet", ".")
        warm = (nbquality, "check", "--quiet", ".")
        for command in (ruff, cold, warm):
            timed(command, folder)
        runs = [[timed(command, folder) for command in (ruff, cold, warm)] for _ in range(RUNS)]
    medians = [statistics.median(column) for column in zip(*runs, strict=True)]
    return {"copies": copies, **dict(zip(("ruff_s", "cold_s", "warm_s"), medians, strict=True))}


def count_findings(files: Sequence[Path]) -> tuple[Counter[str], int]:
    """Counts the findings by rule, as the command line does, and the unreadable notebooks."""
    linter = Linter()
    counts: Counter[str] = Counter()
    unreadable = 0
    for file in files:
        try:
            notebook = notebook_file.read(file).notebook
        except notebook_file.UnreadableNotebookError:
            unreadable += 1
            continue
        result = linter.lint(notebook, LintOptions(folder=file.parent))
        counts.update(finding.code for finding in result.findings)
    return counts, unreadable


def problems_shown(files: Sequence[Path]) -> list[int]:
    """Counts what the panel calls problems on first opening each notebook."""
    linter = Linter()
    shown = []
    for file in files:
        notebook = notebook_file.read(file).notebook
        result = linter.lint(notebook, LintOptions(folder=file.parent, live=True))
        shown.append(sum(finding.severity != "info" for finding in result.findings))
    return shown


def measure(corpus: Path) -> dict[str, Any]:
    """Measures all of it."""
    files = sorted(corpus.rglob("*.ipynb"))
    good_list = corpus / "good.txt"
    good = (
        [corpus / line for line in good_list.read_text("utf-8").splitlines()]
        if good_list.exists()
        else files
    )
    counts, unreadable = count_findings(files)
    shown = problems_shown(good)
    return {
        "notebooks": len(files),
        "unreadable": unreadable,
        "cores": os.cpu_count(),
        **measure_times(corpus, len(files)),
        "good_notebooks": len(good),
        "median_problems_shown": statistics.median(shown),
        "findings": dict(counts.most_common()),
    }


def report(result: dict[str, Any]) -> bool:
    """Prints the result in words; whether everything asked is met."""
    unreadable = f"{result['unreadable']} unreadable"
    print(f"{result['notebooks']} notebooks ({unreadable}), {result['cores']} cores")
    if result["copies"] > 1:
        print(f"timed on {result['copies']} copies of them, no two cells of code alike")
    print(f"ruff check --no-cache        {result['ruff_s']:7.2f} s")
    met = True
    judged = result["ruff_s"] >= 1
    for name, words, (base, factor) in (
        ("cold_s", "nbquality check --no-cache", COLD),
        ("warm_s", "nbquality check, unchanged", WARM),
    ):
        limit = base + factor * result["ruff_s"]
        kept = result[name] <= limit
        met = met and (kept or not judged)
        verdict = ("met" if kept else "missed") + (
            "" if judged else ", not judged: ruff takes too little"
        )
        print(f"{words:28} {result[name]:7.2f} s   limit {limit:.2f} s ({verdict})")
    shown = result["median_problems_shown"]
    met = met and shown <= PROBLEMS_SHOWN
    good = f"opening one of {result['good_notebooks']} good notebooks"
    print(f"problems on {good}, median: {shown:g} (limit {PROBLEMS_SHOWN})")
    print("\n| rule | findings |\n|---|--:|")
    for code, count in result["findings"].items():
        print(f"| {code} | {count} |")
    return met


def main() -> int:
    """Runs the benchmark from the command line; 1 where something asked is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.corpus)
    if arguments.json:
        print(json.dumps(result, indent=2))
        return 0
    return 0 if report(result) else 1


if __name__ == "__main__":
    sys.exit(main())
