"""The worker processes as the server sees them: starts, feeds, limits, kills and restarts them.

Blocking reads happen in threads, one a worker; the event loop only waits. That works on every
system, also where asyncio has no subprocesses.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from logging import Logger

from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.protocol import Answer, Task, read_frame, write_frame

REMEMBERED_NOTEBOOKS = 1000

QUICK = 0.5
"""Seconds for which a task may still be thought a quick one."""

CROWDED = 4
"""Tasks from which on another worker is the better choice, even if it knows less."""


class WorkerDiedError(Exception):
    """A worker ended before it answered."""


def _environment() -> dict[str, str]:
    """Gives a worker's variables: an empty part of ``PYTHONPATH`` is the working directory."""
    parts = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, parts))}


class Process:
    """One running worker process. Its methods block."""

    def __init__(self, memory_limit: int) -> None:
        self._popen = subprocess.Popen(
            # -P: the server's working directory is the person's, and may hold a `random.py`.
            [sys.executable, "-P", "-m", f"{__package__}.worker", str(memory_limit)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            # A group of its own: Ctrl+C in the terminal is the server's; killing takes ruff along.
            start_new_session=True,
        )

        self.stdin = self._popen.stdin

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._popen.poll() is None

    def ask(self, task: Task) -> Answer:
        """Has a task done.

        Raises:
            WorkerDiedError: It ended, by itself or by `kill`.
        """
        assert self.stdin is not None
        assert self._popen.stdout is not None
        try:
            write_frame(self.stdin, task)
            answer = read_frame(self._popen.stdout, Answer)
        except OSError:
            answer = None
        if answer is None:
            raise WorkerDiedError
        return answer

    def kill(self) -> None:
        """Ends it and what it started, at once; does not wait."""
        if self._popen.poll() is not None:
            return
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()

    def close(self) -> int:
        """Ends it, waits for its end, and gives its return code."""
        self.kill()
        for stream in (self.stdin, self._popen.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        return self._popen.wait()


class Worker:
    """A place in the pool: a process, started when needed and again when it died."""

    def __init__(self, memory_limit: int, log: Logger) -> None:
        self._memory_limit = memory_limit
        self._log = log
        self.process: Process | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nbquality-worker")
        self._turn = asyncio.Lock()
        self._closed = False
        self._busy_since = 0.0
        self.waiting = 0
        """Tasks that are being done or wait for their turn."""

    @property
    def pid(self) -> int | None:
        """Of its process; ``None`` when there is none."""
        return self.process.pid if self.process else None

    @property
    def free_soon(self) -> bool:
        """Whether it is idle, or has few tasks that may well be quick."""
        quick = time.monotonic() - self._busy_since < QUICK
        return not self.waiting or (quick and self.waiting < CROWDED)

    async def run(self, task: Task, time_limit: float, grace: float) -> Answer:
        """Does a task when its turn comes.

        Cancelling it takes it out of the queue; when it has begun it may end within the grace time,
        and is then killed.

        Args:
            task: What to do.
            time_limit: Seconds from when it begins.
            grace: Seconds that a cancelled task may go on.

        Raises:
            RequestError: It took too long, or the process died over it.
        """
        if self._closed:
            raise RequestError(503, "stopping", "The server is being stopped.")
        self.waiting += 1
        begun = False
        try:
            await self._turn.acquire()
            begun = True
            self._busy_since = time.monotonic()
            work = asyncio.ensure_future(self._do(task, time_limit))
            work.add_done_callback(self._next)
        finally:
            if not begun:
                self.waiting -= 1
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            loop = asyncio.get_running_loop()
            impatience = loop.call_later(grace, self._kill)
            work.add_done_callback(lambda _: impatience.cancel())
            raise

    def close(self) -> None:
        """Ends the process and waits for it."""
        self._closed = True
        self._kill()
        self._thread.shutdown(wait=True)
        if self.process is not None:
            self.process.close()
            self.process = None

    def _next(self, work: "asyncio.Future[Answer]") -> None:
        self.waiting -= 1
        self._turn.release()
        if not work.cancelled():
            # Nobody may be waiting for it any more.
            work.exception()

    async def _do(self, task: Task, time_limit: float) -> Answer:
        loop = asyncio.get_running_loop()
        too_late = False

        def stop() -> None:
            nonlocal too_late
            too_late = True
            self._kill()

        timer = loop.call_later(time_limit, stop)
        try:
            return await loop.run_in_executor(self._thread, self._ask, task)
        except WorkerDiedError:
            if too_late:
                raise RequestError(
                    504,
                    "time-limit",
                    f"The analysis was stopped: it took longer than {time_limit:g} seconds. "
                    "The administrator can raise NbQualityManager.time_limit.",
                ) from None
            raise RequestError(
                503, "crash", "The analysis stopped unexpectedly; the next one starts afresh."
            ) from None
        except OSError as error:
            raise RequestError(
                503, "no-worker", f"The analysis could not be started: {error.strerror}."
            ) from None
        finally:
            timer.cancel()

    def _ask(self, task: Task) -> Answer:
        """Asks the process; runs in the one thread that starts and closes processes."""
        if self._closed:
            raise WorkerDiedError
        if self.process is not None and not self.process.alive:
            # It ended while it had nothing to do: no fault of this task.
            self._log.info("A worker of jupyter_nbquality is replaced: %s.", self.process.close())
            self.process = None
        if self.process is None:
            self.process = Process(self._memory_limit)
        process = self.process
        try:
            answer = process.ask(task)
        except WorkerDiedError:
            self.process = None
            self._log.warning("A worker of jupyter_nbquality ended: status %s.", process.close())
            raise
        if answer.last:
            self.process = None
            process.close()
        return answer

    def _kill(self) -> None:
        if self.process is not None:
            self.process.kill()


class WorkerPool:
    """A few workers. A notebook goes to the worker that knows it, unless that one is held up.

    Args:
        count: How many processes there may be.
        memory_limit: Megabytes of address space each may use; 0 for no limit.
        time_limit: Seconds a task may take.
        grace: Seconds that a task may go on when nobody waits for it any more.
        log: Where the ends of processes are told.
    """

    def __init__(
        self, count: int, memory_limit: int, time_limit: float, grace: float, log: Logger
    ) -> None:
        self.workers = [Worker(memory_limit, log) for _ in range(count)]
        self.time_limit = time_limit
        self._grace = grace
        self.known: OrderedDict[str, Worker] = OrderedDict()

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [worker.pid for worker in self.workers if worker.pid is not None]

    @property
    def busy(self) -> int:
        """How many tasks are being done or wait for their turn."""
        return sum(worker.waiting for worker in self.workers)

    async def run(self, task: Task, notebook: str = "") -> Answer:
        """Has a task done.

        Args:
            task: What to do.
            notebook: The path of the notebook it is about, if it is about one.

        Raises:
            RequestError: It took too long, or the process died over it.
        """
        return await self._choose(notebook).run(task, self.time_limit, self._grace)

    def close(self) -> None:
        """Ends all processes and waits for them; blocks for a moment."""
        for worker in self.workers:
            worker.close()

    def _choose(self, notebook: str) -> Worker:
        chosen = self.known.get(notebook)
        if chosen is None or not chosen.free_soon:
            # The first of those with the least to do: one that runs already is warm.
            chosen = min(self.workers, key=lambda worker: worker.waiting)
        if notebook:
            self.known[notebook] = chosen
            self.known.move_to_end(notebook)
            if len(self.known) > REMEMBERED_NOTEBOOKS:
                self.known.popitem(last=False)
        return chosen
