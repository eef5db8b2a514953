"""Comments: what they say without their ``#``, and whether that is code or prose."""

import ast
import re

from jupyter_nbquality.ipython import mask, parse

_MARK = re.compile(r"[ \t]*#+ ?")
_WORDS = re.compile(r"(?<!\S)[(\"'*_]{0,2}[^\W\d_][^\W\d_'\u2019-]*[)\"'*_.,;:!?]{0,3}(?!\S)")
_TEXT_CHARACTERS = re.compile(r"[^\W_]|[\s.,;:!?'\u2019\"()-]")
_FEWEST_WORDS = 3
_TEXT_SHARE = 0.85

_ACTING = (
    ast.Assign,
    ast.AugAssign,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.If,
    ast.With,
    ast.Try,
    ast.Return,
    ast.Assert,
    ast.Delete,
)
_SHOWING = (ast.Name, ast.Attribute, ast.Subscript)


def uncommented(line: str) -> str:
    """Takes the comment mark, and one space after it, off a line."""
    match = _MARK.match(line)
    return line[match.end() :] if match else line


def reads_as_code(text: str) -> bool:
    """Tells whether a text, such as a comment without its marks, is code and not prose.

    It must parse and do something: a lone word, ``a, b`` or ``note: this`` parse as Python too.
    Names to show (``df``) are accepted beside code that acts.
    """
    masked = mask(text, automagic=False)
    if not masked.is_python:
        return True
    try:
        body = parse(masked).body
    except SyntaxError:
        return False
    masking = {magic.line + 1 for magic in masked.magics}
    # A question reads as IPython's help: `What is this?`
    is_acting = any(magic.kind != "help" for magic in masked.magics)
    for statement in body:
        if statement.lineno in masking:
            continue
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(statement, _ACTING) or isinstance(value, ast.Call | ast.Await):
            is_acting = True
        elif not isinstance(value, _SHOWING):
            return False
    return is_acting


def reads_as_prose(line: str) -> bool:
    """Tells whether a line, a comment without its mark, is words of a human language."""
    text = line.strip().lstrip("-*• ")
    if len(_WORDS.findall(text)) < _FEWEST_WORDS:
        return False
    return len(_TEXT_CHARACTERS.findall(text)) >= _TEXT_SHARE * len(text)
