"""Spreads work over processes, so that a notebook that crashes or stalls one costs only itself."""

import contextlib
import gc
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

ITEM_TIMEOUT = 60.0
"""Seconds that one notebook may take."""

MAX_CHUNK = 256
"""How many notebooks go through one run of ruff, at most."""
MIN_CHUNK = 96
"""How many do where there are enough: to start ruff takes as long as to check ten."""
MOST_GATHERED = 32
"""How many answers a worker sends at once, at most."""
_GATHERING = 0.02
"""Seconds after which it sends them: each message wakes the first process, which has a price."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Lost:
    """Stands for the result of an item whose worker died or was stopped.

    Attributes:
        reason: A sentence for a person.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Work(Generic[Item, Result]):
    """What a worker process does; it must be picklable where processes are not forked.

    Attributes:
        gathered: How many answers are sent at once, at most. 1 where an item must not be done
            twice, as those are that were not answered yet when a worker was lost.
    """

    gathered: int = MOST_GATHERED

    def prepare(self, items: Sequence[Item]) -> None:
        """Is called once for each batch, before its items: what is cheaper for many at once."""

    def __call__(self, item: Item) -> Result:
        """Does one item."""
        raise NotImplementedError


def default_jobs() -> int:
    """Counts the processors that this process may use."""
    with contextlib.suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    items: Sequence[Item],
    work: Work[Item, Result],
    *,
    jobs: int = 0,
    timeout: float = ITEM_TIMEOUT,
) -> Iterator[tuple[int, Result | Lost]]:
    """Does all items, and yields each one's place and result as it is done.

    Args:
        items: Small and picklable, the longest first.
        work: See `Work`. An exception that leaves it costs the item, not the worker.
        jobs: How many processes; 0 for one a processor.
        timeout: Seconds after which an item is given up and its process stopped.
    """
    pool = _Pool(items, work, min(jobs or default_jobs(), len(items)), timeout)
    try:
        yield from pool.results()
    finally:
        pool.close()


class _Worker:
    def __init__(self, context: Any, work: Work[Any, Any]) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self.pipe, work), daemon=True)
        self.process.start()
        theirs.close()
        self.todo: deque[int] = deque()
        self.heard = time.monotonic()
        self.alive = True
        self.preparing = False

    def give(self, chunk: list[tuple[int, Any]], *, prepare: bool) -> None:
        self.todo.extend(index for index, _ in chunk)
        self.heard = time.monotonic()
        self.preparing = prepare
        self.pipe.send((chunk, prepare))

    def stop(self) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join(1)
        self.pipe.close()


class _Pool(Generic[Item, Result]):
    def __init__(
        self, items: Sequence[Item], work: Work[Item, Result], jobs: int, timeout: float
    ) -> None:
        # Forking hands the imported modules on for nothing; on macOS it is not safe.
        self._context: Any = get_context("fork" if sys.platform == "linux" else "spawn")
        self._items = items
        self._work = work
        self._timeout = timeout
        self._waiting = deque(range(len(items)))
        # Items of a batch whose preparation failed; they go one by one.
        self._careful: set[int] = set()
        self._jobs = jobs
        self._fewest = max(1, min(MIN_CHUNK, len(items) // (4 * jobs))) if items else 1
        self._workers = [_Worker(self._context, work) for _ in range(jobs)]

    def results(self) -> Iterator[tuple[int, Result | Lost]]:
        for worker in self._workers:
            self._feed(worker)
        while any(worker.todo for worker in self._workers):
            busy: list[Connection] = [worker.pipe for worker in self._workers if worker.todo]
            ready = wait(busy, timeout=min(1.0, self._timeout))
            for place, worker in enumerate(self._workers):
                if not worker.todo:
                    continue
                results: Sequence[tuple[int, Result | Lost]] = ()
                if worker.pipe in ready:
                    results = self._receive(worker)
                elif time.monotonic() - worker.heard > self._timeout:
                    results = self._lost(
                        worker, f"It took more than {self._timeout:g} seconds and was given up."
                    )
                if not worker.alive:
                    self._replace(place)
                yield from results
                if not self._workers[place].todo:
                    self._feed(self._workers[place])

    def close(self) -> None:
        for worker in self._workers:
            worker.stop()

    def _feed(self, worker: _Worker) -> None:
        if not self._waiting:
            return
        careful = self._waiting[0] in self._careful
        count = len(self._waiting) // (2 * self._jobs)
        count = 1 if careful else max(self._fewest, min(MAX_CHUNK, count))
        chunk = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        worker.give([(index, self._items[index]) for index in chunk], prepare=not careful)

    def _receive(self, worker: _Worker) -> Sequence[tuple[int, Result | Lost]]:
        """Takes the answers that a worker sent; none where it only says that it has prepared."""
        try:
            answers: list[tuple[int, Result | Lost]] = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            return self._lost(worker, _cause(worker.process.exitcode))
        worker.heard = time.monotonic()
        worker.preparing = False
        for _ in answers:
            worker.todo.popleft()
        return answers

    def _lost(self, worker: _Worker, reason: str) -> Sequence[tuple[int, Lost]]:
        """Writes a worker off with the item it was at, where that is certain.

        While it prepared none is to blame, and else any whose answer it may have had; those go
        again, one by one.
        """
        worker.alive = False
        rest = list(worker.todo)
        worker.todo.clear()
        lost = []
        if worker.preparing:
            self._careful.update(rest)
        elif self._work.gathered == 1 or len(rest) == 1:
            lost = [(rest.pop(0), Lost(reason))]
        else:
            self._careful.update(rest[: self._work.gathered])
        self._waiting.extendleft(reversed(rest))
        return lost

    def _replace(self, place: int) -> None:
        self._workers[place].stop()
        self._workers[place] = _Worker(self._context, self._work)


def _cause(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-exit_code).name
            return f"The analysis crashed on it ({name}); this is a bug in nbquality or below it."
    return "The analysis ended on it; this is a bug in nbquality."


def _serve(pipe: Connection, other_end: Connection, work: Work[Any, Any]) -> None:
    """The life of a worker: batches in, the answers to their items out, several at once."""
    other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Syntax trees are many small objects without cycles: looking for cycles costs, and finds none.
    gc.freeze()
    gc.set_threshold(500_000, 50, 100)
    while True:
        try:
            chunk, prepare = pipe.recv()
        except (EOFError, OSError):
            return
        if prepare:
            with contextlib.suppress(Exception):
                work.prepare([item for _, item in chunk])
            pipe.send([])
        answers: list[tuple[int, Any]] = []
        sent = time.monotonic()
        for index, item in chunk:
            try:
                result = work(item)
            except Exception as error:
                kind = type(error).__name__
                result = Lost(f"The analysis failed on it ({kind}); this is a bug in nbquality.")
            answers.append((index, result))
            now = time.monotonic()
            if now - sent > _GATHERING or len(answers) == work.gathered:
                pipe.send(answers)
                answers, sent = [], now
        if answers:
            pipe.send(answers)
