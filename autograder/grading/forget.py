"""Taking one learner out of a course: their hand-ins, what came of them, and their rows in the gradebook."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError, GradebookError
from autograder.grading.coursedir import CourseDir

STEPS = ("submitted", "autograded", "feedback")
#: Files longer than this are not looked through, in bytes; they are named.
LONGEST = 50_000_000


@dataclass(frozen=True)
class Traces:
    """What a course keeps of one learner. `words` are what they are called: id, name, mail, platform's id.

    `folders` are theirs alone, `rows` is how many submissions the gradebook has, and `mentions` are other
    files, folders and links of the course directory that have one of the words in their name, and files that
    hold one or are too long to be looked through.
    """

    student: str
    words: tuple[str, ...]
    folders: tuple[Path, ...]
    in_gradebook: bool
    rows: int
    mentions: tuple[Path, ...]

    @property
    def is_kept(self) -> bool:
        """Whether there is something to remove."""
        return bool(self.folders) or self.in_gradebook


def find(course: CourseDir, student: str, words: tuple[str, ...] = ()) -> Traces:
    """Look through the whole course directory, for `words` too. Raises GradebookError."""
    book = course.gradebook.read()
    listed = book.students.get(student)
    known = [student, listed.name, listed.email, listed.lms_id] if listed else [student]
    words = tuple(dict.fromkeys(word for word in (*known, *words) if word))
    folders = tuple(folder for folder in _folders(course, student) if folder.is_dir())
    rows = sum(who == student for who, _ in book.submissions)
    known_to_hold = {*folders, course.gradebook.file if listed else None}
    mentions = tuple(_mentions(course, words, known_to_hold))
    return Traces(student, words, folders, listed is not None, rows, mentions)


def forget(course: CourseDir, student: str) -> Traces:
    """Remove `student`'s folders and rows; gives what is still there, looked up anew.

    Raises CourseError when nothing of them is there, GradebookError when it cannot be written or is in use.
    """
    with course.gradebook.held():
        before = find(course, student)
        if not before.is_kept:
            raise CourseError(
                f"nothing of {student!r} is here",
                where=str(course.root),
                do="Give the learner's id as submitted/ and grades.csv have it.",
            )
        for folder in before.folders:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise CourseError(
                    f"{error.filename} cannot be removed: {error.strerror}",
                    where=str(folder),
                    do="Give yourself the right to write there, then run this again.",
                ) from error
        if before.in_gradebook:
            _remove_rows(course, student)
        return find(course, student, before.words)


def _remove_rows(course: CourseDir, student: str) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    gradebook = course.gradebook
    try:
        with gradebook.open() as opened:
            opened.remove_student(student)
        if gradebook.file is not None:  # SQLite keeps in its file what was deleted, until it writes it anew
            with closing(sqlite3.connect(gradebook.file)) as database:
                database.execute("VACUUM")
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise GradebookError(
            f"{student} could not be removed: {str(error).splitlines()[0]}",
            where=gradebook.where,
            do="Wait until nothing else writes to the gradebook, then run this again.",
        ) from error


def _folders(course: CourseDir, student: str) -> Iterator[Path]:
    """Theirs in every step; a name that is no plain folder name is nobody's."""
    if student in ("", ".", "..") or "/" in student or "\0" in student:
        return
    for step in STEPS:
        folder = course.step(step) / student
        if not folder.is_symlink():
            yield folder


def _mentions(course: CourseDir, words: tuple[str, ...], without: set[Path | None]) -> Iterator[Path]:
    """What lies in the course, but for those `without`, and has one of `words` in its name or as UTF-8 text.

    A word ends where letters and digits do: `ada__poisoning.ipynb` names ada, and `adam.ipynb` does not.
    """
    alternatives = b"|".join(re.escape(word.encode()) for word in words)
    pattern = re.compile(rb"(?<![0-9A-Za-z])(?:" + alternatives + rb")(?![0-9A-Za-z])", re.IGNORECASE)
    for path in sorted(course.root.rglob("*")):
        if not without.isdisjoint([path, *path.parents]):
            continue
        if pattern.search(os.fsencode(path.name)) or (_is_file(path) and _holds(path, pattern)):
            yield path


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    return path.stat().st_size > LONGEST or pattern.search(path.read_bytes()) is not None
