"""What `nbquality init` has other tools keep."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_nbquality.cli import main
from jupyter_nbquality.lint import registry


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")


def init(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["init", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ("args: [--extra-keys, cell.metadata.nbquality]", 'args: [--extra-keys, ""]'),
        (
            'args: ["--extra-keys", "metadata.x cell.metadata cell.metadata.y"]',
            'args: ["--extra-keys", "metadata.x cell.metadata.y"]',
        ),
        (
            "args:\n    - --extra-keys=metadata.x cell.metadata.nbquality.tests",
            "args:\n    - --extra-keys=metadata.x ",
        ),
        (
            "args:\n    - --extra-keys\n    - 'cell.metadata metadata.x'\n    - --keep-id",
            "args:\n    - --extra-keys\n    - 'metadata.x'\n    - --keep-id",
        ),
        (
            "args: [--keep-metadata-keys, cell.metadata.nbquality]",
            "args: [--keep-metadata-keys, cell.metadata.nbquality]",
        ),
    ],
)
def test_hook_of_nbstripout_keeps_tests(arguments: str, kept: str):
    text = "repos:\n- repo: some\n  hooks:\n  - id: nbstripout\n    {}\n  - id: other\n"
    hooks = Path(".pre-commit-config.yaml")
    hooks.write_text(text.format(arguments))
    init("--yes")
    assert hooks.read_text().startswith(text.format(kept))


def test_filter_of_nbstripout_keeps_tests_in_this_clone():
    git("init", "-q")
    git("config", "filter.nbstripout.clean", "python -m nbstripout --extra-keys cell.metadata")
    git("config", "filter.nbstripout.extrakeys", "metadata.x cell.metadata.nbquality")
    before = Path(".git/config").read_text()
    assert "keepmetadatakeys = cell.metadata.nbquality" in init()
    assert Path(".git/config").read_text() == before
    init("--yes")
    assert git("config", "filter.nbstripout.clean") == 'python -m nbstripout --extra-keys ""'
    assert git("config", "filter.nbstripout.extrakeys") == "metadata.x"
    assert git("config", "filter.nbstripout.keepmetadatakeys") == "cell.metadata.nbquality"
    assert "Nothing to do" in init("--yes")


def test_a_clone_without_nbstripout_is_left_alone():
    git("init", "-q")
    before = Path(".git/config").read_text()
    init("--yes")
    assert Path(".git/config").read_text() == before


def test_jupytext_keeps_what_is_ours():
    Path("jupytext.toml").write_text('cell_metadata_filter = "tags,-all"\n[formats]\n"a/" = "py"\n')
    Path("pyproject.toml").write_text(
        "[tool.jupytext]\nnotebook_metadata_filter = '-nbquality,kernelspec'\n"
    )
    Path("jupytext.yml").write_text("cell_metadata_filter: -all\n")
    assert "jupytext filters metadata by jupytext.yml" in init("--yes")
    assert Path("jupytext.toml").read_text() == (
        'cell_metadata_filter = "nbquality,tags,-all"\nnotebook_metadata_filter = "nbquality"\n'
        '[formats]\n"a/" = "py"\n'
    )
    settings = Path("pyproject.toml").read_text()
    assert "notebook_metadata_filter = 'nbquality,kernelspec'" in settings
    assert "Nothing to do" in init("--yes")


def test_nbdime_shows_and_merges_tests():
    settings = {
        "Diff": {"Ignore": {"/cells/*/metadata": True, "/metadata": ["kernelspec"]}},
        "Merge": {"Ignore": {"/cells/*/metadata": ["collapsed", "nbquality"]}},
        "NbShow": {"metadata": False, "sources": True},
    }
    Path("nbdime_config.json").write_text(json.dumps(settings, indent=4) + "\n")
    init("--yes")
    text = Path("nbdime_config.json").read_text()
    found = json.loads(text)
    assert "nbquality" not in text
    assert "collapsed" in found["Diff"]["Ignore"]["/cells/*/metadata"]
    assert found["Diff"]["Ignore"]["/metadata"] == ["kernelspec"]
    assert found["Merge"]["Ignore"]["/cells/*/metadata"] == ["collapsed"]
    assert found["NbShow"]["Ignore"]["/metadata"] is True
    assert found["NbShow"]["sources"] is True
    assert text.startswith('{\n    "Diff"')
    assert "Nothing to do" in init("--yes")


def test_the_example_silences_two_rules_that_would_speak():
    init("--yes")
    settings = Path("pyproject.toml").read_text()
    example = json.loads(re.findall(r"such as (\[.*\])", settings)[0])
    rules = [registry.by_code(name) or registry.by_slug(name) for name in example]
    assert None not in rules
    assert len(set(rules)) == 2
    assert {rule.default for rule in rules if rule} == {"on"}
