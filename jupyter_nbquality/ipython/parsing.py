"""Parsing of Python that may be hostile."""

import ast
import re
import warnings

from jupyter_nbquality.ipython.model import MaskedSource
from jupyter_nbquality.ipython.text import STRING

MAX_NESTING = 150
"""Open brackets `parse` accepts. Python's own limit is 200; LibCST crashes at about 1,400."""
_BRACKET_TOKEN = re.compile(r"#[^\r\n]*|[()\[\]{}]|" + STRING)
_LONG_NUMBER = re.compile(r"\b0[xXoObB][0-9a-fA-F_]{3500}")
_MOST_BITS = 14_000
"""Python parses longer numbers, and cannot write them down: they have more than 4,300 digits."""
_FORMAT_PREFIXES = frozenset("fFrRtT")


class TooDeepError(SyntaxError):
    """Brackets, or other constructs, are nested deeper than is safe to parse."""


def parse(source: MaskedSource | str) -> ast.Module:
    """Parses a masked cell, or a text, as IPython does: ``await`` may stand at the top level.

    Says nothing on stderr, and is safe on hostile text.

    Raises:
        TooDeepError: nested deeper than is safe.
        SyntaxError: not Python, whatever `compile` makes of it (null bytes, lone surrogates), or
            a number of thousands of digits.
    """
    text = source if isinstance(source, str) else source.text
    if nesting_depth(text) > MAX_NESTING:
        raise TooDeepError(f"more than {MAX_NESTING} brackets open at once")
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes: a linter's business
            tree = compile(text, "<cell>", "exec", flags, dont_inherit=True)
    except (RecursionError, MemoryError):
        raise TooDeepError("nested too deeply to parse") from None
    except (ValueError, OverflowError) as error:
        raise SyntaxError(str(error)) from None
    assert isinstance(tree, ast.Module)
    if len(text) > 3_500 and _LONG_NUMBER.search(text) and any(map(_is_too_long, ast.walk(tree))):
        raise SyntaxError("a number has thousands of digits")
    return tree


def _is_too_long(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, int):
        return False
    return node.value.bit_length() > _MOST_BITS


def nesting_depth(source: str) -> int:
    """How many brackets are open at once at most, roughly; those in plain strings do not count.

    Where there are few brackets in all their number is the answer: an upper bound, and quick.
    """
    total = source.count("(") + source.count("[") + source.count("{")
    if total <= MAX_NESTING:
        return total
    depth = deepest = 0
    for match in _BRACKET_TOKEN.finditer(source):
        char = source[match.start()]
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth = max(depth - 1, 0)
        elif char != "#" and source[match.start() - 1 : match.start()] in _FORMAT_PREFIXES:
            # Expressions in f-strings nest too.
            inner = nesting_depth(re.sub("[\"'#]", " ", match.group()))
            deepest = max(deepest, depth + inner)
    return deepest
