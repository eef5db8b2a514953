"""What the rules are, and the page of each."""

from jupyter_nbquality.server import wire
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.about import RESOURCE
from jupyter_nbquality.server.handlers.base import NbQualityHandler

ERRORS = {503: "The worker process could not be started."}


class RulesHandler(NbQualityHandler):
    """The rules of ours."""

    @endpoint(
        Endpoint("Lists the rules of ours.", "read", RESOURCE, list[wire.RuleInfo], errors=ERRORS)
    )
    async def get(self) -> None:
        """Answers with the list."""
        self.send(await self.while_connected(self.manager.ask("rules")))


class RuleHandler(NbQualityHandler):
    """The page of a rule."""

    @endpoint(
        Endpoint(
            "Explains a rule, one of ours or of ruff's.",
            "read",
            RESOURCE,
            wire.RulePage,
            errors=ERRORS,
        )
    )
    async def get(self, code: str) -> None:
        """Answers with the page."""
        self.send(await self.while_connected(self.manager.ask("rule", code)))
