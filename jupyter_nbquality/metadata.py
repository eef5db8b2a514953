"""Everything the product keeps in a notebook: the key ``nbquality`` of cell and notebook metadata.

Only what its author meant to keep stands there. Keys that this version does not know are kept.
"""

from collections.abc import Mapping
from typing import Any

KEY = "nbquality"
IGNORE_TAG = "nbquality-ignore"


def section(metadata: object) -> dict[str, Any]:
    """Takes our part out of raw metadata of a cell or notebook; empty when absent or malformed."""
    if isinstance(metadata, Mapping):
        ours = metadata.get(KEY)
        if isinstance(ours, Mapping):
            return dict(ours)
    return {}


def ignored_codes(ours: Mapping[str, Any]) -> list[str]:
    """Lists the rule codes that our metadata silences, as written.

    ``{"ignore": ["NB301"]}``, ``{"ignore": "NB301, F401"}`` and ``{"ignore": true}`` (all of them:
    ``*``) are understood.
    """
    value = ours.get("ignore")
    if value is True:
        return ["*"]
    if isinstance(value, str):
        return [code for code in value.replace(",", " ").split() if code]
    if isinstance(value, list):
        return [code for code in value if isinstance(code, str) and code]
    return []


def with_ignored(ours: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Gives our metadata with one more silenced code."""
    codes = ignored_codes(ours)
    return {**ours, "ignore": codes if code in codes else [*codes, code]}
