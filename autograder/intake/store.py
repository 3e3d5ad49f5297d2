"""The tree of submissions, as nbgrader lays it out: newest wins, whole or not at all."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.folder import is_link, read_regular
from autograder.intake.names import Target
from autograder.intake.piece import NOTEBOOK, utc

TIMESTAMP = "timestamp.txt"
_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"
_LARGEST_TIMESTAMP = 200  # bytes


class Status(StrEnum):
    """What became of one file that was handed in."""

    NEW = "new"
    REPLACES = "replaces"
    SAME = "same"
    OLDER = "older"
    LEFT_OUT = "left out"
    REFUSED = "refused"
    IGNORED = "ignored"


def keep(
    submitted: Path, student: str, target: Target, data: bytes, time: datetime, *, replace: bool = False
) -> tuple[Status, str]:
    """Put one notebook in its place, unless a newer one is there; `replace` puts it there regardless.

    Returns what happened and a note on it. The same notebook again changes nothing, so the time stays
    that of the first. Raises IntakeError for a link in the way, or if it cannot be written; then what
    was there is there still.
    """
    folder = submitted / student / target.lesson
    notebook, stamp = folder / f"{target.name}{NOTEBOOK}", folder / TIMESTAMP
    try:
        for path in (submitted, folder.parent, folder, notebook, stamp):
            _refuse_link(path)
        present = notebook.exists()
        if present and _has(notebook, data):
            if not stamp.exists():
                _write(submitted, {stamp: _text(time)}, time)
            return Status.SAME, ""
        others = any(path != notebook for path in folder.glob(f"*{NOTEBOOK}"))
        before = _time(notebook, stamp, others) if present else None
        if before and time < before and not replace:
            return Status.OLDER, f"the one in place is of {_shown(before)}"
        submitted.mkdir(parents=True, exist_ok=True)
        latest = max(time, _time(stamp, stamp)) if others and stamp.exists() else time
        _write(submitted, {notebook: data, stamp: _text(latest)}, time)
    except OSError as error:
        raise IntakeError(
            f"it cannot be written ({error.strerror or error}); what was there is there still",
            where=str(folder),
            do="Make room or check the permissions, then collect again.",
        ) from error
    return (Status.REPLACES, f"the one of {_shown(before)}") if before else (Status.NEW, "")


def _refuse_link(path: Path) -> None:
    try:
        found = is_link(path.lstat())
    except FileNotFoundError:
        return
    if found:
        raise IntakeError(
            "a link is in the way; nothing is written through it", where=str(path), do="Remove it."
        )


def _has(notebook: Path, data: bytes) -> bool:
    return notebook.stat().st_size == len(data) and read_regular(notebook, len(data)) == data


def _time(notebook: Path, stamp: Path, others: bool = False) -> datetime:
    """When what is in place was handed in: by its time stamp, else by the file's own time.

    The stamp is the latest of a lesson's notebooks; where it has others, an older file's own time counts.
    """
    own = utc(notebook.stat().st_mtime)
    try:
        text = read_regular(stamp, _LARGEST_TIMESTAMP).decode("ascii").strip()
        form = _FORMAT if "." in text else _FORMAT.replace(".%f", "")
        stamped = datetime.strptime(text, form).replace(tzinfo=UTC)
    except (IntakeError, ValueError):
        return own
    return min(own, stamped) if others else stamped


def _write(submitted: Path, contents: dict[Path, bytes], time: datetime) -> None:
    """Write every file beside the tree, then move each in: a full disk shows before anything is changed."""
    staged: dict[Path, Path] = {}
    try:
        for target, data in contents.items():
            staged[target] = submitted / f".{target.name}.{secrets.token_hex(4)}"
            with open(staged[target], "xb") as file:
                file.write(data)
            os.utime(staged[target], (time.timestamp(), time.timestamp()))
        for target, path in staged.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)


def _text(time: datetime) -> bytes:
    return time.strftime(_FORMAT).encode("ascii")


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
