"""A kernel of one's own, that runs cells and ends."""

import ast
import functools
import os
import queue
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager

from jupyter_nbquality.execution.outputs import CellRun, Output
from jupyter_nbquality.execution.traveling import around, joined_source

READY_SECONDS = 60.0
KERNEL_DIED = "The kernel died."
_PATIENCE = 0.2


@functools.cache
def _values_source() -> str:
    return joined_source(["values_in_kernel"])


class KernelTroubleError(Exception):
    """A kernel could not be started, died, or took too long."""


class CancelledError(Exception):
    """Whoever asked for a run does not want it any more."""


class FreshKernel:
    """A running kernel; see `fresh_kernel`."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient, stop: Event) -> None:
        self._manager = manager
        self._client = client
        self._stop = stop

    def run(self, source: str, seconds: float) -> CellRun:
        """Runs a cell.

        Args:
            source: The text.
            seconds: The most that it may take.

        Raises:
            KernelTroubleError: The kernel died, or the cell took too long.
            CancelledError: Nobody wants it any more.
        """
        began = time.monotonic()
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        outputs = _Outputs()
        for message in self._messages(request, began + seconds):
            outputs.take(message["header"]["msg_type"], message["content"])
        return CellRun(outputs.found, outputs.error, time.monotonic() - began)

    def values(self, seconds: float, wanted: list[str] | None = None) -> dict[str, Any]:
        """Tells what names hold; the namespace and the count of runs stay as they are.

        Args:
            seconds: The most that it may take.
            wanted: The names; ``None`` for all that were made by cells.

        Raises:
            KernelTroubleError: The kernel died, or it took too long.
        """
        before, after = around("values", _values_source(), "report")
        asked = f"{before}{wanted!r}{after}"
        text = ast.literal_eval(self.evaluate(asked, seconds))
        found: dict[str, Any] = msgspec.json.decode(text)
        return found

    def evaluate(self, expression: str, seconds: float) -> str:
        """Evaluates an expression; the count of runs stays as it is.

        Args:
            expression: In Python, without assignments.
            seconds: The most that it may take.

        Returns:
            Its value as IPython shows it, as text.

        Raises:
            KernelTroubleError: The kernel died, it took too long, or the expression raised.
            CancelledError: Nobody wants it any more.
        """
        request = self._client.execute(
            "", silent=True, store_history=False, user_expressions={"value": expression}
        )
        deadline = time.monotonic() + seconds
        for _message in self._messages(request, deadline):
            pass
        reply = self._reply(request, deadline)
        told = reply["content"].get("user_expressions", {}).get("value", {})
        if told.get("status") != "ok":
            raise KernelTroubleError(
                f"The kernel cannot tell: {told.get('ename', 'unknown')} "
                f"{told.get('evalue', '')}".strip()
            )
        return str(told["data"]["text/plain"])

    def _messages(self, request: str, deadline: float) -> Iterator[dict[str, Any]]:
        """Yields what the kernel says of a request, until it is idle again."""
        while True:
            if self._stop.is_set():
                raise CancelledError
            try:
                message: dict[str, Any] = self._client.get_iopub_msg(timeout=_PATIENCE)
            except queue.Empty:
                if not self._manager.is_alive():
                    raise KernelTroubleError(KERNEL_DIED) from None
                if time.monotonic() > deadline:
                    raise KernelTroubleError("It took too long and was stopped.") from None
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["header"]["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    return
                continue
            if time.monotonic() > deadline:
                raise KernelTroubleError("It took too long and was stopped.")
            yield message

    def _reply(self, request: str, deadline: float) -> dict[str, Any]:
        while time.monotonic() < deadline:
            try:
                message: dict[str, Any] = self._client.get_shell_msg(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") == request:
                return message
        raise KernelTroubleError("The kernel does not answer.")


@contextmanager
def fresh_kernel(
    name: str,
    folder: Path,
    stop: Event | None = None,
    environment: dict[str, str] | None = None,
    python: str = "",
) -> Iterator[FreshKernel]:
    """Starts a kernel, and ends it in any case.

    Args:
        name: Of its kernelspec; where there is none of that name, ``python3``.
        folder: Its working directory.
        stop: Set by whoever does not want it any more.
        environment: Variables beside those of this process.
        python: The Python in which it runs, where that is not the kernelspec's; see `find_python`.

    Raises:
        KernelTroubleError: It does not start.
    """
    manager, own = _manager(name, python)
    sockets = None
    if os.name == "posix":
        # Nobody else on the machine can listen.
        sockets = tempfile.TemporaryDirectory(prefix="nbq-", ignore_cleanup_errors=True)
        manager.transport = "ipc"
        manager.ip = f"{sockets.name}/k"
    variables = {**os.environ, "PYTHONHASHSEED": "0", **own, **(environment or {})}
    client = None
    try:
        try:
            manager.start_kernel(cwd=str(folder), env=variables)
            client = manager.blocking_client()
            client.start_channels()
            client.wait_for_ready(timeout=READY_SECONDS)
        except (RuntimeError, OSError) as error:
            raise KernelTroubleError(f"The kernel does not start: {error}.") from error
        yield FreshKernel(manager, client, stop if stop is not None else Event())
    finally:
        if client is not None:
            client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        if sockets is not None:
            sockets.cleanup()


def _manager(name: str, python: str) -> tuple[KernelManager, dict[str, str]]:
    """Gives what starts the kernel, and the variables that it needs."""
    if not python:
        return KernelManager(kernel_name=installed_kernel(name)), {}
    from jupyter_nbquality.execution.other_python import OnePython, environment_of

    specs = OnePython(python)
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
    return manager, environment_of(python)


def installed_kernel(name: str) -> str:
    """Gives the name of the kernelspec that runs what asks for one of a name.

    Where there is none of that name, as of an environment on another machine, it is ``python3``.

    Raises:
        KernelTroubleError: That is not there either.
    """
    specs = KernelSpecManager()
    for wanted in (name, "python3"):
        try:
            specs.get_kernel_spec(wanted)
        except NoSuchKernel:
            continue
        return wanted
    raise KernelTroubleError(f"No kernel `{name or 'python3'}` is installed.")


class _Outputs:
    """Gathers what a cell puts out."""

    def __init__(self) -> None:
        self.found: list[Output] = []
        self.error = ""
        self._shown: dict[str, int] = {}
        self._clears = False

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Takes a message of the kernel."""
        if kind == "clear_output":
            if content.get("wait"):
                self._clears = True
            else:
                self.found.clear()
        elif kind == "stream":
            self._begin()
            last = self.found[-1] if self.found else None
            if last is not None and last.kind == "stream" and last.name == content["name"]:
                text = last.data["text/plain"] + content["text"]
                self.found[-1] = Output("stream", content["name"], {"text/plain": text})
            else:
                self.found.append(
                    Output("stream", content["name"], {"text/plain": content["text"]})
                )
        elif kind in {"display_data", "execute_result"}:
            self._begin()
            identity = content.get("transient", {}).get("display_id")
            if identity:
                self._shown[identity] = len(self.found)
            self.found.append(Output("display", "", _texts(content["data"])))
        elif kind == "update_display_data":
            place = self._shown.get(content.get("transient", {}).get("display_id", ""))
            if place is not None and place < len(self.found):
                self.found[place] = Output("display", "", _texts(content["data"]))
        elif kind == "error":
            self._begin()
            self.error = f"{content['ename']}: {content['evalue']}"
            self.found.append(Output("error", content["ename"], {"text/plain": content["evalue"]}))

    def _begin(self) -> None:
        if self._clears:
            self._clears = False
            self.found.clear()
            self._shown.clear()


def _texts(data: dict[str, Any]) -> dict[str, str]:
    return {
        kind: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for kind, value in sorted(data.items())
    }
