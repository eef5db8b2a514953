"""The places of the examples in docstrings (``>>> f(1)``) where a name of the notebook stands."""

import ast
import doctest
import re

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.refactor.reference import How, Reference
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.text_of import CellText, UnclearError

_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def in_examples(known: CellFacts, old: str, new: str) -> list[Reference]:
    """Finds where examples in the docstrings of a cell mean a name, and where they may.

    Examples see the names of the notebook, and those that examples above them bind.

    Args:
        known: The cell.
        old: The name.
        new: What it may be called then.

    Returns:
        The places. ``guess`` are those of docstrings whose examples bind the name themselves or
        have the new one, or that are written with escapes.
    """
    if ">>>" not in known.source or known.tree is None or known.state != "known":
        return []
    found: list[Reference] = []
    text = CellText(known)
    for node in ast.walk(known.tree):
        docs = _docs(node)
        if docs is not None and ">>>" in str(docs.value):
            found += _in_docs(docs, text, old, new)
    return found


def in_docstring(place: Reference) -> bool:
    """Tells whether a place stands in an example of a docstring."""
    return isinstance(place.node, ast.Constant) and ">>>" in str(place.node.value)


def _docs(node: ast.AST) -> ast.Constant | None:
    if not isinstance(node, _DEFINITION) or not isinstance(node.body[0], ast.Expr):
        return None
    value = node.body[0].value
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _in_docs(docs: ast.Constant, text: CellText, old: str, new: str) -> list[Reference]:
    written = str(docs.value)
    try:
        examples = doctest.DocTestParser().get_examples(written)
    except ValueError:
        return []
    lines = written.split("\n")
    within = [(example, references(CellFacts(example.source))) for example in examples]
    # Tabs are expanded in examples, so that places shift.
    is_own = "\t" in written or any(
        each.name == new or (each.name == old and each.binds) for _, its in within for each in its
    )
    found: list[Reference] = []
    for example, its in within:
        for each in its:
            if each.name != old:
                continue
            start = _offset(lines, example, each.span[0])
            try:
                span = text.within(docs, start, start + len(old))
            except UnclearError:
                span = (0, 0)
            how: How = "guess" if is_own or span == (0, 0) or each.how == "unclear" else "text"
            found.append(Reference(old, span, how, node=docs))
    return found


def _offset(lines: list[str], example: doctest.Example, at: int) -> int:
    """Gives where a place of an example stands in its docstring."""
    above = example.source[:at]
    row = example.lineno + above.count("\n")
    prompt = _PROMPT.match(lines[row])
    column = at - (above.rfind("\n") + 1) + (prompt.end() if prompt is not None else 0)
    return sum(len(line) + 1 for line in lines[:row]) + column
