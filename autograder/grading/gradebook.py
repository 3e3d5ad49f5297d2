"""nbgrader's gradebook: read for reports, written by one grader, and held by it.

Reading asks the database in plain SQL and cannot change it. Writing goes through nbgrader's own models, one
transaction for each submission. A password in the database's URL is in no message.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import files
from autograder.errors import GradebookError
from autograder.grading.result import Graded
from autograder.grading.scores import Book, read_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: Where a stock course directory has it.
GRADEBOOK_FILE = "gradebook.db"
LOCK_FILE = ".aisec/grading.lock"

#: How a database that several machines may use is asked for a lock that ends with the connection.
ADVISORY_LOCKS = {
    "postgresql": "SELECT pg_try_advisory_lock(:key)",
    "mysql": "SELECT GET_LOCK(:key, 0)",
    "mariadb": "SELECT GET_LOCK(:key, 0)",
}


@dataclass(frozen=True)
class Gradebook:
    """The gradebook of the course directory `root`, at the database URL `url` (nbgrader's `db_url`)."""

    root: Path
    url: str = field(repr=False)
    course_id: str = "default_course"

    @classmethod
    def stock(cls, root: Path) -> Gradebook:
        """Where a course directory has it that does not say otherwise."""
        return cls(root, f"sqlite:///{root.absolute() / GRADEBOOK_FILE}")

    @cached_property
    def _parsed(self) -> Any:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            return make_url(self.url)
        except ArgumentError:
            raise GradebookError(
                "the gradebook's database URL cannot be read",
                where=str(self.root),
                do="Give nbgrader's db_url, such as sqlite:////path/gradebook.db.",
            ) from None

    @property
    def where(self) -> str:
        """The database in an error message: its file, or its URL without password and options."""
        return str(self.file or self._parsed.set(query={}).render_as_string(hide_password=True))

    @property
    def file(self) -> Path | None:
        """The file of a SQLite gradebook."""
        if self._parsed.get_backend_name() != "sqlite":
            return None
        return Path(self._parsed.database or "")

    @property
    def is_missing(self) -> bool:
        return self.file is not None and not self.file.exists()

    # -- reading -------------------------------------------------------------------------------------------

    def read(self) -> Book:
        """What it holds; nothing while a stock course directory has none yet.

        Raises GradebookError when it is not there or not of this nbgrader's version.
        """
        from sqlalchemy.exc import SQLAlchemyError

        if self.is_missing:
            if self.file == self.root.absolute() / GRADEBOOK_FILE:
                return Book()
            raise GradebookError("no gradebook there", where=self.where, do="Correct nbgrader's db_url.")
        engine = self._reader()
        try:
            with engine.connect() as connection:
                return read_book(connection)
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise GradebookError(
                f"cannot be read as a gradebook: {_first_line(error)}",
                where=self.where,
                do="If another version of nbgrader wrote it, run `nbgrader db upgrade`. "
                "If it is in use, try again once grading has ended.",
            ) from error
        finally:
            engine.dispose()

    def _reader(self) -> Engine:
        """An engine that only reads, where the database has a way to say so."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if self.file is None:
            return self._engine()
        uri = f"{self.file.resolve().as_uri()}?mode=ro"
        return create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool)

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError

        try:
            return create_engine(self._parsed)
        except (ArgumentError, ImportError) as error:
            raise GradebookError(
                f"cannot be opened: {_first_line(error)}",
                where=self.where,
                do="Give nbgrader's db_url, such as sqlite:////path/gradebook.db, and install its driver.",
            ) from None

    # -- writing -------------------------------------------------------------------------------------------

    @contextmanager
    def open(self) -> Iterator[Any]:
        """nbgrader's own `Gradebook`. Raises GradebookError: missing, unreadable, of another version."""
        from nbgrader.api import Gradebook as NbgradersGradebook
        from nbgrader.api import InvalidEntry
        from sqlalchemy import inspect, text
        from sqlalchemy.exc import SQLAlchemyError

        if self.is_missing:
            raise GradebookError(
                "there is no gradebook yet",
                where=self.where,
                do="Run: aisec course new DIR, or nbgrader generate_assignment NAME.",
            )
        try:
            engine = self._engine()
            with engine.connect() as connection:
                tables = inspect(engine).get_table_names()
                found = None
                if "alembic_version" in tables:
                    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            engine.dispose()
            if tables and found != (wanted := _version()):
                raise GradebookError(
                    f"the gradebook is of version {found}, and this nbgrader needs {wanted}",
                    where=self.where,
                    do=f"Run: nbgrader db upgrade (in {self.root}; it keeps a copy of the old one).",
                )
            opened = NbgradersGradebook(self.url, self.course_id)
        except (SQLAlchemyError, InvalidEntry) as error:  # nbgrader's own word for one that is locked
            raise GradebookError(
                f"the gradebook cannot be opened: {_first_line(error)}", where=self.where
            ) from error
        with opened:
            yield opened

    # -- holding -------------------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the course and its gradebook for one grader. Raises GradebookError that says who has it.

        On this machine by a lock on a file, and where the database has locks of its own by one of those
        too, because another machine may grade into it. Either ends with the process that holds it.
        """
        with ExitStack() as held:
            held.enter_context(self._file_held())
            held.enter_context(self._database_held())
            yield

    @contextmanager
    def _file_held(self) -> Iterator[None]:
        try:
            import fcntl
        except ImportError:
            raise GradebookError(
                "this system has no locks that end with their process, so nothing is graded here",
                where=str(self.root),
                do="Grade on Linux, in a Linux container, or in WSL 2.",
            ) from None

        path = self.root / LOCK_FILE
        files.make_folder(path.parent)
        with path.open("a+") as lock:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, not shared with our workers
            except OSError:
                lock.seek(0)
                raise self._taken(lock.read().strip() or "another process") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
            lock.flush()
            yield

    @contextmanager
    def _database_held(self) -> Iterator[None]:
        ask = ADVISORY_LOCKS.get(self._parsed.get_backend_name())
        if ask is None:
            yield
            return
        engine = self._engine()
        try:
            with self._asked(engine, ask):
                yield
        finally:
            engine.dispose()

    def _asked(self, engine: Engine, ask: str) -> Any:
        """A connection that has the lock for as long as it is open."""
        from sqlalchemy import text
        from sqlalchemy.exc import SQLAlchemyError

        try:
            connection = engine.connect()
            given = connection.execute(text(ask), {"key": self._key()}).scalar()
            connection.commit()  # the lock is the connection's, and no transaction stays open
        except SQLAlchemyError as error:
            raise GradebookError(
                f"the gradebook cannot be held: {_first_line(error)}", where=self.where
            ) from error
        if not given:
            connection.close()
            raise self._taken("another machine")
        return connection

    def _key(self) -> int:
        """What stands for this course among a database's locks: a number of 63 bits."""
        digest = hashlib.sha256(f"aisec grade {self._parsed.database} {self.course_id}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def _taken(self, holder: str) -> GradebookError:
        return GradebookError(
            f"this course is being graded by {holder}",
            where=str(self.root),
            do="Wait for it to end, or stop it; then run aisec grade again.",
        )


def _version() -> str:
    """The newest schema version that the installed nbgrader knows."""
    import nbgrader.dbutil
    from alembic.script import ScriptDirectory

    return ScriptDirectory(nbgrader.dbutil.ALEMBIC_DIR).get_current_head()


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


class Recorder:
    """Writes results of one assignment into an open gradebook; each submission whole or not at all.

    `settle` writes when one of nbgrader's SubmittedAssignments came, and what its lateness costs.
    """

    def __init__(
        self, opened: Any, gradebook: Gradebook, assignment: str, settle: Callable[[Any], Any]
    ) -> None:
        from nbgrader.api import BaseCell, MissingEntry, Notebook

        self._db = opened.db
        self._gradebook = gradebook
        self._settle = settle
        try:
            self._assignment = opened.find_assignment(assignment)
        except MissingEntry:
            raise GradebookError(
                f"the gradebook does not know assignment {assignment!r}",
                where=gradebook.where,
                do=f"Run: nbgrader generate_assignment {assignment}",
            ) from None
        cells = self._db.query(BaseCell.id, BaseCell.name, BaseCell.type, Notebook.name)
        cells = cells.join(Notebook, BaseCell.notebook_id == Notebook.id)
        cells = cells.filter(Notebook.assignment_id == self._assignment.id)
        self._cells = [(cell_id, name, kind, notebook) for cell_id, name, kind, notebook in cells]

    def record(self, graded: Graded) -> None:
        """One transaction. Manual scores, extra credit and manual comments stay as they are."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            submission = self._submission(graded.result.student)
            self._mark(submission, graded)
            self._penalise(submission)
            self._db.commit()
        except SQLAlchemyError as error:
            self._db.rollback()
            raise GradebookError(
                f"{graded.result.student} could not be recorded: {_first_line(error)}",
                where=self._gradebook.where,
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
        """Lateness, and what it costs of the points that were just written."""
        self._db.flush()
        self._db.refresh(submission)
        self._settle(submission)
