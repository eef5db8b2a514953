"""What IPython syntax does with names, as facts of statements."""

import ast
import posixpath
import re

from jupyter_nbquality.dataflow.expressions import tables_in
from jupyter_nbquality.dataflow.facts import Effect, Facts, Unknown
from jupyter_nbquality.dataflow.walker import Walked, walk
from jupyter_nbquality.ipython import Magic, MaskedSource, mask, parse
from jupyter_nbquality.ipython.catalogue import (
    AUTOMAGIC_NAMES,
    PYTHON_LINE_MAGICS,
    QUERY_MAGICS,
)

_MKDIR = re.compile(r"mkdir\s+([^;&|<>]+)")
_MADE = re.compile(r"[{}$*?~`\\]")
_DIRECTORY = frozenset({"cd", "pushd", "popd"})
_ENVIRONMENT = frozenset({"env", "set_env", "dotenv"})
_DISPLAY = frozenset({"matplotlib", "config", "precision", "pprint"})
_WRITES = frozenset({"writefile", "file"})
_KINDS_OF_SHELL = frozenset({"shell", "shell-capture", "system"})
_SHELL_ALIASES = frozenset({"cp", "mkdir", "mv", "rm", "rmdir"})
_KINDS_OF_MAGIC = frozenset({"line-magic", "cell-magic", "magic-assignment"})
_LOADS = frozenset({"load_ext", "reload_ext", "unload_ext"})
_OF_IPYTHON = (AUTOMAGIC_NAMES - {"autoreload"}) | {
    "!",
    "HTML",
    "SVG",
    "autosave",
    "bash",
    "capture",
    "file",
    "html",
    "javascript",
    "js",
    "latex",
    "markdown",
    "perl",
    "pypy",
    "python",
    "python2",
    "python3",
    "ruby",
    "script",
    "sh",
    "subshell",
    "svg",
    "writefile",
}
"""Magics that every kernel has; the others come from extensions."""


def magic_facts(masked: MaskedSource, walked: Walked) -> list[Facts]:
    """Puts magics among the statements of a cell, where they stand.

    Args:
        masked: The masked cell.
        walked: What its Python gave; its occurrences are added to.

    Returns:
        The facts of its statements and magics, in order. Those of a cell magic come first.
    """
    statements = list(walked.statements)
    for magic in masked.magics:
        first, last = magic.line + 1, magic.end_line + 1
        place = next(
            (facts for facts in walked.statements if facts.first <= first and last <= facts.last),
            None,
        )
        if place is None:
            place = Facts(first, last)
            at = next(
                (index for index, facts in enumerate(statements) if facts.first >= first),
                len(statements),
            )
            statements.insert(at, place)
        _add(place, magic, walked)
    return statements


def _add(facts: Facts, magic: Magic, walked: Walked) -> None:
    node = _node("", magic.line, 0)
    for name, line, column in magic.reads_at:
        read = _node(name, line, column)
        if magic.guessed:
            facts.guesses.setdefault(name, read)
        else:
            facts.uses.setdefault(name, read)
            walked.occurrences.append((name, read, "read"))
    for name in magic.reads:
        if name not in facts.uses and name not in facts.guesses:
            (facts.guesses if magic.guessed else facts.uses).setdefault(name, node)
    if magic.name in QUERY_MAGICS:
        for name in tables_in(f"{magic.args}\n{magic.body}"):
            facts.guesses.setdefault(name, node)
    for name in magic.assigns:
        bound = _node(name, magic.line, 0)
        if name not in facts.binds:
            facts.binds[name] = bound
            walked.occurrences.append((name, bound, "bind"))
        facts.definite.add(name)
    if magic.unknown:
        shown = magic.text.strip().split("\n")[0]
        facts.unknown.append(Unknown(shown, None))
    facts.effects += _extension_effects(magic, node)
    name = magic.name
    if name in _DIRECTORY:
        facts.effects.append(Effect("writes-state", "directory", node))
        facts.effects += [Effect("reads-file", path, node) for path in _plain_words(magic.args)]
    elif name in _ENVIRONMENT:
        facts.effects.append(Effect("writes-state", "environment", node))
    elif name in PYTHON_LINE_MAGICS:
        _add_code(facts, magic)
    elif name in _DISPLAY:
        is_of_pictures = name == "matplotlib" or magic.args.startswith("InlineBackend")
        state = "pictures" if is_of_pictures else "display"
        # Pictures stand inline in a kernel as it starts.
        is_sure = magic.args.strip() != "inline"
        kind = "writes-state" if is_sure else "may-write-state"
        facts.effects.append(Effect(kind, state, node))
    elif name in _WRITES:
        words = [word for word in magic.args.split() if not word.startswith("-")]
        path = words[0] if words else ""
        if "{" in path or "$" in path:
            path = posixpath.basename(path) if path.endswith(".py") else ""
            path = "" if "{" in path or "$" in path else path
        facts.effects.append(Effect("writes-file", path, node))
    elif magic.kind in _KINDS_OF_SHELL or name in _SHELL_ALIASES:
        facts.effects.append(Effect("subprocess", "", node))
        facts.effects += [Effect("makes-folder", path, node) for path in _made_folders(magic)]


def _made_folders(magic: Magic) -> list[str]:
    """Gives the folders that ``!mkdir a`` or ``%mkdir a`` makes, where they are written out."""
    if magic.name in _SHELL_ALIASES:
        return _plain_words(magic.args) if magic.name == "mkdir" else []
    command = _MKDIR.fullmatch(magic.body.strip())
    return _plain_words(command[1]) if command is not None else []


def _plain_words(text: str) -> list[str]:
    """Gives the words that are neither options nor made of names or patterns."""
    words = [word.strip("\"'") for word in text.split()]
    return [word for word in words if word and word[0] != "-" and not _MADE.search(word)]


def _extension_effects(magic: Magic, node: ast.AST) -> list[Effect]:
    """Gives what a magic has to do with extensions: it loads one, or needs and changes its own."""
    name = magic.name.lstrip("%")
    if name in _LOADS:
        return [Effect("writes-state", "extensions", node)]
    if magic.kind not in _KINDS_OF_MAGIC or name in _OF_IPYTHON:
        return []
    return [
        Effect("reads-state", "extensions", node),
        Effect("reads-state", f"magic {name}", node),
        Effect("writes-state", f"magic {name}", node),
    ]


def _add_code(facts: Facts, magic: Magic) -> None:
    """Adds what Python code after a magic changes (``%time model.fit(X)``)."""
    try:
        tree = parse(mask(magic.body))
    except SyntaxError:
        return
    for part in ast.walk(tree):
        if hasattr(part, "lineno"):
            # Where the magic stands.
            part.lineno = part.end_lineno = magic.line + 1  # type: ignore[attr-defined]
            part.col_offset = part.end_col_offset = 0  # type: ignore[attr-defined]
    for inner in walk(tree).statements:
        facts.calls += inner.calls
        for name, mutation in inner.mutates.items():
            facts.mutate(name, mutation.certain, mutation.node)
        facts.effects += inner.effects
        facts.displays = facts.displays or inner.displays
        if not magic.local:
            facts.aliases += inner.aliases
            facts.functions.update(inner.functions)
            facts.imports.update(inner.imports)


def _node(name: str, line: int, column: int) -> ast.Name:
    """Makes a node for a place that Python's tree does not have."""
    end = column + len(name)
    return ast.Name(
        name,
        ast.Load(),
        lineno=line + 1,
        col_offset=column,
        end_lineno=line + 1,
        end_col_offset=end,
    )
