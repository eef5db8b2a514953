"""The first lines of a function that is made."""

import ast
from collections.abc import Iterable, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.refactor.indenting import INDENT
from jupyter_nbquality.refactor.parameters import Parameter

_WIDTH = 88


def head(
    name: str,
    parameters: Sequence[Parameter],
    *,
    is_async: bool,
    docstring: bool,
) -> list[str]:
    """Gives the lines above the body of a function.

    Args:
        name: What it is called.
        parameters: What it takes.
        is_async: Whether it waits for something.
        docstring: Whether it gets a line of documentation, made of its name.
    """
    start = f"{'async ' if is_async else ''}def {name}("
    written = [_written(parameter) for parameter in parameters]
    line = f"{start}{', '.join(written)}):"
    lines = [line]
    if len(line) > _WIDTH:
        lines = [start, *(f"{INDENT}{parameter}," for parameter in written), "):"]
    if docstring:
        lines.append(f'{INDENT}"""{_sentence(name)}"""')
    return lines


def call_of(name: str, parameters: Iterable[Parameter], *, is_async: bool) -> str:
    """Gives the text of the call of a function that is made."""
    given = ", ".join(each.name for each in parameters if not each.default)
    return f"{'await ' if is_async else ''}{name}({given})"


def _written(parameter: Parameter) -> str:
    annotation = f": {parameter.annotation}" if parameter.annotation else ""
    equals = " = " if annotation else "="
    default = f"{equals}{parameter.default}" if parameter.default else ""
    return f"{parameter.called}{annotation}{default}"


def annotations_of(cells: Iterable[CellFacts]) -> dict[str, str]:
    """Gives the annotations that names have in the notebook, where they agree."""
    found: dict[str, set[str]] = {}
    for known in cells:
        for node in ast.walk(known.tree) if known.tree is not None else ():
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.setdefault(node.target.id, set()).add(ast.unparse(node.annotation))
    return {name: next(iter(texts)) for name, texts in found.items() if len(texts) == 1}


def _sentence(name: str) -> str:
    words = name.strip("_").replace("_", " ").strip() or name
    return f"{words[0].upper()}{words[1:]}."
