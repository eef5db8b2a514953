"""What cells show, so that it is still shown where their code comes to stand elsewhere."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.positions import LineIndex
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import last_line
from jupyter_nbquality.refactor.text_edits import Edit

_SHOWS_TEXT = frozenset(
    {"print", "pprint", "display", "HTML", "Image", "Markdown", "Math", "Latex", "SVG", "Audio",
     "Video", "IFrame", "FileLink", "clear_output"}
)  # fmt: skip
_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out")
_HISTORY_MAGICS = frozenset(
    {"hist", "history", "macro", "notebook", "pastebin", "recall", "rep", "rerun", "save"}
)
_NEVER_NONE = frozenset(
    {"head", "tail", "describe", "value_counts", "shape", "dtypes", "columns", "sample", "nunique",
     "unique", "isna", "isnull", "corr", "groupby"}
)  # fmt: skip
_MAKES_A_VALUE = frozenset(
    {"len", "sum", "sorted", "list", "dict", "set", "tuple", "str", "int", "float", "type", "repr",
     "range", "round", "abs", "bool"}
)  # fmt: skip


def shown_last(known: CellFacts) -> ast.Expr | None:
    """Gives the expression whose value a cell shows at its end, if there is one."""
    if known.tree is None or known.masked.scoped or not known.tree.body:
        return None
    last = known.tree.body[-1]
    end = last_line(last) - 1
    if not isinstance(last, ast.Expr) or any(
        magic.end_line >= end for magic in known.masked.magics
    ):
        return None
    index = LineIndex(known.masked.text)
    offset = index.to_offset(index.position(last.end_lineno or 1, last.end_col_offset or 0))
    rest = re.sub(r"#[^\r\n]*", "", known.masked.text[offset:])
    return None if rest.strip().endswith(";") else last


def gives_nothing(shown: ast.Expr) -> bool:
    """Tells whether an expression surely gives ``None``."""
    value = shown.value
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Name):
        # A display that is kept to be changed gives a handle.
        is_kept = any(each.arg in {None, "display_id"} for each in value.keywords)
        return value.func.id in {"print", "display"} and not is_kept
    return isinstance(value.func, ast.Attribute) and value.func.attr == "show"


def quieted(source: str) -> str:
    """Keeps a cell from showing its last expression, by a semicolon."""
    shown = shown_last(CellFacts(source))
    if shown is None or gives_nothing(shown):
        return source
    index = LineIndex(source)
    end = index.to_offset(index.position(shown.end_lineno or 1, shown.end_col_offset or 0))
    return source[:end] + ";" + source[end:]


def display_edits(known: CellFacts, shown: ast.Expr, fresh: Callable[[], str]) -> Iterator[Edit]:
    """Yields what must be written so that an expression is shown where it is not the last one.

    Args:
        known: The cell.
        shown: Its last expression.
        fresh: Gives a name that nobody has.
    """
    if gives_nothing(shown):
        return
    index = LineIndex(known.source, known.masked.removed)
    start = index.to_offset(index.position(shown.lineno, shown.col_offset))
    above = known.tree.body[-2:-1] if known.tree is not None else []
    if above and last_line(above[0]) == shown.lineno:
        # `if` cannot stand behind a semicolon.
        before_it = index.position(above[0].end_lineno or 1, above[0].end_col_offset or 0)
        yield index.to_offset(before_it), start, "\n"
    end = index.to_offset(index.position(shown.end_lineno or 1, shown.end_col_offset or 0))
    before, after = ("", "") if is_closed(known.source[start:end]) else ("(", ")")
    if _is_a_value(shown.value):
        yield start, start, f"display({before}"
        yield end, end, f"{after})"
    else:
        name = fresh()
        yield start, start, f"if ({name} := {before}"
        yield end, end, f"{after}) is not None: display({name})"


def is_closed(text: str) -> bool:
    """Tells whether an expression is one argument of a call, and no several."""
    try:
        call = ast.parse(f"_({text})", mode="eval").body
    except SyntaxError:
        return False
    return (
        isinstance(call, ast.Call)
        and len(call.args) == 1
        and not (call.keywords or isinstance(call.args[0], ast.Starred))
    )


def _is_a_value(node: ast.expr) -> bool:
    """Tells whether an expression surely gives something else than ``None``."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in _MAKES_A_VALUE and bool(node.args)
        return isinstance(node.func, ast.Attribute) and node.func.attr in _NEVER_NONE
    if isinstance(node, ast.Attribute):
        return node.attr in _NEVER_NONE
    if isinstance(node, ast.Constant):
        return node.value is not None
    return isinstance(
        node, ast.BinOp | ast.Tuple | ast.JoinedStr | ast.List | ast.Dict | ast.Set | ast.ListComp
    )


_SHOWN = frozenset({"display", "figure", "pictures"})


def has_outputs(cell: Cell) -> bool:
    """Tells whether a cell has outputs in the file."""
    return cell.outputs is not None and cell.outputs.size > 0


def draws(facts: Facts) -> bool:
    """Tells whether code draws: a figure belongs to the cell that draws it."""
    for effect in facts.effects:
        if effect.what == "figure" and effect.kind == "writes-state":
            return True
        if effect.kind in {"reads-state", "may-draw"} and effect.what in {"display", "pictures"}:
            node = effect.node
            if isinstance(node, ast.Call) and _called(node) not in _SHOWS_TEXT:
                return True
    return False


def shows(facts: Facts) -> bool:
    """Tells whether code shows something, as far as is known."""
    return facts.displays or any(effect.what in _SHOWN for effect in facts.effects)


def ends_figure(known: CellFacts) -> bool:
    """Tells whether a cell shows its figures itself, after it drew the last."""
    drawing = [statement for statement in known.statements if draws(statement)]
    if not drawing or known.tree is None:
        return False
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and _called(node.value) == "show"
        and node.lineno == drawing[-1].first
        for node in known.tree.body
    )


def history_read(cells: Iterable[CellFacts]) -> str:
    """Gives what of IPython's history code reads: ``_``, ``Out``, ``%rerun``; empty for nothing.

    Such code depends on how the notebook is cut into cells.
    """
    known = list(cells)
    bound = {name for each in known for name in each.facts.binds}
    for each in known:
        facts = each.facts
        for magic in each.masked.magics:
            if magic.name in _HISTORY_MAGICS and magic.kind in {"line-magic", "automagic"}:
                return f"%{magic.name}"
        for name in (*facts.uses, *facts.later, *facts.guesses, *facts.touched):
            if _HISTORY.fullmatch(name) and name not in bound:
                return name
    return ""


def refuse_history(cells: Iterable[CellFacts]) -> None:
    """Refuses to cut a notebook otherwise where code reads IPython's history.

    Args:
        cells: All of the notebook.

    Raises:
        RefusedError: Some code does.
    """
    name = history_read(cells)
    if name:
        raise RefusedError("history", f"A cell reads `{name}`, which counts cells.")


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
