"""Who answers, and what can be asked."""

from jupyter_nbquality.server import openapi
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.wire import ServerInfo

RESOURCE = "nbquality"


class VersionHandler(NbQualityHandler):
    """The versions of the server part."""

    @endpoint(Endpoint("Tells the versions of the server part.", "read", RESOURCE, ServerInfo))
    async def get(self) -> None:
        """Answers with the versions."""
        self.reply(self.manager.info)


class OpenApiHandler(NbQualityHandler):
    """The description of this interface."""

    @endpoint(Endpoint("Describes this interface as OpenAPI 3.1.", "read", RESOURCE, None))
    async def get(self) -> None:
        """Answers with the description."""
        from jupyter_nbquality.server.routes import ROUTES

        self.reply(openapi.describe(ROUTES, self.base_url))
