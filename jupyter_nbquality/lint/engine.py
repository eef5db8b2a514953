"""Lints a notebook: ruff's findings and those of our rules, selected, silenced, in order."""

import ast
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality import ruff, secrets
from jupyter_nbquality.config import Config, Selection, find_config, selection
from jupyter_nbquality.findings import Finding, Severity, finding_id
from jupyter_nbquality.lint import registry, surroundings, unknown_codes
from jupyter_nbquality.lint.cache import Cache
from jupyter_nbquality.lint.ruff_findings import (
    SETTINGS_SECONDS,
    OnDisk,
    RuffFinding,
    RuffLinter,
    RuffReport,
)
from jupyter_nbquality.lint.ruff_rules import NOT_YET, SEVERITIES
from jupyter_nbquality.lint.rule import (
    CellRule,
    CodeCell,
    Context,
    Problem,
    Rule,
    holds_needles,
    in_cell,
)
from jupyter_nbquality.lint.rule_page import page
from jupyter_nbquality.lint.silencing import Silence, silence_options
from jupyter_nbquality.lint.surroundings import Surroundings
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.ruff import RuffError

_log = logging.getLogger(__name__)

PYTHON_2 = (
    "This notebook is written for Python 2, which is not analysed; "
    "only rules for notebooks of any language spoke."
)


OTHER_LANGUAGE = (
    "This notebook does not name its language, and most of its cells are not Python; "
    "only rules for notebooks of any language spoke."
)
_MOST = 0.5
_FEWEST = 2


class LintOptions(msgspec.Struct, frozen=True):
    """How to look at a notebook.

    Attributes:
        select: The rules that speak, as codes, beginnings of codes or slugs; ``None`` for those of
            the settings. The ``--select`` of the command line.
        ignore: Rules that do not, beside those of the settings.
        live: Whether the notebook is open in the front end.
        config: The project's settings; ``None`` to find them by the folder.
        folder: Where the notebook stands on disk; ``None`` when it does not, or nobody knows.
        surroundings: What is known of the world around it; ``None`` to look anew.
        brief: Whether to leave out why each finding matters.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    live: bool = False
    config: Config | None = None
    folder: Path | None = None
    surroundings: Surroundings | None = None
    brief: bool = False


class LintResult(msgspec.Struct, frozen=True):
    """What a look at a notebook found.

    Attributes:
        findings: Those of the notebook as a whole first, then by cell, place and code.
        parses: Whether each cell is valid code, by id; true for cells that are not Python.
        notices: Sentences about what could not be done.
        config: The project's settings that were followed.
    """

    findings: list[Finding]
    parses: dict[str, bool]
    notices: list[str]
    config: Config


class _Told(msgspec.Struct, frozen=True):
    """A problem and the rule that tells it, ruff's or ours."""

    code: str
    slug: str
    severity: Severity
    not_yet: bool
    url: str
    problem: Problem
    noqa_line: int | None = None


class _Look(msgspec.Struct, frozen=True):
    """What is known of a notebook before anything is looked for.

    Attributes:
        notebook: The document.
        path: Where it stands on disk, if that is known.
        config: The project's settings.
        wanted: The rules that are to speak.
        code: Its Python code cells, by id.
    """

    notebook: Notebook
    path: Path | None
    config: Config
    wanted: Selection
    code: dict[str, CodeCell]


class Linter:
    """Lints notebooks, and keeps what does not change from one look to the next.

    Args:
        settings_seconds: For how long ruff's settings are not read again: all of a run of the
            command line, a moment in a server.
    """

    def __init__(self, settings_seconds: float = SETTINGS_SECONDS) -> None:
        self._cells: Cache[str, CodeCell] = Cache(4_000)
        self._ruff = RuffLinter(settings_seconds)
        self._rules = [rule() for rule in registry.ALL_RULES]
        self._chosen: Cache[Selection, list[tuple[Rule, _Ask]]] = Cache(100)
        self._prepared: dict[str, tuple[LintOptions, _Look]] = {}

    def prepare(self, files: Iterable[tuple[Notebook, LintOptions]]) -> None:
        """Does at once, for notebooks that stand on disk as they are, what is cheaper that way.

        Args:
            files: The notebooks and options that `lint` is going to be called with.
        """
        found = []
        self._prepared.clear()
        for notebook, options in files:
            look = self._look(notebook, options)
            self._prepared[notebook.path] = options, look
            if look.path is not None and look.code:
                found.append(OnDisk(notebook, look.code, look.path, look.wanted.select))
        self._ruff.prepare(found)

    def _look(self, notebook: Notebook, options: LintOptions) -> _Look:
        path = notebook_path(notebook, options)
        config = _config(options, path)
        wanted = _selection(notebook, options, path, config)
        return _Look(notebook, path, config, wanted, self.code_cells(notebook))

    def config(self, notebook: Notebook, options: LintOptions) -> Config:
        """Gives the project's settings for a notebook."""
        return _config(options, notebook_path(notebook, options))

    def lint(
        self,
        notebook: Notebook,
        options: LintOptions,
        heard: Mapping[str, Sequence[Problem]] | None = None,
    ) -> LintResult:
        """Looks at a notebook.

        Args:
            notebook: The document.
            options: See `LintOptions`.
            heard: What others found out, by the code of the rule that tells it.

        Returns:
            What was found. Never raises for what the notebook or a settings file holds.
        """
        known = self._prepared.pop(notebook.path, None)
        if known is not None and known[0] is options and known[1].notebook is notebook:
            look = known[1]
        else:
            look = self._look(notebook, options)
        path, config, wanted, code = look.path, look.config, look.wanted, look.code
        notices = list(config.problems)
        if notebook.is_python and not code and _is_python_2(notebook):
            notices.append(PYTHON_2)
        report = self._ruff.look(notebook, code, path, wanted.select) if code else RuffReport()
        notices += report.notices
        if _is_other_language(notebook, code, report):
            notices.append(OTHER_LANGUAGE)
            code, report = {}, RuffReport()
        context = Context(
            notebook=notebook,
            code=code,
            thresholds=config.thresholds,
            surroundings=options.surroundings or surroundings.gather(options.folder, config.root),
            live=options.live,
            heard={
                **(heard or {}),
                "NB001": _unknown_codes(notebook, code, config),
                "NB101": report.syntax,
                "NB103": report.undefined,
            },
        )
        told = _explained(
            [*_from_ruff(report, wanted), *self._from_rules(context, wanted, notices)]
        )
        findings = _findings(told, context, config, brief=options.brief)
        parses = {cell.id: True for cell in notebook.cells}
        parses.update({problem.cell or "": False for problem in report.syntax})
        return LintResult(findings, parses, notices, config)

    def code_cells(self, notebook: Notebook) -> dict[str, CodeCell]:
        """Gives what is known of each code cell, by id; nothing where that is not Python 3."""
        if not notebook.is_python or _is_python_2(notebook):
            return {}
        return {
            cell.id: self._cell(cell.source) for cell in notebook.cells if cell.cell_type == "code"
        }

    def _cell(self, source: str) -> CodeCell:
        known = self._cells.get(source)
        if known is None:
            known = CodeCell(source)
            self._cells.put(source, known)
        return known

    def _from_rules(
        self, context: Context, wanted: Selection, notices: list[str]
    ) -> Iterator[_Told]:
        text = ""
        if not context.live:
            text = "\n".join([known.source for known in context.code.values()])
        for rule, ask in self._rules_of(wanted):
            if not (rule.any_language or context.code):
                continue
            try:
                for problem in ask(rule, context, text):
                    severity = rule.live_severity if context.live else None
                    yield _Told(
                        rule.code,
                        rule.slug,
                        problem.severity or severity or rule.severity,
                        rule.not_yet,
                        f"rules/{rule.slug}/",
                        problem,
                    )
            except Exception:
                # One mistake of ours must not take away what the other rules have to say.
                _log.exception("Rule %s failed", rule.code)
                notices.append(f"Rule {rule.code} failed on this notebook and was left out.")

    def _rules_of(self, wanted: Selection) -> "list[tuple[Rule, _Ask]]":
        """Gives the rules that are to speak, and how each is asked."""
        chosen = self._chosen.get(wanted)
        if chosen is None:
            chosen = [
                (rule, _ask_of_cells if isinstance(rule, CellRule) else _ask)
                for rule in self._rules
                if wanted.includes(rule.code, rule.slug, default=rule.default == "on")
            ]
            self._chosen.put(wanted, chosen)
        return chosen


_Ask = Callable[[Any, Context, str], Iterable[Problem]]


def _ask(rule: Rule, context: Context, text: str) -> Iterable[Problem]:
    """Asks a rule about a notebook; not where it surely has nothing to say."""
    may_speak = _holds_needles(rule, context) if context.live else rule.may_speak(text)
    return rule.check(context) if may_speak else ()


def _ask_of_cells(rule: CellRule, context: Context, text: str) -> Iterable[Problem]:
    """Asks a rule about each cell."""
    found: list[Problem] = []
    # An open notebook is looked at again and again: its cells have their answers.
    if not context.live and not holds_needles(rule, text):
        return found
    key = (rule.code, context.thresholds)
    for cell_id, code in context.code.items():
        answer: tuple[Problem, ...] | None = code.kept.get(key)
        if answer is None:
            may_speak = rule.may_speak(code.source)
            answer = tuple(rule.check_cell(code, context.thresholds)) if may_speak else ()
            code.kept[key] = answer
        if answer:
            found += [in_cell(problem, cell_id) for problem in answer]
    return found


_NEEDLES = sorted({word for rule in registry.ALL_RULES for group in rule.needles for word in group})


def _holds_needles(rule: Rule, context: Context) -> bool:
    """Tells the same as `holds_needles`, with what is kept of each cell."""
    return all(
        any(not words.isdisjoint(group) for words in map(_needles_in, context.code.values()))
        for group in rule.needles
    )


def _needles_in(code: CodeCell) -> frozenset[str]:
    words: frozenset[str] | None = code.kept.get(_needles_in)
    if words is None:
        words = code.kept[_needles_in] = frozenset(
            [word for word in _NEEDLES if word in code.source]
        )
    return words


def _explained(told: list[_Told]) -> list[_Told]:
    """Leaves out that a name is undefined where it is told why it is known all the same."""
    ghosts = {(each.problem.cell, each.problem.range) for each in told if each.code == "NB110"}
    return [
        each
        for each in told
        if each.code not in {"F821", "NB103"}
        or (each.problem.cell, each.problem.range) not in ghosts
    ]


def _config(options: LintOptions, path: Path | None) -> Config:
    if options.config is not None:
        return options.config
    return find_config(path) if path is not None else Config()


def _selection(
    notebook: Notebook, options: LintOptions, path: Path | None, config: Config
) -> Selection:
    place = path or Path(notebook.path or "notebook.ipynb")
    wanted = selection(config, place, options.ignore)
    if options.select is not None:
        wanted = msgspec.structs.replace(wanted, select=options.select)
    return wanted


def notebook_path(notebook: Notebook, options: LintOptions) -> Path | None:
    """Gives the place of a notebook on disk; ``None`` when it has none that is known."""
    if options.folder is None:
        return None
    name = os.path.basename(notebook.path.replace("\0", "")) or "notebook.ipynb"  # noqa: PTH119
    # ruff tells a notebook by its name; other files can be opened as one.
    return options.folder.absolute() / (name if name.endswith(".ipynb") else f"{name}.ipynb")


def _is_python_2(notebook: Notebook) -> bool:
    version = notebook.python_version
    if version is not None:
        return version[0] == 2
    return notebook.language.endswith("2") or notebook.kernelspec == "python2"


def _is_other_language(notebook: Notebook, code: dict[str, CodeCell], report: RuffReport) -> bool:
    """Tells whether a notebook that says nothing of its kernel is hardly one of Python."""
    if notebook.kernelspec or notebook.language_version:
        return False
    strange = {problem.cell for problem in report.syntax}
    undefined = {found.problem.cell for found in report.findings if found.code == "F821"}
    if len(strange | undefined) < _FEWEST:
        return False
    if not any(any(known.by_kind.of(ast.Import, ast.ImportFrom)) for known in code.values()):
        # Much of R parses: `plot(cars)`.
        strange |= undefined
    filled = sum(1 for known in code.values() if known.source.strip())
    return len(strange) >= _FEWEST and len(strange) > _MOST * filled


def _unknown_codes(notebook: Notebook, code: dict[str, CodeCell], config: Config) -> list[Problem]:
    try:
        return list(unknown_codes.problems(notebook, code, config))
    except RuffError:
        return []  # told among the notices already


def _from_ruff(report: RuffReport, wanted: Selection) -> Iterator[_Told]:
    for found in report.findings:
        selected = wanted.select is not None or report.settings.selects(found.code)
        if selected and wanted.includes(found.code, found.name):
            yield _of_ruff(found)


def _of_ruff(found: RuffFinding) -> _Told:
    return _Told(
        found.code,
        found.name,
        SEVERITIES.get(found.code, Severity.WARNING),
        found.code in NOT_YET,
        found.url,
        found.problem,
        found.noqa_line,
    )


def _findings(
    told: Iterable[_Told], context: Context, config: Config, *, brief: bool
) -> list[Finding]:
    told = list(told)
    if not told:
        return []
    silence = Silence(context.notebook, context.code)
    numbers = {cell.id: number for number, cell in enumerate(context.notebook.cells)}
    chosen: list[tuple[tuple[int, int, int, str], _Told, Severity]] = []
    for each in told:
        problem = each.problem
        severity = _severity(each, config)
        if severity is None or silence.covers(
            each.code, each.slug, problem.cell, problem.range, each.noqa_line
        ):
            continue
        place = problem.range.start if problem.range is not None else None
        order = (
            numbers.get(problem.cell, -1) if problem.cell is not None else -1,
            place.line if place is not None else -1,
            place.column if place is not None else -1,
            each.code,
        )
        chosen.append((order, each, severity))
    chosen.sort(key=lambda item: item[0])
    seen: Counter[tuple[str, str | None, str]] = Counter()
    findings = []
    for _, each, severity in chosen:
        problem = each.problem
        code = context.code.get(problem.cell) if problem.cell is not None else None
        identity = (each.code, problem.cell, _anchor(problem, code))
        finding = Finding(
            id=finding_id(*identity, seen[identity]),
            code=each.code,
            slug=each.slug,
            severity=severity,
            message=secrets.mask(problem.message),
            why="" if brief else _why(each.code),
            cell=problem.cell,
            range=problem.range,
            fixes=list(problem.fixes),
            silence=[],
            not_yet=each.not_yet,
            url=each.url,
        )
        if context.live:
            finding = msgspec.structs.replace(finding, silence=silence_options(finding, code))
        seen[identity] += 1
        findings.append(finding)
    return findings


def _anchor(problem: Problem, code: CodeCell | None) -> str:
    """Gives the text a finding stands on, by which it is known again when lines move."""
    if problem.range is None or code is None:
        return problem.message
    line = problem.range.start.line
    start = code.lines.to_offset(code.lines.from_codepoints(line, 0))
    return code.source[start : code.lines.to_offset(code.lines.end_of_line(line))].strip()


def _severity(told: _Told, config: Config) -> Severity | None:
    """Gives the severity that the settings have for a finding; ``None`` for ``off``."""
    best, level = -1, str(told.severity)
    for entry, setting in config.severity:
        exact = entry == told.slug
        if exact or (entry and told.code.startswith(entry.upper())):
            fit = len(told.code) if exact else len(entry)
            if fit >= best:
                best, level = fit, setting
    return None if level == "off" else Severity(level)


def _why(code: str) -> str:
    rule = registry.by_code(code)
    if rule is not None:
        return page(rule).why
    try:
        known = ruff.rules().get(code)
    except RuffError:
        return ""
    return known.why if known is not None else ""
