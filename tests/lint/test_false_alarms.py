"""What the rules said wrongly or in vain of real notebooks, each case made small."""

import ast

from jupyter_nbquality.edits import ChangeCell, apply_text_edits
from jupyter_nbquality.notebook import Notebook
from tests.lint.builders import notebook
from tests.lint.linting import lint, only


def after_fix(document: Notebook, code: str, cell_id: str) -> str:
    """Gives a cell's text after the first fix of the one finding of a rule."""
    (plan,) = [fix.plan for fix in only(lint(document), code).fixes][:1]
    cell = document.cell(cell_id)
    assert cell is not None
    text = cell.source
    for operation in plan.operations:
        assert isinstance(operation, ChangeCell)
        if operation.cell == cell_id:
            text = apply_text_edits(text, operation.edits)
    return text


def test_a_fix_that_relies_on_an_import_leaves_the_lines_at_its_place_in_other_cells() -> None:
    # ruff holds on to `import numpy as np` by writing it anew, with its line but without its cell.
    function = "def fill(\n    data\n):\n    data.fill(np.NaN)\n    return data"
    document = notebook("import os\nos\nimport numpy as np", function)
    fixed = after_fix(document, "NPY201", "c2")
    assert fixed == function.replace("NaN", "nan")
    ast.parse(fixed)


def test_such_a_fix_is_offered_below_the_cell_with_the_import() -> None:
    document = notebook("import os\nos\n\nimport numpy as np", "x = np.NaN")
    assert after_fix(document, "NPY201", "c2") == "x = np.nan"


def test_names_of_ipyparallels_engines_are_known() -> None:
    engines = "%%px --block\nfrom mpi4py import MPI"
    document = notebook("view = f()", engines, "view.apply(lambda: MPI.Get_rank() + rank)")
    messages = [finding.message for finding in lint(document).findings if finding.code == "F821"]
    assert messages == ["Undefined name `f`", "Undefined name `rank`"]


def test_r_that_parses_is_not_looked_at_as_python() -> None:
    result = lint("summary(cars)", "plot(cars)", "x = c(1, 2)", kernelspec="")
    assert [finding.code for finding in result.findings if finding.code == "F821"] == []
    assert "does not name its language" in result.notices[0]
    python = lint("import cars", "plot(cars)", "summary(cars)", kernelspec="")
    assert [finding.code for finding in python.findings if finding.code == "F821"] == ["F821"] * 2


def test_a_cell_magic_is_not_left_without_a_line_below() -> None:
    # IPython takes `%%time` alone for a mistake, and not with its line ended.
    assert after_fix(notebook("%%time\nimport string"), "F401", "c1") == "%%time\n"
    assert after_fix(notebook("%%time\nx = 1\nimport string"), "F401", "c1") == "%%time\nx = 1"
