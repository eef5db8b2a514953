"""Running two versions of a notebook, and comparing them."""

from threading import Event

from jupyter_nbquality.edits import EditPlan
from jupyter_nbquality.execution.proof import Setting, prove
from jupyter_nbquality.execution.verdict import Verdict
from jupyter_nbquality.refactor.trial import Trial
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.about import RESOURCE
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE, AnalysisHandler
from jupyter_nbquality.server.handlers.lines import LINES_OF_JSON, LinesHandler, Tell
from jupyter_nbquality.server.json_body import decode
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.server.quick_wire import QuickReply, QuickRequest
from jupyter_nbquality.server.verify_wire import (
    VerifyDone,
    VerifyLine,
    VerifyRequest,
)


class VerifyHandler(LinesHandler):
    """Runs code, so only who may execute may ask."""

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
        tried = await self.planned("trial", Trial)
        if tried is None:
            return
        request = decode(self.body(), VerifyRequest)
        if not request.plan.operations:
            await self.say(VerifyDone(Verdict("identical", "", [], [], 0, 0.0)))
        elif tried.effects and not request.consent:
            await self.say(LineConsent(tried.effects))
        else:
            await self._verify(request, tried)
        await self.finish()

    async def _verify(self, request: VerifyRequest, tried: Trial) -> None:
        setting = Setting(
            self.folder_of(request.notebook),
            request.notebook.kernelspec,
            files=tried.files,
        )

        def work(tell: Tell, stop: Event) -> None:
            verdict = prove(
                tried.before,
                tried.after,
                setting,
                made_of=tried.made_of,
                lost=request.lost,
                renamed=request.renamed,
                progress=lambda share, label: tell(LineProgress(share, label)),
                stop=stop,
            )
            tell(VerifyDone(verdict))

        failed = LineFailed("The verification failed; the server's log says more.")
        await self.stream(work, failed)


class QuickHandler(AnalysisHandler):
    """Runs nothing: the front end does, in the live kernel."""

    @endpoint(
        Endpoint(
            "Says what a live kernel has to evaluate to compare the cells that a plan changes, on "
            "what it holds; then judges what it came to.",
            "read",
            RESOURCE,
            QuickReply,
            QuickRequest,
            ERRORS,
            QuickRequest(EXAMPLE, EditPlan("Change nothing", [])),
        )
    )
    async def post(self) -> None:
        """Answers with an expression, or a verdict."""
        await self.answer("quick")
