"""A hook of mkdocs: makes the pages of the user guide that come from the code.

Each rule has a page, made from its docstring. The comments ``<!-- rules -->`` and
``<!-- rules of ruff -->`` in other pages are replaced by tables.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from jupyter_nbquality.config import find_config
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.lint.registry import ALL_RULES
from jupyter_nbquality.lint.ruff_rules import SELECTED
from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.lint.rule_page import markdown, page, sample

SECTION = "Rules"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Adds the pages of rules to the navigation."""
    for entry in config.nav or []:
        if isinstance(entry, dict) and SECTION in entry:
            entry[SECTION] += [{f"{rule.code} {rule.slug}": _path(rule)} for rule in ALL_RULES]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds a page for each rule."""
    for rule in ALL_RULES:
        files.append(File.generated(config, _path(rule), content=markdown(rule)))
    return files


def on_page_markdown(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Puts the tables of rules where their marks are."""
    tables = {
        "<!-- rules -->": _our_rules,
        "<!-- rules of ruff -->": _rules_of_ruff,
    }
    for mark, table in tables.items():
        if mark in text:
            text = text.replace(mark, "\n".join(table()))
    return text


def _path(rule: type[Rule]) -> str:
    return f"rules/{rule.slug}.md"


def _our_rules() -> Iterator[str]:
    yield "| Code | Name | Finds | Reported as | Fix |"
    yield "|---|---|---|---|---|"
    for rule in ALL_RULES:
        severity = "off" if rule.default == "off" else rule.severity.value
        if rule.live_severity is not None and rule.default == "on":
            severity += f", {rule.live_severity.value} while open"
        fix = "yes" if _offers_fix(rule) else ""
        finds = page(rule).summary.replace("|", "\\|")
        yield f"| [{rule.code}]({rule.slug}.md) | `{rule.slug}` | {finds} | {severity} | {fix} |"


def _offers_fix(rule: type[Rule]) -> bool:
    """Tells whether a fix is offered for the example on a rule's own page."""
    shown = sample(page(rule).sections["Example"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shown.write_files(folder)
        options = LintOptions(select=(rule.code,), config=find_config(folder), folder=folder)
        findings = Linter().lint(shown.notebook, options).findings
    return any(finding.fixes for finding in findings)


def _rules_of_ruff() -> Iterator[str]:
    yield "| Code | Finds |"
    yield "|---|---|"
    for code, finds in SELECTED:
        yield f"| `{code}` | {finds} |"
