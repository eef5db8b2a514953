import contextlib
import json
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_nbquality.edits import (
    ChangeCell,
    ChangeFile,
    ClearOutputs,
    DeleteCell,
    EditPlan,
    EditRefusedError,
    IgnoreRule,
    InsertCell,
    MoveCell,
    Operation,
    RenameFile,
    SetCellType,
    SetKernelspec,
    UpgradeFormat,
    replace_source,
    source_hash,
)
from jupyter_nbquality.notebook_file import (
    NotebookFile,
    UnreadableNotebookError,
    file_actions,
    parse,
    read,
    write,
)


def code(source: Any, **fields: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **fields,
    }


def document(*cells: Any, **fields: Any) -> dict[str, Any]:
    return {
        "cells": list(cells),
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
        **fields,
    }


def parsed(value: Any, **options: Any) -> NotebookFile:
    return parse(json.dumps(value, **options).encode())


def apply(file: NotebookFile, *operations: Operation) -> str:
    return file.apply(EditPlan("test", list(operations))).decode()


def change(file: NotebookFile, index: int, new: str) -> ChangeCell:
    cell = file.notebook.cells[index]
    return replace_source(cell.id, cell.source, new)


# ── reading ──


def test_reads_the_fields_of_a_notebook() -> None:
    file = parsed(
        document(
            code(
                ["x = 1\n", "x"],
                id="first",
                execution_count=3,
                metadata={"tags": ["keep", 7], "nbquality": {"ignore": ["NB301"]}},
            ),
            {"cell_type": "markdown", "id": "second", "metadata": {}, "source": "# Title"},
            metadata={
                "kernelspec": {"name": "python3", "language": "python", "display_name": "P"},
                "language_info": {"name": "python", "version": "3.12.1"},
                "nbquality": {"ignore": ["NB210"]},
            },
        )
    )
    notebook = file.notebook
    first, second = notebook.cells
    assert (first.id, first.source, first.execution_count) == ("first", "x = 1\nx", 3)
    assert (first.tags, first.metadata) == (["keep"], {"ignore": ["NB301"]})
    assert (second.cell_type, second.outputs) == ("markdown", None)
    assert notebook.is_python
    assert notebook.python_version == (3, 12)
    assert notebook.kernelspec == "python3"
    assert notebook.metadata == {"ignore": ["NB210"]}
    assert notebook.has_cell_ids


def test_reads_format_3() -> None:
    file = parsed(
        {
            "metadata": {"name": "Old"},
            "nbformat": 3,
            "nbformat_minor": 0,
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["A"]},
                        {
                            "cell_type": "code",
                            "input": ["print 1"],
                            "language": "python",
                            "metadata": {},
                            "prompt_number": 5,
                            "outputs": [
                                {"output_type": "pyout", "png": "AAAA", "text": ["x"]},
                                {"output_type": "pyerr", "ename": "NameError"},
                            ],
                        },
                    ]
                },
                {"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["B"]}]},
            ],
        }
    )
    heading, old, last = file.notebook.cells
    assert heading.source == "## A"
    assert (old.source, old.execution_count) == ("print 1", 5)
    assert old.outputs is not None
    assert old.outputs.mime_types == ["image/png", "text/plain"]
    assert old.outputs.error_name == "NameError"
    assert last.source == "B"
    assert file.notebook.nbformat == 3
    assert not file.notebook.has_cell_ids


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "ir"}}, "r"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
        ({"kernelspec": {"name": "my-environment"}}, "python"),
        ({"kernelspec": {"name": "x", "language": "Rust"}}, "rust"),
        ({"language_info": {"name": "scala"}}, "scala"),
        ({"jupytext": {"main_language": "R"}}, "r"),
        ({"jupytext": {"main_language": 7}}, "python"),
        ({"jupytext": {"main_language": "R"}, "language_info": {"name": "python"}}, "python"),
        ({"kernelspec": 5, "language_info": []}, "python"),
    ],
)
def test_language(metadata: dict[str, Any], language: str) -> None:
    assert parsed(document(metadata=metadata)).notebook.language == language


def test_made_up_ids_are_stable_unique_and_not_written() -> None:
    value = document(code("x"), code("x"), code("y", id="same"), code("z", id="same"))
    file = parsed(value)
    ids = [cell.id for cell in file.notebook.cells]
    assert len(set(ids)) == 4
    assert ids[2] == "same"
    assert ids == [cell.id for cell in parsed(value).notebook.cells]
    assert not file.notebook.has_cell_ids
    assert "id" not in json.loads(apply(file, change(file, 0, "x = 1")))["cells"][0]


def test_odd_cells_are_read_as_empty() -> None:
    file = parsed(
        document(
            None,
            7,
            code(None),
            code({"a": 1}, execution_count="1", metadata=[], outputs=None),
            code(["a", 5, "b"], outputs={"x": 1}, id=4, metadata={"tags": "no"}),
            {"cell_type": "unheard-of", "source": "x"},
            {},
            metadata=None,
        )
    )
    assert [cell.source for cell in file.notebook.cells] == ["", "", "", "", "ab", "x", ""]
    assert [cell.cell_type for cell in file.notebook.cells].count("raw") == 4


def test_what_only_pythons_own_json_reads() -> None:
    text = json.dumps(document(code("x = '\ud800'"), code("y", metadata={"n": float("nan")})))
    file = parse(text.encode())
    assert file.notebook.cells[0].source == "x = '\ud800'"
    new = apply(file, change(file, 0, "z = '\ud800'"))
    assert new == text.replace("x = '", "z = '")


def test_digest_of_outputs() -> None:
    key = "AKIA" + "Z7QLM3XWVRT2KHPD"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["key\n", f"'{key}'\n"]},
        {
            "output_type": "display_data",
            "data": {"image/png": "A" * 5000, "text/plain": ["<Figure>"]},
            "metadata": {"n": float("nan")},
        },
        {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []},
        None,
    ]
    digest = parsed(document(code("x", outputs=outputs))).notebook.cells[0].outputs
    assert digest is not None
    assert digest.secrets == ["aws-access-key-id"]
    assert digest.mime_types == ["image/png", "text/plain"]
    assert digest.error_name == "KeyError"
    assert 5000 < digest.largest < digest.size


def test_byte_order_mark_is_read_and_kept() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(document(code("x"))).encode()
    file = parse(data)
    assert file.notebook.cells[0].source == "x"
    assert file.apply(EditPlan("", [change(file, 0, "y")])) == data.replace(b'"x"', b'"y"')


WHOLE = json.dumps(document(code("x = 1")), indent=1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (WHOLE[:-20].encode(), "ends in the middle, line"),
        (b'{"cells": [{"source": "x', "ends in the middle"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "no list of cells"),
        (b"# a script\n", "not JSON"),
        (b'{"cells": [}', "broken JSON, line 1 column"),
        (WHOLE.replace(' "cells"', '<<<<<<< HEAD\n "cells"').encode(), "merge conflict, line 2"),
        (b'{"nbformat": 2, "worksheets": []}', "very old format 2"),
        (b'{"nbformat": 9, "cells": []}', "newer"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n", "git lfs pull"),
        (WHOLE.encode("utf-16"), "UTF-16"),
        (WHOLE.encode("utf-16-le"), "UTF-16"),
        (WHOLE.replace("x", "é").encode("latin-1"), "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deeply"),
    ],
)
def test_unreadable_files_get_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableNotebookError, match=sentence) as caught:
        parse(data)
    assert str(caught.value).endswith(".")


def test_reads_200_megabytes_quickly(tmp_path: Path) -> None:
    image = {"output_type": "display_data", "data": {"image/png": "A" * 4_000_000}, "metadata": {}}
    numbers = {"output_type": "display_data", "data": {"a/json": [1.5] * 2000}, "metadata": {}}
    big = document(*(code(f"x = {i}", outputs=[image, numbers]) for i in range(50)))
    path = tmp_path / "big.ipynb"
    path.write_text(json.dumps(big))
    assert path.stat().st_size > 200_000_000
    start = time.perf_counter()
    file = read(path)
    assert time.perf_counter() - start < 5
    assert len(file.notebook.cells) == 50
    assert apply(file, change(file, 49, "x = 0")).count('"x = 0"') == 2


# ── writing ──

JUPYTER = json.dumps(
    document(
        code(["import os\n", "x = 1.10\n", "y = 'é'"], id="aaaa"),
        {"cell_type": "markdown", "id": "bbbb", "metadata": {}, "source": ["# T"]},
        code(
            [],
            id="cccc",
            execution_count=2,
            outputs=[{"output_type": "stream", "name": "stdout", "text": []}],
        ),
    ),
    indent=1,
    ensure_ascii=False,
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_changed_line_is_one_line_of_the_file(newline: str) -> None:
    text = (JUPYTER + "\n").replace("\n", newline)
    file = parse(text.encode())
    new = apply(file, change(file, 0, "import os\nx = 2.10\ny = 'é'"))
    assert new == text.replace("1.10", "2.10")


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
def test_the_style_of_the_file_is_kept(indent: Any, ascii_only: bool) -> None:
    def text(*lines: str) -> str:
        return json.dumps(
            document(code(list(lines), id="a"), code("one string", id="b")),
            indent=indent,
            ensure_ascii=ascii_only,
        )

    file = parse(text("x = 'é'\n", "y").encode())
    new = apply(file, change(file, 0, "x = 'é'\n\nz = 'ü'\ny = 3"))
    assert new == text("x = 'é'\n", "\n", "z = 'ü'\n", "y = 3")
    new = apply(file, change(file, 1, "two\nlines"))
    assert new == text("x = 'é'\n", "y").replace("one string", "two\\nlines")


def test_structure_changes_look_as_jupyter_writes_them() -> None:
    file = parse(JUPYTER.encode())
    first, second, third = file.notebook.cells
    value = json.loads(JUPYTER)
    moved = apply(file, MoveCell(third.id, source_hash(third.source), None))
    cells = value["cells"]
    assert moved == json.dumps(
        {**value, "cells": [cells[2], *cells[:2]]}, indent=1, ensure_ascii=False
    )
    deleted = apply(file, DeleteCell(first.id, source_hash(first.source)))
    assert deleted == json.dumps({**value, "cells": cells[1:]}, indent=1, ensure_ascii=False)
    inserted = json.loads(apply(file, InsertCell(second.id, "code", "z = 1\nz")))
    assert [cell["source"] for cell in inserted["cells"]] == [
        cells[0]["source"],
        ["# T"],
        ["z = 1\n", "z"],
        [],
    ]
    assert apply(file, InsertCell(None, "markdown", "# New")).startswith(
        '{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "id": "'
    )
    nbformat.validate(nbformat.from_dict(inserted))


def test_cells_come_and_go_in_an_empty_notebook() -> None:
    for indent in (None, 1):
        empty = json.dumps(document(), indent=indent)
        file = parse(empty.encode())
        new = apply(file, InsertCell(None, "markdown", "# T"))
        value = json.loads(new)
        assert new == json.dumps(value, indent=indent)
        assert value["cells"][0]["source"] == ["# T"]
        full = parse(new.encode())
        cell = full.notebook.cells[0]
        assert apply(full, DeleteCell(cell.id, source_hash(cell.source))) == empty


def test_other_operations() -> None:
    file = parse(JUPYTER.encode())
    first, second, third = file.notebook.cells
    value = json.loads(
        apply(
            file,
            ClearOutputs(third.id),
            IgnoreRule(first.id, "NB301"),
            IgnoreRule(first.id, "F401"),
            IgnoreRule(None, "NB210"),
            SetKernelspec("python3", "Python 3", "python"),
            SetCellType(second.id, source_hash(second.source), "code", "t = 1"),
        )
    )
    assert value["cells"][2]["outputs"] == []
    assert value["cells"][2]["execution_count"] is None
    assert value["cells"][0]["metadata"] == {"nbquality": {"ignore": ["NB301", "F401"]}}
    assert value["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "nbquality": {"ignore": ["NB210"]},
    }
    assert value["cells"][1] == code(["t = 1"], id="bbbb")


def test_upgrade_writes_the_ids_that_findings_name() -> None:
    text = json.dumps(document(code("x"), code("y"), nbformat_minor=2), indent=1)
    file = parse(text.encode())
    value = json.loads(apply(file, UpgradeFormat()))
    assert value["nbformat_minor"] == 5
    assert [cell["id"] for cell in value["cells"]] == [cell.id for cell in file.notebook.cells]
    nbformat.validate(nbformat.from_dict(value))


def test_upgrade_of_format_3() -> None:
    old = nbformat.v3.new_notebook(
        metadata=nbformat.v3.new_metadata(name="n"),
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_heading_cell("Title", level=1),
                    nbformat.v3.new_code_cell("x = 1", prompt_number=2),
                ]
            )
        ],
    )
    file = parse(nbformat.v3.writes_json(old).encode())
    with pytest.raises(EditRefusedError):
        apply(file, change(file, 0, "# Other"))
    new = parse(apply(file, change(file, 1, "x = 2"), UpgradeFormat()).encode())
    assert new.notebook.nbformat == 4
    assert [(cell.id, cell.source) for cell in new.notebook.cells] == [
        (file.notebook.cells[0].id, "# Title"),
        (file.notebook.cells[1].id, "x = 2"),
    ]


def test_a_plan_for_another_text_is_refused() -> None:
    file = parse(JUPYTER.encode())
    with pytest.raises(EditRefusedError) as caught:
        apply(file, ChangeCell(file.notebook.cells[0].id, source_hash("other"), []))
    assert caught.value.refusal.code == "changed-cell"
    with pytest.raises(EditRefusedError):
        apply(file, DeleteCell("nowhere", source_hash("")))


def test_files_are_left_to_the_caller() -> None:
    plan = EditPlan("", [RenameFile("a", "b"), ChangeFile("c", None, "x")])
    file = parse(JUPYTER.encode())
    assert file.apply(plan) == JUPYTER.encode()
    assert file_actions(plan) == plan.operations


def test_write_keeps_mode_and_symlink(tmp_path: Path) -> None:
    real = tmp_path / "real.ipynb"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(real)
    write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.ipynb", "real.ipynb"]


# ── properties ──

sources = st.text(
    alphabet=st.sampled_from(list("ab \t\n\"\\'[]{},:é😀\u2028\x0c\r/u")), max_size=30
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | sources,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(sources, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def notebooks(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    cells = []
    for index in range(draw(st.integers(0, 5))):
        source = draw(sources)
        written: Any = source
        if draw(st.booleans()):
            written = source.splitlines(keepends=True)
        extra = draw(st.dictionaries(st.sampled_from(["a", "z", "nbquality"]), json_values))
        if draw(st.booleans()):
            output = {
                "output_type": "display_data",
                "data": {"text/plain": draw(sources)},
                "metadata": {},
            }
            cell = code(written, id=f"id-{index}", metadata=extra, outputs=[output])
        else:
            cell = {
                "cell_type": "markdown",
                "id": f"id-{index}",
                "metadata": extra,
                "source": written,
            }
        if draw(st.booleans()):
            cell = dict(reversed(cell.items()))
        cells.append(cell)
    value = document(*cells, metadata=draw(st.dictionaries(sources, json_values, max_size=2)))
    text = json.dumps(
        value,
        indent=draw(st.sampled_from([None, 1, 2, "\t"])),
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([None, (",", ":"), (" , ", " : ")])),
    )
    return value, text + draw(st.sampled_from(["", "\n", "\r\n"]))


@given(notebooks(), st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_exactly_what_was_asked_changes(given_: tuple[dict[str, Any], str], data: Any) -> None:
    value, text = given_
    file = parse(text.encode())
    cells = [dict(cell) for cell in value["cells"]]
    sources_now = {cell["id"]: file.notebook.cell(cell["id"]).source for cell in cells}
    operations: list[Operation] = []
    changed = set()
    inserted = 0
    for _ in range(data.draw(st.integers(0, 4))):
        kind = data.draw(st.sampled_from(["change", "insert", "delete", "move", "clear", "type"]))
        index = data.draw(st.integers(0, max(0, len(cells) - 1)))
        if kind == "insert":
            # A cell that the plan itself made has an id that the plan cannot know.
            anchor = cells[index]["id"] if cells else None
            if anchor == "new" or (not cells and inserted):
                continue
            new = data.draw(sources)
            operations.append(InsertCell(anchor, "markdown", new))
            cells.insert(
                index + 1 if cells else 0,
                {"cell_type": "markdown", "id": "new", "metadata": {}, "source": new},
            )
            inserted += 1
            continue
        if not cells or cells[index]["id"] == "new":
            continue
        cell = cells[index]
        old = sources_now[cell["id"]]
        if kind == "change":
            new = data.draw(sources)
            operations.append(replace_source(cell["id"], old, new))
            sources_now[cell["id"]] = new
            if new != old:
                changed.add(cell["id"])
                cell["source"] = new
        elif kind == "delete":
            operations.append(DeleteCell(cell["id"], source_hash(old)))
            del cells[index]
        elif kind == "move":
            others = [None, *(each["id"] for each in cells if each["id"] != "new")]
            after = data.draw(st.sampled_from(others))
            operations.append(MoveCell(cell["id"], source_hash(old), after))
            if after != cell["id"]:
                del cells[index]
                place = next((i + 1 for i, each in enumerate(cells) if each["id"] == after), 0)
                cells.insert(place, cell)
        elif kind == "clear" and cell["cell_type"] == "code":
            operations.append(ClearOutputs(cell["id"]))
            cell["outputs"] = []
        elif kind == "type":
            new = data.draw(sources)
            operations.append(SetCellType(cell["id"], source_hash(old), "markdown", new))
            sources_now[cell["id"]] = new
            cell["cell_type"] = "markdown"
            cell.pop("execution_count", None)
            cell.pop("outputs", None)
            if new != old:
                changed.add(cell["id"])
                cell["source"] = new
    result = apply(file, *operations)
    if not operations:
        assert result == text
    got = json.loads(result)
    nbformat.validate(nbformat.from_dict(got))
    assert len(got["cells"]) == len(cells)
    for mine, theirs in zip(cells, got["cells"], strict=True):
        theirs = dict(theirs)
        if mine["id"] == "new":
            theirs["id"] = "new"
        if mine["id"] in changed or mine["id"] == "new":
            theirs["source"] = "".join(theirs["source"])
        assert theirs == mine
    assert {**got, "cells": []} == {**value, "cells": []}


@given(notebooks())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_that_changes_nothing_keeps_every_byte(given_: tuple[dict[str, Any], str]) -> None:
    file = parse(given_[1].encode())
    plan = EditPlan("", [change(file, i, c.source) for i, c in enumerate(file.notebook.cells)])
    assert file.apply(plan) == file.data


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_get_a_sentence(data: bytes) -> None:
    with contextlib.suppress(UnreadableNotebookError):
        parse(data)


@given(notebooks(), json_values, st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_field_of_any_type_is_read(
    given_: tuple[dict[str, Any], str], odd: Any, data: Any
) -> None:
    value = given_[0]
    place: Any = value
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = odd
            break
        place = place[key]
    with contextlib.suppress(UnreadableNotebookError):
        parsed(value)
