"""Lessons as a test needs them: run with their solutions, or as a learner first opens them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from autograder.boundary.local import link_to
from autograder.build import learner_notebook, lesson_cells
from autograder.catalog import Lesson, load_course
from autograder.exercise import Exercise, run_check
from autograder.verdict import Verdict

COURSE = load_course(Path(__file__).parents[2] / "course")
#: Name → the module of a lesson's own picture
PICTURES = {
    path.stem: ".".join(("course", *path.relative_to(COURSE.root).with_suffix("").parts))
    for lesson in COURSE.lessons
    for path in lesson.pictures
}
EXERCISES = [exercise for lesson in COURSE.lessons for exercise in lesson.exercises]
#: what a lesson may import from `autograder.learner`
VERBS = (
    "check", "course_map", "hint", "predict", "pretest", "progress", "ready", "restore_work", "save_work",
    "solution",
)  # fmt: skip


@cache
def solved(lesson_id: str) -> dict[str, Any]:
    """The names that the lesson's text leaves behind when its code cells, solutions included, have run."""
    lesson = COURSE.lesson(lesson_id)
    return _run(lesson, (cell.source for cell in lesson_cells(lesson) if cell.kind == "code"))


@cache
def untouched(lesson_id: str) -> dict[str, Any]:
    """The names of the learner's notebook, run from top to bottom with nothing written yet."""
    lesson = COURSE.lesson(lesson_id)
    cells = (cell for cell in learner_notebook(lesson).cells if cell.cell_type == "code")
    return _run(lesson, (cell.source for cell in cells), forgiving=True)


def judge(exercise: Exercise, answers: Sequence[Any], seed: int) -> Verdict:
    """The verdict on `answers`, which cross the boundary as they do in a learner's kernel."""
    link = link_to(dict(zip(exercise.names, answers, strict=True)))
    return run_check(exercise, [link.name(name) for name in exercise.names], seed)


def reference(exercise: Exercise) -> list[Any]:
    """The solution in the lesson's text, as a list of functions."""
    return [solved(exercise.lesson)[name] for name in exercise.names]


def as_answers(answer: Any) -> Sequence[Any]:
    return answer if isinstance(answer, tuple) else [answer]


def _run(lesson: Lesson, cells: Iterable[str], forgiving: bool = False) -> dict[str, Any]:
    silent = ModuleType("autograder.learner")
    for name in VERBS:
        setattr(silent, name, lambda *args, **kwargs: None)
    names: dict[str, Any] = {"__name__": f"lesson_{lesson.id}"}
    with patch.dict(sys.modules, {"autograder.learner": silent}):
        for source in cells:
            try:
                exec(compile(source, f"<{lesson.id}>", "exec"), names)
            except (NotImplementedError, NameError):  # a name of a cell above that stopped is missing
                if not forgiving:
                    raise
    return names
