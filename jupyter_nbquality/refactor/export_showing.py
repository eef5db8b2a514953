"""The functions by which a program shows what a notebook shows."""

import ast
import builtins
from collections.abc import Collection, Iterator

SHOW = '''\
def {name}(value):
    """Print a value as a notebook shows it."""
    if value is not None:
        print({text}(value))'''
DISPLAY = '''\
def {name}(*values, **_options):
    """Print values as a notebook displays them."""
    for value in values:
        print({text}(value))'''
FIGURES = '''\
def {name}():
    """Show the figures that were drawn, and begin anew, as a notebook does after a cell."""
    plt.show()
    plt.close("all")'''
TEXT = '''\
@reprlib.recursive_repr()
def {name}(value):
    """Say a value as a notebook does: classes by their names, and sets in order."""
    kind = type(value)
    if isinstance(value, type) and kind.__repr__ is type.__repr__:
        module = value.__module__
        return ("" if module == "builtins" else f"{{module}}.") + value.__qualname__
    if kind is dict:
        pairs = (f"{{{name}(key)}}: {{{name}(its)}}" for key, its in value.items())
        return "{{" + ", ".join(pairs) + "}}"
    if kind not in (list, tuple, set, frozenset) or not value:
        return repr(value)
    items = list(value)
    if kind in (set, frozenset):
        try:
            items.sort()
        except TypeError:
            items.sort(key=str)
    inner = ", ".join(map({name}, items))
    if kind is tuple:
        return f"({{inner}},)" if len(items) == 1 else f"({{inner}})"
    if kind is list:
        return f"[{{inner}}]"
    return f"{{{{{{inner}}}}}}" if kind is set else f"frozenset({{{{{{inner}}}}}})"'''

_MAKERS = frozenset({"set", "frozenset", "type"})
_ATTRIBUTES = frozenset({"__class__", "intersection", "union", "difference", "mro", "__mro__"})
_TYPES = frozenset(name for name, its in vars(builtins).items() if isinstance(its, type))


def needs_text(tree: ast.AST, classes: Collection[str], show: str) -> bool:
    """Tells whether what code shows may hold sets or classes, which `repr` says otherwise.

    Args:
        tree: The code.
        classes: The classes of the notebook.
        show: The function that shows a value in it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.SetComp):
            return True
        if isinstance(node, ast.Name) and node.id in _MAKERS:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {show, "display"}
            and any(
                isinstance(each, ast.Name) and (each.id in classes or each.id in _TYPES)
                for argument in node.args
                for each in _held(argument)
            )
        ):
            return True
    return False


def _held(value: ast.expr) -> Iterator[ast.expr]:
    """Yields what an expression holds: itself, or the items of a display."""
    if isinstance(value, ast.List | ast.Tuple):
        for each in value.elts:
            yield from _held(each)
    elif isinstance(value, ast.Dict):
        for key in value.keys:
            yield from _held(key) if key is not None else ()
        for each in value.values:
            yield from _held(each)
    else:
        yield value
