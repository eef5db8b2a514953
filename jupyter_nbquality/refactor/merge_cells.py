"""Makes one cell of several that stand one below the other."""

import ast
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    Operation,
    replace_source,
    source_hash,
)
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.carried_tests import KEY as TESTS
from jupyter_nbquality.refactor.carried_tests import gathered_in
from jupyter_nbquality.refactor.magic_values import magic_shown_last
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.showing import (
    display_edits,
    draws,
    ends_figure,
    has_outputs,
    refuse_history,
    shown_last,
    shows,
)
from jupyter_nbquality.refactor.text_edits import edited

ACTING_TAGS = frozenset(
    {"parameters", "injected-parameters", "raises-exception", "skip-execution", "nbval-skip",
     "nbval-raises-exception", "nbval-ignore-output", "nbval-check-output"}
)  # fmt: skip
"""Tags by which other tools run or check a cell otherwise."""


class Merge(msgspec.Struct, frozen=True, tag_field="kind", tag="merge"):
    """One cell in place of several.

    Attributes:
        plan: The changes.
        cell: The id of the cell that is left.
        source: What it holds.
        warnings: What a person should know, in sentences.
    """

    plan: EditPlan
    cell: str
    source: str
    warnings: list[str]


@refusing
def merge_cells(
    notebook: Notebook, cells: Sequence[str], *, libraries: Libraries | None = None
) -> Merge:
    """Makes one cell of several.

    What the upper ones showed at their ends is still shown. If one of them alone has outputs, that
    one is left, with its outputs, count and tags. The tests of all are then its own.

    Args:
        notebook: The document.
        cells: The ids of the cells, of one type; nothing stands between them.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    chosen = _chosen(notebook, cells)
    refuse_metadata(chosen)
    if chosen[0].cell_type == "code":
        source = _merged_code(notebook, chosen, libraries)
    else:
        source = "\n\n".join(cell.source.strip("\n") for cell in chosen)
    kept = _kept(chosen)
    operations: list[Operation] = []
    change = replace_source(kept.id, kept.source, source)
    if source != kept.source:
        operations.append(ChangeCell(kept.id, change.source_hash, change.edits))
    operations += [
        DeleteCell(cell.id, source_hash(cell.source)) for cell in chosen if cell is not kept
    ]
    operations += gathered_in(kept, chosen)
    shown = [cell for cell in chosen if has_outputs(cell)]
    if len(shown) > 1:
        operations.append(ClearOutputs(kept.id))
    first = notebook.index_of(chosen[0].id) + 1
    title = f"Merge cells {first} to {first + len(chosen) - 1}"
    return Merge(
        EditPlan(title, operations), kept.id, source, list(losses(chosen, kept, len(shown) > 1))
    )


def _chosen(notebook: Notebook, cells: Sequence[str]) -> list[Cell]:
    wanted = set(cells)
    places = [place for place, cell in enumerate(notebook.cells) if cell.id in wanted]
    if len(places) < len(wanted):
        raise RefusedError("unknown-cell", "A selected cell is not in the notebook any more.")
    if len(places) < 2:
        raise RefusedError("one-cell", "Select two cells or more.")
    if places[-1] - places[0] >= len(places):
        raise RefusedError("not-adjacent", "The selected cells have others between them.")
    chosen = [notebook.cells[place] for place in places]
    if len({cell.cell_type for cell in chosen}) > 1:
        raise RefusedError("other-types", "The selected cells are of several types.")
    return chosen


def _kept(chosen: Sequence[Cell]) -> Cell:
    """Gives the cell that is left: the one whose outputs, or attachments, stay true."""
    attached = [cell for cell in chosen if "attachment:" in cell.source]
    if chosen[0].cell_type != "code" and len(attached) > 1:
        raise RefusedError(
            "attachments", "More than one of the cells has images attached to it.", attached[1].id
        )
    shown = [cell for cell in chosen if has_outputs(cell)]
    if chosen[0].cell_type != "code":
        shown = attached
    return shown[0] if len(shown) == 1 else chosen[0]


def refuse_metadata(chosen: Sequence[Cell]) -> None:
    """Refuses to make one cell of several that other tools run or check otherwise.

    Raises:
        RefusedError: A tag says so.
    """
    tags = [ACTING_TAGS & set(cell.tags) for cell in chosen]
    for cell, its in zip(chosen, tags, strict=True):
        if its != tags[0]:
            tag = min(its ^ tags[0])
            raise RefusedError("tags", f"The tag `{tag}` is of some of the cells only.", cell.id)
    if tags[0] & {"parameters", "injected-parameters"}:
        raise RefusedError("tags", "A cell of parameters must stay on its own.", chosen[0].id)


def _merged_code(notebook: Notebook, chosen: Sequence[Cell], libraries: Libraries | None) -> str:
    if not notebook.is_python:
        raise RefusedError("not-python", "The notebook is not in Python.")
    raising = {"raises-exception", "nbval-raises-exception"} & set(chosen[0].tags)
    if raising:
        raise RefusedError(
            "tags",
            f"A cell with the tag `{min(raising)}` may fail, and what stands below would not run.",
            chosen[0].id,
        )
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    known = [dataflow.cells[cell.id] for cell in chosen]
    for cell, each in zip(chosen, known, strict=True):
        _refuse_cell(cell, each, is_first=cell is chosen[0])
    refuse_history(dataflow.cells.values())
    _refuse_magic_values(chosen, known)
    _refuse_figures(dataflow, chosen)
    names = {
        name for each in dataflow.cells.values() for name in (*each.facts.binds, *each.facts.uses)
    }
    fresh = _fresh(names)
    texts = []
    for each in known:
        text = each.source
        shown = shown_last(each)
        if shown is not None and each is not known[-1]:
            text = edited(text, display_edits(each, shown, lambda: next(fresh)))
        texts.append(text.strip("\r\n"))
    source = _joined(texts)
    merged = CellFacts(source)
    if merged.state != "known" or _does_not_compile(merged):
        raise RefusedError("does-not-parse", "As one cell the code would not be Python.")
    if sum(len(each.masked.magics) for each in known) != len(merged.masked.magics):
        raise RefusedError("magic", "A line would be no magic any more in one cell with others.")
    return source


def _refuse_magic_values(chosen: Sequence[Cell], known: Sequence[CellFacts]) -> None:
    """Refuses to lose what a magic at the end of a cell shows."""
    for cell, each in zip(chosen[:-1], known, strict=False):
        magic = magic_shown_last(each)
        if magic is not None:
            raise RefusedError(
                "magic",
                f"`{magic.text.strip()[:60]}` may give a value, which is shown at the end of a "
                "cell alone.",
                cell.id,
            )


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _fresh(names: set[str]) -> Iterator[str]:
    number = 1
    while True:
        name = "shown" if number == 1 else f"shown_{number}"
        if name not in names:
            yield name
        number += 1


def _refuse_cell(cell: Cell, known: CellFacts, *, is_first: bool) -> None:
    if known.state in {"broken", "too deep"}:
        raise RefusedError("does-not-parse", "The cell does not parse.", cell.id)
    for magic in known.masked.magics:
        if magic.kind == "cell-magic":
            raise RefusedError("magic", f"`%%{magic.name}` takes a whole cell.", cell.id)
        if magic.kind == "automagic":
            raise RefusedError(
                "magic", f"`{magic.name}` is a magic without `%`, alone in a cell only.", cell.id
            )
    if known.masked.removed:
        raise RefusedError("indented", "The code of the cell is indented as a whole.", cell.id)
    for node in known.tree.body if known.tree is not None else ():
        if not is_first and isinstance(node, ast.ImportFrom) and node.module == "__future__":
            raise RefusedError(
                "future-import", "`from __future__ import` must stand on top of a cell.", cell.id
            )


def _refuse_figures(dataflow: Dataflow, chosen: Sequence[Cell]) -> None:
    """Refuses to leave a figure open that was shown and closed at the end of its cell."""
    for number, cell in enumerate(chosen[:-1]):
        if not draws(dataflow.graph.unit(cell.id).effective.facts):
            continue
        if ends_figure(dataflow.cells[cell.id]):
            continue
        rest = [dataflow.graph.unit(each.id).effective.facts for each in chosen[number + 1 :]]
        if any(draws(facts) or shows(facts) for facts in rest):
            raise RefusedError(
                "figures",
                "The cell draws: its figure is shown at the end of the cell, before what the next "
                "one does. End it with `plt.show()` to merge it.",
                cell.id,
            )


def _does_not_compile(known: CellFacts) -> bool:
    """Tells whether code that parses is refused all the same; nothing of it is run."""
    try:
        compile(
            known.masked.text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return False


def losses(chosen: Sequence[Cell], kept: Cell, cleared: bool) -> Iterator[str]:
    """Yields what is lost where several cells become one, in sentences.

    Args:
        chosen: The cells.
        kept: The one that is left.
        cleared: Whether its outputs are cleared.
    """
    if cleared:
        yield "The outputs are cleared, as they were of several cells; run it to see them."
    lost = sorted({tag for cell in chosen for tag in cell.tags} - set(kept.tags))
    if lost:
        yield f"The tags {', '.join(lost)} are lost."
    ours = {key for cell in chosen if cell is not kept for key in cell.metadata}
    keys = sorted(ours - {TESTS})
    if keys:
        yield f"What was kept with the other cells is lost: {', '.join(keys)}."
