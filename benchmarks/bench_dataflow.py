"""Measure the dataflow: `python benchmarks/bench_dataflow.py [--corpus DIR]`.

*Names*: what every cell that parses binds and reads at the notebook's level, against CPython's own
`symtable`. *Speed*, in time of the processor: microseconds a cell for parsing, names and
dependencies, beside bare `ast.parse` in the same run; a notebook of a thousand cells from nothing,
and after an edit of one of them; made-up notebooks of a thousand cells that all have to do with one
another. Without a corpus the notebooks of `examples/` and
`benchmarks/notebooks/` are taken.
"""

import argparse
import ast
import gc
import random
import statistics
import symtable
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.walker import walk
from jupyter_nbquality.ipython import mask, parse
from jupyter_nbquality.notebook import Cell, Notebook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MOST_TIMES = 6.0
MOST_MS_FROM_NOTHING = 250.0
MOST_MS_AFTER_AN_EDIT = 5.0
MOST_SECONDS_DENSE = 5.0
CELLS = 1_000
DENSE = {
    "the same names in each cell": "b = f(a)\nc = b\nc.append(a)\ndf2 = g(df, c)\ndf = df2",
    "functions and objects of earlier cells": (
        "def f{n}(a):\n    a.append(x{i})\n    return f{j}(a)\n"
        "x{n} = f{k}(x{i})\ny = x{j}\ny.append(x{n})"
    ),
    "classes and objects of earlier cells": (
        "class C{n}(C{i}):\n    def m(self, x):\n        self.x = C{j}(x)\n        o{k}.m(x)\n"
        "o{n} = C{n}(o{j})\no{n}.m(o{i})"
    ),
}
"""What stands in each cell, with the numbers of earlier ones."""
REPEATS = 5


def notebooks_in(folders: list[Path]) -> Iterator[Notebook]:
    """Yields the Python notebooks in folders."""
    for folder in folders:
        for file in sorted(folder.rglob("*.ipynb")):
            try:
                notebook = notebook_file.read(file).notebook
            except (notebook_file.UnreadableNotebookError, OSError):
                continue
            if notebook.is_python:
                yield notebook


def in_symtable(text: str) -> tuple[set[str], set[str]]:
    """Gives the names that code binds and reads at module level, also from within functions."""
    table = symtable.symtable(text, "cell", "exec")
    binds, reads = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            reads.add(symbol.get_name())
    todo = table.get_children()
    while todo:
        inner = todo.pop()
        todo += inner.get_children()
        for symbol in inner.get_symbols():
            if symbol.is_global():
                if symbol.is_referenced():
                    reads.add(symbol.get_name())
                if symbol.is_declared_global() and symbol.is_assigned():
                    binds.add(symbol.get_name())
    return binds, reads


def why(text: str, name: str, what: str) -> str:
    """Gives the reason of a difference where it is a known one."""
    tree = ast.parse(text)
    if what == "read, against symtable":
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and name in node.value
            ):
                return "it stands in a text: a query, code to evaluate, an annotation"
            if (
                isinstance(node, ast.AugAssign)
                and isinstance(node.target, ast.Name)
                and node.target.id == name
            ):
                return "`x += 1` reads x"
        for node in ast.walk(tree):
            if isinstance(node, ast.Delete) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            ):
                return "`del x` under `global x` needs x"
    return ""


def names_against_symtable(notebooks: list[Notebook]) -> int:
    """Compares the names of all cells; gives the number of differences without a reason."""
    cells = unexplained = explained = 0
    for notebook in notebooks:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            masked = mask(cell.source)
            if not masked.is_python:
                continue
            try:
                tree = parse(masked)
                binds, reads = in_symtable(masked.text)
            except (SyntaxError, ValueError):
                continue
            cells += 1
            occurrences = walk(tree).occurrences
            ours_bound = {name for name, _node, what in occurrences if what in {"bind", "delete"}}
            ours_read = {name for name, _node, what in occurrences if what in {"read", "later"}}
            for what, names in (
                ("bound, against symtable", ours_bound - binds),
                ("not bound, against symtable", binds - ours_bound),
                ("read, against symtable", ours_read - reads),
                ("not read, against symtable", reads - ours_read),
            ):
                for name in sorted(names):
                    reason = why(masked.text, name, what)
                    explained += bool(reason)
                    unexplained += not reason
                    place = f"{notebook.path} cell {notebook.index_of(cell.id) + 1}"
                    print(f"  {place}: `{name}` {what}: {reason or 'NO REASON'}")
    print(f"names: {cells} cells, {explained} differences with a reason, {unexplained} without")
    return unexplained


def microseconds_a_cell(notebooks: list[Notebook]) -> tuple[float, float]:
    """Gives the time of bare parsing, and of all we do, for a cell of the notebooks."""
    texts = [
        masked.text
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code" and (masked := mask(cell.source)).is_python
    ]
    cells = sum(cell.cell_type == "code" for notebook in notebooks for cell in notebook.cells)
    bare, ours = [], []
    libraries = Libraries()
    for _repeat in range(REPEATS):
        gc.collect()
        began = time.process_time()
        for text in texts:
            try:
                ast.parse(text)
            except (SyntaxError, ValueError):
                continue
        bare.append(time.process_time() - began)
        gc.collect()
        began = time.process_time()
        for notebook in notebooks:
            dataflow = Dataflow(libraries)
            dataflow.update(notebook)
            dataflow.graph.dependencies()
        ours.append(time.process_time() - began)
    return min(bare) / len(texts) * 1e6, min(ours) / cells * 1e6


def large_notebook(notebooks: list[Notebook]) -> Notebook:
    """Makes a notebook of a thousand code cells of whole real ones, as long as they last."""
    cells: list[Cell] = []
    chosen = list(notebooks)
    random.Random(1).shuffle(chosen)
    while len(cells) < CELLS:
        for notebook in chosen:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cells.append(Cell(f"cell-{len(cells)}", "code", cell.source))
    return Notebook("large.ipynb", cells[:CELLS])


def large_in_ms(notebook: Notebook) -> tuple[float, float, float]:
    """Gives the time from nothing; the median and the worst of edits of one cell."""
    libraries = Libraries()
    whole, edits = [], []
    for _repeat in range(REPEATS):
        gc.collect()
        dataflow = Dataflow(libraries)
        began = time.process_time()
        dataflow.update(notebook)
        dataflow.graph.dependencies()
        whole.append((time.process_time() - began) * 1e3)
    cells = list(notebook.cells)
    chance = random.Random(2)
    for number in range(60):
        at = chance.randrange(len(cells))
        cell = cells[at]
        cells[at] = Cell(cell.id, "code", f"{cell.source}\nadded_{number} = {number}")
        edited = Notebook(notebook.path, list(cells))
        began = time.process_time()
        dataflow.update(edited)
        edits.append((time.process_time() - began) * 1e3)
    return min(whole), statistics.median(edits), max(edits)


def dense_in_seconds(text: str) -> float:
    """Gives the time for a thousand cells of one form."""
    chance = random.Random(3)
    cells = [
        Cell(
            f"c{n}", "code", text.format(n=n, **{each: chance.randrange(n or 1) for each in "ijk"})
        )
        for n in range(CELLS)
    ]
    gc.collect()
    dataflow = Dataflow()
    began = time.process_time()
    dataflow.update(Notebook("dense.ipynb", cells))
    dataflow.graph.dependencies()
    return time.process_time() - began


def main() -> int:
    """Measures; 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--corpus", type=Path)
    corpus = parser.parse_args().corpus
    warnings.simplefilter("ignore")
    folders = [corpus] if corpus else [ROOT / "examples", HERE / "notebooks"]
    notebooks = list(notebooks_in(folders))
    if not notebooks:
        print("There are no Python notebooks.")
        return 1
    missed = names_against_symtable(notebooks)
    bare, ours = microseconds_a_cell(notebooks)
    times = ours / bare
    print(
        f"speed: ast.parse {bare:.0f} µs a cell; parse, names and dependencies {ours:.0f} µs: "
        f"{times:.1f} times (at most {MOST_TIMES:g})"
    )
    whole, edit, worst = large_in_ms(large_notebook(notebooks))
    print(
        f"{CELLS} cells: {whole:.0f} ms from nothing (at most {MOST_MS_FROM_NOTHING:g}); "
        f"{edit:.1f} ms after an edit, {worst:.1f} at worst (at most {MOST_MS_AFTER_AN_EDIT:g})"
    )
    dense = {name: dense_in_seconds(text) for name, text in DENSE.items()}
    for name, seconds in dense.items():
        print(f"{CELLS} cells, {name}: {seconds:.1f} s (at most {MOST_SECONDS_DENSE:g})")
    fast = times <= MOST_TIMES and whole <= MOST_MS_FROM_NOTHING and edit <= MOST_MS_AFTER_AN_EDIT
    fast = fast and max(dense.values()) <= MOST_SECONDS_DENSE
    return 0 if fast and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
