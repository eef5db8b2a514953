"""What a function made of a selection takes and gives, and whether it can be one."""

import ast
import keyword
from collections.abc import Iterator, Sequence

import msgspec

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import GIVEN_NAMES, Facts
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.evaluation import is_quiet
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import first_line
from jupyter_nbquality.refactor.survey import Survey

_SETTINGS = frozenset({"matplotlib", "config", "autoreload", "precision", "load_ext", "reload_ext"})
"""Magics that set something up for the whole notebook: they stay above the function."""
_OF_THE_SYSTEM = frozenset(
    {"cat", "cd", "conda", "cp", "dirs", "env", "ldir", "less", "lf", "lk", "ll", "ls", "lx",
     "mamba", "micromamba", "mkdir", "more", "mv", "pip", "popd", "pushd", "pwd", "rm", "rmdir",
     "set_env", "uv"}
)  # fmt: skip
"""Magics that work on files and the environment: they do the same in a function."""
_MAKES_IMPORTABLE = frozenset(
    {"writes-file", "makes-folder", "subprocess", "writes-state", "sets-state", "network"}
)
_IMPORT_MACHINERY = frozenset({"sys", "os", "site", "importlib", "pkgutil"})
_LOOKS_AROUND = frozenset({"globals", "locals", "vars", "dir", "exec"})
_KEEPERS = frozenset(
    {"append", "add", "insert", "setdefault", "register", "connect", "observe", "on_click",
     "on_change", "add_callback", "add_done_callback", "subscribe", "partial", "defaultdict"}
)  # fmt: skip

_Assignment = ast.Assign | ast.AnnAssign


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
        _refuse_looking_around(survey.known.facts, tree)
    hoisted = _hoisted(survey)
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
    returns = inside.returns()
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
        any(_waits(statement) for statement in body),
    )


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


def statements_of(known: CellFacts) -> list[ast.stmt]:
    """Gives the statements of a cell, without what stands for magics."""
    magics = {
        line + 1
        for magic in known.masked.magics
        if magic.kind not in {"shell-capture", "magic-assignment"}
        for line in range(magic.line, magic.end_line + 1)
    }
    body = known.tree.body if known.tree is not None else []
    return [statement for statement in body if statement.lineno not in magics]


def with_facts(known: CellFacts) -> Iterator[tuple[ast.stmt, Facts]]:
    """Yields the statements of a cell with what is known of each."""
    by_line: dict[int, list[Facts]] = {}
    for facts in known.statements:
        by_line.setdefault(facts.first, []).append(facts)
    for statement in statements_of(known):
        found = by_line.get(first_line(statement)) or by_line.get(statement.lineno)
        if found:
            # More than one may stand on a line.
            yield statement, found.pop(0)


def is_setting(magic: Magic) -> bool:
    """Tells whether a magic sets something up for the whole notebook."""
    return magic.kind == "line-magic" and magic.name in _SETTINGS


def _hoisted(survey: Survey) -> list[ast.stmt]:
    """Finds the statements that stay at the level of the notebook."""
    local: set[str] = set()
    found: list[ast.stmt] = []
    definitions: list[tuple[ast.stmt, Facts]] = []
    makes_importable = any(
        magic.kind in {"shell", "shell-capture"} or magic.name in _OF_THE_SYSTEM
        for magic in survey.known.masked.magics
    )
    for statement, facts in with_facts(survey.known):
        if isinstance(statement, ast.Import | ast.ImportFrom) and not makes_importable:
            found.append(statement)
        elif isinstance(
            statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and survey.is_used_elsewhere(statement.name):
            definitions.append((statement, facts))
        else:
            local.update(facts.binds)
            makes_importable = makes_importable or _may_make_importable(facts)
    kept = _kept(survey, [statement for statement, _facts in definitions])
    found += kept
    local -= set(bound_names(kept))
    bound_by_imports = set(bound_names(found))
    rebound = bound_by_imports & (local | survey.known.facts.uses.keys())
    if rebound:
        name = min(rebound)
        raise RefusedError(
            "import-in-the-middle",
            f"The selection reads or binds `{name}` beside importing it, so the import cannot "
            "stay in the notebook.",
        )
    for statement, facts in definitions:
        needed = local & {*facts.uses, *facts.later, *facts.waiting}
        if needed:
            raise RefusedError(
                "definition-needs-local",
                f"`{_name(statement)}` is used elsewhere and reads `{min(needed)}`, which the "
                "selection binds.",
            )
        if _name(statement) in local or _name(statement) in survey.known.facts.uses:
            raise RefusedError(
                "definition-rebound",
                f"`{_name(statement)}` is read or bound in the selection besides being defined "
                "there.",
            )
        found.append(statement)
    return [statement for statement in statements_of(survey.known) if statement in found]


def _kept(survey: Survey, definitions: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Finds assignments that begin the selection, of names that other functions read.

    These read them in the notebook, so they stay there: nothing else runs before them.

    Args:
        survey: Of the selection.
        definitions: Its functions and classes that stay in the notebook.
    """
    first: list[tuple[ast.stmt, Facts]] = []
    behind: list[Facts] = []
    magics = [magic.line for magic in survey.known.masked.magics if not is_setting(magic)]
    for statement, facts in with_facts(survey.known):
        if isinstance(statement, ast.Import | ast.ImportFrom) or statement in definitions:
            continue
        if behind or facts.first > min(magics, default=facts.first) or not _is_plain(statement):
            behind.append(facts)
        else:
            first.append((statement, facts))
    bound_inside = {name for facts in behind for name in {*facts.binds, *facts.deletes}}
    read = _read_by_functions(survey, definitions)
    names = [name for _statement, facts in first for name in facts.binds]
    if any(names.count(name) > 1 for name in read):
        return []
    kept: list[ast.stmt] = []
    # The last one first: what a kept one reads is kept, too, and what it cannot change places with.
    for statement, facts in reversed(first):
        assert isinstance(statement, _Assignment)
        crosses = bool(kept) and not (
            statement.value is not None
            and is_quiet(statement.value)
            and facts.uses.keys().isdisjoint(bound_names(kept))
        )
        if not crosses and read.isdisjoint(facts.binds):
            bound_inside |= facts.binds.keys()
            continue
        if bound_inside & facts.binds.keys():
            return []
        kept.insert(0, statement)
        read |= {*facts.uses, *facts.waiting}
    return kept


def _is_plain(statement: ast.stmt) -> bool:
    """Tells whether a statement does nothing but to give names values."""
    targets: Sequence[ast.expr] = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return bool(targets) and all(isinstance(target, ast.Name) for target in targets)


def _read_by_functions(survey: Survey, definitions: Sequence[ast.stmt]) -> set[str]:
    """Gives the names that functions of the notebook read which the selection calls or defines."""
    own = survey.known.facts
    known = {name: set(function.reads) for name, function in own.functions.items()}
    for name, function in survey.functions():
        known.setdefault(name, set()).update(function.reads)
    todo = {*own.uses, *own.waiting, *own.later, *own.touched, *map(_name, definitions)}
    read: set[str] = set()
    while todo:
        found = known.pop(todo.pop(), set())
        read |= found
        todo |= found & known.keys()
    return read


def _may_make_importable(facts: Facts) -> bool:
    """Tells whether an import below a statement may need that it ran."""
    return any(effect.kind in _MAKES_IMPORTABLE for effect in facts.effects) or bool(
        _IMPORT_MACHINERY & {*facts.uses, *facts.mutates, *facts.touched}
    )


class _Inside:
    """The names of the statements that go into the function."""

    def __init__(self, survey: Survey, hoisted: Sequence[ast.stmt]) -> None:
        self._survey = survey
        self._own = survey.known.facts
        self._hoisted_names = set(bound_names(hoisted))
        self._kept = bound_names([each for each in hoisted if _is_plain(each)])
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
        self._reads = {**self._own.guesses, **self._own.waiting, **self._own.uses}

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
        return found

    def returns(self) -> list[str]:
        own = {*self._own.uses, *self._own.waiting, *self._own.later}
        return [
            name
            for name in self.bound_in_order()
            if self._survey.is_used_elsewhere(name)
            # What a cell carries over to its own next run.
            or (name in self._own.uses and name in own and self._survey.is_bound_elsewhere(name))
        ]

    def deletes(self, parameters: Sequence[str]) -> list[str]:
        found = []
        for name in self._own.deletes:
            if not self._survey.is_bound_elsewhere(name):
                continue
            if name in self._own.gone and (name in parameters or name in self._own.binds):
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
            if name in parameters:
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
        functions: dict[str, list[tuple[set[str], set[str], bool]]] = {}
        for name, function in self._survey.functions():
            known = (set(function.reads), {*function.binds, *function.deletes}, function.is_class)
            functions.setdefault(name, []).append(known)
        for name, function in self._own.functions.items():
            if name in self._hoisted_names:
                known = (set(function.reads), {*function.binds, *function.deletes}, False)
                functions.setdefault(name, []).append(known)
        todo = [name for name in functions if name in called]
        todo += [name for name, all_known in functions.items() if any(k[2] for k in all_known)]
        seen: set[str] = set()
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            for reads, binds, _is_class in functions.get(name, ()):
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
        if magic.kind in {"line-magic", "magic-assignment"} and magic.name in _OF_THE_SYSTEM:
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


def _refuse_looking_around(facts: Facts, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _LOOKS_AROUND
            and (node.func.id != "vars" or not node.args)
            and (node.func.id != "dir" or not node.args)
        ):
            raise RefusedError(
                "looks-around",
                f"`{node.func.id}()` sees the names around it, which would be others.",
            )
    for unknown in facts.unknown:
        raise RefusedError(
            "unknown-names", f"It is not known which names this defines: {unknown.reason}."
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


def _waits(statement: ast.stmt) -> bool:
    """Tells whether a statement waits for something itself."""
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


def _name(statement: ast.stmt) -> str:
    return str(getattr(statement, "name", ""))


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
