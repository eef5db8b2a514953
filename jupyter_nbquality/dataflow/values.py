"""What names hold, told by the code that made it: the same code on the same gives the same.

A value is known by the code that it came from and by the values which that read: *value numbering*,
after Cocke and Schwartz, "Programming Languages and Their Compilers" (1970). `tracing` follows
values through cells. What a frame or a dictionary holds under constant keys is told apart.
"""

from collections.abc import Hashable, Iterator
from posixpath import join, normpath
from typing import NamedTuple

Keys = tuple[str, ...] | None
"""Which entries of an object are meant; ``None`` for all of it."""

ATTRIBUTES = ".*"
"""Among keys: an attribute is read, which may be made of other attributes."""


class Part(NamedTuple):
    """What was changed of an object.

    Attributes:
        key: An entry under a constant key, beginning with ``[``, or an attribute, with ``.``;
            otherwise a change of all of it, with ``@``.
        code: Stands for what it was changed to.
        writer: Who did it.
        origin: Stands for how, whatever it was before, if to do so again changes nothing.
    """

    key: str
    code: int
    writer: Hashable
    origin: int = 0


class Value:
    """What a name holds.

    Attributes:
        base: Stands for the code that made it.
        parts: What was changed since, in order.
        writer: Who made it.
        changed: Whether it was changed in making it; otherwise it was bound.
        origin: As that of a part.
        is_class: Whether it is a class of the notebook.
        sources: Who had a part in making it.
        done: The code of what was done to it that fails the second time.
        before: What the cell found that gave this, if to run it again does nothing new.
    """

    __slots__ = (
        "base",
        "before",
        "changed",
        "done",
        "is_class",
        "origin",
        "parts",
        "sources",
        "writer",
    )

    def __init__(
        self,
        base: int,
        parts: tuple[Part, ...] = (),
        writer: Hashable = None,
        changed: bool = False,
        origin: int = 0,
    ) -> None:
        self.base = base
        self.parts = parts
        self.writer = writer
        self.changed = changed
        self.origin = origin
        self.is_class = False
        self.done: frozenset[int] = frozenset()
        self.sources: frozenset[Hashable] = frozenset((writer,))
        self.before: Value | None = None

    def is_same(self, other: "Value | None") -> bool:
        """Tells whether all is the same, also who wrote it."""
        return self is other or (
            other is not None
            and self.base == other.base
            and self.writer == other.writer
            and self.parts == other.parts
        )

    def with_parts(self, parts: tuple[Part, ...]) -> "Value":
        """Gives it with other changes."""
        made = Value(self.base, parts, self.writer, self.changed, self.origin)
        made.is_class, made.sources, made.done = self.is_class, self.sources, self.done
        return made

    def made_of(self, other: "Value") -> "Value":
        """Notes that it was made of another."""
        self.sources |= other.writers()
        self.done |= other.done
        return self

    def writers(self) -> frozenset[Hashable]:
        """Gives who had a part in it."""
        return self.sources.union(part.writer for part in self.parts)

    def read(self, keys: Keys = None) -> int:
        """Gives a number that is the same where the same is read."""
        if not self.parts:
            return self.base
        found = [(part.key, part.code) for part in self.under(keys)]
        if keys is not None:
            # Entries are the same in whichever order they were made.
            found.sort()
        return hash((self.base, *found))

    def under(self, keys: Keys) -> Iterator[Part]:
        """Yields the changes that matter to who reads some entries."""
        for part in self.parts:
            if (
                keys is None
                or part.key[0] == "@"
                or part.key in keys
                or (part.key[0] == "." and ATTRIBUTES in keys)
            ):
                yield part

    def without(self, key: str) -> "Value":
        """Gives it without one of its changes."""
        return self.with_parts(tuple(part for part in self.parts if part.key != key))


MISSING = Value(0)


class Seen(NamedTuple):
    """What a cell found under a name.

    Attributes:
        read: Stands for what it read of it.
        value: What the name held.
        keys: What it read.
    """

    read: int
    value: Value
    keys: Keys


def differences(one: Value, other: Value, keys: Keys) -> list[tuple[Hashable, Hashable, bool]]:
    """Tells who made two values differ: who of the first, who of the second, and how.

    Returns:
        The writers, ``None`` where one did nothing, and whether they changed an object; otherwise
        they bound the name.
    """
    if one.base != other.base:
        return [(one.writer, other.writer, one.changed or other.changed)]
    mine = {part.key: part for part in one.under(keys)}
    theirs = {part.key: part for part in other.under(keys)}
    found: list[tuple[Hashable, Hashable, bool]] = []
    for key in {**theirs, **mine}:
        here, there = mine.get(key), theirs.get(key)
        if here is None or there is None or here.code != there.code:
            found.append((here and here.writer, there and there.writer, True))
    if not found and mine:
        found = [(one.parts[-1].writer, other.parts[-1].writer, True)]
    return found


def moved(value: Value, path: str, writer: Hashable) -> Value:
    """Gives the working directory after a move; where it began has no parts."""
    here = value.parts[0].key[1:] if value.parts else ""
    path = normpath(join(here, path))
    if path == ".":
        return Value(value.base, (), writer, True)
    return Value(value.base, (Part(f"@{path}", 0, writer),), writer, True)
