"""Writes a function or a class of the notebook back into the module it was brought from."""

import ast
import builtins
from collections.abc import Callable

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeFile,
    EditPlan,
    Operation,
    TextEdit,
    source_hash,
)
from jupyter_nbquality.ipython.names import bound_names
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.origins import (
    DefinitionNode,
    Origin,
    definition_of,
    digest_of,
    marker,
    origins_in,
    parsed,
)
from jupyter_nbquality.positions import LineIndex, Position, Range
from jupyter_nbquality.refactor.annotations import (
    has_future_annotations,
    only_in_annotations,
    type_checking_blocks,
)
from jupyter_nbquality.refactor.definitions import Definition, Definitions
from jupyter_nbquality.refactor.extract_module import Place
from jupyter_nbquality.refactor.inline_import import import_text, meaning_of, package_of
from jupyter_nbquality.refactor.module_bound import seen_around
from jupyter_nbquality.refactor.refused import RefusedError, refusing
from jupyter_nbquality.refactor.selection import comments_above, first_line, last_line


class PushBack(msgspec.Struct, frozen=True, tag_field="kind", tag="push-back"):
    """What was written back into a module.

    Attributes:
        plan: The changes; the file first.
        name: What was written.
        module: Where to, as it is imported.
        text: The module.
        along: The names that the module imports besides.
        notes: Sentences about what to mind.
    """

    plan: EditPlan
    name: str
    module: str
    text: str
    along: list[str]
    notes: list[str]


@refusing
def push_back(
    notebook: Notebook,
    name: str,
    place_of: Callable[[str], Place | None],
    *,
    keep: bool = False,
    force: bool = False,
    libraries: Libraries | None = None,
) -> PushBack:
    """Writes what was brought into the notebook into its module again.

    In the module its old text is replaced, and imports that it needs are added; all else stays as
    it is, byte for byte. In the notebook it is imported again.

    Args:
        notebook: The document.
        name: A function or a class with a comment above that says where it came from.
        place_of: Gives where a module stands, by its name; nothing where there is none.
        keep: Whether it stays in the notebook, to go on with.
        force: Whether it is written though the module changed it meanwhile.
        libraries: What calls of libraries change.

    Returns:
        The changes; or why they are not made.
    """
    dataflow = Dataflow(libraries)
    dataflow.update(notebook)
    definitions = Definitions(dataflow)
    definition, origin = _copy_of(name, definitions, dataflow)
    place = place_of(origin.module)
    if place is None or place.existing is None:
        raise RefusedError(
            "not-beside",
            f"No module `{origin.module}` stands beside the notebook or in its project.",
            definition.cell,
        )
    is_package = place.path.rpartition("/")[2] == "__init__.py"
    module = _Module(origin.module, place.existing, is_package)
    old = module.definition(name)
    own = definition.statement
    assert isinstance(own, DefinitionNode)
    was_changed = origin.digest and digest_of(old) not in {origin.digest, digest_of(own)}
    if was_changed and not force:
        raise RefusedError(
            "changed-there",
            f"`{name}` was changed in `{origin.module}`, too, since it was brought here. "
            "Compare them, and push it back by force.",
            definition.cell,
        )
    _refuse_magics(definition, dataflow)
    new = module.missing(definition, definitions)
    source = notebook.cell(definition.cell).source
    text = module.replaced(old, _text_of(source, definition, origin), new)
    operations: list[Operation] = []
    if text != place.existing:
        operations.append(ChangeFile(place.shown_path, source_hash(place.existing), text))
    there = marker(origin.module, name, digest_of(own))
    operations += _in_notebook(source, definition, origin, there if keep else "")
    if not operations:
        raise RefusedError("the-same", f"`{origin.module}` has the same `{name}` already.")
    return PushBack(
        EditPlan(f"Push {name} back to {origin.module}", operations),
        name,
        origin.module,
        text,
        list(new),
        ["The kernel reads the module once: restart it, or use %autoreload."] if not keep else [],
    )


class _Module:
    """The module that is written to."""

    def __init__(self, module: str, text: str, is_package: bool) -> None:
        self._module = module
        self._package = package_of(module, is_package=is_package)
        self._text = text
        self._break = "\r\n" if "\r\n" in text else "\n"
        tree = parsed(text)
        if tree is None:
            raise RefusedError("module-broken", f"The module `{module}` does not parse.")
        self._tree = tree

    def definition(self, name: str) -> DefinitionNode:
        """Gives what is to be replaced.

        Raises:
            RefusedError: There is none, or it shares a line.
        """
        node = definition_of(self._tree, name)
        if node is None:
            raise RefusedError(
                "not-defined-there",
                f"`{self._module}` defines no single function or class `{name}` any more.",
            )
        for other in self._tree.body:
            if (
                other is not node
                and first_line(other) <= last_line(node)
                and first_line(node) <= last_line(other)
            ):
                raise RefusedError(
                    "shared-line", f"`{name}` shares a line with other code in `{self._module}`."
                )
        return node

    def missing(self, definition: Definition, definitions: Definitions) -> dict[str, str]:
        """Gives the imports that the module needs besides, by the names they bind.

        Raises:
            RefusedError: It needs something else of the notebook.
        """
        bound = set(bound_names(self._tree.body))
        found: dict[str, str] = {}
        only_types = only_in_annotations(definition.statement)
        is_lazy = has_future_annotations(self._tree)
        for name in sorted(definition.reads - set(definition.names)):
            if not definitions.is_bound(name):
                if (
                    name not in bound
                    and not hasattr(builtins, name)
                    and not (is_lazy and name in only_types)
                ):
                    raise RefusedError(
                        "undefined-name", f"It reads `{name}`, which nothing defines."
                    )
                continue
            known = definitions.only(name)
            if known is None or known.kind != "import":
                raise RefusedError(
                    "reads-notebook",
                    f"It reads `{name}`, which the notebook binds; move that to "
                    f"`{self._module}` first, or make it a parameter.",
                )
            text = import_text(known, name, "")
            if text == f"from {self._module} import {name}":
                continue
            if self._imports(text, name, for_types=is_lazy and name in only_types):
                continue
            if name in bound:
                raise RefusedError(
                    "taken-in-module", f"`{self._module}` has another `{name}` already."
                )
            found[name] = text
        return found

    def replaced(self, old: DefinitionNode, new: str, imports: dict[str, str]) -> str:
        """Gives the module with the new text, and nothing else changed."""
        lines = self._text.split("\n")
        plain = [line.rstrip("\r") for line in lines]
        first, last = comments_above(plain, first_line(old) - 1), last_line(old)
        ending = "\r" if self._break == "\r\n" else ""
        written = [line + ending for line in new.split("\n")]
        if last == len(lines) and not lines[last - 1].endswith("\r"):
            # The file ends without a line break.
            written[-1] = written[-1].rstrip("\r")
        added = [text + ending for text in dict.fromkeys(imports.values())]
        top = self._below_imports()
        if top <= first:
            return "\n".join([*lines[:top], *added, *lines[top:first], *written, *lines[last:]])
        return "\n".join([*lines[:first], *added, *written, *lines[last:]])

    def _imports(self, text: str, name: str, *, for_types: bool) -> bool:
        """Tells whether the module has the very same import, be it relative.

        Args:
            text: The import, as the notebook has it.
            name: What it binds.
            for_types: Whether one for type checkers alone is enough.
        """
        (wanted,) = ast.parse(text).body
        nodes = list(self._tree.body)
        if for_types:
            nodes += [each for block in type_checking_blocks(self._tree) for each in block.body]
        return any(
            isinstance(node, ast.Import | ast.ImportFrom)
            and name in bound_names([node])
            and meaning_of(node, name, self._package) == meaning_of(wanted, name, "")
            for node in nodes
        )

    def _below_imports(self) -> int:
        """Gives the line below the imports at the top, or the documentation; from 0."""
        top = 0
        for number, node in enumerate(self._tree.body):
            is_text = (
                number == 0
                and isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            )
            if not is_text and not isinstance(node, ast.Import | ast.ImportFrom):
                break
            top = last_line(node)
        return top


def _copy_of(name: str, definitions: Definitions, dataflow: Dataflow) -> tuple[Definition, Origin]:
    """Gives the definition of a name, and where it came from.

    Raises:
        RefusedError: There is none, or nothing says where it came from.
    """
    found = definitions.by_name.get(name, [])
    only = definitions.only(name)
    if only is None or only.kind != "definition":
        if found and any(each.kind == "definition" for each in found):
            raise RefusedError("bound-again", f"`{name}` is bound in more than one place.")
        raise RefusedError("unknown-name", f"The notebook defines no function or class `{name}`.")
    source = dataflow.cells[only.cell].source
    for origin in origins_in(source):
        if origin.name == name:
            return only, origin
    raise RefusedError(
        "no-origin",
        f"Nothing says which module `{name}` came from. Write `# nbq: from module import {name}` "
        "above it, or extract it to a module.",
        only.cell,
    )


def _refuse_magics(definition: Definition, dataflow: Dataflow) -> None:
    for magic in dataflow.cells[definition.cell].masked.magics:
        if definition.first <= magic.line <= definition.last:
            shown = magic.text.strip().split("\n")[0][:60]
            raise RefusedError("magic", f"`{shown}` works in notebooks alone, not in a module.")
    seen = seen_around(definition.statement)
    if seen:
        raise RefusedError(
            "looks-around", f"It sees the names around it by `{seen}`, which would be others."
        )
    for node in ast.walk(definition.statement):
        if isinstance(node, ast.Global):
            raise RefusedError("binds-global", f"It binds `{node.names[0]}` in the notebook.")
        if isinstance(node, ast.Name) and node.id in {"display", "get_ipython"}:
            raise RefusedError("of-the-notebook", f"It calls `{node.id}`, which modules have not.")


def _text_of(source: str, definition: Definition, origin: Origin) -> str:
    """Gives a definition with the comments above it, but for the one that says where it is from."""
    lines = source.replace("\r\n", "\n").split("\n")
    return "\n".join(
        lines[number]
        for number in range(definition.first, definition.last + 1)
        if number != origin.line
    )


def _in_notebook(source: str, definition: Definition, origin: Origin, kept: str) -> list[Operation]:
    """Replaces the definition by an import, or its comment by the one that holds then."""
    index = LineIndex(source)
    if kept:
        span = Range(Position(origin.line, 0), index.end_of_line(origin.line))
        if source.replace("\r\n", "\n").split("\n")[origin.line] == kept:
            return []
        text = kept
    else:
        first = min(origin.line, definition.first)
        span = Range(Position(first, 0), index.end_of_line(definition.last))
        text = f"from {origin.module} import {origin.name}"
    return [ChangeCell(definition.cell, source_hash(source), [TextEdit(span, text)])]
