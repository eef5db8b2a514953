"""A worker process: reads tasks on stdin, writes answers on stdout, and ends with its stdin.

The analysis of a notebook may be slow, may need much memory and may even crash the interpreter.
Here it can do so without harm to the server. Started by `workers`.
"""

import os
import queue
import sys
import threading
import warnings
from typing import IO

from jupyter_nbquality.server.protocol import Task, failed, read_frame, write_frame


def limit_memory(megabytes: int) -> None:
    """Limits the address space of this process, where the system can; 0 is no limit."""
    if megabytes <= 0:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = megabytes * 1024 * 1024
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (OSError, ValueError):  # macOS refuses
        return


def read_tasks(stream: IO[bytes], tasks: "queue.SimpleQueue[Task]") -> None:
    """Takes in tasks; ends the process, whatever it does, when the server is gone."""
    while (task := read_frame(stream, Task)) is not None:
        tasks.put(task)
    os._exit(0)


def main() -> None:
    """Works until the server closes the pipe."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not end up among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # A warning of the compiler quotes the person's text.
    warnings.simplefilter("ignore")
    limit_memory(int(sys.argv[1]))

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
    while True:
        write_frame(answers, analysis.answer(tasks.get()))


if __name__ == "__main__":
    main()
