"""Writes a slice as a Python script, with what only IPython understands said in Python."""

import ast
import re
import warnings
from collections.abc import Iterable, Mapping

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.export import joined, kept_lines, split_lines
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.dataflow.magics_in_python import (
    Translated,
    Untranslatable,
    is_value,
    translate,
)
from jupyter_nbquality.dataflow.sections import headings_above
from jupyter_nbquality.dataflow.slices import Slice
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.notebook import Notebook

_HISTORY = re.compile(r"_{1,3}|_i{0,3}|_i?[0-9]+|In|Out|get_ipython")
_VALUES = frozenset({"line-magic", "shell-capture", "auto-call"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ExportRefusedError(ValueError):
    """A slice cannot be a script; the message says why, for a person."""


def slice_script(
    notebook: Notebook, cells: Mapping[str, CellFacts], found: Slice, *, show: bool = False
) -> str:
    """Makes a script of a backward slice.

    Args:
        notebook: The notebook that was sliced.
        cells: What is known of its code cells, by id.
        found: The slice.
        show: Whether the last expression of a cell is shown, as in the notebook; as text.

    Raises:
        ExportRefusedError: It needs something that only a kernel has.
    """
    bound = names_bound(cells)
    above = headings_above(notebook)
    texts = {cell.id: cell.source for cell in notebook.cells}
    told: set[str] = set()
    modules: dict[str, str] = {}
    futures: list[str] = []
    blocks: list[str] = []
    for key in found.cells:
        number = notebook.index_of(key) + 1
        writer = _CellWriter(cells[key], found.lines[key], bound, modules, futures, show=show)
        try:
            code = writer.code()
        except Untranslatable as error:
            raise ExportRefusedError(
                f"Cell {number} cannot be in a script: {error}. Write a notebook instead."
            ) from None
        _check(code, number)
        headings = [each for each in above[key] if each not in told]
        told.update(headings)
        blocks += [_comment(texts[each]) for each in headings]
        blocks.append(code)
    numbers = ", ".join(str(notebook.index_of(key) + 1) for key in found.cells)
    name = _CONTROL.sub("?", notebook.path.rpartition("/")[2])
    head = [f"# Written by nbquality from cells {numbers} of {name or 'a notebook'}."]
    head += futures
    imports = sorted(statement for statement in modules.values())
    return (
        "\n\n".join(part for part in ["\n".join(head), "\n".join(imports), *blocks] if part) + "\n"
    )


def names_bound(cells: Mapping[str, CellFacts]) -> dict[str, str]:
    """Gives the names that cells bind, each with the module it imports, where it does."""
    return {name: module for known in cells.values() for name, module in _bound(known.statements)}


def cell_code(
    known: CellFacts, bound: Mapping[str, str], modules: dict[str, str], futures: list[str]
) -> str:
    """Says a whole cell in Python; nothing is shown for its last expression.

    Args:
        known: The cell.
        bound: What the notebook binds: see `names_bound`.
        modules: Takes the imports that it needs besides, by what is imported.
        futures: Takes the imports from ``__future__``.

    Raises:
        Untranslatable: It needs something that only a kernel has.
    """
    lines = {line for facts in known.statements for line in range(facts.first, facts.last + 1)}
    return _CellWriter(known, lines, bound, modules, futures, show=False).code()


class _CellWriter:
    """A cell on its way into a script."""

    def __init__(
        self,
        known: CellFacts,
        chosen: Iterable[int],
        bound: Mapping[str, str],
        modules: dict[str, str],
        futures: list[str],
        *,
        show: bool,
    ) -> None:
        self._known = known
        self._chosen = set(chosen)
        self._bound = bound
        self._modules = modules
        self._futures = futures
        self._show = show
        self._source = [
            line[columns:]
            for line, columns in zip(
                split_lines(known.source),
                known.masked.removed or (0,) * len(split_lines(known.source)),
                strict=True,
            )
        ]

    def code(self) -> str:
        known = self._known
        self._refuse_history()
        kept = {line: self._source[line - 1] for line in kept_lines(known, self._chosen)}
        if known.masked.scoped:
            # What runs in a function of its own leaves nothing behind.
            return _comment("Left out, as it only measures:\n" + known.source)
        if self._show:
            self._wrap_last(kept)
        self._hoist_futures(kept)
        for magic in known.masked.magics:
            self._replace(magic, kept)
        text = joined(kept, self._source)
        while text and not text[0].strip():
            text.pop(0)
        while text and not text[-1].strip():
            text.pop()
        return "\n".join(text)

    def _refuse_history(self) -> None:
        for facts in self._known.statements:
            if facts.first not in self._chosen:
                continue
            for name in (*facts.uses, *facts.waiting, *facts.later):
                if name not in self._bound and _HISTORY.fullmatch(name):
                    raise Untranslatable(f"it reads `{name}`, which only a kernel has")
                if name == "display" and name not in self._bound:
                    self._modules[name] = "from IPython.display import display"

    def _replace(self, magic: Magic, kept: dict[int, str]) -> None:
        first, last = magic.line + 1, magic.end_line + 1
        if first not in kept:
            return
        line = kept[first]
        indent = line[: len(line) - len(line.lstrip())]
        wanted = first in self._chosen
        made = translate(magic, frozenset(self._bound)) if wanted else Translated("", ())
        for module in made.modules:
            self._modules[module] = f"import {module}"
        code = self._named_apart(made)
        if self._show and magic.kind in _VALUES and self._is_last(magic) and is_value(code):
            code = f"sys.displayhook({code})"
            self._modules["sys"] = "import sys"
        for number in range(first, last + 1):
            kept.pop(number, None)
        if indent and not any(
            each.strip() and not each.startswith("#") for each in code.split("\n")
        ):
            # It may be all there is of a block.
            code = f"{code}\npass" if code else "pass"
        if code:
            kept[first] = "\n".join(indent + each if each else each for each in code.split("\n"))

    def _named_apart(self, made: Translated) -> str:
        """Calls a module by another name where the notebook has its own use for the name."""
        code = made.code
        for module in made.modules:
            top = module.partition(".")[0]
            if self._bound.get(top, top) != top:
                self._modules[module] = f"import {module} as _nbquality_{module}"
                code = re.sub(rf"(?<![\w.'\"]){module}\.", f"_nbquality_{module}.", code)
        return code

    def _wrap_last(self, kept: dict[int, str]) -> None:
        tree = self._known.tree
        last = tree.body[-1] if tree is not None and tree.body else None
        if not isinstance(last, ast.Expr) or last.lineno not in self._chosen:
            return
        value = last.value
        if value.end_lineno is None or value.end_col_offset is None:
            return
        if isinstance(value, ast.Constant) and value.value is ...:
            return
        if any(
            magic.line < value.end_lineno and value.lineno <= magic.end_line + 1
            for magic in self._known.masked.magics
        ):
            return
        # Brackets around the value are no part of its node.
        begin = _character(kept[last.lineno], last.col_offset)
        end_line = last.end_lineno or last.lineno
        end = _character(kept[end_line], last.end_col_offset or 0)
        if kept[end_line][end:].lstrip().startswith(";"):
            return
        opening, closing = "sys.displayhook(", ")"
        if isinstance(value, ast.Tuple | ast.GeneratorExp | ast.NamedExpr | ast.Yield):
            opening, closing = "sys.displayhook((", "))"
        kept[end_line] = kept[end_line][:end] + closing + kept[end_line][end:]
        kept[last.lineno] = kept[last.lineno][:begin] + opening + kept[last.lineno][begin:]
        self._modules["sys"] = "import sys"

    def _is_last(self, magic: Magic) -> bool:
        """Tells whether a magic ends the cell, so that its value is shown."""
        last = self._known.statements[-1]
        return last.first == magic.line + 1 and not magic.text.rstrip().endswith(";")

    def _hoist_futures(self, kept: dict[int, str]) -> None:
        """Takes imports from ``__future__`` to the top, where a script must have them."""
        for node in self._known.tree.body if self._known.tree is not None else ():
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                if all(line in kept for line in lines):
                    statement = ast.unparse(node)
                    if statement not in self._futures:
                        self._futures.append(statement)
                    for line in lines:
                        del kept[line]


def _bound(statements: list[Facts]) -> Iterable[tuple[str, str]]:
    """Yields the names that statements bind, with the modules that they import by them."""
    for facts in statements:
        for name in facts.binds:
            yield name, facts.imports.get(name, "")


def _check(code: str, number: int) -> None:
    """Refuses what is no Python of a module.

    Raises:
        ExportRefusedError: It is not.
    """
    if _compiles(code, 0):
        return
    if not _compiles(code, ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        raise ExportRefusedError(
            f"Cell {number} cannot be in a script: it holds something that is Python in a notebook "
            "only. Write a notebook instead."
        )
    raise ExportRefusedError(
        f"Cell {number} cannot be in a script: it awaits at the top level, which only a kernel "
        "allows. Write a notebook instead."
    )


def _compiles(code: str, flags: int) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes: a linter's business
            compile(code, "<cell>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _comment(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in split_lines(text.strip()))


def _character(line: str, column: int) -> int:
    """Gives the place in a line of a column that counts bytes, as Python's do."""
    return len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


__all__ = ["ExportRefusedError", "cell_code", "names_bound", "slice_script"]
