"""What the parameters of a function that is made are called, and in which order they stand."""

import ast
import keyword
from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import BUILTINS, GIVEN_NAMES
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.evaluation import is_fixed
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.text_edits import Edit

_IN_TYPES = (
    ast.Expression | ast.Name | ast.Attribute | ast.Subscript | ast.Constant | ast.Tuple | ast.List
    | ast.BinOp | ast.BitOr | ast.Load
)  # fmt: skip
_GIVEN_VALUES = frozenset({"parameters", "injected-parameters"})


class ParameterWish(msgspec.Struct, frozen=True):
    """What a person wants of a parameter; the order of the wishes is that of the parameters.

    Attributes:
        name: What it is called in the notebook.
        called: What it is called in the function; empty: the same.
        annotation: Its type; ``None``: the one that the notebook annotates it with, if any.
        by_default: Whether it is not given in the call, but has its constant value as default.
    """

    name: str
    called: str = ""
    annotation: str | None = None
    by_default: bool = False


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a function that is made.

    Attributes:
        name: What it is called in the notebook.
        called: What it is called in the function.
        annotation: Its type; empty without.
        default: Its default value, where it is not given in the call; else empty.
        constant: The value that could be its default, as the notebook gives it no other; empty
            where there is none.
    """

    name: str
    called: str
    annotation: str
    default: str
    constant: str


def arranged(
    names: Sequence[str],
    wishes: Sequence[ParameterWish],
    annotations: Mapping[str, str],
    constants: Mapping[str, str],
    bound: Set[str],
) -> list[Parameter]:
    """Gives the parameters as a person wants them; those with defaults come last.

    Args:
        names: What the function takes, by the names of the notebook.
        wishes: For some of these; others are passed over, as the code may have changed.
        annotations: The types that the notebook gives some names.
        constants: The values that some names always have.
        bound: The names that are surely bound where the function is defined.

    Raises:
        RefusedError: A name or a type is none, or a value is not always the same.
    """
    wanted = {wish.name: wish for wish in wishes if wish.name in names}
    made = []
    for name in [*wanted, *(name for name in names if name not in wanted)]:
        wish = wanted.get(name, ParameterWish(name))
        if wish.by_default and name not in constants:
            raise RefusedError(
                "no-constant",
                f"`{name}` has no value that is always the same, so it must be given in the call.",
            )
        annotation = annotations.get(name, "") if wish.annotation is None else wish.annotation
        made.append(
            Parameter(
                name,
                wish.called.strip() or name,
                _checked_type(annotation.strip(), bound),
                constants[name] if wish.by_default else "",
                constants.get(name, ""),
            )
        )
    called = [each.called for each in made]
    for each in made:
        if each.called != each.name:
            _check_name(each.called)
        if called.count(each.called) > 1:
            raise RefusedError("taken-name", f"Two parameters are called `{each.called}`.")
    return [
        *(each for each in made if not each.default),
        *(each for each in made if each.default),
    ]


def renaming_edits(
    found: Iterable[Reference], parameters: Sequence[Parameter], function: str
) -> list[Edit]:
    """Gives what must be written so that parameters are called what a person wants.

    Args:
        found: All names of the code that goes into the function.
        parameters: What it takes.
        function: The name of the function.

    Raises:
        RefusedError: A new name means something else in the code, or a place is not clear.
    """
    called = {each.name: each.called for each in parameters if each.name != each.called}
    if not called:
        return []
    found = list(found)
    kept = {each.name for each in found if each.name not in called}
    edits: dict[Edit, None] = {}
    for new in called.values():
        if new in kept or new == function:
            raise RefusedError("taken-name", f"The selection has a name `{new}` already.")
    for each in found:
        new = called.get(each.name, "")
        if not new:
            continue
        if each.how in {"unclear", "guess"}:
            raise RefusedError(
                "unclear-place", f"It is not clear what `{each.name}` means in one place."
            )
        if new in each.hidden:
            raise RefusedError(
                "captured-name",
                f"`{each.name}` is read where `{new}` is a name of a function, a class or a "
                "comprehension.",
            )
        edits[(*each.span, each.lead + new)] = None
    return list(edits)


def given_cells(notebook: Notebook) -> set[str]:
    """Gives the ids of the cells whose constants may be given other values from outside."""
    return {cell.id for cell in notebook.cells if _GIVEN_VALUES & set(cell.tags)}


def constants_of(notebook: Notebook, dataflow: Dataflow, names: Iterable[str]) -> dict[str, str]:
    """Gives the values of names that always have the same: bound once, to what nobody changes.

    Args:
        notebook: The document.
        dataflow: Of it, where cells may stand in parts: `a before` of the cell `a`.
        names: Those that are asked for.

    Returns:
        The expressions, as text, by name.
    """
    given = given_cells(notebook)
    found: dict[str, str] = {}
    if any(known.facts.unknown for known in dataflow.cells.values()):
        return found
    units = dataflow.graph.units
    for name in names:
        keys = [str(unit.key) for unit in units if name in unit.effective.facts.binds]
        if len(keys) != 1 or keys[0].removesuffix(" before").removesuffix(" after") in given:
            continue
        known = dataflow.cells[keys[0]]
        value = _value(known, name)
        is_changed = any(name in unit.effective.facts.deletes for unit in units)
        if value and not is_changed:
            found[name] = value
    return found


def _value(known: CellFacts, name: str) -> str:
    binding = [
        node
        for node in (known.tree.body if known.tree is not None else ())
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
    ]
    stores = sum(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in (ast.walk(known.tree) if known.tree is not None else ())
    )
    if len(binding) != 1 or stores != 1 or not is_fixed(binding[0].value):
        return ""
    return ast.unparse(binding[0].value)


def _check_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise RefusedError("bad-name", f"`{name[:60]}` is no name of Python.")
    if name in GIVEN_NAMES:
        raise RefusedError("builtin-name", f"`{name}` is a name that Python has from the start.")


def _checked_type(annotation: str, bound: Set[str]) -> str:
    """Gives a type as it can be written: as a text where a name in it may not be there."""
    if not annotation:
        return ""
    try:
        tree = ast.parse(annotation, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RefusedError("bad-type", f"`{annotation[:60]}` is no type.") from None
    nodes = list(ast.walk(tree))
    if "\n" in annotation or not all(isinstance(node, _IN_TYPES) for node in nodes):
        raise RefusedError("bad-type", f"`{annotation[:60]}` is no type.")
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if names <= bound | BUILTINS:
        return annotation
    return repr(annotation) if '"' in annotation else f'"{annotation}"'
