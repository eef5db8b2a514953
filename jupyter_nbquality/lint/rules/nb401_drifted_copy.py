"""NB401: copies of functions that are not what their modules have."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, edit_fix
from jupyter_nbquality.origins import (
    HINT,
    DefinitionNode,
    Origin,
    definition_of,
    digest_of,
    origins_in,
    parsed,
)
from jupyter_nbquality.positions import Position, Range

_MOST_BYTES = 1_000_000


class DriftedCopy(Rule):
    """A function that was brought from a module, and is not the one that stands there any more.

    Why:
        Two versions of one function give two results, and nobody knows which one is meant. Looked
        at are functions and classes with a comment above that says where they came from, as
        *Inline This Import* writes it: `# nbq: from cleaning import share`.

    Example:
        ```python
        # nbq: from cleaning import share
        def share(part, whole):
            return 100 * part / whole
        ```

        ```python title="cleaning.py"
        def share(part, whole):
            return part / whole
        ```

    Instead:
        *Push Back* writes it to the module (`nbquality refactor push-back`); the fix takes the
        module's version. Comments and layout are no difference.

        ```python
        # nbq: from cleaning import share
        def share(part, whole):
            # As it is there.
            return part / whole
        ```

        ```python title="cleaning.py"
        def share(part, whole):
            return part / whole
        ```
    """

    code = "NB401"
    slug = "drifted-copy"
    needles = ((HINT,),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the copies that are not the same as what they are copies of."""
        for cell, code in context.code_cells():
            for origin in origins_in(code.source):
                here = definition_of(code.tree, origin.name) if code.tree is not None else None
                file = context.surroundings.module_file(origin.module)
                if here is None or file is None:
                    continue
                text = _text(file, _changed(file))
                there = _there(text, origin.name)
                if there is None or digest_of(there) == digest_of(here):
                    continue
                yield Problem(
                    _message(origin, here, there, file.name),
                    cell.id,
                    code.line_range(here.lineno - 1),
                    [_fix(code, here, there, text, file.name, cell.id)],
                )


def _message(origin: Origin, here: ast.AST, there: ast.AST, file: str) -> str:
    if not origin.digest:
        return f"`{origin.name}` is not the same as in `{file}`"
    if digest_of(there) == origin.digest:
        return f"`{origin.name}` was changed here, but not in `{file}`"
    if digest_of(here) == origin.digest:
        return f"`{origin.name}` was changed in `{file}`, but not here"
    return f"`{origin.name}` was changed both here and in `{file}`"


def _fix(
    code: CodeCell,
    here: DefinitionNode,
    there: DefinitionNode,
    text: str,
    file: str,
    cell: str,
) -> Fix:
    """Takes what the module has, without the comments above it."""
    lines = text.splitlines()
    new = "\n".join(lines[_first(there) - 1 : there.end_lineno])
    last = (here.end_lineno or here.lineno) - 1
    span = Range(Position(_first(here) - 1, 0), code.lines.end_of_line(last))
    title = f"Take `{here.name}` as it is in {file}"
    return edit_fix(title, Applicability.UNSAFE, code, [TextEdit(span, new)], cell)


def _first(node: DefinitionNode) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _changed(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=64)
def _text(file: Path, changed: tuple[int, int]) -> str:
    """Reads a module; asked again when it was written anew."""
    if changed[1] > _MOST_BYTES:
        return ""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@functools.lru_cache(maxsize=256)
def _there(text: str, name: str) -> DefinitionNode | None:
    tree = parsed(text)
    return definition_of(tree, name) if tree is not None else None
