"""SARIF 2.1.0, for code scanning. Lines are those of the .ipynb file, with the cell beside them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_nbquality import __version__
from jupyter_nbquality.cli.file_lines import FileLines
from jupyter_nbquality.cli.rows import FileReport, Row
from jupyter_nbquality.git import work_tree
from jupyter_nbquality.lint.explain import explain
from jupyter_nbquality.ruff import RuffError

_ROOT = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:  # noqa: ARG001
    """Writes the findings; see `formats.Format`."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    places = _Places()
    for report in reports:
        file_lines = FileLines.of(report.path) if report.rows else None
        for row in report.rows:
            if row.code not in rules:
                rules[row.code] = _rule(row)
            if file_lines is not None:
                results.append(_result(row, file_lines, places.artifact(report.path)))
    order = {code: index for index, code in enumerate(sorted(rules))}
    for result in results:
        result["ruleIndex"] = order[result["ruleId"]]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                **places.bases(),
                "tool": {
                    "driver": {
                        "name": "nbquality",
                        "semanticVersion": __version__,
                        "version": __version__,
                        "rules": [rules[code] for code in order],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(row: Row) -> dict[str, Any]:
    """Describes a rule as far as it is known; a tool shows this beside each of its findings."""
    rule: dict[str, Any] = {"id": row.code, "name": row.slug}
    if row.url:
        rule["helpUri"] = row.url
    try:
        known = explain(row.code)
    except RuffError:
        known = None
    if known is not None:
        rule |= {
            "shortDescription": {"text": f"{known.summary}."},
            "fullDescription": {"text": known.why or f"{known.summary}."},
            "help": {"text": known.markdown, "markdown": known.markdown},
        }
    return rule


def _result(row: Row, file_lines: FileLines, artifact: dict[str, str]) -> dict[str, Any]:
    first, last = file_lines.span(row)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": first, "endLine": last},
        }
    }
    if row.cell:
        place = {"name": row.place, "kind": "member", "fullyQualifiedName": row.cell_id}
        location["logicalLocations"] = [place]
    result: dict[str, Any] = {
        "ruleId": row.code,
        "level": _LEVELS[row.severity],
        "message": {"text": f"{row.place}: {row.message}" if row.cell else row.message},
        "locations": [location],
        "partialFingerprints": {"findingText/v1": f"{row.code}:{row.anchor}:{row.context}"},
    }
    if row.cell:
        properties: dict[str, Any] = {"cell": row.cell, "cellId": row.cell_id}
        if row.line:
            properties |= {"line": row.line, "column": row.column}
        result["properties"] = properties
    return result


class _Places:
    """Where notebooks stand: below the root of the repository, wherever the command was started."""

    def __init__(self) -> None:
        self._root = work_tree(Path.cwd())

    def artifact(self, path: str) -> dict[str, str]:
        """Gives the location of a notebook; complete where it is in no repository, or another."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - without `..`, through no link
        if self._root is not None and absolute.is_relative_to(self._root):
            relative = absolute.relative_to(self._root).as_posix()
            return {"uri": quote(relative, errors="replace"), "uriBaseId": _ROOT}
        return {"uri": _file_uri(absolute)}

    def bases(self) -> dict[str, Any]:
        """Says what the relative locations are relative to."""
        if self._root is None:
            return {}
        return {"originalUriBaseIds": {_ROOT: {"uri": f"{_file_uri(self._root).rstrip('/')}/"}}}


def _file_uri(path: Path) -> str:
    # `Path.as_uri` fails on names that are no text.
    posix = path.as_posix()
    return "file://" + ("" if posix.startswith("/") else "/") + quote(posix, "/:", errors="replace")
