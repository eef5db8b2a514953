"""What is proposed for a cell, and what tests are worth, as data."""

import msgspec


class Survivor(msgspec.Struct, frozen=True):
    """A small change of a cell that no test noticed.

    Attributes:
        title: What was changed, such as ``> became >=``.
        line: The line in the cell where, from 0.
        before: The lines that it touches, as they are.
        after: The same lines, changed.
    """

    title: str
    line: int
    before: str
    after: str


class Worth(msgspec.Struct, frozen=True):
    """What a test notices of small changes of its cell: its mutation score.

    Attributes:
        killed: How many changes it notices.
        mutants: How many were tried.
        survivors: Some that it does not notice.
    """

    killed: int
    mutants: int
    survivors: list[Survivor]


class Proposal(msgspec.Struct, frozen=True):
    """A test that could be added to a cell.

    Attributes:
        title: For people.
        name: For ``pytest``: letters, digits, ``_`` and ``-``; no other test of the cell has it.
        source: The code.
        why: One sentence: what it holds fast, and where that was seen.
        worth: What it notices.
        new: How many changes it notices that neither the cell's own tests nor the proposals
            above do; 0 for one that says in other words what another one says.
    """

    title: str
    name: str
    source: str
    why: str
    worth: Worth
    new: int


class ScoredTest(msgspec.Struct, frozen=True):
    """What a test that the cell has already is worth.

    Attributes:
        name: Its name.
        passes: Whether it passes on the cell as it is; if not, its worth is not known.
        worth: What it notices.
        weak: Whether it notices nothing, or next to nothing, though there were changes to notice.
    """

    name: str
    passes: bool
    worth: Worth
    weak: bool


class Suggestion(msgspec.Struct, frozen=True):
    """What came of looking for tests of a cell.

    Attributes:
        cell: Its id.
        proposals: The best first; empty where nothing was found that notices more.
        tests: The tests that it has.
        worth: What all of them together notice: those that it has, and the proposals.
        remark: A sentence where there is something to say: why nothing is proposed, or that not
            all changes were tried; mostly empty.
        seconds: How long it took.
    """

    cell: str
    proposals: list[Proposal]
    tests: list[ScoredTest]
    worth: Worth
    remark: str
    seconds: float
