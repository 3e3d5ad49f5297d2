"""The cohort in a few lines, for a terminal."""

from __future__ import annotations

from autograder.report import figures
from autograder.report.markup import plain
from autograder.report.standing import Cohort
from autograder.verdict import points_text


def summary(cohort: Cohort) -> str:
    """What was handed in, the medians, the hardest exercise, the most common slip, who needs a person."""
    lines = [_lesson_line(cohort, lesson) for lesson in cohort.lessons] or ["Nothing has been handed in."]
    if hard := figures.difficulties(cohort)[:1]:
        lines.append(f"Hardest exercise: {hard[0].exercise} ({100 * hard[0].share:.0f} % of its points)")
    if common := figures.slips(cohort)[:1]:
        slip = common[0]
        lines.append(
            f"Most common slip: {slip.text} ({slip.exercise}, {slip.learners} of {slip.graded} learners)"
        )
    lines += [f"{stop.title}: {len(stop.who)}" for stop in figures.stops(cohort)]
    if waiting := figures.waiting(cohort):
        lines.append(f"Wait for a manual score: {len(waiting)}")
    return "\n".join(plain(line, 300) for line in lines)


def _lesson_line(cohort: Cohort, lesson: str) -> str:
    head = figures.headline(cohort, lesson)
    line = f"{lesson}: {head.handed_in} of {head.expected} handed in"
    if head.not_graded:
        line += f", {head.not_graded} not graded yet"
    if head.median_score is not None:
        line += f", median {points_text(head.median_score, cohort.max_scores[lesson])}"
    return line
