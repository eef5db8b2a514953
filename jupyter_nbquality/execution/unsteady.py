"""Which parts of a value are not the same in each run, so that all others can be judged.

Values are what `values_in_kernel` tells. A column, a key, an attribute and an item of a tuple are
parts of their own. The items of a list are one, for each kind of item: of a list of random numbers
some are the same in two runs by chance.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

MOST_SHOWN = 3
_WITHOUT_WORDS = frozenset({"rows", "as"})

Path = tuple[str, ...]


class Part(NamedTuple):
    """A part of a value.

    Attributes:
        key: What it is called among the parts that are judged together.
        label: What it is called for people.
        value: What is told of it.
    """

    key: str
    label: str
    value: Any


def parts_of(told: Any) -> list[Part] | None:
    """Gives the parts of a value; nothing where it is judged as a whole."""
    if not isinstance(told, dict):
        return None
    found: list[Part] = []
    for name, value in told.items():
        if name == "columns":
            found += [
                Part(f"column {title}", f"column {title}", {"kind": dtype, "rows": cells})
                for title, dtype, cells in value
            ]
        elif name == "parts":
            found += [Part(f".{part}", f".{part}", its) for part, its in value.items()]
        elif name == "items" and "rest" in told:
            is_record = "tuple" in str(told.get("kind"))
            found += [
                Part(f"item {at}" if is_record else f"items {_tag(its)}", f"item {at}", its)
                for at, its in enumerate(value)
            ]
        elif name == "items" and all(isinstance(each, list) for each in value):
            found += [Part(f"key {key}", f"key {key}", its) for key, its in value]
        else:
            found.append(Part(name, "" if name in _WITHOUT_WORDS else name, value))
    return found


def unsteady_parts(one: Any, again: Any, path: Path = ()) -> set[Path]:
    """Finds the parts that differ between two runs of the same code; `()` stands for all of it."""
    if one == again:
        return set()
    parts, others = parts_of(one), parts_of(again)
    if (
        parts is None
        or others is None
        or one.get("kind") != again.get("kind")
        or [part.key for part in parts] != [part.key for part in others]
    ):
        return {path}
    found: set[Path] = set()
    for part, other in zip(parts, others, strict=True):
        found |= unsteady_parts(part.value, other.value, (*path, part.key))
    return found


def steady_difference(
    one: Any, now: Any, unsteady: set[Path], path: Path = ()
) -> Iterator[tuple[list[str], Any, Any]]:
    """Yields where two values differ, but for the parts that are not the same in each run.

    Yields:
        The labels of the parts on the way, and the two values there.
    """
    if one == now or path in unsteady:
        return
    parts, others = parts_of(one), parts_of(now)
    if (
        not any(each[: len(path)] == path for each in unsteady)
        or parts is None
        or others is None
        or len(parts) != len(others)
        or one.get("kind") != now.get("kind")
    ):
        yield [], one, now
        return
    for part, other in zip(parts, others, strict=True):
        if part.label != other.label:
            yield [], one, now
            return
        for labels, before, after in steady_difference(
            part.value, other.value, unsteady, (*path, part.key)
        ):
            yield [part.label, *labels], before, after


def told_parts(unsteady: set[Path]) -> str:
    """Says for people which parts are not judged; empty for all of it."""
    if () in unsteady:
        return ""
    paths = {tuple(_word(key) for key in path if key not in _WITHOUT_WORDS) for path in unsteady}
    words = sorted(", ".join(path) for path in paths if path)
    more = ["…"] if len(words) > MOST_SHOWN else []
    return "; ".join([*words[:MOST_SHOWN], *more])


def _word(key: str) -> str:
    return "items" if key.startswith("items ") else key


def _tag(told: Any) -> str:
    """Says of what kind an item is."""
    if isinstance(told, dict):
        return str(told.get("kind"))
    text = str(told)
    if text[:1] in {"'", '"'}:
        return "text"
    if text.lstrip("-").isdecimal():
        return "whole"
    return "number" if any(each.isdecimal() for each in text) or text == "nan" else text
