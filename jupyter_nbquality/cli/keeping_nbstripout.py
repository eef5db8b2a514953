"""Has nbstripout keep the tests of cells.

It drops the metadata of cells that it is told to, by ``--extra-keys`` or git's configuration. There
a key can also be named as one to keep; that undoes the very same key, not ``cell.metadata``.
"""

import re
from pathlib import Path

from jupyter_nbquality.git import GitError, configured, with_settings

SETTINGS = ".git/config"
_KEPT = "cell.metadata.nbquality"
_FILTER = "filter.nbstripout"
_DROPS = re.compile(r"(?<![\w.])cell\.metadata(?:\.nbquality[\w.]*)?(?![\w.])[ \t]*")
_HOOK = re.compile(
    r"^[ \t]*-[ \t]+id:[ \t]*nbstripout\b.*?(?=^[ \t]*-[ \t]+(?:id|repo):|\Z)", re.M | re.S
)
_EXTRA_KEYS = re.compile(
    r"(?P<option>--extra-keys)"
    r"(?P<between>=|[\"']?[ \t]*,[ \t]*|[\"']?[ \t]*\r?\n[ \t]*-[ \t]*|[ \t]+)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^,\]\"'#\r\n]+)"
)


def hooks_kept(text: str) -> str:
    """Takes out of the hooks of pre-commit what has nbstripout drop the tests of cells.

    Args:
        text: ``.pre-commit-config.yaml``.
    """
    return _HOOK.sub(lambda hook: _without_drops(hook[0]), text)


def with_tests_kept(root: Path, text: str) -> str:
    """Names the tests of cells as kept in a clone whose notebooks git has stripped.

    Args:
        root: The clone.
        text: Its configuration of git.
    """
    try:
        clean = configured(root, f"{_FILTER}.clean")
        if not clean:
            return text
        dropped = configured(root, f"{_FILTER}.extrakeys")
        kept = configured(root, f"{_FILTER}.keepmetadatakeys").split()
        return with_settings(text, _wanted(clean, dropped, kept))
    except GitError:
        return text


def _wanted(clean: str, dropped: str, kept: list[str]) -> dict[str, str]:
    wanted = {}
    if _without_drops(clean) != clean:
        wanted["clean"] = _without_drops(clean)
    if _DROPS.search(dropped):
        wanted["extrakeys"] = _DROPS.sub("", dropped).strip()
    if _KEPT not in kept:
        wanted["keepmetadatakeys"] = " ".join([*kept, _KEPT])
    return {f"{_FILTER}.{name}": value for name, value in wanted.items()}


def _without_drops(text: str) -> str:
    """Takes what drops tests out of the values of ``--extra-keys``."""

    def cleaned(match: re.Match[str]) -> str:
        value = match["value"]
        left = _DROPS.sub("", value)
        if left == value:
            return match[0]
        if not left.strip():
            # An option has to have a value.
            left = "" if match["between"] == "=" else '""'
        elif left[0] in "\"'":
            left = f"{left[0]}{left[1:-1].strip()}{left[0]}"
        return f"{match['option']}{match['between']}{left}"

    return _EXTRA_KEYS.sub(cleaned, text)
