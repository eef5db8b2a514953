"""NB401: copies that are not what their modules have."""

import os
from pathlib import Path

import pytest

from jupyter_nbquality.edits import apply_text_edits
from jupyter_nbquality.lint.rules.nb401_drifted_copy import DriftedCopy
from jupyter_nbquality.lint.surroundings import gather, surroundings_key
from jupyter_nbquality.origins import definition_of, digest_of, marker, parsed
from tests.lint.builders import check

THERE = "LIMIT = 2\n\n\n# Of all.\ndef share(x):\n    return x / LIMIT\n"
HERE = "def share(x):\n    return x * LIMIT"


def digest(text: str) -> str:
    tree = parsed(text)
    node = definition_of(tree, "share") if tree is not None else None
    assert node is not None
    return digest_of(node)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (THERE, "`share` was changed here, but not in `clean.py`"),
        (HERE, "`share` was changed in `clean.py`, but not here"),
        ("def share(): ...", "`share` was changed both here and in `clean.py`"),
    ],
)
def test_says_which_one_was_changed(tmp_path: Path, known: str, words: str) -> None:
    (tmp_path / "clean.py").write_text(THERE)
    source = f"x = 1\n{marker('clean', 'share', digest(known))}\n{HERE}\ny = 2"
    (problem,) = check(DriftedCopy, source, folder=tmp_path)
    assert problem.message == words
    (operation,) = problem.fixes[0].plan.operations
    mended = apply_text_edits(source, operation.edits)  # type: ignore[union-attr]
    assert mended == source.replace("x * LIMIT", "x / LIMIT")
    assert check(DriftedCopy, mended, folder=tmp_path) == []


def test_follows_the_module(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    file = tmp_path / "package" / "clean.py"
    source = f"# nbq: from package.clean import share\n{HERE}"
    assert check(DriftedCopy, source, folder=tmp_path) == []
    file.write_text(HERE + "  # the same\n")
    assert check(DriftedCopy, source, folder=tmp_path) == []
    file.write_text(THERE)
    os.utime(file, (1, 1))
    (problem,) = check(DriftedCopy, source, folder=tmp_path)
    assert problem.message == "`share` is not the same as in `clean.py`"


def test_finds_modules_of_the_project(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "clean.py").write_text(THERE)
    source = f"# nbq: from clean import share\n{HERE}"
    assert check(DriftedCopy, source, folder=folder) == []
    around = gather(folder, tmp_path)
    before = surroundings_key(around)
    (problem,) = check(DriftedCopy, source, folder=folder, root=tmp_path)
    assert problem.message == "`share` is not the same as in `clean.py`"
    (tmp_path / "src" / "clean.py").write_text(HERE + "\n")
    assert surroundings_key(around) != before


@pytest.mark.parametrize(
    "source",
    [
        HERE,
        f"# from clean import share\n{HERE}",
        "# nbq: from clean import share",
        "# nbq: from clean import share\nshare = 1",
        f"# nbq: from ..clean import share\n{HERE}",
        f"# nbq: from clean import LIMIT\n{HERE}",
        "# nbq: from clean import share\ndef share(x:",
    ],
)
def test_silent_where_nothing_is_a_copy(tmp_path: Path, source: str) -> None:
    (tmp_path / "clean.py").write_text(THERE)
    assert check(DriftedCopy, source, folder=tmp_path) == []
