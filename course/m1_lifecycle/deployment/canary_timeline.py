"""The canary timeline: how many more urgent cases a bad release misses until it is rolled back.

The service answers 50 urgent cases an hour. The old release misses 10 of 100. A new one goes to a share of
the traffic, the canary. After 300 urgent cases of the canary whose truth is known, one test decides. Truth
comes with a delay: until then the canary goes on. The other line is the same release, given to everybody at
once.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from course.explore.chart import Axis, Line, line_chart
from course.explore.panel import Panel, Slider, Steps
from course.explore.twin import Table, Twin

AN_HOUR = 50  # urgent cases that the service answers
BASE = 0.10  # of them, missed by the old release
ENOUGH = 300  # urgent cases of the canary, with their truth, before the test
ALPHA = 0.02
LINE = 0.10  # R4: so much worse is rolled back, whatever the test says

HOURS = tuple(range(0, 169, 2))  # a week
DELAYS = (0, 12, 24, 48)
SHARES = (5, 10, 15, 20, 30, 50)  # in the twin's tables, in per cent


def canary_timeline() -> Panel:
    """The widget: share, harm and delay move the moment of the decision and what has been missed by then."""
    return Panel(
        _draw,
        share=Slider("Traffic to the canary", 30, 1, 50, unit="%"),
        points=Slider("More missed per 100 urgent cases", 10, 0, 20),
        delay=Steps("Truth is known after", DELAYS, 2, unit="hours"),
    )


def twin() -> Twin:
    """Two pictures and three tables: the same release on a small and on a large share."""
    return Twin(
        "A release misses 10 more of 100 urgent cases; the truth about a case is known "
        "after 24 hours. A larger "
        "canary decides earlier, but more of its cases are still waiting for their truth at that moment.",
        [_picture(share, 10, 24, size=(390, 250)) for share in (10, 50)],
        [*(_table(delay) for delay in (0, 24, 48)), _powers()],
    )


def decision_hour(share: float, delay: float) -> float:
    """When 300 urgent cases of the canary have their truth; `share` is a fraction of the traffic."""
    return ENOUGH / (AN_HOUR * share) + delay


def more_missed(share: float, points: float, hours: float) -> float:
    """Urgent cases that the canary missed in so many hours, and the old release would not have missed."""
    return AN_HOUR * share * hours * points / 100


def rolled_back(share: float, points: float) -> float:
    """The chance that the decision is a rollback: one-sided test or guard, by the normal approximation."""
    control = ENOUGH * (1 - share) / share
    worse = points / 100
    pooled = (BASE * control + (BASE + worse) * ENOUGH) / (control + ENOUGH)
    under_none = math.sqrt(pooled * (1 - pooled) * (1 / control + 1 / ENOUGH))
    own = math.sqrt(BASE * (1 - BASE) / control + (BASE + worse) * (1 - BASE - worse) / ENOUGH)
    needed = min(NormalDist().inv_cdf(1 - ALPHA) * under_none, LINE)
    return 1 - NormalDist().cdf((needed - worse) / own)


def _draw(share: int, points: int, delay: int) -> tuple[str, str]:
    return _picture(share, points, delay, mark=True), _sentence(share, points, delay)


def _picture(
    share: int, points: int, delay: int, *, mark: bool = False, size: tuple[int, int] = (680, 380)
) -> str:
    end = decision_hour(share / 100, delay)
    shown = min(end, HOURS[-1])
    hours = sorted({*HOURS, shown})
    canary = [more_missed(share / 100, points, min(hour, end)) for hour in hours]
    everybody = [more_missed(1, points, hour) for hour in hours]
    top = max(100, math.ceil(everybody[-1] / 400) * 400)
    return line_chart(
        hours,
        [Line("everybody at once", everybody), Line(f"canary of {share} %", canary)],
        x_axis=Axis("hours after the release", {hour: str(hour) for hour in range(0, 169, 24)}),
        y_axis=Axis(
            "more missed urgent cases" if mark else "",
            {value: f"{value:.0f}" for value in (0, top / 4, top / 2, 3 * top / 4, top)},
            form=".0f",
        ),
        title=f"A canary of {share} %, {points} more missed of 100, truth after {delay} hours",
        desc=f"Given to everybody at once, the release misses {everybody[-1]:.0f} more "
        "urgent cases in a week. "
        f"The canary's line stops rising at {canary[-1]:.0f}.",
        mark=hours.index(shown) if mark else None,
        size=size,
    )


def _sentence(share: int, points: int, delay: int) -> str:
    end = decision_hour(share / 100, delay)
    missed, everybody = (more_missed(part, points, end) for part in (share / 100, 1))
    return (
        f"Decision after {end:.0f} hours ({end / 24:.1f} days). Until then the canary has "
        f"missed {missed:.0f} more "
        f"urgent cases; given to everybody, the release would have missed {everybody:.0f} more. "
        f"Such a release is rolled back with a chance of {rolled_back(share / 100, points):.2f}."
    )


def _table(delay: int) -> Table:
    rows = []
    for share in SHARES:
        end = decision_hour(share / 100, delay)
        missed = (f"{more_missed(share / 100, points, end):.0f}" for points in (2, 5, 10, 20))
        rows.append((f"{share} %", f"{end:.0f}", *missed))
    return Table(
        f"Truth after {delay} hours: more missed urgent cases until the decision",
        ("canary", "hours until the decision", *(f"{points} of 100 more" for points in (2, 5, 10, 20))),
        rows,
    )


def _powers() -> Table:
    rows = [
        (f"{share} %", *(f"{rolled_back(share / 100, points):.2f}" for points in (0, 2, 5, 10)))
        for share in SHARES
    ]
    return Table(
        "The chance of a rollback, after 300 urgent cases of the canary",
        ("canary", *(f"{points} of 100 more" for points in (0, 2, 5, 10))),
        rows,
    )
