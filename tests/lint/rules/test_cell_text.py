"""NB204, NB208, NB209: length, commented-out code, text in comments."""

import pytest

from jupyter_nbquality.edits import SetCellType
from jupyter_nbquality.lint.rules.nb204_long_cell import LongCell
from jupyter_nbquality.lint.rules.nb208_commented_out_cell import CommentedOutCell
from jupyter_nbquality.lint.rules.nb209_long_comment_block import LongCommentBlock
from tests.lint.builders import check, fixed, markdown, marked, notebook, sources

PROSE = """\
# We look at the customers who left last year, and
# a customer has left when the contract ended and
# no new one was signed within thirty days, which
# is what the sales team says."""
TEXT = PROSE.replace("# ", "")


def lines(count: int, first: int = 1) -> str:
    return "\n".join(f"x{number} = {number}" for number in range(first, first + count))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (lines(30), None),
        (lines(31), 31),
        ("# a\n\n" * 30 + lines(30), None),
        ('def f():\n    """A.\n' + "    text\n" * 40 + '    """\n    return 1', None),
        # data
        ("text = '''\n" + "line\n" * 40 + "'''", None),
        ("sums = [\n" + "    -1.5,\n" * 40 + "]", None),
        ("plot(\n    {\n" + "        'a': [1],\n" * 40 + "    }\n)", None),
        ("sums = [\n" + "    f(1),\n" * 40 + "]", 42),
        ("sums = [\n" + "    -1.5,\n" * 40 + "]\n" + lines(30), 31),
        # one thing
        ("import a\n\n\ndef f():\n" + "    a.b()\n" * 40, None),
        ("@a\nclass A:\n" + "    def f(self): return 1\n" * 40, None),
        ("def f():\n" + "    return 1\n" * 40 + "f()", 42),
        ("%%bash\n" + lines(40), None),
        ("if (:\n" + lines(31), 32),
    ],
)
def test_long_cells(source: str, count: int | None) -> None:
    expected = [] if count is None else [f"This cell has {count} lines of code"]
    assert [problem.message for problem in check(LongCell, source)] == expected


def test_long_is_what_the_settings_say() -> None:
    assert len(check(LongCell, lines(6), long_cell=5)) == 1


def test_split_at_the_blank_line_nearest_the_middle() -> None:
    source = f"{lines(8)}\n\n{lines(12, 9)}\n\n# the rest\n{lines(15, 21)}\n"
    document = notebook(source, "y = 1")
    (problem,) = check(LongCell, document)
    assert problem.fixes[0].title == "Split before line 23"
    assert sources(fixed(document, problem)) == [
        f"{lines(8)}\n\n{lines(12, 9)}",
        f"# the rest\n{lines(15, 21)}\n",
        "y = 1",
    ]


@pytest.mark.parametrize(
    "source",
    [
        lines(40),  # no blank line
        f"{lines(20)}\nx1\n\n{lines(20, 21)}",  # would display x1
        f"y = 1\ndef f():\n    a = 1\n\n{lines(35)}".replace("\nx", "\n    x"),
        f"x = 1\n\n{lines(35)}",  # one line is not worth a cell
        f"%%time\n{lines(20)}\n\n{lines(20, 21)}",
    ],
)
def test_no_split(source: str) -> None:
    (problem,) = check(LongCell, source)
    assert problem.fixes == []


@pytest.mark.parametrize(
    "source",
    [
        "# x = 1",
        "#x = 1\n#y = 2",
        "# import os",
        "# df.head()",
        "# for x in xs:\n#     print(x)",
        "## df = load()\n\n## df",
        "# %timeit f(x)",
        "# %%time\n# f(x)",
        "    # x = 1",
        "# df['a'] = 1\n# df",
    ],
)
def test_commented_out_code(source: str) -> None:
    document = notebook("x = 1", source, "y = 1")
    (problem,) = check(CommentedOutCell, document)
    assert problem.cell == "c2"
    assert sources(fixed(document, problem)) == ["x = 1", "y = 1"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "#",
        "# ---",
        "# Plot",
        "# Exercise 1",
        "# your code here",
        "# a, b",
        "# TODO: later",
        "# What is the type of X_train?",
        "# df?",
        "# Note: x",
        "# see df.head",
        "# uncomment to run\n# x = 1",
        "# x = 1\nx = 2",
        "# %% x = 1",
        "#| export\n# x = 1",
        "# !pip install pandas",
        "# %pip install pandas\n# !conda install numpy",
        "%%bash\n# x=1",
        PROSE,
    ],
)
def test_comments_that_are_no_code(source: str) -> None:
    assert check(CommentedOutCell, source) == []


@pytest.mark.parametrize(
    ("source", "after"),
    [
        (PROSE, [f"markdown: {TEXT}"]),
        (f"{PROSE}\n\nx = 1", [f"markdown: {TEXT}", "x = 1"]),
        (f"x = 1\n\n{PROSE}", ["x = 1", f"markdown: {TEXT}"]),
        (f"f()\n{PROSE}\n", ["f()", f"markdown: {TEXT}"]),
        (f"x = 1\n{PROSE}\ny = 1", ["x = 1", f"markdown: {TEXT}", "y = 1"]),
        (
            "# # The customers of last year\n#\n" + PROSE + "\nx = 1",
            [f"markdown: # The customers of last year\n\n{TEXT}", "x = 1"],
        ),
    ],
)
def test_prose_in_comments(source: str, after: list[str]) -> None:
    document = notebook(markdown("# A"), source, "z = 1")
    (problem,) = check(LongCommentBlock, document)
    assert PROSE in marked(problem, document)
    mended = fixed(document, problem)
    assert sources(mended) == ["markdown: # A", *after, "z = 1"]
    assert check(LongCommentBlock, mended) == []


def test_a_whole_cell_of_prose_keeps_its_place_and_id() -> None:
    (problem,) = check(LongCommentBlock, PROSE)
    assert isinstance(problem.fixes[0].plan.operations[0], SetCellType)


def test_a_split_that_would_display_more_is_not_offered() -> None:
    (problem,) = check(LongCommentBlock, f"f()\n{PROSE}\ny = 1")
    assert problem.fixes == []


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(PROSE.splitlines()[:3]),
        PROSE.replace("# ", "    # "),
        "def f():\n" + PROSE.replace("# ", "    # ") + "\n    return 1",
        f"x = [\n{PROSE}\n1]",
        "# x = 1\n# y = 2\n# z = 3\n# print(x, y, z)",
        "# ----\n# ====\n# ****\n# ####\n# ----",
        "# Copyright 2026 by the authors\n" + PROSE,
        "# setosa\n# versicolor\n# virginica\n# other",
        "# we tried this:\n# x = f(1, 2)\n# y = g(x)\n# and that gave 3.4 and 5.6, 7.8",
        "# The restricted model, set directly.\n# This is another way to say it, where\n"
        "# no level is estimated at all:\n# model = {\n#     'level': True, 'trend': True,\n# }",
        f'text = """\n{PROSE}\n"""',
        f"%%bash\n{PROSE}",
        f"if (:\n{PROSE}",
    ],
)
def test_comments_that_may_stay(source: str) -> None:
    assert check(LongCommentBlock, source) == []


def test_the_number_of_lines_is_a_setting() -> None:
    assert check(LongCommentBlock, PROSE, comment_block=5) == []
    assert len(check(LongCommentBlock, "\n".join(PROSE.splitlines()[:2]), comment_block=2)) == 1
