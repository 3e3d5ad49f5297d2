"""Files that are written whole or not at all, and are there after the power was cut.

A new file is made beside the old one, put on the disk, moved into its place in one step, and the folder that
says so is put on the disk too. Whatever ends this process, or the machine, on the way: a reader finds the old
file or the new one. What was written before something else is on the disk before it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

#: What a draft's name ends with; one is left behind only by a process that was killed.
DRAFT = ".new"
#: What a file system says that cannot put a folder on the disk by itself, such as some that are mounted.
_NO_SUCH_WAY = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


def write(
    path: Path, data: bytes | str, *, mode: int = 0o666, move: Callable[[Any, Any], None] | None = None
) -> Path:
    """Write `path` anew and return it: text as UTF-8, its line ends as they are; with the folders it needs.

    A link in its place is replaced, never followed. `mode` is who may use it, as far as the system's mask
    allows. `move` is called with the draft and `path` in place of `os.replace`, for a caller that knows how
    to wait. Raises OSError; then what was there is there still.
    """
    make_folder(path.parent)
    with _draft(path, path.parent, data, mode) as draft:
        (move or os.replace)(draft, path)
    sync_folder(path.parent)
    return path


def write_all(contents: Mapping[Path, bytes | None], *, drafts: Path, changed: float | None = None) -> None:
    """Write several files anew, one after another; None takes a file away. Raises OSError.

    All are on the disk in the folder `drafts`, of the same file system, before the first is moved: a disk
    that is full says so while everything is as it was. Who is killed on the way has done those that come
    first. `changed` is the time that the files have, in seconds since 1970 began.
    """
    make_folder(drafts)
    with contextlib.ExitStack() as kept:
        whole: dict[Path, Path] = {}
        for path, data in contents.items():
            if data is not None:
                whole[path] = kept.enter_context(_draft(path, drafts, data))
                if changed is not None:
                    os.utime(whole[path], (changed, changed))
        for path in contents:
            if path in whole:
                make_folder(path.parent)
                os.replace(whole[path], path)
                sync_folder(path.parent)
            else:
                remove(path)


@contextlib.contextmanager
def _draft(path: Path, folder: Path, data: bytes | str, mode: int = 0o666) -> Iterator[Path]:
    """What is to become `path`, on the disk in `folder`. It is gone again if it does not come to that."""
    draft = folder / f".{path.name}.{os.urandom(4).hex()}{DRAFT}"
    binary = getattr(os, "O_BINARY", 0)  # Windows would write other line ends
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, mode), "wb") as file:
            file.write(data.encode("utf-8") if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def remove(path: Path) -> None:
    """Take a file away for good, if it is there."""
    try:
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where they are missing."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put on the disk which files a folder has, where the system has a way to say so."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_WAY:
            raise
    finally:
        os.close(descriptor)
