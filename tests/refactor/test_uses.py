"""Every place where what a name holds is used."""

import pytest

from jupyter_nbquality.refactor.uses import Place, uses_of
from tests.dataflow.looking import notebook_of

NOTEBOOK = notebook_of(
    "x = 1\nprint(x)\nx += 1\nx",
    "def f():\n    return x + x",
    "y = x; z = f'{x}'\nx = 5\nx",
    "for i in range(x):\n    print(i, i)",
    "import pandas as pd\n%time pd.Series(x)\ny = [x for x in y]",
    "df = pd.DataFrame()\ndf['a'] = df['b']\ndf.query('a > @x')",
)


def told(places: list[Place]) -> str:
    return " ".join(
        f"{place.cell}:{place.range.start.line}:{place.range.start.column}" for place in places
    )


@pytest.mark.parametrize(
    ("name", "cell", "line", "definitions", "uses"),
    [
        ("x", "1", 0, "1:0:0", "1:1:6 1:2:0"),
        ("x", "1", 2, "1:2:0", "1:3:0 3:0:4 3:0:14"),
        ("x", "3", 0, "1:2:0", "1:3:0 3:0:4 3:0:14"),
        ("x", "3", 1, "3:1:0", "2:1:11 2:1:15 3:2:0 4:0:15 5:1:16 6:2:15"),
        ("x", "2", 1, "3:1:0", "2:1:11 2:1:15 3:2:0 4:0:15 5:1:16 6:2:15"),
        ("i", "4", 1, "4:0:4", "4:1:10 4:1:13"),
        ("pd", "6", 0, "5:0:17", "5:1:6 6:0:5"),
        ("df", "6", 2, "6:0:0", "6:1:0 6:1:10 6:2:0"),
        ("nothing", "1", 0, "", ""),
    ],
)
def test_uses_of_one_definition(
    name: str, cell: str, line: int, definitions: str, uses: str
) -> None:
    found = uses_of(NOTEBOOK, name, cell, line)
    assert told(found.definitions) == definitions
    assert told(found.uses) == uses


def test_a_cell_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        uses_of(NOTEBOOK, "x", "9", 0)
