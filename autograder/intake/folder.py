"""Folders and single files, read without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.piece import IntakeLimits, Piece, Refusal, too_large, utc
from autograder.safe import one_line

#: Missing flags are those of another platform. Not blocking: a pipe must not hold up the batch.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_JUNCTION = 0xA0000003  # the reparse tag of a Windows directory junction


def is_link(status: os.stat_result) -> bool:
    """Whether an `lstat` found a symbolic link or a Windows junction."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; raises IntakeError for a link, a device, or more than `limit` bytes."""
    try:
        if is_link(path.lstat()):
            raise IntakeError("a link; links are not followed", do="Put the file itself there.")
        with open(os.open(path, _FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise IntakeError("not a regular file", do="Put the file itself there.")
            data = file.read(limit + 1)
    except OSError as error:
        raise unreadable(error) from error
    if len(data) > limit:
        raise too_large(limit)
    return data


def files(root: Path, limits: IntakeLimits) -> Iterator[Piece | Refusal]:
    """The files under the folder `root`, or `root` itself if it is a file, in the order of their names."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        name = path.name if path == root else path.relative_to(root).as_posix()
        try:
            # The root is the instructor's choice, and may be a link; what lies in it is not.
            status = path.stat() if path == root else path.lstat()
            if is_link(status):
                raise IntakeError("a link; links are not followed", do="Put the file itself there.")
            if stat.S_ISDIR(status.st_mode):
                waiting += sorted(path.iterdir(), reverse=True)
            elif stat.S_ISREG(status.st_mode):
                read = partial(read_regular, path, limits.bytes_of(name))
                yield Piece(name, utc(status.st_mtime), status.st_size, read)
            else:
                raise IntakeError("a device, pipe or socket, not a file", do="Put the file itself there.")
        except IntakeError as error:
            yield Refusal(one_line(name), error)
        except OSError as error:
            yield Refusal(one_line(name), unreadable(error))


def unreadable(error: OSError) -> IntakeError:
    """The error for what the system will not let us read."""
    return IntakeError(f"it cannot be read ({error.strerror or error})", do="Check the permissions.")
