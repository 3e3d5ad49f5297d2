"""What a check is tried with, and one way to judge it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.bench.junk import junk_of
from autograder.bench.notes import Notes
from autograder.bench.solved import reference
from autograder.boundary.local import link_to
from autograder.catalog import Lesson
from autograder.exercise import Exercise, Wrong, run_check
from autograder.verdict import Verdict


class Kind(StrEnum):
    REFERENCE = "reference"
    RIGHT = "right"
    WRONG = "wrong"
    JUNK = "junk"


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise: its functions, in the order of the check's names.

    `where` is `file:line` of it; for junk, of the check. `wrong` says what a wrong one must lose and be told.
    """

    kind: Kind
    name: str
    functions: tuple[Any, ...]
    where: str
    wrong: Wrong | None = None


@dataclass(frozen=True)
class Judged:
    """What came of one answer on one seed. `reached` is False where its fault was never met."""

    verdict: Verdict
    notes: Notes
    cpu_seconds: float
    reached: bool = True


def answers_to(lesson: Lesson, exercise: Exercise, until: str = "") -> list[Answer]:
    """Everything that the check of `exercise` is tried with: the reference first. Raises CourseError.

    The lesson's text is run for it, as far as the solution of the exercise `until`.
    """
    right = reference(lesson, exercise, until)
    given, file = lesson.answers(exercise.name), lesson.answers_file(exercise.name)
    known = {function for other in given.right for function in as_functions(other)}
    found = [Answer(Kind.REFERENCE, "the text's solution", right, _solution_place(lesson, exercise))]
    for other in given.right:
        found.append(_answer(Kind.RIGHT, as_functions(other), file, set()))
    for wrong in given.wrong:
        found.append(_answer(Kind.WRONG, as_functions(wrong.answer), file, known, wrong))
    for name, functions in junk_of(right).items():
        found.append(Answer(Kind.JUNK, name, functions, check_place(exercise)))
    return found


def judge(exercise: Exercise, answers: Sequence[Any], seed: int, notes: Notes | None = None) -> Verdict:
    """The verdict on `answers`, which cross the boundary as they do in a learner's kernel."""
    link = link_to(dict(zip(exercise.names, answers, strict=True)))
    return run_check(exercise, [link.name(name) for name in exercise.names], seed, notes)


def judged(exercise: Exercise, answer: Answer, seed: int) -> Judged:
    """`judge`, with what the check measured and compared on the way, and what that cost."""
    notes = Notes(str(Path(exercise.check.__code__.co_filename).parents[2]))
    start = time.process_time()
    verdict = judge(exercise, answer.functions, seed, notes)
    spent = time.process_time() - start
    return Judged(verdict, notes, spent, all(getattr(f, "reached", True) for f in answer.functions))


def as_functions(answer: Any) -> tuple[Any, ...]:
    """An answer as the exercise's answers file gives it: one function, or a tuple of several."""
    return answer if isinstance(answer, tuple) else (answer,)


def check_place(exercise: Exercise) -> str:
    """`file:line` of the exercise's check."""
    code = exercise.check.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def _answer(
    kind: Kind, functions: tuple[Any, ...], file: Path, known: set[Any], wrong: Wrong | None = None
) -> Answer:
    """Named by those of its functions that no right answer has too."""
    own = [f for f in functions if f not in known] or functions
    names = [getattr(f, "__name__", type(f).__name__) for f in own]
    return Answer(kind, " + ".join(names), functions, _place_in(file, names[0]), wrong)


def _place_in(file: Path, name: str) -> str:
    """`file:line` of the definition of `name`, else of where it is first named, else of the first line."""
    lines = file.read_text("utf-8").splitlines()
    for form in (rf"(?:def|class) {re.escape(name)}\b", rf".*\b{re.escape(name)}\b"):
        if numbers := [number for number, line in enumerate(lines, 1) if re.match(form, line)]:
            return f"{file}:{numbers[0]}"
    return f"{file}:1"


def _solution_place(lesson: Lesson, exercise: Exercise) -> str:
    first = exercise.names[0] if exercise.names else exercise.name
    return _place_in(lesson.text, first)
