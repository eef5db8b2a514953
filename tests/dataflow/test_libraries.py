"""The tables of what libraries change: those that are shipped, and those of a project."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from jupyter_nbquality.cli.opened import open_notebook
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.dataflow import libraries
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import Libraries
from tests.dataflow.looking import LIBRARIES, effects_of, notebook_of

ROOT = Path(__file__).resolve().parents[2]


def test_the_json_holds_what_the_tables_say() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "gen_tables.py"))["tables"]()
    file = ROOT / "jupyter_nbquality" / "dataflow" / "tables.json"
    assert file.read_text(encoding="utf-8") == written, "run python scripts/gen_tables.py"


def test_a_name_wins_over_a_pattern() -> None:
    found = Libraries({"lib": {"pure": ["*"], "changes": {"f*": [0], "fit": [1]}}})
    assert found.function("lib.fit").changes == (1,)  # type: ignore[union-attr]
    assert found.function("lib.fill").changes == (0,)  # type: ignore[union-attr]
    assert found.function("lib.show").changes == ()  # type: ignore[union-attr]


def test_the_closest_module_wins() -> None:
    found = Libraries({"lib": {"pure": ["*"]}, "lib.sub": {"changes": {"f": [0]}}})
    assert found.function("lib.sub.f").changes == (0,)  # type: ignore[union-attr]
    assert found.function("lib.sub.g").changes == ()  # type: ignore[union-attr]
    assert found.function("other.f") is None


def test_a_project_wins_over_what_is_shipped() -> None:
    assert LIBRARIES.method("append").receiver  # type: ignore[union-attr]
    own = Libraries({"mine": {"methods": {"pure": ["append"]}}})
    assert not own.method("append").receiver  # type: ignore[union-attr]


def test_methods_of_objects_that_are_called_so() -> None:
    own = Libraries({"mine": {"methods": {"objects": ["robot*"], "changes": ["head"]}}})
    assert own.method("head", ("robot2",)).receiver  # type: ignore[union-attr]
    assert not own.method("head", ("df",)).receiver  # type: ignore[union-attr]


def test_a_notebook_with_the_tables_of_its_project() -> None:
    own = Libraries({"robots": {"changes": {"move": ["arm"]}, "pure": ["look"]}})
    found = Dataflow(own)
    found.update(notebook_of("import robots", "robots.look(a)", "robots.move(x, arm=b)", "a, b, x"))
    kinds = {
        (each.source, each.target, each.names, each.kind) for each in found.graph.dependencies()
    }
    assert ("3", "4", ("b",), "mutation") in kinds
    assert not any(source == "2" for source, *_others in kinds)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "`libraries` must be a table of modules."),
        ({"lib": 3}, "`libraries.lib` must be a table."),
        ({"lib": {"pur": ["*"]}}, "`libraries.lib`: `pur` is not known; known are arrays,"),
        ({"lib": {"pure": "*"}}, "`libraries.lib`: `pure` must be a list of names."),
        ({"lib": {"pure": [1]}}, "`libraries.lib`: `pure` must be a list of names."),
        ({"lib": {"draws": ["f"]}}, "`libraries.lib`: `draws` must be a table of names."),
        (
            {"lib": {"changes": {"f": "x"}}},
            "`libraries.lib`: `changes.f` must be a list of places and names.",
        ),
        (
            {"lib": {"changes": {"f": [True]}}},
            "`libraries.lib`: `changes.f` must be a list of places and names.",
        ),
        ({"lib": {"methods": []}}, "`libraries.lib`: `methods` must be a table."),
        (
            {"lib": {"methods": {"objects": "x"}}},
            "`libraries.lib`: `objects` must be a list of names.",
        ),
    ],
)
def test_a_bad_table_gives_a_sentence(table: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        Libraries(table)


def test_the_shipped_tables_are_read_once() -> None:
    assert libraries._shipped() is libraries._shipped()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pd.read_csv('a.csv')", "reads-file a.csv"),
        ("pd.read_csv(filepath_or_buffer='a.csv')", "reads-file a.csv"),
        ("pd.read_csv(p)", "reads-file"),
        ("df.to_csv('a.csv')", "writes-file a.csv"),
        ("df.to_csv()", ""),
        ("df.to_csv(None)", ""),
        ("open('a')", "reads-file a"),
        ("open('a', 'r')", "reads-file a"),
        ("open('a', 'wb')", "writes-file a"),
        ("open('a', 'a')", "reads-file a, writes-file a"),
        ("open('a', 'r+')", "reads-file a, writes-file a"),
        ("open('a', mode='x')", "writes-file a"),
        ("open('a', m)", "reads-file a, writes-file a"),
        ("Path('a').write_text(x)", "writes-file a"),
        ("(Path('a') / 'b').read_text()", "reads-file a/b"),
        ("(ROOT / 'b').read_text()", "reads-file"),
        ("open(os.path.join('a', 'b'))", "reads-file a/b"),
        ("Path('a').mkdir()", "makes-folder a"),
        ("os.makedirs('a/b')", "makes-folder a/b"),
        ("open(f'{a}/b.csv')", "reads-file"),
        ("open(f'a/{b}.csv')", "reads-file a/*.csv"),
        ("open(os.path.join('a', b))", "reads-file a/*"),
        ("open(' / '.join(a))", "reads-file"),
        ("P = Path('a')\nopen(P / 'b')", "reads-file a/b"),
        ("P = P / 'b'\nopen(P)", "reads-file"),
        ("[open(P) for P in x]\nP = 'a'", "reads-file"),
        ("Path('a').open('w')", "writes-file a"),
        ("os.chdir('a')", "reads-file a, writes-state directory"),
        ("os.getcwd()", "reads-state directory"),
        ("os.environ['A'] = 'b'", "writes-state environment"),
        ("np.random.seed(1)", "sets-state random numpy"),
        ("np.random.normal(0, 1)", "reads-state random numpy, writes-state random numpy"),
        ("np.random.default_rng(1)", ""),
        ("random.choice(x)", "reads-state random python, writes-state random python"),
        ("df.sample(3)", "reads-state random numpy, writes-state random numpy"),
        ("df.sample(3, random_state=1)", ""),
        ("requests.get(url)", "imports requests, network"),
        ("subprocess.run(x)", "imports subprocess, subprocess"),
        ("!ls", "subprocess"),
        ("%cd a", "reads-file a, writes-state directory"),
        ("%env A=b", "writes-state environment"),
        ("%%writefile a.py\nx", "writes-file a.py"),
        ("np.save('a.npy', x)", "writes-file a.npy"),
        ("joblib.dump(x, 'a.pkl')", "imports joblib, writes-file a.pkl"),
        ("input()", "input"),
        ("def f():\n    return open('a')\nf()", "reads-file a"),
        ("pd.options.display.max_rows = 5", "writes-state display"),
    ],
)
def test_effects(source: str, expected: str) -> None:
    needed = [name for name in ("requests", "subprocess", "joblib") if f"{name}." in source]
    imports = "".join(f"import {name}\n" for name in needed)
    assert effects_of(imports + source) == expected


def test_a_project_is_told_what_is_wrong_with_its_tables(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nbquality.libraries.lib]\npur = ['*']\n")
    file = tmp_path / "a.ipynb"
    file.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    with pytest.raises(Trouble, match=r"`libraries\.lib`: `pur` is not known"):
        open_notebook(str(file))


def test_a_project_adds_tables(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nbquality.libraries.lib]\npure = ['look']\n")
    file = tmp_path / "a.ipynb"
    sources = ["import lib\na = []", "lib.look(a)", "a"]
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for text in sources
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    file.write_text(json.dumps(found))
    dependencies = open_notebook(str(file)).dataflow.graph.dependencies()
    assert {each.kind for each in dependencies} == {"definition"}
