"""The roster in nbgrader's books and in every page."""

import csv
import shutil

import pytest
from nbcourse import hand_in
from nbgrader.api import Student

from autograder.errors import GradebookError
from autograder.grading.cohort import plan
from autograder.grading.coursedir import open_course
from autograder.grading.enrol import enrol, how_to_return
from autograder.grading.result import Result
from autograder.intake.roster import Person
from autograder.report.export import export_csv
from autograder.report.feedback import feedback_page
from autograder.report.standing import read_cohort
from autograder.verdict import Outcome

ADA = Person("ada", "Ada", "Lovelace", "ada@x.org", "4711")


@pytest.fixture
def course(released, tmp_path):
    return open_course(shutil.copytree(released, tmp_path / "course"))


def students(course):
    with course.gradebook.open() as gradebook:
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
    cohort = read_cohort(course.root, gradebook=course.gradebook)
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


# -- who left ------------------------------------------------------------------------------------------


def graded(course, *names):
    """Leave results where grading leaves them, with the books' rows."""
    enrol(course, [Person(name) for name in names])
    for name in names:
        folder = course.root / "autograded" / name / "ps1"
        folder.mkdir(parents=True)
        result = Result(name, "ps1", Outcome.PARTLY, 2.0, 14.0, ())
        (folder / "result.json").write_text(result.to_json())


def remove(course, name):
    with course.gradebook.open() as gradebook:
        gradebook.remove_student(name)


def around(course):
    """Who is to be graded, and who is on the pages."""
    todo = plan(course, [])
    jobs = {job.student for job in todo.jobs}
    return jobs, set(read_cohort(course.root, gradebook=course.gradebook).roster), todo.away


def test_who_was_taken_out_of_the_gradebook_stays_away_until_they_are_named(course):
    graded(course, "s00", "s01")
    remove(course, "s01")
    jobs, shown, away = around(course)
    assert away == ("s01",) and "s01" not in jobs | shown
    assert {"s00", "s02"} <= jobs & shown  # one that was graded, and one that is new
    assert "nbgrader db student add" in how_to_return(course)
    hand_in(course, "s01", {"square": "def square(x): return x * x"})
    assert around(course)[2] == ("s01",)  # a new hand-in does not bring them back
    enrol(course, [Person("s01")])
    assert around(course)[2] == () and "s01" in around(course)[1]


def test_a_new_gradebook_sends_nobody_away(course):
    graded(course, "s00")
    remove(course, "s00")
    jobs, shown, away = around(course)
    assert away == () and "s00" in jobs & shown


def test_who_is_not_in_the_courses_roster_is_away_until_a_row_names_them(course):
    graded(course, "s00", "s01")
    (course.root / "roster.csv").write_text("id\ns00\nnew\n")
    jobs, shown, away = around(course)
    assert (jobs, shown) == ({"s00"}, {"s00", "new"}) and "s01" in away
    assert "roster.csv" in how_to_return(course)
    (course.root / "roster.csv").write_text("id\ns00\ns01\n")
    assert around(course)[1] == {"s00", "s01"}
