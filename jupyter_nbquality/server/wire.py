"""What goes over the wire besides the document, findings and edit plans: requests and replies.

Every field of a reply is required; fields of a request may have defaults. Unknown fields of a
request are passed over, so that a newer front end can talk to an older server.
"""

from typing import Any

import msgspec

from jupyter_nbquality.edits import ChangeFile, EditPlan, Refusal, RenameFile
from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.fixing import Scope
from jupyter_nbquality.notebook import Notebook

API_VERSION = 1
"""Goes up by one when a front end of the version before would misunderstand a reply."""


class ServerInfo(msgspec.Struct, frozen=True):
    """Who answers.

    Attributes:
        version: Of the server part.
        api: The version of this interface; a front end speaks one of them.
        ruff: The version of ruff in use; empty when ruff cannot be run.
    """

    version: str
    api: int
    ruff: str


class Run(msgspec.Struct, frozen=True):
    """What the kernel executed once.

    Attributes:
        cell: The cell's id; ``None`` where it is not known which cell it was.
        source: The text at that time; ``None`` where it is the one that the cell has now.
        started: When it began to run, in seconds since 1970; ``None`` where that is not known.
    """

    cell: str | None
    source: str | None
    started: float | None = None


class InspectRequest(msgspec.Struct, frozen=True):
    """Asks for everything that is shown about a notebook.

    Attributes:
        notebook: The document.
        runs: What ran since its kernel started, in order; ``None`` where that is not known, as
            without a kernel.
    """

    notebook: Notebook
    runs: list[Run] | None = None


class UsesRequest(msgspec.Struct, frozen=True):
    """Asks where what a name holds is used.

    Attributes:
        notebook: The document.
        name: The name.
        cell: The id of the cell where it stands.
        line: The line there, from 0.
    """

    notebook: Notebook
    name: str
    cell: str
    line: int


class FixRequest(msgspec.Struct, frozen=True):
    """Asks how to fix what a scope holds.

    Attributes:
        notebook: The document.
        scope: What to fix.
        unsafe: Whether fixes that may change results are wanted too.
        writing: The id of the cell that is being written, whose names may be needed soon.
    """

    notebook: Notebook
    scope: Scope = Scope()
    unsafe: bool = False
    writing: str | None = None


class FormatRequest(msgspec.Struct, frozen=True):
    """Asks how to format cells.

    Attributes:
        notebook: The document.
        cells: The ids of the cells to format; with none, all code cells.
    """

    notebook: Notebook
    cells: list[str] = []


class WholeNotebook(msgspec.Struct, frozen=True):
    """A document with all that its file holds.

    Attributes:
        path: Relative to the server root; empty when unknown.
        content: The file as JSON; outputs may be left out.
    """

    path: str
    content: dict[str, Any]


class GatherRequest(msgspec.Struct, frozen=True):
    """Asks for the least code that computes a cell, as a notebook of its own.

    Attributes:
        notebook: The document.
        cell: The id of the cell.
    """

    notebook: WholeNotebook
    cell: str


class GatheredReply(msgspec.Struct, frozen=True, tag_field="kind", tag="notebook"):
    """What computes a cell.

    Attributes:
        content: A notebook that runs on its own, without outputs: a file as JSON.
        cells: How many code cells it has.
        missing: The names that it reads and nothing in the notebook defines, sorted.
    """

    content: dict[str, Any]
    cells: int
    missing: list[str]


GatherReply = GatheredReply | Refusal
"""The answer to a gathering."""


class PlanReply(msgspec.Struct, frozen=True, tag_field="kind", tag="plan"):
    """The changes that would do what was asked.

    Attributes:
        plan: The changes; without operations when there is nothing to change.
        fixed: How many findings they mend; cells that change, where a format was asked.
    """

    plan: EditPlan
    fixed: int


FixReply = PlanReply | Refusal
"""The answer to a fix or a format."""


class RuleInfo(msgspec.Struct, frozen=True):
    """One rule of ours in the list of rules.

    Attributes:
        code: Its code.
        slug: Its name for people.
        severity: As it speaks unless the settings say otherwise.
        default: Whether it speaks unasked.
        summary: What it finds, one sentence.
        why: Why it matters, one sentence.
    """

    code: str
    slug: str
    severity: Severity
    default: bool
    summary: str
    why: str


class RulePage(msgspec.Struct, frozen=True):
    """The page that explains a rule.

    Attributes:
        code: Its code.
        slug: Its name for people.
        markdown: The page.
    """

    code: str
    slug: str
    markdown: str


class ApplyRequest(msgspec.Struct, frozen=True):
    """Asks for changes of files; they are made in order, and none when one cannot be made."""

    operations: list[ChangeFile | RenameFile]


class WrittenFile(msgspec.Struct, frozen=True):
    """A file that was written or renamed.

    Attributes:
        path: Where it is now, relative to the server root.
        text_hash: Of its text now, see `edits.source_hash`; empty where it was only renamed.
    """

    path: str
    text_hash: str


class ApplyReply(msgspec.Struct, frozen=True):
    """What was written, one entry an operation."""

    files: list[WrittenFile]
