"""NB212: a notebook with the name of a copy."""

import re
from collections.abc import Iterator

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule
from jupyter_nbquality.lint.rules._names import file_name, file_stem, rename

_COPY = re.compile(
    r"""
      (?P<jupyter>.+?)(?:-Copy\d+)+
    | Copy\ of\ (?P<drive>.+)
    | (?P<windows>.+?)\ -\ Copy(?:\ \(\d+\))?
    | (?P<mac>.+?)\ copy(?:\ \d+)?
    | (?P<browser>.+?)\ ?\(\d{1,2}\)
    """,
    re.VERBOSE,
)
"""What JupyterLab, Google Drive, Windows, macOS and web browsers call a copy."""


class CopyOfNotebook(Rule):
    """A notebook whose name says that it is a copy.

    Why:
        Nobody can tell which of the copies counts, and they drift apart. A name that says what is
        different about this one helps, and so does version control in place of copies.

    Example:
        ```python
        # notebook: path=churn-Copy1.ipynb
        # %%
        print("churn")
        ```

    Instead:
        ```python
        # notebook: path=churn-without-outliers.ipynb
        # %%
        print("churn")
        ```
    """

    code = "NB212"
    slug = "copy-of-notebook"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook with the name of a copy."""
        path = context.notebook.path
        match = _COPY.fullmatch(file_stem(path))
        if match and match.lastgroup:
            # Only a folder we can see tells that the original's name is free.
            is_visible = context.surroundings.folder is not None
            yield Problem(
                f"`{file_name(path)}` has the name of a copy",
                fixes=rename(context, match[match.lastgroup]) if is_visible else [],
            )
