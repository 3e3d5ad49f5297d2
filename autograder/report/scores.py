"""What the gradebook says: final points, who waits for a person, and the comments people wrote.

Reads nbgrader's own tables in five queries, whatever the size of the cohort, and never writes: a SQLite
file is opened read-only, so a report cannot create or change a gradebook. The queries are plain SQL because
importing nbgrader takes longer than all of them; a schema that they do not fit is an error, never a guess.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import GradebookError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

#: Where a stock course directory has it.
GRADEBOOK_FILE = "gradebook.db"

_HANDED_IN = """
    submitted_assignment
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
"""
_WORTH = """
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
    LEFT JOIN task_cells ON task_cells.id = base_cell.id
"""
STUDENTS = "SELECT id, first_name, last_name, email, lms_user_id FROM student"
MAX_SCORES = f"""
    SELECT assignment.name, SUM(COALESCE(grade_cells.max_score, task_cells.max_score, 0))
    FROM assignment
    LEFT JOIN notebook ON notebook.assignment_id = assignment.id
    LEFT JOIN base_cell ON base_cell.notebook_id = notebook.id {_WORTH}
    GROUP BY assignment.name
"""
GRADES = f"""
    SELECT submitted_assignment.student_id, assignment.name, notebook.name, base_cell.name,
           COALESCE(grade_cells.max_score, task_cells.max_score), grade.auto_score, grade.manual_score,
           grade.extra_credit, grade.needs_manual_grade
    FROM {_HANDED_IN}
    JOIN grade ON grade.notebook_id = submitted_notebook.id
    JOIN base_cell ON base_cell.id = grade.cell_id {_WORTH}
"""
LATENESS = f"""
    SELECT submitted_assignment.student_id, assignment.name,
           SUM(submitted_notebook.late_submission_penalty), submitted_assignment.timestamp,
           assignment.duedate, submitted_assignment.extension
    FROM {_HANDED_IN}
    GROUP BY submitted_assignment.student_id, assignment.name, submitted_assignment.timestamp,
             assignment.duedate, submitted_assignment.extension
"""
COMMENTS = f"""
    SELECT submitted_assignment.student_id, assignment.name, notebook.name, base_cell.name,
           comment.manual_comment
    FROM {_HANDED_IN}
    JOIN comment ON comment.notebook_id = submitted_notebook.id
    JOIN base_cell ON base_cell.id = comment.cell_id
    WHERE comment.manual_comment IS NOT NULL
"""


@dataclass(frozen=True)
class CellScore:
    """The points of one graded cell: a person's, where a person gave any, else the grader's.

    `waits` is true while the gradebook asks for a manual score.
    """

    points: float
    max_points: float
    by_hand: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Booked:
    """One submission as the gradebook has it.

    `cells` and `comments` are keyed `notebook.grade_id`, which for a graded cell is its exercise's id.
    `handed_in` and `due`, an extension included, are naive UTC.
    """

    cells: Mapping[str, CellScore]
    max_score: float
    penalty: float = 0.0
    comments: Mapping[str, str] = field(default_factory=dict)
    handed_in: datetime | None = None
    due: datetime | None = None

    @property
    def score(self) -> float:
        """The final score as nbgrader exports it: all points less the late penalty, never below 0."""
        return max(0.0, sum(cell.points for cell in self.cells.values()) - self.penalty)


@dataclass(frozen=True)
class Listed:
    """A learner as the gradebook lists them; what it does not know is empty."""

    name: str = ""
    email: str = ""
    lms_id: str = ""


@dataclass(frozen=True)
class Book:
    """A whole gradebook: its students, the points each lesson is worth, and every submission."""

    students: Mapping[str, Listed] = field(default_factory=dict)
    max_scores: Mapping[str, float] = field(default_factory=dict)
    submissions: Mapping[tuple[str, str], Booked] = field(default_factory=dict)


def read_book(gradebook: Path | str) -> Book:
    """The gradebook in a SQLite file (a Path) or at a database URL (a str, nbgrader's `db_url`).

    Raises GradebookError when it is not there, or is not a gradebook of this nbgrader's version.
    """
    from sqlalchemy.exc import SQLAlchemyError

    where = _without_password(str(gradebook))
    engine = _engine(gradebook, where)
    try:
        with engine.connect() as connection:
            return _read(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradebookError(
            f"cannot be read as a gradebook: {reason}",
            where=where,
            do="If another version of nbgrader wrote it, run `nbgrader db upgrade`. "
            "If it is in use, try again once grading has ended.",
        ) from error
    finally:
        engine.dispose()


def _engine(gradebook: Path | str, where: str) -> Engine:
    """An engine that only reads, where the database has a way to say so."""
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import NullPool

    try:
        url = None if isinstance(gradebook, Path) else make_url(gradebook)
        if url and url.get_backend_name() != "sqlite":
            return create_engine(url)
    except (ArgumentError, ImportError) as error:
        raise GradebookError(
            f"cannot be opened: {error}",
            where=where,
            do="Give nbgrader's db_url, such as sqlite:////path/gradebook.db, and install its driver.",
        ) from error
    path = Path(url.database or "") if url else Path(gradebook)
    if not path.is_file():
        raise GradebookError("no gradebook there", where=where, do="Grade a submission first.")
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool)


def _without_password(url: str) -> str:
    """A URL's `user:password@` has no place in an error message."""
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else url


def _read(connection: Connection) -> Book:
    from sqlalchemy import text

    def rows(query: str) -> Iterable[Sequence[Any]]:
        return connection.execute(text(query))

    students = {
        student: Listed(" ".join(filter(None, (given, family))), email or "", lms_id or "")
        for student, given, family, email, lms_id in rows(STUDENTS)
    }
    max_scores = {lesson: points or 0.0 for lesson, points in rows(MAX_SCORES)}
    cells: dict[tuple[str, str], dict[str, CellScore]] = defaultdict(dict)
    for student, lesson, notebook, name, worth, auto, manual, extra, waits in rows(GRADES):
        score = _cell_score(worth or 0.0, auto, manual, extra, bool(waits))
        cells[student, lesson][f"{notebook}.{name}"] = score
    penalties, times = {}, {}
    for student, lesson, points, time, due, extension in rows(LATENESS):
        penalties[student, lesson] = points or 0.0
        times[student, lesson] = _moment(time), _due(_moment(due), extension)
    comments: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for student, lesson, notebook, name, said in rows(COMMENTS):
        if said.strip():
            comments[student, lesson][f"{notebook}.{name}"] = said
    submissions = {
        key: Booked(found, max_scores[key[1]], penalties[key], comments.get(key, {}), *times[key])
        for key, found in cells.items()
    }
    return Book(students, max_scores, submissions)


def _moment(value: Any) -> datetime | None:
    """A date-time column: SQLite has it as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _due(due: datetime | None, extension: Any) -> datetime | None:
    """The due date with an extension, which SQLite has as so long after 1970 began."""
    if due is None or extension is None:
        return due
    return due + (
        extension if isinstance(extension, timedelta) else _moment(extension) - datetime(1970, 1, 1)
    )


def _cell_score(
    worth: float, auto: float | None, manual: float | None, extra: float | None, waits: bool
) -> CellScore:
    """nbgrader's rule: a manual score wins over the grader's, and extra credit is added to either."""
    given = auto if manual is None else manual
    points = 0.0 if given is None else given + (extra or 0.0)
    return CellScore(points, worth, manual is not None or bool(extra), waits)
