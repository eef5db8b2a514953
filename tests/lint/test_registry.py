"""The rules as a whole: codes, slugs, and that each page says the truth."""

import re
from pathlib import Path

import pytest

from jupyter_nbquality.config import find_config
from jupyter_nbquality.lint.registry import ALL_RULES, by_code, by_slug
from jupyter_nbquality.lint.rule import CodeCell, Context, Rule, Surroundings
from jupyter_nbquality.lint.rule_page import SECTIONS, page, sample

RULES = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)


def problems(rule: type[Rule], section: str, folder: Path) -> int:
    """Counts what a rule finds in the notebook of a section, whose files go into a folder."""
    shown = sample(section)
    for name, text in shown.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    document = shown.notebook
    codes = [cell for cell in document.cells if cell.cell_type == "code" and document.is_python]
    context = Context(
        notebook=document,
        code={cell.id: CodeCell(cell.source) for cell in codes},
        thresholds=find_config(folder / document.path).thresholds,
        surroundings=Surroundings(folder=folder, root=folder),
    )
    return len(list(rule().check(context)))


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
def test_example_fires(rule: type[Rule], tmp_path: Path) -> None:
    assert problems(rule, page(rule).sections["Example"], tmp_path) > 0


@RULES
def test_instead_is_silent(rule: type[Rule], tmp_path: Path) -> None:
    assert problems(rule, page(rule).sections["Instead"], tmp_path) == 0
