"""The ruff binary: lint and format a notebook that goes in on stdin, and say what its rules are.

Nothing is written to disk, no file is changed, and no network is used. What was found by experiment
with ruff 0.17 and holds this module together:

- ``fix = true`` in a project's settings would make ``ruff check`` print the mended notebook in
  place of its findings; ``--no-fix`` and its friends forbid that.
- ``--select`` drops the ``ignore`` and ``extend-select`` of the project, an inline ``--config``
  too.
- ``exclude`` counts for stdin only with ``--force-exclude``; an excluded notebook has no findings.
- An unknown rule in the project's settings, or a version it does not want, ends ruff with status 2.
"""

import functools
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

TIMEOUT = 30.0
"""Seconds after which a run of ruff is given up."""

UNREADABLE = "E902"
"""ruff's code for a file that it cannot read."""

_CHECK = (
    "check",
    "--no-cache",
    "--no-fix",
    "--no-fix-only",
    "--no-show-fixes",
    "--exit-zero",
    "--output-format=json",
)
_MEMORY = "/dev/shm"
"""Where Linux keeps files in memory."""
_GLOB = re.compile(r"[][*?{}!\\]")
_TARGETS = (7, 15)
_UNREADABLE = re.compile(r"Failed to parse .*\.ipynb:\d+:\d+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SECTION = re.compile(r"## Why is this bad\?\s+(.+?)(?=\n\n|\Z)", re.DOTALL)
_SENTENCE = re.compile(r".*?[.!?](?=\s|$)")
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])?")


class RuffError(Exception):
    """ruff could not do its work; the text is a sentence for a person."""


class UnreadableCellError(RuffError):
    """ruff could not format because it could not parse one of the cells."""


_OF_MODULES = "E4,E7,E9,F,I"
_QUOTED = re.compile(r"`([^`]+)`")
_OWN = 'lint.isort.known-first-party = ["{}"]'


class Place(msgspec.Struct, frozen=True):
    """A place in a cell as ruff counts: row from 1, column in code points from 1."""

    row: int
    column: int


class RuffEdit(msgspec.Struct, frozen=True):
    """Replaces a range; ruff does not say in which cell."""

    content: str
    location: Place
    end_location: Place


class RuffFix(msgspec.Struct, frozen=True):
    """How ruff would mend a finding; edits in the order of the whole notebook.

    Its applicability is ``safe`` or ``unsafe``; every other is only to be shown, and ruff may think
    of new ones.
    """

    applicability: str
    edits: list[RuffEdit]
    message: str | None = None


class Diagnostic(msgspec.Struct, frozen=True):
    """One finding of ruff.

    Attributes:
        message: What is wrong; may hold a full stop.
        location: Where it starts, in its cell.
        end_location: Where it ends, in its cell.
        cell: The number of the cell, from 1 over all cells.
        code: The rule, or ``invalid-syntax``; ``None`` for rules that have a name only.
        name: The rule's name for people.
        fix: What would mend it.
        noqa_row: The row on which a ``# noqa`` would silence it.
        url: The rule's page.
    """

    message: str
    location: Place
    end_location: Place
    cell: int | None = None
    code: str | None = None
    name: str = ""
    fix: RuffFix | None = None
    noqa_row: int | None = None
    url: str | None = None

    @property
    def is_syntax_error(self) -> bool:
        """Whether it says that a cell does not parse."""
        return self.code == "invalid-syntax"


class _FileDiagnostic(Diagnostic, frozen=True, kw_only=True):
    filename: str


_fields_of = attrgetter(*Diagnostic.__struct_fields__)


class RuffRule(msgspec.Struct, frozen=True):
    """What ruff says about one of its rules.

    Attributes:
        code: Such as ``F401``.
        name: Such as ``unused-import``.
        summary: What it finds, in one line.
        why: The first sentence of why it is bad; may be empty.
        status: ``stable``, ``preview`` (speaks in ruff's preview mode only), ``deprecated``,
            ``removed``.
        explanation: Its page, in Markdown, without a title.
    """

    code: str
    name: str
    summary: str
    why: str
    status: str
    explanation: str

    @property
    def url(self) -> str:
        """Its page in ruff's guide."""
        return f"https://docs.astral.sh/ruff/rules/{self.name}"


class CheckSettings(msgspec.Struct, frozen=True):
    """What a run of ruff looks for, over the settings of the project.

    Attributes:
        select: The rules, in place of those of the project; ``None`` keeps the project's.
        extend_select: Rules in addition.
        ignore: Rules left out.
        external: Families of codes that are not ruff's, so that their ``# noqa`` is left alone.
        target: The Python version, such as ``py312``; ``None`` for the project's.
        isolated: Whether the settings of the project and the user are left out of account.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    target: str | None = None
    isolated: bool = False

    def arguments(self) -> list[str]:
        """Gives the settings as command-line arguments."""
        arguments = ["--isolated"] if self.isolated else ["--force-exclude"]
        if self.select is not None:
            arguments.append(f"--select={','.join(self.select)}")
        if self.extend_select:
            arguments.append(f"--extend-select={','.join(self.extend_select)}")
        if self.ignore:
            arguments.append(f"--ignore={','.join(self.ignore)}")
        if self.external:
            # A list of strings reads alike in JSON and in TOML.
            codes = msgspec.json.encode(self.external).decode()
            arguments += ["--config", f"lint.external={codes}"]
        if self.target:
            arguments.append(f"--target-version={self.target}")
        return arguments


@functools.cache
def binary() -> str:
    """Finds the ruff of this environment, else the one on the path.

    Raises:
        RuffError: There is none.
    """
    name = "ruff.exe" if os.name == "nt" else "ruff"
    for scheme in (None, f"{os.name}_user"):
        scripts = sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
        candidate = Path(scripts) / name
        if candidate.is_file():
            return str(candidate)
    found = shutil.which("ruff")
    if found is None:
        raise RuffError(
            "ruff is not installed. Install it beside jupyter_nbquality: pip install ruff."
        )
    return found


def document(sources: Iterable[str | None]) -> bytes:
    """Makes a notebook for ruff's stdin.

    Args:
        sources: The source of each code cell; ``None`` for a cell that ruff is to pass over.

    Returns:
        The notebook as JSON in UTF-8.
    """
    cells = [_PASSED_OVER if source is None else _cell(source) for source in sources]
    return _encoder.encode(_Document(cells, _LANGUAGE))


class _CodeCell(msgspec.Struct, gc=False):
    source: str
    cell_type: str = "code"
    execution_count: None = None
    metadata: dict[str, None] = {}
    outputs: list[None] = []


class _TextCell(msgspec.Struct, gc=False):
    source: str = ""
    cell_type: str = "markdown"
    metadata: dict[str, None] = {}


class _Document(msgspec.Struct, gc=False):
    cells: list[_CodeCell | _TextCell]
    metadata: dict[str, dict[str, str]]
    nbformat: int = 4
    # The last format without ids for cells: fewer bytes to write and to read.
    nbformat_minor: int = 4


_PASSED_OVER = _TextCell()
_LANGUAGE = {"language_info": {"name": "python"}}
_encoder = msgspec.json.Encoder()


def _cell(source: str) -> _CodeCell:
    if not source.isascii():
        # A lone surrogate has no place in UTF-8; the replacement is as wide.
        source = _SURROGATE.sub("\ufffd", source)
    return _CodeCell(source)


def shifted(diagnostic: Diagnostic, rows: int) -> Diagnostic:
    """Gives a finding with all its rows moved."""

    def moved(place: Place) -> Place:
        return Place(place.row + rows, place.column)

    fix = diagnostic.fix
    if fix is not None:
        edits = [
            RuffEdit(edit.content, moved(edit.location), moved(edit.end_location))
            for edit in fix.edits
        ]
        fix = msgspec.structs.replace(fix, edits=edits)
    return msgspec.structs.replace(
        diagnostic,
        location=moved(diagnostic.location),
        end_location=moved(diagnostic.end_location),
        fix=fix,
        noqa_row=diagnostic.noqa_row + rows if diagnostic.noqa_row is not None else None,
    )


def target_version(version: tuple[int, int] | None) -> str | None:
    """Names a Python version as ruff does, the nearest that it knows; ``None`` for none."""
    if version is None or version[0] != 3:
        return None
    low, high = _TARGETS
    return f"py3{min(max(version[1], low), high)}"


def check(
    notebook: bytes, path: Path, settings: CheckSettings, *, timeout: float = TIMEOUT
) -> list[Diagnostic]:
    """Lints a notebook.

    Args:
        notebook: See `document`.
        path: Where it stands, or would stand: the settings above it count. It need not exist.
        settings: See `CheckSettings`.
        timeout: Seconds after which to give up.

    Returns:
        The findings, in the order of cells and places.

    Raises:
        RuffError: The settings of the project are wrong, ruff ran too long, or it failed.
    """
    output = _run(
        [
            *_CHECK,
            *settings.arguments(),
            f"--stdin-filename={path}",
            "-",
        ],
        notebook,
        path.parent,
        timeout,
    )
    try:
        return msgspec.json.decode(output or b"[]", type=list[Diagnostic])
    except msgspec.DecodeError as error:
        raise RuffError(f"The answer of ruff could not be read: {error}.") from error


def check_files(
    files: Mapping[Path, str | None], settings: CheckSettings, *, timeout: float = TIMEOUT
) -> dict[Path, list[Diagnostic]]:
    """Lints notebooks as they stand on disk, many in one run: a run costs more than a notebook.

    Args:
        files: Absolute paths, all governed by the same settings of the project or all by none;
            each with its Python version, such as ``py312``, or ``None`` for that of ``settings``.
        settings: See `CheckSettings`.
        timeout: Seconds after which to give up.

    Returns:
        What `check` would say of each; a notebook that ruff cannot read is left out.

    Raises:
        RuffError: The settings of the project are wrong, ruff ran too long, or it failed.
    """
    known = {path: target for path, target in files.items() if not _GLOB.search(str(path))}
    targets = {str(path): target for path, target in known.items() if target is not None}
    folder = next(iter(known), Path()).parent
    answers = _check_all(list(map(str, known)), targets, settings, folder, timeout)
    return {path: answers[str(path)] for path in known if str(path) in answers}


def check_documents(
    documents: Sequence[tuple[bytes, str | None]],
    settings: CheckSettings,
    *,
    timeout: float = TIMEOUT,
) -> list[list[Diagnostic] | None]:
    """Lints many notebooks for which no settings of a project count, in one run.

    Args:
        documents: The notebooks, see `document`; each with its Python version, such as ``py312``,
            or ``None`` for that of ``settings``.
        settings: See `CheckSettings`; taken as isolated.
        timeout: Seconds after which to give up.

    Returns:
        What `check` would say of each, in the same order; ``None`` where ruff cannot read one.

    Raises:
        RuffError: ruff ran too long, or it failed.
        OSError: The notebooks could not be written for ruff to read.
    """
    # ruff reads one notebook from stdin, and many from files only. In memory these cost a tenth.
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="nbquality-", dir=memory) as folder:
        # A folder a version: ruff compares each file with each pattern.
        folders = {each: Path(folder, each or "any") for each in {each for _, each in documents}}
        for below in folders.values():
            below.mkdir()
        targets = {f"{below.as_posix()}/*": each for each, below in folders.items() if each}
        # Texts, not paths: there are many, and paths are slow to make.
        paths = [f"{folders[target]}{os.sep}{at}.ipynb" for at, (_, target) in enumerate(documents)]
        for path, (data, _) in zip(paths, documents, strict=True):
            with open(path, "wb") as file:  # noqa: PTH123
                file.write(data)
        isolated = msgspec.structs.replace(settings, isolated=True)
        answers = _check_all(paths, targets, isolated, Path(folder), timeout)
        return [answers.get(path) for path in paths]


def _check_all(
    files: Sequence[str],
    targets: Mapping[str, str],
    settings: CheckSettings,
    folder: Path,
    timeout: float,
) -> dict[str, list[Diagnostic]]:
    """Runs ruff on files; ``targets`` are Python versions by pattern of paths."""
    if not files:
        return {}
    arguments = settings.arguments()
    if targets:
        # A table in TOML needs `=` where JSON has `:`.
        pairs = ",".join(
            f"{msgspec.json.encode(pattern).decode()}={msgspec.json.encode(target).decode()}"
            for pattern, target in targets.items()
        )
        arguments += ["--config", f"per-file-target-version={{{pairs}}}"]
    output = _run(
        [
            *_CHECK,
            *arguments,
            # Without it ruff passes over what it cannot read and says nothing.
            f"--extend-select={UNREADABLE}",
            "--",
            *files,
        ],
        b"",
        folder,
        timeout,
    )
    try:
        found = msgspec.json.decode(output or b"[]", type=list[_FileDiagnostic])
    except msgspec.DecodeError as error:
        raise RuffError(f"The answer of ruff could not be read: {error}.") from error
    answers: dict[str, list[Diagnostic]] = {path: [] for path in files}
    unreadable = set()
    for each in found:
        if each.code == UNREADABLE or each.cell is None:
            unreadable.add(each.filename)
        elif each.filename in answers:
            answers[each.filename].append(Diagnostic(*_fields_of(each)))
        else:
            raise RuffError(f"ruff spoke of a file that it was not given: {each.filename}.")
    return {path: found for path, found in answers.items() if path not in unreadable}


def format_notebook(
    notebook: bytes,
    path: Path,
    *,
    target: str | None = None,
    isolated: bool = False,
    timeout: float = TIMEOUT,
) -> bytes:
    """Formats a notebook with the project's settings.

    Args:
        notebook: See `document`; each of its cells must parse.
        path: Where it stands.
        target: The Python version, such as ``py312``; ``None`` for the project's.
        isolated: Whether the settings of the project and the user are left out of account.
        timeout: Seconds after which to give up.

    Returns:
        The formatted notebook; the notebook as it was where the project excludes it.

    Raises:
        UnreadableCellError: A cell does not parse.
        RuffError: The settings are wrong, ruff ran too long, or it failed.
    """
    settings = CheckSettings(target=target, isolated=isolated)
    output = _run(
        ["format", "--no-cache", *settings.arguments(), f"--stdin-filename={path}", "-"],
        notebook,
        path.parent,
        timeout,
    )
    return output or notebook


def tidy_module(text: str, path: Path, *, own: str = "", timeout: float = TIMEOUT) -> str:
    """Sorts the imports of a module and formats it, with the project's settings.

    Args:
        text: The module; it must parse.
        path: Where it stands, or is going to.
        own: A package whose imports are those of the project.
        timeout: Seconds after which to give up.

    Raises:
        UnreadableCellError: It does not parse.
        RuffError: The settings are wrong, ruff ran too long, or it failed.
    """
    arguments = ["check", "--no-cache", "--quiet", "--select=I001", "--fix"]
    arguments += [f"--config={_OWN.format(own)}"] if own else []
    stdin = text.encode("utf-8", "surrogatepass")
    place = f"--stdin-filename={path}"
    ordered = _run([*arguments, place, "-"], stdin, path.parent, timeout) or stdin
    done = _run(["format", "--no-cache", place, "-"], ordered, path.parent, timeout) or ordered
    return done.decode("utf-8", "surrogatepass")


def clean_module(text: str, path: Path, *, own: str = "", timeout: float = TIMEOUT) -> str:
    """Tidies a module, and marks with ``# noqa`` what ruff finds in it all the same.

    Args:
        text: The module; it must parse.
        path: Where it stands, or is going to.
        own: A package whose imports are those of the project.
        timeout: Seconds after which to give up.

    Raises:
        UnreadableCellError: It does not parse.
        RuffError: The settings are wrong, ruff ran too long, or it failed.
    """
    tidy = tidy_module(text, path, own=own, timeout=timeout)
    config = [f"--config={_OWN.format(own)}"] if own else []
    output = _run(
        [
            *("check", "--no-cache", "--quiet", "--output-format=json", "--exit-zero"),
            *(*config, f"--select={_OF_MODULES}", f"--stdin-filename={path}", "-"),
        ],
        tidy.encode("utf-8", "surrogatepass"),
        path.parent,
        timeout,
    )
    codes: dict[int, set[str]] = {}
    for found in msgspec.json.decode(output or b"[]", type=list[Diagnostic]):
        if found.code and found.noqa_row is not None:
            codes.setdefault(found.noqa_row, set()).add(found.code)
    lines = tidy.split("\n")
    for row, those in codes.items():
        if "# noqa" not in lines[row - 1]:
            lines[row - 1] += f"  # noqa: {', '.join(sorted(those))}"
    return "\n".join(lines)


def names_not_found(text: str, *, timeout: float = TIMEOUT) -> list[str]:
    """Gives the names that a module reads and that are not there then, by ruff's F821 and F823.

    Args:
        text: The module; it must parse. What it says with ``# noqa`` does not count.
        timeout: Seconds after which to give up.

    Raises:
        RuffError: ruff ran too long, or it failed.
    """
    output = _run(
        [
            *(
                "check",
                "--isolated",
                "--no-cache",
                "--quiet",
                "--output-format=json",
                "--exit-zero",
            ),
            *("--ignore-noqa", "--select=F821,F823", "-"),
        ],
        text.encode("utf-8", "surrogatepass"),
        None,
        timeout,
    )
    found = msgspec.json.decode(output or b"[]", type=list[Diagnostic])
    names = [_QUOTED.search(each.message) for each in found]
    return [match[1] for match in names if match is not None]


@functools.cache
def rules() -> dict[str, RuffRule]:
    """Gives every rule that this ruff has, by code; asked once in a process (about 20 ms).

    Raises:
        RuffError: ruff could not be asked.
    """
    output = _run(["rule", "--all", "--output-format=json"], b"", None, TIMEOUT)
    return {
        # Some rules in preview have no code yet; ruff takes their names instead.
        entry.code or entry.name: RuffRule(
            entry.code or entry.name,
            entry.name,
            entry.summary,
            _why(entry.explanation),
            next(iter(entry.status), "stable").lower(),
            entry.explanation,
        )
        for entry in msgspec.json.decode(output, type=list[_RuleEntry])
    }


class _RuleEntry(msgspec.Struct):
    name: str
    code: str | None = None
    summary: str = ""
    explanation: str = ""
    status: dict[str, object] = {}


def _why(explanation: str) -> str:
    section = _SECTION.search(explanation)
    if section is None:
        return ""
    text = _LINK.sub(r"\1", " ".join(section[1].split()))
    sentence = _SENTENCE.match(text)
    return sentence[0] if sentence else text


def _run(arguments: list[str], stdin: bytes, folder: Path | None, timeout: float) -> bytes:
    try:
        done = subprocess.run(
            [binary(), *arguments],
            input=stdin,
            capture_output=True,
            cwd=folder if folder is not None and folder.is_dir() else None,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RuffError(f"ruff was stopped after {timeout:g} seconds.") from error
    except OSError as error:
        raise RuffError(f"ruff could not be started: {error}.") from error
    if done.returncode not in {0, 1}:
        stderr = done.stderr.decode("utf-8", "replace")
        kind = UnreadableCellError if _UNREADABLE.search(stderr) else RuffError
        raise kind(_complaint(stderr))
    return done.stdout


def _complaint(stderr: str) -> str:
    """Makes one sentence of what ruff wrote as it ended: its causes, and what follows the last."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    causes = [
        line.removeprefix("Cause: ").removeprefix("error: ")
        for line in lines
        if line.startswith(("Cause: ", "error: ")) and "Cause: Failed to parse" not in line
    ]
    if causes and not lines[-1].startswith(("Cause: ", "error: ", "For more", "|")):
        causes.append(lines[-1])
    text = ": ".join(causes) or next(iter(lines), "no reason given")
    return f"ruff refused: {text.rstrip('.')}."
