"""Running two versions of a notebook, and comparing them."""

import asyncio
from pathlib import Path
from threading import Event

import msgspec

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.execution.fresh_kernel import CancelledError
from jupyter_nbquality.execution.proof import Setting, prove
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.refactor.trial import Trial
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.json_body import decode
from jupyter_nbquality.server.verify_wire import (
    VerifyConsent,
    VerifyDone,
    VerifyFailed,
    VerifyLine,
    VerifyProgress,
    VerifyRequest,
)

LINES_OF_JSON = "application/x-ndjson"
_AT_ONCE = asyncio.Semaphore(1)
"""Kernels need memory: who asks meanwhile waits."""


class VerifyHandler(NbQualityHandler):
    """Runs code, so only who may execute may ask."""

    _stop: Event | None = None

    @endpoint(
        Endpoint(
            "Runs a notebook as it is and as it would be after a plan, in fresh kernels and a copy "
            "of its folder, and compares; answers in lines of JSON as it goes on.",
            "execute",
            "kernels",
            VerifyLine,
            VerifyRequest,
            ERRORS,
            VerifyRequest(EXAMPLE, EditPlan("Change nothing", [])),
            LINES_OF_JSON,
        )
    )
    async def post(self) -> None:
        """Answers with progress, and a verdict at last."""
        body = self.body()
        answer = await self.while_connected(self.manager.analyse("trial", body))
        if answer.status != 200:
            self.send(answer)
            return
        request = decode(body, VerifyRequest)
        tried = msgspec.json.decode(answer.body, type=Trial)
        self.set_header("Content-Type", LINES_OF_JSON)
        if not request.plan.operations:
            await self._say(VerifyDone(Verdict("identical", "", [], [], 0, 0.0)))
        elif tried.effects and not request.consent:
            await self._say(VerifyConsent(tried.effects))
        else:
            await self._verify(request, tried)
        await self.finish()

    def on_connection_close(self) -> None:
        """Ends the kernels that nobody waits for any more."""
        if self._stop is not None:
            self._stop.set()
        super().on_connection_close()

    async def _verify(self, request: VerifyRequest, tried: Trial) -> None:
        self._stop = stop = Event()
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[VerifyLine | None] = asyncio.Queue()

        def tell(line: VerifyLine | None) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        folder = self.manager.folder_of(request.notebook.path)
        setting = Setting(
            Path(folder) if folder is not None else None,
            request.notebook.kernelspec,
            files=tried.files,
        )

        def work() -> None:
            try:
                verdict = prove(
                    tried.before,
                    tried.after,
                    setting,
                    made_of=tried.made_of,
                    lost=request.lost,
                    renamed=request.renamed,
                    progress=lambda share, label: tell(VerifyProgress(share, label)),
                    stop=stop,
                )
                tell(VerifyDone(verdict))
            except CancelledError:
                pass
            except Exception as error:
                self.log.error("A verification failed: %s", type(error).__name__)
                tell(VerifyFailed("The verification failed; the server's log says more."))
            finally:
                tell(None)

        async with _AT_ONCE:
            if stop.is_set():
                return
            running = loop.run_in_executor(None, work)
            while (line := await lines.get()) is not None:
                await self._say(line)
            await running

    async def _say(self, line: VerifyLine) -> None:
        if self._finished or (self._stop is not None and self._stop.is_set()):
            return
        self.write(msgspec.json.encode(line) + b"\n")
        await self.flush()
