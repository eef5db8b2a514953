"""NB312: what was put in to try something out."""

import ast
import re
from collections.abc import Iterator

from jupyter_nbquality.edits import TextEdit
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, edit_fix
from jupyter_nbquality.lint.rules._frames import FrameNames
from jupyter_nbquality.lint.rules._python import (
    all_imported_names,
    calls,
    lines_edit,
    origin,
    text_at,
)
from jupyter_nbquality.lint.syntax_tree import walked
from jupyter_nbquality.positions import Range

_BREAKS = frozenset(
    {
        "breakpoint",
        "pdb.set_trace",
        "ipdb.set_trace",
        "pudb.set_trace",
        "IPython.core.debugger.set_trace",
    }
)
_FITTING = frozenset({"fit", "fit_transform", "fit_predict", "partial_fit", "fit_resample"})
_STOPPING = ("debug", "pdb", "set_trace", "breakpoint")
_SHORTENING = ("nrows", "sample", "head", "[")
# `nrows=`, `.sample(`, `.head(1000)` and `[:1000]`, at the least. Each begins with one plain
# character, for which `re` looks many times faster than for a choice.
_THREE_DIGITS = r"[\s\\(]*\d[\d_a-fA-FoxOX]{2}"
_SHORTENING_CODE = tuple(
    re.compile(start).search
    for start in (
        "nrows",
        r"\.[\s\\]*+(?:sample|head[\s\\]*+\(" + _THREE_DIGITS + ")",
        r"\[[\s\\]*+:" + _THREE_DIGITS,
    )
)
# A cut at fewer rows, or at an odd number, is rather part of the analysis than a shortcut.
_FEWEST = 100


class DevelopmentLeftover(Rule):
    """A debugger's stop, or a shortcut that lets a model see part of the data only.

    Why:
        Put in to try something out, it stops a run of all cells, or quietly trains the final model
        on a sample.

    Example:
        ```python
        import pandas as pd
        from sklearn.linear_model import LinearRegression

        sales = pd.read_csv("sales.csv", nrows=1000)
        model = LinearRegression().fit(sales[["visits"]], sales["revenue"])
        ```

    Instead:
        ```python
        import pandas as pd
        from sklearn.linear_model import LinearRegression

        sales = pd.read_csv("sales.csv")
        model = LinearRegression().fit(sales[["visits"]], sales["revenue"])
        ```

        Found are `breakpoint()` and its relatives, `%debug`, `%pdb`; and `nrows=`, `.sample(…)`,
        `.head(1000)` and `[:1000]` on a table from which a model is fitted, or right where it is
        fitted. A shuffle (`.sample(frac=1)`), and a slice whose other half is used too, are left
        alone.
    """

    code = "NB312"
    slug = "development-leftover"
    severity = Severity.INFO
    needles = ((*_STOPPING, "fit"), (*_STOPPING, *_SHORTENING))

    def may_speak(self, text: str) -> bool:
        """Tells whether code holds a stop, or a shortcut and a model."""
        return super().may_speak(text) and (
            any(word in text for word in _STOPPING)
            or any(search(text) is not None for search in _SHORTENING_CODE)
        )

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each stop of a debugger, and each shortcut above a fitted model."""
        yield from _stops(context)
        yield from _shortcuts(context)


def _stops(context: Context) -> Iterator[Problem]:
    imports: dict[str, str] | None = None
    for cell, code in context.code_cells():
        for magic in code.magics:
            if magic.name == "debug" or (magic.name == "pdb" and magic.args.strip() not in _OFF):
                sign = "%%" if magic.kind == "cell-magic" else "%"
                message = f"`{sign}{magic.name}` waits for somebody at the debugger"
                edit = lines_edit(code, magic.line, magic.end_line)
                title = f"Remove {sign}{magic.name}"
                removal = edit_fix(title, Applicability.UNSAFE, code, [edit], cell.id)
                runs_code = magic.name == "debug" and magic.kind != "cell-magic" and magic.body
                fixes = [] if runs_code else [removal]
                yield Problem(message, cell.id, code.line_range(magic.line, magic.end_line), fixes)
        if "set_trace" not in code.source and "breakpoint" not in code.source:
            continue
        imports = all_imported_names(context) if imports is None else imports
        for call in calls(code):
            name = origin(call.func, imports)
            if name in _BREAKS:
                shown = text_at(code, code.range_of(call))
                yield Problem(
                    f"`{shown}` stops here and waits for somebody at the debugger",
                    cell.id,
                    code.range_of(call),
                    _without_statement(cell.id, code, call, shown),
                )


_OFF = frozenset({"off", "0"})


def _without_statement(cell: str, code: CodeCell, call: ast.Call, shown: str) -> list[Fix]:
    """Takes the statement out where it has its lines to itself."""
    for node in code.nodes:
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            for statement in block if isinstance(block, list) else ():
                if not (isinstance(statement, ast.Expr) and statement.value is call):
                    continue
                place = code.range_of(statement)
                first, last = place.start.line, place.end.line
                if text_at(code, code.line_range(first, last)).strip() != shown:
                    return []
                is_needed = isinstance(block, list) and len(block) == 1
                if is_needed and not isinstance(node, ast.Module):
                    edit = TextEdit(place, "pass")
                else:
                    edit = lines_edit(code, first, last)
                title = f"Remove {shown}"
                return [edit_fix(title, Applicability.UNSAFE, code, [edit], cell)]
    return []


def _shortcuts(context: Context) -> Iterator[Problem]:
    fitted = _fitted_names(context)
    if not fitted:
        return
    upstream = _upstream(context, fitted)
    rests = _later_parts(context)
    names = FrameNames(context)
    for cell, code, statement, _ in names.walk():
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target in upstream:
                for node in walked(value):
                    found = _shortcut(code, node, names, rests)
                    if found is not None:
                        yield _problem(cell, code, *found)
    yield from _cut_arguments(context, rests)


def _problem(cell: str, code: CodeCell, place: Range, title: str, edits: list[TextEdit]) -> Problem:
    removal = edit_fix(title, Applicability.UNSAFE, code, edits, cell)
    message = f"`{text_at(code, place)}` lets the model see part of the data only"
    return Problem(message, cell, place, [removal] if edits else [])


def _cut_arguments(context: Context, rests: set[tuple[str, int]]) -> Iterator[Problem]:
    """Yields the calls that fit a model on the first rows of their arguments."""
    for cell, code in context.code_cells():
        for call in calls(code) if "fit" in code.source else ():
            if not _fits(call):
                continue
            cuts = [_first_rows(code, argument, rests) for argument in call.args[:2]]
            found = [cut for cut in cuts if cut is not None]
            if found:
                # Features and target belong together: both are cut, or neither.
                edits = [edit for _, _, edits in found for edit in edits]
                yield _problem(cell.id, code, found[0][0], found[0][1], edits)


def _fits(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _FITTING


def _fitted_names(context: Context) -> set[str]:
    """The names that stand in the arguments of a call that fits a model."""
    names: set[str] = set()
    for _, code in context.code_cells():
        if "fit" in code.source:
            for call in calls(code):
                if _fits(call):
                    for argument in (*call.args, *(word.value for word in call.keywords)):
                        names |= _names_in(argument)
    return names


def _upstream(context: Context, names: set[str]) -> set[str]:
    """Adds the names from which these were computed by assignments at the top level."""
    sources: dict[str, set[str]] = {}
    for _, code in context.code_cells():
        for statement in code.tree.body if code.tree is not None else ():
            if isinstance(statement, ast.Assign):
                read = _names_in(statement.value)
                for target in statement.targets:
                    for name in _names_in(target):
                        sources.setdefault(name, set()).update(read)
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += sources.get(name, ())
    return reached


def _names_in(node: ast.expr) -> set[str]:
    return {part.id for part in walked(node) if isinstance(part, ast.Name)}


def _later_parts(context: Context) -> set[tuple[str, int]]:
    """The slices ``name[n:]``: where they are used too, ``name[:n]`` is one half of a split."""
    found: set[tuple[str, int]] = set()
    for _, code in context.code_cells():
        for node in code.by_kind.of(ast.Subscript):
            match node:
                case ast.Subscript(
                    value=base, slice=ast.Slice(lower=ast.Constant(value=int(count)))
                ):
                    found.add((ast.unparse(base), count))
    return found


def _shortcut(
    code: CodeCell, node: ast.AST, names: FrameNames, rests: set[tuple[str, int]]
) -> tuple[Range, str, list[TextEdit]] | None:
    """Recognises a shortcut; gives what to mark, and the edit that takes it out with its title."""
    match node:
        case ast.Call(keywords=keywords) as call if any(word.arg == "nrows" for word in keywords):
            word = next(word for word in keywords if word.arg == "nrows")
            if names.frame(call) is not None and _is_count(word.value, 1):
                return code.range_of(word), "Read all rows", _without_keyword(code, call, word)
        case (
            ast.Call(
                func=ast.Attribute(value=base, attr="sample"), args=args, keywords=keywords
            ) as call
        ):
            is_some = bool(args) and _is_count(args[0], 2)
            is_part = any(
                (word.arg == "n" and _is_count(word.value, 2))
                or (word.arg == "frac" and _is_part(word.value))
                for word in keywords
            )
            if (is_some or is_part) and names.frame(base) is not None:
                return _cut(code, call, base)
    if isinstance(node, ast.expr):
        table, _ = _rows_of(node)
        if table is not None and names.frame(table) is not None:
            return _first_rows(code, node, rests)
    return None


def _first_rows(
    code: CodeCell, node: ast.expr, rests: set[tuple[str, int]]
) -> tuple[Range, str, list[TextEdit]] | None:
    """Recognises ``x[:1000]``, ``x.iloc[:1000]`` and ``x.head(1000)``."""
    base, count = _rows_of(node)
    if base is None or not _is_count(count, _FEWEST):
        return None
    match node, count:
        case ast.Subscript(value=sliced), ast.Constant(value=int(number)):
            if (ast.unparse(sliced), number) in rests:
                return None
    return _cut(code, node, base)


def _rows_of(node: ast.expr) -> tuple[ast.expr | None, ast.expr | None]:
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="head"), args=[count]):
            return base, count
        case ast.Subscript(
            value=ast.Attribute(value=base, attr="iloc"),
            slice=ast.Slice(lower=None, upper=count, step=None),
        ):
            return base, count
        case ast.Subscript(value=base, slice=ast.Slice(lower=None, upper=count, step=None)):
            return base, count
    return None, None


def _cut(code: CodeCell, node: ast.expr, base: ast.expr) -> tuple[Range, str, list[TextEdit]]:
    whole, kept = code.range_of(node), code.range_of(base)
    rest = Range(kept.end, whole.end)
    # What stands in parentheses ends before its own closing one.
    is_plain = text_at(code, rest).lstrip().startswith((".", "["))
    return whole, "Use all rows", [TextEdit(rest, "")] if is_plain else []


def _is_count(node: ast.expr | None, least: int) -> bool:
    if not (isinstance(node, ast.Constant) and type(node.value) is int):
        return False
    return node.value >= least and (least < _FEWEST or node.value % 10 == 0)


def _is_part(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1


def _without_keyword(code: CodeCell, call: ast.Call, word: ast.keyword) -> list[TextEdit]:
    """Takes a keyword argument out together with the comma before it."""
    parts = [code.range_of(part) for part in call.args]
    parts += [code.range_of(part) for part in call.keywords]
    place = code.range_of(word)
    before = [part.end for part in parts if part.end <= place.start]
    return [TextEdit(Range(max(before), place.end), "")] if before else []
