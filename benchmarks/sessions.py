"""Random sessions with a notebook: cells are run, edited, run again, deleted and moved."""

import ast
import random
from collections.abc import Mapping
from typing import NamedTuple

ADDED: dict[str, tuple[str, ...]] = {
    "DataFrame": ("{}['added'] = 1", "{}['added'] = {}.iloc[:, 0]"),
    "dict": ("{}['added'] = 1",),
}
"""What adds a column or an entry, by the class of what is changed."""

CHANGES: dict[str, tuple[str, ...]] = {
    "DataFrame": (
        "{}.drop({}.index[0], inplace=True)",
        "{}.sort_values({}.columns[0], inplace=True)",
    ),
    "Series": ("{}.iloc[0] = {}.iloc[-1]", "{}.sort_values(inplace=True)"),
    "ndarray": ("{} *= 2", "{}[0] = {}[-1]", "{}.sort()"),
    "list": ("{}.append({}[0])", "{}.reverse()", "{}.pop()"),
    "dict": ("{}.popitem()",),
    "set": ("{}.pop()",),
}
"""What changes an object in place."""


class Session(NamedTuple):
    """What was done.

    Attributes:
        cells: The texts of the notebook at the end, by key, in order.
        runs: What ran since the last restart: key and text at that time.
        steps: What was done, in words.
    """

    cells: dict[str, str]
    runs: list[tuple[str, str]]
    steps: list[str]


class _Maker:
    def __init__(
        self, cells: Mapping[str, str], kinds: Mapping[str, str], chance: random.Random
    ) -> None:
        self.session = Session(dict(cells), [], [])
        self.kinds = kinds
        self.chance = chance

    def begin(self) -> None:
        keys = list(self.session.cells)
        if self.chance.random() < 0.25:
            keys = keys[: self.chance.randint(1, len(keys))]
        self.session.steps.append(f"run the first {len(keys)}")
        for key in keys:
            self.run(key)

    def run(self, key: str) -> None:
        self.session.runs.append((key, self.session.cells[key]))

    def step(self) -> None:
        cells, chance = self.session.cells, self.chance
        keys = list(cells)
        key = chance.choice(keys)
        kinds = ["run", "run from", "run all", "edit", "edit, run", "delete", "move", "restart"]
        kind = chance.choices(kinds, [26, 6, 6, 14, 26, 7, 9, 6])[0]
        said = f"{kind} {key}"
        if kind.startswith("edit"):
            text, what = edited(cells[key], self.kinds, chance)
            said += f" ({what})"
            cells[key] = text
        if kind in {"run", "edit, run"}:
            self.run(key)
        elif kind == "run from":
            for each in keys[keys.index(key) :]:
                self.run(each)
        elif kind == "run all":
            for each in keys:
                self.run(each)
        elif kind == "delete" and len(keys) > 3:
            del cells[key]
        elif kind == "move":
            keys.remove(key)
            keys.insert(chance.randrange(len(keys) + 1), key)
            kept = dict(cells)
            cells.clear()
            cells.update((each, kept[each]) for each in keys)
        self.session.steps.append(said)
        if kind == "restart":
            self.session.runs.clear()
            self.begin()


def session_with(
    cells: Mapping[str, str], kinds: Mapping[str, str], chance: random.Random
) -> Session:
    """Makes a session.

    Args:
        cells: The texts of the notebook, by key, in order.
        kinds: The class of what names hold at the end of it.
        chance: Where the choices come from.
    """
    maker = _Maker(cells, kinds, chance)
    maker.begin()
    for _step in range(chance.randint(2, 10)):
        maker.step()
    return maker.session


def edited(text: str, kinds: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    """Edits a cell; gives the text, and what was done."""
    commented = f"# as agreed\n{text}" if not text.startswith("%%") else text
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return commented, "comment"
    ways = ["constant", "comment", "reformat", "add", "change", "drop a line"]
    for way in chance.choices(ways, [30, 12, 6, 16, 16, 20], k=6):
        found = None
        if way == "comment":
            found = commented
        elif way == "reformat" and ";" not in text:
            found = ast.unparse(tree)
        elif way == "constant":
            found = _other_constant(text, tree, chance)
        elif way in {"add", "change"}:
            found = _changing(text, tree, ADDED if way == "add" else CHANGES, kinds, chance)
        elif way == "drop a line" and len(tree.body) > 1:
            found = _without(text, chance.choice(tree.body))
        if found is not None and found.strip() and found != text:
            return found, way
    return commented, "comment"


def _other_constant(text: str, tree: ast.Module, chance: random.Random) -> str | None:
    nodes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}
    ]
    if not nodes:
        return None
    node = chance.choice(nodes)
    assert isinstance(node.value, int | float)
    value = node.value + 1 if isinstance(node.value, int) else node.value * 1.5
    lines = text.encode().split(b"\n")
    line = lines[node.lineno - 1]
    assert node.end_col_offset is not None
    lines[node.lineno - 1] = (
        line[: node.col_offset] + repr(value).encode() + line[node.end_col_offset :]
    )
    return b"\n".join(lines).decode()


def _changing(
    text: str,
    tree: ast.Module,
    ways: Mapping[str, tuple[str, ...]],
    kinds: Mapping[str, str],
    chance: random.Random,
) -> str | None:
    """Adds a statement before the last one where that shows something, else behind all."""
    if not tree.body or ";" in text:
        return None
    shows = isinstance(tree.body[-1], ast.Expr)
    seen = {
        node.id
        for statement in (tree.body[:-1] if shows else tree.body)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    if shows:
        # What the last one reads is there before.
        seen |= {node.id for node in ast.walk(tree.body[-1]) if isinstance(node, ast.Name)}
    names = sorted(name for name in seen if kinds.get(name) in ways)
    if not names:
        return None
    name = chance.choice(names)
    statement = chance.choice(ways[kinds[name]]).replace("{}", name)
    lines = text.split("\n")
    at = tree.body[-1].lineno - 1 if shows else len(lines)
    return "\n".join([*lines[:at], statement, *lines[at:]])


def _without(text: str, node: ast.stmt) -> str:
    lines = text.split("\n")
    assert node.end_lineno is not None
    return "\n".join(lines[: node.lineno - 1] + lines[node.end_lineno :])
