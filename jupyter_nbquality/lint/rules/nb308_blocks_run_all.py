"""NB308: code that waits for a person, or never ends."""

import ast
import re
from collections.abc import Iterator

from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule
from jupyter_nbquality.lint.rules._python import (
    all_imported_names,
    expressions,
    folded,
    imported_names,
    kept_by_cell,
    origin,
    statements,
)

_ASKING = {
    "input": "`input()` waits for somebody to type",
    "raw_input": "`raw_input()` waits for somebody to type",
    "builtins.input": "`input()` waits for somebody to type",
    "getpass.getpass": "`getpass()` waits for somebody to type",
}
_CALLED = frozenset({"input", "raw_input", "getpass"})
_WORDS = ("input", "getpass", "while")
_MAY_BLOCK = re.compile(rf"\b(?:while|{'|'.join(sorted(_CALLED))})\b")
_LEAVING = frozenset({"exit", "quit", "sys.exit", "os._exit"})


class BlocksRunAll(Rule):
    """Code at the top level that waits for a person, or a loop without an end.

    Why:
        "Run all cells" stops here, and a run without a person (a schedule, a test, papermill) fails
        or hangs.

    Example:
        ```python
        year = int(input("Which year? "))
        ```

    Instead:
        ```python
        year = 2025
        ```

        Put what changes from run to run into a cell of parameters, and what is secret into an
        environment variable.
    """

    code = "NB308"
    slug = "blocks-run-all"
    needles = (_WORDS,)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first question and each endless loop of a cell."""
        suspects = [(cell, code) for cell, code in context.code_cells() if _is_suspect(code)]
        if not suspects:
            return
        imports = all_imported_names(context)
        own = _redefined(context)
        for cell, code in suspects:
            body = code.tree.body if code.tree is not None else []
            asking: list[ast.Call] = []
            for statement, _ in statements(body):
                if isinstance(statement, ast.While) and _is_endless(statement, imports):
                    head = code.range_of(statement.test)
                    yield Problem("`while True` without a way out never ends", cell.id, head)
                for node in expressions(statement):
                    if isinstance(node, ast.Call):
                        name = origin(node.func, imports)
                        if name in _ASKING and name not in own:
                            asking.append(node)
            if asking:
                # One cell that asks for five numbers is one problem.
                first = min(asking, key=lambda node: (node.lineno, node.col_offset))
                message = _ASKING[origin(first.func, imports)]
                yield Problem(message, cell.id, code.range_of(first))


@kept_by_cell
def _is_suspect(code: CodeCell) -> bool:
    """Whether it is worth looking at which of its statements run with the cell."""
    if not any(word in code.source for word in _WORDS) or not _MAY_BLOCK.search(folded(code)):
        return False
    return any(code.by_kind.of(ast.While)) or any(
        (node.id if isinstance(node, ast.Name) else node.attr) in _CALLED
        for node in code.by_kind.of(ast.Name, ast.Attribute)
    )


@kept_by_cell
def _bound_names(code: CodeCell) -> set[str]:
    """The names that a cell gives a meaning, wherever in it."""
    names = {node.id for node in code.by_kind.of(ast.Name) if isinstance(node.ctx, ast.Store)}
    names.update(node.name for node in code.by_kind.of(ast.FunctionDef, ast.ClassDef))
    return names | imported_names(code).keys()


def _redefined(context: Context) -> set[str]:
    """The names of built-in functions that the notebook gives another meaning."""
    names: set[str] = set()
    for _, code in context.code_cells():
        if "input" in code.source:
            names |= _bound_names(code)
    return names


def _is_endless(loop: ast.While, imports: dict[str, str]) -> bool:
    if not (isinstance(loop.test, ast.Constant) and loop.test.value):
        return False
    return not any(_leaves(statement, imports, inner=False) for statement in loop.body)


def _leaves(statement: ast.stmt, imports: dict[str, str], *, inner: bool) -> bool:
    """Whether a statement can end the loop it stands in; ``inner``: not with a mere ``break``."""
    if isinstance(statement, ast.Break):
        return not inner
    if isinstance(statement, ast.Raise | ast.Return):
        return True
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    if any(
        isinstance(node, ast.Call) and origin(node.func, imports) in _LEAVING
        for node in expressions(statement)
    ):
        return True
    inner = inner or isinstance(statement, ast.For | ast.AsyncFor | ast.While)
    parts = [*getattr(statement, "body", []), *getattr(statement, "finalbody", [])]
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        parts += part.body
    # The `else` of an inner loop runs outside it: a `break` there ends the outer loop.
    after = getattr(statement, "orelse", [])
    is_loop = isinstance(statement, ast.For | ast.AsyncFor | ast.While)
    return any(_leaves(part, imports, inner=inner) for part in parts) or any(
        _leaves(part, imports, inner=False if is_loop else inner) for part in after
    )
