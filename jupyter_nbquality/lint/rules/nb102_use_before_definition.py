"""NB102: a function that is called above what it needs."""

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import msgspec

from jupyter_nbquality.edits import MoveCell, source_hash
from jupyter_nbquality.findings import Applicability, Fix, Severity
from jupyter_nbquality.lint.notebook_names import IPYTHON_NAMES, PLATFORM_NAMES, is_dynamic
from jupyter_nbquality.lint.rule import CodeCell, Context, Problem, Rule, fix
from jupyter_nbquality.lint.rules._imports import imports_of, names_bound
from jupyter_nbquality.lint.rules._order import (
    bindings,
    certain_calls,
    likely_needs,
    may_bind,
    may_call,
    may_define,
    names_mentioned,
    names_read,
    needs,
    only_defines,
    plain_functions,
)
from jupyter_nbquality.lint.rules._python import kept_by_cell
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
    needles = (("def",),)

    def check(self, context: Context) -> Iterator[Problem]:
        """Yields the first call of each function above each name that it needs."""
        numbers = {cell.id: number for number, cell in enumerate(context.notebook.cells, 1)}
        places = [_Place(numbers[cell.id], cell, code) for cell, code in context.code_cells()]
        functions = _functions(places) if _may_be_early(places) else {}
        if not functions:
            return
        told: set[tuple[str, str]] = set()
        needed_by: dict[str, list[str]] = {}
        understood = 0
        for index, place in enumerate(places):
            for name, call in _calls(place.code, functions):
                if name not in needed_by:
                    needed_by[name] = sorted(filter(_is_own, _all_needs(name, functions, needs)))
                for needed in needed_by[name]:
                    first = _first_definition(needed, places)
                    if first is None or first <= (index, call.lineno) or (name, needed) in told:
                        continue
                    # Asked for late, because cells must be parsed for it.
                    if any(_hides_names(each.code) for each in places[understood : index + 1]):
                        return
                    understood = index + 1
                    told.add((name, needed))
                    definer = places[first[0]]
                    yield Problem(
                        f"`{name}` is called here and needs `{needed}`, which is defined "
                        f"{_where(definer, place)}",
                        place.cell.id,
                        place.code.range_of(call),
                        _move(definer, index, places, context),
                    )


def _may_be_early(places: list[_Place]) -> bool:
    """Looks whether any function may be called above what it needs; few cells are parsed for it."""
    defining: dict[str, list[CodeCell]] = {}
    for place in places:
        for name in may_define(place.code):
            defining.setdefault(name, []).append(place.code)
    calls: dict[str, int] = {}
    for index, place in enumerate(places) if defining else ():
        for name in may_call(place.code, defining):
            calls.setdefault(name, index)
    for name, index in calls.items():
        for needed in filter(_is_own, _all_needs(name, defining, likely_needs)):
            # Nearly all is imported or defined above, which a look at statements tells.
            above = [place.code for place in places[:index]]
            if any(needed in _imported(code) for code in above) or any(
                may_bind(code, (needed,)) and needed in _plainly_bound(code) for code in above
            ):
                continue
            first = _first_definition(needed, places)
            if first is not None and first[0] >= index:
                return True
    return False


@kept_by_cell
def _imported(code: CodeCell) -> frozenset[str]:
    return frozenset(name for statement in imports_of(code) for name in names_bound(statement))


@kept_by_cell
def _plainly_bound(code: CodeCell) -> frozenset[str]:
    """Gives the names that statements of a cell bind, not those inside of others."""
    names: set[str] = set(plain_functions(code))
    for statement in code.tree.body if code.tree is not None else ():
        if isinstance(statement, ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names.update(node.id for node in statement.targets if isinstance(node, ast.Name))
    return frozenset(names)


def _functions(places: list[_Place]) -> dict[str, list[CodeCell]]:
    """Gives the functions that are bound in one place only, with the cell that defines them."""
    found = {name: place.code for place in places for name in plain_functions(place.code)}
    count: Counter[str] = Counter()
    for place in places:
        if may_bind(place.code, found):
            count.update({name: len(lines) for name, lines in bindings(place.code).items()})
    return {name: [code] for name, code in found.items() if count[name] == 1}


def _calls(code: CodeCell, functions: Iterable[str]) -> Iterator[tuple[str, ast.Call]]:
    """Yields the calls of functions that a cell makes for certain; most cells make none."""
    called = may_call(code, functions)
    if called:
        yield from certain_calls(code, called)


def _all_needs(
    name: str,
    functions: dict[str, list[CodeCell]],
    needs_of: Callable[[CodeCell, str], frozenset[str]],
) -> set[str]:
    """Gives what a function needs, itself or by a function that it reads."""
    found: set[str] = set()
    todo = [name]
    while todo:
        function = todo.pop()
        for code in functions.get(function, ()):
            new = needs_of(code, function) - found
            found |= new
            todo += new
    return found


def _is_own(name: str) -> bool:
    """Tells whether a name is the notebook's, and not there from the start."""
    return not (
        name in _BUILTINS or name in PLATFORM_NAMES or IPYTHON_NAMES.fullmatch(name) is not None
    )


def _first_definition(name: str, places: list[_Place]) -> tuple[int, int] | None:
    """Gives the cell that first defines a name, and the first line there that does."""
    for index, place in enumerate(places):
        if may_bind(place.code, (name,)):
            lines = bindings(place.code).get(name)
            if lines is not None:
                return index, min(lines)
    return None


@kept_by_cell
def _hides_names(code: CodeCell) -> bool:
    """Tells whether a cell may define names that cannot be known."""
    if code.tree is None:
        return code.masked.is_python
    return (
        any(magic.unknown for magic in code.magics)
        or any(node.name == "*" for node in code.by_kind.of(ast.alias))
        or is_dynamic(code.source)
    )


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
