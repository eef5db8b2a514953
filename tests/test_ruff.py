import json
from pathlib import Path

import pytest

from jupyter_nbquality import ruff
from jupyter_nbquality.ruff import CheckSettings, Diagnostic, RuffError, UnreadableCellError

UNUSED = CheckSettings(select=("F401",))


def check(
    sources: list[str | None], folder: Path, settings: CheckSettings = UNUSED
) -> list[Diagnostic]:
    return ruff.check(ruff.document(sources), folder / "a.ipynb", settings)


def test_places_are_those_of_the_cell(tmp_path: Path) -> None:
    (found,) = check([None, "x = 1", "# 😀\nimport os"], tmp_path)
    assert (found.code, found.cell, found.name) == ("F401", 3, "unused-import")
    assert (found.location.row, found.location.column) == (2, 8)
    assert found.fix is not None
    assert found.fix.applicability == "safe"
    assert found.url == ruff.rules()["F401"].url


@pytest.mark.parametrize(
    "settings",
    [
        "fix = true",
        "fix-only = true",
        "show-fixes = true",
        'output-format = "concise"',
        "unsafe-fixes = true",
        'required-version = ">=0.1"',
        # deprecated: ruff warns, and works
        'select = ["F401"]',
    ],
)
def test_settings_of_a_project_do_not_change_the_kind_of_answer(
    settings: str, tmp_path: Path
) -> None:
    (tmp_path / "ruff.toml").write_text(settings)
    assert [found.code for found in check(["import os"], tmp_path)] == ["F401"]


def test_an_excluded_notebook_has_no_findings(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('exclude = ["*.ipynb"]')
    assert check(["import os"], tmp_path) == []
    isolated = CheckSettings(select=("F401",), isolated=True)
    assert len(check(["import os"], tmp_path, isolated)) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("colour = 1", "colour"),
        ("fix = ", "TOML"),
        ('lint.select = ["ZZ99"]', "ZZ99"),
        ('required-version = "<0.1"', "<0.1"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(settings: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text(settings)
    with pytest.raises(RuffError) as caught:
        check(["import os"], tmp_path)
    sentence = str(caught.value)
    assert sentence.startswith("ruff refused: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert said in sentence


def test_external_codes_keep_their_noqa(tmp_path: Path) -> None:
    source = "import os  # noqa: NB301\nos.x"
    settings = CheckSettings(select=("RUF102",))
    assert [found.code for found in check([source], tmp_path, settings)] == ["RUF102"]
    settings = CheckSettings(select=("RUF102",), external=("NB",))
    assert check([source], tmp_path, settings) == []


def test_target_version(tmp_path: Path) -> None:
    source = "match 1:\n    case 1: pass"
    settings = CheckSettings(select=("F401",), target="py38")
    (found,) = check([source], tmp_path, settings)
    assert found.is_syntax_error
    assert check([source], tmp_path, CheckSettings(select=("F401",), target="py312")) == []


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ((3, 12), "py312"),
        ((3, 6), "py37"),
        ((3, 99), "py315"),
        ((2, 7), None),
        (None, None),
    ],
)
def test_names_of_versions(version: tuple[int, int] | None, name: str | None) -> None:
    assert ruff.target_version(version) == name


def test_the_newest_version_named_is_one_that_ruff_knows(tmp_path: Path) -> None:
    target = ruff.target_version((3, 99))
    assert check(["x = 1"], tmp_path, CheckSettings(select=("F401",), target=target)) == []


def test_lone_surrogates_and_null_characters_are_survived(tmp_path: Path) -> None:
    (found,) = check(["x = '\ud800'; import os", None], tmp_path)
    assert found.location.column == 17
    assert check(["x = '\0'"], tmp_path) == []


def test_the_folder_need_not_exist(tmp_path: Path) -> None:
    assert len(check(["import os"], tmp_path / "no" / "where")) == 1


def test_a_run_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(RuffError, match="stopped after"):
        ruff.check(ruff.document(["x = 1"]), tmp_path / "a.ipynb", UNUSED, timeout=0)


def test_rules_say_why() -> None:
    rules = ruff.rules()
    assert len(rules) > 800
    rule = rules["F401"]
    assert (rule.name, rule.status) == ("unused-import", "stable")
    assert rule.why.startswith("Unused imports ")
    assert rule.why.endswith(".")
    assert rules["PT004"].status == "removed"
    with_links = [code for code, each in rules.items() if "](" in each.why]
    assert with_links == []


def test_formatting(tmp_path: Path) -> None:
    document = ruff.document(["x=1;", "y = 'a'"])
    cells = json.loads(ruff.format_notebook(document, tmp_path / "a.ipynb"))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["x = 1;", 'y = "a"']
    (tmp_path / "ruff.toml").write_text("format.quote-style = 'single'")
    cells = json.loads(ruff.format_notebook(document, tmp_path / "a.ipynb"))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["x = 1;", "y = 'a'"]
    (tmp_path / "ruff.toml").write_text('exclude = ["*.ipynb"]')
    cells = json.loads(ruff.format_notebook(document, tmp_path / "a.ipynb"))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["x=1;", "y = 'a'"]


def test_formatting_what_does_not_parse(tmp_path: Path) -> None:
    with pytest.raises(UnreadableCellError):
        ruff.format_notebook(ruff.document(["f("]), tmp_path / "a.ipynb")


def test_many_documents_are_looked_at_in_one_run_each_for_its_python() -> None:
    newer = ruff.document(["import os", None, "if (n := 1): print(n)"])
    answers = ruff.check_documents(
        [(newer, "py37"), (newer, "py312"), (b"no notebook", None), (ruff.document([]), None)],
        UNUSED,
    )
    assert [answer and [each.code for each in answer] for answer in answers[:2]] == [
        ["F401", "invalid-syntax"],
        ["F401"],
    ]
    assert answers[2:] == [None, []]
    assert ruff.check_documents([], UNUSED) == []
