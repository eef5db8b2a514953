"""Writes the tests of a notebook's cells as a module for pytest, which needs no kernel."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.script import ExportRefusedError, slice_script
from jupyter_nbquality.dataflow.slices import Slice
from jupyter_nbquality.execution import frames_in_kernel
from jupyter_nbquality.execution.traveling import alone
from jupyter_nbquality.metadata import CellTest, cell_tests
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.testing.fixtures import Fixture, asked_for, fixtures_of
from jupyter_nbquality.testing.needs import needed_lines

_Named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HEAD = '''\
"""The tests of {name}, written by `nbquality tests export`.

Each test runs after the code that it needs of the notebook, which is run for it.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / {folder!r}

CODE = {{
{code}}}
"""The code of the notebook that tests need, by the key in `TESTS`."""

TESTS = {{
{tests}}}
"""For each test function or class: its test in the notebook, and the code that it needs."""

_ran: dict[str, dict] = {{}}


@pytest.fixture(autouse=True)
def _names_of_notebook(request, monkeypatch):
    """Gives a test the names of the notebook as they are after its cell."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(FOLDER)
    owner = request.node.getparent(pytest.Class) or request.node
    test, code, own = TESTS[getattr(owner, "originalname", None) or owner.name]
    if test not in _ran:
        # No test sees what another has changed.
        _ran.clear()
        space = _ran[test] = {{"__name__": "__main__"}}
        exec(compile(CODE[code], code, "exec"), space)
    for name, value in _ran[test].items():
        if name not in own and not name.startswith("__"):
            monkeypatch.setitem(globals(), name, value)
'''


class _Written(msgspec.Struct, frozen=True):
    """A test on its way into the module.

    Attributes:
        key: What tells it from all others.
        code: The key of its code.
        functions: Its test functions and classes, as they are called in the module.
        text: Its source, changed so that it can stand there.
        names: The other names that it binds, with the text that does.
    """

    key: str
    code: str
    functions: list[str]
    text: str
    names: dict[str, str]


def module_of_tests(notebook: Notebook, dataflow: Dataflow, folder: str = ".") -> str:
    """Writes all tests of a notebook as a module.

    Args:
        notebook: The document.
        dataflow: What is known of it.
        folder: The folder of the notebook, as seen from that of the module.

    Raises:
        ExportRefusedError: There are none, or some cannot stand in a module; the message says why.
    """
    codes: dict[str, str] = {}
    keys: dict[str, str] = {}
    written: list[_Written] = []
    fixtures = fixtures_of(dataflow.cells)
    given: dict[str, str] = {}
    for place, cell in enumerate(notebook.cells):
        tests = cell_tests(cell.metadata) if cell.cell_type == "code" else []
        for test in tests:
            lines = needed_lines(dataflow, notebook, place, test.source)
            found = Slice([each for each in dataflow.cells if each in lines], lines)
            script = slice_script(notebook, dataflow.cells, found)
            key = keys.setdefault(script, f"cell {place + 1}, {test.name}")
            codes[key] = script
            written.append(_write(test, place + 1, key))
            given.update(_given(test, fixtures))
    if not written:
        raise ExportRefusedError("No cell of it has tests.")
    _refuse_clashes(written)
    head = _HEAD.format(
        name=_plain(notebook.path.replace("\\", "/").rpartition("/")[2]) or "a notebook",
        folder=folder,
        code="".join(f"    {key!r}: {_literal(text)},\n" for key, text in codes.items()),
        tests="".join(
            f"    {function!r}: ({each.key!r}, {each.code!r}, {tuple(sorted(each.names))!r}),\n"
            for each in written
            for function in each.functions
        ),
    )
    texts = [text.strip("\n") + "\n" for text in (*given.values(), *(w.text for w in written))]
    if any("check_frame" in each for each in texts):
        texts.append(_check_frame())
    return "\n\n".join([head, *texts])


def _given(test: CellTest, fixtures: Mapping[str, Fixture]) -> Iterator[tuple[str, str]]:
    """Yields the fixtures of the notebook that a test asks for, as they can stand in a module.

    Raises:
        ExportRefusedError: One of them cannot.
    """
    for name in asked_for(ast.parse(test.source), fixtures):
        fixture = fixtures[name]
        marks = {ast.unparse(each) for each in fixture.node.decorator_list}
        # A wider scope would begin before the names of the notebook are there.
        if not marks <= {"pytest.fixture", "pytest.fixture()"}:
            raise ExportRefusedError(
                f"Test `{test.name}` asks for the fixture `{name}` of the notebook, which cannot "
                "stand in a module as it is: define it with `@pytest.fixture` alone."
            )
        yield name, fixture.text


def _check_frame() -> str:
    """Gives what defines ``check_frame`` where nothing of ours is installed."""
    source = alone(Path(frames_in_kernel.__file__).read_text("utf-8"))
    return (
        f"FRAMES = {_literal(source)}\n"
        '"""What contracts of frames are checked with."""\n\n'
        '_frames = {"__name__": "frames"}\n'
        'exec(compile(FRAMES, "check_frame", "exec"), _frames)\n'
        'check_frame = _frames["check_frame"]\n'
    )


def _write(test: CellTest, number: int, code: str) -> _Written:
    """Makes a test one of a module: its functions get names of their own.

    Raises:
        ExportRefusedError: It is no Python.
    """
    try:
        body = ast.parse(test.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExportRefusedError(f"Test `{test.name}` of cell {number} is not Python.") from None
    if not body:
        raise ExportRefusedError(f"Test `{test.name}` of cell {number} has no code.")
    prefix = f"cell_{number}_{re.sub(r'[^A-Za-z0-9_]', '_', test.name)}"
    found = [each for each in body if isinstance(each, _Named) and _is_test(each)]
    marks = [f"@pytest.mark.{mark}" for mark in test.marks]
    comment = f"# {_plain(test.title)}\n" if test.title else ""
    names = dict(_bound(each for each in body if each not in found))
    key = f"cell {number}, {test.name}"
    if not found:
        function = f"test_{prefix}"
        shared = [f"    global {', '.join(names)}"] if names else []
        text = "\n".join([*marks, f"def {function}():", *shared, *_indented(test.source), ""])
        return _Written(key, code, [function], comment + text, {})
    lines = test.source.splitlines(keepends=True)
    functions: list[str] = []
    # From the end, so that lines stay where they are.
    for each in sorted(found, key=lambda node: node.lineno, reverse=True):
        stem = "Test_" if isinstance(each, ast.ClassDef) else "test_"
        rest = each.name[len(stem) :] if each.name.startswith(stem) else each.name[4:]
        # What it is called otherwise is told by the name of the test.
        rest = rest.strip("_") if len(found) > 1 else ""
        function = stem + prefix + (f"_{rest}" if rest else "")
        functions.insert(0, function)
        at = each.lineno - 1
        lines[at] = re.sub(rf"\b{each.name}\b", function, lines[at], count=1)
        top = min([each.lineno, *(node.lineno for node in each.decorator_list)]) - 1
        lines[top:top] = [f"{mark}\n" for mark in marks]
    return _Written(key, code, functions, comment + "".join(lines), names)


def _is_test(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return node.name.startswith("Test" if isinstance(node, ast.ClassDef) else "test")


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yields the names that statements bind at the top, with the text that does."""
    for statement in body:
        text = ast.unparse(statement)
        if isinstance(statement, _Named):
            yield statement.name, text
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id, text
            elif isinstance(node, ast.alias):
                yield (node.asname or node.name.partition(".")[0]), text


def _refuse_clashes(written: Sequence[_Written]) -> None:
    """Refuses tests that give one name different meanings, which a module cannot.

    Raises:
        ExportRefusedError: There are such.
    """
    known: dict[str, tuple[str, str]] = {}
    for each in written:
        for name, text in each.names.items():
            first, before = known.setdefault(name, (each.key, text))
            if before != text:
                raise ExportRefusedError(
                    f"Two tests bind `{name}` to different things ({first}; {each.key}), which "
                    "cannot stand in one module: rename one."
                )


def _indented(source: str) -> list[str]:
    """Indents code, but not the insides of its strings."""
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _TEXTS:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    return [
        line if number in inside or not line.strip() else f"    {line}"
        for number, line in enumerate(source.splitlines(), start=1)
    ]


_TEXTS = {
    value
    for name, value in vars(tokenize).items()
    if name in {"STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE"}
}


def _literal(text: str) -> str:
    """Writes a text as it stands where that can be, else with escapes."""
    if "'''" in text or "\\" in text or "\r" in text or text.endswith("'"):
        return repr(text)
    return f"'''\\\n{text}'''"


def _plain(text: str) -> str:
    return re.sub(r'[\x00-\x1f\x7f-\x9f\u2028\u2029"\\]', " ", text).strip()
