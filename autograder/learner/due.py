"""When a passed exercise comes back to be looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from autograder.catalog import Course
from autograder.exercise import Exercise
from autograder.learner.journal import Pages, Tried

#: Days from a pass, then from each review, until an exercise comes back.
DAYS = (1, 3, 8, 20)


def due(course: Course, pages: Pages) -> list[Exercise]:
    """The passed exercises whose day has come, in the course's order."""
    today = datetime.now(UTC)
    found = []
    for exercise in (exercise for lesson in course.lessons for exercise in lesson.exercises):
        day = comes_back(pages.exercises.get(exercise.id, Tried()))
        if day is not None and day <= today:
            found.append(exercise)
    return found


def comes_back(entry: Tried) -> datetime | None:
    """When an exercise is due again; None before its pass and after its last review."""
    since = entry.reviewed or entry.passed
    if not entry.passed or entry.reviews >= len(DAYS):
        return None
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) + timedelta(days=DAYS[entry.reviews])
