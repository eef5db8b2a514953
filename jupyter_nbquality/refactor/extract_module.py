"""Moves functions and classes of a notebook into a module, which the notebook then imports."""

import ast
import keyword
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeFile,
    EditPlan,
    InsertCell,
    Operation,
    Refusal,
    TextEdit,
    source_hash,
)
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.applied import applied, one_after_another
from jupyter_nbquality.refactor.boundary import names_read
from jupyter_nbquality.refactor.definitions import (
    Definition,
    Definitions,
    definitions_of,
    imports_of,
)
from jupyter_nbquality.refactor.global_parameters import GlobalsGiven, give_globals
from jupyter_nbquality.refactor.looking_around import is_dynamic_query
from jupyter_nbquality.refactor.module_bound import own_names, seen_around
from jupyter_nbquality.refactor.module_text import ModuleText
from jupyter_nbquality.refactor.parameters import given_cells
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.seen_across import names_in_queries

_OF_IPYTHON = {
    "display": "from IPython.display import display",
    "get_ipython": "from IPython import get_ipython",
}
_AUTORELOAD = "%load_ext autoreload\n%autoreload 2"
_PICKLES = ("pickle", "joblib", "dill", "cloudpickle", "shelve")
_CACHES = frozenset({"cache", "lru_cache", "cached", "memoize"})
_MOST_MODULES = 50


class ModuleExtraction(msgspec.Struct, frozen=True, tag_field="kind", tag="module-extraction"):
    """Definitions that were moved into a module.

    Attributes:
        plan: The changes; the file first.
        module: What is imported: ``cleaning``, ``package.cleaning``.
        names: The names that were moved, in the order of the module.
        along: Those of them that were not asked for, but that the others need.
        text: The module.
        is_new: Whether the file is new.
        notes: Sentences about what to mind.
        loses: Names that the notebook has no longer: nobody else reads them.
    """

    plan: EditPlan
    module: str
    names: list[str]
    along: list[str]
    text: str
    is_new: bool
    notes: list[str]
    loses: list[str]


class Place(msgspec.Struct, frozen=True):
    """Where a module is to stand.

    Attributes:
        path: Of the file, as seen from the folder of the notebook, with ``/``.
        existing: Its text; ``None`` where it is new.
        shown_path: Its path as an edit plan has it: relative to the server root, or to the working
            directory.
        on_disk: Its path on disk, for the settings of the project; ``None`` where nobody knows.
        imported: Its path as seen from where it is imported, see `origins.import_path`; empty for
            that seen from the notebook.
    """

    path: str
    existing: str | None
    shown_path: str
    on_disk: Path | None = None
    imported: str = ""

    @property
    def is_of_project(self) -> bool:
        """Whether it is imported as the project has it, and not as seen from the notebook."""
        return bool(self.imported) and self.imported != self.path


def extract_module(
    notebook: Notebook,
    names: Sequence[str],
    place: Place,
    *,
    autoreload: bool = False,
    neighbour: Callable[[str], str | None] = lambda _module: None,
    libraries: Libraries | None = None,
) -> ModuleExtraction | Refusal:
    """Moves functions, classes and constants into a module.

    What they need goes along: imports are copied, other functions, classes and constants of the
    notebook move too. Where a definition stood, the notebook imports it.

    Args:
        notebook: The document.
        names: What to move.
        place: Where to.
        autoreload: Whether a cell is added at the top that makes the kernel follow changes of
            modules.
        neighbour: Gives the text of another module beside the notebook, by its name.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why the notebook would not do the same after them.
    """
    try:
        # One dataflow for both looks: most cells are the same in the second.
        dataflow = Dataflow(libraries)
        move = _Move(notebook, place, dataflow, neighbour)
        given = move.globals_given(names)
        if given is None:
            return move.result(names, autoreload=autoreload)
        between = applied(notebook, given.plan)
        made = _Move(between, place, dataflow, neighbour).result(names, autoreload=autoreload)
    except RefusedError as error:
        return error.refusal
    operations = one_after_another(notebook, given.plan, made.plan)
    return msgspec.structs.replace(
        made,
        plan=EditPlan(made.plan.title, operations),
        notes=[*map(_told, given.gained, given.gained.values(), given.calls.values()), *made.notes],
    )


def _told(function: str, names: Sequence[str], calls: int) -> str:
    """Says what a function takes, and how often it is given that."""
    shown = [f"`{name}`" for name in names]
    listed = " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
    kind = "parameters" if shown[1:] else "a parameter"
    where = {0: "it is called nowhere", 1: "its call is mended"}
    return (
        f"`{function}` takes {listed} of the notebook as {kind}; "
        f"{where.get(calls, f'its {calls} calls are mended')}."
    )


class _Move:
    """One extraction while it is made."""

    def __init__(
        self,
        notebook: Notebook,
        place: Place,
        dataflow: Dataflow,
        neighbour: Callable[[str], str | None],
    ) -> None:
        self._notebook = notebook
        self._place = place
        self._neighbour = neighbour
        self._dataflow = dataflow
        self._dataflow.update(notebook)
        self._definitions = Definitions(self._dataflow, given_cells(notebook))
        self._module = _module_name(place.imported or place.path)
        self._imports: dict[str, Definition] = {}
        self._given: set[str] = set()
        self._leaves_out = False
        self._variables: set[str] = set()

    def globals_given(self, names: Sequence[str]) -> GlobalsGiven | None:
        """Makes parameters of the variables that what moves reads; nothing where it reads none.

        Raises:
            RefusedError: The notebook would not do the same.
        """
        moved = self._closure(names) if names else []
        if not self._variables:
            return None
        return give_globals(
            self._notebook, self._dataflow, self._definitions, moved, self._variables
        )

    def result(self, names: Sequence[str], *, autoreload: bool) -> ModuleExtraction:
        """Gives the changes.

        Raises:
            RefusedError: The notebook would not do the same after them.
        """
        if not names:
            raise RefusedError(
                "nothing-to-move", "The selection defines no function, class or constant."
            )
        self._refuse_shadowing()
        moved = self._closure(names)
        if self._variables:
            raise RefusedError(
                "reads-global", f"What moves reads `{min(self._variables)}` of the notebook."
            )
        self._refuse_circles()
        self._refuse_shared_lines(moved)
        text, is_same = self._text(moved)
        operations = self._cell_changes(moved)
        if text != self._place.existing:
            before = self._place.existing
            digest = source_hash(before) if before is not None else None
            operations.insert(0, ChangeFile(self._place.shown_path, digest, text))
        has_autoreload = any("%autoreload" in cell.source for cell in self._notebook.cells)
        if autoreload and not has_autoreload:
            operations.append(InsertCell(None, "code", _AUTORELOAD))
        found = [name for definition in moved for name in definition.names]
        return ModuleExtraction(
            EditPlan(f"Move {', '.join(found)} to {self._place.path}", operations),
            self._module,
            found,
            [name for name in found if name not in names],
            text,
            self._place.existing is None,
            self._notes(moved, is_same, has_autoreload or autoreload),
            [],
        )

    def _closure(self, names: Iterable[str]) -> list[Definition]:
        """Gives what moves, in the order of the notebook."""
        moved: dict[int, Definition] = {}
        todo = [(name, "") for name in names]
        seen: set[str] = set()
        while todo:
            name, reader = todo.pop(0)
            if name in seen:
                continue
            seen.add(name)
            definition = self._definitions.only(name)
            if reader and self._definitions.is_variable(name):
                self._variables.add(name)
                continue
            if definition is None:
                self._refuse_reading(name, reader)
                continue
            if definition.kind == "import":
                if not reader:
                    continue
                self._imports[name] = definition
                continue
            moved[id(definition.statement)] = definition
            self._refuse_magics(definition)
            todo += [(read, name) for read in sorted(definition.reads)]
            todo += [(given, name) for given in _OF_IPYTHON if _reads(definition, given)]
            self._refuse_globals(definition)
        if not moved:
            raise RefusedError(
                "nothing-to-move", "The selection defines no function, class or constant."
            )
        order = {cell.id: number for number, cell in enumerate(self._notebook.cells)}
        return sorted(moved.values(), key=lambda each: (order[each.cell], each.first))

    def _refuse_reading(self, name: str, reader: str) -> None:
        """Refuses a name that cannot go along; one that nothing binds is left as it is."""
        if name in _OF_IPYTHON and not self._definitions.is_bound(name):
            self._given.add(name)
            return
        if name in GIVEN_NAMES and not self._definitions.is_bound(name):
            return
        if self._definitions.is_bound(name):
            why = f"which {self._why_not(name)}" if reader else self._why_not(name)
            raise RefusedError(
                "reads-global" if reader else "bound-again",
                f"`{reader}` reads `{name}`, {why}." if reader else f"`{name}` {why}.",
            )
        if not reader:
            raise RefusedError("unknown-name", f"The notebook defines no `{name}`.")
        star = self._star_import()
        if star:
            raise RefusedError(
                "undefined-name",
                f"`{reader}` reads `{name}`, which may come from `{star}`; import it by its name.",
            )
        raise RefusedError(
            "undefined-name", f"`{reader}` reads `{name}`, which the notebook does not define."
        )

    def _why_not(self, name: str) -> str:
        """Says why something that the notebook binds cannot move."""
        binding = self._definitions.only_binding(name)
        match binding:
            case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
                return "is a `lambda`; write it as a function with `def` to move it"
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                word = type(binding).__name__.lower()
                return f"is bound within `{word}`; only what is defined outside of it can move"
            case ast.stmt() if not self._definitions.by_name.get(name):
                return "is computed, and no function, class or constant that could move"
        return "is bound in more than one place, or changed, so it is not sure what would move"

    def _star_import(self) -> str:
        """Gives an import of all names of a module; empty for none."""
        for known in self._dataflow.cells.values():
            for node in ast.walk(known.tree) if known.tree is not None else ():
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    return ast.unparse(node)
        return ""

    def _refuse_globals(self, definition: Definition) -> None:
        seen = seen_around(definition.statement)
        if seen:
            raise RefusedError(
                "looks-around",
                f"`{definition.names[0]}` sees the names of its module by `{seen}`, which would be "
                "others.",
                definition.cell,
            )
        if any(map(is_dynamic_query, ast.walk(definition.statement))):
            for name in filter(self._definitions.is_bound, names_in_queries(self._dataflow)):
                raise RefusedError(
                    "query-elsewhere",
                    f"`{definition.names[0]}` runs a query that is not written in it, and a text "
                    f"has `@{name}`, which a module does not see.",
                    definition.cell,
                )
        for node in ast.walk(definition.statement):
            if isinstance(node, ast.Global):
                raise RefusedError(
                    "binds-global",
                    f"`{definition.names[0]}` binds `{node.names[0]}` in the notebook, which it "
                    "cannot do from a module.",
                )
            if isinstance(node, ast.ClassDef) and node is not definition.statement:
                # `class A: n = n` reads the notebook's one, whatever stands around it.
                for name in set(bound_names(list(node.body))) & names_read(*node.body):
                    if self._definitions.is_bound(name):
                        raise RefusedError(
                            "reads-global",
                            f"A class in `{definition.names[0]}` binds `{name}` and reads it, "
                            "which may be the variable of the notebook.",
                            definition.cell,
                        )

    def _refuse_shadowing(self) -> None:
        """Refuses a module whose name hides another one that is needed."""
        top = self._module.partition(".")[0]
        imported = {
            module.partition(".")[0]
            for known in self._dataflow.cells.values()
            for module in known.facts.imports.values()
        }
        is_there = self._place.existing is not None or self._imported_beside()
        if top in sys.stdlib_module_names or (top in imported and not is_there):
            raise RefusedError(
                "hides-module", f"A module named `{top}` would hide the one that is imported."
            )

    def _imported_beside(self) -> bool:
        """Tells whether the notebook imports from the package of the module, which is our own."""
        top = self._module.partition(".")[0]
        if top == self._module:
            return False
        found = [
            module
            for known in self._dataflow.cells.values()
            for module in known.facts.imports.values()
            if module.partition(".")[0] == top
        ]
        return bool(found) and all(
            self._neighbour(each) is not None
            or self._neighbour(each.rpartition(".")[0]) is not None
            for each in found
        )

    def _refuse_circles(self) -> None:
        for name, definition in self._imports.items():
            statement = definition.statement
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            for module in _modules(statement):
                way = self._way_back(module)
                if way:
                    through = "itself" if len(way) == 1 else f"through `{way[1]}`"
                    raise RefusedError(
                        "circular-import",
                        f"`{name}` comes from `{module}`, which imports `{self._module}` "
                        f"{through}.",
                    )

    def _way_back(self, module: str) -> list[str]:
        """Gives the modules beside the notebook by which one imports the new one; none if not."""
        seen = {module, self._module}
        todo = [[module]] if module != self._module else []
        while todo and len(seen) < _MOST_MODULES:
            way = todo.pop(0)
            text = self._neighbour(way[-1])
            for each in sorted(_imported_by(text, way[-1])) if text is not None else ():
                if each == self._module:
                    return way
                if each not in seen:
                    seen.add(each)
                    todo.append([*way, each])
        return []

    def _refuse_magics(self, definition: Definition) -> None:
        for magic in self._dataflow.cells[definition.cell].masked.magics:
            if definition.first <= magic.line <= definition.last:
                shown = magic.text.strip().split("\n")[0][:60]
                raise RefusedError(
                    "magic",
                    f"`{shown}` works in notebooks alone, not in a module.",
                    definition.cell,
                )

    def _refuse_shared_lines(self, moved: Sequence[Definition]) -> None:
        for definition in moved:
            for other in self._definitions.by_name.values():
                for each in other:
                    if (
                        each.cell == definition.cell
                        and each.statement is not definition.statement
                        and each.first <= definition.last
                        and definition.first <= each.last
                    ):
                        raise RefusedError(
                            "shared-line",
                            f"`{definition.names[0]}` shares a line with other code.",
                            definition.cell,
                        )

    def _text(self, moved: Sequence[Definition]) -> tuple[str, bool]:
        """Gives the text of the module, and whether all of it was there before."""
        module = ModuleText(self._place.existing or "")
        imports = imports_of(self._imports)
        imports += [_OF_IPYTHON[name] for name in sorted(self._given)]
        if self._has_future_annotations():
            imports.insert(0, "from __future__ import annotations")
        own = {
            f"from {self._module} import {name}"
            for name in (*self._imports, *(n for each in moved for n in each.names))
        }
        module.add_imports([statement for statement in imports if statement not in own])
        is_same = True
        for definition in moved:
            if not module.has_same(definition.statement):
                is_same = False
                for name in sorted(definition.reads & GIVEN_NAMES - _OF_IPYTHON.keys()):
                    if not self._definitions.is_bound(name):
                        module.refuse_taken(name)
                for name in definition.names:
                    module.refuse_taken(name)
                lines = self._lines(definition)
                module.add(lines, definition.names, is_constant=definition.kind == "constant")
        self._leaves_out = module.leaves_out()
        text = module.text()
        if self._place.existing is not None and is_same and not imports:
            return self._place.existing, True
        path = self._place.on_disk or Path(self._place.path)
        try:
            return ruff.tidy_module(text, path), is_same
        except ruff.RuffError as error:
            raise RefusedError("ruff-failed", str(error)) from None

    def _lines(self, definition: Definition) -> str:
        lines = self._dataflow.cells[definition.cell].source.split("\n")
        return "\n".join(lines[definition.first : definition.last + 1])

    def _has_future_annotations(self) -> bool:
        return any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__"
            for known in self._dataflow.cells.values()
            for node in (known.tree.body if known.tree is not None else ())
        )

    def _cell_changes(self, moved: Sequence[Definition]) -> list[Operation]:
        """Replaces the definitions of each cell by one import."""
        by_cell: dict[str, list[Definition]] = {}
        for definition in moved:
            by_cell.setdefault(definition.cell, []).append(definition)
        operations: list[Operation] = []
        for cell, definitions in by_cell.items():
            source = self._notebook.cell(cell).source
            index = LineIndex(source)
            lines = source.split("\n")
            names = sorted(name for each in definitions for name in each.names)
            edits = []
            for number, each in enumerate(definitions):
                last = each.last
                text = f"from {self._module} import {', '.join(names)}" if number == 0 else ""
                start, end = Position(each.first, 0), index.end_of_line(last)
                if number > 0:
                    # The blank lines above go with it.
                    first = each.first
                    while first > 0 and not lines[first - 1].strip():
                        first -= 1
                    start = index.end_of_line(first - 1) if first > 0 else Position(0, 0)
                edits.append(TextEdit(Range(start, end), text))
            operations.append(ChangeCell(cell, source_hash(source), edits))
        return operations

    def _relative_files(self, moved: Iterable[Definition]) -> list[str]:
        """Gives the paths that what moves reads or writes, and that are relative."""
        names = {name for definition in moved for name in definition.names}
        return sorted(
            {
                effect.what
                for known in self._dataflow.cells.values()
                for name, function in known.facts.functions.items()
                if name in names
                for effect in function.effects
                if effect.kind in {"reads-file", "writes-file"}
                and effect.what
                and not effect.what.startswith(("/", "~", "{"))
                and "://" not in effect.what
            }
        )

    def _notes(self, moved: Sequence[Definition], is_same: bool, reloads: bool) -> list[str]:
        notes = []
        if is_same:
            notes.append("The module has all of it already; the notebook only imports it.")
        if self._leaves_out:
            notes.append("`__all__` of the module is computed: add the names there yourself.")
        classes = [each for each in moved if isinstance(each.statement, ast.ClassDef)]
        if classes and any(
            module.partition(".")[0] in _PICKLES
            for known in self._dataflow.cells.values()
            for module in known.facts.imports.values()
        ):
            notes.append(
                f"Objects of `{classes[0].names[0]}` that are pickled from now on need "
                f"`{self._module}` wherever they are read."
            )
        notes += [
            f"`{definition.names[0]}` reads `{name}`, which is another in a module."
            for definition in moved
            for name in own_names(definition.statement)
        ]
        notes += [
            f"`{path}` is meant as seen from the notebook, also when the module is used elsewhere."
            for path in self._relative_files(moved)
        ][:1]
        notes += [
            f"`{name}` keeps what it gathers while the module is loaded: to run its cell again "
            "does not empty it."
            for name in _gathering(moved)
        ][:1]
        if not reloads:
            notes.append(
                "The kernel reads the module once: after you edit it, restart, or use %autoreload."
            )
        if self._place.is_of_project and not self._imported_beside():
            notes.append(
                f"`{self._module}` is imported as in the installed project: `pip install -e .` in "
                "its folder, if that was not done."
            )
        elif PurePosixPath(self._place.path).parts[0] == ".." and not self._place.is_of_project:
            notes.append("The module is outside the notebook's folder: add it to the import path.")
        return notes


def _gathering(moved: Iterable[Definition]) -> Iterator[str]:
    """Yields the definitions that hold something which changes while they are used."""
    for definition in moved:
        statement = definition.statement
        for node in ast.walk(statement):
            values: list[ast.expr] = []
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                values = [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
                if any(_last_name(each) in _CACHES for each in node.decorator_list):
                    yield definition.names[0]
            elif isinstance(node, ast.ClassDef):
                values = [
                    each.value
                    for each in node.body
                    if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
                ]
            if any(isinstance(value, ast.List | ast.Dict | ast.Set) for value in values):
                yield definition.names[0]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _module_name(path: str) -> str:
    pure = PurePosixPath(path)
    parts = [part for part in (*pure.parts[:-1], pure.stem) if part != "."]
    if pure.is_absolute():
        raise RefusedError(
            "bad-module",
            f"`{path[:80]}` is a path from the root; give it as seen from the notebook's folder.",
        )
    if pure.suffix != ".py":
        raise RefusedError("bad-module", f"`{path[:80]}` does not end in .py.")
    inside = [part for part in parts if part != ".."] if parts[:1] == [".."] else parts
    if inside and parts[:1] == [".."]:
        inside = [pure.stem]
    for part in inside:
        if not part.isidentifier() or keyword.iskeyword(part):
            raise RefusedError(
                "bad-module", f"`{part[:60]}` cannot be imported: it is no name of Python."
            )
    if pure.stem == "__init__":
        inside = inside[:-1]
    if not inside:
        raise RefusedError("bad-module", f"`{path[:80]}` cannot be imported.")
    return ".".join(inside)


def _reads(definition: Definition, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(definition.statement)
    )


def _modules(statement: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return [statement.module or ""]


def _imported_by(text: str, module: str) -> set[str]:
    """Gives the modules that one imports, with those that may be parts of packages."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found.add(source)
            found.update(f"{source}.{alias.name}".lstrip(".") for alias in node.names)
    return found


def names_defined(notebook: Notebook, cells: Iterable[str]) -> list[str]:
    """Gives the functions, classes and constants that cells define, in order.

    Without the constants that other code changes, or that are given from outside. Where there is
    nothing else, functions that cannot move: `extract_module` says why.
    """
    if not notebook.is_python:
        return []
    dataflow = Dataflow()
    dataflow.update(notebook)
    definitions = Definitions(dataflow, given_cells(notebook))
    wanted = set(cells)
    found = dict.fromkeys(
        name
        for cell, known in dataflow.cells.items()
        if cell in wanted
        for definition in definitions_of(cell, known)
        if definition.kind != "import"
        for name in definition.names
        if definition.kind != "constant" or not definitions.is_variable(name)
    )
    return list(found) or [
        name
        for cell, known in dataflow.cells.items()
        if cell in wanted
        for name, function in known.facts.functions.items()
        if name in known.facts.binds and name not in known.facts.imports and function.name
    ]
