"""`nbquality format`."""

import sys

import click

from jupyter_nbquality.cli.check import (
    ABNORMAL,
    PROBLEMS,
    Request,
    Result,
    examine_stdin,
    worked_off,
)
from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.discovery import find_notebooks
from jupyter_nbquality.cli.options import force_exclude_option
from jupyter_nbquality.cli.rows import not_found
from jupyter_nbquality.cli.settings import refuse_broken
from jupyter_nbquality.cli.task import Job, Task
from jupyter_nbquality.cli.terminal import escaped, wants_color


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--check", is_flag=True, help="Change nothing; exit with 1 if something would change."
)
@click.option("--diff", is_flag=True, help="Show what would change, and change nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Processes; 0 for one a processor."
)
@click.option(
    "--stdin-filename", metavar="PATH", help="The name of the notebook that comes in as `-`."
)
@force_exclude_option()
def command(
    paths: tuple[str, ...],
    check: bool,
    diff: bool,
    quiet: bool,
    jobs: int,
    stdin_filename: str | None,
    force_exclude: bool | None,
) -> None:
    """Format the code of notebooks with ruff; IPython syntax stays as it is.

    Outputs, counts and metadata are not touched, nor are cells that do not parse. Exits with 2
    when a notebook could not be read or written.
    """
    request = Request(
        paths=paths or (".",), quiet=quiet, jobs=jobs, stdin_filename=stdin_filename, diff=diff
    )
    task = Task(format=True, write=not (check or diff), diff=diff)
    result = Result([])
    if "-" in request.paths:
        refuse_broken((), [request.stdin_name])
        result = examine_stdin(request, task)
        if result.stdin is not None and not (check or diff):
            sys.stdout.buffer.write(result.stdin)
    else:
        found, missing = find_notebooks(request.paths, force_exclude=force_exclude)
        refuse_broken(request.paths, found)
        result.reports = [not_found(path) for path in missing]
        outcomes = worked_off(request, [Job(path) for path in found], task, result)
        result.reports += [outcome.report for outcome in outcomes]
    sys.exit(_told(request, result, check=check))


def _told(request: Request, result: Result, *, check: bool) -> int:
    failed = False
    for report in result.reports:
        for message in (*report.notices, *(row.message for row in report.rows)):
            failed = True
            click.echo(f"{escaped(report.path)}: {escaped(message)}.".replace("..", "."), err=True)
    from jupyter_nbquality.cli.diffs import colored

    text = "\n".join(diff.rstrip("\n") for diff in result.diffs)
    if text:
        click.echo(colored(text, wants_color(sys.stdout)), color=True)
    dry = check or request.diff
    if check and not request.diff and not request.quiet:
        for path in result.changed:
            click.echo(f"Would format {escaped(path)}")
    if not request.quiet:
        done = "would be formatted" if dry else "formatted"
        same = len(result.reports) - len(result.changed)
        sentence = f"{count(len(result.changed), 'notebook')} {done}, {same} left as they are."
        click.echo(sentence, err=True)
    if failed:
        return ABNORMAL
    return PROBLEMS if dry and result.changed else 0
