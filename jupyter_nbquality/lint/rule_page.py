"""The page of a rule, read from its class docstring (the layout is written down at `rule.Rule`)."""

import functools
import inspect
import re
from typing import Any

import msgspec

from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.notebook import Cell, CellType, Notebook, OutputDigest

SECTIONS = ("Why", "Example", "Instead", "Options", "Silence")

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
    """A notebook that a section shows, and the files that stand beside it."""

    notebook: Notebook
    files: dict[str, str]


@functools.cache
def page(rule: type[Rule]) -> RulePage:
    """Reads the page of a rule from its docstring."""
    summary, _, rest = inspect.cleandoc(rule.__doc__ or "").partition("\n")
    parts = _HEADING.split(rest)
    sections = {
        name: inspect.cleandoc(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    return RulePage(summary.rstrip("."), sections)


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
    return Sample(sample_notebook(text), files)


def sample_notebook(text: str) -> Notebook:
    """Makes a notebook of a text with ``# %%`` lines before its cells."""
    fields: dict[str, Any] = {"path": "analysis.ipynb", "kernelspec": "python3"}
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
        tags=options["tags"].split(",") if "tags" in options else [],
        outputs=OutputDigest(
            size=size,
            largest=size,
            error_name=options.get("error"),
            secrets=options["secrets"].split(",") if "secrets" in options else [],
        ),
    )
