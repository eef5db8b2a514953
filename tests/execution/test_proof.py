"""Two versions of a notebook, run in real kernels and compared."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Timer

import pytest

from jupyter_nbquality.execution.fresh_kernel import (
    CancelledError,
    FreshKernel,
    KernelTroubleError,
    fresh_kernel,
)
from jupyter_nbquality.execution.proof import Setting, prove
from jupyter_nbquality.execution.verdict import Step, Verdict
from jupyter_nbquality.execution.workspace import COPIED_BYTES, workspace


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshKernel]:
    """A kernel for all tests that leave it as it is."""
    with fresh_kernel("python3", tmp_path_factory.mktemp("folder")) as started:
        yield started


def steps(*sources: str) -> list[Step]:
    """Makes cells with the ids ``1``, ``2`` …"""
    return [Step(str(number), source) for number, source in enumerate(sources, 1)]


def judged(before: list[Step], after: list[Step], folder: Path | None = None) -> Verdict:
    """Compares two versions."""
    return prove(before, after, Setting(folder, "python3", 20))


def test_outputs_of_a_cell(kernel: FreshKernel) -> None:
    run = kernel.run("print('a')\nprint('b')\ndisplay(1)\n2", 20)
    assert [(each.kind, each.data["text/plain"]) for each in run.outputs] == [
        ("stream", "a\nb\n"),
        ("display", "1"),
        ("display", "2"),
    ]
    assert kernel.run("1 / 0", 20).error == "ZeroDivisionError: division by zero"
    cleared = kernel.run(
        "from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)\nprint(2)", 20
    )
    assert [each.data["text/plain"] for each in cleared.outputs] == ["2\n"]


def test_reading_values_leaves_no_trace(kernel: FreshKernel) -> None:
    before = kernel.run("trace = 1; sorted(globals())", 20)
    assert kernel.values(20, ["trace"])["trace"]["text"] == "1"
    after = kernel.run("len(In), sorted(globals())", 20)
    count = kernel.run("len(In)", 20)
    assert before.outputs[0].data["text/plain"].count("'") <= (
        after.outputs[0].data["text/plain"].count("'")
    )
    assert "nbquality" not in after.outputs[0].data["text/plain"]
    first = int(after.outputs[0].data["text/plain"].split(",")[0].strip("( "))
    assert int(count.outputs[0].data["text/plain"]) == first + 1


def test_identical_though_something_is_random() -> None:
    before = steps("import random\nr = random.random()\nn = 1", "print(n)", "print(r)\nn")
    after = steps("import random\nr = random.random()\nn = 2 - 1", "print(n)", "print(r)\nn")
    verdict = judged(before, after)
    assert (verdict.state, verdict.differences) == ("identical", [])
    assert verdict.undecided == ["3", "r"]


def test_says_where_it_differs_first() -> None:
    before = steps("xs = [1, 2]", "print('a')\nprint(xs)", "1 / 1")
    after = steps("xs = [1, 3]", "print('a')\nprint(xs)", "1 / 0")
    verdict = judged(before, after)
    assert verdict.state == "differs"
    told = [(each.what, each.cell, each.name, each.place) for each in verdict.differences]
    assert told == [
        ("output", "2", "", "line 2"),
        ("error", "3", "", ""),
        ("value", None, "xs", "item 1"),
    ]
    assert (verdict.differences[0].before, verdict.differences[0].after) == ("[1, 2]", "[1, 3]")


def test_cells_that_became_one() -> None:
    before = steps("a = 1\nprint(a)", "b = 2\nb")
    after = [Step("1", "a = 1\nprint(a)\nb = 2\nb")]
    verdict = prove(
        before, after, Setting(None, "python3", 20), made_of={"1": ["1", "2"]}, lost=["a"]
    )
    assert verdict.state == "identical"


def test_runs_in_a_copy(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("1")
    (tmp_path / "helper.py").write_text("VALUE = 2")
    cells = steps(
        "from pathlib import Path\nfrom helper import VALUE\nn = int(Path('data.txt').read_text())",
        "Path('data.txt').write_text('5')\nPath('new.txt').write_text('x')\nVALUE",
    )
    assert judged(cells, cells, tmp_path).state == "identical"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.txt", "helper.py"]
    assert (tmp_path / "data.txt").read_text() == "1"


def test_large_files_are_linked(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(b"x" * (COPIED_BYTES + 1))
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "small.txt").write_text("x")
    with workspace(tmp_path) as place:
        assert place.linked == ["large.bin"]
        assert (place.folder / "large.bin").is_symlink()
        assert not (place.folder / "sub" / "small.txt").is_symlink()
        assert not (place.folder / ".git").exists()
        folder = place.folder
    assert not folder.exists()
    assert (tmp_path / "large.bin").exists()


def test_a_kernel_that_dies_and_one_that_is_missing() -> None:
    cells = steps("import os\nos._exit(1)")
    verdict = judged(cells, cells)
    assert verdict.state == "could-not-run"
    assert verdict.reason == "The kernel died."
    # A kernel of another name falls back on python3, which is there.
    with fresh_kernel("no such kernel", Path()) as kernel:
        assert kernel.run("1", 20).outputs[0].data["text/plain"] == "1"


def test_takes_too_long() -> None:
    with (
        fresh_kernel("python3", Path()) as kernel,
        pytest.raises(KernelTroubleError, match="too long"),
    ):
        kernel.run("import time\ntime.sleep(60)", 1)


def test_can_be_cancelled() -> None:
    stop = Event()
    Timer(1.0, stop.set).start()
    with pytest.raises(CancelledError):
        prove(steps("import time\ntime.sleep(60)"), [], Setting(None, "python3", 60), stop=stop)
