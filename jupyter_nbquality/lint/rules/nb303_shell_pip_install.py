"""NB303: packages installed through the shell."""

import re
from collections.abc import Iterator

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.lint.rule import CellRule, CodeCell, Problem, edit_fix
from jupyter_nbquality.lint.rules._python import offsets

_INSTALL = re.compile(
    r"(?P<head>!\s*(?:(?:\S*/)?python[\d.]*\s+-m\s+)?(?P<tool>pip|conda|mamba)[\d.]*)"
    r"(?:\s+-\S+)*\s+install\b"
)
_SUDO_INSTALL = re.compile(r"!\s*sudo\s.*\bpip[\d.]*\s+install\b")
# What follows in the same shell line would not be what `%pip` runs.
_CHAINED = re.compile(
    r"&&|\|\||;|\b(?:pip|conda)[\d.]*\s+install\b.*\b(?:pip|conda)[\d.]*\s+install\b"
)


class ShellPipInstall(CellRule):
    """`!pip install`, which may install into another Python than the kernel's.

    Why:
        `!pip` is the first `pip` on the shell's path, so the package may land where the notebook
        cannot import it. `%pip` always installs into the environment of the running kernel.

    Example:
        ```python
        !pip install plotly==6.0.1
        ```

    Instead:
        ```python
        %pip install plotly==6.0.1
        ```

        `!{sys.executable} -m pip install` is as good and is left alone.
    """

    code = "NB303"
    slug = "shell-pip-install"
    needles = (("!",), ("install",))

    def check_cell(
        self,
        code: CodeCell,
        thresholds: Thresholds,  # noqa: ARG002
    ) -> Iterator[Problem]:
        """Yields each shell line that installs packages."""
        for magic in code.magics:
            if magic.kind not in {"shell", "shell-capture"} or "install" not in magic.text:
                continue
            match = _INSTALL.search(magic.text)
            if match is None and not _SUDO_INSTALL.search(magic.text):
                continue
            tool = match["tool"] if match else "pip"
            where = code.line_range(magic.line, magic.end_line)
            yield Problem(
                f"`!{tool} install` may install into another Python than the kernel's",
                range=where,
                fixes=_fixes(code, magic, match) if match else (),
            )


def _fixes(code: CodeCell, magic: Magic, match: re.Match[str]) -> list[Fix]:
    before = magic.text[: match.start()]
    rest = magic.text[match.end() :]
    if magic.kind != "shell" or before.strip() or _CHAINED.search(rest):
        return []
    start = code.source.find(match[0], code.lines.to_offset(code.line_range(magic.line).start))
    if start < 0:
        return []
    place = offsets(code, start, start + len(match["head"]))
    edit = TextEdit(place, f"%{match['tool']}")
    return [edit_fix(f"Use %{match['tool']}", Applicability.SAFE, code, [edit])]
