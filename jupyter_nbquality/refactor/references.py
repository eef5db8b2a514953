"""Every place of a cell where a name of the notebook stands, by Python's rules of scopes."""

import ast
import re
import unicodedata
from collections.abc import Iterable, Sequence, Set

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.expressions import tables_in
from jupyter_nbquality.dataflow.scopes import parameter_names
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.looking_around import named_key
from jupyter_nbquality.refactor.reference import (
    How,
    Reference,
    Scope,
    Scopes,
    declared,
    function_scope,
    hidden_names,
    meaning,
)
from jupyter_nbquality.refactor.references_in_magics import WITH_EQUALS, in_magics
from jupyter_nbquality.refactor.text_of import CellText, Span, UnclearError

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
    scopes_at: list[tuple[int, int, Scopes]] = []
    if known.tree is not None and known.state == "known":
        walk = _Walk(known)
        walk.cell(known.tree)
        found += walk.found
        scopes_at = walk.scopes_at
    found += in_magics(known, scopes_at)
    return sorted(set(found), key=lambda each: each.span)


class _Walk:
    """A walk through the tree of a cell."""

    def __init__(self, known: CellFacts) -> None:
        self._text = CellText(known)
        self._scoped = known.masked.scoped
        self._magic_lines = {
            line + 1
            for magic in known.masked.magics
            if magic.kind not in WITH_EQUALS
            for line in range(magic.line, magic.end_line + 1)
        }
        self.found: list[Reference] = []
        self.scopes_at: list[tuple[int, int, Scopes]] = []
        self._loops = 0

    def cell(self, tree: ast.Module) -> None:
        scopes: Scopes = ()
        if self._scoped:
            scopes = (function_scope(tree.body, []),)
        self._all(tree.body, scopes)

    def _all(self, nodes: Iterable[ast.AST | None], scopes: Scopes) -> None:
        for node in nodes:
            if node is not None:
                self._visit(node, scopes)

    def _visit(self, node: ast.AST, scopes: Scopes) -> None:
        match node:
            case ast.Name():
                self._name(node, scopes)
            case ast.BinOp() | ast.Attribute():
                self._chain(node, scopes)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, scopes)
            case ast.Lambda():
                self._all([*node.args.defaults, *node.args.kw_defaults], scopes)
                inner = function_scope([node.body], parameter_names(node.args))
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

    def _chain(self, node: ast.AST, scopes: Scopes) -> None:
        """Visits a sum of many terms, or a chain of attributes, which is as deep as it is long."""
        parts: list[ast.AST] = []
        while isinstance(node, ast.BinOp | ast.Attribute):
            if isinstance(node, ast.BinOp):
                parts.append(node.right)
                node = node.left
            else:
                node = node.value
        self._all([node, *reversed(parts)], scopes)

    # ---- names ----

    def _name(self, node: ast.Name, scopes: Scopes) -> None:
        self._note(node.id, node, scopes, binds=not isinstance(node.ctx, ast.Load))

    def _note(
        self,
        name: str,
        node: ast.AST,
        scopes: Scopes,
        *,
        span: Span | None = None,
        pattern: re.Pattern[str] | None = None,
        start: int | None = None,
        how: How = "code",
        binds: bool = False,
        lead: str = "",
    ) -> None:
        """Notes a place, if the name is one of the notebook there."""
        meant = meaning(name, scopes, binds=binds)
        if meant == "other":
            return
        if meant == "unclear":
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
            Reference(name, span, how, binds, lead, hidden_names(scopes), repeats, later, node)
        )

    # ---- definitions ----

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scopes: Scopes) -> None:
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
        scopes = (*scopes, function_scope(node.body, parameter_names(arguments)))
        self.scopes_at.append((node.body[0].lineno, node.end_lineno or node.lineno, scopes))
        self._all(node.body, scopes)

    def _with_type_parameters(self, node: ast.AST, scopes: Scopes) -> Scopes:
        parameters = getattr(node, "type_params", None)
        if not parameters:
            return scopes
        own = frozenset(parameter.name for parameter in parameters)
        scopes = (*scopes, Scope("function", own))
        for parameter in parameters:
            self._all(ast.iter_child_nodes(parameter), scopes)
        return scopes

    def _class(self, node: ast.ClassDef, scopes: Scopes) -> None:
        self._all(node.decorator_list, scopes)
        self._note(node.name, node, scopes, pattern=_DEFINED, binds=True)
        scopes = self._with_type_parameters(node, scopes)
        self._all(node.bases, scopes)
        self._all([keyword.value for keyword in node.keywords], scopes)
        outer = frozenset(declared(node.body, ast.Global))
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
            scope = Scope("class", frozenset(sure), outer, frozenset(maybe))
            self._visit(statement, (*scopes, scope))
            if not flows:
                sure |= binds

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        parts: Sequence[ast.expr],
        scopes: Scopes,
    ) -> None:
        targets: list[ast.AST] = [generator.target for generator in node.generators]
        inner = (*scopes, Scope("comprehension", frozenset(bound_names(targets))))
        for number, generator in enumerate(node.generators):
            self._visit(generator.iter, inner if number else scopes)
            self._visit(generator.target, inner)
            self._all(generator.ifs, inner)
        self._all(parts, inner)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scopes: Scopes) -> None:
        if not isinstance(node, ast.While):
            self._visit(node.iter, scopes)
        self._loops += 1
        self._visit(node.test if isinstance(node, ast.While) else node.target, scopes)
        self._all(node.body, scopes)
        self._loops -= 1
        self._all(node.orelse, scopes)

    # ---- names that are no nodes of their own ----

    def _import(self, node: ast.Import | ast.ImportFrom, scopes: Scopes) -> None:
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

    def _handler(self, node: ast.ExceptHandler, scopes: Scopes) -> None:
        self._all([node.type], scopes)
        if node.name is not None and node.type is not None:
            try:
                start = self._text.span(node.type)[1]
            except UnclearError:
                start = None
            self._note(node.name, node, scopes, pattern=_AS, start=start, binds=True)
        self._all(node.body, scopes)

    def _pattern(
        self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scopes: Scopes
    ) -> None:
        self._all(ast.iter_child_nodes(node), scopes)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is None:
            return
        pattern = _REST if isinstance(node, ast.MatchMapping) else re.compile(rf"({name})\Z")
        self._note(name, node, scopes, pattern=pattern, binds=True)

    # ---- texts ----

    def _joined(self, node: ast.JoinedStr, scopes: Scopes) -> None:
        try:
            self._text.enter(node)
        except UnclearError:
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    self._note(part.id, part, scopes, how="unclear", span=(0, 0))
            return
        self._all(node.values, scopes)

    def _formatted(self, node: ast.FormattedValue, scopes: Scopes) -> None:
        self._visit(node.value, scopes)
        if isinstance(node.format_spec, ast.JoinedStr):
            # Part of the string that was entered.
            self._all(node.format_spec.values, scopes)

    def _annotation(self, node: ast.expr | None, scopes: Scopes) -> None:
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

    def _evaluated(
        self,
        node: ast.Constant,
        scopes: Scopes,
        *,
        statements: bool = False,
        own: Set[str] | None = frozenset(),
    ) -> None:
        """Visits the code in a text; ``own`` are names that it is given, where that is known."""
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
        how: How = "text" if own is not None else "unclear"
        self.found[before:] = [
            msgspec.structs.replace(each, how=how) if each.how == "code" else each
            for each in self.found[before:]
            if own is None or each.name not in own
        ]

    def _call(self, node: ast.Call, scopes: Scopes) -> None:
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
                    own = given_names(node) or frozenset()
                    for name in set(_REFERENCE.findall(str(part.value))) - own:
                        pattern = re.compile(rf"@({re.escape(name)})(?!\w)")
                        self._note(name, first, scopes, pattern=pattern, how="text")
        self._all(node.args, scopes)
        for keyword in node.keywords:
            if path[-1:] == ("cast",) or keyword.arg == "bound":
                self._annotation(keyword.value, scopes)
            else:
                self._visit(keyword.value, scopes)

    def _text_of_call(
        self, path: tuple[str, ...], text: ast.Constant, call: ast.Call, scopes: Scopes
    ) -> None:
        """Reads the names in a text that is given to a call."""
        written = str(text.value)
        last = path[-1:]
        own = given_names(call)
        how: How = "text" if own is not None else "unclear"
        if last in {("query",), ("eval",)} and len(path) > 1:
            self._matches(_REFERENCE, text, scopes, how, own or frozenset())
        elif path == ("eval",):
            is_ours, before = _given_to_eval(call)
            if is_ours:
                self._evaluated(text, scopes, own=before)
        elif last == ("cast",):
            self._evaluated(text, scopes)
        elif path == ("exec",) and len(call.args) == 1:
            self._evaluated(text, scopes, statements=True)
        if path in _NUMERIC:
            self._matches(_WORD, text, scopes, how, own or frozenset())
        if last and last[0] in _SQL:
            for name in dict.fromkeys(tables_in(written)):
                pattern = re.compile(
                    rf"(?:\b(?:from|join)\b|,)[\s(\"`]*({re.escape(name)})(?![\w.])", re.IGNORECASE
                )
                self._matches(pattern, text, scopes, "guess")

    def _matches(
        self,
        pattern: re.Pattern[str],
        text: ast.Constant,
        scopes: Scopes,
        how: How,
        own: Set[str] = frozenset(),
    ) -> None:
        for match in pattern.finditer(str(text.value)):
            if match[1] in own:
                continue
            try:
                span = self._text.within(text, *match.span(1))
            except UnclearError:
                self._note(match[1], text, scopes, how="unclear", span=(0, 0))
            else:
                self._note(match[1], text, scopes, how=how, span=span)

    def _keyed(self, node: ast.Subscript | ast.Compare | ast.Call) -> None:
        """Notes the name in ``globals()["x"]``."""
        named = named_key(node)
        if named is None:
            return
        key = named[0]
        try:
            span = self._text.within(key, 0, len(str(key.value)))
        except UnclearError:
            span = (0, 0)
        binds = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
        self._note(str(key.value), key, (), how="text", span=span, binds=binds)

    def _formula(self, node: ast.Constant, scopes: Scopes) -> None:
        if isinstance(node.value, str) and "~" in node.value:
            self._matches(_CALLED, node, scopes, "guess")


def given_names(call: ast.Call) -> Set[str] | None:
    """Gives the names that a query is given in a dictionary; ``None`` where nobody knows them."""
    found: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg == "global_dict":
            # In functions it stands before the names of the notebook, elsewhere behind them.
            return None
        if keyword.arg != "local_dict":
            continue
        keys = _keys_of(keyword.value)
        if keys is None:
            return None
        found |= keys
    return found


def _keys_of(node: ast.expr) -> Set[str] | None:
    """Gives the keys of a dictionary that is written out; ``None`` where nobody knows them."""
    match node:
        case ast.Constant(value=None):
            return frozenset()
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=given) if all(
            each.arg for each in given
        ):
            return {str(each.arg) for each in given}
    return None


def _given_to_eval(call: ast.Call) -> tuple[bool, Set[str] | None]:
    """Says in which names ``eval`` looks.

    Returns:
        Whether in those of the notebook; those that it is given before, ``None`` where nobody
        knows them.
    """
    given = dict(zip(("globals", "locals"), call.args[1:], strict=False))
    given |= {each.arg: each.value for each in call.keywords if each.arg in {"globals", "locals"}}
    outer = given.get("globals")
    is_ours = outer is None or (isinstance(outer, ast.Constant) and outer.value is None)
    return is_ours, _keys_of(given["locals"]) if "locals" in given else frozenset()


def _path(node: ast.expr) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return tuple(reversed(names))


def _last_name(node: ast.expr) -> str:
    return _path(node)[-1]
