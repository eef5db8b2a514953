"""Findings that a team has accepted: what was there before is not reported, what is new is.

A finding is recognised by its rule and the text it stands on, wherever that has moved, and as
often as it was there. Where several are alike, the text around tells which of them is the new one.
"""

import functools
import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality.cli.rows import FileReport, Row
from jupyter_nbquality.config import ConfigFinder

FILE_NAME = ".nbquality-baseline.json"
VERSION = 1

Exact = tuple[str, str, str]
"""Code, anchor and context of a finding."""


class BaselineError(ValueError):
    """A baseline cannot be read; the text is a sentence for a person."""


class Known:
    """The accepted findings of one notebook; each is recognised once."""

    def __init__(self, findings: Counter[Exact]) -> None:
        self._findings = findings

    def new(self, rows: list[Row]) -> list[Row]:
        """Gives the rows that are not accepted, in order."""
        left = Counter(self._findings)
        unknown: set[int] = set()
        for index, row in enumerate(rows):
            if left[_exact(row)] > 0:
                left[_exact(row)] -= 1
            else:
                unknown.add(index)
        moved: Counter[tuple[str, str]] = Counter()
        for (code, anchor, _), count in left.items():
            moved[code, anchor] += count
        new = []
        for index in sorted(unknown):
            key = (rows[index].code, rows[index].anchor)
            if moved[key] > 0:
                moved[key] -= 1
            else:
                new.append(rows[index])
        return new


def known_from(rows: Iterable[Row]) -> Known:
    """Accepts the findings of an older version of a notebook."""
    return Known(Counter(_exact(row) for row in rows))


class Baseline:
    """The accepted findings of a project.

    Attributes:
        folder: What the notebooks' paths are relative to: the folder of the file.
        findings: How often each finding was there, by notebook.
    """

    def __init__(self, folder: Path, findings: dict[str, Counter[Exact]]) -> None:
        self.folder = folder
        self.findings = findings

    @classmethod
    def read(cls, file: Path) -> "Baseline":
        """Reads a baseline.

        Raises:
            BaselineError: It cannot be opened, or is not one that this version can read.
        """
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            raise BaselineError(f"The baseline {file} is not there.") from None
        except OSError as error:
            raise BaselineError(
                f"The baseline {file} cannot be read: {error.strerror or error}."
            ) from None
        try:
            value = json.loads(data)
            if value["version"] != VERSION:
                raise BaselineError(f"{file} was written by another version of nbquality.")
            findings = {
                path: Counter(
                    {(code, anchor, around): int(count) for code, anchor, around, count in entries}
                )
                for path, entries in value["notebooks"].items()
            }
        except BaselineError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BaselineError(f"{file} is not a baseline that nbquality wrote.") from None
        return cls(file.absolute().parent, findings)

    @classmethod
    def of(cls, reports: Iterable[FileReport], folder: Path) -> "Baseline":
        """Accepts every finding of some reports."""
        baseline = cls(folder, {})
        for report in reports:
            if report.rows:
                baseline.findings[baseline._key(report.path)] = Counter(map(_exact, report.rows))
        return baseline

    def text(self) -> str:
        """Gives the file's text: sorted, and a line a finding, so that two branches merge."""
        value: dict[str, Any] = {
            path: [[*key, count] for key, count in sorted(self.findings[path].items())]
            for path in sorted(self.findings)
        }
        lines = ["{", f' "version": {VERSION},', ' "notebooks": {']
        blocks = []
        for path, entries in value.items():
            rows = ",\n".join("   " + json.dumps(entry, ensure_ascii=False) for entry in entries)
            blocks.append(f"  {json.dumps(path, ensure_ascii=False)}: [\n{rows}\n  ]")
        body = ",\n".join(blocks)
        return "\n".join([*lines, *([body] if body else []), " }", "}"]) + "\n"

    def known(self, path: str) -> Known:
        """Gives what is accepted of one notebook.

        A notebook that the baseline does not know is compared with those of it that are gone:
        it may be one of them under a new name.
        """
        findings = self.findings.get(self._key(path))
        return Known(self._gone if findings is None else findings)

    @functools.cached_property
    def _gone(self) -> Counter[Exact]:
        gone: Counter[Exact] = Counter()
        for path, findings in self.findings.items():
            if not (self.folder / path).exists():
                gone.update(findings)
        return gone

    def _key(self, path: str) -> str:
        absolute = Path(path).absolute()
        try:
            return absolute.relative_to(self.folder).as_posix()
        except ValueError:
            return absolute.as_posix()


class Baselines:
    """The baselines of a run: the one that was named, else that of each notebook's settings.

    Args:
        named: The file that was named.

    Raises:
        BaselineError: The named one cannot be read.
    """

    def __init__(self, named: str | None = None) -> None:
        self._named = Baseline.read(Path(named)) if named is not None else None
        self._configs = ConfigFinder()
        self._read: dict[Path, Baseline] = {}

    def of(self, path: str) -> Baseline | None:
        """Gives the baseline that counts for a notebook.

        Raises:
            BaselineError: It cannot be read.
        """
        if self._named is not None:
            return self._named
        config = self._configs.of(os.path.split(path)[0])
        if config.baseline is None or config.root is None:
            return None
        file = config.root / config.baseline
        if file not in self._read:
            if not file.exists():
                raise BaselineError(f"The baseline {file}, which the settings name, is not there.")
            self._read[file] = Baseline.read(file)
        return self._read[file]

    def check(self, paths: Iterable[str]) -> None:
        """Reads all that count for some notebooks.

        Raises:
            BaselineError: One cannot be read.
        """
        for path in paths:
            self.of(path)

    def filtered(self, reports: Iterable[FileReport]) -> list[FileReport]:
        """Takes the accepted findings out of some reports.

        Raises:
            BaselineError: A baseline cannot be read.
        """
        result = []
        for report in reports:
            baseline = self.of(report.path)
            if baseline is not None and report.rows:
                rows = baseline.known(report.path).new(report.rows)
                report = msgspec.structs.replace(report, rows=rows)
            result.append(report)
        return result


def _exact(row: Row) -> Exact:
    return row.code, row.anchor, row.context
