"""A worker process: reads tasks on stdin, writes answers on stdout, and ends with its stdin.

The analysis of a notebook may be slow, may need much memory and may even crash the interpreter.
Here it can do so without harm to the server. Started by `workers`.
"""

import gc
import os
import queue
import sys
import threading
import warnings
from pathlib import Path
from typing import IO

import msgspec

from jupyter_nbquality.server.protocol import Task, failed, read_frame, write_frame

MEGABYTE = 1024 * 1024

TOO_MUCH_TO_KEEP = 0.25
"""The part of the memory it may use that a process may hold on to between two tasks."""


def limit_memory(megabytes: int) -> None:
    """Limits the address space of this process, where the system can; 0 is no limit."""
    if megabytes <= 0:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = megabytes * MEGABYTE
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (OSError, ValueError):  # macOS refuses
        return


def resident_memory() -> int:
    """Gives the megabytes of memory that this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    except (OSError, ValueError, IndexError):
        return 0


def read_tasks(stream: IO[bytes], tasks: "queue.SimpleQueue[Task]") -> None:
    """Takes in tasks; ends the process, whatever it does, when the server is gone."""
    try:
        while (task := read_frame(stream, Task)) is not None:
            tasks.put(task)
    except BaseException:
        # Such as a request for which there is no memory: nobody else would notice.
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Works until the server closes the pipe."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not end up among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # A warning of the compiler quotes the person's text.
    warnings.simplefilter("ignore")
    memory_limit = int(sys.argv[1])
    limit_memory(memory_limit)

    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=read_tasks, args=(sys.stdin.buffer, tasks), daemon=True).start()
    try:
        from jupyter_nbquality.server.analysis import Analysis

        analysis = Analysis()
    except Exception as error:
        # A broken installation: who asked is told, and the next one may find it mended.
        tasks.get()
        write_frame(answers, failed(error))
        return
    # Syntax trees are many objects that stay: searching them for cycles takes longer than a look.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    while True:
        answer = analysis.answer(tasks.get())
        # After an exceptional notebook a new process is cheaper than its memory.
        last = bool(memory_limit) and resident_memory() > memory_limit * TOO_MUCH_TO_KEEP
        write_frame(answers, msgspec.structs.replace(answer, last=last))
        if last:
            return


if __name__ == "__main__":
    main()
