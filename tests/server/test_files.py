"""Changes of files: all or nothing, below the root, and never over somebody else's change."""

import asyncio

import pytest

from jupyter_nbquality.edits import source_hash
from tests.server.conftest import reply


def change(path, text, before=None):
    return {
        "kind": "change-file",
        "path": path,
        "before_hash": None if before is None else source_hash(before),
        "text": text,
    }


def rename(path, new_path):
    return {"kind": "rename-file", "path": path, "new_path": new_path}


@pytest.fixture
def apply(ask):
    return lambda *operations: ask("apply", {"operations": list(operations)})


async def test_a_new_file_in_new_folders(apply, jp_root_dir):
    response = await apply(change("src/pkg/clean.py", "x = 'ä😀'\n"))
    assert reply(response) == {
        "files": [{"path": "src/pkg/clean.py", "text_hash": source_hash("x = 'ä😀'\n")}]
    }
    assert (jp_root_dir / "src/pkg/clean.py").read_text("utf-8") == "x = 'ä😀'\n"


async def test_a_change_keeps_line_endings_and_mode(apply, jp_root_dir):
    file = jp_root_dir / "a.py"
    file.write_bytes(b"a = 1\r\nb = 2\r\n")
    file.chmod(0o750)
    response = await apply(change("a.py", "a = 1\r\nb = 3\r\n", before="a = 1\r\nb = 2\r\n"))
    assert response.code == 200
    assert file.read_bytes() == b"a = 1\r\nb = 3\r\n"
    assert file.stat().st_mode & 0o777 == 0o750


async def test_a_changed_file_is_left_alone(apply, jp_root_dir):
    (jp_root_dir / "a.py").write_text("mine\n")
    response = await apply(change("a.py", "theirs\n", before="before\n"))
    assert response.code == 409
    assert reply(response)["reason"] == "file-changed"
    assert (jp_root_dir / "a.py").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (change("there.py", "new\n"), "file-exists"),
        (change("folder", "new\n"), "file-exists"),
        (change("gone.py", "new\n", before="old\n"), "file-missing"),
        (rename("gone.py", "other.py"), "file-missing"),
        (rename("there.py", "other/there.py"), None),
        (rename("there.py", "folder"), "file-exists"),
        (rename("there.py", "here.py"), "file-exists"),
    ],
)
async def test_what_is_there_counts(apply, jp_root_dir, operation, reason):
    (jp_root_dir / "there.py").write_text("there\n")
    (jp_root_dir / "here.py").write_text("here\n")
    (jp_root_dir / "folder").mkdir()
    response = await apply(operation)
    assert (response.code, reply(response).get("reason")) == (409 if reason else 200, reason)
    assert (jp_root_dir / "here.py").read_text() == "here\n"


async def test_all_or_nothing(apply, jp_root_dir):
    (jp_root_dir / "a.py").write_text("a\n")
    response = await apply(
        change("new/b.py", "b\n"), change("a.py", "changed\n", before="not what is there\n")
    )
    assert response.code == 409
    assert sorted(path.name for path in jp_root_dir.iterdir()) == ["a.py"]


async def test_what_was_done_is_taken_back(apply, jp_root_dir):
    """The last one fails only when it is made: the name is too long for the file system."""
    (jp_root_dir / "a.py").write_text("a\n")
    (jp_root_dir / "b.py").write_text("b\n")
    response = await apply(
        change("a.py", "changed\n", before="a\n"),
        rename("b.py", "moved/c.py"),
        change("new/d.py", "d\n"),
        change("x" * 300 + ".py", "x\n"),
    )
    assert response.code == 400
    assert reply(response)["reason"] == "file-error"
    assert (jp_root_dir / "a.py").read_text() == "a\n"
    assert (jp_root_dir / "b.py").read_text() == "b\n"
    # Jupyter itself makes the folder of checkpoints.
    left = {path.name for path in jp_root_dir.iterdir()} - {".ipynb_checkpoints"}
    assert left == {"a.py", "b.py"}


OUTSIDE = [
    "../outside.py",
    "a/../../outside.py",
    "/outside.py",
    "/etc/passwd",
    "a//b.py",
    "./a.py",
    "",
    "a/",
    "a\0.py",
    "..",
]


@pytest.mark.parametrize("path", OUTSIDE)
async def test_no_path_out_of_the_root(apply, jp_root_dir, path):
    (jp_root_dir / "there.py").write_text("there\n")
    for operation in (change(path, "x\n"), change(path, "x\n", "y\n"), rename(path, "new.py")):
        response = await apply(operation)
        assert (response.code, reply(response)["reason"]) == (400, "bad-path")
    response = await apply(rename("there.py", path))
    assert (response.code, reply(response)["reason"]) == (400, "bad-path")
    assert [file.name for file in jp_root_dir.iterdir()] == ["there.py"]
    assert not (jp_root_dir.parent / "outside.py").exists()


async def test_no_link_out_of_the_root(apply, jp_root_dir):
    outside = jp_root_dir.parent / "elsewhere"
    outside.mkdir()
    (outside / "a.py").write_text("a\n")
    (jp_root_dir / "folder").symlink_to(outside)
    (jp_root_dir / "file.py").symlink_to(outside / "a.py")
    for operation in (
        change("folder/new.py", "x\n"),
        change("folder/a.py", "x\n", "a\n"),
        change("file.py", "x\n", "a\n"),
        change("folder/new/new.py", "x\n"),
        rename("folder/a.py", "a.py"),
        rename("file.py", "a.py"),
    ):
        response = await apply(operation)
        assert (response.code, reply(response)["reason"]) == (400, "outside-root")
    assert [(file.name, file.read_text()) for file in outside.iterdir()] == [("a.py", "a\n")]


async def test_a_link_inside_the_root_is_followed(apply, jp_root_dir):
    (jp_root_dir / "real").mkdir()
    (jp_root_dir / "link").symlink_to(jp_root_dir / "real")
    response = await apply(change("link/a.py", "a\n"))
    assert response.code == 200
    assert (jp_root_dir / "real/a.py").read_text() == "a\n"


async def test_hidden_files_are_left_alone(apply, jp_root_dir):
    for path in (".git/hooks/pre-commit", ".env", "a/.b/c.py"):
        response = await apply(change(path, "x\n"))
        assert (response.code, reply(response)["reason"]) == (400, "hidden")
    assert not list(jp_root_dir.iterdir())


async def test_a_file_named_twice(apply):
    response = await apply(change("a.py", "1\n"), change("a.py", "2\n"))
    assert (response.code, reply(response)["reason"]) == (400, "same-file")


async def test_a_file_that_is_no_text(apply, jp_root_dir):
    (jp_root_dir / "a.py").write_bytes(b"\xff\xfe\x00")
    response = await apply(change("a.py", "x\n", before=""))
    assert response.code == 400
    assert (jp_root_dir / "a.py").read_bytes() == b"\xff\xfe\x00"


async def test_a_folder_that_is_a_file(apply, jp_root_dir):
    (jp_root_dir / "a").write_text("a\n")
    response = await apply(change("a/b.py", "x\n"))
    assert response.code == 400
    assert (jp_root_dir / "a").read_text() == "a\n"


async def test_of_two_at_once_one_wins(apply, jp_root_dir):
    """Both saw the same text; the contents API alone would let the second overwrite the first."""
    (jp_root_dir / "a.py").write_text("old\n")
    answers = await asyncio.gather(
        *(apply(change("a.py", f"{number}\n", before="old\n")) for number in range(8))
    )
    codes = sorted(answer.code for answer in answers)
    assert codes == [200] + [409] * 7
    winner = next(number for number, answer in enumerate(answers) if answer.code == 200)
    assert (jp_root_dir / "a.py").read_text() == f"{winner}\n"


async def test_two_that_name_the_same_files_in_another_order(apply, jp_root_dir):
    answers = await asyncio.wait_for(
        asyncio.gather(
            apply(change("a.py", "1\n"), change("b.py", "1\n")),
            apply(change("b.py", "2\n"), change("a.py", "2\n")),
        ),
        10,
    )
    assert sorted(answer.code for answer in answers) == [200, 409]
    assert (jp_root_dir / "a.py").read_text() == (jp_root_dir / "b.py").read_text()
