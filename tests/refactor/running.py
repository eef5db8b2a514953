"""Runs small notebooks in IPython, and says what they showed and bound."""

import re
import types
from collections.abc import Sequence
from functools import cache
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from jupyter_nbquality.edits import ChangeCell, DeleteCell, EditPlan, InsertCell, apply_text_edits
from jupyter_nbquality.notebook import Cell, Notebook

_PROMPT = re.compile(r"^Out\[\d+\]: ")
_KINDS_LEFT_OUT = (types.ModuleType, types.FunctionType, type)


def notebook_of(*sources: str) -> Notebook:
    """Makes a notebook of code cells; their ids are ``1``, ``2`` …"""
    cells = [Cell(str(number), "code", text) for number, text in enumerate(sources, 1)]
    return Notebook("", cells)


def changed(notebook: Notebook, plan: EditPlan) -> list[str]:
    """Gives the sources of a notebook after a plan."""
    cells = [(cell.id, cell.source) for cell in notebook.cells]
    for operation in plan.operations:
        if isinstance(operation, ChangeCell):
            cells = [
                (key, apply_text_edits(text, operation.edits) if key == operation.cell else text)
                for key, text in cells
            ]
        elif isinstance(operation, DeleteCell):
            cells = [(key, text) for key, text in cells if key != operation.cell]
        elif isinstance(operation, InsertCell):
            place = [key for key, _ in cells].index(operation.after or "") + 1
            cells.insert(place, ("new", operation.source))
        else:
            raise AssertionError(operation)
    return [text for _, text in cells]


@cache
def _shell() -> InteractiveShell:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    return InteractiveShell(config=config)


def run(sources: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Runs cells in a fresh namespace of IPython.

    Returns:
        What was shown and printed, in order; the names that hold data then, with their values.
    """
    shell = _shell()
    # `reset` also looks for garbage, three times.
    shell.user_ns.clear()
    shell.init_user_ns()
    given = set(shell.user_ns)
    said: list[str] = []
    for source in sources:
        with capture_output() as captured:
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        # A traceback names lines, which are others.
        text = captured.stdout.split("-" * 20)[0] if error is not None else captured.stdout
        said += [_PROMPT.sub("", line) for line in text.splitlines() if line.strip()]
        said += [output.data["text/plain"] for output in captured.outputs]
        if error is not None:
            said.append(type(error).__name__)
            break
    values = {
        name: shown(value)
        for name, value in shell.user_ns.items()
        if name not in given and not name.startswith("_") and not isinstance(value, _KINDS_LEFT_OUT)
    }
    return said, values


def shown(value: Any) -> str:
    """Gives a value as text without addresses."""
    return repr(value).split(" at 0x")[0]
