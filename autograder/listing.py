"""A lesson's row in the table of the README that stands beside a course."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.catalog import Course, Lesson


def readme_of(course: Course) -> Path:
    return course.root.parent / "README.md"


def row(course: Course, lesson: Lesson, module_title: str) -> str:
    """The row that the README has of `lesson`, as its manifest says it: title, module, minutes."""
    title = lesson.title.replace("|", "\\|")
    return f"| [{title}]({_target(course, lesson)}) | {module_title} | {lesson.minutes} |"


def row_at(course: Course, lesson: Lesson, lines: Sequence[str]) -> int | None:
    """The index of the row of `lesson` in the README's `lines`; None where it has none."""
    place = f"({_target(course, lesson)})"
    found = (at for at, line in enumerate(lines) if line.startswith("|") and place in line)
    return next(found, None)


def alike(one: str, other: str) -> bool:
    """Whether two rows say the same, however they are spaced."""
    return _tight(one) == _tight(other)


def _target(course: Course, lesson: Lesson) -> str:
    return lesson.notebook.relative_to(course.root.parent).as_posix()


def _tight(line: str) -> str:
    return re.sub(r"\s*\|\s*", "|", line.strip())
