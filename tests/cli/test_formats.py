import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from jupyter_nbquality.cli.file_lines import FileLines
from jupyter_nbquality.cli.formats import concise, github, junit, sarif, text
from jupyter_nbquality.cli.rows import Excerpt, FileReport, Row, ShownFix
from tests.cli.conftest import UNUSED_IMPORT, git

Make = Callable[..., Path]
Run = Callable[..., Result]


def row(**fields: object) -> Row:
    values: dict[str, object] = {
        "code": "NB301",
        "slug": "absolute-path",
        "severity": "warning",
        "message": "`/home/x` exists on one computer only",
        "url": "",
        "cell": 3,
        "cell_id": "abc",
        "cell_title": "import pandas as pd",
        "line": 2,
        "column": 10,
        "end_line": 2,
        "end_column": 14,
        **fields,
    }
    return Row(**values)  # type: ignore[arg-type]


def test_text_says_where_what_and_how_to_mend_it(make: Make, run: Run) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    assert run("check", "--quiet").stdout == (
        "F401 unused-import: `os` imported but unused\n"
        " --> a.ipynb:cell 2:1:8  [cell-1] import os\n"
        "  |\n"
        "1 | import os\n"
        "  |        ^^\n"
        "  = fix: Remove (--fix)\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "caret"),
    [
        ("\tx = f(1)", 5, 9, "    x = f(1)", "        ^^^^"),
        ("日本 = f(1)", 5, 9, "日本 = f(1)", "       ^^^^"),
        ("x = '日本'", 5, 7, "x = '日本'", "     ^^^^"),
        ("x = '\x1b'; y", 9, 10, "x = '\\x1b'; y", "            ^"),
        ("é e\u0301 x", 5, 6, "é e\u0301 x", "    ^"),
        ("x", 1, 1, "x", " ^"),
    ],
)
def test_the_caret_stands_below_what_is_meant(
    line: str, start: int, end: int, shown: str, caret: str
) -> None:
    excerpt = Excerpt(line, 0, start, end)
    lines = text.render([FileReport("a.ipynb", [row(excerpt=excerpt)])]).splitlines()
    assert lines[3:5] == [f"2 | {shown}", f"  | {caret}"]


def test_a_very_long_line_is_shown_in_part(make: Make, run: Run) -> None:
    make("a.ipynb", "x = [" + "1, " * 100_000 + "undefined_thing]")
    shown = run("check", "--select", "F821").stdout
    assert "undefined_thing" in shown
    assert "| …1" in shown
    assert max(map(len, shown.splitlines())) < 300


def test_notes_take_one_line_each() -> None:
    report = FileReport("a.ipynb", [row(severity="info", excerpt=Excerpt("x", 0, 0, 1))])
    assert len(text.render([report]).strip().splitlines()) == 1


def test_colour_only_when_asked(make: Make, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    assert "\x1b" not in run("check").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;33mF401" in run("check").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check").stdout


def test_concise_is_ruffs_line() -> None:
    fix = ShownFix("Use a relative path", "safe")
    reports = [FileReport("a b.ipynb", [row(fix=fix), row(cell=0, line=0), row(line=0)])]
    assert concise.render(reports).splitlines() == [
        "a b.ipynb:cell 3:2:10: NB301 [*] `/home/x` exists on one computer only",
        "a b.ipynb: NB301 `/home/x` exists on one computer only",
        "a b.ipynb:cell 3: NB301 `/home/x` exists on one computer only",
    ]


def test_json_is_as_promised(make: Make, run: Run) -> None:
    make("sub/a.ipynb", "é = '😀'; import os")
    value = json.loads(run("check", "--select", "F401", "--output-format", "json").stdout)
    assert value == {
        "version": 1,
        "findings": [
            {
                "path": "sub/a.ipynb",
                "cell": 2,
                "cell_id": "cell-1",
                "line": 1,
                "column": 17,
                "end_line": 1,
                "end_column": 19,
                "code": "F401",
                "slug": "unused-import",
                "severity": "warning",
                "message": "`os` imported but unused",
                "url": "https://docs.astral.sh/ruff/rules/unused-import",
                "fix": {"title": "Remove", "applicability": "safe"},
            }
        ],
    }


def test_json_has_no_address_of_our_own_pages(make: Make, run: Run) -> None:
    make("a.ipynb", "x = open('/home/anna/x.csv')")
    found = json.loads(run("check", "--select", "NB301", "--output-format", "json").stdout)
    assert [each["url"] for each in found["findings"]] == [None]


def test_github_points_at_the_line_of_the_file(
    make: Make, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make("a.ipynb", "x = 1", "y = 2\n\nimport os, sys")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    lines = run("check", "--output-format", "github", "--select", "F401").stdout.splitlines()
    expected = next(
        number
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if "import os, sys" in line
    )
    assert lines == [
        f"::warning file={file.as_posix()},line={expected},endLine={expected},"
        "title=nbquality F401 (unused-import)::"
        f"cell 3:3:{column}: `{name}` imported but unused. Fix: Remove."
        for column, name in ((8, "os"), (12, "sys"))
    ]
    summary = (project / "summary.md").read_text()
    assert "2 problems in 1 notebook of 1." in summary
    assert "| `a.ipynb` | cell 3:3:8 | F401 | `os` imported but unused |" in summary


def test_github_cannot_be_talked_into_a_command() -> None:
    report = FileReport("a,b:c%.ipynb", [row(message="a\n::error::x %0A")])
    folder = Path.cwd().as_posix()
    assert github.render([report]).splitlines() == [
        f"::warning file={folder}/a%2Cb%3Ac%25.ipynb,line=1,endLine=1,"
        "title=nbquality NB301 (absolute-path)"
        "::cell 3:2:10: a%0A::error::x %250A."
    ]


def test_the_summary_escapes_markdown() -> None:
    report = FileReport("a|b.ipynb", [row(message="<img> `x|y` *b* [l](u)")])
    line = github.summary_of([report]).strip().splitlines()[-1]
    assert line == r"| `a\|b.ipynb` | cell 3:2:10 | NB301 | \<img\> `x\|y` \*b\* \[l\](u) |"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_of_the_file(newline: str) -> None:
    value = {
        "cells": [
            {"cell_type": "markdown", "source": "one\nstring"},
            {"cell_type": "code", "source": ["a\n", "b = 'x\\n'\n", "c\n", "\n", "d"]},
            {"cell_type": "code", "source": []},
        ],
        "metadata": {},
        "nbformat": 4,
    }
    data = json.dumps(value, indent=1).replace("\n", newline)
    lines = FileLines(data.encode())
    texts = data.splitlines()

    def at(cell: int, line: int, end_line: int = 0) -> tuple[str, str]:
        first, last = lines.span(row(cell=cell, line=line, end_line=end_line or line))
        return texts[first - 1].strip(), texts[last - 1].strip()

    assert at(2, 2) == (r'"b = \'x\\\\n\'\\n",'.replace("\\'", "'").replace("\\\\", "\\"),) * 2
    assert at(2, 1, 5) == (r'"a\n",', r'"d"')
    assert at(1, 2)[0] == r'"source": "one\nstring"'
    assert at(2, 0)[0] == "{"
    assert at(3, 1)[0] == '"source": []'
    assert lines.span(row(cell=9)) == (1, 1)


def test_lines_of_what_is_no_notebook() -> None:
    for data in (b"", b"[]", b"{", b'{"cells": 5}', b"\xff\xfe", b'{"cells": [1, null]}'):
        assert FileLines(data).span(row(cell=1, line=0))[0] >= 1
        FileLines(data).span(row(cell=1, line=4))


def test_sarif_has_the_structure_of_2_1_0(make: Make, run: Run) -> None:
    file = make("a b.ipynb", UNUSED_IMPORT)
    make("Untitled.ipynb", "x = 1")
    (file.parent / "broken.ipynb").write_text("{")
    log = json.loads(run("check", "--output-format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["name"] == "nbquality"
    results = {each["ruleId"]: each for each in log["runs"][0]["results"]}
    for each in results.values():
        assert driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    result = results["F401"]
    assert result["level"] == "warning"
    assert results["NB211"]["level"] == "note"
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": file.as_uri()}
    assert physical["region"]["startLine"] > 1
    assert result["properties"] == {"cell": 2, "cellId": "cell-1", "line": 1, "column": 8}
    assert result["message"]["text"].startswith("cell 2:1:8: ")
    rules = {each["id"]: each for each in driver["rules"]}
    assert set(rules) == {"E902", "F401", "NB211"}
    for each in rules.values():
        assert each["shortDescription"]["text"].endswith(".")
        assert each["fullDescription"]["text"].endswith(".")
        assert each["help"]["markdown"].startswith(f"# {each['name']} ({each['id']})")
    assert rules["F401"]["helpUri"] == "https://docs.astral.sh/ruff/rules/unused-import"
    assert "performance overhead" in rules["F401"]["fullDescription"]["text"]
    assert "helpUri" not in rules["NB211"]


def test_places_are_those_of_the_repository_wherever_it_runs(
    make: Make, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "init")
    files = [make("proj/a/o ne.ipynb", UNUSED_IMPORT), make("proj/sp ace/b.ipynb", UNUSED_IMPORT)]
    monkeypatch.chdir(project / "proj" / "a")
    log = json.loads(run("check", ".", "../sp ace", "--output-format", "sarif").stdout)["runs"][0]
    locations = [each["locations"][0]["physicalLocation"] for each in log["results"]]
    assert [each["artifactLocation"] for each in locations] == [
        {"uri": "proj/a/o%20ne.ipynb", "uriBaseId": "%SRCROOT%"},
        {"uri": "proj/sp%20ace/b.ipynb", "uriBaseId": "%SRCROOT%"},
    ]
    assert log["originalUriBaseIds"]["%SRCROOT%"]["uri"] == f"{project.as_uri()}/"
    # The runner of GitHub makes of a complete path one of the repository, as for ruff.
    lines = run("check", ".", "../sp ace", "--output-format", "github").stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"::warning file={file.as_posix()}" for file in files
    ]


def test_sarif_of_nothing() -> None:
    assert json.loads(sarif.render([]))["runs"][0]["results"] == []


def test_junit_is_xml_whatever_a_notebook_holds() -> None:
    odd = "<&>\"' \x00\x1b \ud800 ]]> é"
    reports = [
        FileReport("a<b>.ipynb", [row(message=odd), row(severity="info")]),
        FileReport("clean.ipynb", []),
    ]
    root = ET.fromstring(junit.render(reports).encode("utf-8"))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["a<b>.ipynb", "clean.ipynb"]
    assert len(root.findall(".//failure")) == 1
    assert len(root.findall(".//testcase")) == 3
