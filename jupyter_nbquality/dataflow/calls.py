"""What the calls of a statement change, by the tables of `libraries`."""

import ast
import posixpath
from collections.abc import Callable, Mapping

from jupyter_nbquality.dataflow.arrays import dotted_name
from jupyter_nbquality.dataflow.facts import (
    FILE,
    GIVEN_NAMES,
    Alias,
    Argument,
    Call,
    Effect,
    Facts,
    Function,
    Mutation,
    Root,
    Strength,
)
from jupyter_nbquality.dataflow.libraries import Behaviour, Libraries, full_name
from jupyter_nbquality.dataflow.paths import PathOf, path_in

CALLING = frozenset({"map", "filter", "partial", "reduce", "starmap"})
"""Functions that call what they are given first, or make something that does."""

PATH, ARRAY, DRAWS = "=", "~", "?"
"""How the names begin, among imports, that hold paths of files, arrays, and what surely draws."""


class Interpreter:
    """Says what calls change.

    Args:
        libraries: The tables.
        imports: The modules and objects that the notebook imports, by the names they have there;
            methods of its own classes, with a dot before; paths of files, with `PATH` before; names
            that hold arrays, with `ARRAY` before; and what surely draws, with `DRAWS` before.
    """

    def __init__(self, libraries: Libraries, imports: Mapping[str, str]) -> None:
        self._libraries = libraries
        self._imports = imports

    def complete(self, facts: Facts) -> None:
        """Adds to the facts of a statement what its calls do.

        The calls that are left are those of functions that may stand in the notebook.
        """
        imports = self._imports
        known, facts.calls = self._sorted(facts.calls)
        path_of = self._paths(lambda name: name in facts.uses or name in facts.touched)
        for call, behaviour in known:
            if (
                behaviour is None
                or not behaviour.harmless
                or call.node.keywords
                or any(type(argument.node) is ast.Attribute for argument in call.arguments)
            ):
                for root, certain in self._changed(call, behaviour):
                    facts.mutate(root.name, certain, call.node)
            files: list[tuple[str, str]] = []
            if behaviour is not None and behaviour.acts:
                files = _files(call, behaviour, path_of)
                facts.effects += self._effects(call, behaviour, files)
                if "figure" in behaviour.writes_state and gives_figure(call.path):
                    facts.figures += call.targets
            if call.targets:
                facts.aliases += held(call, behaviour, files)
            if behaviour is not None and behaviour.keeps:
                facts.aliases += [
                    Alias(keeper.name, root.name, Strength.PART, kept=True)
                    for keeper in call.receiver
                    for argument in call.arguments
                    for root in argument.roots
                    if root.strength == Strength.SAME and root.name != keeper.name
                ]
            if behaviour is None and call.dotted and call.path and call.path[0] in imports:
                # Libraries that draw use NumPy's generator, and do not say so.
                facts.effects.append(Effect("may-draw", "random numpy", call.node))
        self._change_modules(facts)
        if facts.aliases:
            # What is taken from a module is no part of it that anybody changes.
            facts.aliases = [
                told
                for alias in facts.aliases
                if alias.source not in imports and (told := self._told(alias, facts)) is not None
            ]
        for function in facts.functions.values():
            self.complete_function(function)

    def _change_modules(self, facts: Facts) -> None:
        """Adds other names for modules, or for what of them is changed: ``pd.DataFrame.a = 1``."""
        imports = self._imports
        for name in [name for name in facts.mutates if name in imports]:
            node = facts.mutates[name].node
            stored = full_name(dotted_name(node), imports) if isinstance(node, ast.expr) else None
            for other, module in imports.items():
                if (
                    other != name
                    and other.isidentifier()
                    and module
                    and (module == imports[name] or (stored and stored.startswith(f"{module}.")))
                ):
                    facts.mutate(other, False, node)

    def complete_function(self, function: Function) -> None:
        """Adds to the summary of a function what its calls do."""
        known, function.calls = self._sorted(function.calls)
        # A name of its own may be the same.
        path_of = self._paths(lambda name: name in function.reads)
        for call, behaviour in known:
            for root, certain in self._changed(call, behaviour):
                function.change(root.name, certain, call.node)
            if behaviour is not None and behaviour.acts:
                files = _files(call, behaviour, path_of)
                function.effects += self._effects(call, behaviour, files)
        if function.init is not None:
            self.complete_function(function.init)

    def _effects(
        self, call: Call, behaviour: Behaviour, files: list[tuple[str, str]]
    ) -> list[Effect]:
        draws = bool(behaviour.may_draw) and (
            any(DRAWS + root.name in self._imports for root in call.receiver)
            or (
                isinstance(call.node.func, ast.Attribute)
                and surely_draws(call.node.func.value, self._libraries, self._imports)
            )
        )
        return effects(call, behaviour, files, draws=draws)

    def _told(self, alias: Alias, facts: Facts) -> Alias | None:
        """Says what a view of an array is, and what it is of something else."""
        if alias.strength != Strength.VIEW:
            return alias
        of_itself = alias.target == alias.source
        if ARRAY + alias.source not in self._imports:
            return None if of_itself else alias._replace(strength=Strength.PART)
        if of_itself and alias.source in facts.binds:
            facts.mutate(alias.source, True, facts.binds[alias.source])
        return alias._replace(strength=Strength.SAME)

    def _paths(self, is_read: Callable[[str], bool]) -> PathOf:
        imports = self._imports
        return lambda name: imports.get(PATH + name, "") if is_read(name) else ""

    def _sorted(self, calls: list[Call]) -> tuple[list[tuple[Call, Behaviour | None]], list[Call]]:
        """Parts calls into those of libraries, with what they do, and those that may be ours."""
        known: list[tuple[Call, Behaviour | None]] = []
        left: list[Call] = []
        for call in calls:
            behaviour = self._behaviour(call)
            if behaviour is None and self._may_be_ours(call):
                left.append(call)
            else:
                known.append((call, behaviour))
        return known, left

    def _changed(self, call: Call, behaviour: Behaviour | None) -> list[tuple[Root, bool]]:
        # Hardly any function changes the module it is called on.
        found = changed(call, behaviour)
        for argument in call.arguments:
            if type(argument.node) is ast.Attribute and self._may_call(call, argument):
                found += [(root, False) for root in argument.roots]
        return [
            (root, certain) for root, certain in found if certain or root.name not in self._imports
        ]

    def _may_call(self, call: Call, argument: Argument) -> bool:
        """Tells whether an argument may be a method that is called, and changes its object."""
        method: ast.Attribute = argument.node  # type: ignore[assignment]
        known = None
        if f".{method.attr}" not in self._imports:
            receivers = (method.value.id,) if isinstance(method.value, ast.Name) else ()
            known = self._libraries.method(method.attr, receivers)
        if known is None:
            return argument.key == 0 and bool(call.path) and call.path[-1] in CALLING
        return known.receiver or known.receiver_may

    def full_name(self, call: Call) -> str | None:
        """Gives the full name of a function of a library; ``None`` where it is none."""
        return full_name(call.path, self._imports) if call.dotted else None

    def _may_be_ours(self, call: Call) -> bool:
        return call.dotted and len(call.path) == 1 and call.path[0] not in self._imports

    def _behaviour(self, call: Call) -> Behaviour | None:
        name = self.full_name(call)
        if name is not None:
            known = self._libraries.function(name)
            if known is not None:
                return known
            last = call.path[-1]
            if last[:1].isupper():
                return _CONSTRUCTOR
        if call.receiver or len(call.path) > 1 or not call.dotted:
            if not call.path:
                return None
            if f".{call.path[-1]}" in self._imports:
                # A class of the notebook has such a method: it may be that one.
                return None
            return self._libraries.method(call.path[-1], receivers_of(call))
        return None


_CONSTRUCTOR = Behaviour()
_CONSTRUCTOR.known = True


def gives_figure(path: tuple[str, ...]) -> bool:
    """Tells by its name whether what draws gives the current figure, or its axes."""
    return bool(path) and (path[-1] in _FIGURES or path[-1].endswith("plot"))


_FIGURES = frozenset(
    {"axes", "figure", "gca", "gcf", "heatmap", "subplot2grid", "subplot_mosaic", "subplots"}
    | {"twinx", "twiny"}
)


def changes_itself(call: Call) -> bool:
    """Tells whether a call of what nobody knows may change what is called: it may keep a state.

    Classes make something new.
    """
    path = call.path
    return (
        len(path) == 1 and call.dotted and not path[0][0].isupper() and path[0] not in GIVEN_NAMES
    )


def changed(call: Call, behaviour: Behaviour | None) -> list[tuple[Root, bool]]:
    """Gives the names whose objects a call changes, and whether it surely does."""
    found: list[tuple[Root, bool]] = []
    if behaviour is None:
        # Nobody knows what it does: it may change all it is given.
        found += [(root, False) for root in call.receiver]
        found += [(root, False) for argument in call.arguments for root in argument.roots]
        return found
    in_place = _keyword(call.node, "inplace")
    if isinstance(in_place, ast.Constant):
        sure = in_place.value is True
        may = False
    else:
        sure = behaviour.receiver or (behaviour.receiver_if_dropped and call.dropped)
        may = behaviour.receiver_may or in_place is not None
    if sure or may:
        found += [(root, sure and root.strength >= Strength.PART) for root in call.receiver]
    if not behaviour.known:
        found += [(root, False) for argument in call.arguments for root in argument.roots]
    for argument in call.arguments:
        if (
            argument.key in behaviour.changes
            or argument.key == "out"  # what is given so is written to, in NumPy and its like
            or (call.dropped and argument.key in behaviour.if_dropped)
        ):
            found += [(root, root.strength >= Strength.PART) for root in argument.roots]
        elif argument.key in behaviour.may_change or argument.key in behaviour.if_dropped:
            found += [(root, False) for root in argument.roots]
    return found


def held(
    call: Call, behaviour: Behaviour | None, files: list[tuple[str, str]] | None = None
) -> list[Alias]:
    """Gives what the result of a call may hold, under the names it is bound to.

    Args:
        call: The call.
        behaviour: What is known of it.
        files: What it does with files, by kinds of effects, and their paths.
    """
    if not call.targets or (behaviour is not None and behaviour.fresh):
        return []
    views = behaviour.views if behaviour is not None else ()
    roots: list[Root] = []
    if behaviour is not None and behaviour.returns_self:
        roots += call.receiver
    else:
        roots += (Root(root.name, Strength.MADE) for root in call.receiver)
        for argument in call.arguments:
            roots += (
                root if argument.key in views else Root(root.name, Strength.MADE)
                for root in argument.roots
            )
    found = [Alias(target, root.name, root.strength) for target in call.targets for root in roots]
    # What is written through it later is written to the file.
    found += [
        Alias(target, FILE + posixpath.normpath(path), Strength.SAME)
        for kind, path in files or ()
        if kind == "writes-file" and path
        for target in call.targets
    ]
    # Several results of one call may belong together, as a figure and its axes do.
    first, *others = call.targets
    found += [Alias(first, other, Strength.MADE) for other in others if other != first]
    return found


def receivers_of(call: Call) -> tuple[str, ...]:
    """Gives what the object of a method is called: its name, or its last attribute."""
    value = call.node.func
    if isinstance(value, ast.Attribute):
        value = value.value
    while isinstance(value, ast.Subscript | ast.Call):
        value = value.func if isinstance(value, ast.Call) else value.value
        if isinstance(value, ast.Attribute) and not isinstance(value.value, ast.Name):
            break
    if isinstance(value, ast.Attribute):
        return (value.attr,)
    return (value.id,) if isinstance(value, ast.Name) else ()


_PIPELINES = frozenset({"Pipeline", "make_pipeline"})


def may_draw_later(node: ast.expr) -> bool:
    """Says whether an expression has the form of one that `surely_draws` knows."""
    if type(node) is not ast.Call:
        return False
    function = node.func
    if type(function) is ast.Name:
        name = function.id
    elif type(function) is ast.Attribute:
        name = function.attr
    else:
        return False
    return name[0].isupper() or name in _PIPELINES


def surely_draws(node: ast.expr, libraries: Libraries, imports: Mapping[str, str]) -> bool:
    """Says whether an expression makes what draws in each method that may: a random forest."""
    if not isinstance(node, ast.Call):
        return False
    path = dotted_name(node.func)
    if path and path[-1] in _PIPELINES:
        return any(
            surely_draws(part, libraries, imports)
            for part in ast.walk(node)
            if part is not node and isinstance(part, ast.Call)
        )
    name = full_name(path, imports)
    behaviour = libraries.function(name) if name is not None else None
    if behaviour is None or not behaviour.draws_later:
        return False
    seeds = [_keyword(node, keyword) for keyword in behaviour.unless]
    return all(
        seed is None or (isinstance(seed, ast.Constant) and seed.value is None) for seed in seeds
    )


def effects(
    call: Call, behaviour: Behaviour, files: list[tuple[str, str]], *, draws: bool = False
) -> list[Effect]:
    """Gives what a call does to the world; what it does with files is known.

    Args:
        call: The call.
        behaviour: What is known of it.
        files: What it does with files, by kinds of effects, and their paths.
        draws: Whether it surely draws where it may.
    """
    node = call.node
    found = [Effect(kind, "", node) for kind in behaviour.effects]
    found += [Effect(kind, path, node) for kind, path in files]
    if not any(_keyword(node, name) is not None for name in behaviour.unless):
        found += [Effect("reads-state", state, node) for state in behaviour.reads_state]
        found += [Effect("writes-state", state, node) for state in behaviour.writes_state]
        found += [Effect("sets-state", state, node) for state in behaviour.sets_state]
        for state in behaviour.may_draw:
            if draws:
                found += [Effect("reads-state", state, node), Effect("writes-state", state, node)]
            else:
                found.append(Effect("may-draw", state, node))
    return found


def _files(call: Call, behaviour: Behaviour, path_of: PathOf) -> list[tuple[str, str]]:
    """Gives what a call does with files, by kinds of effects, with the paths."""
    node = call.node
    reads, writes = behaviour.reads_file, behaviour.writes_file
    if behaviour.mode is not None:
        mode = _given(node, behaviour.mode)
        if mode is None or (isinstance(mode, ast.Constant) and str(mode.value).startswith("r")):
            if mode is None or "+" not in str(getattr(mode, "value", "")):
                writes = None
        elif isinstance(mode, ast.Constant) and str(mode.value)[:1] in {"w", "x"}:
            reads = None
    return [
        (kind, path)
        for kind, places in (
            ("reads-file", reads),
            ("writes-file", writes),
            ("makes-folder", behaviour.makes_folder),
        )
        if places is not None
        for path in _paths(node, places, path_of)
    ]


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return None


def _given(node: ast.Call, places: tuple[int | str, ...]) -> ast.expr | None:
    for place in places:
        if isinstance(place, int):
            if place < len(node.args):
                return node.args[place]
        else:
            value = _keyword(node, place)
            if value is not None:
                return value
    return None


def _paths(node: ast.Call, places: tuple[int | str, ...], path_of: PathOf) -> list[str]:
    """Gives the literal path; empty where it is not known, none where none is given."""
    if "receiver" in places:
        value: ast.expr | None = node.func.value if isinstance(node.func, ast.Attribute) else None
    else:
        value = _given(node, places)
    if value is None or (isinstance(value, ast.Constant) and not isinstance(value.value, str)):
        return []
    path = path_in(value, path_of)
    return [] if path == ":memory:" else [path]  # SQLite's and DuckDB's own


def by_parameter(call: Call, function: Function) -> dict[str, tuple[Root, ...]]:
    """Gives whose objects a call hands over, by the parameters of the function it calls."""
    given: dict[str, tuple[Root, ...]] = {}
    parameters = function.parameters
    places = function.places
    for argument in call.arguments:
        key, roots = argument.key, argument.roots
        if isinstance(key, int) and key < places:
            names = [parameters[key]]
        elif isinstance(key, str) and key in parameters:
            names = [key]
        elif isinstance(key, int):
            names = [function.rest] if function.rest else []
            roots = tuple(Root(root.name, min(root.strength, Strength.PART)) for root in roots)
        elif key is not None:
            names = [function.keywords] if function.keywords else []
            roots = tuple(Root(root.name, min(root.strength, Strength.PART)) for root in roots)
        else:
            names = parameters
            roots = tuple(Root(root.name, Strength.MADE) for root in roots)
        for name in names:
            given[name] = tuple(dict.fromkeys((*given.get(name, ()), *roots)))
    if function.defaults:
        keywords = {keyword.arg for keyword in call.node.keywords}
        for name, roots in function.defaults.items():
            place = parameters.index(name)
            if name not in given and name not in keywords and place >= len(call.node.args):
                given[name] = roots
    return given


def passed_on(function: Function, given: Mapping[str, tuple[Root, ...]]) -> list[Call]:
    """Gives the calls that a function makes when it is called, as if they stood at the call.

    Those that are given no object of the notebook are left out: they do what what they call does,
    and that is told of whoever reads its name.

    Args:
        function: What is called.
        given: What it is given, by its parameters; empty where the call is not seen.
    """
    if not function.calls:
        return []
    parameters = set(function.parameters)

    def outside(roots: tuple[Root, ...]) -> tuple[Root, ...]:
        found: list[Root] = []
        for root in roots:
            if root.name in parameters:
                found += [
                    Root(held.name, min(root.strength, held.strength))
                    for held in given.get(root.name, ())
                ]
            else:
                found.append(root)
        # Each once: a function that calls itself with lists of what it is given doubles them.
        return tuple(dict.fromkeys(found))

    found = []
    for inner in function.calls:
        receiver = outside(inner.receiver) if inner.receiver else ()
        arguments = [
            Argument(argument.key, roots, argument.node)
            for argument in inner.arguments
            if (roots := outside(argument.roots))
        ]
        if receiver or arguments:
            made = Call(inner.node, inner.path, inner.dotted, receiver, arguments)
            made.dropped = inner.dropped
            found.append(made)
    return found


__all__ = ["Interpreter", "Mutation", "by_parameter", "changed", "effects", "held"]
