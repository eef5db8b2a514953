"""What options change of nbval's comparisons; each of its items is wrapped, none is replaced."""

import functools
import queue
import time
from collections.abc import Callable, Sequence
from typing import Any

from jupyter_nbquality.pytest_plugin.outputs import (
    Output,
    chosen_normalisers,
    close,
    ends_in_semicolon,
    with_floats_of,
    without_result,
)

RTOL = 0.0
ATOL = 0.0
_PATIENCE = 0.5


def mend(collector: Any, items: Sequence[Any], option: Any) -> None:
    """Does what the options ask for with the items of a notebook.

    Args:
        collector: nbval's file.
        items: nbval's items of it.
        option: The options of pytest.
    """
    if option.nbq_normalise is not None:
        collector.sanitize_patterns.update(chosen_normalisers(option.nbq_normalise))
    tolerant = option.nbq_rtol is not None or option.nbq_atol is not None
    for item in items:
        if tolerant or option.nbq_mend:
            item.compare_outputs = functools.partial(_compared, item, item.compare_outputs, option)
        if option.nbq_mend:
            item.runtest = functools.partial(_run, item, item.runtest)


def _compared(
    item: Any,
    compare: Callable[..., bool],
    option: Any,
    test: list[Output],
    ref: list[Output],
    *rest: Any,
) -> bool:
    """Compares as nbval does, with outputs in which nothing differs that may."""
    if option.nbq_mend and ends_in_semicolon(item.cell.source):
        # nbval runs cells without a history, which is where IPython looks for the semicolon.
        test = without_result(test)
    if option.nbq_rtol is not None or option.nbq_atol is not None:
        same = functools.partial(close, rtol=option.nbq_rtol or RTOL, atol=option.nbq_atol or ATOL)
        test = with_floats_of(ref, test, same, item.sanitize)
    return compare(test, ref, *rest)


def _run(item: Any, run: Callable[[], None]) -> None:
    """Runs a cell as nbval does, but for a look now and then whether the kernel is alive."""
    kernel = item.parent.kernel
    waits = kernel.await_reply

    def await_reply(message: str, timeout: float | None = None) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _PATIENCE if deadline is None else min(_PATIENCE, deadline - time.monotonic())
            try:
                waits(message, timeout=max(left, 0.0))
            except queue.Empty:
                if not kernel.is_alive():
                    item.raise_cell_error("The kernel died while it ran the cell")
                if deadline is not None and time.monotonic() >= deadline:
                    raise
                continue
            return

    kernel.await_reply = await_reply
    try:
        run()
    finally:
        kernel.await_reply = waits
