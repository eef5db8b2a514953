"""What is known of a piece of code: of a statement, a cell, or a function."""

import ast
import builtins
from enum import IntEnum
from typing import Any, NamedTuple

BUILTINS = frozenset(dir(builtins))
"""The names that Python has from the start."""

GIVEN_NAMES = BUILTINS | {"display", "get_ipython", "In", "Out"}
"""Names that a kernel has from the start; no names of the notebook unless a cell binds them."""

FILE, STATE = "file:", "state:"
"""How the names of files and of states of the process begin; no name of Python does."""


class Strength(IntEnum):
    """How an expression holds the object of a name."""

    MADE = 0
    """A call made it of the object; it may be the object, or hold it."""
    PART = 1
    """A part or a view of the object: an attribute, an item, a slice."""
    VIEW = 2
    """A part of the object, and a view of it where the object is an array."""
    SAME = 3
    """The very object, or a view of it: who changes one changes both."""


class Root(NamedTuple):
    """A name whose object an expression gives, or may give a part of."""

    name: str
    strength: Strength


class Argument(NamedTuple):
    """What a call is given.

    Attributes:
        key: The place, from 0, or the keyword; ``None`` where stars hide it.
        roots: The names whose objects are given.
        node: The expression.
    """

    key: int | str | None
    roots: tuple[Root, ...]
    node: ast.expr


class Call:
    """A call, as it stands.

    Attributes:
        node: Its syntax.
        path: The dotted name that is called (``("np", "random", "seed")``); only the attributes
            behind the last call or subscript where the whole is not a dotted name.
        dotted: Whether `path` is the whole of what is called.
        receiver: The names whose object has the method.
        arguments: What it is given.
        targets: The names its result is bound to.
        dropped: Whether nothing becomes of its result.
    """

    __slots__ = ("arguments", "dotted", "dropped", "node", "path", "receiver", "targets")

    def __init__(
        self,
        node: ast.Call,
        path: tuple[str, ...],
        dotted: bool,
        receiver: tuple[Root, ...],
        arguments: list[Argument],
    ) -> None:
        self.node = node
        self.path = path
        self.dotted = dotted
        self.receiver = receiver
        self.arguments = arguments
        self.targets: tuple[str, ...] = ()
        self.dropped = False


class Mutation(NamedTuple):
    """A change of the object that a name holds.

    Attributes:
        certain: Whether it surely changes; otherwise it may.
        node: Where.
    """

    certain: bool
    node: ast.AST


class Alias(NamedTuple):
    """Two names that may hold the same object.

    Attributes:
        target: The name that was bound.
        source: The name it was bound from.
        strength: What of the other object it holds.
        kept: Whether the other object was stored in one that is there, which changes it not.
        one_way: Whether only a change of the source may be one of the target, and not the other way
            round, as of a class and its objects. Only of what is `Strength.MADE`.
    """

    target: str
    source: str
    strength: Strength
    kept: bool = False
    one_way: bool = False


class Effect(NamedTuple):
    """Something done to the world, or learnt from it.

    Attributes:
        kind: ``reads-file``, ``writes-file``, ``makes-folder``, ``reads-state``,
            ``writes-state``, ``may-write-state`` or, whatever it was, ``sets-state``;
            ``may-draw``, ``imports``, ``network``, ``database``, ``subprocess``, ``input``.
        what: The literal path, or the state: ``directory``, ``environment``, ``random numpy``,
            ``display`` …; empty where it is not known.
        node: Where.
    """

    kind: str
    what: str
    node: ast.AST


class Unknown(NamedTuple):
    """A place that may define any name.

    Attributes:
        reason: What it is: ``star import``, ``exec``, ``%run`` …
        node: Where; ``None`` for a magic.
    """

    reason: str
    node: ast.AST | None


class Function:
    """What a function, a lambda or a class does when it is called.

    Attributes:
        name: As it is defined; empty for what a name holds beside other things.
        parameters: The names of its parameters in order, ``self`` included.
        places: How many of them can be given by place.
        rest: The parameter that takes the others (``*args``); empty without one.
        keywords: The parameter that takes further keywords (``**options``); empty without one.
        reads: Names of the notebook that it reads when it runs.
        beyond: Names that it, or a function within, declares ``global``.
        binds: Names of the notebook that it binds when it runs (``global``).
        deletes: Names of the notebook that it may delete.
        changes: The names and parameters it changes without a call, with the strength.
        calls: The calls it makes, whose receivers and arguments are parameters or names of the
            notebook; for `calls` to interpret.
        returns: The parameters and names whose object it returns, or parts of it.
        effects: What it does to the world.
        is_class: Whether it is a class; what its methods do is taken together.
        lingers: Whether what it gives runs its code later: a generator, a function, a coroutine.
        once: Whether a name for it is used up as it is read: an iterator.
        methods: The names of its methods.
        init: What its ``__init__`` does.
        defaults: Whose objects its parameters hold where they are not given: names, or its own for
            what the function itself keeps.
    """

    __slots__ = (
        "beyond",
        "binds",
        "calls",
        "changes",
        "defaults",
        "deletes",
        "effects",
        "init",
        "is_class",
        "keywords",
        "lingers",
        "methods",
        "name",
        "once",
        "parameters",
        "places",
        "reads",
        "rest",
        "returns",
    )

    def __init__(self, name: str, parameters: list[str], is_class: bool = False) -> None:
        self.name = name
        self.parameters = parameters
        self.places = 0
        self.rest = self.keywords = ""
        self.is_class = is_class
        self.lingers = self.once = False
        self.beyond: set[str] = set()
        self.init: Function | None = None
        self.methods: set[str] = set()
        self.reads: dict[str, ast.AST] = {}
        self.binds: dict[str, ast.AST] = {}
        self.deletes: dict[str, ast.AST] = {}
        self.changes: dict[str, Mutation] = {}
        self.calls: list[Call] = []
        self.returns: set[Root] = set()
        self.effects: list[Effect] = []
        self.defaults: dict[str, tuple[Root, ...]] = {}

    def change(self, name: str, certain: bool, node: ast.AST) -> None:
        """Notes that it changes what a parameter or a name of the notebook holds."""
        known = self.changes.get(name)
        if known is None or (certain and not known.certain):
            self.changes[name] = Mutation(certain, node)


class Facts:
    """What a statement or a cell does with the names of the notebook.

    Attributes:
        first: First line, from 1.
        last: Last line.
        uses: Names it reads now that are not surely bound in it before.
        guesses: Names it reads if there are such: in SQL, in shell lines.
        later: Names that functions, lambdas and generators in it read when they run.
        waiting: Those of them in lambdas and generators that have no name, which may run now.
        touched: Names it reads now that are bound in it before.
        binds: Names it binds, or may bind.
        definite: Those bound on every path.
        deletes: Names it deletes, or may delete.
        gone: Those deleted on every path.
        mutates: Names whose objects it changes, where they are not surely made in it.
        calls: The calls it makes; once they are interpreted, those of functions that may stand in
            the notebook.
        aliases: Names that hold the same object after it.
        functions: The functions and classes it defines, by name.
        imports: The modules it imports, by the name they are bound to: ``np`` → ``numpy``.
        paths: What names are bound to that may be paths of files.
        arrays: What names are bound to that may be arrays.
        kept_kinds: How often names are bound to what is of the kind that they held (``a += 1``).
        effects: What it does to the world.
        unknown: Places that may define any name.
        figures: Names bound to what calls gave that change the current figure.
        displays: Whether it shows something.
    """

    __slots__ = (
        "aliases",
        "arrays",
        "binds",
        "calls",
        "definite",
        "deletes",
        "displays",
        "effects",
        "figures",
        "first",
        "functions",
        "gone",
        "guesses",
        "imports",
        "kept_kinds",
        "last",
        "later",
        "mutates",
        "paths",
        "touched",
        "unknown",
        "uses",
        "waiting",
    )

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.uses: dict[str, ast.AST] = {}
        self.guesses: dict[str, ast.AST] = {}
        self.later: dict[str, ast.AST] = {}
        self.waiting: dict[str, ast.AST] = {}
        self.touched: dict[str, ast.AST] = {}
        self.binds: dict[str, ast.AST] = {}
        self.definite: set[str] = set()
        self.deletes: dict[str, ast.AST] = {}
        self.gone: set[str] = set()
        self.mutates: dict[str, Mutation] = {}
        self.calls: list[Call] = []
        self.aliases: list[Alias] = []
        self.functions: dict[str, Function] = {}
        self.imports: dict[str, str] = {}
        self.paths: dict[str, ast.expr] = {}
        self.arrays: dict[str, ast.expr] = {}
        self.kept_kinds: list[str] = []
        self.effects: list[Effect] = []
        self.unknown: list[Unknown] = []
        self.figures: list[str] = []
        self.displays = False

    def mutate(self, name: str, certain: bool, node: ast.AST) -> None:
        """Notes that it changes what a name holds."""
        known = self.mutates.get(name)
        if known is None or (certain and not known.certain):
            self.mutates[name] = Mutation(certain, node)

    def __repr__(self) -> str:
        """Shows what is there, for whoever looks for a mistake."""
        shown: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value:
                shown[name] = sorted(value) if isinstance(value, dict) else value
        return f"Facts({shown})"
