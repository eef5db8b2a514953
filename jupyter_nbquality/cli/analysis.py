"""What a worker process does with one notebook file: lint it, mend it, format it."""

import contextlib
import difflib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality import git, secrets
from jupyter_nbquality.cli import unusable_metadata
from jupyter_nbquality.cli.baseline import Baselines, Known, known_from
from jupyter_nbquality.cli.cache import content_of
from jupyter_nbquality.cli.languages import not_analysed
from jupyter_nbquality.cli.rows import FileReport, io_error, rows_of
from jupyter_nbquality.cli.task import INCOMPLETE, Job, Outcome, Task
from jupyter_nbquality.cli.workers import Work
from jupyter_nbquality.config import ConfigFinder
from jupyter_nbquality.edits import EditPlan, EditRefusedError
from jupyter_nbquality.lint.engine import Linter, LintOptions
from jupyter_nbquality.lint.surroundings import gather
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.notebook_file import (
    NotebookFile,
    UnreadableNotebookError,
    parse,
    read,
    write,
)

RUN_SECONDS = 3_600.0
"""For how long a project's settings are taken for what they were: a whole run."""
HELD_BYTES = 10_000_000
"""Files up to this size are read in batches."""
MOST_HELD_BYTES = 100_000_000
"""How much of files is held at once."""


class Analysis(Work[Job, Outcome]):
    """Does a `Task`; see `workers.Work`."""

    def __init__(self, task: Task) -> None:
        logging.disable(logging.ERROR)
        self._task = task
        if task.fix or task.format:
            self.gathered = 1
        self._linter = Linter(settings_seconds=RUN_SECONDS)
        self._read: dict[str, NotebookFile] = {}
        self._folders: dict[str, LintOptions] = {}
        self._configs = ConfigFinder()
        self._baselines: Baselines | None = None

    def prepare(self, items: Sequence[Job]) -> None:
        """Reads the notebooks, and has ruff look at all of them in one run."""
        self._read.clear()
        if self._task.format:
            return
        room = MOST_HELD_BYTES
        for item in items:
            if item.data is not None:
                continue
            # What cannot be read is told when its turn comes; giants are not all held at once.
            with contextlib.suppress(UnreadableNotebookError, OSError):
                size = os.stat(item.path).st_size  # noqa: PTH116 - paths are slow to make
                if size <= min(HELD_BYTES, room):
                    self._read[item.path] = read(item.path)
                    room -= size
        self._linter.prepare(
            (file.notebook, self._options(path)) for path, file in self._read.items()
        )

    def __call__(self, item: Job) -> Outcome:
        """Looks at one notebook; what goes wrong with its file is part of the answer."""
        content = ""
        try:
            file = self._read.pop(item.path, None)
            if file is None:
                data = item.data if item.data is not None else Path(item.path).read_bytes()
                content = self._content(data)
                file = parse(data, item.path)
            return self._format(item, file) if self._task.format else self._check(item, file)
        except UnreadableNotebookError as error:
            return _failure(item.path, str(error), error.line, content=content)
        except EditRefusedError as error:
            return _failure(item.path, error.refusal.message)
        except OSError as error:
            return _failure(item.path, error.strerror or str(error))

    def _check(self, job: Job, file: NotebookFile) -> Outcome:
        if self._task.fix:
            # Only what is new is mended, so what was there is found out first.
            old = self._old(job)
            outcome = self._fix(job, file, old)
        else:
            outcome = self._outcome(self._report(job.path, file), file.data)
            old = self._old(job) if outcome.report.rows else None
        if old is not None:
            new = old.new(outcome.report.rows)
            report = msgspec.structs.replace(outcome.report, rows=new)
            outcome = msgspec.structs.replace(outcome, report=report)
        return outcome

    def _report(self, path: str, file: NotebookFile) -> FileReport:
        notebook = file.notebook
        result = self._linter.lint(notebook, self._options(path))
        notices = [*result.notices, *unusable_metadata.remarks(file.data)]
        if not notebook.is_python:
            notices.append(not_analysed(notebook.language))
        return FileReport(path, rows_of(notebook, result.findings), notices)

    def _options(self, path: str) -> LintOptions:
        shown, _ = os.path.split(path)
        options = self._folders.get(shown)
        if options is None:
            folder = Path(shown).absolute()
            config = self._configs.of(shown)
            options = self._folders[shown] = LintOptions(
                select=self._task.select,
                ignore=self._task.ignore,
                config=config,
                folder=folder,
                surroundings=gather(folder, config.root),
                brief=True,
            )
        return options

    def _old(self, job: Job) -> Known | None:
        """What was there in the commit that is compared with; ``None`` where the file was not."""
        if self._task.reference is None or job.old is None:
            return None
        data = git.content_at(self._task.reference, Path(self._task.root), job.old)
        try:
            return known_from(self._report(job.path, parse(data or b"", job.path)).rows)
        except UnreadableNotebookError:
            return known_from([])

    def _fix(self, job: Job, file: NotebookFile, old: Known | None) -> Outcome:
        # Imported here, for most runs only look.
        from jupyter_nbquality.cli.new_findings import NewFindings
        from jupyter_nbquality.lint.fixing import Scope, plan_fixes

        task = self._task
        accepted = [old] if old is not None else []
        if task.accepts:
            if self._baselines is None:
                self._baselines = Baselines(task.baseline)
            baseline = self._baselines.of(job.path)
            accepted += [baseline.known(job.path)] if baseline is not None else []
        done = plan_fixes(
            self._linter,
            file.notebook,
            self._options(job.path),
            Scope(),
            unsafe=task.unsafe,
            choose=NewFindings(accepted) if accepted else None,
        )
        changed, text, data = self._carry_out(job, file, done.plan)
        report = self._report(job.path, parse(data, job.path))
        return self._outcome(
            report,
            data,
            fixed=done.fixed,
            changed=changed,
            diff=text,
            data=data if job.data is not None else None,
        )

    def _outcome(self, report: FileReport, about: bytes, **fields: Any) -> Outcome:
        passing = any(INCOMPLETE.search(notice) for notice in report.notices)
        return Outcome(report, content=self._content(about), lasting=not passing, **fields)

    def _content(self, data: bytes) -> str:
        return content_of(data) if self._task.keep else ""

    def _format(self, job: Job, file: NotebookFile) -> Outcome:
        from jupyter_nbquality.lint.formatting import plan_format

        plan = plan_format(file.notebook, self._options(job.path), [])
        changed, text, data = self._carry_out(job, file, plan)
        return Outcome(
            FileReport(job.path, []),
            changed=changed,
            diff=text,
            data=data if job.data is not None else None,
        )

    def _carry_out(self, job: Job, file: NotebookFile, plan: EditPlan) -> tuple[bool, str, bytes]:
        """Makes the new bytes, and writes them where that is asked for."""
        data = file.apply(plan)
        if data == file.data:
            return False, "", data
        text = ""
        if self._task.diff:
            text = notebook_diff(file.notebook, _after(file.notebook, parse(data, job.path)))
        if self._task.write and job.data is None:
            # Somebody may have saved the notebook while it was being looked at.
            if Path(job.path).read_bytes() != file.data:
                raise OSError("It was changed by somebody else meanwhile and is left alone")
            write(Path(job.path), data)
        return True, text, data


def _failure(path: str, message: str, line: int | None = None, content: str = "") -> Outcome:
    report = FileReport(path, [io_error(message, line)])
    return Outcome(report, content=content, lasting=bool(content))


def _after(before: Notebook, file: NotebookFile) -> Notebook:
    """Gives the changed notebook with the ids of before; those made up come from the changed text.

    Fixes and formatting neither add cells nor take them away.
    """
    after = file.notebook
    cells = [
        msgspec.structs.replace(cell, id=old.id)
        for old, cell in zip(before.cells, after.cells, strict=True)
    ]
    return msgspec.structs.replace(after, cells=cells)


def notebook_diff(before: Notebook, after: Notebook) -> str:
    """Writes the difference of two versions of a notebook, cell by cell, as a unified diff.

    Secrets in it are masked.
    """
    old = {cell.id: cell for cell in before.cells}
    new = {cell.id: cell for cell in after.cells}
    numbers = {cell.id: number for number, cell in enumerate(before.cells, 1)}
    later = {cell.id: number for number, cell in enumerate(after.cells, 1)}
    parts = []
    for cell_id in dict.fromkeys([*new, *old]):
        lines = list(
            difflib.unified_diff(
                _lines(old[cell_id].source) if cell_id in old else [],
                _lines(new[cell_id].source) if cell_id in new else [],
                f"{before.path}:cell {numbers.get(cell_id, later.get(cell_id))}",
                f"{before.path}:cell {later.get(cell_id, numbers.get(cell_id))}",
                lineterm="",
            )
        )
        parts += [*lines, ""] if lines else []
    return "\n".join(parts)


def _lines(source: str) -> Sequence[str]:
    return secrets.mask(source).split("\n") if source else []
