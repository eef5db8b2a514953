"""Code that is made to take long: it is analysed in bounded time and memory."""

import time

import pytest

from tests.dataflow.looking import dependencies_of

CASES: dict[str, list[str]] = {
    "lists of lists": [
        "def f(a0):\n"
        + "\n".join(f"    a{n + 1} = [a{n}, a{n}]" for n in range(40))
        + "\n    return a40",
        "x = f(y)",
    ],
    "lists of lists in a branch": [
        "if c:\n" + "\n".join(f"    a{n + 1} = [a{n}, a{n}]" for n in range(40)),
        "a40.append(1)",
    ],
    "recursion with lists of what is given": [
        "def f(x, y):\n    f([x, y], [y, x])",
        "f(a, b)",
    ],
    "a chain of aliases": ["\n".join(f"a{n + 1} = a{n}" for n in range(3000)), "a5.append(1)"],
    "many aliases of one": ["\n".join(f"b{n} = a" for n in range(1500)), "a.append(1)"],
    "a cell for each alias": [*(f"a{n + 1} = a{n}" for n in range(300)), "a5.append(1)"],
    "many names for one list": [*(f"b{n} = a" for n in range(300)), "a.append(1)"],
    "functions that call each other": [
        "\n".join(
            f"def f{n}(x):\n    f{(n + 1) % 1000}(x)\n    f{(n * 7) % 1000}(x)" for n in range(1000)
        ),
        "f0(a)",
    ],
    "classes that inherit": [
        "\n".join(f"class C{n + 1}(C{n}):\n    def m(self):\n        x{n}" for n in range(300)),
        "C300().m()",
    ],
}


@pytest.mark.parametrize("cells", CASES.values(), ids=CASES)
def test_hostile_code(cells: list[str]) -> None:
    before = time.process_time()
    dependencies_of(*cells)
    assert time.process_time() - before < 5
