"""What a person says on the command line of the parameters of a function that is made."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from jupyter_nbquality.cli.terminal import escaped

if TYPE_CHECKING:
    from jupyter_nbquality.refactor.parameters import ParameterWish

_Command = TypeVar("_Command", bound=Callable[..., None])


def parameter_options(function: _Command) -> _Command:
    """Gives a command the options about parameters: `parameters`, `types` and `defaults`."""
    options = [
        click.option(
            "--parameter",
            "parameters",
            multiple=True,
            metavar="NAME[=NEW]",
            help="A parameter, by its name in the notebook, and what it is called in the function; "
            "those that are named come first, in this order. May be given several times.",
        ),
        click.option(
            "--type",
            "types",
            multiple=True,
            metavar="NAME=TYPE",
            help="The type of a parameter; may be given several times.",
        ),
        click.option(
            "--default",
            "defaults",
            multiple=True,
            metavar="NAME",
            help="The constant that a parameter always holds becomes its default, and the call "
            "gives none; may be given several times.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def wishes(
    names: Sequence[str],
    parameters: Iterable[str],
    types: Iterable[str],
    defaults: Iterable[str],
) -> "list[ParameterWish]":
    """Reads the options about parameters.

    Args:
        names: What the function takes, by the names of the notebook, in order.
        parameters: The values of ``--parameter``.
        types: The values of ``--type``.
        defaults: The values of ``--default``.

    Returns:
        What is wanted of every parameter, in the order that is wanted.

    Raises:
        UsageError: The function takes no such parameter, or one is spoken of twice.
    """
    from jupyter_nbquality.refactor.parameters import ParameterWish

    called = _pairs("--parameter", parameters, names, is_whole=False)
    annotations = _pairs("--type", types, names, is_whole=True)
    constant = _pairs("--default", defaults, names, is_whole=False)
    if given := [name for name, value in constant.items() if value]:
        raise click.UsageError(
            f"--default takes a name alone: {escaped(given[0])}; its value is that of the notebook."
        )
    return [
        ParameterWish(name, called.get(name, ""), annotations.get(name), name in constant)
        for name in [*called, *(name for name in names if name not in called)]
    ]


def _pairs(
    option: str, values: Iterable[str], names: Sequence[str], *, is_whole: bool
) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, mark, what = (part.strip() for part in value.partition("="))
        if is_whole and not mark:
            raise click.UsageError(f"{option} takes NAME=TYPE: {escaped(value)} has no `=`.")
        if name not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes nothing"
            raise click.UsageError(f"{option}: the function takes no {escaped(name)}; {takes}.")
        if name in found:
            raise click.UsageError(f"{option} speaks of {escaped(name)} twice.")
        found[name] = what
    return found
