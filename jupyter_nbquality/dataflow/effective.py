"""What a unit does in the place where it stands: with the functions and aliases that reach it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from jupyter_nbquality.dataflow.calls import changed, held
from jupyter_nbquality.dataflow.cells import carry, copy_of, run_calls
from jupyter_nbquality.dataflow.facts import Alias, Facts, Function, Strength

Functions = Callable[[str], Iterable[Function]]
"""Gives the functions and classes of the notebook that a name may hold at the place."""

Aliases = Callable[[str], Iterable[tuple[str, Strength]]]
"""Gives the names that may hold the same object as a name at the place."""


class Effective(NamedTuple):
    """What a unit does where it stands.

    Attributes:
        facts: Its own facts, with those of what it calls, and of the aliases of what it changes.
        objects: The classes of the notebook whose objects it binds to names.
        consulted: The names that were looked up for this.
    """

    facts: Facts
    objects: dict[str, tuple[Function, ...]]
    consulted: frozenset[str]


def effective(facts: Facts, functions: Functions, aliases: Aliases) -> Effective:
    """Adds to the facts of a unit what follows from the place where it stands.

    Args:
        facts: Its own.
        functions: What reaches it.
        aliases: What reaches it.

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
            todo += function.reads
    if result.calls:
        own = facts.functions

        def called(name: str) -> list[Function]:
            return [*functions(name), own[name]] if name in own else list(functions(name))

        for call, function in run_calls(result, called):
            if function.is_class:
                for target in call.targets:
                    objects[target] = (*objects.get(target, ()), function)
        for call in result.calls:
            for root, certain in changed(call, None):
                result.mutate(root.name, certain, call.node)
            result.aliases += held(call, None)
    if result.mutates:
        for name, mutation in [*result.mutates.items()]:
            consulted.add(name)
            for other, strength in aliases(name):
                consulted.add(other)
                # Who reads a name that is bound here depends on this unit anyway.
                if other not in facts.binds:
                    if result is facts:
                        result = copy_of(facts)
                    certain = mutation.certain and strength == Strength.SAME
                    result.mutate(other, certain, mutation.node)
    if result is not facts and result.calls:
        result.calls = []
    return Effective(result, objects, frozenset(consulted))


def closure(name: str, pairs: Callable[[str], Iterable[Alias]]) -> list[tuple[str, Strength]]:
    """Gives the names that may hold the same object as a name, over any number of steps.

    What a call made of what a call made is taken for another object.
    """
    found: dict[str, Strength] = {name: Strength.SAME}
    todo = [name]
    while todo:
        here = todo.pop()
        for alias in pairs(here):
            other = alias.source if alias.target == here else alias.target
            made = found[here] == alias.strength == Strength.MADE
            if other not in found and not made:
                found[other] = min(found[here], alias.strength)
                todo.append(other)
    del found[name]
    return list(found.items())
