"""For people: every problem with its cell, its line of source and what would mend it."""

from collections.abc import Sequence

from jupyter_nbquality.cli.formats import concise
from jupyter_nbquality.cli.rows import Excerpt, FileReport, Row, ShownFix
from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped, width


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:
    """Writes the findings; see `formats.Format`. Notes (severity ``info``) take one line each."""
    style = Style(color)
    parts: list[str] = []
    for report in reports:
        parts += [_problem(report.path, row, style) for row in report.rows if row.is_problem]
        notes = [row for row in report.rows if not row.is_problem]
        parts += [concise.line(report.path, row, style) + "\n" for row in notes]
        if notes:
            parts.append("\n")
    return "".join(parts)


def _problem(path: str, row: Row, style: Style) -> str:
    head = f"{style.severity(row.severity, row.code)} {row.slug}: {escaped(row.message)}"
    place = ":".join(part for part in (escaped(path), row.place) if part)
    gutter = " " * len(str(row.line)) if row.excerpt is not None else " "
    lines = [
        style.message(head),
        f"{gutter}{style.frame('-->')} {style.bold(place)}{_cell(row)}",
    ]
    if row.excerpt is not None:
        lines += _source(row, row.excerpt, gutter, style)
    if row.fix is not None:
        fix = f"{style.fix('fix')}: {escaped(row.fix.title)}{_how(row.fix)}"
        lines.append(f"{gutter} {style.frame('=')} {fix}")
    return "\n".join(lines) + "\n\n"


def _how(fix: ShownFix) -> str:
    if fix.in_panel:
        return " (in the panel)"
    return " (--fix)" if fix.is_safe else " (--fix --unsafe-fixes)"


def _cell(row: Row) -> str:
    if not row.cell:
        return ""
    title = f" {escaped(row.cell_title)}" if row.cell_title else ""
    return f"  [{escaped(row.cell_id)}]{title}"


def _source(row: Row, excerpt: Excerpt, gutter: str, style: Style) -> list[str]:
    before = escaped(excerpt.text[: excerpt.start], tabs=True)
    marked = escaped(excerpt.text[excerpt.start : excerpt.end], tabs=True)
    after = escaped(excerpt.text[excerpt.end :], tabs=True)
    if excerpt.skipped:
        before = "…" + before
    goes_on = "…" if row.end_line > row.line else ""
    carets = "^" * max(width(marked), 1) + goes_on
    bar = style.frame("|")
    return [
        f"{gutter} {bar}",
        f"{style.frame(str(row.line))} {bar} {before}{marked}{after}".rstrip(),
        f"{gutter} {bar} {' ' * width(before)}{style.caret(row.severity, carets)}",
    ]
