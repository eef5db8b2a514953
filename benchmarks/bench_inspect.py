"""Measure a look at a notebook after an edit: `python benchmarks/bench_inspect.py [--corpus DIR]`.

Starts a real Jupyter server and asks it over HTTP, as the front end does: a notebook of a hundred
cells is sent whole after each edit of one cell. Its cells are those of `examples/`, or with
`--corpus` those of the good notebooks of the corpus. What is measured is the time from sending the
request to having read the reply.
"""

import argparse
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality import notebook_file
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.server.wire import InspectRequest

ROOT = Path(__file__).resolve().parents[1]
LIMIT_MS = 25.0
CELLS = 100
EDITS = 50
START_TIMEOUT = 60.0


def hundred_cells(corpus: Path | None) -> Notebook:
    """Makes a notebook of a hundred cells from real ones."""
    if corpus is None:
        files = sorted((ROOT / "examples").glob("*.ipynb"))
    else:
        files = [corpus / line for line in (corpus / "good.txt").read_text("utf-8").splitlines()]
    cells: list[Cell] = []
    while len(cells) < CELLS:
        before = len(cells)
        for file in files:
            for cell in notebook_file.read(file).notebook.cells:
                cells.append(msgspec.structs.replace(cell, id=f"cell-{len(cells)}"))
        if len(cells) == before:
            raise SystemExit("There are no notebooks to measure on.")
    return Notebook("bench.ipynb", cells[:CELLS], kernelspec="python3", language_version="3.12.1")


def edited(notebook: Notebook, number: int) -> Notebook:
    """Edits one code cell of a notebook, another one each time."""
    places = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    index = places[number * 7 % len(places)]
    cell = notebook.cells[index]
    cells = list(notebook.cells)
    cells[index] = msgspec.structs.replace(cell, source=f"{cell.source}\nedit_{number} = {number}")
    return msgspec.structs.replace(notebook, cells=cells)


class Server:
    """A Jupyter server with this extension, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.token = secrets.token_hex(16)
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        }
        (folder / "root").mkdir()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                "--allow-root",
                f"--port={self.port}",
                f"--IdentityProvider.token={self.token}",
                f"--ServerApp.root_dir={folder / 'root'}",
                "--ServerApp.jpserver_extensions=jupyter_nbquality=True",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def wait(self) -> None:
        """Waits until it answers."""
        end = time.monotonic() + START_TIMEOUT
        while True:
            try:
                self.ask("GET", "version")
                return
            except (OSError, http.client.HTTPException):
                self._connection.close()
                if self._process.poll() is not None or time.monotonic() > end:
                    raise SystemExit("The server did not start.") from None
                time.sleep(0.1)

    def ask(self, verb: str, endpoint: str, body: bytes | None = None) -> bytes:
        """Sends a request over the one connection, and reads the reply."""
        headers = {"Authorization": f"token {self.token}"}
        self._connection.request(verb, f"/nbquality/api/{endpoint}", body, headers)
        response = self._connection.getresponse()
        reply = response.read()
        if response.status != 200:
            raise SystemExit(f"{endpoint}: {response.status} {reply.decode()}")
        return reply

    def close(self) -> None:
        """Stops it."""
        self._connection.close()
        self._process.terminate()
        self._process.wait(30)


def measure(corpus: Path | None = None, edits: int = EDITS) -> dict[str, Any]:
    """Measures.

    Args:
        corpus: The folder of the corpus; `None` for the examples.
        edits: How many edits.

    Returns:
        Milliseconds: of the first look (cold), the median and the 95th percentile of those after
        an edit; and how large the request and the reply were.
    """
    notebook = hundred_cells(corpus)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            server.wait()
            first, _, _ = _look(server, notebook)
            times = []
            request = reply = b""
            for number in range(edits):
                took, request, reply = _look(server, edited(notebook, number))
                times.append(took)
            again = [_look(server, notebook)[0] for _ in range(10)]
        finally:
            server.close()
    return {
        "cells": len(notebook.cells),
        "findings": len(json.loads(reply)["findings"]),
        "request_bytes": len(request),
        "reply_bytes": len(reply),
        "first_ms": round(first, 1),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "unchanged_ms": round(statistics.median(again), 1),
        "limit_ms": LIMIT_MS,
    }


def _look(server: Server, notebook: Notebook) -> tuple[float, bytes, bytes]:
    request = msgspec.json.encode(InspectRequest(notebook))
    start = time.perf_counter()
    reply = server.ask("POST", "inspect", request)
    return (time.perf_counter() - start) * 1000, request, reply


def main() -> int:
    """Prints what was measured; 1 when it is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder made by fetch_corpus.py")
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = measure(options.corpus, options.edits)
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"inspect after one edit of {result['cells']} cells ({result['findings']} findings): "
            f"median {result['median_ms']} ms, 95 % under {result['p95_ms']} ms "
            f"(limit {LIMIT_MS:g}); first look {result['first_ms']} ms, "
            f"nothing changed {result['unchanged_ms']} ms"
        )
    return int(result["median_ms"] > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
