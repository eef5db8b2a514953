"""Running tests of cells."""

import time
from pathlib import Path
from threading import Event

import msgspec

from jupyter_nbquality.execution.test_run import expression_parts
from jupyter_nbquality.execution.workspace import TooManyFilesError, workspace
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.about import RESOURCE
from jupyter_nbquality.server.handlers.analysis import ERRORS, EXAMPLE
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.handlers.lines import LINES_OF_JSON, LinesHandler, Tell
from jupyter_nbquality.server.json_body import decode_notebook
from jupyter_nbquality.server.tests_wire import (
    TestConsent,
    TestLine,
    TestPlan,
    TestProgress,
    TestRequest,
    TestRunner,
    TestsDone,
    TestsFailed,
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
        body = self.body()
        answer = await self.while_connected(self.manager.analyse("test", body))
        if answer.status != 200:
            self.send(answer)
            return
        request = decode_notebook(body, TestRequest)
        planned = msgspec.json.decode(answer.body, type=TestPlan)
        self.set_header("Content-Type", LINES_OF_JSON)
        if planned.effects and not request.consent:
            await self.say(TestConsent(planned.effects))
        else:
            await self._test(request, planned.plan)
        await self.finish()

    async def _test(self, request: TestRequest, plan: CleanPlan) -> None:
        folder = self.manager.folder_of(request.notebook.path)

        def work(tell: Tell, stop: Event) -> None:
            began = time.monotonic()
            try:
                with workspace(Path(folder) if folder is not None else None) as place:
                    setting = Setting(request.notebook.kernelspec, place.folder, CELL_SECONDS)
                    for each in run_cleanly(
                        plan, setting, lambda share, label: tell(TestProgress(share, label)), stop
                    ):
                        tell(TestTold(each.cell, each.result))
            except (TooManyFilesError, OSError) as error:
                tell(TestsFailed(str(error)))
            else:
                tell(TestsDone(len(plan.tests), time.monotonic() - began))

        await self.stream(work, TestsFailed("The tests failed to run; the server's log says more."))
