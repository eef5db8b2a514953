"""The parameters of a notebook, as those of a function and as arguments of the command line."""

import ast
import io
import tokenize

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts

_TYPES = {int: "int", float: "float", str: "str"}
_LITERALS = (list, dict, tuple, set)
_TAKEN = frozenset({"help"})


class Parameter(msgspec.Struct, frozen=True):
    """A parameter.

    Attributes:
        name: Its name.
        default: Its value, as it is written.
        annotation: Its type, as it is written; may be empty.
        help: What a comment beside it says.
        reader: What reads it from the command line: ``int``, ``ast.literal_eval`` …; ``bool`` for
            a switch.
    """

    name: str
    default: str
    annotation: str
    help: str
    reader: str


def parameters_in(code: str) -> tuple[list[Parameter], str]:
    """Takes the parameters out of a cell that is tagged ``parameters``.

    Args:
        code: The cell.

    Returns:
        The parameters: names that get a value that is written out, once; and the code that is left.
    """
    known = CellFacts(code)
    lines = code.split("\n")
    comments = _comments(code)
    found: list[Parameter] = []
    gone: set[int] = set()
    bound = [name for facts in known.statements for name in facts.binds]
    for statement in known.tree.body if known.tree is not None else ():
        target, value, annotation = _assigned(statement)
        if target is None or value is None or bound.count(target) > 1 or target in _TAKEN:
            continue
        try:
            default = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError):
            continue
        span = range(statement.lineno - 1, statement.end_lineno or statement.lineno)
        if gone & set(span):
            continue
        gone |= set(span)
        kind = type(default)
        reader = _TYPES.get(kind, "ast.literal_eval" if kind in _LITERALS else "str")
        written = ast.get_source_segment(code, value) or ast.unparse(value)
        if kind in {list, dict, set}:
            written = ast.unparse(value)
        found.append(
            Parameter(
                target,
                written,
                annotation or (kind.__name__ if kind in {int, float, str, bool} else ""),
                comments.get(statement.end_lineno or statement.lineno, ""),
                "bool" if kind is bool else reader,
            )
        )
    rest = [line for number, line in enumerate(lines) if number not in gone]
    if not any(line.strip() and not line.lstrip().startswith("#") for line in rest):
        rest = []
    return found, "\n".join(rest).strip("\n")


def with_injected(parameters: list[Parameter], code: str) -> tuple[list[Parameter], str]:
    """Takes the values that a run of the notebook gave its parameters for their defaults.

    Args:
        parameters: Those of the notebook.
        code: The cell that is tagged ``injected-parameters``, right below them.

    Returns:
        The parameters, and the code that is left.
    """
    given, rest = parameters_in(code)
    found = {each.name: each for each in parameters}
    for each in given:
        known = found.get(each.name)
        if known is None:
            found[each.name] = each
        elif known.reader == each.reader or (known.reader, each.reader) == ("float", "int"):
            found[each.name] = msgspec.structs.replace(known, default=each.default)
        else:
            found[each.name] = msgspec.structs.replace(each, help=known.help)
    return list(found.values()), rest


def arguments(parameters: list[Parameter], about: str) -> list[str]:
    """Writes the function that reads parameters from the command line."""
    lines = [
        "def parse_arguments() -> argparse.Namespace:",
        '    """Read the parameters from the command line."""',
        f"    parser = argparse.ArgumentParser(description={_quoted(about)})",
    ]
    for each in parameters:
        parts = [_quoted(f"--{each.name.strip('_').replace('_', '-') or each.name}")]
        if each.name.strip("_") != each.name:
            parts.append(f"dest={_quoted(each.name)}")
        if each.reader == "bool":
            parts.append("action=argparse.BooleanOptionalAction")
        elif each.reader != "str":
            parts.append(f"type={each.reader}")
        parts.append(f"default={each.default}")
        if each.help:
            parts.append(f"help={_quoted(each.help.replace('%', '%%'))}")
        lines.append(f"    parser.add_argument({', '.join(parts)})")
    return [*lines, "    return parser.parse_args()"]


def _assigned(statement: ast.stmt) -> tuple[str | None, ast.expr | None, str]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return (target.id if isinstance(target, ast.Name) else None), statement.value, ""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value, ast.unparse(statement.annotation)
    return None, None, ""


def _comments(code: str) -> dict[int, str]:
    """Gives the comments behind code, by their lines from 1."""
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
                found[token.start[0]] = token.string.lstrip("#: ").strip()
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _quoted(text: str) -> str:
    return f'"{text}"' if text.isprintable() and not set(text) & {'"', "\\"} else repr(text)
