"""How control flows through statements, and which names are bound or still read on its way."""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from jupyter_nbquality.dataflow.walker import walk
from jupyter_nbquality.ipython.names import bound_names

_SWALLOWS = frozenset({"suppress", "raises", "assertRaises", "ExitStack", "AsyncExitStack"})

Exit = Literal["return", "break", "continue", "raise"]


class Node:
    """A piece of code that runs as one.

    Attributes:
        reads: Names that it reads before it surely binds them.
        binds: Names that it surely binds.
        may_bind: Names that it binds, or may bind.
        deletes: Names that it deletes, or may delete.
        next: The nodes that may come after it.
        raised: The nodes to which an exception in it leads.
        leaves: How it leaves the code around it.
        inside: Whether it belongs to the statements that are asked about.
    """

    __slots__ = (
        "binds", "deletes", "inside", "leaves", "may_bind", "next", "place", "raised", "reads",
    )  # fmt: skip

    def __init__(self, inside: bool) -> None:
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self.may_bind: set[str] = set()
        self.deletes: set[str] = set()
        self.next: list[Node] = []
        self.raised: list[Node] = []
        self.leaves: Exit | None = None
        self.inside = inside
        self.place = 0


class _Frame:
    """What is around a statement, seen from where control leaves it.

    Attributes:
        head: The node to continue a loop with, or the one that begins a ``finally``.
        leaving: The nodes that break the loop; of a ``finally``, how control gets there.
    """

    def __init__(self, head: Node, is_loop: bool) -> None:
        self.head = head
        self.is_loop = is_loop
        self.breaks: list[Node] = []
        self.exits: set[Exit] = set()


class Flow:
    """The flow through some statements, and among them through those of one block.

    Args:
        statements: Those of a function, or the last ones of a cell.
        chosen: Some of one block within.
        swallows: Tells of what a ``with`` enters whether it may keep an exception.

    Attributes:
        later: Names that functions and lambdas in other statements than the chosen ones read.
        first: The node before the chosen statements.
        behind: The node after them.
        in_loop: Whether the chosen ones may run again, by a loop around them.
    """

    def __init__(
        self,
        statements: Sequence[ast.stmt],
        chosen: Sequence[ast.stmt],
        swallows: Callable[[ast.expr], bool],
    ) -> None:
        self._swallows = swallows
        self._chosen = {id(statement) for statement in chosen}
        self._first, self._last = chosen[0], chosen[-1]
        self._inside = False
        self._frames: list[_Frame] = []
        self._raised: list[Node] = []
        self.nodes: list[Node] = []
        self.later: set[str] = set()
        self.in_loop = False
        self.entry = self._node()
        self.exit = Node(inside=False)
        self.first = self.behind = self.entry
        ends = self._body(statements, [self.entry])
        self._join(ends, self.exit)
        self._add(self.exit)

    # ---- what is asked ----

    def within(self) -> list[Node]:
        """Gives the nodes of the chosen statements."""
        return [node for node in self.nodes if node.inside]

    def live(self, at_exit: Iterable[str], *, inside: bool = False) -> dict[Node, set[str]]:
        """Finds the names whose values may be read from before each node on.

        Args:
            at_exit: Those that are read after the last node.
            inside: Whether only the chosen statements are looked at, and nothing is read later.
        """
        nodes = [*self.within(), self.behind] if inside else self.nodes
        known = {id(node) for node in nodes}
        live: dict[Node, set[str]] = {node: set() for node in nodes}
        end = self.behind if inside else self.exit
        live[end] = set(at_exit)
        changed = True
        while changed:
            changed = False
            for node in reversed(nodes):
                if node is end:
                    continue
                after: set[str] = set()
                for other in node.next:
                    if id(other) in known:
                        after |= live[other]
                now = node.reads | (after - node.binds)
                for other in node.raised:
                    if id(other) in known:
                        now |= live[other]
                if now != live[node]:
                    live[node] = now
                    changed = True
        return live

    def bound(self, at_entry: Iterable[str], names: Iterable[str]) -> set[str]:
        """Finds the names that are surely bound before the chosen statements.

        Args:
            at_entry: Those that are bound before the first node.
            names: Those that are asked for.
        """
        return self._sure(self.entry, self.first, set(at_entry), set(names))

    def bound_within(self, names: Iterable[str]) -> set[str]:
        """Finds the names that the chosen statements surely bind, where they come to their end."""
        return self._sure(self.first, self.behind, set(), set(names))

    def ends(self) -> bool:
        """Tells whether control may come to the end of the chosen statements."""
        seen: set[int] = set()
        todo = [self.first]
        while todo:
            node = todo.pop()
            if node is self.behind:
                return True
            if id(node) not in seen:
                seen.add(id(node))
                todo += [
                    each
                    for each in (*node.next, *node.raised)
                    if each.inside or each is self.behind
                ]
        return False

    def _sure(self, start: Node, end: Node, given: set[str], names: set[str]) -> set[str]:
        """Finds the names that are bound on every path from one node to another."""
        before: dict[Node, set[str]] = {start: given & names}
        todo = [start]
        while todo:
            node = todo.pop()
            now = before[node]
            after = (now | (node.binds & names)) - node.deletes
            for others, state in ((node.next, after), (node.raised, now - node.deletes)):
                for other in others:
                    if start is self.first and not (other.inside or other is end):
                        continue
                    known = before.get(other)
                    joined = state if known is None else known & state
                    if known is None or joined != known:
                        before[other] = set(joined)
                        todo.append(other)
        return before.get(end, set(names))

    # ---- the graph ----

    def _add(self, node: Node) -> None:
        node.place = len(self.nodes)
        self.nodes.append(node)

    def _node(self, *parts: ast.stmt | ast.expr | None) -> Node:
        node = Node(self._inside)
        self._add(node)
        node.raised = list(self._raised)
        for part in parts:
            if part is not None:
                self._learn(node, part)
        return node

    def _learn(self, node: Node, part: ast.stmt | ast.expr) -> None:
        statement = part
        if isinstance(part, ast.expr):
            statement = ast.copy_location(ast.Expr(part), part)
        assert isinstance(statement, ast.stmt)
        for facts in walk(ast.Module([statement], [])).statements:
            reads = {*facts.uses, *facts.guesses, *facts.waiting}
            node.reads |= reads - node.binds
            node.binds |= facts.definite
            node.may_bind |= facts.binds.keys()
            node.deletes |= facts.deletes.keys()
            if not self._inside:
                self.later |= facts.later.keys() | facts.waiting.keys()

    def _then(self, ends: Sequence[Node], *parts: ast.stmt | ast.expr | None) -> Node:
        node = self._node(*parts)
        self._join(ends, node)
        return node

    @staticmethod
    def _join(ends: Iterable[Node], node: Node) -> None:
        for end in ends:
            end.next.append(node)

    def _body(self, statements: Sequence[ast.stmt], ends: list[Node]) -> list[Node]:
        for statement in statements:
            if statement is self._first:
                ends = [self._then(ends)]
                self.first = ends[0]
                self.in_loop = any(frame.is_loop for frame in self._frames)
                self._inside = True
            ends = self._statement(statement, ends)
            if statement is self._last:
                self._inside = False
                self.behind = self._then(ends)
                ends = [self.behind]
        return ends

    def _statement(self, node: ast.stmt, ends: list[Node]) -> list[Node]:
        match node:
            case ast.If():
                test = self._then(ends, node.test)
                return [*self._body(node.body, [test]), *self._body(node.orelse, [test])]
            case ast.For() | ast.AsyncFor():
                return self._for(node, ends)
            case ast.While():
                return self._while(node, ends)
            case ast.Try() | ast.TryStar():
                return self._try(node, ends)
            case ast.With() | ast.AsyncWith():
                return self._with(node, ends)
            case ast.Match():
                return self._match(node, ends)
            case ast.Break():
                return self._leave(self._then(ends), "break")
            case ast.Continue():
                return self._leave(self._then(ends), "continue")
            case ast.Return():
                return self._leave(self._then(ends, node.value), "return")
            case ast.Raise():
                raised = self._then(ends, node.exc, node.cause)
                raised.leaves = "raise"
                return []
        return [self._then(ends, node)]

    def _leave(self, node: Node, how: Exit) -> list[Node]:
        """Leads control out, by way of the ``finally`` blocks around."""
        node.leaves = how
        self._lead([node], how)
        return []

    def _lead(self, nodes: list[Node], how: Exit) -> None:
        for frame in reversed(self._frames):
            if not frame.is_loop:
                self._join(nodes, frame.head)
                frame.exits.add(how)
                return
            if how == "break":
                frame.breaks += nodes
                return
            if how == "continue":
                self._join(nodes, frame.head)
                return
        if how == "return":
            self._join(nodes, self.exit)

    def _for(self, node: ast.For | ast.AsyncFor, ends: list[Node]) -> list[Node]:
        head = self._then([self._then(ends, node.iter)])
        none = ast.copy_location(ast.Constant(None), node.target)
        taken = ast.copy_location(ast.Assign([node.target], none), node.target)
        target = self._then([head], taken)
        return self._loop(node, head, target, [head])

    def _while(self, node: ast.While, ends: list[Node]) -> list[Node]:
        head = self._then(ends, node.test)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return self._loop(node, head, head, [] if endless else [head])

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, head: Node, first: Node, ends: list[Node]
    ) -> list[Node]:
        frame = _Frame(head, is_loop=True)
        self._frames.append(frame)
        self._join(self._body(node.body, [first]), head)
        self._frames.pop()
        return [*self._body(node.orelse, ends), *frame.breaks]

    def _with(self, node: ast.With | ast.AsyncWith, ends: list[Node]) -> list[Node]:
        kept: Node | None = None
        outer = self._raised
        for item in node.items:
            part: ast.stmt | ast.expr = item.context_expr
            if item.optional_vars is not None:
                part = ast.copy_location(
                    ast.Assign([item.optional_vars], item.context_expr), item.context_expr
                )
            ends = [self._then(ends, part)]
            if kept is None and self._swallows(item.context_expr):
                kept = self._node()
                self._raised = [kept, *outer]
        ends = self._body(node.body, ends)
        self._raised = outer
        return ends if kept is None else [*ends, kept]

    def _match(self, node: ast.Match, ends: list[Node]) -> list[Node]:
        ends = [self._then(ends, node.subject)]
        found: list[Node] = []
        for case in node.cases:
            tried = self._then(ends, *_values(case.pattern))
            names = set(bound_names([case.pattern]))
            tried.may_bind |= names
            matched = self._then([tried])
            matched.binds |= names
            matched.may_bind |= names
            guarded = self._then([matched], case.guard)
            found += self._body(case.body, [guarded])
            ends = [tried]
            if case.guard is not None:
                ends.append(guarded)
            elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                ends = []
        return [*found, *ends]

    def _try(self, node: ast.Try | ast.TryStar, ends: list[Node]) -> list[Node]:
        outer = self._raised
        frame: _Frame | None = None
        if node.finalbody:
            frame = _Frame(self._node(), is_loop=False)
            self._frames.append(frame)
            self._raised = [frame.head]
        around = self._raised
        failed = self._node() if node.handlers else None
        if failed is not None:
            self._raised = [failed, *around]
        # The first node may fail before anything is bound.
        start = self._then(ends)
        ends = self._body(node.body, [start])
        self._raised = around
        ends = self._body(node.orelse, ends)
        for handler in node.handlers if failed is not None else ():
            assert failed is not None
            ends += self._handler(handler, failed)
        self._raised = outer
        if frame is None:
            return ends
        self._frames.pop()
        self._join(ends, frame.head)
        final = self._body(node.finalbody, [frame.head])
        for end in final:
            end.raised = [*end.raised, *outer]
        for how in sorted(frame.exits):
            self._lead(final, how)
        return final

    def _handler(self, handler: ast.ExceptHandler, failed: Node) -> list[Node]:
        caught = self._then([failed], handler.type)
        if handler.name is None:
            return self._body(handler.body, [caught])
        caught.binds.add(handler.name)
        caught.may_bind.add(handler.name)
        ends = self._body(handler.body, [caught])
        gone = self._then(ends)
        gone.deletes.add(handler.name)
        return [gone]


def may_swallow(node: ast.expr, defined: Iterable[str]) -> bool:
    """Tells whether what a ``with`` enters may keep an exception from going on.

    Args:
        node: What it enters.
        defined: Functions and classes of the notebook, of which nobody knows.
    """
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name in _SWALLOWS or name in set(defined):
        return True
    return not isinstance(node, ast.Call)


def _values(pattern: ast.pattern) -> list[ast.expr]:
    """Gives what a pattern compares with."""
    return [
        value
        for node in ast.walk(pattern)
        for value in (
            (node.value,)
            if isinstance(node, ast.MatchValue)
            else (node.cls,)
            if isinstance(node, ast.MatchClass)
            else tuple(node.keys)
            if isinstance(node, ast.MatchMapping)
            else ()
        )
    ]
