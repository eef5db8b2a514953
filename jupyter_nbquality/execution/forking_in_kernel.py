"""Runs something in a forked child of the kernel, which cannot change the kernel's state.

Part of what travels to the kernel as text (see `test_run`): it uses the standard library alone, and
the syntax of Python 3.8.

After a fork the child has the memory of the kernel and one thread of it. So before anything else
it gives up what it shares with the kernel: threads that are not there any more, sockets, the
places in open files, the event loop.
"""

import ctypes
import gc
import json
import os
import random
import re
import select
import signal
import stat
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from jupyter_nbquality.execution.calm_in_kernel import calm

MOST_OUTPUT = 64 * 1024
"""Bytes of what a test prints that are kept; of more, the first half and the last."""
GRACE = 0.3
"""The most seconds between the question where a test hangs, and its end."""
_WAKE = 0.05
_BUSY = -1
_LAST_READS = 4
_FUTEX = {"x86_64": "202", "aarch64": "98", "armv7l": "240", "ppc64le": "221", "s390x": "238"}
"""The number of the system call that waits for another thread."""
STUCK_SECONDS = 1.0
"""So long all threads of a process wait for one another before they are said to do so for ever."""
_STACK_BYTES = 32 * 1024

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS",
)  # fmt: skip
_THREADED = re.compile(
    rb"/lib(?:gomp|omp|iomp5|openblas|scipy_openblas|mkl_rt|blis)[^/]*\.so[^/]*$"
)
_SETTERS = (
    "omp_set_num_threads", "openblas_set_num_threads", "openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads", "scipy_openblas_set_num_threads64_",
    "MKL_Set_Num_Threads",
)  # fmt: skip
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def can_fork() -> bool:
    """Tells whether forking is safe on this system: macOS has it, unsafely."""
    return sys.platform.startswith("linux") and hasattr(os, "fork")


def forked(job: "Callable[[], Any]", seconds: float) -> "dict[str, Any]":
    """Does something in a child.

    Args:
        job: Gives what can be told as JSON.
        seconds: The most that it may take.

    Returns:
        ``end``: ``done``, ``timeout``, ``died``, ``interrupted``, or ``stuck``: it waits for a
        thread that is not there; ``value``: what the job gave;
        ``reason``: how it died; ``output``: what was printed; ``stack``: where it hung or crashed.
    """
    answers, prints, stacks = _Pipe(), _Pipe(), _Pipe()
    dice = random.getstate()
    setters = _THREADS.setters()
    began = time.monotonic()
    child = _BUSY
    with warnings.catch_warnings():
        # Python warns of the other threads, which is what all of this is about.
        warnings.simplefilter("ignore", DeprecationWarning)
        with calm() as is_calm:
            if is_calm:
                child = os.fork()
    if child == _BUSY:
        for pipe in (answers, prints, stacks):
            pipe.close_end(0)
            pipe.close_end(1)
        reason = "another thread of the kernel computes, so that it cannot be copied"
        return {"end": "died", "value": None, "reason": reason, "output": "", "stack": ""}
    if child == 0:
        try:
            _be_child(job, dice, setters, answers, prints, stacks)
        except BaseException:
            os.write(stacks.ends[1], traceback.format_exc().encode("utf-8", "replace"))
        finally:
            os._exit(70)
    for pipe in (answers, prints, stacks):
        pipe.close_end(1)
    try:
        return _Watch(child, answers, prints, stacks).until(began + seconds)
    finally:
        for pipe in (answers, prints, stacks):
            pipe.close_end(0)


def forked_again(job: "Callable[[], Any]", seconds: float) -> "dict[str, Any]":
    """Does something in a child of a child of the kernel: to be called in the job of `forked`.

    What that prepared need not be done once more, so it takes a quarter of the time. What it prints
    goes where the child prints.

    Args:
        job: Gives what can be told as JSON.
        seconds: The most that it may take.

    Returns:
        As `forked`; ``output`` and ``stack`` are empty.
    """
    answers = _Pipe()
    files = _regular_files({answers.ends[1]})
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            answers.close_end(0)
            _end_with_parent()
            for number in files:
                _open_anew(number)
            _renew_loop()
            _tell(job(), answers)
        finally:
            os._exit(70)
    answers.close_end(1)
    try:
        return _Watch(child, answers).until(time.monotonic() + seconds)
    finally:
        answers.close_end(0)


class _Pipe:
    def __init__(self) -> None:
        self.ends = list(os.pipe())

    def close_end(self, which: int) -> None:
        if self.ends[which] >= 0:
            os.close(self.ends[which])
            self.ends[which] = -1


class _Watch:
    """The kernel's side: reads what the child tells, until it is done or has to be ended."""

    def __init__(
        self,
        child: int,
        answers: _Pipe,
        prints: "_Pipe | None" = None,
        stacks: "_Pipe | None" = None,
    ) -> None:
        self._child = child
        self._is_ours = prints is not None
        self._answer: list[bytes] = []
        self._stack = Capped(_STACK_BYTES)
        self._output = Capped(MOST_OUTPUT)
        self._takers: dict[int, Callable[[bytes], None]] = {answers.ends[0]: self._answer.append}
        if prints is not None:
            self._takers[prints.ends[0]] = self._output.add
        if stacks is not None:
            self._takers[stacks.ends[0]] = self._stack.add
        self._poll = select.poll()
        for end in self._takers:
            self._poll.register(end, select.POLLIN)
        self._status: int | None = None
        self._look_at = time.monotonic() + STUCK_SECONDS / 4
        self._calls: list[str] = []
        self._since = 0.0
        try:
            os.setpgid(child, child)
        except OSError:
            pass  # It did so itself, or is gone.

    def until(self, deadline: float) -> "dict[str, Any]":
        end = "timeout"
        try:
            while not self._is_told() and time.monotonic() < deadline:
                self._read(min(_WAKE, max(deadline - time.monotonic(), 0.0)))
                if self._has_ended():
                    end = "died"
                    break
                if self._is_stuck():
                    end = "stuck"
                    break
            if self._is_ours and end in ("timeout", "stuck") and not self._is_told():
                self._ask_where()
        except KeyboardInterrupt:
            end = "interrupted"
        finally:
            self._kill()
        for _ in range(_LAST_READS):
            self._read(0.0)
        if self._is_told():
            end = "done"
        return {
            "end": end,
            "value": json.loads(b"".join(self._answer).decode()) if end == "done" else None,
            "reason": self._reason() if end == "died" else "",
            "output": self._output.text(),
            "stack": self._stack.text(),
        }

    def _is_stuck(self) -> bool:
        """Tells whether each of its threads waits for another, and none for the clock."""
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + STUCK_SECONDS / 4
        calls = _waiting(self._child)
        if not calls or descendants(self._child):
            # Another process could wake it.
            self._calls = []
        elif calls != self._calls:
            self._calls, self._since = calls, now
        return bool(self._calls) and now - self._since >= STUCK_SECONDS

    def _ask_where(self) -> None:
        try:
            os.kill(self._child, _where())
        except OSError:
            return
        deadline = time.monotonic() + GRACE
        before = None
        # It is told in pieces.
        while time.monotonic() < deadline and (before == "" or before != self._stack.text()):
            before = self._stack.text()
            self._read(_WAKE / 2)

    def _is_told(self) -> bool:
        return bool(self._answer) and self._answer[-1].endswith(b"\n")

    def _read(self, seconds: float) -> None:
        """Takes what is there; waits for it at most so long."""
        if not self._takers:
            time.sleep(seconds)
            return
        for end, _event in self._poll.poll(int(seconds * 1000)):
            data = os.read(end, 1 << 16)
            if data:
                self._takers[end](data)
            else:
                self._poll.unregister(end)
                del self._takers[end]

    def _has_ended(self) -> bool:
        if self._status is None:
            try:
                child, status = os.waitpid(self._child, os.WNOHANG)
            except ChildProcessError:
                # Somebody else waited for it.
                child, status = self._child, 0
            if child:
                self._status = status
        return self._status is not None

    def _kill(self) -> None:
        """Ends the child and all that it started."""
        if self._status is None:
            end_processes([*descendants(self._child), self._child])
        try:
            os.killpg(self._child, signal.SIGKILL)
        except OSError:
            pass
        if self._status is None and not self._is_ours:
            # Who has no threads can be forked again.
            _bury(self._child)
        elif self._status is None:
            # With much memory the end of a process takes as long as its beginning.
            threading.Thread(target=_bury, args=(self._child,), daemon=True).start()

    def _reason(self) -> str:
        status = self._status or 0
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            try:
                name = signal.Signals(number).name
            except ValueError:
                name = f"signal {number}"
            return f"it was ended by {name}"
        return f"it ended its own process with status {os.WEXITSTATUS(status)}"


def _bury(child: int) -> None:
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        pass  # Somebody else waited for it.


class Capped:
    """Keeps the first and the last of what is too long."""

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._first = b""
        self._last = b""
        self._left_out = 0

    def add(self, data: bytes) -> None:
        """Takes what comes next."""
        room = self._half - len(self._first)
        if room > 0:
            self._first += data[:room]
            data = data[room:]
        if data:
            joined = self._last + data
            self._left_out += max(len(joined) - self._half, 0)
            self._last = joined[-self._half :]

    def text(self) -> str:
        """Gives it, with the number of bytes that are left out."""
        between = b""
        if self._left_out:
            between = f"\n… {self._left_out:,} bytes left out …\n".encode()
        return (self._first + between + self._last).decode("utf-8", "replace")


def descendants(process: int) -> "list[int]":
    """Gives the processes that one started, at any remove, as far as the system tells."""
    found: list[int] = []
    todo = [process]
    while todo:
        tasks = f"/proc/{todo.pop()}/task"
        try:
            for task in os.listdir(tasks):
                with open(f"{tasks}/{task}/children", encoding="ascii") as file:
                    its = [int(number) for number in file.read().split()]
                found += its
                todo += its
        except OSError:
            continue
    return found


def _waiting(process: int) -> "list[str]":
    """Gives for what each thread of a process waits; nothing where one does anything else."""
    calls = []
    tasks = f"/proc/{process}/task"
    try:
        for task in sorted(os.listdir(tasks)):
            with open(f"{tasks}/{task}/syscall", encoding="ascii") as file:
                call = file.read()
            number, *arguments = call.split()
            # The fourth is how long.
            if number != _FUTEX.get(os.uname().machine) or int(arguments[3], 16):
                return []
            calls.append(call)
    except (OSError, ValueError, IndexError):
        return []
    return calls


def end_processes(processes: "Iterable[int]") -> None:
    """Ends processes, where they are still there."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            continue


def _be_child(
    job: "Callable[[], Any]",
    dice: "tuple[Any, ...]",
    setters: "list[Any]",
    answers: _Pipe,
    prints: _Pipe,
    stacks: _Pipe,
) -> None:
    limit_threads(setters)
    # A collection of garbage would copy the kernel's memory, and end what others still use.
    gc.freeze()
    os.setpgid(0, 0)
    for pipe in (answers, prints, stacks):
        pipe.close_end(0)
    _end_with_parent()
    _leave_signals()
    _own_places_in_files({answers.ends[1], prints.ends[1], stacks.ends[1]})
    _capture(prints.ends[1])
    _leave_kernel()
    _tell_where(stacks.ends[1])
    random.setstate(dice)
    _tell(job(), answers)


def _tell(value: Any, answers: _Pipe) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    _end_own()
    data = json.dumps(value, default=str).encode() + b"\n"
    while data:
        data = data[os.write(answers.ends[1], data) :]
    os._exit(0)


def _end_own() -> None:
    """Ends what was started here."""
    own = descendants(os.getpid())
    end_processes(own)
    try:
        for _ in own:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass  # What ended is told to others.


class _Library(ctypes.Structure):
    """What the dynamic linker tells of a library; see ``dl_iterate_phdr(3)``."""

    _fields_ = [
        ("address", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("headers", ctypes.c_void_p),
        ("count", ctypes.c_uint16),
        ("loads", ctypes.c_ulonglong),
    ]


class _Threads:
    """The functions of loaded libraries that say how many threads they use.

    The way of threadpoolctl (https://github.com/joblib/threadpoolctl). They are looked for before
    the fork: the child need not ask the linker, whose lock a thread may hold that it does not have.
    """

    def __init__(self) -> None:
        self._loads = -1
        self._setters: list[Any] = []

    def setters(self) -> "list[Any]":
        """Gives the functions, each of the number of threads."""
        paths: list[bytes] = []
        loads = 0

        def look(library: Any, _size: int, _data: Any) -> int:
            nonlocal loads
            loads = library.contents.loads
            if loads == self._loads:
                # None was loaded since.
                return 1
            name = library.contents.name or b""
            if _THREADED.search(name):
                paths.append(name)
            return 0

        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(_Library), ctypes.c_size_t, ctypes.c_void_p
        )
        try:
            ctypes.CDLL(None).dl_iterate_phdr(kind(look), None)
        except (OSError, AttributeError):
            return []
        if loads != self._loads:
            self._loads = loads
            self._setters = [setter for path in paths for setter in _setters_of(path)]
        return self._setters


def _setters_of(path: bytes) -> "list[Any]":
    try:
        library = ctypes.CDLL(os.fsdecode(path), mode=os.RTLD_NOLOAD | os.RTLD_LAZY)
    except OSError:
        return []
    return [getattr(library, name) for name in _SETTERS if hasattr(library, name)]


_THREADS = _Threads()


def limit_threads(setters: "Iterable[Any]") -> None:
    """Has OpenMP and BLAS work in one thread: the others are not in the child."""
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = "1"
    for setter in setters:
        setter(1)


def _end_with_parent() -> None:
    """Has the child end when the kernel does, and before it where memory runs out.

    What it starts stays its own, also where who started that has ended.
    """
    try:
        control = ctypes.CDLL(None).prctl
        control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        control(_PR_SET_CHILD_SUBREAPER, 1)
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except (OSError, AttributeError):
        pass  # The system does not let us; it would only be tidier.


def _leave_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _own_places_in_files(kept: "set[int]") -> None:
    """Opens the kernel's files anew, so that reading in them does not move its place there."""
    for number in _regular_files(kept):
        _open_anew(number)


def _regular_files(kept: "set[int]") -> "list[int]":
    """Gives the files that are open here and have a place, but for some."""
    try:
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return []
    found = []
    for number in numbers:
        try:
            if number not in kept and stat.S_ISREG(os.fstat(number).st_mode):
                found.append(number)
        except OSError:
            continue  # The one that listed them.
    return found


def _open_anew(number: int) -> None:
    import fcntl

    try:
        flags = fcntl.fcntl(number, fcntl.F_GETFL)
        place = os.lseek(number, 0, os.SEEK_CUR)
        again = os.open(f"/proc/self/fd/{number}", flags | os.O_CLOEXEC)
    except OSError:
        return
    os.lseek(again, place, os.SEEK_SET)
    os.dup2(again, number, inheritable=os.get_inheritable(number))
    os.close(again)


def _capture(prints: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.close(prints)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _leave_kernel() -> None:
    """Cuts the child off from the kernel's sockets, displays and event loop."""
    sys.displayhook = sys.__displayhook__
    sys.excepthook = sys.__excepthook__
    sys.settrace(None)
    os.environ["MPLBACKEND"] = "Agg"
    _silence("jupyter_client.session", "Session", "send", lambda *_rest, **_more: None)
    _silence("ipykernel.iostream", "OutStream", "write", _print)
    _silence("ipykernel.iostream", "OutStream", "flush", lambda _stream: sys.stdout.flush())
    _silence("ipykernel.zmqshell", "ZMQDisplayPublisher", "publish", _show)
    _silence("ipykernel.zmqshell", "ZMQDisplayPublisher", "clear_output", lambda *_rest: None)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        backend = str(sys.modules["matplotlib"].rcParams._get("backend")).lower()
        if "inline" not in backend and backend != "agg":
            pyplot.switch_backend("agg")
    _renew_loop()


def _renew_loop() -> None:
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        asyncio._set_running_loop(None)
        asyncio.set_event_loop(asyncio.new_event_loop())


def _silence(module: str, kind: str, name: str, instead: "Callable[..., Any]") -> None:
    its = getattr(sys.modules.get(module), kind, None)
    if its is not None:
        setattr(its, name, instead)


def _print(_stream: Any, text: str) -> int:
    return sys.stdout.write(text)


def _show(_publisher: Any, data: "dict[str, Any]", *_rest: Any, **_more: Any) -> None:
    sys.stdout.write("{}\n".format(data.get("text/plain", "<{}>".format(", ".join(data)))))


def _where() -> int:
    """Gives the signal that asks where a test stands; one that nobody else uses."""
    return signal.SIGRTMAX - 3


def _tell_where(stacks: int) -> None:
    """Has it told where the test crashes, or where it stands when it is asked."""
    import faulthandler

    file = open(stacks, "w", closefd=False)
    faulthandler.enable(file, all_threads=False)
    faulthandler.register(_where(), file, all_threads=False)
    globals()["_kept_open"] = file
