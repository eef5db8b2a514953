"""Fixtures of the tests of the server part: requests to a real server."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPResponse

from jupyter_nbquality.server.handlers.base import MANAGER
from jupyter_nbquality.server.manager import NbQualityManager

Ask = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def ask(jp_fetch) -> Ask:
    """Sends a request to an endpoint; gives the response, whatever its status."""

    def send(path: str, body: Any = None, **options: Any) -> Awaitable[HTTPResponse]:
        if body is not None:
            options.setdefault("method", "POST")
            options["body"] = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return jp_fetch("nbquality", "api", *path.split("/"), raise_error=False, **options)

    return send


@pytest.fixture
def manager(jp_serverapp) -> NbQualityManager:
    return jp_serverapp.web_app.settings[MANAGER]


def reply(response: HTTPResponse) -> Any:
    return json.loads(response.body)


def notebook(*sources: str, path: str = "analysis.ipynb", **fields: Any) -> dict[str, Any]:
    """A notebook as the front end sends it."""
    cells = [
        {"id": f"c{number}", "cell_type": "code", "source": source}
        for number, source in enumerate(sources)
    ]
    return {"path": path, "cells": cells, **fields}
