"""What a function made of a selection takes and gives, and whether it can be one."""

import ast
import keyword
from collections.abc import Iterator, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES, Facts
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.looking_around import looking_around, looks_within
from jupyter_nbquality.refactor.reached import classes_reached
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import first_line
from jupyter_nbquality.refactor.staying import (
    OF_THE_SYSTEM,
    is_definition,
    is_plain,
    is_setting,
    makes_class,
    statements_of,
    staying,
    with_facts,
)
from jupyter_nbquality.refactor.survey import Survey

_LOOKS_AROUND = frozenset({"globals", "locals", "vars", "dir", "exec"})
_KEEPERS = frozenset(
    {"append", "add", "insert", "setdefault", "register", "connect", "observe", "on_click",
     "on_change", "add_callback", "add_done_callback", "subscribe", "partial", "defaultdict"}
)  # fmt: skip


_SIMPLE = ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Assert
_LAZY = (
    ast.BoolOp | ast.IfExp | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp
    | ast.GeneratorExp
)  # fmt: skip


class Boundary(msgspec.Struct):
    """What crosses the edge of a selection.

    Attributes:
        hoisted: The statements that stay in the notebook above the function: imports, and
            definitions that others use.
        body: The statements of the function.
        parameters: What it takes, in the order of use.
        returns: What it gives, in the order of binding.
        deletes: Names of the notebook that it deletes.
        loses: Names that the notebook has no longer, as nobody else reads them.
        is_async: Whether it waits for something.
    """

    hoisted: list[ast.stmt]
    body: list[ast.stmt]
    parameters: list[str]
    returns: list[str]
    deletes: list[str]
    loses: list[str]
    is_async: bool


def boundary(survey: Survey) -> Boundary:
    """Finds what crosses the edge of a selection.

    Raises:
        RefusedError: As a function the code would do something else.
    """
    tree = survey.known.tree
    assert tree is not None  # the selection parses
    _refuse_magics(survey.known.masked.magics, survey.known.facts)
    statements = statements_of(survey.known)
    if statements or not all(map(is_setting, survey.known.masked.magics)):
        _refuse_looking_around(survey.known, tree)
    hoisted = staying(survey)
    body = [statement for statement in statements if statement not in hoisted]
    magics = [magic for magic in survey.known.masked.magics if not is_setting(magic)]
    if not body and not magics:
        raise RefusedError(
            "nothing-to-extract",
            "The selection holds nothing but imports, definitions and settings, which need no "
            "function.",
        )
    inside = _Inside(survey, hoisted)
    parameters = inside.parameters()
    returns = inside.returns(parameters)
    deletes = inside.deletes(parameters)
    inside.complete(parameters, returns)
    inside.refuse_late_reads(parameters)
    inside.refuse_callees(parameters)
    kept = {*returns, *deletes}
    return Boundary(
        hoisted,
        body,
        parameters,
        returns,
        deletes,
        [name for name in inside.bound_in_order() if name not in kept],
        any(waits(statement) for statement in body),
    )


def refuse_calls(survey: Survey, parameters: Sequence[str]) -> None:
    """Refuses a selection whose calls read or bind in the notebook what becomes local.

    Raises:
        RefusedError: There is such a call.
    """
    _Inside(survey, []).refuse_callees(parameters)


def check_new_name(name: str, survey: Survey) -> None:
    """Refuses a name that a function of the notebook cannot have.

    Raises:
        RefusedError: It is no name, or has a meaning already.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise RefusedError("bad-name", f"`{name[:60]}` is no name of Python.")
    if name in GIVEN_NAMES:
        raise RefusedError("builtin-name", f"`{name}` is a name that Python has from the start.")
    if name in survey.names():
        raise RefusedError("taken-name", f"The notebook has a name `{name}` already.")


class _Inside:
    """The names of the statements that go into the function."""

    def __init__(self, survey: Survey, hoisted: Sequence[ast.stmt]) -> None:
        self._survey = survey
        self._own = survey.known.facts
        self._hoisted_names = set(bound_names(hoisted))
        self._kept = bound_names(
            [each for each in hoisted if is_plain(each) and not makes_class(each)]
        )
        self._read_inside = {
            name
            for statement, facts in with_facts(survey.known)
            if statement not in hoisted
            for name in {*facts.uses, *facts.waiting}
        }
        self._binds = {
            name: node for name, node in self._own.binds.items() if name not in self._hoisted_names
        }
        declared = {
            node.target.id
            for node in ast.walk(survey.known.tree or ast.Module([], []))
            if isinstance(node, ast.AnnAssign)
            and node.value is None
            and isinstance(node.target, ast.Name)
        }
        self.local = {*self._binds, *(self._own.deletes.keys() - self._hoisted_names), *declared}
        stay = {first_line(each) for each in hoisted}
        own_reads = {
            name
            for facts in survey.known.statements
            if facts.first not in stay
            for name in (*facts.guesses, *facts.waiting, *facts.uses)
        }
        reads = {**self._own.guesses, **self._own.waiting, **self._own.uses}
        self._reads = {name: node for name, node in reads.items() if name in own_reads}

    def bound_in_order(self) -> list[str]:
        """Gives the names that the statements bind, in the order in which they do."""
        return [
            name
            for name in sorted(self._binds, key=lambda name: _place(self._binds[name]))
            if name not in self._own.gone
        ]

    def parameters(self) -> list[str]:
        found = [name for name in self._kept if name in self._read_inside]
        survey = self._survey
        for name in sorted(self._reads, key=lambda name: _place(self._reads[name])):
            if name in self._hoisted_names:
                continue
            if name in self.local:
                if survey.is_bound_elsewhere(name):
                    if self._needs_value(name):
                        found.append(name)
                elif name in GIVEN_NAMES and name in self._own.uses:
                    raise RefusedError(
                        "shadowed-builtin",
                        f"The selection reads Python's own `{name}` and binds the name, too.",
                    )
                continue
            if not survey.is_bound_elsewhere(name) or survey.stays_global(name):
                continue
            if name not in self._own.uses and survey.times_bound_elsewhere(name) > 1:
                # A lambda reads what the name holds when it runs: it stays a name of the notebook.
                continue
            found.append(name)
        found += [name for name in self._read_by_own_functions() if name not in found]
        return found

    def _needs_value(self, name: str) -> bool:
        """Tells whether a name that the selection binds, too, is read as it was before.

        Raises:
            RefusedError: It may be, and may not be bound then.
        """
        if self._survey.is_surely_bound_above(name) or not self._may_come_from_inside(name):
            return True
        if not self._survey.may_be_bound_above(name):
            return False
        raise RefusedError(
            "bound-on-some-paths",
            f"`{name}` is bound on some paths only, above the selection and in it, so there is "
            "not always something to give.",
        )

    def _may_come_from_inside(self, name: str) -> bool:
        """Tells whether a statement above the first one that reads a name may bind it."""
        for _statement, facts in with_facts(self._survey.known):
            read, bound = facts.uses.get(name) or facts.waiting.get(name), facts.binds.get(name)
            if read is not None:
                return bound is not None and _place(bound)[0] < _place(read)[0]
            if bound is not None:
                return True
        return False

    def _is_read_at_last(self, name: str) -> bool:
        """Tells whether a name is surely read in the selection, and so is bound behind that."""
        is_read = False
        for statement, facts in with_facts(self._survey.known):
            if name in facts.deletes:
                is_read = False
            elif name in facts.uses and isinstance(statement, _SIMPLE):
                is_read = is_read or not any(
                    isinstance(node, _LAZY) for node in ast.walk(statement)
                )
        return is_read

    def _read_by_own_functions(self) -> list[str]:
        """Gives the names that functions of the selection read there before it binds them.

        Raises:
            RefusedError: They may not be bound above, either.
        """
        functions = {
            name: function.reads
            for name, function in self._own.functions.items()
            if name not in self._hoisted_names
        }
        found: dict[str, None] = {}
        bound: set[str] = set()
        for statement, facts in with_facts(self._survey.known):
            todo = [] if is_definition(statement) else [*facts.uses, *facts.touched]
            seen: set[str] = set()
            while todo:
                name = todo.pop()
                if name in seen or name not in functions:
                    continue
                seen.add(name)
                todo += functions[name]
                for read in functions[name]:
                    if read in self.local - bound and self._survey.is_bound_elsewhere(read):
                        found[read] = None
            bound |= facts.definite
        for name in found:
            if not self._survey.is_surely_bound_above(name):
                raise RefusedError(
                    "callee-reads",
                    f"A function in the selection reads `{name}` before the selection binds it.",
                )
        return list(found)

    def returns(self, parameters: Sequence[str]) -> list[str]:
        return [
            name
            for name in self.bound_in_order()
            if self._survey.is_used_elsewhere(name)
            # What a cell carries over to its own next run.
            or (name in self._own.uses and name in parameters)
        ]

    def deletes(self, parameters: Sequence[str]) -> list[str]:
        """Gives the names to delete outside: those that are bound as the selection begins."""
        found = []
        survey = self._survey
        for name in self._own.deletes:
            if not survey.is_bound_elsewhere(name):
                continue
            if name in self._own.gone and name in parameters:
                found.append(name)
            elif name in self._own.gone and name in self._own.binds:
                if survey.may_be_bound_above(name):
                    found.append(name)
            elif name not in self._own.definite:
                raise RefusedError(
                    "deletes", f"The selection deletes `{name}`, which stands in the notebook."
                )
        return found

    def complete(self, parameters: list[str], returns: Sequence[str]) -> None:
        """Adds as parameters the names that are bound on some paths only, and returned on all."""
        for name in returns:
            if name in self._own.definite or name in self._own.gone:
                continue
            if name in parameters or self._is_read_at_last(name):
                continue
            if self._survey.is_surely_bound_above(name):
                parameters.append(name)
                continue
            raise RefusedError(
                "bound-on-some-paths",
                f"`{name}` is bound on some paths through the selection only, and nothing above "
                "surely binds it, so there is not always something to return.",
            )

    def refuse_late_reads(self, parameters: Sequence[str]) -> None:
        """Refuses functions that go on to read a name of the notebook which becomes a local one."""
        closed = self.local | set(parameters)
        tree = self._survey.known.tree
        assert tree is not None
        hoisted = self._hoisted_names
        for node, reads in escaping(tree):
            name = getattr(node, "name", "")
            if name and (name in hoisted or not self._survey.is_used_elsewhere(name)):
                continue
            for read in sorted(reads & closed):
                if self._survey.is_bound_elsewhere(read) or read in self._own.uses:
                    raise RefusedError(
                        "late-binding",
                        f"A function in the selection reads `{read}` when it runs, after other "
                        "code may have bound it anew.",
                    )
        for node in ast.walk(tree):
            if isinstance(node, ast.Global) and (closed & set(node.names)):
                name = min(closed & set(node.names))
                raise RefusedError(
                    "declared-global", f"The selection declares `{name}` as `global` and binds it."
                )

    def refuse_callees(self, parameters: Sequence[str]) -> None:
        """Refuses where functions of the notebook read or bind what becomes local."""
        called = {*self._own.uses, *self._own.waiting, *self._own.later, *self._own.touched}
        functions: dict[str, list[tuple[set[str], set[str]]]] = {}
        for name, function in self._survey.functions():
            known = (set(function.reads), {*function.binds, *function.deletes})
            functions.setdefault(name, []).append(known)
        for name, function in self._own.functions.items():
            if name in self._hoisted_names:
                known = (set(function.reads), {*function.binds, *function.deletes})
                functions.setdefault(name, []).append(known)
        todo = [name for name in functions if name in called]
        # Their methods run where an instance is at hand.
        todo += classes_reached(self._survey, {*called, *parameters})
        looking = self._survey.looking()
        seen: set[str] = set()
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in looking and self._binds:
                raise RefusedError(
                    "callee-looks-around",
                    f"`{name}` looks names up in the notebook as it runs, and would not see those "
                    "that the selection binds.",
                )
            for reads, binds in functions.get(name, ()):
                if shared := sorted(reads & self._binds.keys()):
                    raise RefusedError(
                        "callee-reads",
                        f"`{name}` reads `{shared[0]}` in the notebook, which the selection binds.",
                    )
                if shared := sorted(binds & (self.local | set(parameters))):
                    raise RefusedError(
                        "callee-binds",
                        f"`{name}` binds `{shared[0]}` in the notebook, which the selection reads "
                        "or binds.",
                    )
                todo += reads


def _refuse_magics(magics: Sequence[Magic], facts: Facts) -> None:
    for magic in magics:
        if magic.kind in {"shell", "shell-capture"} or is_setting(magic):
            continue
        if magic.kind in {"line-magic", "magic-assignment"} and magic.name in OF_THE_SYSTEM:
            continue
        if _sees_locals(magic, facts):
            continue
        shown = magic.text.strip().split("\n")[0][:60]
        raise RefusedError(
            "magic",
            f"`{shown}` works on the notebook's own names, so it cannot stand in a function.",
        )


def _sees_locals(magic: Magic, facts: Facts) -> bool:
    """Tells whether a magic does the same within a function.

    ``%timeit`` reads the names around it and gives nothing. Help looks among the notebook's own
    names, so that it must be about one that the selection does not bind.
    """
    if magic.kind == "help":
        return not any(name in facts.binds for name in magic.reads)
    is_timing = magic.kind == "line-magic" and magic.name == "timeit"
    return is_timing and not magic.assigns and " -o" not in f" {magic.args}"


def _refuse_looking_around(known: CellFacts, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _LOOKS_AROUND
            and (node.func.id != "vars" or not node.args)
            and (node.func.id != "dir" or not node.args)
        ):
            raise _looks_around(f"{node.func.id}()")
    for seen in looking_around(tree):
        # In a function `eval` sees the names of the function, and those of the notebook.
        if seen != "eval()" or looks_within(tree):
            raise _looks_around(seen)
    if known.facts.binds and looks_within(tree):
        raise RefusedError(
            "looks-around",
            "A function or a comprehension in the selection looks names up as it runs, and would "
            "not see those that become local.",
        )
    settings = {
        magic.text.strip().split("\n")[0] for magic in known.masked.magics if is_setting(magic)
    }
    for unknown in known.facts.unknown:
        if unknown.reason not in settings:
            raise RefusedError(
                "unknown-names", f"It is not known which names this defines: {unknown.reason}."
            )


def _looks_around(seen: str) -> RefusedError:
    return RefusedError(
        "looks-around", f"`{seen}` sees the names around it, which would be others."
    )


def escaping(tree: ast.Module) -> Iterator[tuple[ast.AST, set[str]]]:
    """Yields the functions, lambdas and generators that may run after the selection."""
    parents: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            parents[child] = node
    for node in parents:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if isinstance(parents[node], ast.Module):
                yield node, names_read(node)
        elif isinstance(node, ast.Lambda | ast.GeneratorExp) and not runs_now(node, parents):
            yield node, names_read(node)


def runs_now(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Tells whether a lambda or a generator is given to a call that keeps it not."""
    parent = parents[node]
    if isinstance(parent, ast.keyword):
        parent = parents[parent]
    if not isinstance(parent, ast.Call):
        return isinstance(parent, ast.For | ast.comprehension | ast.Starred)
    if parent.func is node:
        return True
    called = parent.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name not in _KEEPERS


def names_read(*nodes: ast.AST) -> set[str]:
    """Gives the names that pieces of code read, at whatever depth."""
    return {
        each.id
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }


def waits(statement: ast.stmt) -> bool:
    """Tells whether a statement awaits something itself, not in functions that it defines."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return False


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
