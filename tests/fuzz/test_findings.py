"""Whatever a notebook holds, a look at it ends with findings that fit it."""

import re
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jupyter_nbquality.cli import formats
from jupyter_nbquality.cli.rows import FileReport, rows_of
from jupyter_nbquality.config import Config
from jupyter_nbquality.edits import ChangeFile, EditPlan, RenameFile
from jupyter_nbquality.findings import Applicability, Finding, Fix
from jupyter_nbquality.inspection import Inspection, Inspector
from jupyter_nbquality.lint.engine import LintOptions, LintResult
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.notebook_file import NotebookFile
from jupyter_nbquality.positions import LineIndex, Range
from tests.fuzz import strategies
from tests.fuzz.running import (
    applied,
    changed_cells,
    check_sentence,
    fuzz,
    new_sources,
    parses,
    readable,
    shown,
)

INSPECTOR = Inspector()
"""One for all examples, as in the server: what it keeps must not mix them up."""

EMPTY_FOLDER = Path(tempfile.gettempdir()) / "nbquality-fuzz"

options = st.builds(
    LintOptions,
    select=st.none() | st.none() | st.just(("ALL",)),
    ignore=st.just(()) | st.just(("F401",)),
    live=st.booleans(),
    config=st.just(Config()) | st.just(Config(select=("ALL",), severity=(("F", "off"),))),
    folder=st.none() | st.just(EMPTY_FOLDER),
)


def inspect(notebook: Notebook, how: LintOptions) -> Inspection:
    inspection = INSPECTOR.inspect(notebook, how)
    # A rule that fails is left out; for us it must not fail.
    for notice in inspection.notices:
        check_sentence(notice)
        assert "failed" not in notice
        assert not notice.startswith(("ruff refused", "The answer of ruff"))
    return inspection


def lint(notebook: Notebook, how: LintOptions | None = None) -> LintResult:
    return INSPECTOR.linter.lint(notebook, how or LintOptions())


def check_range(cell: Cell, span: Range) -> None:
    """Does it lie in the text, on whole characters?"""
    lines = LineIndex(cell.source)
    assert span.start <= span.end
    for position in (span.start, span.end):
        assert 0 <= position.line < lines.line_count
        assert position.column >= 0
        assert lines.from_offset(lines.to_offset(position)) == position


def check_fix(file: NotebookFile, fix: Fix) -> None:
    """Does it fit the notebook, and change what it names and nothing else?"""
    notebook = file.notebook
    assert fix.title
    assert fix.title == fix.plan.title
    assert fix.plan.operations
    own = [each for each in fix.plan.operations if not isinstance(each, RenameFile | ChangeFile)]
    applied(file, EditPlan(fix.plan.title, own))
    for cell_id, source in new_sources(notebook, fix.plan).items():
        old = notebook.cell(cell_id).source
        if fix.applicability is Applicability.SAFE and parses(old):
            assert parses(source), (fix.title, old, source)


def check_finding(file: NotebookFile, finding: Finding) -> None:
    assert finding.message
    assert not finding.message.endswith(".")
    assert "\n" not in finding.message
    if finding.cell is not None:
        cell = file.notebook.cell(finding.cell)
        if finding.range is not None:
            check_range(cell, finding.range)
    else:
        assert finding.range is None
    for fix in finding.fixes:
        check_fix(file, fix)
    for fix in finding.silence:
        check_fix(file, fix)
        assert changed_cells(fix.plan) <= {finding.cell}


def check_inspection(file: NotebookFile, inspection: Inspection) -> None:
    notebook = file.notebook
    assert [report.id for report in inspection.cells] == [cell.id for cell in notebook.cells]
    ids = [finding.id for finding in inspection.findings]
    assert len(set(ids)) == len(ids)
    for finding in inspection.findings:
        check_finding(file, finding)


@fuzz(200)
@given(strategies.files, options)
def test_any_file(data: bytes, how: LintOptions) -> None:
    file = readable(data)
    if file is None:
        return
    inspection = inspect(file.notebook, how)
    check_inspection(file, inspection)
    # The second look, from what was kept, is the same.
    assert inspect(file.notebook, how) == inspection


@fuzz(100)
@given(strategies.dumped(strategies.documents()))
def test_the_command_line_can_show_it(data: bytes) -> None:
    file = readable(data)
    assert file is not None
    result = lint(file.notebook)
    report = FileReport("analysis.ipynb", rows_of(file.notebook, result.findings), result.notices)
    for name in formats.NAMES:
        text = formats.by_name(name).render([report], color=name == "text")
        assert strategies.SECRET not in text
        # What a person's notebook holds must not steer the person's terminal.
        assert "\x1b[0;31m" not in text
        assert "\0" not in text
        if not report.rows:
            assert "analysis.ipynb:cell" not in text


@fuzz(120)
@given(
    strategies.dumped(
        strategies.documents(
            st.tuples(
                strategies.valid_code | strategies.code(),
                st.sampled_from(
                    [
                        "key = 'SECRET'",
                        "import os  # SECRET",
                        "SECRET = 1",
                        "'SECRET' == None",
                        "!curl -H SECRET {undefined_name}",
                        "%env TOKEN=SECRET",
                        "open('/home/me/SECRET')",
                        "print 'SECRET'",
                        "x = 'SECRET",
                        "f'{SECRET}'",
                        "from SECRET import *",
                        "import SECRET",
                        "x == 'SECRET'",
                        "{'SECRET': 1, 'SECRET': 2}",
                        "%%bash\nexport A=SECRET",
                        "# noqa: SECRET",
                        "# nbq: ignore[SECRET]",
                        "def f(SECRET): SECRET",
                    ]
                ),
            ).map(lambda parts: "\n".join(parts).replace("SECRET", strategies.SECRET))
        )
    ),
    st.booleans(),
)
def test_secrets_stay_masked(data: bytes, live: bool) -> None:
    file = readable(data)
    assert file is not None
    inspection = inspect(file.notebook, LintOptions(live=live))
    said = [
        *inspection.notices,
        *(report.title for report in inspection.cells),
        *(finding.message + finding.why + finding.slug for finding in inspection.findings),
        *(fix.title for each in inspection.findings for fix in (*each.fixes, *each.silence)),
    ]
    # Behind a letter it is no key: `aghp_…` is a name.
    assert not re.search(rf"(?<![A-Za-z0-9_]){strategies.SECRET}", "\n".join(said))


# ── one broken cell ──

ALONE = st.sampled_from(
    [
        "def (:",
        "zq = = 1",
        "((((",
        "'''",
        "print 'hello'",
        "\x00",
        "if True:\n1",
        "%time (",
        "(" * 999,
        "  1\n 2",
        "f'{",
        '"',
        "\ud800 \udc00",
        "\x0c \\",
        "{",
        "}",
        "<>",
        "1 1",
        "e\u0301(",
        "'\\N{zq}'",
    ]
)
"""Cells that do not parse and name nothing that another cell defines."""

OF_THE_DOCUMENT = frozenset({"NB106", "NB107", "NB201", "NB210", "NB206", "NB105", "NB104"})
"""Rules about how cells stand to one another; another cell may change what they say."""


def key(finding: Finding) -> tuple[str, str | None, Range | None, str]:
    return finding.code, finding.cell, finding.range, finding.message


@fuzz(120)
@given(
    st.lists(strategies.valid_code | strategies.code(), min_size=1, max_size=4),
    ALONE,
    st.integers(0, 4),
)
def test_a_broken_cell_silences_no_other(sources: list[str], broken: str, place: int) -> None:
    cells = [Cell(f"c{number}", "code", source) for number, source in enumerate(sources)]
    place = min(place, len(cells))
    more = [*cells[:place], Cell("broken", "code", broken), *cells[place:]]
    before = lint(Notebook("", cells, kernelspec="python3"))
    after = lint(Notebook("", more, kernelspec="python3"))

    def told(result: LintResult) -> set[object]:
        return {
            key(finding)
            for finding in result.findings
            if finding.cell not in {None, "broken"} and finding.code not in OF_THE_DOCUMENT
        }

    missing = {
        each
        for each in told(before) - told(after)
        # The numbers of other cells in a message go on by one.
        if "cell " not in str(each)
    }
    assert not missing
    assert {cell.id: after.parses[cell.id] for cell in cells} == before.parses


# ── positions ──

NAME = "undefined_zq7"
AROUND = st.sampled_from(
    [
        "{}",
        "x = '\U0001f600'; {}",
        "x = '\t'; {} + 1",
        "x = 'e\u0301日本'; print({})",
        "if True:\n\ty = '\U0001f600', {}",
        "if True:\n    z = 1\n    {}",
        "print(f'\U0001f600 {{{}}} \U0001f600')",
        "名前 = {}",
        "x = ('''\U0001f600\n\t''', {})",
        "x = 1 + \\\n\t{}",
        "def f(a={}): pass",
        "@{}\ndef f(): pass",
        "%time '\U0001f600', {}",
        "!ls \U0001f600 {{{}}}",
        "x = %time {}",
        "%%time\n'\U0001f600'; {}",
        "%timeit -n 1 {}",
        "x = 1; x = {}",
        ">>> '\U0001f600', {}",
        "In [1]: {}",
        "\x0c{}",
        "x = '\x85\u2028'; {}",
        "x = [1,\n     {},\n     2]",
        "'\\\n', {}",
        "# \U0001f600\n{}",
        "try:\n    {}\nexcept Exception as e:\n    pass",
    ]
)
SILENCING = ("from a import *", "from __f", "globals()", "exec(", "get_ipython", "x = '''\n%%bash")
"""With these nobody knows what names there are, or they must come first; ruff passes over a cell
that has a line like a cell magic anywhere, in a string too."""

BEFORE = st.lists(
    st.sampled_from([text for text in strategies.VALID if not text.startswith(SILENCING)]),
    max_size=3,
).map("\n".join)


@fuzz(120)
@given(BEFORE, AROUND, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "    ", "\t"]), BEFORE)
def test_a_name_is_marked_where_it_stands(
    before: str, around: str, newline: str, indent: str, after: str
) -> None:
    statement = around.format(NAME)
    if statement.startswith(("%%", ">>>", "In [")):
        before = ""
    if statement.startswith((">>>", "In [")):
        after, indent = "", ""
    text = "\n".join(part for part in (before, statement, after) if part)
    if "'''" not in text and '"""' not in text and "\\\n" not in text:
        text = "\n".join(indent + line for line in text.split("\n"))
    text = text.replace("\n", newline)
    cells = [Cell("a", "code", "1"), Cell("b", "code", text)]
    result = lint(Notebook("", cells, kernelspec="python3"), LintOptions(select=("F821", "NB103")))
    if not result.parses["b"]:
        assert "global x" in text or "\x0c" in text  # what is right alone may not be so together
        return
    marked = [
        finding
        for finding in result.findings
        if finding.code in {"F821", "NB103"} and NAME in finding.message
    ]
    assert marked, text
    lines = LineIndex(text)
    for finding in marked:
        assert finding.range is not None
        start, end = lines.to_offset(finding.range.start), lines.to_offset(finding.range.end)
        assert text[start:end] == NAME


def test_everything_goes_over_the_wire() -> None:
    """What is shown here is what the server sends; see its own tests for the rest."""
    inspection = inspect(Notebook("", [Cell("a", "code", "import os\n\ud800")]), LintOptions())
    assert shown(msgspec.to_builtins(inspection))
