"""The page of a rule, read from its class docstring (the layout is written down at `rule.Rule`).

The user guide, `nbquality rule` and the panel show the same page.
"""

import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.notebook import Cell, CellType, Notebook, OutputDigest

SECTIONS = ("Why", "Example", "Instead", "Options", "Silence")

_PATH = "analysis.ipynb"
_RAN = "ran"

_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"^# %%(?: \[(?P<kind>[^\]]*)\])?(?P<options>(?: \w+=\S*)*)$")
_NOTEBOOK = re.compile(r"^# notebook:(?P<options>(?: \w+=\S*)+)$")
_SENTENCE = re.compile(r".*?[.!?](?=\s|$)")


class RulePage(msgspec.Struct, frozen=True):
    """What a rule's docstring says.

    Attributes:
        summary: Its first line, without the full stop.
        sections: The Markdown text of each section, in the order of the docstring.
    """

    summary: str
    sections: dict[str, str]

    @property
    def why(self) -> str:
        """The first sentence of ``Why``, which is shown wherever a finding is shown."""
        text = " ".join(self.sections.get("Why", "").split("\n\n", 1)[0].split())
        match = _SENTENCE.match(text)
        return match[0] if match else text


class Sample(msgspec.Struct, frozen=True):
    """A notebook that a section shows, and what there is beside it.

    Attributes:
        notebook: The notebook.
        files: The texts of files, by name.
        ran: What ran in its kernel before and is in no cell any more.
    """

    notebook: Notebook
    files: dict[str, str]
    ran: list[str]

    def write_files(self, folder: Path) -> None:
        """Writes the files, but not the notebook, into a folder."""
        for name, text in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")


@functools.cache
def page(rule: type[Rule]) -> RulePage:
    """Reads the page of a rule from its docstring."""
    summary, _, rest = inspect.cleandoc(rule.__doc__ or "").partition("\n")
    parts = _HEADING.split(rest)
    sections = {
        name: inspect.cleandoc(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    return RulePage(summary.rstrip("."), sections)


def markdown(rule: type[Rule]) -> str:
    """Makes the page of a rule as Markdown, for people to read."""
    about = page(rule)
    parts = [f"# {rule.slug} ({rule.code})", f"{about.summary}.", _standing(rule)]
    for name, text in about.sections.items():
        parts += [f"## {name}", _with_cells(text) if name in ("Example", "Instead") else text]
    return "\n\n".join(parts) + "\n"


def _standing(rule: type[Rule]) -> str:
    """Says how much a rule asks of a person, and when."""
    told = f"Reported as {_SEVERITIES[rule.severity]}"
    if rule.live_severity is not None and rule.live_severity != rule.severity:
        told += f", in an open notebook as {_SEVERITIES[rule.live_severity]}"
    sentences = [f"{told}."]
    if rule.default == "off":
        sentences.append("Off unless it is selected.")
    if rule.any_language:
        sentences.append("Also for notebooks that are not Python.")
    return " ".join(sentences)


_SEVERITIES = {
    Severity.ERROR: "an error",
    Severity.WARNING: "a warning",
    Severity.INFO: "a note",
}


def _with_cells(section: str) -> str:
    """Writes the notebook of a section as a row of cells."""

    def shown(match: re.Match[str]) -> str:
        language, title, body = match.groups()
        if title:
            return f"`{title}`\n\n```{language}\n{body}```"
        return "\n\n".join(_blocks(sample_notebook(body)))

    return _FENCE.sub(shown, section)


def _blocks(notebook: Notebook) -> Iterator[str]:
    about = []
    if notebook.path != _PATH:
        about.append(f"`{notebook.path}`")
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        about.append(f"notebook format {notebook.nbformat}.{notebook.nbformat_minor}")
    if not notebook.has_cell_ids:
        about.append("without cell ids")
    if not notebook.kernelspec:
        about.append("without a kernel")
    if about:
        yield ", ".join(about) + ":"
    is_counted = any(cell.execution_count is not None for cell in notebook.cells)
    for cell in notebook.cells:
        label = _label(cell, is_counted)
        if label:
            yield label
        language = "python" if cell.cell_type == "code" else "markdown"
        yield f"```{language}\n{cell.source}\n```"


def _label(cell: Cell, is_counted: bool) -> str:
    if cell.cell_type != "code":
        return f"{cell.cell_type.capitalize()} cell:"
    count = " " if cell.execution_count is None else cell.execution_count
    if _RAN in cell.tags:
        return "Ran before, and is in no cell any more:"
    about = [f"`[{count}]`"] if is_counted else []
    about += [f"tagged `{tag}`" for tag in cell.tags]
    if cell.outputs is not None:
        if cell.outputs.error_name:
            about.append(f"ends in `{cell.outputs.error_name}`")
        if cell.outputs.size:
            about.append(f"{cell.outputs.size / 1e6:g} MB of outputs")
        if cell.outputs.secrets:
            about.append("its output shows a secret")
    return ", ".join(about) + ":" if about else ""


def sample(section: str) -> Sample:
    """Makes the notebook that a section of a page shows.

    Args:
        section: The Markdown of ``Example`` or ``Instead``. Its first fenced block is the notebook;
            a block with a ``title`` is a file beside it.

    Raises:
        ValueError: The section has no fenced block that could be a notebook.
    """
    files: dict[str, str] = {}
    text: str | None = None
    for _, title, body in _FENCE.findall(section):
        if title:
            files[title] = body
        elif text is None:
            text = body
    if text is None:
        raise ValueError("the section shows no notebook")
    notebook = sample_notebook(text)
    gone = [cell for cell in notebook.cells if _RAN in cell.tags]
    kept = [cell for cell in notebook.cells if cell not in gone]
    notebook = msgspec.structs.replace(notebook, cells=kept)
    return Sample(notebook, files, [cell.source for cell in gone])


def sample_notebook(text: str) -> Notebook:
    """Makes a notebook of a text with ``# %%`` lines before its cells."""
    fields: dict[str, Any] = {"path": _PATH, "kernelspec": "python3"}
    lines = text.splitlines()
    if lines and (match := _NOTEBOOK.match(lines[0])):
        lines = lines[1:]
        options = _options(match["options"])
        major, _, minor = options.pop("nbformat", "4.5").partition(".")
        has_ids = options.pop("ids", "yes") == "yes"
        fields |= {"nbformat": int(major), "nbformat_minor": int(minor), "has_cell_ids": has_ids}
        fields |= options
    cells: list[tuple[str, dict[str, str], list[str]]] = []
    for line in lines:
        if match := _CELL.match(line):
            cells.append((match["kind"] or "", _options(match["options"]), []))
        elif cells:
            cells[-1][2].append(line)
        elif line.strip():
            cells.append(("", {}, [line]))
    return Notebook(
        cells=[_cell(number, *parts) for number, parts in enumerate(cells, 1)], **fields
    )


def _options(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


def _cell(number: int, kind: str, options: dict[str, str], lines: list[str]) -> Cell:
    source = "\n".join(lines).strip("\n")
    if kind in ("markdown", "raw"):
        cell_type: CellType = "markdown" if kind == "markdown" else "raw"
        text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in source.split("\n"))
        return Cell(id=f"c{number}", cell_type=cell_type, source=text)
    size = int(options.get("size", "0"))
    return Cell(
        id=f"c{number}",
        cell_type="code",
        source=source,
        execution_count=int(kind) if kind.strip().isdecimal() else None,
        tags=[_RAN] if kind == _RAN else options["tags"].split(",") if "tags" in options else [],
        outputs=OutputDigest(
            size=size,
            largest=size,
            error_name=options.get("error"),
            secrets=options["secrets"].split(",") if "secrets" in options else [],
        ),
    )
