"""Which results came from a local module as it was before it was edited."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.staleness import Reason, RunRecord

_AUTORELOAD = re.compile(
    r"^\s*%?autoreload(?:\s+(?:([23]|all|complete)|(0|off)|(1|explicit)))?[ \t]*$", re.MULTILINE
)
_AIMPORT = re.compile(r"^\s*%?aimport\s+(.*)$", re.MULTILINE)

Written = Callable[[str], Mapping[str, float]]
"""Tells when a local module, and the local modules that it imports, were written last, in seconds
since 1970; nothing of what is no local module."""


def edited_modules(
    dataflow: Dataflow, records: Sequence[RunRecord], written: Written
) -> Mapping[str, Sequence[Reason]]:
    """Finds the cells that read a local module which was written after they took it in.

    A kernel imports a module once; with ``%autoreload`` it takes in a new text whenever a cell
    runs, and ``reload(module)`` takes it in then. Where the time of a run is not known, nothing is
    said.

    Args:
        dataflow: Of the notebook.
        records: What ran since the kernel started, in order.
        written: See `Written`.

    Returns:
        The reasons, by the id of the cell.
    """
    modules = _local_names(dataflow, written)
    if not modules:
        return {}
    last = {record.cell: record for record in records if record.cell is not None}
    taken_in = _TakenIn(records)
    found: dict[str, list[Reason]] = {}
    for cell, known in dataflow.cells.items():
        run = last.get(cell)
        if run is None:
            continue
        times: dict[str, tuple[float, set[str]]] = {}
        for name in modules.keys() & _names_read(dataflow, cell, known):
            imported, reached = modules[name]
            for module, time in reached.items():
                times.setdefault(module, (time, set()))[1].add(imported)
        for module, (time, importers) in sorted(times.items()):
            begun = None if taken_in.reloads(module) else taken_in.at(module, importers)
            if begun is not None and time > begun:
                found.setdefault(cell, []).append(Reason("module-outdated", module, None))
            elif begun is None and run.started is not None and time > run.started:
                found.setdefault(cell, []).append(Reason("module-edited", module, None))
    return found


def _local_names(
    dataflow: Dataflow, written: Written
) -> dict[str, tuple[str, Mapping[str, float]]]:
    """Gives the names that hold a local module or a part of one.

    Returns:
        For each the module, and when it and what it imports were written.
    """
    asked: dict[str, Mapping[str, float]] = {}
    names = {}
    for name, target in dataflow.imports.items():
        module = target.partition(".")[0]
        if module not in asked:
            asked[module] = written(module)
        if asked[module]:
            names[name] = (module, asked[module])
    return names


def _names_read(dataflow: Dataflow, cell: str, known: CellFacts) -> set[str]:
    """Gives what a cell reads, itself or in functions that it calls, though it binds it too."""
    facts = dataflow.graph.unit(cell).effective.facts
    read = {*facts.uses, *facts.waiting}
    for statement in known.statements:
        read.update(statement.uses)
    return read


class _TakenIn:
    """When the kernel read modules, as far as the texts that ran say so."""

    def __init__(self, records: Sequence[RunRecord]) -> None:
        # Most texts have none of these words.
        self._records = [
            record for record in records if "import" in record.source or "reload" in record.source
        ]
        self._reloads_all = False
        self._reloads: set[str] = set()
        for record in self._records:
            for everything, nothing, some in _AUTORELOAD.findall(record.source):
                self._reloads_all = bool(everything) or (
                    self._reloads_all and not nothing and not some
                )
            for names in _AIMPORT.findall(record.source):
                for name in re.split(r"[\s,]+", names.strip()):
                    if name.startswith("-"):
                        self._reloads.discard(name[1:])
                    else:
                        self._reloads.add(name)

    def reloads(self, module: str) -> bool:
        """Tells whether the kernel reads a module anew whenever it was written."""
        return self._reloads_all or module in self._reloads

    def at(self, module: str, importers: Iterable[str]) -> float | None:
        """Tells when the kernel read a module: at the first import, or at the last reload.

        Args:
            module: Its name.
            importers: The modules that import it, and which the notebook imports.

        Returns:
            Seconds since 1970; ``None`` where that is not known.
        """
        word = "|".join(map(re.escape, sorted({module, *importers})))
        imports = re.compile(
            rf"^\s*(?:import\s[^#\n]*\b(?:{word})\b|from\s+(?:{word})\b)", re.MULTILINE
        )
        reload = re.compile(
            rf"\breload\(\s*{re.escape(module)}\b|^\s*%?autoreload[ \t]*$", re.MULTILINE
        )
        time: float | None = None
        is_imported = False
        for record in self._records:
            if not is_imported and imports.search(record.source):
                time, is_imported = record.started, True
            elif is_imported and reload.search(record.source):
                time = record.started
        return time
