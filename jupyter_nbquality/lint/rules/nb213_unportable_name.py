"""NB213: a file name that some systems cannot have."""

import re
from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._names import file_stem, rename

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)


class UnportableName(Rule):
    r"""A file name that Windows cannot have.

    Why:
        A colleague on Windows cannot check out, unzip or save the file, and git stops there with an
        error. Meant are the characters `< > : " | ? * \\` and the names of devices, such as `aux`
        and `con`. Spaces and letters of any language are fine.

    Example:
        ```python
        # notebook: path=churn:2026.ipynb
        # %%
        print("churn")
        ```

    Instead:
        ```python
        # notebook: path=churn-2026.ipynb
        # %%
        print("churn")
        ```
    """

    code = "NB213"
    slug = "unportable-name"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook with an unportable name."""
        stem = file_stem(context.notebook.path)
        forbidden = sorted(set(_FORBIDDEN.findall(stem)))
        if forbidden:
            shown = " ".join(char if char.isprintable() else repr(char)[1:-1] for char in forbidden)
            stem = re.sub(r"-{2,}", "-", _FORBIDDEN.sub("-", stem)).strip("-. ")
            yield Problem(
                f"Windows cannot have a file name with `{shown}`", fixes=rename(context, stem)
            )
        elif _RESERVED.fullmatch(stem):
            yield Problem(
                f"`{stem}` is the name of a device on Windows, not of a file",
                fixes=rename(context, f"{stem}-notebook"),
            )
