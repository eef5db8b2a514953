"""Looks at small notebooks with the whole engine and a real ruff."""

from pathlib import Path
from typing import Any

from jupyter_nbquality.config import Config
from jupyter_nbquality.findings import Finding
from jupyter_nbquality.lint.engine import Linter, LintOptions, LintResult
from jupyter_nbquality.notebook import Cell, Notebook
from tests.lint.builders import notebook

# What every small notebook gets: no title, never run.
SHAPE = ("NB107", "NB210", "NB201", "NB106")


def lint(
    *cells: Cell | str | Notebook,
    select: tuple[str, ...] | None = None,
    ignore: tuple[str, ...] = SHAPE,
    live: bool = False,
    config: Config | None = None,
    folder: Path | None = None,
    **fields: Any,
) -> LintResult:
    """Lints a notebook, or one made of cells; ``fields`` are those of `Notebook`."""
    document = cells[0] if isinstance(cells[0], Notebook) else notebook(*cells, **fields)  # type: ignore[arg-type]
    if config is None and folder is None:
        config = Config()
    return Linter().lint(document, LintOptions(select, ignore, live, config, folder))


def told(result: LintResult) -> list[tuple[str, str | None, int | None]]:
    """Gives code, cell and line from 0 of each finding."""
    return [
        (finding.code, finding.cell, finding.range.start.line if finding.range else None)
        for finding in result.findings
    ]


def codes(result: LintResult) -> list[str]:
    """Gives the code of each finding."""
    return [finding.code for finding in result.findings]


def only(result: LintResult, code: str) -> Finding:
    """Gives the one finding of a rule."""
    (finding,) = [finding for finding in result.findings if finding.code == code]
    return finding
