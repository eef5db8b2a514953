"""NB309: a notebook that does not say which kernel it is for."""

from collections.abc import Iterator

from jupyter_nbquality.edits import SetKernelspec
from jupyter_nbquality.findings import Applicability, Severity
from jupyter_nbquality.lint.rule import Context, Problem, Rule, fix


class MissingKernelspec(Rule):
    """A notebook that does not say which kernel it is for.

    Why:
        Tools that run notebooks stop with an error or guess the kernel, and JupyterLab asks each
        time it is opened.

    Example:
        ```python
        # notebook: kernelspec=
        # %%
        print("hello")
        ```

    Instead:
        ```python
        # notebook: kernelspec=python3
        # %%
        print("hello")
        ```
    """

    code = "NB309"
    slug = "missing-kernelspec"
    severity = Severity.INFO
    any_language = True

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields one problem for a notebook with code and no kernel."""
        notebook = context.notebook
        # Before format 4 there were no kernelspecs; the upgrade (NB310) comes first.
        if notebook.kernelspec or notebook.nbformat < 4:
            return
        if any(cell.cell_type == "code" for cell in notebook.cells):
            version = notebook.python_version
            is_python3 = notebook.is_python and (version is None or version[0] == 3)
            write = fix(
                "Write Python 3 as its kernel",
                Applicability.STRUCTURAL,
                SetKernelspec("python3", "Python 3 (ipykernel)", "python"),
            )
            yield Problem(
                "This notebook does not say which kernel it is for",
                # No code was read where it does not look like Python.
                fixes=[write] if is_python3 and context.code else [],
            )
