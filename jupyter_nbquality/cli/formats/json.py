"""For programs. The layout is a promise: it changes only with the number ``version``.

    {"version": 1, "findings": [{
        "path": "analysis.ipynb",     as it was found, relative to the working directory
        "cell": 3,                    from 1 over all cells; null for the notebook as a whole
        "cell_id": "a1b2c3d4",        made up where the notebook has none; null as above
        "line": 2, "column": 10,      from 1, in the cell; columns in Unicode code points; null for
        "end_line": 2,                the cell as a whole. The end column is that of the character
        "end_column": 24,             behind the last one.
        "code": "NB301", "slug": "absolute-path",
        "severity": "warning",        error, warning or info
        "message": "…",
        "url": "…",                   the rule's page; null for our own: `nbquality rule` shows it
        "fix": {"title": "…", "applicability": "safe"}    safe, unsafe or structural; or null
    }]}

A file that cannot be read is a finding with the code ``E902`` and no cell; its line, where there is
one, is that of the file.
"""

import json
from collections.abc import Sequence
from typing import Any

from jupyter_nbquality.cli.rows import FileReport, Row

VERSION = 1


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:  # noqa: ARG001
    """Writes the findings; see `formats.Format`."""
    findings = [_finding(report.path, row) for report in reports for row in report.rows]
    # Escapes keep it valid whatever a notebook holds and whatever the output's encoding is.
    return json.dumps({"version": VERSION, "findings": findings}, indent=2) + "\n"


def _finding(path: str, row: Row) -> dict[str, Any]:
    return {
        "path": path.replace("\\", "/"),
        "cell": row.cell or None,
        "cell_id": row.cell_id if row.cell else None,
        "line": row.line or None,
        "column": row.column or None,
        "end_line": row.end_line or None,
        "end_column": row.end_column or None,
        "code": row.code,
        "slug": row.slug,
        "severity": row.severity,
        "message": row.message,
        "url": row.url or None,
        "fix": {"title": row.fix.title, "applicability": row.fix.applicability}
        if row.fix
        else None,
    }
