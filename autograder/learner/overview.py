"""Where the learner stands: lesson by lesson, what is done, what is next, and how well guesses hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from autograder.catalog import Course, Lesson, Route, find_course
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.learner.exam import TITLES, forms
from autograder.learner.guess import committed
from autograder.learner.journal import Guess, Journal, Pages, Tried
from autograder.learner.panel import Plain, show
from autograder.learner.score import gain, score
from autograder.verdict import Outcome, esc

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


COLUMNS = ("exercise", "level", "state", "points", "attempts", "hints", "planned minutes")


def progress() -> None:
    """Show what is done, what is left with its minutes, how well your guesses hold, and what is next."""
    try:
        course = find_course()
        pages = Journal.find().read()
        standings = standing(course, pages)
        at = go_on(standings, pages)
        tail = [_calibration(course, pages), _tests(pages), _next(at)]
        here = _lesson_of(pages.latest()) or course.lessons[0].id
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    tail = [line for line in tail if line]
    show(
        "\n".join([course.title, *map(_lesson_text, standings), *(line.replace("`", "") for line in tail)]),
        f'<p class="aisec-headline"><strong>{esc(course.title)}</strong></p>'
        + "".join(_lesson_html(at, open_=at.lesson.id == here) for at in standings)
        + "".join(f"<p>{esc(line)}</p>" for line in tail)
        + f'<p class="aisec-foot">{" · ".join(_links(course, at))}</p>',
    )


def _links(course: Course, at: LessonProgress | None) -> list[str]:
    """Where to go from here, as HTML: the lesson to go on with, and the start page."""
    start = course.lessons[0]
    there = [link(at.lesson, f"Go on with: {at.lesson.title}")] if at and at.lesson is not start else []
    return [*there, link(start, start.title)]


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

    Else the first of the route that has some; None when all is done.
    """
    worked = {name: entry.last for name, entry in pages.exercises.items() if entry.attempts}
    here = _lesson_of(max(worked, key=lambda name: worked[name], default=""))
    left = [at for at in standings if at.left and not at.tested_out]
    return next((at for at in left if at.lesson.id == here), left[0] if left else None)


def next_step(pages: Pages) -> str:
    """What the learner does next, in a line with code in backticks."""
    return _next(go_on(standing(find_course(), pages), pages))


def link(lesson: Lesson, text: str) -> str:
    """`text` as HTML, with a link to the lesson's notebook where the learner's folder has it.

    The link is relative to the open notebook's folder: JupyterLab then opens the notebook beside it.
    """
    notebook = Journal.find().path.parent / lesson.folder.parent.name / lesson.id / lesson.notebook.name
    try:
        target = quote(os.path.relpath(notebook, Journal.home()).replace(os.sep, "/"))
    except ValueError:  # on another drive
        return esc(text)
    return f'<a href="{target}">{esc(text)}</a>' if notebook.is_file() else esc(text)


def _lesson_of(exercise_id: str) -> str:
    return exercise_id.partition(".")[0]


def _next(at: LessonProgress | None) -> str:
    if at is None:
        return "Every lesson is done or tested out."
    exercise = at.left[0]
    text = f"Next: `{exercise.id}` in {at.lesson.title}, {exercise.minutes} minutes."
    if not at.begun and len(at.core) > HARDEST:
        ids = " and ".join(f"`{hard.name}`" for hard in at.hardest)
        text += f" Do you know {at.lesson.title} already? Pass {ids} and the lesson is tested out."
    return text


def _lesson_title(at: LessonProgress) -> str:
    held, of = at.points
    time = f", about {at.minutes_left} minutes left" if at.minutes_left else ""
    return f"{at.state}: {at.lesson.title} ({held:g} of {of:g} points{time})"


def _lesson_text(at: LessonProgress) -> str:
    if not at.begun:
        return _lesson_title(at)
    rows = [COLUMNS, *(at.row(exercise) for exercise in at.exercises)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([_lesson_title(at), *(f"  {line.rstrip()}" for line in lines)])


def _lesson_html(at: LessonProgress, *, open_: bool) -> str:
    numbers = COLUMNS[3:]
    marks = [' class="aisec-number"' if name in numbers else "" for name in COLUMNS]
    head = "".join(f'<th scope="col"{mark}>{name}</th>' for name, mark in zip(COLUMNS, marks, strict=True))
    rows = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{esc(cell)}</td>" for cell, mark in zip(at.row(exercise), marks, strict=True))
        + "</tr>"
        for exercise in at.exercises
    )
    return (
        f"<details{' open' if open_ else ''}><summary>{esc(_lesson_title(at))}</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _calibration(course: Course, pages: Pages) -> str:
    """How often the reader was right when sure, and when not."""
    found = [committed(one, pages.predictions) for lesson in course.lessons for one in lesson.predictions]
    guesses = [guess for guess in found if guess is not None]
    if not guesses:
        return ""
    said = [_held(guesses, sure) for sure in (True, False) if any(guess.sure == sure for guess in guesses)]
    return f"Predictions: {'; '.join(said)}."


def _held(guesses: Sequence[Guess], sure: bool) -> str:
    those = [guess for guess in guesses if guess.sure == sure]
    return (
        f"right {sum(guess.right for guess in those)} of {len(those)} when {'sure' if sure else 'not sure'}"
    )


def _tests(pages: Pages) -> str:
    """How much of the pre-test and the post-test is answered; with both complete, the scores and the gain."""
    there = forms()
    begun = {which: getattr(pages, which) for which in TITLES if getattr(pages, which).form in there}
    items = {which: there[sitting.form] for which, sitting in begun.items()}
    answered = {which: sum(item.id in begun[which].items for item in items[which]) for which in begun}
    if len(begun) == len(TITLES) and all(answered[which] == len(items[which]) for which in begun):
        pre, post = (score(begun[which], items[which]).total for which in TITLES)
        learned = gain(pre, post)
        text = f"Pre-test: {pre} right. Post-test: {post} right."
        return text if learned is None else f"{text} Gain: {learned:.2f} of what was missing."
    return " ".join(
        f"{TITLES[which]}: form {sitting.form}, {answered[which]} of {len(items[which])} answered."
        for which, sitting in begun.items()
    )
