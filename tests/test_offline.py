"""Nothing leaves the computer: the command and the server work where no other can be reached."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
NBQUALITY = Path(sys.executable).with_name("nbquality")
TOKEN = "offline"

# Every Python process reads this when it starts; a hook cannot be taken away again.
GUARD = """
import os, socket, sys

HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname(), None}
ASKING = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0,
          "socket.gethostbyname": 0}

def guard(event, arguments):
    place = ASKING.get(event)
    if place is None:
        return
    host = arguments[place]
    if place == 1:  # of a socket: its address, which is a path or a pair
        if not isinstance(host, tuple):
            return
        host = host[0]
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host not in HERE:
        with open(os.environ["NBQUALITY_TEST_CALLS"], "a") as log:
            log.write(f"{event} {host} {sys.argv}\\n")
        raise PermissionError(f"{host} is not this computer")

sys.addaudithook(guard)
"""


class Offline:
    """Runs processes that reach nothing but this computer, and knows what they tried."""

    def __init__(self, folder: Path) -> None:
        self._calls = folder / "calls.txt"
        self.project = Path(shutil.copytree(EXAMPLES, folder / "project"))
        guard = folder / "guard"
        guard.mkdir()
        (guard / "sitecustomize.py").write_text(GUARD)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(guard),
            "NBQUALITY_TEST_CALLS": str(self._calls),
            "HOME": str(folder),
        }

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def calls(self) -> str:
        """What was tried to reach; empty where nothing was."""
        return self._calls.read_text() if self._calls.exists() else ""


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    return Offline(tmp_path)


def test_the_guard_notices_a_call(offline: Offline) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://example.org')"
    assert offline.run(sys.executable, "-c", code).returncode == 1
    assert "socket.getaddrinfo example.org" in offline.calls()
    code = "import socket; socket.socket().connect(('192.0.2.1', 80))"
    assert "not this computer" in offline.run(sys.executable, "-c", code).stderr
    assert "socket.connect 192.0.2.1" in offline.calls()


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (1, ["check"]),
        (1, ["check", "--output-format", "json"]),
        (1, ["check", "--fix", "--unsafe-fixes", "customer_churn.ipynb"]),
        (0, ["format"]),
        (0, ["rule", "NB301"]),
        (0, ["rule", "F401"]),
        (0, ["init"]),
        (0, ["--version"]),
    ],
)
def test_the_command(offline: Offline, status: int, arguments: list[str]) -> None:
    result = offline.run(NBQUALITY, *arguments)
    assert (result.returncode, offline.calls()) == (status, ""), result.stderr


def test_the_command_without_any_network(offline: Offline) -> None:
    """ruff is no Python, so its calls pass the guard: here not even they could."""
    if not shutil.which("unshare") or offline.run("unshare", "-rn", "true").returncode:
        pytest.skip("needs a system that lets people take the network away from a process")
    with_network = offline.run(NBQUALITY, "check", "--no-cache")
    without = offline.run("unshare", "-rn", NBQUALITY, "check", "--no-cache")
    assert without.stdout == with_network.stdout
    assert without.returncode == 1


@pytest.fixture
def server(offline: Offline, tmp_path: Path) -> Iterator[str]:
    """The address of a server with the extension, in a process of its own."""
    runtime = tmp_path / "runtime"
    command = [
        *(sys.executable, "-m", "jupyter_server", "--ServerApp.open_browser=False"),
        *("--ServerApp.port=0", "--ServerApp.allow_root=True", "--ServerApp.ip=127.0.0.1"),
        "--ServerApp.jpserver_extensions={'jupyter_nbquality': True}",
        f"--IdentityProvider.token={TOKEN}",
    ]
    environment = {**offline.environment, "JUPYTER_RUNTIME_DIR": str(runtime)}
    process = subprocess.Popen(
        command,
        cwd=offline.project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _address(process, runtime)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _address(process: subprocess.Popen[bytes], runtime: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        for path in runtime.glob(f"jpserver-{process.pid}.json"):
            try:
                port = json.loads(path.read_text())["port"]
                address = f"http://127.0.0.1:{port}/nbquality/api"
                ask(address, "version")
            except (ValueError, urllib.error.URLError):
                continue  # not yet
            return address
        time.sleep(0.1)
    raise AssertionError("The server did not start.")


def ask(address: str, path: str, body: object = None) -> Any:
    request = urllib.request.Request(
        f"{address}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())


def test_the_server(offline: Offline, server: str) -> None:
    source = "import os\nimport requests\nrequests.get('https://example.org')\n!pip install x\n"
    notebook = {
        "path": "customer_churn.ipynb",
        "cells": [{"id": "a", "cell_type": "code", "source": source}],
        "kernelspec": "python3",
    }
    findings = ask(server, "inspect", {"notebook": notebook})["findings"]
    assert {"F401", "NB303"} <= {finding["code"] for finding in findings}
    fix = {"notebook": notebook, "scope": {}, "unsafe": True, "writing": None}
    assert ask(server, "fix", fix)["plan"]["operations"]
    assert ask(server, "format", {"notebook": notebook, "cells": []})["plan"]["operations"]
    assert ask(server, "rules/NB301")
    assert ask(server, "rules")
    assert offline.calls() == ""
