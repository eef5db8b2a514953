"""NB309 to NB311: kernel, format and ids."""

from typing import Any

import pytest

from jupyter_nbquality.lint.rule import Rule
from jupyter_nbquality.lint.rules.nb309_missing_kernelspec import MissingKernelspec
from jupyter_nbquality.lint.rules.nb310_old_nbformat import OldNbformat
from jupyter_nbquality.lint.rules.nb311_missing_cell_ids import MissingCellIds
from tests.lint.builders import check, fixed, markdown, notebook


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (MissingKernelspec, {"kernelspec": ""}),
        (OldNbformat, {"nbformat": 3, "nbformat_minor": 0, "has_cell_ids": False}),
        (MissingCellIds, {"nbformat_minor": 5, "has_cell_ids": False}),
    ],
)
def test_found_and_mended(rule: type[Rule], fields: dict[str, Any]) -> None:
    document = notebook("x = 1", **fields)
    (problem,) = check(rule, document)
    assert problem.cell is None
    assert check(rule, fixed(document, problem)) == []


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (MissingKernelspec, {}),
        (MissingKernelspec, {"kernelspec": "", "nbformat": 3, "nbformat_minor": 0}),
        (OldNbformat, {}),
        (OldNbformat, {"nbformat_minor": 4, "has_cell_ids": False}),
        (OldNbformat, {"nbformat": 4, "nbformat_minor": 0, "has_cell_ids": False}),
        (OldNbformat, {"nbformat": 5, "nbformat_minor": 0}),
        (MissingCellIds, {}),
        (MissingCellIds, {"nbformat_minor": 4, "has_cell_ids": False}),
    ],
)
def test_silent(rule: type[Rule], fields: dict[str, Any]) -> None:
    assert check(rule, notebook("x = 1", **fields)) == []


@pytest.mark.parametrize("fields", [{"language": "r"}, {"language_version": "2.7.18"}])
def test_no_kernel_is_guessed(fields: dict[str, Any]) -> None:
    (problem,) = check(MissingKernelspec, notebook("x = 1", kernelspec="", **fields))
    assert problem.fixes == []


def test_a_notebook_without_code_needs_no_kernel() -> None:
    assert check(MissingKernelspec, notebook(markdown("# A"), kernelspec="")) == []
