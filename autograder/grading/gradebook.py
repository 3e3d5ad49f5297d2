"""nbgrader's gradebook, through nbgrader's own models: opened once, one transaction for each submission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import GradebookError
from autograder.grading.coursedir import CourseDir
from autograder.grading.grade import Graded
from autograder.grading.lateness import Lateness


@contextmanager
def open_gradebook(course: CourseDir) -> Iterator[Any]:
    """nbgrader's `Gradebook` of a course. Raises GradebookError: missing, unreadable, of another version."""
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy import create_engine, inspect, make_url, text
    from sqlalchemy.exc import SQLAlchemyError

    url = course.db_url
    file = Path(make_url(url).database or "") if url.startswith("sqlite:///") else None
    if file is not None and not file.exists():
        raise GradebookError(
            "there is no gradebook yet",
            where=str(file),
            do="Run: aisec course new DIR, or nbgrader generate_assignment NAME.",
        )
    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            tables = inspect(engine).get_table_names()
            found = None
            if "alembic_version" in tables:
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        engine.dispose()
        if tables and found != (wanted := _version()):
            raise GradebookError(
                f"the gradebook is of version {found}, and this nbgrader needs {wanted}",
                where=url,
                do=f"Run: nbgrader db upgrade (in {course.root}; it keeps a copy of the old one).",
            )
        gradebook = Gradebook(url, course.course_id or "default_course")
    except (SQLAlchemyError, InvalidEntry) as error:  # nbgrader's own word for a gradebook that is locked
        raise GradebookError(f"the gradebook cannot be opened: {_first_line(error)}", where=url) from error
    with gradebook:
        yield gradebook


def _version() -> str:
    """The newest schema version that the installed nbgrader knows."""
    import nbgrader.dbutil
    from alembic.script import ScriptDirectory

    return ScriptDirectory(nbgrader.dbutil.ALEMBIC_DIR).get_current_head()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


class Recorder:
    """Writes results of one assignment into an open gradebook; each submission whole or not at all."""

    def __init__(self, gradebook: Any, course: CourseDir, assignment: str) -> None:
        from nbgrader.api import BaseCell, MissingEntry, Notebook

        self._db = gradebook.db
        self._course = course
        self._lateness = Lateness(course)
        try:
            self._assignment = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise GradebookError(
                f"the gradebook does not know assignment {assignment!r}",
                where=course.db_url,
                do=f"Run: nbgrader generate_assignment {assignment}",
            ) from None
        cells = self._db.query(BaseCell.id, BaseCell.name, BaseCell.type, Notebook.name)
        cells = cells.join(Notebook, BaseCell.notebook_id == Notebook.id)
        cells = cells.filter(Notebook.assignment_id == self._assignment.id)
        self._cells = [(cell_id, name, kind, notebook) for cell_id, name, kind, notebook in cells]

    def record(self, graded: Graded, timestamp: datetime | None) -> None:
        """One transaction. Manual scores, extra credit and manual comments stay as they are."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            submission = self._submission(graded.result.student)
            if timestamp is not None:
                submission.timestamp = timestamp
            self._mark(submission, graded)
            self._penalise(submission)
            self._db.commit()
        except SQLAlchemyError as error:
            self._db.rollback()
            raise GradebookError(
                f"{graded.result.student} could not be recorded: {_first_line(error)}",
                where=self._course.db_url,
                do="Free the gradebook or the disk, then run: aisec grade (it continues).",
            ) from error

    def _submission(self, student: str) -> Any:
        from nbgrader import api

        if self._db.get(api.Student, student) is None:
            self._db.add(api.Student(id=student))
        query = self._db.query(api.SubmittedAssignment)
        found = query.filter_by(assignment_id=self._assignment.id, student_id=student).first()
        if found is not None:
            return found
        submission = api.SubmittedAssignment(assignment_id=self._assignment.id, student_id=student)
        self._db.add(submission)
        for notebook in self._assignment.notebooks:
            submitted = api.SubmittedNotebook(notebook_id=notebook.id, assignment=submission)
            self._db.add(submitted)
            for cell_id, _, kind, name in self._cells:
                if name != notebook.name:
                    continue
                if kind in ("GradeCell", "TaskCell"):
                    submitted.grades.append(api.Grade(cell_id=cell_id))
                if kind in ("SolutionCell", "TaskCell"):
                    submitted.comments.append(api.Comment(cell_id=cell_id))
        self._db.flush()
        return submission

    def _mark(self, submission: Any, graded: Graded) -> None:
        marks = {(mark.notebook, mark.grade_id): mark for mark in graded.marks}
        names = {cell_id: (notebook, name) for cell_id, name, _, notebook in self._cells}
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                mark = marks.get(names.get(grade.cell_id))
                if mark is None:
                    continue
                grade.auto_score = mark.points
                grade.needs_manual_grade = mark.points is None or grade.manual_score is not None
            for comment in notebook.comments:
                mark = marks.get(names.get(comment.cell_id))
                comment.auto_comment = "No response." if mark is not None and mark.untouched else None

    def _penalise(self, submission: Any) -> None:
        """Late penalties as the course has them (none unless it says so)."""
        self._db.flush()
        self._db.refresh(submission)
        self._lateness.settle(submission)
