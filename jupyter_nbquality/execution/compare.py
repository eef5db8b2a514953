"""Tells whether two runs of a notebook came to the same, and where they first differ."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from jupyter_nbquality.execution.outputs import CellRun, Output
from jupyter_nbquality.execution.unsteady import steady_difference, told_parts, unsteady_parts

SHOWN = 200

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,}")
_WARNING = re.compile(r"(?m)^\S*?[\w>.]:\d+: (\w*Warning: .*)$(?:\n  .*$)?")
_TIMES = re.compile(
    r"(?m)^(?:CPU times|Wall time|CPU Times|Compiler time|Compiler).*$"
    r"|^[\d.]+ (?:ns|µs|μs|us|ms|s) ± .* loops? each\)$"
)


class Difference(msgspec.Struct, frozen=True):
    """The first place where two runs of something differ.

    Attributes:
        what: ``output``: a cell shows something else; ``error``: it raises, or raises no more, or
            something else; ``value``: a name holds something else in the end; ``missing``: a name
            is there in one run only.
        cell: The id of the cell; of a value the one behind which it differs first, ``None`` where
            it is that of the end.
        name: The name; empty for outputs.
        place: Where in it: ``column price, row 3``; empty where that cannot be told.
        before: What was there, short.
        after: What is there now, short.
    """

    what: Literal["output", "error", "value", "missing"]
    cell: str | None
    name: str
    place: str
    before: str
    after: str


def same_outputs(one: Sequence[Output], other: Sequence[Output]) -> bool:
    """Tells whether two lists of outputs say the same, but for addresses and times."""
    return _plain(one) == _plain(other)


def output_difference(
    cell: str, before: Sequence[CellRun], after: CellRun, again: Sequence[CellRun]
) -> Difference | None:
    """Compares what a cell puts out with what the cells did that it is made of.

    Args:
        cell: Its id.
        before: The runs of the cells that it is made of.
        after: Its run.
        again: Other runs of the same cells as `before`: what differs there is not judged.
    """
    expected, found, other = (
        _plain(outputs) for outputs in (joined(before), after.outputs, joined(again))
    )
    if expected == found:
        return None
    errors = [run.error for run in before if run.error]
    others = [run.error for run in again if run.error]
    error = errors[0] if errors else ""
    if without_noise(error) != without_noise(after.error) and errors == others:
        return Difference("error", cell, "", "", error[:SHOWN], after.error[:SHOWN])
    if len(expected) != len(other):
        return None
    for place in range(max(len(expected), len(found))):
        pair = [outputs[place] if place < len(outputs) else None for outputs in (expected, found)]
        is_judged = place >= len(other) or expected[place] == other[place]
        if pair[0] != pair[1] and is_judged:
            shown = [_shown(output) if output is not None else "" for output in pair]
            return Difference("output", cell, "", _line(*shown), *_short(*shown))
    return None


def joined(runs: Sequence[CellRun]) -> list[Output]:
    """Gives what several cells show, one after the other, up to the first that raises."""
    found: list[Output] = []
    for run in runs:
        found += run.outputs
        if run.error:
            break
    return found


def value_differences(
    before: Mapping[str, Any], after: Mapping[str, Any], again: Mapping[str, Any]
) -> list[Difference]:
    """Compares what names hold, as `values_in_kernel` tells it.

    Args:
        before: By name.
        after: Likewise.
        again: Those of another run like `before`: what differs there is not judged.

    Returns:
        The first difference of each name.
    """
    found = []
    for name, told in before.items():
        now = after.get(name)
        if now is None:
            found.append(Difference("missing", None, name, "", told["text"], ""))
            continue
        if told["value"] is None or name not in again:
            continue
        unsteady = unsteady_parts(told["value"], again[name]["value"])
        for labels, one, other in steady_difference(told["value"], now["value"], unsteady):
            place = ", ".join(filter(None, [*labels, first_difference(one, other)]))
            found.append(Difference("value", None, name, place, told["text"], now["text"]))
            break
    return found


def unjudged_values(before: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Gives the names that are not judged, each with the parts in brackets where only these are.

    Args:
        before: As `values_in_kernel` tells it, by name.
        again: Those of another run of the same.
    """
    found = []
    for name, told in before.items():
        if name not in again or told["value"] is None:
            found.append(name)
            continue
        unsteady = unsteady_parts(told["value"], again[name]["value"])
        if unsteady:
            parts = told_parts(unsteady)
            found.append(f"{name} ({parts})" if parts else name)
    return found


def first_difference(one: Any, other: Any) -> str:
    """Says where two values differ first, as `values_in_kernel` tells them; may be empty."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return ""
    if one.get("kind") != other.get("kind"):
        return f"type {one.get('kind')}, now {other.get('kind')}"
    if one.get("shape") != other.get("shape"):
        return f"shape {one.get('shape')}, now {other.get('shape')}"
    if one.get("dtype") != other.get("dtype"):
        return f"type {one.get('dtype')}, now {other.get('dtype')}"
    for column, now in zip(one.get("columns", ()), other.get("columns", ()), strict=False):
        if column == now:
            continue
        if column[0] != now[0]:
            return f"column {column[0]}, now {now[0]}"
        if column[1] != now[1]:
            return f"column {column[0]}, type {column[1]}, now {now[1]}"
        row = _row(column[2], now[2])
        return f"column {column[0]}{f', row {row}' if row is not None else ''}"
    for key in ("rows", "index"):
        row = _row(one.get(key), other.get(key))
        if row is not None:
            return f"row {row}" if key == "rows" else f"index, row {row}"
    return _first_part(one, other)


def _first_part(one: dict[str, Any], other: dict[str, Any]) -> str:
    parts, now_parts = one.get("parts"), other.get("parts")
    if isinstance(parts, dict) and isinstance(now_parts, dict):
        for name in parts:
            if parts[name] != now_parts.get(name):
                inner = first_difference(parts[name], now_parts.get(name))
                return f".{name}{f', {inner}' if inner else ''}"
    items, now_items = one.get("items"), other.get("items")
    if isinstance(items, list) and isinstance(now_items, list):
        row = _row(items, now_items)
        if row is not None:
            return _first_item(items, now_items, row)
    return ""


def _first_item(items: list[Any], now_items: list[Any], row: int) -> str:
    """Names an item of a list or a key of a dict, and where in it they differ."""
    item, now = (each[row] if row < len(each) else None for each in (items, now_items))
    where = f"item {row}"
    if isinstance(item, list):
        where = f"key {item[0]}"
        if not isinstance(now, list) or now[0] != item[0]:
            return where
        item, now = item[1], now[1]
    inner = first_difference(item, now)
    return f"{where}, {inner}" if inner else where


def _row(one: Any, other: Any) -> int | None:
    if not (isinstance(one, list) and isinstance(other, list)):
        return None
    for number, (item, now) in enumerate(zip(one, other, strict=False)):
        if item != now:
            return number
    return min(len(one), len(other)) if len(one) != len(other) else None


def _plain(outputs: Sequence[Output]) -> list[Output]:
    """Gives outputs without addresses and times, each stream in one piece."""
    found: list[Output] = []
    streams: dict[str, int] = {}
    for output in outputs:
        data = {kind: without_noise(value) for kind, value in output.data.items()}
        if output.kind == "stream":
            place = streams.get(output.name)
            if place is not None:
                text = found[place].data["text/plain"] + data["text/plain"]
                found[place] = Output("stream", output.name, {"text/plain": text})
                continue
            streams[output.name] = len(found)
        found.append(Output(output.kind, output.name, data))
    # The order between what is printed and what is warned of is no part of the result.
    return sorted(found, key=lambda output: (output.kind == "stream", output.name))


def without_noise(text: str) -> str:
    """Takes addresses, times and the places of warnings out of a text."""
    return _TIMES.sub("", _WARNING.sub(r"\1", _ADDRESS.sub("0x", text)))


def _shown(output: Output) -> str:
    return output.data.get("text/plain") or next(iter(output.data.values()), "")


def _line(one: str, other: str) -> str:
    lines, others = one.rstrip("\n").split("\n"), other.rstrip("\n").split("\n")
    if len(lines) < 2 and len(others) < 2:
        return ""
    row = _row(lines, others)
    return f"line {row + 1}" if row is not None else ""


def _short(one: str, other: str) -> tuple[str, str]:
    """Cuts two texts to where they differ first."""
    row = _row(one.split("\n"), other.split("\n")) or 0
    pair = [(text.split("\n")[row : row + 1] or [""])[0] for text in (one, other)]
    at = next((at for at, two in enumerate(zip(*pair, strict=False)) if two[0] != two[1]), 0)
    start = max(at - SHOWN // 2, 0)
    return pair[0][start : start + SHOWN], pair[1][start : start + SHOWN]
