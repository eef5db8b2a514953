"""Print findings to be read by eye: `python benchmarks/sample_findings.py --corpus DIR`.

Takes a random sample of each rule's findings, the same one each time for a seed, and prints each
with the lines around it and what its first fix would change. `--counts` prints how often each rule
speaks instead, as the table in README.md has it.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from statistics import median

from jupyter_nbquality import notebook_file
from jupyter_nbquality.edits import ChangeCell, apply_text_edits
from jupyter_nbquality.findings import Finding, Severity
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.notebook import Notebook

Found = tuple[Path, Finding]

LONGEST = 200
"""How much is printed of a line."""


def look(files: Sequence[Path], *, live: bool = False) -> dict[str, list[Found]]:
    """Gives the findings of all notebooks by rule, as the command line or the panel has them."""
    linter = Linter()
    found: defaultdict[str, list[Found]] = defaultdict(list)
    for file in files:
        try:
            notebook = notebook_file.read(file).notebook
        except notebook_file.UnreadableNotebookError:
            continue
        for finding in linter.lint(notebook, LintOptions(live=live, folder=file.parent)).findings:
            found[finding.code].append((file, finding))
    return dict(sorted(found.items()))


def sample(found: Sequence[Found], count: int, seed: str) -> list[Found]:
    """Draws findings without putting back; in the order of the notebooks."""
    chosen = random.Random(seed).sample(range(len(found)), min(count, len(found)))
    return [found[index] for index in sorted(chosen)]


def excerpt(notebook: Notebook, finding: Finding, context: int) -> Iterator[str]:
    """Yields the lines around a finding, with marks under what it stands on."""
    cell = notebook.cell(finding.cell) if finding.cell else None
    if cell is None:
        return
    lines = cell.source.splitlines()
    span = finding.range
    first = span.start.line if span else 0
    last = span.end.line if span else first
    for number in range(max(first - context, 0), min(last + context + 1, len(lines))):
        line = lines[number][:LONGEST]
        yield f"  {number + 1:4} | {line}"
        if span and number == first:
            end = span.end.column if last == first else len(line)
            yield "       | " + " " * span.start.column + "^" * max(end - span.start.column, 1)


def change(notebook: Notebook, finding: Finding) -> Iterator[str]:
    """Yields what the first fix of a finding would do."""
    if not finding.fixes:
        return
    yield "  fixes: " + ", ".join(f"{each.title} ({each.applicability})" for each in finding.fixes)
    for operation in finding.fixes[0].plan.operations:
        cell = notebook.cell(operation.cell) if isinstance(operation, ChangeCell) else None
        if cell is None or not isinstance(operation, ChangeCell):
            yield f"    {operation!r}"[:LONGEST]
            continue
        before, after = cell.source, apply_text_edits(cell.source, operation.edits)
        diff = unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
        yield from (f"    {line[:LONGEST]}" for line in list(diff)[2:])


def show(found: Found, folder: Path, context: int) -> None:
    """Prints one finding."""
    path, finding = found
    notebook = notebook_file.read(path).notebook
    numbers = {cell.id: number for number, cell in enumerate(notebook.cells, 1)}
    place = path.relative_to(folder).as_posix()
    if finding.cell:
        place += f", cell {numbers[finding.cell]} of {len(numbers)}"
    print(f"\n--- {finding.code} {finding.severity} · {place}\n  {finding.message}")
    for line in (*excerpt(notebook, finding, context), *change(notebook, finding)):
        print(line)


def print_counts(found: dict[str, list[Found]], files: Sequence[Path], folder: Path) -> None:
    """Prints how often each rule speaks, in which share of notebooks, and how much one is told."""
    good_list = folder / "good.txt"
    names = good_list.read_text("utf-8").splitlines() if good_list.exists() else []
    good = {folder / name for name in names}
    print("| rule | findings | all notebooks | good notebooks |\n|---|--:|--:|--:|")
    for code, all_of_it in sorted(found.items(), key=lambda item: -len(item[1])):
        told = {path for path, _ in all_of_it}
        shares = " | ".join(_percent(len(told & some), len(some)) for some in (set(files), good))
        print(f"| {code} | {len(all_of_it)} | {shares} |")
    counts = Counter(path for all_of_it in found.values() for path, _ in all_of_it)
    problems = Counter(
        path
        for all_of_it in found.values()
        for path, finding in all_of_it
        if finding.severity is not Severity.INFO
    )
    for name, some in (("all", set(files)), ("good", good)):
        if some:
            print(
                f"\n{name}: median {median(counts[path] for path in some):g} findings, "
                f"{median(problems[path] for path in some):g} that are no notes; "
                f"most {max(counts[path] for path in some)}"
            )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def main() -> int:
    """Prints the samples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rule", action="append", help="only this rule; may be given repeatedly")
    parser.add_argument("--count", type=int, default=20, help="findings per rule (20)")
    parser.add_argument("--context", type=int, default=6, help="lines around each (6)")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--counts", action="store_true", help="the table instead")
    parser.add_argument("--live", action="store_true", help="as the panel shows them on opening")
    arguments = parser.parse_args()
    folder = arguments.corpus.resolve()
    files = sorted(folder.rglob("*.ipynb"))
    found = look(files, live=arguments.live)
    if arguments.counts:
        print_counts(found, files, folder)
        return 0
    for code, all_of_it in found.items():
        if arguments.rule and code not in arguments.rule:
            continue
        print(f"\n=== {code}: {len(all_of_it)} findings")
        for each in sample(all_of_it, arguments.count, f"{arguments.seed} {code}"):
            show(each, folder, arguments.context)
    return 0


if __name__ == "__main__":
    sys.exit(main())
