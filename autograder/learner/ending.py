"""The end of the course or of a route: what one can now do, what showed it and when, and what was learned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograder.catalog import Lesson
from autograder.learner.exam import TITLES, forms
from autograder.learner.journal import Pages, Sitting
from autograder.learner.score import Score, Tally, gain, score
from autograder.learner.standing import LessonProgress
from autograder.verdict import esc

#: The list below "After this lesson you can", in a lesson's text.
_CAN = re.compile(r"After\s+(?:#\s+)?(?:this lesson|it) you can\n#\n((?:# (?:- |  ).*\n)+)")
COLUMNS = ("concept", "before", "after", "gain")


def ending(title: str, standings: Sequence[LessonProgress], pages: Pages) -> tuple[str, str]:
    """What was finished, as text and as HTML. `standings` are the lessons that the route `title` takes."""
    head = f"{title}: done. What you can now do, and what showed it:"
    lessons = [(at.lesson.title, outcomes(at.lesson), _shown(at)) for at in standings if at.begun]
    text, html = [head], [f'<p class="aisec-headline"><strong>{esc(head)}</strong></p>']
    for name, can, shown in lessons:
        said = [name, *(f"  - {line}" for line in can), f"  Shown by {shown}."]
        text += [line.replace("`", "") for line in said]
        items = "".join(f"<li>{esc(line)}</li>" for line in can)
        html.append(f"<h4>{esc(name)}</h4><ul>{items}</ul><p>Shown by {esc(shown)}.</p>")
    for part in (learned(pages), _table(pages)):
        text += [part[0]] * bool(part[0])
        html.append(part[1])
    return "\n".join(text), "".join(html)


def outcomes(lesson: Lesson) -> list[str]:
    """What a reader of the lesson can do afterwards, as its text promises; empty where there is no list."""
    try:
        found = _CAN.search(lesson.text.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    if found is None:
        return []
    lines = " ".join(line.removeprefix("#").strip() for line in found[1].splitlines())
    return [line.strip(" ;.") for line in re.split(r"(?:^|\s)- ", lines) if line.strip()]


def _shown(at: LessonProgress) -> str:
    """The exercises that passed, with their days."""
    passed = [(one.name, at.entry(one).passed[:10]) for one in at.exercises if at.passed(one)]
    return ", ".join(f"`{name}` on {day}" for name, day in passed)


def learned(pages: Pages) -> tuple[str, str]:
    """What the two tests say together, as text and HTML: an invitation until both are taken."""
    scores = _scores(pages)
    if scores is None:
        line = "`posttest()` asks the other form of the pre-test: then you see both, and what you gained."
        return line.replace("`", ""), f"<p>{esc(line)}</p>"
    pre, post = scores
    lines = [_gained(pre.total, post.total), f"When sure: right {pre.sure} before, {post.sure} after."]
    lines.append(f"When not sure: right {pre.unsure} before, {post.unsure} after.")
    return "\n".join(lines), "".join(f"<p>{esc(line)}</p>" for line in lines)


def _gained(pre: Tally, post: Tally) -> str:
    said = f"First test: {pre} right. Second test: {post} right."
    value = gain(pre, post)
    if value is None:
        return f"{said} All was right before: there was nothing left that a gain could measure."
    if value < 0:
        return f"{said} That is less than before. Forms differ, and so do days: a few items are no trend."
    return f"{said} You gained {value:.2f} of what was missing (0: nothing, 1: all of it)."


def _table(pages: Pages) -> tuple[str, str]:
    """Right answers by concept, before and after; empty until both tests are taken."""
    scores = _scores(pages)
    if scores is None:
        return "", ""
    rows = [COLUMNS]
    for concept, pre in scores[0].concepts.items():
        post = scores[1].concepts.get(concept, Tally(0, 0))
        value = gain(pre, post)
        rows.append((concept, str(pre), str(post), "–" if value is None else f"{value:.2f}"))
    note = "A concept has few items: read its row as a hint, not as a mark. –: all was right before."
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    body = "".join(f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in row)}</tr>" for row in rows[1:])
    return (
        "\n".join([*(line.rstrip() for line in lines), note]),
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{note}</p>",
    )


def _scores(pages: Pages) -> tuple[Score, Score] | None:
    """Of both tests, when every item of both is answered."""
    there = forms()
    sat: list[Sitting] = [getattr(pages, which) for which in TITLES]
    items: list[Any] = [there.get(one.form, ()) for one in sat]
    if not all(
        some and all(item.id in one.items for item in some) for one, some in zip(sat, items, strict=True)
    ):
        return None
    pre, post = (score(one, some) for one, some in zip(sat, items, strict=True))
    return pre, post
