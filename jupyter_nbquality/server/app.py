"""The server extension as an application: its configuration and its handlers."""

from typing import Any

from jupyter_server.extension.application import ExtensionApp

from jupyter_nbquality.server.files import FileChanges
from jupyter_nbquality.server.handlers.base import MANAGER, NotFoundHandler
from jupyter_nbquality.server.handlers.files import CHANGES
from jupyter_nbquality.server.manager import NbQualityManager
from jupyter_nbquality.server.openapi import BASE
from jupyter_nbquality.server.routes import ROUTES


class NbQualityApp(ExtensionApp):
    """Adds the endpoints under ``/nbquality/api/`` to a Jupyter server."""

    name = "jupyter_nbquality"
    extension_url = "/nbquality"
    load_other_extensions = True
    classes = [NbQualityManager]  # noqa: RUF012 - as traitlets wants it

    def initialize_settings(self) -> None:
        """Makes what the handlers need."""
        assert self.serverapp is not None
        contents = self.serverapp.contents_manager
        self.manager = NbQualityManager(
            parent=self, root_dir=getattr(contents, "root_dir", "") or ""
        )
        self.settings.update({MANAGER: self.manager, CHANGES: FileChanges(contents)})

    def initialize_handlers(self) -> None:
        """Adds the endpoints.

        Raises:
            TypeError: One of them does not say who may use it.
        """
        for route in ROUTES:
            route.endpoints()
            self.handlers.append((f"/{BASE}/{route.pattern()}", route.handler))
        self.handlers.append((f"/{BASE}/.*", NotFoundHandler))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        await super()._start_jupyter_server_extension(serverapp)  # type: ignore[no-untyped-call]
        self.manager.warm_up()

    async def stop_extension(self) -> None:
        """Ends the worker processes with the server."""
        await self.manager.close()
        await super().stop_extension()  # type: ignore[no-untyped-call]
