import pytest

from jupyter_nbquality.lint.rules.nb201_import_outside_top import ImportOutsideTop
from tests.lint.builders import check, code, fixed, markdown, marked, notebook, sources

TOP = "import os"


@pytest.mark.parametrize(
    ("cells", "messages"),
    [
        ((TOP, "x = 1", "import torch"), ["`torch` is imported below the import cell"]),
        ((TOP, "import torch\nx = torch"), ["`torch` is imported below the import cell"]),
        (
            (TOP, "x = 1", "import torch, polars\nfrom a.b import c\nfrom a.b import d\nx = 2"),
            ["`torch`, `polars` and `a.b` are imported below the import cell"],
        ),
        ((TOP, "x = 1", "import re\nimport torch"), ["`torch` is imported below the import cell"]),
        (
            ("x = 0", TOP, "import torch", "x = 1", "import polars", "import dask"),
            [
                "`polars` is imported below the import cell",
                "`dask` is imported below the import cell",
            ],
        ),
        ((TOP, "x = (", "import torch\nx = torch"), ["`torch` is imported below the import cell"]),
        (
            (TOP, "%matplotlib inline\nx = 1", "import torch"),
            ["`torch` is imported below the import cell"],
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
        ("x = 1", "import torch\nx = 1", "y = 1"),
        (TOP, "import torch", "%matplotlib inline\nimport sys", "x = 1"),
        (TOP, "", "import torch"),
        (TOP, "%matplotlib inline\n# pictures", "import torch"),
        (TOP, "x = 1", "def f():\n    import torch"),
        (TOP, "x = 1", "try:\n    import torch\nexcept ImportError:\n    torch = None"),
        (TOP, "x = 1", "if x:\n    import torch"),
        (TOP, "x = 1", "with a:\n    import torch"),
        (TOP, "x = 1", "from __future__ import annotations"),
        (TOP, "x = 1", "%pip install torch\nimport torch"),
        (TOP, "!pip install torch", "x = 1", "import torch"),
        (TOP, "os.chdir('..')", "x = 1", "import mine"),
        (TOP, "import sys\nsys.path.append('..')", "import mine"),
        (TOP, "%%writefile mine.py\nx = 1", "import mine"),
        (TOP, "x = 1", "import ("),
        # nothing that somebody must install besides
        (TOP, "x = 1", "import re, sys\nfrom IPython.display import HTML"),
        (TOP, "x = 1", "from . import a"),
        (TOP, "x = 1", "import os"),
        ("import a.b", "x = 1", "from a.c import d"),
        ("import matplotlib", "x = 1", "from mpl_toolkits import mplot3d"),
    ],
)
def test_silent(cells: tuple[str, ...]) -> None:
    assert check(ImportOutsideTop, notebook(*cells)) == []


def test_says_which_cell_and_marks_the_first_statement() -> None:
    document = notebook(code("import os", 3), "x = 1", "y = 1\nimport torch\nimport dask")
    (problem,) = check(ImportOutsideTop, document)
    assert problem.message == "`torch` and `dask` are imported below the import cell `[3]`"
    assert marked(problem, document) == "import torch"


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        (
            ("import os", "x = 1", "import torch\n\ntorch.rand(1)"),
            ["import os\nimport torch", "x = 1", "torch.rand(1)"],
        ),
        # behind the last import, in front of the code
        (
            ("import os\n\nhere = os.getcwd()", "x = 1", "import torch  # patterns\nx = 2"),
            ["import os\nimport torch  # patterns\n\nhere = os.getcwd()", "x = 1", "x = 2"],
        ),
        # what prepares imports stays above them
        (
            ("import sys\nsys.path.append('..')", "x = 1", "import mine\nx = 2"),
            ["import sys\nsys.path.append('..')\nimport mine", "x = 1", "x = 2"],
        ),
        # nothing is left
        (
            ("import os", "x = 1", "import torch\nimport dask"),
            ["import os\nimport torch\nimport dask", "x = 1"],
        ),
        # several lines, and code between
        (
            (
                "import os",
                "x = 1",
                "x = 2\nfrom a import (\n    b,\n    c,\n)\n# why\nx = 3\nimport dask",
            ),
            [
                "import os\nfrom a import (\n    b,\n    c,\n)\nimport dask",
                "x = 1",
                "x = 2\n# why\nx = 3",
            ],
        ),
        # imported already
        (
            ("import os", "x = 1", "import os\nimport torch\nos.getcwd()"),
            ["import os\nimport torch", "x = 1", "os.getcwd()"],
        ),
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
        (TOP, "x = 1", "import torch; x = 2"),
        (TOP, "torch = 1", "import torch\nx = 2"),
        (TOP, "def torch(): pass", "import torch\nx = 2"),
        (TOP, "x = 1", "import a as np\nx = 2", "def f():\n    import b as np"),
        (TOP, "x = 1", "    import torch\n    x = 2"),
        (TOP, "x = 1", "x = 2\rimport torch"),
    ],
)
def test_no_move_that_is_doubtful(cells: tuple[str, ...]) -> None:
    (problem,) = check(ImportOutsideTop, notebook(*cells))
    assert problem.fixes == []


def test_text_cells_between_do_not_matter() -> None:
    assert check(ImportOutsideTop, notebook(TOP, markdown("# A"), "import torch", "x = 1")) == []
