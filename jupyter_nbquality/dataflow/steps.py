"""What is known of the statements of a cell before it has a place: see `tracing`."""

import ast
import re
from collections.abc import Iterable, Iterator

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.entries import Reading
from jupyter_nbquality.dataflow.events import MAY_CHANGE, READ, events_of
from jupyter_nbquality.dataflow.facts import FILE, STATE, Effect, Facts
from jupyter_nbquality.dataflow.repeats import (
    UNREPEATABLE,
    fails_again,
    is_repeatable,
    items,
    mostly_bound,
    of_itself,
)

SETTING_TEXT = frozenset({"option_context", "reset_option", "set_option", "set_printoptions"})
"""Functions that change how values are shown as text."""

_APPENDING = re.compile(r"Constant\(value='(?:a[bt+]*|append)'\)")

_CD = re.compile(r"%?cd\s+[\"']?([\w./-]+)[\"']?\s*$")

_CHDIR = re.compile(r"attr='chdir', ctx=Load\(\)\), args=\[Constant\(value='([^']+)'\)\]")

_ENVIRONMENT = f"{STATE}environment"

APPENDS = 1 << 20
"""An event: a file is written on."""


class Step:
    """What is known of a statement before it has a place."""

    __slots__ = (
        "again",
        "called",
        "code",
        "directory",
        "effects",
        "facts",
        "fails_again",
        "fixed",
        "has_calls",
        "is_dropped",
        "items",
        "itself",
        "loads",
        "mostly",
        "over_all",
        "reads",
        "sets_text",
        "touched",
        "unrepeatable",
    )

    def __init__(self, known: CellFacts, facts: Facts) -> None:
        nodes = [
            node
            for node in (known.tree.body if known.tree is not None else ())
            if facts.first <= node.lineno <= facts.last
        ]
        magics = [
            magic.text
            for magic in known.masked.magics
            if facts.first <= magic.line + 1 <= facts.last
        ]
        text = "\n".join([*(ast.dump(node) for node in nodes), *magics])
        if not nodes:
            text += "\n".join(known.source.split("\n")[facts.first - 1 : facts.last])
        self.facts = facts
        self.code = hash(text)
        self.has_calls = "Call(" in text or bool(magics)
        reading = Reading(nodes)
        self.called = reading.called
        self.directory = _directory(text, magics)
        self.unrepeatable = not reading.called.isdisjoint(UNREPEATABLE) or any(
            effect.kind in {"network", "subprocess", "input"} for effect in facts.effects
        )
        self.effects = [it for effect in facts.effects for it in world(effect, text)]
        self.touched = {
            root.name
            for call in facts.calls
            for roots in (call.receiver, *(argument.roots for argument in call.arguments))
            for root in roots
        }
        self.loads = any("%load_ext" in magic for magic in magics)
        self.reads = [
            (name, reading.keys(name))
            for name in {*facts.uses, *facts.waiting, *facts.guesses}
            if name in reading.found or name not in reading.names
        ]
        self.over_all = reading.over_all
        single = nodes[0] if len(nodes) == 1 and not magics else None
        self.is_dropped = isinstance(single, ast.Expr) and not facts.displays
        self.sets_text = not reading.called.isdisjoint(SETTING_TEXT)
        self.items = items(single)
        self.itself = of_itself(single)
        self.fails_again = fails_again(single)
        self.again = self.fails_again or is_repeatable(single)
        self.mostly = mostly_bound(nodes)
        self.fixed = {name: hash(("import", module)) for name, module in facts.imports.items()}

    def renews(self, name: str) -> bool:
        """Tells whether to change an object again is to change it to the same."""
        if name in self.items:
            keys = dict(self.reads).get(name, ())
            if keys is None:
                return name not in self.over_all
            return self.items[name] not in keys
        return self.again


class Plan:
    """What is known of a cell's values before it has a place.

    Args:
        known: The cell.
    """

    def __init__(self, known: CellFacts) -> None:
        self.facts = known.facts
        self.result = hash(known.source)
        self.steps = [Step(known, facts) for facts in known.statements]
        self.uses = {
            name
            for step in self.steps
            for name in (*step.facts.uses, *step.facts.waiting, *step.facts.guesses)
        }
        self.changes = {name for step in self.steps for name in step.facts.mutates}
        self.binds = {name for step in self.steps for name in step.facts.binds}
        self.renewed = _renewed(self.steps)
        self.effects = {id(effect.node) for step in self.steps for effect in step.facts.effects}

    def is_plain(self, name: str) -> bool:
        """Tells whether what it gives a name calls nothing: the same each time, without doubt."""
        return all(
            name in step.fixed or name in step.facts.functions or not step.has_calls
            for step in self.steps
            if name in step.facts.binds or name in step.facts.mutates
        )


def _renewed(steps: Iterable[Step]) -> set[str]:
    """Gives the names of others that a cell makes the same of, if it runs again."""
    found: set[str] = set()
    other: set[str] = set()
    own: set[str] = set()
    for step in steps:
        itself = step.itself[0] if step.itself is not None else ""
        for name in (*step.facts.mutates, *step.facts.binds):
            if name in own:
                continue
            if name == itself or (name in step.facts.mutates and step.renews(name)):
                found.add(name)
            elif name in step.facts.binds and name not in step.facts.uses:
                (own if name in step.facts.definite else found).add(name)
            else:
                other.add(name)
    return found - other


def world(effect: Effect, text: str) -> Iterator[tuple[str, int]]:
    """Yields what an effect does with files and states."""
    appends = _APPENDING.search(text) is not None
    facts = Facts(1, 1)
    facts.effects = [effect]
    for name, event in events_of(facts).items():
        if name.startswith(FILE) and name.endswith(":memory:"):
            continue
        if effect.kind == "subprocess" and name == _ENVIRONMENT and "$" not in text:
            # Most commands do not ask for variables.
            yield name, MAY_CHANGE | (event & READ)
        elif appends and name.startswith(FILE):
            yield name, event | APPENDS
        else:
            yield name, event


def _directory(text: str, magics: Iterable[str]) -> str | None:
    """Gives the path that a statement moves to, where it is written out."""
    found = [match[1] for magic in magics if (match := _CD.match(magic))]
    found += _CHDIR.findall(text)
    return found[0] if len(found) == 1 else None
