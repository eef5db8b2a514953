"""Composes what the panel and the command line show about one notebook, from all features."""

import ast
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jupyter_nbquality import local_modules, secrets
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.ghosts import ghosts
from jupyter_nbquality.dataflow.libraries import Libraries, libraries_of
from jupyter_nbquality.dataflow.module_edits import edited_modules
from jupyter_nbquality.dataflow.report import Flow, Reporter
from jupyter_nbquality.dataflow.runs import RunDependencies, run_dependencies
from jupyter_nbquality.dataflow.staleness import CellStaleness, RunRecord, Staleness
from jupyter_nbquality.edits import source_hash
from jupyter_nbquality.findings import Finding
from jupyter_nbquality.lint.cache import Cache
from jupyter_nbquality.lint.engine import Linter, LintOptions, notebook_path
from jupyter_nbquality.lint.rule import CodeCell, Problem
from jupyter_nbquality.lint.run_problems import run_problems
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.testing.git_head import HeadTests


class CellReport(msgspec.Struct, frozen=True):
    """What is known about one cell.

    Attributes:
        id: The cell's id.
        source_hash: Of the source that was looked at, see `edits.source_hash`.
        title: The first code line that is no comment, import or magic; else the first line; may be
            empty.
        parses: Whether it is valid code; true for cells that are not Python.
    """

    id: str
    source_hash: str
    title: str
    parses: bool


class Inspection(msgspec.Struct, frozen=True):
    """The reply to one look at a notebook.

    Attributes:
        supported: Whether the notebook's language is analysed; otherwise only language-free rules
            spoke.
        language: The notebook's language, for a sentence about it.
        cells: One report a cell, in order.
        findings: In the order of cells and positions; those of the notebook as a whole come first.
        flow: The names of each code cell, and the dependencies between cells.
        staleness: How the result of each code cell stands; ``null`` where it is not known what
            ran.
        ran: What the last run of each cell had from others, in this kernel; ``null`` likewise.
        notices: Sentences about what could not be done: a setting that is wrong, a limit that was
            reached.
    """

    supported: bool
    language: str
    cells: list[CellReport]
    findings: list[Finding]
    flow: Flow
    staleness: list[CellStaleness] | None
    ran: RunDependencies | None
    notices: list[str]


_TITLE_LENGTH = 120
_REMEMBERED = 8
"""Notebooks whose flow is kept."""
_BREAK = re.compile(r"\r\n|\n|\r")


class _KnownFlow:
    """The flow of one notebook, with those who tell of it."""

    def __init__(self, dataflow: Dataflow) -> None:
        self.dataflow = dataflow
        self.reporter = Reporter(dataflow)
        self.staleness = Staleness(dataflow)


class Inspector:
    """Looks at notebooks with every feature; keeps what does not change between two looks.

    Attributes:
        linter: What finds problems; share it, its memory is what makes the next look quick.
    """

    def __init__(self) -> None:
        self.linter = Linter()
        self._names: Cache[tuple[str, bool], tuple[str, str]] = Cache(4_000)
        self._flows: OrderedDict[str, _KnownFlow] = OrderedDict()
        self._head_tests = HeadTests()

    def inspect(
        self,
        notebook: Notebook,
        options: LintOptions,
        records: Sequence[RunRecord] | None = None,
    ) -> Inspection:
        """Looks at a notebook.

        Args:
            notebook: The document.
            options: How to look, see `LintOptions`.
            records: What ran since the kernel started; ``None`` where that is not known.

        Returns:
            What there is to show. Never raises for what the notebook or a settings file holds.
        """
        config = self.linter.config(notebook, options)
        code = self.linter.code_cells(notebook)
        notices = []
        try:
            libraries = libraries_of(config.libraries)
        except ValueError as error:
            libraries = libraries_of()
            notices = [str(error)]
        file = notebook_path(notebook, options)
        if file is not None and (lost := self._head_tests.notice(file, notebook)):
            notices.append(lost)
        known = self._flow(notebook, code, libraries)
        flow = known.reporter.flow()
        staleness, ran = None, None
        heard: dict[str, list[Problem]] = {}
        if records is not None and notebook.is_python:
            staleness = _staleness(known, records, options.folder)
            ran = run_dependencies(known.dataflow, records, known.staleness.runs)
            found = ghosts(known.dataflow, records, known.staleness.facts)
            heard = run_problems(notebook, flow, found, staleness)
        result = self.linter.lint(notebook, msgspec.structs.replace(options, config=config), heard)
        cells = []
        for cell in notebook.cells:
            named = self._named(cell, code.get(cell.id))
            cells.append(CellReport(cell.id, *named, result.parses.get(cell.id, True)))
        return Inspection(
            supported=notebook.is_python,
            language=notebook.language,
            cells=cells,
            findings=result.findings,
            flow=flow,
            staleness=staleness,
            ran=ran,
            notices=[*result.notices, *notices],
        )

    def _named(self, cell: Cell, code: CodeCell | None) -> tuple[str, str]:
        """Gives the hash of a cell's source and its title."""
        key = (cell.source, code is None)
        named = self._names.get(key)
        if named is None:
            named = (source_hash(cell.source), secrets.mask(title(cell, code)))
            self._names.put(key, named)
        return named

    def _flow(
        self, notebook: Notebook, code: Mapping[str, CodeCell], libraries: Libraries
    ) -> "_KnownFlow":
        """Finds the flow between cells; remembers a few notebooks."""
        known = self._flows.pop(notebook.path, None)
        if known is None or known.dataflow.libraries is not libraries:
            known = _KnownFlow(Dataflow(libraries))
        self._flows[notebook.path] = known
        while len(self._flows) > _REMEMBERED:
            self._flows.popitem(last=False)
        known.dataflow.update(notebook, {id: (cell.masked, cell.tree) for id, cell in code.items()})
        return known


def _staleness(
    flow: _KnownFlow, records: Sequence[RunRecord], folder: Path | None
) -> list[CellStaleness]:
    def written(module: str) -> Mapping[str, float]:
        return local_modules.written(folder, module) if folder is not None else {}

    return flow.staleness.find(records, edited_modules(flow.dataflow, records, written))


def title(cell: Cell, code: CodeCell | None) -> str:
    """Names a cell by its text.

    Args:
        cell: The cell.
        code: What is known of it; ``None`` where it is no Python cell.

    Returns:
        The first line of code that is no comment, import or magic; where there is none, the first
        line that is not blank; empty for an empty cell.
    """
    lines = _BREAK.split(cell.source)
    number = _first_statement(code) if code is not None else None
    if number is None:
        skipped = _passed_over(code)
        number = next(
            (
                index
                for index, line in enumerate(lines)
                if line.strip()
                and code is not None
                and index not in skipped
                and not line.lstrip().startswith(("#", "import ", "from "))
            ),
            None,
        )
    if number is None:
        number = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return lines[number].strip()[:_TITLE_LENGTH]


def _first_statement(code: CodeCell) -> int | None:
    magic_lines = _passed_over(code)
    for statement in code.tree.body if code.tree is not None else ():
        line = statement.lineno - 1
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([line, *(decorator.lineno - 1 for decorator in decorators)])
        if isinstance(statement, ast.Import | ast.ImportFrom) or line in magic_lines:
            continue
        return line
    return None


def _passed_over(code: CodeCell | None) -> set[int]:
    """Gives the lines of a cell that are magics."""
    if code is None:
        return set()
    return {
        line
        for magic in code.magics
        if magic.kind not in {"magic-assignment", "shell-capture"}
        for line in range(magic.line, magic.end_line + 1)
    }
