"""The learner's work as one zip: what goes into it, and how it is put back so that no work is lost."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Sized
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.files import write
from autograder.learner.journal import FILE, Journal, Pages
from autograder.learner.panel import Plain
from autograder.learner.parcel import LIMITS, SUFFIXES, TOTAL_BYTES, Parcel
from autograder.learner.record import given, version
from autograder.safe import one_line
from autograder.verdict import esc


@dataclass
class Restored:
    """What `unpack` did: paths within the folder.

    `same` are files that were here already; `kept` maps a file that was replaced to where its version from
    before is now; `refused` a member of what was brought to why it was left out. `progress` is whether it
    held any, `passed` how many passed exercises the journal has now.
    """

    files: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    progress: bool = False
    passed: int = 0

    def lines(self) -> list[str]:
        """What happened, in sentences; the first is a summary in numbers."""
        said = f"Put back {_count(self.files, 'file')}" if self.files else "No file had to be put back"
        if self.progress:
            said += f", and your progress: {self.passed} exercise{'' if self.passed == 1 else 's'} passed."
        else:
            said += ". It holds no progress."
        if self.same:
            said += f" {_count(self.same, 'file')} {'was' if len(self.same) == 1 else 'were'} here already."
        if self.kept:
            said += f" Of {_count(self.kept, 'file')} the version that was here is kept beside."
        if self.refused:
            said += f" Left out: {len(self.refused)}."
        lines = [said]
        for name in self.files:
            beside = self.kept.get(name)
            lines.append(f"{name}: the one that was here is now {beside}." if beside else f"{name}.")
        return lines + [f"Left out: {name}: {why}." for name, why in self.refused.items()]


def work_folder() -> Path:
    """The learner's folder: where the journal is."""
    return Journal.find().path.parent


def pack(folder: Path) -> bytes:
    """A zip of what the learner changed in `folder`, and of the progress. Raises Plain: too large."""
    packed = io.BytesIO()
    total = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in changed(folder):
            size = path.stat().st_size
            total += size
            if size > LIMITS.notebook_bytes or total > TOTAL_BYTES:
                raise Plain(
                    f"{path.relative_to(folder)} makes your work too large for one file",
                    do="Clear its outputs (Edit → Clear Outputs of All Cells), save it, and try again.",
                )
            archive.write(path, path.relative_to(folder).as_posix(), zipfile.ZIP_DEFLATED)
        if (folder / FILE).is_file():
            archive.writestr(FILE, _saved_progress(folder))
    return packed.getvalue()


def _saved_progress(folder: Path) -> str:
    """The journal as text. A zip without progress must not look like one with it: raises Plain."""
    try:
        return Journal(folder / FILE).saved().to_json()
    except OSError as error:
        raise Plain(
            f"your progress cannot be read just now ({error.strerror or error}), so nothing was packed",
            do="Wait a moment and try again; close other programs that use the folder.",
        ) from None


def changed(folder: Path) -> list[Path]:
    """The notebooks and sheets that are not as the course gave them, hidden ones aside."""
    copied = given(folder)
    return [
        path
        for path in sorted(_visible(folder))
        if version(path.read_bytes()) != copied.get(path.relative_to(folder).as_posix())
    ]


def contents(folder: Path) -> list[str]:
    """What `pack` takes, in words: each file with the time when it was last saved."""
    lines = []
    for path in changed(folder):
        at = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M:%S")
        lines.append(f"{path.relative_to(folder).as_posix()}, saved {at}")
    if (folder / FILE).is_file():
        lines.append("your progress")
    return lines


def unpack(brought: bytes | Path, folder: Path) -> Restored:
    """Put the files of a zip, or of a folder that was one, into `folder`, and merge its progress into ours.

    A member is refused that is no notebook or sheet, that would leave the folder, or that breaks a limit.
    Nothing of the learner's is overwritten: what differs is kept beside. Raises Plain for what is no zip, or
    one over a limit as a whole, and for progress of a newer aisec; then nothing was changed.
    """
    parcel = Parcel.opened(brought, folder)
    done = Restored(refused=parcel.refused)
    pages = _progress(parcel.files.pop(FILE, None), done)
    copied = given(folder)
    for name, new in parcel.files.items():
        _put_back(folder, name, new, copied.get(name, ""), done)
    if pages is not None:
        journal = Journal(folder / FILE)
        merged = journal.update(lambda mine: merge(mine, pages))
        done.progress = merged == journal.read()
        done.passed = sum(bool(entry.passed) for entry in merged.exercises.values())
        if not done.progress:
            done.refused[FILE] = "your own cannot be read or written just now; restore again later"
    return done


def merge(mine: Pages, theirs: Pages) -> None:
    """Bring `theirs` into `mine`: of each exercise the better verdict, of each question the first answer."""
    for name, other in theirs.exercises.items():
        entry = mine.tried(name)
        entry.best = max(entry.held, other.held)
        best = max(entry, other, key=lambda tried: (bool(tried.passed), tried.points, tried.last))
        entry.outcome, entry.points, entry.max_points = best.outcome, best.points, best.max_points
        # the zip is an earlier state of the same work, mostly
        for count in ("attempts", "failed", "hints", "reviews"):
            setattr(entry, count, max(getattr(entry, count), getattr(other, count)))
        entry.last = max(entry.last, other.last)
        entry.reviewed = max(entry.reviewed, other.reviewed)
        for moment in ("passed", "solution"):
            setattr(
                entry, moment, min(filter(None, (getattr(entry, moment), getattr(other, moment))), default="")
            )
    for name, guess in theirs.predictions.items():
        kept = mine.predictions.setdefault(name, guess)
        if guess.at < kept.at:
            mine.predictions[name] = guess
    mine.pretest.join(theirs.pretest)
    mine.posttest.join(theirs.posttest)
    mine.route = mine.route or theirs.route


def _visible(folder: Path) -> Iterator[Path]:
    """The notebooks and sheets below `folder`, without hidden places and without following links."""
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(where, name)
            if path.suffix in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                yield path


def _progress(data: bytes | None, done: Restored) -> Pages | None:
    if data is None:
        return None
    try:
        return Pages.from_json(data.decode("utf-8"))
    except ValueError:
        done.refused[FILE] = "it is damaged"
        return None


def _put_back(folder: Path, name: str, new: bytes, copied: str, done: Restored) -> None:
    """Write one file; the one in its place is kept beside unless it is as the course gave it."""
    target = folder / name
    try:
        here = version(target.read_bytes()) if target.exists() else copied
        if target.exists() and here == version(new):
            done.same.append(name)
            return
        if here != copied:
            beside = free_name(target, "before-restore")
            write(beside, target.read_bytes())
            done.kept[name] = beside.relative_to(folder).as_posix()
        write(target, new)
        done.files.append(name)
    except OSError as error:
        done.refused[one_line(name)] = f"it cannot be written ({error.strerror or error})"


def free_name(target: Path, mark: str) -> Path:
    """A free name beside `target`, such as `poisoning.before-restore.ipynb`."""
    number = 1
    while True:
        numbered = mark if number == 1 else f"{mark}-{number}"
        path = target.with_name(f"{target.stem}.{numbered}{target.suffix}")
        if not path.exists():
            return path
        number += 1


def _count(some: Sized, what: str) -> str:
    return f"{len(some)} {what}{'' if len(some) == 1 else 's'}"


def as_list(lines: list[str]) -> str:
    """A sentence and a list below it, as HTML."""
    items = "".join(f"<li>{esc(line)}</li>" for line in lines[1:])
    return f"<p>{esc(lines[0])}</p>" + (f"<ul>{items}</ul>" if items else "")
