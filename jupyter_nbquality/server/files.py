"""Changes of files, through the server's contents manager: all that a request names, or none."""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from jupyter_nbquality.edits import ChangeFile, RenameFile, source_hash
from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.wire import WrittenFile

Undo = Callable[[], Awaitable[Any]]


def check_path(path: str) -> str:
    """Checks a path that a request names, relative to the server root.

    Returns:
        The path.

    Raises:
        RequestError: It is empty, absolute, or could leave the root.
    """
    # Elsewhere they are ordinary characters of a name.
    special = "\0\\:" if os.name == "nt" else "\0"
    if any(part in {"", ".", ".."} for part in path.split("/")) or set(special) & set(path):
        raise RequestError(
            400,
            "bad-path",
            "A path must be relative to the server's folder, without `..` and empty parts.",
        )
    return path


def real_path(root: str, path: str) -> Path | None:
    """Gives where a path of the server leads on the disk.

    Returns:
        The path with all links followed; ``None`` where the server shows no folder of a disk.

    Raises:
        RequestError: See `check_path`.
    """
    check_path(path)
    if not root:
        return None
    try:
        return Path(root, *path.split("/")).resolve()
    except (OSError, RuntimeError, ValueError):
        raise RequestError(400, "bad-path", "The path cannot be followed on this system.") from None


def outside_root(root: str, real: Path) -> bool:
    """Tells whether a real path is not below the folder that the server shows."""
    return bool(root) and not real.is_relative_to(Path(root).resolve())


class FileChanges:
    """Makes the changes of files that plans hold.

    The contents API has no compare-and-swap: between the look at a file and its save no other
    request of ours may come, so there is a lock for each path.

    Args:
        contents: The server's contents manager.
    """

    def __init__(self, contents: Any) -> None:
        self._contents = contents
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    async def apply(self, operations: list[ChangeFile | RenameFile]) -> list[WrittenFile]:
        """Makes changes in order; when one cannot be made, those before it are taken back.

        Returns:
            One entry an operation.

        Raises:
            RequestError: A path is not allowed, or a file is not as it was seen.
        """
        paths = [path for operation in operations for path in _paths(operation)]
        if len(set(paths)) < len(paths):
            raise RequestError(400, "same-file", "A file is named twice in one request.")
        for path in paths:
            await self._check(path)
        undo: list[Undo] = []
        async with contextlib.AsyncExitStack() as locks:
            # In one order for all requests, so that two cannot wait for each other.
            for path in sorted(paths):
                await locks.enter_async_context(self._locked(path))
            for operation in operations:
                await self._check_state(operation)
            try:
                return [await self._make(operation, undo) for operation in operations]
            except BaseException:
                for step in reversed(undo):
                    with contextlib.suppress(HTTPError, OSError):
                        await step()
                raise

    async def _check(self, path: str) -> None:
        root = getattr(self._contents, "root_dir", "") or ""
        real = real_path(root, path)
        if real is not None and outside_root(root, real):
            raise RequestError(
                400,
                "outside-root",
                f"`{path}` leads out of the server's folder and is not changed.",
            )
        if not self._contents.allow_hidden and any(
            part.startswith(".") for part in path.split("/")
        ):
            raise RequestError(400, "hidden", f"`{path}` is hidden and is not changed.")

    async def _check_state(self, operation: ChangeFile | RenameFile) -> None:
        """Tells whether an operation fits what is there; raises where it does not."""
        if isinstance(operation, RenameFile):
            if not await self._exists(operation.path):
                raise RequestError(
                    409, "file-missing", f"`{operation.path}` does not exist any more."
                )
            if await self._exists(operation.new_path):
                raise RequestError(409, "file-exists", f"`{operation.new_path}` exists already.")
        elif operation.before_hash is None:
            if await self._exists(operation.path):
                raise RequestError(409, "file-exists", f"`{operation.path}` exists already.")
        else:
            if not await self._call(self._contents.file_exists(operation.path), operation.path):
                raise RequestError(
                    409, "file-missing", f"`{operation.path}` does not exist any more."
                )
            if source_hash(await self._text(operation.path)) != operation.before_hash:
                raise RequestError(
                    409, "file-changed", f"`{operation.path}` was changed meanwhile: look again."
                )

    async def _make(self, operation: ChangeFile | RenameFile, undo: list[Undo]) -> WrittenFile:
        if isinstance(operation, RenameFile):
            path, new_path = operation.path, operation.new_path
            await self._make_folders(new_path, undo)
            await self._call(self._contents.rename(path, new_path), new_path)
            undo.append(lambda: ensure_async(self._contents.rename(new_path, path)))
            return WrittenFile(new_path, "")
        path = operation.path
        if operation.before_hash is None:
            await self._make_folders(path, undo)
            undo.append(functools.partial(self._delete, path))
        else:
            before = await self._text(path)
            undo.append(functools.partial(self._save, path, before))
        await self._save(path, operation.text)
        return WrittenFile(path, source_hash(operation.text))

    async def _make_folders(self, path: str, undo: list[Undo]) -> None:
        parts = path.split("/")[:-1]
        for end in range(1, len(parts) + 1):
            folder = "/".join(parts[:end])
            if await self._call(self._contents.dir_exists(folder), folder):
                continue
            await self._call(self._contents.save({"type": "directory"}, folder), folder)
            undo.append(functools.partial(self._delete, folder))

    async def _exists(self, path: str) -> bool:
        return bool(
            await self._call(self._contents.file_exists(path), path)
            or await self._call(self._contents.dir_exists(path), path)
        )

    async def _text(self, path: str) -> str:
        model = await self._call(
            self._contents.get(path, content=True, type="file", format="text"), path
        )
        content = model["content"]
        return content if isinstance(content, str) else ""

    async def _save(self, path: str, text: str) -> None:
        model = {"type": "file", "format": "text", "content": text}
        await self._call(self._contents.save(model, path), path)

    async def _delete(self, path: str) -> None:
        await ensure_async(self._contents.delete_file(path))

    async def _call(self, result: Any, path: str) -> Any:
        """Waits for the contents manager; what it cannot do becomes a sentence."""
        try:
            return await ensure_async(result)
        except HTTPError as error:
            # Its own words may name places outside of the root.
            if error.status_code == 403:
                raise RequestError(
                    403, "forbidden", f"The system does not allow `{path}` to be read or written."
                ) from None
            raise _impossible(path) from None
        except (OSError, ValueError):
            raise _impossible(path) from None

    @contextlib.asynccontextmanager
    async def _locked(self, path: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(path, (asyncio.Lock(), 0))
        self._locks[path] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(path)
            if users > 1:
                self._locks[path] = (lock, users - 1)


def _paths(operation: ChangeFile | RenameFile) -> tuple[str, ...]:
    if isinstance(operation, RenameFile):
        return operation.path, operation.new_path
    return (operation.path,)


def _impossible(path: str) -> RequestError:
    return RequestError(
        400, "file-error", f"`{path}` could not be read or written as a text file on this system."
    )
