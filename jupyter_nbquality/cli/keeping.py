"""Sees to it that tools which filter metadata keep the tests of cells.

nbstripout, jupytext and nbdime keep them unless they are told otherwise; what tells them so in the
project is changed, and where it cannot be, a sentence says so.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from jupyter_nbquality.cli import keeping_nbdime, keeping_nbstripout

KEY = "nbquality"
_JUPYTEXT = ("jupytext.toml", ".jupytext.toml", "jupytext", ".jupytext")
_JUPYTEXT_BY_HAND = ("jupytext.yml", "jupytext.yaml", "jupytext.json", ".jupytext.py")
_FILTER = re.compile(
    r"^(?P<head>[ \t]*(?:default_)?(?:cell|notebook)_metadata_filter[ \t]*=[ \t]*)"
    r"(?P<mark>[\"'])(?P<what>[^\"'\n]*)(?P=mark)",
    re.MULTILINE,
)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_OF_NOTEBOOK = f'notebook_metadata_filter = "{KEY}"'


def kept_files(root: Path) -> Iterator[tuple[str, str]]:
    """Gives the settings of other tools with which the tests of cells are kept.

    Args:
        root: The folder of the project.

    Yields:
        The name of a file that is there, and its text as it should be. ``pyproject.toml`` and the
        hooks of pre-commit are not among them; see `with_tests_kept` and `hooks_kept`.
    """
    for name in _JUPYTEXT:
        text = _text(root / name)
        if text is not None:
            yield name, with_tests_kept(text, "")
    text = _text(root / keeping_nbdime.SETTINGS)
    if text is not None:
        yield keeping_nbdime.SETTINGS, keeping_nbdime.with_tests_kept(text)
    text = _text(root / keeping_nbstripout.SETTINGS)
    if text is not None:
        yield keeping_nbstripout.SETTINGS, keeping_nbstripout.with_tests_kept(root, text)


hooks_kept = keeping_nbstripout.hooks_kept


def with_tests_kept(text: str, table: str) -> str:
    """Adds our key to the filters of metadata in settings of jupytext, where it lacks there.

    jupytext keeps all metadata of cells unless a filter is set, and of the notebook hardly any.

    Args:
        text: A file in TOML.
        table: The table that holds them; empty where they stand at the top.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text
    for name in table.split(".") if table else ():
        inner = found.get(name)
        if not isinstance(inner, dict):
            return text
        found = inner
    of_cells = _filters(found, "cell")
    of_notebook = _filters(found, "notebook")
    lacking = {each for each in of_cells if not _keeps(each, by_default=True)}
    lacking |= {each for each in of_notebook if not _keeps(each, by_default=False)}
    text = _FILTER.sub(
        lambda match: (
            f"{match['head']}{match['mark']}{_keeping(match['what'])}{match['mark']}"
            if match["what"] in lacking
            else match[0]
        ),
        text,
    )
    return text if of_notebook else _with_filter(text, table)


def remarks(root: Path) -> list[str]:
    """Tells of settings by which the tests of cells would be lost, and that are not written here.

    Args:
        root: The folder of the project.
    """
    found = []
    for name in _JUPYTEXT_BY_HAND:
        text = _text(root / name)
        if text is not None and "metadata_filter" in text:
            found.append(
                f"jupytext filters metadata by {name}: see to it that its filters name "
                f"`{KEY}`, or the tests of cells are lost."
            )
    return found


def _filters(settings: dict[str, object], kind: str) -> list[str]:
    names = (f"{kind}_metadata_filter", f"default_{kind}_metadata_filter")
    values = (settings.get(name) for name in names)
    return [value for value in values if isinstance(value, str) and value]


def _keeps(value: str, *, by_default: bool) -> bool:
    names = [name.strip() for name in value.split(",")]
    if f"-{KEY}" in names:
        return False
    return KEY in names or "all" in names or (by_default and "-all" not in names)


def _keeping(value: str) -> str:
    names = [name.strip() for name in value.split(",")]
    return ",".join([KEY, *(name for name in names if name != f"-{KEY}")])


def _with_filter(text: str, table: str) -> str:
    """Adds the filter of the notebook's metadata; it leaves what is kept anyway."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if table:
        header = re.search(rf"^\[{re.escape(table)}\][^\n]*\n", text, re.MULTILINE)
        if header is None:
            return text
        at = header.end()
    else:
        first = _TABLE.search(text)
        at = first.start() if first is not None else len(text)
    before = text[:at]
    gap = newline if before and not before.endswith("\n") else ""
    return f"{before}{gap}{_OF_NOTEBOOK}{newline}{text[at:]}"


def _text(file: Path) -> str | None:
    try:
        # As it is: ends of lines, too.
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
