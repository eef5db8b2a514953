"""Runs nbval's own tests with our pytest plugin and without it, and compares the outcomes.

Its tests are in its source package: `pip download --no-deps --no-binary :all: nbval`, then
unpack it, and `python -m benchmarks.nbval_suite nbval-0.11.0`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def main() -> None:
    """Prints what differs; exits with 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="the unpacked source package of nbval")
    source = parser.parse_args().source.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        # Found before the real one, wherever a test starts another pytest.
        stub = place / "without" / "jupyter_nbquality"
        stub.mkdir(parents=True)
        (stub / "__init__.py").touch()
        (stub / "pytest_plugin.py").touch()
        without = outcomes(source, place / "without.xml", [str(stub.parent)])
        with_it = outcomes(source, place / "with.xml", [])
    for test in sorted(without.keys() | with_it.keys()):
        if without.get(test) != with_it.get(test):
            print(f"{test}: {without.get(test)} without, {with_it.get(test)} with the plugin")
    counted = Counter(outcome for outcome, _ in without.values())
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))
    same = without == with_it and bool(without)
    print(f"{len(without)} tests of nbval ({told}): {'identical' if same else 'NOT identical'}")
    sys.exit(not same)


def outcomes(source: Path, report: Path, first: list[str]) -> dict[str, tuple[str, int]]:
    """Runs the tests.

    Args:
        source: Where they are.
        report: A file to write.
        first: Folders in which modules are looked for first.

    Returns:
        By test, its outcome, and how many of that name had it.
    """
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests", f"--junitxml={report}",
         "-p", "no:cacheprovider", "--continue-on-collection-errors"],
        cwd=source,
        env={**os.environ, "PATH": search, "PYTHONPATH": os.pathsep.join(first)},
        stdout=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    found: Counter[tuple[str, str]] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        ended = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        name = f"{case.get('classname')}::{case.get('name')}"
        found[name, ended[0] if ended else "passed"] += 1
    return {name: (ended, count) for (name, ended), count in found.items()}


if __name__ == "__main__":
    main()
