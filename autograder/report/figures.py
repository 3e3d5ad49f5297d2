"""The figures of a cohort, counted: pure functions of what `read_cohort` read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean, median

from autograder.grading.result import Result
from autograder.report.standing import Cohort, ExerciseScore, Standing
from autograder.verdict import STOPS, Outcome

BINS = 10

#: What an instructor does about a submission that did not end by itself.
WHAT_TO_DO = {
    Outcome.TIMED_OUT: "Look for a loop without an end. Where the code is right but slow, raise the "
    "lesson's cell_seconds, call_seconds or total_seconds and grade again.",
    Outcome.OUT_OF_MEMORY: "Look for an array that grows with its input. Where the code is right, raise "
    "the lesson's memory_mb and grade again.",
    Outcome.OUTPUT_LIMIT: "Look for a print inside a loop. Where the output is wanted, raise the lesson's "
    "output_mb and grade again.",
    Outcome.BLOCKED: "The code asked for something the sandbox refuses, such as the network or another "
    "process. Read the message with the learner: most are accidents.",
    Outcome.GRADER_FAULT: "Not the learner's doing. Mend the check and grade again, or enter the score by "
    "hand; until then the score is not final.",
}
UNREADABLE = "Unreadable"
STOPPED = "Stopped on the way"
WHAT_ELSE = {
    UNREADABLE: "The notebook could not be read. Ask for a fresh copy, saved from JupyterLab.",
    STOPPED: "A cell of the learner's was stopped, or ended the process, and grading went on without it. "
    "Read the message with the learner.",
}


@dataclass(frozen=True)
class Headline:
    """How many submissions there are of those that could be, and where they stand.

    `median_share` is the median of score / max_score over graded submissions; None without any.
    """

    expected: int
    handed_in: int
    not_graded: int
    need_a_person: int
    median_score: float | None
    median_share: float | None

    @property
    def not_handed_in(self) -> int:
        return self.expected - self.handed_in


@dataclass(frozen=True)
class Difficulty:
    """One exercise over all learners it was judged for: not where the grader failed or could read nothing.

    `counts` are learners who passed, passed partly, failed (an error and a stop included) and did not
    attempt it. `share` is the mean of points / max_points.
    """

    exercise: str
    counts: dict[str, int]
    share: float

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Slip:
    """One misconception in one exercise: how many of the learners it was judged for have it."""

    exercise: str
    text: str
    learners: int
    graded: int

    @property
    def share(self) -> float:
        return self.learners / self.graded


@dataclass(frozen=True)
class Stopped:
    """Submissions that stopped in the same way, each as (learner, lesson, message)."""

    title: str
    symbol: str
    what_to_do: str
    who: list[tuple[str, str, str]]


def headline(cohort: Cohort, lesson: str | None = None) -> Headline:
    """The figures of one lesson, or of all."""
    standings = [row for row in cohort.standings.values() if lesson in (None, row.lesson)]
    scores = [row.score for row in standings if row.score is not None]
    shares = _shares(standings)
    return Headline(
        expected=len(standings),
        handed_in=sum(row.handed_in for row in standings),
        not_graded=sum(row.handed_in and not row.graded for row in standings),
        need_a_person=sum(bool(row.waiting) for row in standings),
        median_score=median(scores) if scores else None,
        median_share=median(shares) if shares else None,
    )


def difficulties(cohort: Cohort) -> list[Difficulty]:
    """The checked exercises, hardest first."""
    counts: dict[str, dict[str, int]] = {}
    shares: dict[str, list[float]] = defaultdict(list)
    for mark in _judged(cohort):
        row = counts.setdefault(mark.exercise, dict.fromkeys(GROUPS, 0))
        row[mark.outcome if mark.outcome in GROUPS else Outcome.FAILED] += 1
        if mark.max_points:
            shares[mark.exercise].append(mark.points / mark.max_points)
    rows = [
        Difficulty(exercise, row, mean(shares[exercise]) if shares[exercise] else 0.0)
        for exercise, row in counts.items()
    ]
    return sorted(rows, key=lambda row: (row.share, row.exercise))


#: The four words of a difficulty bar.
GROUPS = (Outcome.PASSED, Outcome.PARTLY, Outcome.FAILED, Outcome.NOT_ATTEMPTED)


def _judged(cohort: Cohort) -> Iterator[ExerciseScore]:
    """The marks that say something about their exercise: a check ran, on code that could be read."""
    for standing in cohort.standings.values():
        if standing.result:
            for mark in standing.marks.values():
                read = mark.exercise.rpartition(".")[0] not in standing.result.unread
                if read and mark.outcome not in (None, Outcome.GRADER_FAULT):
                    yield mark


def slips(cohort: Cohort) -> list[Slip]:
    """The misconceptions, most common first; a learner counts once for each."""
    learners: dict[tuple[str, str], int] = defaultdict(int)
    graded: dict[str, int] = defaultdict(int)
    for mark in _judged(cohort):
        graded[mark.exercise] += 1
        for slip in mark.slips:
            learners[mark.exercise, slip] += 1
    rows = [Slip(exercise, text, count, graded[exercise]) for (exercise, text), count in learners.items()]
    return sorted(rows, key=lambda row: (-row.learners, -row.share, row.exercise, row.text))


def stops(cohort: Cohort) -> list[Stopped]:
    """What stopped and what could not be read; a fault of the grader until a person has settled it."""
    who: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for standing in cohort.standings.values():
        if (result := standing.result) and (title := _stopped(standing, result)):
            message = result.message or next(
                (row.summary() for row in result.verdicts if row.outcome is result.outcome), ""
            )
            who[title].append((standing.student, standing.lesson, message))
    ways = [(_title(outcome), outcome.symbol, WHAT_TO_DO[outcome]) for outcome in STOPS]
    ways += [(title, Outcome.ERROR.symbol, what) for title, what in WHAT_ELSE.items()]
    return [Stopped(*way, who[way[0]]) for way in ways if who[way[0]]]


def _stopped(standing: Standing, result: Result) -> str:
    """How a result stopped, as the title of its list; empty where it did not."""
    if result.outcome is Outcome.GRADER_FAULT and not standing.waiting:
        return ""
    if result.outcome in STOPS:
        return _title(result.outcome)
    if result.unread:
        return UNREADABLE
    return STOPPED if result.message else ""


def _title(outcome: Outcome) -> str:
    return outcome.value.capitalize()


def waiting(cohort: Cohort) -> list[Standing]:
    """The submissions that wait for a manual score; those that a fault of the grader holds up are stops."""
    return [
        row
        for row in cohort.standings.values()
        if row.waiting and not (row.result and row.result.outcome is Outcome.GRADER_FAULT)
    ]


def repaired(cohort: Cohort) -> list[Standing]:
    """The submissions that were mended before they were graded."""
    return [row for row in cohort.standings.values() if row.result and row.result.notes]


def histogram(cohort: Cohort, lesson: str) -> list[int]:
    """Graded learners by tenths of the lesson's points; the last bin holds full marks and extra credit."""
    bins = [0] * BINS
    for share in _shares(list(cohort.of_lesson(lesson))):
        bins[min(BINS - 1, int(share * BINS + 1e-9))] += 1
    return bins


def _shares(standings: list[Standing]) -> list[float]:
    return [row.score / row.max_score for row in standings if row.score is not None and row.max_score]
