"""Carries out an edit plan on the text of a notebook file.

Only the spans of the JSON that the plan names are written anew, in the file's own style. So a
change of one line is one line in a diff, whoever wrote the file: order of keys, indentation,
numbers, line breaks and escapes of all the rest stay as they are.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from jupyter_nbquality import json_text, metadata
from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeFile,
    ChangeMetadata,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    EditRefusedError,
    IgnoreRule,
    InsertCell,
    MoveCell,
    Operation,
    Refusal,
    RenameFile,
    SetCellType,
    SetKernelspec,
    UpgradeFormat,
    apply_text_edits,
    source_hash,
)
from jupyter_nbquality.json_text import Style
from jupyter_nbquality.notebook import CellType
from jupyter_nbquality.notebook_file import BOM, NotebookFile, made_up_id

_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_HALVES = re.compile("[\ud800-\udfff]")


def apply_plan(file: NotebookFile, plan: EditPlan) -> bytes:
    """Makes the new bytes of a notebook file; see `NotebookFile.apply`.

    Raises:
        EditRefusedError: A cell is missing, or its text is not the one the plan was made for.
    """
    if all(isinstance(item, RenameFile | ChangeFile) for item in plan.operations):
        return file.data
    mark = BOM if file.data.startswith(BOM) else b""
    # Bytes that are not UTF-8 may stand in outputs, which nobody decoded: they pass through.
    text = file.data.removeprefix(BOM).decode("utf-8", "surrogateescape")
    editor = _Editor(file, text)
    for operation in plan.operations:
        editor.perform(operation)
    return mark + editor.text().encode("utf-8", "surrogateescape")


def _refuse(code: str, message: str, cell: str | None = None) -> NoReturn:
    raise EditRefusedError(Refusal(code, message, cell))


class _Slot:
    """One cell of the file while it is being changed.

    ``before`` and ``behind`` are the white space around its text; ``None`` where it has no place
    of its own yet.
    """

    def __init__(self, cell_id: str, cell_type: CellType, source: str, text: str) -> None:
        self.id = cell_id
        self.cell_type = cell_type
        self.source = source
        self.text = text
        self.before: str | None = None
        self.behind = ""

    @property
    def indent(self) -> str:
        return json_text.indentation(self.before or "")

    def value(self, key: str) -> Any:
        """The value of a member as Python sees it; ``None`` where it is absent."""
        found = json_text.member(self.text, key)
        return json.loads(self.text[found.start : found.end]) if found else None


class _Sheet:
    """The array of cells, or one of several in format 3; ``gap`` is the space behind a comma."""

    def __init__(self, start: int, end: int, slots: list[_Slot], closing: str, gap: str) -> None:
        self.start = start
        self.end = end
        self.slots = slots
        self.closing = closing
        self.lead = (slots[0].before if slots else None) or ""
        self.gap = gap
        self.was_empty = not slots

    def insert(self, index: int, slot: _Slot) -> None:
        self.slots.insert(index, slot)
        if index == 0 and len(self.slots) > 1:
            self.slots[1].before = self.gap
        slot.before = self.lead if index == 0 else self.gap

    def take(self, index: int) -> _Slot:
        slot = self.slots.pop(index)
        if index == 0 and self.slots:
            self.slots[0].before = self.lead
        return slot


class _Editor:
    def __init__(self, file: NotebookFile, text: str) -> None:
        self.original = text
        self.notebook = file.notebook
        self.style = json_text.style_of(text)
        self.sheets = list(self._sheets())
        self.old = file.notebook.nbformat < 4
        self.kernelspec: dict[str, str] | None = None
        self.own_metadata: dict[str, Any] | None = None
        self.upgrade = False

    # ── reading ──

    def _sheets(self) -> Iterator[_Sheet]:
        cells = iter(self.notebook.cells)
        for start, end in self._arrays():
            slots: list[_Slot] = []
            done = start + 1
            for first, last in json_text.elements(self.original, start):
                cell = next(cells)
                slot = _Slot(cell.id, cell.cell_type, cell.source, self.original[first:last])
                gap = self.original[done:first]
                if slots:
                    slots[-1].behind, gap = gap.split(",", 1)
                slot.before = gap
                slots.append(slot)
                done = last
            yield self._sheet(start, end, slots, self.original[done : end - 1])

    def _sheet(self, start: int, end: int, slots: list[_Slot], closing: str) -> _Sheet:
        if not slots and self.style.newline:
            depth = 2 if self.notebook.nbformat >= 4 else 4
            sheet = _Sheet(
                start, end, slots, self.style.newline + self.style.indent * (depth - 1), ""
            )
            sheet.lead = sheet.gap = self.style.newline + self.style.indent * depth
            return sheet
        if len(slots) > 1:
            gap = slots[1].before or ""
        else:
            lead = slots[0].before if slots else None
            gap = lead if lead and "\n" in lead else self.style.comma[1:]
        return _Sheet(start, end, slots, closing, gap)

    def _arrays(self) -> Iterator[tuple[int, int]]:
        text = self.original
        root = json_text.skip_space(text, 0)
        cells = json_text.member(text, "cells", root)
        if cells is not None and text[cells.start] == "[":
            yield cells.start, cells.end
            return
        sheets = json_text.member(text, "worksheets", root)
        for start, _ in json_text.elements(text, sheets.start) if sheets else ():
            inner = json_text.member(text, "cells", start) if text[start] == "{" else None
            if inner is not None and text[inner.start] == "[":
                yield inner.start, inner.end

    def _find(self, cell_id: str) -> tuple[_Sheet, int]:
        for sheet in self.sheets:
            for index, slot in enumerate(sheet.slots):
                if slot.id == cell_id:
                    return sheet, index
        _refuse("missing-cell", "The cell is not in the notebook any more.", cell_id)

    def _slot(self, cell_id: str, expected_hash: str | None = None) -> _Slot:
        sheet, index = self._find(cell_id)
        slot = sheet.slots[index]
        if expected_hash is not None and source_hash(slot.source) != expected_hash:
            _refuse("changed-cell", "The cell has changed since; look at it again.", cell_id)
        if not slot.text.startswith("{"):
            _refuse("malformed-cell", "The cell is malformed in the file.", cell_id)
        return slot

    # ── operations ──

    def perform(self, operation: Operation) -> None:
        """Carries out one operation on the cells in memory."""
        match operation:
            case ChangeCell():
                slot = self._slot(operation.cell, operation.source_hash)
                self._set_source(slot, apply_text_edits(slot.source, operation.edits))
            case InsertCell():
                self._insert(operation)
            case DeleteCell():
                self._slot(operation.cell, operation.source_hash)
                sheet, index = self._find(operation.cell)
                sheet.take(index)
            case MoveCell():
                self._move(operation)
            case SetCellType():
                self._set_type(operation)
            case ClearOutputs():
                slot = self._slot(operation.cell)
                if slot.cell_type != "code":
                    _refuse("not-a-code-cell", "Only code cells have outputs.", slot.id)
                self._set(slot, "outputs", [])
                self._set(slot, self._count_key, None)
            case IgnoreRule():
                self._ignore(operation)
            case ChangeMetadata():
                self._set_metadata(operation)
            case SetKernelspec():
                self.kernelspec = {
                    "display_name": operation.display_name,
                    "language": operation.language,
                    "name": operation.name,
                }
            case UpgradeFormat():
                self.upgrade = True
            case RenameFile() | ChangeFile():
                pass

    @property
    def _count_key(self) -> str:
        return "prompt_number" if self.old else "execution_count"

    def _source_key(self, cell_type: str) -> str:
        return "input" if self.old and cell_type == "code" else "source"

    def _set(self, slot: _Slot, key: str, value: Any) -> None:
        found = json_text.member(slot.text, key)
        if found is None or json.loads(slot.text[found.start : found.end]) != value:
            slot.text = json_text.with_member(slot.text, key, value, self.style, slot.indent)

    def _set_source(self, slot: _Slot, source: str) -> None:
        if source == slot.source:
            return
        if slot.value("cell_type") == "heading":
            _refuse(
                "old-format",
                "Heading cells are of an old format; upgrade the notebook first.",
                slot.id,
            )
        key = self._source_key(slot.cell_type)
        found = json_text.member(slot.text, key)
        if found is not None and slot.text[found.start] == "[":
            new = _replace_lines(slot.text[found.start : found.end], source, self.style, slot)
            slot.text = slot.text[: found.start] + new + slot.text[found.end :]
        elif found is not None and slot.text[found.start] == '"':
            self._set(slot, key, source)
        else:
            self._set(slot, key, source.splitlines(keepends=True))
        slot.source = source

    def _insert(self, operation: InsertCell) -> None:
        sheet, index = self.sheets[0], 0
        if operation.after is not None:
            sheet, index = self._find(operation.after)
            index += 1
        taken = {slot.id for each in self.sheets for slot in each.slots}
        made = made_up_id(index, operation.source, taken)
        slot = _Slot(made, operation.cell_type, operation.source, "{}")
        sheet.insert(index, slot)
        lines = operation.source.splitlines(keepends=True)
        about = {metadata.KEY: operation.metadata} if operation.metadata else {}
        fields: dict[str, Any] = {"cell_type": operation.cell_type}
        if operation.cell_type == "code" and self.old:
            fields |= {"collapsed": False, "input": lines, "language": self.notebook.language}
            fields |= {"metadata": about, "outputs": []}
        elif operation.cell_type == "code":
            fields["execution_count"] = None
            fields |= self._id_field(made)
            fields |= {"metadata": about, "outputs": [], "source": lines}
        else:
            fields |= self._id_field(made)
            fields |= {"metadata": about, "source": lines}
        slot.text = self.style.dump(fields, slot.indent)

    def _id_field(self, made: str) -> dict[str, str]:
        notebook = self.notebook
        return {"id": made} if (notebook.nbformat, notebook.nbformat_minor) >= (4, 5) else {}

    def _move(self, operation: MoveCell) -> None:
        self._slot(operation.cell, operation.source_hash)
        if operation.after == operation.cell:
            return
        if operation.after is not None:
            self._find(operation.after)
        sheet, index = self._find(operation.cell)
        slot = sheet.take(index)
        sheet, index = self.sheets[0], 0
        if operation.after is not None:
            sheet, index = self._find(operation.after)
            index += 1
        sheet.insert(index, slot)

    def _set_type(self, operation: SetCellType) -> None:
        slot = self._slot(operation.cell, operation.source_hash)
        if slot.value("cell_type") == "heading" and operation.cell_type != "markdown":
            slot.text = json_text.without_member(slot.text, "level")
        old, new = slot.cell_type, operation.cell_type
        if old != new:
            if self._source_key(old) != self._source_key(new):
                slot.text = json_text.without_member(slot.text, self._source_key(old))
            self._set(slot, "cell_type", new)
            slot.cell_type = new
            if new == "code":
                slot.text = json_text.without_member(slot.text, "attachments")
                if self.old:
                    self._set(slot, "language", self.notebook.language)
                else:
                    self._set(slot, "execution_count", None)
                self._set(slot, "outputs", [])
            elif old == "code":
                for key in (self._count_key, "outputs", "collapsed", "language"):
                    slot.text = json_text.without_member(slot.text, key)
        self._set_source(slot, operation.source)

    def _ignore(self, operation: IgnoreRule) -> None:
        if operation.cell is None:
            ours = self.own_metadata or self.notebook.metadata
            self.own_metadata = metadata.with_ignored(ours, operation.code)
            return
        slot = self._slot(operation.cell)
        ours = metadata.section(slot.value("metadata"))
        slot.text = _with_nested(
            slot.text,
            ("metadata", metadata.KEY),
            metadata.with_ignored(ours, operation.code),
            self.style,
            slot.indent,
        )

    def _set_metadata(self, operation: ChangeMetadata) -> None:
        slot = self._slot(operation.cell)
        if operation.metadata:
            slot.text = _with_nested(
                slot.text, ("metadata", metadata.KEY), operation.metadata, self.style, slot.indent
            )
            return
        found = json_text.member(slot.text, "metadata")
        if found is not None and slot.text[found.start] == "{":
            left = json_text.without_member(slot.text[found.start : found.end], metadata.KEY)
            slot.text = slot.text[: found.start] + left + slot.text[found.end :]

    # ── writing ──

    def text(self) -> str:
        """Puts the new text of the file together."""
        if self.upgrade and not self.old:
            self._write_ids()
        parts: list[str] = []
        done = 0
        for sheet in self.sheets:
            parts += (self.original[done : sheet.start], _array(sheet, self.original))
            done = sheet.end
        text = "".join((*parts, self.original[done:]))
        root = json_text.skip_space(text, 0)
        head, body = text[:root], text[root:]
        if self.kernelspec is not None:
            body = self._with_kernelspec(body, self.kernelspec)
        if self.own_metadata is not None:
            body = _with_nested(body, ("metadata", metadata.KEY), self.own_metadata, self.style)
        if self.upgrade and not self.old and self.notebook.nbformat_minor < 5:
            body = json_text.with_member(body, "nbformat", 4, self.style)
            body = json_text.with_member(body, "nbformat_minor", 5, self.style)
        if self.upgrade and self.old:
            return _converted(head + body, [slot for each in self.sheets for slot in each.slots])
        return head + body

    def _with_kernelspec(self, body: str, fields: dict[str, str]) -> str:
        found = json_text.member(body, "metadata")
        present = json.loads(body[found.start : found.end]) if found else None
        old = present.get("kernelspec") if isinstance(present, dict) else None
        value = {**old, **fields} if isinstance(old, dict) else fields
        if value == old:
            return body
        return _with_nested(body, ("metadata", "kernelspec"), value, self.style)

    def _write_ids(self) -> None:
        taken = {slot.id for sheet in self.sheets for slot in sheet.slots}
        for sheet in self.sheets:
            for index, slot in enumerate(sheet.slots):
                if not slot.text.startswith("{"):
                    continue
                if not _VALID_ID.fullmatch(slot.id):
                    slot.id = made_up_id(index, slot.source, taken)
                    taken.add(slot.id)
                self._set(slot, "id", slot.id)


def _array(sheet: _Sheet, original: str) -> str:
    if not sheet.slots:
        return original[sheet.start : sheet.end] if sheet.was_empty else "[]"
    pieces = [f"{slot.before or ''}{slot.text}{slot.behind}" for slot in sheet.slots[:-1]]
    last = sheet.slots[-1]
    return "[" + ",".join([*pieces, f"{last.before or ''}{last.text}"]) + sheet.closing + "]"


def _replace_lines(array: str, source: str, style: Style, slot: _Slot) -> str:
    """Writes a list of lines anew, keeping the text of the elements that stay as they are."""
    spans = json_text.elements(array)
    old = [(array[start:end], json.loads(array[start:end])) for start, end in spans]
    known = all(isinstance(line, str) for _, line in old)
    first = 0
    position = 0
    while known and first < len(old):
        line = old[first][1]
        if not source.startswith(line, position) or not line.endswith("\n"):
            break
        position += len(line)
        first += 1
    last = len(old)
    end = len(source)
    while known and last > first:
        line = old[last - 1][1]
        start = end - len(line)
        if not source.endswith(line, position, end) or start < position:
            break
        if start != position and source[start - 1] != "\n":
            break
        end = start
        last -= 1
    middle = [style.dump(line) for line in source[position:end].splitlines(keepends=True)]
    raw = [text for text, _ in old]
    lines = [*raw[:first], *middle, *raw[last:]]
    if not lines:
        return "[]"
    if spans:
        lead = array[1 : spans[0][0]]
        closing = array[spans[-1][1] : -1]
        gap = array[spans[0][1] : spans[1][0]] if len(spans) > 1 else "," + lead
        if gap == ",":
            gap = style.comma
    elif style.newline:
        inner = json_text.indentation(slot.text[1 : json_text.members(slot.text)[0].key_start])
        lead = style.newline + inner + style.indent
        closing = style.newline + inner
        gap = "," + lead
    else:
        lead = closing = ""
        gap = style.comma
    return "[" + lead + gap.join(lines) + closing + "]"


def _with_nested(
    text: str, keys: tuple[str, str], value: Any, style: Style, indent: str = ""
) -> str:
    """Sets a member of an object in an object; the outer one is made where it is absent."""
    outer, inner = keys
    present = json_text.members(text)
    found = json_text.member(text, outer)
    if found is None or text[found.start] != "{":
        return json_text.with_member(text, outer, {inner: value}, style, indent)
    deeper = json_text.indentation(text[1 : present[0].key_start])
    changed = json_text.with_member(text[found.start : found.end], inner, value, style, deeper)
    return text[: found.start] + changed + text[found.end :]


def _converted(text: str, slots: list[_Slot]) -> str:
    """Converts a notebook of format 3 as nbformat does; that is a new text as a whole."""
    import nbformat

    try:
        document = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        for cell, slot in zip(document.cells, slots, strict=True):
            cell["id"] = slot.id
        document.nbformat_minor = 5
        nbformat.validate(document)
        written: str = nbformat.writes(document)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat raises whatever its steps raise
        _refuse("not-convertible", f"nbformat cannot upgrade the notebook: {_reason(error)}.")
    # Half a character, which JSON can hold escaped, is written as it is; no file can hold that.
    return _HALVES.sub(lambda match: f"\\u{ord(match[0]):04x}", written) + "\n"


def _reason(error: Exception) -> str:
    """Gives the first line of what an exception says; some say nothing, or only what they miss."""
    first = next(iter(str(error).strip().splitlines()), "").rstrip(":.")
    if isinstance(error, KeyError):
        return f"{first} is missing"
    return first or "its structure is not that of any notebook format"
