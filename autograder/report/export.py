"""Scores as CSV, safe to open in a spreadsheet: `grades.csv` by learner, `exercises.csv` by exercise.

RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. What was not
handed in is an empty cell and a word, never 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.files import write
from autograder.grading.scores import Listed
from autograder.report.markup import plain
from autograder.report.standing import Cohort, Standing

EXERCISES_FILE = "exercises.csv"
WHO = ("name", "email", "lms_id")
CAME = ("handed in", "late", "taken off")

#: What starts a formula in a spreadsheet; the last four are the full-width forms some of them accept.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export_csv(cohort: Cohort, out: Path, *, encoding: str = "utf-8") -> Path:
    """Write the file `out`, and `exercises.csv` beside it; returns `out`.

    `out` has one row per learner: name, mail and the platform's id where the gradebook has them, for each
    lesson the final score, the maximum and the outcome, and where it is known when it was handed in and
    how late, then the total of what was graded and of all maxima. `exercises.csv` has one row per learner
    and exercise.
    Give `encoding="utf-8-sig"` for a spreadsheet that needs a byte-order mark.
    """
    write(out.with_name(EXERCISES_FILE), _csv(_exercise_rows(cohort)).encode(encoding))
    return write(out, _csv(_grade_rows(cohort)).encode(encoding))


def _grade_rows(cohort: Cohort) -> Iterator[list[str | float | None]]:
    timed = {lesson for lesson in cohort.lessons if any(map(_came, cohort.of_lesson(lesson)))}
    columns = [
        f"{lesson} {what}"
        for lesson in cohort.lessons
        for what in ("score", "max", "outcome", *(CAME if lesson in timed else ()))
    ]
    who = [what for what in WHO if any(getattr(one, what) for one in cohort.people.values())]
    yield ["learner", *(what.replace("_", " ") for what in who), *columns, "total", "total max"]
    total_max = sum(cohort.max_scores.values())
    for student in cohort.roster:
        standings = [cohort.standings[student, lesson] for lesson in cohort.lessons]
        cells: list[str | float | None] = []
        for row in standings:
            cells += [row.score, cohort.max_scores[row.lesson], row.word]
            cells += (_came(row) or [None] * len(CAME)) if row.lesson in timed else []
        scores = [row.score for row in standings if row.score is not None]
        listed = [getattr(cohort.people.get(student, Listed()), what) for what in who]
        yield [student, *listed, *cells, sum(scores) if scores else None, total_max]


def _came(row: Standing) -> list[str | float | None]:
    """When it was handed in, how late, and the points taken off for it; empty where nothing is known."""
    if row.handed_in_at is None and not row.late:
        return []
    time = f"{row.handed_in_at:%Y-%m-%d %H:%M:%S} UTC" if row.handed_in_at else None
    return [time, row.late or None, row.booked.penalty if row.booked and row.late else None]


def _exercise_rows(cohort: Cohort) -> Iterator[list[str | float | None]]:
    yield ["learner", "lesson", "exercise", "points", "max", "outcome", "slip"]
    for lesson in cohort.lessons:
        exercises = cohort.exercises(lesson)
        for standing in cohort.of_lesson(lesson):
            for exercise, worth in exercises.items():
                mark = standing.marks.get(exercise)
                found = [mark.points, worth, mark.word, " ".join(mark.slips)] if mark else None
                yield [standing.student, lesson, exercise, *(found or [None, worth, standing.word, None])]


def _csv(rows: Iterable[Iterable[str | float | None]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:.10g}"
    text = plain(value)
    return f"'{text}" if value.startswith(FORMULA) or text.lstrip(" ").startswith(FORMULA) else text
