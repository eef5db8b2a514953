"""Asks a kernel to look at a cell from all sides; see `mutate_in_kernel` and `observe_in_kernel`.

What travels is a few modules, each in a namespace of its own; they are kept among the kernel's
modules, so that they are compiled once, and nothing comes into the notebook's namespace.
"""

import functools
from typing import Any, Literal

from jupyter_nbquality.execution.test_run import runner_source
from jupyter_nbquality.execution.traveling import around, joined_source

Question = Literal["first", "several", "observe"]

_SPACES = ("runner", "forking", "waiting", "frames", "asserts")
"""What the modules call the one that runs tests, which holds all of these."""


@functools.cache
def trials_source() -> str:
    """Gives the text of a module that defines `first`, `several` and `observe`."""
    values = joined_source(["values_in_kernel"])
    own = joined_source(["mutate_in_kernel", "observe_in_kernel"])
    made = [
        "import types as _types",
        "runner = _types.ModuleType('nbquality_runner')",
        f"exec(compile({runner_source()!r}, '<nbquality tests>', 'exec'), runner.__dict__)",
        "values = _types.ModuleType('nbquality_values')",
        f"exec(compile({values!r}, '<nbquality values>', 'exec'), values.__dict__)",
        *(f"{name} = runner" for name in _SPACES[1:]),
        own,
    ]
    return "\n".join(made)


def asking(question: Question, request: dict[str, Any]) -> str:
    """Gives an expression to evaluate in a kernel; its value is JSON.

    Args:
        question: The function that answers.
        request: What it is given.
    """
    before, after = around("trials", trials_source(), question)
    return f"{before}{request!r}{after}"
