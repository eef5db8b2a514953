"""NB307: a whole table printed."""

import ast
import re
from collections.abc import Iterator

from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, edit_fix
from jupyter_nbquality.lint.rules._frames import KEEPING, LIBRARIES, FrameNames
from jupyter_nbquality.lint.rules._lines import logical_lines
from jupyter_nbquality.lint.rules._python import expressions, origin, text_at
from jupyter_nbquality.positions import Range

_READING = ("read_", "scan_")
_SHOWING = ("print", "display", "max_rows")


class PrintsLargeData(Rule):
    """A whole table printed, or a table shown in every round of a loop.

    Why:
        On today's sample it is a screenful; on the real data it fills the notebook, or stops a
        scheduled run. A few rows say as much.

    Example:
        ```python
        import pandas as pd

        sales = pd.read_csv("sales.csv")
        print(sales)
        ```

    Instead:
        ```python
        import pandas as pd

        sales = pd.read_csv("sales.csv")
        print(sales.head())
        ```

        Only tables that were read from somewhere count: their length is not in the code. A table
        at the end of a cell, or in `display` outside a loop, is left alone, as Jupyter shortens it,
        unless `display.max_rows` is switched off.
    """

    code = "NB307"
    slug = "prints-large-data"
    needles = (_READING, _SHOWING, tuple(LIBRARIES))

    def may_speak(self, text: str) -> bool:
        """Tells whether anything is shown that may hold what was read."""
        return super().may_speak(text) and _may_show_table(text)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each place that shows a table in full or in a loop."""
        names = FrameNames(context)
        shows_all_rows = False
        for cell, code, statement, in_loop in names.walk(tables=True):
            shows_all_rows = _row_limit(statement, names.imports, shows_all_rows)
            for shown, how, where in _shown(code, statement, names, shows_all_rows):
                frame = names.frame(shown)
                if frame is None or not frame.is_read:
                    continue
                if how == "display" and not (in_loop or shows_all_rows):
                    continue
                name = _name(code, shown)
                message = (
                    f"Each round of the loop shows the table {name}"
                    if in_loop
                    else f"The whole table {name} is printed"
                )
                yield Problem(message, cell, where, _fixes(cell, code, shown, where))


_SHOWN = re.compile(r"(?:print|display)[\s\\]*\(")
_RENAMED = re.compile(r"(?:print|display)[\s\\]+as\b")
_WIDE_WORD = re.compile(r"[^\W\x00-\x7f]")
_BINDS_BEHIND = re.compile(r"\b(?:for|as)\b")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
"""A name; code with other letters is not looked at so closely."""
_MAY_BE_TABLE = re.compile(
    # A name, not behind a dot; of what is behind it only what gives a table again.
    r"(?<![\w.])([^\W\d]\w*)(?!\w|[\s\\]*\.[\s\\]*(?!(?:"
    + "|".join(sorted({*KEEPING, "loc", "to_string"}))
    + r")\b)\w)"
)


def _may_show_table(text: str) -> bool:
    """Looks, line by line, whether a name is shown whose value may come from what was read."""
    if (
        "max_rows" in text
        or "\r" in text
        or _RENAMED.search(text) is not None
        or (not text.isascii() and _WIDE_WORD.search(text) is not None)
    ):
        return True
    lines = list(logical_lines(text))
    bound: list[tuple[list[str], list[str]]] = []
    tables: set[str] = set()
    for line, is_whole in lines:
        target, _, value = line.rpartition("=")
        if ("for" in line or "as" in line) and _BINDS_BEHIND.search(line) is not None:
            target, value = line, ""
        if not target:
            continue
        targets = _WORD.findall(target)
        if not is_whole or any(word in line for word in _READING):
            tables.update(targets)
        else:
            bound.append((targets + _WORD.findall(value), targets))
    count = -1
    while count < len(tables):
        count = len(tables)
        for words, targets in bound:
            if not tables.isdisjoint(words):
                tables.update(targets)
    for line, is_whole in lines:
        call = _SHOWN.search(line) if "print" in line or "display" in line else None
        if call is None:
            continue
        shown = line[call.end() :]
        if not is_whole or any(word in shown for word in _READING):
            return True
        if not tables.isdisjoint(_MAY_BE_TABLE.findall(shown)):
            return True
    return False


def _shown(
    code: CodeCell, statement: ast.stmt, names: FrameNames, shows_all_rows: bool
) -> Iterator[tuple[ast.expr, str, Range]]:
    """Yields what a statement shows, how, and the place to mark."""
    shows = any(word in code.source for word in _SHOWING)
    for node in expressions(statement) if shows else ():
        if not isinstance(node, ast.Call):
            continue
        function = origin(node.func, names.imports)
        if function in {"print", "pprint.pprint"}:
            for argument in node.args:
                inner = _without_to_string(argument)
                yield inner, "print", code.range_of(argument)
        elif function in {"display", "IPython.display.display"}:
            for argument in node.args:
                yield argument, "display", code.range_of(argument)
    if shows_all_rows and _is_last(code, statement) and isinstance(statement, ast.Expr):
        yield statement.value, "display", code.range_of(statement.value)


def _without_to_string(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="to_string"), args=[]) if not any(
            word.arg in {"max_rows", "buf"} for word in node.keywords
        ):
            return base
    return node


def _is_last(code: CodeCell, statement: ast.stmt) -> bool:
    is_last = code.tree is not None and bool(code.tree.body) and code.tree.body[-1] is statement
    return is_last and not code.source.rstrip().endswith(";")


def _row_limit(statement: ast.stmt, imports: dict[str, str], current: bool) -> bool:
    """Whether pandas shows every row after a statement."""
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=function, args=[ast.Constant(value=str(option)), ast.Constant(value=value), *_]
            )
        ) if origin(function, imports) == "pandas.set_option" and option.endswith("max_rows"):
            return value is None
        case ast.Assign(
            targets=[ast.Attribute(attr="max_rows") as target], value=ast.Constant(value=value)
        ) if origin(target, imports) == "pandas.options.display.max_rows":
            return value is None
        case ast.Expr(value=ast.Call(func=function)) if (
            origin(function, imports) == "pandas.reset_option"
        ):
            return False
    return current


def _name(code: CodeCell, node: ast.expr) -> str:
    text = text_at(code, code.range_of(node))
    return f"`{text}`" if len(text) <= 40 and "\n" not in text else "of this expression"


def _fixes(cell: str, code: CodeCell, shown: ast.expr, where: Range) -> list[Fix]:
    text = text_at(code, code.range_of(shown))
    if "\n" in text or not isinstance(shown, ast.Name | ast.Call | ast.Subscript):
        return []
    title = f"Show {text}.head()" if len(text) <= 30 else "Show the first rows"
    edit = TextEdit(where, f"{text}.head()")
    return [edit_fix(title, Applicability.UNSAFE, code, [edit], cell)]
