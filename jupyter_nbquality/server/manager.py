"""What the handlers ask: the settings of the server part, and the analysis behind them."""

import asyncio
import functools
import importlib.metadata
import os
from typing import Any

import msgspec
from traitlets import Float, Integer, Unicode
from traitlets.config import LoggingConfigurable

from jupyter_nbquality import __version__
from jupyter_nbquality.ruff import RuffError, binary
from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.files import outside_root, real_path
from jupyter_nbquality.server.protocol import Answer, Limits, Task, TaskKind
from jupyter_nbquality.server.wire import API_VERSION, ServerInfo
from jupyter_nbquality.server.workers import WorkerPool

MEGABYTE = 1024 * 1024
IDLE_BEFORE_WARMING = 1.0
"""Seconds after its start in which the server has better things to do."""


class NbQualityManager(LoggingConfigurable):
    """Settings of the server part of jupyter_nbquality."""

    worker_count = Integer(
        min(2, os.cpu_count() or 1),
        min=1,
        help="How many processes analyse notebooks. They are started when they are needed.",
    ).tag(config=True)
    time_limit = Float(
        30.0, min=0.01, help="Seconds after which the analysis of a notebook is stopped."
    ).tag(config=True)
    memory_limit = Integer(
        4096,
        min=0,
        help="Megabytes of address space that a process may use, where the system can limit it; "
        "0: no limit.",
    ).tag(config=True)
    cancel_grace = Float(
        1.0,
        min=0.0,
        help="Seconds that an analysis may go on when nobody waits for it any more.",
    ).tag(config=True)
    max_request_bytes = Integer(
        32 * MEGABYTE, min=1, help="Bytes of a request; a larger one is refused."
    ).tag(config=True)
    max_cells = Integer(
        5_000, min=1, help="Cells of a notebook; a longer one is not analysed."
    ).tag(config=True)
    max_cell_chars = Integer(
        2_000_000,
        min=1,
        help="Characters of a cell; a notebook with a longer one is not analysed.",
    ).tag(config=True)
    max_findings = Integer(5_000, min=1, help="Problems in one reply.").tag(config=True)
    root_dir = Unicode("", help="The folder the server shows; empty where files are not on a disk.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._warming: asyncio.TimerHandle | None = None
        self._warm_task: asyncio.Task[Any] | None = None

    @functools.cached_property
    def pool(self) -> WorkerPool:
        """The worker processes."""
        return WorkerPool(
            self.worker_count, self.memory_limit, self.time_limit, self.cancel_grace, self.log
        )

    @functools.cached_property
    def info(self) -> ServerInfo:
        """Who answers."""
        try:
            binary()
            ruff = importlib.metadata.version("ruff")
        except (RuffError, importlib.metadata.PackageNotFoundError):
            ruff = ""
        return ServerInfo(__version__, API_VERSION, ruff)

    async def analyse(self, kind: TaskKind, body: bytes) -> Answer:
        """Has a request about a notebook answered by a worker.

        Args:
            kind: What is asked.
            body: The request as it came.

        Raises:
            RequestError: The path leaves the root, a limit was reached, or the worker died.
        """
        path = notebook_path(body)
        folder = self.folder_of(path)
        return await self._run(kind, body, folder, path)

    async def ask(self, kind: TaskKind, text: str = "") -> Answer:
        """Has a question answered that is about no notebook."""
        return await self._run(kind, text.encode("utf-8", "replace"), None, "")

    def warm_up(self) -> None:
        """Starts the first worker, once the server has come to rest."""
        self._warming = asyncio.get_running_loop().call_later(IDLE_BEFORE_WARMING, self._warm)

    async def close(self) -> None:
        """Ends the worker processes."""
        if self._warming is not None:
            self._warming.cancel()
        if self._warm_task is not None:
            self._warm_task.cancel()
        if "pool" in self.__dict__:
            await asyncio.get_running_loop().run_in_executor(None, self.pool.close)

    def _warm(self) -> None:
        async def warm() -> None:
            try:
                await self.ask("warm")
            except RequestError as error:
                self.log.warning("The first worker did not start: %s", error)

        self._warm_task = asyncio.ensure_future(warm())

    async def _run(self, kind: TaskKind, body: bytes, folder: str | None, path: str) -> Answer:
        limits = Limits(self.max_cells, self.max_cell_chars, self.max_findings)
        answer = await self.pool.run(Task(kind, body, folder, limits, self.root_dir or None), path)
        if answer.log:
            self.log.error("%s: %s", kind, answer.log)
        return answer

    def folder_of(self, path: str) -> str | None:
        """Gives the real folder of a notebook.

        Raises:
            RequestError: The path would leave the root.
        """
        drive, colon, rest = path.partition(":")
        if colon and "/" not in drive:
            # The drive of collaboration shows the same files; any other one is elsewhere.
            path = rest if drive == "RTC" else ""
        if not path:
            return None
        real = real_path(self.root_dir, path)
        if real is None:
            return None
        folder = real.parent
        if outside_root(self.root_dir, folder):
            # A link to elsewhere: the notebook is looked at, what stands around it is not.
            return None
        return str(folder) if folder.is_dir() else None


class _NotebookPath(msgspec.Struct, frozen=True):
    path: str = ""


class _PathOnly(msgspec.Struct, frozen=True):
    notebook: _NotebookPath = _NotebookPath()


def notebook_path(body: bytes) -> str:
    """Reads the path of the notebook out of a request, and no more: the worker reads the rest.

    Returns:
        The path; empty where the request cannot be read, which the worker will say.
    """
    try:
        return msgspec.json.decode(body, type=_PathOnly).notebook.path
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
