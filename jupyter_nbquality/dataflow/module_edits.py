"""Which results came from a local module as it was before it was edited."""

import re
from collections.abc import Callable, Mapping, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.staleness import Reason, RunRecord

_AUTORELOAD = re.compile(r"^\s*%?autoreload\s+(?:[23]|all|complete)\b", re.MULTILINE)
_NO_AUTORELOAD = re.compile(r"^\s*%?autoreload\s+(?:0|off)\b", re.MULTILINE)


def edited_modules(
    dataflow: Dataflow,
    records: Sequence[RunRecord],
    written: Callable[[str], float | None],
) -> Mapping[str, Sequence[Reason]]:
    """Finds the cells that read a local module which was written after they took it in.

    A kernel imports a module once; with ``%autoreload`` it takes in a new text whenever a cell
    runs, and ``reload(module)`` takes it in then. Where the time of a run is not known, nothing is
    said.

    Args:
        dataflow: Of the notebook.
        records: What ran since the kernel started, in order.
        written: Tells when a local module was written last, in seconds since 1970; ``None`` for
            what is no local module.

    Returns:
        The reasons, by the id of the cell.
    """
    modules = _local_names(dataflow, written)
    if not modules:
        return {}
    last = {record.cell: record for record in records if record.cell is not None}
    reloads = False
    for record in records:
        if "autoreload" in record.source:
            if _AUTORELOAD.search(record.source):
                reloads = True
            elif _NO_AUTORELOAD.search(record.source):
                reloads = False
    times = {module: time for _name, (module, time) in modules.items()}
    loaded = {module: _loaded(module, records) for module in times}
    found: dict[str, list[Reason]] = {}
    for cell, known in dataflow.cells.items():
        run = last.get(cell)
        if run is None or run.started is None:
            continue
        read = {modules[name][0] for name in modules.keys() & _names_read(dataflow, cell, known)}
        for module in sorted(read):
            taken_in = loaded[module]
            if times[module] > run.started and (reloads or taken_in is None):
                found.setdefault(cell, []).append(Reason("module-edited", module, None))
            elif not reloads and taken_in is not None and times[module] > taken_in:
                found.setdefault(cell, []).append(Reason("module-outdated", module, None))
    return found


def _local_names(
    dataflow: Dataflow, written: Callable[[str], float | None]
) -> dict[str, tuple[str, float]]:
    """Gives the names that hold a local module or a part of one, with the module and its time."""
    asked: dict[str, float | None] = {}
    names = {}
    for known in dataflow.cells.values():
        for name, target in known.facts.imports.items():
            module = target.partition(".")[0]
            if module not in asked:
                asked[module] = written(module)
            time = asked[module]
            if time is not None:
                names[name] = (module, time)
    return names


def _names_read(dataflow: Dataflow, cell: str, known: CellFacts) -> set[str]:
    """Gives what a cell reads, itself or in functions that it calls, though it binds it too."""
    facts = dataflow.graph.unit(cell).effective.facts
    read = {*facts.uses, *facts.waiting}
    for statement in known.statements:
        read.update(statement.uses)
    return read


def _loaded(module: str, records: Sequence[RunRecord]) -> float | None:
    """Tells when the kernel read a module: at the first import, or at the last reload."""
    word = re.escape(module)
    imports = re.compile(rf"^\s*(?:import\s.*\b{word}\b|from\s+{word}\b)", re.MULTILINE)
    reload = re.compile(rf"\breload\(\s*{word}\b|^\s*%?aimport\s.*\b{word}\b", re.MULTILINE)
    first: float | None = None
    is_known = False
    for record in records:
        if not is_known and imports.search(record.source):
            first, is_known = record.started, True
        elif is_known and reload.search(record.source):
            first = record.started
    return first
