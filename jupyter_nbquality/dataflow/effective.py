"""What a unit does in the place where it stands: with the functions and aliases that reach it."""

import ast
from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple, Protocol

from jupyter_nbquality.dataflow.aliases import MOST_NAMES, Held, TooManyError, closure
from jupyter_nbquality.dataflow.calls import changed, changes_itself, held
from jupyter_nbquality.dataflow.cells import carry, copy_of, run_calls
from jupyter_nbquality.dataflow.facts import Alias, Call, Facts, Function, Strength

MOST_FUNCTIONS = 60
"""No more functions of the notebook are followed from one unit; the most in a thousand real
notebooks are 24."""


class Place(Protocol):
    """What reaches a unit from those above it."""

    def functions(self, name: str) -> Iterable[Function]:
        """Gives the functions and classes of the notebook that a name may hold."""

    def is_bound(self, name: str) -> bool:
        """Tells whether the notebook binds a name above."""

    def holders(self, name: str, least: Strength) -> Iterable[tuple[str, Strength, bool]]:
        """Gives the names on the other side of the aliases of a name that are strong enough.

        Each with the strength, and whether neither was bound anew since.
        """


class Effective(NamedTuple):
    """What a unit does where it stands.

    Attributes:
        facts: Its own facts, with those of what it calls, and of the aliases of what it changes.
        objects: The classes of the notebook whose objects it binds to names, and the functions
            that names come to hold, or that go on in what they gave.
        consulted: The names that were looked up for this.
        beyond: Whether it goes beyond what is followed: it may read and change anything.
    """

    facts: Facts
    objects: dict[str, tuple[Function, ...]]
    consulted: Set[str]
    beyond: bool = False


def effective(facts: Facts, place: Place) -> Effective:
    """Adds to the facts of a unit what follows from the place where it stands.

    Args:
        facts: Its own.
        place: What reaches it.

    Returns:
        What it does there; the facts are the very same where nothing follows.
    """
    return _Placing(facts, place).effective()


class _Placing:
    """The facts of a unit while what follows is added to them."""

    def __init__(self, facts: Facts, place: Place) -> None:
        self._own = facts
        self._result = facts
        self._place = place
        self._consulted: set[str] = set()
        self._objects: dict[str, tuple[Function, ...]] = {}
        self._beyond = False

    def effective(self) -> Effective:
        used_up = self._carry_functions()
        self._name_functions()
        if self._own.calls:
            self._call()
        if self._result.mutates:
            self._change_what_is_given()
            self._change_holders()
        for name in used_up:
            # Not what its items come from.
            self._result.mutate(name, False, self._result.uses[name])
        self._pass_aliases_on()
        result = self._result
        if result is not self._own and result.calls:
            result.calls = []
        return Effective(result, self._objects, self._consulted, self._beyond)

    def _changing(self) -> Facts:
        """Gives the facts to add to: a copy, as the unit's own are those of any place."""
        if self._result is self._own:
            self._result = copy_of(self._own)
        return self._result

    def _called(self, name: str) -> list[Function]:
        mine = self._own.functions.get(name)
        found = self._place.functions(name)
        return [*found, mine] if mine is not None else list(found)

    def _carry_functions(self) -> list[str]:
        """Adds what the functions do that it uses; gives the iterators that it uses up."""
        own, consulted = self._own, self._consulted
        todo = [*own.uses, *own.waiting]
        seen: set[int] = set()
        used_up: list[str] = []
        for name in todo:
            if name in consulted:
                continue
            consulted.add(name)
            for function in self._place.functions(name):
                if id(function) in seen:
                    continue
                if len(seen) == MOST_FUNCTIONS:
                    self._beyond = True
                    return used_up
                seen.add(id(function))
                carry(self._changing(), function, own.uses.get(name))
                if function.once and name in own.uses and name not in own.binds:
                    used_up.append(name)
                todo += function.reads
        return used_up

    def _name_functions(self) -> None:
        """Notes other names for functions, and lists of functions."""
        for alias in self._result.aliases:
            if alias.strength >= Strength.PART and alias.target != alias.source and not alias.kept:
                self._consulted.add(alias.source)
                self._now_holds(alias.target, self._called(alias.source))

    def _now_holds(self, name: str, functions: list[Function]) -> None:
        if functions:
            known = self._objects.get(name, ())
            self._objects[name] = tuple(dict.fromkeys((*known, *functions)))

    def _call(self) -> None:
        """Adds what its calls do, by what is called where it stands."""
        result = self._changing()
        for call, function in run_calls(result, self._called):
            if function.is_class or function.lingers:
                for target in call.targets:
                    self._now_holds(target, [function])
                name = call.path[0]
                if name != function.name and (function.lingers or "__call__" in function.methods):
                    # An object of the class, or a function that this one made.
                    self._may_change_itself(call)
        for call in result.calls:
            for root, certain in changed(call, None):
                result.mutate(root.name, certain, call.node)
            if changes_itself(call) and self._place.is_bound(call.path[0]):
                self._consulted.add(call.path[0])
                self._may_change_itself(call)
            result.aliases += held(call, None)

    def _may_change_itself(self, call: Call) -> None:
        """Adds that what is called, and what it is a method of, may be another after it."""
        if call.path[0] not in self._own.binds:
            self._changing().mutate(call.path[0], False, call.node)

    def _change_what_is_given(self) -> None:
        """Adds that what a function gives is changed: ``given()[0] = 1``."""
        for name, mutation in [*self._result.mutates.items()]:
            self._consulted.add(name)
            for function in self._called(name):
                for root in function.returns:
                    if root.name not in function.parameters:
                        self._changing().mutate(root.name, False, mutation.node)

    def _change_holders(self) -> None:
        """Adds that names change which may hold the objects that it changes."""
        own_aliases = self._own_aliases()

        def partners(held: Held, least: Strength) -> Iterator[tuple[Held, Strength]]:
            name, bound = held
            self._consulted.add(name)
            if not bound:
                for other, strength, holds in self._place.holders(name, least):
                    self._consulted.add(other)
                    if holds:
                        yield (other, False), strength
            for other_held, strength in own_aliases.get(held, ()):
                if strength >= least:
                    yield other_held, strength

        binds = self._own.binds
        starts: dict[bool, dict[Held, ast.AST]] = {True: {}, False: {}}
        for name, mutation in self._result.mutates.items():
            start = starts[mutation.certain]
            start[name, False] = start[name, name in binds] = mutation.node
        for certain, start in starts.items():
            if not start:
                continue
            try:
                reached = closure(start, partners)
            except TooManyError:
                self._beyond = True
                continue
            for (name, _bound), (strength, node) in reached.items():
                # Who reads a name that is bound here depends on this unit anyway.
                if name not in binds:
                    self._changing().mutate(name, certain and strength == Strength.SAME, node)

    def _own_aliases(self) -> dict[Held, list[tuple[Held, Strength]]]:
        """Gives the aliases that the unit itself makes, by both sides."""
        binds = self._own.binds
        found: dict[Held, list[tuple[Held, Strength]]] = {}
        for alias in self._result.aliases:
            if alias.kept:
                continue
            target: Held = (alias.target, alias.target in binds)
            for bound in {False, alias.source in binds}:
                source: Held = (alias.source, bound)
                if not alias.one_way:
                    found.setdefault(target, []).append((source, alias.strength))
                found.setdefault(source, []).append((target, alias.strength))
        return found

    def _pass_aliases_on(self) -> None:
        """Adds who else holds what the targets of aliases hold: the sources may be bound anew."""
        aliases = self._result.aliases
        if not aliases:
            return
        found: list[Alias] = []
        known = {(alias.target, alias.source) for alias in aliases}
        for target, source, strength, *_how in aliases:
            self._consulted.add(source)
            least = Strength.MADE if strength == Strength.SAME else Strength.SAME
            for other, through, holds in self._place.holders(source, least):
                self._consulted.add(other)
                if holds and other != target and (target, other) not in known:
                    known.add((target, other))
                    found.append(Alias(target, other, min(strength, through)))
                    if len(found) > MOST_NAMES:
                        self._beyond = True
                        return
        if found:
            self._changing().aliases += found
