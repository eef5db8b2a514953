"""The text of functions that take more than before, and of calls that give it."""

import ast
import re
from collections.abc import Mapping

import msgspec

from jupyter_nbquality.ipython.text import TOKEN
from jupyter_nbquality.refactor.text_edits import Edit
from jupyter_nbquality.refactor.text_of import CellText, UnclearError

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_DEFINED = re.compile(r"(?:async(?:\s|\\\n)+)?def(?:\s|\\\n)+(\w+)")
_END_OF_ITEM = re.compile(r"#[^\r\n]*|[),]")


class Gained(msgspec.Struct, frozen=True):
    """What a function takes more than before.

    Attributes:
        node: The function, as it was.
        names: The names of the new parameters, in order.
    """

    node: FunctionNode
    names: tuple[str, ...]

    @property
    def by_place(self) -> bool:
        """Whether calls can give them by place: nothing optional stands before them."""
        return self.node.args.vararg is None and not self.node.args.defaults

    def is_given_by_place(self, call: ast.Call) -> bool:
        """Tells whether a call gives them by place: all that stands before is given so, too."""
        places = len(self.node.args.posonlyargs) + len(self.node.args.args)
        return (
            self.by_place
            and not call.keywords
            and len(call.args) == places
            and not any(isinstance(each, ast.Starred) for each in call.args)
        )


def signature_edits(text: CellText, gained: Gained) -> list[Edit]:
    """Gives what must be written so that a function takes more.

    By place where nothing optional stands before, else by name.

    Raises:
        UnclearError: It is not known where.
    """
    source, given = text.source, gained.node.args
    names = ", ".join(gained.names)
    behind_name = text.search(_DEFINED, gained.node)[1]
    for parameter in getattr(gained.node, "type_params", ()):
        behind_name = text.span(parameter)[1]
    start = _find("(", source, behind_name) + 1
    places = [*given.posonlyargs, *given.args]
    if gained.by_place:
        if not places:
            rest = given.kwonlyargs or given.kwarg
            return [(start, start, names + (", " if rest else ""))]
        end = text.span(places[-1])[1]
        if not given.args:
            end = _find("/", source, end) + 1
        return [(end, end, f", {names}")]
    if given.kwonlyargs:
        at = text.span(given.kwonlyargs[0])[0]
        return [(at, at, f"{names}, ")]
    if given.vararg is not None:
        end = text.span(given.vararg)[1]
        return [(end, end, f", {names}")]
    if given.kwarg is not None:
        at = source.rfind("**", start, text.span(given.kwarg)[0])
        return [(at, at, f"*, {names}, ")]
    end = text.span(given.defaults[-1])[1]
    return [_added(source, end, _closing(source, start), f"*, {names}")]


def call_edits(text: CellText, call: ast.Call, gained: Gained) -> list[Edit]:
    """Gives what must be written so that a call gives a function what it takes more.

    Raises:
        UnclearError: It is not known where.
    """
    source = text.source
    end = text.span(call)[1]
    names = gained.names
    if not gained.is_given_by_place(call):
        names = tuple(f"{name}={name}" for name in names)
    written = ", ".join(names)
    given = [*call.args, *call.keywords]
    if not given:
        start = _find("(", source, text.span(call.func)[1]) + 1
        return [(start, start, written)]
    last = max(text.span(each)[1] for each in given)
    if last == end:
        # A generator that shares its brackets with the call.
        start = text.span(call.args[0])[0]
        return [(start, start, "("), (end, end, f", {written})")]
    return [_added(source, last, end - 1, written)]


def with_gained(
    tree: ast.Module,
    made: ast.Module,
    functions: Mapping[int, Gained],
    calls: Mapping[int, Gained],
) -> ast.Module:
    """Gives code in which functions take more and calls give it: what the edits must come to.

    Args:
        tree: The code.
        made: The same, parsed once more, which is changed.
        functions: What functions take more, by the ids of their nodes.
        calls: What calls give, by the ids of their nodes.
    """
    for old, new in zip(list(ast.walk(tree)), list(ast.walk(made)), strict=True):
        if id(old) in functions and isinstance(new, FunctionNode):
            gained = functions[id(old)]
            added = [ast.arg(name) for name in gained.names]
            if not gained.by_place:
                new.args.kwonlyargs[:0] = added
                new.args.kw_defaults[:0] = [None] * len(added)
            elif new.args.args or not new.args.posonlyargs:
                new.args.args += added
            else:
                new.args.args = added
        elif id(old) in calls and isinstance(old, ast.Call) and isinstance(new, ast.Call):
            gained = calls[id(old)]
            values = [ast.Name(name, ast.Load()) for name in gained.names]
            if gained.is_given_by_place(old):
                new.args += values
            else:
                new.keywords += [
                    ast.keyword(name, value)
                    for name, value in zip(gained.names, values, strict=True)
                ]
    return made


def _added(source: str, end: int, stop: int, written: str) -> Edit:
    """Adds an item behind the last one, which may stand in brackets, or have a comma behind."""
    comma = False
    for match in _END_OF_ITEM.finditer(source, end, stop):
        if not match[0].startswith("#"):
            end, comma = match.end(), match[0] == ","
    return end, end, f" {written}" if comma else f", {written}"


def _find(sign: str, source: str, start: int) -> int:
    at = source.find(sign, start)
    if at < 0:
        raise UnclearError
    return at


def _closing(source: str, start: int) -> int:
    """Gives where the bracket closes in which an offset stands."""
    depth = 0
    for match in TOKEN.finditer(source, start):
        if match[0] in {"(", "[", "{"}:
            depth += 1
        elif match[0] in {")", "]", "}"}:
            if not depth:
                return match.start()
            depth -= 1
    raise UnclearError


def called_at(source: str, start: int, end: int) -> str:
    """Gives the text of the call that begins with a name.

    Raises:
        UnclearError: The name is not called there.
    """
    if source[end : end + 1] != "(":
        raise UnclearError
    return source[start : _closing(source, end + 1) + 1]
