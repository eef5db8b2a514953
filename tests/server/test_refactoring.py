"""Every refactoring can be asked for over the wire, and says why not where it cannot be done."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_nbquality.edits import ChangeFile, Refusal
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.inline_import import ImportInlining
from jupyter_nbquality.refactor.push_back import PushBack
from jupyter_nbquality.refactor.trial import Trial
from jupyter_nbquality.server.analysis import Analysis
from jupyter_nbquality.server.protocol import Limits, Task
from jupyter_nbquality.server.refactor_wire import RefactorReply

LIMITS = Limits(cells=1000, cell_chars=100_000, findings=100)
SOURCES = (
    "a = 1",
    "def f(x):\n    y = x + a\n    return y\nb = f(2) * 3",
    "import math\nimport matplotlib.pyplot as plt\ndata = open('x.csv').read()\nplt.plot([b])",
    "print(b)",
)


def asked(kind: str, more: dict[str, Any], *sources: str, folder: Path | None = None) -> bytes:
    """Asks for something about a notebook whose cells are called `1`, `2` …"""
    cells = [Cell(str(number), "code", text) for number, text in enumerate(sources, 1)]
    notebook = Notebook("n.ipynb", [*cells, Cell("m", "markdown", "The sum is `b`.")])
    body = msgspec.json.encode({"notebook": notebook, **more})
    answer = Analysis().answer(Task(kind, body, str(folder) if folder else None, LIMITS))  # type: ignore[arg-type]
    assert answer.status == 200, answer.body
    return answer.body


def made(wish: dict[str, Any], *sources: str) -> tuple[str, str]:
    """Gives the kind of the answer; and what the notebook holds then, or why not."""
    sources = sources or SOURCES
    answer = msgspec.json.decode(asked("refactor", {"wish": wish}, *sources), type=RefactorReply)
    kind = answer.__struct_config__.tag
    assert isinstance(kind, str)
    if isinstance(answer, Refusal):
        return kind, answer.message
    cells = [Cell(str(number), "code", text) for number, text in enumerate(sources, 1)]
    notebook = Notebook("", [*cells, Cell("m", "markdown", "The sum is `b`.")])
    return kind, "\n##\n".join(cell.source for cell in applied(notebook, answer.plan).cells)


def at(line: int, column: int, cell: str = "2") -> dict[str, Any]:
    return {"cell": cell, "position": {"line": line, "column": column}}


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "column": start}, "end": {"line": line, "column": end}}


@pytest.mark.parametrize(
    ("wish", "kind", "text"),
    [
        ({"refactoring": "rename", "name": "b", "to": "total", "at": at(3, 1)}, "renaming",
         "print(total)\n##\nThe sum is `b`."),
        ({"refactoring": "rename", "name": "b", "to": "total", "mentions": ["markdown"]},
         "renaming", "The sum is `total`."),
        ({"refactoring": "rename", "name": "y", "to": "z", "at": at(1, 4)}, "refusal",
         "No name of the notebook stands there: attributes, names of keywords, and names of "
         "functions and comprehensions of their own are others."),
        ({"refactoring": "rename", "name": "a", "to": "z", "at": at(3, 0)}, "refusal",
         "`a` does not stand there any more."),
        ({"refactoring": "inline", "name": "b", "at": at(3, 0)}, "refusal",
         "`b` is read 2 times, and computing it may do something, or take its time."),
        ({"refactoring": "inline", "name": "a", "at": at(1, 12)}, "inlining", "y = x + 1"),
        ({"refactoring": "extract-variable", "cell": "2", "range": span(3, 4, 8), "name": "two"},
         "named-expression", "two = f(2)\nb = two * 3"),
        ({"refactoring": "extract-constant", "cell": "2", "range": span(3, 6, 7), "name": "TWO"},
         "named-expression", "b = f(TWO) * 3"),
        ({"refactoring": "move", "cell": "1", "after": "2"}, "refusal",
         "Cell 2 reads `a`, which cell 1 binds."),
        ({"refactoring": "move", "cell": "m", "after": None}, "move", "The sum is `b`.\n##\na = 1"),
        ({"refactoring": "split", "cell": "2", "lines": [4]}, "split",
         "    return y\n##\nb = f(2) * 3"),
        ({"refactoring": "split", "cell": "2", "cursor": 4}, "split",
         "    return y\n##\nb = f(2) * 3"),
        ({"refactoring": "split", "cell": "2", "cursor": 2}, "refusal",
         "The cell can be cut above lines 2 to 4."),
        ({"refactoring": "split", "cell": "3"}, "split",
         "import matplotlib.pyplot as plt\n##\ndata = open('x.csv').read()\n##\nplt.plot([b])"),
        ({"refactoring": "split", "cell": "1"}, "refusal", "The cell does one kind of thing only."),
        ({"refactoring": "split", "cell": "gone", "cursor": 1}, "refusal",
         "The cell is not in the notebook any more."),
        ({"refactoring": "merge", "cells": ["1", "2"]}, "merge", "a = 1\n\ndef f(x):"),
        ({"refactoring": "merge", "cells": ["1", "4"]}, "refusal",
         "The selected cells have others between them."),
    ],
)  # fmt: skip
def test_refactorings(wish: dict[str, Any], kind: str, text: str) -> None:
    found = made(wish)
    assert found[0] == kind, found[1]
    assert text in found[1]


def test_what_a_split_was_asked_for_is_told() -> None:
    wish = {"refactoring": "split", "cell": "3"}
    answer = msgspec.json.decode(asked("refactor", {"wish": wish}, *SOURCES))
    assert answer["lines"] == [3, 4]
    assert answer["suggested"] == [{"line": 3, "what": "load"}, {"line": 4, "what": "plot"}]


def test_consent_knows_the_tables_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.nbquality.libraries.robots.writes-file]\n"park" = [0, "path"]\n', "utf-8"
    )
    sources = ("import robots", "robots.park('/etc/arm')")
    empty = {"plan": {"title": "", "operations": []}}
    without = msgspec.json.decode(asked("trial", empty, *sources), type=Trial)
    assert not without.effects
    tried = msgspec.json.decode(asked("trial", empty, *sources, folder=tmp_path), type=Trial)
    assert [(each.kind, each.what) for each in tried.effects] == [("writes-file", "/etc/arm")]


def test_functions_of_modules_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    module = tmp_path / "package" / "clean.py"
    module.write_bytes(b"def share(x):\r\n    return x\r\n")
    source = "from package.clean import share\nprint(share(1))"
    wish = {"refactoring": "inline-import", "name": "share"}
    answer = msgspec.json.decode(
        asked("refactor", {"wish": wish}, source, folder=tmp_path), type=RefactorReply
    )
    assert isinstance(answer, ImportInlining)
    copied = applied(Notebook("", [Cell("1", "code", source)]), answer.plan).cells[0].source
    edited = copied.replace("return x", "return x + 1")
    back = {"refactoring": "push-back", "name": "share"}
    answer = msgspec.json.decode(
        asked("refactor", {"wish": back}, edited, folder=tmp_path), type=RefactorReply
    )
    assert isinstance(answer, PushBack)
    (file, _cell) = answer.plan.operations
    assert isinstance(file, ChangeFile)
    assert file.path == "package/clean.py"
    assert file.text == "def share(x):\r\n    return x + 1\r\n"
    refused = msgspec.json.decode(asked("refactor", {"wish": back}, edited), type=RefactorReply)
    assert isinstance(refused, Refusal)


@pytest.mark.parametrize("where", ["", "src", "lib"])
def test_modules_of_the_project_are_found_up_to_the_root(tmp_path: Path, where: str) -> None:
    root = tmp_path / "root"
    folder = root / "notebooks"
    folder.mkdir(parents=True)
    (root / where).mkdir(exist_ok=True)
    (tmp_path / "outside.py").write_text("def share(x):\n    return x\n", "utf-8")
    (root / where / "clean.py").write_text("def share(x):\n    return x\n", "utf-8")
    (root / "linked.py").symlink_to(tmp_path / "outside.py")
    source = "from {} import share\nprint(share(1))"
    wish = {"refactoring": "inline-import", "name": "share"}

    def answered(wish: dict[str, Any], text: str, within: Path | None) -> Any:
        document = Notebook("notebooks/n.ipynb", [Cell("1", "code", text)])
        body = msgspec.json.encode({"notebook": document, "wish": wish})
        task = Task("refactor", body, str(folder), LIMITS, str(within) if within else None)
        return msgspec.json.decode(Analysis().answer(task).body, type=RefactorReply)

    made = answered(wish, source.format("clean"), root)
    assert isinstance(made, ImportInlining)
    for module, within in (("clean", None), ("outside", root), ("linked", root), ("clean", folder)):
        refused = answered(wish, source.format(module), within)
        assert isinstance(refused, Refusal)
        assert refused.code == "not-beside"
    cells = Notebook("", [Cell("1", "code", source.format("clean"))])
    edited = applied(cells, made.plan).cells[0].source.replace("return x", "return x + 1")
    back = answered({"refactoring": "push-back", "name": "share"}, edited, root)
    assert isinstance(back, PushBack)
    assert isinstance(back.plan.operations[0], ChangeFile)
    assert back.plan.operations[0].path == f"{where}/clean.py".lstrip("/")
