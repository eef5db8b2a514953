"""What of a selection stays in the notebook, above the function that is made of the rest."""

import ast
from collections.abc import Iterator, Sequence

from jupyter_nbquality.dataflow.cells import CellFacts
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.ipython import Magic
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.refactor.evaluation import is_quiet
from jupyter_nbquality.refactor.refused import RefusedError
from jupyter_nbquality.refactor.selection import first_line
from jupyter_nbquality.refactor.survey import Survey

_SETTINGS = frozenset({"matplotlib", "config", "autoreload", "precision", "load_ext", "reload_ext"})
"""Magics that set something up for the whole notebook: they stay above the function."""
OF_THE_SYSTEM = frozenset(
    {"cat", "cd", "conda", "cp", "dirs", "env", "ldir", "less", "lf", "lk", "ll", "ls", "lx",
     "mamba", "micromamba", "mkdir", "more", "mv", "pip", "popd", "pushd", "pwd", "rm", "rmdir",
     "set_env", "uv"}
)  # fmt: skip
"""Magics that work on files and the environment: they do the same in a function."""
_MAKES_IMPORTABLE = frozenset(
    {"writes-file", "makes-folder", "subprocess", "writes-state", "sets-state", "network"}
)
_IMPORT_MACHINERY = frozenset({"sys", "os", "site", "importlib", "pkgutil"})
_COPIES_TO_PROCESSES = frozenset(
    {"concurrent", "multiprocessing", "multiprocess", "pickle", "shelve", "joblib", "billiard"}
)
"""Packages that find functions by their names, in another process or in a file."""
_CLASS_MAKERS = frozenset(
    {"namedtuple", "NamedTuple", "TypedDict", "NewType", "TypeVar", "make_dataclass", "Enum"}
)
_ON_DEFINITION = frozenset({"__init_subclass__", "__new__", "__prepare__"})
_DOES_THINGS_NOW = frozenset({"print", "display", "input", "next"})

_Assignment = ast.Assign | ast.AnnAssign
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def staying(survey: Survey) -> list[ast.stmt]:
    """Finds the statements of a selection that stay at the level of the notebook.

    Imports; functions and classes that other code uses; classes, as they are found and shown by
    the names of where they stand; functions that are passed on, which may be found so; and what
    begins the selection and these read.

    Raises:
        RefusedError: Something must stay that cannot.
    """
    imports: list[ast.stmt] = []
    definitions: list[tuple[ast.stmt, Facts]] = []
    others: list[tuple[ast.stmt, Facts]] = []
    makes_importable = any(
        magic.kind in {"shell", "shell-capture"} or magic.name in OF_THE_SYSTEM
        for magic in survey.known.masked.magics
    )
    passed = _passed_on(survey.known)
    for statement, facts in with_facts(survey.known):
        if isinstance(statement, ast.Import | ast.ImportFrom) and not makes_importable:
            imports.append(statement)
        elif makes_class(statement) or (
            isinstance(statement, _Function)
            and (statement.name in passed or survey.is_used_elsewhere(statement.name))
        ):
            definitions.append((statement, facts))
        else:
            _refuse_class_within(statement)
            others.append((statement, facts))
            makes_importable = makes_importable or _may_make_importable(facts)
    _leave_inside(survey, definitions, others)
    kept = _kept(survey, [statement for statement, _facts in definitions])
    local = {name for _statement, facts in others for name in facts.binds}
    local -= set(bound_names(kept))
    _refuse_rebound(survey, imports, kept, local)
    behind = [each for each in others if each[0] not in kept]
    for statement, facts in definitions:
        refused = _why_not(survey, statement, facts, local, behind)
        if refused is not None:
            raise refused
    names = [_name(statement) for statement, _facts in definitions]
    for name in names:
        if names.count(name) > 1:
            raise _rebound(name)
    found = [*imports, *kept, *(statement for statement, _facts in definitions)]
    return [statement for statement in statements_of(survey.known) if statement in found]


def _passed_on(known: CellFacts) -> set[str]:
    """Gives the names that code reads otherwise than to call them; a decorator is given one."""
    called: set[int] = set()
    found: set[str] = set()
    todo: list[ast.AST] = [known.tree] if known.tree is not None else []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        if isinstance(node, _Function) and node.decorator_list:
            found.add(node.name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            found.add(node.id)
        todo += ast.iter_child_nodes(node)
    return found


def _leave_inside(
    survey: Survey,
    definitions: list[tuple[ast.stmt, Facts]],
    others: list[tuple[ast.stmt, Facts]],
) -> None:
    """Leaves those functions in the function which read its names, if nothing else needs them."""
    if _COPIES_TO_PROCESSES & _packages_read(survey):
        return
    is_done = False
    while not is_done:
        is_done = True
        local = {name for _statement, facts in others for name in facts.binds}
        for each in definitions:
            statement, facts = each
            if isinstance(statement, ast.ClassDef) or survey.is_used_elsewhere(_name(statement)):
                continue
            if _why_not(survey, statement, facts, local, others) is not None:
                definitions.remove(each)
                others.append(each)
                is_done = False
                break


def _packages_read(survey: Survey) -> set[str]:
    """Gives the packages that the selection reads names of."""
    own = survey.known.facts
    read = {*own.uses, *own.waiting, *own.later, *own.touched}
    modules = {name: module for name, module in survey.dataflow.imports.items() if name in read}
    return {module.partition(".")[0] for module in {**modules, **own.imports}.values()}


def _why_not(
    survey: Survey,
    statement: ast.stmt,
    facts: Facts,
    local: set[str],
    others: Sequence[tuple[ast.stmt, Facts]],
) -> RefusedError | None:
    """Says why a definition cannot stand above the function; ``None`` where it can.

    Args:
        survey: Of the selection.
        statement: The definition.
        facts: What is known of it.
        local: The names that the function binds.
        others: The statements of the function.
    """
    name = _name(statement)
    needed = local & {*facts.uses, *facts.later, *facts.waiting}
    if needed:
        because = (
            "is used elsewhere"
            if survey.is_used_elsewhere(name)
            else "must stay in the notebook, to be found by its name,"
        )
        return RefusedError(
            "definition-needs-local",
            f"`{name}` {because} and reads `{min(needed)}`, which the selection binds.",
        )
    if name in local or name in survey.known.facts.uses:
        return _rebound(name)
    above = [each for node, each in others if node.lineno < statement.lineno]
    read_above = {name for each in above for name in (*each.uses, *each.mutates, *each.waiting)}
    for read in facts.uses:
        if read in read_above and survey.is_bound_elsewhere(read) and not survey.stays_global(read):
            return RefusedError(
                "definition-in-the-middle",
                f"`{name}` reads `{read}` as it is defined, after other code of the selection "
                "that may change it.",
            )
    if _runs_notebook_code(survey, facts, [node for node, _facts in others], read_above, statement):
        return RefusedError(
            "definition-in-the-middle",
            f"`{name}` runs a function of the notebook as it is defined, after other code of the "
            "selection.",
        )
    if above and any(
        call.path[-1:] and (call.path[-1] in _DOES_THINGS_NOW or "random" in call.path)
        for call in facts.calls
    ):
        return RefusedError(
            "definition-in-the-middle",
            f"`{name}` does things as it is defined, after other code of the selection.",
        )
    return None


def _runs_notebook_code(
    survey: Survey,
    facts: Facts,
    others: Sequence[ast.stmt],
    read_above: set[str],
    statement: ast.stmt,
) -> bool:
    """Tells whether a definition runs code, as a decorator, that must run after other code."""
    above = [node for node in others if node.lineno < statement.lineno]
    if not above:
        return False
    functions = [*survey.functions(), *survey.known.facts.functions.items()]
    for name, function in functions:
        if name not in facts.uses or (
            function.is_class and _ON_DEFINITION.isdisjoint(function.methods)
        ):
            continue
        if not all(isinstance(node, ast.Assign | ast.AnnAssign | _Definition) for node in above):
            return True
        if any(read in read_above and not survey.stays_global(read) for read in function.reads):
            return True
    return False


def _rebound(name: str) -> RefusedError:
    return RefusedError(
        "definition-rebound",
        f"`{name}` is read or bound in the selection besides being defined there.",
    )


def _refuse_rebound(
    survey: Survey, imports: Sequence[ast.stmt], kept: Sequence[ast.stmt], local: set[str]
) -> None:
    """Refuses what stays above where the selection gives its names other values."""
    own = local | survey.known.facts.uses.keys()
    imported: dict[str, str] = {}
    for statement in imports:
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        for name in bound_names([statement]):
            what = _imported(statement, name)
            if name in own or imported.setdefault(name, what) != what:
                raise RefusedError(
                    "import-in-the-middle",
                    f"The selection reads or binds `{name}` beside importing it, so the import "
                    "cannot stay in the notebook.",
                )
    for name in bound_names(kept):
        if name in own or name in imported:
            raise RefusedError(
                "callee-reads",
                f"A function of the notebook reads `{name}`, which the selection reads or binds "
                "beside giving it a first value.",
            )


def _imported(statement: ast.Import | ast.ImportFrom, name: str) -> str:
    """Tells what an import binds to a name."""
    if isinstance(statement, ast.Import):
        found = [each.name for each in statement.names if each.asname == name]
        return found[0] if found else name
    found = [each.name for each in statement.names if (each.asname or each.name) == name]
    return f"{'.' * statement.level}{statement.module}:{found[0] if found else name}"


def _refuse_class_within(statement: ast.stmt) -> None:
    """Refuses a class within a block: it would be shown, and not be found, as one of a function."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ClassDef):
            raise RefusedError(
                "class-within",
                f"The class `{node.name}` is defined within a block, so it would be one of the "
                "function alone.",
            )
        if not isinstance(node, _Function | ast.Lambda):
            todo += ast.iter_child_nodes(node)


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


def is_definition(statement: ast.stmt) -> bool:
    """Tells whether a statement defines a function or a class."""
    return isinstance(statement, _Definition)


def is_setting(magic: Magic) -> bool:
    """Tells whether a magic sets something up for the whole notebook."""
    return magic.kind == "line-magic" and magic.name in _SETTINGS


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
        if behind or facts.first > min(magics, default=facts.first) or not is_plain(statement):
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


def is_plain(statement: ast.stmt) -> bool:
    """Tells whether a statement does nothing but to give names values."""
    targets: Sequence[ast.expr] = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return bool(targets) and all(isinstance(target, ast.Name) for target in targets)


def _read_by_functions(survey: Survey, definitions: Sequence[ast.stmt]) -> set[str]:
    """Gives the names that functions of the notebook read which the selection calls or defines."""
    own = survey.known.facts
    staying_names = {*map(_name, definitions)}
    known = {
        name: set(function.reads)
        for name, function in own.functions.items()
        if name in staying_names
    }
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


def makes_class(statement: ast.stmt) -> bool:
    """Tells whether a statement defines a class, also by a call of ``namedtuple`` and its like."""
    if not isinstance(statement, ast.Assign):
        return isinstance(statement, ast.ClassDef)
    call = statement.value
    called = call.func if isinstance(call, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in _CLASS_MAKERS and is_plain(statement) and len(statement.targets) == 1


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign):
        return bound_names([statement])[0]
    return str(getattr(statement, "name", ""))
