"""What ruff has to say about a notebook, sifted: its answers, less what is untrue of notebooks."""

import ast
import contextlib
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.lint.cache import Cache
from jupyter_nbquality.lint.notebook_names import (
    EXTENSION_MAGICS,
    IPYTHON_NAMES,
    PLATFORM_NAMES,
    REMOTE_MAGICS,
    SHOWS_EVERY_EXPRESSION,
    is_dynamic,
)
from jupyter_nbquality.lint.ruff_fixes import to_range, translate
from jupyter_nbquality.lint.ruff_input import (
    STAND_IN,
    Origin,
    RuffInput,
    as_written,
    build,
    identifiers,
    in_shadow,
)
from jupyter_nbquality.lint.ruff_selection import choose
from jupyter_nbquality.lint.rule import CodeCell, Problem
from jupyter_nbquality.lint.syntax import (
    SyntaxChecker,
    doubtful,
    is_version_error,
    syntax_problem,
    version_allows,
)
from jupyter_nbquality.lint.undefined_names import repairs
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Position, Range
from jupyter_nbquality.ruff import CheckSettings, Diagnostic, RuffError
from jupyter_nbquality.ruff_settings import RuffSettings, find_settings, may_hold_settings

_UNDEFINED = re.compile(r"`([^`]+)`")
_CELL_REFERENCE = re.compile(r"\bcell (\d+), line (\d+)")
_UNUSED_CODES = frozenset({"F401", "F811", "F841"})
_BRACED = re.compile(r"\w+\}(?!\})")
_UNSHOWN_CODES = frozenset({"B015", "B018"})


class RuffFinding(msgspec.Struct, frozen=True):
    """One thing that ruff found.

    Attributes:
        code: ruff's code.
        name: ruff's name for it.
        url: Its page in ruff's guide.
        problem: What and where, as our own rules would put it.
        noqa_line: The line of the cell, from 0, where a comment silences it.
    """

    code: str
    name: str
    url: str
    problem: Problem
    noqa_line: int | None


class RuffReport(msgspec.Struct):
    """What came of a look with ruff.

    Attributes:
        findings: Under ruff's own codes.
        syntax: What NB101 says: at most one problem a cell.
        undefined: What NB103 says.
        notices: What could not be done, in sentences.
        settings: The project's ruff settings.
    """

    findings: list[RuffFinding] = []
    syntax: list[Problem] = []
    undefined: list[Problem] = []
    notices: list[str] = []
    settings: RuffSettings = RuffSettings()


Heard = tuple[Origin, Diagnostic]

MOST_ALIKE = 100
"""How many findings of one rule in one cell are told."""


class OnDisk(msgspec.Struct, frozen=True):
    """A notebook that stands on disk as it is.

    Attributes:
        notebook: The document.
        code: Its code cells, by id.
        path: Its absolute path.
        requested: The codes that our settings or the command line select, if they do.
    """

    notebook: Notebook
    code: Mapping[str, CodeCell]
    path: Path
    requested: tuple[str, ...] | None = None


class _Asked(msgspec.Struct, frozen=True):
    """What ruff is asked about a notebook on disk."""

    file: OnDisk
    settings: RuffSettings
    wanted: CheckSettings
    given: RuffInput
    broken: dict[str, Problem]


class _Ready(msgspec.Struct, frozen=True):
    """What ruff said of a notebook on disk."""

    asked: _Asked
    answer: list[Diagnostic]


SETTINGS_SECONDS = 0.5
"""How long the settings above a folder are taken for what they were, in an open editor."""

MOST_FOLDERS = 1_000
"""For how many folders settings are kept."""

MOST_ANSWERS = 128
"""How many answers are kept."""


class RuffLinter:
    """Runs ruff over notebooks; keeps its answers by content.

    Args:
        settings_seconds: How long the settings above a folder are taken for what they were.
    """

    def __init__(self, settings_seconds: float = SETTINGS_SECONDS) -> None:
        self._settings_seconds = settings_seconds
        self._answers: Cache[tuple[object, ...], list[Diagnostic]] = Cache(MOST_ANSWERS)
        self._ready: dict[Path, _Ready] = {}
        self._syntax = SyntaxChecker()
        self._settings: dict[str, tuple[float, RuffSettings]] = {}

    def _settings_of(self, path: Path) -> RuffSettings:
        """Gives the settings above a notebook; what stands above many is looked up once."""
        # Texts, not paths: this is asked for each notebook, and paths are slow to make.
        return self._settings_in(os.path.dirname(path), time.monotonic())  # noqa: PTH120

    def _settings_in(self, folder: str, now: float) -> RuffSettings:
        known = self._settings.get(folder)
        if known is not None and now - known[0] < self._settings_seconds:
            return known[1]
        if len(self._settings) > MOST_FOLDERS:
            self._settings.clear()
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder or may_hold_settings(folder):
            settings = find_settings(Path(folder, "notebook.ipynb"))
        else:
            settings = self._settings_in(above, now)
        self._settings[folder] = (now, settings)
        return settings

    def prepare(self, files: Iterable[OnDisk]) -> None:
        """Asks ruff about many notebooks at once; `look` then finds the answers.

        First as if every cell of theirs did parse, which spares parsing them here; those in which
        one does not are asked about a second time. What goes wrong goes wrong again in `look`, and
        is told there.

        Args:
            files: The notebooks.
        """
        self._ready.clear()
        readable, others = [], []
        for file in files:
            if any(known.masked.is_python and known.tree is None for known in doubtful(file.code)):
                others.append(file)
            else:
                readable.append(self._question(file, {}))
        for ready in _answered(readable):
            if _unreadable(ready.answer):
                others.append(ready.asked.file)
            else:
                self._ready[ready.asked.file.path] = ready
        if not others:
            return
        with contextlib.suppress(RuffError, OSError):
            targets = [ruff.target_version(file.notebook.python_version) for file in others]
            codes = [file.code for file in others]
            self._syntax.learn(zip(codes, targets, strict=True))
            for ready in _answered(
                [
                    self._question(file, self._syntax.broken(file.code, target))
                    for file, target in zip(others, targets, strict=True)
                ]
            ):
                errors = _unreadable(ready.answer)
                if not errors or any(not each.is_syntax_error for each in ready.answer):
                    self._ready[ready.asked.file.path] = ready

    def _question(self, file: OnDisk, broken: dict[str, Problem]) -> _Asked:
        settings = self._settings_of(file.path)
        wanted = choose(settings, file.requested, file.notebook.python_version)
        given = build(file.notebook, file.code, broken.keys())
        return _Asked(file, settings, wanted, given, broken)

    def look(
        self,
        notebook: Notebook,
        code: Mapping[str, CodeCell],
        path: Path | None,
        requested: tuple[str, ...] | None = None,
    ) -> RuffReport:
        """Lints a notebook with ruff.

        Args:
            notebook: A Python notebook.
            code: Its code cells, by id.
            path: Where it stands on disk; ``None`` when that is unknown: then no settings count.
            requested: The codes that our settings or the command line select, if they do.

        Returns:
            What it found. Never raises: what went wrong is among the notices.
        """
        report = RuffReport()
        version = notebook.python_version
        if path is not None:
            report.settings = self._settings_of(path)
        ready = self._ready.pop(path, None) if path is not None else None
        broken: dict[str, Problem] = {}
        if (
            ready is not None
            and ready.asked.file.notebook is notebook
            and ready.asked.file.requested == requested
            and ready.asked.settings == report.settings
        ):
            broken = ready.asked.broken
            origins = ready.asked.given.origins
            heard = [_placed(diagnostic, origins) for diagnostic in ready.answer]
        else:
            try:
                broken = self._syntax.broken(code, ruff.target_version(version))
                heard = self._lint(notebook, code, path, report, set(broken), requested)
            except RuffError as error:
                report.notices.append(str(error))
                return report
        report.syntax += [
            msgspec.structs.replace(problem, cell=cell) for cell, problem in broken.items()
        ]
        if heard:
            _Sifter(notebook, code, set(broken), report).sift(heard)
        return report

    def _lint(
        self,
        notebook: Notebook,
        code: Mapping[str, CodeCell],
        path: Path | None,
        report: RuffReport,
        broken: set[str],
        requested: tuple[str, ...] | None,
    ) -> list[Heard]:
        version = notebook.python_version
        if path is not None:
            settings = choose(report.settings, requested, version)
            try:
                return self._patiently(notebook, code, path, settings, report, broken)
            except RuffError as error:
                report.notices.append(f"{error} The project's ruff settings were left out.")
                report.settings = RuffSettings()
        settings = choose(report.settings, requested, version, isolated=True)
        unknown = Path("notebook.ipynb")
        return self._patiently(notebook, code, unknown, settings, report, broken)

    def _patiently(
        self,
        notebook: Notebook,
        code: Mapping[str, CodeCell],
        path: Path,
        settings: CheckSettings,
        report: RuffReport,
        broken: set[str],
    ) -> list[Heard]:
        """Lints until no cell silences the others.

        ruff says nothing else of a notebook in which one cell does not parse. Where it cannot read
        a cell that our Python can, the masked text may help; else the others are linted without it.
        """
        masked: set[str] = set()
        while True:
            heard = self._check(build(notebook, code, broken, masked), path, settings, report)
            errors = [each for each in heard if _unreadable([each[1]])]
            if not errors or any(not diagnostic.is_syntax_error for _, diagnostic in heard):
                return heard
            culprits = {origin.cell for origin, _ in errors}
            readable = {cell for cell in culprits - masked if code[cell].magics}
            if not readable:
                rest = build(notebook, code, broken | culprits, masked)
                return heard + self._check(rest, path, settings, report)
            masked |= readable

    def _check(
        self, given: RuffInput, path: Path, settings: CheckSettings, report: RuffReport
    ) -> list[Heard]:
        key = (given.document, path, settings, report.settings)
        known = self._answers.get(key)
        if known is None:
            known = ruff.check(given.document, path, settings)
            self._answers.put(key, known)
        return [_placed(diagnostic, given.origins) for diagnostic in known]


def _unreadable(answer: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Gives what says that ruff could not read a cell, and so nothing else of the notebook."""
    return [each for each in answer if each.is_syntax_error and not is_version_error(each)]


def _answered(questions: Iterable[_Asked]) -> Iterator[_Ready]:
    """Yields what ruff says of notebooks, of those that it can read; few runs do for many."""
    batches: dict[tuple[CheckSettings, RuffSettings], list[_Asked]] = {}
    for asked in questions:
        # Versions differ from notebook to notebook; all else is the same for most.
        common = msgspec.structs.replace(asked.wanted, target=None)
        batches.setdefault((common, asked.settings), []).append(asked)
    for (common, settings), batch in batches.items():
        with contextlib.suppress(RuffError, OSError):
            yield from _answered_batch(batch, common, settings)


def _answered_batch(
    batch: list[_Asked], common: CheckSettings, settings: RuffSettings
) -> Iterator[_Ready]:
    if settings.file is None and batch[0].file.requested is None:
        # No settings speak of paths, nor does a rule of our own choice. So what ruff reads need
        # not be the file, whose outputs can be large.
        documents = [(asked.given.document, asked.wanted.target) for asked in batch]
        for asked, answer in zip(batch, ruff.check_documents(documents, common), strict=True):
            if answer is not None:
                yield _Ready(asked, answer)
        return
    asked_by = {asked.file.path: asked for asked in batch if _reads_alike(asked)}
    targets = {path: asked.wanted.target for path, asked in asked_by.items()}
    for path, found in ruff.check_files(targets, common).items():
        yield _Ready(asked_by[path], found)


def _reads_alike(asked: _Asked) -> bool:
    """Tells whether ruff reads a file as we do."""
    notebook = asked.file.notebook
    return bool(
        notebook.nbformat == 4
        and notebook.language == "python"
        # It passes over files that name a kernel and no language, and says nothing.
        and notebook.language_version
        and as_written(asked.given, notebook, asked.file.code)
    )


class _Sifter:
    """Lets through what holds in a notebook, cell by cell."""

    def __init__(
        self,
        notebook: Notebook,
        code: Mapping[str, CodeCell],
        broken: set[str],
        report: RuffReport,
    ) -> None:
        self.notebook = notebook
        self.code = code
        self.report = report
        self.numbers = {cell.id: number for number, cell in enumerate(notebook.cells, 1)}
        self.defined: set[str] = set()
        self.unknown_from = len(notebook.cells) + 1
        self.shows_all = False
        for cell in notebook.cells:
            known = code.get(cell.id)
            if known is None:
                continue
            if cell.id in broken or any(magic.name in REMOTE_MAGICS for magic in known.magics):
                self.defined.update(identifiers(cell.source))
            for magic in known.magics:
                self.defined.update(magic.assigns)
            if self.unknown_from > self.numbers[cell.id] and _is_dynamic(known):
                self.unknown_from = self.numbers[cell.id]
            self.shows_all = self.shows_all or SHOWS_EVERY_EXPRESSION in cell.source

    def sift(self, heard: Iterable[Heard]) -> None:
        """Adds to the report what holds."""
        wrong = {problem.cell for problem in self.report.syntax}
        version = self.notebook.python_version
        counts: Counter[tuple[str, str]] = Counter()
        for origin, diagnostic in heard:
            known = self.code[origin.cell]
            if diagnostic.is_syntax_error:
                # Where the kernel's version is unknown, a version that the project names counts.
                named = version is None and self.report.settings.has_target
                if origin.cell in wrong or (not named and version_allows(diagnostic, version)):
                    continue
                wrong.add(origin.cell)
                problem = syntax_problem(diagnostic, known)
                self.report.syntax.append(msgspec.structs.replace(problem, cell=origin.cell))
            elif origin.shadow is not None:
                if diagnostic.code == "F821":
                    self._undefined_in_shadow(origin, diagnostic, known)
            elif (magic := _stood_for(origin, diagnostic)) is not None:
                name = _UNDEFINED.search(diagnostic.message)
                if diagnostic.code == "F821" and name is not None:
                    self._undefined_in_magic(name[1], magic, origin.cell, known)
            elif not self._untrue(origin, diagnostic, known):
                code = diagnostic.code or diagnostic.name
                counts[origin.cell, code] += 1
                if counts[origin.cell, code] <= MOST_ALIKE:
                    self.report.findings.append(self._finding(origin, diagnostic, known))
        self.report.notices += [
            f"Cell {self.numbers[cell]} has {count} problems {code}; "
            f"only the first {MOST_ALIKE} are shown."
            for (cell, code), count in counts.items()
            if count > MOST_ALIKE
        ]

    def _untrue(self, origin: Origin, diagnostic: Diagnostic, known: CodeCell) -> bool:
        code = diagnostic.code
        line = diagnostic.location.row - 1
        if line < 0:
            return True
        if origin.masked and any(magic.line <= line <= magic.end_line for magic in known.magics):
            return True
        if origin.standing and STAND_IN in diagnostic.message:
            return True
        if code == "F821":
            name = _UNDEFINED.search(diagnostic.message)
            return name is not None and self._is_known(name[1], origin.cell)
        if code in _UNUSED_CODES:
            return known.masked.scoped
        if code in _UNSHOWN_CODES:
            return self.shows_all
        return code == "F404" and _opens_cell(known, line)

    def _is_known(self, name: str, cell_id: str) -> bool:
        return (
            name in self.defined
            or name in PLATFORM_NAMES
            or IPYTHON_NAMES.fullmatch(name) is not None
            or self.numbers[cell_id] >= self.unknown_from
        )

    def _undefined_in_shadow(self, origin: Origin, diagnostic: Diagnostic, known: CodeCell) -> None:
        row = diagnostic.location.row - 1
        names = origin.shadow or ()
        if 0 <= row < len(names):
            for magic in known.magics:
                if in_shadow(magic):
                    self._undefined_in_magic(names[row], magic, origin.cell, known)

    def _undefined_in_magic(self, name: str, magic: Magic, cell_id: str, known: CodeCell) -> None:
        if self._is_known(name, cell_id):
            return
        for read, line, column in magic.reads_at:
            start = Position(line, column)
            if read != name or not _must_exist(magic, known, start):
                continue
            span = Range(start, Position(line, column + _width(name)))
            self.report.undefined.append(
                Problem(
                    f"Undefined name `{name}`",
                    cell_id,
                    span,
                    repairs(name, span, self.notebook, self.code, cell_id),
                )
            )

    def _finding(self, origin: Origin, diagnostic: Diagnostic, known: CodeCell) -> RuffFinding:
        span = to_range(known, diagnostic.location, diagnostic.end_location)
        fix = translate(diagnostic, self.notebook, self.code, origin.cell)
        fixes = [fix] if fix is not None else []
        if diagnostic.code == "F821":
            name = _UNDEFINED.search(diagnostic.message)
            if name is not None:
                fixes += repairs(name[1], span, self.notebook, self.code, origin.cell)
        noqa = diagnostic.noqa_row
        return RuffFinding(
            diagnostic.code or diagnostic.name,
            diagnostic.name,
            diagnostic.url or "",
            Problem(diagnostic.message.strip().rstrip("."), origin.cell, span, fixes),
            noqa - 1 if noqa is not None else None,
        )


def _placed(diagnostic: Diagnostic, origins: list[Origin]) -> Heard:
    """Gives a finding with the cells and lines of the notebook instead of those of ruff's input."""
    origin = origins[(diagnostic.cell or 1) - 1]
    if origin.offset:
        diagnostic = ruff.shifted(diagnostic, -origin.offset)
    if "cell " in diagnostic.message:

        def own(match: re.Match[str]) -> str:
            other = origins[min(int(match[1]), len(origins)) - 1]
            return f"cell {other.number}, line {int(match[2]) - other.offset}"

        message = _CELL_REFERENCE.sub(own, diagnostic.message)
        diagnostic = msgspec.structs.replace(diagnostic, message=message)
    return origin, diagnostic


def _stood_for(origin: Origin, diagnostic: Diagnostic) -> Magic | None:
    """Gives the magic in whose place a finding is."""
    at = diagnostic.location.row - 1, diagnostic.location.column - 1
    for each in origin.standing:
        if (each.row, each.column) <= at and at[0] <= each.magic.end_line:
            return each.magic
    return None


def _width(name: str) -> int:
    return len(name.encode("utf-16-le", "surrogatepass")) // 2


def _is_dynamic(known: CodeCell) -> bool:
    if any(magic.unknown and magic.name not in EXTENSION_MAGICS for magic in known.magics):
        return True
    return is_dynamic(known.source)


def _opens_cell(known: CodeCell, line: int) -> bool:
    """Tells whether only a docstring and imports from the future stand above a line of a cell."""
    for statement in known.tree.body if known.tree is not None else ():
        if statement.lineno > line:
            return True
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_future and not is_text:
            return False
    return True


def _must_exist(magic: Magic, known: CodeCell, start: Position) -> bool:
    """Tells whether a magic fails, or does something else, without a name that it reads.

    A shell command with ``{name}`` for a name that nothing defines gets the braces as they are;
    with ``$name``, ``{a,b}`` or ``${name}`` that may be meant.
    """
    if not magic.guessed:
        return magic.kind != "help"
    if magic.kind not in {"shell", "shell-capture"}:
        return False
    offset = known.lines.to_offset(start)
    before, after = known.source[max(offset - 2, 0) : offset], known.source[offset:]
    return bool(before.endswith("{") and before not in {"{{", "${"} and _BRACED.match(after))
