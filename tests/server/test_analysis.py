"""Looking, fixing and formatting over HTTP: ordinary notebooks, and hostile ones."""

import asyncio
import contextlib
import json
import logging
import sys
import time

import pytest

from jupyter_nbquality.edits import TextEdit, apply_text_edits, source_hash
from jupyter_nbquality.execution.fresh_kernel import fresh_kernel
from tests.server.conftest import notebook, reply


def config(**settings):
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_nbquality": True}},
        "NbQualityManager": {"worker_count": 1, **settings},
    }


def codes(response):
    return {finding["code"] for finding in reply(response)["findings"]}


def applied(plan, sources):
    """Applies a plan to the sources of cells, as the front end does."""
    import msgspec

    result = dict(sources)
    for operation in plan["operations"]:
        assert operation["kind"] == "change-cell"
        assert operation["source_hash"] == source_hash(result[operation["cell"]])
        edits = msgspec.convert(operation["edits"], list[TextEdit])
        result[operation["cell"]] = apply_text_edits(result[operation["cell"]], edits)
    return result


async def test_inspect(ask):
    response = await ask("inspect", {"notebook": notebook("import os\n", "x = (\n", "y = 1\ny\n")})
    inspection = reply(response)
    assert inspection["supported"]
    assert [cell["parses"] for cell in inspection["cells"]] == [True, False, True]
    assert [cell["source_hash"] for cell in inspection["cells"]] == [
        source_hash(source) for source in ("import os\n", "x = (\n", "y = 1\ny\n")
    ]
    assert {"F401", "NB101"} <= codes(response)


async def test_settings_of_the_folder_count(ask, jp_root_dir):
    folder = jp_root_dir / "project" / "notebooks"
    folder.mkdir(parents=True)
    (jp_root_dir / "project/pyproject.toml").write_text('[tool.nbquality]\nignore = ["F401"]\n')
    sent = {"notebook": notebook("import os\n", path="project/notebooks/a.ipynb")}
    assert "F401" not in codes(await ask("inspect", sent))
    # The drive of collaboration shows the same files.
    sent = {"notebook": notebook("import os\n", path="RTC:project/notebooks/a.ipynb")}
    assert "F401" not in codes(await ask("inspect", sent))
    sent = {"notebook": notebook("import os\n", path="elsewhere/a.ipynb")}
    assert "F401" in codes(await ask("inspect", sent))
    sent = {"notebook": notebook("import os\n", path="S3:project/notebooks/a.ipynb")}
    assert "F401" in codes(await ask("inspect", sent))


@pytest.mark.parametrize("endpoint", ["inspect", "fix", "format"])
@pytest.mark.parametrize("path", ["../a.ipynb", "/etc/a.ipynb", "a/../../b.ipynb", "a\0.ipynb"])
async def test_no_path_out_of_the_root(ask, endpoint, path):
    response = await ask(endpoint, {"notebook": notebook("x = 1", path=path)})
    assert (response.code, reply(response)["reason"]) == (400, "bad-path")


async def test_settings_behind_a_link_out_of_the_root_do_not_count(ask, jp_root_dir):
    outside = jp_root_dir.parent / "elsewhere"
    outside.mkdir()
    (outside / "pyproject.toml").write_text('[tool.nbquality]\nignore = ["F401"]\n')
    (jp_root_dir / "link").symlink_to(outside)
    response = await ask("inspect", {"notebook": notebook("import os\n", path="link/a.ipynb")})
    assert response.code == 200
    assert "F401" in codes(response)


async def test_fix_one_finding_a_rule_a_cell_or_all(ask):
    sources = {"c0": "import os\nimport sys\n", "c1": "import re\nx = 1\nx\n"}
    sent = {"notebook": notebook(*sources.values())}
    findings = reply(await ask("inspect", sent))["findings"]
    first = next(finding for finding in findings if finding["code"] == "F401")
    for scope, left in (
        ({"finding": first["id"]}, 2),
        ({"cell": "c0"}, 1),
        ({"code": "F401"}, 0),
        ({}, 0),
    ):
        answer = reply(await ask("fix", {**sent, "scope": scope}))
        assert answer["kind"] == "plan", answer
        changed = applied(answer["plan"], sources)
        assert sum(source.count("import") for source in changed.values()) == left, scope
        assert answer["fixed"] == 3 - left


async def test_fix_keeps_the_imports_while_the_cell_below_is_written(ask):
    sent = {"notebook": notebook("import os\n", "print(")}
    answer = reply(await ask("fix", {**sent, "writing": "c1"}))
    assert (answer["kind"], answer["fixed"]) == ("plan", 0)


async def test_format(ask):
    sources = {"c0": "x = { 'a':1 }\n%timeit   x\n", "c1": "y=2"}
    sent = {"notebook": notebook(*sources.values())}
    answer = reply(await ask("format", {**sent, "cells": ["c0"]}))
    assert applied(answer["plan"], sources) == {
        "c0": 'x = {"a": 1}\n%timeit   x',
        "c1": "y=2",
    }
    answer = reply(await ask("format", sent))
    assert applied(answer["plan"], sources)["c1"] == "y = 2"


async def test_refactor(ask):
    sources = {"c0": "n = 1", "c1": "m = n + 1\nk = m", "c2": "print(k)"}
    sent = {"notebook": notebook(*sources.values())}
    wish = {"refactoring": "extract-function", "selection": {"cells": ["c1"]}, "name": "step"}
    answer = reply(await ask("refactor", {**sent, "wish": wish}))
    assert (answer["kind"], answer["parameters"], answer["returns"]) == ("extraction", ["n"], ["k"])
    assert applied(answer["plan"], sources)["c1"].endswith("k = step(n)")
    answer = reply(await ask("refactor", {**sent, "wish": {**wish, "name": "print"}}))
    assert (answer["kind"], answer["code"]) == ("refusal", "builtin-name")
    move = {
        "refactoring": "extract-module",
        "cells": ["c1"],
        "function": "step",
        "module": "steps.py",
        "path": "folder/steps.py",
    }
    answer = reply(await ask("refactor", {**sent, "wish": move}))
    assert (answer["kind"], answer["module"], answer["names"]) == (
        "module-extraction",
        "steps",
        ["step"],
    )
    assert answer["plan"]["operations"][0]["path"] == "folder/steps.py"
    answer = reply(await ask("refactor", {**sent, "wish": {**move, "function": ""}}))
    assert (answer["kind"], answer["code"]) == ("refusal", "nothing-to-move")


async def verified(ask, sent):
    """The lines of a verification."""
    response = await ask("verify", sent, request_timeout=120)
    return [json.loads(line) for line in response.body.decode().splitlines()]


async def test_verify(ask):
    document = notebook("n = 1", "m = n + 1\nk = m", "print(k)")
    wish = {"refactoring": "extract-function", "selection": {"cells": ["c1"]}, "name": "step"}
    made = reply(await ask("refactor", {"notebook": document, "wish": wish}))
    sent = {"notebook": document, "plan": made["plan"], "lost": made["loses"]}
    *progress, last = await verified(ask, sent)
    assert last["verdict"]["state"] == "identical"
    assert [line["kind"] for line in progress] == ["progress"] * 9
    edit = made["plan"]["operations"][0]["edits"][0]
    edit["text"] = edit["text"].replace("n + 1", "n + 2")
    last = (await verified(ask, sent))[-1]
    assert [each["cell"] for each in last["verdict"]["differences"]] == ["c2", None]
    sent["plan"]["operations"][0]["cell"] = "gone"
    response = await ask("verify", sent)
    assert (response.code, reply(response)["reason"]) == (400, "invalid-request")


async def test_verify_on_the_side(ask, tmp_path):
    document = notebook("n = 1", "m = n + 1\nk = m", "print(k)")
    wish = {"refactoring": "extract-function", "selection": {"cells": ["c1"]}, "name": "step"}
    made = reply(await ask("refactor", {"notebook": document, "wish": wish}))
    sent = {"notebook": document, "plan": made["plan"], "lost": made["loses"]}
    asked = reply(await ask("verify/quick", sent))
    assert (asked["kind"], asked["cells"]) == ("run", ["c1"])
    with fresh_kernel("python3", tmp_path) as kernel:
        kernel.run("n = 1", 20)
        answer = kernel.evaluate(asked["expression"], 20)
    told = reply(await ask("verify/quick", {**sent, "answer": answer}))
    assert (told["kind"], told["verdict"]["state"]) == ("verdict", "identical")
    response = await ask("verify/quick", {**sent, "answer": "1"})
    assert (response.code, reply(response)["reason"]) == (400, "invalid-request")


async def test_verify_asks_before_it_reaches_out(ask):
    document = notebook("n = 1\nm = n", "!echo hello", "print(m)")
    plan = {"title": "", "operations": [{"kind": "insert-cell", "after": None, "cell_type": "code",
                                         "source": "1"}]}  # fmt: skip
    (line,) = await verified(ask, {"notebook": document, "plan": plan})
    assert line["kind"] == "consent"
    assert line["effects"] == [
        {"cell": "c1", "kind": "subprocess", "what": "", "stays_inside": False}
    ]


async def test_rules(ask):
    rules = reply(await ask("rules"))
    assert {"NB104", "NB301"} <= {rule["code"] for rule in rules}
    assert [rule["code"] for rule in rules] == sorted(rule["code"] for rule in rules)
    page = reply(await ask("rules/absolute-path"))
    assert page["code"] == "NB301"
    assert "## Why" in page["markdown"]
    assert reply(await ask("rules/F401"))["slug"] == "unused-import"


@pytest.mark.parametrize("code", ["NB999", "--all", "a%0Ab", "x" * 2000, "%00"])
async def test_unknown_rules(ask, code):
    response = await ask(f"rules/{code}")
    assert (response.code, reply(response)["reason"]) == (404, "unknown-rule")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"1" * 5000, b'{"notebook":1}']
)
async def test_malformed_requests(ask, body):
    for endpoint in ("inspect", "fix", "format", "refactor", "apply"):
        response = await ask(endpoint, body)
        assert response.code == 400, endpoint
        error = reply(response)
        assert error["message"].endswith(".")
        assert "Traceback" not in error["message"]
        assert error["reason"] in {"malformed-json", "invalid-request"}


@pytest.mark.parametrize("jp_server_config", [config(max_request_bytes=1000)])
async def test_request_too_large(ask):
    for endpoint in ("inspect", "fix", "format", "refactor", "apply"):
        response = await ask(endpoint, {"notebook": notebook("x" * 1000)})
        assert (response.code, reply(response)["reason"]) == (413, "too-large")
        assert "max_request_bytes" in reply(response)["message"]


@pytest.mark.parametrize("jp_server_config", [config(max_cells=3, max_cell_chars=10)])
@pytest.mark.parametrize("sources", [["x = 1"] * 4, ["x = 1000000000"]])
async def test_notebook_too_large(ask, sources):
    response = await ask("inspect", {"notebook": notebook(*sources)})
    assert response.code == 200
    assert "is not analysed" in reply(response)["notices"][0]
    for endpoint in ("fix", "format"):
        answer = reply(await ask(endpoint, {"notebook": notebook(*sources)}))
        assert (answer["kind"], answer["code"]) == ("refusal", "too-large")


def states(response):
    staleness = reply(response)["staleness"]
    return staleness and [entry["state"] for entry in staleness]


async def test_what_is_stale(ask):
    sent = {"notebook": notebook("x = 2", "y = x", "z = 1")}
    assert states(await ask("inspect", sent)) is None
    assert states(await ask("inspect", {**sent, "runs": None})) is None
    assert states(await ask("inspect", {**sent, "runs": []})) == ["not-run"] * 3
    runs = [
        {"cell": "c0", "source": "x = 1", "started": 1.5},
        {"cell": "c1", "source": None, "started": None},
        {"cell": None, "source": "unknown = 1"},
        # It cannot be known what these were.
        {"cell": None, "source": None},
        {"cell": "gone", "source": None},
    ]
    response = await ask("inspect", {**sent, "runs": runs})
    assert states(response) == ["edited", "stale", "not-run"]
    reasons = [entry["reasons"] for entry in reply(response)["staleness"]]
    assert reasons[1:] == [[{"kind": "input-edited", "name": "x", "cell": "c0"}], []]


async def test_a_module_of_the_folder_that_was_edited(ask, jp_root_dir):
    (jp_root_dir / "project").mkdir()
    (jp_root_dir / "project/helpers.py").write_text("")
    written = (jp_root_dir / "project/helpers.py").stat().st_mtime
    cells = notebook("import helpers", "helpers.f()", path="project/a.ipynb")
    for started, state in [(written - 1, "stale"), (written + 1, "fresh")]:
        runs = [{"cell": f"c{number}", "source": None, "started": started} for number in (0, 1)]
        response = await ask("inspect", {"notebook": cells, "runs": runs})
        assert states(response) == ["fresh", state]


@pytest.mark.parametrize("runs", [3, [3], [{"cell": 3, "source": ""}], [{"source": "x"}]])
async def test_runs_that_are_none(ask, runs):
    response = await ask("inspect", {"notebook": notebook("x = 1"), "runs": runs})
    assert (response.code, reply(response)["reason"]) == (400, "invalid-request")


@pytest.mark.parametrize("jp_server_config", [config(max_cells=3, max_cell_chars=10)])
async def test_more_runs_than_are_looked_at(ask):
    runs = [{"cell": "c0", "source": "x = 1"}, {"cell": "c1", "source": "y = 1" + " " * 9}]
    response = await ask("inspect", {"notebook": notebook("x = 1", "y = 1"), "runs": runs})
    assert states(response) == ["fresh", "not-run"]
    runs += [{"cell": None, "source": "z = 1"}] * 2
    response = await ask("inspect", {"notebook": notebook("x = 1", "y = 1"), "runs": runs})
    assert states(response) == ["not-run", "not-run"]


@pytest.mark.parametrize("jp_server_config", [config(max_findings=2)])
async def test_more_problems_than_a_reply_holds(ask):
    response = await ask("inspect", {"notebook": notebook(*["import os\nimport sys\nimport re\n"])})
    assert len(reply(response)["findings"]) == 2
    assert any("more problems" in notice for notice in reply(response)["notices"])


@contextlib.asynccontextmanager
async def watched():
    """Measures how long the event loop of the server, which is this one, does not come round."""
    worst = [0.0]

    async def tick():
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.005)
            worst[0] = max(worst[0], time.perf_counter() - start - 0.005)

    ticking = asyncio.ensure_future(tick())
    yield worst
    ticking.cancel()


HOSTILE = {
    "brackets": ["(" * 50_000, "x = 1"],
    "closed brackets": ["(" * 5_000 + ")" * 5_000],
    "lists": ["x = " + "[" * 3_000 + "]" * 3_000],
    "unary": ["x = " + "-" * 100_000 + "1"],
    "not": ["x = " + "not " * 50_000 + "y"],
    "power": ["x = " + "**".join(["2"] * 20_000)],
    "sum": ["x = " + "+".join(["1"] * 20_000)],
    "attributes": ["x = a" + ".b" * 50_000],
    "calls": ["x = f" + "()" * 50_000],
    "lambdas": ["x = " + "lambda: " * 20_000 + "0"],
    "ifs": ["\n".join(" " * depth + "if x:" for depth in range(120)) + "\n" + " " * 120 + "pass"],
    "elifs": ["if x:\n    pass\n" + "elif y:\n    pass\n" * 5_000],
    "f-strings": ["x = " + "f'{" * 200 + "}'" * 200],
    "null bytes": ["x = 1\0", "\0" * 1000, "y = '\0'"],
    "a long line": ["x = '" + "a" * 1_000_000 + "'"],
    "a long comment": ["#" + "é" * 1_000_000],
    "a long name": ["a" * 1_000_000 + " = 1"],
    "a long number": ["x = " + "9" * 1_000_000],
    "a hex number": ["x = 0x" + "f" * 1_000_000],
    "spaces": [" " * 1_000_000 + "x = 1"],
    "tabs": ["\t" * 100_000 + "x"],
    "line breaks": ["\n" * 500_000, "\r" * 100_000, "\r\n" * 100_000],
    "backslashes": ["\\\n" * 100_000 + "x = 1"],
    "question marks": ["?" * 100_000, "x" + "?" * 100_000],
    "percent signs": ["%" * 100_000, "%time " * 20_000 + "x"],
    "exclamation marks": ["!" * 100_000, "x = !" + "ls " * 50_000],
    "cell magics": ["%%time\n" * 20_000 + "x = 1"],
    "quotes": ["'" * 100_001, '"""' * 33_333, "'\\" * 50_000],
    "decorators": ["@a\n" * 2_000 + "def f(): ..."],
    "secrets": ["password = '" + "a1" * 50_000 + "'", "token=" * 50_000],
    "addresses": ["https://" * 10_000, "http://a:b@" * 10_000],
    "paths": ["x = '" + "/home/u" * 50_000 + "'", "'C:\\\\" * 20_000],
    "noqa": ["# noqa: " + "E501," * 100_000, "x = 1  # nbq: ignore[" + "NB101," * 50_000 + "]"],
    "astral": ["x = '" + "\U0001f600" * 100_000 + "'; import os"],
    "control characters": ["".join(map(chr, range(32))) * 1000, "\u2028\u2029\x85\x0c" * 10_000],
    "byte order marks": ["\ufeff" * 20_000, "\ufeffimport os"],
    "right to left": ["x = '\u202e\u2066" + "\u202e" * 10_000 + "'"],
    "imports": ["import " + ", ".join(f"m{number}" for number in range(1_000))],
    "assignments": ["\n".join(f"x{number} = {number}" for number in range(20_000))],
    "undefined names": ["\n".join(f"x{number}" for number in range(1_000))],
    "markdown": ["# " * 100_000, "[" * 100_000, "<a " * 50_000],
}


@pytest.mark.parametrize("jp_server_config", [config(time_limit=120.0)])
async def test_hostile_notebooks(ask, subtests, manager):
    """Each gets an answer, not a crash; and an ordinary notebook after it gets its findings."""
    for name, sources in HOSTILE.items():
        with subtests.test(name):
            sent = {"notebook": notebook(*sources, "import os\n")}
            for cell in sent["notebook"]["cells"] if name == "markdown" else ():
                cell["cell_type"] = "markdown"
            start = time.monotonic()
            response = await ask("inspect", sent, request_timeout=150)
            took = time.monotonic() - start
            assert response.code == 200, response.body[:500]
            assert len(reply(response)["cells"]) == len(sent["notebook"]["cells"])
            assert took < 20, f"took {took:.1f} s"
            response = await ask("fix", sent, request_timeout=150)
            assert response.code == 200, response.body[:500]
            response = await ask("format", sent, request_timeout=150)
            assert response.code == 200, response.body[:500]
    response = await ask("inspect", {"notebook": notebook("import os\n")})
    assert "F401" in codes(response)


@pytest.mark.parametrize("jp_server_config", [config(time_limit=120.0)])
async def test_hostile_texts_that_ran(ask, subtests):
    for name in ("brackets", "sum", "lambdas", "f-strings", "null bytes", "a hex number", "quotes"):
        with subtests.test(name):
            runs = [{"cell": "c0", "source": source + "\ny = 2"} for source in HOSTILE[name]]
            sent = {"notebook": notebook(*HOSTILE[name]), "runs": runs}
            assert states(await ask("inspect", sent, request_timeout=150))[0] == "edited"


@pytest.mark.parametrize("jp_server_config", [config(max_cells=20_000, time_limit=120.0)])
async def test_ten_thousand_cells(ask):
    sources = [f"x{number} = {number}\nprint(x{number})\n" for number in range(10_000)]
    response = await ask("inspect", {"notebook": notebook(*sources)}, request_timeout=150)
    assert response.code == 200
    assert len(reply(response)["cells"]) == 10_000


@pytest.mark.parametrize("jp_server_config", [config(max_request_bytes=100_000_000)])
async def test_ninety_megabytes(ask):
    """Nobody sends that, but somebody may: the limits answer. (The tests' server takes 100 MB.)"""
    sent = {"notebook": notebook("x" * 90_000_000)}
    async with watched() as lag:
        response = await ask("inspect", sent, request_timeout=120)
    assert response.code == 200
    assert "is not analysed" in reply(response)["notices"][0]
    assert lag[0] < 2.0


async def test_more_than_a_request_may_have(ask):
    response = await ask("inspect", {"notebook": notebook("x" * 50_000_000)}, request_timeout=60)
    assert response.code == 413


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
@pytest.mark.parametrize(
    "jp_server_config", [config(memory_limit=250, max_request_bytes=100_000_000)]
)
async def test_memory_limit(ask):
    """What needs more memory than it may have is stopped, and the next one starts afresh."""
    response = await ask("inspect", {"notebook": notebook("x" * 90_000_000)}, request_timeout=60)
    assert response.code == 503
    assert reply(response)["reason"] in {"memory-limit", "crash"}
    response = await ask("inspect", {"notebook": notebook("import os\n")})
    assert "F401" in codes(response)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory is held")
@pytest.mark.parametrize("jp_server_config", [config(memory_limit=480)])
async def test_a_process_that_holds_much_memory_is_replaced(ask, manager):
    await ask("inspect", {"notebook": notebook("import os\n")})
    pids = manager.pool.pids
    await ask("inspect", {"notebook": notebook("import os\n")})
    assert manager.pool.pids == pids
    source = "\n".join(f"a{line} = [{line}, 'x']" for line in range(50_000))
    await ask("inspect", {"notebook": notebook(source)}, request_timeout=60)
    response = await ask("inspect", {"notebook": notebook("import os\n")})
    assert "F401" in codes(response)
    assert manager.pool.pids != pids


@pytest.mark.parametrize("jp_server_config", [config(time_limit=60.0)])
async def test_the_server_goes_on_during_a_heavy_analysis(ask):
    await ask("inspect", {"notebook": notebook("x = 1")})
    sources = [
        "\n".join(f"a{cell}_{line} = [{line}, 'x']" for line in range(2_000)) for cell in range(20)
    ]
    sent = json.dumps({"notebook": notebook(*sources)}).encode()
    async with watched() as lag:
        start = time.monotonic()
        heavy = asyncio.ensure_future(ask("inspect", sent, request_timeout=90))
        answered = 0
        while not heavy.done():
            assert (await ask("version")).code == 200
            answered += 1
            await asyncio.sleep(0.02)
        took = time.monotonic() - start
    assert (await heavy).code == 200
    assert took > 0.5, "not heavy enough to prove anything"
    assert answered > 5
    # Had the analysis held it up, the loop would have stood still for nearly all of the time.
    assert lag[0] < took / 3, f"the event loop stood still for {lag[0]:.3f} of {took:.3f} s"


async def test_the_log_holds_no_text_of_notebooks(ask, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "the_text_of_the_notebook"
    sent = notebook(f"{secret} = '\\d'\n{secret}(", path="a.ipynb")
    await ask("inspect", {"notebook": sent})
    await ask("inspect", {"notebook": {**sent, "cells": [{"id": secret, "cell_type": secret}]}})
    await ask("inspect", {"notebook": {**sent, "path": f"../{secret}"}})
    await ask("apply", {"operations": [{"kind": "change-file", "text": secret}]})
    assert caplog.text
    assert secret not in caplog.text


def whole(*sources: str, path: str = "analysis.ipynb"):
    """A notebook as the front end sends it with all that its file holds."""
    cells = [
        {"id": f"c{number}", "cell_type": "code", "source": source, "metadata": {}}
        for number, source in enumerate(sources)
    ]
    return {
        "path": path,
        "content": {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    }


async def test_gather(ask):
    response = await ask("gather", {"notebook": whole("x = 1", "y = 2", "x + z"), "cell": "c2"})
    found = reply(response)
    assert found["kind"] == "notebook"
    assert ["".join(cell["source"]) for cell in found["content"]["cells"]] == ["x = 1", "x + z"]
    assert found["missing"] == ["z"]
    assert found["cells"] == 2


@pytest.mark.parametrize("content", [{}, {"cells": 1}, {"cells": [], "nbformat": "x"}])
async def test_gather_of_what_is_no_notebook(ask, content):
    sent = {"notebook": {"path": "a.ipynb", "content": content}, "cell": "c1"}
    response = await ask("gather", sent)
    assert response.code in {200, 400}
    assert reply(response)["message"].endswith(".")


async def test_gather_refuses_a_cell_that_does_not_parse(ask):
    response = await ask("gather", {"notebook": whole("x = ("), "cell": "c0"})
    assert reply(response)["kind"] == "refusal"
    assert reply(response)["code"] == "broken"


async def test_uses(ask):
    sent = {"notebook": notebook("x = 1", "x + x", "x = 2\nx"), "name": "x", "cell": "c1"}
    found = reply(await ask("uses", sent | {"line": 0}))
    assert [place["cell"] for place in found["definitions"]] == ["c0"]
    assert [place["range"]["start"]["column"] for place in found["uses"]] == [0, 4]


async def test_uses_in_a_cell_that_is_not_there(ask):
    sent = {"notebook": notebook("x = 1"), "name": "x", "cell": "c9", "line": 0}
    response = await ask("uses", sent)
    assert response.code == 400
    assert "no code cell" in reply(response)["message"]
