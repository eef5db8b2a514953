"""Looking for tests of a cell."""

from pathlib import Path
from threading import Event

import msgspec

from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
from jupyter_nbquality.execution.workspace import TooManyFilesError
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE
from jupyter_nbquality.server.handlers.lines import LINES_OF_JSON, LinesHandler, Tell
from jupyter_nbquality.server.json_body import decode_notebook
from jupyter_nbquality.server.suggest_wire import (
    SuggestConsent,
    SuggestDone,
    SuggestFailed,
    SuggestLine,
    SuggestPlan,
    SuggestProgress,
    SuggestRequest,
)
from jupyter_nbquality.testing.proposals import suggest
from jupyter_nbquality.testing.trial_plan import CannotSuggestError, Plan


class SuggestHandler(LinesHandler):
    """Runs code, so only who may execute may ask."""

    @endpoint(
        Endpoint(
            "Looks for tests of a cell: runs what it needs in fresh kernels and a copy of its "
            "folder, changes it a little many times, and sees which tests notice; answers in lines "
            "of JSON as it goes on.",
            "execute",
            "kernels",
            SuggestLine,
            SuggestRequest,
            ERRORS,
            SuggestRequest(EXAMPLE, "a1"),
            LINES_OF_JSON,
        )
    )
    async def post(self) -> None:
        """Answers with progress, and proposals at last."""
        body = self.body()
        answer = await self.while_connected(self.manager.analyse("suggest", body))
        if answer.status != 200:
            self.send(answer)
            return
        request = decode_notebook(body, SuggestRequest)
        asked = msgspec.json.decode(answer.body, type=SuggestPlan)
        self.set_header("Content-Type", LINES_OF_JSON)
        if asked.plan is None:
            await self.say(SuggestFailed(asked.refusal))
        elif asked.effects and not request.consent:
            await self.say(SuggestConsent(asked.effects))
        else:
            await self._suggest(request, asked.plan)
        await self.finish()

    async def _suggest(self, request: SuggestRequest, plan: Plan) -> None:
        folder = self.manager.folder_of(request.notebook.path)

        def work(tell: Tell, stop: Event) -> None:
            try:
                found = suggest(
                    plan,
                    request.notebook.kernelspec,
                    Path(folder) if folder is not None else None,
                    progress=lambda share, label: tell(SuggestProgress(share, label)),
                    stop=stop,
                )
            except (CannotSuggestError, KernelTroubleError, TooManyFilesError, OSError) as error:
                tell(SuggestFailed(str(error)))
            else:
                tell(SuggestDone(found))

        await self.stream(
            work, SuggestFailed("Looking for tests failed; the server's log says more.")
        )
