"""JUnit XML, for CI that shows tests: a suite a notebook, a failed case a problem.

Notes (severity ``info``) are cases that pass, with the note as their output; a notebook without
problems is one case that passes.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from jupyter_nbquality.cli.rows import FileReport, Row

# What XML 1.0 cannot hold at all, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:  # noqa: ARG001
    """Writes the findings; see `formats.Format`."""
    tests = sum(max(len(report.rows), 1) for report in reports)
    failures = sum(row.is_problem for report in reports for row in report.rows)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="nbquality" tests="{tests}" failures="{failures}" errors="0">',
    ]
    for report in reports:
        parts += _suite(report)
    parts.append("</testsuites>")
    return "\n".join(parts) + "\n"


def _suite(report: FileReport) -> list[str]:
    failures = sum(row.is_problem for row in report.rows)
    tests = max(len(report.rows), 1)
    name = _attribute(report.path)
    lines = [f'  <testsuite name={name} tests="{tests}" failures="{failures}" errors="0">']
    for row in report.rows:
        lines += _case(report.path, row)
    if not report.rows:
        lines.append(f'    <testcase classname={name} name="no problems"/>')
    return [*lines, "  </testsuite>"]


def _case(path: str, row: Row) -> list[str]:
    name = _attribute(" ".join(part for part in (row.code, row.slug, row.place) if part))
    head = f"    <testcase classname={_attribute(path)} name={name}"
    place = ":".join(part for part in (path, row.place) if part)
    text = _text(f"{place}: {row.code} {row.message}")
    if not row.is_problem:
        return [f"{head}>", f"      <system-out>{text}</system-out>", "    </testcase>"]
    return [
        f"{head}>",
        f"      <failure message={_attribute(row.message)} type={_attribute(row.severity)}>"
        f"{text}</failure>",
        "    </testcase>",
    ]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _text(text: str) -> str:
    return escape(_clean(text))
