"""NB102: a function that is called above what it needs."""

import ast
import builtins
from collections import Counter
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.edits import MoveCell, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.notebook_names import DYNAMIC_NAMES, IPYTHON_NAMES, PLATFORM_NAMES
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._order import (
    bindings,
    called_names,
    certain_calls,
    names_mentioned,
    names_read,
    needs,
    only_defines,
)
from jupyter_nbquality.notebook import Cell

_BUILTINS = frozenset(dir(builtins))


class _Place(msgspec.Struct, frozen=True):
    """A code cell, with its number from 1 over all cells."""

    number: int
    cell: Cell
    code: CodeCell


class UseBeforeDefinition(Rule):
    """A function that is called above the definition of something it needs.

    Why:
        Run from top to bottom, the notebook stops here with a `NameError`. It works only while the
        kernel still knows the name from an earlier run.

        A name that is itself used above its definition is reported by ruff's `F821`; this rule
        looks into functions, which read a name when they are called and not when they are defined.
        It is silent where names cannot be known, below a star import say.

    Example:
        ```python
        # %% [1]
        def with_tax(price):
            return price * (1 + rate)

        # %% [2]
        with_tax(100)

        # %% [3]
        rate = 0.2
        ```

    Instead:
        ```python
        # %% [1]
        def with_tax(price):
            return price * (1 + rate)

        # %% [2]
        rate = 0.2

        # %% [3]
        with_tax(100)
        ```
    """

    code = "NB102"
    slug = "use-before-definition"
    severity = Severity.ERROR

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first call of each function above each name that it needs."""
        numbers = {cell.id: number for number, cell in enumerate(context.notebook.cells, 1)}
        places = [_Place(numbers[cell.id], cell, code) for cell, code in context.code_cells()]
        functions = _functions(places)
        if not functions:
            return
        told: set[tuple[str, str]] = set()
        for index, place in enumerate(places):
            if _hides_names(place.code):
                return
            for name, call in certain_calls(place.code, functions):
                for needed in sorted(_all_needs(name, functions)):
                    definer = _definition_below(needed, index, call, places)
                    if definer is not None and (name, needed) not in told:
                        told.add((name, needed))
                        yield Problem(
                            f"`{name}` is called here and needs `{needed}`, which is defined "
                            f"{_where(definer, place)}",
                            place.cell.id,
                            place.code.range_of(call),
                            _move(definer, index, places, context),
                        )


def _functions(places: list[_Place]) -> dict[str, frozenset[str]]:
    """Gives the functions that are bound in one place only, with what they need.

    Empty where none of them is called, as in most notebooks.
    """
    found = {name: needed for place in places for name, needed in needs(place.code).items()}
    if not found or all(called_names(place.code).isdisjoint(found) for place in places):
        return {}
    count = Counter(
        name for place in places for name, lines in bindings(place.code).items() for _ in lines
    )
    return {name: needed for name, needed in found.items() if count[name] == 1}


def _all_needs(name: str, functions: dict[str, frozenset[str]]) -> set[str]:
    """Gives what a function needs, itself or by a function that it reads."""
    needs: set[str] = set()
    todo = [name]
    while todo:
        for needed in functions.get(todo.pop(), ()):
            if needed not in needs:
                needs.add(needed)
                todo.append(needed)
    return needs


def _hides_names(code: CodeCell) -> bool:
    """Tells whether a cell may define names that cannot be known."""
    if code.tree is None:
        return code.masked.is_python
    return (
        any(magic.unknown for magic in code.magics)
        or any(isinstance(node, ast.alias) and node.name == "*" for node in code.nodes)
        or DYNAMIC_NAMES.search(code.source) is not None
    )


def _definition_below(name: str, index: int, call: ast.Call, places: list[_Place]) -> _Place | None:
    """Gives the cell that first defines a name, where that is below a call."""
    if name in _BUILTINS or name in PLATFORM_NAMES or IPYTHON_NAMES.fullmatch(name):
        return None
    for position, place in enumerate(places):
        lines = bindings(place.code).get(name)
        if lines:
            is_below = position > index or (position == index and min(lines) > call.lineno)
            return place if is_below else None
    return None


def _where(definer: _Place, place: _Place) -> str:
    if definer is place:
        return "further below"
    count = definer.cell.execution_count
    return f"below in `[{count}]`" if count else f"below in cell {definer.number}"


def _move(definer: _Place, index: int, places: list[_Place], context: Context) -> list[Fix]:
    """Offers to move the defining cell above the call, where that changes nothing else."""
    between = places[index : places.index(definer)]
    if not between or not only_defines(definer.code):
        return []
    made, mentioned = set(bindings(definer.code)), names_mentioned(definer.code)
    for place in between:
        bound = bindings(place.code)
        if not mentioned.isdisjoint(bound) or not made.isdisjoint(bound):
            return []
        if not made.isdisjoint(names_read(place.code)):
            return []
    number = places[index].number
    above = context.notebook.cells[number - 2].id if number > 1 else None
    source = source_hash(definer.cell.source)
    return [
        fix(
            "Move the definition above this cell",
            Applicability.STRUCTURAL,
            MoveCell(definer.cell.id, source, above),
        )
    ]
