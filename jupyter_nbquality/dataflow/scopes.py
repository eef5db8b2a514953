"""The scope of a function while it is walked through."""

import ast

from jupyter_nbquality.dataflow.facts import Argument, Call, Function, Root, Strength


class Scope:
    """What is seen of a function until its end, where it is known which names are its own.

    Attributes:
        parameters: Their names, in order.
        stores: Names it binds.
        outer: Names it declares ``global``.
        nonlocals: Names it declares ``nonlocal``.
        binds: Names of the notebook that functions within it bind.
        loads: Names it reads, each time.
        beyond: What functions within do with names that they declare ``global``.
        past: Names that functions within read, of which its own are none.
        aliases: Names of its own that hold the object of others.
        changes: The names whose objects it changes, how surely, and where.
        functions: The functions and classes it defines.
        lingers: Whether what it gives runs its code later.
    """

    __slots__ = (
        "aliases",
        "arguments",
        "beyond",
        "binds",
        "calls",
        "changes",
        "deletes",
        "functions",
        "lingers",
        "loads",
        "node",
        "nonlocals",
        "outer",
        "parameters",
        "past",
        "returns",
        "stores",
    )

    def __init__(self, node: ast.AST, arguments: ast.arguments | None) -> None:
        self.node = node
        self.arguments = arguments
        self.parameters = parameter_names(arguments) if arguments is not None else []
        self.stores: dict[str, ast.AST] = {}
        self.binds: dict[str, ast.AST] = {}
        self.deletes: dict[str, ast.AST] = {}
        self.beyond = Function("", [])
        self.past: dict[str, ast.AST] = {}
        self.outer: set[str] = set()
        self.nonlocals: set[str] = set()
        self.loads: list[tuple[str, ast.AST]] = []
        self.aliases: dict[str, tuple[Root, ...]] = {}
        self.changes: list[tuple[Root, bool, ast.AST]] = []
        self.calls: list[Call] = []
        self.returns: list[Root] = []
        self.functions: set[str] = set()
        self.lingers = isinstance(node, ast.AsyncFunctionDef)

    def resolve(self, name: str, strength: Strength) -> tuple[Root, ...]:
        """Gives a name with those whose object it holds as well."""
        held = self.aliases.get(name)
        own = Root(name, strength)
        if held is None:
            return (own,)
        return (own, *(Root(root.name, min(root.strength, strength)) for root in held))

    def _weaken(self, names: set[str]) -> None:
        """Notes that parameters were bound anew: they may still hold what was given, or not."""
        for call in self.calls:
            call.receiver = _weaker(call.receiver, names)
            call.arguments = [
                Argument(argument.key, _weaker(argument.roots, names), argument.node)
                for argument in call.arguments
            ]

    def take_in(self, inner: Function) -> None:
        """Notes what a function within does, as if it ran as soon as this one does."""
        beyond = inner.beyond
        in_class = isinstance(self.node, ast.ClassDef)
        for name, node in inner.reads.items():
            if in_class or name in beyond:
                self.past.setdefault(name, node)
            else:
                self.loads.append((name, node))
        self.binds.update(inner.binds)
        self.beyond.beyond |= beyond
        self.beyond.deletes.update(inner.deletes)
        for name, change in inner.changes.items():
            if name in beyond:
                self.beyond.change(name, change.certain, change.node)
            elif name not in inner.parameters:
                self.changes.append((Root(name, Strength.SAME), change.certain, change.node))
        self.calls += without(inner.calls, set(inner.parameters))
        if beyond:
            known = {root.name for call in inner.calls for root in roots_of(call)}
            self.beyond.calls += without(inner.calls, known - beyond)

    def finish(self, name: str) -> Function:
        """Makes the summary of the function: only names from around it and its parameters."""
        function = Function(name, self.parameters)
        taken = self.arguments
        if taken is not None:
            function.places = len(taken.posonlyargs) + len(taken.args)
            function.rest = taken.vararg.arg if taken.vararg is not None else ""
            function.keywords = taken.kwarg.arg if taken.kwarg is not None else ""
        parameters = set(self.parameters)
        own = (self.stores.keys() | parameters) - self.outer - self.nonlocals
        for read, node in self.loads:
            if read not in own and read not in function.reads:
                function.reads[read] = node
        for read, node in self.past.items():
            function.reads.setdefault(read, node)
        function.beyond = self.outer | self.beyond.beyond
        function.deletes.update(self.beyond.deletes)
        function.changes.update(self.beyond.changes)
        function.binds.update(self.binds)
        for bound in self.outer:
            deleted = self.deletes.get(bound)
            if bound in self.stores and self.stores[bound] is not deleted:
                function.binds[bound] = self.stores[bound]
            if deleted is not None:
                function.reads.setdefault(bound, deleted)
                function.deletes[bound] = deleted
        inner = own - parameters
        rebound = parameters & self.stores.keys()
        if rebound:
            self._weaken(rebound)
        for root, certain, node in self.changes:
            if root.name not in inner:
                sure = certain and (root.name not in parameters or root.name not in self.stores)
                function.change(root.name, sure, node)
        for call in self.calls:
            if call.path and call.path[0] in own and call.dotted:
                call.dotted = False
                call.path = call.path[1:]
            call.receiver = tuple(root for root in call.receiver if root.name not in inner)
            call.arguments = [
                Argument(
                    argument.key,
                    tuple(root for root in argument.roots if root.name not in inner),
                    argument.node,
                )
                for argument in call.arguments
            ]
            call.targets = ()
            function.calls.append(call)
        function.lingers = self.lingers
        function.calls += self.beyond.calls
        function.returns = {root for root in self.returns if root.name not in inner}
        return function


def _weaker(roots: tuple[Root, ...], names: set[str]) -> tuple[Root, ...]:
    return tuple(Root(root.name, Strength.MADE) if root.name in names else root for root in roots)


def roots_of(call: Call) -> list[Root]:
    """Gives the names whose objects a call is given, that of the method included."""
    return [*call.receiver, *(root for argument in call.arguments for root in argument.roots)]


def without(calls: list[Call], names: set[str]) -> list[Call]:
    """Gives calls as they are where some names mean nothing."""

    def left(roots: tuple[Root, ...]) -> tuple[Root, ...]:
        return tuple(root for root in roots if root.name not in names)

    found = []
    for call in calls:
        if names and any(root.name in names for root in roots_of(call)):
            arguments = [
                Argument(argument.key, left(argument.roots), argument.node)
                for argument in call.arguments
            ]
            made = Call(call.node, call.path, call.dotted, left(call.receiver), arguments)
            made.targets, made.dropped = call.targets, call.dropped
            found.append(made)
        else:
            found.append(call)
    return found


def parameter_names(arguments: ast.arguments) -> list[str]:
    """Gives the names of the parameters: by place first, then keywords, then the starred ones."""
    names = [argument.arg for argument in arguments.posonlyargs]
    names += [argument.arg for argument in arguments.args]
    names += [argument.arg for argument in arguments.kwonlyargs]
    names += [starred.arg for starred in (arguments.vararg, arguments.kwarg) if starred is not None]
    return names
