"""Makes a Python program of a notebook: functions by section, and one that calls them in order."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeCell, Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.definitions import Definitions
from jupyter_nbquality.refactor.export_globals import Shared, shared_names
from jupyter_nbquality.refactor.export_hoisting import Hoisted, hoist
from jupyter_nbquality.refactor.export_now import does_something
from jupyter_nbquality.refactor.export_parameters import (
    Parameter,
    arguments,
    parameters_in,
    with_injected,
)
from jupyter_nbquality.refactor.export_plain import Helpers, PlainCell, plain_cells
from jupyter_nbquality.refactor.export_sections import (
    Section,
    free_name,
    sections_of,
    title_of,
)
from jupyter_nbquality.refactor.export_showing import DISPLAY, FIGURES, SHOW, TEXT
from jupyter_nbquality.refactor.extract_function import extract_function
from jupyter_nbquality.refactor.indenting import INDENT, indented, lines_in_strings
from jupyter_nbquality.refactor.looking_around import looking_around
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.showing import quieted
from jupyter_nbquality.refactor.staying import with_facts

Kind = Literal["script", "module"]

_MOST_TITLE = 80
_TOP = "nbquality top"
_NOT_IN_FUNCTIONS = "The code does not run in functions"
_PANDAS = "{}.set_option('display.max_columns', 20)  # as notebooks do"


class Program(msgspec.Struct, frozen=True, tag_field="kind", tag="program"):
    """A Python program that does what a notebook does.

    Attributes:
        text: Of the module.
        main: The function that does it all; empty where the code stands at the level of the module.
        is_async: Whether that function is a coroutine.
        parameters: What it takes.
        functions: The names of the functions that were made of sections.
        imports: Its import statements.
        notes: Sentences about what to mind.
    """

    text: str
    main: str
    is_async: bool
    parameters: list[Parameter]
    functions: list[str]
    imports: list[str]
    notes: list[str]


@refusing
def export_program(
    notebook: Notebook,
    kind: Kind,
    path: Path,
    *,
    libraries: Libraries | None = None,
) -> Program:
    """Makes a program of a notebook.

    Imports, definitions and constants stand on top. Each section, which begins at a heading,
    becomes a function that takes and gives what other sections need; ``main`` calls them in order.
    The values that a notebook tags as ``parameters`` become parameters of ``main``, and arguments
    of the command line. What cells show last is printed.

    Args:
        notebook: The document.
        kind: A ``script`` runs when it is called; a ``module`` is imported, and `main` called.
        path: Where it is to stand, for the settings of the project.
        libraries: What calls of libraries change.

    Returns:
        The program; or why there is none that does the same.
    """
    if not notebook.is_python:
        raise RefusedError("not-python", "Only notebooks in Python become programs.")
    return _Export(notebook, kind, libraries).program(path)


class _Part(msgspec.Struct):
    """A section on its way into the program: lines of ``main``, and a function or none."""

    lines: list[str]
    function: str = ""
    name: str = ""


class _Export:
    """One export while it is made."""

    def __init__(self, notebook: Notebook, kind: Kind, libraries: Libraries | None) -> None:
        self._notebook = notebook
        self._kind = kind
        self._libraries = libraries
        known = Dataflow(libraries)
        known.update(notebook)
        self._helpers: Helpers
        plain, self._helpers = plain_cells(notebook, known)
        self._parameters: list[Parameter] = []
        self._plain: dict[str, PlainCell] = {}
        cells: list[Cell] = []
        is_right_below = False
        for cell in plain:
            code = cell.code
            if cell.has_parameters:
                found, code = parameters_in(code)
                self._parameters += found
                is_right_below = not code.strip()
            elif cell.is_injected and (is_right_below or not cells):
                self._parameters, code = with_injected(self._parameters, code)
            elif code.strip():
                is_right_below = False
            if cell.may_raise:
                self._helpers.imports["traceback"] = "import traceback"
            self._plain[cell.id] = cell
            cells.append(Cell(cell.id, "code", code))
        given = "\n".join(f"{each.name} = {each.default}" for each in self._parameters)
        if given:
            cells.insert(0, Cell(_TOP, "code", given))
        self._dataflow = Dataflow(libraries)
        self._dataflow.update(msgspec.structs.replace(notebook, cells=cells))
        self._bound = {
            name for facts in self._dataflow.cells.values() for name in facts.facts.binds
        } | {
            node.id
            for known in self._dataflow.cells.values()
            for node in (ast.walk(known.tree) if known.tree is not None else ())
            if isinstance(node, ast.Name)
        }
        self._notes: list[str] = []

    def program(self, path: Path) -> Program:
        """Gives the program.

        Raises:
            RefusedError: There is none that does the same.
        """
        why = self._why_flat()
        if why and self._kind != "script":
            raise RefusedError("looks-around", f"{why}, which works in a script alone.")
        hoisted = self._hoisted()
        if why:
            self._notes.append(f"{why}, so the code is not cut into functions.")
            return self._flat(hoisted, path)
        parts = list(self._parts(hoisted))
        main = free_name("main", self._bound)
        is_async = any(_awaits(part.lines) for part in parts)
        text = self._text(hoisted, parts, main, is_async)
        shared = shared_names(text, main)
        if shared.names:
            text = self._text(hoisted, parts, main, is_async, shared)
            names = ", ".join(f"`{name}`" for name in shared.names)
            self._notes.append(f"Functions read {names} as globals; better make them parameters.")
        tidy = tidied(text, path) if _compiles(text) else ""
        lost = self._lost(tidy)
        if not tidy or lost:
            why = f"`{lost}` would not be found in functions" if lost else _NOT_IN_FUNCTIONS
            if self._kind != "script":
                raise RefusedError("not-in-a-function", f"{why}, so there is only a script.")
            self._notes = [f"{why}, so the code is not cut into them."]
            return self._flat(hoisted, path)
        return Program(
            tidy,
            main,
            is_async,
            self._parameters,
            [part.name for part in parts if part.name],
            hoisted.imports,
            self._notes,
        )

    def _why_flat(self) -> str:
        """Says why the code cannot be in functions; empty where it can."""
        for cell, known in self._dataflow.cells.items():
            number = self._notebook.index_of(cell) + 1 if cell != _TOP else 0
            for name in looking_around(known.tree) if known.tree is not None else ():
                return f"Cell {number} looks at all names with `{name}`"
            if known.tree is not None and any(map(_executes, ast.walk(known.tree))):
                return f"Cell {number} may bind any name with `exec`"
            for each in known.facts.unknown:
                if each.reason != "star import":
                    return f"Cell {number} may bind any name with `{each.reason}`"
        return ""

    def _hoisted(self) -> Hoisted:
        given = {each.name for each in self._parameters}
        hoisted = hoist(self._dataflow, self._helpers.display, given)
        hoisted.left.pop(_TOP, None)
        imports = [*self._helpers.futures, *hoisted.imports, *self._helpers.imports.values()]
        if self._helpers.figures:
            imports.append("import matplotlib.pyplot as plt")
        hoisted.imports = list(dict.fromkeys(imports))
        return hoisted

    # ---- sections ----

    def _parts(self, hoisted: Hoisted) -> Iterator[_Part]:
        sections = list(self._sections(hoisted))
        # What is imported stays a global of the functions; so shall constants.
        constants = [f"from constants import {name}" for name in hoisted.constants]
        top = [*hoisted.imports, *hoisted.blocks, *constants, *self._helper_functions()]
        top += [f"{each.name} = {each.default}" for each in self._parameters]
        cells = [Cell(_TOP, "code", "\n\n\n".join(top))]
        for number, section in enumerate(sections):
            cells.append(Cell(f"section {number}", "code", self._code(section, hoisted)))
        document = msgspec.structs.replace(self._notebook, cells=cells)
        taken = {*self._bound, *hoisted.names, "main", "parse_arguments", "argparse", "plt"}
        helpers = self._helpers
        taken |= {helpers.text, helpers.show, helpers.display, helpers.figures}
        for number, section in enumerate(sections):
            cell = cells[number + 1]
            if self._plain[section.cells[0]].may_raise:
                yield _Part(_guarded(cell.source))
                continue
            statements = ast.parse(cell.source).body if _compiles(cell.source) else []
            if len(statements) == 1:
                yield self._inline(section, cell.source)
                continue
            quiet = msgspec.structs.replace(
                document,
                cells=[
                    msgspec.structs.replace(each, source=quieted(each.source))
                    if each is cell
                    else each
                    for each in cells
                ],
            )
            name = free_name(section.wish, taken)
            made = extract_function(quiet, Selection([cell.id]), name, libraries=self._libraries)
            if isinstance(made, Refusal):
                where = f"“{section.title}”" if section.title else f"`{name}`"
                self._notes.append(f"{where} stays in `main`: {made.message}")
                yield self._inline(section, cell.source)
                continue
            change = made.plan.operations[0]
            assert isinstance(change, ChangeCell)
            whole = change.edits[0].text
            above = whole[: whole.index(made.function)].strip("\n")
            if above and self._does_something(section):
                # What stands above would do it before what the function does first.
                yield self._inline(section, cell.source)
                continue
            taken.add(name)
            lines = [*(above.split("\n") if above else []), *made.call.split("\n")]
            yield _Part(lines, _documented(made.function, section.title), name)

    def _sections(self, hoisted: Hoisted) -> Iterator[Section]:
        """Yields the sections; a cell that may raise is one of its own."""
        wanted = [[cell] for cell, code in hoisted.left.items() if code.strip()]
        if not wanted:
            return
        for section in sections_of(self._notebook, self._dataflow, wanted):
            cells: list[str] = []
            for cell in section.cells:
                if self._plain[cell].may_raise:
                    if cells:
                        yield Section(section.title, section.wish, cells)
                    yield Section(section.title, section.wish, [cell])
                    cells = []
                else:
                    cells.append(cell)
            if cells:
                yield Section(section.title, section.wish, cells)

    def _does_something(self, section: Section) -> bool:
        """Tells whether a definition of a section does something as it is made."""
        definitions = Definitions(self._dataflow)
        return any(
            isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and does_something(statement, facts, definitions)
            for cell in section.cells
            for statement, facts in with_facts(self._dataflow.cells[cell])
        )

    def _code(self, section: Section, hoisted: Hoisted) -> str:
        return "\n\n".join(hoisted.left[cell] for cell in section.cells)

    def _inline(self, section: Section, code: str) -> _Part:
        comment = [f"# {section.title}"] if section.title else []
        return _Part([*comment, *code.split("\n")])

    # ---- the text ----

    def _helper_functions(self) -> list[str]:
        helpers = self._helpers
        pairs = (
            (helpers.text, TEXT),
            (helpers.show, SHOW),
            (helpers.display, DISPLAY),
            (helpers.figures, FIGURES),
        )
        text = helpers.text or "repr"
        return [template.format(name=name, text=text) for name, template in pairs if name]

    def _docstring(self) -> str:
        title = _plain(title_of(self._notebook)) or "What a notebook does"
        name = re.sub(r"[^\w. /-]", "?", self._notebook.path.rpartition("/")[2])
        source = f"\n\nWritten by nbquality from {name}.\n" if name else ""
        return f'"""{title.rstrip(".")}.{source}"""'

    def _pandas(self, hoisted: Hoisted) -> list[str]:
        """Makes pandas print as many columns as in a notebook."""
        for text in hoisted.imports:
            for node in ast.parse(text).body:
                for alias in node.names if isinstance(node, ast.Import) else ():
                    if alias.name == "pandas":
                        return [_PANDAS.format(alias.asname or "pandas")]
        return []

    def _text(
        self,
        hoisted: Hoisted,
        parts: Sequence[_Part],
        main: str,
        is_async: bool,
        shared: Shared | None = None,
    ) -> str:
        imports = list(hoisted.imports)
        parameters = [each.name for each in self._parameters]
        names = shared.names if shared is not None else []
        given = [f"{INDENT}globals()[{name!r}] = {name}" for name in names if name in parameters]
        steps = [INDENT + line for line in self._pandas(hoisted)]
        for part in parts:
            code = "\n".join(part.lines)
            gap = [] if part.name else [""]
            steps += [*gap, *indented(part.lines, lines_in_strings(code)), *gap]
        # A parameter cannot be a global: what gives it another value stands in a function of its
        # own.
        is_apart = shared is not None and any(name in parameters for name in shared.rebound)
        declared = [name for name in names if is_apart or name not in parameters]
        head = [f"{INDENT}global {', '.join(declared)}"] if declared else []
        body = [*head, *given, *steps]
        apart = ""
        if is_apart:
            inner = free_name(f"{main}_steps", {*self._bound, *hoisted.names})
            passed = ", ".join(name for name in parameters if name not in names)
            define = "async def" if is_async else "def"
            call = f"{'await ' if is_async else ''}{inner}({passed})"
            about = f'{INDENT}"""Take the steps of the notebook."""'
            apart = "\n".join([f"{define} {inner}({passed}):", about, *head, *steps])
            body = [*given, INDENT + call]
        taken = ", ".join(
            f"{each.name}{f': {each.annotation} = ' if each.annotation else '='}{each.default}"
            for each in self._parameters
        )
        about = _plain(title_of(self._notebook)) or "What the notebook does"
        function = [
            f"{'async ' if is_async else ''}def {main}({taken}):",
            f'{INDENT}"""{about.rstrip(".")}."""',
            *body,
        ]
        ending: list[str] = []
        if self._kind == "script":
            call = f"{main}()"
            if self._parameters:
                imports.append("import argparse")
                if any(each.reader == "ast.literal_eval" for each in self._parameters):
                    imports.append("import ast")
                ending += ["\n".join(arguments(self._parameters, about))]
                call = f"{main}(**vars(parse_arguments()))"
            if is_async:
                imports.append("import asyncio")
                call = f"asyncio.run({call})"
            ending.append(f'if __name__ == "__main__":\n{INDENT}{call}')
        blocks = [
            self._docstring(),
            "\n".join(dict.fromkeys(imports)),
            *hoisted.blocks,
            *self._helper_functions(),
            *(part.function for part in parts if part.function),
            apart,
            "\n".join(function),
            *ending,
        ]
        return "\n\n\n".join(block for block in blocks if block.strip()) + "\n"

    def _lost(self, text: str) -> str:
        """Gives a name of the notebook that a program would not find; empty where there is none."""
        bound = {
            name
            for known in self._dataflow.cells.values()
            for name in (*known.facts.binds, *known.imports)
        }
        bound |= {each.name for each in self._parameters}
        return next((name for name in ruff.names_not_found(text) if name in bound), "")

    def _flat(self, hoisted: Hoisted, path: Path) -> Program:
        """Gives a program whose code stands at the level of the module."""
        imports = list(hoisted.imports)
        blocks = []
        if self._parameters:
            imports += ["import argparse", "import ast"]
            about = title_of(self._notebook)
            blocks.append("\n".join(arguments(self._parameters, about)))
            blocks.append("arguments = parse_arguments()")
            blocks.append(
                "\n".join(f"{each.name} = arguments.{each.name}" for each in self._parameters)
            )
        blocks += self._pandas(hoisted)
        for section in self._sections(hoisted):
            code = self._code(section, hoisted)
            if self._plain[section.cells[0]].may_raise:
                code = "\n".join(_guarded(code))
            blocks.append(f"# {section.title}\n{code}" if section.title else code)
        imports = list(dict.fromkeys(imports))
        text = "\n\n".join(
            [
                self._docstring(),
                "\n".join(imports),
                *hoisted.blocks,
                *self._helper_functions(),
                *blocks,
            ]
        )
        if not _compiles(text):
            raise RefusedError("only-ipython", "The notebook holds code that needs a kernel.")
        return Program(
            tidied(f"{text}\n", path), "", False, self._parameters, [], imports, self._notes
        )


def _guarded(code: str) -> list[str]:
    """Goes on after code that raises, as a notebook does with a cell that may."""
    body = indented(code.split("\n"), lines_in_strings(code))
    return ["try:", *body, "except Exception:", f"{INDENT}traceback.print_exc()"]


def _executes(node: ast.AST) -> bool:
    """Tells whether code runs a text in the namespace around it, where it may bind names."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "exec"
        and len(node.args) == 1
    )


def _awaits(lines: Sequence[str]) -> bool:
    """Tells whether code waits for something at its own level."""
    try:
        code = compile(
            "\n".join(lines),
            "<part>",
            "exec",
            ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            dont_inherit=True,
        )
    except (SyntaxError, ValueError):
        return False
    return bool(code.co_flags & 0x80)


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<program>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _documented(function: str, title: str) -> str:
    """Gives a function its section's heading for documentation."""
    if not title:
        return function
    lines = function.split("\n")
    place = next(place for place, line in enumerate(lines) if line.startswith(f'{INDENT}"""'))
    lines[place] = f'{INDENT}"""{_plain(title).rstrip(".")}."""'
    return "\n".join(lines)


def _plain(title: str) -> str:
    """Makes a heading fit for documentation."""
    text = " ".join(title.replace("\\", "").replace('"', "'").split())
    text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= _MOST_TITLE else f"{text[:_MOST_TITLE].rsplit(' ', 1)[0]} …"


def tidied(text: str, path: Path, own: str = "") -> str:
    """Formats a program, and marks what ruff finds in the notebook's own code.

    Args:
        text: The program.
        path: Where it is to stand.
        own: The package that it is part of.

    Raises:
        RefusedError: ruff fails.
    """
    try:
        return ruff.clean_module(text, path, own=own)
    except ruff.RuffError as error:
        raise RefusedError("ruff-failed", str(error)) from None


__all__ = ["Kind", "Program", "export_program", "tidied"]
