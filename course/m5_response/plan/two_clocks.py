"""Two clocks: how the moments of an incident move the deadlines of every first report.

The rules are those rows of `course/rules/notification.toml` that are in force on some day and whose clocks
start at one of three moments: when we became aware, when the incident was classified as major, and when a
causal link to the model became likely. Reports that are counted from another moment, such as an earlier
report, are left out. Every rule is shown as if it applied, discovery counts as becoming aware, the first
suspicion of a link as the link, and all days are equally long: what a change of the clocks does is the
lesson's matter, not the picture's. Classification comes at most a day after becoming aware, so the row for
a later one is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from course.explore.chart import STYLES
from course.explore.panel import Panel, Slider
from course.explore.twin import Table, Twin
from course.rules import rows

DAY = 24  # hours
_HOURS = {"hours": 1, "days": DAY}
#: moment → (letter in the picture, words)
MOMENTS = {"aware": ("A", "became aware"), "classified": ("C", "classified"), "link": ("L", "link likely")}
#: moment of a row → the moment of the picture that it is taken as
TAKEN_AS = {"discovered": "aware", "suspicion": "link"}
#: facts that no position of the sliders makes true
NEVER = {"classified_late"}
SITUATIONS = {
    "quick": {"aware": 6, "classified": 10, "link": 5},
    "slow to classify": {"aware": 6, "classified": 24, "link": 12},
    "late to notice": {"aware": 60, "classified": 10, "link": 1},
}

_LEFT, _ASIDE, _ROW = 136, 110, 22  # pixels: the rules' names, the room beside the bars, a row
_LOOKS = dict(zip(MOMENTS, STYLES, strict=False))  # moment → (colour, dash) of its rule and its bars
_LETTER, _PAPER = 7.2, "var(--jp-layout-color0,Canvas)"  # mean width of a bold letter; what labels lie on


@dataclass(frozen=True)
class Clock:
    """One clock of a rule: `start` names the moment, and it runs so many `unit`, hours or days.

    `called` is how the row names the start, where that is another word.
    """

    start: str
    length: int
    unit: str
    called: str = ""

    @property
    def hours(self) -> int:
        return self.length * _HOURS[self.unit]

    def words(self) -> str:
        start = f"{self.called} (taken as {self.start})" if self.called else self.start
        return f"{self.length} {self.unit} from {start}" if self.length else f"at once from {start}"


def two_clocks() -> Panel:
    """The widget: three moments move the clocks of hours, the clocks of days, and their sentence."""
    start = SITUATIONS["quick"]
    return Panel(
        _draw,
        aware=Slider("Became aware", start["aware"], 0, 72, unit="hours after the start"),
        classified=Slider(
            "Classified as major", start["classified"], 0, 24, unit="hours after becoming aware"
        ),
        link=Slider("Causal link likely", start["link"], 0, 20, unit="days after becoming aware"),
    )


def twin() -> Twin:
    """Three situations as pictures, and every deadline in a table."""
    found = {name: _deadlines(_moments(**facts)) for name, facts in SITUATIONS.items()}
    facts = [
        (words, *(_said(_moments(**facts)[moment], "hours") for facts in SITUATIONS.values()))
        for moment, (_, words) in MOMENTS.items()
    ]
    deadlines = [
        (
            rule,
            ", or ".join(clock.words() for clock in clocks),
            *(_said(due[rule][1], _unit(rule)) for due in found.values()),
        )
        for rule, clocks in _rules().items()
    ]
    return Twin(
        "Three situations, as if every rule applied; reports that count from an earlier report are left "
        "out. Times run from the start of the incident, and all days "
        "are equally long here. The earliest end of a rule's clocks counts: where a moment comes late, "
        "another clock takes over.",
        [_picture(_moments(**facts), name.capitalize(), width=420) for name, facts in SITUATIONS.items()],
        [
            Table("The moments, after the start of the incident", ("moment", *SITUATIONS), facts),
            Table(
                "The deadlines, after the start of the incident",
                ("rule", "clocks", *SITUATIONS),
                deadlines,
                2,
            ),
        ],
    )


@cache
def _rules() -> dict[str, list[Clock]]:
    """Rule → its clocks, from the rows in force that have clocks of the three moments."""
    return {
        row["id"]: [_clock(limit) for limit in row["limits"]]
        for row in rows("notification")
        if row["status"] == "in force" and row.get("limits") and _is_shown(row)
    }


def _is_shown(row: Mapping[str, Any]) -> bool:
    starts = {TAKEN_AS.get(limit["start"], limit["start"]) for limit in row["limits"]}
    return starts <= MOMENTS.keys() and NEVER.isdisjoint(row["needs"])


def _clock(limit: Mapping[str, Any]) -> Clock:
    unit = "days" if "days" in limit else "hours"
    start = limit["start"]
    if start in TAKEN_AS:
        return Clock(TAKEN_AS[start], limit[unit], unit, called=start)
    return Clock(start, limit[unit], unit)


def _moments(aware: int, classified: int, link: int) -> dict[str, float]:
    """Each moment in hours after the start of the incident."""
    return {"aware": aware, "classified": aware + classified, "link": aware + link * DAY}


def _deadlines(moments: Mapping[str, float]) -> dict[str, tuple[Clock, float]]:
    """Rule → the clock that ends first, and when, in hours after the start."""
    ends = {rule: [(moments[c.start] + c.hours, c) for c in clocks] for rule, clocks in _rules().items()}
    first = {rule: min(found, key=lambda entry: entry[0]) for rule, found in ends.items()}
    return {rule: (clock, end) for rule, (end, clock) in first.items()}


def _unit(rule: str) -> str:
    """On which of the two clocks a rule stands: that of days when one of its own runs so."""
    return "days" if any(clock.unit == "days" for clock in _rules()[rule]) else "hours"


def _said(hours: float, unit: str) -> str:
    return f"{hours / DAY:.1f} days" if unit == "days" else f"{hours:g} h"


def _draw(aware: int, classified: int, link: int) -> tuple[str, str]:
    moments = _moments(aware, classified, link)
    due = sorted(_deadlines(moments).items(), key=lambda entry: entry[1][1])
    ends = ", ".join(f"{rule} {_said(end, _unit(rule))}" for rule, (_, end) in due)
    sentence = (
        f"Aware {aware} h after the start, classified as major {classified} h later, causal link likely "
        f"{link} days after becoming aware. Due, counted from the start: {ends}."
    )
    return _picture(moments, "What is due when, counted from the start of the incident"), sentence


def _picture(moments: Mapping[str, float], title: str, width: int = 760) -> str:
    """The clocks of hours above, on a line of six days; those of days below, on one of nine weeks."""
    due = _deadlines(moments)
    right = width - _ASIDE
    every_hours, every_days = (24, 7) if width > 600 else (48, 21)  # ticks that a small picture has room for
    faces = [
        _Face("hours", 144, every_hours, right, {rule: due[rule] for rule in due if _unit(rule) == "hours"}),
        _Face("days", 63, every_days, right, {rule: due[rule] for rule in due if _unit(rule) == "days"}),
    ]
    legend = " · ".join(f"{letter} {words}" for letter, words in MOMENTS.values())
    parts, top = [f'<text x="10" y="37" opacity=".8">{legend}</text>'], 50
    for face in faces:
        parts += face.draw(moments, top)
        top += face.height
    said = "; ".join(
        f"{rule} {_said(end, _unit(rule))}, started by {clock.start}" for rule, (clock, end) in due.items()
    )
    return (
        f'<svg class="aisec-chart" role="img" viewBox="0 0 {width} {top}" font-size="13" fill="currentColor" '
        f'style="display:block;width:100%;max-width:{width}px;height:auto;'
        'color:var(--jp-ui-font-color1,inherit);font-family:var(--jp-ui-font-family,system-ui,sans-serif)">'
        f"<title>{escape(title)}</title><desc>Each rule's bar ends at its deadline. {escape(said)}.</desc>"
        f'<text x="10" y="17" font-weight="600" font-size="15">{escape(title)}</text>{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Face:
    """One of the two clocks: an axis of hours or days from 0 to `last`, and a bar for each rule."""

    unit: str
    last: int
    step: int
    right: int
    due: Mapping[str, tuple[Clock, float]]

    @property
    def height(self) -> int:
        return 76 + _ROW * len(self.due)

    def across(self, hours: float) -> float:
        return round(_LEFT + hours / _HOURS[self.unit] / self.last * (self.right - _LEFT), 1)

    def draw(self, moments: Mapping[str, float], top: int) -> list[str]:
        """`top` is where the face begins: a line of letters, the bars, the ticks and the axis's name."""
        bars, floor = top + 22, top + 28 + _ROW * len(self.due)
        parts = [f'<path d="M{_LEFT} {floor}H{self.right}" stroke="currentColor" opacity=".55"/>']
        for tick in range(0, self.last + 1, self.step):
            x = self.across(tick * _HOURS[self.unit])
            parts.append(f'<path d="M{x} {bars}V{floor}" stroke="currentColor" opacity=".13"/>')
            parts.append(f'<text x="{x}" y="{floor + 17}" opacity=".8" text-anchor="middle">{tick}</text>')
        parts.append(
            f'<text x="{(_LEFT + self.right) / 2}" y="{floor + 35}" opacity=".8" text-anchor="middle">'
            f"{self.unit} after the start</text>"
        )
        parts += self._marks(moments, bars, floor)
        for row, (rule, (clock, end)) in enumerate(self.due.items()):
            y = bars + _ROW * row + 16
            colour, dash = _LOOKS[clock.start]
            start, stop = self.across(moments[clock.start]), self.across(end)
            parts += [
                f'<text x="{_LEFT - 8}" y="{y + 4.5}" text-anchor="end">{rule}</text>',
                f'<path d="M{start} {y}H{stop}" stroke="{colour}" stroke-width="3" '
                f'stroke-dasharray="{dash}"/>',
                f'<circle cx="{stop}" cy="{y}" r="5" fill="{colour}" stroke="currentColor"/>',
                *_label(stop + 10, y + 4.5, f"{_said(end, self.unit)} ({MOMENTS[clock.start][0]})"),
            ]
        return parts

    def _marks(self, moments: Mapping[str, float], top: int, floor: int) -> list[str]:
        """A rule and a letter for each moment that lies on this face; letters that would meet move apart."""
        parts: list[str] = []
        free = 0.0
        for moment, hours in sorted(moments.items(), key=lambda entry: entry[1]):
            if hours > self.last * _HOURS[self.unit]:
                continue
            x, (colour, dash) = self.across(hours), _LOOKS[moment]
            place = max(x, free)
            free = place + 16
            parts += [
                f'<path d="M{place} {top - 6}L{x} {top}V{floor}" fill="none" stroke="{colour}" '
                f'stroke-dasharray="{dash}"/>',
                f'<text x="{place}" y="{top - 9}" font-weight="600" text-anchor="middle">'
                f"{MOMENTS[moment][0]}</text>",
            ]
        return parts


def _label(x: float, y: float, text: str) -> tuple[str, str]:
    """A text on a ground of its own, so that no line runs through it."""
    return (
        f'<rect x="{x - 2}" y="{y - 12}" width="{round(len(text) * _LETTER)}" height="16" fill="{_PAPER}"/>',
        f'<text x="{x}" y="{y}" font-weight="600">{text}</text>',
    )
