"""When something was due, when it came, and what lateness costs: kept in nbgrader's own columns.

The instructor says it in `aisec.toml` and in the roster. What is said there is written into the gradebook
whenever a course is graded, so that a moved date counts without grading anything again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, GradebookError
from autograder.grading.coursedir import ROSTER, SETTINGS, CourseDir
from autograder.intake.store import LATENESS, TIMESTAMP

DAY = 86_400  # seconds
MARKED = 1.0  # seconds that somebody is late of whom the platform says no more than that they are


@dataclass(frozen=True)
class Arrival:
    """When a hand-in came (naive UTC, as nbgrader keeps it), and what its platform says of lateness.

    `marked` is None where the platform leaves it to the times.
    """

    time: datetime | None = None
    marked: bool | None = None


def arrival(folder: Path) -> Arrival:
    """What stands beside a submission in `folder`; what is missing or unreadable is None."""
    from nbgrader.utils import parse_utc

    word, stamp = _line(folder / LATENESS), _line(folder / TIMESTAMP)
    if word:
        return Arrival(marked=word == "late")
    try:
        return Arrival(parse_utc(stamp) if stamp else None)
    except (ValueError, OverflowError):
        return Arrival()


def _line(path: Path) -> str:
    try:
        return "" if path.is_symlink() else path.read_text("utf-8").strip()[:100]
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True)
class Rule:
    """What lateness costs, of the points that a hand-in got: `[late]` of `aisec.toml`."""

    percent_per_day: float = 0.0  # for each day begun
    most_percent: float = 100.0
    grace_minutes: float = 0.0

    def penalty(self, points: float, seconds: float) -> float:
        """The points taken off for `seconds` of lateness."""
        if seconds <= 60 * self.grace_minutes:
            return 0.0
        return points * min(self.percent_per_day * math.ceil(seconds / DAY), self.most_percent) / 100


@dataclass(frozen=True)
class Schedule:
    """Due dates by assignment (naive UTC) and extensions by (student, assignment).

    `extensions` is None where neither `aisec.toml` nor the roster speaks of any: those in the gradebook
    stay. An empty assignment stands for all of them; a date is the new due date. `rule` is None where
    nbgrader's own plugin decides.
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], timedelta | datetime] | None = None
    rule: Rule | None = None

    def extension(self, student: str, assignment: str, due: datetime) -> timedelta | None:
        """How much later than `due` this student may hand in."""
        found = (self.extensions or {}).get((student, assignment))
        if found is None:
            found = (self.extensions or {}).get((student, ""))
        if isinstance(found, datetime):
            found = max(found - due, timedelta(0))
        return found


def read_schedule(course: CourseDir) -> Schedule:
    """The schedule of a course. Raises CourseError that names the line at fault."""
    where = str(course.root / SETTINGS)
    due = {name: _moment(value, f"{where}, [due] {name}") for name, value in course.settings("due").items()}
    table, extensions = course.settings("extensions"), {}
    for lesson, people in table.items():
        for student, value in (people if isinstance(people, Mapping) else {}).items():
            extensions[student, lesson] = _extension(value, f"{where}, [extensions.{lesson}] {student}")
    _check_names(course, [*due, *table], where)
    roster = course.roster()
    known = {name.lower().replace("_", " "): name for name in course.assignments()} | {"": ""}
    for person in roster.people if roster else ():
        for lesson, text in person.extensions.items():
            place = f"{course.root / ROSTER}, extension of {person.id}"
            _check_names(course, [] if lesson in known else [lesson], place)
            extensions.setdefault((person.id, known[lesson]), _extension(_value(text), place))
    return Schedule(due, extensions if extensions or table else None, _rule(course, where))


def _check_names(course: CourseDir, names: list[str], where: str) -> None:
    known = course.assignments()
    for name in names:
        if name not in known:
            raise CourseError(
                f"no released assignment {name!r}", where=where, do=f"There are: {', '.join(known)}."
            )


def _rule(course: CourseDir, where: str) -> Rule | None:
    settings = course.settings("late")
    for name, value in settings.items():
        if name not in Rule.__dataclass_fields__:
            names = ", ".join(Rule.__dataclass_fields__)
            raise CourseError(f"unknown setting {name!r}", where=f"{where}, [late]", do=f"Use {names}.")
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise CourseError(f"{name} must be a number from 0, not {value!r}", where=f"{where}, [late]")
    return Rule(**settings) if settings else None


def _value(text: str) -> Any:
    """A cell of the roster: a number of days, or a date."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        pass
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        return text


def _extension(value: Any, where: str) -> timedelta | datetime:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 3_650:
        return timedelta(days=value)
    return _moment(value, where, "a number of days or ")


def _moment(value: Any, where: str, other: str = "") -> datetime:
    """Naive UTC of a TOML date-time; without a zone it is this machine's, and a day means its end."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    try:
        return value.astimezone(UTC).replace(tzinfo=None)
    except (AttributeError, OverflowError, ValueError):
        do = f"Write {other}a date, such as 2026-11-22 or 2026-11-22T23:59:00+01:00, without quotes."
        raise CourseError(f"not a date: {value!r}", where=where, do=do) from None


class Lateness:
    """Settles submissions in an open gradebook by a course's schedule."""

    def __init__(self, course: CourseDir) -> None:
        self._course = course
        self.schedule = read_schedule(course)

    def settle(self, submission: Any) -> float:
        """Write time, extension and penalties of one of nbgrader's SubmittedAssignments; not committed.

        Returns the seconds that it is late.
        """
        student, assignment = submission.student_id, submission.assignment
        came = arrival(self._course.step("submitted") / student / assignment.name)
        if came.time is not None or came.marked is not None:
            submission.timestamp = came.time
        if self.schedule.extensions is not None and assignment.duedate is not None:
            submission.extension = self.schedule.extension(student, assignment.name, assignment.duedate)
        late = submission.total_seconds_late if came.marked is None else MARKED * came.marked
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = self._penalty(student, notebook.score, late) if late else None
        return late

    def _penalty(self, student: str, points: float, late: float) -> float | None:
        if self.schedule.rule is not None:
            return self.schedule.rule.penalty(points, late)
        penalty = self._plugin.late_submission_penalty(student, points, late)
        return None if penalty is None else min(max(penalty, 0), points)

    @cached_property
    def _plugin(self) -> Any:
        """The course's own nbgrader plugin (none unless it is configured)."""
        from nbgrader.preprocessors import AssignLatePenalties

        penalties = AssignLatePenalties(config=self._course.config)
        penalties.init_plugin()
        return penalties.plugin_inst


def settle_all(course: CourseDir) -> list[str]:
    """Bring due dates, extensions, times and penalties of everything that is graded up to date.

    Returns one line for each submission whose final score changed by it. Raises GradebookError; then
    nothing is changed.
    """
    from nbgrader.api import Assignment, SubmittedAssignment
    from sqlalchemy.exc import SQLAlchemyError

    lateness, changes = Lateness(course), []
    with course.gradebook.open() as gradebook:
        try:
            for assignment in gradebook.db.query(Assignment):
                if (due := lateness.schedule.due.get(assignment.name)) is not None:
                    assignment.duedate = due
            gradebook.db.flush()
            for submission in gradebook.db.query(SubmittedAssignment):
                before = _taken(submission)
                lateness.settle(submission)
                if not math.isclose(after := _taken(submission), before, abs_tol=1e-9):
                    who = f"{submission.student_id} {submission.assignment.name}"
                    changes.append(f"{who}: {after:g} points taken off for lateness, {before:g} before")
            gradebook.db.commit()
        except SQLAlchemyError as error:
            gradebook.db.rollback()
            raise GradebookError(
                f"due dates and times could not be recorded: {str(error).splitlines()[0]}",
                where=course.gradebook.where,
                do="Free the gradebook or the disk, then run: aisec grade.",
            ) from error
    return sorted(changes)


def _taken(submission: Any) -> float:
    return sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)


def shown(seconds: float) -> str:
    """How late, for people: `2 d 10 h`, `3 h 5 min`, `1 min`."""
    minutes = math.ceil(seconds / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (minutes if not days else 0, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
