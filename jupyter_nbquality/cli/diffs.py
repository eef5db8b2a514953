"""Colours for unified diffs."""

from jupyter_nbquality.cli.style import Style
from jupyter_nbquality.cli.terminal import escaped


def colored(diff: str, color: bool) -> str:
    """Makes a diff safe to print, and colours its lines."""
    style = Style(color)
    return "\n".join(_line(line, style) for line in diff.split("\n"))


def _line(line: str, style: Style) -> str:
    text = escaped(line, tabs=True)
    if line.startswith(("--- ", "+++ ")):
        return style.bold(text)
    if line.startswith("@@"):
        return style.frame(text)
    if line.startswith("-"):
        return style.removed(text)
    if line.startswith("+"):
        return style.added(text)
    return text
