"""NB001: a code in a setting or comment that no rule has."""

from typing import ClassVar

from jupyter_nbquality.lint.rule import HeardRule


class UnknownCode(HeardRule):
    """Code that no rule has, in a comment, in metadata or in the settings.

    Why:
        What it was meant to silence or select is not what happens, and nobody would notice.

        Looked at are `# nbq: ignore[…]`, our codes in `# noqa: …`, `metadata.nbquality.ignore` of
        cells and notebook, and `[tool.nbquality]` in `pyproject.toml`. Codes, beginnings of codes
        and names of rules are understood, ours and ruff's.

    Example:
        ```python
        import os  # nbq: ignore[NB999]

        os.getcwd()
        ```

    Instead:
        ```python
        import os  # nbq: ignore[F401]

        os.getcwd()
        ```
    """

    code: ClassVar = "NB001"
    slug: ClassVar = "unknown-code"
    any_language: ClassVar = True
