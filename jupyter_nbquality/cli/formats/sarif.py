"""SARIF 2.1.0, for code scanning. Lines are those of the .ipynb file, with the cell beside them."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from jupyter_nbquality import __version__
from jupyter_nbquality.cli.file_lines import FileLines
from jupyter_nbquality.cli.rows import FileReport, Row

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:  # noqa: ARG001
    """Writes the findings; see `formats.Format`."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for report in reports:
        file_lines = FileLines.of(report.path) if report.rows else None
        for row in report.rows:
            rules.setdefault(row.code, _rule(row))
            if file_lines is not None:
                results.append(_result(report.path, row, file_lines))
    order = {code: index for index, code in enumerate(sorted(rules))}
    for result in results:
        result["ruleIndex"] = order[result["ruleId"]]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
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
    rule: dict[str, Any] = {"id": row.code, "name": row.slug}
    if row.url.startswith("https://"):
        rule["helpUri"] = row.url
    return rule


def _result(path: str, row: Row, file_lines: FileLines) -> dict[str, Any]:
    first, last = file_lines.span(row)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(path),
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


def _artifact(path: str) -> dict[str, str]:
    posix = path.replace("\\", "/")
    if posix.startswith("/"):
        return {"uri": "file://" + quote(posix, errors="replace")}
    return {"uri": quote(posix, errors="replace"), "uriBaseId": "%SRCROOT%"}
