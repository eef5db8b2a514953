"""Tests of cells over the wire."""

import ast
import json
from pathlib import Path
from typing import Any

from jupyter_nbquality.execution.fresh_kernel import fresh_kernel
from jupyter_nbquality.execution.test_run import decode
from tests.server.conftest import notebook, reply


def tested(*cells: tuple[str, str]) -> dict[str, Any]:
    """Makes a notebook of cells with a test each."""
    document = notebook(*(source for source, _ in cells))
    for cell, (_, test) in zip(document["cells"], cells, strict=True):
        if test:
            cell["metadata"] = {"tests": [{"name": "t", "source": test.splitlines(True)}]}
    return document


async def test_clean(ask, jp_root_dir: Path):
    (jp_root_dir / "data.txt").write_text("3")
    document = tested(
        ("n = int(open('data.txt').read())\nopen('data.txt', 'w').write('4')", "assert n == 3"),
        ("1 / 0", ""),
        ("m = n + 1", "def test_m():\n    assert m == 5"),
    )
    response = await ask("test", {"notebook": document}, request_timeout=120)
    lines = [json.loads(line) for line in response.body.splitlines()]
    told = [line for line in lines if line["kind"] == "result"]
    assert [
        (line["cell"], line["result"]["status"], line["result"]["message"]) for line in told
    ] == [("c0", "passed", ""), ("c2", "failed", "assert 4 == 5")]
    assert lines[0] == {"kind": "progress", "share": 0.0, "label": "Testing cell 1: t"}
    assert (lines[-1]["kind"], lines[-1]["tests"]) == ("done", 2)
    assert (jp_root_dir / "data.txt").read_text() == "3"


async def test_one_of_them_asks_before_it_reaches_out(ask):
    document = tested(("import os\nx = os.system('true')", "assert x == 0"), ("y = 1", "assert y"))
    asked = {"notebook": document, "tests": [{"cell": "c0", "name": "t"}]}
    response = await ask("test", asked)
    (line,) = [json.loads(line) for line in response.body.splitlines()]
    assert (line["kind"], line["effects"][0]["kind"]) == ("consent", "subprocess")
    response = await ask("test", {**asked, "consent": True}, request_timeout=120)
    assert b'"status":"passed"' in response.body
    response = await ask("test", {"notebook": document, "tests": [{"cell": "c1", "name": "no"}]})
    assert json.loads(response.body.splitlines()[-1])["tests"] == 0


async def test_runner(ask, tmp_path: Path):
    runner = reply(await ask("test-runner"))
    asked = json.dumps({"tests": [{"name": "t", "source": "assert x == '\\'é\\n'"}]})
    with fresh_kernel("python3", tmp_path) as kernel:
        kernel.run("x = 2", 20)
        told = kernel.evaluate(runner["before"] + json.dumps(asked) + runner["after"], 20)
    (result,) = decode(told).results
    assert (result.status, result.message) == ("failed", 'assert 2 == "\'é\\n"')
    assert told[1:-1].replace("\\\\", "\\").replace("\\'", "'") == ast.literal_eval(told)
