"""Where the nodes of a cell's syntax tree stand in its text, also those within strings."""

import ast
import re
import sys
from collections.abc import Iterator

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.ipython import parse
from jupyter_nbquality.ipython.text import STRING
from jupyter_nbquality.positions import LineIndex

Span = tuple[int, int]
"""Where something begins and ends: offsets into the person's text."""

_STRING = re.compile(STRING)
_PREFIX = re.compile(r"[A-Za-z]{0,3}(?=[\"'])")
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|#[^\r\n]*)*")
_NAMED_CHARACTER = re.compile(r"\\N\{[^}]*\}")
_LITERAL = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
_TRUE_IN_STRINGS = sys.version_info >= (3, 12)
"""Before, Python gave wrong places of what stands in an f-string."""


class UnclearError(Exception):
    """It is not known where in the text something stands."""


class CellText:
    """The text of a cell, and where its nodes stand in it.

    Args:
        known: A cell in Python that parses.

    Attributes:
        source: The person's text.
    """

    def __init__(self, known: CellFacts) -> None:
        self.source = known.source
        self._masked = known.masked.text
        self._index = LineIndex(self._masked)
        self._lines = LineIndex(known.source)
        self._removed = known.masked.removed
        self._found: dict[int, Span] = {}
        # Keeps the trees of texts alive, whose nodes are known by their ids.
        self._trees: list[ast.AST] = []

    def span(self, node: ast.AST) -> Span:
        """Gives where a node stands.

        Raises:
            UnclearError: It is not known.
        """
        start, end = self._span(node)
        return self._to_source(start), self._to_source(end)

    def text(self, node: ast.AST) -> str:
        """Gives the text of a node.

        Raises:
            UnclearError: It is not known where it stands.
        """
        start, end = self.span(node)
        return self.source[start:end]

    def enter(self, node: ast.JoinedStr) -> None:
        """Finds where the expressions of an f-string stand.

        Raises:
            UnclearError: They are not found.
        """
        if _TRUE_IN_STRINGS:
            return
        wanted = list(_expressions(node))
        found = list(self._scan_literals(*self._span(node)))
        if len(wanted) != len(found):
            raise UnclearError
        for expression, (start, end) in zip(wanted, found, strict=True):
            self._place(expression, start, end)
            for inner in strings_within(expression):
                self.enter(inner)

    def parsed(self, node: ast.Constant, *, statements: bool = False) -> ast.Module:
        """Parses the code in a text.

        Args:
            node: A string.
            statements: Whether it may hold statements rather than one expression.

        Returns:
            The code, whose places are known.

        Raises:
            SyntaxError: It is none.
            UnclearError: It is not known where in the string it stands.
        """
        code = str(node.value)
        tree = parse(code if statements else code.strip())
        if not statements and not (len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)):
            raise SyntaxError
        start = self.inside(node)
        if not statements:
            start += len(code) - len(code.lstrip())
        self._trees.append(tree)
        index = LineIndex(code if statements else code.strip())
        for part in ast.walk(tree):
            self._note(part, index, start)
        for inner in strings_within(tree):
            self.enter(inner)
        return tree

    def inside(self, node: ast.Constant) -> int:
        """Gives where the characters of a string begin, in the text that was parsed.

        Raises:
            UnclearError: They are not written as they are.
        """
        pieces = self._pieces(node)
        if len(pieces) != 1:
            raise UnclearError
        return pieces[0][1]

    def within(self, node: ast.Constant, start: int, end: int) -> Span:
        """Gives where a stretch of the characters of a string stands.

        Raises:
            UnclearError: They are not written as they are.
        """
        for at, first, length in self._pieces(node):
            if at <= start and end <= at + length:
                return self._to_source(first + start - at), self._to_source(first + end - at)
        raise UnclearError

    def search(self, pattern: re.Pattern[str], node: ast.AST, start: int | None = None) -> Span:
        """Finds the last group of a pattern in the text of a node.

        Args:
            pattern: What to look for.
            node: Where.
            start: An offset into the source to look from, in place of the node's start.

        Raises:
            UnclearError: It is not there.
        """
        first, last = self._span(node)
        if start is not None:
            first = self._to_masked(start)
        match = pattern.search(self._masked, first, max(first, last))
        if match is None:
            raise UnclearError
        span = match.span(match.lastindex or 0)
        return self._to_source(span[0]), self._to_source(span[1])

    # ---- offsets ----

    def _span(self, node: ast.AST) -> Span:
        found = self._found.get(id(node))
        if found is not None:
            return found
        if not hasattr(node, "lineno"):
            raise UnclearError
        return self._offset(node.lineno, node.col_offset), self._offset(  # type: ignore[attr-defined]
            node.end_lineno,  # type: ignore[attr-defined]
            node.end_col_offset,  # type: ignore[attr-defined]
        )

    def _offset(self, line: int, column: int) -> int:
        return self._index.to_offset(self._index.position(line, column))

    def _to_source(self, offset: int) -> int:
        if not self._removed:
            return offset
        place = self._index.from_offset(offset)
        start = self._index.to_offset(place.__class__(place.line, 0))
        line = self._lines.to_offset(place.__class__(place.line, 0))
        return line + self._removed[place.line] + offset - start

    def _to_masked(self, offset: int) -> int:
        if not self._removed:
            return offset
        place = self._lines.from_offset(offset)
        line = self._lines.to_offset(place.__class__(place.line, 0))
        start = self._index.to_offset(place.__class__(place.line, 0))
        return start + max(offset - line - self._removed[place.line], 0)

    def _place(self, expression: ast.expr, start: int, end: int) -> None:
        """Notes where the parts of an expression stand."""
        code = f"({self._masked[start:end]})"
        try:
            again = ast.parse(code, mode="eval").body
        except SyntaxError:
            raise UnclearError from None
        index = LineIndex(code)
        for part, known in zip(ast.walk(expression), ast.walk(again), strict=False):
            if type(part) is not type(known):
                raise UnclearError
            if hasattr(known, "lineno"):
                self._note(known, index, start - 1, part)

    def _note(
        self, known: ast.AST, index: LineIndex, start: int, part: ast.AST | None = None
    ) -> None:
        if not hasattr(known, "lineno"):
            return
        first = index.to_offset(index.position(known.lineno, known.col_offset))  # type: ignore[attr-defined]
        last = index.to_offset(index.position(known.end_lineno, known.end_col_offset))  # type: ignore[attr-defined]
        self._found[id(part if part is not None else known)] = (start + first, start + last)

    def _pieces(self, node: ast.Constant) -> list[tuple[int, int, int]]:
        """Gives the literals that a string is put together from.

        Each with its place in the string, where it begins in the text, and its length.

        Raises:
            UnclearError: One of them is not written as it is.
        """
        start, end = self._span(node)
        text = self._masked
        found: list[tuple[int, int, int]] = []
        value = ""
        while start < end:
            between = _BETWEEN.match(text, start, end)
            start = between.end() if between else start
            if start < end and text[start] in "()":
                start += 1
                continue
            match = _LITERAL.match(text, start, end)
            literal = _STRING.match(text, match.start(2)) if match else None
            if match is None or literal is None:
                break
            inner = text[match.end() : literal.end() - len(match[2])]
            found.append((len(value), match.end(), len(inner)))
            value += inner
            start = literal.end()
        if value != node.value:
            raise UnclearError
        return found

    # ---- f-strings, read by hand ----

    def _scan_literals(self, start: int, end: int) -> Iterator[Span]:
        """Yields where expressions stand in strings that stand side by side."""
        text = self._masked
        while start < end:
            match = _BETWEEN.match(text, start)
            start = match.end() if match else start
            if start >= end:
                return
            if text[start] in "()":
                start += 1
                continue
            prefix = _PREFIX.match(text, start)
            if prefix is None:
                raise UnclearError
            literal = _STRING.match(text, prefix.end())
            if literal is None:
                raise UnclearError
            if "f" in prefix[0].lower():
                quotes = 3 if literal[0][:3] in {'"""', "'''"} else 1
                raw = "r" in prefix[0].lower()
                first, last = literal.start() + quotes, literal.end() - quotes
                yield from self._scan(first, last, raw)
            start = literal.end()

    def _scan(self, start: int, end: int, raw: bool) -> Iterator[Span]:
        """Yields where expressions stand in the characters of an f-string."""
        text = self._masked
        while start < end:
            char = text[start]
            if char == "\\" and not raw:
                named = _NAMED_CHARACTER.match(text, start, end)
                start = named.end() if named else start + 1 + (text[start + 1] not in "{}")
            elif text[start : start + 2] in {"{{", "}}"}:
                start += 2
            elif char == "{":
                close = self._end_of_expression(start + 1, end)
                yield start + 1, close
                start = self._behind_debug(close, end)
                if start < end and text[start] == "!":
                    start += 2
                if start < end and text[start] == ":":
                    bottom = self._end_of_form(start + 1, end)
                    yield from self._scan(start + 1, bottom, raw)
                    start = bottom
                start += 1
            else:
                start += 1

    def _behind_debug(self, start: int, end: int) -> int:
        text = self._masked
        if start < end and text[start] == "=":
            start += 1
            while start < end and text[start].isspace():
                start += 1
        return start

    def _end_of_expression(self, start: int, end: int) -> int:
        text = self._masked
        depth = 0
        while start < end:
            char = text[start]
            if char in "\"'":
                literal = _STRING.match(text, start, end)
                start = literal.end() if literal else end
                continue
            if char in "([{":
                depth += 1
            elif char in ")]}" and depth:
                depth -= 1
            elif not depth:
                if char in "}:" or (char == "!" and text[start + 1] != "="):
                    return start
                if char == "=" and text[start + 1] != "=" and text[start - 1] not in "=!<>":
                    return start
            start += 1
        raise UnclearError

    def _end_of_form(self, start: int, end: int) -> int:
        text = self._masked
        depth = 0
        while start < end:
            if text[start] == "{":
                depth += 1
            elif text[start] == "}":
                if not depth:
                    return start
                depth -= 1
            start += 1
        raise UnclearError


def _expressions(node: ast.JoinedStr) -> Iterator[ast.expr]:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            yield part.value
            if isinstance(part.format_spec, ast.JoinedStr):
                yield from _expressions(part.format_spec)


def strings_within(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    """Yields the f-strings of some code, without those that stand in another."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.JoinedStr):
            yield node
        else:
            todo += ast.iter_child_nodes(node)
