"""`nbquality check`."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from jupyter_nbquality.cli import formats
from jupyter_nbquality.cli.baseline import FILE_NAME, Baseline, BaselineError, Baselines
from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.discovery import find_notebooks
from jupyter_nbquality.cli.options import force_exclude_option
from jupyter_nbquality.cli.rows import UNREADABLE, FileReport, io_error, not_found
from jupyter_nbquality.cli.settings import refuse_broken
from jupyter_nbquality.cli.task import INCOMPLETE, Job, Outcome, Task
from jupyter_nbquality.cli.terminal import escaped, wants_color
from jupyter_nbquality.cli.trouble import Trouble

PROBLEMS = 1
"""Exit status of a run that found problems."""
ABNORMAL = Trouble.exit_code
"""Exit status of a run that could not do its work: wrong options, wrong settings."""


class Request(msgspec.Struct, frozen=True):
    """What a person asked `nbquality check` for; see the command's options."""

    paths: tuple[str, ...]
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    output_format: str = "text"
    output_file: str | None = None
    statistics: bool = False
    exit_zero: bool = False
    cache: bool = True
    quiet: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    new_from: str | None = None
    stdin_filename: str | None = None
    jobs: int = 0
    force_exclude: bool | None = None

    @property
    def stdin_name(self) -> str:
        """What the notebook of standard input is called."""
        return self.stdin_filename or "stdin.ipynb"

    @property
    def mends(self) -> bool:
        """Whether fixes are to be computed."""
        return self.fix or self.diff


class Result(msgspec.Struct):
    """What came of a run.

    Attributes:
        reports: One a notebook, in the order of paths.
        fixed: How many findings were mended, or would be.
        diffs: What was changed, by notebook.
        changed: The notebooks that were changed, or would be.
        accepted: How many findings the baseline took away.
        stdin: The mended notebook of standard input.
    """

    reports: list[FileReport]
    fixed: int = 0
    diffs: list[str] = []
    changed: list[str] = []
    accepted: int = 0
    stdin: bytes | None = None


def codes(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Splits lists of codes at commas."""
    return tuple(code for value in values for code in value.replace(",", " ").split())


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--fix", is_flag=True, help="Apply the safe fixes.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: those that may change results, too."
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    callback=codes,
    help="Rules that speak: codes, beginnings of codes, names or ALL.",
)
@click.option("--ignore", multiple=True, metavar="CODES", callback=codes, help="Rules that do not.")
@click.option(
    "--output-format",
    type=click.Choice(formats.NAMES),
    default="text",
    envvar="NBQUALITY_OUTPUT_FORMAT",
    show_default=True,
    help="How findings are written down.",
)
@click.option(
    "-o", "--output-file", type=click.Path(dir_okay=False), help="Write findings to a file."
)
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.option(
    "--baseline", type=click.Path(dir_okay=False), help="Report only what this file does not hold."
)
@click.option(
    "--write-baseline",
    is_flag=False,
    flag_value=FILE_NAME,
    type=click.Path(dir_okay=False),
    help=f"Accept all findings: write them to a file ({FILE_NAME}).",
)
@click.option("--new-from", metavar="GITREF", help="Report only what is new since a commit.")
@click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 even where there are problems.")
@click.option("-n", "--no-cache", is_flag=True, help="Look at every notebook anew.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but the findings.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Processes; 0 for one a processor."
)
@click.option(
    "--stdin-filename", metavar="PATH", help="The name of the notebook that comes in as `-`."
)
@force_exclude_option()
def command(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    unsafe_fixes: bool,
    no_cache: bool,
    **options: object,
) -> None:
    """Check notebooks: files, folders and patterns; the current folder if none is given.

    Exits with 0 when there are no problems, 1 when there are, 2 when it could not work. Notes
    (severity info) are shown, but are no problems. A file that cannot be read is one (E902).
    """
    request = msgspec.convert(
        {
            **options,
            "paths": paths or (".",),
            "select": select or None,
            "unsafe": unsafe_fixes,
            "cache": not no_cache,
        },
        Request,
    )
    try:
        status = run(request)
    except BrokenPipeError:
        raise  # who reads has read enough; click ends without a word
    except (BaselineError, OSError) as error:
        raise Trouble(str(error)) from None
    sys.exit(0 if status == PROBLEMS and request.exit_zero else status)


def run(request: Request) -> int:
    """Does a check from end to end, and gives its exit status."""
    _refuse_unknown(request)
    if request.write_baseline is not None:
        return _write_baseline(request, examine(request))
    baselines = Baselines(request.baseline)
    result = examine(request, baselines)
    before = sum(len(report.rows) for report in result.reports)
    result.reports = baselines.filtered(result.reports)
    result.accepted = before - sum(len(report.rows) for report in result.reports)
    _tell_notices(result.reports)
    if not request.quiet:
        _tell_lost_tests(result.reports)
    if request.diff:
        return _show_diffs(request, result)
    if result.stdin is not None and request.fix:
        sys.stdout.buffer.write(result.stdin)
    _show(request, result)
    if any(INCOMPLETE.search(notice) for report in result.reports for notice in report.notices):
        return ABNORMAL
    problems = any(row.is_problem for report in result.reports for row in report.rows)
    return PROBLEMS if problems else 0


def _refuse_unknown(request: Request) -> None:
    """Says so where a code on the command line names no rule, rather than finding nothing."""
    entries = [*(request.select or ()), *request.ignore]
    if not entries:
        return
    from jupyter_nbquality.lint.unknown_codes import nearest, unknown

    for entry in unknown(entries):
        meant = nearest(entry)
        hint = f"; did you mean {meant}?" if meant else "."
        raise click.UsageError(f"No rule is called `{escaped(entry)}`{hint}")


# ── looking ──


def examine(request: Request, baselines: Baselines | None = None) -> Result:
    """Finds the notebooks and looks at each, or at the kept reports.

    Args:
        request: What is asked for.
        baselines: What they hold is not mended; ``None`` where nothing is accepted.

    Raises:
        Trouble: Settings cannot be used.
        BaselineError: A baseline cannot be read; nothing was changed then.
    """
    if "-" in request.paths:
        if len(request.paths) > 1:
            raise click.UsageError("`-` stands alone: one notebook comes in on standard input.")
        if request.new_from is not None:
            raise click.UsageError("--new-from compares files; it does not go with `-`.")
        refuse_broken((), [request.stdin_name])
        if baselines is not None:
            baselines.check([request.stdin_name])
        return examine_stdin(request, _task(request))
    paths, missing = find_notebooks(request.paths, force_exclude=request.force_exclude)
    refuse_broken(request.paths, paths)
    if baselines is not None:
        baselines.check(paths)
    by_path: dict[str, FileReport] = {path: not_found(path) for path in missing}
    result = Result([])
    if request.new_from is not None:
        _examine_new(request, paths, by_path, result)
    else:
        _examine_all(request, paths, by_path, result)
    result.reports = [by_path[path] for path in (*missing, *paths) if path in by_path]
    return result


def _examine_all(
    request: Request, paths: list[str], by_path: dict[str, FileReport], result: Result
) -> None:
    from jupyter_nbquality.cli.cache import Cache, project_root

    cache: Cache | None = None
    if request.cache:
        options = f"{request.select}{request.ignore}"
        cache = Cache(project_root(Path.cwd()), options)
    todo = []
    for path in paths:
        report = cache.get(path) if cache is not None else None
        if report is None or (request.mends and _mendable(report, request.unsafe)):
            todo.append(path)
        else:
            by_path[path] = report
    if not todo:
        return
    task = _task(request)
    for outcome in worked_off(request, [Job(path) for path in todo], task, result):
        report = outcome.report
        by_path[report.path] = report
        if cache is not None and not request.diff and outcome.lasting:
            cache.put(report.path, report, outcome.content)
    if cache is not None:
        cache.save()


def _task(request: Request) -> Task:
    return Task(
        select=request.select,
        ignore=request.ignore,
        fix=request.mends,
        unsafe=request.unsafe,
        write=not request.diff,
        diff=request.diff,
        accepts=request.write_baseline is None,
        baseline=request.baseline,
        keep=request.cache,
    )


def _mendable(report: FileReport, unsafe: bool) -> bool:
    return any(
        row.fix is not None and (row.fix.is_safe or (unsafe and row.fix.is_unsafe))
        for row in report.rows
    )


def _examine_new(
    request: Request, paths: list[str], by_path: dict[str, FileReport], result: Result
) -> None:
    from jupyter_nbquality.git import GitError, changed_since

    try:
        root, changed = changed_since(request.new_from or "", Path.cwd())
    except GitError as error:
        raise Trouble(str(error)) from None
    jobs = []
    for path in paths:
        real = os.path.realpath(path)
        if real in changed:
            jobs.append(Job(path, old=changed[real]))
        else:
            by_path[path] = FileReport(path, [])
    task = msgspec.structs.replace(_task(request), reference=request.new_from, root=str(root))
    for outcome in worked_off(request, jobs, task, result):
        by_path[outcome.report.path] = outcome.report


def examine_stdin(request: Request, task: Task) -> Result:
    """Looks at the one notebook that comes in on standard input."""
    name = request.stdin_name
    data = sys.stdin.buffer.read()
    result = Result([])
    outcomes = worked_off(request, [Job(name, data=data)], task, result)
    result.reports = [outcome.report for outcome in outcomes]
    if result.stdin is None:
        result.stdin = data
    return result


def worked_off(request: Request, jobs: list[Job], task: Task, result: Result) -> Iterator[Outcome]:
    """Does the jobs in worker processes, adds up what they did, and yields what came of each."""
    if not jobs:
        return
    from jupyter_nbquality.cli.analysis import Analysis
    from jupyter_nbquality.cli.progress import shown
    from jupyter_nbquality.cli.workers import Lost, run

    jobs = sorted(jobs, key=_size, reverse=True)
    diffs: dict[str, str] = {}
    outcomes = run(jobs, Analysis(task), jobs=request.jobs)
    for index, outcome in shown(outcomes, len(jobs), quiet=request.quiet):
        if isinstance(outcome, Lost):
            report = FileReport(jobs[index].path, [io_error(outcome.reason)])
            yield Outcome(report, lasting=False)
            continue
        result.fixed += outcome.fixed
        result.stdin = outcome.data if outcome.data is not None else result.stdin
        if outcome.changed:
            result.changed.append(jobs[index].path)
        if outcome.diff:
            diffs[jobs[index].path] = outcome.diff
        yield outcome
    result.changed.sort()
    result.diffs = [diffs[path] for path in sorted(diffs)]


def _size(job: Job) -> int:
    if job.data is not None:
        return len(job.data)
    try:
        return os.stat(job.path).st_size  # noqa: PTH116 - paths are slow to make
    except OSError:
        return 0


# ── telling ──


def _tell_notices(reports: list[FileReport]) -> None:
    """Tells each notice once, with the notebooks it is about."""
    told: dict[str, list[str]] = {}
    for report in reports:
        for notice in report.notices:
            told.setdefault(notice, []).append(report.path)
    for notice, paths in told.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        click.echo(f"{escaped(paths[0])}{more}: {escaped(notice)}", err=True)


def _tell_lost_tests(reports: list[FileReport]) -> None:
    """Tells of notebooks that lack tests which the last commit holds."""
    from jupyter_nbquality.git import work_tree

    paths = [report.path for report in reports]
    if not paths or work_tree(Path(paths[0]).parent) is None:
        return
    from jupyter_nbquality.testing.git_head import lost_since_head

    for lost in lost_since_head(paths):
        click.echo(f"{escaped(lost.path)}: {escaped(lost.sentence)}", err=True)


def _show(request: Request, result: Result) -> None:
    if request.statistics:
        text = _statistics(result.reports)
    else:
        color = request.output_file is None and wants_color(sys.stdout)
        text = formats.by_name(request.output_format).render(result.reports, color=color)
    to_person = request.output_format in {"text", "concise"} or request.statistics
    # A mended notebook on standard output leaves no place for anything else.
    to_stderr = request.fix and result.stdin is not None
    if request.output_file is not None:
        Path(request.output_file).write_text(text, encoding="utf-8", errors="backslashreplace")
    else:
        click.echo(text, nl=False, err=to_stderr, color=True)
    if not request.quiet:
        quiet_stream = to_stderr or not to_person or request.output_file is not None
        click.echo(_summary(request, result), err=quiet_stream)


def _summary(request: Request, result: Result) -> str:
    rows = [row for report in result.reports for row in report.rows]
    problems = [row for row in rows if row.is_problem]
    notes = len(rows) - len(problems)
    parts = []
    if problems:
        files = sum(any(row.is_problem for row in report.rows) for report in result.reports)
        parts.append(f"Found {count(len(problems), 'problem')} in {count(files, 'notebook')}")
    elif result.reports:
        parts.append(f"No problems in {count(len(result.reports), 'notebook')}")
    else:
        return "No notebooks found."
    if notes:
        parts.append(f"{count(notes, 'note')}")
    text = ", and ".join(parts) + "."
    if result.fixed:
        text = f"Fixed {count(result.fixed, 'finding')}. {text}"
    if result.accepted:
        text += f" {count(result.accepted, 'finding')} in the baseline left out."
    safe = sum(row.fix is not None and row.fix.is_safe for row in rows)
    unsafe = sum(row.fix is not None and row.fix.is_unsafe for row in rows)
    if not request.fix and safe:
        text += f"\n{safe} fixable with --fix."
    if not request.unsafe and unsafe:
        text += f"\n{unsafe} fixable with --fix --unsafe-fixes, which may change results."
    return text


def _statistics(reports: list[FileReport]) -> str:
    counts: Counter[tuple[str, str, str]] = Counter()
    fixable: set[str] = set()
    for report in reports:
        for row in report.rows:
            counts[row.code, row.slug, row.severity] += 1
            if row.fix is not None and row.fix.is_safe:
                fixable.add(row.code)
    if not counts:
        return ""
    digits = len(str(max(counts.values())))
    letters = max(len(code) for code, _, _ in counts)
    return "".join(
        f"{count:>{digits}}  {code:<{letters}}  {'[*]' if code in fixable else '[ ]'} "
        f"{severity:<7}  {slug}\n"
        for (code, slug, severity), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    )


def _show_diffs(request: Request, result: Result) -> int:
    from jupyter_nbquality.cli.diffs import colored

    text = "\n".join(diff.rstrip("\n") for diff in result.diffs)
    if text:
        click.echo(colored(text, wants_color(sys.stdout)), color=True)
    unreadable = [
        f"{report.path}: {row.message}."
        for report in result.reports
        for row in report.rows
        if row.code == UNREADABLE
    ]
    for line in unreadable:
        click.echo(escaped(line), err=True)
    if not request.quiet:
        would = f"Would fix {count(result.fixed, 'finding')}." if text else "Nothing would change."
        click.echo(would, err=True)
    return PROBLEMS if text or unreadable else 0


def _write_baseline(request: Request, result: Result) -> int:
    file = Path(request.write_baseline or FILE_NAME)
    baseline = Baseline.of(result.reports, file.absolute().parent)
    file.write_text(baseline.text(), encoding="utf-8")
    if not request.quiet:
        total = sum(sum(each.values()) for each in baseline.findings.values())
        click.echo(f"Wrote {count(total, 'finding')} to {file}.", err=True)
    return 0
