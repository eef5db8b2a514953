"""Annotations of GitHub Actions, on the line of the .ipynb file, and a summary of the job.

Notes (severity ``info``) are left to the summary: GitHub shows ten annotations a step.
"""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jupyter_nbquality.cli.file_lines import FileLines
from jupyter_nbquality.cli.rows import FileReport, Row
from jupyter_nbquality.cli.terminal import escaped

SUMMARY_ROWS = 200


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:  # noqa: ARG001
    """Writes the annotations, and the summary where GitHub asks for one; see `formats.Format`."""
    lines = []
    for report in reports:
        problems = [row for row in report.rows if row.is_problem]
        if not problems:
            continue
        file_lines = FileLines.of(report.path)
        lines += [_annotation(report.path, row, file_lines) for row in problems]
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8", errors="replace") as file:
                file.write(summary_of(reports))
        except OSError as error:
            lines.append(f"::warning::The job summary cannot be written: {_data(str(error))}")
    return "".join(line + "\n" for line in lines)


def _annotation(path: str, row: Row, file_lines: FileLines) -> str:
    first, last = file_lines.span(row)
    level = "error" if row.severity == "error" else "warning"
    fields = {
        # A step may work in another folder than that of the repository; the runner knows both.
        "file": os.path.abspath(path).replace("\\", "/"),  # noqa: PTH100 - without `..`
        "line": str(first),
        "endLine": str(last),
        "title": f"nbquality {row.code} ({row.slug})",
    }
    properties = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
    place = f"{row.place}: " if row.place else ""
    fix = f" Fix: {row.fix.title}." if row.fix else ""
    return f"::{level} {properties}::{_data(f'{place}{row.message}.{fix}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary_of(reports: Sequence[FileReport]) -> str:
    """Writes the summary of a job in Markdown."""
    problems = [(report.path, row) for report in reports for row in report.rows if row.is_problem]
    notes = sum(not row.is_problem for report in reports for row in report.rows)
    noted = f" {_count(notes, 'note')} besides." if notes else ""
    if not problems:
        checked = _count(len(reports), "notebook")
        return f"### nbquality\n\nNo problems in {checked}.{noted}\n\n"
    files = _count(len({path for path, _ in problems}), "notebook")
    lines = [
        "### nbquality",
        "",
        f"{_count(len(problems), 'problem')} in {files} of {len(reports)}.{noted}",
        "",
        "| Rule | Problems |",
        "| --- | ---: |",
    ]
    counts = Counter((row.code, row.slug, row.url) for _, row in problems)
    lines += [
        f"| {_link(f'{code} {slug}', url)} | {count} |"
        for (code, slug, url), count in counts.most_common()
    ]
    lines += ["", "| Notebook | Place | Rule | Problem |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {_code(path)} | {row.place} | {row.code} | {_markdown(row.message)} |"
        for path, row in problems[:SUMMARY_ROWS]
    ]
    if len(problems) > SUMMARY_ROWS:
        lines += ["", f"The first {SUMMARY_ROWS} are shown."]
    return "\n".join(lines) + "\n\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _link(text: str, url: str) -> str:
    return f"[{text}]({url})" if url else text


def _code(text: str) -> str:
    return "`" + escaped(text).replace("`", "'").replace("|", "\\|") + "`"


def _markdown(text: str) -> str:
    """Escapes what Markdown would read, but keeps the backquotes around names."""
    pieces = escaped(text).split("`")
    if len(pieces) % 2 == 0:
        pieces = ["".join(pieces)]
    for index in range(0, len(pieces), 2):
        for mark in "\\*_[]<>#":
            pieces[index] = pieces[index].replace(mark, f"\\{mark}")
    return "`".join(pieces).replace("|", "\\|")
