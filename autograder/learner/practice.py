"""Working on an exercise: check it, ask for a hint, open its solution."""

from __future__ import annotations

import html
import json
import os
import sys
from contextlib import redirect_stderr
from textwrap import indent
from typing import Any

from autograder.catalog import find_course
from autograder.errors import AisecError, CourseError
from autograder.exercise import Exercise, run_check, seed_for
from autograder.learner.cells import outdated
from autograder.learner.journal import Journal, Pages, Tried, now
from autograder.learner.overview import next_step
from autograder.learner.panel import RESULTS, NotPassed, Plain, rehearsal, show
from autograder.verdict import Outcome, Verdict, esc

ATTEMPTS_BEFORE_SOLUTION = 3

DRAWS = "Here the cases are the same on every run; grading draws others by the same rules."


def check(exercise_id: str, *answers: Any) -> None:
    """Judge your `answers` (the functions or classes of the exercise, in its order) and show what was found.

    Raises NotPassed unless every part is right, and Plain when the call itself cannot be judged.
    """
    exercise = find_exercise(exercise_id)
    if len(answers) != len(exercise.names):
        takes = ", ".join(exercise.names)
        raise Plain(
            f"{exercise.id} is checked with {len(exercise.names)} value(s), not {len(answers)}",
            do=f'Write: check("{exercise.id}", {takes})',
        )
    if not rehearsal() and (why := outdated(f'check("{exercise.id}"', exercise.names)):
        raise why
    verdict = judge(exercise, answers, seed_for(exercise.id))
    if results := os.environ.get(RESULTS):
        with open(results, "a", encoding="utf-8") as file:
            file.write(json.dumps(verdict.to_dict(), ensure_ascii=False) + "\n")
    pages = Journal.find().update(lambda pages: pages.tried(exercise.id).record(verdict))
    _show_verdict(exercise, verdict, pages)
    if not verdict.passed:
        raise NotPassed("\n".join(filter(None, (verdict.headline(), verdict.summary()))))


def hint(exercise_id: str) -> None:
    """Show one more of the exercise's three hints: where to look, the method, pseudo-code."""
    exercise = find_exercise(exercise_id)
    rungs = exercise.hints

    def climb(entry: Tried) -> None:
        entry.hints = min(entry.hints + 1, len(rungs))

    count = Journal.find().update(lambda pages: climb(pages.tried(exercise.id))).tried(exercise.id).hints
    if count < len(rungs):
        after = f'Run `hint("{exercise.id}")` again for the next rung.'
    else:
        after = f'That was the last rung. `solution("{exercise.id}")` says when the solution opens.'
    title = f"Hint for {exercise.id}: rung {count} of {len(rungs)}"
    lines = [indent(f"{number}. {rung}", "  ") for number, rung in enumerate(rungs[:count], 1)]
    items = "".join(f"<li>{_prose_or_code(rung)}</li>" for rung in rungs[:count])
    show(
        "\n".join([title, *lines, after.replace("`", "")]),
        f'<p class="aisec-headline"><strong>{esc(title)}</strong></p><ol>{items}</ol>'
        f'<p class="aisec-foot">{esc(after)}</p>',
    )


def solution(exercise_id: str, *, sure: bool = False) -> None:
    """Show the author's solution: after a pass, or after three failed checks with `sure=True`."""
    exercise = find_exercise(exercise_id)
    journal = Journal.find()
    entry = journal.read().tried(exercise.id)
    closed = _why_closed(exercise, entry, sure)
    if closed:
        show(closed.replace("`", ""), f"<p>{esc(closed)}</p>")
        return
    source = _solution_source(exercise)
    if not entry.passed and not entry.solution:
        journal.update(lambda pages: setattr(pages.tried(exercise.id), "solution", now()))
    title = f"One solution of {exercise.id}; yours may differ and be right"
    show(
        f"{title}:\n\n{source}",
        f'<p class="aisec-headline"><strong>{esc(title)}</strong></p><pre>{html.escape(source)}</pre>',
    )


def find_exercise(exercise_id: str) -> Exercise:
    """The exercise of an id such as `poisoning.flip_labels`; raises Plain, naming the ones there are."""
    if not isinstance(exercise_id, str):
        raise Plain(f"The first value should be an exercise's id in quotes, not {exercise_id!r}.")
    try:
        return find_course().exercise(exercise_id)
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None


def judge(exercise: Exercise, answers: tuple[Any, ...], seed: int) -> Verdict:
    """The verdict on `answers`, by the rules that grading uses, on the draws of `seed`.

    What learner code writes to stderr meanwhile (warnings too) is shown as output: nbgrader takes any
    stderr of a graded cell for a failure.
    """
    from autograder.boundary.local import link_to

    names = exercise.names
    try:
        link = link_to(dict(zip(names, answers, strict=True)))
        proxies = [link.name(name) for name in names]
    except AisecError as error:
        raise Plain(error.what, do=error.do) from None
    with redirect_stderr(sys.stdout):
        return run_check(exercise, proxies, seed)


def _show_verdict(exercise: Exercise, verdict: Verdict, pages: Pages) -> None:
    entry = pages.tried(exercise.id)
    text, body = verdict.as_text(), verdict.as_html()
    if verdict.passed:
        for side, says in zip(("The attacker", "The defender"), exercise.debrief, strict=True):
            text += f"\n  {side}: {says}"
            body += f"<h4>{side}</h4><p>{esc(says)}</p>"
    notes = [DRAWS] if verdict.findings else []
    if verdict.passed and not rehearsal():
        notes += [next_step(pages, exercise), f'`others("{exercise.id}")` shows other answers.']
    elif entry.passed:
        notes.append("It passed before, and stays passed.")
    else:
        if verdict.outcome is Outcome.NOT_ATTEMPTED:
            notes.append("Run your cell, then this one again.")
        notes.append(_help(exercise, entry))
    foot = " ".join(filter(None, notes))
    if foot and not rehearsal():
        text += "\n  " + foot.replace("`", "")
        body += f'<p class="aisec-foot">{esc(foot)}</p>'
    show(text, body, kind="verdict")


def _help(exercise: Exercise, entry: Tried) -> str:
    """Where a learner who is stuck turns next."""
    rungs = len(exercise.hints)
    if entry.hints < rungs:
        return f'Stuck? `hint("{exercise.id}")` shows rung {entry.hints + 1} of {rungs}.'
    if entry.failed >= ATTEMPTS_BEFORE_SOLUTION:
        return f'Stuck? `solution("{exercise.id}", sure=True)` shows one way.'
    return ""


def _prose_or_code(rung: str) -> str:
    """A hint as HTML: one of several lines is pseudo-code."""
    return f"<pre>{html.escape(rung)}</pre>" if "\n" in rung.strip() else esc(rung)


def _why_closed(exercise: Exercise, entry: Tried, sure: bool) -> str:
    """Why the solution stays closed, and what opens it; empty when it is open."""
    if entry.passed or entry.solution:
        return ""
    if entry.failed < ATTEMPTS_BEFORE_SOLUTION:
        return (
            f"The solution of {exercise.id} opens when your answer passes, or after "
            f"{ATTEMPTS_BEFORE_SOLUTION} failed checks of your own code (so far {entry.failed})."
        )
    if not sure:
        unread = len(exercise.hints) - entry.hints
        hints = f" {unread} of its {len(exercise.hints)} hints are unread: " if unread else " "
        offer = f'`hint("{exercise.id}")` gives the next. ' if unread else ""
        return (
            f"You have tried {exercise.id} {entry.failed} times.{hints}{offer}"
            f'To see the solution, run `solution("{exercise.id}", sure=True)`.'
        )
    return ""


def _solution_source(exercise: Exercise) -> str:
    from autograder.build import solution_sources

    text = find_course().lesson(exercise.lesson).text
    try:
        source = solution_sources(text.read_text("utf-8"))[exercise.id]
    except (OSError, KeyError, AisecError):
        raise Plain(f"The solution of {exercise.id} is not part of this installation.") from None
    return "\n".join(line for line in source.splitlines() if not line.strip().startswith("### "))
