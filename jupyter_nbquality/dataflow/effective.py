"""What a unit does in the place where it stands: with the functions and aliases that reach it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from jupyter_nbquality.dataflow.calls import changed, held
from jupyter_nbquality.dataflow.cells import carry, copy_of, run_calls
from jupyter_nbquality.dataflow.facts import Alias, Facts, Function, Strength

Functions = Callable[[str], Iterable[Function]]
"""Gives the functions and classes of the notebook that a name may hold at the place."""

Pairs = Callable[[str], Iterable[tuple[Alias, bool]]]
"""Gives the aliases that a name is part of above the place, and whether they hold there."""


class Effective(NamedTuple):
    """What a unit does where it stands.

    Attributes:
        facts: Its own facts, with those of what it calls, and of the aliases of what it changes.
        objects: The classes of the notebook whose objects it binds to names, and the functions
            that names come to hold, or that go on in what they gave.
        consulted: The names that were looked up for this.
    """

    facts: Facts
    objects: dict[str, tuple[Function, ...]]
    consulted: frozenset[str]


def effective(facts: Facts, functions: Functions, pairs: Pairs) -> Effective:
    """Adds to the facts of a unit what follows from the place where it stands.

    Args:
        facts: Its own.
        functions: What reaches it.
        pairs: What reaches it.

    Returns:
        What it does there; the facts are the very same where nothing follows.
    """
    consulted: set[str] = set()
    result = facts
    objects: dict[str, tuple[Function, ...]] = {}
    todo = [*facts.uses, *facts.waiting]
    if facts.calls:
        result = copy_of(facts)
    seen: set[int] = set()
    used_up: list[str] = []
    at = 0
    while at < len(todo):
        name = todo[at]
        at += 1
        if name in consulted:
            continue
        consulted.add(name)
        for function in functions(name):
            if id(function) in seen:
                continue
            seen.add(id(function))
            if result is facts:
                result = copy_of(facts)
            carry(result, function, facts.uses.get(name))
            if function.once and name in facts.uses and name not in facts.binds:
                used_up.append(name)
            todo += function.reads
    mine = facts.functions

    def called(name: str) -> list[Function]:
        return [*functions(name), mine[name]] if name in mine else list(functions(name))

    for alias in result.aliases:
        # Another name for a function, or a list of functions.
        if alias.strength >= Strength.PART and alias.target != alias.source and not alias.kept:
            consulted.add(alias.source)
            given = tuple(called(alias.source))
            if given:
                objects[alias.target] = _with(objects.get(alias.target, ()), given)
    if result.calls:
        for call, function in run_calls(result, called):
            if function.is_class or function.lingers:
                for target in call.targets:
                    objects[target] = _with(objects.get(target, ()), (function,))
        for call in result.calls:
            for root, certain in changed(call, None):
                result.mutate(root.name, certain, call.node)
            result.aliases += held(call, None)
    for name, mutation in [*result.mutates.items()]:
        # What a function gives is changed: `given()[0] = 1`.
        consulted.add(name)
        for function in called(name):
            for root in function.returns:
                if root.name not in function.parameters:
                    if result is facts:
                        result = copy_of(facts)
                    result.mutate(root.name, False, mutation.node)
    if result.mutates:
        binds = facts.binds
        own: dict[_Held, list[tuple[_Held, Strength]]] = {}
        for alias in result.aliases:
            if alias.kept:
                continue
            held_by: _Held = (alias.target, alias.target in binds)
            for bound in {False, alias.source in binds}:
                source: _Held = (alias.source, bound)
                own.setdefault(held_by, []).append((source, alias.strength))
                own.setdefault(source, []).append((held_by, alias.strength))

        left = _MOST_STEPS

        def partners(held: _Held) -> Iterator[tuple[_Held, Strength]]:
            nonlocal left
            name, bound = held
            consulted.add(name)
            if not bound:
                for alias, holds in pairs(name):
                    left -= 1
                    if left < 0:
                        return
                    other = alias.source if alias.target == name else alias.target
                    if holds:
                        yield (other, False), alias.strength
                    else:
                        consulted.add(other)
            for each in own.get(held, ()):
                left -= 1
                if left < 0:
                    return
                yield each

        for name, mutation in [*result.mutates.items()]:
            for other, strength in closure({(name, False), (name, name in binds)}, partners):
                # Who reads a name that is bound here depends on this unit anyway.
                if other not in facts.binds:
                    if result is facts:
                        result = copy_of(facts)
                    certain = mutation.certain and strength == Strength.SAME
                    result.mutate(other, certain, mutation.node)
    for name in used_up:
        # Not what its items come from.
        result.mutate(name, False, result.uses[name])
    passed = _passed_on(result.aliases, pairs, consulted)
    if passed:
        if result is facts:
            result = copy_of(facts)
        result.aliases += passed
    if result is not facts and result.calls:
        result.calls = []
    return Effective(result, objects, frozenset(consulted))


def _with(functions: tuple[Function, ...], more: tuple[Function, ...]) -> tuple[Function, ...]:
    return tuple(dict.fromkeys((*functions, *more)))


def _passed_on(aliases: list[Alias], pairs: Pairs, consulted: set[str]) -> list[Alias]:
    """Gives who else holds what the targets of aliases hold, as the sources may be bound anew."""
    found: list[Alias] = []
    known = {(alias.target, alias.source) for alias in aliases} if aliases else set()
    left = _MOST_STEPS
    for alias in aliases:
        consulted.add(alias.source)
        for pair, holds in pairs(alias.source):
            left -= 1
            if left < 0 or len(found) > _MOST_PASSED:
                return found
            other = pair.source if pair.target == alias.source else pair.target
            if not holds:
                consulted.add(other)
            elif (
                max(alias.strength, pair.strength) == Strength.SAME
                and other != alias.target
                and (alias.target, other) not in known
            ):
                known.add((alias.target, other))
                strength = min(alias.strength, pair.strength)
                found.append(Alias(alias.target, other, strength))
    return found


_MOST_STEPS = 10_000
_MOST_PASSED = 100
"""How far aliases are followed from one unit, to bound time and memory."""

_Held = tuple[str, bool]
"""A name, and whether it stands for what the unit at hand bound to it."""


def closure(
    start: set[_Held], partners: Callable[[_Held], Iterable[tuple[_Held, Strength]]]
) -> list[tuple[str, Strength]]:
    """Gives the names that may hold the same object as others, over any number of steps.

    What a call made of what a call made is taken for another object.
    """
    found = dict.fromkeys(start, Strength.SAME)
    todo = list(start)
    while todo:
        here = todo.pop()
        strength = found[here]
        for other, through in partners(here):
            if strength == through == Strength.MADE:
                continue
            reached = min(strength, through)
            if found.get(other, -1) < reached:
                found[other] = reached
                todo.append(other)
    return [(name, found[name, bound]) for name, bound in found if (name, bound) not in start]
