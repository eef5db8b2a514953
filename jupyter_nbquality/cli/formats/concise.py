"""One line a finding, as `ruff --output-format concise` writes them."""

from collections.abc import Sequence

from jupyter_nbquality.cli.rows import FileReport, Row
from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped


def render(reports: Sequence[FileReport], *, color: bool = False) -> str:
    """Writes the findings; see `formats.Format`."""
    style = Style(color)
    return "".join(
        line(report.path, row, style) + "\n" for report in reports for row in report.rows
    )


def line(path: str, row: Row, style: Style) -> str:
    """Writes one finding: path, place, code, whether ``--fix`` mends it, and what is wrong."""
    place = ":".join(part for part in (style.bold(escaped(path)), row.place) if part)
    fixable = " [*]" if row.fix is not None and row.fix.is_safe else ""
    code = style.severity(row.severity, row.code)
    text = f"{place}: {code}{fixable} {style.message(escaped(row.message))}"
    return text if row.is_problem else style.dim(text)
