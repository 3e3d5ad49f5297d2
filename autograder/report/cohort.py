"""The cohort report: one self-contained page that an instructor reads, prints and keeps."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.files import write
from autograder.report import figures
from autograder.report.page import render
from autograder.report.standing import Cohort

BAR_HEIGHT = 92  # the tallest bar of a histogram, in the drawing's units


@dataclass(frozen=True)
class Bar:
    """One bin of a histogram."""

    count: int
    height: float


@dataclass(frozen=True)
class LessonPart:
    """What the page shows of one lesson. `spread` is its histogram in words; `inside` are the exercises that
    the learner's own process judged.
    """

    name: str
    max_score: float
    headline: figures.Headline
    exercises: dict[str, float]
    inside: frozenset[str]
    bars: list[Bar]
    spread: str


def write_cohort(cohort: Cohort, out: Path) -> Path:
    """Write the report as the HTML file `out`; learners link to the feedback pages that are there."""
    return write(out, cohort_page(cohort, _pages(cohort, out)))


def cohort_page(cohort: Cohort, pages: dict[tuple[str, str], str] | None = None) -> str:
    """The report as HTML. `pages` maps (learner, lesson) to the address of a feedback page."""
    return render(
        "cohort.html.j2",
        cohort=cohort,
        pages=pages or {},
        headline=figures.headline(cohort),
        lessons=[_part(cohort, lesson) for lesson in cohort.lessons],
        waiting=figures.waiting(cohort),
        stops=figures.stops(cohort),
        repaired=figures.repaired(cohort),
        late=[standing for standing in cohort.standings.values() if standing.late],
        difficulties=figures.difficulties(cohort),
        groups=figures.GROUPS,
        slips=figures.slips(cohort),
    )


def _part(cohort: Cohort, lesson: str) -> LessonPart:
    bins = figures.histogram(cohort, lesson)
    most = max(bins) or 1
    said = [
        f"{count} from {100 * number // figures.BINS} to {100 * (number + 1) // figures.BINS} %"
        for number, count in enumerate(bins)
        if count
    ]
    return LessonPart(
        name=lesson,
        max_score=cohort.max_scores[lesson],
        headline=figures.headline(cohort, lesson),
        exercises=cohort.exercises(lesson),
        inside=frozenset(
            verdict.exercise
            for standing in cohort.of_lesson(lesson)
            for verdict in (standing.result.verdicts if standing.result else ())
            if verdict.inside
        ),
        bars=[Bar(count, round(BAR_HEIGHT * count / most, 1)) for count in bins],
        spread=f"Learners by share of the points: {', '.join(said)}.",
    )


def _pages(cohort: Cohort, out: Path) -> dict[tuple[str, str], str]:
    """The feedback pages that are there, as addresses relative to the report."""
    here, feedback = out.parent.resolve(), (cohort.course_dir / "feedback").resolve()
    return {
        (student, lesson): quote(Path(os.path.relpath(page, here)).as_posix())
        for (student, lesson), standing in cohort.standings.items()
        if (page := feedback / student / lesson / f"{standing.notebooks[0]}.html").is_file()
    }
