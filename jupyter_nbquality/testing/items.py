"""The tests of a notebook, and what each of them needs."""

from collections.abc import Collection

import msgspec

from jupyter_nbquality.metadata import CellTest, cell_tests
from jupyter_nbquality.notebook import Notebook


class TestKey(msgspec.Struct, frozen=True):
    """Which test of a notebook.

    Attributes:
        cell: The id of its cell.
        name: Its name.
    """

    __test__ = False

    cell: str
    name: str


class TestItem(msgspec.Struct, frozen=True):
    """A test of a notebook.

    Attributes:
        cell: The id of its cell.
        place: The place of that among all cells, from 0.
        test: What it is.
    """

    __test__ = False

    cell: str
    place: int
    test: CellTest

    @property
    def key(self) -> TestKey:
        """Which it is."""
        return TestKey(self.cell, self.test.name)


def items_of(notebook: Notebook, wanted: Collection[TestKey] | None = None) -> list[TestItem]:
    """Lists the tests of a notebook, in document order.

    Args:
        notebook: The document.
        wanted: Which of them; ``None`` for all. What is not there is passed over.
    """
    items = [
        TestItem(cell.id, place, test)
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for test in cell_tests(cell.metadata)
    ]
    return [item for item in items if wanted is None or item.key in wanted]
