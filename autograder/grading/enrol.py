"""The roster into nbgrader's books: names, mail addresses and the platform's ids."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.errors import GradebookError
from autograder.grading.coursedir import CourseDir
from autograder.intake.roster import Person

_WIDEST = 128  # characters of a column in nbgrader's tables


def enrol(course: CourseDir, people: Iterable[Person]) -> None:
    """Make each of `people` a student of the gradebook. What the roster leaves empty stays as it was.

    Raises GradebookError; then the gradebook is as it was.
    """
    from nbgrader.api import Student
    from sqlalchemy.exc import SQLAlchemyError

    from autograder.grading.gradebook import open_gradebook

    with open_gradebook(course) as gradebook:
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
                where=course.db_url,
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
