"""The tests that cells carry, on the way through a refactoring.

They stand in ``metadata.nbquality.tests``. What this version does not know of one is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.libraries import libraries_of
from jupyter_nbquality.edits import ChangeMetadata
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.refused import RefusedError

KEY = "tests"
NAME = "name"


class CarriedTest(msgspec.Struct, frozen=True):
    """A test of a cell.

    Attributes:
        entry: As it stands in the metadata.
        title: What a person calls it.
        source: Its code; empty where the entry is malformed.
    """

    entry: Any
    title: str
    source: str

    def with_source(self, source: str) -> Any:
        """Gives the entry with other code, written as it was."""
        is_text = isinstance(self.entry.get("source"), str)
        return {**self.entry, "source": source if is_text else source.splitlines(keepends=True)}


def tests_of(cell: Cell) -> list[CarriedTest]:
    """Gives the tests of a cell, in order; malformed ones too, without code."""
    entries = cell.metadata.get(KEY)
    return [_read(entry) for entry in entries] if isinstance(entries, list) else []


def names_read(test: CarriedTest) -> set[str]:
    """Gives the names of the notebook that a test reads, or may read."""
    known = CellFacts(test.source)
    known.complete(libraries_of(), {})
    facts = known.facts
    return {*facts.uses, *facts.later, *facts.waiting, *facts.guesses, *facts.mutates}


def names_tested(notebook: Notebook) -> set[str]:
    """Gives the names that the tests of a notebook read."""
    return {name for cell in notebook.cells for test in tests_of(cell) for name in names_read(test)}


def refuse_tested(notebook: Notebook, name: str) -> None:
    """Refuses to take a name away that a test reads.

    Raises:
        RefusedError: There is such a test.
    """
    for cell in notebook.cells:
        for test in tests_of(cell):
            if name in names_read(test):
                raise RefusedError("tested", f"The test “{test.title}” reads `{name}`.", cell.id)


def with_tests(metadata: Mapping[str, Any], entries: Sequence[Any]) -> dict[str, Any]:
    """Gives our metadata of a cell with these tests, and no others."""
    kept = {key: value for key, value in metadata.items() if key != KEY}
    return {**kept, KEY: list(entries)} if entries else kept


def gathered_in(kept: Cell, cells: Iterable[Cell]) -> list[ChangeMetadata]:
    """Gives a cell the tests of all cells that go into it.

    Args:
        kept: The cell that is left.
        cells: Those that it is made of, in order, itself included.

    Returns:
        The change; none where the others have no tests.
    """
    entries: list[Any] = []
    taken: set[str] = set()
    for cell in cells:
        for test in tests_of(cell):
            entry = _with_free_name(test.entry, taken)
            taken.add(_name(entry))
            entries.append(entry)
    metadata = with_tests(kept.metadata, entries)
    return [] if metadata == kept.metadata else [ChangeMetadata(kept.id, metadata)]


def _read(entry: object) -> CarriedTest:
    if not isinstance(entry, Mapping):
        return CarriedTest(entry, "", "")
    source = entry.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    title = entry.get("title") or entry.get(NAME)
    return CarriedTest(
        entry,
        title if isinstance(title, str) else "",
        source if isinstance(source, str) else "",
    )


def _name(entry: object) -> str:
    name = entry.get(NAME) if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else ""


def _with_free_name(entry: Any, taken: set[str]) -> Any:
    name = _name(entry)
    if not name or name not in taken:
        return entry
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return {**entry, NAME: f"{name}-{number}"}
