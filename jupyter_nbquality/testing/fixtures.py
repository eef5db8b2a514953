"""Fixtures that a notebook itself defines, for the tests of its cells."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_NAME = re.compile(r"[^\W\d]\w*")


class Fixture(msgspec.Struct, frozen=True):
    """A fixture of a notebook.

    Attributes:
        node: Its definition.
        text: The same as text, with its decorators.
    """

    node: FunctionNode
    text: str


def fixtures_of(cells: Mapping[str, CellFacts]) -> dict[str, Fixture]:
    """Finds the fixtures that cells define at their top, by name; of equal names the last.

    Args:
        cells: What is known of the cells, by id, in order.
    """
    found: dict[str, Fixture] = {}
    for known in cells.values():
        if "fixture" not in known.source or known.tree is None:
            continue
        for node in known.tree.body:
            if isinstance(node, FunctionNode) and any(map(_is_fixture, node.decorator_list)):
                first = min(each.lineno for each in node.decorator_list) - 1
                lines = known.source.splitlines()[first : node.end_lineno]
                found[node.name] = Fixture(node, "\n".join(lines))
    return found


def asked_for(tree: ast.Module, fixtures: Mapping[str, Fixture]) -> list[str]:
    """Gives the fixtures that a test asks for, those that these ask for before them.

    Args:
        tree: Of the test.
        fixtures: Those that there are, by name.
    """
    found: dict[str, None] = {}

    def follow(names: Iterable[str]) -> None:
        for name in names:
            fixture = fixtures.get(name)
            if fixture is not None and name not in found:
                follow(each for each in _parameters(fixture.node) if each != name)
                found[name] = None

    for node in ast.walk(tree):
        if isinstance(node, FunctionNode | ast.ClassDef):
            follow(_asked_by(node))
    return list(found)


def _asked_by(node: FunctionNode | ast.ClassDef) -> Iterator[str]:
    given: set[str] = set()
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        texts = {
            name
            for part in ast.walk(decorator)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
            for name in _NAME.findall(part.value)
        }
        if "usefixtures" in ast.dump(decorator.func):
            yield from sorted(texts)
        elif "indirect" not in {keyword.arg for keyword in decorator.keywords}:
            given |= texts  # The names of parameters, which hide fixtures.
    if isinstance(node, FunctionNode):
        yield from (name for name in _parameters(node) if name not in given)


def _parameters(node: FunctionNode) -> list[str]:
    arguments = node.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _is_fixture(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "fixture"
