"""The sections of a notebook: runs of cells below one heading, or of one kind of work."""

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import BUILTINS
from jupyter_nbquality.dataflow.sections import levels
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.split_cell import kind_of

_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$")
_HTML = re.compile(r"(?is)<h[1-6][^>]*>(.*?)</h[1-6]>")
_MARKUP = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|[*`~$\\]")
_NUMBER = re.compile(
    r"^(?:step|part|section|chapter)?\s*[0-9ivx]*[0-9](?:\.[0-9]+)*[.):]?\s+", re.I
)
_WORDS = 5
_LONGEST = 40
_MAIN_KINDS = ("model", "load", "plot", "clean")
_BY_KIND = {
    "load": "load_data",
    "clean": "prepare_data",
    "model": "fit_model",
    "plot": "draw",
    "": "report",
}

_VERBS = {
    "load": "load",
    "clean": "prepare",
    "model": "fit",
    "plot": "draw",
    "": "report",
}


class Section(msgspec.Struct, frozen=True):
    """Cells that belong together.

    Attributes:
        title: The heading above them; empty where there is none.
        wish: What a function of them may be called.
        cells: Their ids, in order.
    """

    title: str
    wish: str
    cells: list[str]


def title_of(notebook: Notebook) -> str:
    """Gives the first heading of a notebook, as plain text; empty where it has none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in _headings(cell.source):
                return text
    return ""


def sections_of(
    notebook: Notebook, dataflow: Dataflow, wanted: Iterable[Sequence[str]]
) -> list[Section]:
    """Cuts cells into sections.

    Args:
        notebook: The document, with its headings.
        dataflow: Of the code that is to be cut.
        wanted: The ids of cells with code, in order, each with those that stay with it.
    """
    groups = [list(each) for each in wanted]
    titles: dict[str, str] = {}
    bound = {name for known in dataflow.cells.values() for name in known.facts.binds}
    title, count = "", 0
    numbers: dict[str, int] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = _headings(cell.source)
            if found:
                title, count = found[-1], count + 1
        titles[cell.id], numbers[cell.id] = title, count
    if len({numbers[group[0]] for group in groups}) < 2:
        return _by_kind(dataflow, groups)
    cut: dict[int, list[str]] = {}
    for group in groups:
        cut.setdefault(numbers[group[0]], []).extend(group)
    whole = title_of(notebook)
    sections = []
    for cells in cut.values():
        own = titles[cells[0]]
        kind = _kind(dataflow, cells, _MAIN_KINDS)
        name = _name(own)
        if own in {"", whole} or not name:
            name = _BY_KIND[kind]
        elif name in bound:
            name = f"{_VERBS[kind]}_{name}"
        sections.append(Section("" if own == whole else own, name, cells))
    return sections


def _by_kind(dataflow: Dataflow, groups: Sequence[Sequence[str]]) -> list[Section]:
    """Cuts where another kind of work begins."""
    found: list[tuple[str, list[str]]] = []
    for group in groups:
        kind = _kind(dataflow, group)
        if found and (not kind or found[-1][0] in {kind, ""}):
            found[-1] = (found[-1][0] or kind, [*found[-1][1], *group])
        else:
            found.append((kind, list(group)))
    return [Section("", _BY_KIND[kind], cells) for kind, cells in found]


def _kind(dataflow: Dataflow, cells: Iterable[str], wanted: Sequence[str] = ()) -> str:
    """Gives the kind of work that cells do: the first of those that are wanted, or their first."""
    found = []
    for cell in cells:
        known = dataflow.cells[cell]
        facts = {each.first: each for each in known.statements}
        for statement in known.tree.body if known.tree is not None else ():
            kind = kind_of(statement, facts.get(statement.lineno), dataflow.imports)
            if kind not in {"", "import", "define"}:
                found.append(kind)
    return next((kind for kind in wanted if kind in found), found[0] if found else "")


def _headings(source: str) -> list[str]:
    if next(levels(source), None) is None:
        return []
    found = [*_HEADING.findall(source), *_HTML.findall(source)]
    texts = [" ".join(_MARKUP.sub(r"\1", each).split()) for each in found]
    return [text for text in texts if text]


def _name(title: str) -> str:
    """Makes a name of a heading."""
    plain = _NUMBER.sub("", title).split(":")[0] or title
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())[:_WORDS]
    name = "_".join(words)[:_LONGEST].strip("_")
    return f"part_{name}".rstrip("_") if not name or name[0].isdigit() else name


def free_name(wish: str, taken: Container[str]) -> str:
    """Gives a name like another that nobody has, and that is no word of Python."""
    name, number = wish, 1
    if name in BUILTINS or keyword.iskeyword(name):
        name = wish = f"{wish}_step"
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name
