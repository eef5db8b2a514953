"""The `nbquality` command: one module a subcommand, loaded when it is called."""

import importlib

import click

_COMMANDS = {
    "check": "Check notebooks.",
    "contract": "Record what the data holds that a notebook loads.",
    "export": "Make a script, a module or a package of a notebook.",
    "format": "Format the code of notebooks.",
    "graph": "Show what flows between cells.",
    "init": "Set a project up.",
    "refactor": "Change code without changing what it does.",
    "rule": "Explain a rule.",
    "slice": "Show the code that computes a cell.",
    "suggest": "Propose tests of a cell.",
    "test": "Run the tests of cells.",
    "tests": "Take tests of cells elsewhere, or bring some in.",
    "verify": "Run two versions and compare them.",
}


class _Lazy(click.Group):
    """Knows the subcommands by name, so that none pays for what another imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"jupyter_nbquality.cli.{cmd_name}")
        command: click.Command = module.command
        command.name = cmd_name
        return command


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from jupyter_nbquality import __version__

        click.echo(f"nbquality {__version__}")
        context.exit()


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Lint, mend and format Jupyter notebooks."""
    from jupyter_nbquality.cli.terminal import make_output_robust

    make_output_robust()
