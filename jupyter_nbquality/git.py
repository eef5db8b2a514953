"""Asks git what a commit held."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

TIMEOUT = 60.0


class GitError(Exception):
    """git could not answer; the text is a sentence for a person."""


def changed_since(reference: str, folder: Path) -> tuple[Path, dict[str, str | None]]:
    """Finds the notebooks that differ from a commit's.

    Args:
        reference: A branch, tag or commit.
        folder: A folder of the work tree.

    Returns:
        The root of the work tree, and by absolute path of each notebook that is new or changed its
        old path below the root; ``None`` where it is new.

    Raises:
        GitError: There is no git, no work tree or no such commit.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    if reference.startswith("-"):
        raise GitError(f"`{reference}` is not a commit that git knows.")
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}").strip()
    except GitError:
        raise GitError(f"`{reference}` is not a commit that git knows.") from None
    changed: dict[str, str | None] = {}
    fields = _git(
        root, "diff", "--no-ext-diff", "--name-status", "-M", "-z", commit, "--", "*.ipynb"
    ).split("\0")
    position = 0
    while position + 1 < len(fields):
        status = fields[position][:1]
        old = fields[position + 1]
        if status in "RC":
            changed[str(root / fields[position + 2])] = old
            position += 3
            continue
        changed[str(root / old)] = None if status == "A" else old
        position += 2
    for path in _git(root, "ls-files", "-o", "-z", "--", "*.ipynb").split("\0"):
        if path:
            changed.setdefault(str(root / path), None)
    return root, changed


def content_at(reference: str, root: Path, path: str) -> bytes | None:
    """Gives the bytes of a file as a commit held it; ``None`` where it held none."""
    try:
        return _run(root, "cat-file", "blob", f"{reference}:{path}")
    except GitError:
        return None


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode("utf-8", "surrogateescape")


def _run(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *arguments],
            cwd=folder,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git took more than {TIMEOUT:g} seconds.") from None
    except OSError as error:
        raise GitError(f"git cannot be started: {error}.") from error
    if done.returncode:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = complaint[-1].removeprefix("fatal: ").rstrip(".") if complaint else "it failed"
        raise GitError(f"git says: {reason}.")
    return done.stdout


def configured(folder: Path, name: str) -> str:
    """Gives the value of a setting of git in a folder; empty where it has none.

    Raises:
        GitError: git could not tell.
    """
    return _git(folder, "config", "--default", "", "--get", name).strip()


def with_settings(text: str, values: Mapping[str, str]) -> str:
    """Gives the text of a configuration of git with other settings, written by git itself.

    Raises:
        GitError: git could not write it.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder, "config")
        copy.write_bytes(text.encode())
        for name, value in values.items():
            _git(Path(folder), "config", "--file", str(copy), name, value)
        return copy.read_bytes().decode()


def work_tree(folder: Path) -> Path | None:
    """Finds the root of the work tree that a folder is in, without starting git."""
    return folder_above_with(".git", folder.absolute())


def folder_above_with(name: str, folder: Path) -> Path | None:
    """Gives the next folder, this one or one above, that holds something of a name."""
    # Texts, not paths: many folders have many above them, and paths are slow to make.
    text = str(folder)
    while True:
        if os.path.exists(os.path.join(text, name)):  # noqa: PTH110, PTH118
            return Path(text)
        above = os.path.dirname(text)  # noqa: PTH120
        if above == text:
            return None
        text = above


def notebooks_unlike_head(root: Path) -> dict[Path, str]:
    """Finds the notebooks of a work tree that differ from what its last commit holds.

    Args:
        root: The root of the work tree.

    Returns:
        The path below the root in the commit, by the absolute path of each that is still there.

    Raises:
        GitError: git could not tell; there may be no commit yet.
    """
    fields = _git(
        root, "diff", "--no-ext-diff", "--name-status", "-M", "-z", "HEAD", "--", "*.ipynb"
    ).split("\0")
    found = {}
    position = 0
    while position + 1 < len(fields):
        status, old = fields[position][:1], fields[position + 1]
        if status in "RC":
            found[root / fields[position + 2]] = old
            position += 3
            continue
        if status == "M":
            found[root / old] = old
        position += 2
    return found
