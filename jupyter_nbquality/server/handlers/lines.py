"""Answers that come line by line, while kernels run."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Literal, TypeVar

import msgspec

from jupyter_nbquality.execution.fresh_kernel import CancelledError
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.server.handlers.base import NbQualityHandler

LINES_OF_JSON = "application/x-ndjson"
_AT_ONCE = asyncio.Semaphore(1)
"""Kernels need memory: who asks meanwhile waits."""

Tell = Callable[[Any], None]

Plan = TypeVar("Plan")


class LinesHandler(NbQualityHandler):
    """Does long work in a thread, and says how far it is; closing the request ends it."""

    _stop: Event | None = None

    def on_connection_close(self) -> None:
        """Ends the kernels that nobody waits for any more."""
        if self._stop is not None:
            self._stop.set()
        super().on_connection_close()

    async def planned(
        self, task: Literal["trial", "suggest", "test"], plan: type[Plan]
    ) -> Plan | None:
        """Has a worker say what is to run; where it cannot, that is the answer, and gives `None`.

        Args:
            task: What the worker is asked.
            plan: The type of what it says.
        """
        answer = await self.while_connected(self.manager.analyse(task, self.body()))
        if answer.status != 200:
            self.send(answer)
            return None
        self.set_header("Content-Type", LINES_OF_JSON)
        return msgspec.json.decode(answer.body, type=plan)

    def folder_of(self, notebook: Notebook) -> Path | None:
        """Gives the folder of a notebook on this machine, where it is known."""
        folder = self.manager.folder_of(notebook.path)
        return Path(folder) if folder is not None else None

    async def stream(self, work: Callable[[Tell, Event], None], failed: object) -> None:
        """Does work, and sends the lines that it tells.

        Args:
            work: Is given what takes a line, and an event that is set when nobody waits any more;
                then it may raise `CancelledError`.
            failed: The line that is sent where it raises anything else.
        """
        self._stop = stop = Event()
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[Any] = asyncio.Queue()

        def tell(line: object) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        def run() -> None:
            try:
                work(tell, stop)
            except CancelledError:
                pass
            except Exception as error:
                self.log.error("%s failed: %s", self.request.path, type(error).__name__)
                tell(failed)
            finally:
                tell(None)

        async with _AT_ONCE:
            if stop.is_set():
                return
            running = loop.run_in_executor(None, run)
            while (line := await lines.get()) is not None:
                await self.say(line)
            await running

    async def say(self, line: object) -> None:
        """Sends a line, if anybody waits for it."""
        if self._finished or (self._stop is not None and self._stop.is_set()):
            return
        self.write(msgspec.json.encode(line) + b"\n")
        await self.flush()
