"""How each lesson stands that the learner's route takes, and which exercise comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.catalog import Course, Lesson, Route
from autograder.exercise import Exercise
from autograder.learner.journal import Pages, Tried
from autograder.verdict import Outcome

HARDEST = 2  # core exercises of most points; passing these tests a lesson out


@dataclass(frozen=True)
class LessonProgress:
    """One lesson, or the exercises of it that a route takes, and what the learner has done of it."""

    lesson: Lesson
    exercises: tuple[Exercise, ...]
    tried: dict[str, Tried]
    minutes: int

    @property
    def core(self) -> list[Exercise]:
        return [exercise for exercise in self.exercises if exercise.level == "core"]

    @property
    def left(self) -> list[Exercise]:
        """The core exercises that never passed, in order."""
        return [exercise for exercise in self.core if not self.passed(exercise)]

    @property
    def hardest(self) -> list[Exercise]:
        ranked = sorted(self.core, key=lambda exercise: (-exercise.points, -exercise.minutes))
        return ranked[:HARDEST]

    @property
    def tested_out(self) -> bool:
        """Whether the hardest core exercises passed, and no other was tried: who takes all goes on here."""
        besides = any(self.entry(one).attempts for one in self.core if one not in self.hardest)
        return bool(self.hardest) and all(map(self.passed, self.hardest)) and not besides

    @property
    def begun(self) -> bool:
        """Whether code was written: looking at a lesson, or running all of its cells, begins nothing."""
        return any(self.entry(exercise).attempts for exercise in self.exercises)

    @property
    def minutes_left(self) -> int:
        """The lesson's minutes, less the share of them that the passed core exercises stand for."""
        if self.tested_out or not self.left:
            return 0
        todo, total = (sum(one.minutes for one in some) for some in (self.left, self.core))
        return round(self.minutes * todo / total)

    @property
    def state(self) -> str:
        if not self.begun:
            return "○ not begun"
        if not self.left:
            return "✓ done"
        return "✓ tested out" if self.tested_out else "◐ under way"

    @property
    def points(self) -> tuple[float, float]:
        """Points held and points there are, stretch exercises included."""
        held = sum(min(self.entry(one).held, one.points) for one in self.exercises)
        return held, sum(exercise.points for exercise in self.exercises)

    def entry(self, exercise: Exercise) -> Tried:
        return self.tried.get(exercise.id, Tried())

    def passed(self, exercise: Exercise) -> bool:
        return bool(self.entry(exercise).passed)

    def row(self, exercise: Exercise) -> tuple[str, ...]:
        """Exercise, level, state, points, attempts, hints, planned minutes, as texts."""
        entry = self.entry(exercise)
        state = f"{Outcome(entry.outcome).symbol} {entry.outcome}"
        if entry.passed and entry.outcome != Outcome.PASSED:
            state = f"✓ passed before; latest check: {entry.outcome}"
        elif entry.held > entry.points:
            state += f", {entry.points:g} points in the latest check"
        points = f"{min(entry.held, exercise.points):g} of {exercise.points:g}"
        counts = (str(entry.attempts), f"{entry.hints} of {len(exercise.hints)}", str(exercise.minutes))
        return (exercise.name, exercise.level, state, points, *counts)


def standing(course: Course, pages: Pages) -> list[LessonProgress]:
    """How each lesson stands that the learner's route takes. Raises CourseError."""
    tried = pages.exercises
    if route := chosen(course, pages):
        return [
            LessonProgress(one, route.exercises(one), tried, route.minutes_of(one)) for one in route.lessons
        ]
    return [LessonProgress(one, one.exercises, tried, one.minutes) for one in course.lessons]


def chosen(course: Course, pages: Pages) -> Route | None:
    """The route that the learner chose on the map; None: every lesson, as also when it is gone."""
    return next((route for route in course.routes if route.id == pages.route), None)


def go_on(standings: Sequence[LessonProgress], pages: Pages) -> LessonProgress | None:
    """The one to go on with: the lesson that was worked on last, while core exercises of it are left.

    Else the next of the route that has some, then the first; None when all is done.
    """
    worked = {name: entry.last for name, entry in pages.exercises.items() if entry.attempts}
    here = lesson_of(max(worked, key=lambda name: worked[name], default=""))
    order = [at.lesson.id for at in standings]
    at = order.index(here) if here in order else 0
    return next((at for at in [*standings[at:], *standings[:at]] if at.left and not at.tested_out), None)


def further_down(standings: Sequence[LessonProgress], exercise: Exercise) -> Exercise | None:
    """The next exercise of the same lesson that never passed, stretch ones included."""
    for at in standings:
        if exercise in at.exercises:
            after = at.exercises[at.exercises.index(exercise) + 1 :]
            return next((one for one in after if not at.passed(one)), None)
    return None


def lesson_of(exercise_id: str) -> str:
    return exercise_id.partition(".")[0]
