"""Has nbdime show changes of the tests of cells, and keep them as it merges.

It can ignore all metadata of cells or keys that are named, but not all keys but one: so where all
is ignored, those are named instead that tools leave there.
"""

import json
import re
from typing import Any

SETTINGS = "nbdime_config.json"
_CELLS = "/cells/*/metadata"
_KEY = "nbquality"
_OTHERS = [
    "ExecuteTime", "autoscroll", "collapsed", "deletable", "editable", "execution",
    "heading_collapsed", "hidden", "jp-MarkdownHeadingCollapsed", "jupyter", "papermill",
    "scrolled", "slideshow", "tags", "trusted",
]  # fmt: skip


def with_tests_kept(text: str) -> str:
    """Changes settings by which nbdime ignores the tests of cells.

    Args:
        text: A file in JSON; what is none is given back.
    """
    try:
        settings = json.loads(text)
    except ValueError:
        return text
    sections = list(settings.values()) if isinstance(settings, dict) else []
    mended = [_mend(each) for each in sections if isinstance(each, dict)]
    if not any(mended):
        return text
    indent = re.search(r"\n([ \t]+)", text)
    return json.dumps(settings, indent=indent[1] if indent else 2, ensure_ascii=False) + "\n"


def _mend(section: dict[str, Any]) -> bool:
    """Changes a section, and tells whether it did."""
    ignored = section.get("Ignore")
    if not isinstance(ignored, dict):
        ignored = {}
    if section.get("metadata") is False:
        # It goes before what is ignored by its path.
        del section["metadata"]
        section["Ignore"] = {
            **ignored,
            "/metadata": True,
            _CELLS: _OTHERS,
            "/cells/*/outputs/*/metadata": True,
        }
        return True
    value = ignored.get(_CELLS)
    if value is True:
        ignored[_CELLS] = _OTHERS
    elif isinstance(value, list) and _KEY in value:
        ignored[_CELLS] = [each for each in value if each != _KEY]
    else:
        return False
    return True
