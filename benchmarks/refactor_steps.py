"""Refactorings other than extraction, tried on a notebook: see `bench_refactor`.

Many of one kind are done one after another, each on what the one before left, and the outcome is
run once. Where that does something else, each is tried on its own, to find which one it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from bench_slices import difference, wanted_names

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.edits import ChangeFile, EditPlan, Refusal
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.definitions import definitions_of
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.extract_module import Place, extract_module
from jupyter_nbquality.refactor.inline import inline
from jupyter_nbquality.refactor.merge_cells import merge_cells
from jupyter_nbquality.refactor.move_cell import move_cell
from jupyter_nbquality.refactor.rename import rename
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.split_cell import split_cell, suggest_splits

MODULE = "moved_for_bench"
Planned = tuple[EditPlan, "Groups"] | Refusal
Groups = dict[str, list[str]]
"""For each cell that is left, the cells of before whose work it does, itself where none."""


class Step(NamedTuple):
    """A refactoring that may be tried.

    Attributes:
        title: What it is, to read.
        plan: Plans it on a notebook as it is then.
        names: The new names of names.
        values: Whether values are compared: those of a class that is renamed tell its name.
    """

    title: str
    plan: Callable[[Notebook], Planned]
    names: Mapping[str, str] = {}
    values: bool = True


class Base(NamedTuple):
    """A notebook of code cells alone, and what two runs of it gave.

    Attributes:
        notebook: Its cells.
        cells: What is known of them.
        runs: The results, by cell.
        failed: The cells that fail.
    """

    notebook: Notebook
    cells: dict[str, CellFacts]
    runs: list[dict[str, Any]]
    failed: set[str]


class Done(NamedTuple):
    """A notebook after some steps."""

    notebook: Notebook
    groups: Groups
    names: dict[str, str]
    steps: list[Step]


def base_of(notebook: Notebook, cells: dict[str, CellFacts], runs: Sequence[Any]) -> Base:
    """Makes the base of trials from two runs of the code cells of a notebook."""
    kept = [cell for cell in notebook.cells if cell.id in cells]
    found = [dict(zip(cells, run["cells"], strict=True)) for run in runs]
    failed = {key for run in found for key, cell in run.items() if cell["error"]}
    return Base(msgspec.structs.replace(notebook, cells=kept), cells, found, failed)


def names_to_tell(cells: Mapping[str, CellFacts]) -> dict[str, list[str]]:
    """Gives the names whose values are told after each cell: its own, and of the one above."""
    found = {}
    before: list[str] = []
    for key, known in cells.items():
        own = wanted_names(known)
        found[key] = sorted({*before, *own})
        before = own
    return found


# ── what is tried ──


def renames(base: Base) -> Iterator[Step]:
    """Yields a new name for every name that the notebook binds."""
    names = dict.fromkeys(name for known in base.cells.values() for name in known.facts.binds)
    classes = {
        name
        for known in base.cells.values()
        for name, function in known.facts.functions.items()
        if function.is_class
    }
    for name in names:
        if name in GIVEN_NAMES or name.startswith("_"):
            continue
        new = f"{name}_renamed"

        def plan(notebook: Notebook, old: str = name, new: str = new) -> Planned:
            made = rename(notebook, old, new)
            return made if isinstance(made, Refusal) else (made.plan, {})

        yield Step(f"rename {name}", plan, {name: new}, name not in classes)


def inlines(base: Base) -> Iterator[Step]:
    """Yields the inlining of every name that the notebook binds."""
    for step in renames(base):
        (name,) = step.names

        def plan(notebook: Notebook, name: str = name) -> Planned:
            made = inline(notebook, name)
            return made if isinstance(made, Refusal) else (made.plan, {})

        yield Step(f"inline {name}", plan, {name: ""})


def moves(base: Base, first: int) -> Iterator[Step]:
    """Yields the exchange of every other cell with the next one."""
    keys = [cell.id for cell in base.notebook.cells]
    for place in range(first, len(keys) - 1, 2):
        upper, lower = keys[place], keys[place + 1]

        def plan(notebook: Notebook, upper: str = upper, lower: str = lower) -> Planned:
            made = move_cell(notebook, upper, lower)
            return made if isinstance(made, Refusal) else (made.plan, {})

        yield Step(f"move cell {place + 1} below {place + 2}", plan)


def merges(base: Base) -> Iterator[Step]:
    """Yields the merge of every other cell with the next one."""
    keys = [cell.id for cell in base.notebook.cells]
    for place in range(0, len(keys) - 1, 2):
        pair = keys[place : place + 2]
        if set(pair) & base.failed:
            continue

        def plan(notebook: Notebook, pair: list[str] = pair) -> Planned:
            made = merge_cells(notebook, pair)
            if isinstance(made, Refusal):
                return made
            return made.plan, {made.cell: pair}

        yield Step(f"merge cells {place + 1} and {place + 2}", plan)


def splits(base: Base) -> Iterator[Step]:
    """Yields the split of every cell of two statements and more where it is proposed, or in two."""
    for place, (key, known) in enumerate(base.cells.items()):
        if len(known.statements) < 2 or key in base.failed:
            continue
        middle = known.statements[len(known.statements) // 2].first

        def plan(notebook: Notebook, key: str = key, middle: int = middle) -> Planned:
            proposed = suggest_splits(notebook, key)
            lines = [each.line for each in proposed] if isinstance(proposed, list) else []
            made = split_cell(notebook, key, lines or [middle])
            return made if isinstance(made, Refusal) else (made.plan, {})

        yield Step(f"split cell {place + 1}", plan)


def pairs(base: Base) -> Iterator[Step]:
    """Yields the extraction of every fourth pair of neighbours as one function."""
    keys = [cell.id for cell in base.notebook.cells]
    for place in range(0, len(keys) - 1, 4):
        pair = keys[place : place + 2]
        if set(pair) & base.failed:
            continue
        name = f"extracted_pair_{place + 1}"
        alone = extract_function(base.notebook, Selection(pair), name)
        lost = {} if isinstance(alone, Refusal) else dict.fromkeys(alone.loses, "")

        def plan(notebook: Notebook, pair: list[str] = pair, name: str = name) -> Planned:
            made = extract_function(notebook, Selection(pair), name)
            return made if isinstance(made, Refusal) else (made.plan, {pair[0]: pair})

        yield Step(f"extract cells {place + 1} and {place + 2}", plan, lost)


def try_modules(
    base: Base, run: Callable[[list[list[Any]], dict[str, str]], Any]
) -> Iterator[tuple[str, str | Refusal]]:
    """Moves each function and class to a module of its own, with what it needs.

    Args:
        base: The notebook.
        run: Runs cells beside files, given by their paths.

    Yields:
        What was moved, with what the notebook did otherwise; see `try_steps`.
    """
    for cell, known in base.cells.items():
        if cell in base.failed:
            continue
        for definition in definitions_of(cell, known):
            if definition.kind != "definition":
                continue
            (name,) = definition.names
            made = extract_module(
                base.notebook, [name], Place(f"{MODULE}.py", None, f"{MODULE}.py")
            )
            if isinstance(made, Refusal):
                yield f"module {name}", made
                continue
            files = {
                operation.path: operation.text
                for operation in made.plan.operations
                if isinstance(operation, ChangeFile)
            }
            # Values tell of their classes where these stand.
            step = Step("", lambda _notebook: Refusal("", "", None), {}, values=False)
            names = {"__main__": MODULE}
            done = Done(applied(base.notebook, made.plan), {}, names, [step])
            yield (
                f"module {name}",
                _miss(base, done, lambda wanted, files=files: run(wanted, files)),
            )


# ── trying ──


def try_steps(
    base: Base, steps: Sequence[Step], run: Callable[[list[list[Any]]], Any]
) -> Iterator[tuple[Step, str | Refusal]]:
    """Tries refactorings of a notebook.

    Args:
        base: The notebook.
        steps: What is tried.
        run: Runs cells: number, source and names.

    Yields:
        Each, with what it did otherwise; empty where all is the same, a refusal where it was none.
    """
    for values in (True, False):
        yield from _tried(base, [step for step in steps if step.values == values], run)


def _tried(
    base: Base, steps: Sequence[Step], run: Callable[[list[list[Any]]], Any]
) -> Iterator[tuple[Step, str | Refusal]]:
    done = Done(base.notebook, {}, {}, [])
    for step in steps:
        made = _after(done, step)
        if isinstance(made, Refusal):
            yield step, made
        else:
            done = made
    if not done.steps:
        return
    miss = _miss(base, done, run)
    if not miss or len(done.steps) == 1:
        yield from ((step, miss) for step in done.steps)
        return
    blamed = False
    for step in done.steps:
        alone = _after(Done(base.notebook, {}, {}, []), step)
        # What was done before may have made it possible.
        its = "" if isinstance(alone, Refusal) else _miss(base, alone, run)
        blamed = blamed or bool(its)
        yield step, its if its or blamed or step is not done.steps[-1] else f"together: {miss}"


def _after(done: Done, step: Step) -> Done | Refusal:
    made = step.plan(done.notebook)
    if isinstance(made, Refusal):
        return made
    plan, groups = made
    return Done(
        applied(done.notebook, plan),
        {**done.groups, **groups},
        {**done.names, **step.names},
        [*done.steps, step],
    )


def _miss(base: Base, done: Done, run: Callable[[list[list[Any]]], Any]) -> str:
    """Runs the changed notebook; says what it does otherwise."""
    cells = done.notebook.cells
    # What belongs to which cell of before: the parts of a split stand above the cell they are of.
    owners: list[list[str]] = []
    pending: list[int] = []
    for place, cell in enumerate(cells):
        owners.append(done.groups.get(cell.id, [cell.id] if cell.id in base.cells else []))
        pending.append(place)
        if owners[-1]:
            for each in pending:
                owners[each] = owners[-1]
            pending = []
    wanted = []
    for place, cell in enumerate(cells):
        names = {name for key in owners[place] for name in wanted_names(base.cells[key])}
        new = sorted({done.names.get(name, name) for name in names} - {""})
        wanted.append([place + 1, cell.source, new])
    result = run(wanted)
    if "failed" in result:
        return str(result["failed"])
    back = {new: old for old, new in done.names.items()}
    for owner in dict.fromkeys(map(tuple, owners)):
        if not owner or set(owner) & base.failed:
            continue
        found = _joined(
            [cell for cell, its in zip(result["cells"], owners, strict=True) if tuple(its) == owner]
        )
        found["values"] = {back.get(name, name): value for name, value in found["values"].items()}
        expected, again = (_expected(base, owner, each, done.names) for each in base.runs)
        found["outputs"] = [_as_before(output, back) for output in found["outputs"]]
        if not all(step.values for step in done.steps):
            expected["values"] = {}
        if len(owner) > 1:
            expected, again, found = map(_as_text, (expected, again, found))
        if miss := difference(expected, again, found):
            return f"cell {base.notebook.index_of(owner[0]) + 1} {miss}"
    return ""


def _expected(
    base: Base, owner: Sequence[str], run: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    wanted = {name for key in owner for name in wanted_names(base.cells[key])}
    # The last one tells the names of the one above as well.
    values = {
        name: value
        for name, value in run[owner[-1]]["values"].items()
        if name in wanted and names.get(name) != ""
    }
    return {**_joined([run[key] for key in owner]), "values": values}


def _joined(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Puts together what several cells gave, as if they were one."""
    texts = [cell["outputs"][:2] or ["", ""] for cell in cells]
    return {
        "error": next((cell["error"] for cell in cells if cell["error"]), ""),
        "outputs": [
            "".join(each[0] for each in texts),
            "".join(each[1] for each in texts),
            *(output for cell in cells for output in cell["outputs"][2:]),
        ],
        "values": {name: value for cell in cells for name, value in cell["values"].items()},
    }


def without_code(run: dict[str, Any]) -> dict[str, Any]:
    """Leaves out the lines of code that warnings show."""
    for cell in (*run.get("cells", ()), *run.get("again", ())):
        if len(cell["outputs"]) > 1:
            lines = cell["outputs"][1].splitlines()
            cell["outputs"][1] = "\n".join(line for line in lines if not line.startswith("  "))
    return run


def _as_before(text: str, names: Mapping[str, str]) -> str:
    """Undoes what help and ``{x=}`` show of names."""
    for new, old in names.items():
        if new:
            text = text.replace(new, old)
    return text


def _as_text(cell: dict[str, Any]) -> dict[str, Any]:
    """Keeps the lines that are shown: the runner prints what a cell shows at its end."""
    plain = [each[11:] for each in cell["outputs"][2:] if each.startswith("text/plain ")]
    lines = "\n".join([*cell["outputs"][:2], *plain]).splitlines()
    lines = sorted(line.removeprefix("Out: ") for line in lines if line not in {"", "Out: "})
    pictures = [each for each in cell["outputs"][2:] if each.startswith("picture ")]
    return {**cell, "outputs": ["\n".join(lines), *pictures]}


KINDS: dict[str, list[Callable[[Base], Iterator[Step]]]] = {
    "rename": [renames],
    "inline": [inlines],
    "move": [lambda base: moves(base, 0), lambda base: moves(base, 1)],
    "merge": [merges],
    "split": [splits],
    "pairs": [pairs],
}


def known_cells(notebook: Notebook) -> dict[str, CellFacts]:
    """Gives what is known of the code cells that can be run."""
    dataflow = Dataflow()
    dataflow.update(notebook)
    return {
        key: known
        for key, known in dataflow.cells.items()
        if known.state in {"known", "foreign"} and known.source.strip()
    }
