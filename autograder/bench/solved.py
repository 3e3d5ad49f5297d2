"""A lesson's text, run: with its solutions, or as a learner first opens it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from autograder import learner
from autograder.build import Cell, learner_notebook, lesson_cells, pair_cells
from autograder.catalog import Lesson
from autograder.errors import CourseError
from autograder.exercise import Exercise


def solved(lesson: Lesson, until: str = "") -> dict[str, Any]:
    """The names that the text leaves behind when its code cells have run, solutions included.

    With `until`, the id of an exercise, the text is run as far as that exercise's solution. Raises
    CourseError, naming the line of the text, when a cell raises.
    """
    return _solved(lesson, until)


@cache
def _solved(lesson: Lesson, until: str) -> dict[str, Any]:
    return run_cells(lesson, code_cells(lesson, until))


@cache
def untouched(lesson: Lesson) -> dict[str, Any]:
    """The names of the learner's notebook, run from top to bottom with nothing written yet."""
    cells = learner_notebook(lesson).cells
    sources = (Cell("code", cell.source, 0, {}) for cell in cells if cell.cell_type == "code")
    return run_cells(lesson, sources, forgiving=True)


def code_cells(lesson: Lesson, until: str = "") -> Iterator[Cell]:
    """The code cells of the text, in order; with `until`, as far as that exercise's solution."""
    cells = lesson_cells(lesson)
    last = pair_cells(cells, str(lesson.text))[until][0] if until else len(cells)
    return (cell for cell in cells[: last + 1] if cell.kind == "code")


def reference(lesson: Lesson, exercise: Exercise, until: str = "") -> tuple[Any, ...]:
    """The solution in the lesson's text: its functions, in the order that the check takes them."""
    names = solved(lesson, until)
    if missing := [name for name in exercise.names if name not in names]:
        raise CourseError(
            f"the check of {exercise.id} takes {missing[0]!r}, which no cell defines",
            where=f"{lesson.text}:1",
        )
    return tuple(names[name] for name in exercise.names)


def run_cells(lesson: Lesson, cells: Iterable[Cell], forgiving: bool = False) -> dict[str, Any]:
    """The names that `cells` leave behind. The calls of `autograder.learner` do nothing in them.

    `forgiving` goes on past what an unwritten function stops. Raises CourseError, naming the line.
    """
    silent = ModuleType("autograder.learner")
    for name in learner.__all__:
        setattr(silent, name, lambda *args, **kwargs: None)
    names: dict[str, Any] = {"__name__": f"lesson_{lesson.id}"}
    for cell in cells:
        try:
            with _instead("autograder.learner", silent):
                # the lines of a traceback are those of the text
                exec(compile("\n" * cell.line + cell.source, str(lesson.text), "exec"), names)
        except Exception as error:
            if forgiving and isinstance(error, NotImplementedError | NameError):
                continue  # a name of a cell above that stopped is missing
            raise CourseError(
                f"a cell of the text raises {type(error).__name__}: {error}",
                where=place_of(error, str(lesson.text)) or f"{lesson.text}:{cell.line}",
            ) from error
    return names


@contextmanager
def _instead(name: str, module: ModuleType) -> Iterator[None]:
    """`module` is what `import name` gives. What else is imported meanwhile stays imported."""
    real = sys.modules[name]
    sys.modules[name] = module
    try:
        yield
    finally:
        sys.modules[name] = real


def place_of(error: BaseException, folder: str) -> str:
    """`file:line` of the innermost frame whose file's path starts with `folder`; empty when there is none."""
    found, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(folder):
            found = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
