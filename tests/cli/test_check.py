import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import CLEAN, NBQUALITY, UNUSED_IMPORT, git, nbquality, notebook_text

Make = Callable[..., Path]
Run = Callable[..., Result]


def findings(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)["findings"]
    return found


# ── exit statuses, in a process of its own ──


def test_exit_0_when_clean(make: Make) -> None:
    make("a.ipynb", CLEAN)
    done = nbquality("check")
    assert (done.returncode, done.stdout) == (0, "No problems in 1 notebook.\n")
    assert done.stderr == ""


def test_exit_1_when_there_are_problems(make: Make) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    assert nbquality("check", ".").returncode == 1
    assert nbquality("check", "--exit-zero", ".").returncode == 0


def test_notes_do_not_fail(make: Make) -> None:
    make("Untitled7.ipynb", CLEAN)
    done = nbquality("check", "Untitled7.ipynb")
    assert done.returncode == 0
    assert "NB211" in done.stdout
    assert "1 note." in done.stdout


def test_exit_2_when_it_cannot_work(make: Make) -> None:
    make("a.ipynb", CLEAN)
    for arguments in (
        ("check", "--select", "NB999"),
        ("check", "--no-such-option"),
        ("check", "--output-format", "sariff"),
        ("check", "--baseline", "missing.json"),
        ("check", "--new-from", "HEAD"),
        ("check", "-", "a.ipynb"),
        ("check", "--output-file", "missing/folder/out.txt"),
        ("rule", "NB999"),
        ("rule",),
    ):
        done = nbquality(*arguments)
        assert done.returncode == 2, (arguments, done)
        assert "Traceback" not in done.stderr
        assert done.stderr.strip().endswith((".", "?")) or "Error" in done.stderr, done.stderr


def test_version_and_help_are_quick() -> None:
    done = nbquality("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("nbquality ")
    done = nbquality("--help")
    for name in ("check", "format", "init", "rule"):
        assert name in done.stdout


# ── files that cannot be read ──


def test_unreadable_files_are_problems_of_their_own(make: Make, run: Run, project: Path) -> None:
    make("good.ipynb", UNUSED_IMPORT)
    (project / "half.ipynb").write_text(notebook_text(CLEAN)[:-30])
    (project / "empty.ipynb").write_text("")
    result = run("check", ".", "missing.ipynb", "--output-format", "json")
    assert result.exit_code == 1
    found = {str(each["path"]): each for each in findings(result)}
    assert found["good.ipynb"]["code"] == "F401"
    for name, words in (
        ("half.ipynb", "saved only in part"),
        ("empty.ipynb", "empty"),
        ("missing.ipynb", "No such file"),
    ):
        assert found[name]["code"] == "E902"
        assert words in str(found[name]["message"])
    assert found["half.ipynb"]["line"] == len(notebook_text(CLEAN)[:-30].splitlines())


def test_half_a_character_is_told_and_stops_nothing(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    for name, source in (("b", "open('/home/anna/@')"), ("c", "import os\n%time '@' + 1")):
        text = notebook_text(source).replace("@", "\\ud83d")
        (project / f"{name}.ipynb").write_text(text)
    for _ in range(2):  # the second time from the cache, but for those that cannot be kept
        found = {
            str(each["path"]): each
            for each in findings(run("check", ".", "--output-format", "json"))
        }
        assert {path: each["code"] for path, each in found.items()} == {
            "a.ipynb": "F401",
            "b.ipynb": "NB101",
            "c.ipynb": "F401",
        }
        assert "half a character (U+D83D)" in str(found["b.ipynb"]["message"])
        assert found["b.ipynb"]["column"] == 18


def test_a_file_without_permission(make: Make, run: Run) -> None:
    file = make("a.ipynb", CLEAN)
    file.chmod(0)
    try:
        if os.access(file, os.R_OK):
            pytest.skip("this user reads everything")
        assert "E902" in run("check", "a.ipynb").stdout
    finally:
        file.chmod(0o644)


# ── choosing rules ──


def test_select_and_ignore(make: Make, run: Run) -> None:
    make("a.ipynb", UNUSED_IMPORT, "open('/home/anna/x.csv')")
    every = run("check", "--output-format", "json")
    assert {each["code"] for each in findings(every)} >= {"F401", "NB301"}
    selected = run("check", "--select", "NB3,unused-import", "--output-format", "json")
    assert {each["code"] for each in findings(selected)} == {"F401", "NB301"}
    ignored = run("check", "--ignore", "F401", "--ignore", "NB3", "--output-format", "json")
    assert not {each["code"] for each in findings(ignored)} & {"F401", "NB301"}


def test_a_near_code_is_offered(run: Run) -> None:
    result = run("check", "--select", "absolute-paht")
    assert result.exit_code == 2
    assert "did you mean absolute-path?" in result.stderr


def test_settings_count(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    make("old/b.ipynb", UNUSED_IMPORT)
    (project / "pyproject.toml").write_text('[tool.nbquality]\nexclude = ["old"]\nfoo = 1\n')
    result = run("check", "--output-format", "concise")
    assert "b.ipynb" not in result.stdout
    assert "Unknown setting `foo`" in result.stderr
    (project / "pyproject.toml").write_text('[tool.nbquality]\nignore = ["F401"]\n')
    assert run("check").exit_code == 0


# ── fixing ──


def test_fix_changes_only_the_line(make: Make, run: Run) -> None:
    file = make("a.ipynb", UNUSED_IMPORT)
    before = file.read_text()
    result = run("check", "--fix")
    assert result.exit_code == 0
    assert "Fixed 1 finding. No problems" in result.stdout
    assert file.read_text() == before.replace('    "import os\\n",\n', "")


def test_unsafe_fixes_only_when_asked(make: Make, run: Run) -> None:
    file = make("a.ipynb", "def f():\n    unused = g()\n\n\ndef g():\n    pass\n\n\nf()")
    before = file.read_text()
    assert "--unsafe-fixes" in run("check").stdout
    run("check", "--fix")
    assert file.read_text() == before
    run("check", "--fix", "--unsafe-fixes")
    assert "unused" not in file.read_text()


def test_diff_changes_nothing(make: Make, run: Run) -> None:
    file = make("a.ipynb", UNUSED_IMPORT)
    before = file.read_text()
    result = run("check", "--diff")
    assert result.exit_code == 1
    assert "-import os" in result.stdout
    assert "--- a.ipynb:cell 2" in result.stdout
    assert file.read_text() == before
    assert run("check", "--diff", "--select", "NB").exit_code == 0


def test_diff_masks_secrets(make: Make, run: Run) -> None:
    key = "AKIA" + "Z7QLM3XWVRT2KHPD"
    make("a.ipynb", f"import os\nkey = '{key}'\nprint(key)")
    result = run("check", "--diff")
    assert "-import os" in result.stdout
    assert key not in result.stdout


def test_fix_keeps_permissions_and_a_link(make: Make, run: Run, project: Path) -> None:
    file = make("real/a.ipynb", UNUSED_IMPORT)
    file.chmod(0o640)
    (project / "link.ipynb").symlink_to(file)
    run("check", "--fix", "link.ipynb")
    assert (project / "link.ipynb").is_symlink()
    assert "import os" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_cell_that_does_not_parse_is_never_erased(make: Make, run: Run) -> None:
    file = make("a.ipynb", "import os\nx = (", UNUSED_IMPORT)
    run("check", "--fix", "--unsafe-fixes")
    assert "x = (" in file.read_text()


# ── standard input ──


def test_stdin(run: Run) -> None:
    text = notebook_text(UNUSED_IMPORT)
    result = run("check", "-", "--stdin-filename", "sub/x.ipynb", input=text)
    assert result.exit_code == 1
    assert "sub/x.ipynb:cell 2:1:8" in result.stdout
    fixed = run("check", "-", "--fix", input=text)
    assert fixed.stdout == text.replace('    "import os\\n",\n', "")
    assert "Fixed 1 finding" in fixed.stderr
    formatted = run("format", "-", input=notebook_text("x=1"))
    assert '"x = 1"' in formatted.stdout


# ── everything else ──


def test_statistics(make: Make, run: Run) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    make("b.ipynb", UNUSED_IMPORT)
    assert "2  F401  [*] warning  unused-import" in run("check", "--statistics").stdout


def test_output_file(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    result = run("check", "--output-format", "json", "--output-file", "out.json", "--quiet")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads((project / "out.json").read_text())["findings"][0]["code"] == "F401"


def test_quiet_and_many_notebooks_in_order(make: Make, run: Run) -> None:
    for number in range(30):
        make(f"n{number:02}.ipynb", *[UNUSED_IMPORT] * (number % 3 + 1))
    result = run("check", "--quiet", "--output-format", "concise")
    paths = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert paths == sorted(paths)
    assert len(set(paths)) == 30
    one = run("check", "--quiet", "--output-format", "concise", "--no-cache", "--jobs", "1")
    assert one.stdout == result.stdout


def test_what_a_notebook_holds_cannot_move_the_cursor(make: Make, run: Run) -> None:
    make("a.ipynb", "import os  # \x1b[31m\x07\u202e red\x9b\nx = '\x1b]0;t\x07'")
    for output_format in ("text", "concise", "github"):
        text = run("check", "--output-format", output_format).stdout
        assert not set(text) & set("\x1b\x07\u202e\x9b")


def test_a_notebook_of_another_language(make: Make, run: Run) -> None:
    for name, language in (("a", "R"), ("b", "R"), ("c", "julia"), ("d", "python")):
        make(
            f"{name}.ipynb", "x <- 1", metadata={"kernelspec": {"name": "k", "language": language}}
        )
    only = "which is not analysed; only rules for notebooks of any language spoke."
    for _ in range(2):  # looked at, then kept
        result = run("check", "a.ipynb", "b.ipynb", "c.ipynb", "--output-format", "json")
        assert result.stderr.splitlines()[:2] == [
            f"a.ipynb and 1 more: This notebook is written in R, {only}",
            f"c.ipynb: This notebook is written in Julia, {only}",
        ]
        assert "NB101" not in result.stdout
    assert "analysed" not in run("check", "d.ipynb").output


# ── what keeps it from working ──


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("pyproject.toml", "[tool.nbquality\n", "cannot be read"),
        ("pyproject.toml", "[tool]\nnbquality = 3\n", "must be a table"),
        ("pyproject.toml", "[tool.nbquality]\nselct = []\n", "Unknown setting `selct`"),
        ("pyproject.toml", "[tool.nbquality]\nexclude = 3\n", "must be a list of globs"),
        ("pyproject.toml", "[tool.nbquality]\nforce-exclude = 3\n", "must be true or false"),
        ("pyproject.toml", "[tool.nbquality.libraries]\nx = 3\n", "x"),
    ],
)
def test_broken_settings_end_it(
    make: Make, run: Run, project: Path, file: str, text: str, sentence: str
) -> None:
    made = make("sub/a.ipynb", UNUSED_IMPORT)
    before = made.read_bytes()
    (project / "sub" / file).write_text(text)
    for arguments in (
        ("check", "."),
        ("check", "sub/a.ipynb", "--fix", "--exit-zero"),
        ("format", "sub"),
        ("check", "-", "--stdin-filename", "sub/a.ipynb"),
    ):
        result = run(*arguments, input=before)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert sentence in result.stderr
    assert made.read_bytes() == before


def test_settings_of_ruff_that_are_broken_are_told_and_end_in_2(
    make: Make, run: Run, project: Path
) -> None:
    make("a.ipynb", UNUSED_IMPORT)
    (project / "ruff.toml").write_text("lin = 3\n")
    result = run("check", "--exit-zero")
    assert result.exit_code == 2
    assert "F401" in result.stdout
    assert "unknown field `lin`" in result.stderr


def test_metadata_that_cannot_be_meant_is_told(make: Make, run: Run) -> None:
    file = make("a.ipynb", CLEAN, CLEAN)
    value = json.loads(file.read_text())
    value["metadata"]["nbquality"] = ["NB301"]
    value["cells"][1]["metadata"]["nbquality"] = {"ignore": [3, "NB301", None]}
    value["cells"][2]["metadata"]["nbquality"] = {"ignore": "NB301, F401"}
    file.write_text(json.dumps(value))
    assert run("check").stderr.splitlines() == [
        "a.ipynb: `nbquality` in the metadata of the notebook must be an object; "
        "it does not count.",
        "a.ipynb: `ignore` in the metadata of cell 2 must hold rule codes; not so `3`, `null`.",
    ]


def test_who_reads_only_the_beginning_is_not_told_of_it(make: Make) -> None:
    make("a.ipynb", *["import os"] * 800)
    with subprocess.Popen(
        [NBQUALITY, "check", "--no-cache", "--output-format", "concise"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""


# ── what is mended, and shown of it ──


def test_a_diff_of_a_notebook_without_ids(make: Make, run: Run) -> None:
    file = make("a.ipynb", UNUSED_IMPORT, "y=1\nprint(y)")
    value = json.loads(file.read_text())
    value["nbformat_minor"] = 4
    for cell in value["cells"]:
        del cell["id"]
    file.write_text(json.dumps(value))
    assert run("check", "--diff").stdout.splitlines() == [
        "--- a.ipynb:cell 2",
        "+++ a.ipynb:cell 2",
        "@@ -1,3 +1,2 @@",
        "-import os",
        " x = 1",
        " print(x)",
    ]
    assert "--- a.ipynb:cell 3\n+++ a.ipynb:cell 3\n@@ -1,2 +1,2 @@\n-y=1\n+y = 1\n" in (
        run("format", "--diff").stdout
    )


@pytest.mark.parametrize("accepted_by", ["option", "settings", "commit"])
def test_only_what_is_new_is_mended(make: Make, run: Run, project: Path, accepted_by: str) -> None:
    git(project, "init")
    make("a.ipynb", "import os\nimport sys, re\nprint(sys)")
    options: tuple[str, ...] = ()
    if accepted_by == "commit":
        git(project, "add", ".")
        git(project, "commit", "-m", "first")
        options = ("--new-from", "HEAD")
    else:
        run("check", "--write-baseline", "known.json")
        options = ("--baseline", "known.json")
    if accepted_by == "settings":
        (project / "pyproject.toml").write_text('[tool.nbquality]\nbaseline = "known.json"\n')
        options = ()
    old = "import os\nimport sys, re\nprint(sys)"
    file = make("a.ipynb", old, "import json\nprint(1)")
    before = file.read_bytes()
    shown = run("check", "--diff", *options)
    assert [line for line in shown.stdout.splitlines() if line.startswith("-i")] == ["-import json"]
    assert "Would fix 1 finding." in shown.stderr
    stdin = run("check", "--fix", *options, "-", "--stdin-filename", "a.ipynb", input=before)
    if accepted_by == "commit":
        assert "--new-from compares files" in stdin.stderr
    else:
        assert "import os" in stdin.stdout
        assert "import json" not in stdin.stdout
    assert file.read_bytes() == before
    fixed = run("check", "--fix", *options)
    assert fixed.exit_code == 0
    sources = ["".join(cell["source"]) for cell in json.loads(file.read_text())["cells"]]
    assert sources[1:] == [old, "print(1)"]


def test_an_accepted_finding_stays_though_its_line_is_mended(make: Make, run: Run) -> None:
    file = make("a.ipynb", "x = []; import os; y = (x == None)\nprint(y)")
    run("check", "--select", "F401", "--write-baseline", "known.json")
    options = ("--select", "F401,E711", "--baseline", "known.json")
    run("check", "--fix", "--unsafe-fixes", *options)
    assert "x = []; import os; y = (x is None)" in file.read_text()


def test_nothing_is_mended_where_the_baseline_cannot_be_read(
    make: Make, run: Run, project: Path
) -> None:
    file = make("a.ipynb", UNUSED_IMPORT)
    before = file.read_bytes()
    result = run("check", "--fix", "--baseline", "nofile")
    assert (result.exit_code, result.stderr) == (2, "Error: The baseline nofile is not there.\n")
    (project / "pyproject.toml").write_text('[tool.nbquality]\nbaseline = "known.json"\n')
    (project / "known.json").write_text("[]")
    result = run("check", "--fix")
    assert result.exit_code == 2
    assert "is not a baseline" in result.stderr
    assert file.read_bytes() == before
