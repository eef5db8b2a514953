"""What tests may do in forked children of a kernel, and that the kernel stays as it is."""

import ast
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from jupyter_nbquality.execution.fresh_kernel import FreshKernel, fresh_kernel
from jupyter_nbquality.execution.test_run import (
    RunReply,
    RunRequest,
    TestResult,
    TestToRun,
    decode,
    expression_for,
)

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="children are forked on Linux alone"
)

SETTING = """
import asyncio, os, random, subprocess, threading
import numpy as np, pandas as pd, matplotlib.pyplot as plt
from sklearn.ensemble import HistGradientBoostingRegressor
random.seed(1), np.random.seed(1)
xs = [1, 2, 3]
frame = pd.DataFrame({'a': [1, 2, 3]})
points = np.arange(2000.0).reshape(-1, 2)
model = HistGradientBoostingRegressor(max_iter=3).fit(points, points[:, 0])
matrix = np.ones((400, 400)) @ np.ones((400, 400))
text = open('data.txt')
first = text.read(5)
log = open('log.txt', 'a'); _ = log.write('begun'); log.flush()
lock = threading.Lock()
held = threading.Lock(); _ = held.acquire()
async def soon():
    await asyncio.sleep(0)
    return 5
figure, axes = plt.subplots()
plt.close(figure)
"""

STATE = """(lambda os, sys, random, signal, threading, asyncio, hashlib: repr((
    len(In), sorted(Out), get_ipython().execution_count,
    sorted(name for name in globals()), [id(value) for value in globals().values()],
    xs, frame.to_dict(), float(points.sum()), first, text.tell(), os.lseek(text.fileno(), 0, 1),
    os.lseek(log.fileno(), 0, 1), os.getcwd(), sorted(os.environ.items()), sys.path,
    hashlib.md5(repr((random.getstate(), np.random.get_state())).encode()).hexdigest(),
    signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM), plt.get_backend(),
    plt.get_fignums(), lock.locked(), id(asyncio.get_running_loop()), id(sys.stdout),
    sorted(thread.name for thread in threading.enumerate()
        if not thread.name.startswith(('IPythonHistory', 'Thread-'))),
    sorted(name for name in sys.modules if 'pytest' in name),
)))(*map(__import__, ('os sys random signal threading asyncio hashlib').split()))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("isolation")
    (path / "data.txt").write_text("0123456789\n" * 5_000)
    return path


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Iterator[FreshKernel]:
    """A kernel in the middle of its work, for all tests: they leave it as it is."""
    with fresh_kernel("python3", folder) as started:
        assert started.run(SETTING, 60).error == ""
        assert started.run("1 + 1", 20).error == ""
        yield started


def asked(kernel: FreshKernel, *sources: str, timeout: float = 20.0) -> RunReply:
    tests = [TestToRun(f"t{number}", source, timeout) for number, source in enumerate(sources)]
    return decode(kernel.evaluate(expression_for(RunRequest(tests)), 60))


def state(kernel: FreshKernel) -> str:
    return str(ast.literal_eval(kernel.evaluate(STATE, 20)))


def result(kernel: FreshKernel, source: str, timeout: float = 20.0) -> TestResult:
    """Runs a test, and sees to it that the kernel is as it was."""
    before = state(kernel)
    (found,) = asked(kernel, source, timeout=timeout).results
    assert state(kernel) == before
    assert found.engine == "fork"
    return found


HARMLESS = {
    "changes what names hold": "xs.append(4); frame['b'] = 1; points[:] = 0; del lock; new = 1",
    "changes the process": "import os, sys, signal\nos.chdir('/'); os.environ['A'] = 'b'\n"
    "sys.path.clear(); signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "throws dice": "random.random(); np.random.rand(5); random.seed(7)",
    "reads on in an open file": "assert text.read(5) == '56789'; text.read(20_000)",
    "asks IPython": "get_ipython().run_cell('zz = 1'); In.append('x'); Out[99] = 1",
    "fits with OpenMP": "HistGradientBoostingRegressor(max_iter=3).fit(points, points[:, 0])",
    "multiplies matrices": "assert (matrix @ matrix).shape == (400, 400)",
    "awaits": "assert await soon() == 5",
    "runs a loop": "assert asyncio.run(soon()) == 5\n"
    "asyncio.new_event_loop().run_until_complete(soon())",
    "starts threads": "thread = threading.Thread(target=xs.clear); thread.start(); thread.join()\n"
    "assert xs == []",
    "starts a process": "assert subprocess.run(['true']).returncode == 0",
    "draws": "plt.plot(xs); plt.show(); display(frame)\n"
    "plt.gcf().savefig('/dev/null', format='png')",
    "takes a lock": "lock.acquire()",
    "waits for a thread": "import time\ndone = threading.Event()\n"
    "threading.Timer(1.5, done.set).start(); assert done.wait()",
    "waits for a process": "import multiprocessing, time\n"
    "fork = multiprocessing.get_context('fork')\n"
    "waits = fork.Event()\nchild = fork.Process(target=lambda: time.sleep(1.5) or waits.set())\n"
    "child.start(); assert waits.wait(5)",
    "logs to the notebook's stream": "import logging\nlogging.warning('careful')",
    "imports pytest": "import pytest\n@pytest.mark.parametrize('x', xs)\n"
    "def test_x(x, tmp_path):\n    assert x",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_passes_and_leaves_no_trace(kernel: FreshKernel, what: str) -> None:
    found = result(kernel, HARMLESS[what])
    assert (found.status, found.message) == ("passed", "")


def test_random_numbers_are_those_of_the_notebook(kernel: FreshKernel) -> None:
    source = "print(random.random(), np.random.rand())"
    assert result(kernel, source).output == result(kernel, source).output


@pytest.mark.parametrize(
    ("source", "status", "message", "line"),
    [
        ("xs.clear()\nwhile True:\n    pass", "timeout", "It did not end within 3 s.", 1),
        (
            "held.acquire()",
            "timeout",
            "It waited for a thread that is not there in a forked process.",
            0,
        ),
        ("import os\nos._exit(3)", "died", "it ended its own process with status 3", -1),
        ("import ctypes\nctypes.string_at(0)", "died", "ended by SIGSEGV", 1),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died", "SIGKILL", -1),
        ("import sys\nsys.exit(0)", "error", "The test ended Python: sys.exit(0).", 1),
        ("input()", "error", "EOFError", 0),
        ("raise KeyboardInterrupt", "error", "KeyboardInterrupt", 0),
    ],
)
def test_what_ends_badly_leaves_no_trace(
    kernel: FreshKernel, source: str, status: str, message: str, line: int
) -> None:
    found = result(kernel, source, 3.0)
    assert found.status == status
    assert message in found.message
    assert found.line == line


def test_kernel_is_not_forked_while_another_thread_computes(kernel: FreshKernel) -> None:
    # Both would wait for ever: the threads of BLAS end before a fork.
    computing = """
_until = __import__('time').monotonic() + 4
def _compute():
    while __import__('time').monotonic() < _until:
        matrix @ matrix
_thread = threading.Thread(target=_compute)
_thread.start()
"""
    assert kernel.run(computing, 20).error == ""
    (result,) = asked(kernel, "assert len(xs) == 3").results
    assert result.status == "died"
    assert "another thread of the kernel computes" in result.message
    assert kernel.run("_thread.join(); del _thread, _compute, _until", 20).error == ""
    (result,) = asked(kernel, "assert len(xs) == 3").results
    assert result.status == "passed"


def test_what_a_test_prints_is_kept_in_part(kernel: FreshKernel) -> None:
    found = result(
        kernel,
        "import os\nprint('begin')\nfor _ in range(3000):\n    print('x' * 1000)\n"
        "os.system('echo end')\nassert 0",
    )
    assert found.status == "failed"
    assert found.output.startswith("begin\n")
    assert found.output.endswith("end\n")
    assert "bytes left out" in found.output
    assert len(found.output) < 70_000
    endless = result(kernel, "while True:\n    print('x' * 10_000)", 1.0)
    assert endless.status == "timeout"
    assert len(endless.output) < 70_000


def test_what_a_test_starts_ends_with_it(kernel: FreshKernel, folder: Path) -> None:
    start = (
        "subprocess.Popen(['sh', '-c', 'echo $$ > {0}; sleep 60'], start_new_session=True)\n"
        "while not os.path.exists('{0}') or not open('{0}').read():\n    pass\n"
    )
    for ending, status in (("", "passed"), ("while True:\n    pass", "timeout")):
        place = folder / f"{status}.txt"
        assert result(kernel, start.format(place) + ending, 3.0).status == status
        assert has_ended(int(place.read_text()))


def has_ended(process: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_nothing_reaches_the_front_end(kernel: FreshKernel) -> None:
    asked(kernel, "print('in a test'); display(frame); 1 + 1")
    run = kernel.run("print('from a cell')", 20)
    assert [output.data["text/plain"] for output in run.outputs] == ["from a cell\n"]


def test_several_tests_do_not_see_one_another(kernel: FreshKernel) -> None:
    reply = asked(kernel, "xs.append(4)\nassert len(xs) == 4", "assert xs == [1, 2, 3]")
    assert [found.status for found in reply.results] == ["passed", "passed"]
    assert (reply.pytest, reply.hazards) == (False, [])
    marked = "import pytest\n@pytest.fixture\ndef n(): return len(xs)\ndef test_n(n): assert n == 3"
    reply = asked(kernel, marked, "xs.clear()\n" + marked, "os._exit(1)\n" + marked)
    assert [found.status for found in reply.results] == ["passed", "failed", "died"]
    assert reply.pytest
    assert reply.hazards == [
        "A test died in a forked process: it ended its own process with status 1."
    ]


@pytest.mark.skipif(find_spec("polars") is None, reason="polars is not installed")
def test_polars_after_a_query(folder: Path) -> None:
    """Its threads are not there in a child; what needs none of them passes."""
    with fresh_kernel("python3", folder) as kernel:
        source = "import polars as pl\nframe = pl.DataFrame({'a': list(range(1000))})\n"
        query = "frame.lazy().group_by(pl.col('a') % 7).agg(pl.len()).collect().height"
        assert kernel.run(source + query, 60).error == ""
        reply = asked(kernel, "assert frame.height == 1000", f"assert {query} == 7")
        assert [found.status for found in reply.results] == ["passed", "timeout"]
        assert reply.results[1].seconds < 10
        assert reply.hazards == [
            "A test waited for a thread that is not there in a forked process."
        ]
