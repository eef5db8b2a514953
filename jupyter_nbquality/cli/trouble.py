"""What keeps a command from working, as opposed to problems in notebooks."""

import click


class Trouble(click.ClickException):
    """Ends the command with a sentence on standard error and the exit status 2, as ruff's."""

    exit_code = 2
