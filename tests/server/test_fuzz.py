"""Whatever is sent, the server answers without a 500, and with a sentence where it refuses."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_nbquality.edits import source_hash
from tests.server.conftest import reply

SETTINGS = settings(
    max_examples=120,
    deadline=None,
    # One server answers all examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)

PIECES = st.sampled_from(
    [
        "import os",
        "from a import *",
        "x = 1",
        "df['a'] = y",
        "def f(a=[]):\n    return undefined",
        "%time x",
        "%%bash\nls",
        "!pip install a",
        "x = !ls",
        "x?",
        "'C:\\\\a'",
        "key = 'sk-ant-0123456789abcdefghijklmnopqrstuv'",
        "# noqa: F401, X999",
        "# nbq: ignore[NB301]",
        "(",
        "'''",
        "f'{x!r:>{y}}'",
        "\t\u00e9\U0001f600\0\r",
        "if True:\n",
        "    pass",
        "type X = int",
        "print('/home/me/a.csv')",
        "",
    ]
)
SOURCES = st.lists(PIECES | st.text(max_size=30), max_size=6).map("\n".join)

CELLS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c"]) | st.text(max_size=8),
        "cell_type": st.sampled_from(["code", "code", "code", "markdown", "raw"]),
        "source": SOURCES,
    },
    optional={
        "execution_count": st.none() | st.integers(),
        "tags": st.lists(st.sampled_from(["nbquality-ignore", "x"]) | st.text(max_size=5)),
        "metadata": st.dictionaries(st.sampled_from(["ignore", "x"]), JSON, max_size=2),
        "outputs": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "size": st.integers(-10, 10**12),
                "largest": st.integers(-10, 10**12),
                "mime_types": st.lists(st.text(max_size=10), max_size=3),
                "error_name": st.none() | st.text(max_size=10),
                "secrets": st.lists(st.text(max_size=10), max_size=3),
            },
        ),
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["", "a.ipynb", "b/c.ipynb", "../a", "RTC:a.ipynb"])
        | st.text(max_size=12),
        "cells": st.lists(CELLS, max_size=5, unique_by=lambda cell: cell["id"])
        | st.lists(CELLS, max_size=3),
    },
    optional={
        "language": st.sampled_from(["python", "r", "julia", ""]) | st.text(max_size=6),
        "language_version": st.sampled_from(["3.12.1", "2.7", "3", "3.x", "99.99"])
        | st.text(max_size=6),
        "kernelspec": st.text(max_size=6),
        "nbformat": st.integers(-1, 6),
        "nbformat_minor": st.integers(-1, 9),
        "has_cell_ids": st.booleans(),
        "metadata": st.dictionaries(st.sampled_from(["ignore", "x"]), JSON, max_size=2),
    },
)
SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "finding": st.none() | st.text(max_size=16),
        "code": st.none() | st.sampled_from(["F401", "NB301", "I001"]) | st.text(max_size=6),
        "cell": st.none() | st.sampled_from(["a", "b", "z"]),
    },
)
PATHS = st.sampled_from(["a.py", "b.py", "d/e.py", "../x", "/x", ".x", "CON", "a.py/b"]) | st.text(
    max_size=12
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.just("change-file"),
            "path": PATHS,
            "before_hash": st.none() | st.sampled_from(["", source_hash("x"), source_hash("")]),
            "text": st.sampled_from(["", "x"]) | st.text(max_size=10),
        }
    )
    | st.fixed_dictionaries({"kind": st.just("rename-file"), "path": PATHS, "new_path": PATHS}),
    max_size=3,
)


def check(response) -> None:
    """A good answer, or a refusal that says why; never a mistake of ours."""
    assert response.code < 500, response.body
    answer = reply(response)
    if response.code != 200:
        assert set(answer) == {"message", "reason"}
        assert answer["message"].endswith(".")
        assert "Traceback" not in answer["message"]


@pytest.fixture
def answer(ask, jp_asyncio_loop):
    """Sends a request and waits for the response: the examples of a test share the server."""
    return lambda *request: jp_asyncio_loop.run_until_complete(ask(*request))


@SETTINGS
@given(
    endpoint=st.sampled_from(["inspect", "fix", "format", "refactor", "apply"]),
    body=st.binary(max_size=40),
)
def test_bytes(answer, endpoint, body):
    check(answer(endpoint, body))


@SETTINGS
@given(endpoint=st.sampled_from(["inspect", "fix", "format", "refactor", "apply"]), body=JSON)
def test_json(answer, endpoint, body):
    check(answer(endpoint, json.dumps(body).encode()))


@SETTINGS
@given(notebook=NOTEBOOKS)
def test_notebooks(answer, notebook):
    response = answer("inspect", json.dumps({"notebook": notebook}).encode())
    check(response)
    if response.code == 200:
        inspection = reply(response)
        assert len(inspection["cells"]) == len(notebook["cells"])
        ids = {cell["id"] for cell in notebook["cells"]} | {None}
        assert {finding["cell"] for finding in inspection["findings"]} <= ids


@SETTINGS
@given(notebook=NOTEBOOKS, scope=SCOPES, unsafe=st.booleans(), writing=st.none() | st.just("a"))
def test_fixes(answer, notebook, scope, unsafe, writing):
    request = {"notebook": notebook, "scope": scope, "unsafe": unsafe, "writing": writing}
    response = answer("fix", json.dumps(request).encode())
    check(response)
    if response.code == 200 and (cell := scope.get("cell")):
        touched = {operation.get("cell") for operation in reply(response)["plan"]["operations"]}
        assert touched <= {cell}


@SETTINGS
@given(notebook=NOTEBOOKS, cells=st.lists(st.sampled_from(["a", "b", "z"]), max_size=2))
def test_formats(answer, notebook, cells):
    response = answer("format", json.dumps({"notebook": notebook, "cells": cells}).encode())
    check(response)
    if response.code == 200 and cells:
        touched = {operation.get("cell") for operation in reply(response)["plan"]["operations"]}
        assert touched <= set(cells)


@SETTINGS
@given(operations=OPERATIONS)
def test_file_changes(answer, jp_root_dir, operations):
    before = {path for path in jp_root_dir.parent.rglob("*") if jp_root_dir not in path.parents}
    check(answer("apply", json.dumps({"operations": operations}).encode()))
    after = {path for path in jp_root_dir.parent.rglob("*") if jp_root_dir not in path.parents}
    assert {path for path in after - before if "Trash" not in str(path)} <= {jp_root_dir}


@SETTINGS
@given(code=st.text(min_size=1, max_size=20).filter(lambda text: text.strip("./")))
def test_rules(answer, code):
    check(answer(f"rules/{code.replace('/', '')}x"))
