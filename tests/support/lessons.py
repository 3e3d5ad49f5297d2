"""The course's lessons as a test needs them, and which lesson a test belongs to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from autograder.bench import solved as bench
from autograder.bench.answers import judge
from autograder.catalog import Lesson, load_course
from autograder.exercise import Exercise

__all__ = ["COURSE", "EXERCISES", "PICTURES", "judge", "lesson_of", "reference", "solved"]

COURSE = load_course(Path(__file__).parents[2] / "course")
#: Name of a lesson's own picture → the lesson
OWNERS = {path.stem: lesson for lesson in COURSE.lessons for path in lesson.pictures}
#: Name → the module of a lesson's own picture
PICTURES = {
    path.stem: ".".join(("course", *path.relative_to(COURSE.root).with_suffix("").parts))
    for lesson in COURSE.lessons
    for path in lesson.pictures
}
EXERCISES = [exercise for lesson in COURSE.lessons for exercise in lesson.exercises]


@cache
def solved(lesson_id: str) -> dict[str, Any]:
    """The names that the lesson's text leaves behind when its code cells, solutions included, have run."""
    return bench.solved(COURSE.lesson(lesson_id))


def reference(exercise: Exercise) -> tuple[Any, ...]:
    """The solution in the lesson's text: its functions."""
    return bench.reference(COURSE.lesson(exercise.lesson), exercise)


def lesson_of(name: str, values: dict[str, Any]) -> str:
    """The id of the lesson that a test belongs to, by its file's `name` and what it is parametrised with.

    `test_poisoning` is poisoning's, and so is `test_poison_dial`, a picture of its folder; everywhere else a
    test is that of its exercise, lesson or picture. Empty for what is about the course as a whole.
    """
    if (about := name.removeprefix("test_")) in {lesson.id for lesson in COURSE.lessons}:
        return about
    if about in OWNERS:
        return OWNERS[about].id
    for value in values.values():
        if isinstance(value, Lesson):
            return value.id
        if isinstance(value, Exercise):
            return value.lesson
        if isinstance(value, str) and value in OWNERS:
            return OWNERS[value].id
    return ""
