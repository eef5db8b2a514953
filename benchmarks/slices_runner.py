"""Runs cells in fresh namespaces and says what they showed and bound.

The worker of `bench_slices` and `bench_staleness`. Reads one job a line from its standard input:
``{"id", "folder", "cells": [[count, source, names]], "again": […], "seconds"}``; each job runs in
a process of its own, forked from this one, in a copy of the folder. What is to run again is run
after the cells, each on what these left. A cell may have a fourth item: names whose values before
it are told too. Writes ``{"id", "cells": [{"before", "outputs", "values", "kinds", "error"}],
"end", "again": […]}`` a line, or ``{"id", "failed"}``; the end is what all the names hold then.

Runs under any Python that has IPython; nothing of the project is imported.
"""

import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import sys
import tempfile
import types
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_PROMPT = re.compile(r"(?m)^Out\[\d+\]: ")
_SLOWEST = re.compile(r"The slowest run took[^\n]*\n")
_WRITING = re.compile(r"(?m)^(?:Overwriting|Writing) ")
_TIMES = re.compile(
    r"\b\d\d:\d\d:\d\d\b|(CPU times|Wall time|CPU Times|Compiler time)[^\n]*"
    r"|\d[\d.]* (ns|µs|us|ms|s)\b[^\n]*loops?[^\n]*"
)
_DEPTH = 6
_MOST_ITEMS = 2_000


def digest(data: bytes | str) -> str:
    """Gives a short name of a value."""
    return hashlib.sha1(data.encode() if isinstance(data, str) else data).hexdigest()[:16]


def printed(text: str) -> str:
    """Takes out of a text what differs from run to run for reasons of no interest."""
    text = _WRITING.sub("Writing ", _SLOWEST.sub("", _PROMPT.sub("Out: ", text)))
    return _TIMES.sub("<time>", _ADDRESS.sub("0x", text))


def value_of(value: Any, depth: int = _DEPTH) -> Any:
    """Gives what a value is, as JSON, without addresses and without what differs between runs."""
    if value is None or isinstance(value, bool | int):
        return repr(value)[:200]
    if isinstance(value, float | complex):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return printed(value) if len(value) < 200 else digest(printed(value))
    if isinstance(value, bytes):
        return digest(value)
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, types.FunctionType):
        return f"function {digest(value.__code__.co_code)}"
    if isinstance(value, type):
        return f"class {value.__qualname__} {sorted(vars(value))}"
    if depth == 0:
        return name
    if name.startswith("pandas."):
        return [name, *_of_pandas(value, depth)]
    if name == "numpy.ndarray" or (name.startswith("numpy.") and hasattr(value, "tobytes")):
        if value.dtype == object:
            return [name, [value_of(item, depth - 1) for item in value.ravel()[:_MOST_ITEMS]]]
        if value.dtype.kind in "fc":
            import numpy

            value = numpy.round(value, 10)
        return [name, str(value.dtype), list(value.shape), digest(value.tobytes())]
    if isinstance(value, dict):
        pairs = list(value.items())[:_MOST_ITEMS]
        return [name, [[value_of(key, depth - 1), value_of(it, depth - 1)] for key, it in pairs]]
    if isinstance(value, list | tuple):
        return [name, len(value), [value_of(item, depth - 1) for item in value[:_MOST_ITEMS]]]
    if isinstance(value, set | frozenset):
        return [name, sorted(json.dumps(value_of(item, depth - 1)) for item in value)]
    if name.startswith("matplotlib.") and hasattr(value, "get_children"):
        return [name, _of_artist(value)]
    if name.startswith("_io.") or isinstance(value, types.GeneratorType):
        return name
    try:
        parts = vars(value)
    except TypeError:
        return name
    # Libraries keep times and caches under private names.
    ours = kind.__module__ == "__main__"
    held = {
        key: value_of(part, depth - 2)
        for key, part in parts.items()
        if depth > 1 and (ours or not (key.startswith("_") or "time" in key))
    }
    return [name, held]


def _of_pandas(value: Any, depth: int) -> list[Any]:
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        columns = [value.iloc[:, number] for number in range(min(value.shape[1], 200))]
        return [
            list(value.shape),
            [str(column) for column in value.columns],
            value_of(value.index, depth - 1),
            [value_of(column.to_numpy(), depth - 1) for column in columns],
        ]
    if hasattr(value, "to_numpy"):
        found = [value_of(value.to_numpy(), depth - 1), str(getattr(value, "name", ""))]
        if hasattr(value, "index") and not callable(value.index):
            found.append(value_of(value.index.to_numpy(), depth - 1))
        return found
    return []


def _of_artist(value: Any) -> Any:
    """Gives what a figure or its parts look like."""
    figure = value if hasattr(value, "savefig") else None
    if figure is None:
        return type(value).__name__
    return picture(figure)


def picture(figure: Any) -> str:
    """Draws a figure."""
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure.savefig(buffer, format="raw", dpi=40)
    except Exception as error:
        return f"no picture: {type(error).__name__}"
    return digest(buffer.getvalue())


def _nothing(_line: str) -> None:
    """Stands for magics of a notebook's front end."""


def _no_network(*_args: object, **_options: object) -> None:
    raise OSError("there is no network here")


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Runs the cells of a job, one after another, also after an error."""
    socket.socket.connect = _no_network  # type: ignore[method-assign,assignment]
    socket.create_connection = _no_network  # type: ignore[assignment]
    socket.getaddrinfo = _no_network  # type: ignore[assignment]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from IPython.core.interactiveshell import InteractiveShell

    sys.path.insert(0, "")
    shell = InteractiveShell.instance()
    shell.cache_size = 1000
    shell.history_manager.enabled = False
    shell.magics_manager.magics["line"].update(matplotlib=_nothing, config=_nothing)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show = lambda *_args, **_options: None
    found = [_of_cell(shell, *cell) for cell in job["cells"]]
    names = {name for _count, _source, *lists in job["cells"] for each in lists for name in each}
    end = _held(shell, names)
    again = [_run_aside(shell, cell) for cell in job.get("again", ())]
    return {"id": job["id"], "cells": found, "end": end, "again": again}


def _held(shell: Any, names: Iterable[str]) -> dict[str, str]:
    """Gives what names hold, in short; also ``file:path`` and ``state:random numpy``."""
    found = {
        name: digest(json.dumps(value_of(shell.user_ns[name]), default=str))
        for name in names
        if name in shell.user_ns
    }
    for name in names:
        if name.startswith("file:") and Path(name[5:]).is_file():
            found[name] = digest(Path(name[5:]).read_bytes())
    if "state:random python" in names:
        found["state:random python"] = digest(repr(random.getstate()))
    if "state:random numpy" in names and "numpy" in sys.modules:
        found["state:random numpy"] = digest(repr(sys.modules["numpy"].random.get_state()))
    return found


def _of_cell(
    shell: Any, count: int, source: str, names: list[str], reads: Iterable[str] = ()
) -> dict[str, Any]:
    """Runs a cell; gives what it found, what it showed, and what the names hold then."""
    from IPython.utils.capture import capture_output

    before = _held(shell, reads)
    pyplot = sys.modules.get("matplotlib.pyplot")
    shell.execution_count = count
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    outputs = [printed(captured.stdout), printed(_no_traces(captured.stderr))]
    for shown in captured.outputs:
        outputs += [f"{mime} {printed(str(data))}" for mime, data in sorted(shown.data.items())]
    if pyplot is not None:
        for number in pyplot.get_fignums():
            outputs.append("picture " + picture(pyplot.figure(number)))
        pyplot.close("all")
    return {
        "before": before,
        "outputs": outputs if error is None else [],
        "values": _held(shell, names),
        "kinds": {
            name: type(shell.user_ns[name]).__name__ for name in names if name in shell.user_ns
        },
        "error": "" if error is None else f"{type(error).__name__}: {printed(str(error))}",
    }


def _run_aside(shell: Any, cell: list[Any]) -> dict[str, Any]:
    """Runs a cell in a copy of this process and of its folder, which stay as they are."""
    with tempfile.TemporaryDirectory() as temporary:
        result = Path(temporary) / "result.json"
        process = os.fork()
        if process == 0:
            try:
                folder = Path(temporary) / "folder"
                shutil.copytree(Path.cwd(), folder, symlinks=True)
                os.chdir(folder)
                result.write_text(json.dumps(_of_cell(shell, *cell), default=str))
            finally:
                os._exit(0)
        os.waitpid(process, 0)
        if not result.exists():
            return {"outputs": [], "values": {}, "kinds": {}, "error": "it died"}
        found: dict[str, Any] = json.loads(result.read_text())
        return found


def _no_traces(text: str) -> str:
    # Warnings name the line of the cell, which is another one in a slice.
    return re.sub(r"(?m)^.*?:\d+: (\w*Warning)", r"\1", text)


def child(job: dict[str, Any], result: Path, folder: Path) -> None:
    """Runs a job in this process, and ends it."""
    os.setsid()
    os.chdir(folder)
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    try:
        found = run(job)
    except BaseException as error:
        found = {"id": job["id"], "failed": f"{type(error).__name__}: {error}"}
    result.write_text(json.dumps(found, default=str))
    os._exit(0)


def perform(job: dict[str, Any]) -> dict[str, Any]:
    """Runs a job in a process of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "folder"
        if job["folder"]:
            shutil.copytree(job["folder"], folder, symlinks=True)
        else:
            folder.mkdir()
        result = Path(temporary) / "result.json"
        process = os.fork()
        if process == 0:
            child(job, result, folder)
        signal.signal(signal.SIGALRM, lambda *_args: os.killpg(process, signal.SIGKILL))
        signal.alarm(job["seconds"])
        try:
            os.waitpid(process, 0)
        finally:
            signal.alarm(0)
        if not result.exists():
            return {"id": job["id"], "failed": "it took too long, or died"}
        found: dict[str, Any] = json.loads(result.read_text())
        return found


def main() -> None:
    """Serves jobs until the input ends."""
    os.environ.update(MPLBACKEND="agg", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home
        for name in sys.argv[1:]:
            try:
                __import__(name)
            except ImportError:
                continue
        for line in sys.stdin:
            print(json.dumps(perform(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
