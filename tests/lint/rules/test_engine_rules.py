"""NB001, NB101 and NB103: what the engine hears of directives and of ruff, told as findings."""

import pytest

from tests.lint.builders import code
from tests.lint.linting import codes, lint, told


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("x = 1  # nbq: ignore[XY999]", [0]),
        ("x = 1\ny = 2  # nbq: ignore[NB301, no-such-rule]", [1]),
        ("x = 1  # nbq: ignore[NB301]", []),
        ("x = 1  # nbq: ignore[absolute-path]", []),
        ("x = 1  # nbq: ignore", []),
        ("x = '# nbq: ignore[XY999]'", []),
        ("x = 1  # an ordinary comment", []),
    ],
)
def test_unknown_codes(source: str, lines: list[int]) -> None:
    result = lint(source, select=("NB001",))
    assert told(result) == [("NB001", "c1", line) for line in lines]


@pytest.mark.parametrize(
    ("entry", "meant"),
    [("NB3O1", "NB301"), ("nb1l1", "NB111"), ("F4O1", "F401"), ("absolute-pth", "absolute-path")],
)
def test_what_was_probably_meant(entry: str, meant: str) -> None:
    (found,) = lint(f"x = 1  # nbq: ignore[{entry}]", select=("NB001",)).findings
    assert found.message == f"No rule is called `{entry}`; `{meant}` is"
    assert [fix.title for fix in found.fixes] == [f"Use {meant}"]


@pytest.mark.parametrize(
    ("source", "version", "is_found"),
    [
        ("x = = 1", "3.12.1", True),
        ("print 'a'", "3.12.1", True),
        ("def f(:", "3.12.1", True),
        ("x = (", "3.12.1", True),
        ("type X = int", "3.11.0", True),
        ("type X = int", "3.12.1", False),
        ("type X = int", "", False),
        ("%time x = 1\n!ls | wc", "3.12.1", False),
        ("%%bash\nif [ x ]; then", "3.12.1", False),
        ("x = 1?", "3.12.1", True),
        ("int?", "3.12.1", False),
        ("await f()", "3.12.1", False),
        ("", "3.12.1", False),
        ("# a", "3.12.1", False),
    ],
)
def test_syntax_errors(source: str, version: str, is_found: bool) -> None:
    result = lint("y = 1", source, select=("NB101",), language_version=version)
    assert codes(result) == ["NB101"] * is_found
    assert result.parses == {"c1": True, "c2": not is_found}


@pytest.mark.parametrize("source", ["x = = 1", "<!-- html -->"])
def test_cells_that_are_no_code_have_no_syntax(source: str) -> None:
    assert codes(lint("y = 1", source, select=("NB101",), language="r")) == []


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        (("%time missing",), [("c1", 0)]),
        (("x = %time missing",), [("c1", 0)]),
        (("y = 1\n!ls {missing}",), [("c1", 1)]),
        (("%time known", "known = 1"), [("c1", 0)]),
        (("known = 1", "%time known"), []),
        (("%%capture out\n1", "%time out"), []),
        (("files = !ls", "%time files"), []),
        (("!echo ${HOME}",), []),
        (("!awk '{print $1}' a.txt",), []),
        (("%time In, _, get_ipython()",), []),
        (("from a import *", "%time missing"), []),
    ],
)
def test_undefined_names_in_magics(cells: tuple[str, ...], places: list[tuple[str, int]]) -> None:
    result = lint(*(code(source) for source in cells), select=("NB103",))
    assert [(cell, line) for _, cell, line in told(result)] == places
