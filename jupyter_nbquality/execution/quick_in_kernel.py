"""Runs versions of some cells in forked children of the kernel, and tells what came of each.

Part of what travels to the kernel as text (see `quick_proof`): it uses the standard library alone,
and the syntax of Python 3.8.
"""

import hashlib
import importlib.abc
import importlib.util
import io
import json
import re
import sys
import threading
import types
from typing import Any

from jupyter_nbquality.execution.forking_in_kernel import can_fork, forked
from jupyter_nbquality.execution.values_in_kernel import report

MOST_TEXT = 20_000
_WORD = re.compile(r"[^\W\d]\w*")


def run_versions(names: "dict[str, Any]", request: "dict[str, Any] | str") -> str:
    """Runs versions of cells, each in a child of its own.

    Args:
        names: The namespace of the notebook.
        request: A dictionary, or it as JSON. ``versions``: of each its cells, pairs of what they
            are called and their sources; ``files``: texts of modules that the last version needs,
            by path; ``seconds``: the most that each may take.

    Returns:
        JSON: ``runs``: of each version ``cells``, what came of each by what it is called, and
        ``values``, what the names hold that are concerned; ``trouble``: why they could not run, a
        sentence; else empty.
    """
    asked: dict[str, Any] = json.loads(request) if isinstance(request, str) else request
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or not can_fork():
        return json.dumps({"runs": [], "trouble": "This kernel cannot be forked."})
    versions = asked["versions"]
    words = {word for cells in versions for _, source in cells for word in _WORD.findall(source)}
    runs = []
    for number, cells in enumerate(versions):
        files = asked.get("files") or {} if number == len(versions) - 1 else {}
        version = _Version(shell, names, cells, files, words)
        ended = forked(version.run, float(asked["seconds"]))
        if ended["end"] != "done":
            return json.dumps({"runs": [], "trouble": _trouble(ended, asked["seconds"])})
        runs.append(ended["value"])
    return json.dumps({"runs": runs, "trouble": ""}, default=str)


def _trouble(ended: "dict[str, Any]", seconds: float) -> str:
    if ended["end"] == "timeout":
        return f"It takes longer than {seconds:g} s."
    if ended["end"] == "stuck":
        return "It waits for a thread that is not there in a forked process."
    if ended["end"] == "interrupted":
        return "It was interrupted."
    return f"The process that ran it died: {ended['reason']}."


class _Version:
    """Some cells that are run in this process, which is a child of the kernel."""

    def __init__(
        self,
        shell: Any,
        names: "dict[str, Any]",
        cells: "list[list[str]]",
        files: "dict[str, str]",
        words: "set[str]",
    ) -> None:
        self._shell = shell
        self._names = names
        self._cells = cells
        self._files = files
        self._words = words
        self._outputs: list[dict[str, Any]] = []

    def run(self) -> "dict[str, Any]":
        """Runs them."""
        known = {name: id(value) for name, value in self._names.items()}
        self._listen()
        if self._files:
            _Modules(self._files).install()
        cells = {}
        for cell, source in self._cells:
            self._outputs = []
            error = self._run_cell(source)
            cells[cell] = {"outputs": self._outputs, "error": error, "seconds": 0.0}
            if error:
                break
        made = {
            name
            for name, value in self._names.items()
            if known.get(name) != id(value) and not name.startswith("_")
        }
        looked_at = _reached(self._names, made | (self._words & self._names.keys()))
        wanted = [name for name in sorted(looked_at) if _is_kept(name, self._names[name])]
        return {"cells": cells, "values": json.loads(report(self._names, wanted))}

    def _run_cell(self, source: str) -> str:
        streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = streams["stdout"], streams["stderr"]
        try:
            # Only what is in the history is asked for a semicolon at its end.
            result = self._shell.run_cell(source, store_history=True)
        finally:
            sys.stdout, sys.stderr = before
        for name, stream in streams.items():
            text = stream.getvalue()
            if text:
                if len(text) > MOST_TEXT:
                    text = text[:MOST_TEXT] + _digest(text)
                self._outputs.append({"kind": "stream", "name": name, "data": {"text/plain": text}})
        error = result.error_before_exec or result.error_in_exec
        if error is None:
            return ""
        name = type(error).__name__
        self._outputs.append({"kind": "error", "name": name, "data": {"text/plain": str(error)}})
        return f"{name}: {error}"

    def _listen(self) -> None:
        """Takes what is displayed."""

        def show(_self: Any, data: "dict[str, Any]", *_rest: Any, **_more: Any) -> None:
            texts = {
                kind: value if isinstance(value, str) and len(value) < MOST_TEXT else _digest(value)
                for kind, value in sorted(data.items())
            }
            self._outputs.append({"kind": "display", "name": "", "data": texts})

        type(self._shell.display_pub).publish = show
        type(self._shell.displayhook).write_format_data = show
        # The history on the disk is the kernel's. Whoever writes it may hold the lock just now.
        self._shell.history_manager.enabled = False
        self._shell.history_manager.db_input_cache_lock = threading.Lock()
        # What was raised is told by the result.
        self._shell.showtraceback = self._shell.showsyntaxtraceback = lambda *_rest, **_more: None


def _digest(value: Any) -> str:
    return hashlib.blake2b(repr(value).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _is_kept(name: str, value: Any) -> bool:
    return not name.startswith("_") and not isinstance(value, types.ModuleType)


def _reached(names: "dict[str, Any]", start: "set[str]") -> "set[str]":
    """Adds what functions of the notebook read."""
    found = set(start)
    todo = list(start)
    while todo:
        value = names.get(todo.pop())
        if isinstance(value, types.FunctionType) and value.__globals__ is names:
            new = (set(value.__code__.co_names) & names.keys()) - found
            found |= new
            todo += new
    return found


class _Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules that are not written yet."""

    def __init__(self, files: "dict[str, str]") -> None:
        self._sources = {_module_name(path): source for path, source in files.items()}
        self._packages = {_module_name(path) for path in files if path.endswith("__init__.py")}

    def install(self) -> None:
        """Has them found before all others."""
        sys.meta_path.insert(0, self)
        for name in self._sources:
            sys.modules.pop(name, None)

    def find_spec(self, name: str, *_where: Any) -> Any:
        """Finds a module; see ``importlib.abc``."""
        if name not in self._sources:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=name in self._packages)

    def exec_module(self, module: types.ModuleType) -> None:
        """Makes a module of its text."""
        code = compile(self._sources[module.__name__], f"<{module.__name__}>", "exec")
        exec(code, module.__dict__)


def _module_name(path: str) -> str:
    parts = path[: -len(".py")].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
