"""The walk through the statements of a cell, once, in the order in which they run.

At the notebook's own level it follows the flow: which names are surely bound at each place. In
functions it need not: Python makes a name local to a whole function, or not at all.
"""

import ast
from collections.abc import Callable, Sequence

from jupyter_nbquality.dataflow.arrays import may_be_array
from jupyter_nbquality.dataflow.expressions import (
    Expressions,
    Occurrence,
    gives_names,
    target_names,
)
from jupyter_nbquality.dataflow.facts import (
    Alias,
    Call,
    Effect,
    Facts,
    Function,
    Root,
    Strength,
    Unknown,
)
from jupyter_nbquality.dataflow.paths import may_be_path
from jupyter_nbquality.dataflow.scopes import without
from jupyter_nbquality.ipython import parse

MOST_STATEMENTS = 1000
"""A cell of more statements is cut into about so many pieces, to bound time and memory."""


class Walked:
    """What a walk gives.

    Attributes:
        statements: The facts of each top-level statement, in order.
        occurrences: Every place of a name of the notebook.
    """

    __slots__ = ("occurrences", "statements")

    def __init__(self, statements: list[Facts], occurrences: list[Occurrence]) -> None:
        self.statements = statements
        self.occurrences = occurrences


def walk(tree: ast.Module) -> Walked:
    """Walks through the syntax tree of a cell.

    Args:
        tree: What `ipython.parse` gave.

    Returns:
        What its statements do, before calls are interpreted (see `calls`).

    Raises:
        RecursionError: Nested too deeply.
    """
    walker = _Walker()
    size = len(tree.body) // MOST_STATEMENTS + 1
    if size == 1:
        statements = [walker.statement(node) for node in tree.body]
    else:
        statements = [
            walker.statement(*tree.body[at : at + size]) for at in range(0, len(tree.body), size)
        ]
    return Walked(statements, walker.occurrences)


_NEVER_CHANGED = frozenset({ast.Constant, ast.JoinedStr, ast.Compare, ast.UnaryOp})
"""What gives no object that can be changed."""


class _State:
    """Which names are bound where the walk is."""

    __slots__ = ("bound", "dead", "gone")

    def __init__(self, bound: set[str], gone: set[str], dead: bool) -> None:
        self.bound = bound
        self.gone = gone
        self.dead = dead


class _Walker(Expressions):
    """Walks statements."""

    def __init__(self) -> None:
        super().__init__()
        self._around = []
        self._dead = False
        self._breaks: list[list[_State]] = []

    def statement(self, node: ast.stmt, *more: ast.stmt) -> Facts:
        """Walks a top-level statement, or several that are taken for one."""
        first = node.lineno
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if decorators:
            first = min(first, decorators[0].lineno)
        last = more[-1] if more else node
        self.facts = facts = Facts(first, last.end_lineno or first)
        self.bound = set()
        self.aliases = {}
        self._dead = False
        self.stmt(node)
        self.body(more)
        facts.definite = self.bound
        facts.displays = type(last) is ast.Expr
        return facts

    def stmt(self, node: ast.stmt) -> None:
        """Walks a statement."""
        _STATEMENTS[type(node)](self, node)

    def body(self, nodes: Sequence[ast.stmt]) -> None:
        """Walks the statements of a block."""
        for node in nodes:
            _STATEMENTS[type(node)](self, node)

    # ---- assignments ----

    def _assign(self, node: ast.Assign) -> None:
        value = node.value
        targets = node.targets
        if self.scope is None and len(targets) == 1 and self.own_of_class is None:
            self._note_value(targets[0], value)
        if type(value) is ast.Call:
            call = self.call_of(value)
            roots: tuple[Root, ...] = ()
            if self.own_of_class is None:
                call.targets = tuple(name for target in targets for name in target_names(target))
        elif type(value) is ast.Lambda and type(targets[0]) is ast.Name:
            self._named_lambda(value, targets)
            return
        else:
            if type(value) is ast.Constant:
                self.formula(value)
            before = len(self.nameless)
            self.expr(value)
            roots = self.roots(value)
            if len(self.nameless) > before and self.own_of_class is None:
                self._kept_functions(targets, self.nameless[before:], type(value))
        for target in targets:
            self.assign_to(target, value, roots)
        if len(targets) > 1 and self.scope is None and type(value) not in _NEVER_CHANGED:
            self._hold_the_same(targets)

    def _hold_the_same(self, targets: list[ast.expr]) -> None:
        """Notes that names of one assignment hold the same object: ``a = b = []``."""
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if not names:
            return
        same = (Root(names[0], Strength.SAME),)
        for name in names[1:]:
            self.note_aliases(name, same)
        for target in targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                self._kept_in(target, same)
            else:
                for part in target_names(target) if not isinstance(target, ast.Name) else ():
                    self.note_aliases(part, (Root(names[0], Strength.PART),))

    def _note_value(self, target: ast.expr, value: ast.expr) -> None:
        """Notes what a name is bound to, where that may be a path or an array."""
        if type(target) is ast.Name:
            if may_be_path(value):
                self.facts.paths[target.id] = value
            if may_be_array(value):
                self.facts.arrays[target.id] = value

    def _kept_functions(
        self, targets: list[ast.expr], functions: list[Function], kind: type[ast.expr]
    ) -> None:
        """Notes that names are bound to generators, or to what holds lambdas: they run later."""
        for name in [name for target in targets for name in target_names(target)]:
            whole = Function("", [])
            whole.once = kind is ast.GeneratorExp
            for function in functions:
                whole.parameters += function.parameters
                _add(whole, function)
            self.facts.functions[name] = whole

    def _named_lambda(self, value: ast.Lambda, targets: list[ast.expr]) -> None:
        for target in targets:
            if type(target) is ast.Name:
                self._function_bound(target.id, target, self.function_of(value, target.id))
            else:
                self.assign_to(target, value, ())

    def assign_to(self, target: ast.expr, value: ast.expr | None, roots: tuple[Root, ...]) -> None:
        """Binds a target to a value that was walked."""
        kind = type(target)
        if kind is ast.Name:
            name: str = target.id  # type: ignore[attr-defined]
            self.store(name, target)
            if roots:
                self.hold(name, roots)
                self.note_aliases(name, roots)
        elif kind is ast.Tuple or kind is ast.List:
            parts: list[ast.expr] = target.elts  # type: ignore[attr-defined]
            values: list[ast.expr] | None = None
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(parts):
                values = value.elts
                if any(isinstance(part, ast.Starred) for part in (*parts, *values)):
                    values = None
            if values is not None:
                held = [self.roots(each) for each in values]
                for part, each, its in zip(parts, values, held, strict=True):
                    self.assign_to(part, each, its)
            else:
                weaker = tuple(Root(root.name, min(root.strength, Strength.PART)) for root in roots)
                for part in parts:
                    self.assign_to(part, None, weaker)
        elif kind is ast.Starred:
            self.assign_to(target.value, None, roots)  # type: ignore[attr-defined]
        else:
            self._stored_into(target)
            self._kept_in(target, roots)

    def _kept_in(self, target: ast.expr, roots: tuple[Root, ...]) -> None:
        """Notes that an object keeps what is stored in it: ``a[b] = c``."""
        if self.scope is not None or self.own_of_class is not None:
            return
        kept = [root for root in roots if root.strength == Strength.SAME]
        if kept and isinstance(target, ast.Attribute | ast.Subscript):
            self.facts.aliases += [
                Alias(keeper.name, root.name, Strength.PART, kept=True)
                for keeper in self.base(target.value)
                for root in kept
                if keeper.name != root.name
            ]

    def _stored_into(self, target: ast.expr) -> None:
        """Walks ``a.b`` or ``a[b]`` where something is stored or deleted."""
        state = _state_of(target)
        if state and self.scope is None:
            self.facts.effects.append(Effect("writes-state", state, target))
            self.expr(target.value)  # type: ignore[attr-defined]
            if isinstance(target, ast.Subscript):
                self.expr(target.slice)
        elif isinstance(target, ast.Attribute):
            self.expr(target.value)
            self.change(self._changed(target.value), target)
            if isinstance(target.value, ast.Name) and target.value.id == "builtins":
                self.facts.unknown.append(Unknown(f"builtins.{target.attr} = …", target))
        elif isinstance(target, ast.Subscript):
            self.expr(target.value)
            self.expr(target.slice)
            inner = target.value
            if gives_names(inner):
                self._stored_by_name(target, inner.func.id)  # type: ignore[attr-defined]
            else:
                self.change(self._changed(inner), target)

    def _changed(self, node: ast.expr) -> tuple[Root, ...]:
        return self.base(node)

    def _stored_by_name(self, target: ast.Subscript, function: str) -> None:
        """Walks ``globals()['x'] = …``: the name may be written there."""
        key = target.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and self.scope is None:
            self.store(key.value, target)
        else:
            self.facts.unknown.append(Unknown(f"{function}()[…] = …", target))

    def _augmented(self, node: ast.AugAssign) -> None:
        target = node.target
        self.expr(node.value)
        if type(target) is ast.Name:
            self.load(target.id, target)
            # A list or an array is changed in place, whoever else holds it.
            if not isinstance(node.value, ast.Constant):
                held = self.resolve(target.id, Strength.SAME)
                self.change(tuple(Root(root.name, Strength.MADE) for root in held), target)
                # … and goes on to hold it.
                self.note_aliases(target.id, (Root(target.id, Strength.SAME),))
            else:
                # An array as well.
                self.note_aliases(target.id, (Root(target.id, Strength.VIEW),))
            self.store(target.id, target)
            if self.scope is None and self.own_of_class is None:
                self.facts.kept_kinds.append(target.id)
        else:
            self._stored_into(target)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            if type(node.value) is ast.Call:
                call = self.call_of(node.value)
                if self.own_of_class is None:
                    call.targets = tuple(target_names(node.target))
                roots: tuple[Root, ...] = ()
            else:
                self.expr(node.value)
                roots = self.roots(node.value)
            if self.scope is None:
                self.annotation(node.annotation)
            self.assign_to(node.target, node.value, roots)
        else:
            if self.scope is None:
                self.annotation(node.annotation)
            if self.scope is not None and isinstance(node.target, ast.Name):
                self.scope.stores.setdefault(node.target.id, node.target)
            elif not isinstance(node.target, ast.Name):
                self.expr(
                    node.target.value  # it is evaluated, and nothing is stored
                )

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._delete_target(target)

    def _delete_target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._delete_target(part)
        elif isinstance(target, ast.Name):
            name = target.id
            if self.scope is not None:
                self.scope.deletes.setdefault(name, target)
                self.scope.stores.setdefault(name, target)
            elif self.own_of_class is not None:
                self.own_of_class.discard(name)
            else:
                self._delete_name(name, target)
        else:
            self._stored_into(target)

    def _delete_name(self, name: str, node: ast.AST) -> None:
        facts = self.facts
        self.occurrences.append((name, node, "delete"))
        if name not in self.bound:
            facts.uses.setdefault(name, node)
        self.bound.discard(name)
        facts.deletes.setdefault(name, node)
        facts.gone.add(name)

    # ---- definitions ----

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.store(name, alias)
            if self.scope is None:
                self.facts.imports[name] = alias.name if alias.asname else name
                self.facts.effects.append(Effect("imports", alias.name, node))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        if self.scope is None:
            self.facts.effects.append(Effect("imports", node.module or "", node))
        for alias in node.names:
            if alias.name == "*":
                if self.scope is None:
                    self.facts.unknown.append(Unknown(f"from {module} import *", node))
                continue
            name = alias.asname or alias.name
            self.store(name, alias)
            if self.scope is None:
                self.facts.imports[name] = f"{module}.{alias.name}"
                if module == "__future__" and alias.name == "annotations":
                    self.postponed = True

    def _function_bound(self, name: str, node: ast.AST, function: Function) -> None:
        self.store(name, node)
        if self.scope is None and self.own_of_class is None:
            self.facts.functions[name] = function

    def _decorators(self, nodes: list[ast.expr]) -> None:
        self.exprs(nodes)
        for node in nodes:
            if isinstance(node, ast.Attribute):
                # A method is called, which may note the function in its object.
                call = ast.copy_location(ast.Call(node, [], []), node)
                made = Call(call, (node.attr,), False, self.base(node.value), [])
                (self.facts if self.scope is None else self.scope).calls.append(made)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._decorators(node.decorator_list)
        arguments = node.args
        self.exprs(arguments.defaults)
        for default in arguments.kw_defaults:
            self.expr(default)
        generic = self._type_parameters(node)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self.annotation(argument.annotation)
        for starred in (arguments.vararg, arguments.kwarg):
            if starred is not None:
                self.annotation(starred.annotation)
        self.annotation(node.returns)
        own, state = self._own, (self._dead, self._breaks)
        self._dead, self._breaks = False, []
        self._own = None
        self.enter(node, arguments)
        self.body(node.body)
        function = self.leave(node.name)
        self._dead, self._breaks = state
        self._own = own
        if self.scope is None and self.own_of_class is None:
            function.defaults = self._defaults(node.name, arguments)
        self.hidden = generic
        if own is not None:
            _add(own, function)
        self._function_bound(node.name, node, function)

    def _defaults(self, name: str, arguments: ast.arguments) -> dict[str, tuple[Root, ...]]:
        """Gives whose objects the parameters of a function hold where they are not given."""
        found: dict[str, tuple[Root, ...]] = {}
        placed = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(placed[len(placed) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if isinstance(default, ast.Name):
                found[parameter.arg] = self.roots(default)
            elif isinstance(default, _KEPT):
                found[parameter.arg] = (Root(name, Strength.MADE),)
        return found

    _own: Function | None = None
    """The class whose body is walked."""

    def _type_parameters(self, node: ast.AST) -> dict[str, tuple[Root, ...]]:
        """Hides the type parameters of a definition; gives what was hidden before."""
        before = self.hidden
        parameters = getattr(node, "type_params", None)
        if parameters:
            self.hidden = {**before, **{parameter.name: () for parameter in parameters}}
            for parameter in parameters:
                for part in (
                    getattr(parameter, "bound", None),
                    getattr(parameter, "default_value", None),
                ):
                    if part is not None:
                        self.postpone(part, None)
        return before

    def _class(self, node: ast.ClassDef) -> None:
        self._decorators(node.decorator_list)
        generic = self._type_parameters(node)
        self.exprs(node.bases)
        for keyword in node.keywords:
            self.expr(keyword.value)
        function = Function(node.name, [], is_class=True)
        for base in node.bases:
            if isinstance(base, ast.Name):
                # What the methods of the base do, its own do.
                function.reads.setdefault(base.id, base)
        own_before, class_before = self._own, self.own_of_class
        scope_before = self.scope
        if scope_before is not None:
            # A class in a function: its body is read as a function that runs at once.
            self._own = None
            self.enter(node, None)
            self.body(node.body)
            self.leave(node.name)
        else:
            outer, self.outer_of_class = self.outer_of_class, set()
            self._own, self.own_of_class = function, set()
            self.body(node.body)
            self.outer_of_class = outer
        self._own, self.own_of_class = own_before, class_before
        self.hidden = generic
        if own_before is not None:
            _add(own_before, function)
        self._function_bound(node.name, node, function)

    def _type_alias(self, node: ast.stmt) -> None:
        before = self._type_parameters(node)
        self.postpone(node.value, None)  # type: ignore[attr-defined]
        self.hidden = before
        self.store(node.name.id, node.name)  # type: ignore[attr-defined]

    def _global(self, node: ast.Global) -> None:
        if self.scope is not None:
            self.scope.outer.update(node.names)
        elif self.own_of_class is not None:
            self.outer_of_class.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        if self.scope is not None:
            self.scope.nonlocals.update(node.names)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.expr(node.value)
            if self.scope is not None:
                self.scope.returns += self.given(node.value)
                if _gives_function(node.value, self.scope.functions):
                    self.scope.lingers = True
        self._dead = True

    # ---- flow ----

    def _save(self) -> _State:
        bound = self.bound if self.own_of_class is None else self.own_of_class
        return _State(set(bound), set(self.facts.gone), self._dead)

    def _bind_only(self, names: set[str]) -> None:
        if self.own_of_class is None:
            self.bound = names
        else:
            self.own_of_class = names

    def _restore(self, state: _State) -> None:
        self._bind_only(set(state.bound))
        self.facts.gone = set(state.gone)
        self._dead = state.dead

    def _join(self, states: list[_State]) -> None:
        alive = [state for state in states if not state.dead] or states[:1]
        self._dead = all(state.dead for state in states)
        self._bind_only(set.intersection(*(state.bound for state in alive)))
        self.facts.gone = set.intersection(*(state.gone for state in alive))

    @property
    def _flows(self) -> bool:
        return self.scope is None

    def _if(self, node: ast.If) -> None:
        self.expr(node.test)
        if not self._flows:
            self.body(node.body)
            self.body(node.orelse)
            return
        before = self._save()
        self.body(node.body)
        then = self._save()
        self._restore(before)
        self.body(node.orelse)
        self._join([then, self._save()])

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expr(node.iter)
        self._loop(node, target=node.target, sources=self.sources(node.iter))

    def _while(self, node: ast.While) -> None:
        self.expr(node.test)
        self._loop(node, endless=isinstance(node.test, ast.Constant) and bool(node.test.value))

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        *,
        target: ast.expr | None = None,
        sources: tuple[Root, ...] = (),
        endless: bool = False,
    ) -> None:
        before = self._save() if self._flows else None
        self._breaks.append([])
        if target is not None:
            self.assign_to(target, None, sources)
        self.body(node.body)
        breaks = self._breaks.pop()
        if before is None:
            self.body(node.orelse)
        else:
            self._after_loop(before, breaks, node.orelse, endless)

    def _after_loop(
        self, before: _State, breaks: list[_State], orelse: list[ast.stmt], endless: bool
    ) -> None:
        end = self._save()
        if endless:
            # What stands below is reached by a break alone.
            self._join(breaks or [_State(end.bound, end.gone, True)])
            return
        self._join([before, end])
        self._dead = before.dead
        self.body(orelse)
        if breaks:
            self._join([self._save(), *breaks])

    def _break(self, _node: ast.Break) -> None:
        if self._breaks and self._flows:
            self._breaks[-1].append(self._save())
        self._dead = True

    def _raise(self, node: ast.Raise) -> None:
        self.expr(node.exc)
        self.expr(node.cause)
        self._dead = True

    def _continue(self, _node: ast.Continue) -> None:
        self._dead = True

    def _try(self, node: ast.Try) -> None:
        if not self._flows:
            self.body(node.body)
            for handler in node.handlers:
                self._handler(handler)
            self.body(node.orelse)
            self.body(node.finalbody)
            return
        before = self._save()
        self.body(node.body)
        tried = self._save()
        self.body(node.orelse)
        ends = [self._save()]
        # It may fail at once, or after what it deletes.
        kept = before.bound if tried.dead else before.bound & tried.bound
        failed = _State(kept, set(), False)
        for handler in node.handlers:
            self._restore(failed)
            self._handler(handler)
            ends.append(self._save())
        self._join(ends)
        if node.finalbody:
            after = self._save()
            self._restore(failed)
            self.body(node.finalbody)
            final = self._save()
            self._bind_only(
                (after.bound | (final.bound - failed.bound)) - (failed.bound - final.bound)
            )
            self.facts.gone = (after.gone - final.bound) | final.gone
            self._dead = after.dead or final.dead

    def _handler(self, handler: ast.ExceptHandler) -> None:
        self.expr(handler.type)
        if handler.name is None:
            self.body(handler.body)
            return
        known = handler.name in self.facts.binds
        self.store(handler.name, handler)
        self.body(handler.body)
        # Python unbinds the name at the end of the handler.
        if self.own_of_class is not None:
            self.own_of_class.discard(handler.name)
        elif self.scope is None:
            self.bound.discard(handler.name)
            if not known:
                self.facts.binds.pop(handler.name, None)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        before = None
        for item in node.items:
            if self._flows and _swallows(item.context_expr):
                before = self._save()
            value = item.context_expr
            if type(value) is ast.Call:
                call = self.call_of(value)
                if item.optional_vars is not None and self.own_of_class is None:
                    call.targets = tuple(target_names(item.optional_vars))
            else:
                self.expr(value)
            if item.optional_vars is not None:
                self.assign_to(item.optional_vars, None, self.roots(value))
        self.body(node.body)
        if before is not None:
            self._join([before, self._save()])

    def _match(self, node: ast.Match) -> None:
        self.expr(node.subject)
        roots = tuple(
            Root(root.name, min(root.strength, Strength.PART)) for root in self.roots(node.subject)
        )
        before = self._save()
        ends = []
        for case in node.cases:
            self._restore(before)
            self._pattern(case.pattern, roots)
            self.expr(case.guard)
            self.body(case.body)
            ends.append(self._save())
            if case.guard is None and _takes_all(case.pattern):
                break
        else:
            ends.append(before)
        if self._flows:
            self._join(ends)

    def _pattern(self, pattern: ast.pattern, roots: tuple[Root, ...]) -> None:
        for part in ast.iter_child_nodes(pattern):
            if isinstance(part, ast.pattern):
                self._pattern(part, roots)
            elif isinstance(part, ast.expr):
                self.expr(part)
        name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
        if name is not None:
            self.store(name, pattern)
            self.hold(name, roots)

    # ---- the rest ----

    def _expression(self, node: ast.Expr) -> None:
        value = node.value
        if type(value) is ast.Call:
            call = self.call_of(value)
            call.dropped = True
            if call.path == ("update",) and gives_names(value.func.value):  # type: ignore[attr-defined]
                self.facts.unknown.append(Unknown("globals().update(…)", node))
            if call.path == ("exec",) or (call.path == ("eval",) and not call.arguments):
                self._exec(value, call.path[0])
        else:
            self.expr(value)

    def _exec(self, node: ast.Call, name: str) -> None:
        """Walks code that is written as a text, or says that it may define anything."""
        text = node.args[0] if node.args else None
        if name == "eval":
            return
        if len(node.args) > 1 and not isinstance(node.args[1], ast.Call):
            return  # in a namespace of its own
        if (
            isinstance(text, ast.Constant)
            and isinstance(text.value, str)
            and len(node.args) == 1
            and self._flows
        ):
            try:
                tree = parse(text.value)
            except SyntaxError:
                return
            for part in ast.walk(tree):
                if isinstance(part, ast.expr | ast.stmt | ast.alias | ast.excepthandler):
                    ast.copy_location(part, node)
            self.body(tree.body)
        else:
            self.facts.unknown.append(Unknown(name, node))

    def _assert(self, node: ast.Assert) -> None:
        self.expr(node.test)
        self.expr(node.msg)

    def _pass(self, _node: ast.Pass) -> None:
        pass


def _add(whole: Function, method: Function) -> None:
    """Adds what a method does to what its class does."""
    whole.methods.add(method.name)
    if method.name == "__init__" and whole.is_class:
        whole.init = method
    for name, node in method.reads.items():
        whole.reads.setdefault(name, node)
    whole.binds.update(method.binds)
    whole.deletes.update(method.deletes)
    own = set(method.parameters)
    for name, change in method.changes.items():
        if name not in own:
            whole.change(name, change.certain, change.node)
    whole.calls += without(method.calls, own)
    whole.effects += method.effects


def _gives_function(node: ast.expr, functions: set[str]) -> bool:
    """Says whether a value is, or holds, a function that is defined beside it."""
    if isinstance(node, ast.Name):
        return node.id in functions
    if isinstance(node, ast.Lambda | ast.GeneratorExp):
        return True
    parts: list[ast.expr] = []
    if isinstance(node, ast.Tuple | ast.List):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.values
    elif isinstance(node, ast.Call):
        # `partial(inner)`; what is given to a key function is called at once.
        parts = [part for part in node.args if isinstance(part, ast.Name)]
    return any(_gives_function(part, functions) for part in parts)


def _state_of(target: ast.expr) -> str:
    """Gives the state that is set by ``os.environ["X"] = …`` or ``pd.options.mode.copy = …``."""
    node = target
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return _STATES.get((node.value.id, node.attr), "")
    return ""


_KEPT = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)
"""Defaults that a function makes once, and may change."""

_STATES = {
    ("os", "environ"): "environment",
    ("pd", "options"): "display",
    ("pandas", "options"): "display",
    ("plt", "rcParams"): "pictures",
    ("mpl", "rcParams"): "pictures",
    ("matplotlib", "rcParams"): "pictures",
    ("sys", "path"): "modules",
}


def _swallows(node: ast.expr) -> bool:
    """Says whether what stands below a ``with`` may be left by an error, and all goes on."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"suppress", "raises", "assertRaises"}


def _takes_all(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _takes_all(pattern.pattern)
    return isinstance(pattern, ast.MatchOr) and any(_takes_all(part) for part in pattern.patterns)


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.AnnAssign: _Walker._annotated,
    ast.Assert: _Walker._assert,
    ast.Assign: _Walker._assign,
    ast.AsyncFor: _Walker._for,
    ast.AsyncFunctionDef: _Walker._define,
    ast.AsyncWith: _Walker._with,
    ast.AugAssign: _Walker._augmented,
    ast.Break: _Walker._break,
    ast.ClassDef: _Walker._class,
    ast.Continue: _Walker._continue,
    ast.Delete: _Walker._delete,
    ast.Expr: _Walker._expression,
    ast.For: _Walker._for,
    ast.FunctionDef: _Walker._define,
    ast.Global: _Walker._global,
    ast.If: _Walker._if,
    ast.Import: _Walker._import,
    ast.ImportFrom: _Walker._import_from,
    ast.Match: _Walker._match,
    ast.Nonlocal: _Walker._nonlocal,
    ast.Pass: _Walker._pass,
    ast.Raise: _Walker._raise,
    ast.Return: _Walker._return,
    ast.Try: _Walker._try,
    ast.TryStar: _Walker._try,
    ast.While: _Walker._while,
    ast.With: _Walker._with,
}
if hasattr(ast, "TypeAlias"):  # Python 3.12
    _STATEMENTS[ast.TypeAlias] = _Walker._type_alias
