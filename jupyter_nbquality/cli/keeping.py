"""Sees to it that tools which filter metadata keep the tests of cells.

nbstripout and jupytext keep them unless they are told otherwise; what tells them so is looked for.
"""

import json
import re
import tomllib
from pathlib import Path

KEY = "nbquality"
JUPYTEXT = "jupytext.toml"
_FILTER = re.compile(
    r"^(?P<head>[ \t]*(?:default_)?cell_metadata_filter[ \t]*=[ \t]*)"
    r"(?P<mark>[\"'])(?P<what>[^\"'\n]*)(?P=mark)",
    re.MULTILINE,
)
_NBSTRIPOUT_KEYS = re.compile(r"cell\.metadata(?:\.nbquality)?(?![\w.])")


def with_tests_kept(text: str, table: str) -> str:
    """Adds our key to the filter of cell metadata in settings of jupytext, where it lacks there.

    Args:
        text: A file in TOML.
        table: The table that holds them; empty where they stand at the top.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text
    for name in table.split(".") if table else ():
        found = found.get(name, {})
        if not isinstance(found, dict):
            return text
    filters = {
        value
        for name, value in found.items()
        if name in ("cell_metadata_filter", "default_cell_metadata_filter")
        and isinstance(value, str)
        and not _keeps(value)
    }
    return _FILTER.sub(
        lambda match: (
            f"{match['head']}{match['mark']}{_keeping(match['what'])}{match['mark']}"
            if match["what"] in filters
            else match[0]
        ),
        text,
    )


def remarks(root: Path) -> list[str]:
    """Tells of other settings by which the tests of cells would be lost, or not be seen.

    Args:
        root: The folder of the project.
    """
    found = []
    hooks = _text(root / ".pre-commit-config.yaml")
    if "nbstripout" in hooks and "extra-keys" in hooks and _NBSTRIPOUT_KEYS.search(hooks):
        found.append(
            "nbstripout is told in .pre-commit-config.yaml to strip cell metadata, and the tests "
            "of cells with it: take `cell.metadata` out of its --extra-keys."
        )
    try:
        settings = json.loads(_text(root / "nbdime_config.json") or "{}")
    except ValueError:
        settings = {}
    for command, options in settings.items() if isinstance(settings, dict) else ():
        ignored = options.get("Ignore", {}) if isinstance(options, dict) else {}
        value = ignored.get("/cells/*/metadata") if isinstance(ignored, dict) else None
        if value is True or (isinstance(value, list) and KEY in value):
            found.append(
                f"nbdime is told in nbdime_config.json ({command}) to ignore cell metadata, so "
                "that changes of tests are not shown."
            )
    return found


def _keeps(value: str) -> bool:
    names = [name.strip() for name in value.split(",")]
    return f"-{KEY}" not in names and ("-all" not in names or KEY in names or "all" in names)


def _keeping(value: str) -> str:
    names = [name.strip() for name in value.split(",")]
    return ",".join([KEY, *(name for name in names if name != f"-{KEY}")])


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
