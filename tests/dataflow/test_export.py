"""Slices written as notebooks and scripts do run: in a real kernel, and in a real Python."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.export import kept_lines, slice_notebook
from jupyter_nbquality.dataflow.script import ExportRefusedError, slice_script
from jupyter_nbquality.dataflow.sections import headings_above, levels
from jupyter_nbquality.dataflow.slices import StatementGraph
from jupyter_nbquality.notebook_file import NotebookFile, parse, read

EXAMPLES = Path(__file__).parents[2] / "examples"
PYTHON3 = {"display_name": "Python 3", "language": "python", "name": "python3"}


def made(*cells: str | dict[str, Any], **fields: Any) -> NotebookFile:
    """Makes a notebook of sources; one that begins with ``#md`` is Markdown."""
    document = {
        "cells": [
            {
                "cell_type": "markdown" if str(cell).startswith("#md ") else "code",
                "id": f"c{number}",
                "metadata": {},
                "source": str(cell).removeprefix("#md "),
                **({} if str(cell).startswith("#md ") else {"outputs": [], "execution_count": 1}),
            }
            if isinstance(cell, str)
            else cell
            for number, cell in enumerate(cells, 1)
        ],
        "metadata": {"kernelspec": PYTHON3, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        **fields,
    }
    return parse(json.dumps(document).encode(), "made.ipynb")


def notebook_of(file: NotebookFile, cell: str) -> nbformat.NotebookNode:
    """Slices a cell into a notebook; the result is valid as it stands."""
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    found = StatementGraph(dataflow.cells).slice_of_cell(cell)
    notebook = nbformat.reads(
        slice_notebook(file, dataflow.cells, found).decode(), as_version=nbformat.NO_CONVERT
    )
    nbformat.validate(notebook)
    return notebook


def script_of(file: NotebookFile, cell: str, *, show: bool = False) -> str:
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    found = StatementGraph(dataflow.cells).slice_of_cell(cell)
    return slice_script(file.notebook, dataflow.cells, found, show=show)


def sources(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def shown(cell: nbformat.NotebookNode) -> str:
    """Gives what a cell shows as text, without addresses in memory."""
    return "".join(
        output.get("text") or output.data.get("text/plain", "").partition("<")[0]
        for output in cell.outputs
    )


def shown_by_kernel(notebook: nbformat.NotebookNode, folder: Path) -> str:
    """Executes a notebook, and gives what its last code cell shows."""
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return shown([cell for cell in notebook.cells if cell.cell_type == "code"][-1])


def run_script(text: str, folder: Path) -> str:
    file = folder / "sliced.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr + text
    return done.stdout


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(EXAMPLES, tmp_path_factory.mktemp("copy") / "examples"))


# ── they run ──


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("bike_rentals.ipynb", ["weekday", "errors"]),
        ("customer_churn_clean.ipynb", ["flagged"]),
        ("magics_and_shell.ipynb", ["captured", "use-module"]),
    ],
)
def test_a_written_notebook_shows_what_the_whole_one_does(
    examples: Path, name: str, cells: Iterable[str]
) -> None:
    file = read(examples / name)
    whole = nbformat.read(examples / name, as_version=nbformat.NO_CONVERT)
    for cell in cells:
        sliced = notebook_of(file, cell)
        assert len(sliced.cells) < len(whole.cells)
        saved = next(each for each in whole.cells if each.id == cell)
        assert shown_by_kernel(sliced, examples) == shown(saved)


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("bike_rentals.ipynb", "errors", "mean error: "),
        ("bike_rentals.ipynb", "split", "(884, 183)"),
        ("customer_churn_clean.ipynb", "flagged", "customers to call"),
        ("magics_and_shell.ipynb", "use-module", "2025-12-01"),
    ],
)
def test_a_written_script_runs(examples: Path, name: str, cell: str, words: str) -> None:
    script = script_of(read(examples / name), cell, show=True)
    assert words in run_script(script, examples)


MAGICS = (
    "%matplotlib inline\n%load_ext autoreload\nimport sys",
    "word = 'spam'\n%env KEY={word}-$word\n!echo {word} $word '$word'",
    "lines = !printf 'a\\nb\\n'\nif lines:\n    %time lines = [*lines, 'c']\n    !echo inner",
    '%%writefile {word}.py\nvalue = """it\'s"""  # \\n',
    "%%bash\necho from bash",
    "import spam, os\nhere = %pwd\n%cd /\n%time pair = 1, 2",
    "spam?",
    "print(spam.value, lines, os.environ['KEY'], pair, os.getcwd(), here != '/', sys.argv[1:])\n"
    "lines, pair",
)


def test_magics_in_a_script_do_what_they_do_in_a_notebook(tmp_path: Path) -> None:
    file = made(*MAGICS)
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    every = StatementGraph(dataflow.cells).slice_of_cell("c8")
    # All cells, whatever the last one needs.
    whole = type(every)(
        list(dataflow.cells),
        {
            key: [line for facts in known.statements for line in range(facts.first, facts.last + 1)]
            for key, known in dataflow.cells.items()
        },
    )
    script = slice_script(file.notebook, dataflow.cells, whole, show=True)
    assert "matplotlib" not in script
    assert "# Left out: %load_ext autoreload" in script
    assert "# Left out: spam?" in script
    out = run_script(script, tmp_path)
    assert "spam spam $word\n" in out
    assert "inner\n" in out
    assert "from bash\n" in out
    assert "it's ['a', 'b', 'c'] spam-spam (1, 2) / True []\n" in out
    assert "(['a', 'b', 'c'], (1, 2))\n" in out


def test_a_name_of_the_notebook_does_not_hide_a_module(tmp_path: Path) -> None:
    file = made("os = 'mine'\nsubprocess = 1", "%cd /\n!echo {os}", "print(os, subprocess)")
    dataflow = Dataflow()
    dataflow.update(file.notebook)
    graph = StatementGraph(dataflow.cells)
    both = type(graph.slice_of_cell("c1"))(
        ["c1", "c2", "c3"], {"c1": [1, 2], "c2": [1, 2], "c3": [1]}
    )
    out = run_script(slice_script(file.notebook, dataflow.cells, both), tmp_path)
    assert sorted(out.splitlines()) == ["mine", "mine 1"]


def test_future_imports_come_first(tmp_path: Path) -> None:
    file = made(
        "import sys\nsys",
        "from __future__ import annotations\ndef f(x: Missing): return x\nf(sys)",
    )
    script = script_of(file, "c2")
    assert script.index("from __future__") < script.index("import sys")
    run_script(script, tmp_path)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", "2\n"),
        ("1 + 1;", ""),
        ("None", ""),
        ("(1 +\n 1)", "2\n"),
        ("1, 2", "(1, 2)\n"),
        ("sum(i for i in [1, 2])", "3\n"),
        ("(i for i in ()).__class__.__name__", "'generator'\n"),
        ("(x := 3)", "3\n"),
        ("'é'; 'ü'", "'ü'\n"),
        ("x = 5", ""),
        ("2  # two", "2\n"),
        ("if True:\n    3", ""),
        ("%time 4", "4\n"),
        ("%time x = 4", ""),
        ("%cd /", ""),
        ("!!echo 5", "['5']\n"),
        ("x = !!echo 6\nx", "['6']\n"),
        ("/abs -7", "7\n"),
    ],
)
def test_what_ends_a_cell_is_shown_where_asked(tmp_path: Path, source: str, shown: str) -> None:
    file = made(source)
    assert run_script(script_of(file, "c1", show=True), tmp_path) == shown
    assert run_script(script_of(file, "c1"), tmp_path) == ""


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["import asyncio", "await asyncio.sleep(0)"], "Cell 2 cannot be in a script: it awaits"),
        (["%%capture out\nprint(1)", "out.show()"], "only IPython can do `%%capture out`"),
        (["%run other.py", "found"], "only IPython can do `%run other.py`"),
        (["x = %sql select 1", "x"], "only IPython can do `x = %sql select 1`"),
        (["1", "_ + 1"], "it reads `_`, which only a kernel has"),
        (["get_ipython().run_line_magic('cd', '/')"], "it reads `get_ipython`"),
    ],
)
def test_a_script_that_could_not_run_is_refused(cells: list[str], words: str) -> None:
    with pytest.raises(ExportRefusedError, match="Write a notebook instead") as caught:
        script_of(made(*cells), f"c{len(cells)}")
    assert words in str(caught.value)


def test_the_same_as_a_notebook_runs(tmp_path: Path) -> None:
    notebook = notebook_of(
        made("import asyncio", "async def f():\n    return 7", "unused = 1", "await f()"), "c4"
    )
    assert len(notebook.cells) == 2
    assert shown_by_kernel(notebook, tmp_path) == "7"


@pytest.mark.parametrize(
    "cells",
    [
        ["!mkdir -p out", "open('out/x', 'w').write('1')"],
        ["%mkdir out", "open('out/x', 'w').write('1')"],
        ["from __future__ import annotations\nimport os", "def f(x: Missing): pass\nf(1)"],
        ["%load_ext autoreload", "%autoreload 2", "%autoreload 1"],
        ["%%capture out\nprint(1)", "out.show()"],
        ["import os\nos.environ['A'] = '1'", "import os\nassert os.getenv('A')"],
        ["%cd /", "%%writefile /dev/null\nx"],
        ["a = 2", "%timeit -n 1 -r 1 a + 1"],
    ],
)
def test_what_only_the_process_knows_comes_along(tmp_path: Path, cells: list[str]) -> None:
    shown_by_kernel(notebook_of(made("x = 'not needed'", *cells), f"c{len(cells) + 1}"), tmp_path)


# ── what they hold ──


def test_sections_and_metadata_stay_and_outputs_do_not() -> None:
    def code(key: str, source: str, **metadata: Any) -> dict[str, Any]:
        output = {"output_type": "stream", "name": "stdout", "text": "saved"}
        return {
            "cell_type": "code",
            "id": key,
            "metadata": metadata,
            "source": source,
            "outputs": [output],
            "execution_count": 3,
        }

    file = made(
        "#md # Title",
        "#md Some words",
        code("a", "x = 1", tags=["keep"], collapsed=True),
        "#md ## Not this one",
        code("b", "y = 2"),
        "#md ## Model\nwords",
        "#md ### Part",
        code("c", "x", editable=False),
        metadata={"kernelspec": PYTHON3, "authors": [{"name": "A"}], "widgets": {"big": 1}},
    )
    notebook = notebook_of(file, "c")
    assert sources(notebook) == ["# Title", "x = 1", "## Model\nwords", "### Part", "x"]
    assert notebook.metadata == {"kernelspec": PYTHON3, "authors": [{"name": "A"}]}
    kept = {cell.id: cell for cell in notebook.cells}
    assert kept["a"].metadata == {"tags": ["keep"]}
    assert kept["c"].metadata == {"editable": False}
    assert "saved" not in json.dumps(notebook)
    assert {cell.execution_count for cell in notebook.cells if cell.cell_type == "code"} == {None}


def test_comments_right_above_stay() -> None:
    cell = (
        "# of a\na = 1\n\n\n\n# far away\n\n# of b,\n# two lines\nb = (\n  2\n)\n"
        "for i in a,:\n    i\n    # of the loop\nc = a"
    )
    assert sources(notebook_of(made(cell, "b"), "c2"))[0] == "# of b,\n# two lines\nb = (\n  2\n)"
    assert sources(notebook_of(made(cell, "c"), "c2"))[0] == "# of a\na = 1\n\n\nc = a"
    assert sources(notebook_of(made(cell), "c1")) == [cell]


def test_strings_are_no_comments() -> None:
    cell = 'a = """\n# text\n"""\nb = 1'
    assert sources(notebook_of(made(cell, "b"), "c2"))[0] == "b = 1"


def test_decorators_stay() -> None:
    cell = "import functools\n\n# cached\n@functools.cache\ndef f():\n    return 1\n\nz = 2"
    wanted = "import functools\n\n# cached\n@functools.cache\ndef f():\n    return 1"
    assert sources(notebook_of(made(cell, "f()"), "c2"))[0] == wanted


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(newline: str, tmp_path: Path) -> None:
    cell = newline.join(["# n", "a = 1", "b = '''", "'''", "c = 3"])
    file = made(cell, "c")
    assert sources(notebook_of(file, "c2"))[0] == "c = 3"
    run_script(script_of(file, "c2"), tmp_path)


def test_pasted_prompts_and_indented_cells(tmp_path: Path) -> None:
    file = made(
        ">>> a = [1]\n>>> for x in a:\n...     b = x\n>>> z = 0", "    c = b\n    d = 1", "c"
    )
    assert run_script(script_of(file, "c3", show=True), tmp_path) == "1\n"
    assert shown_by_kernel(notebook_of(file, "c3"), tmp_path) == "1"


def test_odd_files_become_valid_notebooks() -> None:
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 1, "source": "Old", "metadata": {}},
                    {"cell_type": "code", "language": "python", "input": "x = 1", "metadata": {}},
                    {"cell_type": "code", "language": "python", "input": "x", "outputs": []},
                ]
            }
        ],
    }
    file = parse(json.dumps(old).encode(), "old.ipynb")
    notebook = notebook_of(file, file.notebook.cells[2].id)
    assert sources(notebook) == ["# Old", "x = 1", "x"]
    odd = made(
        {"cell_type": "code", "id": "a b/c", "metadata": {"tags": "no list"}, "source": ["x = 1"]},
        {"cell_type": "code", "metadata": 5, "source": "x\ud800 = 1"},
        {"cell_type": "code", "id": "last", "metadata": {"name": ""}, "source": "x"},
        metadata={"kernelspec": 7, "title": 5, "x": float("nan")},
    )
    notebook = notebook_of(odd, "last")
    assert sources(notebook) == ["x = 1", "x"]
    assert notebook.metadata == {"x": None}


def test_metadata_that_python_cannot_read_are_left_out() -> None:
    odd = "1" * 5000
    data = made("x = 1", "x").data.replace(b'"metadata": {}', b'"metadata": {"a": %a}' % 1)
    file = parse(data.replace(b'"a": 1', b'"a": ' + odd.encode()), "odd.ipynb")
    assert sources(notebook_of(file, "c2")) == ["x = 1", "x"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "display_name", "codemirror_mode", "mimetype", "x.png"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=4,
)


def some(*names: str) -> st.SearchStrategy[Any]:
    return JSON | st.dictionaries(st.sampled_from(names), JSON, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    some("kernelspec", "language_info", "title", "authors", "orig_nbformat", "widgets"),
    some("jupyter", "name", "tags", "collapsed", "scrolled", "execution", "more"),
    some("a.png", "name"),
)
def test_whatever_the_metadata_the_notebook_is_valid(
    whole: object, metadata: object, attached: object
) -> None:
    title = {
        "cell_type": "markdown",
        "id": "title",
        "metadata": metadata,
        "attachments": attached,
        "source": "# T",
    }
    code = {
        "cell_type": "code",
        "id": "code",
        "metadata": metadata,
        "source": "x = 1",
        "outputs": [],
        "execution_count": None,
    }
    file = made(title, code, metadata=whole)
    if file.notebook.is_python:
        assert sources(notebook_of(file, "code")) == ["# T", "x = 1"]


def test_kept_lines_of_a_cell_in_another_language() -> None:
    dataflow = Dataflow()
    dataflow.update(made("%%bash\n# one\nls").notebook)
    assert kept_lines(dataflow.cells["c1"], [1, 2, 3]) == [1, 2, 3]


def test_a_cell_magic_stays_with_the_whole_cell_alone() -> None:
    file = made("%%time\nx = 1\ny = 2", "x")
    assert sources(notebook_of(file, "c2")) == ["x = 1", "x"]
    assert sources(notebook_of(file, "c1")) == ["%%time\nx = 1\ny = 2"]


# ── headings ──


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\ntext\n### C", [1, 3]),
        ("text # no\n#no\n####### no", []),
        ("A\n===\nB\n---", [1, 2]),
        ("```\n# code\n```\n## B", [2]),
        ("~~~\n# open", []),
        ("<h2 align='center'>B</h2>", [2]),
        ("- item\n---\n\n---", []),
        ("a | b\n--- | ---", []),
        ("#", [1]),
    ],
)
def test_levels(text: str, found: list[int]) -> None:
    assert list(levels(text)) == found


def test_headings_above() -> None:
    file = made("a", "#md # T\n## One", "b", "#md text", "#md ## Two", "c", "#md # U", "d")
    assert headings_above(file.notebook) == {
        "c1": [],
        "c3": ["c2"],
        "c6": ["c2", "c5"],
        "c8": ["c7"],
    }
