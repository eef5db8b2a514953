"""What an endpoint is: a verb of a handler, with who may use it, what it takes and what it gives.

One decorator says all of it beside the code. The authorisation, the OpenAPI description and the
tests are made from that.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado.web import RequestHandler, authenticated

from jupyter_nbquality.server.errors import RequestError

VERBS = ("get", "post", "put", "patch", "delete")

Method = Callable[..., Awaitable[None]]


class Endpoint(msgspec.Struct, frozen=True):
    """The description of one verb of one handler.

    Attributes:
        summary: What it does, one sentence.
        action: What its user must be allowed to do: ``read``, ``write`` or ``execute``.
        resource: On what.
        reply: The type of its reply; ``None`` for one without a type of ours.
        request: The type of its request; ``None`` where there is no body.
        errors: The statuses it may answer with besides 200, 403 and 404, and when.
        example: A request that is answered with 200; ``None`` where there is no body.
        media: The MIME type of the reply.
    """

    summary: str
    action: str
    resource: str
    reply: Any
    request: Any = None
    errors: dict[int, str] = {}
    example: Any = None
    media: str = "application/json"


class Route(msgspec.Struct, frozen=True):
    """One path.

    Attributes:
        path: Below the base address of the interface; ``{name}`` is a parameter.
        handler: Who answers.
        parameters: What each parameter of the path is, with an example, by name.
    """

    path: str
    handler: type[RequestHandler]
    parameters: dict[str, tuple[str, str]] = {}

    def pattern(self) -> str:
        """Gives the regular expression of the path."""
        pattern = self.path
        for name in self.parameters:
            pattern = pattern.replace(f"{{{name}}}", "([^/]+)")
        return pattern

    def endpoints(self) -> dict[str, Endpoint]:
        """Gives the endpoints by verb.

        Raises:
            TypeError: A verb of the handler is not described, and so may be open to anybody.
        """
        found = {}
        for verb in VERBS:
            method = getattr(self.handler, verb)
            if method is getattr(RequestHandler, verb):
                continue
            description = getattr(method, "endpoint", None)
            if not isinstance(description, Endpoint):
                raise TypeError(f"{self.handler.__name__}.{verb} is not described by `endpoint`")
            found[verb] = description
        return found


def endpoint(description: Endpoint) -> Callable[[Method], Method]:
    """Makes a verb of a handler an endpoint: authenticated, authorised and described."""

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        async def answered(handler: Any, *args: str) -> None:
            try:
                await method(handler, *args)
            except RequestError as error:
                handler.refuse(error)
            except asyncio.CancelledError:
                # The client closed the connection: there is nobody to answer.
                if not handler.request.connection.stream.closed():
                    raise

        guard: Callable[[Method], Method] = authorized(description.action, description.resource)
        guarded: Any = authenticated(guard(answered))
        guarded.endpoint = description
        return guarded  # type: ignore[no-any-return]

    return decorate
