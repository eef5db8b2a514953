"""NB304: packages installed without a version."""

import re
from collections.abc import Iterator

from jupyter_nbquality.config import Thresholds
from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.lint import import_names
from jupyter_nbquality.lint.rule import CellRule, CodeCell, Problem, edit_fix
from jupyter_nbquality.lint.rules._python import offsets

_INSTALL = re.compile(
    r"(?:^\s*(?:%|!{1,2})?|[;&|])\s*"
    r"(?:sudo\s+)?(?:\S*python[\d.]*\s+-m\s+|\{sys\.executable\}\s+-m\s+|uv\s+)?"
    r"pip[\d.]*(?:\s+-\S+)*\s+install(?=\s)"
)
# What ends a command is a word of its own, with or without blanks around it.
_WORD = re.compile(r"""[;&|]+|(?:[^\s"'\\;&|]|\\.|"[^"\n]*"|'[^'\n]*')+""")
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(\[[A-Za-z0-9,._ -]*\])?")
_SHELL_OPERATOR = re.compile(r"[;|&]|\d?>")

# Options of `pip install` that take the next word as their value.
_VALUED = frozenset(
    {
        *("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t", "--target"),
        *("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host"),
        *("--platform", "--python-version", "--implementation", "--abi", "--python"),
        *("--root", "--prefix", "--src", "--cache-dir", "--upgrade-strategy", "--exists-action"),
        *("--progress-bar", "--log", "--report", "--proxy", "--retries", "--timeout", "--cert"),
        *("--no-binary", "--only-binary", "--global-option", "--config-settings"),
    }
)
_ARCHIVES = (".whl", ".gz", ".zip", ".bz2")
# The installer itself: newest is what people want.
_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})


class UnpinnedInstall(CellRule):
    """A package installed without a version.

    Why:
        The notebook gets whatever is newest on the day it runs, and one day that is a version that
        gives other results or fails.

    Example:
        ```python
        %pip install plotly
        ```

    Instead:
        ```python
        %pip install plotly==6.0.1
        ```

        Requirements files, local paths and addresses are left alone, and so are `pip`, `setuptools`
        and `wheel`.
    """

    code = "NB304"
    slug = "unpinned-install"
    severity = Severity.INFO
    needles = (("pip",), ("install",))

    def check_cell(
        self,
        code: CodeCell,
        thresholds: Thresholds,  # noqa: ARG002
    ) -> Iterator[Problem]:
        """Yields each install line with packages that name no version."""
        for magic in code.magics:
            if magic.kind in {"cell-magic", "help", "auto-call"} or "install" not in magic.text:
                continue
            loose: list[tuple[str, int]] = []
            latest = False
            for match in _INSTALL.finditer(magic.text):
                found, newest = _unpinned(magic.text, match.end())
                loose += found
                latest = latest or newest
            if not loose:
                continue
            names = ", ".join(f"`{name}`" for name, _ in loose)
            verb = "is" if len(loose) == 1 else "are"
            yield Problem(
                f"{names} {verb} installed without a version",
                range=code.line_range(magic.line, magic.end_line),
                fixes=[] if latest else _fixes(code, magic, loose),
            )


def _unpinned(text: str, start: int) -> tuple[list[tuple[str, int]], bool]:
    """Gives the names without a version and where each ends; and whether it asks for the newest."""
    found: list[tuple[str, int]] = []
    latest = False
    skip = False
    for word in _WORD.finditer(text, start):
        raw = word[0]
        value = raw.strip("'\"")
        if skip:
            skip = False
        elif raw.startswith("#") or _SHELL_OPERATOR.match(raw):
            break
        elif value in {"-U", "--upgrade"}:
            latest = True
        elif value.startswith("-"):
            skip = value in _VALUED
        elif (match := _REQUIREMENT.fullmatch(value)) and not value.endswith(_ARCHIVES):
            at = word.start() + raw.index(value) + len(value)
            if import_names.normalised(match[1]) not in _INSTALLERS:
                found.append((match[1], at))
    return found, latest


def _fixes(code: CodeCell, magic: Magic, loose: list[tuple[str, int]]) -> list[Fix]:
    base = code.source.find(magic.text, code.lines.to_offset(code.line_range(magic.line).start))
    known = [(name, end, import_names.version(name)) for name, end in loose]
    pins = [(name, base + end, version) for name, end, version in known if version]
    if not pins or base < 0:
        return []
    edits = [TextEdit(offsets(code, at, at), f"=={version}") for _, at, version in pins]
    title = f"Pin to {pins[0][0]} {pins[0][2]}" if len(pins) == 1 else "Pin to installed versions"
    return [edit_fix(title, Applicability.UNSAFE, code, edits)]
