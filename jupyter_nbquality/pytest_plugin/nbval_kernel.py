"""Asks the kernel of nbval, in which the cells just ran."""

import queue
import time
from typing import Any

from jupyter_nbquality.execution.fresh_kernel import KERNEL_DIED, KernelTroubleError

_PATIENCE = 0.2


def evaluated(kernel: Any, expression: str, seconds: float) -> str:
    """Evaluates an expression; leaves no message of it behind for the next cell.

    Args:
        kernel: nbval's ``RunningKernel``.
        expression: In Python.
        seconds: The most that it may take.

    Returns:
        Its value as IPython shows it, as text.

    Raises:
        KernelTroubleError: The kernel died, did not answer, or the expression raised.
    """
    client = kernel.kc
    request = client.execute(
        "",
        silent=True,
        store_history=False,
        allow_stdin=False,
        user_expressions={"value": expression},
    )
    deadline = time.monotonic() + seconds
    content = _content(kernel, client.get_shell_msg, request, deadline)
    told = content.get("user_expressions", {}).get("value", {})
    state = ""
    while state != "idle":
        said = _content(kernel, client.get_iopub_msg, request, deadline)
        state = said.get("execution_state", "")
    if told.get("status") != "ok":
        raise KernelTroubleError(
            f"The kernel cannot tell: {told.get('ename', 'unknown')} "
            f"{told.get('evalue', '')}".strip()
        )
    return str(told["data"]["text/plain"])


def _content(kernel: Any, receive: Any, request: str, deadline: float) -> dict[str, Any]:
    """Waits for a message about a request."""
    while True:
        try:
            message = receive(timeout=_PATIENCE)
        except queue.Empty:
            if not kernel.is_alive():
                raise KernelTroubleError(KERNEL_DIED) from None
            if time.monotonic() > deadline:
                kernel.interrupt()
                raise KernelTroubleError("The kernel does not answer.") from None
            continue
        if message["parent_header"].get("msg_id") == request:
            content: dict[str, Any] = message["content"]
            return content
