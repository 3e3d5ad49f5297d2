"""Where the learner stands: lesson by lesson, what is done, what is next, and how well guesses hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import quote

from autograder.catalog import Course, Lesson, find_course
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.learner.due import due
from autograder.learner.ending import ending
from autograder.learner.exam import TITLES, forms
from autograder.learner.guess import committed
from autograder.learner.journal import Guess, Journal, Pages
from autograder.learner.panel import Plain, show
from autograder.learner.score import gain, score
from autograder.learner.standing import (
    HARDEST,
    LessonProgress,
    chosen,
    further_down,
    go_on,
    lesson_of,
    standing,
)
from autograder.verdict import esc

COLUMNS = ("exercise", "level", "state", "points", "attempts", "hints", "planned minutes")


def progress() -> None:
    """Show what is done, what is left with its minutes, how well your guesses hold, and what is next."""
    try:
        course = find_course()
        pages = Journal.find().read()
        standings = standing(course, pages)
        at = go_on(standings, pages)
        route = chosen(course, pages)
        end = ("", "") if at else ending((route or course).title, standings, pages)
        tail = [_calibration(course, pages), _tests(pages) if at else "", _next(at), _reviews(course, pages)]
        here = lesson_of(pages.latest()) or course.lessons[0].id
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    tail = [line for line in tail if line]
    said = [line.replace("`", "") for line in tail]
    show(
        "\n".join([course.title, *map(_lesson_text, standings), *said, *filter(None, end[:1])]),
        f'<p class="aisec-headline"><strong>{esc(course.title)}</strong></p>'
        + "".join(_lesson_html(at, open_=at.lesson.id == here) for at in standings)
        + "".join(f"<p>{esc(line)}</p>" for line in tail)
        + end[1]
        + f'<p class="aisec-foot">{" · ".join(_links(course, at))}</p>',
    )


def _links(course: Course, at: LessonProgress | None) -> list[str]:
    """Where to go from here, as HTML: the lesson to go on with, and the start page."""
    start = course.lessons[0]
    there = [link(at.lesson, f"Go on with: {at.lesson.title}")] if at and at.lesson is not start else []
    return [*there, link(start, start.title)]


def next_step(pages: Pages, passed: Exercise) -> str:
    """What the learner does next who has just `passed` an exercise, in a line with code in backticks."""
    standings = standing(find_course(), pages)
    if one := further_down(standings, passed):
        stretch = ", a stretch" if one.level == "stretch" else ""
        return f"Next here: `{one.id}`{stretch}, {one.minutes} minutes."
    return _next(go_on(standings, pages))


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


def _next(at: LessonProgress | None) -> str:
    if at is None:
        return "Every lesson is done or tested out."
    exercise = at.left[0]
    text = f"Next: `{exercise.id}` in {at.lesson.title}, {exercise.minutes} minutes."
    if not at.begun and len(at.core) > HARDEST:
        ids = " and ".join(f"`{hard.name}`" for hard in at.hardest)
        text += f" Do you know {at.lesson.title} already? Pass {ids} and the lesson is tested out."
    return text


def _reviews(course: Course, pages: Pages) -> str:
    """How many passed exercises are due again; empty when none is."""
    count = len(due(course, pages))
    return f"{count} to look at again, a minute each: `review()`, on the start page." if count else ""


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
