"""One cell: its statements and magics, and what they do together."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from jupyter_nbquality.dataflow.calls import (
    ARRAY,
    PATH,
    Interpreter,
    by_parameter,
    changed,
    changes_itself,
    held,
    passed_on,
)
from jupyter_nbquality.dataflow.expressions import Occurrence
from jupyter_nbquality.dataflow.facts import (
    Alias,
    Call,
    Facts,
    Function,
    Mutation,
    Strength,
    Unknown,
)
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.dataflow.magics import magic_facts
from jupyter_nbquality.dataflow.paths import names_in
from jupyter_nbquality.dataflow.scopes import roots_of
from jupyter_nbquality.dataflow.walker import Walked, walk
from jupyter_nbquality.ipython import MaskedSource, mask, parse

State = Literal["known", "broken", "foreign", "too deep"]

Parsed = tuple[MaskedSource, ast.Module | None]
"""A cell that was masked and parsed already; no tree where it does not parse."""


_NOT_YET = Facts(1, 1)
"""Stands for the facts of a cell until they are complete."""


class CellFacts:
    """What is known of a cell.

    Attributes:
        source: The person's text.
        masked: The text that was parsed.
        state: ``known``; ``broken`` where it does not parse; ``foreign`` where it is no Python;
            ``too deep`` where it is nested too deeply. Names are known in the first only.
        tree: Its syntax tree, where there is one.
        statements: The facts of each top-level statement, magics among them, in order.
        facts: Of the whole cell.
        imports: What it imports, by the names it is bound to.
        paths: What names are bound to that may be paths of files.
        arrays: What names are bound to that may be arrays.
        kept_kinds: How often names are bound to what is of the kind that they held.
        viewed: Names of which parts are taken that are views where they are arrays.
        occurrences: Every place of a name of the notebook.
    """

    __slots__ = (
        "_asked",
        "_given",
        "_imports",
        "_stores",
        "arrays",
        "facts",
        "imports",
        "kept_kinds",
        "masked",
        "occurrences",
        "paths",
        "source",
        "state",
        "statements",
        "tree",
        "viewed",
    )

    def __init__(self, source: str, parsed: Parsed | None = None) -> None:
        self.source = source
        self.masked, self.tree = parsed if parsed is not None else (mask(source), None)
        self.state: State = "known"
        self.statements: list[Facts] = []
        self.occurrences: list[Occurrence] = []
        # What the notebook imported when its calls were interpreted.
        self._imports: Mapping[str, str] | None = None
        if not self.masked.is_python:
            self.state = "foreign"
        elif parsed is not None:
            self.state = "known" if self.tree is not None else "broken"
        else:
            try:
                self.tree = parse(self.masked)
            except SyntaxError:
                self.state = "broken"
        self._walk()
        self.facts = _NOT_YET

    def complete(self, libraries: Libraries, imports: Mapping[str, str]) -> bool:
        """Interprets its calls, in view of what the notebook imports.

        Returns:
            Whether anything is new since the last time.
        """
        before, self._imports = self._imports, imports
        if before is not None:
            if before == imports or (
                not self._stores.intersection(imports)
                and all(before.get(name) == imports.get(name) for name in self._looked_up())
            ):
                return False
            self._walk()
        interpreter = Interpreter(libraries, imports)
        for statement in self.statements:
            interpreter.complete(statement)
        self.facts = fold(self.statements)
        return True

    def _walk(self) -> None:
        walked = Walked([], [])
        if self.tree is not None:
            try:
                walked = walk(self.tree)
            except RecursionError:
                self.state = "too deep"
        if self.masked.scoped:
            walked.statements = [_without_bindings(facts) for facts in walked.statements]
        self.occurrences = walked.occurrences
        if self.masked.magics:
            self.statements = magic_facts(self.masked, walked)
        else:
            self.statements = walked.statements
        self.imports: dict[str, str] = {}
        self.paths: dict[str, ast.expr] = {}
        self.arrays: dict[str, ast.expr] = {}
        self.kept_kinds: list[str] = []
        self.viewed: set[str] = set()
        # What it stores in may be a module, which may have other names.
        self._stores: set[str] = set()
        # Interpreting takes the calls away.
        self._given: list[tuple[list[Alias], list[Call]]] = []
        for statement in self.statements:
            aliases = statement.aliases
            self._stores.update(statement.mutates)
            self._given.append((aliases, statement.calls))
            self.imports.update(statement.imports)
            self.paths.update(statement.paths)
            self.arrays.update(statement.arrays)
            self.kept_kinds += statement.kept_kinds
            if aliases:
                self.viewed.update(
                    alias.source for alias in aliases if alias.strength == Strength.VIEW
                )
            for function in statement.functions.values():
                self._given.append(([], function.calls))
                self.imports.update((f".{method}", function.name) for method in function.methods)
        self._asked: set[str] | None = None

    def _looked_up(self) -> set[str]:
        """Gives the names that it looks up among what the notebook imports."""
        if self._asked is None:
            asked: set[str] = set()
            for aliases, calls in self._given:
                asked.update(alias.source for alias in aliases)
                for call in calls:
                    if call.path:
                        asked.add(f".{call.path[-1]}")
                        if call.dotted:
                            asked.add(call.path[0])
                    asked.update(root.name for root in roots_of(call))
                    asked.update(PATH + name for name in _names_of_paths(call.node))
            asked.update(ARRAY + name for name in self.viewed)
            self._asked = asked
        return self._asked


def _names_of_paths(node: ast.Call) -> Iterator[str]:
    for given in (*node.args, *(keyword.value for keyword in node.keywords)):
        yield from names_in(given)
    if isinstance(node.func, ast.Attribute):
        yield from names_in(node.func.value)


def _without_bindings(facts: Facts) -> Facts:
    """Leaves out what a statement binds, where that is in a function (``%%timeit``)."""
    facts.binds, facts.definite, facts.functions, facts.imports = {}, set(), {}, {}
    facts.paths, facts.arrays, facts.kept_kinds = {}, {}, []
    return facts


def fold(statements: list[Facts]) -> Facts:
    """Puts the statements of a cell together.

    Args:
        statements: Their facts, calls interpreted.

    Returns:
        The facts of the cell: what it reads that is not surely bound in it before, and so on. What
        its own functions do is part of it where they are used.
    """
    if len(statements) == 1 and not statements[0].functions:
        return statements[0]
    if not statements:
        return Facts(1, 1)
    whole = Facts(statements[0].first, statements[-1].last)
    folding = _Folding(whole)
    for statement in statements:
        folding.add(statement)
    whole.displays = statements[-1].displays
    return whole


class _Folding:
    """A cell while its statements are put together."""

    def __init__(self, whole: Facts) -> None:
        self._whole = whole
        self._held: dict[str, set[tuple[str, Strength]]] = {}
        self._carried = 0

    def add(self, facts: Facts) -> None:
        whole = self._whole
        definite, functions = whole.definite, whole.functions
        if functions or facts.functions:
            facts = self._with_own_functions(facts)
        uses = whole.uses
        for name, node in facts.uses.items():
            if name in definite:
                whole.touched.setdefault(name, node)
            elif name not in uses:
                uses[name] = node
        for whole_names, names in (
            (whole.touched, facts.touched),
            (whole.later, facts.later),
            (whole.deletes, facts.deletes),
        ):
            for name, node in names.items():
                whole_names.setdefault(name, node)
        for whole_names, names in ((whole.guesses, facts.guesses), (whole.waiting, facts.waiting)):
            for name, node in names.items():
                if name not in definite:
                    whole_names.setdefault(name, node)
        for name, mutation in facts.mutates.items():
            self._mutate(name, mutation)
        gone = facts.gone
        if gone:
            definite -= gone
            whole.gone |= gone
        aliases = facts.aliases
        if aliases and self._held and len(whole.aliases) < _MOST_ALIASES:
            aliases = aliases + [
                Alias(alias.target, other, min(alias.strength, strength))
                for alias in aliases
                for other, strength in self._held.get(alias.source, ())
                if other != alias.target and max(alias.strength, strength) == Strength.SAME
            ]
        if facts.binds:
            self._bind(facts)
        if aliases:
            self._hold(aliases)
        for call in facts.calls:
            name = call.path[0]
            if name in definite and name not in facts.definite and name not in functions:
                # Bound here, to nobody knows what.
                for root, certain in changed(call, None):
                    self._mutate(root.name, Mutation(certain, call.node))
                if changes_itself(call):
                    self._mutate(name, Mutation(False, call.node))
                self._hold(held(call, None))
            else:
                whole.calls.append(call)
                # It may be a function of another cell, which gives back what it is given.
                for alias in held(call, None):
                    self._note_held(alias)
        whole.effects += facts.effects
        whole.unknown += facts.unknown
        whole.figures += facts.figures

    def _bind(self, facts: Facts) -> None:
        """Takes what a statement binds."""
        whole = self._whole
        definite = facts.definite
        for name, node in facts.binds.items():
            whole.binds.setdefault(name, node)
            if name not in facts.gone:
                whole.gone.discard(name)
            if name in definite:
                self._let_go(name)
                whole.functions.pop(name, None)
        whole.definite |= definite
        whole.gone -= definite
        whole.functions.update(facts.functions)
        whole.imports.update(facts.imports)

    def _hold(self, aliases: list[Alias]) -> None:
        self._whole.aliases += aliases
        for alias in aliases:
            self._note_held(alias)

    def _let_go(self, name: str) -> None:
        for other, strength in self._held.pop(name, ()):
            if other != name and other in self._held:
                self._held[other].discard((name, strength))

    def _note_held(self, alias: Alias) -> None:
        if not alias.one_way:
            self._held.setdefault(alias.target, set()).add((alias.source, alias.strength))
        self._held.setdefault(alias.source, set()).add((alias.target, alias.strength))

    def _mutate(self, name: str, mutation: Mutation) -> None:
        whole = self._whole
        seen = {name}
        todo = [(name, mutation.certain)]
        while todo:
            changed, certain = todo.pop()
            if changed not in whole.definite:
                whole.mutate(changed, certain, mutation.node)
            for other, strength in sorted(self._held.get(changed, ()), key=_weakness):
                if other not in seen:
                    seen.add(other)
                    todo.append((other, certain and strength == Strength.SAME))

    def _with_own_functions(self, facts: Facts) -> Facts:
        """Adds to a statement what the cell's own functions do that it uses."""
        functions = {**self._whole.functions, **facts.functions}
        used = [name for name in (*facts.uses, *facts.touched, *facts.waiting) if name in functions]
        if not used:
            return facts
        mine = copy_of(facts)
        seen: set[str] = set()
        while used and self._carried < _MOST_CARRIED:
            name = used.pop()
            if name in seen:
                continue
            seen.add(name)
            self._carried += 1
            function = functions[name]
            carry(mine, function, facts.touched.get(name) or facts.uses.get(name))
            used += [read for read in function.reads if read in functions]
        done = run_calls(mine, lambda name: [functions[name]] if name in functions else [])
        # Whoever uses an object of a class uses what its methods do.
        mine.calls += [
            call
            for call, function in done
            if (function.is_class or function.lingers) and call.targets
        ]
        return mine


def _weakness(held: tuple[str, Strength]) -> int:
    return -held[1]


def copy_of(facts: Facts) -> Facts:
    """Copies facts, so that what follows from calls can be added."""
    copy = Facts(facts.first, facts.last)
    for name in Facts.__slots__:
        value = getattr(facts, name)
        setattr(copy, name, value.copy() if isinstance(value, dict | list | set) else value)
    return copy


def carry(facts: Facts, function: Function, node: ast.AST | None) -> None:
    """Adds what a function does to the names of the notebook, where it is used."""
    for name, place in function.reads.items():
        where = node if node is not None else place
        if name in facts.definite and name not in facts.uses:
            facts.touched.setdefault(name, where)
        else:
            facts.uses.setdefault(name, where)
    own = set(function.parameters)
    for name, mutation in function.changes.items():
        if name not in own:
            facts.mutate(name, mutation.certain, node if node is not None else mutation.node)
    for name, place in function.binds.items():
        facts.binds.setdefault(name, node if node is not None else place)
    for name, place in function.deletes.items():
        facts.deletes.setdefault(name, node if node is not None else place)
    facts.effects += function.effects
    facts.calls += passed_on(function, {})


def run_calls(
    facts: Facts, functions: Callable[[str], Iterable[Function]]
) -> list[tuple[Call, Function]]:
    """Adds what the calls of functions of the notebook do, and what those call in their turn.

    Args:
        facts: Of a unit; the calls of other functions are left in it.
        functions: Gives what a name may hold.

    Returns:
        The calls with what they call.
    """
    done: list[tuple[Call, Function]] = []
    left: list[Call] = []
    seen: set[object] = set()
    todo = facts.calls[::-1]
    while todo and len(seen) < _MOST_CALLS:
        call = todo.pop()
        known = list(functions(call.path[0])) if call.path else []
        if not known:
            left.append(call)
            continue
        given = (call.receiver, *(argument.roots for argument in call.arguments))
        for function in known:
            key = (id(function), id(call.node), given)
            if key not in seen:
                seen.add(key)
                done.append((call, function))
                todo += _apply(facts, call, function)
                if function.init is not None:
                    todo += _apply(facts, _initializing(call), function.init)
    facts.calls = left + todo
    return done


def _initializing(call: Call) -> Call:
    """Gives the call of ``__init__`` that the call of a class makes."""
    arguments = [
        argument._replace(key=argument.key + 1) if isinstance(argument.key, int) else argument
        for argument in call.arguments
    ]
    return Call(call.node, call.path, call.dotted, (), arguments)


_MOST_CALLS = 200
_MOST_ALIASES = 2000
_MOST_CARRIED = 20_000
"""How far functions and aliases are followed within one cell, to bound time and memory."""


def _apply(facts: Facts, call: Call, function: Function) -> list[Call]:
    """Adds what a call of a function of the notebook does to what it is given.

    Returns:
        The calls that it makes in its turn.
    """
    given = by_parameter(call, function)
    for parameter, mutation in function.changes.items():
        for root in given.get(parameter, ()):
            certain = mutation.certain and root.strength >= Strength.PART
            facts.mutate(root.name, certain, call.node)
    if call.targets:
        for root in function.returns:
            roots = given.get(root.name, ())
            if root.name not in function.parameters:
                roots = (root,)
            for held in roots:
                strength = min(root.strength, held.strength)
                facts.aliases += [
                    Alias(target, held.name, strength)
                    for target in call.targets
                    if target != held.name
                ]
    if function.is_class:
        # Its objects have what it has. Its methods may keep them.
        keeps = function.name in function.reads
        if function.name:
            facts.aliases += [
                Alias(target, function.name, Strength.MADE, one_way=not keeps)
                for target in call.targets
                if target != function.name
            ]
        for argument in call.arguments:
            facts.aliases += [
                Alias(target, root.name, Strength.MADE)
                for target in call.targets
                for root in argument.roots
                if root.name != target
            ]
    return passed_on(function, given)


__all__ = ["CellFacts", "Unknown", "carry", "fold"]
