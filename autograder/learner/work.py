"""The learner's work as one zip: what goes into it, and how it is put back so that no work is lost."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograder.errors import IntakeError
from autograder.files import write
from autograder.intake.archive import members, open_archive
from autograder.intake.piece import IntakeLimits, Piece, Refusal
from autograder.learner.journal import FILE, Journal, Pages
from autograder.learner.panel import Plain
from autograder.learner.record import given, version
from autograder.safe import one_line
from autograder.verdict import esc

SUFFIXES = (".ipynb", ".md")
LIMITS = IntakeLimits(members=2_000, name_length=200, notebook_bytes=50_000_000, ratio=10_000)
TOTAL_BYTES = 200_000_000
#: What Windows cannot store: signs, device names, and a dot or a space at the end.
_UNSTORABLE = re.compile(
    r'[<>:"|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE | re.ASCII
)


@dataclass
class Restored:
    """What `unpack` did: paths within the folder.

    `kept` maps a file that was replaced to where its version from before is now; `refused` a member of the
    zip to why it was left out. `progress` is whether the zip held any.
    """

    files: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    progress: bool = False

    def lines(self) -> list[str]:
        """What happened, in sentences; the first is a summary."""
        count = len(self.files)
        said = f"Put back {count} file{'' if count == 1 else 's'}" if count else "No file had to be put back"
        lines = [f"{said}, and your progress." if self.progress else f"{said}. The zip holds no progress."]
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


def unpack(data: bytes, folder: Path) -> Restored:
    """Put the files of a zip into `folder` and merge its progress into the journal there.

    A member is refused that is no notebook or sheet, that would leave the folder, or that breaks a limit.
    Nothing of the learner's is overwritten: what differs is kept beside. Raises Plain for what is no zip, or
    one over a limit as a whole, and for progress of a newer aisec; then nothing was changed.
    """
    done = Restored()
    try:
        with open_archive(io.BytesIO(data), LIMITS) as archive:
            files = dict(_read(archive, folder, done))
    except IntakeError as error:
        raise Plain(error.what, do="Choose a zip that save_work() made.") from None
    pages = _progress(files.pop(FILE, None), done)
    copied = given(folder)
    for name, new in files.items():
        _put_back(folder, name, new, copied.get(name, ""), done)
    if pages is not None:
        journal = Journal(folder / FILE)
        done.progress = journal.update(lambda mine: merge(mine, pages)) == journal.read()
        if not done.progress:
            done.refused[FILE] = "your own cannot be read or written just now; restore again later"
    return done


def merge(mine: Pages, theirs: Pages) -> None:
    """Bring `theirs` into `mine`: of each exercise the better verdict, of each question the first answer."""
    for name, other in theirs.exercises.items():
        entry = mine.tried(name)
        best = max(entry, other, key=lambda tried: (bool(tried.passed), tried.points, tried.last))
        entry.outcome, entry.points, entry.max_points = best.outcome, best.points, best.max_points
        for count in ("attempts", "failed", "hints"):  # the zip is an earlier state of the same work, mostly
            setattr(entry, count, max(getattr(entry, count), getattr(other, count)))
        entry.last = max(entry.last, other.last)
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


def _visible(folder: Path) -> Iterator[Path]:
    """The notebooks and sheets below `folder`, without hidden places and without following links."""
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(where, name)
            if path.suffix in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                yield path


def _read(archive: zipfile.ZipFile, folder: Path, done: Restored) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each member that may be put back; the others are noted in `done`."""
    left = TOTAL_BYTES
    for member in members(archive, datetime.now(UTC), LIMITS):
        if isinstance(member, Refusal):
            done.refused[member.shown] = member.error.what
        elif why := _why_not(member, folder):
            done.refused[member.shown] = why
        else:
            try:
                data = member.read()
            except IntakeError as error:
                done.refused[member.shown] = error.what
                continue
            left -= len(data)
            if left < 0:
                raise IntakeError(f"it unpacks to more than {TOTAL_BYTES // 1_000_000} MB")
            yield member.path, data


def _why_not(member: Piece, folder: Path) -> str:
    """Why a member is not put back; empty when it may be."""
    path = PurePosixPath(member.path)
    if path.suffix not in SUFFIXES and member.path != FILE:
        return "it is no notebook and no sheet"
    if any(part.startswith(".") or _UNSTORABLE.search(part) for part in path.parts):
        return "its name is hidden, or one that not every system can store"
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        return "a link in your folder would lead it elsewhere"
    return ""


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
            return
        if here != copied:
            beside = _free(target)
            write(beside, target.read_bytes())
            done.kept[name] = beside.relative_to(folder).as_posix()
        write(target, new)
        done.files.append(name)
    except OSError as error:
        done.refused[one_line(name)] = f"it cannot be written ({error.strerror or error})"


def _free(target: Path) -> Path:
    """A free name beside `target`, such as `poisoning.before-restore.ipynb`."""
    number = 1
    while True:
        mark = "before-restore" if number == 1 else f"before-restore-{number}"
        path = target.with_name(f"{target.stem}.{mark}{target.suffix}")
        if not path.exists():
            return path
        number += 1


def as_list(lines: list[str]) -> str:
    """A sentence and a list below it, as HTML."""
    items = "".join(f"<li>{esc(line)}</li>" for line in lines[1:])
    return f"<p>{esc(lines[0])}</p>" + (f"<ul>{items}</ul>" if items else "")
