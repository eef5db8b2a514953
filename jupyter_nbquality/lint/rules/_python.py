"""What several rules ask of Python code: what a call calls, and which literals there are."""

import ast
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Literal, TypeVar

from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.lint.rule import CodeCell, Context
from jupyter_nbquality.lint.syntax_tree import children
from jupyter_nbquality.positions import Position, Range

_Answer = TypeVar("_Answer")


def kept_by_cell(function: Callable[[CodeCell], _Answer]) -> Callable[[CodeCell], _Answer]:
    """Keeps what a function says of a cell for as long as the cell's analysis is kept."""

    def look(code: CodeCell) -> _Answer:
        kept: dict[Hashable, _Answer] = code.kept
        if function in kept:
            return kept[function]
        answer = kept[function] = function(code)
        return answer

    return look


def folded(code: CodeCell) -> str:
    """Gives the source as Python reads the names in it, for looks without parsing."""
    # Python takes some characters beyond ASCII for others: `ﬁt` is `fit`.
    return code.source if code.source.isascii() else unicodedata.normalize("NFKC", code.source)


def mentions(code: CodeCell, names: Iterable[str]) -> bool:
    """Tells whether any of some names may stand in a cell, from its text, without parsing it."""
    text = folded(code)
    return any(name in text for name in names)


@kept_by_cell
def calls(code: CodeCell) -> list[ast.Call]:
    """Gives every call in a cell."""
    return list(code.by_kind.of(ast.Call))


@kept_by_cell
def imported_names(code: CodeCell) -> dict[str, str]:
    """Gives what the imports of a cell bind: ``pd`` is ``pandas``, ``sleep`` is ``time.sleep``."""
    names: dict[str, str] = {}
    if "import" not in code.source:
        return names
    for node in code.by_kind.of(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def all_imported_names(context: Context) -> dict[str, str]:
    """Gives what the imports of all cells of a notebook bind."""
    names: dict[str, str] = {}
    for _, code in context.code_cells():
        names |= imported_names(code)
    return names


def dotted(node: ast.expr) -> str:
    """Writes out ``a.b.c``; empty where an expression is not of that form."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def origin(node: ast.expr, imports: dict[str, str]) -> str:
    """Writes out ``a.b.c`` with what ``a`` was imported as: ``pandas.read_csv``."""
    name = dotted(node)
    first, _, rest = name.partition(".")
    known = imports.get(first)
    if known is None:
        return name
    return f"{known}.{rest}" if rest else known


def string_value(node: ast.expr | None) -> str | None:
    """Gives the value of a plain string literal, else ``None``."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def text_at(code: CodeCell, place: Range) -> str:
    """Gives the person's text of a range."""
    return code.source[code.lines.to_offset(place.start) : code.lines.to_offset(place.end)]


def offsets(code: CodeCell, start: int, end: int) -> Range:
    """Gives the range between two offsets in the person's text."""
    return Range(code.lines.from_offset(start), code.lines.from_offset(end))


def as_literal(value: str, quote: Literal['"', "'"] = '"') -> str:
    """Writes a plain string literal in the wanted quotes."""
    escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def replace_string(code: CodeCell, node: ast.expr, value: str) -> TextEdit | None:
    """Makes the edit that gives a string literal another value, in its own quotes.

    ``None`` where the literal is written in several pieces or over several lines.
    """
    place = code.range_of(node)
    text = text_at(code, place)
    quote = text.lstrip("rRbBuU")[:1]
    body = text.lstrip("rRbBuU")
    simple = len(body) >= 2 and body[-1] == quote and quote in body[1:-1].replace(f"\\{quote}", "")
    if quote not in {"'", '"'} or simple or "\n" in text:
        return None
    return TextEdit(place, as_literal(value, '"' if quote == '"' else "'"))


def statements(body: list[ast.stmt], *, loop: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """Yields the statements that run when the cell runs, and whether they stand in a loop.

    Those inside functions and classes are left out; the compound ones come before their parts.
    """
    for statement in body:
        yield statement, loop
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inside = loop or isinstance(statement, ast.For | ast.AsyncFor | ast.While)
        for field in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, field, []), loop=inside)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from statements(part.body, loop=inside)


_NOT_WITH_IT = (ast.stmt, ast.Lambda, ast.ExceptHandler, ast.match_case)


def expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yields the nodes of a statement that run with it: no nested statement, lambda or function."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in children(node) if not isinstance(child, _NOT_WITH_IT)]


def lines_edit(code: CodeCell, first: int, last: int) -> TextEdit:
    """Makes the edit that takes out whole lines, from 0, with their line break."""
    if last + 1 < code.lines.line_count:
        return TextEdit(Range(Position(first, 0), Position(last + 1, 0)), "")
    start = code.line_range(first - 1).end if first else Position(0, 0)
    return TextEdit(Range(start, code.line_range(last).end), "")
