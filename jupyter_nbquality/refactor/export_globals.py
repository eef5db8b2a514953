"""Which names of a program's main function must be globals."""

import symtable
import warnings
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.dataflow.facts import BUILTINS


class Shared(msgspec.Struct, frozen=True):
    """The names of ``main`` that must be globals.

    Attributes:
        names: All of them.
        rebound: Those that code binds anew, beside being given to ``main``.
    """

    names: list[str]
    rebound: list[str]


def shared_names(text: str, main: str) -> Shared:
    """Finds the names of ``main`` that must be globals.

    Other functions read or bind them as such; or they are those of builtins, which code may read
    before it binds its own; or those of classes, which are shown and found by their names.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            top = symtable.symtable(text, "<program>", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Shared([], [])
    read: set[str] = set(BUILTINS)
    own: set[str] = set()
    bound: set[str] = set()
    for table in top.get_children():
        if table.get_name() == main:
            own = {each.get_name() for each in table.get_symbols() if each.is_local()}
            bound |= {each.get_name() for each in table.get_symbols() if each.is_assigned()}
            for each in _within(table):
                # What a class binds and reads it looks for at the level of the module.
                symbols = each.get_symbols() if each.get_type() == "class" else []
                read |= {symbol.get_name() for symbol in symbols if _is_looked_up(symbol)}
                bound |= {name.get_name() for name in each.get_symbols() if _is_set_outside(name)}
                read |= {name.get_name() for name in each.get_symbols() if _is_set_outside(name)}
            read |= {each.get_name() for each in table.get_children() if each.get_type() == "class"}
            continue
        for each in [table, *_within(table)]:
            for symbol in each.get_symbols():
                if symbol.is_global() and (symbol.is_referenced() or symbol.is_declared_global()):
                    read.add(symbol.get_name())
                if _is_set_outside(symbol):
                    bound.add(symbol.get_name())
    names = sorted(own & read)
    return Shared(names, [name for name in names if name in bound])


def _within(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yields the scopes within another."""
    for each in table.get_children():
        yield each
        yield from _within(each)


def _is_looked_up(symbol: symtable.Symbol) -> bool:
    """Tells whether a class reads a name that it binds itself."""
    return symbol.is_local() and symbol.is_referenced()


def _is_set_outside(symbol: symtable.Symbol) -> bool:
    """Tells whether a function binds a global."""
    return symbol.is_declared_global() and symbol.is_assigned()
