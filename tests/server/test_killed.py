"""Where a server is killed while code moves to a module, nothing is lost.

What is left is the notebook as it was, and the module as it was or with what was to go there.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest

from jupyter_nbquality.edits import ChangeFile, EditPlan
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.notebook_file import parse
from jupyter_nbquality.refactor.applied import applied
from jupyter_nbquality.refactor.extract_module import ModuleExtraction
from jupyter_nbquality.server.refactor_wire import ExtractModuleWish, RefactorRequest
from jupyter_nbquality.server.refactoring import refactor
from jupyter_nbquality.server.wire import ApplyRequest

SOURCES = ["import math", "def area(r):\n    return math.pi * r**2", "print(round(area(1), 2))"]


class Server:
    """A real server, in a process of its own."""

    def __init__(self, root: Path) -> None:
        runtime = root / "runtime"
        runtime.mkdir(exist_ok=True)
        for left in runtime.glob("*.json"):
            left.unlink()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
             "--ServerApp.port=0", f"--ServerApp.root_dir={root / 'work'}",
             "--ServerApp.jpserver_extensions={'jupyter_nbquality': True}"],
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        info = self._info(runtime)
        self._url, self._token = info["url"], info["token"]

    def _info(self, runtime: Path) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for file in runtime.glob("jpserver-*.json"):
                try:
                    info: dict[str, Any] = json.loads(file.read_text("utf-8"))
                except ValueError:
                    continue
                return info
            time.sleep(0.05)
        raise AssertionError("The server does not start.")

    def send(self, endpoint: str, sent: msgspec.Struct) -> None:
        """Sends something, as soon as the server takes requests."""
        request = urllib.request.Request(
            f"{self._url}nbquality/api/{endpoint}",
            msgspec.json.encode(sent),
            {"Authorization": f"token {self._token}", "Content-Type": "application/json"},
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(request, timeout=60).close()
                return
            except urllib.error.URLError as error:
                refused = isinstance(error.reason, ConnectionRefusedError)
                if not refused or time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def server(root: Path) -> Iterator[Server]:
    made = Server(root)
    try:
        yield made
    finally:
        made.kill()


def notebook_file(sources: list[str]) -> bytes:
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {},
         "outputs": [], "source": source}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document).encode()


def asked(existing: str | None) -> ModuleExtraction:
    """Asks how the function goes to the module."""
    cells = [Cell(f"c{number}", "code", source) for number, source in enumerate(SOURCES)]
    wish = ExtractModuleWish(["c1"], "shapes.py", "shapes.py", existing=existing)
    made = refactor(RefactorRequest(Notebook("n.ipynb", cells), wish), None)
    assert isinstance(made, ModuleExtraction), made
    return made


def file_of(made: ModuleExtraction) -> ChangeFile | None:
    """Gives the change of the module; none where all stands there already."""
    return next((each for each in made.plan.operations if isinstance(each, ChangeFile)), None)


@pytest.mark.parametrize("existing", [None, "SIDES = 4\n"], ids=["a new file", "an old one"])
def test_a_killed_server(tmp_path: Path, existing: str | None) -> None:
    (tmp_path / "work").mkdir()
    module, file = tmp_path / "work" / "shapes.py", tmp_path / "work" / "n.ipynb"
    file.write_bytes(notebook_file(SOURCES))
    if existing is not None:
        module.write_text(existing, "utf-8")
    change = file_of(asked(existing))
    assert change is not None
    with server(tmp_path) as running:
        sending = Thread(target=_send, args=(running, change), daemon=True)
        sending.start()
        # As soon as anything of it is seen.
        _until(lambda: module.exists() and module.read_text("utf-8") != existing)
        running.kill()

    # The browser changes the notebook after the file: nothing of it is lost.
    assert file.read_bytes() == notebook_file(SOURCES)
    text = module.read_text("utf-8")
    assert change.text.startswith(text)
    if text != change.text and existing is not None:
        # Killed in the middle of writing: the contents manager kept the old text beside it.
        module.with_name(".~shapes.py").replace(module)
        text = module.read_text("utf-8")
        assert text == existing

    # Asked again, it goes on from there: nothing is missing, and nothing stands there twice.
    again = asked(text)
    rest = file_of(again)
    module.write_text(rest.text if rest is not None else text, "utf-8")
    after = module.read_text("utf-8")
    assert after.count("def area") == 1
    assert (existing or "") in after
    document = parse(file.read_bytes(), "n.ipynb").notebook
    plan = EditPlan("", [each for each in again.plan.operations if each is not rest])
    sources = [cell.source for cell in applied(document, plan).cells]
    assert sources == [SOURCES[0], "from shapes import area", SOURCES[2]]
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(sources)],
        cwd=tmp_path / "work",
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "3.14\n"


def _send(server: Server, change: ChangeFile) -> None:
    """Asks for a change; whoever is killed gives no answer."""
    with suppress(OSError, http.client.HTTPException):
        server.send("apply", ApplyRequest([change]))


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
