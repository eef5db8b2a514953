"""`nbquality export` on real files, with real kernels and programs."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]
Make = Callable[..., Path]


def test_writes_a_script_that_does_the_same(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", "rows = [1, 2]\nrows", "total = sum(rows)\nprint('total', total)")
    result = run("export", "a.ipynb", "--verify")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Wrote a.py: 1 file, 1 function of sections.\n"
    assert result.stderr == "Identical: 2 cells and what it prints.\n"
    done = subprocess.run([sys.executable, "a.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "[1, 2]\ntotal 3\n"
    again = run("export", "a.ipynb")
    assert again.exit_code == 2
    assert "a.py exists" in again.stderr
    # Any program can be compared, also one that was changed.
    assert run("verify", "a.ipynb", "a.py").exit_code == 0
    program = project / "a.py"
    program.write_text(program.read_text().replace("sum(rows)", "max(rows)"))
    result = run("verify", "a.ipynb", "a.py")
    assert result.exit_code == 1
    assert result.stdout == "cell 3 shows something else\n  - total 3\n  + total 2\n1 difference.\n"


def test_writes_nothing_that_does_something_else(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", "import sys\nsys.modules['__main__'].x = 1", "print(__name__, len(sys.argv))")
    result = run("export", "a.ipynb", "--verify")
    assert result.exit_code == 3
    assert "cell 3 shows something else" in result.stderr
    assert not (project / "a.py").exists()
    result = run("export", "a.ipynb", "--verify", "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["kind"], told["code"]) == (3, "refusal", "does-something-else")
    assert told["cell"] == told["verdict"]["differences"][0]["cell"]
    assert "cell 3 shows something else" in told["message"]


def test_writes_a_package(make: Make, run: Run, project: Path) -> None:
    (project / "data.csv").write_text("1,2\n")
    make("my study.ipynb", "text = open('data.csv').read()\ntext")
    result = run("export", "my study.ipynb", "--to", "package", "--verify")
    assert result.exit_code == 0, result.output
    folder = project / "my study"
    assert (folder / "src" / "my_study" / "pipeline.py").exists()
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(tests, cwd=folder, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout
    assert run("export", "my study.ipynb", "--to", "package").exit_code == 2


def test_shows_and_refuses(make: Make, run: Run, project: Path) -> None:
    make("a.ipynb", "x = 1\nx")
    result = run("export", "a.ipynb", "--to", "module", "--out", "-")
    assert result.exit_code == 0
    assert "def main():" in result.stdout
    told = json.loads(run("export", "a.ipynb", "--format", "json").stdout)
    assert (told["kind"], told["to"], list(told["files"])) == ("export", "script", ["a.py"])
    assert not (project / "a.py").exists()
    make("b.ipynb", "%store -r x\nx")
    result = run("export", "b.ipynb")
    assert result.exit_code == 3
    assert result.stdout == "Cell 2 needs a kernel: only IPython can do `%store -r x`.\n"
    result = run("export", "b.ipynb", "--format", "json")
    assert json.loads(result.stdout)["code"] == "only-ipython"
    assert run("export", "a.ipynb", "--out", "a.txt").exit_code == 2
