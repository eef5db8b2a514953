"""Makes a function of statements in a block: of a loop, a branch, a function."""

import ast
from collections.abc import Iterator, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import ChangeCell, TextEdit, source_hash
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.ipython.names import parameters as parameters_of
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.block_flow import Flow, may_swallow
from jupyter_nbquality.refactor.block_refusals import refuse_code
from jupyter_nbquality.refactor.blocks import Block
from jupyter_nbquality.refactor.boundary import names_read, refuse_calls, runs_now, waits
from jupyter_nbquality.refactor.extract_variable import check_free_name
from jupyter_nbquality.refactor.function_text import annotations_of, call_of, head
from jupyter_nbquality.refactor.indenting import INDENT, indented, lines_in_strings
from jupyter_nbquality.refactor.looking_around import is_dynamic_query
from jupyter_nbquality.refactor.parameters import (
    Parameter,
    ParameterWish,
    arranged,
    constants_of,
    renaming_edits,
)
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import Piece, first_line
from jupyter_nbquality.refactor.surely_reads import surely_reads
from jupyter_nbquality.refactor.survey import Survey
from jupyter_nbquality.refactor.text_edits import edited

_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class BlockFunction(msgspec.Struct, frozen=True):
    """A function that was made of statements of a block.

    Attributes:
        change: The change of the cell.
        parameters: What it takes, in order.
        returns: The names that it gives, in order.
        loses: Names that the notebook has no longer, as nobody else reads them.
        function: Its text.
        call: The text that stands in the place of the statements.
    """

    change: ChangeCell
    parameters: list[Parameter]
    returns: list[str]
    loses: list[str]
    function: str
    call: str


def function_from_block(
    notebook: Notebook,
    block: Block,
    name: str,
    wishes: Sequence[ParameterWish],
    *,
    docstring: bool,
    libraries: Libraries | None,
) -> BlockFunction:
    """Makes a function of statements in a block, and calls it there.

    What the function takes is what the statements may read before they bind it; what it gives is
    what they bind and is read afterwards: below, in the next round of a loop, in other cells, in
    functions. It stands above the statement of the cell that holds the block. Statements of a
    function that always return become the value of that function.

    Args:
        notebook: The document.
        block: The statements.
        name: The function's name.
        wishes: What a person wants of the parameters.
        docstring: Whether it gets a first line of documentation.
        libraries: What calls of libraries change.

    Raises:
        RefusedError: The notebook would not do the same afterwards.
    """
    try:
        return _made(notebook, block, name, wishes, docstring, libraries)
    except RefusedError as error:
        refusal = error.refusal
        known = {cell.id for cell in notebook.cells}
        cell = refusal.cell if refusal.cell in known else block.cell.id
        raise RefusedError(refusal.code, refusal.message, cell) from None


def _made(
    notebook: Notebook,
    block: Block,
    name: str,
    wishes: Sequence[ParameterWish],
    docstring: bool,
    libraries: Libraries | None,
) -> BlockFunction:
    refuse_code(block)
    survey = _surveyed(notebook, block, libraries)
    check_free_name(name, survey.dataflow)
    crossing = _Crossing(block, survey)
    taken = crossing.parameters()
    given = crossing.returns(taken)
    returning = crossing.is_returning(given)
    crossing.refuse_lost_by_errors()
    crossing.refuse_late_reads(taken)
    crossing.refuse_no_locals(given)
    if block.function is None:
        refuse_calls(survey, taken)
    parameters = _arranged(notebook, block, survey, taken, wishes)
    is_async = any(map(waits, block.chosen))
    function = _function(survey.known, name, parameters, given, (is_async, docstring))
    call = call_of(name, parameters, is_async=is_async)
    if given:
        call = f"{', '.join(given)} = {call}"
    elif returning:
        call = f"return {call}"
    loses = [] if block.function is not None else crossing.lost(given)
    return BlockFunction(_change(block, function, call), parameters, given, loses, function, call)


def _surveyed(notebook: Notebook, block: Block, libraries: Libraries | None) -> Survey:
    """Looks at the statements as at a cell of its own, between what stands around them."""
    top = first_line(block.outermost) - 1
    cells: list[Cell] = []
    chosen: list[Piece] = []
    for cell in notebook.cells:
        if cell.id != block.cell.id:
            cells.append(cell)
            continue
        its = Cell("block", "code", block.text)
        lines = its.source.split("\n")
        chosen = [Piece(its, lines, 0, len(lines) - 1)]
        above = "\n".join(block.lines[:top])
        cells += [
            msgspec.structs.replace(cell, id=f"{cell.id} before", source=above),
            its,
            msgspec.structs.replace(cell, id=f"{cell.id} after", source=block.rest),
        ]
    parted = msgspec.structs.replace(notebook, cells=cells)
    survey = Survey(parted, chosen, libraries)
    if survey.known.tree is None or survey.dataflow.cells[f"{block.cell.id} after"].tree is None:
        raise RefusedError("does-not-parse", "The lines cannot be taken out.", block.cell.id)
    return survey


class _Crossing:
    """What crosses the edge of statements in a block.

    Args:
        block: The statements.
        survey: Of the notebook, where they are a cell of their own.
    """

    def __init__(self, block: Block, survey: Survey) -> None:
        self._block = block
        self._survey = survey
        self._facts = survey.known.facts
        self._function = function = block.function
        tree = block.known.tree
        assert tree is not None
        if function is None:
            place = tree.body.index(block.outermost)
            self._statements = tree.body[place:]
        else:
            self._statements = function.body
        defined = {name for name, _function in survey.functions()}
        self._flow = Flow(self._statements, block.chosen, lambda node: may_swallow(node, defined))
        nodes = self._flow.within()
        self._binds = {name for node in nodes for name in node.may_bind}
        inner = self._flow.live((), inside=True)
        self._reads = {
            name for node in self._flow.first.next if node in inner for name in inner[node]
        }
        self._sure = self._flow.bound_within(self._binds)
        self._at_entry = self._bound_at_entry()
        self._live = self._flow.live(self._read_at_exit())

    # ---- what goes in ----

    def _local(self) -> set[str] | None:
        """Gives the names of the function around; nothing at the level of the notebook."""
        function = self._function
        if function is None:
            return None
        outer = {
            name
            for node in _own(function.body)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        return {*bound_names(function.body), *parameters_of(function)} - outer

    def _bound_at_entry(self) -> set[str]:
        names = self._reads | self._binds
        if self._function is not None:
            return self._flow.bound(parameters_of(self._function), names)
        above = {name for name in names if self._survey.is_surely_bound_above(name)}
        found = self._flow.bound(above, names)
        gone = {name for _name, known in self._survey.functions() for name in known.deletes}
        return found - gone

    def parameters(self) -> list[str]:
        """Gives what the function takes, in the order of use.

        Raises:
            RefusedError: A name may have no value to be given.
        """
        local = self._local()
        found = []
        for name in self._by_use(self._reads):
            if not self._is_taken(name, local):
                continue
            if name not in self._at_entry and not self._is_surely_read(name):
                self._refuse_no_value(name)
            found.append(name)
        return found

    def _is_taken(self, name: str, local: set[str] | None) -> bool:
        if local is not None:
            return name in local
        if name in self._binds:
            return True
        survey = self._survey
        is_bound = survey.is_bound_elsewhere(name) or self._is_bound_beside(name)
        if not is_bound or survey.stays_global(name):
            return False
        # What only lambdas read stays a name of the notebook: they read what it holds then.
        return name in self._facts.uses or name in self._facts.guesses

    def _is_surely_read(self, name: str) -> bool:
        """Tells whether the statements read a name on every path, before they may bind it."""
        first: list[ast.stmt] = []
        for statement in self._block.chosen:
            if name in bound_names([statement]):
                if isinstance(statement, ast.AugAssign) and name in bound_names([statement.target]):
                    read = ast.copy_location(ast.Name(name, ast.Load()), statement)
                    first.append(ast.copy_location(ast.Expr(read), statement))
                break
            first.append(statement)
        nothing = ast.arguments([], [], None, [], [], None, [])
        return surely_reads(name, ast.FunctionDef("", nothing, first, []), {})

    def _refuse_no_value(self, name: str) -> None:
        if name in GIVEN_NAMES and self._function is None:
            raise RefusedError(
                "shadowed-builtin",
                f"The selection reads Python's own `{name}` and binds the name, too.",
            )
        raise RefusedError(
            "bound-on-some-paths",
            f"The selection may read `{name}`, which is not surely bound above it, so there is "
            "not always something to give to the function.",
        )

    # ---- what comes out ----

    def _read_at_exit(self) -> set[str]:
        """Gives the names that are read when the cell, or the function, has come to its end."""
        if self._function is not None:
            return set()
        survey = self._survey
        found = {name for name in self._binds if survey.is_used_elsewhere(name)}
        # The cell may be run again, and reads what it left.
        found |= self._flow.live(found)[self._flow.entry] & self._binds
        return found

    def _always_read(self) -> set[str]:
        """Gives the names that functions may read at any time."""
        found = set(self._flow.later)
        for magic in self._block.known.masked.magics:
            found.update(magic.reads, magic.assigns)
        if self._function is None:
            for _name, known in self._survey.functions():
                found |= known.reads.keys()
            for facts in self._survey.others:
                found |= facts.later.keys() | facts.waiting.keys()
        return found

    def returns(self, taken: list[str]) -> list[str]:
        """Gives what the function gives; adds to what it takes the names that it may leave alone.

        Raises:
            RefusedError: A name may have no value to be given back, or is one of a definition.
        """
        if not self._flow.ends():
            return []
        wanted = self._binds & (self._live[self._flow.behind] | self._always_read())
        for node in self._block.chosen:
            for each in ast.walk(node):
                if isinstance(each, _DEFINITION) and each.name in wanted:
                    raise RefusedError(
                        "definition-in-block",
                        f"`{each.name}` is defined in the selection and used outside of it.",
                    )
        found = self._in_order(wanted)
        for name in found:
            if name in self._sure or name in taken:
                continue
            if name not in self._at_entry:
                raise RefusedError(
                    "bound-on-some-paths",
                    f"`{name}` is bound on some paths through the selection only, and nothing "
                    "above surely binds it, so there is not always something to return.",
                )
            taken.append(name)
        return found

    def is_returning(self, given: Sequence[str]) -> bool:
        """Tells whether the function around gives what the statements return.

        Raises:
            RefusedError: They return on some paths only.
        """
        returns = [node for node in self._flow.within() if node.leaves == "return"]
        if not returns:
            return False
        function = self._function
        assert function is not None  # a return elsewhere is refused before
        at_end = self._block.block is function.body and (
            self._block.chosen[-1] is function.body[-1]
        )
        if given or (self._flow.ends() and not at_end):
            raise RefusedError(
                "returns-early",
                "The selection holds a `return` that ends the function around on some paths only.",
            )
        if isinstance(function, ast.AsyncFunctionDef) and any(
            isinstance(node, ast.Yield) for node in _own(function.body)
        ):
            raise RefusedError("returns-early", "An asynchronous generator cannot return a value.")
        for node in returns:
            for other in node.next:
                lost = self._binds & self._live[other] if not other.inside else set()
                if lost:
                    raise RefusedError(
                        "read-in-finally",
                        f"`{min(lost)}` is bound in the selection and read after its `return`.",
                    )
        return True

    def lost(self, given: Sequence[str]) -> list[str]:
        """Gives the names that the notebook has no longer."""
        caught = {
            node.name
            for statement in self._block.chosen
            for node in ast.walk(statement)
            if isinstance(node, ast.ExceptHandler)
        }
        return self._in_order(self._binds - set(given) - caught)

    # ---- what cannot be ----

    def refuse_lost_by_errors(self) -> None:
        """Refuses names that are read after an exception came out of the middle of the statements.

        Raises:
            RefusedError: There is such a name.
        """
        last = self._block.chosen[-1]
        safe = set()
        if isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = last.targets if isinstance(last, ast.Assign) else [last.target]
            parts = [
                part
                for target in targets
                for part in (target.elts if isinstance(target, ast.Tuple) else [target])
            ]
            if all(isinstance(part, ast.Name) for part in parts):
                # It is bound when nothing can fail any more.
                safe = set(bound_names([last])) - set(bound_names(self._block.chosen[:-1]))
        for node in self._flow.within():
            for other in node.raised:
                if other.inside:
                    continue
                always = self._always_read() if self._function is None else set()
                lost = (self._binds - safe) & (self._live[other] | always)
                if lost:
                    raise RefusedError(
                        "read-after-error",
                        f"`{min(lost)}` is bound in the selection and may be read after an error "
                        "in it was caught; a function that fails gives nothing.",
                    )

    def refuse_late_reads(self, taken: Sequence[str]) -> None:
        """Refuses functions that would go on to read another variable than the one around.

        Raises:
            RefusedError: There is such a function.
        """
        local = self._local()
        if local is not None:
            if shared := sorted(self._binds & self._flow.later):
                raise RefusedError(
                    "late-binding",
                    f"A function beside the selection reads `{shared[0]}`, which the selection "
                    "binds.",
                )
            inner = {
                name
                for node in ast.walk(ast.Module(self._statements, []))
                if isinstance(node, ast.Nonlocal)
                for name in node.names
            }
            if shared := sorted(inner & (self._binds | set(taken))):
                raise RefusedError(
                    "declared-nonlocal",
                    f"A function within declares `{shared[0]}` as `nonlocal`, which the selection "
                    "reads or binds.",
                )
        closed = self._binds | set(taken)
        for reads in _late_reads(self._block.chosen):
            for name in sorted(reads & (closed if local is None else closed | local)):
                if self._flow.in_loop or name not in self._binds or self._is_bound_beside(name):
                    raise RefusedError(
                        "late-binding",
                        f"A function in the selection reads `{name}` when it runs, after other "
                        "code may have bound it anew.",
                    )

    def refuse_no_locals(self, given: Sequence[str]) -> None:
        """Refuses names that would be no variables of the function around any more.

        Raises:
            RefusedError: It would read the name of the notebook in its place.
        """
        if self._function is None:
            return
        chosen = {id(node) for each in self._block.chosen for node in ast.walk(each)}
        read = {
            node.id
            for node in ast.walk(self._function)
            if isinstance(node, ast.Name) and id(node) not in chosen
        }
        taken = {name for name in self._reads if self._is_taken(name, self._local())}
        for name in sorted(self._binds & (read | taken)):
            if name not in given and not self._is_bound_beside(name):
                raise RefusedError(
                    "bound-on-some-paths",
                    f"`{name}` is bound in the selection alone and read where that did not bind "
                    "it.",
                )

    def _is_bound_beside(self, name: str) -> bool:
        if self._function is None and self._survey.is_bound_elsewhere(name):
            return True
        return any(name in node.may_bind for node in self._flow.nodes if not node.inside) or (
            self._function is not None and name in parameters_of(self._function)
        )

    def _by_use(self, names: set[str]) -> list[str]:
        """Gives names in the order in which the statements read them."""
        facts = self._facts
        places = {**facts.guesses, **facts.waiting, **facts.uses}
        found = sorted(places.keys() & names, key=lambda name: _place(places[name]))
        return [*found, *self._in_order(names - places.keys())]

    def _in_order(self, names: set[str]) -> list[str]:
        """Gives names in the order in which they stand in the statements."""
        order: dict[str, None] = {}
        places = [
            (_place(node), node.id)
            for statement in self._block.chosen
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
        ]
        for _at, name in sorted(places):
            order.setdefault(name)
        return [*(name for name in order if name in names), *sorted(names - order.keys())]


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _own(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yields the nodes of statements, without those of functions and classes within."""
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _DEFINITION | ast.Lambda):
            todo += ast.iter_child_nodes(node)


def _late_reads(chosen: Sequence[ast.stmt]) -> Iterator[set[str]]:
    """Yields what the functions in statements read that may run after these."""
    tree = ast.Module(list(chosen), [])
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in parents:
        if isinstance(node, _DEFINITION) or (
            isinstance(node, ast.Lambda | ast.GeneratorExp) and not runs_now(node, parents)
        ):
            yield names_read(node)


def _arranged(
    notebook: Notebook,
    block: Block,
    survey: Survey,
    taken: Sequence[str],
    wishes: Sequence[ParameterWish],
) -> list[Parameter]:
    """Gives the parameters as a person wants them."""
    if any(wish.called not in {"", wish.name} for wish in wishes) and any(
        map(is_dynamic_query, ast.walk(ast.Module(block.chosen, [])))
    ):
        raise RefusedError(
            "unclear-place", "A query that is not written in its call may read any name."
        )
    cells = survey.dataflow.cells.values()
    constants: dict[str, str] = {}
    annotations = annotations_of([survey.known])
    if block.function is None:
        annotations = annotations_of(cells)
        binds = survey.known.facts.binds
        steady = [
            name for name in taken if name not in binds and survey.is_surely_bound_above(name)
        ]
        constants = constants_of(notebook, survey.dataflow, steady)
    else:
        arguments = block.function.args
        rebound = set(bound_names(block.function.body))
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if each.annotation is not None and each.arg not in rebound:
                annotations[each.arg] = ast.unparse(each.annotation)
    bound = {name for known in cells for name in known.facts.binds}
    bound = {name for name in bound if survey.is_surely_bound_above(name)}
    return arranged(taken, wishes, annotations, constants, bound)


def _function(
    known: CellFacts,
    name: str,
    parameters: Sequence[Parameter],
    given: Sequence[str],
    how: tuple[bool, bool],
) -> str:
    """Gives the text of the function.

    Args:
        known: Of the statements, as a cell.
        name: What it is called.
        parameters: What it takes.
        given: What it gives.
        how: Whether it waits, and whether it gets a line of documentation.
    """
    is_async, docstring = how
    edits = renaming_edits(references(known), parameters, name)
    lines = edited(known.source, edits).split("\n")
    body = indented(lines, lines_in_strings(known.masked.text))
    if given:
        called = {each.name: each.called for each in parameters}
        body.append(f"{INDENT}return {', '.join(called.get(each, each) for each in given)}")
    top = head(name, parameters, is_async=is_async, docstring=docstring)
    return "\n".join([*top, *body])


def _change(block: Block, function: str, call: str) -> ChangeCell:
    """Puts the function above the statement that holds the block, and the call in it."""
    cell, lines = block.cell, block.lines
    fixed = lines_in_strings(block.known.masked.text)
    top = first_line(block.outermost) - 1
    while top > 0 and lines[top - 1].startswith("#") and top - 1 not in fixed:
        top -= 1
    above = "\n".join(lines[:top])
    space = ""
    if above.strip() and not above.lstrip().startswith("%%"):
        blank = len(above) - len(above.rstrip("\n"))
        space = "\n" * max(2 - blank, 0)
    index = LineIndex(cell.source)
    place = Position(top, 0)
    chosen = Range(Position(block.first, 0), index.end_of_line(block.last))
    edits = [
        TextEdit(Range(place, place), f"{space}{function}\n\n\n"),
        TextEdit(chosen, f"{block.indent}{call}"),
    ]
    return ChangeCell(cell.id, source_hash(cell.source), edits)
