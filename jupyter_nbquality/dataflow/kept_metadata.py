"""What of a notebook's metadata a slice of it keeps: what is valid, and not about runs or outputs.

The rules are those of the schema of nbformat 4.5, which the tests hold them to. nbformat itself is
not asked, as importing it can take seconds.
"""

import re
from collections.abc import Callable
from typing import Any

_JSON_TYPE = re.compile(r"application/(.*\+)?json")
_OF_RUNS = frozenset({"execution", "ExecuteTime", "papermill", "widgets"})
_OF_OUTPUTS = frozenset({"collapsed", "scrolled"})

Rule = Callable[[Any], bool]


def notebook_metadata(value: object) -> dict[str, Any]:
    """Gives what is kept of a notebook's metadata; nothing where it is no object."""
    return _kept(value, _NOTEBOOK, _OF_RUNS)


def cell_metadata(value: object) -> dict[str, Any]:
    """Gives what is kept of a cell's metadata; nothing where it is no object."""
    return _kept(value, _CELL, _OF_RUNS | _OF_OUTPUTS)


def attachments(value: object) -> dict[str, Any]:
    """Gives what is kept of the attachments of a Markdown cell; nothing where it is no object."""
    if not isinstance(value, dict):
        return {}
    return {name: bundle for name, bundle in value.items() if _is_bundle(bundle)}


def _kept(value: object, rules: dict[str, Rule], passed_over: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {
        name: part
        for name, part in value.items()
        if name not in passed_over and rules.get(name, _anything)(part)
    }


def _anything(_value: object) -> bool:
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_kernelspec(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("name", "display_name")
    )


def _is_language(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and isinstance(value.get("codemirror_mode", ""), str | dict)
        and all(
            isinstance(value.get(name, ""), str)
            for name in ("file_extension", "mimetype", "pygments_lexer")
        )
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and re.search(r"^.+$", value) is not None


def _is_tags(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(tag, str) and re.search(r"^[^,]+$", tag) for tag in value)
        and len(set(value)) == len(value)
    )


def _is_bundle(value: object) -> bool:
    return isinstance(value, dict) and all(
        _JSON_TYPE.fullmatch(kind) or _is_multiline(data) for kind, data in value.items()
    )


def _is_multiline(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


_NOTEBOOK: dict[str, Rule] = {
    "kernelspec": _is_kernelspec,
    "language_info": _is_language,
    # "This should never be written to a file", says the schema.
    "orig_nbformat": lambda _value: False,
    "title": _is_text,
    "authors": _is_list,
}
_CELL: dict[str, Rule] = {"jupyter": _is_object, "name": _is_name, "tags": _is_tags}
