"""The house rules of a course that a machine can see: `check_course` names each place that breaks one.

A rule is a function of one of this package's modules, and its name is the rule's. What makes a text
unbuildable is not repeated here: the build says it, and it is reported under `build`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.build import lesson_cells, notebook_text
from autograder.catalog import MANIFEST, Course, Lesson
from autograder.errors import CourseError, sentence
from autograder.lint import exercises, files, libraries, solved, text
from autograder.lint.page import Page, Violation

COURSE_RULES = (files.files, files.pictures, files.routes)
PAGE_RULES = (
    files.notebook, files.readme, files.todo, files.imports, libraries.needs,
    text.case, text.sections, text.headings, text.offline, text.twins, text.links, text.names,
    exercises.checked, exercises.called, exercises.facts, exercises.points, exercises.minutes,
    exercises.hints, exercises.debrief, exercises.standards, exercises.parts, exercises.constants,
    exercises.answers, exercises.options,
)  # fmt: skip
RULES = (*COURSE_RULES, *PAGE_RULES, solved.runs)


def check_course(course: Course, lessons: Iterable[Lesson] = (), *, run: bool = True) -> list[Violation]:
    """Every problem of `lessons` (default: all, and what the course has beside them), in their order.

    Imports their checks and answers; with `run`, their texts are run too, in processes of their own.
    """
    chosen = tuple(lessons) or course.lessons
    found = [one for lesson in chosen for one in _check_lesson(course, lesson, run)]
    problems = [_problem(course, rule.__name__, *row) for rule in COURSE_RULES for row in rule(course)]
    if lessons:
        folders = [lesson.folder.relative_to(course.root.parent) for lesson in chosen]
        folders.append(Path(course.root.name) / MANIFEST)
        problems = [one for one in problems if any(one.path.is_relative_to(folder) for folder in folders)]
    return problems + found


def _check_lesson(course: Course, lesson: Lesson, run: bool) -> list[Violation]:
    """Every problem of one lesson; when it cannot be built, the reason alone."""
    running = solved.start(course, lesson) if run else None  # first: it takes as long as all else together
    try:
        page = Page(course, lesson, lesson_cells(lesson), notebook_text(lesson))
        found = [_problem(course, rule.__name__, *row) for rule in PAGE_RULES for row in rule(page)]
        return found + [_problem(course, "runs", *row) for row in (solved.runs(running) if running else ())]
    except CourseError as error:
        path, _, line = error.where.rpartition(":")
        where = (Path(path), int(line)) if line.isdecimal() else (Path(error.where), 1)
        return [_problem(course, "build", *where, " ".join(filter(None, (sentence(error.what), error.do))))]
    finally:
        if running:
            running.stop()


def _problem(course: Course, rule: str, path: Path, line: int, text: str) -> Violation:
    return Violation(path.relative_to(course.root.parent), line, rule, text)
