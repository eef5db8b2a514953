"""Which findings `--fix` may mend where a team has accepted some."""

from collections import Counter
from collections.abc import Sequence

from jupyter_nbquality.cli.baseline import Known
from jupyter_nbquality.cli.rows import rows_of
from jupyter_nbquality.findings import Finding
from jupyter_nbquality.notebook import Notebook


class NewFindings:
    """Picks what is new of the findings of one notebook, from one round of fixes to the next.

    Args:
        accepted: What was accepted of it, by a baseline and by an older version.
    """

    def __init__(self, accepted: Sequence[Known]) -> None:
        self._accepted = accepted
        self._first: Counter[tuple[str | None, str]] | None = None

    def __call__(self, notebook: Notebook, findings: list[Finding]) -> list[Finding]:
        """Gives the findings that are not accepted, in order."""
        rows = rows_of(notebook, findings)
        left = rows
        for known in self._accepted:
            left = known.new(left)
        new = set(map(id, left))
        places = [(finding.cell, finding.code) for finding in findings]
        old = Counter(place for place, row in zip(places, rows, strict=True) if id(row) not in new)
        if self._first is None:
            self._first = old
        # A fix may have changed the text by which an accepted finding of the same cell was known.
        lost = self._first - old
        picked = []
        for finding, row, place in zip(findings, rows, places, strict=True):
            if id(row) in new:
                if lost[place] > 0:
                    lost[place] -= 1
                else:
                    picked.append(finding)
        return picked
