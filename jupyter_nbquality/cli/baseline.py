"""Findings that a team has accepted: what was there before is not reported, what is new is.

A finding is recognised by its rule and the text it stands on, wherever that has moved, and as
often as it was there. Where several are alike, the text around tells which of them is the new one.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from jupyter_nbquality.cli.rows import FileReport, Row

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
            BaselineError: It is not one that this version can read.
            OSError: The file cannot be opened.
        """
        try:
            value = json.loads(file.read_bytes())
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

    def filtered(self, reports: list[FileReport]) -> list[FileReport]:
        """Takes the accepted findings out of some reports.

        A notebook that the baseline does not know is compared with those of it that are gone:
        it may be one of them under a new name.
        """
        gone: Counter[Exact] = Counter()
        for path, findings in self.findings.items():
            if not (self.folder / path).exists():
                gone.update(findings)
        result = []
        for report in reports:
            findings = self.findings.get(self._key(report.path), gone)
            rows = Known(findings).new(report.rows)
            result.append(msgspec.structs.replace(report, rows=rows))
        return result

    def _key(self, path: str) -> str:
        absolute = Path(path).absolute()
        try:
            return absolute.relative_to(self.folder).as_posix()
        except ValueError:
            return absolute.as_posix()


def _exact(row: Row) -> Exact:
    return row.code, row.anchor, row.context
