"""How long a log do you need before you may take rights away? Two shares against the length of the log.

Short log: many grants look unused, and many people are refused next month. Long log: hardly anybody is
refused, and more than a third of the grants still look unused. The switch keeps what the calendar lists.
"""

from __future__ import annotations

from functools import cache

from course.explore.chart import Axis, Line, line_chart
from course.explore.panel import Panel, Slider, Switch
from course.explore.twin import Table, Twin
from course.m2_data.access_control.clinic_log import (
    LAST_DAY,
    WEEKS,
    calendar,
    make_grants,
    make_log,
    next_month,
)

ALL_WEEKS = tuple(range(1, WEEKS + 1))


def log_window() -> Panel:
    """The widget: the length of the log and the calendar move the marks and the sentence."""
    return Panel(
        _draw,
        weeks=Slider("Weeks of log", 2, 1, WEEKS),
        listed=Switch("Keep what the calendar lists"),
    )


def twin() -> Twin:
    """The same without a kernel, a mouse or colours: both settings, and a table of each."""
    return Twin(
        "The longer the log, the fewer people are refused next month. Even after 26 weeks, more "
        "than a third of "
        "the grants look unused. The second picture keeps the calendar's jobs.",
        [_picture(4, False), _picture(4, True)],
        [_table(listed) for listed in (False, True)],
    )


@cache
def outcome(weeks: int, listed: bool) -> tuple[float, float, int]:
    """(share of grants that go, share of people who are refused next month, number of refused requests)."""
    grants = {(g["user"], g["action"], g["thing"]) for g in make_grants()}
    glass = {(g["user"], g["action"], g["thing"]) for g in make_grants() if g["break_glass"]}
    kept = glass | (calendar() if listed else set())
    kept |= {
        (line["user"], line["action"], line["thing"])
        for line in make_log()
        if line["day"] > LAST_DAY - 7 * weeks and line["outcome"] == "ok"
    }
    gone = grants - kept
    refused = [line for line in next_month() if (line["user"], line["action"], line["thing"]) in gone]
    people = {grant[0] for grant in grants}
    return len(gone) / len(grants), len({line["user"] for line in refused}) / len(people), len(refused)


def _draw(weeks: int, listed: bool) -> tuple[str, str]:
    gone, people, requests = outcome(weeks, listed)
    said = (
        f"{weeks} week{'s' * (weeks > 1)} of log{', and the calendar' * listed}: {gone:.0%} of "
        f"the grants go. "
        f"Next month {people:.0%} of the people are refused something that they need, {requests} "
        f"requests in all."
    )
    return _picture(weeks, listed), said


def _picture(weeks: int, listed: bool) -> str:
    gone, people, _ = outcome(weeks, listed)
    return line_chart(
        ALL_WEEKS,
        [
            Line("grants that go", [outcome(w, listed)[0] for w in ALL_WEEKS]),
            Line("people refused", [outcome(w, listed)[1] for w in ALL_WEEKS]),
        ],
        x_axis=Axis("weeks of log", {1: "1", 4: "4", 8: "8", 13: "13", 20: "20", 26: "26"}),
        y_axis=Axis("share", {0: "0%", 0.25: "25%", 0.5: "50%", 0.75: "75%"}, form=".0%"),
        title="With the calendar's jobs kept" if listed else "Kept: what was used, and break-glass",
        desc=f"At {weeks} weeks of log {gone:.0%} of the grants go and {people:.0%} of the people are "
        f"refused.",
        mark=ALL_WEEKS.index(weeks),
    )


def _table(listed: bool) -> Table:
    rows = []
    for weeks in ALL_WEEKS:
        gone, people, requests = outcome(weeks, listed)
        rows.append((str(weeks), f"{gone:.0%}", f"{people:.0%}", str(requests)))
    caption = (
        "Used, break-glass and the calendar's jobs are kept" if listed else "Used and break-glass are kept"
    )
    return Table(caption, ("weeks of log", "grants that go", "people refused", "requests refused"), rows)
