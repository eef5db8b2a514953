"""Takes over the tests that nbcelltests keeps in ``metadata.celltests`` of cells.

There a test is the text around a line ``%cell``, which stands for the cell. What follows that line
becomes a test of ours, with what is imported before it; where something else happens before it, or
the cell is left out, there is none. There tests are methods of unittest, so that they may call
``self.assertEqual``.
"""

import ast
import re

import msgspec

from jupyter_nbquality.edits import ChangeMetadata, EditPlan, Operation
from jupyter_nbquality.metadata import CellTest, cell_tests, with_cell_tests
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.notebook_file import NotebookFile, joined

NAME = "celltests"
TITLE = "From nbcelltests"
_CELL = re.compile(r"^%cell[ \t]*$", re.MULTILINE)
_NO_CELL = re.compile(r"^\s*#\s*no %cell\s*$", re.MULTILINE)
_SELF = re.compile(r"\bself\b")
_CASE = "import unittest\nself = unittest.TestCase()\n"
_CODE = re.compile(r"^\s*[^#\s]", re.MULTILINE)


class Imported(msgspec.Struct, frozen=True):
    """What was found of the tests of nbcelltests.

    Attributes:
        plan: What writes them as tests of ours; without operations where there is nothing to do.
        taken: The places of the cells whose test is taken over, from 0.
        left: The places of those whose test cannot be, with a sentence why.
    """

    plan: EditPlan
    taken: list[int]
    left: dict[int, str]


class _Cell(msgspec.Struct):
    metadata: dict[str, object] = {}


class _Document(msgspec.Struct):
    cells: list[_Cell] = []


def imported(file: NotebookFile) -> Imported:
    """Finds what can be taken over; a test that was taken over before is not found again.

    Args:
        file: The notebook.
    """
    try:
        raw = msgspec.json.decode(file.data, type=_Document).cells
    except msgspec.DecodeError:
        raw = []
    operations: list[Operation] = []
    taken, left = [], {}
    for place, (cell, each) in enumerate(zip(file.notebook.cells, raw, strict=False)):
        text = joined(each.metadata.get(NAME))
        if cell.cell_type != "code" or not _CODE.search(_CELL.sub("", text)):
            continue
        try:
            source = _source(text, cell.source)
        except ValueError as error:
            left[place] = str(error)
            continue
        tests = cell_tests(cell.metadata)
        if any(test.source == source for test in tests):
            continue
        test = CellTest(name=_free_name(tests), title=TITLE, source=source)
        taken.append(place)
        operations.append(_change(cell, [*tests, test]))
    return Imported(EditPlan("Take over tests of nbcelltests", operations), taken, left)


def _source(text: str, cell: str) -> str:
    """Gives the text of our test.

    Args:
        text: Theirs.
        cell: The source of its cell.

    Raises:
        ValueError: It cannot be taken over; the message says why.
    """
    if _NO_CELL.search(text):
        raise ValueError("it leaves its cell out")
    parts = _CELL.split(text)
    if len(parts) != 2:
        raise ValueError(
            "it has no line `%cell` of its own" if len(parts) < 2 else "it runs its cell twice"
        )
    source = parts[1].strip("\n")
    if _CODE.search(parts[0]):
        source = f"{_imports(parts[0], cell)}\n{source}"
    return _CASE + source if _SELF.search(source) else source


def _imports(text: str, cell: str) -> str:
    """Gives what stands before a cell, if it may as well stand behind it.

    Raises:
        ValueError: It does something else than to import, or the cell has a name that it imports.
    """
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        statements = []
    names: set[str] = set()
    for statement in statements or [ast.Pass()]:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            raise ValueError("it does something before its cell")
        names.update((each.asname or each.name).partition(".")[0] for each in statement.names)
    if "*" in names or not names.isdisjoint(re.findall(r"\w+", cell)):
        # The cell may give such a name another meaning, which the import would take back.
        raise ValueError("it imports before its cell what the cell names, too")
    return "\n".join(ast.unparse(each) for each in statements)


def _free_name(tests: list[CellTest]) -> str:
    names = {test.name for test in tests}
    number = 1
    while (name := NAME if number == 1 else f"{NAME}-{number}") in names:
        number += 1
    return name


def _change(cell: Cell, tests: list[CellTest]) -> ChangeMetadata:
    return ChangeMetadata(cell.id, with_cell_tests(cell.metadata, tests))
