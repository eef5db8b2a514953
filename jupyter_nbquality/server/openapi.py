"""The description of the interface as OpenAPI 3.1, made from the endpoints themselves."""

from collections.abc import Iterable
from http.client import responses
from typing import Any

import msgspec

from jupyter_nbquality import __version__
from jupyter_nbquality.server.endpoint import Endpoint, Route
from jupyter_nbquality.server.errors import ErrorReply
from jupyter_nbquality.server.schema import definitions, reference

BASE = "nbquality/api"
"""Where the interface is, below the base address of the server."""

_SCHEMAS = "#/components/schemas/{name}"


def describe(routes: Iterable[Route], base_url: str = "/") -> dict[str, Any]:
    """Describes endpoints.

    Args:
        routes: Where they are.
        base_url: The base address of the server.

    Returns:
        An OpenAPI 3.1 document.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_nbquality",
            "version": __version__,
            "description": "What the JupyterLab extension asks its server part.",
        },
        "servers": [{"url": f"{base_url.rstrip('/')}/{BASE}"}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": {f"/{route.path}": _path(route) for route in routes},
        "components": {
            "schemas": definitions(_SCHEMAS),
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token` and the server's token.",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "_xsrf",
                    "description": "A session of the browser, with the header `X-XSRFToken`.",
                },
            },
        },
    }


def _path(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        verb: _operation(route, verb, endpoint) for verb, endpoint in route.endpoints().items()
    }
    if route.parameters:
        described["parameters"] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, (text, example) in route.parameters.items()
        ]
    return described


def _operation(route: Route, verb: str, endpoint: Endpoint) -> dict[str, Any]:
    words = [word for word in route.path.replace(".json", "").split("/") if word[0] != "{"]
    name = "-".join([verb, *words, *route.parameters])
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": endpoint.summary,
        "description": f"Needs `{endpoint.action}` on `{endpoint.resource}`.",
        "responses": {"200": _response("The answer.", endpoint.reply, endpoint.media)},
    }
    errors = {403: "Not signed in, or not allowed.", **endpoint.errors}
    if route.parameters:
        errors[404] = "There is no such thing."
    for status, text in sorted(errors.items()):
        operation["responses"][str(status)] = _response(text or responses[status], ErrorReply)
    if endpoint.request is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": reference(endpoint.request),
                    "example": msgspec.to_builtins(endpoint.example),
                }
            },
        }
    return operation


def _response(text: str, kind: Any, media: str = "application/json") -> dict[str, Any]:
    schema = {"type": "object"} if kind is None else reference(kind)
    return {"description": text, "content": {media: {"schema": schema}}}
