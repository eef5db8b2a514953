"""Asks a kernel to look at a cell from all sides; see `mutate_in_kernel` and `observe_in_kernel`.

What travels is a few modules, each in a namespace of its own; they are kept among the kernel's
modules, so that they are compiled once, and nothing comes into the notebook's namespace.
"""

import functools
import hashlib
from pathlib import Path
from typing import Any, Literal

from jupyter_nbquality.execution.test_run import runner_source
from jupyter_nbquality.execution.traveling import alone

Question = Literal["first", "several", "observe"]

_FOLDER = Path(__file__).parent
_SPACES = ("runner", "forking", "waiting", "frames", "asserts")
"""What the modules call the one that runs tests, which holds all of these."""


@functools.cache
def trials_source() -> str:
    """Gives the text of a module that defines `first`, `several` and `observe`."""
    values = alone((_FOLDER / "values_in_kernel.py").read_text("utf-8"))
    own = "".join(
        alone((_FOLDER / f"{part}.py").read_text("utf-8"))
        for part in ("mutate_in_kernel", "observe_in_kernel")
    )
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
    source = trials_source()
    module = f"_nbquality_trials_{hashlib.blake2b(source.encode(), digest_size=6).hexdigest()}"
    return (
        f"(lambda b, s: (s.modules.get({module!r}) or (lambda m: (b.exec(b.compile({source!r}, "
        f"'<nbquality trials>', 'exec'), m.__dict__), s.modules.__setitem__({module!r}, m), m)[2])"
        f"(b.type(s)({module!r}))).{question}(b.globals(), {request!r}))"
        "(__import__('builtins'), __import__('sys'))"
    )
