"""Who is in the course: the roster into nbgrader's books, and who has left."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from autograder.errors import GradebookError
from autograder.grading.coursedir import ROSTER, CourseDir
from autograder.grading.result import RESULT_FILE
from autograder.intake.roster import Person, Roster
from autograder.safe import is_utf8

_WIDEST = 128  # characters of a column in nbgrader's tables


def enrol(course: CourseDir, people: Iterable[Person]) -> None:
    """Make each of `people` a student of the gradebook. What the roster leaves empty stays as it was.

    Raises GradebookError; then the gradebook is as it was.
    """
    from nbgrader.api import Student
    from sqlalchemy.exc import SQLAlchemyError

    with course.gradebook.open() as gradebook:
        try:
            known = {student.id: student for student in gradebook.db.query(Student)}
            for person in people:
                student = known.get(person.id) or Student(id=person.id)
                for column, text in _columns(person).items():
                    if text and getattr(student, column) != text:
                        setattr(student, column, text)
                gradebook.db.add(student)
            gradebook.db.commit()
        except SQLAlchemyError as error:
            gradebook.db.rollback()
            raise GradebookError(
                f"the roster could not be recorded: {str(error).splitlines()[0]}",
                where=course.gradebook.where,
                do="Wait until nothing else writes to the gradebook, then run this again.",
            ) from error


def _columns(person: Person) -> dict[str, str]:
    columns = {
        "first_name": person.given,
        "last_name": person.family,
        "email": person.email,
        "lms_user_id": person.lms_id,
    }
    return {name: text[:_WIDEST] for name, text in columns.items()}


def who_left(
    roster: Roster | None, listed: Collection[str], graded: Iterable[str], seen: Iterable[str]
) -> frozenset[str]:
    """Those who are no longer in the course, and stay away until somebody names them again.

    With a roster: of those `seen` anywhere, who is not in it. Without: who was `graded` and is not
    `listed` in the gradebook any more; a gradebook that lists nobody is a new one.
    """
    if roster is not None:
        return frozenset(seen) - {person.id for person in roster.people}
    return frozenset(graded) - frozenset(listed) if listed else frozenset()


def left_from(course: CourseDir) -> frozenset[str]:
    """Who has handed in and is no longer in the course."""
    from nbgrader.api import Student

    with course.gradebook.open() as gradebook:
        listed = [student for (student,) in gradebook.db.query(Student.id)]
    graded = {path.parts[-3] for path in course.step("autograded").glob(f"*/*/{RESULT_FILE}")}
    seen = graded | {
        path.name for path in course.step("submitted").glob("*") if path.is_dir() and is_utf8(path.name)
    }
    return who_left(course.roster(), listed, graded, seen)


def how_to_return(course: CourseDir) -> str:
    """What brings somebody back who left, in words for the instructor."""
    if (course.root / ROSTER).is_file():
        return f"not in {ROSTER}; a row there brings them back"
    return "no longer in the gradebook; `nbgrader db student add ID` brings them back"
