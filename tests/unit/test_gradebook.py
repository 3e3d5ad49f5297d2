"""What nbgrader's gradebook is told, and what happens to it when something goes wrong."""

import shutil
import sqlite3

import pytest
from nbcourse import CONFIG, hand_in

from autograder.errors import GradebookError
from autograder.grading import gradebook as gradebook_module
from autograder.grading.assignment import load_assignment
from autograder.grading.coursedir import open_course
from autograder.grading.gradebook import Gradebook, Recorder
from autograder.grading.lateness import Lateness
from autograder.grading.result import Graded, Mark, Result
from autograder.verdict import Outcome

MARKS = (
    Mark("ps1", "square", None),
    Mark("ps1", "t_square", 2.0),
    Mark("ps1", "t_hidden", 1.5),
    Mark("ps1", "why", None),
    Mark("ps1", "draw", None),
)
UNTOUCHED = (
    Mark("ps1", "square", None, True),
    Mark("ps1", "t_square", 0.0),
    Mark("ps1", "t_hidden", 0.0),
    Mark("ps1", "why", 0.0, True),
    Mark("ps1", "draw", None),
)


@pytest.fixture
def course(released, tmp_path):
    shutil.copytree(released, tmp_path / "course")
    return open_course(tmp_path / "course")


def graded(student="ada", marks=MARKS):
    score = sum(mark.points or 0.0 for mark in marks)
    return Graded(Result(student, "ps1", Outcome.PARTLY, score, 14, ()), {}, marks)


def record(course, *many):
    with course.gradebook.open() as gradebook:
        recorder = recorder_of(course, gradebook)
        for one in many:
            recorder.record(one)


def recorder_of(course, gradebook, assignment="ps1"):
    return Recorder(gradebook, course.gradebook, assignment, Lateness(course).settle)


def grades(course, student="ada"):
    """grade id → (auto score, manual score, extra credit, needs a person)."""
    with course.gradebook.open() as gradebook:
        submission = gradebook.find_submission("ps1", student)
        return {
            grade.cell.name: (
                grade.auto_score,
                grade.manual_score,
                grade.extra_credit,
                grade.needs_manual_grade,
            )
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def comments(course, student="ada"):
    with course.gradebook.open() as gradebook:
        submission = gradebook.find_submission("ps1", student)
        return {one.cell.name: one.comment for notebook in submission.notebooks for one in notebook.comments}


def test_marks_are_recorded_as_nbgrader_would(course):
    record(course, graded())
    assert grades(course) == {
        "t_square": (2.0, None, None, False),
        "t_hidden": (1.5, None, None, False),
        "why": (None, None, None, True),
        "draw": (None, None, None, True),
    }
    assert comments(course) == {"square": None, "why": None, "draw": None}
    with course.gradebook.open() as gradebook:
        submission = gradebook.find_submission("ps1", "ada")
        assert (submission.score, submission.max_score) == (3.5, 14) and submission.needs_manual_grade
        assert submission.notebooks[0].score == 3.5


def test_an_untouched_answer_is_zero_and_commented(course):
    record(course, graded(marks=UNTOUCHED))
    assert grades(course)["why"] == (0.0, None, None, False)
    assert comments(course) == {"square": "No response.", "why": "No response.", "draw": None}
    record(course, graded())
    assert comments(course)["square"] is None and grades(course)["why"][0] is None


def test_recording_again_changes_nothing(course):
    record(course, graded(), graded("bob"))
    dump = "\n".join(sqlite3.connect(course.root / "gradebook.db").iterdump())
    record(course, graded(), graded("bob"))
    assert "\n".join(sqlite3.connect(course.root / "gradebook.db").iterdump()) == dump


def test_what_a_person_gave_survives_a_regrade(course):
    record(course, graded())
    with course.gradebook.open() as gradebook:
        grade = gradebook.find_grade("why", "ps1", "ps1", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.0, 0.5, False
        override = gradebook.find_grade("t_square", "ps1", "ps1", "ada")
        override.manual_score, override.needs_manual_grade = 1.0, False
        gradebook.find_comment("why", "ps1", "ps1", "ada").manual_comment = "Good."
        gradebook.db.commit()
    record(course, graded(marks=UNTOUCHED))
    after = grades(course)
    assert after["why"] == (0.0, 3.0, 0.5, True) and after["t_square"] == (0.0, 1.0, None, True)
    assert comments(course)["why"] == "Good."
    with course.gradebook.open() as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == 4.5


def test_a_grader_fault_waits_for_a_person(course):
    record(course, graded(marks=tuple(Mark("ps1", mark.grade_id, None) for mark in MARKS)))
    assert all(row == (None, None, None, True) for row in grades(course).values())


def test_marks_of_cells_that_the_gradebook_does_not_know_are_left_out(course):
    record(course, graded(marks=(*MARKS, Mark("ps1", "no_such", 99.0), Mark("other", "t_square", 99.0))))
    assert sum(row[0] or 0 for row in grades(course).values()) == 3.5


def test_each_submission_is_recorded_whole_or_not_at_all(course, monkeypatch):
    from sqlalchemy.exc import OperationalError

    record(course, graded(), graded("bob"))

    def fails(self, submission):
        self._db.flush()
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with course.gradebook.open() as gradebook:
        recorder = recorder_of(course, gradebook)
        recorder.record(graded("cyd"))
        monkeypatch.setattr(Recorder, "_penalise", fails)
        for student in ("ada", "eve"):
            with pytest.raises(GradebookError, match=f"{student} could not be recorded") as caught:
                recorder.record(graded(student, UNTOUCHED))
            assert "it continues" in caught.value.do
        monkeypatch.undo()
        recorder.record(graded("bob", UNTOUCHED))
    assert grades(course)["t_square"][0] == 2.0 and grades(course, "cyd")["t_square"][0] == 2.0
    assert grades(course, "bob")["t_square"][0] == 0.0
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        rows = connection.execute("SELECT id FROM student ORDER BY id").fetchall()
    assert rows == [("ada",), ("bob",), ("cyd",)]


PENALTY = (
    CONFIG
    + """
import sys
sys.path.insert(0, {folder!r})
c.AssignLatePenalties.plugin_class = "late_half.Half"
"""
)
PLUGIN = """
from nbgrader.plugins import BasePlugin
class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {penalty}
"""


@pytest.mark.parametrize(
    ("penalty", "taken"), [("score / 2", 1.75), ("None", None), ("99", 3.5), ("-1", 0.0)]
)
def test_a_late_submission_is_penalised_by_the_courses_plugin(course, tmp_path, penalty, taken):
    from datetime import datetime

    from nbgrader.utils import parse_utc

    (tmp_path / "late_half.py").write_text(PLUGIN.format(penalty=penalty))
    (course.root / "nbgrader_config.py").write_text(PENALTY.format(folder=str(tmp_path)))
    import sys

    sys.modules.pop("late_half", None)
    late = open_course(course.root)
    with late.gradebook.open() as gradebook:
        gradebook.find_assignment("ps1").duedate = parse_utc("2024-01-01 00:00:00 UTC")
        gradebook.db.commit()

    def penalties():
        with late.gradebook.open() as gradebook:
            submission = gradebook.find_submission("ps1", "ada")
            return submission.notebooks[0].late_submission_penalty, submission.timestamp

    hand_in(late, "ada", {}, stamp="2024-01-02 00:00:00 UTC")
    record(late, graded())
    assert penalties() == (taken, datetime(2024, 1, 2))
    hand_in(late, "ada", {}, stamp="2023-12-31 00:00:00 UTC")
    record(late, graded())
    assert penalties() == (None, datetime(2023, 12, 31))
    sys.path.remove(str(tmp_path))


# -- a gradebook that cannot be used --------------------------------------------------------------------


def refused(course, match):
    with pytest.raises(GradebookError, match=match) as caught, course.gradebook.open():
        pass
    assert caught.value.where
    return caught.value


def test_a_missing_gradebook_is_said_and_not_made(course):
    (course.root / "gradebook.db").unlink()
    assert "generate_assignment" in refused(course, "there is no gradebook yet").do
    assert not (course.root / "gradebook.db").exists()
    with pytest.raises(GradebookError):
        load_assignment(course, "ps1")


def test_a_gradebook_of_another_version_is_said_and_left_alone(course):
    path = course.root / "gradebook.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0123456789ab'")
    before = path.read_bytes()
    assert "nbgrader db upgrade" in refused(course, "version 0123456789ab").do
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"not a database" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_corrupt_gradebook_is_said_and_left_alone(course, data):
    path = course.root / "gradebook.db"
    path.write_bytes(data)
    refused(course, "cannot be opened")
    assert path.read_bytes() == data


def test_a_folder_in_place_of_the_gradebook_is_said(course):
    (course.root / "gradebook.db").unlink()
    (course.root / "gradebook.db").mkdir()
    refused(course, "cannot be opened")


def test_a_locked_gradebook_is_said_and_nothing_is_lost(course):
    impatient = f"c.CourseDirectory.db_url = 'sqlite:///{course.root}/gradebook.db?timeout=0.1'\n"
    (course.root / "nbgrader_config.py").write_text(CONFIG + impatient)
    course = open_course(course.root)
    record(course, graded())
    holder = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    refused(course, "locked")
    holder.execute("ROLLBACK")
    with course.gradebook.open() as gradebook:
        recorder = recorder_of(course, gradebook)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match="locked"):
            recorder.record(graded(marks=UNTOUCHED))
        holder.execute("ROLLBACK")
    holder.close()
    assert grades(course)["t_square"][0] == 2.0


def test_an_assignment_that_the_gradebook_does_not_know_is_said(course):
    shutil.copytree(course.root / "release/ps1", course.root / "release/ps2")
    with pytest.raises(GradebookError, match="does not know notebook"):
        load_assignment(course, "ps2")
    with (
        course.gradebook.open() as gradebook,
        pytest.raises(GradebookError, match="does not know assignment"),
    ):
        recorder_of(course, gradebook, "ps2")


def test_the_authors_version_comes_from_the_gradebook(course):
    assignment = load_assignment(course, "ps1")
    (notebook,) = assignment.notebooks
    assert "square(5) == 25" in notebook.by_id["t_hidden"].source
    assert "return x * x" not in notebook.by_id["square"].source and assignment.max_score == 14
    assert [cell.grade_id for cell in notebook.cells if cell.is_test] == ["t_square", "t_hidden"]
    assert [cell.grade_id for cell in notebook.cells if cell.is_manual] == ["why", "draw"]


# -- holding it ------------------------------------------------------------------------------------------


@pytest.fixture
def shared(course, monkeypatch):
    """Two course directories on one database that has locks, as two machines have them; `taken` holds those.

    The database is SQLite with PostgreSQL's function lent to it.
    """
    from sqlalchemy import create_engine, event

    taken = {}

    def engine(self):
        made = create_engine(self.url)

        @event.listens_for(made, "connect")
        def lend(connection, _record):
            def ask(key):
                return int(taken.setdefault(key, connection) is connection)

            connection.create_function("pg_try_advisory_lock", 1, ask)

        @event.listens_for(made, "close")
        def give_back(connection, _record):
            for key in [key for key, holder in taken.items() if holder is connection]:
                del taken[key]

        return made

    monkeypatch.setattr(Gradebook, "_engine", engine)
    monkeypatch.setitem(
        gradebook_module.ADVISORY_LOCKS, "sqlite", gradebook_module.ADVISORY_LOCKS["postgresql"]
    )
    here = course.gradebook
    there = Gradebook(course.root.parent / "there", here.url, here.course_id)
    there.root.mkdir()
    return here, there, taken


def test_a_course_on_two_machines_is_held_where_the_database_has_locks(shared):
    here, there, taken = shared
    with here.held():
        assert len(taken) == 1
        with pytest.raises(GradebookError, match="being graded by another machine"), there.held():
            pass
    assert taken == {}
    with there.held():
        pass


def test_another_course_in_the_same_database_is_not_held(shared):
    here, there, _ = shared
    other = Gradebook(there.root, there.url, "another course")
    with here.held(), other.held():
        pass


def test_a_grader_that_fails_gives_the_lock_back(shared):
    here, there, _ = shared
    with pytest.raises(RuntimeError), here.held():
        raise RuntimeError
    with there.held():
        pass


def test_a_database_that_gives_no_lock_is_said(shared, monkeypatch):
    monkeypatch.setitem(gradebook_module.ADVISORY_LOCKS, "sqlite", "SELECT no_such_function(:key)")
    with pytest.raises(GradebookError, match="cannot be held: no such function"), shared[0].held():
        pass


def test_the_number_of_a_lock_is_one_that_databases_take(course):
    assert 0 <= course.gradebook._key() < 2**63
    assert course.gradebook._key() == open_course(course.root).gradebook._key()
