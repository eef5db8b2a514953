"""Codes that no rule has, wherever a person can write one: what NB001 tells."""

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from jupyter_nbquality import ruff
from jupyter_nbquality.config import Config
from jupyter_nbquality.edits import ChangeCell, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability
from jupyter_nbquality.lint import registry
from jupyter_nbquality.lint.directives import directives, may_hold_directives
from jupyter_nbquality.lint.ruff_rules import EXTERNAL
from jupyter_nbquality.lint.rule import CodeCell, Problem, fix
from jupyter_nbquality.metadata import ignored_codes
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import Range

_NEAR = 0.75
_LIKE_DIGITS = str.maketrans("OIL", "011")
_OURS = re.compile(rf"(?:{'|'.join(EXTERNAL)})\d*", re.IGNORECASE)


def is_known(entry: str) -> bool:
    """Tells whether a code, a beginning of one or a slug names any rule, ours or ruff's."""
    if entry in {"ALL", "*"}:
        return True
    upper = entry.upper()
    if upper in EXTERNAL or entry in _slugs() or any(code.startswith(upper) for code in _codes()):
        return True
    if _OURS.fullmatch(entry):
        return False
    return any(code.startswith(upper) or rule.name == entry for code, rule in ruff.rules().items())


def unknown(entries: Iterable[str]) -> list[str]:
    """Lists the entries that name no rule, each once, in order."""
    return [entry for entry in dict.fromkeys(entries) if not is_known(entry)]


def nearest(entry: str) -> str | None:
    """Gives the code or slug that was probably meant."""
    wanted, names = entry.upper(), [*_codes()]
    if not _OURS.fullmatch(entry):
        names += ruff.rules()
        in_digits = wanted[:1] + wanted[1:].translate(_LIKE_DIGITS)
        if in_digits in names:
            return in_digits
        if entry.upper() != entry:
            wanted, names = entry, [*sorted(_slugs()), *_ruff_names()]
    found = difflib.get_close_matches(wanted, names, n=1, cutoff=_NEAR)
    return found[0] if found else None


def problems(notebook: Notebook, code: Mapping[str, CodeCell], config: Config) -> Iterator[Problem]:
    """Yields what NB001 says of a notebook and of the settings that count for it."""
    for where, entries in _settings(config):
        for entry in unknown(entries):
            yield Problem(f"{_complaint(entry)} (`{where}` in [tool.nbquality])")
    may_silence = may_hold_directives("\n".join([known.source for known in code.values()]))
    for entry in unknown(ignored_codes(notebook.metadata)):
        yield Problem(f"{_complaint(entry)} (ignored in this notebook)")
    for cell in notebook.cells:
        for entry in unknown(ignored_codes(cell.metadata)) if cell.metadata else ():
            yield Problem(f"{_complaint(entry)} (ignored in this cell)", cell.id)
        known = code.get(cell.id) if may_silence else None
        for directive in directives(known) if known is not None else ():
            for entry, offset in directive.codes or ():
                # What other tools' codes are, only the person knows.
                if (directive.noqa and not _OURS.fullmatch(entry)) or is_known(entry):
                    continue
                yield _in_comment(entry, offset, cell.id, known)


def _in_comment(entry: str, offset: int, cell_id: str, code: CodeCell | None) -> Problem:
    assert code is not None
    span = Range(code.lines.from_offset(offset), code.lines.from_offset(offset + len(entry)))
    meant = nearest(entry)
    fixes = []
    if meant is not None:
        change = ChangeCell(cell_id, source_hash(code.source), [TextEdit(span, meant)])
        fixes.append(fix(f"Use {meant}", Applicability.UNSAFE, change))
    return Problem(_complaint(entry), cell_id, span, fixes)


def _complaint(entry: str) -> str:
    meant = nearest(entry)
    return f"No rule is called `{entry}`" + (f"; `{meant}` is" if meant is not None else "")


def _settings(config: Config) -> Iterator[tuple[str, Iterable[str]]]:
    yield "select", config.select or ()
    yield "ignore", config.ignore
    yield "severity", (code for code, _ in config.severity)
    for pattern, codes in config.per_file_ignores:
        yield f"per-file-ignores.{pattern}", codes


@functools.cache
def _codes() -> tuple[str, ...]:
    return tuple(rule.code for rule in registry.ALL_RULES)


@functools.cache
def _slugs() -> frozenset[str]:
    return frozenset(rule.slug for rule in registry.ALL_RULES)


@functools.cache
def _ruff_names() -> tuple[str, ...]:
    return tuple(rule.name for rule in ruff.rules().values())
