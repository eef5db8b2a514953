"""Running tests of cells."""

import time
from threading import Event

from jupyter_nbquality.execution.test_run import expression_parts
from jupyter_nbquality.execution.workspace import TooManyFilesError, workspace
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.about import RESOURCE
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.handlers.lines import LINES_OF_JSON, LinesHandler, Tell
from jupyter_nbquality.server.json_body import decode_notebook
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.server.tests_wire import (
    TestLine,
    TestPlan,
    TestRequest,
    TestRunner,
    TestsDone,
    TestTold,
)
from jupyter_nbquality.testing.clean import CleanPlan, run_cleanly
from jupyter_nbquality.testing.slice_kernel import Setting

CELL_SECONDS = 300.0


class TestRunnerHandler(NbQualityHandler):
    """What the front end has a live kernel evaluate."""

    __test__ = False

    @endpoint(Endpoint("Gives what runs tests in a kernel.", "read", RESOURCE, TestRunner))
    async def get(self) -> None:
        """Answers with the text."""
        self.reply(TestRunner(*expression_parts()))


class TestHandler(LinesHandler):
    """Runs code, so only who may execute may ask."""

    __test__ = False

    @endpoint(
        Endpoint(
            "Runs tests of cells in fresh kernels and a copy of the notebook's folder, each after "
            "the cells that it needs and no other; answers in lines of JSON as it goes on.",
            "execute",
            "kernels",
            TestLine,
            TestRequest,
            ERRORS,
            TestRequest(EXAMPLE),
            LINES_OF_JSON,
        )
    )
    async def post(self) -> None:
        """Answers with what came of each test."""
        planned = await self.planned("test", TestPlan)
        if planned is None:
            return
        request = decode_notebook(self.body(), TestRequest)
        if planned.effects and not request.consent:
            await self.say(LineConsent(planned.effects))
        else:
            await self._test(request, planned.plan)
        await self.finish()

    async def _test(self, request: TestRequest, plan: CleanPlan) -> None:

        def work(tell: Tell, stop: Event) -> None:
            began = time.monotonic()
            try:
                with workspace(self.folder_of(request.notebook)) as place:
                    setting = Setting(request.notebook.kernelspec, place.folder, CELL_SECONDS)
                    for each in run_cleanly(
                        plan, setting, lambda share, label: tell(LineProgress(share, label)), stop
                    ):
                        tell(TestTold(each.cell, each.result))
            except (TooManyFilesError, OSError) as error:
                tell(LineFailed(str(error)))
            else:
                tell(TestsDone(len(plan.tests), time.monotonic() - began))

        await self.stream(work, LineFailed("The tests failed to run; the server's log says more."))
