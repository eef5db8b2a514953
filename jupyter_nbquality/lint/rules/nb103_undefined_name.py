"""NB103: an undefined name where ruff cannot look."""

from typing import ClassVar

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import HeardRule


class UndefinedNameInMagic(HeardRule):
    """Name in a magic or a shell line that nothing in the notebook defines.

    Why:
        The line fails, or the shell gets the braces instead of the value.

        In plain code an undefined name is ruff's `F821`, with the same fixes: add the import, or
        use the near name that exists. This rule looks where ruff cannot: into the Python of
        `%time`, `%timeit` and their kind, and into `{name}` of a shell line. Names of environment
        variables (`$HOME`) and lists of the shell (`*.{png,jpg}`) are left alone.

    Example:
        ```python
        measurements = [3, 1, 2]
        # %%
        %timeit sorted(measurement)
        ```

    Instead:
        ```python
        measurements = [3, 1, 2]
        # %%
        %timeit sorted(measurements)
        ```
    """

    code: ClassVar = "NB103"
    slug: ClassVar = "undefined-name"
    severity: ClassVar = Severity.ERROR
