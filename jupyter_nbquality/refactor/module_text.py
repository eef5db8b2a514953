"""A module that gets more definitions; what is there stays as it is."""

import ast

from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import comments_above


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
        lines = self._with_exported(self._text.split("\n")) if self._text else []
        future = [text for text in self._imports if text.startswith("from __future__")]
        others = [text for text in self._imports if text not in future]
        top = self._after_docstring()
        imports = max(self._after_imports(), top)
        guard = max(self._before_guard(len(lines)), imports)
        parts = [*lines[:top], *future, *lines[top:imports], *others]
        parts += ["", *self._constants, ""] if self._constants else []
        parts += lines[imports:guard]
        for text in self._definitions:
            parts += ["", "", text]
        if lines[guard:]:
            parts += ["", "", *lines[guard:]]
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
        """Gives the last line of the imports at the top, among what may stand between them."""
        last = 0
        for node in self._tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                last = node.end_lineno or node.lineno
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                break
        return last

    def _before_guard(self, count: int) -> int:
        """Gives the line above what the module does as a program, at its end; else its last one."""
        last = self._tree.body[-1] if self._tree.body else None
        if not (
            isinstance(last, ast.If)
            and isinstance(last.test, ast.Compare)
            and isinstance(last.test.left, ast.Name)
            and last.test.left.id == "__name__"
        ):
            return count
        lines = self._text.split("\n")
        return comments_above(lines, last.lineno - 1)

    def _with_exported(self, lines: list[str]) -> list[str]:
        """Adds the new names to ``__all__``, where the module has one that is written out.

        Lines stay as many as they are.
        """
        node = self._exported()
        if node is None or not isinstance(node.value, ast.List | ast.Tuple):
            return lines
        value = node.value
        there = {each.value for each in value.elts if isinstance(each, ast.Constant)}
        new = [f'"{name}"' for name in self._names if name not in there and name[:1] != "_"]
        if not new:
            return lines
        if value.elts:
            row, column = value.elts[-1].end_lineno, value.elts[-1].end_col_offset
            text = "".join(f", {name}" for name in new)
        else:
            row, column = value.lineno, value.col_offset + 1
            text = ", ".join(new) + ("," if isinstance(value, ast.Tuple) else "")
        if row is None or column is None:
            return lines
        line = lines[row - 1].encode("utf-8", "surrogatepass")
        changed = line[:column] + text.encode() + line[column:]
        return [*lines[: row - 1], changed.decode("utf-8", "surrogatepass"), *lines[row:]]

    def _exported(self) -> ast.Assign | ast.AnnAssign | None:
        for node in self._tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            if (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and isinstance(targets[0], ast.Name)
                and targets[0].id == "__all__"
            ):
                return node
        return None

    def leaves_out(self) -> bool:
        """Tells whether the module has an ``__all__`` that the new names cannot be added to."""
        node = self._exported()
        public = [name for name in self._names if name[:1] != "_"]
        return bool(
            public and node is not None and not isinstance(node.value, ast.List | ast.Tuple)
        )


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
