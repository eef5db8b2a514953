"""Looking for tests of a cell."""

from threading import Event

from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError
from jupyter_nbquality.execution.workspace import TooManyFilesError
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE
from jupyter_nbquality.server.handlers.lines import LINES_OF_JSON, LinesHandler, Tell
from jupyter_nbquality.server.json_body import decode_notebook
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.server.suggest_wire import (
    SuggestDone,
    SuggestLine,
    SuggestPlan,
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
        asked = await self.planned("suggest", SuggestPlan)
        if asked is None:
            return
        request = decode_notebook(self.body(), SuggestRequest)
        if asked.plan is None:
            await self.say(LineFailed(asked.refusal))
        elif asked.effects and not request.consent:
            await self.say(LineConsent(asked.effects))
        else:
            await self._suggest(request, asked.plan)
        await self.finish()

    async def _suggest(self, request: SuggestRequest, plan: Plan) -> None:

        def work(tell: Tell, stop: Event) -> None:
            try:
                found = suggest(
                    plan,
                    request.notebook.kernelspec,
                    self.folder_of(request.notebook),
                    progress=lambda share, label: tell(LineProgress(share, label)),
                    stop=stop,
                )
            except (CannotSuggestError, KernelTroubleError, TooManyFilesError, OSError) as error:
                tell(LineFailed(str(error)))
            else:
                tell(SuggestDone(found))

        await self.stream(work, LineFailed("Looking for tests failed; the server's log says more."))
