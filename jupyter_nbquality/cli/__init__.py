"""The ``nbquality`` command."""

import click

from jupyter_nbquality import __version__


@click.group()
@click.version_option(__version__, prog_name="nbquality")
def main() -> None:
    """Check notebooks."""
