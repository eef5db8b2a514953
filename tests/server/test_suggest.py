"""Looking for tests of a cell, over the wire."""

import json
import sys

import pytest

from tests.server.conftest import notebook


async def told(ask, cell: str, *sources: str, **more):
    sent = {"notebook": notebook(*sources), "cell": cell, **more}
    response = await ask("suggest", sent, request_timeout=120)
    assert response.code == 200
    return [json.loads(line) for line in response.body.decode().splitlines()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
async def test_proposals_come_line_by_line(ask):
    *progress, last = await told(
        ask, "c1", "n = 3", "def twice(x):\n    return x * 2\nm = twice(n)"
    )
    assert {line["kind"] for line in progress} == {"progress"}
    shares = [line["share"] for line in progress]
    assert shares == sorted(shares)
    found = last["suggestion"]
    assert last["kind"] == "suggestion"
    assert "assert twice(3) == 6" in found["proposals"][0]["source"]
    assert found["worth"]["killed"] == found["worth"]["mutants"] > 0


async def test_what_reaches_out_is_asked_for_first(ask):
    (line,) = await told(ask, "c0", "import requests\nm = len(requests.get('http://x').text)")
    assert line["kind"] == "consent"
    assert [each["kind"] for each in line["effects"]] == ["network"]


@pytest.mark.parametrize(
    ("cell", "source", "sentence"),
    [("c0", "x = (", "does not parse"), ("c7", "x = 1", "no such cell"), ("c0", "1", "no names")],
)
async def test_a_sentence_says_why_nothing_is_proposed(ask, cell, source, sentence):
    (line,) = await told(ask, cell, source)
    assert line["kind"] == "failed"
    assert sentence in line["message"]
