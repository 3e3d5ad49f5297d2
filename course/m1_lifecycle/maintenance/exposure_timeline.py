"""The exposure timeline: how long known-exploited flaws stay open, by patch policy.

A drawn year has 72 flaws in what the clinic runs. A flaw is reported on a day and takes 1, 2 or 3 hours
to patch; one in five becomes *known exploited*, up to three weeks later. The policy says how often a window
opens, how many hours of patching four weeks have, how long the freeze is, and in which order the list is
worked off. Counted are the days from "known exploited" to the patch, within the year. A flaw that is patched
before anybody exploits it counts 0 days, so its bar is missing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from course.explore.drawing import drawing, text
from course.explore.panel import Choice, Panel, Steps
from course.explore.twin import Table, Twin

DAYS = 365
FREEZE_FROM = 180
RHYTHMS = (28, 14, 7)  # days from one window to the next
HOURS = (12, 16, 24)  # of patching in 28 days, shared evenly by the windows
FREEZES = (0, 14, 28, 42)  # days
ORDERS = ("as reported", "highest score first", "known exploited first")
YEARS = tuple(range(40))  # seeds of the drawn years

_OPEN, _WINDOW = "#de5d0c", "#2373e7"
_LEFT, _RIGHT, _TOP, _ROW, _WIDTH = 40, 660, 74, 15, 680


@dataclass(frozen=True)
class Flaw:
    """One flaw: the day of its report, its hours, its score, and the day from which it is exploited, if
    any."""

    reported: int
    hours: int
    score: float
    exploited: int | None


@dataclass(frozen=True)
class Outcome:
    """What a policy leaves: the exploited flaws that were open, as (from, to)."""

    spans: tuple[tuple[int, int], ...]
    exploited: int
    windows: int
    wait: float  # days from the report to the patch of a flaw that nobody exploits, the mean

    @property
    def days(self) -> int:
        return sum(end - start for start, end in self.spans)


def exposure_timeline() -> Panel:
    """The widget: rhythm, hours, freeze and order move the bars and the sentence."""
    return Panel(
        _draw,
        rhythm=Steps("A window every", RHYTHMS, 0, unit="days"),
        hours=Steps("Hours in four weeks", HOURS, 0, unit="h"),
        freeze=Steps("Freeze", FREEZES, 2, unit="days"),
        order=Choice("Order", ORDERS),
    )


def twin() -> Twin:
    """Two of the pictures, and the exposed days of every policy with a freeze of 28 days or none."""
    shown = (
        (28, 12, 28, ORDERS[0]),
        (28, 12, 28, ORDERS[2]),
        (7, 12, 28, ORDERS[2]),
        (7, 24, 0, ORDERS[2]),
    )
    return Twin(
        "Each bar is a known-exploited flaw that is open, in one drawn year. Blue ticks are patch windows, "
        "the grey "
        f"band is the freeze. The tables have the mean of {len(YEARS)} drawn years.",
        [_picture(*policy) for policy in shown],
        [_table(freeze) for freeze in (28, 0)],
    )


@cache
def drawn_year(seed: int) -> tuple[Flaw, ...]:
    rng = random.Random(seed)
    flaws = []
    for _ in range(72):
        reported, hours = rng.randrange(DAYS - 30), rng.choice((1, 2, 3))
        score = round(rng.uniform(4, 10), 1)
        exploited = reported + rng.randrange(22) if rng.random() < 0.2 else None
        flaws.append(Flaw(reported, hours, score, exploited))
    return tuple(sorted(flaws, key=lambda flaw: flaw.reported))


@cache
def patched_year(rhythm: int, hours: int, freeze: int, order: str, seed: int) -> Outcome:
    """Works off one drawn year under one policy."""
    waiting = list(drawn_year(seed))
    patched, windows = {}, 0
    for day in range(rhythm, DAYS, rhythm):
        if FREEZE_FROM <= day < FREEZE_FROM + freeze:
            continue
        windows += 1
        left = hours * rhythm / 28
        for flaw in sorted([flaw for flaw in waiting if flaw.reported <= day], key=_rank(order, day)):
            if flaw.hours <= left:
                left -= flaw.hours
                patched[flaw] = day
                waiting.remove(flaw)
    spans = [
        (flaw.exploited, min(patched.get(flaw, DAYS), DAYS))
        for flaw in drawn_year(seed)
        if flaw.exploited is not None and flaw.exploited < patched.get(flaw, DAYS)
    ]
    exploited = sum(flaw.exploited is not None for flaw in drawn_year(seed))
    quiet = [patched.get(flaw, DAYS) - flaw.reported for flaw in drawn_year(seed) if flaw.exploited is None]
    return Outcome(tuple(sorted(spans)), exploited, windows, sum(quiet) / len(quiet))


@cache
def exposed_days(rhythm: int, hours: int, freeze: int, order: str) -> float:
    """Days that known-exploited flaws stay open in a year, added up: the mean of the drawn years."""
    return sum(patched_year(rhythm, hours, freeze, order, seed).days for seed in YEARS) / len(YEARS)


@cache
def quiet_wait(rhythm: int, hours: int, freeze: int, order: str) -> float:
    """Days from report to patch of the flaws that nobody exploits: the mean of the drawn years."""
    return sum(patched_year(rhythm, hours, freeze, order, seed).wait for seed in YEARS) / len(YEARS)


def _rank(order: str, day: int):
    if order == ORDERS[0]:
        return lambda flaw: flaw.reported
    if order == ORDERS[1]:
        return lambda flaw: (-flaw.score, flaw.reported)
    return lambda flaw: (flaw.exploited is None or flaw.exploited > day, -flaw.score, flaw.reported)


def _draw(rhythm: int, hours: int, freeze: int, order: str) -> tuple[str, str]:
    mean = exposed_days(rhythm, hours, freeze, order)
    outcome = patched_year(rhythm, hours, freeze, order, YEARS[0])
    longest = max((end - start for start, end in outcome.spans), default=0)
    said = (
        f"A window every {rhythm} days, {hours} hours in four weeks, a freeze of {freeze} days, {order}: "
        f"{mean:.0f} exposed days a year on average. In this year {outcome.days}, the longest flaw "
        f"{longest}, with {outcome.windows} windows."
    )
    return _picture(rhythm, hours, freeze, order), said


def _picture(rhythm: int, hours: int, freeze: int, order: str) -> str:
    outcome = patched_year(rhythm, hours, freeze, order, YEARS[0])
    rows = max(outcome.exploited, 1)
    bottom = _TOP + _ROW * rows
    parts = []
    if freeze:
        x, width = _across(FREEZE_FROM), _across(FREEZE_FROM + freeze) - _across(FREEZE_FROM)
        parts.append(
            f'<rect x="{x:g}" y="{_TOP - 6}" width="{width:g}" height="{bottom - _TOP + 6}" '
            'fill="currentColor" opacity=".13"/>'
        )
        parts.append(text(x + width / 2, _TOP - 12, "freeze", 'text-anchor="middle" opacity=".8"'))
    for day in range(rhythm, DAYS, rhythm):
        if not FREEZE_FROM <= day < FREEZE_FROM + freeze:
            parts.append(f'<path d="M{_across(day):g} {bottom}v9" stroke="{_WINDOW}" stroke-width="2.5"/>')
    parts.append(f'<path d="M{_LEFT} {bottom}H{_RIGHT}" stroke="currentColor" opacity=".55"/>')
    for row, (start, end) in enumerate(outcome.spans):
        y = _TOP + _ROW * row
        x, width = _across(start), max(_across(end) - _across(start), 1.5)
        parts.append(f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{_ROW - 5}" fill="{_OPEN}"/>')
        before = x + width + 30 > _RIGHT
        place = (x - 4, 'font-size="11" text-anchor="end"') if before else (x + width + 4, 'font-size="11"')
        parts.append(text(place[0], y + 9, str(end - start), place[1]))
    for day in (0, 90, 180, 270, 360):
        parts.append(text(_across(day), bottom + 24, f"day {day}", 'text-anchor="middle" opacity=".8"'))
    parts.append(text(_LEFT, bottom + 42, "blue ticks: patch windows", f'fill="{_WINDOW}"'))
    return drawing(
        _WIDTH,
        bottom + 50,
        parts,
        title=f"{outcome.days} exposed days: every {rhythm} days, {hours} h, {order}",
        desc=f"{len(outcome.spans)} of {outcome.exploited} known-exploited flaws are open for some days, in "
        f"all {outcome.days} days; the freeze has {freeze} days.",
        under="each bar: a flaw that is known exploited and not patched, with its days",
    )


def _across(day: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * day / DAYS, 1)


def _table(freeze: int) -> Table:
    return Table(
        f"Exposed days a year with a freeze of {freeze} days",
        ("order", "a window every", *(f"{hours} h in four weeks" for hours in HOURS)),
        [
            (
                order,
                f"{rhythm} days",
                *(f"{exposed_days(rhythm, hours, freeze, order):.0f}" for hours in HOURS),
            )
            for order in ORDERS
            for rhythm in RHYTHMS
        ],
        sides=2,
    )
