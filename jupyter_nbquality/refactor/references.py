"""Every place of a cell where a name of the notebook stands, by Python's rules of scopes."""

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.expressions import gives_names, tables_in
from jupyter_nbquality.dataflow.scopes import parameter_names
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.ipython.catalogue import QUERY_MAGICS
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.positions import LineIndex, Position
from jupyter_nbquality.refactor.text_of import CellText, Span, UnclearError

How = Literal["code", "text", "magic", "guess", "unclear"]

_REFERENCE = re.compile(r"@([^\W\d]\w*)")
_WORD = re.compile(r"(?<![\w.@])@?([^\W\d]\w*)")
_CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*)(?:\.\w+)*\(")
_NUMERIC = frozenset({("pd", "eval"), ("pandas", "eval"), ("ne", "evaluate")} | {
    ("numexpr", "evaluate")
})  # fmt: skip
_SQL = frozenset({"sql", "query", "execute", "sqldf", "read_sql", "read_sql_query", "from_query"})
_DEFINED = re.compile(r"(?:async(?:\s|\\\n)+)?(?:def|class)(?:\s|\\\n)+(\w+)")
_AS = re.compile(r"\bas(?:\s|\\\n)+(\w+)\s*:")
_REST = re.compile(r"\*\*\s*(\w+)\s*,?\s*\}\Z")
_HERE = frozenset({"locals", "vars", "dir"})
_WITH_EQUALS = frozenset({"shell-capture", "magic-assignment"})


class Reference(msgspec.Struct, frozen=True):
    """A name of the notebook where it stands.

    Attributes:
        name: The name.
        span: Where, in the source of the cell.
        how: In Python ``code``; in a ``text`` that is evaluated; in a ``magic``; a ``guess``: a
            text may mean the name; ``unclear``: it cannot be changed, as it is not known where it
            stands or what it means.
        binds: Whether the name is bound there, or deleted.
        lead: What must stand before another name there: ``" as "`` behind ``import os``.
        hidden: Names that mean something else there than in the notebook.
        repeats: Whether it is evaluated later, or any number of times: in functions, loops and
            comprehensions.
        later: Whether it stands in a function.
        node: The syntax; ``None`` in magics.
    """

    name: str
    span: Span
    how: How = "code"
    binds: bool = False
    lead: str = ""
    hidden: frozenset[str] = frozenset()
    repeats: bool = False
    later: bool = False
    node: ast.AST | None = None


class _Scope(msgspec.Struct):
    """A scope around a place.

    Attributes:
        own: Its own names; of a class, those that are surely bound so far.
        outer: Names that it declares ``global``.
        maybe: Of a class, names that may be bound so far.
        kind: What it is.
    """

    kind: Literal["function", "class", "comprehension"]
    own: frozenset[str]
    outer: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()


_Scopes = tuple[_Scope, ...]


def references(known: CellFacts) -> list[Reference]:
    """Finds the places of names of the notebook in a cell.

    Also those of names that only Python itself binds. Not found are names in comments, and in
    texts that nobody evaluates.

    Args:
        known: A cell; one that does not parse holds none.

    Returns:
        The places, as they stand in the cell.
    """
    found: list[Reference] = []
    scopes_at: list[tuple[int, int, _Scopes]] = []
    if known.tree is not None and known.state == "known":
        walk = _Walk(known)
        walk.cell(known.tree)
        found += walk.found
        scopes_at = walk.scopes_at
    found += _in_magics(known, scopes_at)
    return sorted(set(found), key=lambda each: each.span)


class _Walk:
    """A walk through the tree of a cell."""

    def __init__(self, known: CellFacts) -> None:
        self._text = CellText(known)
        self._scoped = known.masked.scoped
        self._magic_lines = {
            line + 1
            for magic in known.masked.magics
            if magic.kind not in _WITH_EQUALS
            for line in range(magic.line, magic.end_line + 1)
        }
        self.found: list[Reference] = []
        self.scopes_at: list[tuple[int, int, _Scopes]] = []
        self._loops = 0

    def cell(self, tree: ast.Module) -> None:
        scopes: _Scopes = ()
        if self._scoped:
            scopes = (_function(tree.body, []),)
        self._all(tree.body, scopes)

    def _all(self, nodes: Iterable[ast.AST | None], scopes: _Scopes) -> None:
        for node in nodes:
            if node is not None:
                self._visit(node, scopes)

    def _visit(self, node: ast.AST, scopes: _Scopes) -> None:
        match node:
            case ast.Name():
                self._name(node, scopes)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, scopes)
            case ast.Lambda():
                self._all([*node.args.defaults, *node.args.kw_defaults], scopes)
                inner = _function([node.body], parameter_names(node.args))
                self._visit(node.body, (*scopes, inner))
            case ast.ClassDef():
                self._class(node, scopes)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self._comprehension(node, [node.elt], scopes)
            case ast.DictComp():
                self._comprehension(node, [node.key, node.value], scopes)
            case ast.NamedExpr():
                self._visit(node.value, scopes)
                outside = scopes
                while outside and outside[-1].kind == "comprehension":
                    outside = outside[:-1]
                self._name(node.target, outside)
            case ast.JoinedStr():
                self._joined(node, scopes)
            case ast.FormattedValue():
                self._formatted(node, scopes)
            case ast.Global():
                for name in node.names:
                    pattern = re.compile(rf"(?<!\w)({re.escape(name)})(?!\w)")
                    self._note(name, node, (), pattern=pattern, binds=True)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scopes)
            case ast.ExceptHandler():
                self._handler(node, scopes)
            case ast.MatchAs() | ast.MatchStar() | ast.MatchMapping():
                self._pattern(node, scopes)
            case ast.AnnAssign():
                self._all([node.target, node.value], scopes)
                self._annotation(node.annotation, scopes)
            case ast.Call():
                self._call(node, scopes)
            case ast.Subscript() | ast.Compare():
                self._keyed(node)
                self._all(ast.iter_child_nodes(node), scopes)
            case ast.Constant():
                self._formula(node, scopes)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node, scopes)
            case _:
                self._all(ast.iter_child_nodes(node), scopes)

    # ---- names ----

    def _name(self, node: ast.Name, scopes: _Scopes) -> None:
        self._note(node.id, node, scopes, binds=not isinstance(node.ctx, ast.Load))

    def _note(
        self,
        name: str,
        node: ast.AST,
        scopes: _Scopes,
        *,
        span: Span | None = None,
        pattern: re.Pattern[str] | None = None,
        start: int | None = None,
        how: How = "code",
        binds: bool = False,
        lead: str = "",
    ) -> None:
        """Notes a place, if the name is one of the notebook there."""
        meaning = _meaning(name, scopes, binds=binds)
        if meaning == "other":
            return
        if meaning == "unclear":
            how = "unclear"
        try:
            if span is None and pattern is not None:
                span = self._text.search(pattern, node, start)
            elif span is None:
                span = self._text.span(node)
            shown = self._text.source[slice(*span)]
            if not lead and unicodedata.normalize("NFKC", shown) != name:
                how = "unclear"
        except UnclearError:
            how, span = "unclear", (0, 0)
        repeats = bool(self._loops) or any(scope.kind != "class" for scope in scopes)
        later = any(scope.kind == "function" for scope in scopes)
        self.found.append(
            Reference(name, span, how, binds, lead, _hidden(scopes), repeats, later, node)
        )

    # ---- definitions ----

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scopes: _Scopes) -> None:
        self._all(node.decorator_list, scopes)
        arguments = node.args
        self._all([*arguments.defaults, *arguments.kw_defaults], scopes)
        self._note(node.name, node, scopes, pattern=_DEFINED, binds=True)
        scopes = self._with_type_parameters(node, scopes)
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self._annotation(each.annotation, scopes)
        for starred in (arguments.vararg, arguments.kwarg):
            if starred is not None:
                self._annotation(starred.annotation, scopes)
        self._annotation(node.returns, scopes)
        scopes = (*scopes, _function(node.body, parameter_names(arguments)))
        self.scopes_at.append((node.body[0].lineno, node.end_lineno or node.lineno, scopes))
        self._all(node.body, scopes)

    def _with_type_parameters(self, node: ast.AST, scopes: _Scopes) -> _Scopes:
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return scopes
        own = frozenset(parameter.name for parameter in parameters)
        scopes = (*scopes, _Scope("function", own))
        for parameter in parameters:
            self._all(ast.iter_child_nodes(parameter), scopes)
        return scopes

    def _class(self, node: ast.ClassDef, scopes: _Scopes) -> None:
        self._all(node.decorator_list, scopes)
        self._note(node.name, node, scopes, pattern=_DEFINED, binds=True)
        scopes = self._with_type_parameters(node, scopes)
        self._all(node.bases, scopes)
        self._all([keyword.value for keyword in node.keywords], scopes)
        outer = frozenset(_declared(node.body, ast.Global))
        sure: set[str] = set()
        maybe: set[str] = set()
        for statement in node.body:
            binds = set(bound_names([statement]))
            flows = isinstance(
                statement,
                ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.Match
                | ast.AugAssign,
            )  # fmt: skip
            if flows:
                maybe |= binds
            scope = _Scope("class", frozenset(sure), outer, frozenset(maybe))
            self._visit(statement, (*scopes, scope))
            if not flows:
                sure |= binds

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        parts: Sequence[ast.expr],
        scopes: _Scopes,
    ) -> None:
        targets: list[ast.AST] = [generator.target for generator in node.generators]
        inner = (*scopes, _Scope("comprehension", frozenset(bound_names(targets))))
        for number, generator in enumerate(node.generators):
            self._visit(generator.iter, inner if number else scopes)
            self._visit(generator.target, inner)
            self._all(generator.ifs, inner)
        self._all(parts, inner)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scopes: _Scopes) -> None:
        if not isinstance(node, ast.While):
            self._visit(node.iter, scopes)
        self._loops += 1
        self._visit(node.test if isinstance(node, ast.While) else node.target, scopes)
        self._all(node.body, scopes)
        self._loops -= 1
        self._all(node.orelse, scopes)

    # ---- names that are no nodes of their own ----

    def _import(self, node: ast.Import | ast.ImportFrom, scopes: _Scopes) -> None:
        for alias in node.names:
            if alias.name == "*":
                continue
            name = alias.asname or alias.name.partition(".")[0]
            try:
                end = self._text.span(alias)[1]
            except UnclearError:
                self._note(name, alias, scopes, how="unclear", binds=True)
                continue
            if alias.asname:
                span = (end - len(name), end)
                self._note(name, alias, scopes, span=span, binds=True)
            elif alias.name == name:
                self._note(name, alias, scopes, span=(end, end), binds=True, lead=" as ")
            else:
                self._note(name, alias, scopes, span=(end, end), binds=True, how="unclear")

    def _handler(self, node: ast.ExceptHandler, scopes: _Scopes) -> None:
        self._all([node.type], scopes)
        if node.name is not None and node.type is not None:
            try:
                start = self._text.span(node.type)[1]
            except UnclearError:
                start = None
            self._note(node.name, node, scopes, pattern=_AS, start=start, binds=True)
        self._all(node.body, scopes)

    def _pattern(
        self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scopes: _Scopes
    ) -> None:
        self._all(ast.iter_child_nodes(node), scopes)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is None:
            return
        pattern = _REST if isinstance(node, ast.MatchMapping) else re.compile(rf"({name})\Z")
        self._note(name, node, scopes, pattern=pattern, binds=True)

    # ---- texts ----

    def _joined(self, node: ast.JoinedStr, scopes: _Scopes) -> None:
        try:
            self._text.enter(node)
        except UnclearError:
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    self._note(part.id, part, scopes, how="unclear", span=(0, 0))
            return
        self._all(node.values, scopes)

    def _formatted(self, node: ast.FormattedValue, scopes: _Scopes) -> None:
        self._visit(node.value, scopes)
        if isinstance(node.format_spec, ast.JoinedStr):
            # Part of the string that was entered.
            self._all(node.format_spec.values, scopes)

    def _annotation(self, node: ast.expr | None, scopes: _Scopes) -> None:
        """Visits an annotation; texts in it are code, but for those of a literal type."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._evaluated(node, scopes)
        elif isinstance(node, ast.Subscript):
            self._visit(node.value, scopes)
            if _last_name(node.value) == "Literal":
                return
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for part in parts:
                self._annotation(part, scopes)
        elif isinstance(node, ast.BinOp):
            self._annotation(node.left, scopes)
            self._annotation(node.right, scopes)
        elif node is not None:
            self._visit(node, scopes)

    def _evaluated(self, node: ast.Constant, scopes: _Scopes, *, statements: bool = False) -> None:
        """Visits the code in a text."""
        before = len(self.found)
        try:
            tree = self._text.parsed(node, statements=statements)
        except SyntaxError:
            return
        except UnclearError:
            for name in set(re.findall(r"[^\W\d]\w*", str(node.value))):
                self._note(name, node, scopes, how="unclear", span=(0, 0))
            return
        self._all(tree.body, scopes)
        self.found[before:] = [
            msgspec.structs.replace(each, how="text") if each.how == "code" else each
            for each in self.found[before:]
        ]

    def _call(self, node: ast.Call, scopes: _Scopes) -> None:
        self._visit(node.func, scopes)
        self._keyed(node)
        path = _path(node.func)
        first = node.args[0] if node.args else None
        if first is None:
            first = next(
                (each.value for each in node.keywords if each.arg in {"expr", "sql"}), None
            )
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            self._text_of_call(path, first, node, scopes)
        elif isinstance(first, ast.JoinedStr) and path[-1:] in {("query",), ("eval",)}:
            for part in first.values:
                if isinstance(part, ast.Constant):
                    for name in set(_REFERENCE.findall(str(part.value))):
                        pattern = re.compile(rf"@({re.escape(name)})(?!\w)")
                        self._note(name, first, scopes, pattern=pattern, how="text")
        self._all(node.args, scopes)
        for keyword in node.keywords:
            if path[-1:] == ("cast",) or keyword.arg == "bound":
                self._annotation(keyword.value, scopes)
            else:
                self._visit(keyword.value, scopes)

    def _text_of_call(
        self, path: tuple[str, ...], text: ast.Constant, call: ast.Call, scopes: _Scopes
    ) -> None:
        """Reads the names in a text that is given to a call."""
        written = str(text.value)
        last = path[-1:]
        if last in {("query",), ("eval",)} and len(path) > 1:
            self._matches(_REFERENCE, text, scopes, "text")
        elif path == ("eval",) or last == ("cast",):
            self._evaluated(text, scopes)
        elif path == ("exec",) and len(call.args) == 1:
            self._evaluated(text, scopes, statements=True)
        if path in _NUMERIC:
            self._matches(_WORD, text, scopes, "text")
        if last and last[0] in _SQL:
            for name in dict.fromkeys(tables_in(written)):
                pattern = re.compile(
                    rf"(?:\b(?:from|join)\b|,)[\s(\"`]*({re.escape(name)})(?![\w.])", re.IGNORECASE
                )
                self._matches(pattern, text, scopes, "guess")

    def _matches(
        self, pattern: re.Pattern[str], text: ast.Constant, scopes: _Scopes, how: How
    ) -> None:
        for match in pattern.finditer(str(text.value)):
            try:
                span = self._text.within(text, *match.span(1))
            except UnclearError:
                self._note(match[1], text, scopes, how="unclear", span=(0, 0))
            else:
                self._note(match[1], text, scopes, how=how, span=span)

    def _keyed(self, node: ast.Subscript | ast.Compare | ast.Call) -> None:
        """Notes the name in ``globals()["x"]``."""
        named = _named_key(node)
        if named is None:
            return
        key = named[0]
        try:
            span = self._text.within(key, 0, len(str(key.value)))
        except UnclearError:
            span = (0, 0)
        binds = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
        self._note(str(key.value), key, (), how="text", span=span, binds=binds)

    def _formula(self, node: ast.Constant, scopes: _Scopes) -> None:
        if isinstance(node.value, str) and "~" in node.value:
            self._matches(_CALLED, node, scopes, "guess")


def looking_around(tree: ast.Module) -> Iterator[str]:
    """Yields the functions by which code sees all names of the notebook: ``globals()`` and others.

    Those alone that are not asked for one name which is written there.
    """
    keyed: set[int] = set()
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    while todo:
        node, is_inside = todo.pop()
        named = _named_key(node)
        if named is not None:
            keyed.add(id(named[1]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "globals" or (name in _HERE and not node.args and not is_inside):
                if id(node) not in keyed:
                    yield name
            elif (
                name in {"eval", "exec"}
                and len(node.args) == 1  # in a namespace of its own it sees none of ours
                and not isinstance(node.args[0], ast.Constant)
            ):
                yield name
        is_inside = is_inside or isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        )
        todo += [(child, is_inside) for child in ast.iter_child_nodes(node)]


def _named_key(node: ast.AST) -> tuple[ast.Constant, ast.expr] | None:
    """Gives the name that ``globals()`` and others are asked for, and what is asked."""
    key: ast.expr | None = None
    asked: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        key, asked = node.slice, node.value
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            key, asked = node.left, node.comparators[0]
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"get", "pop"}
        and node.args
    ):
        key, asked = node.args[0], node.func.value
    if asked is None or not gives_names(asked):
        return None
    is_name = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return (key, asked) if is_name and isinstance(key, ast.Constant) else None


# ── scopes ──


def _function(body: Sequence[ast.AST], parameters: Iterable[str]) -> _Scope:
    outer = frozenset(_declared(body, ast.Global))
    free = frozenset(_declared(body, ast.Nonlocal))
    own = frozenset([*bound_names(list(body)), *parameters]) - outer - free
    return _Scope("function", own, outer)


def _declared(
    body: Sequence[ast.AST], kind: type[ast.Global] | type[ast.Nonlocal]
) -> Iterator[str]:
    """Yields what a body declares, without functions and classes in it."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, kind):
            yield from node.names
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)


def _meaning(
    name: str, scopes: _Scopes, *, binds: bool = False
) -> Literal["notebook", "other", "unclear"]:
    for distance, scope in enumerate(reversed(scopes)):
        if scope.kind == "class":
            if distance or name in scope.outer:
                if not distance:
                    return "notebook"
                continue
            if binds or name in scope.own:
                return "other"
            if name in scope.maybe:
                return "unclear"
        elif name in scope.outer:
            return "notebook"
        elif name in scope.own:
            return "other"
    return "notebook"


def _hidden(scopes: _Scopes) -> frozenset[str]:
    """Gives the names that mean something else than in the notebook."""
    hidden: frozenset[str] = frozenset()
    for distance, scope in enumerate(reversed(scopes)):
        if scope.kind != "class" or not distance:
            hidden |= scope.own | scope.maybe
    return hidden


def _path(node: ast.expr) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return tuple(reversed(names))


def _last_name(node: ast.expr) -> str:
    return _path(node)[-1]


# ── magics ──


def _in_magics(
    known: CellFacts, scopes_at: Sequence[tuple[int, int, _Scopes]]
) -> Iterator[Reference]:
    index = LineIndex(known.source)
    for magic in known.masked.magics:
        scopes = next(
            (
                scopes
                for first, last, scopes in reversed(scopes_at)
                if first <= magic.line + 1 <= last
            ),
            (),
        )
        hidden = _hidden(scopes) | set(magic.local)
        for name, line, column in magic.reads_at:
            if _meaning(name, scopes) == "other":
                continue
            start = index.to_offset(Position(line, column))
            span = start, start + len(name)
            if _is_quoted(known.source, start, index.to_offset(index.end_of_line(magic.end_line))):
                continue
            how: How = "magic"
            if known.source[slice(*span)] != name or _needs_name(magic):
                how, span = "unclear", (0, 0)
            elif line > magic.line and magic.kind == "cell-magic" and not _reads_body(magic):
                how = "guess"
            yield Reference(name, span, how, hidden=hidden, repeats=True)
        if magic.name.lstrip("%") in QUERY_MAGICS:
            yield from _tables(magic, known.source, index)
        if magic.kind not in _WITH_EQUALS:
            for name in magic.assigns:
                yield _assigned(name, magic, known.source, index)


def _is_quoted(source: str, start: int, end: int) -> bool:
    """Tells whether ``$x`` stands between single quotes, where IPython leaves it to the shell."""
    return source[start - 1 : start] == "$" and source.count("'", start, end) % 2 == 1


def _reads_body(magic: Magic) -> bool:
    return magic.name.lstrip("%") in QUERY_MAGICS


def _assigned(name: str, magic: Magic, source: str, index: LineIndex) -> Reference:
    """Finds a name that a magic binds."""
    start = index.to_offset(Position(magic.line, 0))
    end = start + len(magic.text) + (source.find(magic.text[:1], start) - start)
    read = {
        index.to_offset(Position(line, column))
        for each, line, column in magic.reads_at
        if each == name
    }
    places = [
        match.span()
        for match in re.finditer(rf"(?<![\w.%]){re.escape(name)}(?!\w)", source[:end])
        if match.start() >= start and match.start() not in read
    ]
    if len(places) == 1 and not _needs_name(magic):
        return Reference(name, places[0], "magic", binds=True)
    return Reference(name, (0, 0), "unclear", binds=True)


def _needs_name(magic: Magic) -> bool:
    """Tells whether code in another language knows a name as it is called in the notebook."""
    return magic.kind == "cell-magic" and magic.name in {"R", "julia", "octave", "cython"}


def _tables(magic: Magic, source: str, index: LineIndex) -> Iterator[Reference]:
    start = index.to_offset(Position(magic.line, 0))
    end = index.to_offset(index.end_of_line(magic.end_line))
    for name in dict.fromkeys(tables_in(source[start:end])):
        pattern = re.compile(
            rf"(?:\b(?:from|join)\b|,)[\s(\"`]*({re.escape(name)})(?![\w.])", re.IGNORECASE
        )
        for match in pattern.finditer(source, start, end):
            yield Reference(name, match.span(1), "guess")
