"""A module that gets more definitions; what is there stays as it is."""

import ast

from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.refused import RefusedError


class ModuleText:
    """The text of a module while it grows.

    Args:
        text: As it is; may be empty.

    Raises:
        RefusedError: It does not parse.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            self._tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            raise RefusedError("module-broken", "The module does not parse.") from None
        self._imports: list[str] = []
        self._constants: list[str] = []
        self._definitions: list[str] = []
        self._names: list[str] = []
        self._known = {ast.dump(node) for node in self._tree.body}

    def has_same(self, statement: ast.stmt) -> bool:
        """Tells whether the very same code is there already."""
        return ast.dump(statement) in self._known

    def refuse_taken(self, name: str) -> None:
        """Refuses a name that the module has with another meaning.

        Raises:
            RefusedError: It has.
        """
        if name in _bound(self._tree):
            raise RefusedError(
                "taken-in-module", f"The module has another `{name}` already; rename one of them."
            )

    def add_imports(self, statements: list[str]) -> None:
        """Adds imports that are not there.

        Raises:
            RefusedError: The module has one of the names with another meaning.
        """
        bound = _bound(self._tree)
        for text in statements:
            (statement,) = ast.parse(text).body
            if ast.dump(statement) in self._known or self._is_imported(statement):
                continue
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                self._imports.insert(0, text)
                continue
            for name in bound_names([statement]):
                if name in bound:
                    raise RefusedError(
                        "taken-in-module",
                        f"The module has another `{name}` already; rename one of them.",
                    )
            self._imports.append(text)

    def add(self, text: str, names: tuple[str, ...], *, is_constant: bool) -> None:
        """Adds a definition."""
        (self._constants if is_constant else self._definitions).append(text)
        self._names += names

    def text(self) -> str:
        """Gives the module as it is now."""
        lines = self._text.split("\n") if self._text else []
        parts = []
        future = [text for text in self._imports if text.startswith("from __future__")]
        others = [text for text in self._imports if text not in future]
        top = self._after_docstring()
        imports = max(self._after_imports(), top)
        parts += lines[:top]
        parts += future
        parts += lines[top:imports]
        parts += others
        parts += ["", *self._constants, ""] if self._constants else []
        parts += self._with_exported(lines[imports:], imports)
        for text in self._definitions:
            parts += ["", "", text]
        return "\n".join(parts).strip("\n") + "\n"

    def _is_imported(self, statement: ast.stmt) -> bool:
        """Tells whether all that an import binds is imported from the same place already."""
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return False
        wanted = _imported(statement)
        found: set[tuple[str, str, str]] = set()
        for node in self._tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found |= _imported(node)
        return wanted <= found

    def _after_docstring(self) -> int:
        body = self._tree.body
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            return body[0].end_lineno or 1
        return 0

    def _after_imports(self) -> int:
        last = 0
        for node in self._tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                last = node.end_lineno or node.lineno
        return last

    def _with_exported(self, lines: list[str], skipped: int) -> list[str]:
        """Adds the new names to ``__all__`` where the module has one that is written out."""
        for node in self._tree.body:
            if not (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == "__all__"
            ):
                continue
            try:
                exported = [str(name) for name in ast.literal_eval(node.value)]
            except (ValueError, TypeError):
                return lines
            new = [name for name in self._names if name not in exported]
            start, end = node.lineno - 1 - skipped, (node.end_lineno or node.lineno) - skipped
            if not new or start < 0:
                return lines
            kind = ("(", ")") if isinstance(node.value, ast.Tuple) else ("[", "]")
            names = ", ".join(f'"{name}"' for name in [*exported, *new])
            return [*lines[:start], f"__all__ = {kind[0]}{names}{kind[1]}", *lines[end:]]
        return lines


def _imported(statement: ast.Import | ast.ImportFrom) -> set[tuple[str, str, str]]:
    module = ""
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
    return {
        (module, alias.name, alias.asname or alias.name.partition(".")[0])
        for alias in statement.names
    }


def _bound(tree: ast.Module) -> set[str]:
    """Gives the names that a module binds at its top level."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                found.add(each.id)
            elif isinstance(each, ast.Import | ast.ImportFrom):
                found |= {name for _module, _name, name in _imported(each)}
    return found
