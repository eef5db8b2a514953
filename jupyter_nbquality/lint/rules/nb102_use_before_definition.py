"""NB102: a function that is called above what it needs."""

import ast
import builtins
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.edits import MoveCell, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.notebook_names import DYNAMIC_NAMES, IPYTHON_NAMES, PLATFORM_NAMES
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._order import CellOrder, order_of
from jupyter_nbquality.notebook import Cell

_BUILTINS = frozenset(dir(builtins))


class _Place(msgspec.Struct, frozen=True):
    """A code cell, its number from 1 over all cells, and what it does."""

    number: int
    cell: Cell
    code: CodeCell
    order: CellOrder


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
        if not any("def " in code.source for _, code in context.code_cells()):
            return
        numbers = {cell.id: number for number, cell in enumerate(context.notebook.cells, 1)}
        places = [
            _Place(numbers[cell.id], cell, code, order_of(code))
            for cell, code in context.code_cells()
            if code.masked.is_python or code.magics
        ]
        functions = _functions(places)
        if not functions:
            return
        told: set[tuple[str, str]] = set()
        for index, place in enumerate(places):
            if _hides_names(place.code):
                return
            for call in place.order.calls:
                name = call.func.id if isinstance(call.func, ast.Name) else ""
                if name not in functions:
                    continue
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
    """Gives the functions that are bound in one place only, with what they need."""
    count: dict[str, int] = {}
    for place in places:
        for name, lines in place.order.bound.items():
            count[name] = count.get(name, 0) + len(lines)
    return {
        name: needs
        for place in places
        for name, needs in place.order.needs.items()
        if count.get(name) == 1
    }


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
        lines = place.order.bound.get(name)
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
    if not between or not definer.order.is_quiet:
        return []
    made = set(definer.order.bound)
    for place in between:
        if not definer.order.mentioned.isdisjoint(place.order.bound):
            return []
        if not made.isdisjoint(place.order.bound) or not made.isdisjoint(place.order.read):
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
