"""Who stands where: the results, the gradebook and the folders of a course, joined once for every report.

Results hold words, the gradebook holds the final points. Where both speak of an exercise, the points are
the gradebook's: a person may have changed them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.grading.coursedir import CourseDir
from autograder.grading.enrol import who_left
from autograder.grading.gradebook import Gradebook
from autograder.grading.lateness import Arrival, arrival, shown
from autograder.grading.result import Result, read_results
from autograder.grading.scores import Book, Booked, CellScore, Listed
from autograder.safe import is_utf8
from autograder.verdict import Outcome, Verdict, overall

NOT_HANDED_IN = "not handed in"
NOT_GRADED = "not graded yet"
WAITS = "needs a person"
GRADED = "graded"


UNKNOWN = Arrival()


@dataclass(frozen=True)
class ExerciseScore:
    """One learner's exercise: the final points and the word for it.

    `outcome` is None for a cell that only people grade. `by_hand` says that a person set the points, and then
    the outcome is theirs; `waits` that one still has to.
    """

    exercise: str
    points: float
    max_points: float
    outcome: Outcome | None
    slips: tuple[str, ...] = ()
    by_hand: bool = False
    waits: bool = False

    @property
    def word(self) -> str:
        if self.outcome is not None:
            return str(self.outcome)
        return WAITS if self.waits else GRADED


@dataclass(frozen=True)
class Standing:
    """Where one learner stands in one lesson. `result` or `booked` may be missing, or both."""

    student: str
    lesson: str
    handed_in: bool
    result: Result | None = None
    booked: Booked | None = None
    came: Arrival = UNKNOWN

    @property
    def handed_in_at(self) -> datetime | None:
        """When it was handed in (naive UTC); None where the channel does not say so."""
        if self.came.marked is not None:
            return None
        return self.booked.handed_in if self.booked and self.booked.handed_in else self.came.time

    @property
    def late(self) -> str:
        """How late it is, in words for people; empty when it is not."""
        if self.came.marked is not None:
            return "marked late" if self.came.marked else ""
        time, due = self.handed_in_at, self.booked.due if self.booked else None
        if time is None or due is None or time <= due:
            return ""
        return f"{shown((time - due).total_seconds())} late"

    @property
    def graded(self) -> bool:
        return self.result is not None or self.booked is not None

    @property
    def score(self) -> float | None:
        """The final score; None, and never 0, for what was not handed in or not graded."""
        if self.booked is not None:
            return self.booked.score
        return self.result.score if self.result is not None else None

    @property
    def max_score(self) -> float | None:
        if self.booked is not None:
            return self.booked.max_score
        return self.result.max_score if self.result is not None else None

    @property
    def outcome(self) -> Outcome | None:
        """The word for all of it, with what people changed; None where nothing was judged, and instead of
        `passed` while a person still has to give points."""
        if self.result is None:
            return None
        outcome = self.result.outcome
        if any(mark.by_hand for mark in self.marks.values()):
            outcomes = [mark.outcome for mark in self.marks.values() if mark.outcome is not None]
            outcome = overall(outcomes, self.score or 0.0, self.max_score or 0.0)
        return None if outcome is Outcome.PASSED and self.waiting else outcome

    @property
    def symbol(self) -> str:
        return self.outcome.symbol if self.outcome else ""

    @property
    def word(self) -> str:
        """The outcome, or why there is none."""
        if self.outcome is not None:
            return str(self.outcome)
        if self.result is not None:
            return WAITS
        if self.booked is not None:
            return WAITS if self.waiting else GRADED
        return NOT_GRADED if self.handed_in else NOT_HANDED_IN

    @cached_property
    def marks(self) -> dict[str, ExerciseScore]:
        """By exercise id, in the lesson's order; cells that only people grade come last."""
        cells = dict(self.booked.cells) if self.booked else {}
        marks = {}
        for verdict in self.result.verdicts if self.result else ():
            marks[verdict.exercise] = _mark(verdict, cells.pop(verdict.exercise, None))
        unread = self.result.outcome if self.result and not self.result.verdicts else None
        fault = unread is Outcome.GRADER_FAULT
        for exercise, cell in cells.items():
            waits = cell.waits or (fault and not cell.by_hand)
            marks[exercise] = ExerciseScore(
                exercise, cell.points, cell.max_points, unread, (), cell.by_hand, waits
            )
        return marks

    def booked_row(self) -> dict[str, Any]:
        """What people and lateness made of it: what `aisec grade --json` adds to a result's row."""
        penalty = self.booked.penalty if self.booked else 0.0
        return {"final_score": self.score, "taken_off": penalty, "waits": self.waiting}

    @property
    def notebooks(self) -> list[str]:
        """The notebooks of the submission: a lesson of ours has one, of its own name."""
        return list(dict.fromkeys(name.rpartition(".")[0] for name in self.marks)) or [self.lesson]

    @property
    def waiting(self) -> list[str]:
        """The exercises that need a person: a manual score is due, or the grader itself failed."""
        if not self.marks and self.result and self.result.outcome is Outcome.GRADER_FAULT:
            return [self.lesson]
        return [mark.exercise for mark in self.marks.values() if mark.waits]


@dataclass(frozen=True)
class Cohort:
    """A roster and its standings in some lessons, one for every pair. `people` are those the books list."""

    course_dir: Path
    roster: tuple[str, ...]
    lessons: tuple[str, ...]
    max_scores: Mapping[str, float]
    standings: Mapping[tuple[str, str], Standing]
    people: Mapping[str, Listed] = field(default_factory=dict)

    def of_lesson(self, lesson: str) -> Iterator[Standing]:
        """In the order of the roster."""
        return (self.standings[student, lesson] for student in self.roster)

    def name_of(self, student: str) -> str:
        """The learner's name, or nothing where the gradebook has none."""
        return self.people.get(student, Listed()).name

    def exercises(self, lesson: str) -> dict[str, float]:
        """The lesson's exercises and the most points each can give, in its own order."""
        found: dict[str, float] = {}
        for standing in self.of_lesson(lesson):
            for mark in standing.marks.values():
                found.setdefault(mark.exercise, mark.max_points)
        return found


def read_cohort(
    course_dir: Path,
    roster: Iterable[str] = (),
    lessons: Sequence[str] | None = None,
    *,
    gradebook: Gradebook | None = None,
) -> Cohort:
    """Read a course directory once, for all of its reports.

    The roster is every id in the gradebook, in the course's `roster.csv`, in `submitted/` and among the
    results, and those in `roster` besides, without those who left; sorted. `lessons` chooses and orders
    the lessons (default: all that are known, sorted). `gradebook` is the course's, by default the one in
    its folder; a course directory that has none yet is reported from its results alone. Raises
    GradebookError, and IntakeError for a roster that cannot be read.
    """
    book = (gradebook or Gradebook.stock(course_dir)).read()
    results = {(result.student, result.lesson): result for result in read_results(course_dir / "autograded")}
    folders = set(_folders(course_dir / "submitted"))
    pairs = folders | results.keys() | book.submissions.keys()
    seen = {*book.students, *(student for student, _ in pairs)}
    graded = {student for student, _ in results}
    enrolled = CourseDir(course_dir.absolute()).roster()
    left = who_left(enrolled, book.students, graded, seen)
    pairs = {(student, lesson) for student, lesson in pairs if student not in left}
    if lessons is None:
        lessons = sorted({lesson for _, lesson in pairs} | book.max_scores.keys())
    students = sorted(
        {*roster, *seen, *(person.id for person in (enrolled.people if enrolled else ()))} - left
    )
    standings = {
        (student, lesson): Standing(
            student,
            lesson,
            (student, lesson) in pairs,
            results.get((student, lesson)),
            book.submissions.get((student, lesson)),
            arrival(course_dir / "submitted" / student / lesson)
            if (student, lesson) in folders
            else Arrival(),
        )
        for student in students
        for lesson in lessons
    }
    worth = _max_scores(lessons, book, standings.values())
    return Cohort(course_dir, tuple(students), tuple(lessons), worth, standings, book.students)


def _mark(verdict: Verdict, cell: CellScore | None) -> ExerciseScore:
    cell = cell or CellScore(verdict.points, verdict.max_points)
    fault = verdict.outcome is Outcome.GRADER_FAULT or any(
        finding.outcome is Outcome.GRADER_FAULT for finding in verdict.findings
    )
    return ExerciseScore(
        verdict.exercise,
        cell.points,
        cell.max_points,
        _of_points(cell) if cell.by_hand else verdict.outcome,
        tuple(verdict.slips),
        cell.by_hand,
        cell.waits or (fault and not cell.by_hand),
    )


def _of_points(cell: CellScore) -> Outcome:
    """The word for points that a person gave."""
    if cell.points >= cell.max_points:
        return Outcome.PASSED
    return Outcome.PARTLY if cell.points > 0 else Outcome.FAILED


def _max_scores(lessons: Sequence[str], book: Book, standings: Iterable[Standing]) -> dict[str, float]:
    """What each lesson is worth: as the gradebook says, else as the results say."""
    worth = defaultdict(float)
    for standing in standings:
        worth[standing.lesson] = max(worth[standing.lesson], standing.max_score or 0.0)
    return {lesson: book.max_scores.get(lesson) or worth[lesson] for lesson in lessons}


def _folders(submitted: Path) -> Iterator[tuple[str, str]]:
    """(student, lesson) for every real folder; links and hidden folders are no submissions."""
    for student in filter(lambda path: is_utf8(path.name), _subfolders(submitted)):
        for lesson in _subfolders(student):
            yield student.name, lesson.name


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
    ]
