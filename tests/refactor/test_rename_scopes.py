"""Rename, told by Python itself: the names in the compiled code of real notebooks."""

import ast
import dis
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_nbquality import notebook_file
from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.rename import rename

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [
    *sorted((ROOT / "examples").glob("*.ipynb")),
    *sorted((ROOT / "benchmarks" / "notebooks").glob("*.ipynb")),
]
NEW = "named_anew"
_OF_THE_NOTEBOOK = frozenset(
    {"LOAD_NAME", "STORE_NAME", "DELETE_NAME", "LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL"}
)


def instructions(code: types.CodeType, old: str = "") -> Iterator[tuple[str, str]]:
    """Yields what code does, in which a name of the notebook may get another name."""
    is_class = not code.co_flags & 0x2 and code.co_name != "<module>"
    for each in dis.get_instructions(code):
        if each.opname in {"CACHE", "EXTENDED_ARG", "NOP", "LOAD_CONST"}:
            # Texts that are evaluated change as well; names within them are run elsewhere.
            continue
        shown = str(each.argval)
        if each.opname in _OF_THE_NOTEBOOK and not is_class and shown == old:
            shown = NEW
        yield each.opname, shown
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from instructions(part, old)


def compiled(known: CellFacts) -> types.CodeType | None:
    if known.tree is None or known.masked.scoped:
        return None
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(known.masked.text, "<cell>", "exec", flags, dont_inherit=True)
    assert isinstance(code, types.CodeType)
    return code


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_python_sees_the_new_name_wherever_it_saw_the_old(path: Path) -> None:
    notebook = notebook_file.read(path).notebook
    cells = {cell.id: CellFacts(cell.source) for cell in notebook.cells if cell.cell_type == "code"}
    names = {
        name
        for known in cells.values()
        for statement in known.statements
        for name in statement.binds
    }
    done = 0
    for name in sorted(names):
        made = rename(notebook, name, NEW)
        if isinstance(made, Refusal):
            continue
        done += 1
        after = applied(notebook, made.plan)
        for key in made.cells:
            before, new = compiled(cells[key]), compiled(CellFacts(after.cell(key).source))
            if before is not None and new is not None:
                assert list(instructions(before, name)) == list(instructions(new)), (name, key)
    assert done >= 0.9 * len(names)
