"""Any bytes are either a notebook or get a sentence that says why not."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbquality.edits import EditPlan, EditRefusedError, UpgradeFormat, replace_source
from jupyter_nbquality.notebook import Notebook
from tests.fuzz import strategies
from tests.fuzz.running import applied, fuzz, readable


@fuzz(250)
@given(strategies.files | st.binary(max_size=60))
def test_reading(data: bytes) -> None:
    file = readable(data)
    if file is None:
        return
    notebook = file.notebook
    # It is what its types say, and can go over the wire.
    assert msgspec.convert(msgspec.to_builtins(notebook), Notebook) == notebook
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(ids)
    assert file.apply(EditPlan("Nothing", [])) == data


@fuzz(150)
@given(strategies.files, strategies.code(), st.data())
def test_changing_a_cell(data: bytes, source: str, choice: st.DataObject) -> None:
    file = readable(data)
    if file is None or not file.notebook.cells:
        return
    index = choice.draw(st.integers(0, len(file.notebook.cells) - 1))
    cell = file.notebook.cells[index]
    plan = EditPlan("Change", [replace_source(cell.id, cell.source, source)])
    try:
        file.apply(plan)
    except EditRefusedError:
        applied(file, plan)
        return
    after = applied(file, plan)
    assert after.cells[index].source == source


# ── what was found so ──


def test_bytes_in_an_output_that_are_no_text() -> None:
    cell = b'{"cell_type": "code", "metadata": {}, "source": "", "execution_count": null, '
    cell += b'"outputs": [{"output_type": "display_data", "text": "\x80"}]}'
    data = b'{"cells": [' + cell + b'], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
    file = readable(data)
    assert file is not None
    assert file.apply(EditPlan("Nothing", [])) == data


def test_a_version_in_digits_of_another_kind() -> None:
    notebook = Notebook("", [], language="python", language_version="\u00b3.\u00b2")
    assert notebook.python_version is None
    assert Notebook("", [], language_version="3." + "9" * 5_000).python_version is None
    assert Notebook("", [], language_version="3.12rc1").python_version == (3, 12)


def test_half_a_character_stays_through_an_upgrade() -> None:
    sheet = b'{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "\\ud800"}]}'
    data = b'{"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [' + sheet + b"]}"
    file = readable(data)
    assert file is not None
    after = applied(file, EditPlan("Upgrade", [UpgradeFormat()]))
    assert after.nbformat == 4
    assert [cell.source for cell in after.cells] == ["\ud800"]
