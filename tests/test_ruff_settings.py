from pathlib import Path

import pytest

from jupyter_nbquality.ruff_settings import RuffSettings, find_settings


@pytest.fixture(autouse=True)
def no_settings_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "home"))


def find(tmp_path: Path, files: dict[str, str]) -> RuffSettings:
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return find_settings(tmp_path / "project" / "sub" / "a.ipynb")


@pytest.mark.parametrize(
    ("files", "select"),
    [
        ({}, None),
        ({"project/ruff.toml": "line-length = 80"}, None),
        ({"project/ruff.toml": 'lint.select = ["E"]'}, ("E",)),
        ({"project/ruff.toml": 'select = ["E"]'}, ("E",)),
        ({"project/.ruff.toml": 'lint.select = ["E"]', "project/ruff.toml": ""}, ("E",)),
        ({"project/pyproject.toml": '[tool.ruff.lint]\nselect = ["E"]'}, ("E",)),
        # a pyproject without a table for ruff is passed over
        (
            {
                "project/ruff.toml": 'lint.select = ["E"]',
                "project/sub/pyproject.toml": "[project]\nname = 'x'",
            },
            ("E",),
        ),
        # the nearest counts alone
        (
            {
                "project/ruff.toml": 'lint.select = ["E"]',
                "project/sub/pyproject.toml": "[tool.ruff]",
            },
            None,
        ),
        # unless it extends another
        (
            {
                "project/ruff.toml": 'lint.select = ["E"]',
                "project/sub/ruff.toml": 'extend = "../ruff.toml"\nlint.ignore = ["E501"]',
            },
            ("E",),
        ),
        ({"home/ruff/ruff.toml": 'lint.select = ["W"]'}, ("W",)),
        ({"home/ruff/ruff.toml": 'lint.select = ["W"]', "project/ruff.toml": ""}, None),
        ({"project/ruff.toml": "lint.select = 3"}, ()),
        ({"project/ruff.toml": "not toml"}, None),
    ],
)
def test_what_is_selected(
    files: dict[str, str], select: tuple[str, ...] | None, tmp_path: Path
) -> None:
    assert find(tmp_path, files).select == select


def test_a_chain_of_settings_is_read_from_its_base(tmp_path: Path) -> None:
    settings = find(
        tmp_path,
        {
            "base.toml": 'lint.select = ["E"]\nlint.ignore = ["E1"]\nlint.external = ["XX"]',
            "project/ruff.toml": 'extend = "../base.toml"\nlint.extend-select = ["W"]',
            "project/sub/ruff.toml": 'extend = "../ruff.toml"\nlint.ignore = ["E5"]',
        },
    )
    assert settings.select == ("E",)
    assert settings.extend_select == ("W",)
    assert settings.ignore == ("E1", "E5")
    assert settings.external == ("XX",)
    assert [settings.selects(code) for code in ("E2", "E101", "E501", "W1", "F401")] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_a_later_selection_begins_anew(tmp_path: Path) -> None:
    settings = find(
        tmp_path,
        {
            "project/ruff.toml": 'lint.select = ["E"]\nlint.ignore = ["E1"]',
            "project/sub/ruff.toml": 'extend = "../ruff.toml"\nlint.select = ["E", "F"]',
        },
    )
    assert settings.select == ("E", "F")
    assert settings.ignore == ()


def test_settings_that_extend_each_other_come_to_an_end(tmp_path: Path) -> None:
    settings = find(tmp_path, {"project/sub/ruff.toml": 'extend = "ruff.toml"'})
    assert settings.select is None


@pytest.mark.parametrize(
    ("files", "has_target"),
    [
        ({}, False),
        ({"project/ruff.toml": ""}, False),
        ({"project/ruff.toml": 'target-version = "py39"'}, True),
        ({"project/pyproject.toml": "[project]\nrequires-python = '>=3.9'\n[tool.ruff]"}, True),
        ({"project/pyproject.toml": "[project]\nrequires-python = '>=3.9'"}, True),
    ],
)
def test_whether_a_version_is_named(
    files: dict[str, str], has_target: bool, tmp_path: Path
) -> None:
    assert find(tmp_path, files).has_target is has_target


def test_a_change_of_the_settings_changes_the_stamp(tmp_path: Path) -> None:
    before = find(tmp_path, {"project/ruff.toml": ""})
    after = find(tmp_path, {"project/ruff.toml": "lint.select = []"})
    assert before != after
