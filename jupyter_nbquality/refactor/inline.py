"""Puts the value of a variable, or what a function does, where its name stands."""

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    Operation,
    replace_source,
    source_hash,
)
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.carried_tests import refuse_tested, tests_of
from jupyter_nbquality.refactor.evaluation import (
    LazyError,
    evaluated_before,
    is_fixed,
    is_quiet,
)
from jupyter_nbquality.refactor.inline_body import body_of_call, placed
from jupyter_nbquality.refactor.inline_function import (
    MADE_ANEW,
    Substitution,
    arguments_of,
    plain_value,
    refuse_arguments,
)
from jupyter_nbquality.refactor.inline_units import Units
from jupyter_nbquality.refactor.merge_cells import ACTING_TAGS
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.rename import refuse_unknown
from jupyter_nbquality.refactor.same_code import is_same_code
from jupyter_nbquality.refactor.selection import first_line, last_line
from jupyter_nbquality.refactor.showing import has_outputs, quieted, refuse_history, shown_last
from jupyter_nbquality.refactor.steady import is_steady, reads_computed
from jupyter_nbquality.refactor.text_edits import edited
from jupyter_nbquality.refactor.text_of import CellText, UnclearError

_BREAK = re.compile(r"\r\n|\n|\r")


_NAMED_IN = {
    "magic": "in a magic or a line for the shell",
    "text": "in a query, or another text that is evaluated",
    "guess": "in a text that may mean it",
}


class Inlining(msgspec.Struct, frozen=True, tag_field="kind", tag="inlining"):
    """A name of the notebook that is no longer needed.

    Attributes:
        plan: The changes.
        name: The name, which the notebook has no longer.
        text: What stands in its place.
        places: In how many places.
        gains: Names that the notebook has then: those of a function's own variables.
    """

    plan: EditPlan
    name: str
    text: str
    places: int
    gains: list[str]

    @property
    def loses(self) -> list[str]:
        """The names that the notebook has no longer."""
        return [self.name]


class _Binding(msgspec.Struct):
    """Where a name is bound, and to what expression; to none where a function holds statements."""

    cell: str
    statement: ast.Assign | ast.AnnAssign | ast.FunctionDef
    value: ast.expr | None

    @property
    def expression(self) -> ast.expr:
        assert self.value is not None
        return self.value


class _Use(msgspec.Struct):
    """A place where the value is to stand: the node that it replaces, and what with."""

    cell: str
    node: ast.expr
    value: ast.expr
    text: str


@refusing
def inline(notebook: Notebook, name: str, *, libraries: Libraries | None = None) -> Inlining:
    """Puts what a name holds where it is read, and takes the name away.

    A variable must be bound once, to an expression that gives the same where it comes to stand: no
    cell in between changes what it reads, and what calls something is read once. A function must be
    defined once: as ``return`` and an expression, or as statements with one ``return`` at the end,
    which are called once, as a statement or an assignment.

    Args:
        notebook: The document.
        name: Of a variable or a function of the notebook.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    refuse_tested(notebook, name)
    return _Inline(notebook, name, libraries).inlined()


class _Inline:
    """A name on its way out of a notebook."""

    def __init__(self, notebook: Notebook, name: str, libraries: Libraries | None) -> None:
        self._notebook = notebook
        self._name = name
        self._libraries = libraries
        self._dataflow = Dataflow(libraries)
        self._dataflow.update(notebook)
        self._cells = self._dataflow.cells
        self._texts: dict[str, CellText] = {}
        self._found = {key: references(known) for key, known in self._cells.items()}
        self._places = [
            (key, each) for key, its in self._found.items() for each in its if each.name == name
        ]
        self._refuse_unclear()
        self._binding = self._bound()
        self._keys = list(self._cells)

    def inlined(self) -> Inlining:
        """Makes the changes.

        Raises:
            RefusedError: The notebook would not do the same after them.
        """
        reads = [(key, each) for key, each in self._places if not each.binds]
        if not reads:
            raise RefusedError("unused", f"Nothing reads `{self._name}`.", self._binding.cell)
        if self._binding.value is None:
            return self._inlined_body(reads)
        if isinstance(self._binding.statement, ast.FunctionDef):
            uses = [self._called(key, each) for key, each in reads]
        else:
            self._refuse_variable(reads)
            text = self._text(self._binding.cell).text(self._binding.expression)
            uses = [
                _Use(key, each.node, self._binding.expression, text)
                for key, each in reads
                if isinstance(each.node, ast.Name)
            ]
        sources = self._replaced(uses)
        plan = EditPlan(f"Inline {self._name}", list(self._operations(sources)))
        return Inlining(plan, self._name, uses[0].text, len(uses), [])

    # ---- what it is ----

    def _refuse_unclear(self) -> None:
        name = self._name
        for key, known in self._cells.items():
            if known.state in {"broken", "too deep"} and re.search(
                rf"(?<!\w){re.escape(name)}(?!\w)", known.source
            ):
                raise RefusedError(
                    "does-not-parse", f"The cell does not parse, and names `{name}`.", key
                )
        for key, each in self._places:
            if isinstance(each.node, ast.alias):
                raise RefusedError(
                    "imported", f"`{name}` is imported; nothing can stand in its place.", key
                )
            if each.how != "code" or isinstance(each.node, ast.Global):
                what = _NAMED_IN.get(each.how, "in a statement that names it")
                raise RefusedError("not-an-expression", f"`{name}` stands {what}.", key)
        refuse_unknown(self._cells, self._found, name)
        # A cell that is left empty goes, or is counted no more.
        refuse_history(self._cells.values())

    def _bound(self) -> _Binding:
        name = self._name
        bindings = [(key, each) for key, each in self._places if each.binds]
        if not bindings:
            raise RefusedError("unbound-name", f"No cell binds a name `{name}`.")
        key, first = bindings[0]
        if len(bindings) > 1:
            raise RefusedError(
                "bound-again", f"`{name}` is bound, or deleted, in more than one place.", key
            )
        if ACTING_TAGS & set(self._notebook.cell(key).tags):
            raise RefusedError("parameters", f"`{name}` may be set from outside.", key)
        tree = self._cells[key].tree
        magic_lines = {
            line + 1
            for magic in self._cells[key].masked.magics
            for line in range(magic.line, magic.end_line + 1)
        }
        for statement in tree.body if tree is not None else ():
            if magic_lines & {first_line(statement), last_line(statement)} and any(
                node is first.node for node in ast.walk(statement)
            ):
                raise RefusedError(
                    "magic", f"`{name}` is bound by a magic or a line for the shell.", key
                )
            if statement is first.node and isinstance(statement, ast.FunctionDef):
                return _Binding(key, statement, plain_value(statement, key))
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                targets = (
                    statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                )
                if targets == [first.node]:
                    return _Binding(key, statement, statement.value)
        raise RefusedError(
            "not-plain", f"`{name}` is not bound by a plain assignment or definition.", key
        )

    # ---- variables ----

    def _refuse_variable(self, reads: Sequence[tuple[str, Reference]]) -> None:
        value, name = self._binding.expression, self._name
        self._refuse_capture(value, reads)
        if is_fixed(value):
            return
        quiet = (
            is_quiet(value)
            and not self._facts_change()
            and not reads_computed(value, self._dataflow)
        )
        if len(reads) > 1 and not quiet:
            raise RefusedError(
                "called-once",
                f"`{name}` is read {len(reads)} times, and computing it may do something, or "
                "take its time.",
                self._binding.cell,
            )
        units = Units(
            self._notebook,
            self._cells,
            (self._binding.cell, self._binding.statement),
            reads,
            self._libraries,
        )
        self._refuse_changed(value, len(reads), units)
        for key, each in reads:
            if each.later:
                raise RefusedError(
                    "read-later",
                    f"`{name}` is read in a function, which may run when it would be another "
                    "value.",
                    key,
                )
            assert isinstance(each.node, ast.Name)
            units.refuse_between(each.node, name)
            if not quiet:
                units.refuse_showing(name)
            if not quiet or each.repeats:
                self._refuse_evaluation(key, each, units, quiet=quiet)
            if key != self._binding.cell:
                self._refuse_unsteady(value, units, key)

    def _refuse_unsteady(self, value: ast.expr, units: Units, key: str) -> None:
        """Refuses to compute in another cell what would be another value when that runs again."""
        if not is_steady(value, units.facts_of_binding(), self._dataflow):
            raise RefusedError(
                "another-each-time",
                f"`{self._name}` may be another value each time it is computed, or computing it "
                "may do something; the cell that reads it may be run again alone.",
                key,
            )

    def _facts_change(self) -> bool:
        facts = next(
            (
                facts
                for facts in self._cells[self._binding.cell].statements
                if facts.first == first_line(self._binding.statement)
            ),
            None,
        )
        return facts is None or bool(facts.mutates or facts.effects)

    def _refuse_changed(self, value: ast.expr, times: int, units: Units) -> None:
        """Refuses to make an object again that is changed: another would be."""
        if isinstance(value, ast.Name):
            return
        for key, certain in units.changes_of(self._name):
            if certain or (times > 1 and isinstance(value, MADE_ANEW)):
                raise RefusedError(
                    "changed", f"`{self._name}` is changed in place, or may be.", key
                )

    def _refuse_capture(self, value: ast.expr, reads: Sequence[tuple[str, Reference]]) -> None:
        names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
        for key, each in reads:
            hidden = names & each.hidden
            if hidden:
                raise RefusedError(
                    "captured-name",
                    f"`{min(hidden)}` is another name where `{self._name}` is read.",
                    key,
                )

    def _refuse_evaluation(self, key: str, each: Reference, units: Units, *, quiet: bool) -> None:
        """Refuses where the value would be computed at another time, or another number of times."""
        statement = self._statement_of(key, each)
        assert isinstance(each.node, ast.Name)
        if each.repeats:
            written = units.written_in(each.node)
            read = {
                node.id for node in ast.walk(self._binding.expression) if isinstance(node, ast.Name)
            }
            if not quiet or written & read:
                raise RefusedError(
                    "repeated", f"`{self._name}` is read any number of times in a loop.", key
                )
            return
        try:
            before = evaluated_before(statement, each.node)
        except LazyError as error:
            raise RefusedError(
                "lazy",
                f"`{self._name}` is read {error.where}, and computing it may do something.",
                key,
            ) from None
        read = {node.id for part in before for node in ast.walk(part) if isinstance(node, ast.Name)}
        if not all(map(is_quiet, before)) or (not quiet and read & units.written_by_binding()):
            raise RefusedError(
                "order", "Something is called in the same statement before, which may matter.", key
            )

    def _statement_of(self, key: str, each: Reference) -> ast.stmt:
        tree = self._cells[key].tree
        assert tree is not None
        return next(
            statement
            for statement in tree.body
            if any(node is each.node for node in ast.walk(statement))
        )

    # ---- functions ----

    def _called(self, key: str, each: Reference) -> _Use:
        """Gives what a call of the function is replaced by."""
        function = self._binding.statement
        body = self._binding.expression
        assert isinstance(function, ast.FunctionDef)
        call = self._call(key, each)
        given = arguments_of(function, call, key)
        own = set(given)
        bound_within = {
            node.id
            for node in ast.walk(body)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        } | {node.arg for node in ast.walk(body) if isinstance(node, ast.arg)}
        free = {
            node.id
            for node in ast.walk(body)
            if isinstance(node, ast.Name) and node.id not in own | bound_within
        }
        self._refuse_names(free & each.hidden, key)
        for argument in given.values():
            read = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
            self._refuse_names(read & bound_within, key)
        refuse_arguments(body, given, key)
        replaced = Substitution(given).visit(copy.deepcopy(body))
        text = self._body_text(given, key)
        return _Use(key, call, replaced, text)

    def _call(self, key: str, each: Reference) -> ast.Call:
        """Gives the call that a name stands in."""
        tree = self._cells[key].tree
        assert tree is not None
        call = next(
            (
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and node.func is each.node
            ),
            None,
        )
        if call is None:
            raise RefusedError(
                "not-called", f"`{self._name}` is not only called, but given on.", key
            )
        if any(node is call for node in ast.walk(self._binding.statement)):
            raise RefusedError("recursive", f"`{self._name}` calls itself.", key)
        return call

    def _inlined_body(self, reads: Sequence[tuple[str, Reference]]) -> Inlining:
        """Puts the statements of a function in the place of its one call."""
        function = self._binding.statement
        assert isinstance(function, ast.FunctionDef)
        home = self._binding.cell
        if len(reads) > 1:
            raise RefusedError(
                "called-once",
                f"`{self._name}` holds statements, and is called more than once.",
                home,
            )
        key, each = reads[0]
        call = self._call(key, each)
        given = arguments_of(function, call, key)
        try:
            body = body_of_call(function, given, call, (home, key), self._dataflow)
            start, end = self._text(key).span(body.statement)
        except UnclearError:
            raise RefusedError("in-a-text", "A part of it stands in a text.", home) from None
        sources = {key: placed(body, self._cells[key])}
        if home == key:
            grown = len(sources[key]) - len(self._cells[key].source) + end - start
            edits = [(start, end, " " * grown)]
            sources[key] = self._without_binding(sources[key], edits)
        else:
            sources[home] = self._without_binding(self._cells[home].source, [])
        for changed, new in sources.items():
            known, made = self._cells[changed], CellFacts(new)
            statements = {
                **({id(body.statement): body.nodes} if changed == key else {}),
                **({id(function): []} if changed == home else {}),
            }
            assert known.tree is not None
            if made.tree is None or not is_same_code(known.tree, made.tree, statements=statements):
                raise RefusedError(
                    "cannot-stand", "The statements cannot stand where it is called.", changed
                )
        if home != key:
            sources[home] = self._shown_as_before(home, sources[home])
        plan = EditPlan(f"Inline {self._name}", list(self._operations(sources)))
        return Inlining(plan, self._name, "\n".join(body.lines), 1, body.gains)

    def _refuse_names(self, names: set[str], key: str) -> None:
        if names:
            raise RefusedError(
                "captured-name", f"`{min(names)}` means something else in one of the places.", key
            )

    def _body_text(self, given: Mapping[str, ast.expr], key: str) -> str:
        """Gives the text of the function's expression with its arguments."""
        text = self._text(self._binding.cell)
        body = self._binding.expression
        start, end = text.span(body)
        edits = []
        for node in ast.walk(body):
            if isinstance(node, ast.Name) and node.id in given:
                argument = given[node.id]
                try:
                    its = self._text_of(argument, key)
                    first, last = text.span(node)
                except UnclearError:
                    raise RefusedError(
                        "in-a-text", "A parameter stands in a text.", self._binding.cell
                    ) from None
                if not isinstance(argument, ast.Name | ast.Constant | ast.Attribute | ast.Call):
                    its = f"({its})"
                edits.append((first - start, last - start, its))
        return edited(text.source[start:end], edits)

    def _text_of(self, argument: ast.expr, key: str) -> str:
        """Gives the text of an argument: of the call, or of a default."""
        tree = self._cells[key].tree
        at_call = tree is not None and any(node is argument for node in ast.walk(tree))
        return self._text(key if at_call else self._binding.cell).text(argument)

    # ---- the changes ----

    def _text(self, key: str) -> CellText:
        if key not in self._texts:
            known = self._cells[key]
            text = CellText(known)
            for node in ast.walk(known.tree or ast.Module([], [])):
                if isinstance(node, ast.JoinedStr):
                    try:
                        text.enter(node)
                    except UnclearError:
                        continue
            self._texts[key] = text
        return self._texts[key]

    def _replaced(self, uses: Sequence[_Use]) -> dict[str, str]:
        """Gives the new sources of the cells where something is put, and that of the binding."""
        sources: dict[str, str] = {}
        for key in dict.fromkeys([*(use.cell for use in uses), self._binding.cell]):
            mine = [use for use in uses if use.cell == key]
            edits = [self._fitting(key, use) for use in mine]
            removed = self._binding.statement if key == self._binding.cell else None
            new = edited(self._cells[key].source, edits)
            if removed is not None:
                new = self._without_binding(new, edits)
            if not _is_as_meant(self._cells[key], new, mine, removed):
                raise RefusedError(
                    "cannot-stand", "The expression cannot stand in one of the places.", key
                )
            if removed is not None:
                new = self._shown_as_before(key, new)
            sources[key] = new
        return sources

    def _fitting(self, key: str, use: _Use) -> tuple[int, int, str]:
        """Gives the edit for one place, with brackets where they are needed."""
        known = self._cells[key]
        try:
            start, end = self._text(key).span(use.node)
        except UnclearError:
            raise RefusedError("in-a-text", f"`{self._name}` stands in a text.", key) from None
        for text in (use.text, f"({use.text})", *_with_other_quotes(use.text)):
            new = known.source[:start] + text + known.source[end:]
            if _is_as_meant(known, new, [use], None):
                return start, end, text
        raise RefusedError(
            "cannot-stand", f"The expression cannot stand in the place of `{self._name}`.", key
        )

    def _without_binding(self, source: str, edits: Sequence[tuple[int, int, str]]) -> str:
        """Takes the lines of the binding away."""
        statement = self._binding.statement
        # Edits stand below or within other lines: what they add is counted.
        old = self._cells[self._binding.cell].source
        lines = _BREAK.split(old)
        first, last = first_line(statement) - 1, last_line(statement) - 1
        while (
            last + 1 < len(lines)
            and not lines[last + 1].strip()
            and (first == 0 or not lines[first - 1].strip())
        ):
            last += 1
        tree = self._cells[self._binding.cell].tree
        for other in tree.body if tree is not None else ():
            if other is not statement and not (
                last_line(other) - 1 < first or first_line(other) - 1 > last
            ):
                raise RefusedError(
                    "shared-line",
                    f"`{self._name}` is bound on one line with other code.",
                    self._binding.cell,
                )
        start = _offset(old, first)
        end = _offset(old, last + 1)
        if any(edit[0] < end and edit[1] > start for edit in edits):
            raise RefusedError("recursive", f"`{self._name}` reads itself.", self._binding.cell)
        shift = sum(len(text) - (stop - begin) for begin, stop, text in edits if stop <= start)
        left = source[: start + shift] + source[end + shift :]
        return left.rstrip("\r\n") if end >= len(old) else left

    def _shown_as_before(self, key: str, source: str) -> str:
        """Keeps the cell from showing what stood above the binding at its end."""
        was_shown = shown_last(self._cells[key]) is not None
        return source if was_shown or shown_last(CellFacts(source)) is None else quieted(source)

    def _operations(self, sources: Mapping[str, str]) -> Iterator[Operation]:
        for cell in self._notebook.cells:
            if cell.id not in sources:
                continue
            new = sources[cell.id]
            if not new.strip() and not tests_of(cell):
                yield DeleteCell(cell.id, source_hash(cell.source))
                continue
            change = replace_source(cell.id, cell.source, new)
            yield ChangeCell(cell.id, change.source_hash, change.edits)
            if has_outputs(cell) and not CellFacts(new).statements:
                yield ClearOutputs(cell.id)


# ── trees and texts ──


def _is_as_meant(
    known: CellFacts, source: str, uses: Sequence[_Use], removed: ast.stmt | None
) -> bool:
    """Tells whether a new source is the old one with the exchanges that are meant."""
    made = CellFacts(source)
    assert known.tree is not None
    return made.tree is not None and is_same_code(
        known.tree,
        made.tree,
        {id(use.node): use.value for use in uses},
        {id(removed): []} if removed is not None else {},
    )


def _with_other_quotes(text: str) -> Iterator[str]:
    """Yields an expression with the other quotes: those of an f-string cannot stand in it."""
    for old, new in (('"', "'"), ("'", '"')):
        if old in text and new not in text:
            yield text.replace(old, new)
            yield f"({text.replace(old, new)})"


def _offset(source: str, line: int) -> int:
    """Gives where a line begins, from 0; the end behind the last."""
    offset = 0
    for number, match in enumerate(_BREAK.finditer(source), 1):
        offset = match.end()
        if number == line:
            return offset
    return 0 if line == 0 else len(source)
