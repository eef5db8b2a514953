"""What a unit of code does with each name, in bits."""

import re
from collections.abc import Iterator
from posixpath import basename, dirname, normpath, splitext

from jupyter_nbquality.dataflow.facts import FILE, STATE, Effect, Facts

_WILDCARD = re.compile(r"[*?\[]")
_GATHERING = re.compile(r"/(\*|\?[^/]*)$")
DISPLAY, PICTURES = f"{STATE}display", f"{STATE}pictures"
"""How values are shown, and how what is plotted looks."""
ANY_FILE, UNKNOWN_FILE, FOLDERS = f"{FILE}*", f"{FILE}?", f"{FILE}/"
GATHERED = frozenset({ANY_FILE, UNKNOWN_FILE, FOLDERS})
"""Stand for many: who changes one of them needs none that was changed before."""

READ, CHANGE, MAY_CHANGE, BIND, MAY_BIND, DELETE, MAY_DELETE, GUESS, MAY_READ = (
    1 << bit for bit in range(9)
)
DEFINES = BIND | MAY_BIND
DELETES = DELETE | MAY_DELETE
ENDS = BIND | DELETE
"""What the name held before, it holds no more."""
CHANGES = CHANGE | MAY_CHANGE


def events_of(facts: Facts) -> dict[str, int]:
    """Gives what a unit does with each name, in bits."""
    events = dict.fromkeys(facts.uses, READ)
    get = events.get
    for name in facts.waiting:
        events[name] = get(name, 0) | READ
    for name in facts.guesses:
        events[name] = get(name, 0) | GUESS
    for name, mutation in facts.mutates.items():
        events[name] = get(name, 0) | (CHANGE if mutation.certain else MAY_CHANGE)
    definite = facts.definite
    for name in facts.binds:
        if name in facts.gone:
            continue
        events[name] = get(name, 0) | (BIND if name in definite else MAY_BIND)
    for name in facts.deletes:
        if name not in definite:
            events[name] = get(name, 0) | (DELETE if name in facts.gone else MAY_DELETE)
    for effect in facts.effects:
        for name, event in _of_effect(effect):
            events[name] = get(name, 0) | event
    if facts.displays:
        events[DISPLAY] = get(DISPLAY, 0) | READ
        # What is shown may be a picture.
        events[PICTURES] = get(PICTURES, 0) | MAY_READ
    return events


def _of_effect(effect: Effect) -> Iterator[tuple[str, int]]:
    kind, what = effect.kind, effect.what
    if what == "figure":
        # It is shown and closed at the end of a cell; `slices` follows it within one.
        return
    if kind == "reads-state":
        yield STATE + what, READ
    elif kind == "writes-state":
        yield STATE + what, CHANGE
    elif kind == "may-write-state":
        yield STATE + what, MAY_CHANGE
    elif kind == "sets-state":
        yield STATE + what, BIND
    elif kind == "may-draw":
        yield STATE + what, MAY_READ | MAY_CHANGE
    elif kind == "imports":
        yield f"{STATE}modules", READ
        yield f"{FILE}{what.replace('.', '/')}.py", READ
    elif kind == "reads-file":
        yield from _reading(what)
    elif kind == "writes-file":
        yield f"{STATE}directory", READ
        yield ANY_FILE, MAY_CHANGE
        if dirname(what) or not what:
            yield FOLDERS, READ
        plain = _WILDCARD.split(what, maxsplit=1)[0]
        if what == plain != "":
            path = normpath(what)
            yield FILE + path, CHANGE
            if path.endswith(".py"):
                yield FILE + basename(path), CHANGE
            yield from _of_folders(path)
        else:
            yield UNKNOWN_FILE, MAY_CHANGE
            if plain:
                path = normpath(plain)
                folder = path if plain.endswith("/") else dirname(path)
                if "/" not in what.removeprefix(plain):
                    yield _some_file(folder, what), CHANGE
                yield from _of_folders(f"{folder}/?")
    elif kind == "makes-folder":
        yield f"{STATE}directory", READ
        yield FOLDERS, MAY_CHANGE
        if what and not _WILDCARD.search(what):
            path = normpath(what)
            yield FILE + path, CHANGE
            yield from _of_folders(path)
    elif kind == "subprocess":
        yield f"{STATE}directory", READ
        yield f"{STATE}environment", READ
        yield f"{STATE}modules", MAY_CHANGE
        yield ANY_FILE, READ | MAY_CHANGE
        yield UNKNOWN_FILE, MAY_CHANGE
        yield FOLDERS, MAY_CHANGE


def _of_folders(path: str) -> Iterator[tuple[str, int]]:
    """Yields what follows for the folders around a file that is written: they must be there."""
    folder = dirname(path)
    yield _listing(folder), CHANGE
    yield from _inside(folder)
    while folder.rstrip("/"):
        folder = dirname(folder)
        yield _listing(folder), MAY_CHANGE


def _inside(folder: str) -> Iterator[tuple[str, int]]:
    """Yields what follows from something that is in a folder."""
    while folder.rstrip("/"):
        yield FILE + folder, READ
        folder = dirname(folder)


def _reading(path: str) -> Iterator[tuple[str, int]]:
    if "://" in path:
        return
    if not path.startswith("/"):
        yield f"{STATE}directory", READ
    if not path:
        yield ANY_FILE, READ
        return
    yield UNKNOWN_FILE, READ
    plain = _WILDCARD.split(path, maxsplit=1)[0]
    if plain != path:
        folder = dirname(plain)
        yield from _inside(normpath(folder) if folder else "")
        yield _listing(folder), READ
    else:
        path = normpath(path)
        yield FILE + path, READ
        yield _some_file(dirname(path), path), READ
        yield _some_file(dirname(path), ""), READ
        yield from _inside(dirname(path))
        if "." not in basename(path).lstrip("."):
            # It may be a folder.
            yield _listing(path), READ


def _listing(folder: str) -> str:
    """Gives the name of what is in a folder."""
    return f"{FILE}{normpath(folder or '.')}/*"


def _some_file(folder: str, path: str) -> str:
    """Gives the name of any file in a folder that ends as a path does."""
    return f"{FILE}{normpath(folder or '.')}/?{splitext(path)[1]}"


def gathers(name: str) -> bool:
    """Says whether a name stands for many, of which each change adds to the others."""
    return name in GATHERED or (name.startswith(FILE) and _GATHERING.search(name) is not None)
