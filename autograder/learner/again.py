"""A lesson from the start again, and passed exercises again after some days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from autograder.catalog import Course, find_course
from autograder.errors import CourseError
from autograder.exercise import Exercise, seed_for
from autograder.files import write
from autograder.learner.due import comes_back, due
from autograder.learner.journal import Journal, Pages, Tried, now
from autograder.learner.panel import Plain, show
from autograder.learner.practice import find_exercise, judge
from autograder.learner.record import given, keep, version
from autograder.learner.work import free_name
from autograder.verdict import esc


def reset(lesson_id: str) -> None:
    """Put a lesson's notebook back as the course gives it; the one that was there is kept beside it.

    An exercise's id names its lesson. What passed stays passed.
    """
    try:
        course = find_course()
        lesson = course.lesson(str(lesson_id).partition(".")[0])
        name = lesson.notebook.relative_to(course.root).as_posix()
        new = lesson.notebook.read_bytes()
        folder = Journal.find().path.parent
        target = folder / name
        if target.exists() and version(target.read_bytes()) == version(new):
            lines = [f"{name} is as the course gives it already."]
        else:
            lines = [f"{name} is as the course gives it. What passed stays passed."]
            if target.exists():
                beside = free_name(target, "before-reset")
                write(beside, target.read_bytes())
                lines.append(f"Yours is now {beside.relative_to(folder).as_posix()}.")
            write(target, new)
            keep(folder, {**given(folder), name: version(new)})
            lines.append("Is it open? File → Reload Notebook from Disk; if JupyterLab asks, choose Revert.")
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    except OSError as error:
        raise Plain(f"cannot reset {lesson_id}: {error.strerror or error}") from None
    show("\n".join(lines), "".join(f"<p>{esc(line)}</p>" for line in lines))


def review(exercise_id: str = "", *answers: Any) -> None:
    """Say which passed exercises are due again, after 1, 3, 8 and 20 days; or take one.

    `review("poisoning.flip_labels", flip_labels)` judges the function, best written anew, on draws that it
    has not met. Nothing is lost by one that does not hold: it stays passed, and due.
    """
    if exercise_id:
        return _take(find_exercise(exercise_id), answers)
    try:
        course, pages = find_course(), Journal.find().read()
        found = due(course, pages)
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    if not found:
        soon = _soonest(course, pages)
        line = f"Nothing is due. The next one comes back on {soon}." if soon else "Nothing is due yet."
        show(line, f"<p>{esc(line)}</p>")
        return
    how = "Write it again from memory in a new cell, a minute or so, and hand it to `review`:"
    calls = [f'review("{one.id}", {", ".join(one.names)})' for one in found]
    title = f"{len(found)} exercise{'' if len(found) == 1 else 's'} to look at again"
    show(
        "\n".join([title, how.replace("`", ""), *(f"  {call}" for call in calls)]),
        f'<p class="aisec-headline"><strong>{title}</strong></p><p>{esc(how)}</p>'
        + f"<ul>{''.join(f'<li><code>{esc(call)}</code></li>' for call in calls)}</ul>",
    )


def _soonest(course: Course, pages: Pages) -> str:
    known = {exercise.id for lesson in course.lessons for exercise in lesson.exercises}
    days = [comes_back(entry) for name, entry in pages.exercises.items() if name in known]
    return min((f"{day:%Y-%m-%d}" for day in days if day is not None), default="")


def _take(exercise: Exercise, answers: tuple[Any, ...]) -> None:
    """Judge on fresh draws, and note a review that held."""
    journal = Journal.find()
    entry = journal.read().tried(exercise.id)
    if not entry.passed:
        raise Plain(
            f"{exercise.id} has not passed yet", do="Run its check first; a review comes after a pass."
        )
    if len(answers) != len(exercise.names):
        takes = ", ".join(exercise.names)
        raise Plain(f"{exercise.id} is {takes}", do=f'Write: review("{exercise.id}", {takes})')
    verdict = judge(exercise, answers, seed_for(exercise.id, f"review {entry.reviews} {now()}"))
    if verdict.passed:
        pages = journal.update(lambda pages: _note(pages.tried(exercise.id)))
        day = comes_back(pages.tried(exercise.id))
        after = f"It comes back on {day:%Y-%m-%d}." if day else "It does not come back any more."
        foot = f"It still holds, on draws it had not met. {after}"
    else:
        foot = "It stays passed, and stays due: nothing is lost."
    show(
        f"{verdict.as_text()}\n  {foot}",
        f'{verdict.as_html()}<p class="aisec-foot">{esc(foot)}</p>',
        kind="verdict",
    )


def _note(entry: Tried) -> None:
    """One that is taken before its day counts as practice alone."""
    day = comes_back(entry)
    if day is not None and day <= datetime.now(UTC):
        entry.reviews, entry.reviewed = entry.reviews + 1, now()
