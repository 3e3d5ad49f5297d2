"""`aisec try`: the checks of some exercises on everything they are tried with, on every core, in seconds."""

from __future__ import annotations

import io
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from autograder.bench.answers import Answer, Judged, Kind, answers_to, judged
from autograder.bench.contained import Contained, contained
from autograder.bench.notes import Margin, margins
from autograder.bench.problems import Problem, check_problems, problems_of, remarks_of, slip_problems
from autograder.catalog import Course, Lesson
from autograder.errors import SandboxError
from autograder.exercise import Exercise, seed_for
from autograder.sandbox.sandbox import Nursery
from autograder.sandbox.tiers import Tier, detect

SEEDS = 3  # draws that answers are judged on when nobody asks for more
#: Processor seconds that the wrong answers to an exercise may take on so many draws; a check that would take
#: more judges them on one. A check of the usual cost stays well below.
WRONG_SECONDS = 5.0


@dataclass(frozen=True)
class Seeds:
    """How many draws right and wrong answers are judged on; junk is judged on one."""

    right: int = SEEDS
    wrong: int = SEEDS

    def of(self, answer: Answer) -> range:
        counts = {Kind.WRONG: self.wrong, Kind.JUNK: 1}
        return range(counts.get(answer.kind, self.right))


def affordable(exercise: Exercise, answers: Sequence[Answer]) -> Seeds:
    """The default: wrong answers on as many draws as right ones, on one where the check is costly.

    A wrong answer costs about what the reference does, which is judged twice: the first time pays for caches.
    """
    spent = min(judged(exercise, answers[0], seed_number(0)).cpu_seconds for _ in range(2))
    wrong = sum(answer.kind is Kind.WRONG for answer in answers)
    return Seeds(wrong=SEEDS if spent * wrong * SEEDS <= WRONG_SECONDS else 1)


@dataclass
class Tried:
    """What came of one exercise: (answer, number of its seed, judged), the reference first."""

    exercise: Exercise
    runs: list[tuple[Answer, int, Judged]] = field(default_factory=list)

    def of(self, *kinds: Kind) -> list[tuple[Answer, int, Judged]]:
        return [run for run in self.runs if run[0].kind in kinds]

    def draws(self, kind: Kind) -> int:
        """On how many draws the answers of `kind` were judged."""
        return 1 + max((number for _, number, _ in self.of(kind)), default=-1)

    @property
    def margins(self) -> list[Margin]:
        return margins(run.notes for _, _, run in self.of(Kind.REFERENCE))

    @property
    def cpu_seconds(self) -> list[float]:
        """Of the check on the reference, as a learner's kernel runs it. The first run pays for caches."""
        spent = [run.cpu_seconds for _, _, run in self.of(Kind.REFERENCE)]
        return spent[1:] or spent

    def problems(self) -> list[Problem]:
        """What is to be mended: a line for each cause, with the seeds on which the first answer has it."""
        found: dict[str | Problem, list[tuple[Problem, Answer, int]]] = {}
        for answer, number, run in self.runs:
            for problem in problems_of(self.exercise, answer, run):
                found.setdefault(problem.cause or problem, []).append((problem, answer, number))
        told = [_line(rows) for rows in found.values()]
        alike = slip_problems(self.exercise, [run.notes for _, _, run in self.of(Kind.REFERENCE)])
        return [*told, *alike, *check_problems(self.exercise, self.cpu_seconds)]

    def remarks(self) -> list[Problem]:
        """What somebody should look at."""
        found = (note for answer, _, run in self.runs for note in remarks_of(answer, run.verdict))
        return list(dict.fromkeys(found))


def seed_number(number: int) -> int:
    """The seed of draw `number` on the bench: neither the public one nor a cohort's."""
    return seed_for("tests", str(number))


def try_exercises(
    course: Course,
    lesson: Lesson,
    exercises: Sequence[Exercise],
    seeds: Seeds | None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[list[Tried], Contained | str]:
    """What came of each exercise, and of all in the sandbox (or in words why there is none).

    Without `seeds`, each exercise has those that its check can afford. `tell` is called with how many answers
    of how many are judged. Raises CourseError: the text or an
    answers file is not as it should be.
    """
    until = exercises[-1].id if len(exercises) == 1 else ""
    tried = {exercise.id: Tried(exercise) for exercise in exercises}
    with _warm(course) as warm:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            tasks = [task for exercise in exercises for task in _tasks(lesson, exercise, seeds, until)]
        with _workers(tasks) as futures:
            inside = _in_the_sandbox(course, lesson, exercises, warm, until)
            for done, ((exercise, *of), future) in enumerate(zip(tasks, futures, strict=True), 1):
                tried[exercise.id].runs.append((*of, future.result()))
                tell(done, len(tasks))
    return list(tried.values()), inside


def _tasks(
    lesson: Lesson, exercise: Exercise, seeds: Seeds | None, until: str
) -> list[tuple[Exercise, Answer, int]]:
    answers = answers_to(lesson, exercise, until)
    seeds = seeds or affordable(exercise, answers)
    return [(exercise, answer, number) for answer in answers for number in seeds.of(answer)]


@contextmanager
def _warm(course: Course) -> Iterator[tuple[Tier, Nursery | None]]:
    """The sandbox's tier, and its warm process, which starts while the lesson's cells run here."""
    tier = detect()
    if tier is Tier.NONE:
        yield tier, None
        return
    with Nursery(tier, course.preload) as nursery:
        yield tier, nursery


def _in_the_sandbox(
    course: Course,
    lesson: Lesson,
    exercises: Sequence[Exercise],
    warm: tuple[Tier, Nursery | None],
    until: str,
) -> Contained | str:
    tier, nursery = warm
    if nursery is None:
        return "this machine has none: see `aisec doctor`"
    try:
        return contained(course, lesson, exercises, nursery, tier, seed_number(0), until)
    except SandboxError as error:
        return error.what


#: (exercise, answer, seed number): what the workers, forks of this process, have from the start
_TASKS: list[tuple[Exercise, Answer, int]] = []


@contextmanager
def _workers(tasks: list[tuple[Exercise, Answer, int]]) -> Iterator[list[Future[Judged]] | list[Any]]:
    """The results of `tasks`, in order, as futures of forks, which have what cannot be sent."""
    _TASKS[:] = tasks
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if "fork" not in multiprocessing.get_all_start_methods():
        yield [_Now(number) for number in range(len(tasks))]
        return
    executor = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork"))
    try:
        yield [executor.submit(_judge_task, number) for number in range(len(tasks))]
    finally:
        executor.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Now:
    """A future of a system that cannot fork: judged when it is asked."""

    number: int

    def result(self) -> Judged:
        return _judge_task(self.number)


def _judge_task(number: int) -> Judged:
    exercise, answer, draw = _TASKS[number]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return judged(exercise, answer, seed_number(draw))


def _line(rows: list[tuple[Problem, Answer, int]]) -> Problem:
    """One line for a problem and whoever else has it."""
    first, answer, _ = rows[0]
    seeds = [number for _, other, number in rows if other is answer]
    more = len({id(other) for _, other, _ in rows}) - 1
    others = f", and {more} more answer{'s' * (more > 1)} there" if more else ""
    return Problem(first.where, first.what, f"{first.draw} ({_numbers(seeds)}{others})")


def _numbers(numbers: list[int]) -> str:
    return f"seed{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"
