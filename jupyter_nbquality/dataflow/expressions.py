"""The walk through expressions: names that are read, calls, and what holds whose object."""

import ast
import re
from collections.abc import Callable
from typing import Literal

from jupyter_nbquality.dataflow.arrays import is_view
from jupyter_nbquality.dataflow.facts import Alias, Argument, Call, Facts, Function, Root, Strength
from jupyter_nbquality.dataflow.scopes import Scope
from jupyter_nbquality.ipython import parse

Access = Literal["read", "bind", "later", "delete"]

Occurrence = tuple[str, ast.AST, Access]
"""A name of the notebook where it stands, and what is done with it there."""

_REFERENCE = re.compile(r"@([A-Za-z_]\w*)")
_TABLE_ALIAS = (
    r"(?:\s+(?:as\s+)?(?!(?:join|left|right|inner|outer|full|cross|natural|on|using|where|group"
    r"|order|limit|union|having|as)\b)\w+)?"
)
_TABLE = re.compile(
    r"\b(?:from|join)\s+(?:\(\s*)?[\"`]?([A-Za-z_]\w*)[\"`]?"
    + _TABLE_ALIAS
    + r"((?:\s*,\s*[\"`]?[A-Za-z_]\w*[\"`]?"
    + _TABLE_ALIAS
    + ")*)",
    re.IGNORECASE,
)
_LATER_TABLE = re.compile(r",\s*[\"`]?([A-Za-z_]\w*)")
_SQL_CALLS = frozenset(
    {"sql", "query", "execute", "sqldf", "read_sql", "read_sql_query", "from_query"}
)
_NUMERIC_CALLS = frozenset(
    {("pd", "eval"), ("pandas", "eval"), ("ne", "evaluate"), ("numexpr", "evaluate")}
)
_WORD = re.compile(r"(?<![\w.@])@?([A-Za-z_]\w*)")
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?:\.\w+)*\(")
_REFERENCE_CALLS = frozenset({"query", "eval"})
_EMPTY: tuple[Root, ...] = ()
MOST_HELD = 100
"""No more names are followed whose objects a name may hold, to bound time and memory."""
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})


_NO_STATEMENT = Facts(0, 0)


class Expressions:
    """Walks expressions in the scope it is in.

    Attributes:
        facts: Of the statement at hand.
        bound: The names that are surely bound, in the statement at hand, where the walk is.
        scope: The function it is in; ``None`` in the notebook's own scope.
        own_of_class: The names bound so far in the body of the class it is in.
        hidden: Names of comprehensions around, with what their items come from.
        aliases: In the notebook's scope, the names bound in this statement that hold the objects of
            others.
        occurrences: Every place of a name of the notebook, in the order of the walk.
    """

    def __init__(self) -> None:
        self.facts = _NO_STATEMENT
        self.bound: set[str] = set()
        self.scope: Scope | None = None
        self.own_of_class: set[str] | None = None
        self.hidden: dict[str, tuple[Root, ...]] = {}
        self.aliases: dict[str, tuple[Root, ...]] = {}
        self.occurrences: list[Occurrence] = []
        self.postponed = False
        # The lambdas and generators at the notebook's level, in the order of the walk.
        self.nameless: list[Function] = []
        # Names that walruses bound, where that may not come to pass.
        self._perhaps: list[str] = []
        # Names that the body of the class at hand declares ``global``.
        self.outer_of_class: set[str] = set()

    # ---- names ----

    def load(self, name: str, node: ast.AST) -> None:
        """Notes that a name is read."""
        if name in self.hidden:
            return
        scope = self.scope
        if scope is not None:
            scope.loads.append((name, node))
            return
        if self.own_of_class is not None and name in self.own_of_class:
            return
        self.occurrences.append((name, node, "read"))
        if name in self.bound:
            self.facts.touched.setdefault(name, node)
        elif name not in self.facts.uses:
            self.facts.uses[name] = node

    def store(self, name: str, node: ast.AST) -> None:
        """Notes that a name is bound."""
        scope = self.scope
        if scope is not None:
            scope.stores.setdefault(name, node)
            scope.aliases.pop(name, None)
            return
        if self.own_of_class is not None and name not in self.outer_of_class:
            self.own_of_class.add(name)
            return
        self.occurrences.append((name, node, "bind"))
        self.facts.binds.setdefault(name, node)
        self.facts.gone.discard(name)
        self.bound.add(name)
        if self.aliases:
            self.aliases.pop(name, None)

    def hold(self, name: str, roots: tuple[Root, ...]) -> None:
        """Notes that a name, just bound, holds the objects of others or parts of them."""
        if self.scope is not None:
            roots = tuple(root for root in roots if root.name != name)
        if not roots:
            return
        roots = roots[:MOST_HELD]
        if self.scope is not None:
            self.scope.aliases[name] = roots
        elif self.own_of_class is None:
            self.aliases[name] = roots

    def note_aliases(self, name: str, roots: tuple[Root, ...]) -> None:
        """Notes that a name of the notebook holds the objects of others after the statement."""
        if self.scope is None and self.own_of_class is None:
            # Also of itself: who held what it was may hold what it is.
            self.facts.aliases += [Alias(name, root.name, root.strength) for root in roots]

    def change(self, roots: tuple[Root, ...], node: ast.AST) -> None:
        """Notes that objects are changed."""
        for root in roots:
            if self.scope is not None:
                certain = root.strength >= Strength.PART
                self.scope.changes.append((root, certain, node))
            else:
                self.facts.mutate(root.name, root.strength >= Strength.PART, node)

    def resolve(self, name: str, strength: Strength) -> tuple[Root, ...]:
        """Gives the names whose objects a name holds, where they are not made in the statement."""
        if name in self.hidden:
            return tuple(Root(root.name, Strength.MADE) for root in self.hidden[name])
        if self.scope is not None:
            return self.scope.resolve(name, strength)
        held = self.aliases.get(name, _EMPTY)
        if held:
            # What is a part of an object now may be a copy of it.
            held = tuple(
                Root(root.name, strength if root.strength == Strength.SAME else Strength.MADE)
                for root in held
            )
        if name in self.bound or (self.own_of_class is not None and name in self.own_of_class):
            return held
        return (Root(name, strength), *held)

    # ---- what an expression holds ----

    def roots(self, node: ast.expr) -> tuple[Root, ...]:
        """Gives the names whose objects an expression gives, or parts of them, without calls."""
        kind = type(node)
        if kind is ast.Name:
            return self.resolve(node.id, Strength.SAME)  # type: ignore[attr-defined]
        if kind is ast.Attribute or kind is ast.Subscript:
            return self.base(node)
        if kind is ast.Constant or kind is ast.Call:
            return _EMPTY
        if kind is ast.Starred or kind is ast.Await or kind is ast.NamedExpr:
            return self.roots(node.value)  # type: ignore[attr-defined]
        if kind is ast.Tuple or kind is ast.List or kind is ast.Set:
            parts = [root for part in node.elts for root in self.given(part)]  # type: ignore[attr-defined]
        elif kind is ast.Dict:
            parts = [root for part in node.values for root in self.given(part)]  # type: ignore[attr-defined]
        elif kind is ast.IfExp:
            parts = [*self.given(node.body), *self.given(node.orelse)]  # type: ignore[attr-defined]
        elif kind is ast.BoolOp:
            parts = [root for part in node.values for root in self.given(part)]  # type: ignore[attr-defined]
        elif kind in _COMPREHENSIONS:
            # Only the outermost is looked at: the others run through its items.
            parts = list(self.sources(node.generators[0].iter))  # type: ignore[attr-defined]
        else:
            return _EMPTY
        return _distinct(parts, Strength.PART)

    def base(self, node: ast.expr) -> tuple[Root, ...]:
        """Gives the names at the start of a chain of attributes, items and calls."""
        strength = Strength.SAME
        while True:
            kind = type(node)
            if kind is ast.Name:
                return self.resolve(node.id, strength)  # type: ignore[attr-defined]
            if kind is ast.Attribute or kind is ast.Subscript:
                part = Strength.VIEW if is_view(node) else Strength.PART  # type: ignore[arg-type]
                strength = min(strength, part)
                node = node.value  # type: ignore[attr-defined]
            elif kind is ast.Call:
                return self._base_of_call(node)  # type: ignore[arg-type]
            elif kind is ast.Await or kind is ast.NamedExpr:
                node = node.value  # type: ignore[attr-defined]
            else:
                return _EMPTY

    def given(self, node: ast.expr) -> tuple[Root, ...]:
        """Gives the names whose objects an expression may give, also through a call."""
        return self._base_of_call(node) if isinstance(node, ast.Call) else self.roots(node)

    def _base_of_call(self, node: ast.Call) -> tuple[Root, ...]:
        """Gives what the result of a call may hold: the object of the method, and what is given."""
        function = node.func
        if isinstance(function, ast.Name) and function.id[:1].isupper():
            found: list[Root] = []
        else:
            found = list(self.base(function))
        for argument in node.args:
            found += self.roots(argument)
        for keyword in node.keywords:
            found += self.roots(keyword.value)
        return _distinct(found, Strength.MADE)

    def sources(self, node: ast.expr) -> tuple[Root, ...]:
        """Gives the names that the items of an iterable may be parts of, also through a call."""
        if isinstance(node, ast.Call):
            found = list(self.base(node.func)) if isinstance(node.func, ast.Attribute) else []
            for argument in node.args:
                found += self.roots(argument)
            return tuple(Root(root.name, Strength.MADE) for root in found)
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            # The very objects that are written there.
            return _distinct(
                [root for part in node.elts for root in self.given(part)], Strength.SAME
            )
        return tuple(Root(root.name, Strength.PART) for root in self.roots(node))

    # ---- expressions ----

    def expr(self, node: ast.expr | None) -> None:
        """Walks an expression."""
        if node is None:
            return
        kind = type(node)
        if kind is ast.Name:
            self.load(node.id, node)  # type: ignore[attr-defined]
        elif kind is not ast.Constant:
            _EXPRESSIONS[kind](self, node)

    def exprs(self, nodes: list[ast.expr]) -> None:
        """Walks several expressions."""
        for node in nodes:
            kind = type(node)
            if kind is ast.Name:
                self.load(node.id, node)  # type: ignore[attr-defined]
            elif kind is not ast.Constant:
                _EXPRESSIONS[kind](self, node)

    def _attribute(self, node: ast.Attribute) -> None:
        value = node.value
        while type(value) is ast.Attribute:
            value = value.value
        self.expr(value)

    def _binary(self, node: ast.BinOp) -> None:
        # A sum of a thousand terms is a thousand levels deep to the left.
        rights = []
        left: ast.expr = node
        while type(left) is ast.BinOp:
            rights.append(left.right)
            left = left.left
        self.expr(left)
        for right in reversed(rights):
            self.expr(right)

    def _compare(self, node: ast.Compare) -> None:
        self.expr(node.left)
        self.expr(node.comparators[0])
        if len(node.comparators) > 1:
            before = len(self._perhaps)
            self.exprs(node.comparators[1:])
            self._unsure(before)

    def _unary(self, node: ast.UnaryOp) -> None:
        self.expr(node.operand)

    def _bool(self, node: ast.BoolOp) -> None:
        self.expr(node.values[0])
        before = len(self._perhaps)
        self.exprs(node.values[1:])
        self._unsure(before)

    def _unsure(self, before: int) -> None:
        """Takes back that walruses surely bound names in what may not be evaluated."""
        if len(self._perhaps) > before:
            self.bound.difference_update(self._perhaps[before:])

    def _values(self, node: ast.JoinedStr) -> None:
        self.exprs(node.values)

    def _elements(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        self.exprs(node.elts)

    def _dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.expr(key)
            self.expr(value)

    def _subscript(self, node: ast.Subscript) -> None:
        self.expr(node.value)
        key = node.slice
        if isinstance(key, ast.Constant):
            if isinstance(key.value, str) and gives_names(node.value):
                self.load(key.value, node)
        else:
            self.expr(key)

    def _slice(self, node: ast.Slice) -> None:
        self.expr(node.lower)
        self.expr(node.upper)
        self.expr(node.step)

    def _value(self, node: ast.Starred | ast.Await) -> None:
        self.expr(node.value)

    def _yield(self, node: ast.YieldFrom | ast.Yield) -> None:
        self.expr(node.value)
        if self.scope is not None and node.value is not None:
            self.scope.lingers = True
            self.scope.returns += self.sources(node.value)

    def _formatted(self, node: ast.FormattedValue) -> None:
        self.expr(node.value)
        self.expr(node.format_spec)

    def _if_expression(self, node: ast.IfExp) -> None:
        self.expr(node.test)
        before = len(self._perhaps)
        self.expr(node.body)
        self._unsure(before)
        self.expr(node.orelse)
        self._unsure(before)

    def _walrus(self, node: ast.NamedExpr) -> None:
        self.expr(node.value)
        name = node.target.id
        if self.scope is None and name not in self.bound:
            self._perhaps.append(name)
        roots = self.roots(node.value)
        self.store(name, node.target)
        self.hold(name, roots)
        self.note_aliases(name, roots)

    def _lambda(self, node: ast.Lambda) -> None:
        self.function_of(node)

    def function_of(self, node: ast.Lambda, name: str | None = None) -> Function:
        """Walks a lambda; gives what it does when it runs, or when the name it gets is called."""
        self.exprs(node.args.defaults)
        for default in node.args.kw_defaults:
            self.expr(default)
        scope = self.enter(node, node.args)
        self.expr(node.body)
        scope.returns += self.roots(node.body)
        return self.leave(name or "<lambda>", anonymous=name is None)

    # ---- scopes ----

    def enter(self, node: ast.AST, arguments: ast.arguments | None) -> Scope:
        """Goes into a function."""
        scope = Scope(node, arguments)
        self._around.append((self.scope, self.own_of_class, self.hidden))
        self.scope = scope
        self.own_of_class = None
        if self.hidden and scope.parameters:
            own = set(scope.parameters)
            self.hidden = {name: held for name, held in self.hidden.items() if name not in own}
        return scope

    _around: list[tuple[Scope | None, set[str] | None, dict[str, tuple[Root, ...]]]]

    def leave(self, name: str, anonymous: bool = False) -> Function:
        """Comes out of a function; hands on what it reads to what is around it."""
        assert self.scope is not None
        function = self.scope.finish(name)
        self.scope, self.own_of_class, self.hidden = self._around.pop()
        if self.scope is not None:
            self.scope.take_in(function)
            self.scope.functions.add(name)
            return function
        if anonymous:
            self.nameless.append(function)
        for read, node in function.reads.items():
            self.read_later(read, node, anonymous)
        for bound, node in function.binds.items():
            self.occurrences.append((bound, node, "bind"))
        if anonymous:
            self.facts.calls += function.calls
            for changed, change in function.changes.items():
                if changed not in function.parameters and changed not in self.bound:
                    self.facts.mutate(changed, False, change.node)
        return function

    def read_later(self, name: str, node: ast.AST, anonymous: bool) -> None:
        """Notes that a function reads a name of the notebook when it runs."""
        self.occurrences.append((name, node, "later"))
        self.facts.later.setdefault(name, node)
        if anonymous and name not in self.bound:
            self.facts.waiting.setdefault(name, node)

    # ---- comprehensions ----

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp) -> None:
        self._comprehended(node)

    def _generator(self, node: ast.GeneratorExp) -> None:
        if self.consumed is node or self.scope is not None:
            self._comprehended(node)
            return
        # Only the first iterable is evaluated now.
        self.expr(node.generators[0].iter)
        self.enter(node, None)
        self._comprehended(node, skip_first=True)
        self.leave("<generator>", anonymous=True)

    consumed: ast.expr | None = None
    """The generator that is given to a call, which runs through it at once."""

    def _comprehended(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        skip_first: bool = False,
    ) -> None:
        hidden, own = self.hidden, self.own_of_class
        before = len(self._perhaps)
        for number, generator in enumerate(node.generators):
            if number or not skip_first:
                self.expr(generator.iter)
            if number == 0:
                self.own_of_class = None if self.scope is None and own is not None else own
                self.hidden = dict(hidden)
            roots = self.sources(generator.iter)
            for name in target_names(generator.target):
                self.hidden[name] = roots
            self._target_parts(generator.target)
            self.exprs(generator.ifs)
        if isinstance(node, ast.DictComp):
            self.expr(node.key)
            self.expr(node.value)
        else:
            self.expr(node.elt)
        self.hidden, self.own_of_class = hidden, own
        self._unsure(before)

    def _target_parts(self, node: ast.expr) -> None:
        """Walks what a target of a comprehension reads: ``for a[i] in …``."""
        if isinstance(node, ast.Tuple | ast.List):
            for part in node.elts:
                self._target_parts(part)
        elif isinstance(node, ast.Starred):
            self._target_parts(node.value)
        elif not isinstance(node, ast.Name):
            self.expr(node)

    # ---- calls ----

    def _call(self, node: ast.Call) -> None:
        self.call_of(node)

    def call_of(self, node: ast.Call) -> Call:
        """Walks a call and notes it."""
        function = node.func
        kind = type(function)
        receiver = _EMPTY
        path: tuple[str, ...] = ()
        dotted = False
        if kind is ast.Name:
            name: str = function.id  # type: ignore[attr-defined]
            self.load(name, function)
            path = (name,)
            dotted = not (name in self.bound or name in self.hidden)
        elif kind is ast.Attribute:
            names = [function.attr]  # type: ignore[attr-defined]
            value: ast.expr = function.value  # type: ignore[attr-defined]
            receiver = self.base(value)
            while type(value) is ast.Attribute:
                names.append(value.attr)
                value = value.value
            if type(value) is ast.Name:
                self.load(value.id, value)
                dotted = value.id not in self.bound and value.id not in self.hidden
                if dotted:
                    names.append(value.id)
            else:
                self.expr(value)
            names.reverse()
            path = tuple(names)
        else:
            self.expr(function)
            if kind is ast.Call and _is_getattr(function):  # type: ignore[arg-type]
                owner, attribute, *_default = function.args  # type: ignore[attr-defined]
                receiver = self.base(owner)
                if isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
                    path = (attribute.value,)
        arguments: list[Argument] = []
        for place, argument in enumerate(node.args):
            kind = type(argument)
            if kind is ast.Constant:
                self.formula(argument)
                continue
            if kind is ast.Name:
                self.load(argument.id, argument)  # type: ignore[attr-defined]
                roots = self.resolve(argument.id, Strength.SAME)  # type: ignore[attr-defined]
            else:
                if kind is ast.GeneratorExp:
                    self.consumed = argument
                _EXPRESSIONS[kind](self, argument)
                roots = self.roots(argument)
            if roots:
                arguments.append(Argument(None if kind is ast.Starred else place, roots, argument))
        for keyword in node.keywords:
            if type(keyword.value) is not ast.Constant:
                self.expr(keyword.value)
                roots = self.roots(keyword.value)
                if roots:
                    arguments.append(Argument(keyword.arg, roots, keyword.value))
            else:
                self.formula(keyword.value)
        call = Call(node, path, dotted, receiver, arguments)
        if self.scope is not None:
            self.scope.calls.append(call)
        else:
            self.facts.calls.append(call)
        if path and node.args and type(node.args[0]) is ast.Constant:
            self._text_of(path, node.args[0])
        return call

    def _text_of(self, path: tuple[str, ...], node: ast.Constant) -> None:
        """Reads names in texts that are given to calls: queries, and code to evaluate."""
        text = node.value
        if not isinstance(text, str):
            return
        last = path[-1]
        if last in _REFERENCE_CALLS and len(path) > 1 and "@" in text:
            for match in _REFERENCE.finditer(text):
                self.load(match[1], node)
        elif path == ("eval",):
            written = _expression_in(text)
            if written is not None:
                self._placed(written, node)
        if path in _NUMERIC_CALLS:
            for match in _WORD.finditer(text):
                self.guess(match[1], node)
        if last in _SQL_CALLS:
            for name in tables_in(text):
                self.guess(name, node)

    def formula(self, node: ast.expr) -> None:
        """Reads the functions in a formula (``"y ~ center(x)"``), which are looked up by name."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "~" in node.value:
            for match in _CALLED.finditer(node.value):
                self.guess(match[1], node)

    def guess(self, name: str, node: ast.AST) -> None:
        """Notes that a name is read if the notebook has it."""
        if self.scope is None and name not in self.bound:
            self.facts.guesses.setdefault(name, node)

    def _placed(self, tree: ast.expr, node: ast.AST) -> None:
        """Walks code from a text as if all of it stood where the text stands."""
        for part in ast.walk(tree):
            if isinstance(part, ast.expr):
                ast.copy_location(part, node)
        self.expr(tree)

    def annotation(self, node: ast.expr | None) -> None:
        """Walks an annotation; the names in a text are read by whoever looks at the types."""
        if node is None:
            return
        if isinstance(node, ast.Constant):
            written = _expression_in(node.value) if isinstance(node.value, str) else None
            if written is not None:
                self.postpone(written, node)
        elif self.postponed:
            self.postpone(node, None)
        else:
            self.expr(node)
            if isinstance(node, ast.Subscript):
                for part in ast.walk(node.slice):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        self.annotation(part)

    def postpone(self, tree: ast.expr, place: ast.AST | None) -> None:
        """Walks an expression that is evaluated later, if at all."""
        self.enter(tree, None)
        if place is None:
            self.expr(tree)
        else:
            self._placed(tree, place)
        self.leave("<annotation>")


def _expression_in(text: str) -> ast.expr | None:
    """Gives the expression that a text holds; ``None`` where it holds no or another code."""
    try:
        body = parse(text.strip()).body
    except SyntaxError:
        return None
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _is_getattr(node: ast.Call) -> bool:
    """Says whether a call is ``getattr(a, 'b')``."""
    function = node.func
    return isinstance(function, ast.Name) and function.id == "getattr" and len(node.args) > 1


def _distinct(roots: list[Root], strength: Strength) -> tuple[Root, ...]:
    """Gives each root once, none stronger than said: lists of lists would double them."""
    return tuple(dict.fromkeys(Root(root.name, min(root.strength, strength)) for root in roots))


def gives_names(node: ast.expr) -> bool:
    """Says whether an expression is ``globals()``, or another that gives all names there are."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"globals", "locals", "vars"}
        and not node.args
    )


def tables_in(query: str) -> list[str]:
    """Gives the names of tables that a query in SQL reads."""
    return [
        name
        for match in _TABLE.finditer(query)
        for name in (match[1], *_LATER_TABLE.findall(match[2]))
    ]


def target_names(node: ast.expr) -> list[str]:
    """Gives the names that an assignment to a target binds."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Tuple | ast.List):
        return [name for part in node.elts for name in target_names(part)]
    if isinstance(node, ast.Starred):
        return target_names(node.value)
    return []


_EXPRESSIONS: dict[type[ast.expr], Callable[..., None]] = {
    ast.Attribute: Expressions._attribute,
    ast.Await: Expressions._value,
    ast.BinOp: Expressions._binary,
    ast.BoolOp: Expressions._bool,
    ast.Call: Expressions._call,
    ast.Compare: Expressions._compare,
    ast.Constant: lambda _self, _node: None,
    ast.Dict: Expressions._dict,
    ast.DictComp: Expressions._comprehension,
    ast.FormattedValue: Expressions._formatted,
    ast.GeneratorExp: Expressions._generator,
    ast.IfExp: Expressions._if_expression,
    ast.JoinedStr: Expressions._values,
    ast.Lambda: Expressions._lambda,
    ast.List: Expressions._elements,
    ast.ListComp: Expressions._comprehension,
    ast.Name: lambda self, node: self.load(node.id, node),
    ast.NamedExpr: Expressions._walrus,
    ast.Set: Expressions._elements,
    ast.SetComp: Expressions._comprehension,
    ast.Slice: Expressions._slice,
    ast.Starred: Expressions._value,
    ast.Subscript: Expressions._subscript,
    ast.Tuple: Expressions._elements,
    ast.UnaryOp: Expressions._unary,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}
for _name in ("TemplateStr", "Interpolation"):  # Python 3.14
    if hasattr(ast, _name):
        _EXPRESSIONS[getattr(ast, _name)] = (
            Expressions._values if _name == "TemplateStr" else Expressions._formatted
        )
