"""The rules as a whole: codes, slugs, and that each page says the truth."""

import re
from pathlib import Path

import pytest

from jupyter_nbquality.config import find_config
from jupyter_nbquality.dataflow.staleness import RunRecord
from jupyter_nbquality.inspection import Inspector
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.lint.registry import ALL_RULES, by_code, by_slug
from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.lint.rule_page import SECTIONS, Sample, markdown, page, sample

NEED_A_KERNEL = {"NB110", "NB111"}
RULES = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)


def found(rule: type[Rule], section: str, folder: Path) -> list[str]:
    """Gives what the engine says under a rule's code about the notebook of a section."""
    shown = sample(page(rule).sections[section])
    shown.write_files(folder)
    options = LintOptions(select=(rule.code,), config=find_config(folder), folder=folder)
    if rule.code in NEED_A_KERNEL:
        findings = Inspector().inspect(shown.notebook, options, session(shown)).findings
    else:
        findings = Linter().lint(shown.notebook, options).findings
    return [finding.message for finding in findings if finding.code == rule.code]


def session(shown: Sample) -> list[RunRecord]:
    """Gives what ran: first what is gone, then the cells in the order of their counts."""
    counted = [cell for cell in shown.notebook.cells if cell.execution_count is not None]
    counted.sort(key=lambda cell: cell.execution_count or 0)
    return [
        *(RunRecord(f"gone {place}", text) for place, text in enumerate(shown.ran)),
        *(RunRecord(cell.id, cell.source) for cell in counted),
    ]


def test_rules_are_found_in_order() -> None:
    codes = [rule.code for rule in ALL_RULES]
    assert "NB104" in codes
    assert codes == sorted(set(codes))
    assert len({rule.slug for rule in ALL_RULES}) == len(ALL_RULES)


def test_look_up() -> None:
    rule = by_code("nb104")
    assert rule is not None
    assert by_slug(rule.slug) is rule
    assert by_code("NB999") is None
    assert by_slug("") is None


@RULES
def test_code_slug_and_file_agree(rule: type[Rule]) -> None:
    assert re.fullmatch(r"(NB|DS|ML)\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.slug)
    module = rule.__module__.rpartition(".")[2]
    assert module == f"{rule.code}_{rule.slug}".lower().replace("-", "_")


@RULES
def test_page_has_its_sections(rule: type[Rule]) -> None:
    about = page(rule)
    assert about.summary
    assert set(about.sections) >= {"Why", "Example", "Instead"}
    assert list(about.sections) == [name for name in SECTIONS if name in about.sections]
    assert about.why.endswith(".")
    assert all(about.sections.values())


@RULES
def test_example_fires(rule: type[Rule], project: Path) -> None:
    assert found(rule, "Example", project)


@RULES
def test_instead_is_silent(rule: type[Rule], project: Path) -> None:
    assert found(rule, "Instead", project) == []


@RULES
def test_page_for_people(rule: type[Rule]) -> None:
    text = markdown(rule)
    assert text.startswith(f"# {rule.slug} ({rule.code})\n\n{page(rule).summary}.\n")
    assert "# %%" not in text
    assert "# notebook:" not in text
    assert text.count("```") % 2 == 0


def test_page_shows_cells_with_their_prompts() -> None:
    rule = by_code("NB108")
    assert rule is not None
    assert """\
`[2]`, tagged `raises-exception`, ends in `KeyError`:

```python
prices["coffee"]
```
""" in markdown(rule)
