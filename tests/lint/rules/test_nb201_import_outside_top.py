import pytest

from jupyter_nbquality.lint.rules.nb201_import_outside_top import ImportOutsideTop
from tests.lint.builders import check, code, fixed, markdown, marked, notebook, sources

TOP = "import os"


@pytest.mark.parametrize(
    ("cells", "messages"),
    [
        ((TOP, "x = 1", "import re"), ["`re` is imported below the import cell"]),
        ((TOP, "import re\nx = re"), ["`re` is imported below the import cell"]),
        (
            (TOP, "x = 1", "import re, sys\nfrom a.b import c\nfrom a.b import d\nx = 2"),
            ["`re`, `sys` and `a.b` are imported below the import cell"],
        ),
        ((TOP, "x = 1", "from . import a"), ["`.` is imported below the import cell"]),
        (
            ("x = 0", TOP, "import re", "x = 1", "import sys", "import io"),
            ["`sys` is imported below the import cell", "`io` is imported below the import cell"],
        ),
        ((TOP, "x = (", "import re\nx = re"), ["`re` is imported below the import cell"]),
        (
            (TOP, "%matplotlib inline\nx = 1", "import re"),
            ["`re` is imported below the import cell"],
        ),
    ],
)
def test_found(cells: tuple[str, ...], messages: list[str]) -> None:
    assert [problem.message for problem in check(ImportOutsideTop, notebook(*cells))] == messages


@pytest.mark.parametrize(
    "cells",
    [
        (),
        ("x = 1", "y = 1"),
        ("x = 1", "import re\nx = 1", "y = 1"),
        (TOP, "import re", "%matplotlib inline\nimport sys", "x = 1"),
        (TOP, "", "import re"),
        (TOP, "%matplotlib inline\n# pictures", "import re"),
        (TOP, "x = 1", "def f():\n    import re"),
        (TOP, "x = 1", "try:\n    import re\nexcept ImportError:\n    re = None"),
        (TOP, "x = 1", "if x:\n    import re"),
        (TOP, "x = 1", "with a:\n    import re"),
        (TOP, "x = 1", "from __future__ import annotations"),
        (TOP, "x = 1", "%pip install re\nimport re"),
        (TOP, "!pip install re", "x = 1", "import re"),
        (TOP, "os.chdir('..')", "x = 1", "import mine"),
        (TOP, "import sys\nsys.path.append('..')", "import mine"),
        (TOP, "%%writefile mine.py\nx = 1", "import mine"),
        (TOP, "x = 1", "import ("),
    ],
)
def test_silent(cells: tuple[str, ...]) -> None:
    assert check(ImportOutsideTop, notebook(*cells)) == []


def test_says_which_cell_and_marks_the_first_statement() -> None:
    document = notebook(code("import os", 3), "x = 1", "y = 1\nimport re\nimport io")
    (problem,) = check(ImportOutsideTop, document)
    assert problem.message == "`re` and `io` are imported below the import cell `[3]`"
    assert marked(problem, document) == "import re"


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        (
            ("import os", "x = 1", "import re\n\nre.compile('a')"),
            ["import os\nimport re", "x = 1", "re.compile('a')"],
        ),
        # behind the last import, in front of the code
        (
            ("import os\n\nhere = os.getcwd()", "x = 1", "import re  # patterns\nx = 2"),
            ["import os\nimport re  # patterns\n\nhere = os.getcwd()", "x = 1", "x = 2"],
        ),
        # what prepares imports stays above them
        (
            ("import sys\nsys.path.append('..')", "x = 1", "import mine\nx = 2"),
            ["import sys\nsys.path.append('..')\nimport mine", "x = 1", "x = 2"],
        ),
        # nothing is left
        (
            ("import os", "x = 1", "import re\nimport io"),
            ["import os\nimport re\nimport io", "x = 1"],
        ),
        # several lines, and code between
        (
            (
                "import os",
                "x = 1",
                "x = 2\nfrom a import (\n    b,\n    c,\n)\n# why\nx = 3\nimport io",
            ),
            [
                "import os\nfrom a import (\n    b,\n    c,\n)\nimport io",
                "x = 1",
                "x = 2\n# why\nx = 3",
            ],
        ),
        # imported already
        (("import os", "x = 1", "import os\nos.getcwd()"), ["import os", "x = 1", "os.getcwd()"]),
    ],
)
def test_moves(cells: tuple[str, ...], after: list[str]) -> None:
    document = notebook(*cells)
    (problem,) = check(ImportOutsideTop, document)
    mended = fixed(document, problem)
    assert sources(mended) == after
    assert check(ImportOutsideTop, mended) == []


@pytest.mark.parametrize(
    "cells",
    [
        (TOP, "x = 1", "from a import *\nx = 2"),
        (TOP, "x = 1", "import re; x = 2"),
        (TOP, "re = 1", "import re\nx = 2"),
        (TOP, "def re(): pass", "import re\nx = 2"),
        (TOP, "x = 1", "import a as np\nx = 2", "def f():\n    import b as np"),
        (TOP, "x = 1", "    import re\n    x = 2"),
        (TOP, "x = 1", "x = 2\rimport re"),
    ],
)
def test_no_move_that_is_doubtful(cells: tuple[str, ...]) -> None:
    (problem,) = check(ImportOutsideTop, notebook(*cells))
    assert problem.fixes == []


def test_text_cells_between_do_not_matter() -> None:
    assert check(ImportOutsideTop, notebook(TOP, markdown("# A"), "import re", "x = 1")) == []
