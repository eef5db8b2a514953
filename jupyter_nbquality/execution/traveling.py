"""Code of ours that travels to a kernel as text.

Modules named ``…_in_kernel`` do: they use the standard library alone, and nothing of ours need be
installed in the kernel's environment.
"""

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

_PACKAGE = __name__.rpartition(".")[0]
_FOLDER = Path(__file__).parent

Answer = TypeVar("Answer")


def joined_source(parts: Iterable[str]) -> str:
    """Gives the text of modules of this package in one; no name may stand in two of them.

    Args:
        parts: Their names, those first that others need.
    """
    return "".join(alone((_FOLDER / f"{part}.py").read_text("utf-8")) for part in parts)


def around(name: str, source: str, function: str, *, again: bool = False) -> tuple[str, str]:
    """Gives what stands before and behind an argument in an expression to evaluate in a kernel.

    The text is kept in the kernel's modules, so that it is compiled once; nothing comes into the
    namespace.

    Args:
        name: Stands in tracebacks, and with a hash in the name of the module.
        source: The text.
        function: What it defines that is called, with the namespace and the argument.
        again: Whether the kernel surely has it already, and the text need not travel.
    """
    module = f"_nbquality_{name}_{hashlib.blake2b(source.encode(), digest_size=6).hexdigest()}"
    end = "))(__import__('builtins'), __import__('sys'))"
    if again:
        return f"(lambda b, s: s.modules[{module!r}].{function}(b.globals(), ", end
    return (
        f"(lambda b, s: (s.modules.get({module!r}) or (lambda m: (b.exec(b.compile({source!r}, "
        f"'<nbquality {name}>', 'exec'), m.__dict__), s.modules.__setitem__({module!r}, m), m)[2])"
        f"(b.type(s)({module!r}))).{function}(b.globals(), ",
        end,
    )


def decoded(text: str, kind: type[Answer]) -> Answer:
    """Reads what an expression came to whose value is JSON.

    Args:
        text: Its value, as ``text/plain`` tells it: a Python string in quotes.
        kind: The type of the answer.

    Raises:
        ValueError: It is not such an answer.
    """
    try:
        return msgspec.json.decode(ast.literal_eval(text), type=kind)
    except (SyntaxError, TypeError, msgspec.DecodeError) as error:
        raise ValueError(f"The kernel's answer cannot be read: {error}") from error


def alone(source: str) -> str:
    """Takes from a module what the kernel does not need, or its Python may not understand."""
    return ast.unparse(ast.fix_missing_locations(_Needed().visit(ast.parse(source)))) + "\n"


class _Needed(ast.NodeTransformer):
    """Leaves out docstrings, annotations, and what is imported from here."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | None:
        return None if (node.module or "").startswith(_PACKAGE) else node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        is_text = isinstance(node.value, ast.Constant)
        return ast.Pass() if is_text else self._visited(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.Pass()
        return self._visited(ast.Assign([node.target], node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        # From Python 3.12 on they are written with quotes that older ones do not understand.
        values: list[ast.expr] = []
        text = "".join(_field(part, values) for part in node.values)
        call = ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])
        self.generic_visit(call)
        return call

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.returns = None
        return self._visited(node)

    def _visited(self, node: ast.stmt) -> ast.stmt:
        self.generic_visit(node)
        return node


def _field(part: ast.expr, values: list[ast.expr]) -> str:
    """Gives a part of an f-string as one for `str.format`, and adds what it shows."""
    if not isinstance(part, ast.FormattedValue):
        assert isinstance(part, ast.Constant)
        return str(part.value).replace("{", "{{").replace("}", "}}")
    values.append(part.value)
    conversion = f"!{chr(part.conversion)}" if part.conversion >= 0 else ""
    spec = ""
    if isinstance(part.format_spec, ast.JoinedStr):
        spec = ":" + "".join(_field(each, values) for each in part.format_spec.values)
    return f"{{{conversion}{spec}}}"
