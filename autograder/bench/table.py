"""How `aisec try` reads: a table for each exercise, then what is to be mended."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.bench.answers import Answer, Judged, Kind
from autograder.bench.contained import Contained
from autograder.bench.notes import LEAST_MARGIN, Margin
from autograder.bench.problems import CHECK_SECONDS, Problem, problems_of
from autograder.bench.trying import Tried
from autograder.catalog import Lesson
from autograder.verdict import Finding, Outcome


def show(console: Console, lesson: Lesson, tried: Sequence[Tried], inside: Contained | str) -> int:
    """Print what came of each exercise, what to look at, and what to mend; return how many of these."""
    for one in tried:
        _show_exercise(console, one, inside)
    _show_limits(console, lesson, inside)
    remarks = [remark for one in tried for remark in one.remarks()]
    problems = [problem for one in tried for problem in one.problems()]
    if isinstance(inside, Contained):
        problems += inside.problems
    _show_lines(console, "Look at", remarks)
    _show_lines(console, "Mend", problems)
    if not problems:
        console.print("\nNothing to mend.")
    return len(problems)


def _show_exercise(console: Console, one: Tried, inside: Contained | str) -> None:
    exercise = one.exercise
    parts = ", ".join(f"{key} {points:g}" for key, (points, _) in exercise.parts.items())
    console.print(Text(f"\n{exercise.id}: {exercise.points:g} points ({parts})", "bold"))
    table = Table("", "answer", "points", "loses", "is told", box=None, pad_edge=False, show_edge=False)
    table.columns[1].overflow = table.columns[4].overflow = "fold"
    table.columns[2].justify = "right"
    table.columns[3].max_width = 14
    for answer, number, judged in one.of(Kind.REFERENCE, Kind.RIGHT, Kind.WRONG):
        if number == 0 or not judged.verdict.passed:
            table.add_row(*_row(one, answer, number, judged))
    table.add_row(*_junk_row(one))
    console.print(table)
    right, wrong = one.draws(Kind.REFERENCE), one.draws(Kind.WRONG)
    more = "" if wrong >= right else f"; the check is costly: --seeds {right} judges them on as many"
    console.print(f"  seeds: right answers {right}, wrong ones {wrong}{more}", soft_wrap=True)
    for margin in one.margins:
        console.print(Text(_margin(margin), "" if margin.is_wide else "yellow"))
    spent = f"  CPU seconds: kernel {statistics.mean(one.cpu_seconds):.2f}"
    if isinstance(inside, Contained) and exercise.id in inside.cpu_seconds:
        spent += f", sandbox {inside.cpu_seconds[exercise.id]:.2f}"
    console.print(f"{spent}; a check may take {CHECK_SECONDS:g}")


def _row(one: Tried, answer: Answer, number: int, judged: Judged) -> tuple[Text, ...]:
    verdict = judged.verdict
    bad = bool(problems_of(one.exercise, answer, judged))
    lost = [finding for finding in verdict.findings if finding.outcome is not Outcome.PASSED]
    kind = f"{answer.kind}" if number == 0 else f"{answer.kind}, seed {number}"
    name = "" if answer.kind is Kind.REFERENCE else answer.name
    points = f"{verdict.points:g}/{verdict.max_points:g}"
    loses = ", ".join(finding.part for finding in lost) or ("" if verdict.passed else str(verdict.outcome))
    style = "red" if bad else ""
    words = (f"✗ {kind}" if bad else kind, name, points, loses, _told(answer, lost) or verdict.message)
    return tuple(Text(text, style) for text in words)


def _told(answer: Answer, lost: Sequence[Finding]) -> str:
    """The slip of the part that a wrong answer must lose, else its message; of any other, the first."""
    if not lost:
        return ""
    meant = answer.wrong.part if answer.wrong else ""
    finding = next((finding for finding in lost if finding.part == meant), lost[0])
    wrong = answer.wrong
    if finding.slip and (
        not wrong or wrong.is_told_in(finding.slip) or not wrong.is_told_in(finding.message)
    ):
        return finding.slip
    return finding.message


def _junk_row(one: Tried) -> tuple[Text, ...]:
    runs = one.of(Kind.JUNK)
    bad = [answer.name for answer, _, judged in runs if problems_of(one.exercise, answer, judged)]
    most = max((judged.verdict.points for _, _, judged in runs if judged.reached), default=0.0)
    says = f"misbehave: {', '.join(bad)}" if bad else "none passes, none breaks the check"
    words = (
        "✗ junk" if bad else "junk",
        f"{len(runs)} kinds",
        f"≤{most:g}/{one.exercise.points:g}",
        "",
        says,
    )
    return tuple(Text(text, "red" if bad else "") for text in words)


def _margin(margin: Margin) -> str:
    low, mean, high = min(margin.values), statistics.mean(margin.values), max(margin.values)
    narrow = "" if margin.is_wide else f"  ← under {LEAST_MARGIN:g}"
    room = f"margin {margin.sds:.1f} sd" if math.isfinite(margin.sds) else "always the same"
    return (
        f"  {margin.what.rstrip(',')}\n"
        f"    {margin.limit}: reached {low:.4g} … {mean:.4g} … {high:.4g}, {room}{narrow}"
    )


def _show_limits(console: Console, lesson: Lesson, inside: Contained | str) -> None:
    if isinstance(inside, str):
        console.print(f"\nSandbox: {inside}")
        return
    spent = sum(inside.cpu_seconds.values()) + inside.cells_seconds
    console.print(
        f"\nSandbox, tier {inside.tier}: cells {inside.cells_seconds:.2f} CPU seconds, with the checks above "
        f"{spent:.2f}; a whole notebook may take {lesson.limits.cpu_seconds:g}"
    )


def _show_lines(console: Console, title: str, found: Sequence[Problem]) -> None:
    """One line each, however long: a terminal or an editor makes a link of `file:line`."""
    if not found:
        return
    console.print(Text(f"\n{title} ({len(found)}):", "bold"))
    for problem in found:
        file, _, line = problem.where.rpartition(":")
        console.print(Text(f"{os.path.relpath(file)}:{line}: {problem.what}{problem.draw}"), soft_wrap=True)
