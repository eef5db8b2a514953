"""Makes parameters of the variables of a notebook that functions read, and mends their calls."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence, Set

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.edits import ChangeMetadata, EditPlan, Operation, replace_source
from jupyter_nbquality.ipython import mask, parse
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.boundary import runs_now
from jupyter_nbquality.refactor.carried_tests import tests_of, with_tests
from jupyter_nbquality.refactor.definitions import Definition, Definitions
from jupyter_nbquality.refactor.given_text import (
    FunctionNode,
    Gained,
    call_edits,
    called_at,
    signature_edits,
    with_gained,
)
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.rename import refuse_unknown, shows_itself
from jupyter_nbquality.refactor.selection import first_line
from jupyter_nbquality.refactor.surely_reads import surely_reads
from jupyter_nbquality.refactor.text_edits import Edit, edited
from jupyter_nbquality.refactor.text_of import CellText, UnclearError, strings_within

_LOOKS = frozenset({"locals", "vars", "dir", "eval", "exec", "globals"})
_LATER = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.GeneratorExp


class GlobalsGiven(msgspec.Struct, frozen=True):
    """Functions that take what they read of the notebook before.

    Attributes:
        plan: The changes of their heads and of their calls.
        gained: The names of the new parameters, by function.
        calls: How many calls of each give them now.
    """

    plan: EditPlan
    gained: dict[str, list[str]]
    calls: dict[str, int]


def give_globals(
    notebook: Notebook,
    dataflow: Dataflow,
    definitions: Definitions,
    moved: Sequence[Definition],
    variables: Set[str],
) -> GlobalsGiven:
    """Makes parameters of the variables that functions read, and gives them in every call.

    A variable that is read when a call begins is the same as one that is read while it runs, as
    long as nobody binds it anew meanwhile: where that may be, it is refused. A function that calls
    one of them takes what that one needs, too, if it is moved along.

    Args:
        notebook: The document.
        dataflow: Of it.
        definitions: Of it.
        moved: The functions and classes that are to read no variable.
        variables: The variables.

    Raises:
        RefusedError: The notebook would not do the same.
    """
    return _Giving(notebook, dataflow, definitions, moved, variables).result()


class _Place(msgspec.Struct, frozen=True):
    """Where a function is called.

    Attributes:
        gained: What the call is to give.
        reference: The name of the function.
        call: The call; ``None`` in magics.
    """

    gained: Gained
    reference: Reference
    call: ast.Call | None


class _Giving:
    """The work on one notebook."""

    def __init__(
        self,
        notebook: Notebook,
        dataflow: Dataflow,
        definitions: Definitions,
        moved: Sequence[Definition],
        variables: Set[str],
    ) -> None:
        self._notebook = notebook
        self._dataflow = dataflow
        self._cells = dataflow.cells
        self._definitions = definitions
        self._moved = {each.names[0]: each for each in moved if each.kind == "definition"}
        self._found = {key: references(known) for key, known in self._cells.items()}
        self._functions: dict[str, FunctionNode] = {
            name: each.statement
            for name, each in self._moved.items()
            if isinstance(each.statement, FunctionNode)
        }
        self._names = self._needed(variables)
        self._gained = {name: self._checked(name, names) for name, names in self._names.items()}

    def result(self) -> GlobalsGiven:
        """Gives the changes."""
        calls = dict.fromkeys(self._gained, 0)
        operations: list[Operation] = []
        for name in self._gained:
            refuse_unknown(self._cells, self._found, name)
            self._refuse_broken(name)
        for key, known in self._cells.items():
            places = list(self._places(known, self._found[key], key))
            for place in places:
                self._refuse_unbound(place, key)
                calls[place.gained.node.name] += 1
            heads = [
                gained for name, gained in self._gained.items() if self._moved[name].cell == key
            ]
            if places or heads:
                source = self._written(known, heads, places, key)
                operations.append(replace_source(key, known.source, source))
        operations += self._tests(calls)
        return GlobalsGiven(
            EditPlan("", operations),
            {name: list(gained.names) for name, gained in self._gained.items()},
            calls,
        )

    # ---- what they take ----

    def _needed(self, variables: Set[str]) -> dict[str, list[str]]:
        """Gives what each definition takes: what it reads, and what those that it calls take."""
        needed = {
            name: [each for each in self._in_order(definition) if each in variables]
            for name, definition in self._moved.items()
        }
        grows = True
        while grows:
            grows = False
            for name, definition in self._moved.items():
                for called in sorted(definition.reads & needed.keys()):
                    new = [each for each in needed[called] if each not in needed[name]]
                    needed[name] += new
                    grows = grows or bool(new)
        return {name: names for name, names in needed.items() if names}

    def _in_order(self, definition: Definition) -> list[str]:
        places = [each.name for each in self._within(definition)]
        return sorted(
            definition.reads,
            key=lambda name: (places.index(name) if name in places else len(places), name),
        )

    def _within(self, definition: Definition) -> Iterator[Reference]:
        """Yields the places of names in a definition."""
        nodes = {id(node) for node in ast.walk(definition.statement)}
        known = self._cells[definition.cell]
        start, end = CellText(known).span(definition.statement)
        for each in self._found[definition.cell]:
            if id(each.node) in nodes or start <= each.span[0] < end:
                yield each

    def _checked(self, name: str, names: Sequence[str]) -> Gained:
        """Refuses what cannot take parameters, or would see others then."""
        definition = self._moved[name]
        node = definition.statement

        def refuse(why: str, variable: str = names[0]) -> None:
            raise _refused(name, variable, why, definition.cell)

        if not isinstance(node, FunctionNode):
            refuse("a class is not given it where its methods run")
        assert isinstance(node, FunctionNode)
        if node.decorator_list:
            refuse("what decorates it may depend on what it is given")
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Call)
                and isinstance(part.func, ast.Name)
                and part.func.id in _LOOKS
                and not (part.args and part.func.id in {"vars", "dir"})
            ):
                refuse(f"`{part.func.id}()` sees the names around it, which would be others")
        for each in self._within(definition):
            if each.name not in names:
                continue
            if not each.later:
                refuse("it reads it where it is defined, not where it runs", each.name)
            if each.how == "unclear":
                refuse("it is not clear what the name means in one place", each.name)
        for variable in names:
            self._refuse_variable(name, variable, definition)
        return Gained(node, tuple(names))

    def _refuse_variable(self, name: str, variable: str, definition: Definition) -> None:
        """Refuses a variable that may be bound anew while a function runs."""
        if variable.startswith("__") and not variable.endswith("__"):
            raise _refused(name, variable, "such a name is another one in a class", definition.cell)
        for known in self._cells.values():
            for other, function in known.facts.functions.items():
                if variable in {*function.binds, *function.deletes, *function.beyond}:
                    who = f"`{other}`" if other else "a function"
                    raise _refused(
                        name, variable, f"{who} binds it and may run meanwhile", definition.cell
                    )
        refuse_unknown(self._cells, self._found, variable)
        if self._is_late(name, variable) and not self._is_steady(variable):
            raise _refused(
                name,
                variable,
                "it may read it after the call has ended, when it may hold something else",
                definition.cell,
            )

    def _is_late(self, name: str, variable: str, seen: frozenset[str] = frozenset()) -> bool:
        """Tells whether a function, or one that it calls, may read a variable after its call."""
        if variable not in self._names.get(name, ()) or name not in self._functions:
            return False
        called = self._moved[name].reads & self._functions.keys()
        return self._reads_late(name, variable) or any(
            self._is_late(other, variable, seen | {name})
            for other in sorted(called - seen - {name})
        )

    def _reads_late(self, name: str, variable: str) -> bool:
        node = self._functions[name]
        if isinstance(node, ast.AsyncFunctionDef) or _is_generator(node):
            return True
        parents = {
            child: parent for parent in ast.walk(node) for child in ast.iter_child_nodes(parent)
        }
        readers = {variable, *(other for other, its in self._names.items() if variable in its)}
        return any(
            isinstance(each, ast.Name) and each.id in readers
            for part in ast.walk(node)
            if isinstance(part, _LATER) and part is not node
            if not (isinstance(part, ast.Lambda | ast.GeneratorExp) and runs_now(part, parents))
            for each in ast.walk(part)
        )

    def _is_steady(self, variable: str) -> bool:
        """Tells whether a variable is bound by one assignment, which runs once."""
        binding = [
            (key, facts)
            for key, known in self._cells.items()
            for facts in known.statements
            if variable in facts.binds or variable in facts.deletes
        ]
        if len(binding) != 1:
            return False
        key, facts = binding[0]
        tree = self._cells[key].tree
        return any(
            isinstance(statement, ast.Assign | ast.AnnAssign)
            and first_line(statement) == facts.first
            and variable in bound_names([statement])
            and not any(
                isinstance(node, ast.NamedExpr) and node.target.id == variable
                for node in ast.walk(statement)
            )
            for statement in (tree.body if tree is not None else ())
        )

    # ---- where they are called ----

    def _places(self, known: CellFacts, found: Iterable[Reference], key: str) -> Iterator[_Place]:
        """Yields the calls in a cell or a test; refuses other uses."""
        calls: dict[int, ast.Call] = {}
        if known.tree is not None:
            calls = {
                id(node.func): node for node in ast.walk(known.tree) if isinstance(node, ast.Call)
            }
        for each in found:
            gained = self._gained.get(each.name)
            if gained is None or (each.binds and isinstance(each.node, FunctionNode)):
                continue
            call = calls.get(id(each.node))
            is_call = each.how == "code" and call is not None
            if not (is_call or (each.how == "magic" and not each.binds)):
                raise _refused(
                    each.name,
                    gained.names[0],
                    f"`{each.name}` is also named without being called, so nothing gives it",
                    key,
                )
            self._refuse_other_names(each, call, gained, key)
            yield _Place(gained, each, call)
        for name, gained in self._gained.items():
            if any(each.name == name for each in found) and shows_itself(known, name):
                raise _refused(name, gained.names[0], f"`{{{name}(…)=}}` shows its call", key)

    def _refuse_other_names(
        self, each: Reference, call: ast.Call | None, gained: Gained, key: str
    ) -> None:
        for variable in gained.names:
            if variable in each.hidden:
                raise _refused(
                    each.name, variable, "another name is called so where it is called", key
                )
            for keyword in call.keywords if call is not None else ():
                if keyword.arg == variable or (
                    keyword.arg is None and gained.node.args.kwarg is not None
                ):
                    raise _refused(
                        each.name, variable, "a call of it may give that name already", key
                    )

    def _refuse_unbound(self, place: _Place, key: str) -> None:
        """Refuses a call that works though the variable is not there yet."""
        for variable in place.gained.names:
            name = place.gained.node.name
            is_late = self._is_late(name, variable)
            if not is_late and surely_reads(variable, place.gained.node, self._functions):
                continue
            if not self._is_bound_at(variable, place.reference, key, frozenset()):
                raise _refused(name, variable, "it is called where that may not be bound yet", key)

    def _is_bound_at(self, variable: str, each: Reference, key: str, seen: frozenset[str]) -> bool:
        """Tells whether a variable is surely bound whenever a place is reached."""
        known = self._cells[key]
        line = known.source.count("\n", 0, each.span[0]) + 1
        tree = known.tree
        statement = next(
            (
                node
                for node in (tree.body if tree is not None else ())
                if first_line(node) <= line <= (node.end_lineno or node.lineno)
            ),
            None,
        )
        first = first_line(statement) if statement is not None else line
        if self._is_bound_above(variable, key, first):
            return True
        if not (
            each.later
            and isinstance(statement, FunctionNode | ast.ClassDef)
            and not statement.decorator_list
            and self._definitions.only(statement.name) is not None
        ):
            return False
        if statement.name in seen:
            return True
        return all(
            self._is_bound_at(variable, other, cell, seen | {statement.name})
            for cell, found in self._found.items()
            for other in found
            if other.name == statement.name and not other.binds
        )

    def _is_bound_above(self, variable: str, key: str, line: int) -> bool:
        is_bound = False
        for cell, known in self._cells.items():
            parts = [self._dataflow.graph.unit(cell).effective.facts]
            if cell == key:
                parts = [facts for facts in known.statements if facts.last < line]
            for facts in parts:
                if variable in facts.definite:
                    is_bound = True
                elif variable in facts.deletes:
                    is_bound = False
            if cell == key:
                break
        return is_bound

    def _refuse_broken(self, name: str) -> None:
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        for key, known in self._cells.items():
            if known.state in {"broken", "too deep"} and word.search(known.source):
                raise _refused(
                    name, self._gained[name].names[0], "a cell that names it does not parse", key
                )

    # ---- what is written ----

    def _written(
        self, known: CellFacts, heads: Sequence[Gained], places: Sequence[_Place], key: str
    ) -> str:
        """Gives the source of a cell or a test, with the parameters."""
        try:
            text = CellText(known)
            for node in strings_within(known.tree) if known.tree is not None else ():
                text.enter(node)
            edits: list[Edit] = []
            for gained in heads:
                edits += signature_edits(text, gained)
            for place in places:
                if place.call is not None:
                    edits += call_edits(text, place.call, place.gained)
                else:
                    edits += _edits_in_magic(known.source, place)
            after = edited(known.source, edits)
            if known.tree is None:
                return after
            made = parse(mask(after))
            wanted = with_gained(
                known.tree,
                parse(known.masked),
                {id(gained.node): gained for gained in heads},
                {id(place.call): place.gained for place in places if place.call is not None},
            )
            if ast.dump(made) != ast.dump(wanted):
                raise UnclearError
        except (UnclearError, SyntaxError):
            gained = [*heads, *(place.gained for place in places)][0]
            raise _refused(
                gained.node.name, gained.names[0], "its text could not be changed safely", key
            ) from None
        return after

    def _tests(self, calls: dict[str, int]) -> Iterator[ChangeMetadata]:
        """Yields the changes of the tests that cells carry."""
        for cell in self._notebook.cells:
            tests = tests_of(cell)
            entries = [test.entry for test in tests]
            for number, test in enumerate(tests):
                known = CellFacts(test.source)
                found = references(known)
                places = list(self._places(known, found, cell.id))
                for place in places:
                    for variable in place.gained.names:
                        if any(each.name == variable and each.binds for each in found):
                            raise _refused(
                                place.gained.node.name,
                                variable,
                                f"the test “{test.title}” binds that name",
                                cell.id,
                            )
                    calls[place.gained.node.name] += 1
                if places:
                    entries[number] = test.with_source(self._written(known, [], places, cell.id))
            metadata = with_tests(cell.metadata, entries)
            if tests and metadata != cell.metadata:
                yield ChangeMetadata(cell.id, metadata)


def _refused(reader: str, variable: str, why: str, cell: str) -> RefusedError:
    return RefusedError(
        "reads-global",
        f"`{reader}` reads `{variable}`, a variable of the notebook, which cannot become a "
        f"parameter: {why}.",
        cell,
    )


def _is_generator(node: FunctionNode) -> bool:
    todo: list[ast.AST] = list(node.body)
    while todo:
        part = todo.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += ast.iter_child_nodes(part)
    return False


def _edits_in_magic(source: str, place: _Place) -> Iterator[Edit]:
    """Yields what must be written so that a call in a magic gives more."""
    start, end = place.reference.span
    code = called_at(source, start, end)
    known = CellFacts(code)
    expression = known.tree.body[0] if known.tree is not None and known.tree.body else None
    call = expression.value if isinstance(expression, ast.Expr) else None
    if known.tree is None or not isinstance(call, ast.Call):
        raise UnclearError
    edits = call_edits(CellText(known), call, place.gained)
    made = CellFacts(edited(code, edits))
    wanted = with_gained(known.tree, parse(known.masked), {}, {id(call): place.gained})
    if made.tree is None or ast.dump(made.tree) != ast.dump(wanted):
        raise UnclearError
    for first, last, text in edits:
        yield first + start, last + start, text
