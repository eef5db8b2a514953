"""Options that several commands have: each is written, and means, the same in all of them."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Option = Callable[[_Command], _Command]
_REACHES = {
    "it": "it though it reaches beyond its folder",
    "them": "them though they reach beyond their folder",
}


def format_option(meaning: str | None = None) -> _Option[Any]:
    """Makes ``--format``, given as ``kind``: ``text`` or ``json``.

    Args:
        meaning: What json is here, for the help.
    """
    return click.option(
        "--format",
        "kind",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=meaning,
    )


def yes_option(what: Literal["it", "them"], *, to: str = "") -> _Option[Any]:
    """Makes ``--yes``: the consent to code that reaches out.

    Args:
        what: How the help speaks of what runs then.
        to: The option that runs it, where only that does.
    """
    meaning = f"Run {_REACHES[what]}: network, databases, other paths."
    if to:
        meaning = f"With {to}: run {_REACHES[what]}."
    return click.option("--yes", is_flag=True, help=meaning)


def timeout_option(*, to: str = "") -> _Option[Any]:
    """Makes ``--timeout``, in seconds.

    Args:
        to: The option that runs cells, where only that does.
    """
    most = "the most that one cell may take."
    return click.option(
        "--timeout",
        type=click.FloatRange(1),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help=f"With {to}: {most}" if to else most.capitalize(),
    )


def kernel_option() -> _Option[Any]:
    """Makes ``--kernel``: the name of a kernel."""
    return click.option(
        "--kernel", metavar="NAME", help="The kernel that runs them; else the notebook's own."
    )


def force_exclude_option() -> _Option[Any]:
    """Makes ``--force-exclude``, as ruff's; ``None`` where neither form is given."""
    return click.option(
        "--force-exclude/--no-force-exclude",
        default=None,
        help="Leave out what the settings exclude even where it is named.",
    )
