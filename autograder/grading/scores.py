"""What the gradebook says: final points, who waits for a person, and the comments people wrote.

Reads nbgrader's own tables in five queries, whatever the size of the cohort. They are plain SQL because
importing nbgrader takes longer than all of them; a schema that they do not fit is an error, never a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

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


def read_book(connection: Connection) -> Book:
    """The whole gradebook at the other end of `connection`. Raises SQLAlchemyError."""
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
