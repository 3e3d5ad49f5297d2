"""After a pass: other answers that are right, and the common wrong ones with what each is told."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from html import escape
from io import StringIO
from textwrap import dedent, indent
from typing import Any

from autograder.catalog import find_course
from autograder.errors import CourseError
from autograder.exercise import Answers, Exercise, Wrong, seed_for
from autograder.learner.journal import Journal
from autograder.learner.panel import Plain, show
from autograder.learner.practice import find_exercise, judge
from autograder.verdict import Outcome, esc

SLIPS = 5  # wrong answers that are shown: the answers file begins with the common ones
CPU_SECONDS = 3.0  # how long their checks may take together; some fit models


def others(exercise_id: str) -> None:
    """Show other right answers to an exercise, and the common wrong ones with the message that each gets.

    Opens, like the solution, with a pass; raises Plain where the course has no others.
    """
    exercise = find_exercise(exercise_id)
    entry = Journal.find().read().tried(exercise.id)
    if not entry.passed and not entry.solution:
        closed = f"Other answers to {exercise.id} open when yours passes, or when you have seen the solution."
        show(closed, f"<p>{esc(closed)}</p>")
        return
    answers = _answers(exercise)
    right = [(_named(answer), _source(answer)) for answer in answers.right]
    wrong = list(_slips(exercise, answers.wrong))
    show(_text(exercise, right, wrong), _html(exercise, right, wrong))


def _answers(exercise: Exercise) -> Answers:
    try:
        return find_course().lesson(exercise.lesson).answers(exercise.name)
    except (CourseError, ImportError, OSError):
        raise Plain(f"Other answers to {exercise.id} are not part of this installation.") from None


def _functions(answer: Any) -> tuple[Any, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _named(answer: Any) -> str:
    """An answer's name in words, which says what is different: `flip in turn`."""
    names = [getattr(one, "__name__", type(one).__name__) for one in _functions(answer)]
    return ", ".join(" ".join(name.strip("_").split("_")) for name in names)


def _source(answer: Any) -> str:
    """The text of an answer's functions; those that are made by others have none."""
    parts = []
    for one in _functions(answer):
        try:
            parts.append(dedent(inspect.getsource(one)).strip())
        except (OSError, TypeError):
            continue
    return "\n\n".join(parts)


def _slips(exercise: Exercise, wrong: Sequence[Wrong]) -> Iterator[tuple[str, str]]:
    """The first few wrong answers, and what the check says to each: it is asked, as for any answer."""
    shown, begun = 0, time.process_time()
    for each in wrong:
        if shown == SLIPS or time.process_time() - begun > CPU_SECONDS:
            return
        with redirect_stdout(StringIO()):  # what it prints, and warns of, is not the reader's
            verdict = judge(exercise, _functions(each.answer), seed_for(exercise.id))
        lost = next((one for one in verdict.findings if one.part == each.part), None)
        if lost is not None and lost.outcome is not Outcome.PASSED:
            shown += 1
            yield _named(each.answer), " ".join(filter(None, (lost.message or lost.says, lost.slip)))


def _text(exercise: Exercise, right: Sequence[tuple[str, str]], wrong: Sequence[tuple[str, str]]) -> str:
    lines = [f"Other answers to {exercise.id}"]
    for name, source in right:
        lines += [f"✓ {name}", indent(source, "    ")]
    for name, told in wrong:
        lines += [f"✗ {name}", f"    {told.replace('`', '')}"]
    return "\n".join(lines)


def _html(exercise: Exercise, right: Sequence[tuple[str, str]], wrong: Sequence[tuple[str, str]]) -> str:
    tick, cross = ('<span aria-hidden="true">✓</span>', '<span aria-hidden="true">✗</span>')
    rights = "".join(
        f"<details><summary>{tick} {esc(name)}</summary><pre>{escape(source)}</pre></details>"
        for name, source in right
    )
    wrongs = "".join(f"<li>{cross} <strong>{esc(name)}</strong>: {esc(told)}</li>" for name, told in wrong)
    return (
        f'<p class="aisec-headline"><strong>Other answers to {esc(exercise.id)}</strong></p>'
        f"<h4>Right, in another way</h4>{rights}<h4>Wrong, and common</h4><ul>{wrongs}</ul>"
    )
