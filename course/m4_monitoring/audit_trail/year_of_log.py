"""A year of the clinic's log: what retention keeps of it, and what an intruder can cut from its end unseen.

The upper strip is the year. Three questions are asked today:

    who read the row                    day 290, at night
    first login of the stolen account   day 140
    which release answered              day 30

The lower strip is the intruder's visit. It begins right behind a checkpoint, which is the best moment for an
intruder, who deletes every line of the visit before leaving. A checkpoint signed meanwhile gives that away;
only what came after the newest one can go unseen. The lines are counted in the year that `clinic_log` draws.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from course.explore.drawing import STYLES, drawing, text
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Slider, Steps
from course.explore.twin import Table, Twin

from .clinic_log import DAY, DAYS, FIRST, FIRST_LOGIN, NIGHT, OLD_ANSWER, year

MINUTE = 60
VISIT = NIGHT - 2 * MINUTE  # day 290, 01:58: the intruder comes, and reads the first row at 02:00
EVERY = (None, 7 * 1440, 1440, 60, 10)  # minutes between checkpoints
NAMES = ("never", "every week", "every day", "every hour", "every 10 minutes")
KEPT = (30, 365, 5)
STAYS = (5, 15, 25, 55, 110, 350, 710, 1430, 2150, 4310)  # minutes
SPAN = 4320  # minutes in the lower strip
QUESTIONS = (
    ("who read the row?", NIGHT),
    ("first login with the stolen account?", FIRST_LOGIN),
    ("which release answered?", OLD_ANSWER),
)
_LEFT, _WIDTH = 20, 640
_SHOWN = (15, 25, 110, 2150)  # in the twin's table


def year_of_log() -> Panel:
    """The widget: days kept, the interval of checkpoints and the length of the visit move the picture."""
    return Panel(
        _draw,
        kept=Slider("Days kept", 90, KEPT[0], KEPT[1], KEPT[2], "days"),
        every=Choice("Checkpoint", EVERY, NAMES),
        stays=Steps("The intruder stays", STAYS, 2, "g", "minutes"),
    )


def twin() -> Twin:
    """Four settings as pictures, and tables of all retention steps and intervals."""
    kept = [
        (str(days), *("yes" if ok else "no" for ok in answered(days)))
        for days in (30, 90, 180, 230, 335, 365)
    ]
    cuts = [
        (name, *(f"{unseen(every, stays):,}" for stays in _SHOWN))
        for name, every in zip(NAMES, EVERY, strict=True)
    ]
    shown = ((90, None, 25), (180, 1440, 25), (230, 1440, 2150), (365, 10, 25))
    return Twin(
        "A question is answered when its event is younger than the days kept. Lines since the "
        "newest checkpoint "
        "can be deleted unseen.",
        [_picture(*settings, size=(680, 330)) for settings in shown],
        [
            Table("Answered, with so many days kept", ("days kept", *(name for name, _ in QUESTIONS)), kept),
            Table(
                "Lines that can be cut unseen", ("checkpoint", *(f"stays {n:,} min" for n in _SHOWN)), cuts
            ),
        ],
    )


def answered(kept: int) -> list[bool]:
    """For each question, whether its event is still kept today."""
    return [ts >= FIRST + (DAYS - kept) * DAY for _, ts in QUESTIONS]


def unseen(every: int | None, stays: int) -> int:
    """How many lines an intruder who stays so many minutes can delete without a trace."""
    return lines_between(VISIT + _newest(every, stays) * MINUTE, VISIT + stays * MINUTE)


def _newest(every: int | None, stays: int) -> int:
    """The minute of the visit at which its newest checkpoint is signed."""
    return 0 if every is None else stays // every * every


def lines_between(begin: int, end: int) -> int:
    """The lines of the visit's log from `begin` up to, not including, `end`."""
    times = read_measured(__file__)["seconds"]
    return bisect_left(times, end - VISIT) - bisect_left(times, begin - VISIT)


def measure() -> dict[str, Any]:
    """When the lines of the year that the lower strip shows were written: seconds since the visit began."""
    seconds = [event["ts"] - VISIT for event in year()]
    return {"seconds": [second for second in seconds if 0 <= second <= SPAN * MINUTE]}


def _draw(kept: int, every: int | None, stays: int) -> tuple[str, str]:
    return _picture(kept, every, stays), _sentence(kept, every, stays)


def _sentence(kept: int, every: int | None, stays: int) -> str:
    yes = sum(answered(kept))
    lines = lines_between(VISIT, VISIT + stays * MINUTE)
    cut = unseen(every, stays)
    caught = (
        "no checkpoint was signed meanwhile"
        if cut == lines
        else "a checkpoint signed meanwhile gives away that the rest is missing"
    )
    return (
        f"{kept} days kept: {yes} of 3 questions have an answer. Checkpoint {NAMES[EVERY.index(every)]}, "
        f"a visit of {stays:,} minutes: {cut:,} of the {lines:,} lines of the visit can be "
        f"deleted unseen; {caught}."
    )


def _x(ts: float, begin: float, end: float) -> float:
    return _LEFT + _WIDTH * (ts - begin) / (end - begin)


def _bar(x: float, y: float, width: float, height: float, colour: str, extra: str = "") -> str:
    width = max(width, 0)
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}" {extra}/>'


def _picture(kept: int, every: int | None, stays: int, *, size: tuple[int, int] = (680, 330)) -> str:
    end = FIRST + DAYS * DAY
    edge = FIRST + (DAYS - kept) * DAY
    blue, orange, green = (STYLES[i][0] for i in range(3))
    outline = 'stroke="currentColor" stroke-dasharray="4 3" stroke-opacity=".6"'
    parts = [
        _bar(_LEFT, 112, _WIDTH, 26, "none", outline),
        _bar(_x(edge, FIRST, end), 112, _x(end, FIRST, end) - _x(edge, FIRST, end), 26, blue),
        text(_LEFT, 156, "day 0"),
        text(_LEFT + _WIDTH, 156, "today", 'text-anchor="end"'),
        text(_x((edge + end) / 2, FIRST, end), 130, f"{kept} days kept", 'text-anchor="middle" fill="#fff"')
        if kept >= 75
        else "",
    ]
    if kept <= 280:
        parts.append(text(_x((FIRST + edge) / 2, FIRST, end), 130, "deleted by rule", 'text-anchor="middle"'))
    for row, ((name, ts), ok) in enumerate(zip(QUESTIONS, answered(kept), strict=True)):
        x, y = _x(ts, FIRST, end), 62 + 18 * row
        colour = green if ok else orange
        side = 'text-anchor="end"' if row == 0 else ""
        parts += [
            f'<line x1="{x:.1f}" y1="{y + 4}" x2="{x:.1f}" y2="111" stroke="{colour}" stroke-width="2"/>',
            text(x + (-5 if row == 0 else 5), y + 4, f"{'✓' if ok else '✗'} {name}", side),
        ]
    parts += _visit(every, stays, orange, blue, green)
    yes, cut = sum(answered(kept)), unseen(every, stays)
    return drawing(
        *size,
        parts,
        title=f"{yes} of 3 questions have an answer; {cut:,} lines can be cut unseen",
        desc=_sentence(kept, every, stays),
        under=f"Kept: {kept} days. Checkpoint: {NAMES[EVERY.index(every)]}. Visit: {stays:,} minutes.",
    )


def _visit(every: int | None, stays: int, orange: str, blue: str, green: str) -> list[str]:
    """The lower strip: the hours from the moment at which the intruder comes, as long as the visit needs."""
    span = next(minutes for minutes in (30, 120, 720, SPAN) if stays <= minutes)
    newest = _newest(every, stays)

    def at(minute: float) -> float:
        return _x(minute, 0, span)

    parts = [
        text(_LEFT, 194, "The intruder's visit, day 290:", 'font-weight="600"'),
        _bar(_LEFT, 222, _WIDTH, 26, "none", 'stroke="currentColor" stroke-opacity=".4"'),
        _bar(at(0), 222, at(newest) - at(0), 26, blue),
        _bar(at(newest), 222, at(stays) - at(newest), 26, orange),
        text(_LEFT, 272, "the intruder comes"),
        text(_LEFT + _WIDTH, 272, _length(span), 'text-anchor="end"'),
    ]
    signed = [0] if every is None or every > span else range(0, span + 1, every)
    if every is not None and len(signed) <= 80:
        for minute in signed:
            parts.append(f'<path d="M{at(minute):.1f} 222 l-4 -9 h8 z" fill="{green}"/>')
    elif every is not None:
        parts.append(_bar(_LEFT, 213, _WIDTH, 8, green))
    keys = [(blue, "sealed: a cut shows"), (orange, "not sealed: a cut does not show")]
    for (colour, said), x in zip(keys, (_LEFT, _LEFT + 200), strict=True):
        parts += [_bar(x, 298, 12, 12, colour), text(x + 18, 309, said)]
    x = _LEFT + 460
    parts += [
        f'<path d="M{x + 6} 310 l-5 -11 h10 z" fill="{green}"/>',
        text(x + 18, 309, "signed checkpoint"),
    ]
    return parts


def _length(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"


if __name__ == "__main__":
    write_measured(__file__, measure())
