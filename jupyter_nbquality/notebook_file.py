"""Reads notebook files, and changes them so that only what an edit plan names is different.

Reading never fails for one odd cell: what has the wrong type is read as empty. A file that is no
notebook at all raises `UnreadableNotebookError` with a sentence for a person. Outputs are never
decoded as a whole, so a file of 200 MB costs about as much as finding its ends of strings.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jupyter_nbquality import metadata as nbq_metadata
from jupyter_nbquality.edits import ChangeFile, EditPlan, RenameFile
from jupyter_nbquality.notebook import Cell, CellType, Notebook, OutputDigest
from jupyter_nbquality.secrets import find as find_secrets
from jupyter_nbquality.secrets import likely as likely_secrets

BOM = b"\xef\xbb\xbf"
SECRET_SEARCH_LIMIT = 200_000
_UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Bytes of one output in which secrets are looked for; a giant is not decoded as a whole."""


class UnreadableNotebookError(ValueError):
    """A file cannot be read as a notebook; the message is a sentence for a person.

    Attributes:
        line: The line of the file where reading ended, from 1; ``None`` when it is the whole file.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class NotebookFile:
    """A notebook together with the exact bytes of its file.

    Attributes:
        path: Where it was read from.
        data: The file's bytes.
        notebook: The document.
    """

    def __init__(self, path: Path, data: bytes, notebook: Notebook) -> None:
        self.path = path
        self.data = data
        self.notebook = notebook

    def apply(self, plan: EditPlan) -> bytes:
        """Makes the file's new bytes; where nothing changes they are the old ones.

        Operations on other files (see `file_actions`) are left to the caller.

        Raises:
            EditRefusedError: A cell is missing, or its text is not the one the plan was made for.
        """
        # Imported here, for most notebooks are only read.
        from jupyter_nbquality.notebook_edit import apply_plan

        return apply_plan(self, plan)


def file_actions(plan: EditPlan) -> list[RenameFile | ChangeFile]:
    """Lists the operations of a plan that are about files rather than the notebook's content."""
    return [item for item in plan.operations if isinstance(item, RenameFile | ChangeFile)]


def read(path: str | Path, shown_path: str | None = None) -> NotebookFile:
    """Reads a notebook file.

    Args:
        path: The file.
        shown_path: The path that the document carries; ``path`` as given where it is ``None``.

    Raises:
        UnreadableNotebookError: The file is not a notebook that can be read.
        OSError: The file is not there or cannot be opened.
    """
    # Not by a `Path`, nor with a buffer: there may be thousands of files.
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return parse(file.readall(), path, shown_path)


def parse(
    data: bytes, path: str | Path | None = None, shown_path: str | None = None
) -> NotebookFile:
    """Reads a notebook from the bytes of a file; see `read`."""
    if not isinstance(path, Path):
        path = Path(path) if path is not None else Path()
    shown = shown_path if shown_path is not None else (path.as_posix() if path.name else "")
    document = _decode(data.removeprefix(BOM))
    return NotebookFile(path, data, _notebook(document, shown))


def write(path: Path, data: bytes) -> None:
    """Writes a file as a whole or not at all, keeping its permissions; a symlink stays one.

    Raises:
        OSError: The file could not be written; the old one is still there.
    """
    target = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        try:
            mode = target.stat().st_mode & 0o7777
        except OSError:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# ── decoding ──


class _CellMetadata(msgspec.Struct):
    tags: Any = None
    nbquality: Any = None


class _Cell(msgspec.Struct):
    """A cell as it stands in the file, of any format version; `Any` because files lie."""

    id: Any = None
    cell_type: Any = None
    source: Any = None
    input: Any = None
    execution_count: Any = None
    prompt_number: Any = None
    language: Any = None
    level: Any = None
    metadata: _CellMetadata | None = None
    outputs: list[msgspec.Raw] | None = None


class _Worksheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Metadata(msgspec.Struct):
    kernelspec: Any = None
    language_info: Any = None
    nbquality: Any = None
    jupytext: Any = None


class _Document(msgspec.Struct):
    nbformat: Any = None
    nbformat_minor: Any = None
    metadata: _Metadata | None = None
    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None


_decoder = msgspec.json.Decoder(_Document)
_Fields = TypeVar("_Fields", bound=msgspec.Struct)


def _decode(data: bytes) -> _Document:
    """Decodes the file; strictly and fast first, with patience where that fails.

    msgspec refuses what Python's own writer lets through (``NaN``, lone surrogates) and any field
    of the wrong type.
    """
    try:
        document = _decoder.decode(data)
    except _UNDECODABLE:
        document = _decode_patiently(data)
    if document.cells is None and document.worksheets is None and document.nbformat != 3:
        raise UnreadableNotebookError("This is not a notebook: it has no list of cells.")
    major = document.nbformat
    if isinstance(major, int) and not isinstance(major, bool):
        if major < 3:
            raise UnreadableNotebookError(
                f"The notebook is in the very old format {major}: open and save it in Jupyter."
            )
        if major > 4:
            raise UnreadableNotebookError(
                f"The notebook is in format {major}, which is newer than this version of nbquality."
            )
    return document


def _decode_patiently(data: bytes) -> _Document:
    text = _text(data)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken_json(text, error) from None
    except RecursionError:
        raise UnreadableNotebookError("The file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        raise UnreadableNotebookError(f"The file cannot be read as JSON: {error}.") from None
    if not isinstance(value, dict):
        raise UnreadableNotebookError("This is not a notebook: it holds no JSON object.")
    meta = value.get("metadata")
    sheets = value.get("worksheets")
    return _Document(
        nbformat=value.get("nbformat"),
        nbformat_minor=value.get("nbformat_minor"),
        metadata=_pick(_Metadata, meta),
        cells=_patient_cells(value.get("cells")),
        worksheets=[
            _Worksheet(_patient_cells(sheet.get("cells")) or [])
            for sheet in sheets
            if isinstance(sheet, dict)
        ]
        if isinstance(sheets, list)
        else None,
    )


def _patient_cells(cells: object) -> list[_Cell] | None:
    if not isinstance(cells, list):
        return None
    result = []
    for value in cells:
        cell = _pick(_Cell, value) or _Cell(cell_type="raw")
        fields = value if isinstance(value, dict) else {}
        cell.metadata = _pick(_CellMetadata, fields.get("metadata"))
        outputs = fields.get("outputs")
        cell.outputs = _dumped(outputs)
        result.append(cell)
    return result


def _dumped(values: object) -> list[msgspec.Raw]:
    """Writes out the items of a list; none for all else."""
    items = values if isinstance(values, list) else []
    return [msgspec.Raw(json.dumps(item).encode()) for item in items]


def _pick(kind: type[_Fields], value: object) -> _Fields | None:
    if not isinstance(value, dict):
        return None
    return kind(**{name: value[name] for name in kind.__struct_fields__ if name in value})


def _text(data: bytes) -> str:
    if not data.strip():
        raise UnreadableNotebookError("The file is empty.")
    if data.startswith(b"version https://git-lfs.github.com/spec/"):
        raise UnreadableNotebookError(
            "This is a Git LFS pointer, not the notebook; run `git lfs pull` to get it."
        )
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:4]:
        raise UnreadableNotebookError(
            "The file is not UTF-8 (it looks like UTF-16); save it as UTF-8."
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableNotebookError(
            f"The file is not UTF-8: byte {error.start + 1}, line {line}.", line
        ) from None


def _broken_json(text: str, error: json.JSONDecodeError) -> UnreadableNotebookError:
    conflict = re.search(r"^(?:<{7}|>{7})(?: |$)", text, re.MULTILINE)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return UnreadableNotebookError(
            f"The file has an unresolved merge conflict, line {line}.", line
        )
    stripped = text.lstrip()
    if not stripped.startswith(("{", "[")):
        return UnreadableNotebookError("This is not a notebook: it is not JSON.", error.lineno)
    ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    if ended:
        line = text.rstrip().count("\n") + 1
        return UnreadableNotebookError(
            f"The file ends in the middle, line {line}: it was saved only in part.", line
        )
    return UnreadableNotebookError(
        f"The file is broken JSON, line {error.lineno} column {error.colno}: {error.msg}.",
        error.lineno,
    )


# ── from the file's fields to the document ──


def _notebook(document: _Document, path: str) -> Notebook:
    raw_cells = (
        document.cells
        if document.cells is not None
        else [cell for sheet in document.worksheets or () for cell in sheet.cells]
    )
    old = document.cells is None
    meta = document.metadata or _Metadata()
    kernelspec = meta.kernelspec if isinstance(meta.kernelspec, dict) else {}
    info = meta.language_info if isinstance(meta.language_info, dict) else {}
    own_ids = _own_ids(raw_cells)
    sources = [_source(cell, old=old) for cell in raw_cells]
    outputs = _digests(
        [(cell.outputs or ()) if cell.cell_type == "code" else None for cell in raw_cells]
    )
    return Notebook(
        path=path,
        cells=[
            _cell(cell, cell_id, source, digest, old=old)
            for cell, cell_id, source, digest in zip(
                raw_cells, _unique_ids(own_ids, sources), sources, outputs, strict=True
            )
        ],
        language=_language(kernelspec, info, raw_cells, meta.jupytext),
        language_version=_string(info.get("version")),
        kernelspec=_string(kernelspec.get("name")),
        nbformat=_number(document.nbformat, 3 if old else 4),
        nbformat_minor=_number(document.nbformat_minor, 0),
        has_cell_ids=None not in own_ids,
        metadata=nbq_metadata.section({nbq_metadata.KEY: meta.nbquality}),
    )


def _own_ids(cells: list[_Cell]) -> list[str | None]:
    """The ids that stand in the file; of two equal ones only the first counts."""
    seen: set[str] = set()
    ids: list[str | None] = []
    for cell in cells:
        own = cell.id if isinstance(cell.id, str) and cell.id and cell.id not in seen else None
        if own is not None:
            seen.add(own)
        ids.append(own)
    return ids


def made_up_id(index: int, source: str, taken: Iterable[str] = ()) -> str:
    """Makes an id of 8 hexadecimal digits from a cell's place and content, not one of ``taken``."""
    salt = 0
    while True:
        text = f"{index}\0{salt}\0{source}".encode("utf-8", "surrogatepass")
        made = hashlib.blake2b(text, digest_size=4).hexdigest()
        if made not in taken:
            return made
        salt += 1


def _unique_ids(own_ids: list[str | None], sources: list[str]) -> list[str]:
    """Gives each cell an id, where the file has none one that is made up."""
    taken = {own for own in own_ids if own is not None}
    ids = []
    for index, own in enumerate(own_ids):
        if own is None:
            own = made_up_id(index, sources[index], taken)
            taken.add(own)
        ids.append(own)
    return ids


def _source(raw: _Cell, *, old: bool) -> str:
    source = joined(raw.input if old and raw.cell_type == "code" else raw.source)
    if raw.cell_type == "heading":
        # Format 3 had heading cells; nbformat turns them into this.
        source = "#" * _number(raw.level, 1) + " " + " ".join(source.splitlines())
    return source


def _cell(
    raw: _Cell, cell_id: str, source: str, outputs: OutputDigest | None, *, old: bool
) -> Cell:
    meta = raw.metadata
    count = raw.prompt_number if old else raw.execution_count
    return Cell(
        id=cell_id,
        cell_type=_cell_type(raw.cell_type),
        source=source,
        execution_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        tags=[tag for tag in meta.tags if isinstance(tag, str)]
        if meta is not None and isinstance(meta.tags, list)
        else [],
        metadata=nbq_metadata.section({nbq_metadata.KEY: meta.nbquality})
        if meta is not None and meta.nbquality is not None
        else {},
        outputs=outputs,
    )


def _cell_type(value: object) -> CellType:
    if value == "code":
        return "code"
    if value in ("markdown", "heading", "html"):
        return "markdown"
    return "raw"


def joined(source: object) -> str:
    """Gives the text of a multi-line string: a string, or a list of strings; empty for all else."""
    if isinstance(source, str):
        return source
    if not isinstance(source, list):
        return ""
    try:
        return "".join(source)
    except TypeError:
        return "".join(line for line in source if isinstance(line, str))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


_KERNELS = re.compile(
    r"(?P<r>ir\d*|r)|(?P<julia>julia.*)|(?P<bash>bash)|(?P<octave>octave)|(?P<scala>scala.*|almond)"
    r"|(?P<javascript>javascript|jslab|ijavascript)|(?P<typescript>tslab|deno|typescript)"
    r"|(?P<cpp>xcpp.*)|(?P<go>gophernotes|gonb|go)|(?P<ruby>ruby.*|iruby)|(?P<rust>rust|evcxr)"
    r"|(?P<haskell>haskell|ihaskell)|(?P<csharp>\.net-csharp)|(?P<fsharp>\.net-fsharp|ifsharp)"
    r"|(?P<powershell>\.net-powershell)|(?P<java>i?java|rapaio.*)|(?P<kotlin>kotlin)"
    r"|(?P<clojure>clojure|clojupyter.*)|(?P<stata>stata)|(?P<sas>sas)|(?P<matlab>matlab.*)"
    r"|(?P<sql>sql|xsql.*|xsqlite)|(?P<lua>i?lua)|(?P<perl>i?perl)|(?P<ocaml>ocaml.*)",
    re.IGNORECASE,
)
"""Names of common kernels for other languages; only asked where nothing names the language."""


def _language(
    kernelspec: dict[str, Any], info: dict[str, Any], cells: list[_Cell], jupytext: object
) -> str:
    # jupytext names the language of notebooks that it makes of scripts, which have no kernel.
    script = jupytext.get("main_language") if isinstance(jupytext, dict) else None
    for value in (kernelspec.get("language"), info.get("name"), script):
        if isinstance(value, str) and value.strip():
            return value.strip().lower()
    known = _KERNELS.fullmatch(_string(kernelspec.get("name")))
    if known and known.lastgroup:
        return known.lastgroup
    for cell in cells:
        if cell.cell_type == "code" and isinstance(cell.language, str) and cell.language:
            return cell.language.lower()
    return "python"


# ── outputs ──


class _Output(msgspec.Struct):
    output_type: Any = None
    ename: Any = None
    text: msgspec.Raw = msgspec.Raw(b"")
    data: dict[str, msgspec.Raw] | None = None


_output_decoder = msgspec.json.Decoder(_Output)
_any_decoder = msgspec.json.Decoder()

_OLD_MIME_TYPES = {
    "html": "text/html",
    "latex": "text/latex",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "javascript": "application/javascript",
    "json": "application/json",
    "text": "text/plain",
}
"""The keys of format 3, which stand in the output itself."""


class _Digested(msgspec.Struct):
    """What is found out about the outputs of one cell, and their texts."""

    size: int
    largest: int
    mime_types: set[str]
    error_name: str | None
    texts: list[str]


_NO_OUTPUTS = OutputDigest()


def _digests(outputs: Sequence[Sequence[msgspec.Raw] | None]) -> list[OutputDigest | None]:
    """Sums up the outputs of cells; ``None`` stands for cells that can have none."""
    found = [_digested(each) if each else None for each in outputs]
    texts = [(number, text) for number, each in enumerate(found) if each for text in each.texts]
    kinds: dict[int, set[str]] = {}
    # In all texts of a notebook at once: most hold none.
    for place in likely_secrets([text for _, text in texts]):
        number, text = texts[place]
        kinds.setdefault(number, set()).update(secret.kind for secret in find_secrets(text))
    return [
        (None if outputs[number] is None else _NO_OUTPUTS)
        if each is None
        else OutputDigest(
            each.size,
            each.largest,
            sorted(each.mime_types),
            each.error_name,
            sorted(kinds.get(number, ())),
        )
        for number, each in enumerate(found)
    ]


def _digested(items: Sequence[msgspec.Raw]) -> _Digested:
    found = _Digested(sum(map(len, items)), max(map(len, items)), set(), None, [])
    for item in items:
        output = _output(item)
        if output.output_type == "stream":
            found.mime_types.add("text/plain")
            found.texts.append(_text_of(output.text))
        elif output.output_type in ("error", "pyerr"):
            found.error_name = found.error_name or _string(output.ename) or "Error"
            found.texts.append(_searched(item))
        else:
            found.mime_types.update(output.data or ())
            found.texts += [
                _text_of(value) for mime, value in (output.data or {}).items() if _is_text(mime)
            ]
    return found


def _output(item: msgspec.Raw) -> _Output:
    try:
        output = _output_decoder.decode(item)
    except _UNDECODABLE:
        try:
            value = json.loads(bytes(item))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            return _Output()
        data = value.get("data")
        output = _Output(
            output_type=value.get("output_type"),
            ename=value.get("ename"),
            text=msgspec.Raw(json.dumps(value.get("text")).encode()),
            data={key: msgspec.Raw(json.dumps(part).encode()) for key, part in data.items()}
            if isinstance(data, dict)
            else None,
        )
    if output.data is None and output.output_type in ("pyout", "display_data", "execute_result"):
        output.data = _old_data(item)
    return output


def _old_data(item: msgspec.Raw) -> dict[str, msgspec.Raw]:
    try:
        fields = msgspec.json.decode(item, type=dict[str, msgspec.Raw])
    except _UNDECODABLE:
        return {}
    return {_OLD_MIME_TYPES[key]: value for key, value in fields.items() if key in _OLD_MIME_TYPES}


def _is_text(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type.endswith(("json", "xml", "javascript"))


def _text_of(value: msgspec.Raw | bytes) -> str:
    """Gives the text in which secrets of a JSON value are looked for."""
    if 0 < len(value) <= SECRET_SEARCH_LIMIT:
        try:
            decoded = _any_decoder.decode(value)
        except _UNDECODABLE:
            return _searched(value)
        if isinstance(decoded, str | list):
            return joined(decoded)
    return _searched(value)


def _searched(value: msgspec.Raw | bytes) -> str:
    """Gives the text of JSON itself, of which a giant is not taken as a whole."""
    if len(value) > SECRET_SEARCH_LIMIT:
        start = bytes(memoryview(value)[:SECRET_SEARCH_LIMIT])
        return start.decode("utf-8", "replace").replace("\\n", "\n")
    return bytes(value).decode("utf-8", "replace")
