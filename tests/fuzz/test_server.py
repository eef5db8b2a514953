"""Whatever notebook is sent, the server answers, and never with a mistake of its own."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import strategies
from tests.fuzz.running import check_sentence, fuzz, readable
from tests.server.conftest import ask, reply

__all__ = ["ask"]  # the fixture

REQUESTS = {
    "inspect": {},
    "fix": {"scope": {}, "unsafe": True, "writing": None},
    "format": {"cells": []},
}


@pytest.fixture
def answer(ask, jp_asyncio_loop):
    """Sends a request and waits for the response: the examples of a test share the server."""
    return lambda *request: jp_asyncio_loop.run_until_complete(ask(*request))


@settings(fuzz(60), suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(REQUESTS)), strategies.files)
def test_notebooks(answer, endpoint, data):
    file = readable(data)
    if file is None:
        return
    body = {"notebook": msgspec.to_builtins(file.notebook), **REQUESTS[endpoint]}
    # The browser escapes what UTF-8 cannot hold.
    response = answer(endpoint, json.dumps(body).encode())
    assert response.code in {200, 400}, response.body
    if response.code == 400:
        check_sentence(reply(response)["message"])
