"""A progress bar on standard error, for people only."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

PATIENCE = 0.6
"""Seconds after which a person likes to know how far it is."""

Each = TypeVar("Each")


def shown(items: Iterator[Each], total: int, *, quiet: bool = False) -> Iterator[Each]:
    """Passes items through, and draws a bar where it takes long and a person is watching."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    start = time.monotonic()
    done = 0
    for item in items:
        yield item
        done += 1
        if time.monotonic() - start > PATIENCE:
            break
    else:
        return
    # Imported only now: most runs are over before.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Checking notebooks"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=total, completed=done)
        for item in items:
            yield item
            progress.advance(bar)


@contextmanager
def percentage() -> Iterator[Callable[[float, str], None]]:
    """Gives what draws a bar of a share from 0 to 1 with words, where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _share, _words: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=1.0)
        yield lambda share, words: progress.update(bar, completed=share, description=words)
