"""NB302: keys and passwords in code, in text and in outputs."""

import ast
import functools
import re
from collections.abc import Iterator

from jupyter_nbquality import secrets
from jupyter_nbquality.edits import ChangeCell, ClearOutputs, TextEdit, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.imports import add_import
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._imports import imports_of, names_bound
from jupyter_nbquality.lint.rules._python import offsets, text_at
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.positions import LineIndex, Range

_MOST_KNOWN = 4_096
"""For so many texts it is kept whether they may hold a secret."""


class HardcodedSecret(Rule):
    """A key, token or password written in the notebook: in code, in text, or in an output.

    Why:
        Everyone who gets the notebook gets the secret, and version control keeps it after it is
        deleted. Take it as known to others and have a new one issued.

    Example:
        ```python
        database_password = "kangaroo-42"
        ```

    Instead:
        ```python
        import os

        database_password = os.environ["DATABASE_PASSWORD"]
        ```

        Known shapes of keys are found wherever they stand. A value whose name alone says that it
        is secret must not look like a placeholder (`"changeme"`, `"<your key>"`, `"xxx"`), and what
        a database on the own computer is set up with, such as `postgres:postgres@localhost`, is no
        secret.
    """

    code = "NB302"
    slug = "hardcoded-secret"
    severity = Severity.ERROR
    any_language = True

    def __init__(self) -> None:
        # Which texts may hold any; a notebook is looked at again and again as it is written.
        self._known: dict[str, bool] = {}

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields each secret in a cell's source, and each kind of secret in its outputs."""
        cells = context.notebook.cells
        new = [cell.source for cell in cells if cell.source not in self._known]
        if new:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
                new = [cell.source for cell in cells]
            self._known.update(dict.fromkeys(new, False))
            self._known.update((new[place], True) for place in secrets.likely(new))
        for cell in cells:
            if self._known[cell.source]:
                yield from _in_source(context, cell)
            for kind in cell.outputs.secrets if cell.outputs else ():
                shape = secrets.shape_named(kind)
                label = shape.label if shape else "secret"
                clear = fix("Clear outputs", Applicability.STRUCTURAL, ClearOutputs(cell.id))
                message = f"The output shows {_article(label)} {label}"
                yield Problem(message, cell.id, fixes=[clear])


@functools.lru_cache(maxsize=4096)
def _find(source: str) -> tuple[secrets.SecretMatch, ...]:
    return tuple(secrets.find(source))


def _in_source(context: Context, cell: Cell) -> Iterator[Problem]:
    found = _find(cell.source)
    if not found:
        return
    code = context.code.get(cell.id)
    lines = LineIndex(cell.source)
    for match in found:
        place = Range(lines.from_offset(match.start), lines.from_offset(match.end))
        shown = secrets.shown(cell.source, match)
        where = "code" if cell.cell_type == "code" else "text"
        message = f"The {where} holds {_article(match.label)} {match.label}: `{shown}`"
        fixes = [] if code is None else _fixes(context, cell.id, code, match)
        yield Problem(message, cell.id, place, fixes)


def _article(label: str) -> str:
    return "an" if label[0] in "aeiouAEIO" or label.startswith("npm") else "a"


def _fixes(context: Context, cell: str, code: CodeCell, match: secrets.SecretMatch) -> list[Fix]:
    literal = _literal_of(code, offsets(code, match.start, match.end))
    if literal is None or code.tree is None:
        return []
    name = _variable(code.tree, literal, match)
    if not name:
        return []
    edits = [TextEdit(code.range_of(literal), f'os.environ["{name}"]')]
    changes = [ChangeCell(cell, source_hash(code.source), edits)]
    if not _imports_os_above(context, cell, literal):
        line = code.range_of(literal).start.line
        added = add_import(context.notebook, context.code, cell, "import os", line)
        if added is None:
            return []
        if added.cell == cell:
            changes = [ChangeCell(cell, added.source_hash, [*added.edits, *edits])]
        else:
            changes.insert(0, added)
    return [fix("Use environment variable", Applicability.UNSAFE, *changes)]


def _imports_os_above(context: Context, cell: str, literal: ast.expr) -> bool:
    """Tells whether ``os`` is sure to be imported where a literal of a cell stands."""
    place = literal.lineno, literal.col_offset
    for other, code in context.code_cells():
        own = other.id == cell
        for statement in () if code.masked.scoped and not own else imports_of(code):
            above = not own or (statement.lineno, statement.col_offset) < place
            if above and names_bound(statement).get("os", ("",))[0].partition(".")[0] == "os":
                return True
        if own:
            break
    return False


def _literal_of(code: CodeCell, secret: Range) -> ast.Constant | None:
    """The plain string literal that is the secret and nothing else."""
    for node in code.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            place = code.range_of(node)
            if place.start <= secret.start and secret.end <= place.end:
                inside = text_at(code, place).lstrip("rRuU").strip("'\"")
                return node if inside == text_at(code, secret) else None
    return None


def _variable(tree: ast.Module, literal: ast.Constant, match: secrets.SecretMatch) -> str:
    """The name of the environment variable; empty where the literal cannot be replaced."""
    shape = secrets.shape_named(match.kind)
    usual = shape.variable if shape else ""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=value)
            ) if value is literal:
                if isinstance(target, ast.Subscript) and "environ" in ast.unparse(target.value):
                    return ""  # it sets the very variable
                return _upper(_name_of(target)) or usual
            case ast.keyword(arg=str(name), value=value) if value is literal:
                return usual or _upper(name)
            case ast.Dict(keys=keys, values=values) if any(value is literal for value in values):
                place = next(at for at, value in enumerate(values) if value is literal)
                return usual or _upper(_name_of(keys[place]))
            case ast.JoinedStr(values=parts) if any(part is literal for part in parts):
                return ""
    return usual


def _name_of(target: ast.expr | None) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _upper(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
