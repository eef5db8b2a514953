"""Waits until no other thread of the kernel computes, so that it can be forked.

Part of what travels to the kernel as text (see `test_run`): it uses the standard library alone, and
the syntax of Python 3.8.

Libraries have their say before a fork: OpenBLAS, for one, ends its threads then. Where another
thread of ours is in the midst of a product of matrices, both wait for ever, and the kernel with
them. A thread that runs Python or sleeps does no harm.
"""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 1.5
"""How long others are waited for."""
_TASKS = "/proc/self/task"
_PAUSE = 0.01
_SWITCH = 0.05
"""Seconds that no other thread takes the interpreter, once it was asked for."""
_SETTLED = 0.006
"""After so long those that waited for it before have had it: by default they ask after 5 ms."""
_AT_REST = frozenset(
    {"IPython", "asyncio", "concurrent", "ipykernel", "multiprocessing", "queue", "select",
     "selectors", "socket", "socketserver", "threading", "tornado", "zmq"}
)  # fmt: skip
"""Packages in which threads wait; those of the kernel itself are among them."""


@contextmanager
def calm() -> "Iterator[bool]":
    """Waits until no other thread computes.

    Yields:
        Whether that is so. Then it stays so for some milliseconds.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and _rest():
        # Threads of libraries, which are no Python's, work for those that are.
        yield True
        return
    others = _Others()
    interval = sys.getswitchinterval()
    deadline = time.monotonic() + MOST_SECONDS
    try:
        # Else one of them begins to compute between look and fork.
        sys.setswitchinterval(_SWITCH)
        while True:
            settled = time.monotonic() + _SETTLED
            while time.monotonic() < settled:
                pass
            if not others.compute():
                is_calm = True
                break
            if time.monotonic() > deadline:
                is_calm = False
                break
            time.sleep(_PAUSE)
        yield is_calm
    finally:
        sys.setswitchinterval(interval)
        others.close()


def _rest() -> bool:
    """Tells whether the other threads of Python are where threads wait for something to do."""
    own = threading.get_ident()
    for ident, frame in sys._current_frames().items():
        name = str(frame.f_globals.get("__name__")).partition(".")[0]
        # Threads of ours wait for the end of children.
        if ident != own and name not in _AT_REST and "nbquality" not in name:
            return False
    return True


class _Others:
    """The other threads of this process, as the system sees them."""

    def __init__(self) -> None:
        self._files: list[int] = []
        # Its functions are called without giving the interpreter to another thread.
        self._read = getattr(ctypes.PyDLL(None), "pread", None)
        self._room = ctypes.create_string_buffer(512)
        own = str(threading.get_native_id())
        try:
            threads = [each for each in os.listdir(_TASKS) if each != own]
        except OSError:
            threads = []
        for each in threads:
            try:
                self._files.append(os.open(f"{_TASKS}/{each}/stat", os.O_RDONLY | os.O_CLOEXEC))
            except OSError:
                continue  # It has ended.

    def compute(self) -> bool:
        """Tells whether one of them runs, and is not just waiting for something."""
        return any(self._state(file) == b"R" for file in self._files)

    def close(self) -> None:
        for file in self._files:
            os.close(file)

    def _state(self, file: int) -> bytes:
        if self._read is None:
            return b""
        size = self._read(file, self._room, len(self._room), ctypes.c_long(0))
        # Behind the name, which may have spaces and brackets.
        return self._room.raw[: max(size, 0)].rpartition(b") ")[2][:1]
