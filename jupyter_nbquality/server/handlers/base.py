"""What all handlers share."""

import asyncio
from collections.abc import Coroutine
from http.client import responses
from typing import Any, TypeVar, cast

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_nbquality.server.errors import ErrorReply, RequestError
from jupyter_nbquality.server.manager import NbQualityManager
from jupyter_nbquality.server.protocol import Answer

MANAGER = "nbquality_manager"

Result = TypeVar("Result")

_REASONS = {
    403: ("forbidden", "You are not allowed to do this on this server."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method", "This address does not answer such a request."),
}


class NbQualityHandler(APIHandler):
    """A handler of this extension: JSON in, JSON out, errors as `ErrorReply`."""

    _work: "asyncio.Task[Any] | None" = None

    @property
    def manager(self) -> NbQualityManager:
        """The manager that does the work."""
        return cast(NbQualityManager, self.settings[MANAGER])

    def body(self) -> bytes:
        """Gives the body of the request.

        Raises:
            RequestError: It is missing or too large.
        """
        body = self.request.body
        limit = self.manager.max_request_bytes
        if len(body) > limit:
            raise RequestError(
                413,
                "too-large",
                f"The request has {len(body):,} bytes, and {limit:,} are allowed "
                "(NbQualityManager.max_request_bytes).",
            )
        if not body:
            raise RequestError(400, "malformed-json", "The request has no body: JSON is expected.")
        return body

    def reply(self, value: object) -> None:
        """Sends a reply."""
        self.send(Answer(200, msgspec.json.encode(value)))

    def send(self, answer: Answer) -> None:
        """Sends a reply that is encoded already."""
        self.set_status(answer.status)
        self.finish(answer.body)

    def refuse(self, error: RequestError) -> None:
        """Sends why a request is not answered."""
        self.send(Answer(error.status, msgspec.json.encode(error.reply)))

    async def while_connected(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Waits for something that is given up when the client closes the connection.

        Raises:
            asyncio.CancelledError: The client did.
        """
        task: asyncio.Task[Result] = asyncio.ensure_future(work)
        self._work = task
        return await task

    def on_connection_close(self) -> None:
        """Gives up what nobody waits for any more."""
        if self._work is not None:
            self._work.cancel()
        super().on_connection_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Sends an error of the framework in the same form as ours; never a traceback."""
        reason, message = _REASONS.get(
            status_code, ("error", f"{responses.get(status_code, 'Error')}.")
        )
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, HTTPError) and error.log_message and status_code < 500:
            message = error.log_message % error.args if error.args else error.log_message
        self.finish(msgspec.json.encode(ErrorReply(message, reason)))


class NotFoundHandler(NbQualityHandler):
    """Answers in JSON where there is no endpoint: a newer front end may ask for one."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuses every request, once it is known who asks."""
        await super().prepare()
        if not self.current_user:
            raise HTTPError(403)
        raise HTTPError(404, "This server part does not know this request: it may be too old.")
