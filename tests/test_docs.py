"""The user guide: it builds without a warning and without a network, and names every setting."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_nbquality.config import SEVERITIES, Thresholds
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.lint.registry import ALL_RULES
from tests.lint.builders import notebook

ROOT = Path(__file__).parent.parent
LOADED = re.compile(r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
OFFERED = re.compile(r"<link rel=\"?(?:canonical|prev|next)\b")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_rule_has_a_page_and_a_row(site: Path) -> None:
    table = (site / "rules" / "index.html").read_text("utf-8")
    for rule in ALL_RULES:
        assert rule.slug in (site / "rules" / rule.slug / "index.html").read_text("utf-8")
        assert f"<code>{rule.slug}</code>" in table


def test_a_finding_leads_to_its_page(site: Path) -> None:
    result = Linter().lint(notebook("", "x = 1"), LintOptions(select=("empty-cell",)))
    assert [(site / finding.url / "index.html").is_file() for finding in result.findings] == [True]


def test_no_page_loads_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(ALL_RULES)
    for page in pages:
        found = LOADED.findall(page.read_text("utf-8"))
        assert [tag for tag in found if not OFFERED.match(tag)] == []


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    settings = ("select", "ignore", "per-file-ignores", "severity", "exclude", "thresholds")
    for name in (*settings, *SEVERITIES, *Thresholds.__struct_encode_fields__):
        assert f"`{name}`" in text, name
    for name, value in zip(
        Thresholds.__struct_encode_fields__, Thresholds.__struct_defaults__, strict=True
    ):
        assert re.search(rf"`{name}`.*\| {value} \|", text), name


def test_every_option_of_check_is_explained() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from jupyter_nbquality.cli import main; main()", "check", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    options = set(re.findall(r"^ {2}(?:-\w, )?(--[a-z-]+)", done.stdout, re.MULTILINE))
    assert len(options) > 5
    assert [name for name in sorted(options) if f"`{name}`" not in text and name != "--help"] == []
