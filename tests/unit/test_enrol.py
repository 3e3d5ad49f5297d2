"""The roster in nbgrader's books and in every page."""

import csv
import shutil

import pytest
from nbgrader.api import Student

from autograder.errors import GradebookError
from autograder.grading.coursedir import open_course
from autograder.grading.enrol import enrol
from autograder.grading.gradebook import open_gradebook
from autograder.intake.roster import Person
from autograder.report.export import export_csv
from autograder.report.feedback import feedback_page
from autograder.report.standing import read_cohort

ADA = Person("ada", "Ada", "Lovelace", "ada@x.org", "4711")


@pytest.fixture
def course(released, tmp_path):
    return open_course(shutil.copytree(released, tmp_path / "course"))


def students(course):
    with open_gradebook(course) as gradebook:
        found = gradebook.db.query(Student).order_by(Student.id)
        return [(one.id, one.first_name, one.last_name, one.email, one.lms_user_id) for one in found]


def test_a_roster_is_in_the_books_and_empty_cells_change_nothing(course):
    enrol(course, [ADA, Person("bob", family="Wei")])
    enrol(course, [Person("ada", "Augusta"), Person("bob")])
    assert students(course) == [
        ("ada", "Augusta", "Lovelace", "ada@x.org", "4711"),
        ("bob", None, "Wei", None, None),
    ]


def test_a_roster_that_cannot_be_recorded_leaves_the_books_as_they_were(course, monkeypatch):
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    def locked(self):
        raise OperationalError("commit", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", locked)
        with pytest.raises(GradebookError, match="database is locked"):
            enrol(course, [ADA])
    assert students(course) == []


def test_who_handed_in_nothing_has_a_row_with_their_name(course):
    enrol(course, [ADA])
    cohort = read_cohort(course.root, db_url=course.db_url)
    assert cohort.standings["ada", "ps1"].word == "not handed in"
    with export_csv(cohort, course.root / "grades.csv").open(newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert [rows["ada"][what] for what in ("name", "email", "lms id")] == [
        "Ada Lovelace",
        "ada@x.org",
        "4711",
    ]
    assert rows["ada"]["ps1 score"] == "" and rows["s00"]["name"] == ""


def test_a_name_stands_on_the_feedback_page(tmp_path):
    from report_course import good, standing_of

    page = feedback_page(tmp_path, standing_of(good("ada")), "poisoning", "Ada <b>")
    assert "Ada &lt;b&gt;" in page


def test_the_courses_own_roster_is_read(course):
    assert course.roster() is None
    (course.root / "roster.csv").write_text("id;name\nada;Ada Lovelace\n")
    assert [person.name for person in course.roster().people] == ["Ada Lovelace"]
