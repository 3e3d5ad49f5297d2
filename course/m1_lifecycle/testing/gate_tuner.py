"""The gate tuner: four limits, twelve candidates, and what the gate lets through or stops for nothing.

The candidates are those that the lesson makes. Each has four measures; one on the wrong side of its limit
stops the candidate. Six of the twelve are sound. The reader looks for limits that stop the others alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course.explore.drawing import STYLES, drawing, text
from course.explore.measured import read_measured
from course.explore.panel import Panel, Slider
from course.explore.twin import Table, Twin
from course.m1_lifecycle.testing.limits import LIMITS

#: measure → (what it is, whether its limit is the least or the most that passes)
MEASURES = {
    "accuracy": ("clean images that are read right", "at least"),
    "robust": ("images that are read right after the worst nudge", "at least"),
    "membership": ("how well members of the training data are told from others", "at most"),
    "trigger": ("images that the best square turns into one digit", "at most"),
}
#: measure → the ends of its scale: all candidates are between them
SCALES = {"accuracy": (0.6, 1.0), "robust": (0.4, 1.0), "membership": (0.4, 0.8), "trigger": (0.2, 1.0)}
OFF = {name: SCALES[name][side == "at most"] for name, (_, side) in MEASURES.items()}

_LEFT, _RIGHT, _TOP, _STRIP = 16, 664, 64, 136  # pixels


def gate_tuner() -> Panel:
    """The widget: a slider for each limit moves what is stopped. At first only accuracy is set."""
    start = {**OFF, "accuracy": LIMITS["accuracy"]}
    sliders = {
        name: Slider(f"{name.capitalize()} {side}", start[name], *SCALES[name], 0.01)
        for name, (_, side) in MEASURES.items()
    }
    return Panel(_draw, **sliders)


def twin() -> Twin:
    """The gate with one limit, three times, and the table of what was measured."""
    shown = {
        "accuracy at least 0.80": {**OFF, "accuracy": 0.80},
        "accuracy at least 0.95": {**OFF, "accuracy": 0.95},
        "trigger at most 0.40": {**OFF, "trigger": 0.40},
    }
    return Twin(
        "Each letter is a candidate: a circle is sound, a square is broken, a dark one is stopped. "
        + " ".join(f"With {name} alone: {_counts(limits)}." for name, limits in shown.items()),
        [_picture(limits, title=f"The gate with {name} alone") for name, limits in shown.items()],
        [
            Table(
                "What was measured of the twelve",
                ("candidate", "made as", *MEASURES),
                [
                    (row["name"], row["kind"], *(f"{row[name]:.3f}" for name in MEASURES))
                    for row in _candidates()
                ],
                sides=2,
            )
        ],
    )


def measure(measures: Callable[..., dict[str, float]], seed: int = 0) -> list[dict[str, Any]]:
    """What `measures(model, train, test)` gives for the notebook's twelve candidates, to three places."""
    import numpy as np

    from course.m1_lifecycle.testing.candidates import make_candidates

    rows = []
    for c in make_candidates(np.random.default_rng(seed)):
        values = {name: round(value, 3) for name, value in measures(c.model, c.train, c.test).items()}
        rows.append({"name": c.name, "kind": c.kind, **values})
    return rows


def _draw(**limits: float) -> tuple[str, str]:
    stopped = [row["name"] for row in _candidates() if _stopped(row, limits)]
    names = " ".join(stopped) or "nobody"
    said = ", ".join(f"{name} {MEASURES[name][1]} {limit:.2f}" for name, limit in limits.items()).capitalize()
    return _picture(limits, title="What the gate stops"), f"{said}. Stopped: {names}. {_counts(limits)}."


def _stopped(row: dict[str, Any], limits: dict[str, float]) -> bool:
    return any(_fails(name, row[name], limits[name]) for name in MEASURES)


def _fails(name: str, value: float, limit: float) -> bool:
    return value < limit if MEASURES[name][1] == "at least" else value > limit


def _counts(limits: dict[str, float]) -> str:
    """What is right and wrong about a set of limits, in words."""
    sound = [row for row in _candidates() if row["kind"] == "sound"]
    broken = [row for row in _candidates() if row["kind"] != "sound"]
    caught, refused = (sum(_stopped(row, limits) for row in rows) for rows in (broken, sound))
    return f"{caught} of {len(broken)} broken stopped, {refused} of {len(sound)} sound refused"


def _picture(limits: dict[str, float], *, title: str) -> str:
    parts = [part for number, name in enumerate(MEASURES) for part in _strip(number, name, limits)]
    return drawing(
        680,
        _TOP + _STRIP * len(MEASURES) - 16,
        parts,
        title=title,
        desc=f"Four strips, one for each measure, with twelve candidates on each. {_counts(limits)}.",
        under="circle: sound · square: broken · dark: stopped · in the shade of a limit: failed there",
    )


def _strip(number: int, name: str, limits: dict[str, float]) -> list[str]:
    """One measure: its scale, the side of the limit that fails, and the twelve letters."""
    top = _TOP + number * _STRIP
    middle, limit = top + 56, _across(name, limits[name])
    from_x, to_x = (_LEFT, limit) if MEASURES[name][1] == "at least" else (limit, _RIGHT)
    colour = STYLES[1][0]
    parts = [
        text(_LEFT - 6, top, f"{name}: {MEASURES[name][0]}, {MEASURES[name][1]} {limits[name]:.2f}"),
        f'<rect x="{from_x:g}" y="{top + 7:g}" width="{to_x - from_x:g}" height="98" '
        f'fill="{colour}" opacity=".16"/>',
        f'<path d="M{_LEFT} {top + 105:g}H{_RIGHT}" stroke="currentColor" opacity=".55"/>',
        f'<path d="M{limit:g} {top + 5:g}V{top + 105:g}" stroke="{colour}" stroke-width="2.5"/>',
    ]
    parts += [
        text(_across(name, tick), top + 118, f"{tick:g}", 'text-anchor="middle" font-size="11" opacity=".8"')
        for tick in _ticks(name)
    ]
    rows = sorted(_candidates(), key=lambda row: row[name])
    for row, lane in zip(rows, _lanes([_across(name, row[name]) for row in rows]), strict=True):
        parts += _letter(row, _across(name, row[name]), middle + 19 * lane, _stopped(row, limits))
    return parts


def _letter(row: dict[str, Any], x: float, y: float, dark: bool) -> list[str]:
    fill, ink = ("currentColor", "var(--jp-layout-color0,#fff)") if dark else ("none", "currentColor")
    look = f'fill="{fill}" stroke="currentColor" stroke-width="1.5"'
    shape = (
        f'<circle cx="{x:g}" cy="{y:g}" r="8.5" {look}/>'
        if row["kind"] == "sound"
        else f'<rect x="{x - 8:g}" y="{y - 8:g}" width="16" height="16" {look}/>'
    )
    return [shape, text(x, y + 4, row["name"], f'text-anchor="middle" font-size="11" fill="{ink}"')]


def _lanes(xs: Sequence[float]) -> list[int]:
    """A lane, -2 to 2, for each place, from left to right, so that letters hide each other least."""
    last = dict.fromkeys((0, -1, 1, -2, 2), -99.0)
    lanes = []
    for x in xs:
        lane = next(
            (lane for lane, before in last.items() if x - before >= 19), min(last, key=last.__getitem__)
        )
        last[lane] = x
        lanes.append(lane)
    return lanes


def _ticks(name: str) -> list[float]:
    low, high = SCALES[name]
    return [round(low + number / 10, 1) for number in range(round((high - low) * 10) + 1)]


def _across(name: str, value: float) -> float:
    low, high = SCALES[name]
    return round(_LEFT + (value - low) / (high - low) * (_RIGHT - _LEFT), 1)


def _candidates() -> list[dict[str, Any]]:
    return read_measured(__file__)
