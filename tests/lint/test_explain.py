import pytest

from jupyter_nbquality.lint.explain import explain
from jupyter_nbquality.lint.registry import ALL_RULES


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_our_rules(rule):
    explanation = explain(rule.code.lower())
    assert explanation == explain(rule.slug)
    assert explanation.code == rule.code
    assert explanation.markdown.startswith(f"# {rule.slug} ({rule.code})\n\n")
    assert "\n## Why\n\n" in explanation.markdown
    assert ".." not in explanation.markdown.split("\n")[2]


@pytest.mark.parametrize("name", ["F401", "f401", "unused-import"])
def test_rules_of_ruff(name):
    explanation = explain(name)
    assert (explanation.code, explanation.slug) == ("F401", "unused-import")
    assert explanation.markdown.startswith("# unused-import (F401)\n\n")
    assert "## Why is this bad?" in explanation.markdown


@pytest.mark.parametrize("name", ["", "NB999", "--all", "../F401", "no-such-rule"])
def test_unknown(name):
    assert explain(name) is None
