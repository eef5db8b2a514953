"""Worker processes that die, stall or fail cost the item they were at, and no other."""

import os
import signal
import time
from collections.abc import Sequence

import pytest

from jupyter_nbquality.cli.workers import Lost, Work, run


class Doubling(Work[int, int]):
    """Doubles numbers, but for some that do harm."""

    def __init__(self, harm: dict[int, str], gathered: int) -> None:
        self.harm = harm
        self.gathered = gathered

    def prepare(self, items: Sequence[int]) -> None:
        if any(self.harm.get(item) == "prepare" for item in items):
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, item: int) -> int:
        match self.harm.get(item):
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "stall":
                time.sleep(60)
            case "fail":
                raise ValueError("no")
        return item * 2


@pytest.mark.parametrize("gathered", [1, 32])
def test_what_does_harm_costs_itself_alone(gathered):
    harm = {7: "die", 50: "stall", 51: "fail", 90: "prepare"}
    items = list(range(100))
    answers = dict(run(items, Doubling(harm, gathered), jobs=2, timeout=1))
    assert sorted(answers) == items
    lost = {index: answer.reason for index, answer in answers.items() if isinstance(answer, Lost)}
    assert sorted(lost) == [7, 50, 51]
    assert "SIGKILL" in lost[7]
    assert "1 seconds" in lost[50]
    assert "ValueError" in lost[51]
    assert all(answers[item] == item * 2 for item in items if item not in lost)
