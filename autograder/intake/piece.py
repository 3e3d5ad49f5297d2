"""One file out of what was handed in, wherever it lies, and how much of it is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.errors import IntakeError
from autograder.safe import one_line

NOTEBOOK, ARCHIVE = ".ipynb", ".zip"
_LEFT_BEHIND = {"timestamp.txt", "lateness.txt", "progress.json", "desktop.ini", "thumbs.db"}
_COVER_NOTE = re.compile(r"_attempt_[0-9]{4}(?:-[0-9]{2}){5}\.txt$")  # Blackboard's, one for each hand-in


@dataclass(frozen=True)
class IntakeLimits:
    """What one source may hold."""

    members: int = 10_000  # files and archive members, those of archives within included
    name_length: int = 1_000  # characters of a path
    notebook_bytes: int = 20_000_000  # one notebook
    archive_bytes: int = 200_000_000  # one archive within the source
    total_bytes: int = 2_000_000_000  # all notebooks and archives that are read
    ratio: int = 200  # unpacked to packed
    ratio_above: int = 1_000_000  # bytes; a smaller member is never held against its ratio

    def bytes_of(self, name: str) -> int:
        """The most that a file of this name may have."""
        return self.archive_bytes if suffix(name) == ARCHIVE else self.notebook_bytes


@dataclass(frozen=True)
class Piece:
    """One file that a source offers.

    `path` is how the channel names it, with `/`; `inner` is its path within an archive that a learner
    made, which says nothing of who they are. `time` is the channel's, in UTC; `size` is what it claims,
    in bytes. `read` gives the bytes or raises IntakeError.
    """

    path: str
    time: datetime
    size: int
    read: Callable[[], bytes]
    inner: str = ""

    @property
    def name(self) -> str:
        """The file's own path: within the learner's archive if there is one."""
        return self.inner or self.path

    @property
    def shown(self) -> str:
        return one_line(f"{self.path} → {self.inner}" if self.inner else self.path)


@dataclass(frozen=True)
class Refusal:
    """A file that a source offers and that is not taken, and why. `shown` is safe to print."""

    shown: str
    error: IntakeError


def suffix(name: str) -> str:
    """The extension in lower case, with its dot: `.ipynb`; empty without one."""
    _, dot, last = name.rpartition("/")[2].rpartition(".")
    return dot + last.lower() if dot else ""


def is_left_behind(name: str) -> bool:
    """Whether systems, platforms and we ourselves leave files of this name, which nobody hands in."""
    base = name.rpartition("/")[2].lower()
    return base.startswith(".") or base in _LEFT_BEHIND or _COVER_NOTE.search(base) is not None


def too_large(limit: int) -> IntakeError:
    """The error for a file of more than `limit` bytes."""
    return IntakeError(
        f"it is larger than {limit / 1e6:g} MB", do="Ask for the notebook without outputs and data."
    )


def utc(seconds: float) -> datetime:
    """The time `seconds` after 1970 began, held within the years that every system can show (to 2984)."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), 32_000_000_000), UTC)
