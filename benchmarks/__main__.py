"""Run every benchmark: `python -m benchmarks [--corpus DIR]`, which is `make bench CORPUS=DIR`.

Without a corpus the examples stand in for it, and what only means something on many notebooks is
not judged.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def main() -> int:
    """Runs each benchmark in a process of its own; 1 where one of them missed what is asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path)
    corpus = parser.parse_args().corpus
    folder = str((corpus or ROOT / "examples").resolve())
    of_corpus = ["--corpus", folder] if corpus else []
    commands: list[tuple[str, list[str | Path]]] = [
        ("Checking a folder", [sys.executable, HERE / "bench_check.py", "--corpus", folder]),
        ("A look after an edit", [sys.executable, HERE / "bench_inspect.py", *of_corpus]),
        (
            "Names, and the time of the dataflow",
            [sys.executable, HERE / "bench_dataflow.py", *of_corpus],
        ),
        ("Slices that run alone", [sys.executable, HERE / "bench_slices.py"]),
        ("Stale marks in random sessions", [sys.executable, HERE / "bench_staleness.py"]),
        ("Refactorings, before and after", [sys.executable, HERE / "bench_refactor.py"]),
        ("Programs made of notebooks", [sys.executable, HERE / "bench_export.py"]),
        ("Data contracts and seeded faults", [sys.executable, HERE / "bench_contracts.py"]),
        ("Proposed tests and changed code", [sys.executable, HERE / "bench_mutation.py"]),
        ("The time of changed code", [sys.executable, HERE / "bench_mutants.py"]),
        ("pytest with the plugin", [sys.executable, HERE / "bench_pytest_plugin.py"]),
        ("Tests of cells", [sys.executable, HERE / "bench_tests.py"]),
        ("Slices of other tools", [sys.executable, HERE / "peers.py"]),
        ("Typing in the browser", [ROOT / "ui-tests" / "run-bench"]),
    ]
    # What stands beside this Python is found first, as in an active environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path}
    missed = []
    for title, command in commands:
        print(f"\n== {title}\n", flush=True)
        if subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode:
            missed.append(title)
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEverything asked is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
