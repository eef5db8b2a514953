"""What spares most of the work: rules that are not asked, and cells that are not parsed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_nbquality import notebook_file
from jupyter_nbquality.config import Config, Thresholds
from jupyter_nbquality.lint.engine import Linter, LintOptions, LintResult
from jupyter_nbquality.lint.registry import ALL_RULES
from jupyter_nbquality.lint.rule import CellRule, Context, Rule
from jupyter_nbquality.lint.rule_page import Sample, page, sample
from tests.lint.builders import code, context, notebook

ROOT = Path(__file__).parents[2]
SCREENED = [rule for rule in ALL_RULES if rule.needles or rule.may_speak is not Rule.may_speak]
CHOOSY = pytest.mark.parametrize("rule", SCREENED, ids=lambda rule: rule.code)


def samples() -> Iterator[Sample]:
    """Yields the notebooks of the rules' own pages."""
    for rule in ALL_RULES:
        sections = page(rule).sections
        yield from (sample(sections[name]) for name in ("Example", "Instead"))


def real_cells() -> list[str]:
    """Gives the code of this repository's notebooks, and of the pages."""
    files = [*ROOT.glob("examples/*.ipynb"), *ROOT.glob("benchmarks/notebooks/*.ipynb")]
    notebooks = [notebook_file.read(file).notebook for file in sorted(files)]
    notebooks += [each.notebook for each in samples()]
    return [cell.source for each in notebooks for cell in each.cells if cell.cell_type == "code"]


CELLS = real_cells()
LINES = sorted({line for cell in CELLS for line in cell.split("\n")})
# What tells statements apart that look alike.
LINES += """\
x = x + 1;x += 1;    x += 1;x = (;    x);x = f(x);with a as b:;else:;x[;0] = x[0] / 2;@cached;\'\'\'
def f(a): return g(a);g = 3;f(1);try:;    pass;rows.append(;1););%time y = y.T;\\;x = x \\;y = (x
""".replace("\n", ";").split(";")
LINES.append("a = 1; b = b * 2")


def unasked(rule: Rule, about: Context) -> list[str]:
    """Gives the texts of which a rule speaks although it says that it would not."""
    if isinstance(rule, CellRule):
        texts = {known.source: known for known in about.code.values()}
        return [
            text
            for text, known in texts.items()
            if not rule.may_speak(text) and list(rule.check_cell(known, about.thresholds))
        ]
    text = "\n".join(known.source for known in about.code.values())
    return [] if rule.may_speak(text) or not list(rule.check(about)) else [text]


@CHOOSY
def test_a_rule_says_nothing_of_what_it_need_not_see(rule: type[Rule], project: Path) -> None:
    for each in samples():
        each.write_files(project)
        assert unasked(rule(), context(each.notebook, folder=project)) == []
    for cell in CELLS:
        assert unasked(rule(), context(notebook(cell))) == []


@CHOOSY
def test_without_its_words_a_rule_is_silent(rule: type[Rule], project: Path) -> None:
    shown = sample(page(rule).sections["Example"])
    shown.write_files(project)
    assert list(rule().check(context(shown.notebook, folder=project)))
    for group in rule.needles:
        cells = []
        for cell in shown.notebook.cells:
            source = cell.source
            for word in group:
                source = source.replace(word, "ö" * len(word))
            cells.append(code(source, cell.execution_count, id=cell.id))
        assert not list(rule().check(context(notebook(*cells), folder=project)))


@given(
    st.lists(
        st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map("\n".join),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_screens_are_right_about_random_cells(cells: list[str]) -> None:
    about = context(notebook(*cells))
    assert {rule.code: said for rule in SCREENED if (said := unasked(rule(), about))} == {}


def broken(source: str, chance: random.Random) -> str:
    """Cuts a cell off somewhere, or leaves it as it is."""
    if chance.random() < 0.7:
        return source
    start = chance.randrange(len(source) // 2 + 1)
    return source[start:][: chance.randrange(len(source) + 1)]


def test_many_notebooks_at_once_get_the_answers_of_one_by_one(tmp_path: Path) -> None:
    chance = random.Random(20)
    options = LintOptions(folder=tmp_path)
    notebooks = []
    for number in range(120):
        cells = [broken(chance.choice(CELLS), chance) for _ in range(chance.randrange(1, 5))]
        notebooks.append(notebook(*cells, path=f"{number}.ipynb", language_version="3.12.1"))
        content = [{"cell_type": "code", "source": cell} for cell in cells]
        (tmp_path / f"{number}.ipynb").write_text(json.dumps({"cells": content}), "utf-8")

    def seen(linter: Linter) -> Iterator[tuple[str, LintResult]]:
        for each in notebooks:
            yield "\n---\n".join(cell.source for cell in each.cells), linter.lint(each, options)

    together = Linter()
    together.prepare((each, options) for each in notebooks)
    for (shown, one), (_, other) in zip(seen(Linter()), seen(together), strict=True):
        assert other.findings == one.findings, shown
        assert other.parses == one.parses, shown


@pytest.mark.parametrize(
    "cells",
    [
        ("x = (1,", "2)"),
        ('x = """', 'y = """'),
        ("if True:\n    x = 1", "else:\n    x = 2"),
        ("@property", "def f(self):\n    return 1"),
        ("x = 1 + \\", "2"),
        ("if True:", "# indented\n    x = 1"),
        ("try:\n    x = 1", "except ValueError:\n    x = 2"),
    ],
)
def test_cells_that_only_parse_together_are_found(cells: tuple[str, ...], tmp_path: Path) -> None:
    document = notebook(*cells, language_version="3.12.1")
    options = LintOptions(folder=tmp_path)
    linter = Linter()
    linter.prepare([(document, options)])
    assert "NB101" in [finding.code for finding in linter.lint(document, options).findings]


def test_ruff_is_asked_about_files_that_name_no_language(tmp_path: Path) -> None:
    document = notebook("import os")
    content = {"cells": [{"cell_type": "code", "source": "import os"}], "nbformat": 4}
    content["metadata"] = {"kernelspec": {"name": "python3"}}
    (tmp_path / "analysis.ipynb").write_text(json.dumps(content), "utf-8")
    options = LintOptions(select=("F401",), folder=tmp_path)
    linter = Linter()
    linter.prepare([(document, options)])
    assert [finding.code for finding in linter.lint(document, options).findings] == ["F401"]


def test_answers_are_kept_for_the_thresholds_they_were_given_for() -> None:
    linter, document = Linter(), notebook("x = 1\n" * 40)
    for lines, expected in ((30, 1), (50, 0), (30, 1)):
        config = Config(thresholds=Thresholds(long_cell=lines))
        options = LintOptions(select=("NB204",), config=config)
        assert len(linter.lint(document, options).findings) == expected
