"""Gathering a cell with what it needs."""

import json

import nbformat
import pytest

from jupyter_nbquality.dataflow.gather import Gathered, gather
from jupyter_nbquality.dataflow.libraries import libraries_of
from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.notebook_file import parse


def gathered(*sources: str, cell: str, language: str = "python"):
    document = {
        "cells": [
            {
                "id": f"c{number}",
                "cell_type": "code",
                "source": source,
                "metadata": {"tags": ["kept"]},
                "execution_count": number,
                "outputs": [],
            }
            for number, source in enumerate(sources, 1)
        ],
        "metadata": {
            "kernelspec": {"name": "here", "display_name": "Here", "language": language},
            "language_info": {"name": language},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return gather(parse(json.dumps(document).encode()), cell, libraries_of())


def test_the_statements_it_needs_and_no_others():
    found = gathered("a = 1\nunused = 2", "b = 3", "xs = [a]", "xs.append(4)", "xs", cell="c5")
    assert isinstance(found, Gathered)
    notebook = nbformat.reads(found.data.decode(), as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == ["a = 1", "xs = [a]", "xs.append(4)", "xs"]
    assert found.cells == 4
    assert found.missing == []
    assert notebook.metadata.kernelspec.name == "here"
    assert notebook.cells[0].metadata == {"tags": ["kept"]}
    assert all(cell.execution_count is None for cell in notebook.cells)


def test_what_is_only_possible_comes_along():
    found = gathered("xs = [1]", "unknown_call = print\nunknown_call(xs)", "xs", cell="c3")
    assert isinstance(found, Gathered)
    assert found.cells == 3


def test_names_that_nothing_defines_are_told():
    found = gathered("nowhere + 1", cell="c1")
    assert isinstance(found, Gathered)
    assert found.missing == ["nowhere"]


@pytest.mark.parametrize(
    ("source", "cell", "code"),
    [
        ("x = 1", "c9", "no-code"),
        ("x = (", "c1", "broken"),
        ("# nothing", "c1", "empty"),
    ],
)
def test_refusals(source, cell, code):
    found = gathered(source, cell=cell)
    assert isinstance(found, Refusal)
    assert found.code == code
    assert found.message.endswith(".")


def test_another_language_is_refused():
    found = gathered("x <- 1", cell="c1", language="R")
    assert isinstance(found, Refusal)
    assert found.code == "language"
