"""The tree of submissions, as nbgrader lays it out: newest wins, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from autograder import files
from autograder.errors import IntakeError
from autograder.intake.beside import KINDS
from autograder.intake.folder import is_link, read_regular
from autograder.intake.names import Target
from autograder.intake.piece import NOTEBOOK, utc

TIMESTAMP = "timestamp.txt"
#: `late` or `in time`, from a channel that says no more: Canvas' downloads carry the time of the download
#: (github.com/instructure/canvas-lms/issues/2219), and LATE in the name.
LATENESS = "lateness.txt"
_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"
_LARGEST_TIMESTAMP = 200  # bytes


class Status(StrEnum):
    """What became of one file that was handed in."""

    NEW = "new"
    REPLACES = "replaces"
    SAME = "same"
    OLDER = "older"
    BESIDE = "beside"
    LEFT_OUT = "left out"
    REFUSED = "refused"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Arrival:
    """When a hand-in came. Where the channel does not say so, `time` only orders it among others.

    `late` is the channel's own word, and None where it has none.
    """

    time: datetime
    known: bool = True
    late: bool | None = None


def keep(
    submitted: Path,
    student: str,
    target: Target,
    data: bytes,
    came: Arrival,
    beside: Mapping[str, bytes] | None = None,
    *,
    replace: bool = False,
) -> tuple[Status, str]:
    """Put one notebook in its place, unless a newer one is there; `replace` puts it there regardless.

    `beside` are the learner's own files that go along, by their paths from the notebook.

    Returns what happened and a note on it. The same notebook again changes nothing but the channel's
    word on lateness, so the time stays that of the first. Raises IntakeError for a link in the way, or
    if it cannot be written; then what was there is there still.
    """
    folder = submitted / student / target.lesson
    notebook, stamp = folder / f"{target.name}{NOTEBOOK}", folder / TIMESTAMP
    try:
        along = {folder / path: content for path, content in (beside or {}).items()}
        places = {parent for path in along for parent in path.parents if folder in parent.parents}
        for path in (submitted, folder.parent, folder, notebook, stamp, folder / LATENESS, *places, *along):
            _refuse_link(path)
        present = notebook.exists()
        if present and all(_has(path, content) for path, content in {notebook: data, **along}.items()):
            return Status.SAME, _same(submitted, folder, came)
        others = any(path != notebook for path in folder.glob(f"*{NOTEBOOK}"))
        before = _time(notebook, stamp, others) if present else None
        if before and came.time < before and not replace:
            return Status.OLDER, f"the one in place is of {_shown(before)}"
        latest = max(came.time, _time(stamp, stamp)) if others and stamp.exists() else came.time
        earlier = {} if others else dict.fromkeys(_earlier(folder, along))
        # the notebook comes last: until it is there, collecting again begins from the start
        contents = {**_marks(folder, came, latest), **earlier, **along, notebook: data}
        files.write_all(contents, drafts=submitted, changed=came.time.timestamp())
    except OSError as error:
        raise IntakeError(
            f"it cannot be written ({error.strerror or error}); what was there is there still",
            where=str(folder),
            do="Make room or check the permissions, then collect again.",
        ) from error
    return (Status.REPLACES, f"the one of {_shown(before)}") if before else (Status.NEW, "")


def _earlier(folder: Path, along: Mapping[Path, bytes]) -> Iterator[Path]:
    """What an earlier hand-in had beside its notebook and this one has not."""
    for path in folder.rglob("*"):
        ours = path.name in (TIMESTAMP, LATENESS)
        if path.suffix.lower() in KINDS and path not in along and not ours and path.is_file():
            yield path


def _same(submitted: Path, folder: Path, came: Arrival) -> str:
    """The same notebook again: keep the first time, take the channel's newest word. Returns a note."""
    word, stamp = folder / LATENESS, folder / TIMESTAMP
    if stamp.exists() or (came.known and word.exists()):
        return ""
    marks = _marks(folder, came, came.time)
    if word.exists() and word.read_bytes() == marks[word]:
        return ""
    files.write_all(marks, drafts=submitted, changed=came.time.timestamp())
    return "it was not marked late before" if came.late else ""


def _marks(folder: Path, came: Arrival, time: datetime) -> dict[Path, bytes | None]:
    """What says beside a notebook when it came: nbgrader's time stamp, or the channel's word; never both."""
    word, stamp = folder / LATENESS, folder / TIMESTAMP
    if came.known:
        return {stamp: _text(time), word: None}
    return {word: b"late\n" if came.late else b"in time\n", stamp: None}


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
    return (
        notebook.is_file()
        and notebook.stat().st_size == len(data)
        and read_regular(notebook, len(data)) == data
    )


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


def _text(time: datetime) -> bytes:
    return time.strftime(_FORMAT).encode("ascii")


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
