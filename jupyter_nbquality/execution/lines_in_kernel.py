"""Tells which lines of cells run.

Part of what travels to the kernel as text (see `test_run`): it uses the standard library alone, and
the syntax of Python 3.8.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def files_of(cells: "dict[str, str]") -> "dict[str, str]":
    """Gives what stands for cells in tracebacks; it is to be asked in the kernel, not in a child.

    Args:
        cells: The sources of cells, as they ran in this kernel, by what they are called.

    Returns:
        What they are called, by the names of files.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return {}
    return {shell.compile.get_code_name(source, source, 0): key for key, source in cells.items()}


@contextmanager
def lines_run(keys: "dict[str, str]") -> "Iterator[dict[str, list[int]]]":
    """Sees which lines run meanwhile.

    Args:
        keys: What cells are called, by what stands for them in tracebacks.

    Yields:
        What holds in the end the lines that ran, from 0, by what cells are called.
    """
    found: dict[str, list[int]] = {}
    lines: dict[str, set[int]] = {key: set() for key in keys.values()}

    def trace(frame: Any, event: str, _argument: Any) -> Any:
        key = keys.get(frame.f_code.co_filename)
        if key is None:
            return None
        if event == "line":
            lines[key].add(frame.f_lineno - 1)
        return trace

    before = sys.gettrace()
    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield found
    finally:
        sys.settrace(before)
        threading.settrace(before)
        found.update((key, sorted(numbers)) for key, numbers in lines.items() if numbers)
