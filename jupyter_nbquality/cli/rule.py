"""`nbquality rule`."""

import json
import sys
from typing import Any

import click

from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble


@click.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All rules of nbquality, one a line.")
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(name: str | None, every: bool, output_format: str) -> None:
    """Explain a rule: NB102, absolute-path, and ruff's F401 as well."""
    if every == (name is not None):
        raise click.UsageError("Name one rule, or ask for --all.")
    if every:
        _list(output_format)
    else:
        _explain(name or "", output_format)


def _explain(name: str, output_format: str) -> None:
    from jupyter_nbquality.lint.explain import explain
    from jupyter_nbquality.lint.unknown_codes import nearest
    from jupyter_nbquality.ruff import RuffError

    try:
        found = explain(name)
        meant = nearest(name) if found is None else None
    except RuffError as error:
        raise Trouble(str(error)) from None
    if found is None:
        hint = f"; did you mean {meant}?" if meant else "."
        raise click.UsageError(f"No rule is called `{escaped(name)}`{hint}")
    if output_format == "json":
        value = {"code": found.code, "slug": found.slug, "explanation": found.markdown}
        click.echo(json.dumps(value, indent=2))
    elif wants_color(sys.stdout):
        # Imported here: it is slow, and only a terminal needs it.
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console()
        console.print(Markdown(found.markdown), width=min(console.width, 100))
    else:
        click.echo(found.markdown.rstrip("\n"))


def _list(output_format: str) -> None:
    from jupyter_nbquality.lint.registry import ALL_RULES
    from jupyter_nbquality.lint.rule_page import page

    rules: list[dict[str, Any]] = [
        {
            "code": rule.code,
            "slug": rule.slug,
            "severity": rule.severity.value,
            "default": rule.default == "on",
            "summary": page(rule).summary,
        }
        for rule in ALL_RULES
    ]
    if output_format == "json":
        click.echo(json.dumps(rules, indent=2))
        return
    letters = max(len(rule["slug"]) for rule in rules)
    for rule in rules:
        severity = rule["severity"] if rule["default"] else "off"
        click.echo(f"{rule['code']}  {rule['slug']:<{letters}}  {severity:<7}  {rule['summary']}")
