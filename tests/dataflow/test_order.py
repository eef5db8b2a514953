"""What fixes the order of cells."""

import random
from collections.abc import Iterable

import pytest

from jupyter_nbquality.dataflow.order import Constraint, Order
from tests.dataflow.looking import dataflow_of
from tests.dataflow.test_soundness import a_program, run, value

MARKS = {
    "definition": ">",
    "mutation": "~",
    "possible-mutation": "?",
    "deletion": "-",
    "anti": "anti",
    "output": "output",
    "unknown": "unknown",
}


def told(constraints: Iterable[Constraint]) -> list[str]:
    """Writes constraints down briefly: ``1 anti 2 a b``; in brackets where they may not hold."""
    return [
        text if each.certain or each.kind == "possible-mutation" else f"({text})"
        for each in constraints
        for text in [
            " ".join([str(each.source), MARKS[each.kind], str(each.target), *each.names]),
        ]
    ]


def order_of(*cells: str) -> Order:
    return Order(dataflow_of(*cells))


CASES: dict[str, tuple[list[str], list[str]]] = {
    "nothing in common": (["a = 1", "b = 2"], []),
    "two readers": (["a = 1", "print(a)", "print(a)"], ["1 > 2 a", "1 > 3 a"]),
    "bound anew": (["a = 1", "a = 2"], ["1 output 2 a"]),
    "read, then bound": (["print(a)", "a = 2"], ["1 anti 2 a"]),
    "read, then bound on some paths": (["print(a)", "if c:\n    a = 2"], ["(1 anti 2 a)"]),
    "read, then deleted": (
        ["a = 1", "print(a)", "del a"],
        ["1 > 2 a", "1 > 3 a", "1 output 3 a", "2 anti 3 a"],
    ),
    "read, then changed": (
        ["xs = []", "print(xs)", "xs.append(1)"],
        ["1 > 2 xs", "1 > 3 xs", "1 output 3 xs", "2 anti 3 xs"],
    ),
    "read, then perhaps changed": (
        ["xs = []", "print(xs)", "f(xs)"],
        ["1 > 2 xs", "1 > 3 xs", "(1 output 3 xs)", "(2 anti 3 xs)"],
    ),
    "changed twice": (
        ["xs = []", "xs.append(1)", "xs.append(2)"],
        ["1 > 2 xs", "1 output 2 xs", "1 > 3 xs", "2 anti 3 xs", "2 ~ 3 xs", "2 output 3 xs"],
    ),
    "what follows from others is left out": (
        ["a = 1", "a = 2", "a = 3"],
        ["1 output 2 a", "2 output 3 a"],
    ),
    "a reader stays between": (
        ["a = 1", "print(a)", "a = 2", "print(a)"],
        ["1 > 2 a", "1 output 3 a", "2 anti 3 a", "3 > 4 a"],
    ),
    "a sure writer below one that may write": (
        ["print(a)", "if c:\n    a = 1", "a = 2"],
        ["(1 anti 2 a)", "1 anti 3 a", "(2 output 3 a)"],
    ),
    "the same object under another name": (
        ["xs = []\nys = xs", "print(ys)", "xs.append(1)"],
        [
            "1 > 2 ys",
            "1 > 3 xs ys",
            "1 output 3 xs ys",
            "2 anti 3 ys",
        ],
    ),
    "through a function": (
        ["rate = 1\ndef f():\n    return rate", "f()", "rate = 2"],
        ["1 > 2 f rate", "1 output 3 rate", "2 anti 3 rate"],
    ),
    "builtins": (["print(1)", "print(2)"], []),
    "a file that is read, then written": (
        ["x = open('a.csv').read()", "y.to_csv('a.csv')"],
        ["1 anti 2 file:a.csv"],
    ),
    "a file that is written twice": (
        ["x.to_csv('a.csv')", "y.to_csv('a.csv')"],
        ["1 ~ 2 file:a.csv", "1 output 2 file:a.csv"],
    ),
    "two files": (["x.to_csv('a.csv')", "y.to_csv('b.csv')"], []),
    "a file at a path that is not known": (
        ["x.to_csv('a.csv')", "y.to_csv(path)", "z.to_csv('b.csv')"],
        ["(1 output 2 file:?)", "(2 output 3 file:?)"],
    ),
    "the working directory": (
        ["import os", "print(open('a.csv'))", "os.chdir('b')", "print(open('a.csv'))"],
        [
            "1 > 3 os",
            "2 anti 3 state:directory",
            "3 ~ 4 state:directory",
        ],
    ),
    "draws after a seed": (
        ["import numpy as np\nnp.random.seed(1)", "a = np.random.rand()", "b = np.random.rand()"],
        [
            "1 > 2 np state:random numpy",
            "1 output 2 state:random numpy",
            "1 > 3 np state:random numpy",
            "2 anti 3 state:random numpy",
            "2 ~ 3 state:random numpy",
            "2 output 3 state:random numpy",
        ],
    ),
    "draws without a seed": (
        ["import numpy as np", "a = np.random.rand()", "b = np.random.rand()"],
        ["1 > 2 np", "1 > 3 np"],
    ),
    "questions to a person": (
        ["a = input()", "x = 1", "b = input()"],
        ["(1 output 3 effect:input)"],
    ),
    "any name": (
        ["a = 1", "from os import *", "b = 1", "c = 1"],
        ["(1 unknown 2)", "(2 unknown 3)", "(2 unknown 4)"],
    ),
    "a cell that does not parse": (["a = 1", "b = = 2"], ["(1 unknown 2)"]),
}


@pytest.mark.parametrize(("cells", "expected"), CASES.values(), ids=CASES)
def test_constraints(cells: list[str], expected: list[str]) -> None:
    assert told(order_of(*cells).constraints()) == expected


def test_swap_of_neighbours() -> None:
    order = order_of("a = 1", "b = 2", "a = b")
    assert order.forbids_swap("1", "2") == order.forbids_swap("2", "1") == []
    assert told(order.forbids_swap("3", "2")) == ["2 > 3 b"]


def test_swap_over_others() -> None:
    order = order_of("a = 1", "b = a", "c = b")
    assert told(order.forbids_swap("1", "3")) == ["1 > 2 a", "2 > 3 b"]


def test_swap_of_two_that_both_are_above_a_third() -> None:
    order = order_of("a = 1", "b = 1", "print(a, b)")
    assert order.forbids_swap("1", "2") == []


def test_move() -> None:
    order = order_of("a = 1", "b = 2", "c = b", "print(a)")
    assert order.why_not_move("4", "2") == []
    assert told(order.why_not_move("4", "1")) == ["1 > 4 a"]
    assert told(order.why_not_move("2", None)) == ["2 > 3 b"]
    assert order.why_not_move("1", "4") == []
    assert order.why_not_move("1", "1") == order.why_not_move("1", "2") == []
    assert told(order.why_not_move("1", None)) == ["1 > 4 a"]


def test_no_such_cell() -> None:
    order = order_of("a = 1")
    with pytest.raises(KeyError):
        order.forbids_swap("1", "2")
    with pytest.raises(KeyError):
        order.why_not_move("2", None)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_cells_that_may_move_may_really(first: int) -> None:
    """Runs random programs with a cell in another place, where nothing speaks against that."""
    moved, told_otherwise = 0, []
    for seed in range(first, first + 50):
        chance = random.Random(seed)
        cells: list[str] = []
        for text in a_program(chance):
            try:
                run([*cells, text])
            except (TypeError, AttributeError, IndexError, KeyError, RecursionError, NameError):
                continue
            cells.append(text)
        order = Order(dataflow_of(*cells))
        for place in range(len(cells)):
            to = chance.randrange(len(cells) + 1)
            if to in {place, place + 1}:
                continue
            before = str(to + 1) if to < len(cells) else None
            if order.why_not_move(str(place + 1), before):
                continue
            moved += 1
            numbers = [number for number in range(len(cells)) if number != place]
            numbers.insert(to if to < place else to - 1, place)
            told_otherwise += difference(cells, numbers)
    assert moved > 10
    assert not told_otherwise, "\n\n".join(told_otherwise)


def difference(cells: list[str], numbers: list[int]) -> list[str]:
    """Says where cells in another order do something else."""
    where = f"{numbers} of\n" + "\n---\n".join(cells)
    space, printed = run(cells)
    try:
        other, other_printed = run([cells[number] for number in numbers])
    except Exception as error:
        return [f"{error!r}: {where}"]
    names = [
        name
        for name in sorted(space.keys() | other.keys())
        if name not in {"__builtins__", "deepcopy"} and value(space, name) != value(other, name)
    ]
    if names or [printed[number] for number in numbers] != other_printed:
        return [f"{names}: {where}"]
    return []
