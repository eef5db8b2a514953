"""Says the cells of a notebook in Python that needs no kernel: magics, displays, figures."""

import ast
import re
from collections.abc import Iterator, Mapping

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.magics_in_python import Untranslatable, is_value
from jupyter_nbquality.dataflow.script import cell_code, names_bound
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex
from jupyter_nbquality.refactor.export_showing import needs_text
from jupyter_nbquality.refactor.indenting import indented, lines_in_strings
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.showing import (
    draws,
    ends_figure,
    gives_nothing,
    is_closed,
    shown_last,
)
from jupyter_nbquality.refactor.text_edits import edited

_VALUES = frozenset({"line-magic", "shell-capture", "auto-call"})
_QUIET = (
    "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):"
)
_CHANGES_FOLDER = re.compile(r"(?m)^([ \t]*)os\.chdir\(os\.path\.expanduser\(.*\)\)$")
_SHOWS_ALL = "ast_node_interactivity"


class PlainCell(msgspec.Struct, frozen=True):
    """A code cell that plain Python runs.

    Attributes:
        id: Of the cell.
        code: Its code; may be empty.
        may_raise: Whether the notebook expects that it raises, and goes on.
        has_parameters: Whether it holds the parameters of the notebook.
        is_injected: Whether it holds the values that they were given when the notebook was run.
    """

    id: str
    code: str
    may_raise: bool
    has_parameters: bool
    is_injected: bool = False


class Helpers(msgspec.Struct):
    """What the code needs besides; filled while cells are written.

    Attributes:
        show: The function that shows what a cell shows last.
        display: The function that stands for IPython's ``display``; empty where nobody calls it.
        text: The function that says a value as a notebook does; empty where `repr` does that.
        figures: The function that shows figures; empty where nothing is drawn.
        imports: Statements, by what they import.
        futures: Imports from ``__future__``.
    """

    show: str = ""
    display: str = ""
    text: str = ""
    figures: str = ""
    imports: dict[str, str] = {}
    futures: list[str] = []


def plain_cells(notebook: Notebook, dataflow: Dataflow) -> tuple[list[PlainCell], Helpers]:
    """Says all code cells in plain Python.

    Args:
        notebook: The document.
        dataflow: What is known of it.

    Raises:
        RefusedError: A cell does not parse, or only a kernel can do what it does.
    """
    bound = names_bound(dataflow.cells)
    taken = {*bound, *_names_in(dataflow)}
    helpers = Helpers()
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        known = dataflow.cells[cell.id]
        _refuse_cell(cell, known, notebook)
        captured = _captured(known)
        is_text = captured is not None and _read_as_text(captured[0], dataflow)
        if captured is not None and is_text:
            known = CellFacts(captured[1])
        try:
            code = cell_code(known, bound, helpers.imports, helpers.futures)
        except Untranslatable as error:
            number = notebook.index_of(cell.id) + 1
            raise RefusedError(
                "only-ipython", f"Cell {number} needs a kernel: {error}.", cell.id
            ) from None
        if helpers.imports.pop("display", None):
            helpers.display = "display"
        code = _say_folders(_show_alone(code, dataflow.imports), known)
        if captured is None and _shows(known):
            code = _shown(code, helpers, taken)
        is_drawn = draws(dataflow.graph.unit(cell.id).effective.facts)
        if is_drawn and not ends_figure(known) and code.strip():
            helpers.figures = _free("show_figures", taken)
            code = f"{code}\n{helpers.figures}()"
        if captured is not None:
            code = _quiet(code, captured[0] if is_text else "", helpers)
        found.append(
            PlainCell(
                cell.id,
                code,
                "raises-exception" in cell.tags,
                "parameters" in cell.tags,
                "injected-parameters" in cell.tags,
            )
        )
    if helpers.show or helpers.display:
        classes = {
            node.name
            for known in dataflow.cells.values()
            for node in (known.tree.body if known.tree is not None else ())
            if isinstance(node, ast.ClassDef)
        }
        trees = [CellFacts(cell.code).tree for cell in found]
        if any(tree and needs_text(tree, classes, helpers.show) for tree in trees):
            helpers.text = _free("as_text", taken)
            helpers.imports["reprlib"] = "import reprlib"
    return found, helpers


def _names_in(dataflow: Dataflow) -> Iterator[str]:
    """Yields the names that code speaks of: a star import may bind them."""
    for known in dataflow.cells.values():
        for node in ast.walk(known.tree) if known.tree is not None else ():
            if isinstance(node, ast.Name):
                yield node.id


def _refuse_cell(cell: Cell, known: CellFacts, notebook: Notebook) -> None:
    number = notebook.index_of(cell.id) + 1
    if known.state == "broken":
        raise RefusedError("does-not-parse", f"Cell {number} does not parse.", cell.id)
    if known.state == "too deep":
        raise RefusedError("too-deep", f"Cell {number} is nested too deeply.", cell.id)
    if _SHOWS_ALL in cell.source:
        raise RefusedError(
            "shows-all",
            f"Cell {number} makes every line of a cell show its value; a script cannot. "
            "Print what you want to see.",
            cell.id,
        )


def _shows(known: CellFacts) -> bool:
    """Tells whether a cell shows the value of what it ends with."""
    if known.masked.scoped or not known.statements:
        return False
    shown = shown_last(known)
    if shown is not None:
        return not gives_nothing(shown)
    last = known.statements[-1]
    return any(
        magic.kind in _VALUES
        and magic.line + 1 == last.first
        and magic.name != "timeit"
        and not magic.text.rstrip().endswith(";")
        and not magic.assigns
        for magic in known.masked.magics
    )


def _shown(code: str, helpers: Helpers, taken: set[str]) -> str:
    """Shows the last expression of some code."""
    known = CellFacts(code)
    shown = shown_last(known)
    if shown is None or gives_nothing(shown) or not is_value(ast.unparse(shown)):
        return code
    if isinstance(shown.value, ast.Constant) and shown.value.value in {None, ...}:
        return code
    helpers.show = _free("show", taken)
    index = LineIndex(code)
    start = index.to_offset(index.position(shown.lineno, shown.col_offset))
    end = index.to_offset(index.position(shown.end_lineno or 1, shown.end_col_offset or 0))
    before, after = ("", "") if is_closed(code[start:end]) else ("(", ")")
    return edited(code, [(start, start, f"{helpers.show}({before}"), (end, end, f"{after})")])


def _show_alone(code: str, imports: Mapping[str, str]) -> str:
    """Puts what ``plt.show`` is given above it: it takes nothing outside of notebooks."""
    known = CellFacts(code)
    edits = []
    index = LineIndex(code)
    for node in ast.walk(known.tree) if known.tree is not None else ():
        call = node.value if isinstance(node, ast.Expr) else None
        if (
            isinstance(call, ast.Call)
            and call.args
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "show"
            and isinstance(call.func.value, ast.Name)
            and imports.get(call.func.value.id) == "matplotlib.pyplot"
        ):
            start = index.to_offset(index.position(call.lineno, call.col_offset))
            end = index.to_offset(
                index.position(call.end_lineno or call.lineno, call.end_col_offset or 0)
            )
            given = ", ".join(map(ast.unparse, call.args))
            edits.append((start, end, f"{given}; {ast.unparse(call.func)}()"))
    return edited(code, edits)


def _say_folders(code: str, known: CellFacts) -> str:
    """Prints the folder that ``%cd`` goes to, as it does."""
    if not any(magic.name == "cd" for magic in known.masked.magics):
        return code
    return _CHANGES_FOLDER.sub(r"\g<0>\n\1print(os.getcwd())", code)


def _captured(known: CellFacts) -> tuple[str, str] | None:
    """Gives the name that ``%%capture`` gives what a cell shows, or none, and the cell below."""
    for magic in known.masked.magics:
        if magic.kind == "cell-magic" and magic.name == "capture":
            name = magic.args.strip()
            below = "\n".join(known.source.splitlines()[magic.end_line + 1 :])
            return (name if name.isidentifier() else ""), below
    return None


def _read_as_text(name: str, dataflow: Dataflow) -> bool:
    """Tells whether code asks of what was captured for nothing but its text."""
    if not name:
        return False
    for known in dataflow.cells.values():
        texts: set[int] = set()
        for node in ast.walk(known.tree) if known.tree is not None else ():
            if isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"}:
                texts.add(id(node.value))
            elif isinstance(node, ast.Name) and node.id == name and id(node) not in texts:
                return False
        if any(name in magic.reads for magic in known.masked.magics):
            return False
    return True


def _quiet(code: str, name: str, helpers: Helpers) -> str:
    """Keeps code from printing, as ``%%capture`` does, and gives what it prints a name."""
    if not CellFacts(code).statements:
        return code
    helpers.imports.update(contextlib="import contextlib", io="import io")
    body = indented(code.split("\n"), lines_in_strings(code))
    if not name:
        return "\n".join([_QUIET, *body])
    helpers.imports["types"] = "import types"
    return "\n".join(
        [
            f"{name}_out, {name}_err = io.StringIO(), io.StringIO()",
            f"with contextlib.redirect_stdout({name}_out), contextlib.redirect_stderr({name}_err):",
            *body,
            f"{name} = types.SimpleNamespace(",
            f"    stdout={name}_out.getvalue(), stderr={name}_err.getvalue()",
            ")",
        ]
    )


def _free(wish: str, taken: set[str]) -> str:
    """Gives a name that the notebook does not use."""
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name
