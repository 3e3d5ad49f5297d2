"""Final scores as a real nbgrader gradebook holds them."""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from report_course import FAILED, PASSED, grade, hand_in, result, verdict

from autograder.errors import GradebookError
from autograder.grading.gradebook import Gradebook
from autograder.report.export import export_csv
from autograder.report.feedback import write_feedback
from autograder.report.standing import read_cohort

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory) -> Path:
    """ada: 5 by the grader, an essay and a comment by hand, late. bob: waits. cy: handed in nothing."""
    from nbgrader.api import Gradebook

    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:  # nbgrader runs `alembic`, wherever the path finds it
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        Gradebook(f"sqlite:///{path}").close()
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("poisoning")
        book.add_notebook("poisoning", "poisoning")
        for name in ("flip_labels", "scan_triggers"):
            book.add_grade_cell(name, "poisoning", "poisoning", max_score=8, cell_type="code")
            book.add_solution_cell(f"{name}-answer", "poisoning", "poisoning")
        book.add_task_cell("essay", "poisoning", "poisoning", max_score=4, cell_type="markdown")
        for student in ("ada", "bob", "cy"):
            book.add_student(student)
        for student, essay in (("ada", 3), ("bob", None)):
            sheet = book.add_submission("poisoning", student).notebooks[0]
            for row in sheet.grades:
                row.auto_score = {"flip_labels": 5.0, "scan_triggers": 0.0}.get(row.name)
                row.manual_score = essay if row.name == "essay" else None
                row.needs_manual_grade = row.name == "essay" and essay is None
            if student == "ada":
                sheet.late_submission_penalty = 1.5
                sheet.grades[0].extra_credit = 0.5
                comment = next(row for row in sheet.comments if row.name == "flip_labels-answer")
                comment.manual_comment = "Look at **what** is flipped back."
                other = next(row for row in sheet.comments if row.name == "scan_triggers-answer")
                other.auto_comment = "No response."
        book.db.commit()
        expected = book.find_submission("poisoning", "ada")
        assert (expected.score, expected.max_score, expected.late_submission_penalty) == (8.5, 20.0, 1.5)
    return path


def read_book(file):
    return Gradebook(Path(file).parent / "course", f"sqlite:///{file}").read()


@pytest.fixture
def course_dir(gradebook, tmp_path):
    shutil.copy(gradebook, tmp_path / "gradebook.db")
    for student in ("ada", "bob"):
        hand_in(tmp_path, student)
        grade(
            tmp_path,
            result(student, verdict("flip_labels", PASSED, FAILED), verdict("scan_triggers", FAILED, FAILED)),
        )
    return tmp_path


def test_the_final_score_has_manual_points_extra_credit_and_the_late_penalty_in_it(gradebook):
    ada = read_book(gradebook).submissions["ada", "poisoning"]
    assert ada.score == pytest.approx(8.5 - 1.5)
    assert ada.max_score == 20
    assert ada.cells["poisoning.essay"].by_hand and not ada.cells["poisoning.essay"].waits


def test_a_late_penalty_never_makes_a_score_negative(gradebook, tmp_path):
    copy = shutil.copy(gradebook, tmp_path / "gradebook.db")
    with sqlite3.connect(copy) as database:
        database.execute("UPDATE submitted_notebook SET late_submission_penalty = 99")
    assert read_book(copy).submissions["ada", "poisoning"].score == 0


def test_a_student_who_handed_in_nothing_is_known_but_has_no_submission(gradebook):
    book = read_book(gradebook)
    assert set(book.students) == {"ada", "bob", "cy"}
    assert ("cy", "poisoning") not in book.submissions


def test_a_cell_without_its_manual_score_waits_for_a_person(gradebook):
    assert read_book(gradebook).submissions["bob", "poisoning"].cells["poisoning.essay"].waits


def test_only_what_a_person_wrote_is_a_comment(gradebook):
    comments = read_book(gradebook).submissions["ada", "poisoning"].comments
    assert comments == {"poisoning.flip_labels-answer": "Look at **what** is flipped back."}


def test_reading_takes_the_same_number_of_queries_for_any_number_of_submissions(gradebook, monkeypatch):
    seen = []
    connect = sqlite3.connect

    def counting(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda query: seen.append(query) if "SELECT" in query else None)
        return connection

    monkeypatch.setattr("autograder.grading.gradebook.sqlite3.connect", counting)
    read_book(gradebook)
    assert len(seen) == 5


def test_the_connection_cannot_write(gradebook):
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    reader = Gradebook.stock(gradebook.parent)._reader()
    with reader.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(text("UPDATE grade SET manual_score = 99"))


def test_a_missing_gradebook_is_named_and_not_created(tmp_path):
    missing = tmp_path / "gradebook.db"
    with pytest.raises(GradebookError, match=r"gradebook\.db: no gradebook there"):
        read_book(missing)
    assert not missing.exists()


def test_a_gradebook_of_another_version_says_what_to_run(tmp_path):
    other = tmp_path / "gradebook.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE student (name TEXT)")
    with pytest.raises(GradebookError, match="nbgrader db upgrade"):
        read_book(other)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "gradebook.db").write_text("not a database " * 100)
    with pytest.raises(GradebookError, match="file is not a database"):
        read_book(tmp_path / "gradebook.db")


@pytest.mark.parametrize("use", ["read", "open", "held"])
@pytest.mark.parametrize(
    "url", ["mysql+nosuchdriver://ada:secret@host/book?password=secret", "ada:secret@host/book"]
)
def test_a_password_in_a_database_url_is_in_no_message(tmp_path, url, use):
    book = Gradebook(tmp_path, url)
    with pytest.raises(GradebookError) as caught:
        if use == "read":
            book.read()
        else:
            with getattr(book, use)():
                pass
    assert "secret" not in str(caught.value) and "secret" not in repr(book)
    assert caught.value.where in (str(tmp_path), "mysql+nosuchdriver://ada:***@host/book")


def test_the_gradebook_wins_over_the_results_and_every_known_student_has_a_row(course_dir):
    cohort = read_cohort(course_dir)
    assert cohort.roster == ("ada", "bob", "cy")
    ada = cohort.standings["ada", "poisoning"]
    assert (ada.score, ada.max_score) == (pytest.approx(7.0), 20)
    assert ada.marks["poisoning.essay"].word == "graded"
    assert cohort.standings["bob", "poisoning"].waiting == ["poisoning.essay"]
    assert cohort.standings["cy", "poisoning"].word == "not handed in"


def test_the_feedback_page_has_the_final_score_the_penalty_and_the_comment(course_dir):
    pages = write_feedback(course_dir)
    assert [page.relative_to(course_dir.resolve()).as_posix() for page in pages] == [
        "feedback/ada/poisoning/poisoning.html",
        "feedback/bob/poisoning/poisoning.html",
    ]
    ada, bob = (page.read_text("utf-8") for page in pages)
    assert "<strong>7</strong> of 20 points" in ada
    assert "late: 1.5 points" in ada
    assert "Look at <strong>what</strong> is flipped back." in ada
    assert "Look at" not in bob and "still has to look at poisoning.essay" in bob


def test_the_export_has_the_final_score_and_not_the_grader_s(course_dir):
    rows = export_csv(read_cohort(course_dir), course_dir / "grades.csv").read_text("utf-8").splitlines()
    assert rows[1] == "ada,7,20,partly,7,20"
    assert rows[3] == "cy,,20,not handed in,,20"


def test_before_there_is_a_gradebook_the_results_alone_are_reported(course_dir):
    gradebook = course_dir / "gradebook.db"
    gradebook.unlink()
    configured = Gradebook(course_dir, f"sqlite:///{gradebook}?timeout=5")
    for cohort in (read_cohort(course_dir), read_cohort(course_dir, gradebook=configured)):
        assert cohort.roster == ("ada", "bob")
        assert cohort.standings["ada", "poisoning"].score == 5


def test_a_gradebook_elsewhere_must_be_there(course_dir):
    (course_dir / "gradebook.db").rename(course_dir / "moved.db")
    moved = Gradebook(course_dir, f"sqlite:///{course_dir}/moved.db")
    assert read_cohort(course_dir, gradebook=moved).standings["ada", "poisoning"].score == pytest.approx(7.0)
    with pytest.raises(GradebookError, match="no gradebook there"):
        read_cohort(course_dir, gradebook=Gradebook(course_dir, f"sqlite:///{course_dir}/lost.db"))
