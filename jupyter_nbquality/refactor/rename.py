"""Gives a name of the notebook another name, wherever it stands."""

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeMetadata,
    EditPlan,
    TextEdit,
    apply_text_edits,
    source_hash,
)
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.carried_tests import tests_of, with_tests
from jupyter_nbquality.refactor.looking_around import is_dynamic_query, looking_around
from jupyter_nbquality.refactor.parameters import given_cells
from jupyter_nbquality.refactor.reference import Reference
from jupyter_nbquality.refactor.references import references
from jupyter_nbquality.refactor.references_in_examples import in_docstring, in_examples
from jupyter_nbquality.refactor.refused import RefusedError, refusing

_OF_IPYTHON = re.compile(r"_+|_i+|_i?\d+|_[iod]h|_exit_code|exit|quit")
_ALIAS = re.compile(r"[ \t]+as[ \t]+\Z")
_QUERIES_NAMES = frozenset({"duckdb", "pandasql", "chdb", "fugue", "polars"})
"""Modules whose queries read tables from the notebook's own names."""
_DEFINES_NOTHING = frozenset({"load_ext", "reload_ext"})

_Known = Mapping[str, CellFacts]
_Found = Mapping[str, Sequence[Reference]]


class Mention(msgspec.Struct, frozen=True):
    """A place that speaks of a name, where a change of it changes nothing that runs.

    Attributes:
        cell: The id of the cell.
        range: Where.
        where: In a ``markdown`` cell or in a ``comment``.
    """

    cell: str
    range: Range
    where: Literal["markdown", "comment"]


class Renaming(msgspec.Struct, frozen=True, tag_field="kind", tag="renaming"):
    """Another name for a name of the notebook.

    Attributes:
        plan: The changes.
        old: The name as it was.
        new: As it is then.
        places: In how many places of the code it stands, that of tests included.
        cells: The ids of the cells that change, in order.
        mentions: Where else it is spoken of; changed along only where that was asked for.
        warnings: What a person should know, in sentences.
    """

    plan: EditPlan
    old: str
    new: str
    places: int
    cells: list[str]
    mentions: list[Mention]
    warnings: list[str]

    @property
    def renamed(self) -> dict[str, str]:
        """What the name is called then."""
        return {self.old: self.new}


@refusing
def rename(
    notebook: Notebook,
    old: str,
    new: str,
    *,
    mentions: Set[str] = frozenset(),
    libraries: Libraries | None = None,
) -> Renaming:
    """Gives a name of the notebook another name in all cells.

    Also in f-strings, in what magics and shell lines read (``{x}``, ``$x``), in ``query("@x")``,
    in texts that are evaluated, in annotations and in ``global`` statements. Names of keywords,
    attributes and columns, and names of functions and comprehensions of their own, stay as they
    are.

    Args:
        notebook: The document.
        old: The name.
        new: What it is called then.
        mentions: Which mentions are changed along: ``markdown``, ``comment``.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    _check_name(new)
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    found = {key: references(known) for key, known in dataflow.cells.items()}
    _refuse_unclear(dataflow.cells, found, old, new)
    refuse_unknown(dataflow.cells, found, old)
    for key, known in dataflow.cells.items():
        found[key] += in_examples(known, old, new)
    changing = _changing(dataflow, found, old)
    mentioned = list(_mentions(notebook, dataflow.cells, old))
    chosen = [each for each in mentioned if each.where in mentions]
    operations = _operations(notebook, changing, chosen, new)
    _check_result(notebook, operations)
    tests = _Tests(notebook, old, new)
    return Renaming(
        EditPlan(f"Rename {old} to {new}", [*operations, *tests.operations]),
        old,
        new,
        sum(map(len, changing.values())) + tests.places,
        [operation.cell for operation in operations],
        mentioned,
        [*_warnings(notebook, dataflow, found, changing, old, new), *tests.warnings],
    )


@refusing
def name_at(notebook: Notebook, cell: str, position: Position) -> str:
    """Gives the name of the notebook that stands at a place.

    Args:
        notebook: The document.
        cell: The id of the cell.
        position: A place in the name, or right behind it.

    Returns:
        The name. Or why there is none: an attribute, a name of a function or a comprehension of
        its own, a word in a text.
    """
    its = next((each for each in notebook.cells if each.id == cell), None)
    if its is None or its.cell_type != "code":
        raise RefusedError("unknown-cell", "The cell holds no code, or is not there any more.")
    known = CellFacts(its.source)
    if known.state in {"broken", "too deep"}:
        raise RefusedError("does-not-parse", "The cell does not parse.", cell)
    offset = LineIndex(known.source).to_offset(position)
    for each in references(known):
        if each.span[0] <= offset <= each.span[1]:
            return each.name
    raise RefusedError(
        "no-name",
        "No name of the notebook stands there: attributes, names of keywords, and names of "
        "functions and comprehensions of their own are others.",
        cell,
    )


# ── whether it can be done ──


def _check_name(new: str) -> None:
    if not new.isidentifier() or keyword.iskeyword(new):
        raise RefusedError("bad-name", f"`{new[:60]}` is no name of Python.")
    if new in GIVEN_NAMES or _OF_IPYTHON.fullmatch(new):
        raise RefusedError("builtin-name", f"`{new}` is a name that Python has from the start.")


def _refuse_unclear(cells: _Known, found: _Found, old: str, new: str) -> None:
    """Refuses where it is not clear what a name means, or the new one means something already."""
    if old == new:
        raise RefusedError("same-name", f"It is called `{old}` already.")
    if not any(old in known.facts.binds for known in cells.values()) and not any(
        each.name == old and each.binds for its in found.values() for each in its
    ):
        raise RefusedError("unbound-name", f"No cell binds a name `{old}`.")
    if _OF_IPYTHON.fullmatch(old):
        raise RefusedError("builtin-name", f"`{old}` is a name that IPython gives values itself.")
    for key, known in cells.items():
        if known.state in {"broken", "too deep"}:
            for name in (old, new):
                if _word(name).search(known.source):
                    raise RefusedError(
                        "does-not-parse", f"The cell does not parse, and names `{name}`.", key
                    )
        for each in found[key]:
            if each.name == new:
                raise RefusedError("taken-name", f"The notebook has a name `{new}` already.", key)
            if each.name == old:
                _refuse_place(each, old, new, key)
        if new in known.facts.binds:
            raise RefusedError("taken-name", f"The notebook has a name `{new}` already.", key)


def _refuse_place(each: Reference, old: str, new: str, key: str) -> None:
    if each.how == "unclear":
        if isinstance(each.node, ast.alias) and "." in each.node.name:
            raise RefusedError(
                "import-of-submodule",
                f"`import {each.node.name}` binds `{old}`; write `import {each.node.name} as …` "
                "or `from … import …` first.",
                key,
            )
        raise RefusedError(
            "unclear-place", f"It is not clear what `{old}` means in one place of the cell.", key
        )
    if new in each.hidden:
        raise RefusedError(
            "captured-name",
            f"`{old}` is read where `{new}` is a name of a function, a class or a comprehension.",
            key,
        )
    mangled = any(name.startswith("__") and not name.endswith("__") for name in (old, new))
    if mangled and each.repeats:
        raise RefusedError(
            "mangled-name", "Names that begin with two underscores are others within classes.", key
        )


def refuse_unknown(cells: _Known, found: _Found, old: str) -> None:
    """Refuses where code may define or read any name, and so one of the notebook.

    Args:
        cells: What is known of the cells, by id.
        found: The places of names in them.
        old: The name.

    Raises:
        RefusedError: There is such code.
    """
    is_seen = False
    asked: list[str] = []
    for key, known in cells.items():
        is_seen = is_seen or any(each.name == old for each in found[key])
        for unknown in known.facts.unknown:
            reason = unknown.reason
            if reason.lstrip("%").split(" ")[0] in _DEFINES_NOTHING:
                continue
            # What stands above all places of the name cannot bind it anew.
            if is_seen or not reason.startswith(("from ", "%")):
                raise RefusedError(
                    "unknown-names", f"`{reason[:60]}` may read or bind `{old}`, too.", key
                )
        if known.tree is None:
            continue
        for name in looking_around(known.tree):
            raise RefusedError(
                "looks-around", f"`{name}` sees the names around it, so `{old}`, too.", key
            )
        if any(map(is_dynamic_query, ast.walk(known.tree))):
            asked.append(key)
    for key in asked:
        for other, known in cells.items():
            if re.search(rf"[\"'\s(]@{re.escape(old)}(?!\w)", known.source) and not any(
                each.name == old and each.how == "text" for each in found[other]
            ):
                raise RefusedError(
                    "query-elsewhere",
                    f"A query that is not written in its call may read `{old}`.",
                    key,
                )


# ── the changes ──


def _changing(dataflow: Dataflow, found: _Found, old: str) -> dict[str, list[Reference]]:
    """Gives the places to change, by cell."""
    from_names = any(
        module.partition(".")[0] in _QUERIES_NAMES for module in dataflow.imports.values()
    )
    changing = {}
    for key, its in found.items():
        chosen = [
            each
            for each in its
            if each.name == old and (each.how != "guess" or from_names or _is_formula(each))
        ]
        if chosen:
            changing[key] = chosen
    return changing


def _is_formula(each: Reference) -> bool:
    return isinstance(each.node, ast.Constant) and "~" in str(each.node.value)


def _operations(
    notebook: Notebook,
    changing: Mapping[str, Sequence[Reference]],
    mentions: Iterable[Mention],
    new: str,
) -> list[ChangeCell]:
    edits: dict[str, list[TextEdit]] = {}
    for key, its in changing.items():
        source = notebook.cell(key).source
        index = LineIndex(source)
        for (start, end), text in {each.span: _written(each, source, new) for each in its}.items():
            first = start
            if not text:
                # `import pandas as pd` becomes `import pandas`.
                first = len(_ALIAS.sub("", source[:start]))
            where = Range(index.from_offset(first), index.from_offset(end))
            edits.setdefault(key, []).append(TextEdit(where, text))
    for mention in mentions:
        edits.setdefault(mention.cell, []).append(TextEdit(mention.range, new))
    return [
        ChangeCell(cell.id, source_hash(cell.source), edits[cell.id])
        for cell in notebook.cells
        if cell.id in edits
    ]


def _written(each: Reference, source: str, new: str) -> str:
    """Gives what stands in a place then; nothing where an alias is not needed any more."""
    is_own = isinstance(each.node, ast.alias) and each.node.asname and each.node.name == new
    return "" if is_own and _ALIAS.search(source[: each.span[0]]) else each.lead + new


class _Tests:
    """The tests that cells carry: what a name is called in them.

    Attributes:
        operations: The changes.
        places: In how many places it stands.
        warnings: About tests that are left as they are.
    """

    def __init__(self, notebook: Notebook, old: str, new: str) -> None:
        self.operations: list[ChangeMetadata] = []
        self.places = 0
        self.warnings: list[str] = []
        for cell in notebook.cells:
            tests = tests_of(cell)
            entries = [test.entry for test in tests]
            for number, test in enumerate(tests):
                known = CellFacts(test.source)
                if not _word(old).search(test.source):
                    continue
                if known.state in {"broken", "too deep"}:
                    self.warnings.append(
                        f"The test “{test.title}” does not parse and is left as it is."
                    )
                    continue
                source = self._renamed(known, cell.id, old, new)
                if source != test.source:
                    entries[number] = test.with_source(source)
            metadata = with_tests(cell.metadata, entries)
            if metadata != cell.metadata and tests:
                self.operations.append(ChangeMetadata(cell.id, metadata))

    def _renamed(self, known: CellFacts, key: str, old: str, new: str) -> str:
        found = references(known)
        chosen = [each for each in found if each.name == old and each.how != "guess"]
        if not chosen:
            return known.source
        if any(each.name == new for each in found):
            raise RefusedError("taken-name", f"A test of the cell has a name `{new}` already.", key)
        for each in chosen:
            _refuse_place(each, old, new, key)
        self.places += len(chosen)
        edits = [
            TextEdit(_range_of(known, start, end), text)
            for (start, end), text in {each.span: each.lead + new for each in chosen}.items()
        ]
        return apply_text_edits(known.source, edits)


def _range_of(known: CellFacts, start: int, end: int) -> Range:
    index = LineIndex(known.source)
    return Range(index.from_offset(start), index.from_offset(end))


def _check_result(notebook: Notebook, operations: Iterable[ChangeCell]) -> None:
    """Makes sure that what parsed still does: a name may be part of what is no name."""
    for operation in operations:
        cell = notebook.cell(operation.cell)
        if cell.cell_type != "code":
            continue
        before = CellFacts(cell.source)
        after = CellFacts(apply_text_edits(cell.source, operation.edits))
        if before.state != after.state:
            raise RefusedError(
                "unclear-place", "The cell would not parse with the new name.", cell.id
            )


# ── what a person should know ──


def _mentions(notebook: Notebook, cells: _Known, old: str) -> Iterator[Mention]:
    pattern = _word(old)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            index = LineIndex(cell.source)
            for match in pattern.finditer(cell.source):
                if len(old) > 2 or _is_marked(cell.source, match):
                    where = Range(*map(index.from_offset, match.span()))
                    yield Mention(cell.id, where, "markdown")
        elif cell.id in cells and cells[cell.id].state == "known":
            yield from _in_comments(cell, cells[cell.id], pattern)


def _is_marked(source: str, match: re.Match[str]) -> bool:
    """Tells whether a short name stands in Markdown as code; others are letters and words."""
    return source[: match.start()].endswith("`") and source[match.end() :].startswith("`")


def _in_comments(cell: Cell, known: CellFacts, pattern: re.Pattern[str]) -> Iterator[Mention]:
    if "#" not in cell.source or not pattern.search(cell.source) or known.masked.removed:
        return
    import io
    import tokenize

    index = LineIndex(cell.source)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(known.masked.text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT:
            start = index.to_offset(index.from_codepoints(token.start[0] - 1, token.start[1]))
            for match in pattern.finditer(token.string):
                where = [index.from_offset(start + at) for at in match.span()]
                yield Mention(cell.id, Range(*where), "comment")


def _warnings(
    notebook: Notebook,
    dataflow: Dataflow,
    found: _Found,
    changing: Mapping[str, Sequence[Reference]],
    old: str,
    new: str,
) -> Iterator[str]:
    numbers = {cell.id: number for number, cell in enumerate(notebook.cells, 1)}
    given = given_cells(notebook)
    for cell in notebook.cells:
        if cell.id in given and cell.id in changing:
            yield (
                f"Cell {numbers[cell.id]} holds parameters: whoever runs the notebook with a value "
                f"for `{old}` must give one for `{new}` then."
            )
    for key, its in found.items():
        for each in its:
            if each.name == old and each.how == "guess":
                done = "is" if each in changing.get(key, ()) else "is not"
                what = "An example in a docstring" if in_docstring(each) else "A text"
                yield (
                    f"{what} in cell {numbers[key]} may mean `{old}`, which {done} changed in it."
                )
    for key in changing:
        if shows_itself(dataflow.cells[key], old):
            yield f"Cell {numbers[key]} shows `{old}=` with its value; then it shows `{new}=`."
        if any(
            name == old and function.name
            for name, function in dataflow.cells[key].facts.functions.items()
        ):
            yield f"What shows the name of `{old}` itself shows `{new}` then."


def shows_itself(known: CellFacts, old: str) -> bool:
    """Tells whether an f-string shows an expression with its value: ``{x=}``."""
    return any(
        isinstance(node, ast.JoinedStr)
        and any(
            isinstance(part, ast.Constant)
            and re.search(rf"(?<!\w){re.escape(old)}(?!\w)[^{{}}]*=\s*\Z", str(part.value))
            for part in node.values
        )
        and re.search(rf"\{{[^{{}}]*(?<!\w){re.escape(old)}(?!\w)[^{{}}]*=", known.source)
        for node in ast.walk(known.tree or ast.Module([], []))
    )


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
